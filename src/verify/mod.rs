//! Who proves the prover: the gate, tried on a contract that is broken in one way at a time.
//!
//! A [`Recorded`] run of the plan must pass. Then [`trial`] runs the plan once for each
//! [`Mutation`], until something is found. What nothing found, the gate would let through.

pub mod json;
mod matrix;
mod recorded;
pub mod table;

pub use matrix::{Matrix, Outcome, Row};
pub use recorded::{Recorded, Replay};

use std::ops::ControlFlow;

use crate::check::Severity;
use crate::plan::Plan;
use crate::run::{CaseResult, Event, Options, run_until};
use crate::tamper::{Mutation, Tampered};
use crate::transport::Transport;

/// Why the run of a mutation ends early.
const FOUND: &str = "the mutation was found";

/// Runs the plan with a mutation in the way, until an error is found. The record must hold an untampered run that found
/// none.
pub async fn trial<T: Transport>(
    plan: &Plan<'_>,
    recorded: &Recorded<'_, T>,
    options: &Options,
    mutation: &Mutation,
) -> Row {
    let replay = recorded.replay();
    let tampered = Tampered::new(&replay, plan.contract, &recorded.reader, mutation);
    let mut found: Option<Outcome> = None;
    let emit = |event| match event {
        Event::Case(result) if found.is_none() => match killed(&result) {
            Some(outcome) => {
                found = Some(outcome);
                ControlFlow::Break(FOUND.to_owned())
            }
            None => ControlFlow::Continue(()),
        },
        _ => ControlFlow::Continue(()),
    };
    let cut_short = run_until(plan, &tampered, options, std::future::pending(), emit).await;
    let changed = tampered.done();
    let outcome = match found {
        _ if changed == 0 => Outcome::NotApplicable,
        Some(killed) => killed,
        None => Outcome::Survived { cut_short },
    };
    Row {
        name: mutation.name.clone(),
        class: mutation.class,
        breaks: mutation.breaks.clone(),
        operation: mutation.operation,
        changed,
        outcome,
    }
}

/// The outcome that a case with an error comes to.
fn killed(result: &CaseResult) -> Option<Outcome> {
    let errors = result.findings.iter().filter(|finding| finding.severity == Severity::Error);
    let mut checks: Vec<&'static str> = Vec::new();
    for error in errors {
        if !checks.contains(&error.check) {
            checks.push(error.check);
        }
    }
    let cases = result.number + 1;
    (!checks.is_empty()).then(|| Outcome::Killed { checks, cases, case: result.case.name.clone() })
}
