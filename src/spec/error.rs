//! Why a document could not be loaded, and where.

use std::fmt;

use crate::source::{Place, Source, Span};

/// What stands in the way of reading a document.
///
/// `message` says what is wrong in one line; `label` says it again in the few words that fit under a caret.
#[derive(Clone, Debug, thiserror::Error)]
pub struct SpecError {
    /// What is wrong: lower case, one line.
    pub message: String,
    /// Where; absent only where no text was read.
    pub place: Option<Place>,
    /// What is said under the caret; may be empty.
    pub label: String,
    /// What to type or to change.
    pub hint: Option<String>,
    /// Which of the reasons it is.
    pub kind: SpecErrorKind,
}

/// The reasons why a document is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SpecErrorKind {
    /// The file could not be read.
    Unreadable,
    /// The bytes are not UTF-8.
    NotUtf8,
    /// The text is longer than [`MAX_BYTES`](super::MAX_BYTES).
    TooLarge,
    /// The text is neither YAML nor JSON.
    Syntax,
    /// A mapping has the same key twice.
    RepeatedKey,
    /// Aliases would make the document many times larger than its text.
    AliasBomb,
    /// Collections are nested deeper than any document needs.
    TooDeep,
    /// The text is something else than an OpenAPI document.
    NotOpenApi,
    /// It follows a version of the specification that is not read.
    UnsupportedVersion,
    /// A `$ref` leads to nothing.
    UnresolvedReference,
    /// A `$ref` or an alias leads only back to itself.
    CircularReference,
    /// A `$ref` leads out of what may be read.
    RemoteReference,
    /// A Markdown page without one readable OpenAPI block.
    BadPage,
    /// A part of the document has a form in which it cannot be understood.
    Invalid,
}

impl SpecError {
    /// An error without a place.
    pub(crate) fn new(kind: SpecErrorKind, message: impl Into<String>) -> Self {
        Self { message: message.into(), place: None, label: String::new(), hint: None, kind }
    }

    /// The same error at a place, with what is said under the caret there.
    #[must_use]
    pub(crate) fn at(mut self, place: Place, label: impl Into<String>) -> Self {
        self.place = Some(place);
        self.label = label.into();
        self
    }

    /// The same error with what to type or to change.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for SpecError {
    /// `file:line:col: message`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(out, "{place}: {}", self.message),
            None => out.write_str(&self.message),
        }
    }
}

/// A part of a source that is YAML or JSON: all of it, or the block of a Markdown page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Excerpt<'s> {
    source: &'s Source,
    /// Byte of the source at which `text` begins.
    start: usize,
    /// The part itself.
    pub(crate) text: &'s str,
}

impl<'s> Excerpt<'s> {
    /// All of `source`.
    pub(crate) fn whole(source: &'s Source) -> Self {
        Self { source, start: 0, text: source.text() }
    }

    /// The bytes of `source` in `span`.
    pub(crate) fn part(source: &'s Source, span: Span) -> Self {
        Self { source, start: span.start as usize, text: source.slice(span) }
    }

    /// The span in the source of a range of bytes of this part.
    pub(crate) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(start, end).shifted(self.start)
    }

    /// The offset in the source of a byte of this part.
    pub(crate) fn offset(&self, at: usize) -> u32 {
        (self.start + at) as u32
    }

    /// The source.
    pub(crate) fn source(&self) -> &'s Source {
        self.source
    }

    /// An error at a span of the source.
    pub(crate) fn error(&self, kind: SpecErrorKind, span: Span, message: impl Into<String>, label: &str) -> SpecError {
        SpecError::new(kind, message).at(self.source.place(span), label)
    }

    /// The error for a key that stands twice in one mapping.
    pub(crate) fn repeated_key(&self, key: &str, first: Span, again: Span) -> SpecError {
        let line = self.source.position(first.start).line;
        let message = format!("the key `{key}` is repeated: it stands in the same mapping on line {line} already");
        self.error(SpecErrorKind::RepeatedKey, again, message, "repeated here").hint("remove or rename one of the two")
    }
}
