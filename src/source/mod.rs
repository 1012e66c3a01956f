//! Text and places in it: lines and columns, JSON Pointers, and the span of each node.

mod pointer;
mod spans;

pub use pointer::{Pointer, member};
pub use spans::{NodeSpan, Spans, SpansBuilder};

use std::sync::Arc;

/// A text with a name that a person recognises: a path, a URL, or `<stdin>`.
///
/// Cloning is cheap: the text is shared.
#[derive(Clone, Debug)]
pub struct Source {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    name: String,
    text: String,
    /// Byte offset at which each line begins.
    lines: Vec<u32>,
}

/// A range of bytes in a [`Source`], end excluded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// First byte after it.
    pub end: u32,
}

/// A line and a column, both counted from one; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// A span in a source: what an error or a finding points at.
#[derive(Clone, Debug)]
pub struct Place {
    /// The text.
    pub source: Source,
    /// The range in it.
    pub span: Span,
}

impl Span {
    /// The span from `start` to `end`, in bytes.
    pub fn new(start: usize, end: usize) -> Self {
        // A source is refused at load when it is longer than u32 can count.
        Self { start: start as u32, end: end.max(start) as u32 }
    }

    /// The same span, `by` bytes further on.
    pub fn shifted(self, by: usize) -> Self {
        Self { start: self.start + by as u32, end: self.end + by as u32 }
    }
}

impl Source {
    /// A source called `name`.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let starts = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines = std::iter::once(0).chain(starts.map(|(at, _)| at as u32 + 1)).collect();
        Self { inner: Arc::new(Inner { name: name.into(), text, lines }) }
    }

    /// The name given at creation.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.inner.text
    }

    /// The text of a span; empty where the span does not fit the text.
    pub fn slice(&self, span: Span) -> &str {
        self.text().get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// Line and column of a byte offset; an offset beyond the end is the end.
    pub fn position(&self, offset: u32) -> Position {
        let offset = (offset as usize).min(self.text().len()) as u32;
        let line = self.inner.lines.partition_point(|start| *start <= offset).max(1);
        let start = self.inner.lines[line - 1] as usize;
        let before = self.text().as_bytes().get(start..offset as usize).unwrap_or_default();
        // Every byte that does not continue a character begins one.
        let column = before.iter().filter(|byte| (**byte & 0xC0) != 0x80).count() as u32 + 1;
        Position { line: line as u32, column }
    }

    /// The place of a span in this source.
    pub fn place(&self, span: Span) -> Place {
        Place { source: self.clone(), span }
    }
}

impl Place {
    /// Line and column of its first character.
    pub fn position(&self) -> Position {
        self.source.position(self.span.start)
    }
}

impl std::fmt::Display for Place {
    /// `file:line:col`, which editors and terminals make into a link.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Position { line, column } = self.position();
        write!(out, "{}:{line}:{column}", self.source.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_count_from_one() {
        let source = Source::new("s", "ab\nzoé x\n");
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.position(3), Position { line: 2, column: 1 });
        assert_eq!(source.position(8), Position { line: 2, column: 5 });
        assert_eq!(source.position(999), Position { line: 3, column: 1 });
        assert_eq!(source.place(Span::new(3, 7)).to_string(), "s:2:1");
    }

    #[test]
    fn an_offset_inside_a_character_is_no_panic() {
        let source = Source::new("s", "é");
        assert_eq!(source.position(1).line, 1);
        assert_eq!(source.slice(Span::new(1, 2)), "");
    }
}
