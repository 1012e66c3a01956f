//! Tampering: a contract broken in one way at a time, between the engine and a server that keeps it.
//!
//! [`mutations`] derives from any contract the ways in which a server could break it; [`Tampered`] is a transport that
//! does one of them to what passes through. Nothing here knows the plan or the checks: what a request is worth is read
//! from the contract alone, so that a gate can be tried with it.

mod accepted;
mod answer;
mod asked;
mod body;
mod connection;
mod crash;
mod credential;
mod disclosure;
mod echo;
mod error_body;
mod ground;
mod header;
mod meaning;
mod rare;
mod refused;
mod response_schema;
mod scope;
mod status;
mod tampered;
mod traits;

pub use asked::{Reader, digest};
pub use tampered::Tampered;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::contract::{Contract, OperationContract};
use crate::generate::RunTag;
use crate::http::{Credential, Exchange, Request};
use crate::transport::{Secret, Target};

use asked::Asked;
use ground::Ground;
use tampered::Memory;

/// One way to break the contract.
#[derive(Clone)]
pub struct Mutation {
    /// `users_create/echo/first_name/trimmed`: it stays the same between runs of one document.
    pub name: String,
    /// Of which kind it is.
    pub class: Class,
    /// What a server that does it does, as one sentence.
    pub breaks: String,
    /// The number of its operation in the contract.
    pub operation: usize,
    /// It is done once in so many times that it could be; 1 is always.
    pub every: u64,
    act: Act,
}

/// The kinds of mutations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// An answer breaks a keyword of its schema.
    ResponseSchema,
    /// An error is told in another form than the documented one.
    ErrorBody,
    /// A status that the contract does not give to this answer.
    Status,
    /// A header that does not fit the content.
    Header,
    /// A body that cannot be read.
    Body,
    /// What must be refused is accepted.
    AcceptedInvalid,
    /// What must be accepted is refused.
    RefusedValid,
    /// The server fails.
    Crash,
    /// The connection ends before the answer does.
    Connection,
    /// The answer takes too long.
    Time,
    /// What was sent comes back otherwise.
    Echo,
    /// Ids are not unique.
    UniqueId,
    /// One identity is two things.
    Identity,
    /// A client sets what the server assigns.
    ServerAssigned,
    /// A time is not the time.
    Clock,
    /// What was left out comes back with another's data.
    Default,
    /// An answer tells what is nobody's business.
    Disclosure,
    /// A wrong credential will do.
    Credential,
    /// One of the others, now and then.
    Rare,
}

impl fmt::Display for Class {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.word())
    }
}

impl Class {
    /// The word for it in names.
    pub fn word(self) -> &'static str {
        match self {
            Self::ResponseSchema => "response-schema",
            Self::ErrorBody => "error-body",
            Self::Status => "status",
            Self::Header => "header",
            Self::Body => "body",
            Self::AcceptedInvalid => "accepted-invalid",
            Self::RefusedValid => "refused-valid",
            Self::Crash => "crash",
            Self::Connection => "connection",
            Self::Time => "time",
            Self::Echo => "echo",
            Self::UniqueId => "unique-id",
            Self::Identity => "identity",
            Self::ServerAssigned => "server-assigned",
            Self::Clock => "clock",
            Self::Default => "default",
            Self::Disclosure => "disclosure",
            Self::Credential => "credential",
            Self::Rare => "rare",
        }
    }
}

/// What mutations take from the run.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The run's tag: what a mutation has the server make can be found by it.
    pub tag: RunTag,
    /// How long an answer may take.
    pub timeout: Duration,
    /// How long a body may be, in bytes.
    pub body_cap: u64,
    /// The headers that say who sends: name, and the secret in it.
    pub credentials: Vec<(String, Secret)>,
}

impl Setting {
    /// The setting of a run on `target`.
    pub fn of(target: &Target, tag: RunTag) -> Self {
        let credentials = target.headers.iter().filter(|header| header.is_credential());
        let credentials = credentials
            .map(|header| (header.name.clone(), header.secrets.last().unwrap_or(&header.value).clone()))
            .collect();
        Self { tag, timeout: target.timeout, body_cap: target.body_cap, credentials }
    }
}

/// What is done to what passes through.
#[derive(Clone)]
enum Act {
    /// Another request goes out in place of the one asked for.
    Request {
        /// The other request; none where it has nothing to do.
        change: Change,
        /// Whether the answer is the one that was wanted by it.
        took: fn(&Exchange) -> bool,
    },
    /// The right credential goes out in place of such a one.
    Credential {
        /// Which one.
        instead_of: Wrong,
        /// Whether the answer is the one that was wanted by it.
        took: fn(&Exchange) -> bool,
    },
    /// The answer is changed.
    Exchange(Alter),
}

/// Gives another request in place of the one asked for.
type Change = Arc<dyn Fn(&Scene<'_>) -> Option<Request> + Send + Sync>;
/// Tells the credentials that are let pass.
type Wrong = Arc<dyn Fn(Credential) -> bool + Send + Sync>;
/// Changes an exchange. Whether it did.
type Alter = Arc<dyn Fn(&Scene<'_>, &mut Exchange) -> bool + Send + Sync>;

/// All that a mutation knows beside the exchange.
struct Scene<'s> {
    contract: &'s OperationContract,
    asked: &'s Asked,
    memory: &'s Memory,
}

/// Every mutation of a contract, class by class for each operation.
pub fn mutations(contract: &Contract, setting: &Setting) -> Vec<Mutation> {
    const PROPOSERS: &[fn(&Ground<'_>, &mut Vec<Mutation>)] = &[
        response_schema::propose,
        error_body::propose,
        status::propose,
        header::propose,
        body::propose,
        accepted::propose,
        refused::propose,
        crash::propose,
        connection::propose,
        echo::propose,
        meaning::propose,
        disclosure::propose,
        credential::propose,
        rare::propose,
    ];
    let mut all = Vec::new();
    for number in 0..contract.operations.len() {
        let Some(ground) = Ground::of(contract, number, setting) else { continue };
        PROPOSERS.iter().for_each(|propose| propose(&ground, &mut all));
    }
    let mut seen = std::collections::HashSet::new();
    all.retain(|mutation| seen.insert(mutation.name.clone()));
    all
}

#[cfg(test)]
mod tests;
