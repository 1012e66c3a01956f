//! Checks: pure functions from contract, case and exchanges to findings, one a file.
//!
//! A check never sends, prints, or panics. [`judge`] runs those over one exchange, [`judge_case`] those over all exchanges
//! of a case. What an answer is held against of the rest of the run stands in a [`Memory`].

mod answer;
mod finding;
mod leaks;
mod memory;

mod accepts_valid;
mod answers_in_time;
mod body_parses;
mod body_size;
mod clock;
mod content_type;
mod credentials;
mod defaults;
mod disclosure;
mod echo;
mod error_body;
mod error_code;
mod expectation;
mod growing_time;
mod identity;
mod lifecycle;
mod list;
mod no_server_error;
mod rejects_invalid;
mod response_schema;
mod same;
mod server_assigned;
mod status_documented;
mod time_order;
mod unique_id;

pub use answer::{Answer, Content, Read};
pub use finding::{Cause, Finding, Severity};
pub use memory::Memory;

use serde_json::Value;

use crate::case::{Case, Expectation, Intent};
use crate::contract::{OperationContract, Rule};
use crate::generate::Contest;
use crate::http::{Credential, Exchange};
use crate::source::{Pointer, member};

/// Where exchanges stand: all that is known before they are looked at.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// What the operation promises.
    pub contract: &'a OperationContract,
    /// The case.
    pub case: &'a Case,
    /// Its number in the plan.
    pub number: u64,
    /// The exchanges of the case so far: those before the one that is judged, or all where the case is.
    pub exchanges: &'a [Exchange],
    /// What the case itself says of the answer, every `${…}` in it resolved.
    pub expectation: Option<&'a Expectation>,
}

/// What a check of one exchange is given.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// What the operation promises.
    pub contract: &'a OperationContract,
    /// The case.
    pub case: &'a Case,
    /// Its number in the plan.
    pub number: u64,
    /// Which of its exchanges this is, counted from 0.
    pub step: usize,
    /// Its exchanges before this one.
    pub earlier: &'a [Exchange],
    /// What the case itself says of the answer, every `${…}` in it resolved.
    pub expectation: Option<&'a Expectation>,
    /// What was sent and received.
    pub exchange: &'a Exchange,
    /// The same, its bodies read once for all checks.
    pub read: &'a Read<'a>,
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
    /// What was sent and received before, if that matters: in the same case where the check is of cases, in other cases
    /// of the run where it is of the run.
    pub before: &'static [(&'static str, &'static str)],
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
    /// What it looks at, and how.
    pub judge: Judge,
}

/// What a check looks at. Each function adds what it finds, and says whether it had anything to look at.
#[derive(Clone, Copy)]
pub enum Judge {
    /// One exchange by itself.
    Exchange(fn(&Subject<'_>, &mut Vec<Finding>) -> bool),
    /// One exchange, in view of what came before it in the run.
    Run(fn(&Subject<'_>, &mut Memory, &mut Vec<Finding>) -> bool),
    /// All exchanges of one case.
    Case(fn(&Scene<'_>, &mut Vec<Finding>) -> bool),
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
    identity::CHECK,
    unique_id::CHECK,
    server_assigned::CHECK,
    clock::CHECK,
    time_order::CHECK,
    defaults::CHECK,
    error_code::CHECK,
    disclosure::CHECK,
    credentials::CHECK,
    growing_time::CHECK,
    lifecycle::CHECK,
    list::CHECK,
    expectation::CHECK,
];

/// Which checks had something to look at: a set of numbers in [`CHECKS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applied(u64);

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

/// What holds for the answer to any request, whichever operation it is for.
const OF_ANY_PATH: [&str; 5] = ["answers-in-time", "body-size", "disclosure", "growing-time", "no-server-error"];

/// Runs every check of exchanges over one: that in `read`, which stands in `scene`. Adds what they find, says which
/// applied, and lets `memory` take note of it.
pub fn judge(scene: &Scene<'_>, read: &Read<'_>, memory: &mut Memory, findings: &mut Vec<Finding>) -> Applied {
    let &Scene { contract, case, number, exchanges: earlier, expectation } = scene;
    let (exchange, answer, step) = (read.exchange, read.answer.as_ref(), earlier.len());
    let subject = Subject { contract, case, number, step, earlier, expectation, exchange, read, answer };
    let mut applied = Applied::default();
    // Where another path may have been asked for, the answer may be another operation's; and what a server reads HTTP with may
    // refuse a type that stands twice before any operation sees it (RFC 9110 §5.3).
    let elsewhere = *case.intent_of(step) == Intent::Contested(Contest::EmptySegment);
    let twice =
        exchange.request.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("content-type")).count() > 1;
    let unread = twice && answer.is_some_and(|answer| answer.status() == 400);
    let judged = |check: &Check| !(elsewhere || unread) || OF_ANY_PATH.contains(&check.about.id);
    for (at, check) in CHECKS.iter().enumerate().filter(|(_, check)| judged(check)) {
        let had_something = match check.judge {
            Judge::Exchange(judge) => judge(&subject, findings),
            Judge::Run(judge) => judge(&subject, memory, findings),
            Judge::Case(_) => false,
        };
        if had_something {
            applied.insert(at);
        }
    }
    memory.note(&subject);
    applied
}

/// Runs every check of cases over the exchanges in `scene`, which are all that came about. Adds what they find, and says
/// which applied.
pub fn judge_case(scene: &Scene<'_>, findings: &mut Vec<Finding>) -> Applied {
    let mut applied = Applied::default();
    for (at, check) in CHECKS.iter().enumerate() {
        if let Judge::Case(judge) = check.judge
            && judge(scene, findings)
        {
            applied.insert(at);
        }
    }
    applied
}

/// Whether what a request asks for is new to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Novelty {
    /// Nobody asked for it before.
    New,
    /// This run did.
    Repeated,
    /// Somebody may have, or the server may have read something else than was sent.
    Doubtful,
}

impl Subject<'_> {
    /// An error at a place of the document.
    fn error(&self, check: &'static str, title: impl Into<String>, contract: &Pointer) -> Finding {
        error(check, title, contract, self.step)
    }

    /// A breach of a rule, which gates if the rule does.
    fn breach(&self, check: &'static str, title: impl Into<String>, rule: &Rule) -> Finding {
        Finding { severity: severity(rule), ..error(check, title, &rule.pointer, self.step) }
    }

    /// What the contract says must happen in this exchange.
    fn intent(&self) -> &Intent {
        self.case.intent_of(self.step)
    }

    /// The credential with which the request was sent.
    fn credential(&self) -> Credential {
        self.case.step(self.step).map_or(Credential::Right, |step| step.credential)
    }

    /// Where the document lists what the operation may answer.
    fn responses(&self) -> Pointer {
        self.contract.operation.pointer.child("responses")
    }

    /// Whether a status is right here although the document does not list it.
    fn also_allows(&self, status: u16) -> bool {
        let contested = matches!(self.intent(), Intent::Contested(contest) if contest.also_allows().contains(&status));
        contested || self.misses_a_thing(status)
    }

    /// Whether the server says that what the request names is not there: nothing has said that it is. A value that a path
    /// cannot have leads nowhere, which is as good a refusal as any.
    fn misses_a_thing(&self, status: u16) -> bool {
        matches!(status, 404 | 410) && (self.contract.names_things() || self.contract.has_path_parameters())
    }

    /// What a success says: the members of its body.
    fn created(&self) -> Option<&serde_json::Map<String, Value>> {
        let answer = self.answer.filter(|answer| answer.response.is_success())?;
        answer.json()?.as_object()
    }

    /// Whether the case itself speaks of a property of the answer: then it alone decides.
    fn is_spoken_of(&self, property: &str) -> bool {
        self.expectation.is_some_and(|expectation| expectation.speaks_of(&Pointer::root().child(property)))
    }

    /// What the request says of itself: the hash of what identifies what it makes.
    fn identity(&self) -> Option<u64> {
        self.read.identity(self.contract)
    }

    /// Whether what the request asks for is new.
    fn novelty(&self, memory: &Memory) -> Novelty {
        let doubtful = matches!(
            self.intent(),
            Intent::Contested(Contest::RepeatedKey | Contest::BlankIdentifier | Contest::TakenIdentifier)
        );
        let (false, false, Some(identity)) = (doubtful, reads_otherwise(self.intent()), self.identity()) else {
            return Novelty::Doubtful;
        };
        if memory.knows_identity(identity) {
            return Novelty::Repeated;
        }
        // A case file may send an identifier that is the same in every run.
        let body = self.exchange.request.body.as_deref().unwrap_or_default();
        if *self.intent() == Intent::Authored && !is_made_up(body) { Novelty::Doubtful } else { Novelty::New }
    }
}

/// Whether a text has in it what identifiers of ours begin with, so that no server comes to it by itself.
fn is_made_up(text: &[u8]) -> bool {
    const OURS: &[u8] = b"proofmark-";
    text.windows(OURS.len()).any(|part| part == OURS)
}

fn error(check: &'static str, title: impl Into<String>, contract: &Pointer, step: usize) -> Finding {
    Finding {
        check,
        severity: Severity::Error,
        title: title.into(),
        contract: contract.clone(),
        body: None,
        label: String::new(),
        detail: String::new(),
        step,
    }
}

fn severity(rule: &Rule) -> Severity {
    if rule.gates { Severity::Error } else { Severity::Warning }
}

/// The hash of what identifies the thing that a body asks for: the properties that the contract says do, else those that
/// often do, else the whole body.
fn identity(contract: &OperationContract, sent: &Value) -> Option<u64> {
    let of = |property: &str| member(sent.as_object()?, property);
    let mut named = contract.identities().map(|(_, property)| of(property)).peekable();
    if named.peek().is_some() {
        return named.collect::<Option<Vec<_>>>().map(|values| memory::hash((&contract.operation.id, values)));
    }
    let fresh = contract.body.as_ref()?.fresh.iter().filter_map(|place| place.resolve(sent));
    let mut values: Vec<&Value> = fresh.collect();
    if values.is_empty() {
        values.push(sent);
    }
    Some(memory::hash((&contract.operation.id, values)))
}

/// Whether the server may rightly have read other characters than ours.
fn reads_otherwise(intent: &Intent) -> bool {
    matches!(intent, Intent::Contested(Contest::ContentType | Contest::OtherEncoding | Contest::MalformedText))
}

#[cfg(test)]
mod tests;
