//! Which cases of a large operation are made at all.
//!
//! An operation has a share of a gate's requests. A schema of hundreds of places has tens of thousands of candidates, each
//! a copy of the whole body: all but an even choice of them is passed over before it is made. An operation whose
//! candidates are few is not touched: its plan is the same however many others there are.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Candidates are made for so many times the room there is: some cannot be proven, and the plan chooses among the rest.
const SPARE: usize = 2;

/// An even choice among candidates.
#[derive(Debug, Default)]
pub(super) struct Sieve {
    /// So many of `offered` are taken; all where it is none.
    wanted: Option<usize>,
    offered: usize,
    // Plans are shared between threads; the sieve is used by the one that makes the plan.
    credit: AtomicUsize,
}

impl Sieve {
    /// The sieve for about `offered` candidates where there is room for so many cases; none where all are wanted.
    pub(super) fn new(room: Option<usize>, offered: usize) -> Self {
        let wanted = room.map(|room| room * SPARE).filter(|wanted| *wanted < offered);
        Self { wanted, offered, credit: AtomicUsize::new(0) }
    }

    /// Whether the next candidate is made.
    pub(super) fn takes(&self) -> bool {
        let Some(wanted) = self.wanted else { return true };
        // Whole numbers: the choice must be the same on every machine.
        let credit = self.credit.load(Ordering::Relaxed) + wanted;
        let taken = credit >= self.offered;
        self.credit.store(if taken { credit - self.offered } else { credit }, Ordering::Relaxed);
        taken
    }

    /// Whether none of the next `count` candidates is made, so that they need not even be listed.
    pub(super) fn skips(&self, count: usize) -> bool {
        let Some(wanted) = self.wanted else { return false };
        let credit = self.credit.load(Ordering::Relaxed) + wanted * count;
        let skipped = credit < self.offered;
        if skipped {
            self.credit.store(credit, Ordering::Relaxed);
        }
        skipped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_even_choice_is_taken_where_there_is_not_room_for_all() {
        let sieve = Sieve::new(Some(10), 100);
        let taken: Vec<usize> = (0..100).filter(|_| sieve.takes()).collect();
        assert_eq!(taken.len(), 20);
        assert!(taken.windows(2).all(|pair| pair[1] - pair[0] == 5), "{taken:?}");
        assert!(sieve.skips(4) && !sieve.skips(1) && sieve.takes());
    }

    #[test]
    fn all_are_taken_where_there_is_room_or_nobody_counts() {
        for sieve in [Sieve::new(Some(50), 100), Sieve::new(None, 1_000_000), Sieve::default()] {
            assert!((0..1_000).all(|_| sieve.takes()));
            assert!(!sieve.skips(0) && !sieve.skips(5));
        }
    }
}
