//! What the server alone decides on, taken over from the request.

use super::change::{created, set};
use super::{Breakage, Fault, FaultClass};
use crate::reference::answer::Answer;
use crate::reference::past::Scene;

const fn assigns(name: &'static str, breaks: &'static str, change: fn(&Scene<'_>, &mut Answer)) -> Fault {
    let breakage = Breakage::Where(created, change);
    Fault { name, breaks, class: FaultClass::ServerAssigned, expected_check: "server-assigned", breakage }
}

pub(super) const FAULTS: &[Fault] = &[
    assigns("takes-over-id", "a sent `id` is taken over", |scene, answer| take(scene, answer, "id")),
    assigns("takes-over-object", "a sent `object` is taken over", |scene, answer| take(scene, answer, "object")),
    assigns("takes-over-created-at", "a sent `created_at` is taken over", |scene, answer| {
        take(scene, answer, "created_at");
    }),
    assigns("takes-over-updated-at", "a sent `updated_at` is taken over", |scene, answer| {
        take(scene, answer, "updated_at");
    }),
    assigns("takes-over-everything", "all that is sent is taken over", |scene, answer| {
        ["id", "object", "created_at", "updated_at"].iter().for_each(|property| take(scene, answer, property));
    }),
    assigns("takes-over-id-without-names", "a sent `id` is taken over where no name is sent", |scene, answer| {
        if scene.lacks("first_name") {
            take(scene, answer, "id");
        }
    }),
    assigns("takes-over-a-later-time", "an `updated_at` that is yet to come is taken over", |scene, answer| {
        if scene.input.property("updated_at").and_then(serde_json::Value::as_i64).is_some_and(|time| time > scene.now) {
            take(scene, answer, "updated_at");
        }
    }),
    assigns("takes-over-an-id-like-its-own", "a sent `id` is taken over if it begins as all do", |scene, answer| {
        if scene.input.text("id").is_some_and(|id| id.starts_with("u_")) {
            take(scene, answer, "id");
        }
    }),
    assigns("takes-over-times-together", "`created_at` and `updated_at` are taken over together", |scene, answer| {
        if !scene.lacks("created_at") && !scene.lacks("updated_at") {
            take(scene, answer, "created_at");
            take(scene, answer, "updated_at");
        }
    }),
];

fn take(scene: &Scene<'_>, answer: &mut Answer, property: &str) {
    if let Some(sent) = scene.input.property(property).filter(|sent| !sent.is_null()) {
        set(answer, property, sent.clone());
    }
}
