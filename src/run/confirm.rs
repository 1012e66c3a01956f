//! Findings tried again, and shrunk: is it always so, and what is the least that shows it?
//!
//! This comes after the plan, for the first case of each cause in plan order, so that it does not depend on which
//! answer came first.

use std::sync::Arc;

use crate::case::{Case, smaller};
use crate::check::{Cause, Severity};
use crate::http::Exchange;
use crate::transport::Transport;

use super::event::{CaseResult, Confirmation, Tries};
use super::guard::Guard;
use super::perform::{CHANCE_TRIES, Performer};

/// How often a finding is tried again.
const TRIES: u32 = 3;
/// How many requests are spent on making one smaller.
const BUDGET: usize = 60;
/// How many causes are tried again; more of them than this say that the server is broken altogether.
const MAX_CAUSES: usize = 24;
/// Rounds of a case that are taken before this are its own: see [`Performer::perform`].
const FIRST_ROUND: u32 = 8;

/// The first case of each cause, as they come by in plan order.
#[derive(Debug, Default)]
pub(super) struct Suspects {
    found: Vec<Suspect>,
}

#[derive(Debug)]
struct Suspect {
    cause: Cause,
    number: u64,
    case: Arc<Case>,
    /// Whether it was tried again at once, since it could have been chance.
    tried: bool,
}

impl Suspects {
    /// Takes note of what a case found.
    pub(super) fn note(&mut self, result: &CaseResult) {
        for finding in result.findings.iter().filter(|finding| finding.severity == Severity::Error) {
            let cause = finding.cause();
            if self.found.len() >= MAX_CAUSES || self.found.iter().any(|known| known.cause == cause) {
                continue;
            }
            // An answer that did not come was asked for twice already, and each try costs a whole timeout.
            if result.exchanges.get(finding.step).is_some_and(|exchange| exchange.response().is_some()) {
                let (number, case) = (result.number, Arc::clone(&result.case));
                self.found.push(Suspect { cause, number, case, tried: finding.may_be_chance() });
            }
        }
    }

    /// Tries every one again, all at once, and gives what came of each in the order in which they were found.
    pub(super) async fn confirm(self, performer: &Performer<'_, impl Transport>) -> Vec<Confirmation> {
        let numbered = self.found.into_iter().zip(0..);
        futures_util::future::join_all(numbered.map(|(suspect, at)| suspect.confirm(performer, at))).await
    }
}

impl Suspect {
    /// Tries the case again. Several causes may have shown in one case: each is tried in rounds of its own, so that none takes
    /// what another needs.
    async fn confirm(self, performer: &Performer<'_, impl Transport>, at: u32) -> Confirmation {
        if self.tried {
            // It shows in long answers alone, and a smaller request is no slower.
            let tries = Tries { seen: CHANCE_TRIES, of: CHANCE_TRIES };
            return Confirmation { cause: self.cause, case: self.case.name.clone(), tries, smallest: None };
        }
        let guard = Guard::default();
        let first = FIRST_ROUND + at * (TRIES + BUDGET as u32 + 1);
        let mut seen = 0;
        for round in 0..TRIES {
            let result = performer.perform(self.number, Arc::clone(&self.case), first + round, &guard).await;
            seen += u32::from(self.shows(&result));
        }
        // What shows only sometimes cannot be made smaller: nobody could tell a smaller request from a lucky one.
        let smallest = if seen == TRIES { self.shrink(performer, first + TRIES).await } else { None };
        Confirmation { cause: self.cause, case: self.case.name.clone(), tries: Tries { seen, of: TRIES }, smallest }
    }

    fn shows(&self, result: &CaseResult) -> bool {
        result.findings.iter().any(|finding| finding.cause() == self.cause)
    }

    /// The exchange of the smallest case found that still shows it; none where there is no smaller one.
    async fn shrink(&self, performer: &Performer<'_, impl Transport>, mut round: u32) -> Option<Exchange> {
        let contract = performer.plan.contract.operations.get(self.case.operation)?;
        let guard = Guard::default();
        let mut smallest = None;
        let mut case = Arc::clone(&self.case);
        let mut left = BUDGET;
        'smaller: loop {
            for proposal in smaller(&case, contract) {
                if left == 0 {
                    break 'smaller;
                }
                left -= 1;
                round += 1;
                let proposal = Arc::new(proposal);
                let result = performer.perform(self.number, Arc::clone(&proposal), round, &guard).await;
                if self.shows(&result) {
                    case = proposal;
                    smallest = result.exchanges.into_iter().next();
                    continue 'smaller;
                }
            }
            break;
        }
        smallest
    }
}
