//! Names that lead nowhere: links, mappings of discriminators, variables of servers; and paths that lead to the same place.

use std::collections::HashMap;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::naming::names_in_braces;
use super::{Lint, LintRule, Subject};
use crate::source::Pointer;
use crate::spec::Operation;
use crate::spec::objects::Kind;

pub(super) const AMBIGUOUS_PATH: LintRule = LintRule {
    id: "ambiguous-path",
    summary: "two paths that differ in the names of their parameters alone",
    check: ambiguous_path,
};

pub(super) const DANGLING_LINK: LintRule = LintRule {
    id: "dangling-link",
    summary: "a link to an operation that the document does not have",
    check: dangling_link,
};

pub(super) const DANGLING_MAPPING: LintRule = LintRule {
    id: "dangling-mapping",
    summary: "the `mapping` of a discriminator names a schema that the document does not have",
    check: dangling_mapping,
};

pub(super) const UNDEFINED_SERVER_VARIABLE: LintRule = LintRule {
    id: "undefined-server-variable",
    summary: "the `url` of a server has a variable that its `variables` do not have",
    check: undefined_server_variable,
};

fn ambiguous_path(subject: &Subject<'_>, lints: &mut Vec<Lint>) {
    let nameless = |path: &str| {
        let segments = path.split('/').map(|segment| if segment.starts_with('{') { "{}" } else { segment });
        segments.collect::<Vec<_>>().join("/")
    };
    let mut first: HashMap<String, &Operation> = HashMap::new();
    let mut told: Vec<&str> = Vec::new();
    for operation in &subject.operations {
        let other = *first.entry(nameless(&operation.path)).or_insert(operation);
        if other.path == operation.path || told.contains(&operation.path.as_str()) {
            continue;
        }
        told.push(&operation.path);
        let paths = Pointer::root().child("paths");
        let at = |path: &str| paths.child(path);
        let message = format!("the paths `{}` and `{}` are one", other.path, operation.path);
        let place = subject.document.key_place(&at(&other.path));
        let lint = subject.at_key(AMBIGUOUS_PATH, at(&operation.path), message, "no request tells them apart");
        let edit = "put the operations of both under one path";
        lints.push(lint.fix(edit).related([(place, "the other stands here".to_owned())]));
    }
}

fn dangling_link(subject: &Subject<'_>, lints: &mut Vec<Lint>) {
    let is_there = |pointer: &Pointer| subject.operations.iter().any(|operation| operation.pointer == *pointer);
    for node in subject.nodes.iter().filter(|node| node.kind == Kind::Link) {
        let text = |name: &str| node.value.get(name).and_then(Value::as_str);
        let (field, wanted) = match (text("operationId"), text("operationRef")) {
            (Some(id), _) if !subject.operations.iter().any(|operation| operation.id == id) => ("operationId", id),
            // Operations of other documents are none of this one.
            (None, Some(reference)) if reference.starts_with('#') => {
                let fragment = percent_decode_str(&reference[1..]).decode_utf8_lossy();
                let place = Pointer::parse(&fragment);
                if is_there(&subject.document.resolve(&place).unwrap_or(place)) {
                    continue;
                }
                ("operationRef", reference)
            }
            _ => continue,
        };
        let message = format!("a link leads to `{wanted}`, and there is no such operation");
        let lint = subject.at_value(DANGLING_LINK, node.pointer.child(field), message, "no operation is called so");
        lints.push(lint.fix("name an operation of this document, or remove the link"));
    }
}

fn dangling_mapping(subject: &Subject<'_>, lints: &mut Vec<Lint>) {
    for node in subject.schemas() {
        let place = node.pointer.child("discriminator").child("mapping");
        let mapping = node.value.pointer("/discriminator/mapping").and_then(Value::as_object);
        for (name, target) in mapping.into_iter().flatten() {
            let Some(target) = target.as_str() else { continue };
            let pointer = match target.strip_prefix('#') {
                Some(fragment) => Pointer::parse(&percent_decode_str(fragment).decode_utf8_lossy()),
                // A bare name is that of a component; anything else may be an address (OpenAPI 3.0.4 §4.7.25).
                None if target.contains(['/', '.', ':']) => continue,
                None => Pointer::parse("/components/schemas").child(target),
            };
            if subject.document.at(&pointer).is_some() {
                continue;
            }
            let message = format!("the discriminator maps `{name}` to `{target}`, and there is no such schema");
            let lint = subject.at_value(DANGLING_MAPPING, place.child(name), message, "no schema is there");
            lints.push(lint.fix("name a schema of this document, such as `#/components/schemas/NAME`"));
        }
    }
}

fn undefined_server_variable(subject: &Subject<'_>, lints: &mut Vec<Lint>) {
    for node in subject.nodes.iter().filter(|node| node.kind == Kind::Server) {
        let Some(url) = node.value.get("url").and_then(Value::as_str) else { continue };
        for name in names_in_braces(url) {
            let variable = node.value.get("variables").and_then(|variables| variables.get(name));
            let (message, edit) = match variable {
                Some(variable) if variable.get("default").is_some() => continue,
                Some(_) => {
                    (format!("the variable `{name}` of a server has no `default`"), "give it a `default`".to_owned())
                }
                None => (
                    format!("the `url` of a server has `{{{name}}}`, and its `variables` do not say what that is"),
                    format!("add `{name}` to its `variables`, with a `default`"),
                ),
            };
            let lint = subject.at_value(UNDEFINED_SERVER_VARIABLE, node.pointer.child("url"), message, "what is this?");
            lints.push(lint.fix(edit));
        }
    }
}
