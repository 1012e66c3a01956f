//! Error codes that the bodies of error responses list.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::{Lint, LintRule, Subject};
use crate::source::Pointer;
use crate::spec::{Document, Operation, StatusPattern};

pub(super) const ERROR_CODE_WITHOUT_STATUS: LintRule = LintRule {
    id: "error-code-without-status",
    summary: "an error code such as `conflict`, whose usual status (409) no operation documents",
    check: error_code_without_status,
};

/// When an operation may come to answer with a code.
#[derive(Clone, Copy, PartialEq)]
enum Condition {
    Always,
    /// It names a thing in its path.
    NamesResource,
    /// It changes something.
    Writes,
}

/// Codes that have one usual status (RFC 9110 §15.5, §15.6; RFC 6585 §4).
const USUAL: &[(&str, u16, Condition)] = &[
    ("not_found", 404, Condition::NamesResource),
    ("resource_not_found", 404, Condition::NamesResource),
    ("gone", 410, Condition::NamesResource),
    ("conflict", 409, Condition::Writes),
    ("already_exists", 409, Condition::Writes),
    ("resource_already_exists", 409, Condition::Writes),
    ("duplicate", 409, Condition::Writes),
    ("payload_too_large", 413, Condition::Writes),
    ("unsupported_media_type", 415, Condition::Writes),
    ("rate_limited", 429, Condition::Always),
    ("rate_limit_exceeded", 429, Condition::Always),
    ("too_many_requests", 429, Condition::Always),
    ("not_implemented", 501, Condition::Always),
    ("unavailable", 503, Condition::Always),
    ("service_unavailable", 503, Condition::Always),
];

/// A value of an `enum` somewhere in the body of an error response.
pub(super) struct ErrorCode {
    /// Lower case, words joined by `_`.
    pub(super) code: String,
    /// The value in its `enum`.
    pub(super) pointer: Pointer,
}

/// The error codes that an operation's error responses list.
pub(super) fn error_codes(document: &Document, operation: &Operation) -> Vec<ErrorCode> {
    let is_error = |status: StatusPattern| match status {
        StatusPattern::Exact(status) => status >= 400,
        StatusPattern::Class(class) => class >= 4,
        StatusPattern::Default => true,
    };
    let responses = operation.responses.iter().filter(|response| is_error(response.status));
    let mut open: Vec<_> =
        responses.flat_map(|response| &response.content).filter_map(|media| media.schema.clone()).collect();
    let mut seen = HashSet::new();
    let mut codes = Vec::new();
    while let Some(next) = open.pop() {
        let Some((schema, value)) = document.resolved(&next) else { continue };
        if !seen.insert(schema.clone()) {
            continue;
        }
        for (index, code) in value.get("enum").and_then(Value::as_array).into_iter().flatten().enumerate() {
            let pointer = schema.child("enum").index(index);
            codes.extend(code.as_str().map(|code| ErrorCode { code: normalised(code), pointer }));
        }
        for name in value.get("properties").and_then(Value::as_object).into_iter().flatten().map(|(name, _)| name) {
            open.push(schema.child("properties").child(name));
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            let count = value.get(keyword).and_then(Value::as_array).map_or(0, Vec::len);
            open.extend((0..count).map(|index| schema.child(keyword).index(index)));
        }
    }
    codes
}

/// `NotFound`, `not-found` and `NOT_FOUND` as `not_found`.
fn normalised(code: &str) -> String {
    let mut words = String::new();
    let mut previous = '_';
    for next in code.chars() {
        if next.is_uppercase() && previous.is_lowercase() {
            words.push('_');
        }
        words.push(if next.is_alphanumeric() { next.to_ascii_lowercase() } else { '_' });
        previous = next;
    }
    words
}

/// The codes of one list, over all operations that list it.
#[derive(Default)]
struct Uses<'o> {
    /// Operations that could answer with it, and do not document its status.
    silent: Vec<&'o Operation>,
    /// Whether any operation documents its status: then those that do not presumably mean it.
    documented: bool,
}

fn error_code_without_status(subject: &Subject<'_>, lints: &mut Vec<Lint>) {
    let mut uses: HashMap<(Pointer, u16), Uses<'_>> = HashMap::new();
    for operation in &subject.operations {
        for code in error_codes(subject.document, operation) {
            let Some((_, status, condition)) = USUAL.iter().find(|(usual, ..)| *usual == code.code) else { continue };
            let uses = uses.entry((code.pointer, *status)).or_default();
            if operation.response(*status).is_some() {
                uses.documented = true;
            } else if applies(*condition, operation) {
                uses.silent.push(operation);
            }
        }
    }
    for ((pointer, status), uses) in uses {
        if let Some(first) = uses.silent.first().filter(|_| !uses.documented) {
            lints.push(describe(subject, pointer, status, first, uses.silent.len()));
        }
    }
}

fn applies(condition: Condition, operation: &Operation) -> bool {
    match condition {
        Condition::Always => true,
        Condition::NamesResource => operation.path.contains('{'),
        Condition::Writes => ["POST", "PUT", "PATCH", "DELETE"].contains(&operation.method.as_str()),
    }
}

fn describe(subject: &Subject<'_>, pointer: Pointer, status: u16, operation: &Operation, count: usize) -> Lint {
    let code = subject.document.at(&pointer).and_then(Value::as_str).unwrap_or_default();
    let title = operation.title();
    let whose = match count {
        1 => format!("`{title}`"),
        _ => format!("`{title}` or {} more like it", count - 1),
    };
    let message = format!(
        "the error code `{code}` is listed, yet {whose} documents no {status}: which status it comes with is open"
    );
    let responses = subject.document.key_place(&operation.pointer.child("responses"));
    subject
        .at_value(ERROR_CODE_WITHOUT_STATUS, pointer, message, format!("usually comes with {status}"))
        .fix(format!("document the response `'{status}'`, or remove `{code}` from the codes of these operations"))
        .related([(responses, format!("no {status} among the responses"))])
}
