//! Why a case file is refused, and where.

use std::fmt;

use crate::source::Place;
use crate::spec::SpecError;

/// What is wrong with a case file.
#[derive(Clone, Debug, thiserror::Error)]
pub struct CaseFileError {
    /// What is wrong: lower case, one line.
    pub message: String,
    /// Where.
    pub place: Place,
    /// What is said under the caret; may be empty.
    pub label: String,
    /// What to type or to change.
    pub hint: Option<String>,
}

impl CaseFileError {
    pub(super) fn new(place: Place, message: impl Into<String>) -> Self {
        Self { message: message.into(), place, label: String::new(), hint: None }
    }

    #[must_use]
    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// "Did you mean", where one of `names` is near to `wanted`; else what there is.
    #[must_use]
    pub(super) fn meant<'n>(self, wanted: &str, names: impl Iterator<Item = &'n str> + Clone) -> Self {
        match crate::spec::closest(wanted, names.clone()) {
            Some(name) => self.hint(format!("did you mean `{name}`?")),
            None => {
                let all: Vec<_> = names.map(|name| format!("`{name}`")).collect();
                if all.is_empty() {
                    self
                } else {
                    self.hint(format!("{} {}", if all.len() == 1 { "there is" } else { "there are" }, all.join(", ")))
                }
            }
        }
    }

    /// The error of the YAML loader, which knows its place; `whole` is the place where it does not.
    pub(super) fn of_yaml(error: SpecError, whole: Place) -> Self {
        let SpecError { message, place, label, hint, .. } = error;
        Self { message, place: place.unwrap_or(whole), label, hint }
    }
}

impl fmt::Display for CaseFileError {
    /// `file:line:column: message`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.place, self.message)
    }
}
