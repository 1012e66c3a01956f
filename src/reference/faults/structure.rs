//! Bodies of rare structure, over which the server fails, or that it takes for something else.

use serde_json::{Map, Value, json};

use super::change::{drops, fails};
use super::{Breakage, Fault, FaultClass};
use crate::reference::params::{Input, repeats_a_property};
use crate::reference::past::Scene;

const fn structure(name: &'static str, breaks: &'static str, check: &'static str, breakage: Breakage) -> Fault {
    Fault { name, breaks, class: FaultClass::Structure, expected_check: check, breakage }
}

const fn crashes(name: &'static str, breaks: &'static str, applies: fn(&Scene<'_>) -> bool) -> Fault {
    structure(name, breaks, "no-server-error", Breakage::Where(applies, fails))
}

const fn dies(name: &'static str, breaks: &'static str, applies: fn(&Scene<'_>) -> bool) -> Fault {
    structure(name, breaks, "answers-in-time", Breakage::Where(applies, drops))
}

const fn accepts(name: &'static str, breaks: &'static str, instead: fn(&Input<'_>) -> Option<Value>) -> Fault {
    structure(name, breaks, "rejects-invalid", Breakage::Accepts(instead))
}

pub(super) const FAULTS: &[Fault] = &[
    // Depth and size.
    crashes("crash-deep", "more than a hundred open brackets are answered by 500", |it| open_brackets(it) > 100),
    crashes("crash-nested-thirty", "more than twenty open brackets are answered by 500", |it| open_brackets(it) > 20),
    dies("drop-deep", "more than a thousand open brackets are a closed connection", |it| open_brackets(it) > 1_000),
    crashes("crash-many-properties", "more than a hundred properties are answered by 500", |it| {
        it.input.object().is_some_and(|object| object.len() > 100)
    }),
    crashes("crash-long-array", "an array of more than five hundred elements is answered by 500", |it| {
        any_value(it, |value| value.as_array().is_some_and(|items| items.len() > 500))
    }),
    // Names.
    crashes("crash-proto", "a property `__proto__` is answered by 500", |it| named(it, "__proto__")),
    crashes("crash-constructor", "a property `constructor` is answered by 500", |it| named(it, "constructor")),
    crashes("crash-to-string", "a property `toString` is answered by 500", |it| named(it, "toString")),
    crashes("crash-dollar", "a property whose name begins with `$` is answered by 500", |it| {
        any_name(it, |name| name.starts_with('$'))
    }),
    crashes("crash-dotted-name", "a property with a dot in its name is answered by 500", |it| {
        any_name(it, |name| name.contains('.'))
    }),
    crashes("crash-empty-property", "a property with an empty name is answered by 500", |it| named(it, "")),
    crashes("crash-foreign-property", "a property whose name is not ASCII is answered by 500", |it| {
        any_name(it, |name| !name.is_ascii())
    }),
    crashes("crash-long-property", "a name of more than 255 characters is answered by 500", |it| {
        any_name(it, |name| name.len() > 255)
    }),
    crashes("crash-sent-id", "a sent `id` is answered by 500", |it| named(it, "id")),
    crashes("crash-unknown-null", "null in a property that is not listed is answered by 500", |it| {
        it.input.object().is_some_and(|object| object.iter().any(|(name, value)| value.is_null() && !is_listed(name)))
    }),
    crashes("crash-repeated", "a repeated property is answered by 500", |it| repeats_a_property(it.input.body)),
    crashes("crash-order", "`external_id` behind all other properties is answered by 500", |it| {
        let last = it.input.object().filter(|object| object.len() > 2).and_then(|object| object.keys().next_back());
        last.is_some_and(|name| name == "external_id")
    }),
    // Numbers.
    crashes("crash-exponent", "a number with an exponent is answered by 500", |it| {
        it.input
            .body
            .windows(3)
            .any(|part| part[0].is_ascii_digit() && matches!(part[1], b'e' | b'E') && part[2] != b'"')
    }),
    crashes("crash-twenty-digits", "an integer beyond 2^53 is answered by 500", |it| {
        any_value(it, |value| value.as_f64().is_some_and(|number| number.abs() > 9.007_199_254_740_992e15))
    }),
    accepts("accepts-fraction-for-text", "a number with a fraction or an exponent is taken for a text", |input| {
        coerced(input, &["first_name", "last_name", "external_id"], |value| {
            value.is_f64().then(|| value.to_string().into())
        })
    }),
    accepts("accepts-twenty-digits-for-text", "an integer beyond 2^53 is taken for a text", |input| {
        coerced(input, &["first_name", "last_name", "external_id"], |value| {
            value.as_f64().filter(|it| it.abs() > 9e15).map(|_| value.to_string().into())
        })
    }),
    accepts("accepts-negative-zero-for-text", "-0 is taken for a text", |input| {
        coerced(input, &["first_name", "last_name", "external_id"], |value| {
            value.as_f64().filter(|it| *it == 0.0 && it.is_sign_negative()).map(|_| "-0".into())
        })
    }),
    accepts("accepts-fraction-for-boolean", "1.0 is taken for true", |input| {
        coerced(input, &["live_mode"], |value| (value.is_f64() && value.as_f64() == Some(1.0)).then(|| json!(true)))
    }),
];

/// The most brackets open at once, wherever they stand.
fn open_brackets(scene: &Scene<'_>) -> usize {
    let (mut open, mut most) = (0_usize, 0);
    for byte in scene.input.body {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => (),
        }
        most = most.max(open);
    }
    most
}

fn any_name(scene: &Scene<'_>, is: impl Fn(&str) -> bool) -> bool {
    scene.input.object().is_some_and(|object| object.keys().any(|name| is(name)))
}

fn named(scene: &Scene<'_>, name: &str) -> bool {
    scene.input.property(name).is_some()
}

fn any_value(scene: &Scene<'_>, is: impl Fn(&Value) -> bool) -> bool {
    scene.input.object().is_some_and(|object| object.values().any(is))
}

fn is_listed(name: &str) -> bool {
    crate::reference::params::PROPERTIES.contains(&name)
}

/// The document with such values made into others; none where there is none.
fn coerced(input: &Input<'_>, properties: &[&str], into: fn(&Value) -> Option<Value>) -> Option<Value> {
    let mut object: Map<String, Value> = input.object()?.clone();
    let mut any = false;
    for property in properties {
        if let Some(value) = object.get(*property).and_then(into) {
            object[*property] = value;
            any = true;
        }
    }
    any.then_some(Value::Object(object))
}
