//! What the contract says must happen, and the proof of it.

use std::fmt;

use serde_json::Value;

use crate::contract::Range;
use crate::generate::Contest;
use crate::schema::{Agreement, Compiled};
use crate::source::Pointer;

/// What the contract says must happen to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// It must be accepted.
    Valid,
    /// It must be refused, since it breaks one thing.
    Invalid {
        /// The keyword that is broken; `json` where the body is no JSON text.
        keyword: String,
        /// Where in the document the broken constraint stands.
        constraint: Pointer,
    },
    /// Either will do: readings differ, or the document is silent.
    Contested(Contest),
    /// The case says itself what must happen, step by step.
    Authored,
}

impl Intent {
    /// The words of all intents.
    pub const WORDS: [&str; 4] = ["valid", "invalid", "contested", "authored"];

    /// `valid`, `invalid`, `contested` or `authored`: the word in case names.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid { .. } => "invalid",
            Self::Contested(_) => "contested",
            Self::Authored => "authored",
        }
    }
}

impl fmt::Display for Intent {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Valid => out.write_str("valid"),
            Self::Invalid { keyword, .. } => write!(out, "invalid: breaks `{keyword}`"),
            Self::Contested(contest) => write!(out, "contested: {}", contest.reason()),
            Self::Authored => out.write_str("authored: the case says what must happen"),
        }
    }
}

/// Proves intents against the schema of a body.
#[derive(Clone, Copy, Debug)]
pub struct Prover<'a> {
    schema: &'a Compiled,
    media: &'a Pointer,
    ranges: &'a [Range],
}

impl<'a> Prover<'a> {
    /// The prover for bodies of `schema`; `media` is where the document asks for JSON.
    pub fn new(schema: &'a Compiled, media: &'a Pointer) -> Self {
        Self { schema, media, ranges: &[] }
    }

    /// The prover for bodies that have these ranges: that an end is not beyond the other no schema tells.
    #[must_use]
    pub fn with_ranges(self, ranges: &'a [Range]) -> Self {
        Self { ranges, ..self }
    }

    /// The intent of a value. `contest` says why a server may refuse it even if the schema takes it.
    /// None where it breaks more than one thing: a server could refuse it for either, and a fault would be masked.
    pub fn value(&self, value: &Value, contest: Option<Contest>) -> Option<Intent> {
        match self.schema.agreement(value) {
            Agreement::Accepted => {
                let reversed = || self.ranges.iter().any(|range| range.is_reversed(value));
                let contest = contest.or_else(|| reversed().then_some(Contest::OwnRules));
                Some(contest.map_or(Intent::Valid, Intent::Contested))
            }
            Agreement::DifferInSiblings => Some(Intent::Contested(Contest::Readings)),
            Agreement::DifferInFormat => Some(Intent::Contested(Contest::Format)),
            Agreement::Refused => self.broken(value),
        }
    }

    /// The intent of bytes: those that are no JSON text are invalid, unless `contest` says why a parser may take them.
    pub fn bytes(&self, bytes: &[u8], contest: Option<Contest>) -> Option<Intent> {
        match (serde_json::from_slice::<Value>(bytes), contest) {
            (Ok(value), contest) => self.value(&value, contest),
            (Err(_), Some(contest)) => Some(Intent::Contested(contest)),
            (Err(_), None) => Some(Intent::Invalid { keyword: "json".into(), constraint: self.media.clone() }),
        }
    }

    /// The intent of a value in which several things are wrong: invalid where every reading refuses it, for the first.
    pub fn broken_several_times(&self, value: &Value) -> Option<Intent> {
        let refused = self.schema.agreement(value) == Agreement::Refused;
        let violations = if refused { self.schema.violations_of_refused(value) } else { Vec::new() };
        let first = violations.into_iter().next()?;
        Some(Intent::Invalid { keyword: first.keyword, constraint: first.schema })
    }

    fn broken(&self, value: &Value) -> Option<Intent> {
        let violations = self.schema.violations_of_refused(value);
        let first = violations.first()?;
        let one_place = violations.iter().all(|other| other.instance == first.instance);
        one_place.then(|| Intent::Invalid { keyword: first.keyword.clone(), constraint: first.schema.clone() })
    }
}
