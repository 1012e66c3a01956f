//! What was sent comes back as it was sent.

use serde_json::Value;

use super::answer::short;
use super::{About, Check, Example, Finding, Subject};
use crate::case::{Intent, same_json};
use crate::generate::{Contest, Kind};
use crate::source::Pointer;

const ID: &str = "echo";

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error: the server changed what it was given",
        what: "A property that request and answer both have, as the same component schema under the same name, comes back \
               equal as a JSON value: text by code point, not trimmed, folded, normalised, escaped, cut or swapped.",
        why: "A name that comes back otherwise is stored otherwise. It cannot be found again by what the client sent.",
        leaves_alone: "A property that was not sent, or sent as null: what it comes back as is open. A key that was sent \
                       twice. A property that the case itself speaks of. A body sent in another encoding or media type. A value of another type is for \
                       `response-schema`.",
        source: "the rule `echo/…` of the contract; see `proofmark rules`",
        violating: Example {
            intent: "valid",
            sent: r#"{"external_id":"proofmark-1","first_name":" Ada "}"#,
            received: r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"Ada","last_name":"","live_mode":false,"updated_at":1671631795145}"#,
        },
        conforming: Example {
            intent: "valid",
            sent: r#"{"external_id":"proofmark-1","first_name":" Ada "}"#,
            received: r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":" Ada ","last_name":"(none)","live_mode":true,"updated_at":1671631795145}"#,
        },
    },
    run,
};

fn run(subject: &Subject<'_>, findings: &mut Vec<Finding>) -> bool {
    let Some(answer) = subject.answer.filter(|answer| answer.response.is_success()) else { return false };
    let Some(Value::Object(back)) = answer.json() else { return false };
    if subject.contract.echoed().next().is_none() || reads_otherwise(subject.intent()) {
        return false;
    }
    let body = subject.exchange.request.body.as_deref().unwrap_or_default();
    let Ok(Value::Object(sent)) = serde_json::from_slice(body) else { return false };
    let mut applied = false;
    for (rule, property) in subject.contract.echoed() {
        let (Some(sent), Some(back)) = (sent.get(property), back.get(property)) else { continue };
        let at = Pointer::root().child(property);
        let spoken_of = subject.expectation.is_some_and(|expectation| expectation.speaks_of(&at));
        if sent.is_null() || spoken_of || sent_twice(subject, property) || differ_in_kind(sent, back) {
            continue;
        }
        applied = true;
        if !same_json(sent, back) {
            let title = format!("`/{property}` does not come back as it was sent");
            let label = format!("sent {}, received {}", short(sent), short(back));
            findings.push(Finding { label, body: Some(at), ..subject.error(ID, title, &rule.pointer) });
        }
    }
    applied
}

/// Whether the server may rightly have read other characters than ours.
fn reads_otherwise(intent: &Intent) -> bool {
    matches!(intent, Intent::Contested(Contest::ContentType | Contest::OtherEncoding | Contest::TakenWithOtherValues))
}

fn sent_twice(subject: &Subject<'_>, property: &str) -> bool {
    *subject.intent() == Intent::Contested(Contest::RepeatedKey)
        && subject.case.focus.tokens().next().is_some_and(|token| token == property)
}

fn differ_in_kind(sent: &Value, back: &Value) -> bool {
    let kind = |value| match Kind::of(value) {
        Kind::Integer => Kind::Number,
        other => other,
    };
    kind(sent) != kind(back)
}
