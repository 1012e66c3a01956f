//! From bytes to a [`Document`]. Only here does this module touch the file system.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::Value;

use super::error::{Excerpt, SpecError, SpecErrorKind};
use super::model::Document;
use super::{json, markdown, structure, yaml};
use crate::source::{Pointer, Source, Span, Spans};

/// The longest text that is read, in bytes: 64 MiB.
pub const MAX_BYTES: usize = 64 << 20;

/// Loads a file: an OpenAPI document in YAML or JSON, or a Markdown page that holds one.
///
/// # Errors
/// As [`read`], and where the file cannot be read.
pub fn load_file(path: impl AsRef<Path>) -> Result<Document, SpecError> {
    let name = path.as_ref().display().to_string();
    let file = File::open(&path).map_err(|error| unreadable(&name, &error))?;
    load_reader(&name, file)
}

/// Loads what `reader` gives, standard input say; `name` is what errors call it.
///
/// # Errors
/// As [`read`], and where reading fails.
pub fn load_reader(name: &str, reader: impl Read) -> Result<Document, SpecError> {
    let mut bytes = Vec::new();
    reader.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(|error| unreadable(name, &error))?;
    read(name, &bytes)
}

/// Reads a document that is already in memory; `name` is what errors call it.
///
/// The content decides what it is: JSON begins with `{`, a Markdown page has a fence whose info string is
/// `yaml [NAME] METHOD PATH` (or `json …`), all else is YAML. Only a name that ends in `.md`, `.yaml` or the like
/// settles it beforehand.
///
/// # Errors
/// [`SpecError`], with a place wherever the bytes are text.
pub fn read(name: &str, bytes: &[u8]) -> Result<Document, SpecError> {
    if bytes.len() > MAX_BYTES {
        let message = format!("`{name}` is larger than {} MiB", MAX_BYTES >> 20);
        return Err(SpecError::new(SpecErrorKind::TooLarge, message));
    }
    // Editors do not count a byte-order mark as a column, so the source does not hold it.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| not_utf8(name, bytes, error.valid_up_to()))?;
    let source = Source::new(name, text);
    let (root, spans, block) = parse(&source)?;
    let document = structure::document(source, root, spans)?;
    if let Some(block) = block {
        check_operation(&document, &block)?;
    }
    Ok(document)
}

type Parsed = (Value, Spans, Option<markdown::Block>);

fn parse(source: &Source) -> Result<Parsed, SpecError> {
    let whole = |(root, spans)| (root, spans, None);
    match form(source) {
        Form::Json => json_or_flow(Excerpt::whole(source)).map(whole),
        Form::Yaml => yaml::parse(Excerpt::whole(source)).map(whole),
        Form::Page => page(source),
        Form::Html => {
            let message = "this is a web page, not an OpenAPI document";
            let error =
                Excerpt::whole(source).error(SpecErrorKind::NotOpenApi, Span::new(0, 1), message, "HTML begins here");
            Err(error.hint("give the address of the document itself; many reference pages serve it with `.md` added"))
        }
    }
}

enum Form {
    Json,
    Yaml,
    Page,
    Html,
}

fn form(source: &Source) -> Form {
    let name = source.name().to_ascii_lowercase();
    let named = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    let text = source.text().trim_start();
    if text.starts_with('{') {
        Form::Json
    } else if named(&[".md", ".mdx", ".markdown"]) {
        Form::Page
    } else if named(&[".yaml", ".yml", ".json"]) {
        Form::Yaml
    } else if text.starts_with('<') {
        Form::Html
    } else if looks_like_page(source) {
        Form::Page
    } else {
        Form::Yaml
    }
}

/// Whether a fitting fence stands before any line that begins an OpenAPI document: a description inside a YAML
/// document may hold such a fence too.
fn looks_like_page(source: &Source) -> bool {
    let begins = |line: &str| ["openapi:", "swagger:", "\"openapi\":"].iter().any(|key| line.starts_with(key));
    let lines = source.text().split_inclusive('\n').scan(0, |at, line| {
        *at += line.len();
        Some((*at - line.len(), line))
    });
    let document = lines.filter(|(_, line)| begins(line)).map(|(at, _)| at).next();
    match markdown::block(source) {
        Ok(Some(block)) => document.is_none_or(|at| at >= block.content.start as usize),
        Ok(None) => false,
        Err(_) => document.is_none(),
    }
}

/// A text that begins with `{` is JSON, or else a flow mapping of YAML.
fn json_or_flow(excerpt: Excerpt<'_>) -> Result<(Value, Spans), SpecError> {
    let error = match json::parse(excerpt) {
        Err(error) if error.kind == SpecErrorKind::Syntax => error,
        result => return result,
    };
    let after_brace = excerpt.text.trim_start().trim_start_matches('{').trim_start();
    let meant_as_json = excerpt.source().name().to_ascii_lowercase().ends_with(".json") || after_brace.starts_with('"');
    yaml::parse(excerpt).map_err(|other| if meant_as_json { error } else { other })
}

fn page(source: &Source) -> Result<Parsed, SpecError> {
    let Some(block) = markdown::block(source)? else {
        let message = "the page holds no OpenAPI block";
        let place = source.place(Span::new(0, 0));
        return Err(SpecError::new(SpecErrorKind::BadPage, message)
            .at(place, "no fence with an operation on this page")
            .hint("the block begins with a fence such as `` ```yaml POST /users ``"));
    };
    let excerpt = Excerpt::part(source, block.content);
    let begins_json = excerpt.text.trim_start().starts_with('{');
    let (root, spans) = if begins_json { json_or_flow(excerpt)? } else { yaml::parse(excerpt)? };
    Ok((root, spans, Some(block)))
}

/// The operation that a page is about must be in its document.
fn check_operation(document: &Document, block: &markdown::Block) -> Result<(), SpecError> {
    let item = Pointer::root().child("paths").child(&block.path);
    let found = document.resolve(&item).is_some_and(|item| document.at(&item.child(&block.method)).is_some());
    if found {
        return Ok(());
    }
    let title = format!("{} {}", block.method.to_uppercase(), block.path);
    let message = format!("the page is about `{title}`, which is not in its document");
    Err(SpecError::new(SpecErrorKind::BadPage, message)
        .at(document.source.place(block.info), "no such operation in the block"))
}

fn not_utf8(name: &str, bytes: &[u8], at: usize) -> SpecError {
    // The text before the first bad byte is kept as it is, so offsets up to it hold.
    let source = Source::new(name, String::from_utf8_lossy(bytes));
    let message = match bytes.get(at) {
        Some(byte) => format!("the text is not UTF-8: byte {at} is 0x{byte:02X}"),
        None => "the text is not UTF-8".to_owned(),
    };
    let width = source.text()[at..].chars().next().map_or(0, char::len_utf8);
    let utf16 = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
    let hint = if utf16 { "the file seems to be UTF-16: save it as UTF-8" } else { "save the file as UTF-8" };
    SpecError::new(SpecErrorKind::NotUtf8, message)
        .at(source.place(Span::new(at, at + width)), "first byte that is not UTF-8")
        .hint(hint)
}

fn unreadable(name: &str, error: &std::io::Error) -> SpecError {
    SpecError::new(SpecErrorKind::Unreadable, format!("could not read `{name}`: {error}"))
}
