//! Keywords in the form of another version of the specification.

use serde_json::Value;

use super::{Lint, LintRule, Subject};
use crate::spec::resolve::reference;

pub(super) const BOOLEAN_EXCLUSIVE_BOUND: LintRule = LintRule {
    id: "boolean-exclusive-bound",
    summary: "`exclusiveMinimum: true` from OpenAPI 3.1 on, where it is a number",
    check: boolean_exclusive_bound,
};

pub(super) const NUMERIC_EXCLUSIVE_BOUND: LintRule = LintRule {
    id: "numeric-exclusive-bound",
    summary: "`exclusiveMinimum: 0` in OpenAPI 3.0, where it is a boolean beside `minimum`",
    check: numeric_exclusive_bound,
};

pub(super) const OBSOLETE_NULLABLE: LintRule = LintRule {
    id: "obsolete-nullable",
    summary: "`nullable: true` from OpenAPI 3.1 on, where it means nothing",
    check: obsolete_nullable,
};

pub(super) const NULLABLE_WITHOUT_TYPE: LintRule = LintRule {
    id: "nullable-without-type",
    summary: "`nullable: true` in OpenAPI 3.0 where no `type` stands beside it, so that it means nothing",
    check: nullable_without_type,
};

pub(super) const LATER_KEYWORD: LintRule = LintRule {
    id: "later-keyword",
    summary: "a keyword of JSON Schema that OpenAPI 3.0 does not have, which some tools heed and others pass over",
    check: later_keyword,
};

/// Each exclusive bound and the bound that it modifies in 3.0.
const BOUNDS: [(&str, &str); 2] = [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")];

fn boolean_exclusive_bound(subject: &Subject<'_>, lints: &mut Vec<Lint>) {
    if subject.document.version.differences().exclusive_bounds_are_flags {
        return;
    }
    let version = subject.document.version;
    for node in subject.schemas() {
        for (keyword, bound) in BOUNDS {
            let Some(Value::Bool(exclusive)) = node.value.get(keyword) else { continue };
            let message = format!("`{keyword}: {exclusive}` is a form of OpenAPI 3.0: in {version} it is a number");
            let fix = match node.value.get(bound).filter(|_| *exclusive) {
                Some(limit) => format!("write `{keyword}: {limit}` in place of both `{keyword}` and `{bound}`"),
                None => format!("remove `{keyword}`"),
            };
            let pointer = node.pointer.child(keyword);
            lints.push(subject.at_value(BOOLEAN_EXCLUSIVE_BOUND, pointer, message, "a boolean").fix(fix));
        }
    }
}

fn numeric_exclusive_bound(subject: &Subject<'_>, lints: &mut Vec<Lint>) {
    if !subject.document.version.differences().exclusive_bounds_are_flags {
        return;
    }
    for node in subject.schemas() {
        for (keyword, bound) in BOUNDS {
            let Some(Value::Number(limit)) = node.value.get(keyword) else { continue };
            let message =
                format!("`{keyword}: {limit}` is a form of OpenAPI 3.1: in 3.0 it is a boolean beside `{bound}`");
            let fix = format!("write `{bound}: {limit}` and `{keyword}: true`");
            let pointer = node.pointer.child(keyword);
            lints.push(subject.at_value(NUMERIC_EXCLUSIVE_BOUND, pointer, message, "a number").fix(fix));
        }
    }
}

fn obsolete_nullable(subject: &Subject<'_>, lints: &mut Vec<Lint>) {
    let version = subject.document.version;
    if version.differences().nullable {
        return;
    }
    let allows_null = |schema: &Value| match schema.get("type") {
        Some(Value::Array(types)) => types.iter().any(|kind| kind == "null"),
        Some(kind) => kind == "null",
        None => false,
    };
    let says = |schema: &Value| schema.get("nullable") == Some(&Value::Bool(true)) && !allows_null(schema);
    for node in subject.schemas().filter(|node| says(node.value)) {
        let fix = match node.value.get("type") {
            Some(Value::String(kind)) => format!("write `type: [{kind}, \"null\"]` and remove `nullable`"),
            _ => "add `{type: \"null\"}` as one more `anyOf` and remove `nullable`".to_owned(),
        };
        let message = format!("`nullable` means nothing in OpenAPI {version}: null is not allowed here");
        let lint = subject.at_key(OBSOLETE_NULLABLE, node.pointer.child("nullable"), message, "a keyword of 3.0");
        lints.push(lint.fix(fix));
    }
}

fn nullable_without_type(subject: &Subject<'_>, lints: &mut Vec<Lint>) {
    if !subject.document.version.differences().nullable {
        return;
    }
    let says = |schema: &Value| {
        schema.get("nullable") == Some(&Value::Bool(true))
            && schema.get("type").is_none()
            && reference(schema).is_none()
    };
    // Without a type and without a composition nothing forbids null anyhow.
    let restricts =
        |schema: &Value| ["allOf", "anyOf", "oneOf", "enum"].iter().any(|keyword| schema.get(keyword).is_some());
    for node in subject.schemas().filter(|node| says(node.value) && restricts(node.value)) {
        let message = "`nullable` counts only beside `type` in OpenAPI 3.0: whether null is allowed is open".to_owned();
        let lint =
            subject.at_key(NULLABLE_WITHOUT_TYPE, node.pointer.child("nullable"), message, "no `type` beside it");
        lints.push(lint.fix("if null is allowed, state `type` and `nullable: true` together in each schema concerned"));
    }
}

fn later_keyword(subject: &Subject<'_>, lints: &mut Vec<Lint>) {
    let later = subject.document.version.differences().later_keywords;
    for node in subject.schemas() {
        for keyword in later.iter().filter(|keyword| node.value.get(keyword).is_some()) {
            let message = format!("OpenAPI 3.0 has no `{keyword}`: whether it counts is open");
            let lint = subject.at_key(LATER_KEYWORD, node.pointer.child(keyword), message, "a keyword of 3.1");
            let fix = if *keyword == "const" {
                "write `enum` with the one value"
            } else {
                "write `openapi: 3.1.0`, or remove it"
            };
            lints.push(lint.fix(fix));
        }
    }
}
