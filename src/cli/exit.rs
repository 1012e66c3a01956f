//! How the process ends.

use std::process::{ExitCode, Termination};

use proofmark::run::Decision;

/// Every exit code, and what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// The API conforms, or the command did what it was asked.
    Success = 0,
    /// Findings that gate, be the rest inconclusive or not.
    Findings = 1,
    /// The command line, the environment or `proofmark.toml` is wrong. Nothing was sent.
    Usage = 2,
    /// The document could not be loaded.
    Document = 3,
    /// There was nothing to run.
    Nothing = 4,
    /// No findings, and no proof either: the target could not be reached, the run was cut short, or it did not see what
    /// it must.
    Inconclusive = 5,
    /// A bug in Proofmark.
    Bug = 70,
}

impl Exit {
    /// All of them, for the help text.
    pub(crate) const ALL: &[(Self, &str)] = &[
        (Self::Success, "the API conforms"),
        (Self::Findings, "findings that gate"),
        (Self::Usage, "usage or configuration; nothing was sent"),
        (Self::Document, "the document could not be loaded"),
        (Self::Nothing, "nothing to run"),
        (Self::Inconclusive, "inconclusive: target unreachable, run cut short, or not everything seen"),
        (Self::Bug, "a bug in Proofmark"),
    ];

    /// The exit that a decision comes to.
    pub(crate) fn of(decision: &Decision) -> Self {
        match decision {
            Decision::Pass => Self::Success,
            Decision::Fail => Self::Findings,
            Decision::Inconclusive(_) => Self::Inconclusive,
            Decision::Nothing => Self::Nothing,
        }
    }

    /// The number that the shell sees.
    pub(crate) fn code(self) -> u8 {
        self as u8
    }
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self.code())
    }
}
