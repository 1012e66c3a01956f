//! Values that a server takes only once, found out before the run: where the second of two requests that make the same thing
//! is refused, all later ones have a new value in its place.

use std::sync::Arc;

use crate::case::Case;
use crate::case::derive::{renewed, repeat};
use crate::contract::Contract;
use crate::plan::Plan;
use crate::source::Pointer;
use crate::transport::Transport;

use super::Options;
use super::event::CaseResult;
use super::guard::Guard;
use super::perform::Performer;

/// The numbers of these cases are beyond those of a gate, so that what is new in them is new in the run.
const FIRST: u64 = 9_000_000;

/// What was learnt of one operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learnt {
    /// `POST /things`.
    pub operation: String,
    /// Places of its body whose values it takes only once.
    pub places: Vec<Pointer>,
}

/// Finds out which values the operations of `contract` that `wanted` holds for take only once, and lets their requests have
/// new ones there from now on. Asks one operation after another, in document order, so that the same server teaches the
/// same.
pub async fn learn(
    contract: &mut Contract,
    seed: u64,
    client: &impl Transport,
    options: &Options,
    wanted: impl Fn(usize) -> bool,
) -> Vec<Learnt> {
    let mut learnt = Vec::new();
    let guard = Guard::default();
    for number in (0..contract.operations.len()).filter(|number| wanted(*number)) {
        let Ok(places) = taken_once(contract, number, seed, client, options, &guard).await else { break };
        let Some(operation) = contract.operations.get(number).filter(|_| !places.is_empty()) else { continue };
        learnt.push(Learnt { operation: operation.operation.title(), places: places.clone() });
        // Whoever changes a thing can take what another one has, too.
        for number in std::iter::once(number).chain(contract.about_what_is_made(number)) {
            if let Some(body) = contract.operations.get_mut(number).and_then(|operation| operation.body.as_mut()) {
                let new = places.iter().filter(|place| !body.fresh.contains(place)).cloned().collect::<Vec<_>>();
                body.fresh.extend(new);
            }
        }
    }
    learnt
}

/// The places of one operation's body whose values it takes only once.
async fn taken_once(
    contract: &Contract,
    number: usize,
    seed: u64,
    client: &impl Transport,
    options: &Options,
    guard: &Guard,
) -> Result<Vec<Pointer>, NothingToLearn> {
    let Some(repeat) = repeat(contract, number, seed) else { return Ok(Vec::new()) };
    let plan = Plan::without_cases(contract, seed);
    let trials = Trials { performer: Performer::new(&plan, client, options), guard };
    let first = FIRST + ((number as u64) << 4);
    if trials.answer(first, repeat.twice).await? != Some(Answer::Refused) {
        return Ok(Vec::new());
    }
    // Where the same is taken in another place, what is new must be new in one place.
    let beside = trials.renewed(contract, number, seed, first + 1, (&[], false)).await?;
    for (at, place) in repeat.places.iter().enumerate() {
        let places = vec![place.clone()];
        if trials.renewed(contract, number, seed, first + 2 + at as u64, (&places, beside)).await? {
            return Ok(places);
        }
    }
    // Several may have to be new together.
    let all = repeat.places;
    let beyond = first + 2 + all.len() as u64;
    let together = all.len() > 1 && trials.renewed(contract, number, seed, beyond, (&all, beside)).await?;
    Ok(if together { all } else { Vec::new() })
}

/// The target is not there, does not answer, or wants credentials: the run will say so.
struct NothingToLearn;

/// How a server answered a request that makes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Accepted,
    /// With a status that can mean that something is taken.
    Refused,
}

struct Trials<'t, T> {
    performer: Performer<'t, T>,
    guard: &'t Guard,
}

impl<T: Transport> Trials<'_, T> {
    async fn renewed(
        &self,
        contract: &Contract,
        number: usize,
        seed: u64,
        trial: u64,
        (places, beside): (&[Pointer], bool),
    ) -> Result<bool, NothingToLearn> {
        match renewed(contract, number, seed, places, beside) {
            Some(case) => Ok(self.answer(trial, case).await? == Some(Answer::Accepted)),
            None => Ok(false),
        }
    }

    /// How the last request of a case was answered, or the first that was refused. None where that says nothing.
    async fn answer(&self, number: u64, case: Case) -> Result<Option<Answer>, NothingToLearn> {
        let result = self.performer.perform_once(number, Arc::new(case), 0, self.guard).await;
        let silent = result.exchanges.iter().any(|exchange| exchange.response().is_none());
        let locked = result.exchanges.iter().filter_map(status).any(|status| matches!(status, 401 | 403));
        if silent || (locked && !self.performer.options.credentials) {
            return Err(NothingToLearn);
        }
        Ok(self.read(&result))
    }

    fn read(&self, result: &CaseResult) -> Option<Answer> {
        let own = result.exchanges.iter().enumerate().filter(|(at, _)| result.case.is_own(*at));
        let statuses: Vec<u16> = own.map(|(_, exchange)| status(exchange)).collect::<Option<_>>()?;
        if statuses.iter().any(|status| matches!(status, 400 | 409 | 422)) {
            return Some(Answer::Refused);
        }
        let all = ended(result) && statuses.iter().all(|status| (200..300).contains(status));
        all.then_some(Answer::Accepted)
    }
}

fn status(exchange: &crate::http::Exchange) -> Option<u16> {
    exchange.response().map(|response| response.status)
}

fn ended(result: &CaseResult) -> bool {
    result.exchanges.len() == result.case.requests_made()
}
