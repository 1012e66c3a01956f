//! The matrix for programs: `specs/verify.schema.json` describes it.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Matrix, Outcome, Row};
use crate::run::Started;

/// Writes the matrix of a run that `started` so. `more` holds members that the caller adds.
///
/// # Errors
///
/// What the writer gives.
pub fn write(mut out: impl Write, started: &Started, matrix: &Matrix, more: &[(&str, Value)]) -> io::Result<()> {
    let mut report = json!({
        "proofmark": started.version,
        "run": started.run,
        "document": started.document,
        "target": started.target,
        "environment": started.environment,
        "profile": started.profile,
        "seed": format!("{:x}", started.seed),
        "cases": started.cases,
        "killed": matrix.killed().count(),
        "survived": matrix.survived().count(),
        "not_applicable": matrix.not_applicable().count(),
        "kill_rate": matrix.kill_rate(),
        "mutations": matrix.rows.iter().map(row).collect::<Vec<_>>(),
    });
    for (name, value) in more {
        report[*name] = value.clone();
    }
    serde_json::to_writer_pretty(&mut out, &report)?;
    writeln!(out)?;
    out.flush()
}

fn row(row: &Row) -> Value {
    let mut value = json!({
        "name": row.name,
        "class": row.class.word(),
        "breaks": row.breaks,
        "outcome": row.outcome.word(),
        "changed": row.changed,
    });
    match &row.outcome {
        Outcome::Killed { checks, cases, case } => {
            value["checks"] = json!(checks);
            value["cases"] = json!(cases);
            value["case"] = json!(case);
        }
        Outcome::Survived { cut_short: Some(why) } => value["cut_short"] = json!(why),
        Outcome::Survived { cut_short: None } | Outcome::NotApplicable => {}
    }
    value
}
