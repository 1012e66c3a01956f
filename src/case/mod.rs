//! Cases: requests with one intent, proven when the case is made.

mod intent;
mod wire;
mod request;
mod text;
mod captures;
mod matcher;
mod expectation;
mod origin;
mod shrink;
mod state;
pub mod derive;
pub mod authored;

pub use captures::{Capture, CaptureFrom, Captures, MissingCapture};
pub use expectation::{Alternative, Claim, Expectation, Subject, Unmet};
pub use intent::{Intent, Prover};
pub use matcher::{Matcher, Operand, Pattern, same_json};
pub use origin::Origin;
pub use request::{BodyTemplate, PlacedText, RequestTemplate, TextPlace};
pub use shrink::smaller;
pub use state::{
    AsIt, Cleared, Clearing, Identity, Kept, Lasting, Listed, Narrowed, Narrowing, Paged, State, is_nothing,
};
pub use text::Text;
pub use wire::{WireProver, text_intent};

use std::borrow::Cow;

use serde_json::Value;

use crate::contract::OperationContract;
use crate::generate::{Fresh, slug};
use crate::http::parameter::Location;
use crate::http::{Credential, Request};
use crate::source::Pointer;

/// One or more requests with one intent, and a name that stays the same between runs of one document.
#[derive(Clone, Debug)]
pub struct Case {
    /// `users_create/invalid/external_id/required`: what it does. No generated value is in it.
    pub name: String,
    /// The number of its operation in the contract.
    pub operation: usize,
    /// What the contract says must happen.
    pub intent: Intent,
    /// What it tries, in words.
    pub reason: String,
    /// The place in the body that it is about; the root where it is about the whole.
    pub focus: Pointer,
    /// Where the document speaks of that place; none where the case is about the whole request.
    pub subject: Option<Pointer>,
    /// What it has in common with others: if three of a kind get no answer, the rest of it is not sent.
    pub kind: String,
    /// Whether it is what everybody sends: if three such cases get no answer, the operation is given up.
    pub ordinary: bool,
    /// What else may be under way beside it.
    pub company: Company,
    /// The smallest profile that has it.
    pub tier: Tier,
    /// Why it cannot be sent, if so: it needs what nothing supplies.
    pub lacks: Option<String>,
    /// Its requests, sent one after another.
    pub steps: Vec<Step>,
}

/// The smallest profile that has a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// One case of each thing that matters most.
    Smoke,
    /// Every class once, and their combinations.
    Gate,
}

/// What else may be under way beside a case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Company {
    /// As many others as there is room for.
    #[default]
    Many,
    /// Half as many: it compares how long answers take.
    Few,
    /// No other: it looks at what one request leaves behind for the next.
    None,
}

/// How many steps a case may have.
pub const MAX_STEPS: usize = 16;

/// How often a step's request is sent, all at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Copies {
    /// Once.
    #[default]
    One,
    /// This many times, byte for byte the same.
    Same(u16),
    /// This many times, what is new in each sending new in each copy.
    Fresh(u16),
}

impl Copies {
    /// How many requests it makes.
    pub fn count(self) -> u16 {
        match self {
            Self::One => 1,
            Self::Same(count) | Self::Fresh(count) => count,
        }
    }
}

/// One request of a case.
#[derive(Clone, Debug)]
pub struct Step {
    /// The request, but for what is new each time and what `texts` put into it.
    pub request: RequestTemplate,
    /// Texts that depend on this sending or on earlier steps, with their places in the request.
    pub texts: Vec<PlacedText>,
    /// What the case itself says of the answer.
    pub expect: Option<Expectation>,
    /// What is kept for the steps after it.
    pub captures: Vec<Capture>,
    /// How often it is sent at once.
    pub copies: Copies,
    /// What the contract says must happen to this one, where that is not the case's intent.
    pub intent: Option<Intent>,
    /// Which credential it carries, where the run has one.
    pub credential: Credential,
    /// Whether it is written right behind the step before it, on the same connection, before that is answered (RFC 9112
    /// §9.3.2). It may use nothing of that answer.
    pub pipelined: bool,
    /// Whether it goes out on a connection of its own, on which nobody was let in before.
    pub stranger: bool,
    /// The number of its operation in the contract, where that is not the case's.
    pub operation: Option<usize>,
    /// Whether it only makes what the steps after it need. What is found in its answer is told of its own operation's
    /// cases; where it makes nothing, the case cannot be tried.
    pub setup: bool,
    /// What its answer must say of what the steps before it did.
    pub state: Option<State>,
    /// Whether it is sent when all other cases of the plan have been, and the steps before it at the start: what a server
    /// forgets with time, or with what others send, shows then.
    pub late: bool,
}

/// What makes one step of a sending new: its own number is mixed into that of the attempt.
pub fn fresh_of_step<'r>(sending: &Fresh<'r>, step: usize) -> Fresh<'r> {
    let attempt = sending.attempt.saturating_mul(MAX_STEPS as u32).saturating_add(step as u32);
    Fresh { attempt, ..*sending }
}

impl Step {
    /// A step of which nothing is expected but what the contract promises.
    pub fn of(request: RequestTemplate) -> Self {
        Self {
            request,
            texts: Vec::new(),
            expect: None,
            captures: Vec::new(),
            copies: Copies::One,
            intent: None,
            credential: Credential::Right,
            pipelined: false,
            stranger: false,
            operation: None,
            setup: false,
            state: None,
            late: false,
        }
    }

    /// The step sent when all other cases of the plan have been.
    #[must_use]
    pub fn at_the_end(self) -> Self {
        Self { late: true, ..self }
    }

    /// Whether its path names what an earlier step made.
    pub fn names_made(&self) -> bool {
        self.texts.iter().any(|placed| matches!(placed.place, TextPlace::Path(_)) && placed.text.is_captured())
    }

    /// Whether its body names what an earlier step made.
    pub fn names_in_body(&self) -> bool {
        self.texts.iter().any(|placed| matches!(placed.place, TextPlace::Body(_)) && placed.text.is_captured())
    }

    /// The step with an intent of its own.
    #[must_use]
    pub fn meant(self, intent: Intent) -> Self {
        Self { intent: Some(intent), ..self }
    }

    /// The step sent `copies` times at once.
    #[must_use]
    pub fn copied(self, copies: Copies) -> Self {
        Self { copies, ..self }
    }

    /// What it needs that earlier steps keep, by name.
    pub fn needs(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().flat_map(|placed| placed.text.needs())
    }

    /// Whether it carries what an earlier step sent or received, so that it cannot be made anew with another identity.
    pub fn depends(&self) -> bool {
        self.texts.iter().any(|placed| placed.text.is_captured())
    }

    /// The request to send; `fresh` is that of this step: see [`fresh_of_step`].
    ///
    /// # Errors
    ///
    /// The request needs what an earlier answer did not have: the rest of the case cannot be found out.
    pub fn request(&self, fresh: &Fresh<'_>, captures: &Captures) -> Result<Request, MissingCapture> {
        self.request_and_value(fresh, captures).map(|(request, _)| request)
    }

    /// The request to send, and its body as whoever reads it sees it, where that is known without reading it.
    ///
    /// # Errors
    ///
    /// As [`request`](Self::request).
    pub fn request_and_value(
        &self,
        fresh: &Fresh<'_>,
        captures: &Captures,
    ) -> Result<(Request, Option<Value>), MissingCapture> {
        if self.texts.is_empty() {
            return Ok(self.request.fill_and_read(fresh));
        }
        let mut request = self.request.clone();
        for text in &self.texts {
            text.put(&mut request, fresh, captures)?;
        }
        Ok(request.fill_and_read(fresh))
    }

    /// What must come back for `sent`, every `${…}` in it resolved; none where the case says nothing of it.
    ///
    /// # Errors
    ///
    /// It speaks of what an earlier answer did not have.
    pub fn expectation(
        &self,
        captures: &Captures,
        sent: &Request,
    ) -> Result<Option<Cow<'_, Expectation>>, MissingCapture> {
        self.expect.as_ref().map(|expect| expect.resolve(captures, sent)).transpose()
    }
}

impl Case {
    /// A case of one request.
    pub fn single(
        operation: usize,
        name: String,
        intent: Intent,
        reason: impl Into<String>,
        request: RequestTemplate,
    ) -> Self {
        let behind_id = name.split_once('/').map_or("", |(_, rest)| rest);
        let kind_ends = behind_id.match_indices('/').nth(1).map_or(behind_id.len(), |(at, _)| at);
        let kind = behind_id[..kind_ends].to_owned();
        Self {
            name,
            operation,
            intent,
            reason: reason.into(),
            focus: Pointer::root(),
            subject: None,
            kind,
            ordinary: false,
            company: Company::Many,
            tier: Tier::Gate,
            lacks: None,
            steps: vec![Step::of(request)],
        }
    }

    /// The number of the step to which the exchange numbered `exchange` belongs: a step of many copies has as many.
    pub fn step_of(&self, exchange: usize) -> usize {
        let mut behind = 0;
        let found = self.steps.iter().position(|step| {
            behind += usize::from(step.copies.count());
            exchange < behind
        });
        found.unwrap_or(self.steps.len().saturating_sub(1))
    }

    /// The step to which the exchange numbered `exchange` belongs.
    pub fn step(&self, exchange: usize) -> Option<&Step> {
        self.steps.get(self.step_of(exchange))
    }

    /// What the contract says must happen in the exchange numbered `exchange`: the intent of its step, else the case's.
    pub fn intent_of(&self, exchange: usize) -> &Intent {
        self.step(exchange).and_then(|step| step.intent.as_ref()).unwrap_or(&self.intent)
    }

    /// Whether it ends when all other cases of the plan have.
    pub fn is_late(&self) -> bool {
        self.steps.iter().any(|step| step.late)
    }

    /// How many of its steps, from the one numbered `first` on, are written at once on one connection: one where each is
    /// answered before the next.
    pub fn written_at_once(&self, first: usize) -> usize {
        1 + self.steps.iter().skip(first + 1).take_while(|step| step.pipelined).count()
    }

    /// The number of the operation to which the step numbered `step` belongs.
    pub fn operation_of(&self, step: usize) -> usize {
        self.steps.get(step).and_then(|step| step.operation).unwrap_or(self.operation)
    }

    /// Whether the exchange numbered `exchange` is one of the case's own operation.
    pub fn is_own(&self, exchange: usize) -> bool {
        self.step(exchange).is_none_or(|step| step.operation.is_none())
    }

    /// How many requests one sending of it makes.
    pub fn requests_made(&self) -> usize {
        self.steps.iter().map(|step| usize::from(step.copies.count())).sum()
    }

    /// The parameter that it is about, if it is about one: ``query parameter `limit` ``.
    pub fn parameter(&self) -> Option<String> {
        let mut tokens = self.focus.tokens();
        let (location, name) = (tokens.next()?, tokens.next()?);
        Location::parse(&location)?;
        let told = self.name.split('/').nth(2)?.starts_with(&format!("{location}.{}", slug(&name)));
        told.then(|| format!("{location} parameter `{name}`"))
    }

    /// Whether it does nothing that a server in use must be spared: no crowd of requests, no wrong credential, and nothing
    /// before an answer.
    pub fn is_gentle(&self) -> bool {
        let gentle = |step: &Step| step.copies.count() == 1 && step.credential == Credential::Right && !step.pipelined;
        self.steps.iter().all(gentle)
    }

    /// Where the document speaks of what it is about.
    pub fn contract_place(&self, operation: &OperationContract) -> Pointer {
        let body = || operation.body.as_ref().map(|body| body.schema.pointer().clone());
        self.subject.clone().or_else(body).unwrap_or_else(|| operation.operation.pointer.clone())
    }

    /// The requests that it sends in one sending, up to the first that depends on an answer.
    pub fn requests<'c>(&'c self, sending: &'c Fresh<'c>) -> impl Iterator<Item = Request> + 'c {
        let mut captures = Captures::default();
        self.steps.iter().enumerate().map_while(move |(number, step)| {
            let request = step.request(&fresh_of_step(sending, number), &captures).ok()?;
            captures.take_sent(step, &request);
            Some(request)
        })
    }
}
