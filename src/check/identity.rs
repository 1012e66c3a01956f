//! One identity is one thing.

use std::collections::HashMap;

use serde_json::Value;

use super::answer::short;
use super::{About, Check, Example, Finding, Judge, Read, Scene, error, reads_otherwise, severity};
use crate::case::{Copies, Intent};
use crate::contract::{Rule, RuleKind};
use crate::generate::Contest;
use crate::schema::Agreement;
use crate::source::Pointer;

const ID: &str = "identity";

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error: one thing of the client's is two of the server's",
        what: "All successes of a case in which the same identity was sent carry the same id, one after another or at once, and \
               with the same id the same time of making. \
               Where a new identity is sent many times at once, one of them is accepted.",
        why: "A client that repeats a request after a lost answer must not make a second user. Where nothing but a look \
              before the insert stands against that, two at once both get through.",
        leaves_alone: "A time of making that is cut to whole seconds in one of two answers. How a repeat is answered: with the first one again, or with a refusal. A body of which the server may \
                       have read another identity.",
        source: "the rules `identity/…` and `unique-id/…` of the contract; see `proofmark rules`",
        violating: Example {
            before: &[(
                r#"{"external_id":"proofmark-1"}"#,
                r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"","last_name":"","live_mode":false,"updated_at":1671631795145}"#,
            )],
            intent: "valid",
            sent: r#"{"external_id":"proofmark-1"}"#,
            received: r#"200 application/json {"id":"u_2","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"","last_name":"","live_mode":false,"updated_at":1671631795145}"#,
        },
        conforming: Example {
            before: &[(
                r#"{"external_id":"proofmark-1"}"#,
                r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"","last_name":"","live_mode":false,"updated_at":1671631795145}"#,
            )],
            intent: "valid",
            sent: r#"{"external_id":"proofmark-1"}"#,
            received: r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"","last_name":"","live_mode":false,"updated_at":1671631795145}"#,
        },
    },
    judge: Judge::Case(run),
};

fn run(scene: &Scene<'_>, findings: &mut Vec<Finding>) -> bool {
    if scene.exchanges.len() < 2 || reads_otherwise(&scene.case.intent) {
        return false;
    }
    let reads: Vec<Read<'_>> =
        scene.exchanges.iter().map(|exchange| Read::new(scene.contract, exchange, None)).collect();
    let mut applied = false;
    for (rule, property) in scene.contract.identities() {
        for (_, id) in scene.contract.unique_ids() {
            applied |= one_id_each(rule, (property, id), &reads, findings);
            one_time_each(scene, rule, (property, id), &reads, findings);
        }
        applied |= one_of_many(scene, rule, property, &reads, findings);
    }
    applied
}

/// The same identity has the same id in every success. Whether some identity was sent twice.
fn one_id_each(rule: &Rule, names: (&str, &str), reads: &[Read<'_>], findings: &mut Vec<Finding>) -> bool {
    let (property, id) = names;
    let mut first: HashMap<&str, Option<&Value>> = HashMap::new();
    let (mut twice, mut told) = (false, false);
    for (step, read) in reads.iter().enumerate() {
        let Some(sent) = read.sent().and_then(|sent| sent.get(property)?.as_str()) else { continue };
        let made = read.answer.as_ref().filter(|answer| answer.response.is_success());
        let made = made.and_then(|answer| answer.json()?.get(id)).filter(|id| id.is_string() || id.is_number());
        twice |= first.contains_key(sent);
        let known = first.entry(sent).or_insert(made);
        match (*known, made) {
            (Some(known), Some(made)) if known != made && !told => {
                told = true;
                let title = format!("one `{property}` has two different `{id}`s");
                let label = format!("{} at first, then {}", short(known), short(made));
                let body = Some(Pointer::root().child(id));
                let finding = error(ID, title, &rule.pointer, step);
                findings.push(Finding { label, body, severity: severity(rule), ..finding });
            }
            (None, Some(_)) => *known = made,
            _ => {}
        }
    }
    twice
}

/// What has the same identity, and the same id in two answers, was made at one time.
fn one_time_each(
    scene: &Scene<'_>,
    rule: &Rule,
    (property, id): (&str, &str),
    reads: &[Read<'_>],
    findings: &mut Vec<Finding>,
) {
    let made = scene.contract.rules_in_force().find_map(|rule| match &rule.kind {
        RuleKind::Order { earlier, .. } => Some(earlier),
        _ => None,
    });
    let Some(made) = made else { return };
    let mut first: HashMap<(&str, String), (&Value, i64)> = HashMap::new();
    for (step, read) in reads.iter().enumerate() {
        let answer = read.answer.as_ref().filter(|answer| answer.response.is_success());
        let Some(body) = answer.and_then(|answer| answer.json()) else { continue };
        let Some(sent) = read.sent().and_then(|sent| sent.get(property)?.as_str()) else { continue };
        let (Some(id), Some(time)) = (body.get(id), body.get(made)) else { continue };
        let Some(number) = time.as_i64() else { continue };
        let (known, before) = *first.entry((sent, id.to_string())).or_insert((time, number));
        let cut = |one: i64, other: i64| one % 1000 == 0 && one == other / 1000 * 1000;
        if before != number && !cut(before, number) && !cut(number, before) {
            let title = format!("one `{property}` has two different `{made}`s");
            let label = format!("{} at first, then {}", short(known), short(time));
            let body = Some(Pointer::root().child(made));
            let finding = error(ID, title, &rule.pointer, step);
            findings.push(Finding { label, body, detail: "time".into(), severity: severity(rule), ..finding });
            return;
        }
    }
}

/// Of many requests for the same new thing at once, one is accepted. Whether there were any.
fn one_of_many(
    scene: &Scene<'_>,
    rule: &Rule,
    property: &str,
    reads: &[Read<'_>],
    findings: &mut Vec<Finding>,
) -> bool {
    let speaks = Intent::Contested(Contest::Repeated);
    if !matches!(scene.case.intent, Intent::Valid | Intent::Authored) && scene.case.intent != speaks {
        return false;
    }
    let Some(body) = &scene.contract.body else { return false };
    let (mut at, mut applied) = (0, false);
    for step in &scene.case.steps {
        let range = at..at + usize::from(step.copies.count());
        at = range.end;
        let (Copies::Same(2..), Some(copies)) = (step.copies, reads.get(range.clone())) else { continue };
        let Some(sent) = copies[0].sent().filter(|sent| body.schema.agreement(sent) == Agreement::Accepted) else {
            continue;
        };
        let identity = sent.get(property);
        let new = |read: &Read<'_>| read.sent().and_then(|sent| sent.get(property)) != identity;
        if identity.is_none() || !reads[..range.start].iter().all(new) {
            continue;
        }
        applied = true;
        let refused = |read: &Read<'_>| {
            read.answer.as_ref().is_some_and(|answer| (400..500).contains(&answer.status()) && answer.status() != 429)
        };
        if copies.iter().all(refused) {
            let count = copies.len();
            let title = format!("none of many requests at once for one new `{property}` was accepted");
            let label = format!("all {count} were refused");
            let finding = error(ID, title, &rule.pointer, range.start);
            findings.push(Finding { label, detail: "none".into(), severity: severity(rule), ..finding });
        }
    }
    applied
}
