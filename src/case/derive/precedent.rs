//! Requests of which something is in doubt whatever is sent, behind a plain one: where that was granted, one that differs
//! from it in nothing but what is certain must be granted too.

use super::call::Call;
use super::{Case, Intent};
use crate::case::{State, Step};

/// The cases as the operation is called, those in doubt for what every request of it has behind a plain one.
pub(super) fn doubted(call: &Call<'_>, cases: Vec<Case>) -> Vec<Case> {
    let plain = cases
        .iter()
        .filter(|case| case.ordinary && case.intent == Intent::Valid)
        .find(|case| ["/full", "/plain"].iter().any(|end| case.name.ends_with(end)))
        .filter(|_| is_repeatable(call) && call.supply.missing.is_none())
        .cloned();
    let in_doubt = plain.as_ref().map(|plain| call.doubted(plain.clone()).intent);
    let Some((plain, contested @ Intent::Contested(_))) = plain.zip(in_doubt) else {
        return cases.into_iter().map(|case| call.doubted(case)).collect();
    };
    let with = |case: Case| {
        let certain = case.intent == Intent::Valid && !case.ordinary && !call.supply.is_about_a_name(&case.focus);
        let alone = call.doubted(case.clone());
        match (certain && alone.intent == contested).then(|| behind(plain.steps.first()?, case)).flatten() {
            Some(case) => call.doubted(case),
            None => alone,
        }
    };
    cases.into_iter().map(with).collect()
}

/// The case of one request with `plain` before it; none where it has several, or something else is said of its answer.
pub(super) fn behind(plain: &Step, case: Case) -> Option<Case> {
    let [step] = case.steps.as_slice() else { return None };
    if step.state.is_some() || step.copies.count() > 1 {
        return None;
    }
    let plain = plain.clone().meant(case.intent.clone());
    let own = Step { state: Some(State::Like), ..step.clone() };
    Some(Case { steps: vec![plain, own], ..case })
}

/// Whether the same may be asked for twice.
fn is_repeatable(call: &Call<'_>) -> bool {
    match call.operation.operation.method.as_str() {
        "GET" | "HEAD" | "PUT" | "PATCH" | "QUERY" => true,
        "POST" => !call.operation.has_path_parameters() && !call.operation.signs_in,
        _ => false,
    }
}
