//! A success carries what its schema says.

mod headers;
mod write_only;

use super::answer::says;
use super::{About, Answer, Check, Example, Finding, Judge, Severity, Subject};
use crate::contract::MediaContract;
use crate::schema::{Compiled, Violation};

const ID: &str = "response-schema";

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error: the answer is not what was promised. A value that breaks a `format` alone is a warning, since a \
                   format need not be asserted, and so is a `writeOnly` property that does not have what was sent for it",
        what: "The body of an answer below 400 satisfies the schema documented for its status and media type, and so do the \
               header fields that the document describes; those that are required are there. No property that is `writeOnly` stands in it. Every \
               violation is a finding of its own, at its place in body and document.",
        why: "Clients are generated from these schemas: a missing property or another type breaks them at run time.",
        leaves_alone: "Properties that the schema does not list, where it does not forbid them. What one defensible reading \
                       of the document takes, such as null beside `nullable` next to a `$ref`. Header \
                       fields that are objects. The body of an error is for `error-body`.",
        source: "OpenAPI 3.0.4 §4.7.14, §4.7.21 and §4.7.24, JSON Schema 2020-12",
        violating: Example {
            before: &[],
            intent: "valid",
            sent: r#"{"external_id":"proofmark-1"}"#,
            received: r#"200 application/json {"id":"u_1","object":"user","created_at":"1671631795145","external_id":"proofmark-1","first_name":"","last_name":"","live_mode":false,"updated_at":1671631795145}"#,
        },
        conforming: Example {
            before: &[],
            intent: "valid",
            sent: r#"{"external_id":"proofmark-1"}"#,
            received: r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"","last_name":"","live_mode":false,"updated_at":1671631795145,"extra":1}"#,
        },
    },
    judge: Judge::Exchange(run),
};

fn run(subject: &Subject<'_>, findings: &mut Vec<Finding>) -> bool {
    let fields = subject.answer.is_some_and(|answer| headers::run(subject, answer, findings));
    body(subject, findings) || fields
}

fn body(subject: &Subject<'_>, findings: &mut Vec<Finding>) -> bool {
    let Some(answer) = subject.answer.filter(|answer| answer.status() < 400) else { return false };
    let Some(schema) = schema(answer) else { return false };
    let Some(value) = answer.json() else { return false };
    if !schema.accepts(value) {
        findings.extend(schema.violations(value).iter().map(|violation| finding(subject, ID, answer, violation)));
    }
    let formats = schema.format_violations(value);
    findings.extend(
        formats
            .iter()
            .map(|violation| Finding { severity: Severity::Warning, ..finding(subject, ID, answer, violation) }),
    );
    write_only::run(subject, answer, value, findings);
    true
}

/// The schema that the document has for an answer.
pub(super) fn schema<'a>(answer: &Answer<'a>) -> Option<&'a Compiled> {
    media(answer)?.schema.as_deref()
}

/// What the document has for an answer of its media type.
fn media<'a>(answer: &Answer<'a>) -> Option<&'a MediaContract> {
    let entry = answer.entry?;
    match &answer.media_type {
        Some(media_type) => entry.media(media_type),
        None => entry.content.first(),
    }
}

/// One violation as a finding.
pub(super) fn finding(
    subject: &Subject<'_>,
    check: &'static str,
    answer: &Answer<'_>,
    violation: &Violation,
) -> Finding {
    let title = format!("`{}` {}", violation.instance, violation.message);
    let label = answer.json().map(|value| says(value, &violation.instance)).unwrap_or_default();
    let body = Some(violation.instance.clone());
    Finding { label, body, detail: violation.keyword.clone(), ..subject.error(check, title, &violation.schema) }
}
