//! What a run could have missed: a fault that shows only now and then.

use crate::case::{Case, Intent};

/// How many requests of each intent were or will be made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Repetition {
    /// Valid ones.
    pub valid: u64,
    /// Invalid ones.
    pub invalid: u64,
    /// Those of any other intent.
    pub other: u64,
}

impl Repetition {
    /// What these cases make.
    pub fn of<'c>(cases: impl Iterator<Item = &'c Case>) -> Self {
        let mut made = Self::default();
        for case in cases {
            (0..case.requests_made()).for_each(|exchange| made.add(case.intent_of(exchange)));
        }
        made
    }

    /// Counts one request.
    pub fn add(&mut self, intent: &Intent) {
        match intent {
            Intent::Valid => self.valid += 1,
            Intent::Invalid { .. } => self.invalid += 1,
            Intent::Contested(_) | Intent::Authored => self.other += 1,
        }
    }

    /// All of them.
    pub fn all(self) -> u64 {
        self.valid + self.invalid + self.other
    }
}

/// The probability, from 0 to 1, that none of `requests` shows a fault that one answer in `one_in` has, each
/// independently of the others: (1 - 1/k)^n.
pub fn missed(requests: u64, one_in: u64) -> f64 {
    (1.0 - 1.0 / one_in.max(1) as f64).powf(requests as f64)
}

/// How likely a fault is to show for a run to be called certain of it.
pub const CERTAIN: f64 = 0.95;

/// The rarest fault that is [`CERTAIN`] to show in `requests` answers, as the number of answers of which one has it; none
/// where there are too few to be certain of anything but what each of them has.
pub fn rarest(requests: u64) -> Option<u64> {
    let one_in = 1.0 / (1.0 - (1.0 - CERTAIN).powf(1.0 / requests as f64));
    Some(one_in as u64).filter(|one_in| requests > 0 && *one_in > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rarest_fault_that_shows_is_on_the_border() {
        for requests in [10, 150, 1_000, 1_000_000] {
            let one_in = rarest(requests).expect("enough of them");
            assert!(missed(requests, one_in) <= 1.0 - CERTAIN, "{requests}");
            assert!(missed(requests, one_in + 1) > 1.0 - CERTAIN, "{requests}");
        }
        assert_eq!((rarest(0), rarest(1), rarest(2)), (None, None, None));
    }

    #[test]
    fn a_rarer_fault_takes_more_requests() {
        assert!(missed(150, 20) < 0.001 && missed(150, 50) < 0.05 && missed(150, 500) > 0.5);
        assert!((missed(0, 20) - 1.0).abs() < 1e-9 && missed(1, 1) < 1e-9);
    }
}
