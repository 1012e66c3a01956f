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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Version;

    const MINIMAL: &str = "openapi: 3.0.3\npaths: {}\n";
    const PAGE: &str = include_str!("../../specs/create-a-user.md");
    const BLOCK: &str = include_str!("../../specs/admin-openapi.yaml");

    fn refused(name: &str, bytes: impl AsRef<[u8]>) -> SpecError {
        read(name, bytes.as_ref()).expect_err(name)
    }

    #[test]
    fn the_block_of_the_page_is_the_document_beside_it_byte_for_byte() {
        let source = Source::new("create-a-user.md", PAGE);
        let block = markdown::block(&source).expect("one block").expect("a block");
        assert_eq!(source.slice(block.content), BLOCK);
        let page = read("create-a-user.md", PAGE.as_bytes()).expect("a page");
        let document = read("admin-openapi.yaml", BLOCK.as_bytes()).expect("a document");
        assert_eq!(page.root, document.root);
    }

    #[test]
    fn places_in_a_page_are_places_in_the_page() {
        let page = read("create-a-user.md", PAGE.as_bytes()).expect("a page");
        let pointer = Pointer::parse("/components/schemas/UserCreateParams/properties/first_name/nullable");
        assert_eq!(page.key_place(&pointer).to_string(), "create-a-user.md:77:11");
        assert_eq!(page.source.slice(page.place(&pointer).span), "true");
    }

    #[test]
    fn the_content_tells_json_yaml_and_pages_apart_whatever_the_name() {
        let page = format!("# Title\n\n```yaml get /a\n{MINIMAL}```\n").replace("{}", "{/a: {get: {}}}");
        let json = r#"{"openapi": "3.1.0", "paths": {}}"#;
        let described = "openapi: 3.0.3\ninfo:\n  description: |\n    ```yaml GET /x\n    ```\n";
        for (text, version) in
            [(MINIMAL, Version::V3_0), (json, Version::V3_1), (&page, Version::V3_0), (described, Version::V3_0)]
        {
            assert_eq!(read("<stdin>", text.as_bytes()).expect(text).version, version);
        }
    }

    #[test]
    fn a_block_may_be_json_or_stand_indented_in_a_list() {
        let json = "```json GET /a\n{\"openapi\": \"3.0.0\", \"paths\": {\"/a\": {\"get\": {}}}}\n```\n";
        let indented = "- item\n\n  ~~~yaml GET /a\n  openapi: 3.0.0\n  paths:\n    /a:\n      get: {}\n  ~~~\n";
        for (text, place) in [(json, "p.md:2:32"), (indented, "p.md:6:5")] {
            let document = read("p.md", text.as_bytes()).expect(text);
            assert_eq!(document.key_place(&Pointer::parse("/paths/~1a")).to_string(), place);
        }
    }

    #[test]
    fn a_byte_order_mark_counts_for_nothing() {
        let document = read("s.yaml", format!("\u{FEFF}{MINIMAL}").as_bytes()).expect("a document");
        assert_eq!(document.key_place(&Pointer::parse("/openapi")).to_string(), "s.yaml:1:1");
        assert!(read("s.json", "\u{FEFF}{\"openapi\": \"3.0.0\"}".as_bytes()).is_ok());
    }

    #[test]
    fn a_text_in_braces_is_json_or_a_flow_mapping() {
        assert!(read("<stdin>", b"{openapi: 3.0.0, paths: {}}").is_ok());
        insta::assert_snapshot!(refused("s.json", "{openapi: 3.0.0"), @"s.json:1:2: not JSON: key must be a string");
        insta::assert_snapshot!(refused("<stdin>", "{\"openapi\": 3.0.0, "), @"<stdin>:1:16: not JSON: expected `,` or `}`");
        insta::assert_snapshot!(refused("<stdin>", "{openapi: 3.0.0, ]"), @"<stdin>:1:1: not YAML: mismatched bracket '{' closed by ']'");
    }

    #[test]
    fn the_first_byte_that_is_not_utf8_is_named() {
        insta::assert_snapshot!(refused("s.yaml", b"a: 1\nb: \xC3"), @"s.yaml:2:4: the text is not UTF-8: byte 8 is 0xC3");
        insta::assert_snapshot!(refused("s.yaml", b"a: \xED\xA0\x80"), @"s.yaml:1:4: the text is not UTF-8: byte 3 is 0xED");
        let utf16 = refused("s.yaml", b"\xFF\xFEo\0p\0");
        assert_eq!(utf16.hint.as_deref(), Some("the file seems to be UTF-16: save it as UTF-8"));
    }

    #[test]
    fn what_is_no_document_is_said_to_be_none() {
        insta::assert_snapshot!(refused("s.yaml", ""), @"s.yaml:1:1: `s.yaml` is no OpenAPI document: it is empty");
        insta::assert_snapshot!(refused("s.yaml", "\n\n just text"), @"s.yaml:3:2: `s.yaml` is no OpenAPI document: it is text");
        insta::assert_snapshot!(refused("s.yaml", "- a"), @"s.yaml:1:1: `s.yaml` is no OpenAPI document: it is a list");
        insta::assert_snapshot!(refused("s.json", "{\"a\": 1}"), @"s.json:1:1: `s.json` is no OpenAPI document: it is a mapping without the key `openapi`");
        insta::assert_snapshot!(refused("https://example.com/docs", "<!doctype html>"), @"https://example.com/docs:1:1: this is a web page, not an OpenAPI document");
        insta::assert_snapshot!(refused("s.md", "# Title"), @"s.md:1:1: the page holds no OpenAPI block");
        insta::assert_snapshot!(refused("s.md", format!("```yaml GET /a\n{MINIMAL}```\n")), @"s.md:1:4: the page is about `GET /a`, which is not in its document");
    }

    #[test]
    fn a_file_that_is_not_there_or_too_large_is_refused() {
        assert_eq!(load_file("no/such/file").expect_err("no file").kind, SpecErrorKind::Unreadable);
        let endless = load_reader("<stdin>", std::io::repeat(b'#')).expect_err("too large");
        assert_eq!(
            (endless.kind, endless.to_string().as_str()),
            (SpecErrorKind::TooLarge, "`<stdin>` is larger than 64 MiB")
        );
    }

    #[test]
    fn no_prefix_of_a_document_makes_the_loader_panic() {
        for end in (0..PAGE.len()).step_by(7) {
            for (name, text) in
                [("p.md", &PAGE.as_bytes()[..end]), ("s.yaml", &BLOCK.as_bytes()[..end.min(BLOCK.len())])]
            {
                if let Err(error) = read(name, text) {
                    assert!(error.place.is_some(), "{end}: {error}");
                }
            }
        }
    }
}
