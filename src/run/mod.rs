//! The run: plan × transport × checks → events.
//!
//! [`run`] sends the cases of a plan, some at once, judges each answer, and emits an [`Event`] for each case in plan
//! order. It prints nothing and writes nothing but the ledger it is given.

mod confirm;
mod event;
mod gate;
mod guard;
mod learn;
mod ledger;
mod order;
mod perform;
mod result;

pub use event::{CaseResult, Confirmation, Event, Finished, Started, Tries, Verdict};
pub use gate::{Decision, Gate};
pub use learn::{Learnt, learn};
pub use ledger::Ledger;
pub use perform::perform;

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::ops::ControlFlow;
use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Semaphore;

use crate::case::Company;
use crate::generate::RunTag;
use crate::http::Redactor;
use crate::plan::{Limit, Plan, Profile};
use crate::transport::Transport;

use confirm::Suspects;
use guard::Guard;
use order::Order;
use perform::Performer;

/// How a run goes about it.
#[derive(Debug)]
pub struct Options {
    /// How many cases are under way at once.
    pub concurrency: usize,
    /// The run's tag.
    pub tag: RunTag,
    /// Whether the run has credentials: a server that demands some cannot be judged without.
    pub credentials: bool,
    /// The security schemes for which it has none.
    pub lacking: Vec<String>,
    /// Whether findings are tried again and shrunk. Never on a protected environment.
    pub confirm: bool,
    /// Knows the run's credentials, which no answer may carry.
    pub redactor: Redactor,
    /// Where what was made is written down.
    pub ledger: Option<RefCell<Ledger>>,
}

impl Options {
    /// A run that keeps no ledger and tries nothing again, 16 cases at once.
    pub fn new(tag: RunTag) -> Self {
        let (credentials, lacking, redactor) = Default::default();
        Self { concurrency: 16, tag, credentials, lacking, confirm: false, redactor, ledger: None }
    }
}

/// How far ahead of the oldest unanswered case others may be.
const WINDOW: u64 = 1_024;
/// More cases than are ever under way at once.
const MOST_PLACES: u32 = 1 << 20;

/// Sends the cases of `plan` with `client`, and hands each event to `emit`, in plan order. Ends early, with what it has,
/// when `stop` completes.
pub async fn run(
    plan: &Plan<'_>,
    client: &impl Transport,
    options: &Options,
    stop: impl Future<Output = ()>,
    mut emit: impl FnMut(Event),
) -> Option<String> {
    let go_on = |event| {
        emit(event);
        ControlFlow::Continue(())
    };
    run_until(plan, client, options, stop, go_on).await
}

/// As [`run`], but begins no further case once `emit` breaks with the reason. Cases under way are still ended, and
/// emitted.
pub async fn run_until(
    plan: &Plan<'_>,
    client: &impl Transport,
    options: &Options,
    stop: impl Future<Output = ()>,
    emit: impl FnMut(Event) -> ControlFlow<String>,
) -> Option<String> {
    let begun = now();
    let emit = RefCell::new(emit);
    let order = Order::new(WINDOW.max(options.concurrency as u64 * 2));
    let guard = Guard::default();
    let next = Cell::new(0);
    let cut_short: RefCell<Option<String>> = RefCell::new(None);
    let deadline = match plan.profile {
        Profile::Sweep(Limit::Duration(time)) => Some(begun + time),
        _ => None,
    };
    let suspects = RefCell::new(Suspects::default());
    let tell = |result: CaseResult| {
        suspects.borrow_mut().note(&result);
        if let ControlFlow::Break(why) = (emit.borrow_mut())(Event::Case(Box::new(result))) {
            cut_short.borrow_mut().get_or_insert(why);
        }
    };
    let put = |result| order.put(result, tell);
    let performer = Performer::new(plan, client, options);
    let places = u32::try_from(options.concurrency).unwrap_or(u32::MAX).clamp(1, MOST_PLACES);
    let taken_by = |company| match company {
        Company::Many => 1,
        Company::Few => places.div_ceil(2),
        Company::None => places,
    };
    let under_way = Semaphore::new(places as usize);
    // The first goes out before any other.
    let late = RefCell::new((0..).zip(plan.cases()).skip(1).filter(|(_, case)| case.is_late()));

    let worker = async || {
        loop {
            let Some((number, case)) = late.borrow_mut().next() else { break };
            if cut_short.borrow().is_some() {
                return;
            }
            if guard.objection(case).is_none() {
                let _place = under_way.acquire_many(taken_by(case.company)).await;
                performer.begin(number, Arc::clone(case), &guard).await;
            }
        }
        loop {
            let number = next.get();
            // The gate is part of every sweep: time ends what comes beyond it.
            let beyond = number >= plan.cases().len() as u64;
            if cut_short.borrow().is_some() || (beyond && deadline.is_some_and(|deadline| now() >= deadline)) {
                return;
            }
            let Some(case) = plan.case(number) else { return };
            next.set(number + 1);
            order.admit(number).await;
            // It is never closed, so that there is always a permit in the end.
            let _place = under_way.acquire_many(taken_by(case.company)).await;
            let result = match guard.objection(&case) {
                Some(why) => CaseResult::skipped(number, case, why),
                None => performer.perform(number, case, 0, &guard).await,
            };
            let problem = performer.hopeless(&result, &guard);
            put(result);
            if let Some(problem) = problem {
                cut_short.borrow_mut().get_or_insert(problem);
            }
        }
    };
    // The first case goes alone: a target that is not there, or that wants credentials, is known after one request.
    if let Some(case) = plan.case(0) {
        next.set(1);
        let first = async {
            let result = performer.perform(0, case, 0, &guard).await;
            *cut_short.borrow_mut() = performer.unfit(&result);
            put(result);
        };
        let all = async {
            first.await;
            let workers = (0..options.concurrency.max(1)).map(|_| worker());
            futures_util::future::join_all(workers).await;
            if options.confirm && cut_short.borrow().is_none() {
                for confirmation in suspects.take().confirm(&performer).await {
                    _ = (emit.borrow_mut())(Event::Confirmed(Box::new(confirmation)));
                }
            }
        };
        let (all, stop) = (pin!(all), pin!(stop));
        if let futures_util::future::Either::Right(((), rest)) = futures_util::future::select(all, stop).await {
            cut_short.borrow_mut().get_or_insert_with(|| "the run was interrupted".into());
            // What is under way may make something, and must be written down: no more begins, and the rest is waited for.
            rest.await;
        }
    }
    order.drain(tell);
    if let Err(error) = performer.flush() {
        cut_short.borrow_mut().get_or_insert_with(|| format!("the ledger could not be written: {error}"));
    }
    let cut_short = cut_short.take();
    let finished = Finished { elapsed: begun.elapsed(), cut_short: cut_short.clone() };
    _ = (emit.borrow_mut())(Event::Finished(finished));
    cut_short
}

#[expect(clippy::disallowed_methods, reason = "a run measures how long it takes")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests;
