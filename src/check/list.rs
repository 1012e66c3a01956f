//! A list has no more than was asked for, and nothing else, in the order that was asked for, page by page.

mod paged;
mod sorted;
mod total;

use serde_json::Value;

use super::answer::short;
use super::{About, Check, Example, Finding, Judge, Subject};
use crate::case::{Narrowed, Narrowing, State};

const ID: &str = "list";

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error: who asks for a part gets something else",
        what: "Where a request says how many elements a list may have, it has no more; where it names one value of a \
               property of the elements, each element that has the property has that value; where it names the property \
               by which they are sorted, they are. A page has nothing of the page before it, and a count of all things \
               is no less than those that were seen.",
        why: "A parameter that is taken and does nothing looks like one that works, until somebody relies on it.",
        leaves_alone: "Answers with several lists. Parameters that are called neither as a limit, a page or an order nor as a property of the elements, those whose values are \
                       free text or numbers (which may be compared in many ways) and name no other thing, and `false`, which may stand for `all`. \
                       The order of texts that collations see in different ways. Pages of a list that changed meanwhile.",
        source: "the names of the parameters in the document: `limit`, `page_size`, `offset`, `sort` and their like, and names of properties",
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
    let Some(body) = subject.answer.filter(|answer| answer.response.is_success()).and_then(|answer| answer.json())
    else {
        return false;
    };
    let state = subject.case.step(subject.step).and_then(|step| step.state.as_ref());
    let asked = match state {
        Some(State::Narrowed(narrowed)) => narrowed.list.resolve(body).and_then(Value::as_array).map(|items| {
            findings.extend(other_than_asked(subject, narrowed, items));
        }),
        Some(State::Paged(paged)) => paged::run(subject, paged, body).map(|found| findings.extend(found)),
        _ => None,
    };
    let counted = total::run(subject, body).map(|found| findings.extend(found));
    asked.or(counted).is_some()
}

/// A list has something else than was asked for.
fn other_than_asked(subject: &Subject<'_>, narrowed: &Narrowed, items: &[Value]) -> Option<Finding> {
    let parameter = &narrowed.parameter;
    let (title, label) = match &narrowed.to {
        Narrowing::AtMost(most) => {
            let many = Some(items.len()).filter(|many| *many as u64 > *most)?;
            (
                format!("the list has more elements than `{parameter}` asks for"),
                format!("{most} were asked for, and the response has {many}"),
            )
        }
        Narrowing::Having(place, value) => {
            let found = items.iter().filter_map(|item| place.resolve(item));
            let other = found.into_iter().find(|found| *found != value && !found.is_null())?;
            (
                format!("the list has elements that `{parameter}` does not ask for"),
                format!("{} was asked for, and an element has {}", short(value), short(other)),
            )
        }
        Narrowing::Sorted(place, descending) => {
            let (before, after) = sorted::out_of_order(items, place, *descending)?;
            (
                format!("the list is not in the order that `{parameter}` asks for"),
                format!("`{place}` is {} in one element, and {} in the next", short(before), short(after)),
            )
        }
    };
    let body = Some(narrowed.list.clone());
    Some(Finding { label, body, detail: parameter.clone(), ..subject.error(ID, title, &narrowed.schema) })
}
