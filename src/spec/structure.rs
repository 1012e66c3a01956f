//! Whether a value is an OpenAPI document that can be understood.
//!
//! Real documents are sloppy, and most slips do not matter here: only what leaves a part of the document without
//! meaning is an error.

use serde_json::Value;

use super::error::{SpecError, SpecErrorKind};
use super::model::{Document, Version};
use super::objects::Nodes;
use super::resolve;
use crate::source::{Pointer, Source, Span, Spans};

/// The document that a value is.
///
/// # Errors
/// It is none, of a version that is not read, or some part has a form or a reference without meaning.
pub(crate) fn document(source: Source, root: Value, spans: Spans) -> Result<Document, SpecError> {
    let unversioned = Document { source, root, spans, version: Version::V3_0 };
    let version = version(&unversioned)?;
    let document = Document { version, ..unversioned };
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
    Ok(document)
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
        return Err(SpecError::new(SpecErrorKind::UnsupportedVersion, message)
            .at(place, "not text")
            .hint(format!("put the version into quotes: `openapi: \"{declared}.0\"`")));
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
        .hint(format!("convert it: `npx swagger2openapi --outfile openapi.yaml {}`", document.source.name()))
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
