//! What was sent comes back as it was sent.

use serde_json::Value;

use super::answer::short;
use super::same::{comes_back, has_all};
use super::{About, Check, Example, Finding, Judge, Read, Severity, Subject, reads_otherwise};
use crate::case::{Intent, same_json};
use crate::contract::{Confidence, Rule};
use crate::generate::{Contest, Kind};
use crate::source::{Pointer, member};

const ID: &str = "echo";

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error: the server changed what it was given; a warning where request and answer only say the same of the property, and \
                   it differs in letter case or white space alone, or is one on which a server may decide by its name (a role, a price)",
        what: "A property that request and answer both have, as the same component schema under the same name, as part of one \
               component that both are, or in two places that say the same of it, comes back \
               equal as a JSON value: text by code point, not trimmed, folded, normalised, escaped, cut or swapped. An object may have more members than were sent.",
        why: "A name that comes back otherwise is stored otherwise. It cannot be found again by what the client sent.",
        leaves_alone: "Times and sets, which may be written in another way. Of a component that both are, what a server may \
                       decide on by its name (a status, a role), and what has a `format`. A property that was not sent, or sent as null: what it comes back as is open. A key that was sent \
                       twice. A property that the case itself speaks of. What an earlier answer to the same identity had. A body sent in another encoding or media type. A value of another type is for \
                       `response-schema`.",
        source: "the rule `echo/…` of the contract; see `proofmark rules`",
        violating: Example {
            before: &[],
            intent: "valid",
            sent: r#"{"external_id":"proofmark-1","first_name":" Ada "}"#,
            received: r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"Ada","last_name":"","live_mode":false,"updated_at":1671631795145}"#,
        },
        conforming: Example {
            before: &[],
            intent: "valid",
            sent: r#"{"external_id":"proofmark-1","first_name":" Ada "}"#,
            received: r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":" Ada ","last_name":"(none)","live_mode":true,"updated_at":1671631795145}"#,
        },
    },
    judge: Judge::Exchange(run),
};

fn run(subject: &Subject<'_>, findings: &mut Vec<Finding>) -> bool {
    let Some(answer) = subject.answer.filter(|answer| answer.response.is_success()) else { return false };
    let Some(Value::Object(back)) = answer.json() else { return false };
    if subject.contract.echoed().next().is_none() || reads_otherwise(subject.intent()) {
        return false;
    }
    if raced(subject) || named_twice(subject) {
        return false;
    }
    let Some(Value::Object(sent)) = subject.read.sent() else { return false };
    let mut applied = false;
    for (rule, property) in subject.contract.echoed() {
        let (Some(sent), Some(back)) = (member(sent, property), member(back, property)) else { continue };
        let spoken_of = subject.is_spoken_of(property);
        if sent.is_null() || spoken_of || sent_twice(subject, property) || differ_in_kind(sent, back) {
            continue;
        }
        applied = true;
        if !is_echo(rule, sent, back) && !is_of_the_first(subject, property, back) {
            let title = format!("`/{property}` does not come back as it was sent");
            let label = format!("sent {}, received {}", short(sent), short(back));
            let body = Some(Pointer::root().child(property));
            let breach = subject.breach(ID, title, rule);
            let severity = if is_loose(rule) && is_nearly(sent, back) { Severity::Warning } else { breach.severity };
            findings.push(Finding { label, body, severity, ..breach });
        }
    }
    applied
}

/// Whether the document has the property in two places that only say the same of it.
fn is_loose(rule: &Rule) -> bool {
    rule.confidence == Confidence::Name
}

fn is_echo(rule: &Rule, sent: &Value, back: &Value) -> bool {
    let written_otherwise = || is_loose(rule) && !sent.is_string() && comes_back(sent, back);
    has_all(sent, back) || written_otherwise()
}

/// Whether texts differ in letter case and white space alone, or as addresses may.
fn is_nearly(sent: &Value, back: &Value) -> bool {
    let folded = |value: &Value| Some(value.as_str()?.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase());
    folded(sent).zip(folded(back)).is_some_and(|(sent, back)| sent == back) || comes_back(sent, back)
}

/// Whether it is what an earlier answer to the same identity had: the document does not say whether a repeat changes
/// anything.
fn is_of_the_first(subject: &Subject<'_>, property: &str, back: &Value) -> bool {
    let Some(identity) = subject.identity() else { return false };
    subject.earlier.iter().any(|exchange| {
        let earlier = Read::new(subject.contract, exchange, None);
        let same = earlier.sent().and_then(|sent| super::identity(subject.contract, sent)) == Some(identity);
        let answer = earlier.answer.as_ref().filter(|answer| same && answer.response.is_success());
        answer.and_then(|answer| answer.json()?.get(property)).is_some_and(|first| same_json(first, back))
    })
}

/// Whether requests of one identity and other values were sent at once: nobody can say which of them came first.
fn raced(subject: &Subject<'_>) -> bool {
    let at_once = subject.case.step(subject.step).is_some_and(|step| step.copies.count() > 1);
    at_once && *subject.intent() == Intent::Contested(Contest::TakenWithOtherValues)
}

/// Whether what identifies the thing stands twice in the request: the answer may rightly be another thing altogether, which
/// somebody has made before with the other of the two.
fn named_twice(subject: &Subject<'_>) -> bool {
    let identifies = |place| subject.contract.body.as_ref().is_some_and(|body| body.fresh.contains(place));
    repeated(subject).is_some_and(identifies)
}

fn sent_twice(subject: &Subject<'_>, property: &str) -> bool {
    repeated(subject).and_then(|place| place.tokens().next()).is_some_and(|token| token == property)
}

/// The place that stands twice in the request, where the case is about that.
fn repeated<'s>(subject: &Subject<'s>) -> Option<&'s Pointer> {
    (*subject.intent() == Intent::Contested(Contest::RepeatedKey)).then_some(&subject.case.focus)
}

fn differ_in_kind(sent: &Value, back: &Value) -> bool {
    let kind = |value| match Kind::of(value) {
        Kind::Integer => Kind::Number,
        other => other,
    };
    kind(sent) != kind(back)
}
