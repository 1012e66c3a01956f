//! Cases from a contract: what must be accepted, what must be refused, and what is contested.
//!
//! Each file here proposes requests of one sort. What a server must do with a request is never the proposer's word:
//! [`Prover`] validates the very bytes under every reading.

mod body_text;
mod broken;
mod composed;
mod credentials;
mod forms;
mod ground;
mod identity;
mod names;
mod numbers;
mod presence;
mod random;
mod sequence;
mod silent;
mod time;
mod together;
mod values;
mod wire;

pub use credentials::credentials;
pub use ground::Ground;
pub use random::Random;

use super::{BodyTemplate, Case, Intent, RequestTemplate, Tier};
use crate::contract::{Contract, OperationContract};
use crate::http::Headers;

/// What could be derived for one operation.
#[derive(Debug)]
pub enum Derived {
    /// Its cases, in a stable order.
    Cases(Vec<Case>),
    /// None, and why.
    Nothing(String),
}

/// The cases of the operation numbered `number`; the same for the same document and seed.
pub fn derive(contract: &Contract, number: usize, seed: u64) -> Derived {
    let Some(operation) = contract.operations.get(number) else {
        return Derived::Nothing("there is no such operation".into());
    };
    if operation.body.is_none() {
        return Derived::Cases(vec![bare(operation, number)]);
    }
    let Some(ground) = Ground::of(contract, number, seed) else {
        return Derived::Nothing(composed::why_none(contract, number, seed));
    };
    let mut cases = Vec::new();
    values::propose(&ground, &mut cases);
    together::propose(&ground, &mut cases);
    presence::propose(&ground, &mut cases);
    forms::propose(&ground, &mut cases);
    broken::propose(&ground, &mut cases);
    body_text::propose(&ground, &mut cases);
    numbers::propose(&ground, &mut cases);
    silent::propose(&ground, &mut cases);
    names::propose(&ground, &mut cases);
    wire::propose(&ground, &mut cases);
    time::propose(&ground, &mut cases);
    identity::propose(&ground, &mut cases);
    composed::propose(&ground, &mut cases);
    // Last: it goes on from what the others have made.
    sequence::propose(&ground, &mut cases);
    let mut seen = std::collections::HashSet::new();
    cases.retain(|case| seen.insert(case.name.clone()));
    // Stable: within an intent the order of the proposers stays. Valid ones come first, so that a server that takes
    // nothing is known at once.
    cases.sort_by_key(|case| match case.intent {
        Intent::Valid => 0,
        Intent::Invalid { .. } => 1,
        Intent::Contested(_) | Intent::Authored => 2,
    });
    Derived::Cases(cases)
}

/// The one case of an operation without a body.
fn bare(operation: &OperationContract, number: usize) -> Case {
    let headers = Headers::new();
    let request = RequestTemplate {
        method: operation.operation.method.clone(),
        path: operation.operation.path.clone(),
        headers,
        body: None,
    };
    let name = format!("{}/valid/plain", operation.operation.id);
    let mut case = Case::single(number, name, Intent::Valid, "the request as documented", request);
    (case.ordinary, case.tier) = (true, Tier::Smoke);
    case
}

#[cfg(test)]
mod tests;
