//! Schemas that say less, or something else, than they seem to.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Lint, LintRule, Subject};
use crate::schema::pattern_error;
use crate::source::Pointer;

pub(super) const UNKNOWN_FORMAT: LintRule = LintRule {
    id: "unknown-format",
    summary: "a `format` that neither JSON Schema nor the OpenAPI format registry defines, so that nothing checks it",
    check: unknown_format,
};

pub(super) const REQUIRED_WITHOUT_PROPERTY: LintRule = LintRule {
    id: "required-without-property",
    summary: "`required` names a property that the schema does not describe",
    check: required_without_property,
};

pub(super) const MALFORMED_PATTERN: LintRule = LintRule {
    id: "malformed-pattern",
    summary: "a `pattern` that is no regular expression of ECMA 262, or uses what no engine but a browser's knows",
    check: malformed_pattern,
};

pub(super) const EMPTY_RANGE: LintRule = LintRule {
    id: "empty-range",
    summary: "bounds between which no value lies, such as a `minLength` above the `maxLength`",
    check: empty_range,
};

/// JSON Schema 2020-12 (Validation §7.3), the OpenAPI format registry, and OpenAPI 3.0's own.
const FORMATS: &[&str] = &[
    "base64url",
    "binary",
    "byte",
    "char",
    "commonmark",
    "date",
    "date-time",
    "date-time-local",
    "decimal",
    "decimal128",
    "double",
    "double-int",
    "duration",
    "email",
    "float",
    "hostname",
    "html",
    "http-date",
    "idn-email",
    "idn-hostname",
    "int16",
    "int32",
    "int64",
    "int8",
    "ipv4",
    "ipv6",
    "iri",
    "iri-reference",
    "json-pointer",
    "media-range",
    "password",
    "regex",
    "relative-json-pointer",
    "sf-binary",
    "sf-boolean",
    "sf-decimal",
    "sf-integer",
    "sf-string",
    "sf-token",
    "time",
    "time-local",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
    "uri",
    "uri-reference",
    "uri-template",
    "uuid",
];

/// One lint for each name: where it stands first, and how often.
fn unknown_format(subject: &Subject<'_>, lints: &mut Vec<Lint>) {
    let mut places: BTreeMap<&str, Vec<Pointer>> = BTreeMap::new();
    for node in subject.schemas() {
        if let Some(format) =
            node.value.get("format").and_then(Value::as_str).filter(|format| !FORMATS.contains(format))
        {
            places.entry(format).or_default().push(node.pointer.child("format"));
        }
    }
    for (format, pointers) in places {
        let Some(first) = pointers.first() else { continue };
        let times = match pointers.len() {
            1 => String::new(),
            count => format!(" ({count} times)"),
        };
        let message = format!("the format `{format}` is not a standard one, so nothing checks it{times}");
        let fix = match crate::spec::closest(format, FORMATS.iter().copied()) {
            Some(known) => format!("write `format: {known}` if that is meant, else state a `pattern`"),
            None => "state a `pattern` if values have a form to keep".to_owned(),
        };
        lints.push(subject.at_value(UNKNOWN_FORMAT, first.clone(), message, "means nothing by itself").fix(fix));
    }
}

fn required_without_property(subject: &Subject<'_>, lints: &mut Vec<Lint>) {
    // A part of a composition may require what another part describes.
    let in_composition = |pointer: &Pointer| {
        pointer.tokens().any(|token| ["allOf", "anyOf", "oneOf", "not", "if", "then", "else"].contains(&token.as_ref()))
    };
    let composes = |schema: &Value| {
        ["allOf", "anyOf", "oneOf", "$ref", "patternProperties"].iter().any(|keyword| schema.get(keyword).is_some())
            || schema.get("additionalProperties").is_some_and(Value::is_object)
    };
    for node in subject.schemas().filter(|node| !composes(node.value) && !in_composition(&node.pointer)) {
        let Some(properties) = node.value.get("properties").and_then(Value::as_object) else { continue };
        let required = node.value.get("required").and_then(Value::as_array).into_iter().flatten().enumerate();
        for (index, name) in required {
            let Some(name) = name.as_str().filter(|name| !properties.contains_key(*name)) else { continue };
            let closed = node.value.get("additionalProperties") == Some(&Value::Bool(false));
            let consequence = if closed { "no object is valid" } else { "any value will do" };
            let message = format!("`{name}` is required, and `properties` does not describe it: {consequence}");
            let pointer = node.pointer.child("required").index(index);
            let near = crate::spec::closest(name, properties.keys().map(String::as_str));
            let fix = match near {
                Some(near) => format!("write `{near}` if that is meant, else describe `{name}` under `properties`"),
                None => format!("describe `{name}` under `properties`, or remove it from `required`"),
            };
            lints.push(
                subject.at_value(REQUIRED_WITHOUT_PROPERTY, pointer, message, "not among the properties").fix(fix),
            );
        }
    }
}

const RANGES: [(&str, &str); 4] =
    [("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems"), ("minProperties", "maxProperties")];

fn malformed_pattern(subject: &Subject<'_>, lints: &mut Vec<Lint>) {
    // Documents repeat their patterns.
    let mut known: BTreeMap<&str, Option<String>> = BTreeMap::new();
    for node in subject.schemas() {
        let Some(pattern) = node.value.get("pattern").and_then(Value::as_str) else { continue };
        let Some(reason) = known.entry(pattern).or_insert_with(|| pattern_error(pattern)) else { continue };
        let message = format!("the pattern `{pattern}` cannot be understood");
        let at = node.pointer.child("pattern");
        let lint = subject.at_value(MALFORMED_PATTERN, at, message, reason.clone());
        let bare = pattern.strip_prefix('/').and_then(|rest| rest.rsplit_once('/')).map(|(bare, _)| bare);
        lints.push(lint.fix(match bare {
            Some(bare) if pattern_error(bare).is_none() => format!("leave the slashes out: `{bare}`"),
            _ => "write it as ECMA 262 has it; no operation with this schema can be tried".to_owned(),
        }));
    }
}

fn empty_range(subject: &Subject<'_>, lints: &mut Vec<Lint>) {
    for node in subject.schemas() {
        for (low, high) in RANGES {
            let bound = |keyword: &str| node.value.get(keyword).and_then(Value::as_f64);
            let (Some(least), Some(most)) = (bound(low), bound(high)) else { continue };
            if least <= most {
                continue;
            }
            let message = format!("no value fits: `{low}` is greater than `{high}`");
            let lint =
                subject.at_value(EMPTY_RANGE, node.pointer.child(low), message, format!("greater than `{high}`"));
            let place = subject.document.place(&node.pointer.child(high));
            lints.push(
                lint.fix(format!("correct `{low}` or `{high}`")).related([(place, "the other bound".to_owned())]),
            );
        }
    }
}
