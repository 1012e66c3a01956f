//! What a case file says of the contract's rules.

use std::time::Duration;

use super::error::CaseFileError;
use super::file::Read;
use super::format::Severity;
use super::{Origin, unknown_operation};
use crate::contract::{Amendment, Contract, RuleKind};
use crate::source::Pointer;

/// The longest that clocks may be said to be apart: a day.
const MAX_SKEW_MINUTES: f64 = 24.0 * 60.0;

/// What one file says of the rules of `contract`. A bundled file may speak of another document.
pub(super) fn amendments(read: &Read, origin: Origin, contract: &Contract) -> Result<Vec<Amendment>, CaseFileError> {
    let id = &read.file.operation;
    match contract.operations.iter().position(|known| known.operation.id == *id) {
        Some(number) => of_operation(read, contract, number, origin),
        None if origin == Origin::Bundled || read.file.rules.is_empty() => Ok(Vec::new()),
        None => Err(unknown_operation(read, id, contract)),
    }
}

fn of_operation(
    read: &Read,
    contract: &Contract,
    operation: usize,
    origin: Origin,
) -> Result<Vec<Amendment>, CaseFileError> {
    let rules = &contract.operations[operation].rules;
    let mut all = Vec::new();
    for (index, entry) in read.file.rules.iter().enumerate() {
        let at = Pointer::root().child("rules").index(index);
        let Some(rule) = rules.iter().find(|rule| rule.name() == entry.rule) else {
            if origin == Origin::Bundled {
                continue;
            }
            let at = at.child("rule");
            let names: Vec<String> = rules.iter().map(|rule| rule.name()).collect();
            let message = format!("`{}` has no rule `{}`", read.file.operation, entry.rule);
            return Err(read.error(&at, message).meant(&entry.rule, names.iter().map(String::as_str)));
        };
        let skew = match entry.skew_minutes {
            None => None,
            Some(_) if !matches!(rule.kind, RuleKind::Clock { .. }) => {
                let message = format!("`{}` is not about a clock", entry.rule);
                return Err(read.key_error(&at.child("skew_minutes"), message));
            }
            Some(minutes) if (0.0..=MAX_SKEW_MINUTES).contains(&minutes) => {
                Some(Duration::from_secs_f64(minutes * 60.0))
            }
            Some(_) => {
                let message = format!("clocks are from 0 to {MAX_SKEW_MINUTES} minutes apart");
                return Err(read.error(&at.child("skew_minutes"), message));
            }
        };
        let place = read.place(&at.child("rule"));
        let by = format!("{place}: {}", entry.why);
        let gates = entry.severity.map(|severity| severity == Severity::Error);
        all.push(Amendment { operation, rule: entry.rule.clone(), holds: entry.holds, skew, gates, by });
    }
    Ok(all)
}
