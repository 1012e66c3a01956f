//! The decision: a run passes only if it looked, and found nothing.

use crate::case::Intent;
use crate::check::{Applied, CHECKS, Severity};
use crate::contract::{Contract, OperationContract, RuleKind};
use crate::http::Response;
use crate::plan::Plan;
use crate::spec::StatusPattern;

use super::event::{CaseResult, Event, Verdict};

/// What a run comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Everything that was looked at conforms, and everything that should be was looked at.
    Pass,
    /// Something gates.
    Fail,
    /// Nothing gates, yet the run did not see what it must: the reasons.
    Inconclusive(Vec<String>),
    /// There was nothing to run.
    Nothing,
}

impl Decision {
    /// The word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Inconclusive(_) => "inconclusive",
            Self::Nothing => "nothing",
        }
    }

    /// Why it is inconclusive.
    pub fn why(&self) -> &[String] {
        match self {
            Self::Inconclusive(why) => why,
            Self::Pass | Self::Fail | Self::Nothing => &[],
        }
    }
}

/// Folds a run's events into the decision.
#[derive(Debug)]
pub struct Gate<'c> {
    contract: &'c Contract,
    /// Whether warnings gate too.
    strict: bool,
    cases: u64,
    violated: bool,
    warned: bool,
    inconclusive: Option<String>,
    cut_short: Option<String>,
    operations: Vec<Seen>,
}

/// What was seen of one operation.
#[derive(Clone, Debug, Default)]
struct Seen {
    /// Whether the plan has cases of it that must be refused.
    plans_invalid: bool,
    valid: u64,
    accepted: u64,
    refused: u64,
    sent: u64,
    skipped: u64,
    /// Whether any request succeeded, whatever was meant by it.
    succeeded: bool,
    /// Why no thing could be named that is there, if so.
    lacking: Option<String>,
    applied: Applied,
}

impl<'c> Gate<'c> {
    /// A gate for a run of `plan`. `strict` lets warnings gate as errors do.
    pub fn new(plan: &Plan<'c>, strict: bool) -> Self {
        let contract = plan.contract;
        let mut operations = vec![Seen::default(); contract.operations.len()];
        for case in plan.cases().iter().filter(|case| matches!(case.intent, Intent::Invalid { .. })) {
            if let Some(seen) = operations.get_mut(case.operation) {
                seen.plans_invalid = true;
            }
        }
        Self {
            contract,
            strict,
            cases: 0,
            violated: false,
            warned: false,
            inconclusive: None,
            cut_short: None,
            operations,
        }
    }

    /// Takes an event.
    pub fn event(&mut self, event: &Event) {
        match event {
            Event::Started(_) | Event::Confirmed(_) => {}
            Event::Case(result) => self.case(result),
            Event::Finished(finished) => self.cut_short = finished.cut_short.clone(),
        }
    }

    fn case(&mut self, result: &CaseResult) {
        self.cases += 1;
        self.violated |= result.verdict == Verdict::Violates;
        self.warned |= result.findings.iter().any(|finding| finding.severity == Severity::Warning);
        let Some(seen) = self.operations.get_mut(result.case.operation) else { return };
        let Some(contract) = self.contract.operations.get(result.case.operation) else { return };
        match result.verdict {
            Verdict::Skipped if result.case.lacks.is_some() => {
                seen.lacking.clone_from(&result.case.lacks);
                return;
            }
            Verdict::Skipped => {
                seen.skipped += 1;
                return;
            }
            Verdict::Inconclusive if self.inconclusive.is_none() => {
                let why = result.why.as_deref().unwrap_or("no reason is known");
                self.inconclusive = Some(format!("`{}` could not be judged: {why}", result.case.name));
            }
            _ => {}
        }
        seen.sent += 1;
        seen.applied = seen.applied.and(result.applied);
        let own = || result.exchanges.iter().enumerate().filter(|(at, _)| result.case.is_own(*at));
        let statuses = || own().filter_map(|(_, exchange)| exchange.response());
        seen.succeeded |= statuses().any(|response| response.is_success());
        // What another one than the operation says, a router that finds no such path, has no body of its document.
        let is_refusal = |response: &Response| response.is_error() && contract.documents(response.status);
        seen.refused += u64::from(statuses().any(is_refusal));
        if result.case.intent == Intent::Valid {
            seen.valid += 1;
            seen.accepted += u64::from(statuses().any(|response| response.is_success()));
        }
    }

    /// The decision so far.
    pub fn decision(&self) -> Decision {
        if self.violated || (self.strict && self.warned) {
            return Decision::Fail;
        }
        if self.cases == 0 && self.cut_short.is_none() {
            return Decision::Nothing;
        }
        let reasons = self.reasons();
        if reasons.is_empty() { Decision::Pass } else { Decision::Inconclusive(reasons) }
    }

    /// Why a run without findings is no pass.
    fn reasons(&self) -> Vec<String> {
        let mut reasons: Vec<String> = self.cut_short.iter().cloned().collect();
        if !reasons.is_empty() {
            return reasons;
        }
        reasons.extend(self.inconclusive.clone());
        for (operation, seen) in self.contract.operations.iter().zip(&self.operations) {
            let title = operation.operation.title();
            if let Some(why) = seen.lacking.as_ref().filter(|_| !seen.succeeded) {
                reasons
                    .push(format!("no request to `{title}` succeeded, and one that should could not be sent: {why}"));
                continue;
            }
            if seen.sent == 0 {
                if seen.skipped > 0 {
                    reasons.push(format!("every case of `{title}` was skipped"));
                }
                continue;
            }
            if seen.skipped > 0 {
                reasons.push(format!("{} of `{title}` {} skipped", count(seen.skipped, "case"), were(seen.skipped)));
            }
            if seen.valid > 0 && seen.accepted == 0 {
                reasons.push(format!("no valid request to `{title}` was accepted"));
                continue;
            }
            if !seen.succeeded && succeeds(operation) {
                reasons.push(format!("no request to `{title}` succeeded, for none could be made that must"));
                continue;
            }
            reasons.extend(
                self.unapplied(operation, seen).map(|id| format!("the check `{id}` never applied to `{title}`")),
            );
        }
        reasons
    }

    /// Checks that should have had something to look at, given what the contract promises and what was sent.
    fn unapplied<'s>(
        &'s self,
        operation: &'s OperationContract,
        seen: &'s Seen,
    ) -> impl Iterator<Item = &'static str> + 's {
        let described = operation.answers.iter().any(|answer| answer.status.is_success() && answer.is_json());
        let expected = move |id: &str| match id {
            "answers-in-time" | "body-size" | "no-server-error" => true,
            "status-documented" => !operation.answers.is_empty(),
            "accepts-valid" => seen.valid > 0,
            "rejects-invalid" => seen.plans_invalid,
            "content-type" | "body-parses" => seen.accepted > 0 && described,
            "response-schema" => seen.accepted > 0 && operation.has_success_schema(),
            "error-body" => seen.refused > 0 && operation.error.is_some(),
            "echo" => seen.accepted > 1 && operation.echoed().next().is_some(),
            "disclosure" => seen.accepted > 0,
            "unique-id" => seen.accepted > 0 && operation.unique_ids().next().is_some(),
            "clock" => seen.accepted > 0 && holds(operation, |kind| matches!(kind, RuleKind::Clock { .. })),
            "time-order" => seen.accepted > 0 && holds(operation, |kind| matches!(kind, RuleKind::Order { .. })),
            _ => false,
        };
        CHECKS
            .iter()
            .enumerate()
            .filter(move |(at, check)| expected(check.about.id) && !seen.applied.contains(*at))
            .map(|(_, check)| check.about.id)
    }
}

/// Whether the document says that the operation may succeed. Where it says nothing, it does.
fn succeeds(operation: &OperationContract) -> bool {
    let mut statuses = operation.answers.iter().map(|answer| answer.status);
    operation.answers.is_empty() || statuses.any(|status| status.is_success() || status == StatusPattern::Default)
}

fn holds(operation: &OperationContract, is: fn(&RuleKind) -> bool) -> bool {
    operation.rules_in_force().any(|rule| is(&rule.kind))
}

fn count(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

fn were(number: u64) -> &'static str {
    if number == 1 { "was" } else { "were" }
}
