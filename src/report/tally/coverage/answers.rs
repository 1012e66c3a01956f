//! Which of the documented statuses and error codes came.

use serde_json::Value;

use super::OperationTally;
use crate::contract::OperationContract;
use crate::generate::{Kind, Shape};
use crate::schema::{Direction, Schemas};
use crate::source::Pointer;

/// How deep in an error codes are looked for.
const MAX_DEPTH: usize = 6;

/// A longer error body is not searched for codes, in bytes.
const MAX_BODY: usize = 64 << 10;

/// The documented values of one property of an operation's errors, and which of them came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorCodes {
    /// Where in the body.
    pub place: Pointer,
    /// Each value, and whether it was seen.
    pub values: Vec<(String, bool)>,
}

impl ErrorCodes {
    /// Properties of the error schema that the operation's answers have in common whose texts are enumerated.
    pub(in super::super) fn of(operation: &OperationContract, schemas: &Schemas) -> Vec<Self> {
        let Some(error) = &operation.error else { return Vec::new() };
        let root = schemas.lenient(Direction::Response);
        let mut found = Vec::new();
        walk(root, std::slice::from_ref(error.pointer()), &Pointer::root(), MAX_DEPTH, &mut found);
        found
    }

    /// Takes note of the value in an error's body.
    pub(in super::super) fn see(&mut self, body: &[u8]) {
        if body.len() > MAX_BODY || self.values.iter().all(|(_, seen)| *seen) {
            return;
        }
        let Ok(value) = serde_json::from_slice::<Value>(body) else { return };
        let Some(code) = self.place.resolve(&value).and_then(Value::as_str) else { return };
        if let Some((_, seen)) = self.values.iter_mut().find(|(known, _)| known == code) {
            *seen = true;
        }
    }

    /// How many values were seen.
    pub fn seen(&self) -> u64 {
        self.values.iter().filter(|(_, seen)| *seen).count() as u64
    }
}

fn walk(root: &Value, schemas: &[Pointer], at: &Pointer, depth: usize, found: &mut Vec<ErrorCodes>) {
    if depth == 0 {
        return;
    }
    let shape = Shape::of(root, schemas);
    let texts = || shape.values.iter().flatten().filter_map(|value| Some((value.as_str()?.to_owned(), false)));
    // A single value tells what kind of thing the error is: no code.
    if shape.allows(Kind::String) && texts().count() > 1 {
        found.push(ErrorCodes { place: at.clone(), values: texts().collect() });
    }
    for (name, schemas) in &shape.properties {
        walk(root, schemas, &at.child(name), depth - 1, found);
    }
}

/// One entry of an operation's `responses`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusCoverage {
    /// Its key.
    pub status: String,
    /// How many cases were answered with a status that it speaks for.
    pub cases: u64,
}

impl OperationTally {
    /// What was seen of each entry of `responses`.
    pub fn documented(&self, contract: &OperationContract) -> Vec<StatusCoverage> {
        let seen = |entry| {
            let here =
                self.statuses.iter().filter(|(status, _)| contract.answer(**status).map(|a| a.status) == Some(entry));
            here.map(|(_, cases)| cases).sum()
        };
        let answers = contract.answers.iter();
        answers.map(|answer| StatusCoverage { status: answer.status.to_string(), cases: seen(answer.status) }).collect()
    }

    /// Statuses that came although no entry speaks for them.
    pub fn undocumented(&self, contract: &OperationContract) -> Vec<(u16, u64)> {
        self.statuses.iter().filter(|(status, _)| !contract.documents(**status)).map(|(s, c)| (*s, *c)).collect()
    }
}
