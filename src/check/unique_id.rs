//! No two things have the same id.

use serde_json::Value;

use super::answer::{is_word_for_nothing, short};
use super::memory::hash;
use super::{About, Check, Example, Finding, Judge, Memory, Subject, reads_otherwise};
use crate::case::Intent;
use crate::generate::Contest;
use crate::source::{Pointer, member};

const ID: &str = "unique-id";

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error: a client that keeps the id finds somebody else",
        what: "The id in the answer to a create is none that the answer to another create of this run had.",
        why: "Ids that are drawn from too small a range, counted without a lock, or made from the time repeat themselves \
              now and then, and under load first.",
        leaves_alone: "The same id for the same identity. A number that what is made below another thing has too: it may count there. A body of which the server may have read another identity. Ids of \
                       earlier runs, and of more than some hundred thousand creates ago.",
        source: "the rule `unique-id/…` of the contract; see `proofmark rules`",
        violating: Example {
            before: &[(
                r#"{"external_id":"proofmark-1"}"#,
                r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"","last_name":"","live_mode":false,"updated_at":1671631795145}"#,
            )],
            intent: "valid",
            sent: r#"{"external_id":"proofmark-2"}"#,
            received: r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-2","first_name":"","last_name":"","live_mode":false,"updated_at":1671631795145}"#,
        },
        conforming: Example {
            before: &[(
                r#"{"external_id":"proofmark-1"}"#,
                r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"","last_name":"","live_mode":false,"updated_at":1671631795145}"#,
            )],
            intent: "valid",
            sent: r#"{"external_id":"proofmark-2"}"#,
            received: r#"200 application/json {"id":"u_2","object":"user","created_at":1671631795145,"external_id":"proofmark-2","first_name":"","last_name":"","live_mode":false,"updated_at":1671631795145}"#,
        },
    },
    judge: Judge::Run(run),
};

fn run(subject: &Subject<'_>, memory: &mut Memory, findings: &mut Vec<Finding>) -> bool {
    let Some(made) = subject.created() else { return false };
    if reads_otherwise(subject.intent()) || *subject.intent() == Intent::Contested(Contest::RepeatedKey) {
        return false;
    }
    let Some(identity) = subject.identity() else { return false };
    let mut applied = false;
    for (rule, property) in subject.contract.unique_ids() {
        let Some(id) = member(made, property).filter(|id| id.is_string() || id.is_number()) else { continue };
        applied = true;
        // What the client calls it may be its id too.
        let is_named_so = || {
            subject.read.sent().and_then(Value::as_object).is_some_and(|sent| sent.values().any(|value| value == id))
        };
        if id.as_str().is_some_and(|id| id.trim().is_empty() || is_word_for_nothing(id)) && !is_named_so() {
            let title = format!("`/{property}` is blank or a word for nothing, and tells nothing from anything");
            let body = Some(Pointer::root().child(property));
            findings.push(Finding {
                label: format!("the response says {}", short(id)),
                body,
                detail: "blank".into(),
                ..subject.breach(ID, title, rule)
            });
            continue;
        }
        if !memory.claim_id(key(subject, property, id), identity) {
            let title = format!("two creates have the same `/{property}`");
            let label = format!("{} was the answer to another create of this run", short(id));
            let body = Some(Pointer::root().child(property));
            findings.push(Finding { label, body, ..subject.breach(ID, title, rule) });
        }
    }
    applied
}

/// What an id is remembered by. What is made below another thing may be numbered there; texts are unique in a run.
pub(super) fn key(subject: &Subject<'_>, property: &str, id: &Value) -> u64 {
    let path = subject.exchange.request.path.split('?').next();
    let below = path.filter(|_| id.is_number() && subject.contract.has_path_parameters());
    hash((&subject.contract.operation.id, property, id, below))
}
