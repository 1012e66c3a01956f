//! Reports: what a run found, for people and for programs. Each is a fold over [`Event`]s, in memory that does not grow
//! with the number of cases, and writes to a writer that it is given.
//!
//! [`Tally`] is the fold that the others share. [`Journal`] and [`JUnit`] stream a line or an element for each case,
//! [`Console`] writes what a person reads, [`json`] the summary for programs, [`snippet`] and [`finding`] draw what is
//! wrong in the document, and [`explain`] says what each check looks at. Nothing here prints, reads the environment or
//! looks at a clock, and all text leaves through the [`Redactor`] of the [`Context`].

mod words;
mod exchange;
mod line;
mod shown;
mod tally;
mod journal;
pub mod snippet;
pub mod finding;
pub mod json;
mod junit;
mod console;
pub mod explain;
#[cfg(test)]
mod tests;

pub use console::Console;
pub use exchange::exchange;
pub use journal::Journal;
pub use junit::JUnit;
pub use shown::Shown;
pub use tally::{
    Among, Causes, Coverage, ErrorCodes, Example, Group, OperationTally, Part, Reason, Reasons, StatusCoverage, Tally,
    What,
};
pub(crate) use words::{counted, wrapped};
pub use words::{seed, without_userinfo};

use std::io;
use std::sync::Arc;

use crate::contract::Contract;
use crate::http::{Headers, Redactor};
use crate::run::{Decision, Event};
use crate::source::{Place, Pointer};

/// A fold over what happens in a run.
pub trait Report {
    /// Takes in one event.
    ///
    /// # Errors
    /// What the writer underneath gives.
    fn event(&mut self, event: &Event) -> io::Result<()>;

    /// Writes out what is still held back, so that it survives a crash of this process.
    ///
    /// # Errors
    /// What the writer underneath gives.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What reports know besides events.
#[derive(Clone, Debug)]
pub struct Context {
    /// The contract that the run is held against.
    pub contract: Arc<Contract>,
    /// Takes secrets out of all that is written.
    pub redactor: Redactor,
    /// The base URL to which a reproduced request goes.
    pub target: String,
    /// Header fields that the environment adds, in the form in which they may be shown: `Bearer ${TOKEN}`.
    pub headers: Headers,
    /// The flags that lead `proofmark replay` to the same server and the same case, in a form that may be shown.
    pub replay_flags: String,
}

impl Context {
    /// A context that can be shared by several reports.
    pub fn new(contract: Arc<Contract>, redactor: Redactor, target: &str, headers: Headers) -> Arc<Self> {
        let target = without_userinfo(target);
        Arc::new(Self { contract, redactor, target, headers, replay_flags: String::new() })
    }

    /// The command that performs a case again.
    fn replay(&self, case: &str) -> String {
        let flags = if self.replay_flags.is_empty() { String::new() } else { format!(" {}", self.replay_flags) };
        format!("proofmark replay {case}{flags}")
    }

    /// The place of the document that a finding points at: the name of an object or an array, or else the value.
    fn place(&self, pointer: &Pointer) -> Place {
        let document = &self.contract.document;
        match document.at(pointer) {
            Some(value) if value.is_object() || value.is_array() => document.key_place(pointer),
            _ => document.place(pointer),
        }
    }
}

/// How text for a person is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Whether ANSI escapes colour it.
    pub colour: bool,
    /// How many columns a line should have at most.
    pub width: usize,
}

impl Default for Look {
    /// Without colour, 80 columns.
    fn default() -> Self {
        Self { colour: false, width: 80 }
    }
}

/// The decision over a run, and the exit code that whoever ends the run gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What was decided.
    pub decision: Decision,
    /// The exit code that says so.
    pub exit: u8,
}
