//! What is sent, compared with what comes back.

use std::collections::HashSet;

use serde_json::Value;

use super::{Lint, LintRule, Subject};
use crate::http::MediaType;
use crate::source::Pointer;
use crate::spec::{Document, Media, Operation};

pub(super) const OPTIONAL_BECOMES_REQUIRED: LintRule = LintRule {
    id: "optional-becomes-required",
    summary: "a property may be left out of a request, must be in the response, and no default says with which value",
    check: optional_becomes_required,
};

/// A property of an object schema, `allOf` included.
#[derive(Debug)]
struct Property {
    name: String,
    pointer: Pointer,
    /// Where `required` names it, if it does.
    required: Option<Pointer>,
}

fn optional_becomes_required(subject: &Subject<'_>, lints: &mut Vec<Lint>) {
    let mut reported = HashSet::new();
    // A partial update leaves out what it does not change; a read changes nothing.
    let creating = |operation: &&Operation| ["POST", "PUT"].contains(&operation.method.as_str());
    for operation in subject.operations.iter().filter(creating) {
        let body = operation.request_body.iter().flat_map(|body| &body.content);
        let Some(request) = json_schema(body) else { continue };
        for response in
            operation.responses.iter().filter(|response| (200..300).any(|status| response.status.covers(status)))
        {
            let Some(answer) = json_schema(&response.content) else { continue };
            for (sent, returned) in open_properties(subject.document, request, answer) {
                if reported.insert(sent.pointer.clone()) {
                    lints.push(describe(subject, operation, &sent, &returned));
                }
            }
        }
    }
}

fn json_schema<'m>(content: impl IntoIterator<Item = &'m Media>) -> Option<&'m Pointer> {
    let is_json = |media: &&Media| MediaType::parse(&media.media_type).is_some_and(|media| media.is_json());
    content.into_iter().find(is_json).and_then(|media| media.schema.as_ref())
}

/// Pairs of one property as sent and as returned, of which the document does not say how one becomes the other.
fn open_properties(document: &Document, request: &Pointer, answer: &Pointer) -> Vec<(Property, Property)> {
    let mut returned = properties(document, answer);
    let mut pairs = Vec::new();
    for sent in properties(document, request) {
        let Some(index) = returned.iter().position(|other| other.name == sent.name) else { continue };
        let other = returned.swap_remove(index);
        let may_be_absent = sent.required.is_none() || is_nullable(document, &sent.pointer);
        let must_come_back = other.required.is_some() && !is_nullable(document, &other.pointer);
        let one_sided = says(document, &sent.pointer, "readOnly") || says(document, &other.pointer, "writeOnly");
        let has_default = keyword(document, &sent.pointer, "default").is_some();
        if may_be_absent && must_come_back && !one_sided && !has_default && same_schema(document, &sent, &other) {
            pairs.push((sent, other));
        }
    }
    pairs
}

/// The properties of the schema at `pointer` and of its `allOf`.
fn properties(document: &Document, pointer: &Pointer) -> Vec<Property> {
    let mut found: Vec<Property> = Vec::new();
    let mut required = Vec::new();
    let mut seen = HashSet::new();
    let mut open = vec![pointer.clone()];
    while let Some(next) = open.pop() {
        let Some((schema, value)) = document.resolved(&next) else { continue };
        if !seen.insert(schema.clone()) {
            continue;
        }
        for (index, name) in value.get("required").and_then(Value::as_array).into_iter().flatten().enumerate() {
            let place = schema.child("required").index(index);
            required.extend(name.as_str().map(|name| (name.to_owned(), place)));
        }
        for (name, _) in value.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let pointer = schema.child("properties").child(name);
            found.push(Property { name: name.clone(), pointer, required: None });
        }
        let branches = value.get("allOf").and_then(Value::as_array).map_or(0, Vec::len);
        open.extend((0..branches).rev().map(|index| schema.child("allOf").index(index)));
    }
    for property in &mut found {
        property.required = required.iter().find(|(name, _)| *name == property.name).map(|(_, place)| place.clone());
    }
    found
}

/// A keyword of a schema, or of the one that it refers to.
fn keyword<'d>(document: &'d Document, pointer: &Pointer, name: &str) -> Option<&'d Value> {
    let own = document.at(pointer).and_then(|schema| schema.get(name));
    own.or_else(|| document.resolved(pointer).and_then(|(_, schema)| schema.get(name)))
}

fn says(document: &Document, pointer: &Pointer, name: &str) -> bool {
    keyword(document, pointer, name) == Some(&Value::Bool(true))
}

/// Whether the author meant null to be allowed, `nullable` beside `$ref` included.
fn is_nullable(document: &Document, pointer: &Pointer) -> bool {
    let among = |keyword: Option<&Value>, null: &Value| {
        keyword.and_then(Value::as_array).is_some_and(|values| values.contains(null))
    };
    let branches = ["anyOf", "oneOf"].iter().filter_map(|name| keyword(document, pointer, name)?.as_array());
    says(document, pointer, "nullable")
        || among(keyword(document, pointer, "type"), &Value::String("null".to_owned()))
        || among(keyword(document, pointer, "enum"), &Value::Null)
        || branches.flatten().any(|branch| branch.get("type").and_then(Value::as_str) == Some("null"))
}

fn same_schema(document: &Document, sent: &Property, returned: &Property) -> bool {
    let (Some((one, left)), Some((other, right))) =
        (document.resolved(&sent.pointer), document.resolved(&returned.pointer))
    else {
        return false;
    };
    one == other || without_prose(left) == without_prose(right)
}

/// A schema without what says nothing about values.
fn without_prose(schema: &Value) -> Vec<(&String, &Value)> {
    let prose = ["title", "description", "example", "examples", "nullable"];
    let members = schema.as_object().into_iter().flatten();
    let mut kept: Vec<_> = members.filter(|(name, _)| !prose.contains(&name.as_str())).collect();
    kept.sort_by_key(|(name, _)| *name);
    kept
}

fn describe(subject: &Subject<'_>, operation: &Operation, sent: &Property, returned: &Property) -> Lint {
    let name = &sent.name;
    let title = operation.title();
    let absent = match (sent.required.is_none(), is_nullable(subject.document, &sent.pointer)) {
        (true, true) => "left out or null",
        (true, false) => "left out",
        (false, _) => "null",
    };
    let message = format!(
        "`{name}` may be {absent} in the request of `{title}`, yet its response must have it: with which value is open"
    );
    let required = returned.required.as_ref().map(|pointer| subject.document.place(pointer));
    subject
        .at_key(OPTIONAL_BECOMES_REQUIRED, sent.pointer.clone(), message, format!("may be {absent}"))
        .fix(format!(
            "state a `default` for `{name}` in the request, or allow the response to leave it out or to have null"
        ))
        .related(required.map(|place| (place, "required here, and not nullable".to_owned())))
}
