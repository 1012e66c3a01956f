//! Every error says what is wrong in the form that the document gives errors.

use super::response_schema::{finding, schema};
use super::{About, Check, Example, Finding, Judge, Subject};
use crate::case::Intent;
use crate::generate::Contest;

const ID: &str = "error-body";

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error: a client that shows what went wrong has nothing to show",
        what: "Every answer of 400 or more carries the error schema documented for its status; an undocumented one \
               carries the schema that all documented errors have in common.",
        why: "Frameworks answer malformed JSON, a wrong method or an oversized body on their own, in a form of their own. \
              That is where clients meet errors that they cannot read.",
        leaves_alone: "An answer of a documented status that is no JSON at all: `content-type` or `body-parses` says so.",
        source: "OpenAPI 3.0.4 §4.7.16 and §4.7.24",
        violating: Example {
            before: &[],
            intent: "invalid",
            sent: "{}",
            received: r#"400 application/json {"detail":"external_id is missing"}"#,
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
    let Some(answer) = subject.answer.filter(|answer| answer.status() >= 400) else { return false };
    // Who does not ask for JSON may be refused in other words, or none (RFC 9110 §15.5.7).
    if answer.status() == 406 && *subject.intent() == Intent::Contested(Contest::Accept) {
        return false;
    }
    // Nor does the document say how a thing that is not there is told of.
    if answer.entry.is_none() && subject.misses_a_thing(answer.status()) {
        return false;
    }
    let common = subject.contract.error.as_deref();
    let Some(schema) = schema(answer).or(common.filter(|_| answer.entry.is_none())) else { return false };
    match answer.json() {
        Some(value) if schema.accepts(value) => {}
        Some(value) => {
            findings.extend(schema.violations(value).iter().map(|violation| finding(subject, ID, answer, violation)));
        }
        None if answer.entry.is_none() => {
            let status = answer.status();
            let title = format!("an error of status {status} does not carry the documented error");
            let label = match &answer.media_type {
                Some(media_type) => format!("its body is `{media_type}`"),
                None => "its body is no JSON".to_owned(),
            };
            findings.push(Finding { label, detail: status.to_string(), ..subject.error(ID, title, schema.pointer()) });
        }
        None => return false,
    }
    true
}
