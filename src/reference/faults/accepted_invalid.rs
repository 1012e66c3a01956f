//! Bodies that must be refused and are taken, most of them by coercion or by a lenient parser.

use serde_json::{Map, Value, json};

use super::repair::{self, Relaxed};
use super::{Breakage, Fault, FaultClass};
use crate::reference::behaviour::random;
use crate::reference::params::Input;

const fn accepts(name: &'static str, breaks: &'static str, instead: fn(&Input<'_>) -> Option<Value>) -> Fault {
    Fault {
        name,
        breaks,
        class: FaultClass::AcceptedInvalid,
        expected_check: "rejects-invalid",
        breakage: Breakage::Accepts(instead),
    }
}

pub(super) const FAULTS: &[Fault] = &[
    // A property of another type.
    accepts("accepts-missing-external-id", "a user is created without an `external_id`", |input| {
        input.object().filter(|object| !object.contains_key("external_id")).map(completed)
    }),
    accepts("accepts-external-id-null", "an `external_id` of null is taken", |input| {
        coerced(input, "external_id", Value::is_null)
    }),
    accepts("accepts-external-id-number", "a number is taken as `external_id`", |input| {
        coerced(input, "external_id", Value::is_number)
    }),
    accepts("accepts-external-id-boolean", "a boolean is taken as `external_id`", |input| {
        coerced(input, "external_id", Value::is_boolean)
    }),
    accepts("accepts-external-id-array", "an array is taken as `external_id`", |input| {
        coerced(input, "external_id", Value::is_array)
    }),
    accepts("accepts-external-id-object", "an object is taken as `external_id`", |input| {
        coerced(input, "external_id", Value::is_object)
    }),
    accepts("accepts-first-name-number", "a number is taken as `first_name`", |input| {
        coerced(input, "first_name", Value::is_number)
    }),
    accepts("accepts-first-name-boolean", "a boolean is taken as `first_name`", |input| {
        coerced(input, "first_name", Value::is_boolean)
    }),
    accepts("accepts-first-name-array", "an array is taken as `first_name`", |input| {
        coerced(input, "first_name", Value::is_array)
    }),
    accepts("accepts-first-name-object", "an object is taken as `first_name`", |input| {
        coerced(input, "first_name", Value::is_object)
    }),
    accepts("accepts-last-name-number", "a number is taken as `last_name`", |input| {
        coerced(input, "last_name", Value::is_number)
    }),
    accepts("accepts-last-name-boolean", "a boolean is taken as `last_name`", |input| {
        coerced(input, "last_name", Value::is_boolean)
    }),
    accepts("accepts-last-name-array", "an array is taken as `last_name`", |input| {
        coerced(input, "last_name", Value::is_array)
    }),
    accepts("accepts-last-name-object", "an object is taken as `last_name`", |input| {
        coerced(input, "last_name", Value::is_object)
    }),
    accepts("accepts-live-mode-string", "any string is taken as `live_mode`", |input| {
        coerced(input, "live_mode", Value::is_string)
    }),
    accepts("accepts-live-mode-word", "`\"true\"` and `\"false\"` are taken as `live_mode`", |input| {
        coerced(input, "live_mode", |value| value == "true" || value == "false")
    }),
    accepts("accepts-live-mode-number", "any number is taken as `live_mode`", |input| {
        coerced(input, "live_mode", Value::is_number)
    }),
    accepts("accepts-live-mode-bit", "0 and 1 are taken as `live_mode`", |input| {
        coerced(input, "live_mode", |value| value == 0 || value == 1)
    }),
    accepts("accepts-live-mode-array", "an array is taken as `live_mode`", |input| {
        coerced(input, "live_mode", Value::is_array)
    }),
    accepts("accepts-live-mode-object", "an object is taken as `live_mode`", |input| {
        coerced(input, "live_mode", Value::is_object)
    }),
    // A document of another type.
    accepts("accepts-array", "an array is taken as a user", |input| whole(input, Value::is_array)),
    accepts("accepts-string", "a string is taken as a user", |input| whole(input, Value::is_string)),
    accepts("accepts-number", "a number is taken as a user", |input| whole(input, Value::is_number)),
    accepts("accepts-boolean", "a boolean is taken as a user", |input| whole(input, Value::is_boolean)),
    accepts("accepts-null", "null is taken as a user", |input| whole(input, Value::is_null)),
    accepts("accepts-empty-object", "an object without properties is taken as a user", |input| {
        input.object().filter(|object| object.is_empty()).map(completed)
    }),
    accepts("accepts-empty-body", "a request without a body creates a user", |input| {
        input.body.trim_ascii().is_empty().then(|| completed(&Map::new()))
    }),
    accepts("accepts-everything", "nothing is ever refused", |input| {
        Some(completed(input.object().unwrap_or(&Map::new())))
    }),
    // No JSON.
    accepts("accepts-malformed", "whatever is not JSON is taken as an object without properties", |input| {
        input.document.is_err().then(|| completed(&Map::new()))
    }),
    accepts("accepts-trailing-comma", "commas before a closing bracket are ignored", |input| {
        relaxed(input, repair::trailing_commas)
    }),
    accepts("accepts-trailing-text", "text behind the JSON is ignored", |input| relaxed(input, repair::trailing_text)),
    accepts("accepts-truncated", "JSON that breaks off is completed", |input| relaxed(input, repair::truncation)),
    accepts("accepts-unquoted-keys", "keys need no quotes", |input| relaxed(input, repair::bare_words)),
    accepts("accepts-single-quotes", "strings may have single quotes", |input| relaxed(input, repair::single_quotes)),
    accepts("accepts-comments", "comments are ignored", |input| relaxed(input, repair::comments)),
    accepts("accepts-nan", "NaN and Infinity are numbers", |input| relaxed(input, repair::not_numbers)),
    accepts("accepts-raw-control", "control characters may stand unescaped in strings", |input| {
        relaxed(input, repair::control_characters)
    }),
    accepts("accepts-bad-escape", "unknown escapes stand for their character", |input| relaxed(input, repair::escapes)),
    accepts("accepts-capital-literals", "`True`, `False` and `None` are literals", |input| {
        relaxed(input, repair::literals)
    }),
];

/// The body with one property, of a type that must be refused, turned into what is wanted of it.
fn coerced(input: &Input<'_>, name: &str, matches: fn(&Value) -> bool) -> Option<Value> {
    let mut object = input.object()?.clone();
    let value = object.get_mut(name).filter(|value| matches(value))?;
    *value = match name {
        "external_id" => fresh(),
        "live_mode" => json!(*value != false && *value != 0 && *value != "false"),
        _ => json!(value.to_string()),
    };
    Some(Value::Object(object))
}

fn whole(input: &Input<'_>, matches: fn(&Value) -> bool) -> Option<Value> {
    input.document.as_ref().ok().filter(|document| matches(document)).map(|_| completed(&Map::new()))
}

fn relaxed(input: &Input<'_>, repair: Relaxed) -> Option<Value> {
    input.document.as_ref().err()?;
    repair(input.body)?.as_object().map(completed)
}

/// The properties that have their type, and an `external_id` in any case.
fn completed(object: &Map<String, Value>) -> Value {
    let mut user = Map::from_iter([("external_id".to_owned(), fresh())]);
    for (name, value) in object {
        if if name == "live_mode" { value.is_boolean() } else { value.is_string() } {
            user.insert(name.clone(), value.clone());
        }
    }
    Value::Object(user)
}

/// An identifier that is not taken, so that only the fault decides on the answer.
fn fresh() -> Value {
    json!(format!("coerced-{:016x}", random()))
}
