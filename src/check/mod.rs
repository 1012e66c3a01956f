//! Checks: pure functions from contract, case and exchange to findings, one a file.
//!
//! A check never sends, prints, or panics. [`judge`] runs all of them over one exchange.

mod answer;
mod finding;

mod accepts_valid;
mod answers_in_time;
mod body_parses;
mod body_size;
mod content_type;
mod echo;
mod error_body;
mod expectation;
mod no_server_error;
mod rejects_invalid;
mod response_schema;
mod status_documented;

pub use answer::{Answer, Content};
pub use finding::{Cause, Finding, Severity};

use crate::case::{Case, Expectation, Intent};
use crate::contract::OperationContract;
use crate::http::Exchange;

/// What a check is given.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// What the operation promises.
    pub contract: &'a OperationContract,
    /// The case.
    pub case: &'a Case,
    /// Which of its exchanges this is, counted from 0.
    pub step: usize,
    /// What the case itself says of the answer, every `${…}` in it resolved.
    pub expectation: Option<&'a Expectation>,
    /// What was sent and received.
    pub exchange: &'a Exchange,
    /// The answer, its body read once for all checks; none where no complete answer came.
    pub answer: Option<&'a Answer<'a>>,
}

/// What a check has to say of itself. `proofmark explain` and the documentation are made from this.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// Its id, which is also its file's name.
    pub id: &'static str,
    /// What severity its findings have, and why.
    pub severity: &'static str,
    /// What it looks at, in one sentence.
    pub what: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// What it leaves alone, and why.
    pub leaves_alone: &'static str,
    /// Where the promise comes from.
    pub source: &'static str,
    /// An answer that breaks it.
    pub violating: Example,
    /// An answer that keeps it.
    pub conforming: Example,
}

/// An exchange on `POST /users` of the bundled contract.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// The intent of the case: `valid`, `invalid` or `contested`; or `authored`, with an expectation of its own.
    pub intent: &'static str,
    /// The request's body.
    pub sent: &'static str,
    /// The answer: status, media type, body. `no answer` where none came.
    pub received: &'static str,
}

/// One check.
#[derive(Clone, Copy)]
pub struct Check {
    /// What it is.
    pub about: About,
    /// Adds what it finds. Whether it had anything to look at.
    pub run: fn(&Subject<'_>, &mut Vec<Finding>) -> bool,
}

/// Every check, in the order in which findings of one answer are reported.
pub const CHECKS: &[Check] = &[
    answers_in_time::CHECK,
    body_size::CHECK,
    no_server_error::CHECK,
    status_documented::CHECK,
    content_type::CHECK,
    body_parses::CHECK,
    response_schema::CHECK,
    error_body::CHECK,
    accepts_valid::CHECK,
    rejects_invalid::CHECK,
    echo::CHECK,
    expectation::CHECK,
];

/// Which checks had something to look at: a set of numbers in [`CHECKS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applied(u32);

impl Applied {
    /// Adds the check numbered `check`.
    pub fn insert(&mut self, check: usize) {
        self.0 |= 1 << check;
    }

    /// Whether the check numbered `check` is in it.
    pub fn contains(self, check: usize) -> bool {
        self.0 & (1 << check) != 0
    }

    /// Both sets together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The ids of its checks.
    pub fn ids(self) -> impl Iterator<Item = &'static str> {
        CHECKS.iter().enumerate().filter(move |(at, _)| self.contains(*at)).map(|(_, check)| check.about.id)
    }
}

/// The check called `id`.
pub fn named(id: &str) -> Option<&'static Check> {
    CHECKS.iter().find(|check| check.about.id == id)
}

/// Runs every check over one exchange of a case. Adds what they find, and says which applied. `expectation` is that of
/// the step: see [`Step::expectation`](crate::case::Step::expectation).
pub fn judge(
    contract: &OperationContract,
    case: &Case,
    step: usize,
    expectation: Option<&Expectation>,
    exchange: &Exchange,
    findings: &mut Vec<Finding>,
) -> Applied {
    let answer = exchange.response().map(|response| Answer::of(contract, response));
    let subject = Subject { contract, case, step, expectation, exchange, answer: answer.as_ref() };
    let mut applied = Applied::default();
    for (at, check) in CHECKS.iter().enumerate() {
        if (check.run)(&subject, findings) {
            applied.insert(at);
        }
    }
    applied
}

impl Subject<'_> {
    /// An error at a place of the document.
    fn error(&self, check: &'static str, title: impl Into<String>, contract: &crate::source::Pointer) -> Finding {
        Finding {
            check,
            severity: Severity::Error,
            title: title.into(),
            contract: contract.clone(),
            body: None,
            label: String::new(),
            detail: String::new(),
            step: self.step,
        }
    }

    /// What the contract says must happen in this exchange.
    fn intent(&self) -> &Intent {
        self.case.intent_of(self.step)
    }

    /// Where the document lists what the operation may answer.
    fn responses(&self) -> crate::source::Pointer {
        self.contract.operation.pointer.child("responses")
    }

    /// Whether a status is right here although the document does not list it.
    fn also_allows(&self, status: u16) -> bool {
        matches!(self.intent(), Intent::Contested(contest) if contest.also_allows().contains(&status))
    }
}

#[cfg(test)]
mod tests;
