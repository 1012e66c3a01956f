//! What goes wrong before a verdict: each problem knows its exit code and how it is shown.

use std::fmt;

use proofmark::source::Place;
use proofmark::spec::SpecError;

use super::exit::Exit;

/// A reason to end without a verdict.
#[derive(Debug)]
pub(crate) enum Problem {
    /// The document could not be loaded.
    Document(Box<SpecError>),
    /// The command line, the environment or a file of the user's is wrong.
    Usage {
        /// What is wrong.
        message: String,
        /// Where, if it is in a file.
        place: Option<Place>,
        /// What to type or to change.
        hint: Option<String>,
    },
    /// Something stood in the way: a port, a folder, the target.
    Obstacle {
        /// How the process ends.
        exit: Exit,
        /// What stood in the way.
        message: String,
        /// What brought that about.
        cause: Option<String>,
        /// What to type or to change.
        hint: Option<String>,
    },
}

impl Problem {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), place: None, hint: None }
    }

    pub(crate) fn obstacle(exit: Exit, message: impl Into<String>, cause: impl fmt::Display) -> Self {
        Self::Obstacle { exit, message: message.into(), cause: Some(cause.to_string()), hint: None }
    }

    #[must_use]
    pub(crate) fn hint(mut self, text: impl Into<String>) -> Self {
        match &mut self {
            Self::Usage { hint, .. } | Self::Obstacle { hint, .. } => *hint = Some(text.into()),
            Self::Document(error) => error.hint = Some(text.into()),
        }
        self
    }

    /// What is wrong, in one line.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Document(error) => error.message.clone(),
            Self::Usage { message, .. } => message.clone(),
            Self::Obstacle { message, cause: Some(cause), .. } => format!("{message}: {cause}"),
            Self::Obstacle { message, cause: None, .. } => message.clone(),
        }
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Document(_) => Exit::Document,
            Self::Usage { .. } => Exit::Usage,
            Self::Obstacle { exit, .. } => *exit,
        }
    }
}

impl From<SpecError> for Problem {
    fn from(error: SpecError) -> Self {
        Self::Document(Box::new(error))
    }
}
