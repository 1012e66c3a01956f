//! Ways to break each constraint of a schema, one at a time.
//!
//! Candidates: whether a change breaks something, and only one thing, is proven by validating it.

use serde_json::{Value, json};

use super::classes::Content;
use super::draw::Draw;
use super::instance::to_json;
use super::instances::Matching;
use super::places::slug;
use super::shape::{Kind, Shape};

/// One change to the value at a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Break {
    /// What it is, as it stands in case names: the keyword, and the way where there are several.
    pub name: String,
    /// The change.
    pub change: Change,
    /// Another one of its kind, that breaks the same.
    pub other: Option<Change>,
    /// Whether the smoke profile has it.
    pub smoke: bool,
}

/// What is done to the value at a place.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// It becomes this.
    Set(Value),
    /// It is left out.
    Remove,
    /// It gets a further member.
    Add(String, Value),
}

/// Values of each JSON type, with those that a lax server takes for another type.
fn of_kind(kind: Kind) -> Vec<(&'static str, Value)> {
    match kind {
        Kind::Null => vec![("null", Value::Null)],
        Kind::Boolean => vec![("true", json!(true)), ("false", json!(false))],
        Kind::Integer => {
            vec![("number", json!(12_345)), ("zero", json!(0)), ("one", json!(1)), ("minus-one", json!(-1))]
        }
        Kind::Number => vec![("fraction", json!(1.5))],
        Kind::String => vec![
            ("string", json!("text")),
            ("empty-string", json!("")),
            ("string-true", json!("true")),
            ("string-false", json!("false")),
            ("string-true-in-capitals", json!("TRUE")),
            ("string-yes", json!("yes")),
            ("string-on", json!("on")),
            ("string-zero", json!("0")),
            ("string-number", json!("1")),
            ("string-null", json!("null")),
        ],
        Kind::Array => vec![
            ("empty-array", json!([])),
            ("array", json!(["text"])),
            ("array-of-object", json!([{}])),
            ("array-of-two", json!(["a", "b"])),
        ],
        Kind::Object => vec![
            ("empty-object", json!({})),
            ("object", json!({ "value": "text" })),
            ("object-with-operator", json!({ "$ne": "" })),
        ],
    }
}

/// Another value of the same sort as the one of this name: a larger one, for what tells of a value in an error may stumble
/// over it, or one that a lax server reads alike.
fn other(name: &str) -> Option<Value> {
    match name {
        "number" => Some(json!(12_345_678_901_234_567_890_u64)),
        "string" => Some(json!("text ".repeat(60))),
        "array" => Some(json!((0..30).collect::<Vec<_>>())),
        "object" => Some((0..4).fold(json!("text"), |inner, _| json!({ "value": inner, "other": [null] }))),
        "one" => Some(json!(2)),
        "empty-string" => Some(json!(" ")),
        "string-true" => Some(json!("true ")),
        "string-on" => Some(json!("t")),
        "array-of-two" => Some(json!([true])),
        _ => None,
    }
}

/// Changes that break what `shape` asks of the value at a place, which now is `current`.
pub fn breaks(shape: &Shape, required: bool, current: &Value) -> Vec<Break> {
    let mut all = Vec::new();
    if required {
        all.push(Break { smoke: true, ..Break::new("required", Change::Remove) });
    }
    types(shape, current, &mut all);
    values(shape, &mut all);
    texts(shape, &mut all);
    numbers(shape, &mut all);
    arrays(shape, current, &mut all);
    objects(shape, current, &mut all);
    let mut seen = std::collections::HashSet::new();
    all.retain(|way| seen.insert(way.name.clone()));
    all
}

impl Break {
    fn new(name: impl Into<String>, change: Change) -> Self {
        Self { name: name.into(), change, other: None, smoke: false }
    }

    fn set(name: impl Into<String>, value: Value) -> Self {
        Self::new(name, Change::Set(value))
    }
}

fn types(shape: &Shape, current: &Value, all: &mut Vec<Break>) {
    if shape.kinds.len() == Kind::ALL.len() && shape.values.is_none() {
        return;
    }
    for kind in Kind::ALL.into_iter().filter(|kind| !shape.allows(*kind)) {
        for (at, (name, value)) in of_kind(kind).into_iter().enumerate() {
            // The wrong type that lax parsers most often let through.
            let lax = if shape.allows(Kind::String) { Kind::Integer } else { Kind::String };
            let smoke = at == 0 && kind == lax;
            let other = other(name).map(Change::Set);
            all.push(Break { smoke, other, ..Break::set(format!("type-{name}"), value) });
        }
    }
    if !current.is_null() && !shape.allows(Kind::Array) {
        all.push(Break::set("type-wrapped-in-array", json!([current])));
    }
    if let Value::Number(number) = current
        && !shape.allows(Kind::String)
    {
        all.push(Break::set("type-same-as-string", json!(number.to_string())));
    }
}

fn values(shape: &Shape, all: &mut Vec<Break>) {
    let Some(values) = &shape.values else { return };
    all.push(Break { smoke: true, ..Break::set("enum-other", json!("proofmark-none-of-these")) });
    all.push(Break::set("enum-empty", json!("")));
    if let Some(text) = values.iter().find_map(Value::as_str) {
        let swapped: String = text
            .chars()
            .map(|c| if c.is_lowercase() { c.to_uppercase().to_string() } else { c.to_lowercase().to_string() })
            .collect();
        all.push(Break::set("enum-letter-case", json!(swapped)));
        all.push(Break::set("enum-space", json!(format!("{text} "))));
    }
    if let Some(number) = values.iter().filter_map(Value::as_i64).max() {
        all.push(Break::set("enum-next-number", json!(number.saturating_add(1))));
    }
}

fn texts(shape: &Shape, all: &mut Vec<Break>) {
    if !shape.allows(Kind::String) || shape.values.is_some() {
        return;
    }
    let matching = shape.pattern.as_deref().and_then(Matching::of);
    let mut draw = Draw::new(0, shape.pattern.as_deref().unwrap_or_default());
    // What breaks the length alone keeps the pattern, where there is such a text.
    let mut text = |length: usize| {
        let kept = matching.as_ref().and_then(|matching| matching.text(Some(length), &mut draw));
        json!(kept.unwrap_or_else(|| "Abcdefghij".chars().cycle().take(length).collect()))
    };
    if shape.min_length > 0 && shape.min_length < 100_000 {
        all.push(Break { smoke: true, ..Break::set("min-length", text(shape.min_length - 1)) });
    }
    if let Some(most) = shape.max_length.filter(|most| *most < 1_000_000) {
        all.push(Break { smoke: true, ..Break::set("max-length", text(most + 1)) });
        all.push(Break::set("max-length-doubled", text(most * 2 + 1)));
    }
    if shape.pattern.is_some() {
        let length = shape.min_length.max(1).min(shape.max_length.unwrap_or(usize::MAX));
        for (name, filler) in [("bang", "!"), ("letter", "a"), ("digit", "0"), ("space", " "), ("umlaut", "ü")] {
            all.push(Break::set(format!("pattern-{name}"), json!(filler.repeat(length))));
        }
        let near = matching.iter().flat_map(|matching| matching.near_misses(&mut draw));
        let fits = |text: &String| {
            let count = text.chars().count();
            count >= shape.min_length && shape.max_length.is_none_or(|most| count <= most)
        };
        let near = near.filter(|(_, text)| fits(text));
        all.extend(near.map(|(name, text)| Break::set(format!("pattern-{name}"), json!(text))));
    }
}

fn numbers(shape: &Shape, all: &mut Vec<Break>) {
    if !(shape.allows(Kind::Integer) || shape.allows(Kind::Number)) || shape.values.is_some() {
        return;
    }
    let step = shape.multiple_of.filter(|step| *step > 0.0).unwrap_or(1.0);
    let mut add = |name: &str, number: f64, smoke| {
        all.extend(to_json(number).map(|value| Break { smoke, ..Break::set(name, value) }));
    };
    if let Some((at, excluded)) = shape.minimum {
        add("minimum", if excluded { at } else { ((at / step).ceil() - 1.0) * step }, true);
        add("far-below-minimum", ((at / step).floor() - 1_000_000.0) * step, false);
    }
    if let Some((at, excluded)) = shape.maximum {
        add("maximum", if excluded { at } else { ((at / step).floor() + 1.0) * step }, true);
        add("far-above-maximum", ((at / step).ceil() + 1_000_000.0) * step, false);
    }
    if let Some(step) = shape.multiple_of {
        let base = shape.minimum.map_or(0.0, |(at, _)| (at / step).ceil() * step);
        add("multiple-of", base + step / 2.0, true);
        add("multiple-of-one-off", base + 1.0, false);
    }
}

fn arrays(shape: &Shape, current: &Value, all: &mut Vec<Break>) {
    let Value::Array(items) = current else { return };
    if shape.min_items > 0 {
        let fewer = items.iter().take(shape.min_items - 1).cloned().collect();
        all.push(Break { smoke: true, ..Break::set("min-items", Value::Array(fewer)) });
    }
    if let (Some(most), Some(last)) = (shape.max_items.filter(|most| *most < 10_000), items.last()) {
        let more = items.iter().chain(std::iter::repeat(last)).take(most + 1).cloned().collect();
        all.push(Break { smoke: true, ..Break::set("max-items", Value::Array(more)) });
    }
    if shape.unique_items
        && let Some(first) = items.first()
    {
        let again = items.iter().chain([first]).cloned().collect();
        all.push(Break { smoke: true, ..Break::set("unique-items", Value::Array(again)) });
    }
    if shape.contains.is_some() {
        all.push(Break::set("contains", Value::Array(vec![Value::Null; shape.min_items.max(1)])));
        let first = items.first().cloned().unwrap_or_default();
        if shape.min_contains > 1 {
            all.push(Break::set("min-contains", Value::Array(vec![first.clone(); shape.min_contains - 1])));
        }
        if let Some(most) = shape.max_contains.filter(|most| *most < 10_000) {
            all.push(Break::set("max-contains", Value::Array(vec![first; most + 1])));
        }
    }
}

fn objects(shape: &Shape, current: &Value, all: &mut Vec<Break>) {
    let Value::Object(members) = current else { return };
    if shape.closed {
        all.push(Break {
            smoke: true,
            ..Break::new("additional-property", Change::Add("proofmark_unknown".into(), json!("x")))
        });
    }
    if shape.additional.is_some() {
        for (name, value) in
            [("null", Value::Null), ("number", json!(12_345)), ("string", json!("text")), ("object", json!({}))]
        {
            all.push(Break::new(format!("additional-property-{name}"), Change::Add("proofmark_unknown".into(), value)));
        }
    }
    for (name, other) in shape.dependent.iter().filter(|(name, other)| name != other && members.contains_key(name)) {
        let mut fewer = members.clone();
        if fewer.shift_remove(other).is_some() {
            let way = format!("dependent-required-{}-without-{}", slug(name), slug(other));
            all.push(Break::set(way, Value::Object(fewer)));
        }
    }
    if let Some(most) = shape.max_properties.filter(|most| *most < 10_000) {
        let mut more = members.clone();
        (0..=most).map(|at| format!("proofmark_{at}")).take((most + 1).saturating_sub(members.len())).for_each(
            |name| {
                more.insert(name, json!("x"));
            },
        );
        all.push(Break::set("max-properties", Value::Object(more)));
    }
}

impl Change {
    /// Makes the change at `pointer` of a template.
    pub fn apply(&self, template: &mut super::Template, pointer: &crate::source::Pointer) {
        match self {
            Self::Set(value) => template.set(pointer, value.clone()),
            Self::Remove => _ = template.remove(pointer),
            Self::Add(name, value) => template.set(&pointer.child(name), value.clone()),
        }
    }
}

impl Content {
    /// Puts the content at `pointer` of a template.
    pub fn apply(&self, template: &mut super::Template, pointer: &crate::source::Pointer) {
        match self {
            Self::Fixed(value) => template.set(pointer, value.clone()),
            Self::Fresh(form) => template.set_slot(pointer, form.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Pointer;

    /// Every keyword has a way in which it alone is broken.
    #[test]
    fn every_constraint_is_broken_by_some_change() {
        let constraints = [
            ("type", json!({ "type": "string" }), json!("a")),
            ("required", json!({ "type": "object", "required": ["a"] }), json!({ "a": 1 })),
            ("enum", json!({ "enum": ["a", "b"] }), json!("a")),
            ("minLength", json!({ "type": "string", "minLength": 3 }), json!("abc")),
            ("maxLength", json!({ "type": "string", "maxLength": 3 }), json!("abc")),
            ("pattern", json!({ "type": "string", "pattern": "^[a-z]+$" }), json!("abc")),
            ("minimum", json!({ "type": "integer", "minimum": 3 }), json!(3)),
            ("exclusiveMinimum", json!({ "type": "number", "exclusiveMinimum": 3 }), json!(4)),
            ("maximum", json!({ "type": "integer", "maximum": 3 }), json!(3)),
            ("exclusiveMaximum", json!({ "type": "number", "exclusiveMaximum": 3 }), json!(2)),
            ("multipleOf", json!({ "type": "integer", "multipleOf": 5 }), json!(5)),
            ("minItems", json!({ "type": "array", "minItems": 2 }), json!([1, 2])),
            ("maxItems", json!({ "type": "array", "maxItems": 2 }), json!([1])),
            ("uniqueItems", json!({ "type": "array", "uniqueItems": true }), json!([1])),
            ("falseSchema", json!({ "type": "object", "additionalProperties": false }), json!({})),
            ("maxProperties", json!({ "type": "object", "maxProperties": 2 }), json!({})),
        ];
        for (keyword, schema, valid) in constraints {
            let validator = jsonschema::validator_for(&schema).expect("a schema");
            let root = json!({ "S": schema });
            let shape = Shape::of(&root, &[Pointer::parse("/S")]);
            let (at, required) =
                if keyword == "required" { (Pointer::parse("/a"), true) } else { (Pointer::root(), false) };
            let mut seen = Vec::new();
            let found = breaks(&shape, required, &valid).into_iter().any(|way| {
                let mut template = super::super::Template::fixed(valid.clone());
                way.change.apply(&mut template, &at);
                let errors: Vec<_> =
                    validator.iter_errors(&template.value).map(|error| error.kind().keyword().to_owned()).collect();
                seen.push(errors.clone());
                errors == [keyword]
            });
            assert!(found, "{keyword}: {seen:?}");
        }
    }
}
