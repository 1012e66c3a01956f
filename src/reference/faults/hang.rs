//! Answers that do not come, or do not end.

use std::time::Duration;

use serde_json::{Value, json};

use super::script::is_astral;
use super::{Breakage, Fault, FaultClass, Scope};
use crate::reference::answer::{Answer, Refusal};
use crate::reference::params::Input;
use crate::reference::send::Delivery;

const DRIP: Duration = Duration::from_millis(300);
/// Longer than any body of this API needs to be.
const HUGE: usize = 8 * 1024 * 1024;

const fn fault(name: &'static str, breaks: &'static str, breakage: Breakage) -> Fault {
    Fault { name, breaks, class: FaultClass::Hang, expected_check: "answers-in-time", breakage }
}

const fn hangs(name: &'static str, breaks: &'static str, applies: fn(&Input<'_>) -> bool) -> Fault {
    fault(name, breaks, Breakage::Instead(applies, never))
}

const fn stalls(name: &'static str, breaks: &'static str, scope: Scope, change: fn(&mut Answer)) -> Fault {
    fault(name, breaks, Breakage::Answer(scope, change))
}

const fn swells(name: &'static str, breaks: &'static str, breakage: Breakage) -> Fault {
    Fault { expected_check: "body-size", ..fault(name, breaks, breakage) }
}

pub(super) const FAULTS: &[Fault] = &[
    hangs("hang-always", "no request is ever answered", |_| true),
    hangs("hang-malformed", "malformed JSON is never answered", |input| input.document.is_err()),
    hangs("hang-empty-body", "an empty body is never answered", |input| input.body.is_empty()),
    hangs("hang-truncated", "JSON that breaks off is never answered", |input| {
        serde_json::from_slice::<Value>(input.body).is_err_and(|error| error.is_eof())
    }),
    hangs("hang-missing", "a missing `external_id` is never answered", |input| {
        input.object().is_some_and(|object| !object.contains_key("external_id"))
    }),
    hangs("hang-long", "strings of more than 255 characters are never answered", |input| {
        input.texts().any(|text| text.chars().count() > 255)
    }),
    hangs("hang-astral", "characters beyond the basic plane are never answered", |input| input.has(is_astral)),
    hangs("hang-null", "an `external_id` of null is never answered", |input| {
        input.property("external_id").is_some_and(Value::is_null)
    }),
    stalls("hang-created", "a create is carried out and never answered", Scope::Created, |answer| {
        answer.delivery = Delivery::Never;
    }),
    stalls("hang-refused", "a refusal is never sent", Scope::Refused, |answer| answer.delivery = Delivery::Never),
    stalls("stalls-after-head", "nothing follows upon the header section", Scope::All, |answer| {
        answer.delivery = Delivery::HeadOnly;
    }),
    stalls("stalls-created", "the second half of a created user does not come", Scope::Created, |answer| {
        answer.delivery = Delivery::Stalled;
    }),
    stalls("stalls-refused", "the second half of an error does not come", Scope::Refused, |answer| {
        answer.delivery = Delivery::Stalled;
    }),
    stalls("drips", "the answer comes at one byte per 300 ms, for ever", Scope::All, |answer| {
        answer.delivery = Delivery::Dripping(DRIP);
    }),
    stalls("drips-created", "a created user comes at one byte per 300 ms, for ever", Scope::Created, |answer| {
        answer.delivery = Delivery::Dripping(DRIP);
    }),
    stalls("drips-refused", "an error comes at one byte per 300 ms, for ever", Scope::Refused, |answer| {
        answer.delivery = Delivery::Dripping(DRIP);
    }),
    swells(
        "huge-created",
        "a created user has 8 MiB of padding in a string",
        Breakage::Body(Scope::Created, |user| {
            user["padding"] = json!("x".repeat(HUGE));
        }),
    ),
    swells(
        "huge-refused",
        "the message of errors is 8 MiB long",
        Breakage::Body(Scope::Refused, |body| {
            body["error"]["message"] = json!("x".repeat(HUGE));
        }),
    ),
    swells(
        "huge-space",
        "8 MiB of spaces follow upon a created user",
        Breakage::Bytes(Scope::Created, |body| {
            body.resize(body.len() + HUGE, b' ');
        }),
    ),
    swells(
        "endless-created",
        "spaces without end follow upon a created user",
        Breakage::Answer(Scope::Created, |answer| {
            answer.delivery = Delivery::Endless;
        }),
    ),
    swells(
        "endless-refused",
        "spaces without end follow upon an error",
        Breakage::Answer(Scope::Refused, |answer| {
            answer.delivery = Delivery::Endless;
        }),
    ),
];

fn never() -> Answer {
    Answer { delivery: Delivery::Never, ..Answer::refused(Refusal::Internal) }
}
