//! Findings grouped by cause: each is shown once, with how often it was seen.

use std::collections::{BTreeSet, HashMap};

use super::super::shown::{self, Shown};
use super::super::words::counted;
use crate::case::Tier;
use crate::check::{CHECKS, Cause, Finding};
use crate::http::Redactor;
use crate::run::{CaseResult, Confirmation, Tries};
use crate::source::Pointer;

/// How many causes are kept apart. A server with more is broken in a way that more of the same does not explain.
const MAX_CAUSES: usize = 1_000;

/// How many names of cases are kept for each.
pub(super) const MAX_NAMES: usize = 5;

/// Findings by cause.
#[derive(Clone, Debug, Default)]
pub struct Causes {
    known: HashMap<Cause, usize>,
    groups: Vec<Group>,
    /// Findings of causes beyond the first thousand.
    pub beyond: u64,
}

/// Findings of one cause.
#[derive(Clone, Debug)]
pub struct Group {
    /// What they have in common.
    pub cause: Cause,
    /// The finding as the example shows it.
    pub finding: Finding,
    /// The plainest exchange that shows it.
    pub example: Example,
    /// How many cases show it.
    pub count: u64,
    /// Names of the first cases that do, in plan order.
    pub cases: Vec<String>,
    /// What they are counted among.
    pub among: BTreeSet<Among>,
    /// What came of trying it again, where that was done.
    pub tries: Option<Tries>,
    /// The smallest exchange found that shows it, where it is smaller than the example.
    pub smallest: Option<Shown>,
    last: u64,
}

/// A case that shows a finding.
#[derive(Clone, Debug)]
pub struct Example {
    /// Its name.
    pub case: String,
    /// The number of its operation in the contract.
    pub operation: usize,
    /// The place in the request that the case is about.
    pub focus: Pointer,
    /// The exchange, if anything was sent.
    pub exchange: Option<Shown>,
    pub(super) plainness: Plainness,
}

/// What findings are counted among, each with the number of the operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Among {
    /// All cases that were sent.
    Sent(usize),
    /// Cases of one intent.
    Intent(usize, &'static str),
    /// Cases that were answered with one status.
    Status(usize, u16),
}

impl Causes {
    /// All groups in the order in which they were first seen.
    pub fn groups(&self) -> impl ExactSizeIterator<Item = &Group> {
        self.groups.iter()
    }

    /// All groups: the gravest first, then in the order of the checks, then by place.
    pub fn sorted(&self) -> Vec<&Group> {
        let check = |group: &Group| CHECKS.iter().position(|check| check.about.id == group.cause.check);
        let mut groups: Vec<_> = self.groups.iter().collect();
        groups.sort_by(|a, b| (a.finding.severity, check(a), &a.cause).cmp(&(b.finding.severity, check(b), &b.cause)));
        groups
    }

    pub(super) fn add(&mut self, result: &CaseResult, redactor: &Redactor) {
        for finding in &result.findings {
            let cause = finding.cause();
            match self.known.get(&cause) {
                Some(&at) => self.groups[at].add(finding, result, redactor),
                None if self.groups.len() < MAX_CAUSES => {
                    self.known.insert(cause.clone(), self.groups.len());
                    self.groups.push(Group::new(cause, finding, result, redactor));
                }
                None => self.beyond += 1,
            }
        }
    }
}

impl Causes {
    /// Takes in what came of trying a finding again.
    pub(super) fn confirm(&mut self, confirmation: &Confirmation, redactor: &Redactor) {
        if let Some(group) = self.known.get(&confirmation.cause).and_then(|at| self.groups.get_mut(*at)) {
            group.tries = Some(confirmation.tries);
            group.smallest = confirmation.smallest.as_ref().map(|exchange| Shown::of(exchange, redactor));
        }
    }
}

impl Group {
    fn new(cause: Cause, finding: &Finding, result: &CaseResult, redactor: &Redactor) -> Self {
        Self {
            cause,
            finding: shown::finding(finding, redactor),
            example: Example::of(finding, result, redactor),
            count: 1,
            cases: vec![redactor.apply(&result.case.name).into_owned()],
            among: BTreeSet::from([Among::of(finding, result)]),
            tries: None,
            smallest: None,
            last: result.number,
        }
    }

    /// Elements of one array are one finding of their case.
    fn add(&mut self, finding: &Finding, result: &CaseResult, redactor: &Redactor) {
        if self.last != result.number {
            self.last = result.number;
            self.count += 1;
            if self.cases.len() < MAX_NAMES {
                self.cases.push(redactor.apply(&result.case.name).into_owned());
            }
        }
        self.among.insert(Among::of(finding, result));
        let better = (finding.severity, plainness(finding, result)) < (self.finding.severity, self.example.plainness);
        if better {
            self.finding = shown::finding(finding, redactor);
            self.example = Example::of(finding, result, redactor);
        }
    }
}

/// Less is plainer: what everybody sends before what few do, fewer requests before more, and less text before more.
type Plainness = (bool, usize, Tier, usize);

fn plainness(finding: &Finding, result: &CaseResult) -> Plainness {
    let length = result.exchanges.get(finding.step).map_or(0, |exchange| {
        let sent = exchange.request.body.as_ref().map_or(0, bytes::Bytes::len);
        sent + exchange.response().map_or(0, |response| response.body.len())
    });
    (!result.case.ordinary, result.case.requests_made(), result.case.tier, length)
}

impl Example {
    fn of(finding: &Finding, result: &CaseResult, redactor: &Redactor) -> Self {
        Self {
            case: redactor.apply(&result.case.name).into_owned(),
            operation: result.case.operation,
            focus: result.case.focus.clone(),
            exchange: result.exchanges.get(finding.step).map(|exchange| Shown::of(exchange, redactor)),
            plainness: plainness(finding, result),
        }
    }
}

impl Among {
    /// What a finding of `result` is counted among: what its check looked at.
    fn of(finding: &Finding, result: &CaseResult) -> Self {
        let operation = result.case.operation;
        let response = result.exchanges.get(finding.step).and_then(|exchange| exchange.response());
        match (finding.check, response) {
            // A step may be meant otherwise than its case.
            ("accepts-valid" | "rejects-invalid", _) if *result.case.intent_of(finding.step) == result.case.intent => {
                Self::Intent(operation, result.case.intent.word())
            }
            ("accepts-valid" | "rejects-invalid", _) => Self::Sent(operation),
            ("answers-in-time" | "body-size" | "no-server-error" | "status-documented", _) | (_, None) => {
                Self::Sent(operation)
            }
            // An answer to another operation is none of this one's.
            (_, Some(_)) if !result.case.is_own(finding.step) => Self::Sent(operation),
            (_, Some(response)) => Self::Status(operation, response.status),
        }
    }

    /// The number of the operation.
    pub fn operation(self) -> usize {
        match self {
            Self::Sent(operation) | Self::Intent(operation, _) | Self::Status(operation, _) => operation,
        }
    }
}

/// `148 cases that were answered 200`.
pub(super) fn among_words(among: &BTreeSet<Among>, out_of: u64) -> String {
    let words: BTreeSet<_> = among
        .iter()
        .map(|among| match among {
            Among::Intent(_, word) => Some(word),
            _ => None,
        })
        .collect();
    let mut statuses = BTreeSet::new();
    for one in among {
        match one {
            Among::Sent(_) => return format!("{} that {} sent", counted(out_of, "case"), was(out_of)),
            Among::Intent(_, word) if words.len() == 1 => return counted(out_of, &format!("{word} case")),
            Among::Intent(..) => return counted(out_of, "case"),
            Among::Status(_, status) => _ = statuses.insert(status.to_string()),
        }
    }
    let statuses: Vec<_> = statuses.into_iter().collect();
    format!("{} that {} answered {}", counted(out_of, "case"), was(out_of), statuses.join(" or "))
}

fn was(number: u64) -> &'static str {
    if number == 1 { "was" } else { "were" }
}
