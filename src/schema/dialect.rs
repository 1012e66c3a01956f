//! OpenAPI's schema dialects brought to JSON Schema 2020-12, in place, so that pointers stay what they were.
//!
//! The one change that moves a node is the lenient reading of `nullable` beside `$ref`, which wraps it in an
//! `anyOf`; [`super::violation`] takes that wrapping out of the places it reports.

use serde_json::{Map, Value, json};

use crate::schema::Direction;
use crate::source::Pointer;
use crate::spec::Version;

/// What a document has that makes readings differ.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Traits {
    /// Something stands beside a `$ref`, or `nullable` stands without a `type`.
    pub(super) siblings: bool,
    /// A `format` is used.
    pub(super) formats: bool,
    /// Something is `writeOnly`.
    pub(super) write_only: bool,
}

struct Walk<'a> {
    original: &'a Value,
    version: Version,
    direction: Direction,
    honour_siblings: bool,
    traits: Traits,
}

/// Keywords whose value is one schema.
const ONE: &[&str] = &[
    "items",
    "additionalItems",
    "additionalProperties",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contains",
    "propertyNames",
    "not",
    "if",
    "then",
    "else",
    "contentSchema",
];
/// Keywords whose value is a list of schemas.
const LIST: &[&str] = &["allOf", "anyOf", "oneOf", "prefixItems"];
/// Keywords whose value maps names to schemas.
const MAP: &[&str] = &["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];
/// Members that hold plain data: nothing in them is a schema.
const DATA: &[&str] = &["example", "examples", "default", "enum", "const"];

/// Annotations: they stand beside `$ref` without changing what is valid.
const ANNOTATIONS: &[&str] =
    &["$ref", "title", "description", "summary", "example", "examples", "default", "deprecated", "externalDocs", "xml"];

/// The document with all its schemas in the normal form, and what was met on the way.
pub(super) fn normalise(
    root: &Value,
    version: Version,
    direction: Direction,
    honour_siblings: bool,
) -> (Value, Traits) {
    let mut walk = Walk { original: root, version, direction, honour_siblings, traits: Traits::default() };
    let mut copy = root.clone();
    walk.document(&mut copy);
    (copy, walk.traits)
}

impl Walk<'_> {
    /// Finds the schemas of whatever is not a schema itself.
    fn document(&mut self, node: &mut Value) {
        match node {
            Value::Object(members) => {
                for (name, child) in members {
                    match name.as_str() {
                        "schema" if child.is_object() => self.schema(child),
                        "schemas" => self.each(child),
                        name if DATA.contains(&name) || name.starts_with("x-") => {}
                        _ => self.document(child),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.document(item)),
            _ => {}
        }
    }

    fn each(&mut self, map: &mut Value) {
        if let Value::Object(members) = map {
            members.values_mut().for_each(|schema| self.schema(schema));
        }
    }

    fn schema(&mut self, node: &mut Value) {
        let Value::Object(schema) = node else { return };
        self.children(schema);
        self.required(schema);
        exclusive(schema, "exclusiveMinimum", "minimum");
        exclusive(schema, "exclusiveMaximum", "maximum");
        content(schema);
        self.traits.formats |= schema.contains_key("format");
        self.traits.write_only |= schema.get("writeOnly").and_then(Value::as_bool) == Some(true);
        self.later(schema);
        if self.version == Version::V3_0 {
            self.siblings(schema);
            if let Some(wrapped) = self.nullable(schema) {
                *node = wrapped;
            }
        }
    }

    fn children(&mut self, schema: &mut Map<String, Value>) {
        for (name, child) in schema {
            let name = name.as_str();
            if ONE.contains(&name) {
                self.schema(child);
            } else if MAP.contains(&name) {
                self.each(child);
            } else if LIST.contains(&name)
                && let Value::Array(items) = child
            {
                items.iter_mut().for_each(|item| self.schema(item));
            }
        }
    }

    /// A property that the direction does not carry cannot be required in it (OpenAPI 3.0.4 §4.7.24.2).
    fn required(&self, schema: &mut Map<String, Value>) {
        let absent = match self.direction {
            Direction::Request => "readOnly",
            Direction::Response => "writeOnly",
        };
        let Some(Value::Object(properties)) = schema.get("properties") else { return };
        let is_absent = |name: &str| {
            let property = properties.get(name).map(|property| self.follow(property));
            property.and_then(|property| property.get(absent)).and_then(Value::as_bool).unwrap_or(false)
        };
        let Some(Value::Array(required)) = schema.get("required") else { return };
        let kept: Vec<Value> = required.iter().filter(|name| !name.as_str().is_some_and(&is_absent)).cloned().collect();
        if kept.len() != required.len() {
            schema.insert("required".into(), Value::Array(kept));
        }
    }

    /// The schema that a chain of local references leads to; at most eight links, so that a cycle ends.
    fn follow<'v>(&'v self, schema: &'v Value) -> &'v Value {
        let mut at = schema;
        for _ in 0..8 {
            let Some(reference) = at.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#')) else {
                break;
            };
            match Pointer::parse(reference).resolve(self.original) {
                Some(target) => at = target,
                None => break,
            }
        }
        at
    }

    /// Keywords that the version does not have count in the reading in which less counts beside `$ref`, so that what is made
    /// from it satisfies them.
    fn later(&mut self, schema: &mut Map<String, Value>) {
        let later = self.version.differences().later_keywords;
        let met = later.iter().any(|keyword| schema.contains_key(*keyword));
        self.traits.siblings |= met;
        if met && self.honour_siblings {
            schema.retain(|name, _| !later.contains(&name.as_str()));
        }
    }

    /// What stands beside `$ref` is ignored (OpenAPI 3.0.4 §4.7.23), or honoured as most tools do.
    fn siblings(&mut self, schema: &mut Map<String, Value>) {
        if !schema.get("$ref").is_some_and(Value::is_string) {
            return;
        }
        let telling = |name: &String| !ANNOTATIONS.contains(&name.as_str()) && !name.starts_with("x-");
        self.traits.siblings |= schema.keys().any(telling);
        if !self.honour_siblings {
            schema.retain(|name, _| name == "$ref");
        }
    }

    /// `nullable` beside `type` in place (OpenAPI 3.0.4 §4.7.24.3). Beside anything else it is contested: it adds
    /// nothing by the standard, and null in the lenient reading.
    fn nullable(&mut self, schema: &mut Map<String, Value>) -> Option<Value> {
        if schema.get("nullable").and_then(Value::as_bool) != Some(true) {
            return None;
        }
        if let Some(kind) = schema.get("type").and_then(Value::as_str).map(str::to_owned) {
            schema.insert("type".into(), json!([kind, "null"]));
            let Some(Value::Array(values)) = schema.get_mut("enum") else { return None };
            if !values.contains(&Value::Null) {
                self.traits.siblings = true;
                if self.honour_siblings {
                    values.push(Value::Null);
                }
            }
            return None;
        }
        let combined = ["$ref", "allOf", "anyOf", "oneOf", "enum"].iter().any(|name| schema.contains_key(*name));
        self.traits.siblings |= combined;
        schema.remove("nullable");
        (combined && self.honour_siblings).then(|| json!({ "anyOf": [schema.clone(), { "type": "null" }] }))
    }
}

/// A text that holds something encoded has the form of it, as with OpenAPI 3.0's `format: byte`: the keywords that say so in
/// JSON Schema assert nothing (2020-12 validation §8.2), yet servers decode such texts.
fn content(schema: &mut Map<String, Value>) {
    if ["format", "pattern", "enum", "const", "$ref"].iter().any(|keyword| schema.contains_key(*keyword)) {
        return;
    }
    let text = |keyword: &str| schema.get(keyword).and_then(Value::as_str).map(str::to_ascii_lowercase);
    let format = match (text("contentEncoding").as_deref(), text("contentMediaType").as_deref()) {
        (Some("base64" | "base64url"), _) => "byte",
        (Some("base16"), _) => "base16",
        (Some("base32" | "base32hex"), _) => "base32",
        (None, Some("application/json")) => "json",
        _ => return,
    };
    schema.insert("format".into(), format.into());
}

/// The boolean form of an exclusive bound (OpenAPI 3.0, and met in 3.1 documents) as the number it modifies.
fn exclusive(schema: &mut Map<String, Value>, keyword: &str, bound: &str) {
    let Some(flag) = schema.get(keyword).and_then(Value::as_bool) else { return };
    schema.remove(keyword);
    if flag && let Some(limit) = schema.remove(bound) {
        schema.insert(keyword.into(), limit);
    }
}
