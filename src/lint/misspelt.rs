//! Names that are nearly those of fields and keywords, and so say nothing.

use serde_json::Value;

use super::{Lint, LintRule, Subject};
use crate::spec::closest;
use crate::spec::objects::{Kind, Node};

pub(super) const MISSPELT_KEYWORD: LintRule = LintRule {
    id: "misspelt-keyword",
    summary: "a name that is nearly a keyword or a field of OpenAPI, such as `maxlength`, which means nothing",
    check: misspelt_keyword,
};

/// Shorter names are too near to too many others.
const SHORTEST: usize = 5;

/// The keywords of every dialect that OpenAPI has used (JSON Schema draft 4 to 2020-12, OpenAPI 3.0 to 3.2).
const SCHEMA: &[&str] = &[
    "additionalItems",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "contains",
    "contentEncoding",
    "contentMediaType",
    "contentSchema",
    "default",
    "definitions",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "deprecated",
    "description",
    "discriminator",
    "else",
    "enum",
    "example",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "externalDocs",
    "format",
    "items",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minContains",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "nullable",
    "oneOf",
    "pattern",
    "patternProperties",
    "prefixItems",
    "properties",
    "propertyNames",
    "readOnly",
    "required",
    "then",
    "title",
    "type",
    "unevaluatedItems",
    "unevaluatedProperties",
    "uniqueItems",
    "writeOnly",
];
const PARAMETER: &[&str] = &[
    "allowEmptyValue",
    "allowReserved",
    "content",
    "deprecated",
    "description",
    "example",
    "examples",
    "explode",
    "name",
    "required",
    "schema",
    "style",
];
const OPERATION: &[&str] = &[
    "callbacks",
    "deprecated",
    "description",
    "externalDocs",
    "operationId",
    "parameters",
    "requestBody",
    "responses",
    "security",
    "servers",
    "summary",
    "tags",
];
const REQUEST_BODY: &[&str] = &["content", "description", "required"];
const RESPONSE: &[&str] = &["content", "description", "headers", "links", "summary"];
const MEDIA_TYPE: &[&str] =
    &["encoding", "example", "examples", "itemEncoding", "itemSchema", "prefixEncoding", "schema", "description"];

fn misspelt_keyword(subject: &Subject<'_>, lints: &mut Vec<Lint>) {
    for node in &subject.nodes {
        let Some(known) = known(node) else { continue };
        for name in node.value.as_object().into_iter().flat_map(|members| members.keys()) {
            let Some(meant) = meant(name, known).filter(|meant| node.value.get(meant).is_none()) else { continue };
            let message = format!("`{name}` means nothing here: `{meant}` may be meant");
            let lint =
                subject.at_key(MISSPELT_KEYWORD, node.pointer.child(name), message, "no name of the specification");
            lints.push(lint.fix(format!("write `{meant}`, or `x-{name}` if it is an extension")));
        }
    }
}

/// The names that an object may have; none where that is anything.
fn known(node: &Node<'_>) -> Option<&'static [&'static str]> {
    // What stands beside a reference, or in a resource with a vocabulary of its own, is for other rules.
    if node.in_resource || node.value.get("$ref").is_some() || node.value.get("$schema").is_some_and(Value::is_string) {
        return None;
    }
    Some(match node.kind {
        Kind::Schema => SCHEMA,
        Kind::Parameter => PARAMETER,
        Kind::Operation => OPERATION,
        Kind::RequestBody => REQUEST_BODY,
        Kind::Response => RESPONSE,
        Kind::MediaType => MEDIA_TYPE,
        _ => return None,
    })
}

/// The name that is meant by one that is none.
fn meant(name: &str, known: &[&'static str]) -> Option<&'static str> {
    let is_extension = name.starts_with("x-") || name.starts_with('$');
    if is_extension || name.len() < SHORTEST || known.contains(&name) {
        return None;
    }
    let near = closest(name, known.iter().copied().filter(|known| known.len() >= SHORTEST))?;
    let letters = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let (own, other) = (letters(name), letters(near));
    let allowed = if other.len() >= 9 { 2 } else { 1 };
    (strsim::osa_distance(&own, &other) <= allowed).then_some(near)
}
