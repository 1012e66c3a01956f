//! No request makes the server fail.

use super::{About, Check, Example, Finding, Judge, Subject};
use crate::source::Pointer;

const ID: &str = "no-server-error";

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error: whatever a client sends, a 5xx means that the server failed",
        what: "No answer has a status of 500 or more, documented or not.",
        why: "A server that can be made to fail by a request was not ready for that request. That the document lists a \
              500 says what a failure looks like, not that one is fine.",
        leaves_alone: "Whether the body of such an answer is right is for `error-body`.",
        source: "RFC 9110 §15.6: a 5xx says that the server is aware that it has erred",
        violating: Example {
            before: &[],
            intent: "valid",
            sent: r#"{"external_id":"proofmark-1","first_name":"😀"}"#,
            received: r#"500 application/json {"error":{"code":"unknown","message":"internal error"}}"#,
        },
        conforming: Example {
            before: &[],
            intent: "invalid",
            sent: r#"{"external_id":7}"#,
            received: r#"400 application/json {"error":{"code":"invalid_request","message":"external_id must be a string"}}"#,
        },
    },
    judge: Judge::Exchange(run),
};

fn run(subject: &Subject<'_>, findings: &mut Vec<Finding>) -> bool {
    let Some(answer) = subject.answer else { return false };
    let status = answer.status();
    if (500..600).contains(&status) {
        let (word, on) = (subject.intent().word(), place(&subject.case.focus));
        let title = format!("the server failed with {status} on {}{on}", article(word));
        let label = format!("the request: {}", subject.case.reason);
        let contract = subject.case.contract_place(subject.contract);
        let body = None;
        findings.push(Finding {
            label,
            body,
            detail: format!("{status}/{word}{on}"),
            ..subject.error(ID, title, &contract)
        });
    }
    true
}

/// ` \`first_name\``, or ` request` where the whole is meant.
fn place(focus: &Pointer) -> String {
    if focus.is_root() { " request".into() } else { format!(" `{}`", focus.tokens().collect::<Vec<_>>().join(".")) }
}

fn article(word: &str) -> String {
    if word.starts_with(['a', 'i']) { format!("an {word}") } else { format!("a {word}") }
}
