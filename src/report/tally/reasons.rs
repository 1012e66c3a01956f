//! Why cases were not judged, each reason once.

use std::collections::BTreeMap;

/// How many reasons are kept apart.
const MAX_REASONS: usize = 200;

/// What stands for all reasons beyond those.
const OTHER: &str = "other reasons";

/// Reasons with the number of their cases.
#[derive(Clone, Debug, Default)]
pub struct Reasons(BTreeMap<String, Reason>);

/// One reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// How many cases have it.
    pub cases: u64,
    /// The first of them in plan order.
    pub first: String,
}

impl Reasons {
    /// All reasons by their text.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Reason)> {
        self.0.iter().map(|(text, reason)| (text.as_str(), reason))
    }

    pub(super) fn add(&mut self, text: &str, case: &str) {
        let text = if self.0.len() < MAX_REASONS || self.0.contains_key(text) { text } else { OTHER };
        match self.0.get_mut(text) {
            Some(reason) => reason.cases += 1,
            None => _ = self.0.insert(text.to_owned(), Reason { cases: 1, first: case.to_owned() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_that_is_different_each_time_does_not_grow_without_end() {
        let mut reasons = Reasons::default();
        for at in 0..10_000 {
            reasons.add(&format!("port {at} refused"), "a/valid/x");
        }
        assert_eq!(reasons.iter().count(), MAX_REASONS + 1);
        assert_eq!(reasons.iter().map(|(_, reason)| reason.cases).sum::<u64>(), 10_000);
    }
}
