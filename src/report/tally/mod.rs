//! The fold that all reports share: what was tried, what came back, what was found, and what nobody saw.

mod causes;
mod credentials;
mod coverage;
mod reasons;
mod wholesale;

pub use causes::{Among, Causes, Example, Group};
pub use coverage::{Coverage, ErrorCodes, Part, StatusCoverage, What};
pub use reasons::{Reason, Reasons};

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use coverage::Looking;

use super::{Context, Report};
use crate::case::Intent;
use crate::check::{CHECKS, Severity};
use crate::contract::OperationContract;
use crate::http::Exchange;
use crate::plan::Repetition;
use crate::run::{CaseResult, Event, Finished, Started, Verdict};

/// The words of intents, in the order of [`OperationTally::counts`].
pub(super) const INTENTS: [&str; 4] = crate::case::Intent::WORDS;

/// All verdicts, in the order of [`OperationTally::counts`].
pub(super) const VERDICTS: [Verdict; 4] =
    [Verdict::Conforms, Verdict::Violates, Verdict::Inconclusive, Verdict::Skipped];

/// A run in numbers. Its size depends on the contract and on what is wrong, not on how many cases there were.
#[derive(Debug)]
pub struct Tally {
    /// What the run was to be, once it has begun.
    pub started: Option<Started>,
    /// How it ended, once it has.
    pub finished: Option<Finished>,
    /// Cases that have their verdict.
    pub done: u64,
    /// By number in the contract.
    pub operations: Vec<OperationTally>,
    /// What was found, grouped by cause.
    pub causes: Causes,
    /// Why cases were skipped.
    pub skipped: Reasons,
    /// Why cases are inconclusive.
    pub inconclusive: Reasons,
    context: Arc<Context>,
}

/// One operation in numbers.
#[derive(Clone, Debug)]
pub struct OperationTally {
    /// Its id.
    pub id: String,
    /// `POST /users`.
    pub title: String,
    /// Cases by intent (valid, invalid, contested, authored) and verdict (conforms, violates, inconclusive, skipped).
    pub counts: [[u64; 4]; 4],
    /// How many cases were answered with each status.
    pub statuses: BTreeMap<u16, u64>,
    /// How many requests of each intent were answered.
    pub answered: Repetition,
    /// How many valid cases were answered with a 2xx.
    pub accepted: u64,
    /// Whether some case that need not be refused was answered with a 2xx.
    pub(super) succeeded: bool,
    /// How many cases each check had something to look at in, by its number in [`CHECKS`].
    pub applied: Vec<u64>,
    /// Values of error codes that were seen.
    pub error_codes: Vec<ErrorCodes>,
    /// What was seen of its contract.
    coverage: Looking,
    /// When its first request was sent and its last answer had come, in milliseconds since the Unix epoch.
    span: Option<(u64, u64)>,
}

impl Tally {
    /// Nothing yet.
    pub fn new(context: Arc<Context>) -> Self {
        let contract = &context.contract;
        let operation = |operation: &OperationContract| OperationTally {
            id: operation.operation.id.clone(),
            title: operation.operation.title(),
            counts: [[0; 4]; 4],
            statuses: BTreeMap::new(),
            answered: Repetition::default(),
            accepted: 0,
            succeeded: false,
            applied: vec![0; CHECKS.len()],
            error_codes: ErrorCodes::of(operation, &contract.schemas),
            coverage: Looking::at(contract, operation),
            span: None,
        };
        Self {
            started: None,
            finished: None,
            done: 0,
            operations: contract.operations.iter().map(operation).collect(),
            causes: Causes::default(),
            skipped: Reasons::default(),
            inconclusive: Reasons::default(),
            context,
        }
    }

    /// Cases done, cases planned (where that is known), and causes found: what a progress bar shows.
    pub fn progress(&self) -> (u64, Option<u64>, u64) {
        let planned = self.started.as_ref().and_then(|started| started.cases);
        (self.done, planned, self.causes.groups().len() as u64)
    }

    /// How many cases have this verdict.
    pub fn verdict(&self, verdict: Verdict) -> u64 {
        self.operations.iter().map(|operation| operation.verdict(verdict)).sum()
    }

    /// In how many cases the check numbered `check` had something to look at.
    pub fn applied(&self, check: usize) -> u64 {
        self.operations.iter().filter_map(|operation| operation.applied.get(check)).sum()
    }

    /// How many distinct causes of this severity were found.
    pub fn found(&self, severity: Severity) -> u64 {
        self.findings().iter().filter(|group| group.finding.severity == severity).count() as u64
    }

    /// How often a group was seen: `148 of 148 cases that were answered 200`.
    pub fn seen(&self, group: &Group) -> String {
        let out_of = causes::among_words(&group.among, self.out_of(group));
        format!("{} of {out_of}", super::words::grouped(group.count))
    }

    /// How many cases a group is counted among.
    pub fn out_of(&self, group: &Group) -> u64 {
        // Those that were sent have the others among them.
        let all = |among: &Among| group.among.contains(&Among::Sent(among.operation()));
        let apart = group.among.iter().filter(|among| matches!(among, Among::Sent(_)) || !all(among));
        apart.map(|among| self.size(*among)).sum()
    }

    /// Operations that the run was to try.
    pub fn tried(&self) -> impl Iterator<Item = (&OperationContract, &OperationTally)> {
        let planned =
            |id: &str| self.started.iter().flat_map(|started| &started.operations).any(|(known, _)| known == id);
        let both = self.context.contract.operations.iter().zip(&self.operations);
        both.filter(move |(_, tally)| planned(&tally.id) || tally.cases() > 0)
    }

    /// Of each operation that was tried, the least number of answers to valid and to invalid requests, where it has any.
    pub fn least_answered(&self) -> (Option<u64>, Option<u64>) {
        let least = |of: fn(&Repetition) -> u64| {
            self.tried().map(|(_, tally)| of(&tally.answered)).filter(|answers| *answers > 0).min()
        };
        (least(|answered| answered.valid), least(|answered| answered.invalid))
    }

    /// What of the contract was exercised.
    pub fn coverage(&self) -> Coverage {
        Coverage::of(self.tried())
    }

    fn size(&self, among: Among) -> u64 {
        let Some(operation) = self.operations.get(among.operation()) else { return 0 };
        match among {
            Among::Status(_, status) => operation.statuses.get(&status).copied().unwrap_or(0),
            Among::Intent(_, intent) => operation.intent(intent) - operation.skipped(intent),
            Among::Sent(_) => operation.cases() - operation.verdict(Verdict::Skipped),
        }
    }

    fn case(&mut self, result: &CaseResult) {
        self.done += 1;
        let why = || self.context.redactor.apply(result.why.as_deref().unwrap_or("no reason given"));
        let name = || self.context.redactor.apply(&result.case.name);
        match result.verdict {
            Verdict::Skipped => self.skipped.add(&why(), &name()),
            Verdict::Inconclusive => self.inconclusive.add(&why(), &name()),
            Verdict::Conforms | Verdict::Violates => {}
        }
        self.causes.add(result, &self.context.redactor);
        let at = result.case.operation;
        if let (Some(tally), Some(contract)) = (self.operations.get_mut(at), self.context.contract.operations.get(at)) {
            tally.case(result);
            tally.coverage.see(contract, result);
        }
    }
}

impl Report for Tally {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::Started(started) => self.started = Some(started.clone()),
            Event::Case(result) => self.case(result),
            Event::Confirmed(confirmation) => self.causes.confirm(confirmation, &self.context.redactor),
            Event::Finished(finished) => self.finished = Some(finished.clone()),
        }
        Ok(())
    }
}

impl OperationTally {
    /// How many cases it has.
    pub fn cases(&self) -> u64 {
        self.counts.iter().flatten().sum()
    }

    /// How many cases have this intent.
    pub fn intent(&self, word: &str) -> u64 {
        INTENTS.iter().position(|known| *known == word).map_or(0, |at| self.counts[at].iter().sum())
    }

    /// How many cases have this verdict.
    pub fn verdict(&self, verdict: Verdict) -> u64 {
        self.counts.iter().map(|counts| counts[verdict as usize]).sum()
    }

    /// From its first request to its last answer.
    pub fn elapsed(&self) -> Duration {
        self.span.map_or(Duration::ZERO, |(first, last)| Duration::from_millis(last.saturating_sub(first)))
    }

    /// How many cases of this intent were not sent.
    pub fn skipped(&self, word: &str) -> u64 {
        let at = INTENTS.iter().position(|known| *known == word);
        at.map_or(0, |at| self.counts[at][Verdict::Skipped as usize])
    }

    fn case(&mut self, result: &CaseResult) {
        let intent = INTENTS.iter().position(|known| *known == result.case.intent.word()).unwrap_or(0);
        self.counts[intent][result.verdict as usize] += 1;
        for (at, count) in self.applied.iter_mut().enumerate() {
            *count += u64::from(result.applied.contains(at));
        }
        let mut seen = Vec::new();
        let own = || result.exchanges.iter().enumerate().filter(|(at, _)| result.case.is_own(*at));
        for (at, exchange) in own() {
            self.time(exchange);
            let Some(response) = exchange.response() else { continue };
            self.answered.add(result.case.intent_of(at));
            if !seen.contains(&response.status) {
                seen.push(response.status);
                *self.statuses.entry(response.status).or_default() += 1;
            }
            if response.is_error() {
                self.error_codes.iter_mut().for_each(|codes| codes.see(&response.body));
            }
        }
        let accepted = own().filter_map(|(_, exchange)| exchange.response()).any(|response| response.is_success());
        self.accepted += u64::from(intent == 0 && accepted);
        self.succeeded |= accepted && !matches!(result.case.intent, Intent::Invalid { .. });
    }

    fn time(&mut self, exchange: &Exchange) {
        let end = exchange.sent_at + exchange.elapsed.as_millis() as u64;
        let (first, last) = self.span.unwrap_or((exchange.sent_at, end));
        self.span = Some((first.min(exchange.sent_at), last.max(end)));
    }
}

#[cfg(test)]
mod tests;
