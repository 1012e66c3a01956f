//! Faults that show in one answer of twenty.

use serde_json::{Value, json};

use super::change::{drops, fails, refuses, set, takes_names};
use super::{Breakage, Fault, FaultClass};
use crate::reference::answer::Answer;
use crate::reference::behaviour::random;
use crate::reference::past::Scene;

type Change = fn(&Scene<'_>, &mut Answer);

const fn rare(name: &'static str, breaks: &'static str, check: &'static str, breakage: Breakage) -> Fault {
    Fault { name, breaks, class: FaultClass::Rare, expected_check: check, breakage }
}

const fn created(name: &'static str, breaks: &'static str, check: &'static str, change: Change) -> Fault {
    rare(name, breaks, check, Breakage::Where(|it| it.is_created() && it.past.created % 20 == 13, change))
}

const fn refused(name: &'static str, breaks: &'static str, check: &'static str, change: Change) -> Fault {
    rare(name, breaks, check, Breakage::Where(|it| !it.is_created() && it.past.refused % 20 == 13, change))
}

const fn chance(name: &'static str, breaks: &'static str, check: &'static str, change: Change) -> Fault {
    rare(name, breaks, check, Breakage::Where(|_| random().is_multiple_of(20), change))
}

pub(super) const FAULTS: &[Fault] = &[
    created("rare-created-500", "every twentieth create is answered by 500", "no-server-error", fails),
    created("rare-created-refused", "every twentieth create is refused", "accepts-valid", refuses),
    created("rare-created-201", "every twentieth create is answered by 201", "status-documented", |_, answer| {
        answer.status = 201;
    }),
    created("rare-created-without", "every twentieth user lacks `last_name`", "response-schema", |_, answer| {
        answer.edit(|user| drop(user.as_object_mut().and_then(|user| user.shift_remove("last_name"))));
    }),
    created("rare-created-string", "the time of every twentieth user is a string", "response-schema", |_, answer| {
        answer.edit(|user| user["created_at"] = user["created_at"].to_string().into());
    }),
    created("rare-created-null", "every twentieth user has no id", "response-schema", |_, answer| {
        set(answer, "id", Value::Null);
    }),
    created("rare-created-anothers", "every twentieth user has the names of the one before", "echo", takes_names),
    created("rare-created-shouted", "the names of every twentieth user are in capitals", "echo", |scene, answer| {
        if let Some(name) = scene.input.text("first_name") {
            set(answer, "first_name", name.to_uppercase().into());
        }
    }),
    created("rare-created-zero", "the time of every twentieth user is zero", "clock", |_, answer| {
        set(answer, "created_at", 0.into());
    }),
    created("rare-created-html", "every twentieth user is labelled as HTML", "content-type", |_, answer| {
        answer.content_type = Some("text/html");
    }),
    created("rare-created-cut", "the JSON of every twentieth user breaks off", "body-parses", |_, answer| {
        answer.edit_bytes(|bytes| bytes.truncate(bytes.len() / 2));
    }),
    refused("rare-refused-500", "every twentieth refusal is a 500", "no-server-error", fails),
    refused("rare-refused-dropped", "every twentieth refusal is a closed connection", "answers-in-time", drops),
    refused("rare-refused-422", "every twentieth refusal is a 422", "status-documented", |_, answer| {
        answer.status = 422;
    }),
    refused("rare-refused-granted", "every twentieth refusal is a success", "rejects-invalid", |scene, answer| {
        *answer = Answer::created(scene.past.last().cloned().unwrap_or_default());
    }),
    refused("rare-refused-without", "every twentieth error lacks its message", "error-body", |_, answer| {
        answer.edit(|body| body["error"] = json!({ "code": "invalid_request" }));
    }),
    refused("rare-refused-text", "every twentieth error is plain text", "content-type", |_, answer| {
        answer.replace(Some("text/plain"), "the request is invalid");
    }),
    chance("chance-500", "one answer of twenty is a 500, by chance", "no-server-error", fails),
    chance("chance-503", "one answer of twenty is a 503, by chance", "no-server-error", |scene, answer| {
        fails(scene, answer);
        answer.status = 503;
    }),
    rare(
        "chance-dropped",
        "one connection of fifty is closed without an answer, by chance",
        "answers-in-time",
        Breakage::Where(|_| random().is_multiple_of(50), drops),
    ),
    chance("chance-empty", "one answer of twenty is an empty object, by chance", "response-schema", |_, answer| {
        answer.edit(|body| *body = json!({}));
    }),
];
