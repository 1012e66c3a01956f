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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rarer_fault_takes_more_requests() {
        assert!(missed(150, 20) < 0.001 && missed(150, 50) < 0.05 && missed(150, 500) > 0.5);
        assert!((missed(0, 20) - 1.0).abs() < 1e-9 && missed(1, 1) < 1e-9);
    }
}
