//! What is wrong in a document, drawn as compilers draw it: the line, a caret, and what to do.

use std::ops::Range;

use annotate_snippets::renderer::{DEFAULT_EMPHASIS_STYLE, DEFAULT_LINE_NUM_STYLE, Style};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::Look;
use super::words::{columns, printable, wrapped};
use crate::check::Severity;
use crate::lint::Lint;
use crate::source::Place;
use crate::spec::SpecError;

/// Lines of the document shown before the one that is meant.
const BEFORE: usize = 2;

/// A line of the document is cut this many bytes behind what is meant, and none longer stands before it.
const LONG: usize = 400;

/// An error that keeps a document from being loaded.
pub fn spec_error(error: &SpecError, look: Look) -> String {
    let hint = error.hint.iter().map(|hint| Note::text("hint", hint)).collect();
    let mut drawing = Drawing::new(Severity::Error, None, &error.message, hint);
    if let Some(place) = &error.place {
        drawing.spots.push(Spot { place: place.clone(), label: error.label.clone() });
    }
    drawing.render(look)
}

/// An error at a place of a file that the user wrote: settings, cases.
pub fn error(message: &str, place: &Place, hint: Option<&str>, look: Look) -> String {
    let hint = hint.iter().map(|hint| Note::text("hint", hint)).collect();
    let mut drawing = Drawing::new(Severity::Error, None, message, hint);
    drawing.spots.push(Spot { place: place.clone(), label: String::new() });
    drawing.render(look)
}

/// Something that a document leaves open.
pub fn lint(lint: &Lint, look: Look) -> String {
    let fix = if lint.fix.is_empty() { Vec::new() } else { vec![Note::text("fix", &lint.fix)] };
    let mut drawing = Drawing::new(Severity::Warning, Some(lint.rule), &lint.message, fix);
    drawing.spots.push(Spot { place: lint.place.clone(), label: lint.label.clone() });
    drawing.spots.extend(lint.related.iter().map(|(place, label)| Spot { place: place.clone(), label: label.clone() }));
    drawing.render(look)
}

/// One thing to draw.
#[derive(Clone, Debug)]
pub(super) struct Drawing<'a> {
    severity: Severity,
    id: Option<&'a str>,
    title: &'a str,
    /// Places, the one that is meant first.
    pub(super) spots: Vec<Spot>,
    notes: Vec<Note>,
}

/// A place of the document, and what is said under it.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    pub(super) place: Place,
    pub(super) label: String,
}

/// What follows the document's lines: `= name: lines`.
#[derive(Clone, Debug)]
pub(super) struct Note {
    name: &'static str,
    lines: Lines,
}

#[derive(Clone, Debug)]
enum Lines {
    /// Broken where the width ends.
    Text(String),
    /// As they are.
    Exact(Vec<String>),
}

impl Note {
    /// Words, in as many lines as they need.
    pub(super) fn text(name: &'static str, text: &str) -> Self {
        Self { name, lines: Lines::Text(printable(text).into_owned()) }
    }

    /// Lines that must not be broken.
    pub(super) fn exact(name: &'static str, lines: Vec<String>) -> Self {
        Self { name, lines: Lines::Exact(lines) }
    }
}

impl<'a> Drawing<'a> {
    /// A drawing without any place yet.
    pub(super) fn new(severity: Severity, id: Option<&'a str>, title: &'a str, notes: Vec<Note>) -> Self {
        Self { severity, id, title, spots: Vec::new(), notes }
    }

    /// The columns before what a note says, its name included.
    pub(super) fn indent(&self) -> usize {
        self.gutter() + "= ".len() + self.names() + 1
    }

    /// The columns before the `|` and `=` signs.
    fn gutter(&self) -> usize {
        self.spots.iter().map(|spot| spot.place.position().line.to_string().len()).max().unwrap_or(1) + 1
    }

    fn names(&self) -> usize {
        self.notes.iter().map(|note| note.name.len() + 1).max().unwrap_or(0)
    }

    /// The drawing as text, with a line feed at its end.
    pub(super) fn render(&self, look: Look) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let mut title = level.primary_title(printable(self.title).into_owned());
        title = match self.id {
            Some(id) => title.id(id.to_owned()),
            None => title,
        };
        let excerpts: Vec<_> = self.spots.iter().map(|spot| Excerpt::of(&spot.place)).collect();
        let mut group = Group::with_title(title);
        let mut unsaid = Vec::new();
        for (at, (spot, excerpt)) in self.spots.iter().zip(&excerpts).enumerate() {
            let (label, rest) = self.beside(spot, excerpt, look.width);
            unsaid.extend(rest.map(|text| Note::text("note", text)));
            group = group.element(excerpt.snippet(at == 0, label));
        }
        let renderer = if look.colour { Renderer::styled() } else { Renderer::plain() };
        let mut out = renderer.term_width(look.width.max(40)).render(&[group]);
        out.push('\n');
        self.write_notes(&mut out, unsaid, look);
        out
    }

    /// What is said beside the caret, or else what does not fit there.
    fn beside<'s>(&self, spot: &'s Spot, excerpt: &Excerpt, width: usize) -> (Option<String>, Option<&'s str>) {
        if spot.label.is_empty() {
            return (None, None);
        }
        let label = printable(&spot.label).into_owned();
        let taken = self.gutter() + 3 + excerpt.columns_to_end() + columns(&label);
        if taken <= width { (Some(label), None) } else { (None, Some(&spot.label)) }
    }

    fn write_notes(&self, out: &mut String, unsaid: Vec<Note>, look: Look) {
        let (bar, bold) =
            if look.colour { (DEFAULT_LINE_NUM_STYLE, DEFAULT_EMPHASIS_STYLE) } else { (Style::new(), Style::new()) };
        let gutter = " ".repeat(self.gutter());
        let names = unsaid.iter().chain(&self.notes).map(|note| note.name.len() + 1).max().unwrap_or(0);
        if names > 0 && !self.spots.is_empty() {
            out.push_str(&format!("{gutter}{bar}|{bar:#}\n"));
        }
        let width = look.width.saturating_sub(gutter.len() + 2 + names + 1).max(20);
        for note in unsaid.into_iter().chain(self.notes.iter().cloned()) {
            let lines = match note.lines {
                Lines::Text(text) => wrapped(&text, width),
                Lines::Exact(lines) => lines,
            };
            let mut name = format!("{:<names$}", format!("{}:", note.name));
            let mut sign = format!("{bar}={bar:#}");
            for line in lines {
                let text = format!("{gutter}{sign} {bold}{name}{bold:#} {line}");
                out.push_str(text.trim_end());
                out.push('\n');
                (name, sign) = (" ".repeat(names), " ".into());
            }
        }
    }
}

/// The few lines of a document around a place.
#[derive(Clone, Debug)]
struct Excerpt {
    path: String,
    first_line: usize,
    text: String,
    span: Range<usize>,
}

impl Excerpt {
    fn of(place: &Place) -> Self {
        let text = place.source.text();
        let inside = |at: u32| text.floor_char_boundary((at as usize).min(text.len()));
        let (start, end) = (inside(place.span.start), inside(place.span.end));
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let line_end = line_start + text[line_start..line_end].trim_end_matches('\r').len();
        // Of a value of several lines the first stands for all.
        let end = end.clamp(start.min(line_end), line_end);
        let to = text.floor_char_boundary(line_end.min(end + LONG)).max(line_start);
        let before = lines_before(text, line_start);
        let mut shown: String = before.concat();
        let offset = shown.len();
        shown.push_str(&text[line_start..to]);
        let within = |at: usize| offset + at.clamp(line_start, to) - line_start;
        let first_line = (place.position().line as usize).saturating_sub(before.len()).max(1);
        let path = printable(place.source.name()).into_owned();
        Self { path, first_line, text: shown, span: within(start)..within(end) }
    }

    /// Columns of the marked line up to the end of the mark.
    fn columns_to_end(&self) -> usize {
        let start = self.text[..self.span.start].rfind('\n').map_or(0, |at| at + 1);
        columns(&self.text[start..self.span.end]).max(columns(&self.text[start..self.span.start]) + 1) + 1
    }

    fn snippet(&self, first: bool, label: Option<String>) -> Snippet<'_, Annotation<'_>> {
        let kind = if first { AnnotationKind::Primary } else { AnnotationKind::Context };
        Snippet::source(self.text.as_str())
            .path(self.path.as_str())
            .line_start(self.first_line)
            .fold(false)
            .annotation(kind.span(self.span.clone()).label(label))
    }
}

/// Up to [`BEFORE`] lines before the line that begins at `end`, blank ones at their beginning left out.
fn lines_before(text: &str, end: usize) -> Vec<&str> {
    let mut lines: Vec<_> = text[..end].split_inclusive('\n').rev().take(BEFORE).collect();
    while lines.last().is_some_and(|line| line.trim().is_empty() || line.len() > LONG) {
        lines.pop();
    }
    lines.reverse();
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, Span};

    fn shown(text: &str, start: usize, end: usize) -> String {
        let place = Source::new("a.yaml", text).place(Span::new(start, end));
        let mut drawing = Drawing::new(Severity::Error, None, "wrong", vec![Note::text("hint", "mend it")]);
        drawing.spots.push(Spot { place, label: "here".into() });
        drawing.render(Look::default())
    }

    #[test]
    fn an_error_of_loading() {
        let text = b"openapi: 3.0.1\npaths: {}\ninfo:\n  title: a\n  title: b\n";
        let error = crate::spec::read("a.yaml", text).expect_err("a key is repeated");
        let text = spec_error(&error, Look::default());
        insta::assert_snapshot!(text);
    }

    #[test]
    fn an_error_without_a_place() {
        let error = crate::spec::load_file("no/such/file.yaml").expect_err("there is no such file");
        let text = spec_error(&error, Look::default());
        assert!(text.starts_with("error: ") && !text.contains("-->"), "{text}");
    }

    #[test]
    fn each_lint_of_the_published_page() {
        let page = include_bytes!("../../specs/create-a-user.md");
        let document = crate::spec::read("specs/create-a-user.md", page).expect("the page");
        let lints = crate::lint::lint(&document).expect("its lints");
        let text: Vec<_> = lints.iter().map(|one| lint(one, Look::default())).collect();
        // A title is one line, however long: terminals break it, and searching for it finds it.
        let below = text.iter().flat_map(|text| text.lines().skip(1));
        below.for_each(|line| assert!(columns(line) <= 80, "{line}"));
        let text = text.join("\n");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn no_place_is_a_panic() {
        for text in ["", "\n", "a", "é: ü\r\nb: 名\r\n", "\n\n\n", "a\tb\n\tc", &"x".repeat(2_000), "\u{1b}[2J\u{202e}"]
        {
            for start in 0..text.len().min(12) + 2 {
                for end in start..text.len().min(12) + 3 {
                    let drawn = shown(text, start, end);
                    assert!(drawn.contains("--> a.yaml:") && drawn.contains("= hint: mend it"), "{drawn}");
                    assert!(!drawn.contains(['\u{1b}', '\u{202e}', '\r']), "{drawn:?}");
                }
            }
        }
    }

    #[test]
    fn a_document_in_one_long_line_is_cut_around_the_place() {
        let text = format!("{{{}\"here\":1,{}}}", "\"a\":1,".repeat(100_000), "\"b\":2,".repeat(1_000));
        let at = text.find("\"here\"").expect("it is there");
        let drawn = shown(&text, at, at + 6);
        assert!(drawn.contains(&format!("a.yaml:1:{}", at + 1)) && drawn.contains("\"here\""), "{drawn}");
        assert!(drawn.lines().all(|line| columns(line) <= 80), "{drawn}");
    }

    #[test]
    fn a_label_that_does_not_fit_beside_the_caret_stands_below() {
        let place = Source::new("a.yaml", "key: value").place(Span::new(5, 10));
        let mut drawing = Drawing::new(Severity::Error, None, "wrong", Vec::new());
        drawing.spots.push(Spot { place, label: "word ".repeat(30).trim_end().into() });
        let drawn = drawing.render(Look::default());
        assert!(drawn.contains("  = note: word word"), "{drawn}");
        assert!(drawn.lines().all(|line| columns(line) <= 80), "{drawn}");
    }
}
