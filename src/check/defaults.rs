//! What was not sent comes back as no accident.

use std::collections::HashSet;

use serde_json::Value;

use super::answer::{is_word_for_nothing, short};
use super::memory::{self, Memory, hash, is_distinctive, is_too_short, texts_in, texts_of};
use super::{About, Check, Example, Finding, Judge, Novelty, Read, Severity, Subject};
use crate::case::same_json;
use crate::contract::{Rule, RuleKind};
use crate::source::{Pointer, member};

const ID: &str = "defaults";
/// What tells a finding of which chance may be the cause, if it does not show again.
pub(super) const FOLLOWING: &str = "following";

/// So many defaults that others have sent are no coincidence.
const TOO_MANY: usize = 3;
/// Names that mean a prototype to JavaScript, whose members everything made from it has.
const PROTOTYPES: [&str; 2] = ["__proto__", "constructor"];
/// So many times in turns a property is sent and left out, for it to be told whether the one follows the other.
const TURNS: usize = 8;
/// So many of them are no accident, if both values were met.
const FOLLOWS: usize = 7;

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error where it is not the default that the document states, where it is what another request sent, or what this one has in `__proto__` or `constructor`: one \
                   user's data is another's, or a client sets what nobody checks. A warning where it merely \
                   changes: the document does not say that it must not",
        what: "A property that comes back though it was not sent, or was sent as null, is never what another request of this \
               run sent for it, and is the same each time; where the document states a `default`, it is that.",
        why: "A record that is used again, or a pool that is not cleaned, shows one client what another one sent. It shows \
              first where nothing overwrites it.",
        leaves_alone: "What it comes back as, as long as that is always the same and no default is stated. Null in place of a \
                       stated one. One of few values, unless it is each time that \
                       of the request before. Texts of fewer than four characters, and a \
                       plain text that is seen once or twice: a server may have a default that somebody also sends. A repeated \
                       identity.",
        source: "the rule `defaults/…` of the contract; see `proofmark rules`",
        violating: Example {
            before: &[
                (
                    r#"{"external_id":"proofmark-1"}"#,
                    r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"","last_name":"","live_mode":false,"updated_at":1671631795145}"#,
                ),
                (
                    r#"{"external_id":"proofmark-2","first_name":"Ada 0815"}"#,
                    r#"200 application/json {"id":"u_2","object":"user","created_at":1671631795145,"external_id":"proofmark-2","first_name":"Ada 0815","last_name":"","live_mode":false,"updated_at":1671631795145}"#,
                ),
            ],
            intent: "valid",
            sent: r#"{"external_id":"proofmark-3"}"#,
            received: r#"200 application/json {"id":"u_3","object":"user","created_at":1671631795145,"external_id":"proofmark-3","first_name":"Ada 0815","last_name":"","live_mode":false,"updated_at":1671631795145}"#,
        },
        conforming: Example {
            before: &[
                (
                    r#"{"external_id":"proofmark-1"}"#,
                    r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"Anonymous","last_name":"","live_mode":false,"updated_at":1671631795145}"#,
                ),
                (
                    r#"{"external_id":"proofmark-2","first_name":"Anonymous"}"#,
                    r#"200 application/json {"id":"u_2","object":"user","created_at":1671631795145,"external_id":"proofmark-2","first_name":"Anonymous","last_name":"","live_mode":false,"updated_at":1671631795145}"#,
                ),
            ],
            intent: "valid",
            sent: r#"{"external_id":"proofmark-3"}"#,
            received: r#"200 application/json {"id":"u_3","object":"user","created_at":1671631795145,"external_id":"proofmark-3","first_name":"Anonymous","last_name":"","live_mode":false,"updated_at":1671631795145}"#,
        },
    },
    judge: Judge::Run(run),
};

fn run(subject: &Subject<'_>, memory: &mut Memory, findings: &mut Vec<Finding>) -> bool {
    let (Some(made), Some(Value::Object(sent))) = (subject.created(), subject.read.sent()) else { return false };
    if subject.novelty(memory) != Novelty::New {
        return false;
    }
    let mut applied = false;
    for rule in subject.contract.rules_in_force() {
        let RuleKind::Defaults { property, stated } = &rule.kind else { continue };
        let Some(back) = member(made, property) else { continue };
        if member(sent, property).is_some_and(|sent| !sent.is_null()) || subject.is_spoken_of(property) {
            continue;
        }
        applied = true;
        if let Some(stated) = stated {
            let other = member(sent, property).is_none() && !back.is_null() && !same_json(stated, back);
            findings.extend(other.then(|| {
                let title = format!("`/{property}`, which was not sent, does not come back as its default");
                let label = format!("the default is {}, and the response says {}", short(stated), short(back));
                let body = Some(Pointer::root().child(property));
                Finding { label, body, detail: "stated".into(), ..subject.breach(ID, title, rule) }
            }));
            continue;
        }
        let changes = judge(subject, rule, property, back, memory);
        findings
            .extend(nothing(subject, rule, property, back).or_else(|| follows(subject, rule, property)).or(changes));
    }
    applied
}

/// What is absent comes back as a word that some language has for nothing, where the property holds free text.
fn nothing(subject: &Subject<'_>, rule: &Rule, property: &str, back: &Value) -> Option<Finding> {
    let text = back.as_str().filter(|text| is_word_for_nothing(text))?;
    let body = Some(Pointer::root().child(property));
    (!texts_of(subject.read).contains(&text)).then(|| {
        let title = format!("`/{property}`, which was not sent, comes back as a word for nothing");
        let label = format!("the response says {}, which is a text like any other", short(back));
        Finding { label, body, detail: "nothing".into(), ..subject.breach(ID, title, rule) }
    })
}

fn judge(subject: &Subject<'_>, rule: &Rule, property: &str, back: &Value, memory: &mut Memory) -> Option<Finding> {
    let key = hash((&subject.contract.operation.id, property));
    let strange = back.as_str().filter(|text| is_anothers(subject, property, text, memory));
    let strange = strange.map(|text| (hash(text), is_distinctive(text)));
    let new = || memory::Absent { first: back.clone(), strange: HashSet::new() };
    let known = memory.defaults.entry(key).or_insert_with(new);
    let differs = known.first != *back;
    let many = strange.is_some_and(|(text, _)| {
        if known.strange.len() < TOO_MANY {
            known.strange.insert(text);
        }
        known.strange.len() >= TOO_MANY
    });
    if !differs {
        return None;
    }
    let body = Some(Pointer::root().child(property));
    if let Some(holder) = back.as_str().and_then(|text| prototype_with(subject, text)) {
        let title = format!("`/{property}`, which was not sent, comes back as `{holder}` has it");
        let label = format!("the response says {}", short(back));
        return Some(Finding { label, body, detail: "prototype".into(), ..subject.breach(ID, title, rule) });
    }
    if strange.is_some_and(|(_, distinctive)| distinctive || many) {
        let title = format!("`/{property}`, which was not sent, comes back as another request sent it");
        let label = format!("the response says {}", short(back));
        return Some(Finding { label, body, detail: "another's".into(), ..subject.breach(ID, title, rule) });
    }
    let title = format!("`/{property}`, which was not sent, does not come back the same each time");
    let label = format!("the response says {}, and another one said {}", short(back), short(&known.first));
    let detail = "changes".into();
    Some(Finding { label, body, detail, severity: Severity::Warning, ..subject.breach(ID, title, rule) })
}

/// What comes back for a property that is left out is what the request before it sent, whichever that was: told at the
/// end of a case that sends it in turns.
fn follows(subject: &Subject<'_>, rule: &Rule, property: &str) -> Option<Finding> {
    if subject.earlier.len() + 1 != TURNS * 2 || subject.case.steps.len() != TURNS * 2 {
        return None;
    }
    let exchanges: Vec<_> = subject.earlier.iter().chain([subject.exchange]).collect();
    let pairs: Vec<(Value, Value)> = exchanges
        .chunks_exact(2)
        .filter_map(|pair| {
            let [with, without] = [0, 1].map(|at| Read::new(subject.contract, pair[at], None));
            let sent = with.sent()?.get(property)?.clone();
            let back = without.answer.as_ref()?.json()?.get(property)?.clone();
            without.sent()?.get(property).is_none().then_some((sent, back))
        })
        .collect();
    let same = pairs.iter().filter(|(sent, back)| sent == back);
    let both = same.clone().any(|(_, back)| *back != pairs[0].1);
    let (count, of) = (same.count(), pairs.len());
    (of == TURNS && count >= FOLLOWS && both).then(|| {
        let title = format!("`/{property}`, which was not sent, comes back as the request before it sent it");
        let label = format!("so it was {count} times of {of}, with two values in turns");
        let body = Some(Pointer::root().child(property));
        Finding { label, body, detail: FOLLOWING.into(), ..subject.breach(ID, title, rule) }
    })
}

/// The property with a special meaning to JavaScript in which the request has this text, if it has it there alone.
fn prototype_with(subject: &Subject<'_>, text: &str) -> Option<&'static str> {
    let Some(Value::Object(sent)) = subject.read.sent() else { return None };
    let has = |value: &Value| texts_in(value).contains(&text);
    let holder = PROTOTYPES.into_iter().find(|name| sent.get(*name).is_some_and(has))?;
    let elsewhere = sent.iter().any(|(name, value)| !PROTOTYPES.contains(&name.as_str()) && has(value));
    (!is_too_short(text) && !elsewhere).then_some(holder)
}

/// Whether others sent this text for the property, and this case sent it nowhere.
fn is_anothers(subject: &Subject<'_>, property: &str, text: &str, memory: &Memory) -> bool {
    !is_too_short(text)
        && memory.sent_by_another(property, text, subject.number)
        && !texts_of(subject.read).contains(&text)
        && !subject.earlier.iter().any(|exchange| {
            let earlier = Read::new(subject.contract, exchange, None);
            texts_of(&earlier).contains(&text)
        })
}
