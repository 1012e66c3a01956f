//! The run: plan × transport × checks → events.
//!
//! [`run`] sends the cases of a plan, some at once, judges each answer, and emits an [`Event`] for each case in plan
//! order. It prints nothing and writes nothing but the ledger it is given.

mod event;
mod gate;
mod guard;
mod ledger;
mod order;
mod perform;

pub use event::{CaseResult, Event, Finished, Started, Verdict};
pub use gate::{Decision, Gate};
pub use ledger::Ledger;
pub use perform::perform;

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::ops::ControlFlow;
use std::pin::pin;
use std::time::{Duration, Instant};

use crate::generate::RunTag;
use crate::plan::{Limit, Plan, Profile};
use crate::transport::Transport;

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
    /// Where what was made is written down.
    pub ledger: Option<RefCell<Ledger>>,
}

/// How far ahead of the oldest unanswered case others may be.
const WINDOW: u64 = 1_024;

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
    let tell = |result| {
        if let ControlFlow::Break(why) = (emit.borrow_mut())(Event::Case(Box::new(result))) {
            cut_short.borrow_mut().get_or_insert(why);
        }
    };
    let put = |result| order.put(result, tell);
    let performer = Performer { plan, client, options };

    let worker = async || {
        loop {
            if cut_short.borrow().is_some() || deadline.is_some_and(|deadline| now() >= deadline) {
                return;
            }
            let number = next.get();
            let Some(case) = plan.case(number) else { return };
            next.set(number + 1);
            order.admit(number).await;
            let result = match guard.objection(&case) {
                Some(why) => CaseResult::skipped(number, case, why),
                None => performer.perform(number, case, &guard).await,
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
            let result = performer.perform(0, case, &guard).await;
            *cut_short.borrow_mut() = performer.unfit(&result);
            put(result);
        };
        let all = async {
            first.await;
            let workers = (0..options.concurrency.max(1)).map(|_| worker());
            futures_util::future::join_all(workers).await;
        };
        let (all, stop) = (pin!(all), pin!(stop));
        if let futures_util::future::Either::Right(_) = futures_util::future::select(all, stop).await {
            cut_short.borrow_mut().get_or_insert_with(|| "the run was interrupted".into());
        }
    }
    order.drain(tell);
    let cut_short = cut_short.take();
    let finished = Finished { elapsed: begun.elapsed(), cut_short: cut_short.clone() };
    _ = (emit.borrow_mut())(Event::Finished(finished));
    cut_short
}

#[expect(clippy::disallowed_methods, reason = "a run measures how long it takes")]
fn now() -> Instant {
    Instant::now()
}

impl CaseResult {
    /// The result of a case that was not sent.
    pub(crate) fn skipped(number: u64, case: std::sync::Arc<crate::case::Case>, why: String) -> Self {
        Self {
            number,
            case,
            verdict: Verdict::Skipped,
            why: Some(why),
            findings: Vec::new(),
            applied: crate::check::Applied::default(),
            exchanges: Vec::new(),
            elapsed: Duration::ZERO,
        }
    }
}
