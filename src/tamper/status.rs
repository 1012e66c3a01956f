//! Statuses that the contract does not give to an answer.

use super::ground::Ground;
use super::scope::Scope;
use super::{Class, Mutation, answer};

/// What a server might answer in place of a success.
const SUCCESSES: &[u16] = &[201, 202, 203, 204, 205, 206, 301, 302, 304, 404, 405, 409, 410, 418, 422, 451];
/// What a server might answer in place of a refusal. (429 is left out: the engine would wait, as it must.)
const REFUSALS: &[u16] = &[401, 402, 404, 405, 406, 409, 410, 412, 413, 415, 418, 422, 451, 499, 302];
/// Statuses without content (RFC 9110 §15.3.5, §15.3.6, §15.4.5).
const EMPTY: &[u16] = &[204, 205, 304];

pub(super) fn propose(ground: &Ground<'_>, all: &mut Vec<Mutation>) {
    let undocumented = |statuses: &[u16]| -> Vec<u16> {
        statuses.iter().copied().filter(|status| !ground.operation.documents(*status)).collect()
    };
    for scope in Scope::ALL {
        let candidates = if scope == Scope::Success { SUCCESSES } else { REFUSALS };
        for status in undocumented(candidates) {
            let breaks = format!("has the status {status}, which is not documented");
            all.push(ground.within(scope, Class::Status, &status.to_string(), &breaks, move |exchange| {
                if EMPTY.contains(&status) {
                    answer::set_body(exchange, "");
                }
                answer::set_status(exchange, status)
            }));
        }
    }
    let success = ground.operation.answers.iter().find_map(|answer| match answer.status {
        crate::spec::StatusPattern::Exact(status) if answer.status.is_success() => Some(status),
        _ => None,
    });
    let Some(success) = success else { return };
    for scope in Scope::REFUSALS {
        let breaks = format!("has the status {success}, with the error as its body");
        all.push(ground.within(scope, Class::Status, "error-as-success", &breaks, move |exchange| {
            answer::set_status(exchange, success)
        }));
        let breaks = format!("{} is an earlier success", scope.says());
        let about = format!("{}/earlier-success", scope.word());
        all.push(ground.answers(Class::AcceptedInvalid, &about, breaks, move |scene, exchange| {
            let Some(last) = scene.memory.last.as_ref().filter(|_| scope.covers(scene, exchange)) else { return false };
            exchange.outcome = Ok(last.response.clone());
            true
        }));
    }
}
