//! Every status is one that the document lists.

use super::{About, Check, Example, Finding, Judge, Subject};

const ID: &str = "status-documented";

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error: a client generated from the document has no branch for it",
        what: "The status of an answer stands in the operation's `responses`: itself, its class (`4XX`), or `default`.",
        why: "Clients are written from the document. A status that it does not list is one they do not handle.",
        leaves_alone: "A status of 500 or more is for `no-server-error`. On a contested request, the status that RFC 9110 \
                       has for just that is right as well: 415 for another media type, 413 for very long content. \
                       A 429 is a wish to slow down, and makes the case inconclusive.",
        source: "OpenAPI 3.0.4 §4.7.16 (Responses Object)",
        violating: Example {
            before: &[],
            intent: "invalid",
            sent: "{}",
            received: r#"422 application/json {"error":{"code":"invalid_request","message":"external_id is missing"}}"#,
        },
        conforming: Example {
            before: &[],
            intent: "invalid",
            sent: "{}",
            received: r#"400 application/json {"error":{"code":"invalid_request","message":"external_id is missing"}}"#,
        },
    },
    judge: Judge::Exchange(run),
};

fn run(subject: &Subject<'_>, findings: &mut Vec<Finding>) -> bool {
    let Some(answer) = subject.answer else { return false };
    let status = answer.status();
    if (500..600).contains(&status) || subject.contract.answers.is_empty() {
        return false;
    }
    if !subject.contract.documents(status) && !subject.also_allows(status) {
        let label = format!("the document lists {}", subject.contract.documented());
        let title = format!("status {status} is not documented");
        findings.push(Finding { label, detail: status.to_string(), ..subject.error(ID, title, &subject.responses()) });
    }
    true
}
