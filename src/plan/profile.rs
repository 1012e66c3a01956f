//! How much a run does.

use std::fmt;
use std::time::Duration;

/// How much a run does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// About thirty cases: is it worth looking closer?
    Smoke,
    /// Every class and combination once: may it be deployed?
    Gate,
    /// The gate, and random cases beyond it.
    Sweep(Limit),
}

/// When a sweep ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// After this many cases.
    Cases(u64),
    /// After this time.
    Duration(Duration),
}

impl fmt::Display for Profile {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Smoke => "smoke",
            Self::Gate => "gate",
            Self::Sweep(_) => "sweep",
        })
    }
}
