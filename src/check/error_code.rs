//! The code of an error is the one for what is wrong.

use serde_json::Value;

use super::answer::{is_word_for_nothing, says, short};
use super::{About, Check, Example, Finding, Judge, Memory, Severity, Subject};
use crate::case::Intent;
use crate::contract::{Rule, RuleKind};
use crate::generate::Contest;
use crate::source::{Pointer, member};

const ID: &str = "error-code";

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error: a client is told that something else is wrong, or nothing. A warning where only the code says nothing",
        what: "The refusal of an invalid request, or of a repeat, has no code that plainly speaks of something else, such as \
               `forbidden` or `conflict`, where the document has one for invalid requests. The refusal of a wrong \
               credential has none that speaks of neither. An invalid request of who was granted others is not answered with 403. The message beside it is not blank, and no word for nothing such as `undefined`.",
        why: "Clients act on the code: they ask for another password, wait, or tell the user that the name is taken.",
        leaves_alone: "The right credential's answers of 401 and 429, and of 403 and others before the run was granted anything: whoever is not let \
                       in is told so, whatever they send. Contested requests. Which of several fitting codes it is. A code that the document does not list is for `error-body`.",
        source: "the rule `error-code/…` of the contract; see `proofmark rules`",
        violating: Example {
            before: &[],
            intent: "invalid",
            sent: "{}",
            received: r#"400 application/json {"error":{"code":"resource_not_found","message":"external_id is missing"}}"#,
        },
        conforming: Example {
            before: &[],
            intent: "invalid",
            sent: "{}",
            received: r#"400 application/json {"error":{"code":"invalid_request","message":"external_id is missing"}}"#,
        },
    },
    judge: Judge::Run(run),
};

fn run(subject: &Subject<'_>, memory: &mut Memory, findings: &mut Vec<Finding>) -> bool {
    let Some(answer) = subject.answer.filter(|answer| answer.status() >= 400) else { return false };
    let Some(body) = answer.json() else { return false };
    let mut applied = false;
    for rule in subject.contract.rules_in_force() {
        let RuleKind::ErrorCode { place, misfits, strange, vague } = &rule.kind else { continue };
        findings.extend(no_message(subject, place, body, rule));
        let code = place.resolve(body).and_then(Value::as_str);
        let locked_out = matches!(answer.status(), 401 | 403) && subject.credential().is_wrong();
        if let Some(code) = code.filter(|code| locked_out && strange.iter().any(|strange| strange == code)) {
            let title = format!("the error code `{code}` speaks of something else than a wrong credential");
            let breach = Finding { label: says(body, place), detail: code.into(), ..subject.breach(ID, title, rule) };
            findings.push(breach.at(place.clone()));
        }
        let speaks_of_it = match answer.status() {
            400 | 422 => true,
            // Who may not be here is told so whatever they send; the run was let in before.
            401 | 429 => false,
            // It may speak of what the path names, whatever else is wrong.
            404 | 410 if subject.contract.has_path_parameters() => false,
            status => status < 500 && memory.was_granted(&subject.contract.operation.id),
        };
        let invalid = matches!(subject.intent(), Intent::Invalid { .. });
        // A code that speaks of it too is enough.
        let told = code.is_some_and(|code| misfits.iter().any(|misfit| misfit == code));
        findings.extend(forbidden(subject, memory, rule).filter(|_| invalid && !told));
        let repeated = matches!(subject.intent(), Intent::Contested(Contest::Repeated | Contest::TakenWithOtherValues));
        let refused = (invalid || repeated) && speaks_of_it;
        let Some(code) = code.filter(|_| refused) else { continue };
        applied = true;
        let is = |codes: &[String]| codes.iter().any(|known| known == code);
        let (wrong, severity) = match (is(misfits), is(vague)) {
            (true, _) if repeated && says_taken(code) => continue,
            (true, _) if repeated => ("speaks of something else than a repeat", None),
            (true, _) => ("speaks of something else than an invalid request", None),
            (_, true) if invalid => ("does not say what is wrong with an invalid request", Some(Severity::Warning)),
            _ => continue,
        };
        let breach = subject.breach(ID, format!("the error code `{code}` {wrong}"), rule);
        let severity = severity.unwrap_or(breach.severity);
        findings.push(Finding { label: says(body, place), detail: code.into(), severity, ..breach }.at(place.clone()));
    }
    applied
}

/// Who was let in before is refused for what is wrong with the request as if for who sends it.
fn forbidden(subject: &Subject<'_>, memory: &Memory, rule: &Rule) -> Option<Finding> {
    let lists = |status| subject.contract.operation.responses.iter().any(|listed| listed.status.is_exactly(status));
    let forbidden = subject.answer?.status() == 403 && !subject.credential().is_wrong() && (lists(400) || lists(422));
    (forbidden && memory.was_granted(&subject.contract.operation.id)).then(|| {
        let title = "an invalid request is refused with 403, which speaks of who sends it".to_owned();
        let label = "others of the same sender were granted".to_owned();
        Finding { label, detail: "403".into(), ..subject.breach(ID, title, rule) }
    })
}

/// Whether a code says that something is there already.
fn says_taken(code: &str) -> bool {
    let code = code.to_lowercase();
    ["conflict", "exist", "duplicate", "taken"].iter().any(|part| code.contains(part))
}

/// The finding, where the message beside the code says nothing.
fn no_message(subject: &Subject<'_>, code: &Pointer, body: &Value, rule: &Rule) -> Option<Finding> {
    let beside = code.parent()?;
    let message = member(beside.resolve(body)?.as_object()?, "message")?.as_str()?;
    let listed = || subject.contract.answer_names.iter().any(|name| name == "message");
    ((message.trim().is_empty() || is_word_for_nothing(message)) && listed()).then(|| {
        let place = beside.child("message");
        let label = format!("the response says {}", short(&Value::from(message)));
        Finding { label, detail: "nothing".into(), ..subject.breach(ID, format!("`{place}` says nothing"), rule) }
            .at(place)
    })
}

impl Finding {
    /// The same, at a place in the body.
    fn at(self, body: Pointer) -> Self {
        Self { body: Some(body), ..self }
    }
}
