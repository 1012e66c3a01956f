//! Gives up on what does not answer: three hangs of a kind are enough to know, and the fourth costs only time.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::time::Duration;

use crate::case::Case;
use crate::http::{Exchange, Failure};

/// How many hangs of one kind are waited for.
const ENOUGH: u32 = 3;
/// How long is waited at least once that many hang.
const PATIENCE: Duration = Duration::from_secs(1);
/// How many times as long as the slowest answer so far is waited then.
const SLOWER: u32 = 3;
/// How many connections may fail one after another before the target counts as gone.
const GONE: u32 = 20;
/// How many answers in a row may be 429, each after all waiting: more than a run mostly has under way at
/// once.
const PUT_OFF: u32 = 40;

/// Servers close connections that they have kept for long, or after so many requests: a run meets that now and then. Of one that
/// closes more of them than this nobody can tell whether it drops requests, unless each has a connection of its own.
const CLOSED: u32 = 8;

/// Counts hangs by kind, and by operation among ordinary cases.
#[derive(Debug, Default)]
pub(super) struct Guard {
    kinds: RefCell<HashMap<String, u32>>,
    operations: RefCell<HashMap<usize, u32>>,
    refused: RefCell<u32>,
    /// How many answers in a row were 429 after all waiting.
    put_off: Cell<u32>,
    /// Cases whose answers took longer the longer they were, by kind.
    slow: RefCell<HashMap<String, u32>>,
    /// The longest that a whole answer took.
    slowest: Cell<Duration>,
    /// Whether a 429 was seen to be no wish to slow down.
    unhurried: Cell<bool>,
    /// Whether an answer was lost once, and came when it was asked for again.
    hiccuped: Cell<bool>,
    /// How many used connections ended without an answer.
    closed: Cell<u32>,
    /// Whether a target that took no connections any more was waited for in vain.
    deserted: Cell<bool>,
}

impl Guard {
    /// Why a case is not sent, if so.
    pub(super) fn objection(&self, case: &Case) -> Option<String> {
        if self.operations.borrow().get(&case.operation).is_some_and(|hangs| *hangs >= ENOUGH) {
            return Some(format!("{ENOUGH} ordinary requests of this operation got no complete answer"));
        }
        let of_kind =
            |counts: &RefCell<HashMap<String, u32>>| counts.borrow().get(&case.kind).copied().unwrap_or_default();
        if of_kind(&self.slow) >= ENOUGH {
            return Some(format!("{ENOUGH} cases of the kind `{}` took ever longer the longer they were", case.kind));
        }
        let hangs = of_kind(&self.kinds);
        (hangs >= ENOUGH).then(|| format!("{ENOUGH} requests of the kind `{}` got no complete answer", case.kind))
    }

    /// How long an answer is still waited for, where that is less than the target is given: some never came, so that
    /// others which do not come tell nothing new.
    pub(super) fn patience(&self) -> Option<Duration> {
        (self.hangs() >= ENOUGH).then(|| PATIENCE.max(self.slowest.get() * SLOWER))
    }

    /// Takes note of a case that took ever longer the longer its requests were.
    pub(super) fn note_slow(&self, case: &Case) {
        *self.slow.borrow_mut().entry(case.kind.clone()).or_default() += 1;
    }

    /// Takes note of an answer that was not waited for to the end.
    pub(super) fn note_impatience(&self, case: &Case) {
        *self.kinds.borrow_mut().entry(case.kind.clone()).or_default() += 1;
    }

    /// Takes note of an exchange.
    pub(super) fn note(&self, case: &Case, exchange: &Exchange) {
        let mut refused = self.refused.borrow_mut();
        *refused = if matches!(exchange.outcome, Err(Failure::Connect(_))) { *refused + 1 } else { 0 };
        if let Some(response) = exchange.response() {
            self.put_off.set(if response.status == 429 { self.put_off.get() + 1 } else { 0 });
            self.slowest.set(self.slowest.get().max(exchange.elapsed));
        }
        let costly = matches!(exchange.outcome, Err(Failure::NoAnswer(_) | Failure::Stalled(_) | Failure::TooLarge(_)));
        if costly {
            *self.kinds.borrow_mut().entry(case.kind.clone()).or_default() += 1;
            if case.ordinary {
                *self.operations.borrow_mut().entry(case.operation).or_default() += 1;
            }
        }
    }

    /// Whether a 429 means what RFC 6585 says, as far as is known.
    pub(super) fn believes_429(&self) -> bool {
        !self.unhurried.get()
    }

    /// Takes note that a server which answered 429 had time for another request all the same.
    pub(super) fn disbelieve_429(&self) {
        self.unhurried.set(true);
    }

    /// How many answers were waited for in vain.
    pub(super) fn hangs(&self) -> u32 {
        self.kinds.borrow().values().sum()
    }

    /// Whether an answer was lost once before: a second loss is the server's.
    pub(super) fn has_hiccuped(&self) -> bool {
        self.hiccuped.get()
    }

    /// Takes note of a lost answer that came when it was asked for again.
    pub(super) fn hiccup(&self) {
        self.hiccuped.set(true);
    }

    /// Takes note of a used connection that ended without an answer.
    pub(super) fn note_closed(&self) {
        self.closed.set(self.closed.get() + 1);
    }

    /// Whether a connection is used for more than one request.
    pub(super) fn keeps_connections(&self) -> bool {
        self.closed.get() < CLOSED
    }

    /// Whether a target that takes no connections may do so again soon: it answered before.
    pub(super) fn expects_return(&self) -> bool {
        !self.slowest.get().is_zero() && !self.deserted.get()
    }

    /// Takes note of a target that did not come back.
    pub(super) fn expect_no_return(&self) {
        self.deserted.set(true);
    }

    /// Whether the target goes on asking for patience.
    pub(super) fn is_put_off(&self) -> bool {
        self.believes_429() && self.put_off.get() >= PUT_OFF
    }

    /// Whether the target cannot be reached any more.
    pub(super) fn target_is_gone(&self) -> bool {
        *self.refused.borrow() >= GONE
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Intent, RequestTemplate};
    use crate::http::{Headers, Request, Response};

    fn case(kind: &str) -> Case {
        let request = RequestTemplate { method: "GET".into(), path: "/".into(), headers: Headers::new(), body: None };
        Case { kind: kind.into(), ..Case::single(0, "a/valid/b".into(), Intent::Valid, "an example", request) }
    }

    fn exchange(outcome: Result<Response, Failure>, elapsed: Duration) -> Exchange {
        let request = Request { method: "GET".into(), path: "/".into(), headers: Headers::new(), body: None };
        Exchange { request, sent_at: 0, elapsed, outcome }
    }

    #[test]
    fn after_three_hangs_a_kind_is_left_alone_and_others_are_waited_for_no_longer_than_they_take() {
        let (guard, hang) = (Guard::default(), Duration::from_secs(10));
        let slow = Response { status: 200, headers: Headers::new(), body: "".into() };
        guard.note(&case("slow"), &exchange(Ok(slow), Duration::from_millis(900)));
        for _ in 0..3 {
            assert_eq!((guard.patience(), guard.objection(&case("hanging"))), (None, None));
            guard.note(&case("hanging"), &exchange(Err(Failure::NoAnswer(hang)), hang));
        }
        assert!(guard.objection(&case("hanging")).is_some() && guard.objection(&case("other")).is_none());
        assert_eq!(guard.patience(), Some(Duration::from_millis(2_700)));
    }

    #[test]
    fn a_target_that_answers_nothing_but_429_is_given_up_and_one_that_answers_now_and_then_is_not() {
        let guard = Guard::default();
        let note = |status| {
            let response = Response { status, headers: Headers::new(), body: "".into() };
            guard.note(&case("any"), &exchange(Ok(response), Duration::ZERO));
        };
        (0..PUT_OFF - 1).for_each(|_| note(429));
        assert!(!guard.is_put_off());
        note(200);
        (0..PUT_OFF - 1).for_each(|_| note(429));
        assert!(!guard.is_put_off());
        note(429);
        assert!(guard.is_put_off());
        guard.disbelieve_429();
        assert!(!guard.is_put_off(), "it is an answer to these requests");
    }

    #[test]
    fn three_cases_that_grow_slow_are_enough_of_their_kind() {
        let guard = Guard::default();
        for _ in 0..3 {
            assert_eq!(guard.objection(&case("contested/time")), None);
            guard.note_slow(&case("contested/time"));
        }
        assert!(guard.objection(&case("contested/time")).is_some() && guard.objection(&case("other")).is_none());
    }
}
