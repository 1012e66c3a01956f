//! Whose things a request may change where others have theirs: those that the run made, and nothing else.

use crate::case::{Case, Origin};
use crate::contract::{Contract, OperationContract, ParameterContract, ToldBy};
use crate::http::is_safe;
use crate::http::parameter::Location;

/// Whether each request of a case reads, makes something, or changes what an earlier one of its requests made.
pub(super) fn keeps_to_its_own(contract: &Contract, case: &Case) -> bool {
    let may_be_sent = |at| {
        let operation = contract.operations.get(case.operation_of(at));
        operation.is_some_and(|operation| changes_its_own(contract, operation, case, at))
    };
    (0..case.steps.len()).all(may_be_sent)
}

/// Whether the step numbered `at`, which is of `operation`, is no change of what the run did not make.
fn changes_its_own(contract: &Contract, operation: &OperationContract, case: &Case, at: usize) -> bool {
    if is_safe(&operation.operation.method) {
        return true;
    }
    let Some(segment) = last_thing(operation) else { return contract.makes(operation) };
    match case.origin_in_path(at, segment) {
        // It is put where nothing can be.
        Origin::New => true,
        // Who only reads tells of what others made.
        Origin::Step(before) => {
            let maker = contract.operations.get(case.operation_of(before));
            maker.is_some_and(|maker| !is_safe(&maker.operation.method))
        }
        Origin::Elsewhere => false,
    }
}

/// The number of the last segment of the path that names a thing.
fn last_thing(operation: &OperationContract) -> Option<usize> {
    let things = |one: &&ParameterContract| one.location == Location::Path && one.told_by == ToldBy::Things;
    let names: Vec<String> =
        operation.parameters.iter().filter(things).map(|one| format!("{{{}}}", one.name)).collect();
    let mut segments: Vec<&str> = operation.operation.path.split('/').filter(|segment| !segment.is_empty()).collect();
    let is_named = |segment: &str| names.iter().any(|name| segment.contains(name.as_str()));
    while segments.last().is_some_and(|last| !is_named(last)) {
        segments.pop();
    }
    segments.len().checked_sub(1)
}
