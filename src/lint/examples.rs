//! Examples that are none.

use serde_json::Value;

use super::{Lint, LintRule, Subject};
use crate::schema::{Agreement, Compiled, Direction, Violation};
use crate::source::Pointer;
use crate::spec::objects::{Kind, Node};

pub(super) const EXAMPLE_BREAKS_SCHEMA: LintRule = LintRule {
    id: "example-breaks-schema",
    summary: "an example or a default that its own schema refuses, in requests as in answers",
    check: example_breaks_schema,
};

/// A value that stands for others, and the schema that speaks of it.
struct Given<'d> {
    what: &'static str,
    at: Pointer,
    value: &'d Value,
    schema: Pointer,
    /// Whether it may be written as it is sent.
    as_text: bool,
}

fn example_breaks_schema(subject: &Subject<'_>, lints: &mut Vec<Lint>) {
    for node in &subject.nodes {
        for given in given(subject, node) {
            let Some(violation) = broken(subject, &given) else { continue };
            let message =
                format!("{} breaks its own schema: `{}` {}", given.what, violation.instance, violation.message);
            let at = given.at.join(&violation.instance);
            let at = if subject.document.at(&at).is_some() { at } else { given.at.clone() };
            let place = subject.document.place(&violation.schema);
            let lint = subject.at_value(EXAMPLE_BREAKS_SCHEMA, at, message, "no such value is accepted");
            let edit = "correct whichever of the two is wrong: no request is made from this value";
            lints.push(lint.fix(edit).related([(place, "the schema says so here".to_owned())]));
        }
    }
}

/// The examples that an object has for a schema.
fn given<'d>(subject: &Subject<'d>, node: &Node<'d>) -> Vec<Given<'d>> {
    let one = |what, name: &str, schema: &Pointer| {
        let value = node.value.get(name)?;
        Some(Given { what, at: node.pointer.child(name), value, schema: schema.clone(), as_text: false })
    };
    match node.kind {
        // What stands beside `$ref` may be meant for something else, and what is in a resource of its own is read from there.
        Kind::Schema if node.in_resource || node.value.get("$ref").is_some() => Vec::new(),
        Kind::Schema => {
            let own = [one("an example", "example", &node.pointer), one("a default", "default", &node.pointer)];
            let examples = node.pointer.child("examples");
            let listed = node.value.get("examples").and_then(Value::as_array).into_iter().flatten().enumerate();
            let listed = listed.map(|(index, value)| {
                let (at, schema) = (examples.index(index), node.pointer.clone());
                Given { what: "an example", at, value, schema, as_text: false }
            });
            own.into_iter().flatten().chain(listed).collect()
        }
        Kind::MediaType | Kind::Parameter | Kind::Header => {
            let schema = node.pointer.child("schema");
            if subject.document.at(&schema).is_none() {
                return Vec::new();
            }
            let examples = node.pointer.child("examples");
            let names = node.value.get("examples").and_then(Value::as_object).into_iter().flatten();
            let named = names.filter_map(|(name, _)| {
                let (at, example) = subject.document.resolved(&examples.child(name))?;
                let (at, value) = (at.child("value"), example.get("value")?);
                Some(Given { what: "an example", at, value, schema: schema.clone(), as_text: false })
            });
            let all = one("an example", "example", &schema).into_iter().chain(named);
            // Of what is no JSON an example may be the text itself.
            let json = |name: &str| crate::http::MediaType::parse(name).is_some_and(|media_type| media_type.is_json());
            let as_text = node.kind != Kind::MediaType || !node.pointer.last().is_some_and(|name| json(&name));
            all.map(|given| Given { as_text, ..given }).collect()
        }
        _ => Vec::new(),
    }
}

/// What is wrong with an example, where it is refused whichever way it goes.
fn broken(subject: &Subject<'_>, given: &Given<'_>) -> Option<Violation> {
    let readings = subject.readings();
    let refuses = |schema: &Compiled, value: &Value| schema.agreement(value) == Agreement::Refused;
    let request = readings.compile(Direction::Request, &given.schema).ok()?;
    if !refuses(&request, given.value) || (given.as_text && given.value.is_string()) {
        return None;
    }
    let response = readings.compile(Direction::Response, &given.schema).ok()?;
    let wrong = refuses(&response, given.value).then(|| response.violations_of_refused(given.value));
    wrong?.into_iter().next()
}
