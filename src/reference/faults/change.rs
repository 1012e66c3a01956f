//! Where faults of several classes show, and what they do to an answer.

use serde_json::Value;

use crate::reference::answer::{Answer, Refusal};
use crate::reference::past::Scene;
use crate::reference::send::Delivery;

/// Where a user is made.
pub(super) fn created(scene: &Scene<'_>) -> bool {
    scene.is_created()
}

/// Where an `external_id` is taken.
pub(super) fn taken(scene: &Scene<'_>) -> bool {
    scene.is_conflict()
}

/// 500, with a proper error.
pub(super) fn fails(_: &Scene<'_>, answer: &mut Answer) {
    *answer = Answer::refused(Refusal::Internal);
}

/// 400, with a proper error.
pub(super) fn refuses(_: &Scene<'_>, answer: &mut Answer) {
    *answer = Answer::refused(Refusal::Unwelcome);
}

/// 400, as if the `external_id` were taken.
pub(super) fn conflicts(_: &Scene<'_>, answer: &mut Answer) {
    *answer = Answer::refused(Refusal::Conflict);
}

/// Nothing, for ever.
pub(super) fn hangs(_: &Scene<'_>, answer: &mut Answer) {
    answer.delivery = Delivery::Never;
}

/// The connection is closed in place of an answer.
pub(super) fn drops(_: &Scene<'_>, answer: &mut Answer) {
    answer.delivery = Delivery::Dropped;
}

/// The names of the user made before, where there is one.
pub(super) fn takes_names(scene: &Scene<'_>, answer: &mut Answer) {
    for property in ["first_name", "last_name"] {
        if let Some(name) = scene.past.of_last(property) {
            set(answer, property, name.into());
        }
    }
}

/// The same, with this property.
pub(super) fn set(answer: &mut Answer, property: &str, value: Value) {
    answer.edit(|body| body[property] = value);
}
