//! What stands beside a `$ref`.

use serde_json::Value;

use super::{Lint, LintRule, Subject, listed};
use crate::spec::objects::{Kind, Node};
use crate::spec::resolve::reference;

pub(super) const NULLABLE_BESIDE_REF: LintRule = LintRule {
    id: "nullable-beside-ref",
    summary: "`nullable: true` beside a `$ref`, where OpenAPI 3.0 ignores it and most tools do not",
    check: nullable_beside_ref,
};

pub(super) const REF_SIBLINGS: LintRule =
    LintRule { id: "ref-siblings", summary: "keywords beside a `$ref`, where they are ignored", check: ref_siblings };

fn nullable_beside_ref(subject: &Subject<'_>, lints: &mut Vec<Lint>) {
    if !subject.document.version.differences().nullable {
        return;
    }
    for node in subject.schemas() {
        let Some(reference) = reference(node.value).filter(|_| says_nullable(node.value)) else { continue };
        let name = node.pointer.last().unwrap_or_default();
        let message =
            format!("whether `{name}` may be null is open: in OpenAPI 3.0 `nullable` beside `$ref` is ignored");
        let pointer = node.pointer.child("nullable");
        let lint =
            subject.at_key(NULLABLE_BESIDE_REF, pointer, message, "ignored by the standard, honoured by most tools");
        lints.push(lint.fix(nullable_fix(subject, node, reference)));
    }
}

fn says_nullable(schema: &Value) -> bool {
    schema.get("nullable") == Some(&Value::Bool(true))
}

/// In 3.0 `nullable` counts only where `type` stands in the same schema (3.0.3 §4.7.24.1).
fn nullable_fix(subject: &Subject<'_>, node: &Node<'_>, reference: &str) -> String {
    let target = subject.document.resolved(&node.pointer).map(|(_, target)| target);
    let kind = target.and_then(|target| target.get("type")).and_then(Value::as_str);
    match kind {
        Some(kind) => format!(
            "if null is allowed, write `type: {kind}` in place of `$ref: '{reference}'`, beside `nullable: true`; \
             if not, remove `nullable: true`"
        ),
        None => format!(
            "if null is allowed, put `nullable: true` beside the `type` inside `{reference}`; \
             if not, remove `nullable: true` here"
        ),
    }
}

/// A summary and a description document a reference from 3.1 on, and do no harm before.
const HARMLESS: [&str; 3] = ["$ref", "summary", "description"];

fn ref_siblings(subject: &Subject<'_>, lints: &mut Vec<Lint>) {
    for node in &subject.nodes {
        if reference(node.value).is_none() || node.kind.siblings_count(subject.document.version) {
            continue;
        }
        let reported_as_nullable = node.kind == Kind::Schema && says_nullable(node.value);
        let members = node.value.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
        let ignored: Vec<_> = members
            .filter(|name| !HARMLESS.contains(name) && !name.starts_with("x-"))
            .filter(|name| !(reported_as_nullable && *name == "nullable"))
            .collect();
        let Some(first) = ignored.first() else { continue };
        let verb = if ignored.len() == 1 { "is" } else { "are" };
        let message = format!("{} beside `$ref` {verb} ignored", listed(ignored.iter().copied()));
        let lint = subject.at_key(REF_SIBLINGS, node.pointer.child(first), message, "counts for nothing here");
        let target = reference(node.value).unwrap_or_default();
        lints.push(lint.fix(match node.kind {
            Kind::Schema => {
                format!("write `allOf: [{{$ref: '{target}'}}]` in place of `$ref`, or remove what stands beside it")
            }
            _ => format!("move what stands beside `$ref` into `{target}`, or remove it"),
        }));
    }
}
