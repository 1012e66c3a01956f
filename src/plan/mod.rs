//! The cases of a run: a pure function of contract, profile and seed.
//!
//! Enumerated cases are held; random ones are made when they are asked for, so that a plan of millions is no larger
//! than one of hundreds.

mod profile;
mod pin;
mod own;
mod size;
mod repetition;
mod select;

pub use profile::{Limit, Profile};
pub use repetition::{CERTAIN, Repetition, missed, rarest};
pub use select::{Aspect, BadPattern, Criterion, Selection, Unmatched};

use std::sync::Arc;

use crate::case::authored::Pin;
use crate::case::derive::{self, Derived, Ground, Random, derive, derive_within};
use crate::case::{Case, Tier};
use crate::contract::{Contract, OperationContract, Untried};

/// The seed that is used unless another is given: the same plan everywhere, so that a gate's verdict does not change
/// by chance.
pub const DEFAULT_SEED: u64 = 0x004f_1c09;

/// How many random cases of each operation are enumerated, two of three valid. A sweep goes on from there.
const GATE_RANDOM: u64 = 48;

/// The cases of a run, in order.
#[derive(Debug)]
pub struct Plan<'c> {
    /// The contract.
    pub contract: &'c Contract,
    /// The profile.
    pub profile: Profile,
    /// The seed.
    pub seed: u64,
    /// Operations without a case, with the reason.
    pub untried: Vec<Untried>,
    cases: Vec<Arc<Case>>,
    /// Whether it has no more than may be sent to a protected environment.
    is_protected: bool,
    random: Vec<Random<'c>>,
}

impl<'c> Plan<'c> {
    /// The plan of a profile: the derived cases of every operation, then the `authored` ones.
    pub fn new(contract: &'c Contract, profile: Profile, seed: u64, authored: Vec<Case>) -> Self {
        let mut untried = contract.untried.clone();
        let mut cases = Vec::new();
        let mut makers = Vec::new();
        for (number, made) in made(contract, profile, seed).into_iter().enumerate() {
            let operation = &contract.operations[number].operation;
            match made.derived {
                Derived::Cases(derived) => {
                    cases.extend(derived);
                    if matches!(profile, Profile::Sweep(_)) {
                        makers.extend(made.random);
                    }
                }
                Derived::Nothing(reason) => untried.push(Untried {
                    id: operation.id.clone(),
                    title: operation.title(),
                    pointer: operation.pointer.clone(),
                    reason,
                }),
            }
            cases.extend(authored.iter().filter(|case| case.operation == number).cloned());
        }
        if profile == Profile::Smoke {
            cases.retain(|case| case.tier == Tier::Smoke);
        }
        // Stable: those that end when all others have stand behind them.
        cases.sort_by_key(Case::is_late);
        let cases = cases.into_iter().map(Arc::new).collect();
        Self { contract, profile, seed, untried, cases, is_protected: false, random: makers }
    }

    /// A plan without a case, for requests that are made up one by one.
    pub fn without_cases(contract: &'c Contract, seed: u64) -> Self {
        let (untried, cases, random) = Default::default();
        Self { contract, profile: Profile::Gate, seed, untried, cases, is_protected: false, random }
    }

    /// Adds the cases that send wrong credentials: for a run that has a right one. They stand behind all others, so that
    /// nothing else changes.
    #[must_use]
    pub fn with_credentials(mut self) -> Self {
        if self.profile != Profile::Smoke {
            let (contract, seed) = (self.contract, self.seed);
            let made = (0..contract.operations.len()).flat_map(|number| derive::credentials(contract, number, seed));
            self.cases.extend(made.map(Arc::new));
        }
        self
    }

    /// How many requests of each intent the enumerated cases make, and so how rare a fault they can miss.
    pub fn repetition(&self) -> Repetition {
        Repetition::of(self.cases.iter().map(|case| case.as_ref()))
    }

    /// Keeps only the cases that `wanted` holds for. A random case is not known until it is made, and is left out.
    pub fn keep_if(&mut self, wanted: impl Fn(&Case) -> bool) {
        self.cases.retain(|case| wanted(case));
        self.random.clear();
    }

    /// What may be sent to a protected environment: requests that read, make things, or change what the run made, that carry
    /// every pinned value, and nothing random. Of the others it says how many there were.
    pub fn protect(&mut self, pins: &[Pin]) {
        let contract = self.contract;
        let gentle = std::mem::take(&mut self.cases).into_iter().filter(|case| case.is_gentle());
        let (own, others): (Vec<_>, Vec<_>) = gentle.partition(|case| own::keeps_to_its_own(contract, case));
        self.untried.extend(spared(contract, &own, &others));
        self.cases = own.into_iter().filter_map(|case| pin::pinned(contract, pins, case)).collect();
        self.random.clear();
        self.is_protected = true;
    }

    /// How many cases it has; none where it goes on for as long as it is given.
    pub fn len(&self) -> Option<u64> {
        let enumerated = self.cases.len() as u64;
        match self.profile {
            Profile::Sweep(_) if self.random.is_empty() => Some(enumerated),
            Profile::Sweep(Limit::Cases(wanted)) => Some(wanted),
            Profile::Sweep(Limit::Duration(_)) => None,
            Profile::Smoke | Profile::Gate => Some(enumerated),
        }
    }

    /// Whether it has no case at all.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// The case numbered `number`; none behind the last.
    pub fn case(&self, number: u64) -> Option<Arc<Case>> {
        if self.len().is_some_and(|len| number >= len) {
            return None;
        }
        match self.cases.get(usize::try_from(number).ok()?) {
            Some(case) => Some(Arc::clone(case)),
            None => {
                let beyond = number - self.cases.len() as u64;
                let makers = self.random.len() as u64;
                let maker = self.random.get(usize::try_from(beyond.checked_rem(makers)?).ok()?)?;
                Some(Arc::new(maker.case(GATE_RANDOM + beyond / makers)))
            }
        }
    }

    /// The enumerated cases.
    pub fn cases(&self) -> &[Arc<Case>] {
        &self.cases
    }

    /// The derived case of this name that the gate had no room for: which those are depends on how many operations are
    /// selected.
    fn left_out(&self, name: &str) -> Option<(u64, Arc<Case>)> {
        let is_its = |id: &str| name.strip_prefix(id).is_some_and(|rest| rest.starts_with('/'));
        let operations = self.contract.operations.iter();
        let number = operations.map(|operation| operation.operation.id.as_str()).position(is_its)?;
        let Derived::Cases(cases) = derive(self.contract, number, self.seed) else { return None };
        let (at, case) = cases.into_iter().enumerate().find(|(_, case)| case.name == name)?;
        Some(((self.cases.len() + at) as u64, Arc::new(case)))
    }

    /// The case of this name, with its number. A random case is found by the number in its name.
    pub fn named(&self, name: &str) -> Option<(u64, Arc<Case>)> {
        if let Some(at) = self.cases.iter().position(|case| case.name == name) {
            return Some((at as u64, Arc::clone(&self.cases[at])));
        }
        if self.is_protected {
            return None;
        }
        if let Some(found) = self.left_out(name) {
            return Some(found);
        }
        let (before, index) = name.rsplit_once("/random/")?;
        let index: u64 = index.parse().ok()?;
        let id = before.rsplit_once('/').map_or(before, |(id, _)| id);
        let makers: Vec<Random<'_>> = (0..self.contract.operations.len())
            .filter(|number| self.contract.operations[*number].operation.id == id)
            .filter_map(|number| Ground::of(self.contract, number, self.seed).map(Random::new))
            .collect();
        let case = makers.first()?.case(index);
        let number = (self.cases.len() as u64 + index).saturating_sub(GATE_RANDOM);
        (case.name == name).then(|| (number, Arc::new(case)))
    }
}

/// What is told of the operations with cases that a protected environment is spared.
fn spared(contract: &Contract, own: &[Arc<Case>], others: &[Arc<Case>]) -> Vec<Untried> {
    let of = |cases: &[Arc<Case>], number: usize| cases.iter().filter(|case| case.operation == number).count();
    let told = |(number, operation): (usize, &OperationContract)| {
        let cases = match (of(others, number), of(own, number)) {
            (0, _) => return None,
            (_, 0) => "it changes",
            (1, _) => "one of its cases is left out, which changes",
            (_, _) => "some of its cases are left out, which change",
        };
        Some(Untried {
            id: operation.operation.id.clone(),
            title: operation.operation.title(),
            pointer: operation.operation.pointer.clone(),
            reason: format!("{cases} what the run did not make, and the environment is protected"),
        })
    };
    contract.operations.iter().enumerate().filter_map(told).collect()
}

/// What was derived for one operation.
struct Made<'c> {
    derived: Derived,
    random: Option<Random<'c>>,
    /// Whether there was no room for some of it.
    is_thinned: bool,
}

impl<'c> Made<'c> {
    /// The cases of an operation that has room for so many requests.
    fn within(contract: &'c Contract, number: usize, profile: Profile, seed: u64, requests: usize) -> Self {
        let room = (!matches!(profile, Profile::Sweep(_))).then_some(requests);
        let (mut derived, ground) = derive_within(contract, number, seed, room);
        let random = ground.map(Random::new);
        let mut is_thinned = false;
        if let Derived::Cases(cases) = &mut derived {
            cases.extend(random.iter().flat_map(|random| random.first(GATE_RANDOM)));
            match profile {
                Profile::Gate => is_thinned = size::thin(cases, requests),
                // Dropped here: what is not kept must not fill the memory.
                Profile::Smoke => cases.retain(|case| case.tier == Tier::Smoke),
                Profile::Sweep(_) => {}
            }
        }
        Self { derived, random, is_thinned }
    }

    /// How many requests its cases make.
    fn requests(&self) -> usize {
        match &self.derived {
            Derived::Cases(cases) => cases.iter().map(Case::requests_made).sum(),
            Derived::Nothing(_) => 0,
        }
    }
}

/// What is derived for each operation. Each has an equal share of a gate's requests; what some leave is shared among those
/// that have more cases than fit.
fn made(contract: &Contract, profile: Profile, seed: u64) -> Vec<Made<'_>> {
    let share = size::share(contract.operations.len());
    let operations = 0..contract.operations.len();
    let mut made: Vec<_> = operations.map(|number| Made::within(contract, number, profile, seed, share)).collect();
    let hungry = made.iter().filter(|made| made.is_thinned).count();
    let more = size::spare(made.iter().map(Made::requests).sum()) / hungry.max(1);
    if more > 0 {
        for (number, made) in made.iter_mut().enumerate().filter(|(_, made)| made.is_thinned) {
            *made = Made::within(contract, number, profile, seed, share + more);
        }
    }
    made
}

#[cfg(test)]
mod tests;
