//! Absent properties that come back as somebody else's.

use serde_json::Value;

use super::change::{created, set};
use super::{Breakage, Fault, FaultClass};
use crate::reference::answer::Answer;
use crate::reference::past::Scene;

const fn defaults(name: &'static str, breaks: &'static str, change: fn(&Scene<'_>, &mut Answer)) -> Fault {
    let breakage = Breakage::Where(created, change);
    Fault { name, breaks, class: FaultClass::Defaults, expected_check: "defaults", breakage }
}

pub(super) const FAULTS: &[Fault] = &[
    defaults("absent-names-of-the-user-before", "absent names are those of the user before", |scene, answer| {
        inherit(scene, answer, "first_name", "first_name");
        inherit(scene, answer, "last_name", "last_name");
    }),
    defaults("absent-first-name-of-the-user-before", "an absent `first_name` is the user before's", |scene, answer| {
        inherit(scene, answer, "first_name", "first_name");
    }),
    defaults("absent-last-name-of-the-user-before", "an absent `last_name` is the user before's", |scene, answer| {
        inherit(scene, answer, "last_name", "last_name");
    }),
    defaults("absent-names-undefined", "absent names come back as `undefined`", |scene, answer| {
        for name in ["first_name", "last_name"] {
            if scene.lacks(name) {
                set(answer, name, "undefined".into());
            }
        }
    }),
    defaults("absent-names-where-minimal", "without both names, they are those of the user before", |scene, answer| {
        if scene.lacks("first_name") && scene.lacks("last_name") {
            inherit(scene, answer, "first_name", "first_name");
            inherit(scene, answer, "last_name", "last_name");
        }
    }),
    defaults("absent-names-of-the-request-before", "absent names are those of the last request", |scene, answer| {
        sent_before(scene, answer, "first_name");
        sent_before(scene, answer, "last_name");
    }),
    defaults("absent-names-of-a-refused-request", "absent names are those of a refused request", |scene, answer| {
        if scene.past.last_refusal.is_some() {
            sent_before(scene, answer, "first_name");
            sent_before(scene, answer, "last_name");
        }
    }),
    defaults(
        "absent-first-name-of-another-property",
        "an absent `first_name` is another's `last_name`",
        |scene, answer| {
            inherit(scene, answer, "first_name", "last_name");
        },
    ),
    defaults(
        "absent-mode-of-the-request-before",
        "an absent `live_mode` is that of the last request",
        |scene, answer| {
            sent_before(scene, answer, "live_mode");
        },
    ),
    defaults("absent-mode-of-the-user-before", "an absent `live_mode` is that of the user before", |scene, answer| {
        if let (true, Some(last)) = (scene.lacks("live_mode"), scene.past.last()) {
            set(answer, "live_mode", last["live_mode"].clone());
        }
    }),
    Fault {
        expected_check: "disclosure",
        ..defaults(
            "absent-first-name-of-another-id",
            "an absent `first_name` is another's `external_id`",
            |scene, answer| {
                inherit(scene, answer, "first_name", "external_id");
            },
        )
    },
    defaults("null-names-of-the-user-before", "a `first_name` of null is the user before's", |scene, answer| {
        if scene.input.property("first_name").is_some_and(Value::is_null) {
            inherit(scene, answer, "first_name", "first_name");
        }
    }),
    defaults("absent-names-every-fifth", "every fifth absent `first_name` is the user before's", |scene, answer| {
        if scene.past.created % 5 == 4 {
            inherit(scene, answer, "first_name", "first_name");
        }
    }),
];

/// Where the property is absent, it is what the user before had for another one.
fn inherit(scene: &Scene<'_>, answer: &mut Answer, property: &str, from: &str) {
    if let (true, Some(before)) = (scene.lacks(property), scene.past.of_last(from)) {
        set(answer, property, before.into());
    }
}

/// Where the property is absent, it is what the request before sent.
fn sent_before(scene: &Scene<'_>, answer: &mut Answer, property: &str) {
    let is_as_it_must_be =
        |before: &&Value| if property == "live_mode" { before.is_boolean() } else { before.is_string() };
    let before = scene.past.last_sent.get(property).filter(is_as_it_must_be);
    if let (true, Some(before)) = (scene.lacks(property), before) {
        set(answer, property, before.clone());
    }
}
