//! The ways in which the server can break the contract, one at a time.

mod accepted_invalid;
mod broken_body;
mod change;
mod changed_value;
mod clock;
mod crash;
mod credentials;
mod defaults;
mod disclosure;
mod error_body;
mod error_code;
mod hang;
mod header;
mod identity;
mod rare;
mod refused_valid;
pub(super) mod repair;
mod response_schema;
mod script;
mod sequence;
mod server_assigned;
mod status;
mod structure;
mod time;
mod unique_id;
mod wire;

use std::fmt;

use serde_json::Value;

use super::answer::{Answer, Refusal};
use super::params::{Input, NewUser};
use super::past::{Login, Scene};

/// One breach of the contract.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// Its name, in kebab case.
    pub name: &'static str,
    /// What the server does, as one sentence.
    pub breaks: &'static str,
    /// Of which kind it is.
    pub class: FaultClass,
    /// The id of the check that is to find it.
    pub expected_check: &'static str,
    pub(super) breakage: Breakage,
}

impl Fault {
    /// The fault with this name.
    pub fn named(name: &str) -> Option<Self> {
        FAULTS.iter().find(|fault| fault.name == name).copied()
    }

    /// Whether it shows only on a server that demands a credential.
    pub fn needs_credentials(&self) -> bool {
        matches!(self.breakage, Breakage::Known(_) | Breakage::Admits(_) | Breakage::Stumbles(_))
    }

    /// Whether some answer never comes: a client does well to wait for it no longer than it must.
    pub fn hangs(&self) -> bool {
        match self.class {
            FaultClass::Hang => true,
            FaultClass::Time | FaultClass::Wire => self.expected_check == "answers-in-time",
            _ => false,
        }
    }
}

/// The kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FaultClass {
    /// A created user does not match its schema.
    ResponseSchema,
    /// A refusal does not have the body that the contract gives it.
    ErrorBody,
    /// A status that the contract does not give to this answer.
    Status,
    /// A header field that does not fit the content.
    Header,
    /// A body that cannot be read.
    BrokenBody,
    /// What must be refused is accepted.
    AcceptedInvalid,
    /// What must be accepted is refused.
    RefusedValid,
    /// The server fails.
    Crash,
    /// What was sent comes back otherwise.
    ChangedValue,
    /// The answer does not come, or does not end.
    Hang,
    /// One `external_id` makes two users, or two make one.
    Identity,
    /// Two users have the same id.
    UniqueId,
    /// What the server alone decides on is taken over from the request.
    ServerAssigned,
    /// A time is in another unit, of another moment, or at odds with the other.
    Clock,
    /// What was not sent comes back as somebody else's.
    Defaults,
    /// An error has a code that speaks of something else.
    ErrorCode,
    /// An answer says what is not for the client.
    Disclosure,
    /// A wrong credential passes, or the right one does not.
    Credentials,
    /// One answer of twenty is wrong.
    Rare,
    /// An answer depends on the requests before, or on those at the same time.
    Sequence,
    /// An answer takes longer than what is sent accounts for.
    Time,
    /// A header field or framing is not borne.
    Wire,
    /// A structure of the body is not borne.
    Structure,
}

impl fmt::Display for FaultClass {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::ResponseSchema => "response schema",
            Self::ErrorBody => "error body",
            Self::Status => "status",
            Self::Header => "header",
            Self::BrokenBody => "broken body",
            Self::AcceptedInvalid => "accepted invalid",
            Self::RefusedValid => "refused valid",
            Self::Crash => "crash",
            Self::ChangedValue => "changed value",
            Self::Hang => "hang",
            Self::Identity => "identity",
            Self::UniqueId => "unique id",
            Self::ServerAssigned => "server-assigned",
            Self::Clock => "clock",
            Self::Defaults => "defaults",
            Self::ErrorCode => "error code",
            Self::Disclosure => "disclosure",
            Self::Credentials => "credentials",
            Self::Rare => "rare",
            Self::Sequence => "sequence",
            Self::Time => "time",
            Self::Wire => "wire",
            Self::Structure => "structure",
        })
    }
}

/// What a fault does, and at which step.
#[derive(Clone, Copy, Debug)]
pub(super) enum Breakage {
    /// Answers such requests at once, otherwise.
    Instead(fn(&Input<'_>) -> bool, fn() -> Answer),
    /// Takes a refused request for this other document, where there is one.
    Accepts(fn(&Input<'_>) -> Option<Value>),
    /// Refuses such requests, though they are valid.
    Refuses(fn(&Input<'_>) -> bool),
    /// Stores something else than what was sent.
    Changes(fn(&mut NewUser)),
    /// Changes the content as JSON.
    Body(Scope, fn(&mut Value)),
    /// Changes the content as bytes.
    Bytes(Scope, fn(&mut Vec<u8>)),
    /// Changes the answer.
    Answer(Scope, fn(&mut Answer)),
    /// Changes the answer where what surrounds the request is such.
    Where(fn(&Scene<'_>) -> bool, fn(&Scene<'_>, &mut Answer)),
    /// Changes the answer to a client whose credential is known.
    Known(fn(&Scene<'_>, &mut Answer)),
    /// Admits such credentials, and no others.
    Admits(fn(&Login<'_>) -> bool),
    /// Fails over such credentials.
    Stumbles(fn(&Login<'_>) -> bool),
}

/// The answers to which a breakage applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    All,
    Created,
    Refused,
    /// Refused as not being JSON.
    Malformed,
    /// Refused for lack of a property.
    Missing,
    /// Refused for a property of another type.
    WrongType,
}

impl Scope {
    /// Whether the answer is one of these.
    pub(super) fn covers(self, answer: &Answer) -> bool {
        match (self, &answer.refusal) {
            (Self::All, _) | (Self::Created, None) | (Self::Refused, Some(_)) => true,
            (Self::Malformed, Some(refusal)) => matches!(refusal, Refusal::Malformed(_)),
            (Self::Missing, Some(refusal)) => matches!(refusal, Refusal::Missing(_)),
            (Self::WrongType, Some(refusal)) => matches!(refusal, Refusal::WrongType(..)),
            _ => false,
        }
    }
}

const TABLES: &[&[Fault]] = &[
    response_schema::FAULTS,
    error_body::FAULTS,
    status::FAULTS,
    header::FAULTS,
    broken_body::FAULTS,
    accepted_invalid::FAULTS,
    refused_valid::FAULTS,
    crash::FAULTS,
    changed_value::FAULTS,
    hang::FAULTS,
    identity::FAULTS,
    unique_id::FAULTS,
    server_assigned::FAULTS,
    clock::FAULTS,
    defaults::FAULTS,
    error_code::FAULTS,
    disclosure::FAULTS,
    credentials::FAULTS,
    rare::FAULTS,
    sequence::FAULTS,
    time::FAULTS,
    wire::FAULTS,
    structure::FAULTS,
];

/// All faults, class by class.
pub static FAULTS: &[Fault] = &joined::<{ count() }>();

const fn count() -> usize {
    let (mut count, mut table) = (0, 0);
    while table < TABLES.len() {
        count += TABLES[table].len();
        table += 1;
    }
    count
}

const fn joined<const COUNT: usize>() -> [Fault; COUNT] {
    let mut joined = [TABLES[0][0]; COUNT];
    let (mut at, mut table) = (0, 0);
    while table < TABLES.len() {
        let mut row = 0;
        while row < TABLES[table].len() {
            joined[at] = TABLES[table][row];
            at += 1;
            row += 1;
        }
        table += 1;
    }
    joined
}

#[cfg(test)]
mod plays;
#[cfg(test)]
mod tests;
