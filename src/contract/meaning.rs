//! Whether two schemas say the same of values, whatever they say for people and whichever limits they set.

use serde_json::Value;

use crate::source::Pointer;
use crate::spec::Document;

/// Members of JSON Schema that say nothing of what a text means: those for people, and those that only set limits, which
/// answers often leave out. A pattern that an answer has of its own is looked at besides.
const ANNOTATIONS: [&str; 18] = [
    "title",
    "description",
    "example",
    "examples",
    "default",
    "deprecated",
    "readOnly",
    "writeOnly",
    "nullable",
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minItems",
    "maxItems",
];

/// How deep a schema is compared with another.
const MEANING_DEPTH: usize = 6;

/// Whether the schemas at `some` and those at `others` mean the same.
pub(crate) fn same_meaning(document: &Document, some: &[Pointer], others: &[Pointer]) -> bool {
    meanings(document, some) == meanings(document, others)
}

fn meanings(document: &Document, nodes: &[Pointer]) -> Vec<Value> {
    nodes.iter().filter_map(|node| Some(meaning(document.resolved(node)?.1, MEANING_DEPTH))).collect()
}

/// The same of one schema, and of those in it.
fn meaning(schema: &Value, depth: usize) -> Value {
    match schema {
        Value::Object(members) if depth > 0 => {
            let telling = |name: &str| !ANNOTATIONS.contains(&name) && !name.starts_with("x-");
            let told = members.iter().filter(|(name, _)| telling(name));
            told.map(|(name, below)| (name.clone(), meaning(below, depth - 1))).collect()
        }
        Value::Array(items) if depth > 0 => items.iter().map(|item| meaning(item, depth - 1)).collect(),
        other => other.clone(),
    }
}
