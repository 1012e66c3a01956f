//! Contract coverage: what of a contract a run exercised, and what nobody saw.
//!
//! It is measured on what came over the wire, not on what was planned: a keyword counts as kept once a value that conforms
//! stood at its place, as broken once a case that breaks just it was sent, a combination once a request with it was accepted.

mod answers;
mod combinations;
mod keywords;
mod rules;

use std::fmt;

use serde_json::{Map, Value};

use super::OperationTally;
use crate::case::Intent;
use crate::check::Severity;
use crate::contract::{Contract, OperationContract};
use crate::generate::Shape;
use crate::http::{Exchange, Request, Response};
use crate::run::CaseResult;
use crate::schema::Direction;
use crate::source::Pointer;

pub use answers::{ErrorCodes, StatusCoverage};

use combinations::Combinations;
use keywords::Keywords;

/// So many exchanges of an operation are looked at: the gate is among them, and what is beyond it tries the same again.
const LOOKED_AT: u64 = 5_000;
/// A longer body is not looked at, in bytes.
const MAX_BODY: usize = 256 << 10;
/// Of what nobody saw, so many are named.
const NAMED: usize = 100;

/// What a part of the coverage counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Operations that accepted something.
    Operations,
    /// Entries of `responses` that an answer came for.
    Statuses,
    /// Keywords of the answers' schemas at whose place a value stood.
    AnswerKeywords,
    /// Keywords of the request's schema at whose place an accepted value stood.
    RequestKeywords,
    /// The same, broken by a case that breaks nothing else.
    BrokenKeywords,
    /// Values of each `enum`, sent and answered.
    Values,
    /// Any two properties of the body in any two of their classes of value, accepted.
    Pairs,
    /// Any three.
    Triples,
    /// Rules that had something to hold for.
    Rules,
}

impl What {
    /// Its name in `report.json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Operations => "operations",
            Self::Statuses => "statuses",
            Self::AnswerKeywords => "answer_keywords",
            Self::RequestKeywords => "request_keywords",
            Self::BrokenKeywords => "broken_keywords",
            Self::Values => "enum_values",
            Self::Pairs => "pairs",
            Self::Triples => "triples",
            Self::Rules => "rules",
        }
    }

    /// What a person reads.
    pub fn words(self) -> &'static str {
        match self {
            Self::Operations => "operations",
            Self::Statuses => "statuses",
            Self::AnswerKeywords => "answer keywords",
            Self::RequestKeywords => "request keywords",
            Self::BrokenKeywords => "broken",
            Self::Values => "enum values",
            Self::Pairs => "pairs",
            Self::Triples => "triples",
            Self::Rules => "rules",
        }
    }
}

/// One part of the coverage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it counts.
    pub what: What,
    /// How many were seen.
    pub seen: u64,
    /// Of how many.
    pub of: u64,
    /// What nobody saw: some of the names.
    pub unseen: Vec<String>,
}

/// The coverage of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// Its parts; those that the contract has nothing of are left out.
    pub parts: Vec<Part>,
}

impl Coverage {
    /// The mean of its parts, in percent: none counts for more because it is made of more.
    pub fn percent(&self) -> f64 {
        if self.parts.is_empty() {
            return 0.0;
        }
        let shares = self.parts.iter().map(|part| part.seen as f64 / part.of as f64);
        100.0 * shares.sum::<f64>() / self.parts.len() as f64
    }

    /// The coverage of the operations that were tried.
    pub(super) fn of<'t>(tried: impl Iterator<Item = (&'t OperationContract, &'t OperationTally)>) -> Self {
        let tried: Vec<_> = tried.collect();
        let mut parts: Vec<Part> = Vec::new();
        for (contract, tally) in &tried {
            tally.coverage.tell(contract, tally, &mut |what, seen, name| {
                let at = parts.iter().position(|part| part.what == what).unwrap_or_else(|| {
                    parts.push(Part { what, seen: 0, of: 0, unseen: Vec::new() });
                    parts.len() - 1
                });
                let part = &mut parts[at];
                part.of += 1;
                part.seen += u64::from(seen);
                if !seen && part.unseen.len() < NAMED {
                    // An operation is its own name.
                    let titled = what != What::Operations && tried.len() > 1;
                    part.unseen.push(if titled { format!("{} {name}", tally.title) } else { name.to_string() });
                }
            });
        }
        Self { parts }
    }
}

/// What is done with each thing that is counted: what counts it, whether it was seen, and its name, which few ask for.
type Tell<'t> = dyn FnMut(What, bool, &dyn fmt::Display) + 't;

/// What was seen of one operation's contract.
#[derive(Clone, Debug)]
pub(super) struct Looking {
    left: u64,
    answers: Keywords,
    /// The schema of each entry of `responses` that has one, by its place.
    answer_roots: Vec<(Pointer, usize)>,
    sent: Keywords,
    sent_root: Option<usize>,
    broken: Vec<(Pointer, bool)>,
    combinations: Option<Combinations>,
    rules: Vec<bool>,
}

impl Looking {
    pub(super) fn at(contract: &Contract, operation: &OperationContract) -> Self {
        let schemas = &contract.schemas;
        let (request, response) = (schemas.strict(Direction::Request), schemas.strict(Direction::Response));
        let (mut answers, mut sent) = (Keywords::default(), Keywords::default());
        let mut answer_roots = Vec::new();
        for media in operation.answers.iter().flat_map(|answer| &answer.content) {
            if let Some(schema) = &media.schema {
                answer_roots.push((media.pointer.clone(), answers.add(response, schema.pointer())));
            }
        }
        let body = operation.body.as_ref();
        let sent_root = body.map(|body| sent.add(request, body.schema.pointer()));
        let broken = sent.breakable().map(|place| (place.clone(), false)).collect();
        let combinations = body.and_then(|body| {
            let shape = Shape::of(request, std::slice::from_ref(body.schema.pointer()));
            Combinations::of(request, &shape, &body.fresh)
        });
        let rules = vec![false; operation.rules_in_force().count()];
        Self { left: LOOKED_AT, answers, answer_roots, sent, sent_root, broken, combinations, rules }
    }

    /// Takes note of a case.
    pub(super) fn see(&mut self, contract: &OperationContract, result: &CaseResult) {
        if self.left == 0 {
            return;
        }
        // Those of other operations make what this one needs, and are tried in cases of their own.
        for (at, exchange) in result.exchanges.iter().enumerate().filter(|(at, _)| result.case.is_own(*at)) {
            self.left = self.left.saturating_sub(1);
            let wrong = result.findings.iter().any(|finding| finding.step == at && finding.severity == Severity::Error);
            self.exchange(contract, result, result.case.intent_of(at), exchange, wrong);
        }
    }

    fn exchange(
        &mut self,
        contract: &OperationContract,
        result: &CaseResult,
        intent: &Intent,
        exchange: &Exchange,
        wrong: bool,
    ) {
        let Some(response) = exchange.response() else { return };
        if let Intent::Invalid { constraint, .. } = intent {
            self.broken.iter_mut().filter(|(place, _)| place == constraint).for_each(|(_, seen)| *seen = true);
        }
        let short = |body: &[u8]| body.len() <= MAX_BODY;
        let request = Some(&exchange.request).filter(|request| request.body.as_deref().is_some_and(short));
        let sent = request.and_then(Request::json);
        let back = Some(response).filter(|response| short(&response.body)).and_then(Response::json);
        let accepted = response.is_success() && *intent == Intent::Valid;
        if let (true, Some(sent)) = (accepted, &sent) {
            if let Some(root) = self.sent_root {
                self.sent.see(root, sent);
            }
            if let (Some(combinations), Some(members)) = (&mut self.combinations, sent.as_object()) {
                combinations.see(members);
            }
        }
        let Some(back) = back else { return };
        if !wrong && let Some(root) = self.root(contract, response.status) {
            self.answers.see(root, &back);
        }
        let nothing = Map::new();
        let members = |value: Option<&'_ Value>| value.and_then(Value::as_object).cloned().unwrap_or_default();
        let sent = if self.rules.contains(&false) { members(sent.as_ref()) } else { nothing };
        for (rule, seen) in contract.rules_in_force().zip(&mut self.rules) {
            *seen = *seen || rules::holds_for(&rule.kind, &sent, response, &back, result.applied);
        }
    }

    /// The root of the schema of an answer of this status.
    fn root(&self, contract: &OperationContract, status: u16) -> Option<usize> {
        let entry = contract.answer(status)?;
        let known = |place: &Pointer| self.answer_roots.iter().find(|(root, _)| root == place).map(|(_, root)| *root);
        entry.content.iter().find_map(|media| known(&media.pointer))
    }

    /// Tells of everything that is counted whether it was seen, and its name.
    fn tell(&self, contract: &OperationContract, tally: &OperationTally, tell: &mut Tell<'_>) {
        tell(What::Operations, tally.succeeded, &tally.title);
        tally.documented(contract).iter().for_each(|entry| tell(What::Statuses, entry.cases > 0, &entry.status));
        self.answers.places(What::AnswerKeywords, tell);
        self.sent.places(What::RequestKeywords, tell);
        self.broken.iter().for_each(|(place, seen)| tell(What::BrokenKeywords, *seen, place));
        self.answers.values(tell);
        self.sent.values(tell);
        if let Some(combinations) = &self.combinations {
            combinations.pairs(tell);
            combinations.triples(tell);
        }
        let rules = contract.rules_in_force().zip(&self.rules);
        rules.for_each(|(rule, seen)| tell(What::Rules, *seen, &rule.name()));
    }
}

#[cfg(test)]
mod tests;
