//! What a server can read in the text of a parameter: on the wire `5` is a text, a number, or both.

use serde_json::Value;

use super::intent::{Intent, Prover};
use crate::generate::{Contest, Kind, Shape};
use crate::http::parameter::{Location, Serialization};
use crate::schema::{Agreement, Compiled};
use crate::source::Pointer;

/// Proves intents of values that are written as text.
#[derive(Clone, Debug)]
pub struct WireProver<'a> {
    root: &'a Value,
    schema: Option<&'a Compiled>,
    serialization: &'a Serialization,
    location: Location,
    place: &'a Pointer,
    name: &'a str,
}

/// The values that stand for one text: the one that JSON has for it, and others that tolerant servers read.
#[derive(Debug, Default)]
struct Readings {
    exact: Vec<Value>,
    tolerant: Vec<Value>,
}

impl<'a> WireProver<'a> {
    /// The prover for a parameter of this schema, which is a place in `root`. `place` is where the document has the parameter.
    pub fn new(
        root: &'a Value,
        schema: Option<&'a Compiled>,
        (location, name): (Location, &'a str),
        serialization: &'a Serialization,
        place: &'a Pointer,
    ) -> Self {
        Self { root, schema, serialization, location, place, name }
    }

    /// The text of `value` and the intent of a request that carries it; none where it cannot be written, or where
    /// it cannot be told what a server would read.
    pub fn prove(&self, value: &Value, contest: Option<Contest>) -> Option<(String, Intent)> {
        let text = self.serialization.write(self.location, self.name, value).ok()?;
        let contest = contest.or_else(|| self.serialization.doubt(self.location, value).map(Contest::Spelling));
        Some((text, self.intent(value, contest)?))
    }

    fn intent(&self, value: &Value, contest: Option<Contest>) -> Option<Intent> {
        let valid = || contest.map_or(Intent::Valid, Intent::Contested);
        let Some(schema) = self.schema else { return Some(valid()) };
        let prover = Prover::new(schema, self.place);
        if let Serialization::Content(media_type) = self.serialization
            && crate::http::MediaType::parse(media_type).is_some_and(|media_type| media_type.is_json())
        {
            return prover.value(value, contest);
        }
        let is_json = |name: &str| match self.serialization {
            Serialization::Form(fields) => !matches!(fields.get(name), Some(Serialization::Style(_))),
            Serialization::Style(_) | Serialization::Content(_) => false,
        };
        let intent = text_intent(self.root, schema, prover, value, contest, &is_json)?;
        // What some server reads in another way is no proof of a breach.
        match (intent, contest) {
            (Intent::Invalid { .. }, Some(Contest::Spelling(_))) => None,
            (intent, _) => Some(intent),
        }
    }
}

/// The intent of a value of which each leaf is written as text, so that whoever reads it goes by the schema. `is_json` says
/// which of its members are JSON where they are objects, or lists of them.
pub fn text_intent(
    root: &Value,
    schema: &Compiled,
    prover: Prover<'_>,
    value: &Value,
    contest: Option<Contest>,
    is_json: &dyn Fn(&str) -> bool,
) -> Option<Intent> {
    let nodes = [schema.pointer().clone()];
    let shapes = shapes(root, &nodes);
    if !fits(&shapes, value) || !parts_fit(root, &shapes, value) {
        return None;
    }
    let mut leaves = Vec::new();
    collect(root, &nodes, value, &Pointer::root(), &mut leaves);
    leaves.retain(|(at, _)| {
        let top = at.tokens().next().unwrap_or_default();
        let member = value.get(top.as_ref());
        let items = member.and_then(Value::as_array);
        let nested = member.is_some_and(Value::is_object) || items.is_some_and(|items| items.iter().any(is_nested));
        !(nested && is_json(&top))
    });
    let mut read = value.clone();
    for (at, readings) in &leaves {
        if let (Some(place), Some(first)) = (at.resolve_mut(&mut read), readings.exact.first()) {
            *place = first.clone();
        }
    }
    let with = |at: &Pointer, other: &Value| {
        let mut read = read.clone();
        if let Some(place) = at.resolve_mut(&mut read) {
            *place = other.clone();
        }
        schema.agreement(&read)
    };
    match prover.value(&read, contest)? {
        Intent::Valid => {
            let mut others =
                leaves.iter().flat_map(|(at, readings)| readings.exact.iter().skip(1).map(move |it| (at, it)));
            let all = others.all(|(at, other)| with(at, other) == Agreement::Accepted);
            Some(if all { Intent::Valid } else { Intent::Contested(Contest::TextReading) })
        }
        broken @ Intent::Invalid { .. } => {
            let mut others = leaves.iter().flat_map(|(at, readings)| {
                readings.exact.iter().skip(1).chain(&readings.tolerant).map(move |other| (at, other))
            });
            let none = others.all(|(at, other)| with(at, other) == Agreement::Refused);
            Some(if none { broken } else { Intent::Contested(Contest::TextReading) })
        }
        contested => Some(contested),
    }
}

/// The same of each member and item: an object for a text would be JSON, which is a text too.
fn parts_fit(root: &Value, whole: &[Shape], value: &Value) -> bool {
    let fit = |nodes: &[Pointer], part: &Value| {
        let shapes = shapes(root, nodes);
        part.is_null()
            || nodes.is_empty()
            || (fits(&shapes, part) && (part.is_object() || parts_fit(root, &shapes, part)))
    };
    match value {
        Value::Object(members) => members.iter().all(|(name, member)| {
            let listed = whole.iter().find_map(|shape| shape.properties.iter().find(|(known, _)| known == name));
            listed.is_none_or(|(_, nodes)| fit(nodes, member))
        }),
        Value::Array(items) => {
            let nodes = whole.first().map(|shape| shape.items.as_slice()).unwrap_or_default();
            items.iter().all(|item| fit(nodes, item))
        }
        _ => true,
    }
}

fn is_nested(value: &Value) -> bool {
    value.is_object() || value.is_array()
}

/// The shapes of the schemas at `nodes`, one for each branch.
fn shapes(root: &Value, nodes: &[Pointer]) -> Vec<Shape> {
    let shape = Shape::of(root, nodes);
    (0..shape.branches(8)).map(|choice| shape.branch(root, choice)).collect()
}

/// Whether a text, a list or names with values is what can be told from the schema: a lone text for a list, say, is read
/// as a list of one.
fn fits(shapes: &[Shape], value: &Value) -> bool {
    let allows = |kind| shapes.iter().any(|shape| shape.allows(kind));
    let primitive = [Kind::String, Kind::Integer, Kind::Number, Kind::Boolean].into_iter().any(allows);
    match value {
        Value::Array(_) => allows(Kind::Array) && !primitive,
        Value::Object(_) => allows(Kind::Object) && !primitive,
        _ => primitive && !(allows(Kind::Array) && shapes.iter().all(|shape| shape.kinds.len() < Kind::ALL.len())),
    }
}

fn collect(root: &Value, nodes: &[Pointer], value: &Value, at: &Pointer, leaves: &mut Vec<(Pointer, Readings)>) {
    let shapes = shapes(root, nodes);
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let of = |shape: &Shape| match shape.prefix_items.get(index) {
                    Some(node) => vec![node.clone()],
                    None => shape.items.clone(),
                };
                let nodes = shapes.first().map(of).unwrap_or_default();
                collect(root, &nodes, item, &at.index(index), leaves);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let listed = shapes.iter().find_map(|shape| shape.properties.iter().find(|(known, _)| known == name));
                let additional = || shapes.iter().find_map(|shape| shape.additional.clone()).into_iter().collect();
                let nodes = listed.map_or_else(additional, |(_, nodes)| nodes.clone());
                collect(root, &nodes, member, &at.child(name), leaves);
            }
        }
        Value::Null => {}
        Value::String(text) => leaves.push((at.clone(), readings(text, &shapes))),
        other => leaves.push((at.clone(), readings(&other.to_string(), &shapes))),
    }
}

/// The values that servers can read in `text`, given the types that the schema allows.
fn readings(text: &str, shapes: &[Shape]) -> Readings {
    let allows = |kind| shapes.iter().any(|shape| shape.allows(kind));
    let mut readings = Readings::default();
    let trimmed = text.trim();
    if allows(Kind::Integer) || allows(Kind::Number) {
        let whole_fraction = |number: &Value| {
            number.is_f64() && number.as_f64().is_some_and(|number| number.fract() == 0.0) && !allows(Kind::Number)
        };
        match serde_json::from_str::<Value>(text).ok().filter(|read| read.is_number() && trimmed == text) {
            Some(number) if whole_fraction(&number) => {}
            Some(number) => readings.exact.push(number),
            None => readings.tolerant.extend(tolerant_number(trimmed)),
        }
        // A whole number in the form of a fraction.
        let whole = trimmed.parse::<f64>().ok().filter(|number| number.fract() == 0.0 && number.abs() < 9e15);
        readings.tolerant.extend(whole.map(|whole| Value::from(whole as i64)));
    }
    if allows(Kind::Boolean) {
        match text {
            "true" => readings.exact.push(Value::Bool(true)),
            "false" => readings.exact.push(Value::Bool(false)),
            _ => readings.tolerant.extend(tolerant_boolean(trimmed)),
        }
    }
    if allows(Kind::String) {
        readings.exact.push(Value::String(text.to_owned()));
        if trimmed != text {
            readings.tolerant.push(Value::String(trimmed.to_owned()));
        }
    }
    if allows(Kind::Null) {
        let word = trimmed.is_empty() || trimmed.eq_ignore_ascii_case("null") || trimmed.eq_ignore_ascii_case("none");
        readings.tolerant.extend(word.then_some(Value::Null));
    }
    if readings.exact.is_empty() {
        // Nothing of the wanted types: what a server says it is, is a text.
        readings.exact.push(Value::String(text.to_owned()));
    }
    readings
}

/// `+5`, `5.`, `0x5`, `05`, `1_000`, `NaN`: no JSON, and a number to some.
fn tolerant_number(text: &str) -> Option<Value> {
    let text = text.replace(['_', ','], "");
    let digits = text.strip_prefix('+').unwrap_or(&text);
    let hexadecimal = digits.strip_prefix("0x").and_then(|digits| i64::from_str_radix(digits, 16).ok());
    if let Some(number) = hexadecimal.or_else(|| digits.parse::<i64>().ok()) {
        return Some(Value::from(number));
    }
    let number: f64 = digits.parse().ok()?;
    Some(serde_json::Number::from_f64(number).map_or(Value::from(0), Value::Number))
}

fn tolerant_boolean(text: &str) -> Option<Value> {
    let text = text.to_ascii_lowercase();
    let yes = ["true", "1", "yes", "on", "t", "y"].contains(&text.as_str());
    let no = ["false", "0", "no", "off", "f", "n", ""].contains(&text.as_str());
    let number = text.parse::<f64>().is_ok();
    (yes || no || number).then_some(Value::Bool(yes || (number && !no)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::contract::Contract;

    /// The intent of each value for a query parameter with this schema.
    fn intents(schema: &Value, values: &[Value]) -> Vec<Option<&'static str>> {
        let document = json!({ "openapi": "3.1.0", "info": { "title": "t", "version": "1" }, "paths": { "/a": { "get": {
            "parameters": [{ "name": "p", "in": "query", "schema": schema }], "responses": {} } } } });
        let document = crate::spec::read("s.json", document.to_string().as_bytes()).expect("a document");
        let contract = Contract::of(Arc::new(document)).expect("a contract");
        let parameter = &contract.operations[0].parameters[0];
        let root = contract.schemas.strict(crate::schema::Direction::Request);
        let prover = WireProver::new(
            root,
            parameter.schema.as_deref(),
            (parameter.location, &parameter.name),
            &parameter.serialization,
            &parameter.pointer,
        );
        values.iter().map(|value| prover.prove(value, None).map(|(_, intent)| intent.word())).collect()
    }

    const VALID: Option<&str> = Some("valid");
    const INVALID: Option<&str> = Some("invalid");
    const CONTESTED: Option<&str> = Some("contested");

    #[test]
    fn a_number_is_a_text_too() {
        assert_eq!(intents(&json!({ "type": "string" }), &[json!(5), json!(true), json!("a")]), [VALID; 3]);
        assert_eq!(intents(&json!({ "type": "string", "minLength": 2 }), &[json!(5), json!(55)]), [INVALID, VALID]);
    }

    #[test]
    fn only_a_text_that_no_reading_takes_for_an_integer_breaks_it() {
        let schema = json!({ "type": "integer", "minimum": 3 });
        let values = ["5", "2", "text", "1.5", "true", "5.0", "+5", "05", "0x5", " 5", "2.0"].map(Value::from);
        let expected =
            [VALID, INVALID, INVALID, INVALID, INVALID, CONTESTED, CONTESTED, CONTESTED, CONTESTED, CONTESTED, INVALID];
        assert_eq!(intents(&schema, &values), expected);
    }

    #[test]
    fn an_empty_text_is_not_judged_where_it_may_be_read_as_nothing() {
        assert_eq!(intents(&json!({ "type": "integer" }), &[json!("")]), [None]);
        assert_eq!(intents(&json!({ "type": "string" }), &[json!("")]), [CONTESTED]);
    }

    #[test]
    fn words_that_some_take_for_a_boolean_break_nothing() {
        let values = ["true", "false", "1", "yes", "TRUE", "text", "2"].map(Value::from);
        assert_eq!(
            intents(&json!({ "type": "boolean" }), &values),
            [VALID, VALID, CONTESTED, CONTESTED, CONTESTED, INVALID, CONTESTED]
        );
    }

    #[test]
    fn items_are_read_one_by_one_and_a_lone_text_for_a_list_is_not_judged() {
        let schema = json!({ "type": "array", "items": { "type": "integer" }, "maxItems": 2 });
        let values = [json!([1, 2]), json!(["1"]), json!([1, "x"]), json!([1, 2, 3]), json!(1)];
        assert_eq!(intents(&schema, &values), [VALID, VALID, INVALID, INVALID, None]);
    }
}
