//! Seeded randomness: the same seed and name give the same values, on every machine.

use fake::Fake;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A source of random choices. ChaCha8 is named, since the standard generator may change with its crate.
#[derive(Clone, Debug)]
pub struct Draw(ChaCha8Rng);

impl Draw {
    /// The draw that belongs to `name` under `seed`.
    pub fn new(seed: u64, name: &str) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed ^ fnv(name.as_bytes())))
    }

    /// A number below `bound`; 0 where the bound is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        if bound == 0 { 0 } else { self.0.random_range(0..bound) }
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        if low >= high { low } else { self.0.random_range(low..=high) }
    }

    /// True once in `n`.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// One of `items`; none of an empty list.
    pub fn pick<'i, T>(&mut self, items: &'i [T]) -> Option<&'i T> {
        items.get(self.below(items.len()))
    }

    /// A value of one of `fake`'s fakers.
    pub fn fake<F: fake::Dummy<D>, D>(&mut self, faker: D) -> F {
        faker.fake_with_rng(&mut self.0)
    }

    /// A value of a distribution.
    pub fn sample<T, D: rand::distr::Distribution<T>>(&mut self, from: D) -> T {
        from.sample(&mut self.0)
    }

    /// A draw of its own, which further draws from this one do not change.
    pub(super) fn fork(&mut self) -> Self {
        Self(ChaCha8Rng::seed_from_u64(self.word()))
    }

    /// A random 64-bit number.
    pub fn word(&mut self) -> u64 {
        self.0.random()
    }
}

/// FNV-1a, 64 bits: names must give the same stream for ever, which the standard hasher does not promise.
pub(super) fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_name_draw_the_same() {
        let draws = |seed, name| (0..4).map(|_| Draw::new(seed, name).word()).collect::<Vec<_>>();
        assert_eq!(draws(1, "a"), draws(1, "a"));
        assert_ne!(draws(1, "a"), draws(1, "b"));
        assert_ne!(draws(1, "a"), draws(2, "a"));
    }
}
