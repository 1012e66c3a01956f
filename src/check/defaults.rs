//! What was not sent comes back as no accident.

use std::collections::HashSet;

use serde_json::Value;

use super::answer::short;
use super::memory::{self, Memory, hash, is_distinctive, texts_of};
use super::{About, Check, Example, Finding, Judge, Novelty, Read, Severity, Subject};
use crate::contract::{Rule, RuleKind};
use crate::source::Pointer;

const ID: &str = "defaults";

/// Texts of fewer characters may be anybody's.
const SHORTEST: usize = 4;
/// So many defaults that others have sent are no coincidence.
const TOO_MANY: usize = 3;

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error where it is what another request sent: one user's data is another's. A warning where it merely \
                   changes: the document does not say that it must not",
        what: "A property that comes back though it was not sent, or was sent as null, is never what another request of this \
               run sent for it, and is the same each time.",
        why: "A record that is used again, or a pool that is not cleaned, shows one client what another one sent. It shows \
              first where nothing overwrites it.",
        leaves_alone: "What it comes back as, as long as that is always the same. Texts of fewer than four characters, and a \
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
        let RuleKind::Defaults { property } = &rule.kind else { continue };
        let Some(back) = made.get(property) else { continue };
        if sent.get(property).is_some_and(|sent| !sent.is_null()) || subject.is_spoken_of(property) {
            continue;
        }
        applied = true;
        findings.extend(judge(subject, rule, property, back, memory));
    }
    applied
}

fn judge(subject: &Subject<'_>, rule: &Rule, property: &str, back: &Value, memory: &mut Memory) -> Option<Finding> {
    let key = format!("{}/{property}", subject.contract.operation.id);
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
    let body = Some(Pointer::root().child(property));
    if differs && strange.is_some_and(|(_, distinctive)| distinctive || many) {
        let title = format!("`/{property}`, which was not sent, comes back as another request sent it");
        let label = format!("the response says {}", short(back));
        return Some(Finding { label, body, detail: "another's".into(), ..subject.breach(ID, title, rule) });
    }
    differs.then(|| {
        let title = format!("`/{property}`, which was not sent, does not come back the same each time");
        let label = format!("the response says {}, and another one said {}", short(back), short(&known.first));
        let detail = "changes".into();
        Finding { label, body, detail, severity: Severity::Warning, ..subject.breach(ID, title, rule) }
    })
}

/// Whether others sent this text for the property, and this case sent it nowhere.
fn is_anothers(subject: &Subject<'_>, property: &str, text: &str, memory: &Memory) -> bool {
    text.chars().count() >= SHORTEST
        && memory.sent_by_another(property, text, subject.number)
        && !texts_of(subject.read).contains(&text)
        && !subject.earlier.iter().any(|exchange| {
            let earlier = Read::new(subject.contract, exchange, None);
            texts_of(&earlier).contains(&text)
        })
}
