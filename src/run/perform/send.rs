//! One request of a case sent, and sent anew where what came back says nothing about the contract.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::Performer;
use crate::case::{Captures, Case, Copies, Intent, MissingCapture, fresh_of_step};
use crate::generate::{Fresh, RunTag};
use crate::http::{Credential, Exchange, Failure, Request, Response};
use crate::run::guard::Guard;
use crate::transport::{Sent, Transport, Unsendable, milliseconds_since_epoch};

/// How often a request is made anew when the target asks to slow down.
const PATIENCE: u32 = 3;
/// More attempts than any request takes, so that those of one copy are not those of another.
const MAX_ATTEMPTS: u32 = 32;
/// More copies than any step has.
const MAX_COPIES: u32 = 128;
/// Tells the control request from the case's own.
const CONTROL: u32 = u32::MAX;
/// The longest that such a target is waited for, each time.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// How often a target that takes no connections any more is tried again.
const KNOCKS: u32 = 20;
/// How long is waited before each of these.
const BETWEEN_KNOCKS: Duration = Duration::from_millis(250);

/// One request of one case, still to be made.
#[derive(Clone, Copy)]
pub(super) struct Sending<'c> {
    pub(super) case: &'c Case,
    /// The case's number in the plan.
    pub(super) number: u64,
    /// How often the case was sent before.
    pub(super) round: u32,
    pub(super) step: usize,
    pub(super) copy: u16,
}

impl Sending<'_> {
    /// The request at its `attempt`th try.
    fn request(
        self,
        run: &RunTag,
        attempt: u32,
        captures: &Captures,
    ) -> Result<(Request, Option<Value>), MissingCapture> {
        self.case.steps[self.step].request_and_value(&self.fresh(run, attempt), captures)
    }

    fn fresh(self, run: &RunTag, attempt: u32) -> Fresh<'_> {
        let copy = match self.case.steps[self.step].copies {
            Copies::One | Copies::Same(_) => 0,
            Copies::Fresh(_) => u32::from(self.copy),
        };
        let attempt = (self.round * MAX_COPIES + copy) * MAX_ATTEMPTS + attempt;
        fresh_of_step(&Fresh { run, case: self.number, attempt }, self.step)
    }
}

/// Why a request could not be sent at all.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unsent {
    /// It cannot be put into HTTP.
    #[error(transparent)]
    Unsendable(#[from] Unsendable),
    /// It needs what an earlier answer did not have.
    #[error(transparent)]
    Missing(#[from] MissingCapture),
    /// It was sent, and its answer not waited for to the end.
    #[error("no answer came within {0:?}, and others got none in all the time that there was")]
    Impatient(Duration),
    /// What earlier requests made could not be written down.
    #[error("the ledger could not be written: {0}")]
    Ledger(#[from] std::io::Error),
}

impl<T: Transport> Performer<'_, T> {
    /// Sends the requests of the steps that are written at once, of which `first` is the first.
    pub(super) async fn write_at_once(
        &self,
        first: Sending<'_>,
        captures: &Captures,
        guard: &Guard,
    ) -> Result<VecDeque<(Sent, Option<Value>)>, Unsent> {
        let case = first.case;
        let steps = first.step..first.step + case.written_at_once(first.step);
        let (mut requests, mut values) = (Vec::new(), Vec::new());
        for step in steps.clone() {
            let (request, value) = Sending { step, ..first }.request(&self.options.tag, 0, captures)?;
            requests.push((request, case.steps[step].credential));
            values.push(value);
        }
        self.flush()?;
        let begun = guard.patience().map(|patience| (patience, requests.clone()));
        let sending = self.client.send_at_once(requests);
        let sent = match begun {
            None => sending.await?,
            Some((patience, requests)) => match tokio::time::timeout(patience, sending).await {
                Ok(sent) => sent?,
                Err(_) => {
                    for (step, (request, _)) in steps.zip(requests) {
                        // They may have made something all the same. A ledger that cannot be written is told elsewhere.
                        _ = self.record_unjudged(case, step, &unanswered(request, patience));
                    }
                    return Err(Unsent::Impatient(patience));
                }
            },
        };
        Ok(sent.into_iter().zip(values).collect())
    }

    /// Sends one request, but for one that was `written` already, and makes it anew where what came back says nothing about
    /// the contract. Gives the value of its body too, where that is known without reading it.
    pub(super) async fn exchange(
        &self,
        sending: Sending<'_>,
        captures: &Captures,
        guard: &Guard,
        mut written: Option<(Sent, Option<Value>)>,
    ) -> Result<(Exchange, Option<Value>), Unsent> {
        let Sending { case, number, step: at, .. } = sending;
        let mut attempt = 0;
        loop {
            let (outcome, mut sent) = match written.take() {
                Some(written) => written,
                None => self.send(sending, attempt, captures, guard).await?,
            };
            let mut lost = None;
            let mut exchange = match outcome {
                Sent::Exchange(exchange) => exchange,
                // The server may have read the request before it closed: sent again it must be another one.
                Sent::Stale(stale) => {
                    guard.note_closed();
                    // A ledger that cannot be written is reported for the exchange that follows.
                    _ = self.record_unjudged(case, at, &stale);
                    lost = Some(stale.outcome);
                    attempt += 1;
                    let anew;
                    (anew, sent) = self.send_anew(sending, attempt, captures).await?;
                    anew
                }
            };
            if is_away(&exchange) && guard.expects_return() {
                (exchange, sent) = self.send_on_return(sending, attempt, captures, guard).await?;
            }
            // Nobody closed it for having been kept for long.
            if let (Err(Failure::Connect(since)), Some(Err(Failure::Closed(why)))) = (&exchange.outcome, &lost) {
                let outcome = Err(Failure::Closed(format!("{why}; since then {since}")));
                exchange = Exchange { outcome, ..exchange };
            }
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

    /// Sends one request on a connection of its own.
    async fn send_anew(
        &self,
        sending: Sending<'_>,
        attempt: u32,
        captures: &Captures,
    ) -> Result<(Exchange, Option<Value>), Unsent> {
        let (request, value) = sending.request(&self.options.tag, attempt, captures)?;
        self.flush()?;
        let credential = sending.case.steps[sending.step].credential;
        Ok((self.client.send_fresh(request, credential).await?, value))
    }

    /// Sends one request to a target that took connections before and takes none now, until it does: what watches over a
    /// server that fell sets it up again within seconds.
    async fn send_on_return(
        &self,
        sending: Sending<'_>,
        attempt: u32,
        captures: &Captures,
        guard: &Guard,
    ) -> Result<(Exchange, Option<Value>), Unsent> {
        for _ in 0..KNOCKS {
            tokio::time::sleep(BETWEEN_KNOCKS).await;
            let (exchange, sent) = self.send_anew(sending, attempt, captures).await?;
            if !is_away(&exchange) {
                return Ok((exchange, sent));
            }
        }
        guard.expect_no_return();
        self.send_anew(sending, attempt, captures).await
    }

    /// Sends one request at its `attempt`th try.
    async fn send(
        &self,
        sending: Sending<'_>,
        attempt: u32,
        captures: &Captures,
        guard: &Guard,
    ) -> Result<(Sent, Option<Value>), Unsent> {
        let Sending { case, step: at, .. } = sending;
        let step = &case.steps[at];
        let (client, credential) = (self.client, step.credential);
        let (request, value) = sending.request(&self.options.tag, attempt, captures)?;
        self.flush()?;
        // What carries an earlier identity cannot be made anew with another one: it goes out on a connection that
        // nobody has closed. What only asks may be asked twice.
        let asks = matches!(step.request.method.as_str(), "GET" | "HEAD");
        let begun = guard.patience().map(|patience| (patience, request.clone()));
        let sending = async {
            match (step.depends() && !asks) || step.stranger || !guard.keeps_connections() {
                true => Ok(Sent::Exchange(client.send_fresh(request, credential).await?)),
                false => client.send(request, credential).await,
            }
        };
        let Some((patience, request)) = begun else { return Ok((sending.await?, value)) };
        match tokio::time::timeout(patience, sending).await {
            Ok(sent) => Ok((sent?, value)),
            Err(_) => {
                // It may have made something all the same. A ledger that cannot be written is told elsewhere.
                _ = self.record_unjudged(case, at, &unanswered(request, patience));
                Err(Unsent::Impatient(patience))
            }
        }
    }

    /// Finds out whether a server that keeps answering 429 has time for what everybody sends. If so, the 429 is an
    /// answer to this very request, and is judged as such.
    async fn doubt_429(&self, number: u64, guard: &Guard) -> Result<(), Unsent> {
        self.flush()?;
        let sound = |case: &Arc<Case>| case.intent == Intent::Valid && case.lacks.is_none();
        let Some(control) = self.plan.case(0).filter(sound) else { return Ok(()) };
        let fresh = Fresh { run: &self.options.tag, case: number, attempt: CONTROL };
        let Ok(request) = control.steps[0].request(&fresh, &Captures::default()) else { return Ok(()) };
        let exchange = self.client.send_fresh(request, Credential::Right).await?;
        let recorded = self.record_unjudged(&control, 0, &exchange).is_ok();
        if recorded && exchange.response().is_some_and(Response::is_success) {
            guard.disbelieve_429();
        }
        Ok(())
    }
}

/// Whether no connection came about.
fn is_away(exchange: &Exchange) -> bool {
    exchange.outcome.as_ref().is_err_and(Failure::is_connect)
}

/// A request the answer to which was not waited for.
fn unanswered(request: Request, patience: Duration) -> Exchange {
    Exchange {
        request,
        sent_at: milliseconds_since_epoch(),
        elapsed: patience,
        outcome: Err(Failure::NoAnswer(patience)),
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
