//! What a run says while it goes on. Every report is a fold over these events, in this order:
//! one [`Event::Started`], an [`Event::Case`] for each case in plan order whatever order they ended in, an
//! [`Event::Confirmed`] for each cause that was tried again, and one [`Event::Finished`].

use std::sync::Arc;
use std::time::Duration;

use crate::case::Case;
use crate::check::{Applied, Cause, Finding};
use crate::http::Exchange;

/// One thing that happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// The run begins.
    Started(Started),
    /// A case has its verdict. Boxed: it is by far the largest.
    Case(Box<CaseResult>),
    /// A finding was tried again.
    Confirmed(Box<Confirmation>),
    /// The run is over.
    Finished(Finished),
}

/// What is known before anything is sent.
#[derive(Clone, Debug)]
pub struct Started {
    /// The version of Proofmark.
    pub version: &'static str,
    /// The run's tag, by which what it made can be found.
    pub run: String,
    /// The document's name: a path, or a URL.
    pub document: String,
    /// The base URL.
    pub target: String,
    /// The environment's name.
    pub environment: String,
    /// The profile's name.
    pub profile: String,
    /// The seed.
    pub seed: u64,
    /// How many cases are planned; none where the run goes on until its time is over.
    pub cases: Option<u64>,
    /// Operations that are tried: id and title.
    pub operations: Vec<(String, String)>,
    /// Operations that are not: title and reason.
    pub untried: Vec<(String, String)>,
    /// When it began, in milliseconds since the Unix epoch.
    pub at: u64,
}

/// One case with its verdict.
#[derive(Clone, Debug)]
pub struct CaseResult {
    /// Its number in the plan, from 0.
    pub number: u64,
    /// The case.
    pub case: Arc<Case>,
    /// The verdict.
    pub verdict: Verdict,
    /// Why it is `skipped` or `inconclusive`.
    pub why: Option<String>,
    /// What was found, in the order of the checks.
    pub findings: Vec<Finding>,
    /// Which checks had something to look at, in any of its answers.
    pub applied: Applied,
    /// What was sent and received, in order.
    pub exchanges: Vec<Exchange>,
    /// From the first byte sent to the last received, over all its requests.
    pub elapsed: Duration,
}

/// What came of trying a finding again, with everything in it that can be new made new.
#[derive(Clone, Debug)]
pub struct Confirmation {
    /// The finding's cause.
    pub cause: Cause,
    /// The case that was tried: the first that showed it.
    pub case: String,
    /// How often it showed.
    pub tries: Tries,
    /// The smallest request found that still shows it, of the same intent, with its answer; none where the case's own is
    /// the smallest.
    pub smallest: Option<Exchange>,
}

/// How often something showed, of how many tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tries {
    /// How often it showed.
    pub seen: u32,
    /// How often it was tried.
    pub of: u32,
}

impl std::fmt::Display for Tries {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let tries = if self.of == 1 { "try" } else { "tries" };
        let always = if self.seen == self.of { "always, in " } else { "" };
        write!(out, "{always}{} of {} {tries} again", self.seen, self.of)
    }
}

/// What became of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// Every check that applied is content.
    Conforms,
    /// A finding gates.
    Violates,
    /// It could not be found out.
    Inconclusive,
    /// It was not sent.
    Skipped,
}

impl Verdict {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Conforms => "conforms",
            Self::Violates => "violates",
            Self::Inconclusive => "inconclusive",
            Self::Skipped => "skipped",
        }
    }
}

/// How the run ended.
#[derive(Clone, Debug)]
pub struct Finished {
    /// How long it took.
    pub elapsed: Duration,
    /// Why it ended before its plan did, if so: interrupted, out of time, the target gone.
    pub cut_short: Option<String>,
}
