//! Cases from a contract: what must be accepted, what must be refused, and what is contested.
//!
//! Each file here proposes requests of one sort. What a server must do with a request is never the proposer's word:
//! [`Prover`](crate::case::Prover) validates the very bytes under every reading.

mod beside;
mod body_text;
mod broken;
mod call;
mod composed;
mod credentials;
mod defaults;
mod examples;
mod forms;
mod ground;
mod identity;
mod kept;
mod lifecycle;
mod listing;
mod fields;
mod names;
mod narrowing;
mod numbers;
mod paging;
mod parameters;
mod precedent;
mod presence;
mod random;
mod sequence;
mod sieve;
mod silent;
mod singleton;
mod supply;
mod telling;
mod time;
mod together;
mod twins;
mod unique;
mod unshown;
mod values;
mod wire;

pub use credentials::credentials;
pub use ground::Ground;
pub use random::Random;
pub use unique::{Repeat, renewed, repeat};

use call::Call;
use fields::Fields;
use unshown::Shown;

use super::{BodyTemplate, Case, Intent, RequestTemplate, Tier};
use crate::contract::{Contract, OtherBody};
use crate::http::Headers;
use crate::schema::Compiled;

/// What could be derived for one operation.
#[derive(Debug)]
pub enum Derived {
    /// Its cases, in a stable order.
    Cases(Vec<Case>),
    /// None, and why.
    Nothing(String),
}

/// All cases of the operation numbered `number`; the same for the same document and seed.
pub fn derive(contract: &Contract, number: usize, seed: u64) -> Derived {
    derive_within(contract, number, seed, None).0
}

/// The cases of the operation numbered `number`, and the ground of further ones where it has a JSON body. Where there is
/// room for so many cases and there would be many times more, most are not made: an even choice is left, of more than
/// there is room for, with all that the smoke profile has of the properties of the body.
pub fn derive_within(
    contract: &Contract,
    number: usize,
    seed: u64,
    room: Option<usize>,
) -> (Derived, Option<Ground<'_>>) {
    let call = match Call::of(contract, number, seed) {
        Ok(call) => call,
        Err(reason) => return (Derived::Nothing(reason), None),
    };
    if call.operation.body.is_some() {
        let Some(ground) = Ground::on(contract, call) else {
            return (Derived::Nothing(composed::why_none(contract, number, seed)), None);
        };
        let ground = ground.within(room);
        let mut cases = Vec::new();
        with_body(&ground, &mut cases);
        under_other_types(contract, &ground.call, &mut cases);
        return (Derived::Cases(with_lives(contract, &ground.call, cases, seed)), Some(ground));
    }
    (without_json(contract, &call.with_room(room), seed), None)
}

/// The cases of an operation that takes no JSON.
fn without_json(contract: &Contract, call: &Call<'_>, seed: u64) -> Derived {
    let mut cases = Vec::new();
    if let Some(other) = call.operation.others.first() {
        let Some(fields) = Fields::of(call, other, seed) else { return Derived::Nothing(no_body_of(other)) };
        fields.propose(&mut cases);
        parameters::propose(call, &fields.payload(), &mut cases);
    } else {
        cases.push(bare(call));
        parameters::propose(call, &Default::default(), &mut cases);
    }
    under_other_types(contract, call, &mut cases);
    Derived::Cases(with_lives(contract, call, cases, seed))
}

/// The cases of the body under each media type but the one that comes first. Where none can be made, one stands in the plan and
/// is not sent, so that nobody takes the type for tried.
fn under_other_types(contract: &Contract, call: &Call<'_>, cases: &mut Vec<Case>) {
    let operation = call.operation;
    let first = operation.body.as_ref().map(|body| &body.schema);
    let first = first.or_else(|| operation.others.first()?.schema.as_ref());
    let home = |schema: &Compiled| contract.document.resolve(schema.pointer());
    let lacking = |media_type: &str, reason: String| {
        let name = format!("{}/valid/{}/body", operation.operation.id, fields::under(media_type));
        let told = format!("a body of `{media_type}`");
        let case = Case::single(call.number, name, Intent::Valid, told, call.request(Headers::new(), None));
        Case { lacks: Some(reason), tier: Tier::Smoke, ..case }
    };
    cases.extend(operation.unsent.iter().map(|unsent| lacking(&unsent.media_type, unsent.reason.clone())));
    for other in operation.others.iter().skip(usize::from(operation.body.is_none())) {
        let same = first.zip(other.schema.as_ref()).is_some_and(|(first, own)| home(first) == home(own));
        match Fields::of(call, other, call.seed) {
            Some(fields) => fields.beside_the_first(same).propose(cases),
            None => cases.push(lacking(&other.media_type, no_body_of(other))),
        }
    }
}

fn no_body_of(other: &OtherBody) -> String {
    format!("no `{}` body could be made that its schema accepts", other.media_type)
}

/// Each case once, and those that follow a thing through its life.
fn with_lives(contract: &Contract, call: &Call<'_>, cases: Vec<Case>, seed: u64) -> Vec<Case> {
    let mut cases = ordered(call, cases);
    cases.extend(lifecycle::propose(contract, call, seed));
    cases.extend(singleton::propose(contract, call, seed));
    cases.extend(listing::propose(contract, call, seed));
    cases.extend(paging::propose(contract, call, seed));
    cases.extend(unsupplied(call, &cases));
    cases
}

/// The case of a thing that is there, where nothing supplies one: it stands in the plan and is not sent, so that nobody
/// takes the operation for tried.
fn unsupplied(call: &Call<'_>, cases: &[Case]) -> Option<Case> {
    let missing = call.supply.missing.as_ref()?;
    let like = cases.iter().find(|case| case.ordinary)?;
    let request = like.steps.last()?.request.clone();
    let name = format!("{}/valid/thing-that-is-there", call.operation.operation.id);
    let case = Case::single(call.number, name, Intent::Valid, "a request for a thing that is there", request);
    Some(Case { lacks: Some(missing.clone()), tier: Tier::Smoke, ..case })
}

/// The cases of an operation that takes JSON.
fn with_body(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    let mut shown = Shown::default();
    values::propose(ground, cases);
    examples::propose(ground, cases);
    together::propose(ground, &mut shown, cases);
    presence::propose(ground, &mut shown, cases);
    forms::propose(ground, shown, cases);
    broken::propose(ground, cases);
    beside::propose(ground, cases);
    body_text::propose(ground, cases);
    numbers::propose(ground, cases);
    silent::propose(ground, cases);
    names::propose(ground, cases);
    wire::propose(ground, cases);
    time::propose(ground, cases);
    identity::propose(ground, cases);
    defaults::propose(ground, cases);
    composed::propose(ground, cases);
    if !ground.operation.parameters.is_empty() {
        parameters::propose(&ground.call, &ground.payload(), cases);
    }
    // Last: it goes on from what the others have made.
    sequence::propose(ground, cases);
}

/// Each case once, in the order of a plan.
fn ordered(call: &Call<'_>, cases: Vec<Case>) -> Vec<Case> {
    let mut cases = precedent::doubted(call, cases);
    let mut seen = std::collections::HashSet::new();
    cases.retain(|case| !call.supply.forbids(case) && seen.insert(case.name.clone()));
    // Stable: within an intent the order of the proposers stays. Valid ones come first, so that a server that takes
    // nothing is known at once.
    cases.sort_by_key(|case| match case.intent {
        Intent::Valid => 0,
        Intent::Invalid { .. } => 1,
        Intent::Contested(_) | Intent::Authored => 2,
    });
    cases
}

/// The request with all that is required, and without a body.
fn bare(call: &Call<'_>) -> Case {
    let name = format!("{}/valid/plain", call.operation.operation.id);
    let request = call.request(Headers::new(), None);
    let mut case = Case::single(call.number, name, Intent::Valid, "the request as documented", request);
    (case.ordinary, case.tier) = (true, Tier::Smoke);
    case
}

#[cfg(test)]
mod tests;
