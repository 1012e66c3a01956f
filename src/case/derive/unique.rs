//! Requests that find out which values a server takes only once.

use super::ground::{Ground, freshen};
use super::{Case, Intent};
use crate::contract::{BodyContract, Contract};
use crate::generate::{Kind, Template};
use crate::source::Pointer;

/// The most properties that are tried one by one.
const MOST: usize = 12;

/// What is sent to find out which values of an operation's bodies must be new.
#[derive(Debug)]
pub struct Repeat {
    /// The same request twice, but for what is known to be new each time.
    pub twice: Case,
    /// Places that may have to be new.
    pub places: Vec<Pointer>,
}

/// What is sent to find out which values the operation numbered `number` takes only once; none where it makes nothing, where
/// the document says which property identifies what it makes, or where no property could.
pub fn repeat(contract: &Contract, number: usize, seed: u64) -> Option<Repeat> {
    let operation = contract.operations.get(number)?;
    if operation.operation.method != "POST" || operation.identities().next().is_some() {
        return None;
    }
    let ground = Ground::of(contract, number, seed)?;
    let free = |kind: Kind| matches!(kind, Kind::String | Kind::Integer);
    let places: Vec<Pointer> = ground
        .properties()
        .filter(|spot| spot.shape.values.is_none() && !ground.body.fresh.contains(&spot.place.pointer))
        .filter(|spot| spot.place.pointer.resolve(&ground.full.value).is_some_and(|value| free(Kind::of(value))))
        .map(|spot| spot.place.pointer.clone())
        .filter(|place| fresh(&ground, std::slice::from_ref(place)).is_some())
        .take(MOST)
        .collect();
    if places.is_empty() || ground.call.supply.missing.is_some() {
        return None;
    }
    let steps = vec![ground.step(ground.full.clone()), ground.step(ground.full.clone())];
    let twice = ground.call.doubted(ground.steps("unique/twice", "the same request twice", Intent::Valid, steps));
    Some(Repeat { twice, places })
}

/// The request of [`repeat`] once, with what stands at `places` new; behind the very request where `beside` says so, in what
/// both are made in.
pub fn renewed(contract: &Contract, number: usize, seed: u64, places: &[Pointer], beside: bool) -> Option<Case> {
    let ground = Ground::of(contract, number, seed)?;
    let first = beside.then(|| ground.step(ground.full.clone()));
    let steps = first.into_iter().chain([ground.step(fresh(&ground, places)?)]).collect();
    Some(ground.call.doubted(ground.steps("unique/renewed", "the same request with new values", Intent::Valid, steps)))
}

/// The full body with what stands at `places` new; none where a schema has no room for that.
fn fresh(ground: &Ground<'_>, places: &[Pointer]) -> Option<Template> {
    let body: &BodyContract = ground.body;
    let mut template = ground.full.clone();
    for place in places {
        let slots = template.slots.len();
        freshen(ground.call.root, &body.schema, &mut template, place);
        if template.slots.len() == slots {
            return None;
        }
    }
    Some(template)
}
