//! One case: its requests sent, its answers judged.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::case::{Captures, Case, Intent, Step};
use crate::check::{Finding, Memory, Read, Scene, judge};
use crate::contract::OperationContract;
use crate::http::{Exchange, Failure, Response};
use crate::plan::Plan;
use crate::transport::Transport;

use self::send::{Sending, Unsent};
use super::Options;
use super::event::{CaseResult, Verdict};
use super::guard::Guard;

mod send;

/// How often a round may send its case.
const ROUNDS: u32 = 2 + CHANCE_TRIES;
/// How often a finding that may be chance is to show again before it is believed.
pub(super) const CHANCE_TRIES: u32 = 2;
/// Why a run ends whose target never stops to ask for patience.
const ONLY_429: &str =
    "the server answers nothing but 429, however long it is left alone: set `--rate`, or try again later";

/// Performs the cases of one run.
pub(super) struct Performer<'r, T> {
    pub(super) plan: &'r Plan<'r>,
    pub(super) client: &'r T,
    pub(super) options: &'r Options,
    /// What was seen so far.
    pub(super) memory: RefCell<Memory>,
    /// Cases that were begun, by number, and end when all others have.
    begun: RefCell<HashMap<u64, Progress>>,
}

/// How far a case came: it broke off, or goes on.
type Progress = ControlFlow<Box<CaseResult>, Box<Underway>>;

/// A case of which some steps may be left.
struct Underway {
    case: Arc<Case>,
    /// The case's number in the plan.
    number: u64,
    /// How often the case was sent before.
    round: u32,
    /// The step that comes next.
    next: usize,
    /// What came of the steps before.
    result: CaseResult,
    /// What they keep for those after them.
    captures: Captures,
}

impl Underway {
    /// The case before its first step.
    fn of(number: u64, case: Arc<Case>, round: u32) -> Self {
        let result = CaseResult::begun(number, Arc::clone(&case));
        Self { case, number, round, next: 0, result, captures: Captures::default() }
    }
}

/// Performs one case by itself, outside a run: a replay, or a trial.
pub async fn perform(
    plan: &Plan<'_>,
    client: &impl Transport,
    options: &Options,
    number: u64,
    case: Arc<Case>,
) -> CaseResult {
    Performer::new(plan, client, options).perform(number, case, 0, &Guard::default()).await
}

impl<'r, T: Transport> Performer<'r, T> {
    pub(super) fn new(plan: &'r Plan<'r>, client: &'r T, options: &'r Options) -> Self {
        let operations = plan.contract.operations.len();
        let memory = RefCell::new(Memory::new(&options.tag, &options.redactor).of(operations));
        Self { plan, client, options, memory, begun: RefCell::default() }
    }
}

impl<T: Transport> Performer<'_, T> {
    /// Performs a case for the `round`th time: what is new in each sending differs between rounds.
    ///
    /// An answer that did not come, or not whole, is asked for once more: what does not come back was the network's, and
    /// is a note. If it happens to a second case it did come back.
    pub(super) async fn perform(&self, number: u64, case: Arc<Case>, round: u32, guard: &Guard) -> CaseResult {
        if let Some(why) = &case.lacks {
            return CaseResult::skipped(number, Arc::clone(&case), why.clone());
        }
        let mut result = self.end(number, Arc::clone(&case), round * ROUNDS, guard).await;
        if self.options.confirm && result.findings.iter().any(Finding::may_be_chance) {
            self.drop_chance(&mut result, round, guard).await;
            if result.findings.iter().any(|finding| finding.check == "growing-time" && finding.may_be_chance()) {
                guard.note_slow(&result.case);
            }
        }
        let doubtful = result.findings.iter().any(Finding::may_be_the_network);
        // A second answer that is waited for in vain is no accident, and waiting is what costs most.
        if !self.options.confirm || !doubtful || guard.has_hiccuped() || guard.hangs() > 1 {
            return result;
        }
        let again = self.perform_once(number, case, round * ROUNDS + 1, guard).await;
        if again.verdict == Verdict::Conforms {
            guard.hiccup();
            result.let_off(Finding::may_be_the_network, Verdict::Conforms);
        }
        result
    }

    /// Performs a case again whose finding may be chance: what does not show each time is a note. A time of which nothing
    /// was found out does not count.
    async fn drop_chance(&self, result: &mut CaseResult, round: u32, guard: &Guard) {
        for again in 0..CHANCE_TRIES {
            let round = round * ROUNDS + 2 + again;
            let second = self.perform_once(result.number, Arc::clone(&result.case), round, guard).await;
            if second.why.is_none() && !second.findings.iter().any(Finding::may_be_chance) {
                // What could not be found out stays so.
                let otherwise = if result.why.is_some() { Verdict::Inconclusive } else { Verdict::Conforms };
                return result.let_off(Finding::may_be_chance, otherwise);
            }
        }
    }

    /// Performs a case and lets what was found stand as it is.
    pub(super) async fn perform_once(&self, number: u64, case: Arc<Case>, round: u32, guard: &Guard) -> CaseResult {
        let end = case.steps.len();
        let underway = self.go_on(Underway::of(number, case, round), end, guard).await;
        self.ended(underway)
    }

    /// Begins a case that ends when all others have: sends what does not wait for them.
    pub(super) async fn begin(&self, number: u64, case: Arc<Case>, guard: &Guard) {
        let late = case.steps.iter().position(|step| step.late).filter(|_| case.lacks.is_none());
        if let Some(late) = late {
            let underway = self.go_on(Underway::of(number, case, 0), late, guard).await;
            self.begun.borrow_mut().insert(number, underway);
        }
    }

    /// Ends the case numbered `number` if it was begun, else performs it.
    async fn end(&self, number: u64, case: Arc<Case>, round: u32, guard: &Guard) -> CaseResult {
        let begun = self.begun.borrow_mut().remove(&number).filter(|_| round == 0);
        match begun {
            Some(ControlFlow::Continue(underway)) => {
                let end = case.steps.len();
                let underway = self.go_on(*underway, end, guard).await;
                self.ended(underway)
            }
            Some(ended) => self.ended(ended),
            None => self.perform_once(number, case, round, guard).await,
        }
    }

    /// What a case came to, none of the steps of which is left.
    fn ended(&self, underway: Progress) -> CaseResult {
        match underway {
            ControlFlow::Break(result) => *result,
            ControlFlow::Continue(underway) => match self.plan.contract.operations.get(underway.case.operation) {
                Some(own) => underway.result.judged(own).settled(),
                None => underway.result,
            },
        }
    }

    /// Sends what comes before the step numbered `end`. Breaks where no more can be found out.
    async fn go_on(&self, underway: Underway, end: usize, guard: &Guard) -> Progress {
        let Underway { case, number, round, next, mut result, mut captures } = underway;
        let ended = |result: CaseResult| ControlFlow::Break(Box::new(result));
        let Some(own) = self.plan.contract.operations.get(case.operation) else { return ended(result) };
        let mut hung = false;
        // What was written at once with the steps before, and what came of it.
        let mut written = VecDeque::new();
        for (at, step) in case.steps.iter().enumerate().take(end).skip(next) {
            let Some(contract) = self.plan.contract.operations.get(case.operation_of(at)) else { return ended(result) };
            let sending = |copy| Sending { case: &case, number, round, step: at, copy };
            if case.written_at_once(at) > 1 && !step.pipelined {
                match self.write_at_once(sending(0), &captures, guard).await {
                    Ok(all) => written = all,
                    Err(unsent) => return ended(self.given_up(result.judged(own), unsent, guard)),
                }
            }
            let exchanges = match step.copies.count() {
                1 => vec![self.exchange(sending(0), &captures, guard, written.pop_front()).await],
                many => {
                    let all = (0..many).map(|copy| self.exchange(sending(copy), &captures, guard, None));
                    futures_util::future::join_all(all).await
                }
            };
            for exchange in exchanges {
                let (exchange, sent) = match exchange {
                    Ok(exchange) => exchange,
                    Err(unsent) => return ended(self.given_up(result.judged(own), unsent, guard)),
                };
                guard.note(&case, &exchange);
                result.elapsed += exchange.elapsed;
                let read = Read::new(contract, &exchange, sent);
                let recorded = self.record(contract, &case, &read);
                let locked_out = self.locked_out(contract, case.intent_of(result.exchanges.len()), &exchange);
                let judged = match inconclusive(&exchange, guard).or(locked_out) {
                    Some(why) => Err(why),
                    None => self.judge(contract, step, &read, &captures, &mut result),
                };
                drop(read);
                result.exchanges.push(exchange);
                let recorded = recorded.map_err(|error| format!("the ledger could not be written: {error}"));
                if let Err(why) = judged.and(recorded) {
                    return ended(result.judged(own).unless_violated(why));
                }
                hung |= result.exchanges.last().is_some_and(is_hung);
            }
            // What comes after a request that hangs hangs as well, or tells nothing.
            if hung {
                return ended(result.judged(own).settled());
            }
            if let Some(exchange) = result.exchanges.last() {
                captures.take(step, exchange);
                if let Some(why) = unmade(contract, &case, at, exchange, &captures) {
                    return ended(result.judged(own).left(why));
                }
            }
        }
        ControlFlow::Continue(Box::new(Underway { case, number, round, next: end, result, captures }))
    }

    /// What a case comes to of which a request was not sent, or its answer not waited for.
    fn given_up(&self, result: CaseResult, unsent: Unsent, guard: &Guard) -> CaseResult {
        let why = unsent.to_string();
        if !matches!(unsent, Unsent::Impatient(_)) {
            return result.unless_violated(why);
        }
        guard.note_impatience(&result.case);
        result.left(why)
    }

    /// Why a sound request says nothing about the contract, if so: the document asks for a credential that the run has not.
    fn locked_out(&self, contract: &OperationContract, intent: &Intent, exchange: &Exchange) -> Option<String> {
        let status =
            exchange.response().map(|response| response.status).filter(|status| matches!(status, 401 | 403))?;
        if !contract.operation.secured || *intent != Intent::Valid {
            return None;
        }
        if !self.options.credentials {
            return Some(format!("a valid request without credentials was refused with {status}"));
        }
        let lacks = |scheme: &&String| self.options.lacking.contains(scheme);
        let lacking = |requirement: &Vec<String>| requirement.iter().find(lacks).cloned();
        let wanted: Option<Vec<String>> = contract.operation.requirements.iter().map(lacking).collect();
        let scheme = wanted?.into_iter().next()?;
        Some(format!(
            "a valid request without a credential for `{scheme}` was refused with {status}: \
             give one under `[environments.NAME.credentials.{scheme}]` in proofmark.toml"
        ))
    }

    /// Judges one exchange. Why that cannot be done, if so.
    fn judge(
        &self,
        contract: &OperationContract,
        step: &Step,
        read: &Read<'_>,
        captures: &Captures,
        result: &mut CaseResult,
    ) -> Result<(), String> {
        let expectation = step.expectation(captures, &read.exchange.request).map_err(|missing| missing.to_string())?;
        let case = Arc::clone(&result.case);
        let (number, exchanges) = (result.number, result.exchanges.as_slice());
        let scene = Scene { contract, case: &case, number, exchanges, expectation: expectation.as_deref() };
        let before = result.findings.len();
        let applied = judge(&scene, read, &mut self.memory.borrow_mut(), &mut result.findings);
        if step.setup {
            // The same request is sent by a case of its own operation, which tells what is wrong with its answer. A failure
            // need not come back there.
            let found = result.findings.split_off(before);
            result.findings.extend(found.into_iter().filter(|finding| finding.check == "no-server-error"));
        } else {
            result.applied = result.applied.and(applied);
        }
        Ok(())
    }

    /// Sees to it that all that was made so far is on disk: before each request.
    pub(super) fn flush(&self) -> std::io::Result<()> {
        self.options.ledger.as_ref().map_or(Ok(()), |ledger| ledger.borrow_mut().flush())
    }

    /// Writes down what an exchange may have made.
    fn record(&self, operation: &OperationContract, case: &Case, read: &Read<'_>) -> std::io::Result<()> {
        match &self.options.ledger {
            Some(ledger) => ledger.borrow_mut().record(operation, &case.name, read),
            None => Ok(()),
        }
    }

    /// Writes down what an exchange of the step numbered `step` may have made that is not judged.
    fn record_unjudged(&self, case: &Case, step: usize, exchange: &Exchange) -> std::io::Result<()> {
        match self.plan.contract.operations.get(case.operation_of(step)) {
            Some(operation) => self.record(operation, case, &Read::new(operation, exchange, None)),
            None => Ok(()),
        }
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
            // It was asked again, each time after the pause that it wanted.
            Ok(response) if response.status == 429 => Some(ONLY_429.into()),
            _ => None,
        }
    }

    fn wants_credentials(&self, first: &CaseResult, response: &Response) -> bool {
        // Where some operations need none, those can be tried.
        let operations = &self.plan.contract.operations;
        let open = operations.len() > 1 && operations.iter().any(|operation| !operation.operation.secured);
        let refused = first.case.intent == Intent::Valid && matches!(response.status, 401 | 403);
        !self.options.credentials && refused && !open
    }

    /// Why the run ends here, if so.
    pub(super) fn hopeless(&self, result: &CaseResult, guard: &Guard) -> Option<String> {
        if guard.is_put_off() {
            return Some(ONLY_429.into());
        }
        guard.target_is_gone().then(|| match &result.why {
            Some(why) => format!("the target is gone: {why}"),
            None => "the target is gone".into(),
        })
    }
}

/// Whether an answer was waited for in vain.
fn is_hung(exchange: &Exchange) -> bool {
    matches!(exchange.outcome, Err(Failure::NoAnswer(_) | Failure::Stalled(_)))
}

/// Why the steps behind the setup numbered `at` cannot be tried, if so. What none of them names may be refused: it only stands
/// beside what they are about.
fn unmade(
    contract: &OperationContract,
    case: &Case,
    at: usize,
    exchange: &Exchange,
    captures: &Captures,
) -> Option<String> {
    let step = &case.steps[at];
    let named = |name: &str| case.steps[at + 1..].iter().any(|later| later.needs().any(|needed| needed == name));
    if !step.captures.is_empty() && !step.captures.iter().any(|capture| named(&capture.name)) {
        return None;
    }
    let title = contract.operation.title();
    let response = exchange.response().filter(|_| step.setup);
    let answer = match response {
        None if step.setup => "got no answer".to_owned(),
        None => return None,
        Some(response) if !response.is_success() => format!("answered {}", response.status),
        Some(_) if step.captures.iter().all(|one| captures.get(&one.name).is_some_and(|name| !name.is_null())) => {
            return None;
        }
        Some(_) => "did not say what it is called".to_owned(),
    };
    Some(format!("`{title}`, which makes what it needs, {answer}"))
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

#[cfg(test)]
mod tests;
