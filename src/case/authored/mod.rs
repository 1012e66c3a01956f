//! Authored cases: what a tester knows beyond the document, in `cases/*.yaml`, one file a topic.
//!
//! [`read`] gives the cases of a set of files, [`bundled`] the files that come with Proofmark. The format is described,
//! for editors too, by `specs/cases.schema.json`.
//!
//! An authored case says itself what must happen ([`Intent::Authored`](super::Intent::Authored)), step by step, and all
//! that the contract promises of any answer still holds. Of a property that an expectation speaks of, it alone decides
//! what comes back: no echo is asked for there.
//!
//! In a text, `${fresh}` is one identifier in each step, new for each step and each sending.

mod build;
mod error;
mod expect;
mod file;
mod format;
mod generator;
mod proof;
mod request;
mod rules;

pub use error::CaseFileError;

use std::cell::Cell;
use std::collections::HashMap;

use serde_json::Value;

use super::Case;
use crate::contract::{Amendment, Contract};
use crate::source::{Place, Pointer, Source};
use build::{Builder, MAX_MADE};

/// A case file.
#[derive(Clone, Debug)]
pub struct CaseFile {
    /// Its text.
    pub source: Source,
    /// Whose it is.
    pub origin: Origin,
}

/// Whose a case file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It comes with Proofmark, and speaks of one document. Where the document at hand has no such operation, or does
    /// not promise what a case relies on, the case is left out.
    Bundled,
    /// The user gave it. What it says of the document must be right, and it has the last word on what must happen.
    Given,
}

/// What case files say.
#[derive(Debug, Default)]
pub struct Authored {
    /// Their cases, in order.
    pub cases: Vec<Case>,
    /// What requests carry on protected environments.
    pub pins: Vec<Pin>,
    /// Bundled cases that the document at hand does not bear out.
    pub left_out: Vec<LeftOut>,
}

/// A value that every request of an operation carries on a protected environment, such as `live_mode: false`.
#[derive(Clone, Debug, PartialEq)]
pub struct Pin {
    /// The operation's id.
    pub operation: String,
    /// The place in the body.
    pub pointer: Pointer,
    /// The value there.
    pub value: Value,
}

/// A bundled case that is not in the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its name.
    pub name: String,
    /// What the document does not promise.
    pub reason: String,
}

/// The files that come with Proofmark.
pub fn bundled() -> Vec<CaseFile> {
    const FILES: &[(&str, &str)] = &[
        ("cases/answers.yaml", include_str!("../../../cases/answers.yaml")),
        ("cases/defaults.yaml", include_str!("../../../cases/defaults.yaml")),
        ("cases/identity.yaml", include_str!("../../../cases/identity.yaml")),
        ("cases/recovery.yaml", include_str!("../../../cases/recovery.yaml")),
        ("cases/safety.yaml", include_str!("../../../cases/safety.yaml")),
    ];
    FILES.iter().map(|(name, text)| CaseFile { source: Source::new(*name, *text), origin: Origin::Bundled }).collect()
}

/// Case files, each read once: what they say of rules comes before a plan is made, what cases they have after it is known
/// which operations are tried.
#[derive(Debug)]
pub struct CaseFiles(Vec<(file::Read, Origin)>);

impl CaseFiles {
    /// Reads the form of `files`.
    ///
    /// # Errors
    ///
    /// The first file that cannot be read, with the place.
    pub fn read(files: &[CaseFile]) -> Result<Self, CaseFileError> {
        files.iter().map(|file| Ok((file::read(&file.source)?, file.origin))).collect::<Result<_, _>>().map(Self)
    }

    /// Their cases, in order.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong in any of them, with its place.
    pub fn cases(&self, contract: &Contract) -> Result<Authored, CaseFileError> {
        let mut authored = Authored::default();
        let mut places = HashMap::new();
        for (read, origin) in &self.0 {
            read_one(read, *origin, contract, &mut authored, &mut places)?;
        }
        Ok(authored)
    }

    /// What they say of the rules of `contract`, in order: for [`Contract::amend`].
    ///
    /// # Errors
    ///
    /// A rule that the operation does not have, or one that is said to be what it cannot be, with its place. What bundled
    /// files say of another document is passed over.
    pub fn amendments(&self, contract: &Contract) -> Result<Vec<Amendment>, CaseFileError> {
        let each = self.0.iter().map(|(read, origin)| rules::amendments(read, *origin, contract));
        each.collect::<Result<Vec<_>, _>>().map(|all| all.into_iter().flatten().collect())
    }
}

/// The cases of `files`, in order.
///
/// # Errors
///
/// The first thing that is wrong in any of them, with its place.
pub fn read(files: &[CaseFile], contract: &Contract) -> Result<Authored, CaseFileError> {
    CaseFiles::read(files)?.cases(contract)
}

fn read_one(
    read: &file::Read,
    origin: Origin,
    contract: &Contract,
    authored: &mut Authored,
    places: &mut HashMap<String, Place>,
) -> Result<(), CaseFileError> {
    let id = &read.file.operation;
    let Some(number) = contract.operations.iter().position(|known| known.operation.id == *id) else {
        return match origin {
            Origin::Bundled => Ok(()),
            Origin::Given if contract.unselected.contains(id) => Ok(()),
            Origin::Given => Err(unknown_operation(read, id, contract)),
        };
    };
    let operation = &contract.operations[number];
    let builder = Builder { read, contract, number, operation, left: Cell::new(MAX_MADE) };
    let bundled = origin == Origin::Bundled;
    for pin in builder.pins(bundled)? {
        if !authored.pins.contains(&pin) {
            authored.pins.push(pin);
        }
    }
    for (index, entry) in read.file.cases.iter().enumerate() {
        let case = builder.case(index, entry)?;
        let at = Pointer::root().child("cases").index(index).child("name");
        if let Some(first) = places.insert(case.name.clone(), read.place(&at)) {
            return Err(read.error(&at, format!("there is a case of this name already, at {first}")));
        }
        match proof::missing(contract, &case).filter(|_| bundled) {
            Some(reason) => authored.left_out.push(LeftOut { name: case.name, reason }),
            None => authored.cases.push(case),
        }
    }
    Ok(())
}

fn unknown_operation(read: &file::Read, id: &str, contract: &Contract) -> CaseFileError {
    let at = Pointer::root().child("operation");
    if let Some(untried) = contract.untried.iter().find(|untried| untried.id == id) {
        return read.error(&at, format!("no request can be made of `{id}`: {}", untried.reason));
    }
    let ids = contract.operations.iter().map(|known| known.operation.id.as_str());
    read.error(&at, format!("the document has no operation `{id}`")).meant(id, ids)
}

#[cfg(test)]
mod tests;
