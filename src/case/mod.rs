//! Cases: requests with one intent, proven when the case is made.

mod intent;
mod request;
pub mod derive;

pub use intent::{Intent, Prover};
pub use request::{BodyTemplate, RequestTemplate};

use crate::contract::OperationContract;
use crate::generate::Fresh;
use crate::http::Request;
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
    /// The smallest profile that has it.
    pub tier: Tier,
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

/// One request of a case.
#[derive(Clone, Debug)]
pub struct Step {
    /// The request, but for what is new each time.
    pub request: RequestTemplate,
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
        let kind = name.splitn(4, '/').skip(1).take(2).collect::<Vec<_>>().join("/");
        Self {
            name,
            operation,
            intent,
            reason: reason.into(),
            focus: Pointer::root(),
            subject: None,
            kind,
            ordinary: false,
            tier: Tier::Gate,
            steps: vec![Step { request }],
        }
    }

    /// Where the document speaks of what it is about.
    pub fn contract_place(&self, operation: &OperationContract) -> Pointer {
        let body = || operation.body.as_ref().map(|body| body.schema.pointer().clone());
        self.subject.clone().or_else(body).unwrap_or_else(|| operation.operation.pointer.clone())
    }

    /// The requests that it sends when nothing depends on an answer.
    pub fn requests<'c>(&'c self, fresh: &'c Fresh<'c>) -> impl Iterator<Item = Request> + 'c {
        self.steps.iter().map(|step| step.request.fill(fresh))
    }
}
