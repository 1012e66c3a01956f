//! Names of properties: those that only the answer has, those of the document in other letters, and odd ones.

use serde_json::{Value, json};

use super::ground::{Ground, Spot, about, in_smoke};
use super::{Case, Intent};
use crate::case::{Capture, CaptureFrom, PlacedText, Text, TextPlace};
use crate::generate::{Contest, Draw, Fill, Form, Kind, Shape, Template, instance};
use crate::schema::{Compiled, Direction};
use crate::source::Pointer;

const UNLISTED: Option<Contest> = Some(Contest::UnlistedProperty);

/// Names that mean something to a framework, a database or a language.
const ODD: &[(&str, &str)] = &[
    ("method", "_method"),
    ("where-operator", "$where"),
    ("set-operator", "$set"),
    ("reference", "$ref"),
    ("type-hint", "@type"),
    ("class-hint", "$type"),
    ("class-attribute", "__class__"),
    ("type-name", "__typename"),
    ("role", "role"),
    ("is-admin", "is_admin"),
    ("password", "password"),
    ("to-string", "toString"),
    ("has-own-property", "hasOwnProperty"),
    ("length", "length"),
    ("digit", "0"),
    ("blank", " "),
    ("dotted", "proofmark.unlisted"),
    ("bracketed", "proofmark[unlisted]"),
    ("quoted", "proof\"mark'\\"),
    ("markup", "<b>"),
    ("sql", "a'; DROP TABLE users;--"),
    ("nul", "proof\0mark"),
    ("line-feed", "proof\nmark"),
    ("right-to-left", "שם"),
    ("decomposed", "e\u{301}"),
];

pub(super) fn propose(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    if !ground.full.value.is_object() {
        return;
    }
    of_the_answer(ground, cases);
    for spot in ground.properties() {
        misnamed(ground, spot, cases);
    }
    let contrary = ground.contrary();
    for (name, property) in ODD.iter().filter(|(_, property)| !is_listed(ground, property)) {
        if !ground.call.sieve.takes() {
            continue;
        }
        let mut template = contrary.clone();
        template.set(&Pointer::root().child(property), json!("GET"));
        let reason = format!("a property that is not listed: its name is {}", name.replace('-', " "));
        cases.extend(ground.case(&format!("body/unlisted-name-{name}"), reason, template, UNLISTED));
    }
    let mut template = ground.full.clone();
    template.set(&Pointer::root().child(&"n".repeat(1_000)), json!(1));
    let reason = "a property that is not listed: its name has a thousand characters";
    cases.extend(ground.case("body/unlisted-name-long", reason, template, UNLISTED));
    also_when_minimal(ground, cases);
}

fn is_listed(ground: &Ground<'_>, name: &str) -> bool {
    ground.whole.shape.properties.iter().any(|(known, _)| known == name)
}

/// Why a request may not have a property that the answer has; none where it is for the client to say.
fn only_in_answers(ground: &Ground<'_>, name: &str) -> Option<Contest> {
    let root = ground.schemas.strict(Direction::Request);
    let mut listed = ground.whole.shape.properties.iter();
    match listed.find(|(known, _)| known == name) {
        None => UNLISTED,
        Some((_, nodes)) => Shape::of(root, nodes).read_only.then_some(Contest::ReadOnly),
    }
}

/// An unlisted property beside what is required alone, at either end.
fn also_when_minimal(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    let name = Pointer::root().child("proofmark_unlisted");
    let mut last = ground.minimal.clone();
    last.set(&name, json!(["x"]));
    let mut first = Template { value: json!({}), slots: last.slots.clone() };
    first.set(&name, json!(["x"]));
    if let (Value::Object(members), Value::Object(rest)) = (&mut first.value, &ground.minimal.value) {
        members.extend(rest.clone());
    }
    let reason = "a property that is not listed, beside what is required";
    cases.extend(ground.case("body/unlisted-last-of-minimal", reason, last, UNLISTED));
    cases.extend(ground.case("body/unlisted-first-of-minimal", reason, first, UNLISTED));
}

/// What the server sets itself: each property that only the answer has, with a value that no server would choose.
fn of_the_answer(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    let root = ground.schemas.strict(Direction::Response);
    let successes = ground.operation.answers.iter().filter(|answer| answer.status.is_success());
    let schemas = successes.flat_map(|answer| &answer.content).filter_map(|media| media.schema.as_ref());
    let mut all = ground.full.clone();
    let mut seen = Vec::new();
    let mut told = Vec::new();
    let mut strictest = Contest::UnlistedProperty;
    for schema in schemas {
        let shape = Shape::of(root, std::slice::from_ref(schema.pointer()));
        for (property, nodes) in shape.properties {
            let Some(contest) = only_in_answers(ground, &property).filter(|_| !seen.contains(&property)) else {
                continue;
            };
            let word = word(contest);
            let why = if contest == Contest::ReadOnly { "is read-only" } else { "only the answer has" };
            let pointer = Pointer::root().child(&property);
            let telling = Telling::of(root, &nodes, &property);
            telling.put(&mut all, &pointer);
            let mut add = |suffix: &str, template: &Template, telling: &Telling| {
                let smoke = suffix.is_empty() && seen.is_empty();
                if !smoke && !ground.call.sieve.takes() {
                    return;
                }
                let mut template = template.clone();
                telling.put(&mut template, &pointer);
                let reason = format!("`{property}`, which {why}, is sent");
                let name = format!("body/{word}-{property}{suffix}");
                let case = ground.case(&name, reason, template, Some(contest));
                cases.extend(in_smoke(case.filter(|case| is_fair(case, contest)), smoke));
            };
            add("", &ground.full, &telling);
            add("-minimal", &ground.minimal, &telling);
            add("-null", &ground.full, &Telling::Value(Value::Null));
            add("-contrary", ground.contrary(), &telling);
            for (name, other) in telling.others() {
                add(name, ground.contrary(), &other);
            }
            under_other_names(ground, &property, &telling, cases);
            strictest = strictest.max(contest);
            told.push((property.clone(), telling));
            seen.push(property);
        }
    }
    of_another(ground, cases);
    instead_of_required(ground, cases);
    if seen.len() > 1 {
        let reason = "every property that only the answer has is sent";
        let case = ground.case("body/unlisted-response-all", reason, all, Some(strictest));
        cases.extend(case.filter(|case| is_fair(case, strictest)));
        all_otherwise(ground, &told, strictest, cases);
    }
}

/// What a property is called in names of cases that the request may not have.
fn word(contest: Contest) -> &'static str {
    if contest == Contest::ReadOnly { "read-only" } else { "unlisted-response" }
}

/// Whether a case that sends a property which the request may not have asks for nothing more: a server that overlooks what is
/// read-only may overlook what is wrong in it, too.
fn is_fair(case: &Case, contest: Contest) -> bool {
    contest != Contest::ReadOnly || matches!(case.intent, Intent::Contested(_))
}

/// Everything that the server sets itself, in other letters, in other forms, and within something else.
fn all_otherwise(ground: &Ground<'_>, told: &[(String, Telling)], contest: Contest, cases: &mut Vec<Case>) {
    let named = |name: fn(&str) -> String| {
        let mut template = ground.contrary().clone();
        told.iter().for_each(|(property, telling)| telling.put(&mut template, &Pointer::root().child(&name(property))));
        template
    };
    let formed = |number: &Value, text: &Value| {
        let mut template = ground.contrary().clone();
        for (property, telling) in told {
            let value = if matches!(telling, Telling::Value(Value::Number(_))) { number } else { text };
            template.set(&Pointer::root().child(property), value.clone());
        }
        template
    };
    let within = |holder: &str| {
        let mut template = ground.contrary().clone();
        let holder = Pointer::root().child(holder);
        template.set(&holder, json!({}));
        told.iter().for_each(|(property, telling)| telling.put(&mut template, &holder.child(property)));
        template
    };
    let thing = ground.operation.operation.path.rsplit('/').find(|part| !part.is_empty() && !part.starts_with('{'));
    let thing = thing.unwrap_or_default().trim_end_matches('s');
    if thing.is_empty() || is_listed(ground, thing) || is_listed(ground, "data") {
        return;
    }
    for (name, how, template) in [
        ("pascal-case", "in pascal case", named(pascal_case)),
        ("capitals", "in capitals", named(|name| name.to_uppercase())),
        ("text", "as text", formed(&json!("2001-09-09T01:46:40.001Z"), &json!("set by client"))),
        ("digits", "as digits", formed(&json!("1000000000001"), &json!(4_711_000_001_i64))),
        ("within-data", "within `data`", within("data")),
        ("within-its-name", "within the name of the thing", within(thing)),
        ("within-prototype", "within `__proto__`", within("__proto__")),
    ] {
        if ground.call.sieve.takes() {
            let reason = format!("every property that only the answer has is sent, {how}");
            let case = ground.case(&format!("body/unlisted-response-all-{name}"), reason, template, Some(contest));
            cases.extend(case.filter(|case| is_fair(case, contest)));
        }
    }
}

/// What the server sets itself under the names that its own code or its store may have for it.
fn under_other_names(ground: &Ground<'_>, property: &str, telling: &Telling, cases: &mut Vec<Case>) {
    for (form, name) in [("camel-case", camel_case(property)), ("underscore", format!("_{property}"))] {
        let stores = form != "underscore" || property == "id";
        if name == property || !stores || is_listed(ground, &name) || !ground.call.sieve.takes() {
            continue;
        }
        let mut template = ground.full.clone();
        telling.put(&mut template, &Pointer::root().child(&name));
        let reason = format!("`{property}`, which only the answer has, is sent as `{name}`");
        cases.extend(ground.case(&format!("body/unlisted-response-as-{form}-{property}"), reason, template, UNLISTED));
    }
}

/// The id that another create was given, sent as it is, and changed a little: whoever takes only what looks like its own
/// takes these.
fn of_another(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    let root = ground.schemas.strict(Direction::Response);
    let successes = ground.operation.answers.iter().filter(|answer| answer.status.is_success());
    let schemas = || successes.clone().flat_map(|answer| &answer.content).filter_map(|media| media.schema.as_ref());
    for (_, property) in ground.operation.unique_ids() {
        let Some(contest) = only_in_answers(ground, property) else { continue };
        let word = word(contest);
        let is_text = |schema: &Compiled| {
            let shape = Shape::of(root, std::slice::from_ref(schema.pointer()));
            let nodes = shape.properties.iter().find(|(name, _)| name == property).map(|(_, nodes)| nodes);
            shape.requires(property) && nodes.is_some_and(|nodes| Shape::of(root, nodes).kinds == [Kind::String])
        };
        if schemas().next().is_none() || !schemas().all(|schema| is_text(schema)) {
            continue;
        }
        let place = Pointer::root().child(property);
        let mut with = ground.full.clone();
        with.set(&place, json!("text"));
        let intent = ground.intent(&with, Some(contest));
        let Some(intent @ Intent::Contested(_)) = intent else { continue };
        for (name, after, how) in [("-of-another", "", ""), ("-like-its-own", "0", ", and a digit more")] {
            let mut first = ground.step(ground.full.clone()).meant(Intent::Valid);
            first.captures = vec![Capture { name: "its-own".into(), from: CaptureFrom::Received(place.clone()) }];
            let mut then = ground.step(with.clone());
            then.texts =
                vec![PlacedText { place: TextPlace::Body(place.clone()), text: Text::captured("its-own", after) }];
            let reason = format!("`{property}`, which only the answer has, is sent: that of another create{how}");
            let name = format!("body/{word}-{property}{name}");
            cases.push(ground.steps(&name, reason, intent.clone(), vec![first, then]));
        }
    }
}

/// The name under which only the answer has an id, in place of each required property.
fn instead_of_required(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    for (_, property) in ground.operation.unique_ids().filter(|(_, property)| !is_listed(ground, property)) {
        for spot in ground.properties().filter(|spot| spot.place.required) {
            if !ground.call.sieve.takes() {
                continue;
            }
            let mut template = ground.full.clone();
            let Some(value) = spot.place.pointer.resolve(&template.value).cloned() else { continue };
            let form = template.form_at(&spot.place.pointer).cloned();
            template.remove(&spot.place.pointer);
            let instead = Pointer::root().child(property);
            match form {
                Some(form) => template.set_slot(&instead, form),
                None => template.set(&instead, value),
            }
            let path = spot.place.path();
            let reason = format!("`{property}`, which only the answer has, in place of `{path}`");
            let case = ground.case(&format!("{path}/required-but-{property}"), reason, template, None);
            cases.extend(about(case.filter(|case| matches!(case.intent, Intent::Invalid { .. })), spot));
        }
    }
}

/// A value by which it shows whether a server took it.
enum Telling {
    /// A text that is new each time.
    Text,
    /// One of this form that is.
    Identifier(Form),
    Value(Value),
}

impl Telling {
    fn of(root: &Value, nodes: &[Pointer], name: &str) -> Self {
        let shape = Shape::of(root, nodes);
        let free = shape.values.is_none() && shape.pattern.is_none() && shape.format.is_none();
        if shape.values.is_some() {
            return Self::Value(json!("proofmark"));
        }
        match shape.kinds.as_slice() {
            [Kind::String] if free => Self::Text,
            // Long before any run, and after the epoch.
            [Kind::Integer | Kind::Number, ..] => Self::Value(json!(1_000_000_000_001_i64)),
            [Kind::Boolean] => Self::Value(json!(true)),
            _ => Self::Value(
                instance(root, nodes, name, Fill::All, &mut Draw::new(1, name)).unwrap_or_else(|| json!("proofmark")),
            ),
        }
    }

    /// Others, for a server that takes only what passes for its own: a time to come, where the first is long past, and
    /// identifiers of the usual kinds.
    fn others(&self) -> Vec<(&'static str, Self)> {
        match self {
            Self::Value(Value::Number(_)) => vec![("-other", Self::Value(json!(4_102_444_800_001_i64)))],
            Self::Text => vec![("-uuid", Self::Identifier(Form::Uuid)), ("-digits", Self::Identifier(Form::Digits))],
            Self::Identifier(_) | Self::Value(_) => Vec::new(),
        }
    }

    fn put(&self, template: &mut Template, pointer: &Pointer) {
        match self {
            Self::Text => {
                template.set_slot(pointer, Form::Tagged { before: "set-by-client-".into(), after: String::new() });
            }
            Self::Identifier(form) => template.set_slot(pointer, form.clone()),
            Self::Value(value) => template.set(pointer, value.clone()),
        }
    }
}

/// A property's name in other letters, beside the real one and in its place.
fn misnamed(ground: &Ground<'_>, spot: &Spot, cases: &mut Vec<Case>) {
    let (name, path) = (&spot.place.name, spot.place.path());
    let Some(value) = spot.place.pointer.resolve(&ground.full.value) else { return };
    let other = match value {
        Value::Bool(flag) => json!(!flag),
        Value::Number(_) => json!(7),
        _ => json!("proofmark other"),
    };
    let forms = [
        ("upper-case", name.to_uppercase()),
        ("camel-case", camel_case(name)),
        ("hyphens", name.replace('_', "-")),
        ("trailing-space", format!("{name} ")),
    ];
    for (form, wrong) in forms {
        if is_listed(ground, &wrong) || !ground.call.sieve.takes() {
            continue;
        }
        let pointer = Pointer::root().child(&wrong);
        let mut beside = ground.full.clone();
        beside.set(&pointer, other.clone());
        let said = format!("in other letters: {}", form.replace('-', " "));
        let reason = format!("beside `{path}`, its name {said}");
        cases.extend(about(ground.case(&format!("{path}/misnamed-{form}"), reason, beside, UNLISTED), spot));
        let mut instead = ground.full.clone();
        instead.remove(&spot.place.pointer);
        instead.set(&pointer, other.clone());
        let reason = format!("in place of `{path}`, its name {said}");
        let case = ground.case(&format!("{path}/required-but-{form}"), reason.clone(), instead.clone(), UNLISTED);
        // Where it is not required, its absence is no fault.
        let case = match case {
            Some(case) if matches!(case.intent, Intent::Invalid { .. }) => Some(case),
            _ => ground.case(&format!("{path}/only-{form}"), reason, instead, UNLISTED),
        };
        cases.extend(about(case, spot));
    }
}

fn pascal_case(name: &str) -> String {
    camel_case(&format!("_{name}"))
}

fn camel_case(name: &str) -> String {
    let mut upper = false;
    name.chars()
        .filter_map(|c| {
            if c == '_' {
                upper = true;
                None
            } else if std::mem::take(&mut upper) {
                Some(c.to_ascii_uppercase())
            } else {
                Some(c)
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::case::derive::{Derived, derive};
    use crate::contract::Contract;

    #[test]
    fn what_is_read_only_is_sent_and_either_answer_will_do() {
        let task = "{type: object, required: [id, title], properties: {id: {type: string, format: uuid, readOnly: true}, \
                    rev: {type: integer, maximum: 1000, readOnly: true}, title: {type: string}, \
                    created_at: {type: string, format: date-time, readOnly: true}}, additionalProperties: false}";
        let media = "content: {application/json: {schema: {$ref: '#/components/schemas/Task'}}}";
        let text = format!(
            "openapi: 3.0.3\npaths:\n  /tasks:\n    post: {{operationId: make, requestBody: {{required: true, {media}}}, \
             responses: {{'201': {{description: d, {media}}}}}}}\ncomponents: {{schemas: {{Task: {task}}}}}\n"
        );
        let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
        let contract = Contract::of(Arc::new(document)).expect("a contract");
        let rules: Vec<String> = contract.operations[0].rules_in_force().map(|rule| rule.name()).collect();
        for rule in ["unique-id/id", "server-assigned/id", "server-assigned/created_at", "clock/created_at"] {
            assert!(rules.iter().any(|name| name == rule), "{rule}: {rules:?}");
        }
        assert!(!rules.contains(&"server-assigned/title".to_owned()), "{rules:?}");
        let Derived::Cases(cases) = derive(&contract, 0, 1) else { panic!("no case") };
        let sent: Vec<&Case> = cases.iter().filter(|case| case.name.contains("/body/read-only-")).collect();
        let names = |name: &str| sent.iter().any(|case| case.name == format!("make/contested/body/read-only-{name}"));
        assert!(names("id") && names("id-minimal") && names("created_at") && names("id-of-another"), "{sent:?}");
        // Null is nothing that `id` may be: who overlooks it takes it, who does not refuses it.
        assert!(!names("id-null") && !names("rev"), "{sent:?}");
        assert!(sent.iter().all(|case| matches!(case.intent, Intent::Contested(_))));
    }
}
