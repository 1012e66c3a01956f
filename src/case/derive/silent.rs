//! Where the document is silent: unlisted properties, repeated keys, deep nesting.

use serde_json::{Value, json};

use super::Case;
use super::ground::{Ground, about};
use crate::generate::{Contest, Edit, Encoding};
use crate::source::Pointer;

pub(super) fn propose(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    if !ground.full.value.is_object() {
        return;
    }
    unlisted(ground, cases);
    properties_of_a_prototype(ground, cases);
    repeated(ground, cases);
}

/// What is absent stands in what some languages take for the prototype of an object: whoever copies that gives it to this
/// thing, or to all after it.
fn properties_of_a_prototype(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    let mut inner = serde_json::Map::new();
    for spot in ground.properties().filter(|spot| !spot.place.required) {
        let Some(value) = spot.place.pointer.resolve(&ground.contrary().value) else { continue };
        let free = super::telling::is_free_text(spot);
        let value = if free { json!(format!("proofmark prototype {}", spot.place.name)) } else { value.clone() };
        inner.insert(spot.place.name.clone(), value);
    }
    let around = json!({ "prototype": inner.clone() });
    for (name, property, value) in
        [("proto", "__proto__", Value::Object(inner)), ("constructor", "constructor", around)]
    {
        let mut template = ground.minimal.clone();
        template.set(&Pointer::root().child(property), value);
        let reason = format!("`{property}` has what is absent");
        let name = format!("body/unlisted-{name}-of-the-absent");
        cases.extend(ground.case(&name, reason, template, Some(Contest::UnlistedProperty)));
    }
}

/// Properties that the schema does not list: some with names that programs treat specially.
fn unlisted(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    let properties = vec![
        ("unlisted-string", "proofmark_unlisted".to_owned(), json!("x")),
        ("unlisted-null", "proofmark_unlisted".to_owned(), Value::Null),
        ("unlisted-object", "proofmark_unlisted".to_owned(), json!({ "a": [1, { "b": null }] })),
        ("unlisted-proto", "__proto__".to_owned(), json!({ "admin": true })),
        ("unlisted-constructor", "constructor".to_owned(), json!({ "prototype": { "admin": true } })),
        ("unlisted-empty-name", String::new(), json!("x")),
        ("unlisted-astral-name", "\u{1f600}".to_owned(), json!("x")),
        ("unlisted-deep", "proofmark_unlisted".to_owned(), nested(30)),
    ];
    for (name, property, value) in properties {
        let listed = ground.whole.shape.properties.iter().any(|(known, _)| *known == property);
        if listed {
            continue;
        }
        let mut template = ground.full.clone();
        template.set(&Pointer::root().child(&property), value);
        let reason =
            format!("a property that is not listed: {}", name.trim_start_matches("unlisted-").replace('-', " "));
        cases.extend(ground.case(&format!("body/{name}"), reason, template, Some(Contest::UnlistedProperty)));
    }
    let mut many = ground.full.clone();
    (0..200).for_each(|at| many.set(&Pointer::root().child(&format!("proofmark_{at}")), json!(at)));
    cases.extend(ground.case(
        "body/unlisted-many",
        "two hundred properties that are not listed",
        many,
        Some(Contest::UnlistedProperty),
    ));
    let mut deep = ground.full.clone();
    deep.set(&Pointer::root().child("proofmark_unlisted"), json!(0));
    let edit = Edit::Raw {
        at: Pointer::parse("/proofmark_unlisted"),
        bytes: [b"[".repeat(2_000), b"]".repeat(2_000)].concat(),
    };
    cases.extend(ground.encoded(
        "body/unlisted-very-deep",
        "two thousand arrays in one another",
        deep,
        Encoding::edited(edit),
        Some(Contest::Depth),
    ));
}

/// A key twice: the real value first or last, the other one of the right type or of a wrong one.
fn repeated(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    for spot in ground.properties() {
        let path = spot.place.path();
        let Some(value) = spot.place.pointer.resolve(&ground.full.value) else { continue };
        for (name, bytes, first) in [
            ("repeated-last", value.to_string().into_bytes(), false),
            ("repeated-first", b"12345".to_vec(), true),
            ("repeated-null", b"null".to_vec(), false),
        ] {
            if !ground.call.sieve.takes() {
                continue;
            }
            let edit = Edit::Repeat { at: spot.place.pointer.clone(), bytes, first };
            let reason = format!("the key `{path}` stands twice");
            let case = ground.encoded(
                &format!("{path}/{name}"),
                reason,
                ground.full.clone(),
                Encoding::edited(edit),
                Some(Contest::RepeatedKey),
            );
            // What the last of the two would break is no matter: parsers differ in which they take.
            let case = case.map(|case| contested(case, Contest::RepeatedKey));
            cases.extend(about(case, spot));
        }
    }
}

fn contested(mut case: Case, contest: Contest) -> Case {
    let before = case.intent.word();
    case.intent = super::Intent::Contested(contest);
    case.name = case.name.replacen(&format!("/{before}/"), "/contested/", 1);
    case.kind = case.kind.replacen(before, "contested", 1);
    case
}

fn nested(depth: usize) -> Value {
    (0..depth).fold(json!(1), |inner, _| json!({ "a": inner }))
}
