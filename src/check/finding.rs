//! One breach of the contract.

use std::fmt;

use crate::source::Pointer;

/// Whether a finding gates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The contract is broken: the run fails.
    Error,
    /// The contract leaves it open, and a careful engineer would want to know.
    Warning,
    /// It explains something else.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

/// One breach: what, where in the document, where in the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The id of the check that found it.
    pub check: &'static str,
    /// Whether it gates.
    pub severity: Severity,
    /// What is wrong, in one line that is the same for every case that shows it: no generated value is in it.
    pub title: String,
    /// The place in the document that is broken.
    pub contract: Pointer,
    /// The place in the answer's body, if it is about one.
    pub body: Option<Pointer>,
    /// What this very answer had there: `the response says "17", a string`.
    pub label: String,
    /// What tells it from other findings of this check at these places: a status, a keyword.
    pub detail: String,
    /// Which exchange of the case shows it, counted from 0.
    pub step: usize,
}

/// What makes two findings one: the same check, at the same place in document and body, of the same detail.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cause {
    /// The check.
    pub check: &'static str,
    /// The place in the document.
    pub contract: Pointer,
    /// The place in the body, elements of arrays taken together.
    pub body: Option<Pointer>,
    /// What else tells it apart.
    pub detail: String,
}

impl Finding {
    /// Whether a failing network looks the same: no answer, or not all of it.
    pub fn may_be_the_network(&self) -> bool {
        self.severity == Severity::Error
            && matches!((self.check, self.detail.as_str()), ("answers-in-time", _) | ("body-parses", "broken"))
    }

    /// Whether a busy machine looks the same now and then: only what shows each time counts.
    pub fn may_be_chance(&self) -> bool {
        let chance = matches!(
            (self.check, self.detail.as_str()),
            ("growing-time", _) | ("defaults", super::defaults::FOLLOWING)
        );
        self.severity == Severity::Error && chance
    }

    /// What makes it one with others.
    pub fn cause(&self) -> Cause {
        let whole = |pointer: &Pointer| {
            let tokens = pointer
                .tokens()
                .map(|token| if token.bytes().all(|b| b.is_ascii_digit()) { "*".into() } else { token });
            tokens.fold(Pointer::root(), |at, token| at.child(&token))
        };
        Cause {
            check: self.check,
            contract: self.contract.clone(),
            body: self.body.as_ref().map(whole),
            detail: self.detail.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_fields_are_two_causes_and_two_elements_of_an_array_are_one() {
        let at = |body: &str| Finding {
            check: "response-schema",
            severity: Severity::Error,
            title: "t".into(),
            contract: Pointer::parse("/x"),
            body: Some(Pointer::parse(body)),
            label: String::new(),
            detail: "type".into(),
            step: 0,
        };
        assert_ne!(at("/a").cause(), at("/b").cause());
        assert_eq!(at("/tags/0/x").cause(), at("/tags/12/x").cause());
    }
}
