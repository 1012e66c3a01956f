//! What the document allows is accepted.

use super::{About, Check, Content, Example, Finding, Judge, Subject};
use crate::case::{Intent, Step};

const ID: &str = "accepts-valid";

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error: a client that keeps to the document is turned away",
        what: "A request that satisfies the contract under every reading is answered with a 2xx.",
        why: "A server that refuses a name with an apostrophe, or one of 65 characters, has a rule that its document does \
              not tell.",
        leaves_alone: "Contested requests, for which the document leaves both answers open. A 3xx that the document lists, \
                       and where the request has no body a 404, 409, 410, 412, 423 or 425 that it lists: they tell how \
                       things stand, not that the request is unsound. A 5xx is for `no-server-error`. Where the run has \
                       no credentials and nothing at all was accepted, a 401 or 403 makes the run inconclusive.",
        source: "OpenAPI 3.0.4 §4.7.13 (Request Body Object); each case proves that it is valid when it is made",
        violating: Example {
            before: &[],
            intent: "valid",
            sent: r#"{"external_id":"proofmark-1","first_name":"O'Brien"}"#,
            received: r#"400 application/json {"error":{"code":"invalid_request","message":"first_name is malformed"}}"#,
        },
        conforming: Example {
            before: &[],
            intent: "contested",
            sent: r#"{"external_id":"proofmark-1","first_name":null}"#,
            received: r#"400 application/json {"error":{"code":"invalid_request","message":"first_name must be a string"}}"#,
        },
    },
    judge: Judge::Exchange(run),
};

fn run(subject: &Subject<'_>, findings: &mut Vec<Finding>) -> bool {
    let Some(answer) = subject.answer.filter(|_| *subject.intent() == Intent::Valid) else { return false };
    let status = answer.status();
    if status >= 500 {
        return false;
    }
    if !answer.response.is_success() && !is_documented_outcome(subject, status) {
        let focus = &subject.case.focus;
        let what = if let Some(parameter) = subject.case.parameter() {
            format!("a valid {parameter}")
        } else if focus.is_root() {
            "a valid request".to_owned()
        } else {
            format!("a valid `{}`", focus.tokens().collect::<Vec<_>>().join("."))
        };
        let title = format!("{what} was refused with {status}");
        let label = match &answer.content {
            Content::Json(value) => {
                format!("{}; the response says {}", subject.case.reason, super::answer::short(value))
            }
            _ => subject.case.reason.clone(),
        };
        let contract = subject.case.contract_place(subject.contract);
        findings.push(Finding { label, detail: format!("{status}/{focus}"), ..subject.error(ID, title, &contract) });
    }
    true
}

/// Whether a status is one that the document has for a sound request too: it leads elsewhere, or says of something that
/// only a request without a body asks about how things stand with it.
fn is_documented_outcome(subject: &Subject<'_>, status: u16) -> bool {
    let listed = subject.contract.operation.responses.iter().any(|response| response.status.is_exactly(status));
    let asks = subject.contract.operation.request_body.is_none();
    // What was just made is there.
    let made = subject.case.step(subject.step).is_some_and(Step::names_made);
    let missing = matches!(status, 404 | 410) && !made;
    let otherwise = missing || matches!(status, 409 | 412 | 423 | 425);
    listed && ((300..400).contains(&status) || (asks && otherwise))
}
