//! One case: its requests sent, its answers judged.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::case::{Captures, Case, Intent, MissingCapture, fresh_of_step};
use crate::check::{Applied, Read, Severity, judge_read};
use crate::generate::Fresh;
use crate::http::{Exchange, Failure, Response};
use crate::plan::Plan;
use crate::transport::{Client, Sent, Unsendable};

use super::Options;
use super::event::{CaseResult, Verdict};
use super::guard::Guard;

/// How often a request is made anew when the target asks to slow down.
const PATIENCE: u32 = 3;
/// Tells the control request from the case's own.
const CONTROL: u32 = u32::MAX;
/// The longest that such a target is waited for, each time.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Why a request could not be sent at all.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unsent {
    /// It cannot be put into HTTP.
    #[error(transparent)]
    Unsendable(#[from] Unsendable),
    /// It needs what an earlier answer did not have.
    #[error(transparent)]
    Missing(#[from] MissingCapture),
}

/// Performs the cases of one run.
pub(super) struct Performer<'r> {
    pub(super) plan: &'r Plan<'r>,
    pub(super) client: &'r Client,
    pub(super) options: &'r Options,
}

/// Performs one case by itself, outside a run: a replay, or a trial.
pub async fn perform(plan: &Plan<'_>, client: &Client, options: &Options, number: u64, case: Arc<Case>) -> CaseResult {
    Performer { plan, client, options }.perform(number, case, &Guard::default()).await
}

impl Performer<'_> {
    pub(super) async fn perform(&self, number: u64, case: Arc<Case>, guard: &Guard) -> CaseResult {
        let mut result = CaseResult {
            number,
            verdict: Verdict::Conforms,
            why: None,
            findings: Vec::new(),
            applied: Applied::default(),
            exchanges: Vec::with_capacity(case.steps.len()),
            elapsed: Duration::ZERO,
            case: Arc::clone(&case),
        };
        let Some(contract) = self.plan.contract.operations.get(case.operation) else { return result };
        let mut captures = Captures::default();
        for (number_of_step, step) in case.steps.iter().enumerate() {
            let (exchange, sent) = match self.exchange(&case, number, number_of_step, &captures, guard).await {
                Ok(exchange) => exchange,
                Err(unsent) => return result.unless_violated(unsent.to_string()),
            };
            let expectation = match step.expectation(&captures, &exchange.request) {
                Ok(expectation) => expectation,
                Err(missing) => return result.unless_violated(missing.to_string()),
            };
            guard.note(&case, &exchange);
            result.elapsed += exchange.elapsed;
            let findings = &mut result.findings;
            let read = Read::new(contract, &exchange, sent);
            let applied = judge_read(contract, &case, number_of_step, expectation.as_deref(), &read, findings);
            result.applied = result.applied.and(applied);
            captures.take(step, &exchange);
            if let Some(why) = inconclusive(&exchange, guard) {
                (result.verdict, result.why) = (Verdict::Inconclusive, Some(why));
                result.findings.clear();
                result.exchanges.push(exchange);
                return result;
            }
            if let Err(error) = self.record(&case, &read) {
                (result.verdict, result.why) =
                    (Verdict::Inconclusive, Some(format!("the ledger could not be written: {error}")));
            }
            result.exchanges.push(exchange);
        }
        result.settled()
    }

    /// Writes down what an exchange may have made.
    fn record(&self, case: &Case, read: &Read<'_>) -> std::io::Result<()> {
        match (&self.options.ledger, self.plan.contract.operations.get(case.operation)) {
            (Some(ledger), Some(operation)) => ledger.borrow_mut().record(operation, &case.name, read),
            _ => Ok(()),
        }
    }

    /// Writes down what an exchange may have made that is not judged.
    fn record_unjudged(&self, case: &Case, exchange: &Exchange) -> std::io::Result<()> {
        match self.plan.contract.operations.get(case.operation) {
            Some(operation) => self.record(case, &Read::new(operation, exchange, None)),
            None => Ok(()),
        }
    }

    /// Sends one request, and makes it anew where what came back says nothing about the contract. Gives the value of its
    /// body too, where that is known without reading it.
    async fn exchange(
        &self,
        case: &Case,
        number: u64,
        step: usize,
        captures: &Captures,
        guard: &Guard,
    ) -> Result<(Exchange, Option<Value>), Unsent> {
        let request = |attempt: u32| {
            let sending = Fresh { run: &self.options.tag, case: number, attempt };
            case.steps[step].request_and_value(&fresh_of_step(&sending, step), captures)
        };
        let mut attempt = 0;
        loop {
            let (sending, mut sent) = request(attempt)?;
            let exchange = match self.client.send(sending).await? {
                Sent::Exchange(exchange) => exchange,
                // The server may have read the request before it closed: sent again it must be another one.
                Sent::Stale(stale) => {
                    // A ledger that cannot be written is reported for the exchange that follows.
                    _ = self.record_unjudged(case, &stale);
                    attempt += 1;
                    let (anew, value) = request(attempt)?;
                    sent = value;
                    self.client.send_fresh(anew).await?
                }
            };
            let Some(pause) = exchange.response().and_then(pause).filter(|_| guard.believes_429()) else {
                return Ok((exchange, sent));
            };
            if attempt >= PATIENCE {
                self.doubt_429(number, guard).await?;
                return Ok((exchange, sent));
            }
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }

    /// Finds out whether a server that keeps answering 429 has time for what everybody sends. If so, the 429 is an
    /// answer to this very request, and is judged as such.
    async fn doubt_429(&self, number: u64, guard: &Guard) -> Result<(), Unsendable> {
        let Some(control) = self.plan.case(0).filter(|case| case.intent == Intent::Valid) else { return Ok(()) };
        let fresh = Fresh { run: &self.options.tag, case: number, attempt: CONTROL };
        let exchange = self.client.send_fresh(control.steps[0].request.fill(&fresh)).await?;
        let recorded = self.record_unjudged(&control, &exchange).is_ok();
        if recorded && exchange.response().is_some_and(Response::is_success) {
            guard.disbelieve_429();
        }
        Ok(())
    }

    /// Why no other case need be sent after the first, if so.
    pub(super) fn unfit(&self, first: &CaseResult) -> Option<String> {
        let exchange = first.exchanges.first()?;
        match &exchange.outcome {
            Err(Failure::Connect(reason)) => Some(format!("the target could not be reached: {reason}")),
            Ok(response) if self.wants_credentials(first, response) => Some(format!(
                "the server answers {} to a run without credentials: give some with `-H 'Authorization: Bearer ${{TOKEN}}'`",
                response.status
            )),
            _ => None,
        }
    }

    fn wants_credentials(&self, first: &CaseResult, response: &Response) -> bool {
        !self.options.credentials && first.case.intent == Intent::Valid && matches!(response.status, 401 | 403)
    }

    /// Why the run ends here, if so.
    pub(super) fn hopeless(&self, result: &CaseResult, guard: &Guard) -> Option<String> {
        guard.target_is_gone().then(|| match &result.why {
            Some(why) => format!("the target is gone: {why}"),
            None => "the target is gone".into(),
        })
    }
}

impl CaseResult {
    /// The verdict that its findings come to.
    fn settled(mut self) -> Self {
        if self.findings.iter().any(|finding| finding.severity == Severity::Error) {
            self.verdict = Verdict::Violates;
        }
        self
    }

    /// The rest of the case cannot be found out. What was found before that stands.
    fn unless_violated(mut self, why: String) -> Self {
        (self.verdict, self.why) = (Verdict::Inconclusive, Some(why));
        self.settled()
    }
}

/// Why an exchange says nothing about the contract, if so.
fn inconclusive(exchange: &Exchange, guard: &Guard) -> Option<String> {
    match &exchange.outcome {
        Err(failure @ Failure::Connect(_)) => Some(failure.to_string()),
        Ok(response) if response.status == 429 && guard.believes_429() => {
            Some("the target asks to slow down (429): set `--rate`".into())
        }
        _ => None,
    }
}

/// How long a target that asks to slow down wants to be left alone (RFC 6585 §4, RFC 9110 §10.2.3).
fn pause(response: &Response) -> Option<Duration> {
    if response.status != 429 {
        return None;
    }
    let asked = response.headers.get("retry-after").and_then(|text| text.trim().parse::<u64>().ok());
    Some(Duration::from_secs(asked.unwrap_or(1)).min(LONGEST_WAIT))
}
