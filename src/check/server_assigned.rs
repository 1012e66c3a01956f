//! What the server alone decides on cannot be set by sending it.

use serde_json::{Map, Value};

use super::answer::short;
use super::{About, Check, Example, Finding, Judge, Read, Subject};
use crate::case::same_json;
use crate::contract::{RuleKind, TimeUnit, same_in_any_spelling};
use crate::http::Exchange;
use crate::source::{Pointer, member};

const ID: &str = "server-assigned";

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error: a client can choose what only the server may",
        what: "Where a request carries a property that only the answer has or that is `readOnly` (an id, a time of making) and is accepted, the \
               value that comes back is not the one sent, be it in another form: neither under its name nor under one that differs in \
               letter case, underscores and hyphens alone, nor within a property that is not listed.",
        why: "A server that copies all it is given onto its record lets anybody take another's id, or backdate what they \
              make. It is called mass assignment.",
        leaves_alone: "Whether such a request is accepted or refused. A value that is what it must be anyway. Booleans, null \
                       and short values, which may be equal by chance. Properties that the answer's schema does not list.",
        source: "the rule `server-assigned/…` of the contract; see `proofmark rules`",
        violating: Example {
            before: &[],
            intent: "contested",
            sent: r#"{"external_id":"proofmark-1","id":"u_chosen"}"#,
            received: r#"200 application/json {"id":"u_chosen","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"","last_name":"","live_mode":false,"updated_at":1671631795145}"#,
        },
        conforming: Example {
            before: &[],
            intent: "contested",
            sent: r#"{"external_id":"proofmark-1","id":"u_chosen","object":"user"}"#,
            received: r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"","last_name":"","live_mode":false,"updated_at":1671631795145}"#,
        },
    },
    judge: Judge::Exchange(run),
};

fn run(subject: &Subject<'_>, findings: &mut Vec<Finding>) -> bool {
    let (Some(made), Some(Value::Object(sent))) = (subject.created(), subject.read.sent()) else { return false };
    let mut applied = false;
    for rule in subject.contract.rules_in_force() {
        let RuleKind::ServerAssigned { property, always } = &rule.kind else { continue };
        let Some(back) = member(made, property) else { continue };
        let Some(sent) = member(sent, property) else {
            findings.extend(under_another_name(subject, sent, property, back).map(|(label, title)| {
                let body = Some(Pointer::root().child(property));
                Finding { label, body, ..subject.breach(ID, title, rule) }
            }));
            continue;
        };
        let expected = always.as_deref() == Some(sent.to_string().as_str());
        if expected || !is_telling(sent) || is_now(subject, property, sent) || subject.is_spoken_of(property) {
            continue;
        }
        applied = true;
        // One that every answer has comes back whatever is sent; what is wrong with that is for `unique-id`.
        let had_before =
            || subject.earlier.iter().any(|earlier| received(subject, earlier, property).as_ref() == Some(back));
        if is_set_by(subject, property, sent, back) && !had_before() {
            let title = format!("`/{property}` can be set by sending it");
            let label = format!("sent {}, and that is what came back", short(sent));
            let body = Some(Pointer::root().child(property));
            findings.push(Finding { label, body, ..subject.breach(ID, title, rule) });
        }
    }
    applied
}

/// What to say where a property came back as another one was sent that neither side of the document lists.
fn under_another_name(
    subject: &Subject<'_>,
    sent: &Map<String, Value>,
    property: &str,
    back: &Value,
) -> Option<(String, String)> {
    // What the document lists may well hold the id of something else that is this one's too.
    let is_listed = |name: &String| subject.contract.body.as_ref().is_some_and(|body| body.listed.contains(name));
    let within = sent.iter().filter(|(holder, _)| !is_listed(holder));
    let within = within.filter_map(|(holder, value)| Some((holder, value.as_object()?)));
    let inner =
        within.flat_map(|(holder, members)| members.iter().map(move |(name, value)| (Some(holder), name, value)));
    let all = sent.iter().map(|(name, value)| (None, name, value)).chain(inner);
    let sets = |name: &str, value: &Value| {
        same_in_any_spelling(name, property) && is_telling(value) && is_set_by(subject, property, value, back)
    };
    let (holder, name, value) = all.into_iter().find(|(_, name, value)| sets(name, value))?;
    let excused = is_now(subject, property, value) || subject.is_spoken_of(holder.unwrap_or(name));
    let name = holder.map_or_else(|| name.clone(), |holder| format!("{holder}.{name}"));
    let title = format!("`/{property}` can be set by sending `{name}`");
    (!excused).then(|| (format!("sent {}, and that is what came back", short(value)), title))
}

/// What an earlier answer of the case had as a property.
fn received(subject: &Subject<'_>, earlier: &Exchange, property: &str) -> Option<Value> {
    let read = Read::new(subject.contract, earlier, None);
    read.answer.as_ref()?.json()?.get(property).cloned()
}

/// Whether what came back is what was sent: the same, or the same text, or the same time.
fn is_set_by(subject: &Subject<'_>, property: &str, sent: &Value, back: &Value) -> bool {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let same_text = || text(sent).is_some_and(|sent| text(back) == Some(sent));
    let time = |value: &Value| {
        TimeUnit::DateTime.millis(value).or_else(|| subject.contract.time_unit(property)?.millis(value))
    };
    let same_time =
        || subject.contract.time_unit(property).is_some() && time(sent).is_some_and(|sent| time(back) == Some(sent));
    same_json(sent, back) || same_text() || same_time()
}

/// Whether a value that comes back by chance is out of the question.
fn is_telling(sent: &Value) -> bool {
    match sent {
        Value::Null | Value::Bool(_) => false,
        Value::Number(number) => number.as_f64().is_some_and(|number| number.abs() >= 100.0),
        Value::String(text) => text.chars().count() >= 4,
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

/// Whether it is a time that the server may well have come to by itself.
fn is_now(subject: &Subject<'_>, property: &str, sent: &Value) -> bool {
    let Some(time) = subject.contract.time_unit(property).and_then(|unit| unit.millis(sent)) else { return false };
    time.abs_diff(i128::from(subject.exchange.sent_at)) < 60_000
}
