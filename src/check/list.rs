//! A list has no more than was asked for, and nothing else.

use serde_json::Value;

use super::answer::short;
use super::{About, Check, Example, Finding, Judge, Subject};
use crate::case::{Narrowing, State};

const ID: &str = "list";

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error: who asks for a part gets something else",
        what: "Where a request says how many elements a list may have, it has no more; and where it names one value of a \
               property of the elements, each element that has the property has that value.",
        why: "A parameter that is taken and does nothing looks like one that works, until somebody relies on it.",
        leaves_alone: "Answers with several lists. Parameters that are called neither as a limit nor as a property of the elements, those whose values are \
                       free text or numbers (which may be compared in many ways), and `false`, which may stand for `all`.",
        source: "the names of the parameters in the document: `limit`, `page_size` and their like, and names of properties",
        violating: Example {
            before: &[],
            intent: "list",
            sent: r#"{"external_id":"proofmark-1"}"#,
            received: r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"","last_name":"","live_mode":false,"updated_at":1671631795145,"list":[{},{}]}"#,
        },
        conforming: Example {
            before: &[],
            intent: "list",
            sent: r#"{"external_id":"proofmark-1"}"#,
            received: r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"","last_name":"","live_mode":false,"updated_at":1671631795145,"list":[{}]}"#,
        },
    },
    judge: Judge::Exchange(run),
};

fn run(subject: &Subject<'_>, findings: &mut Vec<Finding>) -> bool {
    let state = subject.case.step(subject.step).and_then(|step| step.state.as_ref());
    let Some(State::Narrowed(narrowed)) = state else { return false };
    let answer = subject.answer.filter(|answer| answer.response.is_success());
    let items = answer.and_then(|answer| narrowed.list.resolve(answer.json()?)?.as_array());
    let Some(items) = items else { return false };
    let parameter = &narrowed.parameter;
    let (title, label) = match &narrowed.to {
        Narrowing::AtMost(most) if items.len() as u64 > *most => (
            format!("the list has more elements than `{parameter}` asks for"),
            format!("{most} were asked for, and the response has {}", items.len()),
        ),
        Narrowing::Having(place, value) => {
            let other = |item: &Value| place.resolve(item).filter(|found| *found != value && !found.is_null()).cloned();
            let Some(other) = items.iter().find_map(other) else { return true };
            (
                format!("the list has elements that `{parameter}` does not ask for"),
                format!("{} was asked for, and an element has {}", short(value), short(&other)),
            )
        }
        Narrowing::AtMost(_) => return true,
    };
    let body = Some(narrowed.list.clone());
    findings.push(Finding { label, body, detail: parameter.clone(), ..subject.error(ID, title, &narrowed.schema) });
    true
}
