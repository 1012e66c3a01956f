//! A case file as text, as form, and as places.

use serde_json::Value;

use super::error::CaseFileError;
use super::format::File;
use crate::source::{Place, Pointer, Source, Span, Spans};
use crate::spec;

/// The longest case file that is read, in bytes: 1 MiB.
const MAX_BYTES: usize = 1 << 20;

/// A file whose form is right, with the place of everything in it.
#[derive(Debug)]
pub(super) struct Read {
    source: Source,
    value: Value,
    spans: Spans,
    pub(super) file: File,
}

/// Reads the form of a file. The document loader reads it first: it bounds size, depth and repetition, refuses repeated
/// keys, and knows the place of each node. Only then does `serde_yaml` see the text.
pub(super) fn read(source: &Source) -> Result<Read, CaseFileError> {
    let whole = source.place(Span::new(0, 0));
    if source.text().len() > MAX_BYTES {
        let message = format!("the file is larger than {} MiB", MAX_BYTES >> 20);
        return Err(CaseFileError::new(whole, message).hint("split it by topic"));
    }
    let (value, spans) = spec::parse_plain(source).map_err(|error| CaseFileError::of_yaml(error, whole))?;
    let file = serde_yaml::from_str(source.text()).map_err(|error| misshapen(source, &error))?;
    Ok(Read { source: source.clone(), value, spans, file })
}

impl Read {
    /// An error at the value at `pointer`.
    pub(super) fn error(&self, pointer: &Pointer, message: impl Into<String>) -> CaseFileError {
        CaseFileError::new(self.place(pointer), message)
    }

    /// An error at the key at `pointer`.
    pub(super) fn key_error(&self, pointer: &Pointer, message: impl Into<String>) -> CaseFileError {
        let node = self.spans.nearest(&self.value, pointer);
        let span = node.map_or(Span::default(), |node| node.key.unwrap_or(node.value));
        CaseFileError::new(self.source.place(span), message)
    }

    /// An error at `part` of the text at `pointer`, or at all of it where it is not written as it reads.
    pub(super) fn part_error(&self, pointer: &Pointer, part: &str, message: impl Into<String>) -> CaseFileError {
        let mut place = self.place(pointer);
        if let Some(at) = self.source.slice(place.span).find(part) {
            place.span = Span::new(at, at + part.len()).shifted(place.span.start as usize);
        }
        CaseFileError::new(place, message)
    }

    /// The place of the value at `pointer`, or of the nearest one above it.
    pub(super) fn place(&self, pointer: &Pointer) -> Place {
        let node = self.spans.nearest(&self.value, pointer);
        self.source.place(node.map_or(Span::default(), |node| node.value))
    }
}

/// What `serde_yaml` says, at the word where it says it.
fn misshapen(source: &Source, error: &serde_yaml::Error) -> CaseFileError {
    let text = source.text();
    let at = error.location().map_or(0, |location| location.index());
    let word = text
        .get(at..)
        .unwrap_or_default()
        .split(|c: char| c.is_whitespace() || ":,]}".contains(c))
        .next()
        .unwrap_or_default();
    let said = error.to_string();
    let message = match error.location() {
        Some(location) => {
            let place = format!(" at line {} column {}", location.line(), location.column());
            said.strip_suffix(&place).unwrap_or(&said).to_owned()
        }
        None => said,
    };
    let error = CaseFileError::new(source.place(Span::new(at, at + word.len())), message);
    // Only for the hint: the names that serde puts in backticks are the unknown one, then those it knows.
    let message = error.message.clone();
    let mut names = message.split('`').skip(1).step_by(2);
    match names.next().filter(|_| message.contains("unknown ")) {
        Some(unknown) => match spec::closest(unknown, names) {
            Some(name) => error.hint(format!("did you mean `{name}`?")),
            None => error,
        },
        None => error,
    }
}
