//! An answer comes, and comes to an end.

use super::{About, Check, Example, Finding, Judge, Subject};
use crate::http::Failure;

const ID: &str = "answers-in-time";

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error: a client that waits for ever has no answer",
        what: "Every request gets a complete answer within the time allowed (`--timeout`).",
        why: "A request that never ends holds a connection, and a user, until somebody gives up.",
        leaves_alone: "A connection that could not be made says nothing about the contract: such a case is inconclusive. \
                       A kept-alive connection that the server closed is tried again on a new one first; a server that \
                       fell on a request is given five seconds to come back.",
        source: "RFC 9110 §3.7 (a server answers each request), RFC 9112 §8 (incomplete messages)",
        violating: Example {
            before: &[],
            intent: "valid",
            sent: r#"{"external_id":"proofmark-1"}"#,
            received: "no answer",
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
    let (title, detail) = match &subject.exchange.outcome {
        Err(Failure::NoAnswer(limit)) => (format!("no answer came within {limit:?}"), "none"),
        Err(Failure::Stalled(limit)) => (format!("the answer began, and did not end within {limit:?}"), "stalled"),
        Err(Failure::Closed(_)) => ("the connection was closed without an answer".to_owned(), "closed"),
        Err(Failure::Connect(_)) => return false,
        Err(Failure::TooLarge(_) | Failure::Broken(_)) | Ok(_) => return true,
    };
    let label = format!("to {}", subject.case.reason);
    findings.push(Finding {
        label,
        detail: detail.into(),
        ..subject.error(ID, title, &subject.contract.operation.pointer)
    });
    true
}
