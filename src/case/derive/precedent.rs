//! Requests of which something is in doubt whatever is sent, behind a plain one: where that was granted, one that differs
//! from it in nothing but what is certain must be granted too.

use super::call::Call;
use super::{Case, Intent};
use crate::case::{State, Step};

/// The cases as the operation is called, those in doubt for what every request of it has behind a plain one.
pub(super) fn doubted(call: &Call<'_>, cases: Vec<Case>) -> Vec<Case> {
    let precedent = precedent(call, &cases);
    let doubted = |case: Case| match &precedent {
        Some((plain, doubt)) if is_likened(call, &case, doubt) => call.doubted(behind(plain, case)),
        _ => call.doubted(case),
    };
    cases.into_iter().map(doubted).collect()
}

/// The plain request, where there is some doubt about every request of the operation and it may be made twice; with that doubt.
fn precedent(call: &Call<'_>, cases: &[Case]) -> Option<(Step, Intent)> {
    let plain = |case: &&Case| ["/full", "/plain"].iter().any(|end| case.name.ends_with(end));
    let plain = cases.iter().filter(|case| case.ordinary && case.intent == Intent::Valid).find(plain)?;
    let doubt = call.doubted(plain.clone()).intent;
    let is_one = matches!(doubt, Intent::Contested(_)) && is_repeatable(call) && call.supply.missing.is_none();
    Some((plain.steps.first().filter(|_| is_one)?.clone(), doubt))
}

/// Whether there is no other doubt about a case than this.
fn is_likened(call: &Call<'_>, case: &Case, doubt: &Intent) -> bool {
    let certain = case.intent == Intent::Valid && !case.ordinary && !call.supply.is_about_a_name(&case.focus);
    certain && call.doubted(case.clone()).intent == *doubt
}

/// A case of one request with `plain` before it; as it is where it has several, or something else is said of its answer.
pub(super) fn behind(plain: &Step, mut case: Case) -> Case {
    if let [step] = case.steps.as_mut_slice()
        && step.state.is_none()
        && step.copies.count() == 1
    {
        step.state = Some(State::Like);
        case.steps.insert(0, plain.clone().meant(case.intent.clone()));
    }
    case
}

/// Whether the same may be asked for twice.
fn is_repeatable(call: &Call<'_>) -> bool {
    match call.operation.operation.method.as_str() {
        "GET" | "HEAD" | "PUT" | "PATCH" | "QUERY" => true,
        "POST" => !call.operation.has_path_parameters() && !call.operation.signs_in,
        _ => false,
    }
}
