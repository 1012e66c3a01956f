//! What the document forbids is refused.

use super::{About, Check, Example, Finding, Judge, Subject};
use crate::case::Intent;
use crate::generate::Contest;
use crate::schema::{Agreement, Violation};

const ID: &str = "rejects-invalid";

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error: the server took what its own document forbids",
        what: "A request that breaks the contract under every reading, in one thing only, is not answered with a 2xx, be its \
               body whole or in chunks.",
        why: "What gets in against the schema is stored against the schema, and comes back to every client.",
        leaves_alone: "How it is refused: any status but a 2xx will do here. `status-documented` and `error-body` look at the \
                       rest.",
        source: "OpenAPI 3.0.4 §4.7.24; each case proves that it is invalid when it is made",
        violating: Example {
            before: &[],
            intent: "invalid",
            sent: r#"{"external_id":"proofmark-1","live_mode":"true"}"#,
            received: r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"","last_name":"","live_mode":true,"updated_at":1671631795145}"#,
        },
        conforming: Example {
            before: &[],
            intent: "invalid",
            sent: r#"{"external_id":"proofmark-1","live_mode":"true"}"#,
            received: r#"400 application/json {"error":{"code":"invalid_request","message":"live_mode must be a boolean"}}"#,
        },
    },
    judge: Judge::Exchange(run),
};

fn run(subject: &Subject<'_>, findings: &mut Vec<Finding>) -> bool {
    let in_chunks;
    let (keyword, constraint) = match subject.intent() {
        Intent::Invalid { keyword, constraint } => (keyword, constraint),
        Intent::Contested(Contest::Chunked) => match broken(subject) {
            Some(violation) => {
                in_chunks = violation;
                (&in_chunks.keyword, &in_chunks.schema)
            }
            None => return false,
        },
        _ => return false,
    };
    let Some(answer) = subject.answer else { return false };
    if answer.response.is_success() {
        let status = answer.status();
        let focus = &subject.case.focus;
        let parameter = subject.case.parameter();
        let title = match (keyword.as_str(), &parameter) {
            ("required", Some(parameter)) => format!("a request without the {parameter} was accepted with {status}"),
            (_, Some(parameter)) => format!("a {parameter} that breaks `{keyword}` was accepted with {status}"),
            ("json", None) => format!("a body that is no JSON was accepted with {status}"),
            ("required", None) if focus.is_root() => {
                format!("a request without a required property was accepted with {status}")
            }
            ("required", None) => format!("a request without `{focus}` was accepted with {status}"),
            _ if focus.is_root() => format!("a body that breaks `{keyword}` was accepted with {status}"),
            _ => format!("a `{focus}` that breaks `{keyword}` was accepted with {status}"),
        };
        let label = subject.case.reason.clone();
        findings.push(Finding { label, detail: format!("{keyword}/{focus}"), ..subject.error(ID, title, constraint) });
    }
    true
}

/// What is wrong with the body that was sent, if every reading refuses it. A server may decline a body in chunks; it may not take
/// what it would not take whole.
fn broken(subject: &Subject<'_>) -> Option<Violation> {
    let (body, sent) = (subject.contract.body.as_ref()?, subject.read.sent()?);
    let refused = body.schema.agreement(sent) == Agreement::Refused;
    refused.then(|| body.schema.violations_of_refused(sent)).and_then(|violations| violations.into_iter().next())
}
