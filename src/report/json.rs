//! `report.json`: the run for programs. Its form is described in `specs/report.schema.json`.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::shown::millis;
use super::tally::{INTENTS, VERDICTS};
use super::words::{seed, utc, without_userinfo};
use super::{Context, Coverage, Group, OperationTally, Outcome, Part, Reasons, Tally};
use crate::case::Intent;
use crate::check::{CHECKS, Severity};
use crate::contract::OperationContract;
use crate::run::Verdict;
use crate::source::Pointer;

/// The version of the form. It grows when a reader of the old one would be misled.
const FORMAT: u64 = 1;

/// Writes the report of a run that is over.
///
/// # Errors
/// What the writer gives.
pub fn write(mut out: impl Write, tally: &Tally, outcome: &Outcome, context: &Context) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut out, &value(tally, outcome, context))?;
    out.write_all(b"\n")
}

/// The report as a value, its members in a fixed order.
pub fn value(tally: &Tally, outcome: &Outcome, context: &Context) -> Value {
    let clean = |text: &str| context.redactor.apply(text).into_owned();
    let started = tally.started.as_ref();
    let word = |of: fn(&crate::run::Started) -> &str| started.map(|started| clean(of(started))).unwrap_or_default();
    let cut_short = tally.finished.as_ref().and_then(|finished| finished.cut_short.as_deref());
    json!({
        "format": FORMAT,
        "tool": { "name": "proofmark", "version": started.map_or("", |started| started.version) },
        "run": word(|started| &started.run),
        "document": { "name": word(|started| &started.document), "openapi": openapi(context) },
        "target": started.map(|started| clean(&without_userinfo(&started.target))).unwrap_or_default(),
        "environment": word(|started| &started.environment),
        "profile": word(|started| &started.profile),
        "seed": seed(started.map_or(0, |started| started.seed)),
        "started": utc(started.map_or(0, |started| started.at)),
        "elapsed_ms": tally.finished.as_ref().map(|finished| millis(finished.elapsed)),
        "cut_short": cut_short.map(clean),
        "gate": {
            "decision": outcome.decision.word(),
            "exit": outcome.exit,
            "why": outcome.decision.why().iter().map(|why| clean(why)).collect::<Vec<_>>(),
        },
        "counts": counts(tally),
        "operations": tally.tried().map(|(contract, tally)| operation(contract, tally)).collect::<Vec<_>>(),
        "untried": started.iter().flat_map(|started| &started.untried)
            .map(|(title, reason)| json!({ "title": clean(title), "reason": clean(reason) })).collect::<Vec<_>>(),
        "coverage": coverage(&tally.coverage()),
        "checks": checks(tally),
        "findings": tally.findings().iter().map(|group| finding(group, tally, context)).collect::<Vec<_>>(),
        "more_findings": tally.causes.beyond,
        "skipped": reasons(&tally.skipped),
        "inconclusive": reasons(&tally.inconclusive),
    })
}

/// The version that the document names.
pub(super) fn openapi(context: &Context) -> String {
    let named = context.contract.document.root.get("openapi").and_then(Value::as_str);
    context.redactor.apply(named.unwrap_or("")).into_owned()
}

fn counts(tally: &Tally) -> Value {
    let mut counts = Map::new();
    counts.insert("planned".into(), json!(tally.started.as_ref().and_then(|started| started.cases)));
    counts.insert("cases".into(), json!(tally.done));
    for verdict in VERDICTS {
        counts.insert(verdict.word().into(), json!(tally.verdict(verdict)));
    }
    counts.insert("errors".into(), json!(tally.found(Severity::Error)));
    counts.insert("warnings".into(), json!(tally.found(Severity::Warning)));
    counts.insert("notes".into(), json!(tally.found(Severity::Note)));
    counts.into()
}

fn operation(contract: &OperationContract, tally: &OperationTally) -> Value {
    let by_verdict = |counts: &[u64; 4]| {
        let named = VERDICTS.iter().map(|verdict| (verdict.word().to_owned(), json!(counts[*verdict as usize])));
        Value::Object(named.collect())
    };
    let cases = INTENTS.iter().zip(&tally.counts).map(|(intent, counts)| ((*intent).to_owned(), by_verdict(counts)));
    let undocumented = tally.undocumented(contract);
    let codes = tally.error_codes.iter().map(|codes| {
        let values = codes.values.iter().map(|(value, seen)| json!({ "value": value, "seen": seen }));
        json!({ "place": codes.place.as_str(), "values": values.collect::<Vec<_>>() })
    });
    json!({
        "id": tally.id,
        "title": tally.title,
        "contract": contract.operation.pointer.as_str(),
        "verdict": verdict(tally).word(),
        "cases": Value::Object(cases.collect()),
        "accepted": tally.accepted,
        "answered": { "valid": tally.answered.valid, "invalid": tally.answered.invalid, "other": tally.answered.other },
        "statuses": tally.documented(contract).into_iter()
            .map(|entry| json!({ "status": entry.status, "cases": entry.cases })).collect::<Vec<_>>(),
        "undocumented_statuses": undocumented.into_iter()
            .map(|(status, cases)| json!({ "status": status, "cases": cases })).collect::<Vec<_>>(),
        "error_codes": codes.collect::<Vec<_>>(),
    })
}

/// What became of an operation: what is worst in its cases. One that nothing was judged of is skipped.
///
/// An operation of which no valid case could be tried is not told as one that conforms.
pub(super) fn verdict(tally: &OperationTally) -> Verdict {
    let worst = [Verdict::Violates, Verdict::Inconclusive, Verdict::Conforms];
    let found = worst.into_iter().find(|verdict| tally.verdict(*verdict) > 0);
    let valid = tally.intent(Intent::Valid.word());
    let untried = valid > 0 && tally.skipped(Intent::Valid.word()) == valid;
    found.filter(|verdict| *verdict != Verdict::Conforms || !untried).unwrap_or(Verdict::Skipped)
}

fn coverage(coverage: &Coverage) -> Value {
    let part = |part: &Part| {
        let rest = part.of - part.seen - part.unseen.len() as u64;
        json!({ "what": part.what.name(), "seen": part.seen, "of": part.of, "unseen": part.unseen, "more_unseen": rest })
    };
    // A tenth of a percent is as much as anybody acts on.
    let percent = (coverage.percent() * 10.0).floor() / 10.0;
    json!({ "percent": percent, "parts": coverage.parts.iter().map(part).collect::<Vec<_>>() })
}

fn checks(tally: &Tally) -> Vec<Value> {
    let found = |id: &str| tally.causes.groups().filter(|group| group.cause.check == id).count();
    let checks = CHECKS.iter().enumerate().map(|(at, check)| (at, check.about.id));
    checks.map(|(at, id)| json!({ "id": id, "applied": tally.applied(at), "findings": found(id) })).collect()
}

fn finding(group: &Group, tally: &Tally, context: &Context) -> Value {
    let found = &group.finding;
    let example = &group.example;
    let smallest =
        group.smallest.as_ref().map(|exchange| json!({ "curl": exchange.curl(context), "exchange": exchange }));
    let curl = example.exchange.as_ref().and_then(|exchange| exchange.curl(context));
    json!({
        "check": found.check,
        "severity": found.severity.to_string(),
        "title": found.title,
        "contract": place(&found.contract, context),
        "body": found.body.as_ref().map(Pointer::as_str),
        "label": found.label,
        "detail": found.detail,
        "operation": tally.operations.get(example.operation).map(|operation| operation.id.as_str()),
        "count": group.count,
        "out_of": tally.out_of(group),
        "seen": tally.seen(group),
        "tries": group.tries.map(|tries| json!({ "seen": tries.seen, "of": tries.of })),
        "cases": group.cases,
        "smallest": smallest,
        "example": {
            "case": example.case,
            "step": found.step,
            "replay": context.redactor.apply(&context.replay(&example.case)),
            "curl": curl,
            "exchange": example.exchange,
        },
    })
}

/// A place of the document: its pointer, and its line and column from one.
fn place(pointer: &Pointer, context: &Context) -> Value {
    let place = context.place(pointer);
    let position = place.position();
    let file = context.redactor.apply(place.source.name());
    json!({ "pointer": pointer.as_str(), "file": file, "line": position.line, "column": position.column })
}

fn reasons(reasons: &Reasons) -> Vec<Value> {
    reasons.iter().map(|(why, reason)| json!({ "reason": why, "cases": reason.cases, "first": reason.first })).collect()
}
