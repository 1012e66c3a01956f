//! The run.
mod event;
pub use event::{CaseResult, Event, Finished, Started, Verdict};
