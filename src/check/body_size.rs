//! An answer has a size that a client can take.

use super::{About, Check, Example, Finding, Judge, Subject};
use crate::http::Failure;

const ID: &str = "body-size";

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error: a client that reads it all runs out of memory",
        what: "The content of an answer is no longer than the cap (1 MiB unless set otherwise), after gzip is undone.",
        why: "One object described by a schema does not take a megabyte. An answer that does is padded, repeated or without end.",
        leaves_alone: "Nothing is said of answers below the cap.",
        source: "the cap of the run",
        violating: Example {
            before: &[],
            intent: "valid",
            sent: r#"{"external_id":"proofmark-1"}"#,
            received: "too large",
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
    match &subject.exchange.outcome {
        Err(Failure::TooLarge(cap)) => {
            let title = format!("the body is larger than {cap} bytes");
            findings.push(subject.error(ID, title, &subject.contract.operation.pointer));
            true
        }
        other => other.is_ok(),
    }
}
