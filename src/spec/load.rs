//! From bytes to a [`Document`]. Only here does this module touch the file system.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::bundle::Files;
use super::error::{Excerpt, SpecError, SpecErrorKind};
use super::location::{self, Located, Location};
use super::model::Document;
use super::resolve::{outer, percent_decoded};
use super::suggest::closest;
use super::{json, markdown, structure, yaml};
use crate::source::{Pointer, Source, Span, Spans};

/// The longest text that is read, in bytes: 64 MiB.
pub const MAX_BYTES: usize = 64 << 20;

/// Fetches the text at a URL, or says why it cannot.
pub type Fetch<'f> = Box<dyn FnMut(&str) -> Result<Vec<u8>, String> + 'f>;

/// Which other files a document may refer to: by itself those in its own folder and below.
#[derive(Default)]
pub struct References<'f> {
    folders: Vec<PathBuf>,
    fetch: Option<Fetch<'f>>,
}

impl<'f> References<'f> {
    /// Allows the files in `folder` and below too.
    ///
    /// # Errors
    /// There is no such folder.
    pub fn allow_folder(&mut self, folder: &Path) -> std::io::Result<()> {
        let folder = folder.canonicalize()?;
        if !folder.is_dir() {
            return Err(std::io::ErrorKind::NotADirectory.into());
        }
        self.folders.push(folder);
        Ok(())
    }

    /// Allows URLs of `http` and `https`, which `fetch` fetches: nothing here touches the network.
    pub fn allow_remote(&mut self, fetch: Fetch<'f>) {
        self.fetch = Some(fetch);
    }
}

/// Loads a file: an OpenAPI document in YAML or JSON, or a Markdown page that holds one, with the files in its folder and
/// below that it refers to.
///
/// # Errors
/// As [`read`], and where the file cannot be read.
pub fn load_file(path: impl AsRef<Path>) -> Result<Document, SpecError> {
    load_file_with(path, &mut References::default())
}

/// As [`load_file`], with more or fewer limits on the files that the document refers to.
///
/// # Errors
/// As [`load_file`].
pub fn load_file_with(path: impl AsRef<Path>, references: &mut References<'_>) -> Result<Document, SpecError> {
    let path = path.as_ref();
    let name = path.display().to_string();
    let file = File::open(path).map_err(|error| unreadable(&name, &error))?;
    let bytes = bytes(&name, file)?;
    document(&name, bytes, &mut Disk::beside(path, references))
}

/// Loads what `reader` gives, standard input say; `name` is what errors call it. References to other files are refused.
///
/// # Errors
/// As [`read`], and where reading fails.
pub fn load_reader(name: &str, reader: impl Read) -> Result<Document, SpecError> {
    document(name, bytes(name, reader)?, &mut Disk::nowhere(&mut References::default()))
}

fn bytes(name: &str, reader: impl Read) -> Result<Vec<u8>, SpecError> {
    let mut bytes = Vec::new();
    reader.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(|error| unreadable(name, &error))?;
    Ok(bytes)
}

/// Reads a document that is already in memory; `name` is what errors call it. References to other files are refused.
///
/// The content decides what it is: JSON begins with `{`, a Markdown page has a fence whose info string is
/// `yaml [NAME] METHOD PATH` (or `json …`), all else is YAML. Only a name that ends in `.md`, `.yaml` or the like
/// settles it beforehand.
///
/// # Errors
/// [`SpecError`], with a place wherever the bytes are text.
pub fn read(name: &str, bytes: &[u8]) -> Result<Document, SpecError> {
    document(name, bytes.to_vec(), &mut Disk::nowhere(&mut References::default()))
}

/// As [`read`], for what was fetched from `url`: its references are relative to that, and so remote.
///
/// # Errors
/// As [`read`].
pub fn read_with(url: &str, bytes: &[u8], references: &mut References<'_>) -> Result<Document, SpecError> {
    let url = outer(url).file.to_owned();
    let root = Located { identity: url.clone().into(), location: Location::Url(url.clone()) };
    document(&url, bytes.to_vec(), &mut Disk { root: Some(root), ..Disk::nowhere(references) })
}

fn document(name: &str, bytes: Vec<u8>, files: &mut dyn Files) -> Result<Document, SpecError> {
    let source = text(name, bytes)?;
    let (root, spans, block) = parse(&source)?;
    let document = structure::document(source, root, spans, files)?;
    if let Some(block) = block {
        check_operation(&document, &block)?;
    }
    Ok(document)
}

/// The bytes as text.
///
/// # Errors
/// They are too many, or no UTF-8.
pub(super) fn text(name: &str, mut bytes: Vec<u8>) -> Result<Source, SpecError> {
    if bytes.len() > MAX_BYTES {
        let message = format!("`{name}` is larger than {} MiB", MAX_BYTES >> 20);
        return Err(SpecError::new(SpecErrorKind::TooLarge, message));
    }
    // Editors do not count a byte-order mark as a column, so the source does not hold it.
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        bytes.drain(..3);
    }
    // The bytes become the text: a copy of a document of megabytes would be in the way for as long as it loads.
    let text =
        String::from_utf8(bytes).map_err(|error| not_utf8(name, error.as_bytes(), error.utf8_error().valid_up_to()))?;
    Ok(Source::new(name, text))
}

/// What a part of a document says: YAML or JSON of any form, or the document that a Markdown page holds.
///
/// # Errors
/// It is none of these.
pub(super) fn part(source: &Source) -> Result<(Value, Spans), SpecError> {
    parse(source).map(|(root, spans, _)| (root, spans))
}

/// The files around a document, as far as they may be read.
struct Disk<'r, 'f> {
    root: Option<Located>,
    /// The folder of the document.
    tree: Option<PathBuf>,
    references: &'r mut References<'f>,
}

impl<'r, 'f> Disk<'r, 'f> {
    /// No file at all.
    fn nowhere(references: &'r mut References<'f>) -> Self {
        Self { root: None, tree: None, references }
    }

    /// The files beside the document at `path`. Where that is no file in a folder, a pipe say, there are none.
    fn beside(path: &Path, references: &'r mut References<'f>) -> Self {
        let folder = path.parent().map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
        let tree = folder.and_then(|folder| folder.canonicalize().ok());
        let whole = tree.as_ref().and_then(|tree| Some(tree.join(path.file_name()?)));
        let root = whole.filter(|whole| whole.is_file()).and_then(|whole| {
            let identity = whole.canonicalize().ok()?.into_os_string();
            Some(Located { location: Location::File { path: whole, shown: location::normal(path) }, identity })
        });
        Self { root, tree, references }
    }

    fn allows(&self, path: &Path) -> bool {
        self.tree.iter().chain(&self.references.folders).any(|folder| path.starts_with(folder))
    }

    fn file(&self, from: &Path, shown: &Path, reference: &str) -> Result<Located, SpecError> {
        let relative = percent_decoded(reference);
        let beside = |file: &Path| location::normal(&file.parent().unwrap_or(file).join(&relative));
        let (path, shown) = (beside(from), beside(shown));
        let name = shown.display().to_string();
        if !self.allows(&path) {
            return Err(outside(&format!("`{reference}` leads out of the document's folder, to `{name}`"), &shown));
        }
        let real = path.canonicalize().map_err(|error| missing(&path, &shown, &error))?;
        if !self.allows(&real) {
            return Err(outside(
                &format!("`{reference}` leads out of the document's folder over a symbolic link"),
                &real,
            ));
        }
        if !real.is_file() {
            return Err(refusal(SpecErrorKind::Unreadable, format!("`{name}` is no file"), "not a file"));
        }
        Ok(Located { identity: real.into_os_string(), location: Location::File { path, shown } })
    }
}

impl Files for Disk<'_, '_> {
    fn root(&self) -> Option<Located> {
        self.root.clone()
    }

    fn locate(&mut self, from: &Location, reference: &str) -> Result<Located, SpecError> {
        let url = match from {
            Location::File { path, shown } if location::scheme(reference).is_none() => {
                return self.file(path, shown, reference);
            }
            Location::File { .. } => reference.to_owned(),
            Location::Url(base) => location::join(base, reference),
        };
        let location = Location::Url(url.clone());
        if !location::is_remote(&url) {
            let message = format!("`{}` is neither a file nor a URL of http or https", location.name());
            return Err(refusal(SpecErrorKind::RemoteReference, message, "cannot be read"));
        }
        if self.references.fetch.is_none() {
            let message = format!("`{}` is remote, and remote documents are not fetched unasked", location.name());
            let refusal = refusal(SpecErrorKind::RemoteReference, message, "a remote document");
            return Err(refusal.hint("`--allow-remote-refs` has it fetched"));
        }
        Ok(Located { identity: url.into(), location })
    }

    fn read(&mut self, located: &Located, limit: usize) -> Result<Vec<u8>, SpecError> {
        let name = located.location.name();
        let why = match (&located.location, &mut self.references.fetch) {
            (Location::File { .. }, _) => {
                let mut bytes = Vec::new();
                let read =
                    File::open(&located.identity).and_then(|file| file.take(limit as u64 + 1).read_to_end(&mut bytes));
                match read {
                    Ok(_) => return Ok(bytes),
                    Err(error) => error.to_string(),
                }
            }
            (Location::Url(url), Some(fetch)) => match fetch(url) {
                Ok(bytes) => return Ok(bytes),
                Err(why) => why,
            },
            (Location::Url(_), None) => "nothing is fetched".to_owned(),
        };
        Err(refusal(SpecErrorKind::Unreadable, format!("could not read `{name}`: {why}"), "cannot be read"))
    }
}

fn refusal(kind: SpecErrorKind, message: impl Into<String>, label: &str) -> SpecError {
    SpecError { label: label.to_owned(), ..SpecError::new(kind, message) }
}

/// What is said of the file at `path`, which a person calls `shown`.
fn missing(path: &Path, shown: &Path, error: &std::io::Error) -> SpecError {
    let name = shown.display();
    if error.kind() != std::io::ErrorKind::NotFound {
        return refusal(SpecErrorKind::Unreadable, format!("could not read `{name}`: {error}"), "cannot be read");
    }
    let error = refusal(SpecErrorKind::UnresolvedReference, format!("there is no file `{name}`"), "no such file");
    match sibling(path) {
        Some(meant) => error.hint(format!("did you mean `{}`?", shown.with_file_name(meant).display())),
        None => error,
    }
}

/// The name of the file beside `path` that a reference to it probably means.
fn sibling(path: &Path) -> Option<String> {
    let wanted = path.file_name()?.to_str()?;
    let entries = path.parent()?.read_dir().ok()?;
    let files = entries.flatten().filter(|entry| entry.path().is_file());
    let mut names: Vec<String> = files.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort_unstable();
    closest(wanted, names.iter().map(String::as_str)).map(str::to_owned)
}

fn outside(message: &str, path: &Path) -> SpecError {
    let folder = path.parent().map(|folder| folder.display().to_string()).filter(|folder| !folder.is_empty());
    let refusal = refusal(SpecErrorKind::RemoteReference, message, "outside the folder of the document");
    refusal.hint(format!("`--allow-ref {}` allows it", folder.unwrap_or_else(|| ".".to_owned())))
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
