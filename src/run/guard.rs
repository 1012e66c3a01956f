//! Gives up on what does not answer: three hangs of a kind are enough to know, and the fourth costs only time.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use crate::case::Case;
use crate::http::{Exchange, Failure};

/// How many hangs of one kind are waited for.
const ENOUGH: u32 = 3;
/// How many connections may fail one after another before the target counts as gone.
const GONE: u32 = 20;

/// Counts hangs by kind, and by operation among ordinary cases.
#[derive(Debug, Default)]
pub(super) struct Guard {
    kinds: RefCell<HashMap<String, u32>>,
    operations: RefCell<HashMap<usize, u32>>,
    refused: RefCell<u32>,
    /// Whether a 429 was seen to be no wish to slow down.
    unhurried: Cell<bool>,
    /// Whether an answer was lost once, and came when it was asked for again.
    hiccuped: Cell<bool>,
}

impl Guard {
    /// Why a case is not sent, if so.
    pub(super) fn objection(&self, case: &Case) -> Option<String> {
        if self.operations.borrow().get(&case.operation).is_some_and(|hangs| *hangs >= ENOUGH) {
            return Some(format!("{ENOUGH} ordinary requests of this operation got no complete answer"));
        }
        let hangs = self.kinds.borrow().get(&case.kind).copied().unwrap_or_default();
        (hangs >= ENOUGH).then(|| format!("{ENOUGH} requests of the kind `{}` got no complete answer", case.kind))
    }

    /// Takes note of an exchange.
    pub(super) fn note(&self, case: &Case, exchange: &Exchange) {
        let mut refused = self.refused.borrow_mut();
        *refused = if matches!(exchange.outcome, Err(Failure::Connect(_))) { *refused + 1 } else { 0 };
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

    /// Whether the target cannot be reached any more.
    pub(super) fn target_is_gone(&self) -> bool {
        *self.refused.borrow() >= GONE
    }
}
