//! Which answers a mutation is about.

use super::Scene;
use super::asked::Standing;
use crate::http::Exchange;

/// A sort of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Successes.
    Success,
    /// Refusals of what must be refused.
    Refusal,
    /// Of them, of a body that is no JSON.
    Malformed,
    /// Of them, for lack of a property.
    Missing,
    /// Of them, for a value of another type.
    WrongType,
}

impl Scope {
    /// All of them.
    pub(super) const ALL: [Self; 5] = [Self::Success, Self::Refusal, Self::Malformed, Self::Missing, Self::WrongType];
    /// Those that are refused.
    pub(super) const REFUSALS: [Self; 4] = [Self::Refusal, Self::Malformed, Self::Missing, Self::WrongType];

    /// The word for it in names.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Refusal => "refusal",
            Self::Malformed => "malformed",
            Self::Missing => "missing",
            Self::WrongType => "wrong-type",
        }
    }

    /// Its answers, as the beginning of a sentence.
    pub(super) fn says(self) -> &'static str {
        match self {
            Self::Success => "a success",
            Self::Refusal => "a refusal",
            Self::Malformed => "the refusal of a body that is no JSON",
            Self::Missing => "the refusal of a body that lacks a property",
            Self::WrongType => "the refusal of a value of the wrong type",
        }
    }

    /// Whether an answer is one of them.
    pub(super) fn covers(self, scene: &Scene<'_>, exchange: &Exchange) -> bool {
        let Some(response) = exchange.response() else { return false };
        let refused = response.is_error() && scene.asked.must_be_refused();
        match self {
            Self::Success => response.is_success() && !scene.asked.must_be_refused(),
            Self::Refusal => refused,
            Self::Malformed => refused && scene.asked.standing == Standing::Malformed,
            Self::Missing => refused && scene.asked.breaks_only(scene.contract, "required"),
            Self::WrongType => refused && scene.asked.breaks_only(scene.contract, "type"),
        }
    }
}
