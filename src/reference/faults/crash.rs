//! Requests over which the server fails: 500 with a proper error, or no answer at all.

use serde_json::Value;

use super::script::{is_astral, is_cjk, is_combining, is_emoji, is_foreign, is_right_to_left};
use super::{Breakage, Fault, FaultClass};
use crate::reference::answer::{Answer, Refusal};
use crate::reference::params::Input;
use crate::reference::send::Delivery;

const fn crashes(name: &'static str, breaks: &'static str, applies: fn(&Input<'_>) -> bool) -> Fault {
    Fault {
        name,
        breaks,
        class: FaultClass::Crash,
        expected_check: "no-server-error",
        breakage: Breakage::Instead(applies, || Answer::refused(Refusal::Internal)),
    }
}

const fn prints(name: &'static str, breaks: &'static str, applies: fn(&Input<'_>) -> bool) -> Fault {
    Fault { breakage: Breakage::Instead(applies, stack_trace), ..crashes(name, breaks, applies) }
}

const fn drops(name: &'static str, breaks: &'static str, applies: fn(&Input<'_>) -> bool) -> Fault {
    Fault {
        expected_check: "answers-in-time",
        breakage: Breakage::Instead(applies, dropped),
        ..crashes(name, breaks, applies)
    }
}

pub(super) const FAULTS: &[Fault] = &[
    crashes("crash-always", "every request is answered by 500", |_| true),
    // On valid requests.
    crashes("crash-non-ascii", "characters beyond ASCII are answered by 500", |input| input.has(is_foreign)),
    crashes("crash-astral", "characters beyond the basic plane are answered by 500", |input| input.has(is_astral)),
    crashes("crash-emoji", "emoji are answered by 500", |input| input.has(is_emoji)),
    crashes("crash-right-to-left", "right-to-left text is answered by 500", |input| input.has(is_right_to_left)),
    crashes("crash-combining", "combining marks are answered by 500", |input| input.has(is_combining)),
    crashes("crash-cjk", "Chinese, Japanese and Korean text is answered by 500", |input| input.has(is_cjk)),
    crashes("crash-long-name", "names of more than 255 characters are answered by 500", |input| {
        input.names().any(|name| name.chars().count() > 255)
    }),
    crashes("crash-long-external-id", "an `external_id` of more than 40 characters is answered by 500", |input| {
        input.text("external_id").is_some_and(|id| id.chars().count() > 40)
    }),
    crashes("crash-long-bytes", "strings of more than 255 bytes are answered by 500", |input| {
        input.texts().any(|text| text.len() > 255)
    }),
    crashes("crash-empty-name", "empty names are answered by 500", |input| input.names().any(str::is_empty)),
    crashes("crash-blank-name", "names of spaces are answered by 500", |input| {
        input.names().any(|name| !name.is_empty() && name.trim().is_empty())
    }),
    crashes("crash-apostrophe", "apostrophes are answered by 500", |input| input.has(|it| it == '\'')),
    crashes("crash-double-quote", "double quotes are answered by 500", |input| input.has(|it| it == '"')),
    crashes("crash-backslash", "backslashes are answered by 500", |input| input.has(|it| it == '\\')),
    crashes("crash-percent", "percent signs are answered by 500", |input| input.has(|it| it == '%')),
    crashes("crash-markup", "`<` is answered by 500", |input| input.has(|it| it == '<')),
    crashes("crash-template", "braces are answered by 500", |input| input.has(|it| matches!(it, '{' | '}'))),
    crashes("crash-escapes", "`\\u` escapes are answered by 500", |input| {
        input.body.windows(2).any(|pair| pair == b"\\u")
    }),
    crashes("crash-minimal", "a create with `external_id` alone is answered by 500", |input| {
        input.text("external_id").is_some() && input.object().is_some_and(|object| object.len() == 1)
    }),
    crashes("crash-live", "`live_mode` true is answered by 500", |input| {
        input.property("live_mode").and_then(Value::as_bool) == Some(true)
    }),
    // On invalid requests.
    crashes("crash-malformed", "malformed JSON is answered by 500", |input| input.document.is_err()),
    crashes("crash-empty-body", "an empty body is answered by 500", |input| input.body.is_empty()),
    crashes("crash-invalid-utf-8", "a body that is not UTF-8 is answered by 500", |input| {
        std::str::from_utf8(input.body).is_err()
    }),
    crashes("crash-not-an-object", "JSON that is no object is answered by 500", |input| {
        input.document.as_ref().is_ok_and(|document| !document.is_object())
    }),
    crashes("crash-array", "a top-level array is answered by 500", |input| {
        input.document.as_ref().is_ok_and(Value::is_array)
    }),
    crashes("crash-top-level-null", "a top-level null is answered by 500", |input| {
        input.document.as_ref().is_ok_and(Value::is_null)
    }),
    crashes("crash-empty-object", "an object without properties is answered by 500", |input| {
        input.object().is_some_and(serde_json::Map::is_empty)
    }),
    crashes("crash-missing", "a missing `external_id` is answered by 500", |input| {
        input.object().is_some_and(|object| !object.contains_key("external_id"))
    }),
    crashes("crash-null", "null in any property is answered by 500", |input| property(input, Value::is_null)),
    crashes("crash-null-external-id", "an `external_id` of null is answered by 500", |input| {
        input.property("external_id").is_some_and(Value::is_null)
    }),
    crashes("crash-number", "a number in any property is answered by 500", |input| property(input, Value::is_number)),
    crashes("crash-nested", "an array or object in any property is answered by 500", |input| {
        property(input, |value| value.is_array() || value.is_object())
    }),
    crashes("crash-wrong-name-type", "a name that is no string is answered by 500", |input| {
        ["first_name", "last_name"].iter().any(|name| input.property(name).is_some_and(|it| !it.is_string()))
    }),
    crashes("crash-wrong-live-mode-type", "a `live_mode` that is no boolean is answered by 500", |input| {
        input.property("live_mode").is_some_and(|value| !value.is_boolean())
    }),
    // With a stack trace in place of the error.
    prints("trace-malformed", "malformed JSON is answered by 500 and a stack trace", |input| input.document.is_err()),
    prints("trace-missing", "a missing `external_id` is answered by 500 and a stack trace", |input| {
        input.object().is_some_and(|object| !object.contains_key("external_id"))
    }),
    prints("trace-astral", "characters beyond the basic plane are answered by 500 and a stack trace", |input| {
        input.has(is_astral)
    }),
    // Without an answer.
    drops("drop-always", "the connection is closed without an answer", |_| true),
    drops("drop-created", "the connection is closed without an answer to any valid JSON", |input| {
        input.document.is_ok()
    }),
    drops("drop-malformed", "the connection is closed without an answer to malformed JSON", |input| {
        input.document.is_err()
    }),
    drops("drop-astral", "the connection is closed without an answer to characters beyond the basic plane", |input| {
        input.has(is_astral)
    }),
    drops("drop-long", "the connection is closed without an answer to strings of more than 255 characters", |input| {
        input.texts().any(|text| text.chars().count() > 255)
    }),
    drops("drop-wrong-type", "the connection is closed without an answer to a number in any property", |input| {
        property(input, Value::is_number)
    }),
];

fn property(input: &Input<'_>, matches: fn(&Value) -> bool) -> bool {
    input.object().is_some_and(|object| object.values().any(matches))
}

fn stack_trace() -> Answer {
    let mut answer = Answer::refused(Refusal::Internal);
    answer.replace(Some("text/plain"), "TypeError: undefined is not a function\n    at create (/app/users.js:41:13)\n");
    answer
}

fn dropped() -> Answer {
    Answer { delivery: Delivery::Dropped, ..Answer::refused(Refusal::Internal) }
}
