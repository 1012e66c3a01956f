//! Whether a value is an OpenAPI document that can be understood.
//!
//! Real documents are sloppy, and most slips do not matter here: only what leaves a part of the document without
//! meaning is an error.

use serde_json::Value;

use super::bundle::{Files, bundle};
use super::error::{SpecError, SpecErrorKind};
use super::model::{Document, Version};
use super::objects::Nodes;
use super::resolve;
use crate::source::{Pointer, Source, Span, Spans};

/// The document that a value is.
///
/// # Errors
/// It is none, of a version that is not read, or some part has a form or a reference without meaning.
pub(crate) fn document(
    source: Source,
    root: Value,
    spans: Spans,
    files: &mut dyn Files,
) -> Result<Document, SpecError> {
    let unversioned = Document { source, root, spans, version: Version::V3_0 };
    let version = version(&unversioned)?;
    let document = bundle(Document { version, ..unversioned }, files)?;
    let mut nodes = Nodes::of(&document.root, version);
    let references = resolve::check(&document, &mut nodes);
    if let Some(misfit) = nodes.misfits.first() {
        let found = document.at(&misfit.pointer).map_or("nothing", form);
        let name = misfit.pointer.last().unwrap_or_default().into_owned();
        let message = format!("`{name}` must be {}, not {found}", misfit.expected);
        return Err(SpecError::new(SpecErrorKind::Invalid, message)
            .at(document.place(&misfit.pointer), format!("this is {found}")));
    }
    references?;
    check_paths(&document)?;
    Ok(document)
}

/// A path without its slash would have no place in a URL, and leaving it out would leave its operations untested.
fn check_paths(document: &Document) -> Result<(), SpecError> {
    let paths = document.root.get("paths").and_then(Value::as_object);
    let names = paths.into_iter().flatten().map(|(name, _)| name);
    let Some(name) = names.into_iter().find(|name| !name.starts_with('/') && !name.starts_with("x-")) else {
        return Ok(());
    };
    let place = document.key_place(&Pointer::root().child("paths").child(name));
    Err(SpecError::new(SpecErrorKind::Invalid, format!("`{name}` is no path: a path begins with `/`"))
        .at(place, "no slash")
        .hint(format!("write `/{name}:`")))
}

fn version(document: &Document) -> Result<Version, SpecError> {
    let Value::Object(members) = &document.root else {
        return Err(not_open_api(document, form(&document.root)));
    };
    let Some(declared) = members.get("openapi") else {
        return Err(match members.get("swagger") {
            Some(swagger) => swagger_2(document, swagger),
            None => not_open_api(document, "a mapping without the key `openapi`"),
        });
    };
    let place = document.place(&Pointer::root().child("openapi"));
    let Value::String(text) = declared else {
        let message = format!("`openapi` must be text such as \"3.0.3\", not {}", form(declared));
        let error = SpecError::new(SpecErrorKind::UnsupportedVersion, message).at(place, "not text");
        return Err(match declared {
            Value::Number(number) => error.hint(format!("put the version into quotes: `openapi: \"{number}\"`")),
            _ => error,
        });
    };
    Version::parse(text).ok_or_else(|| {
        let message = format!("OpenAPI {text} is not a version that is read: 3.0, 3.1 and 3.2 are");
        SpecError::new(SpecErrorKind::UnsupportedVersion, message).at(place, "unknown version")
    })
}

fn swagger_2(document: &Document, version: &Value) -> SpecError {
    let version = version.as_str().map_or_else(|| version.to_string(), str::to_owned);
    let place = document.place(&Pointer::root().child("swagger"));
    SpecError::new(SpecErrorKind::UnsupportedVersion, format!("this is a Swagger {version} document, not OpenAPI 3"))
        .at(place, "OpenAPI 3.0, 3.1 and 3.2 are read")
        .hint(format!("convert it: `npx swagger2openapi -o openapi.yaml {}`", document.source.name()))
}

fn not_open_api(document: &Document, found: &str) -> SpecError {
    let name = document.source.name();
    let empty = document.source.text().trim().is_empty();
    let found = if empty { "empty" } else { found };
    let text = document.source.text();
    let start = text.len() - text.trim_start().len();
    let width = text[start..].chars().next().map_or(0, char::len_utf8);
    let place = document.source.place(Span::new(start, start + width));
    SpecError::new(SpecErrorKind::NotOpenApi, format!("`{name}` is no OpenAPI document: it is {found}"))
        .at(place, "`openapi: 3.…` expected")
}

/// What a value is, in words.
fn form(value: &Value) -> &'static str {
    match value {
        Value::Null => "empty",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}

#[cfg(test)]
mod tests {
    use crate::spec::{SpecError, Version, read};

    fn refused(text: &str) -> SpecError {
        read("s.yaml", text.as_bytes()).expect_err(text)
    }

    #[test]
    fn three_versions_are_read() {
        for (text, version) in
            [("3.0.0", Version::V3_0), ("3.0", Version::V3_0), ("3.1.1", Version::V3_1), ("3.2.0", Version::V3_2)]
        {
            let document = read("s.yaml", format!("openapi: '{text}'").as_bytes()).expect(text);
            assert_eq!(document.version, version);
        }
    }

    #[test]
    fn other_versions_are_refused_with_a_way_out() {
        insta::assert_snapshot!(refused("openapi: 3.0"), @"s.yaml:1:10: `openapi` must be text such as \"3.0.3\", not a number");
        insta::assert_snapshot!(refused("openapi: 4.0.0"), @"s.yaml:1:10: OpenAPI 4.0.0 is not a version that is read: 3.0, 3.1 and 3.2 are");
        insta::assert_snapshot!(refused("openapi: [3]"), @"s.yaml:1:10: `openapi` must be text such as \"3.0.3\", not a list");
        let swagger = refused("swagger: '2.0'");
        insta::assert_snapshot!(swagger, @"s.yaml:1:10: this is a Swagger 2.0 document, not OpenAPI 3");
        insta::assert_snapshot!(swagger.hint.unwrap_or_default(), @"convert it: `npx swagger2openapi -o openapi.yaml s.yaml`");
    }

    #[test]
    fn a_part_without_meaning_is_refused_at_its_place() {
        insta::assert_snapshot!(refused("openapi: 3.0.0\npaths: []"), @"s.yaml:2:8: `paths` must be a mapping, each value a path item, not a list");
        insta::assert_snapshot!(refused("openapi: 3.0.0\npaths:\n  /a: text"), @"s.yaml:3:7: `/a` must be a path item, not text");
        insta::assert_snapshot!(refused("openapi: 3.0.0\npaths:\n  users: {}"), @"s.yaml:3:3: `users` is no path: a path begins with `/`");
        insta::assert_snapshot!(refused("openapi: 3.0.0\ninfo: text"), @"s.yaml:2:7: `info` must be an info object, not text");
        insta::assert_snapshot!(refused("openapi: 3.0.0\npaths: {/a: {get: {parameters: {}}}}"), @"s.yaml:2:32: `parameters` must be a list, each item a parameter, not a mapping");
        insta::assert_snapshot!(refused("openapi: 3.0.0\ncomponents: {schemas: {A: {properties: {b: text}}}}"), @"s.yaml:2:44: `b` must be a schema, not text");
        insta::assert_snapshot!(refused("openapi: 3.0.0\ncomponents: {schemas: {A: }}"), @"s.yaml:2:25: `A` must be a schema, not empty");
    }

    #[test]
    fn sloppiness_that_leaves_the_meaning_clear_is_let_pass() {
        for text in [
            "openapi: 3.0.0",
            "openapi: 3.0.0\npaths:\ncomponents:\nservers:\ninfo:",
            "openapi: 3.1.0\npaths: {x-note: text, /a: }",
            "openapi: 3.0.0\npaths: {/a: {get: {parameters: , responses: {x-y: text, 200: }}}}",
            "openapi: 3.0.0\ncomponents: {schemas: {A: {items: [{}], additionalProperties: false}}}",
            "openapi: 3.0.0\nunknown: [1]",
        ] {
            assert!(read("s.yaml", text.as_bytes()).is_ok(), "{text}");
        }
    }
}
