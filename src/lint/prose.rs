//! What descriptions say, compared with what schemas say.

use std::collections::HashSet;

use serde_json::Value;

use super::{Lint, LintRule, Subject, listed};
use crate::source::Pointer;
use crate::spec::Document;

pub(super) const DESCRIBED_FIELDS_ONE_LEVEL_DEEPER: LintRule = LintRule {
    id: "described-fields-one-level-deeper",
    summary: "a description names fields that are not the schema's own, but those of one of its properties",
    check: described_fields_one_level_deeper,
};

fn described_fields_one_level_deeper(subject: &Subject<'_>, lints: &mut Vec<Lint>) {
    for node in subject.schemas() {
        let Some(description) = node.value.get("description").and_then(Value::as_str) else { continue };
        let named = described_fields(description);
        // One name alone is often that of a field elsewhere.
        let own = property_names(subject.document, &node.pointer);
        if named.len() < 2 || own.is_empty() || named.iter().any(|name| own.iter().any(|own| own == name)) {
            continue;
        }
        let deeper = |property: &&String| {
            let pointer = node.pointer.child("properties").child(property);
            let fields = property_names(subject.document, &pointer);
            named.iter().all(|name| fields.iter().any(|field| field == name))
        };
        let Some(property) = own.iter().find(deeper) else { continue };
        let fields = listed(named.iter().copied());
        let message =
            format!("the description names {fields} as fields here, yet they stand one level deeper, in `{property}`");
        let pointer = node.pointer.child("description");
        lints.push(
            subject
                .at_value(
                    DESCRIBED_FIELDS_ONE_LEVEL_DEEPER,
                    pointer,
                    message,
                    format!("{fields} are fields of `{property}`"),
                )
                .fix(format!("describe {fields} as fields of `{property}`, or move them up beside it"))
                .related([(
                    subject.document.key_place(&node.pointer.child("properties").child(property)),
                    format!("has {fields}"),
                )]),
        );
    }
}

/// The names in backticks that a text calls fields: "`code` and `message` fields", "the property `id`" is not one.
fn described_fields(text: &str) -> Vec<&str> {
    const NOUNS: [&str; 6] = ["field", "fields", "property", "properties", "attribute", "attributes"];
    let mut pieces = text.split('`');
    let mut between = pieces.next().unwrap_or_default();
    let mut run: Vec<&str> = Vec::new();
    while let (Some(name), Some(after)) = (pieces.next(), pieces.next()) {
        let joining: Vec<_> = between.split_whitespace().collect();
        let joins = matches!(joining.join(" ").as_str(), "" | "," | "and" | "or" | ", and" | ", or" | "&" | "/");
        if !joins {
            run.clear();
        }
        run.push(name);
        let word = after.trim_start().split(|next: char| !next.is_alphabetic()).next().unwrap_or_default();
        if NOUNS.contains(&word) {
            return run;
        }
        between = after;
    }
    Vec::new()
}

/// The properties of the schema at `pointer` and of its `allOf`, by name.
fn property_names(document: &Document, pointer: &Pointer) -> Vec<String> {
    let mut names = Vec::new();
    let mut seen = HashSet::new();
    let mut open = vec![pointer.clone()];
    while let Some(next) = open.pop() {
        let Some((schema, value)) = document.resolved(&next) else { continue };
        if !seen.insert(schema.clone()) {
            continue;
        }
        names.extend(
            value.get("properties").and_then(Value::as_object).into_iter().flatten().map(|(name, _)| name.clone()),
        );
        let branches = value.get("allOf").and_then(Value::as_array).map_or(0, Vec::len);
        open.extend((0..branches).map(|index| schema.child("allOf").index(index)));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_backticks_before_a_noun_are_fields() {
        assert_eq!(described_fields("contains `code` and `message` fields."), ["code", "message"]);
        assert_eq!(described_fields("`a` is set; has `b`, `c`,\nand `d` properties"), ["b", "c", "d"]);
        assert_eq!(described_fields("the `id` field"), ["id"]);
    }

    #[test]
    fn other_names_in_backticks_are_not() {
        for text in ["This will be `false` if", "the type of the `User` object", "`a", "", "``", "`fields`"] {
            assert!(described_fields(text).is_empty(), "{text}");
        }
    }
}
