//! Ids that repeat themselves.

use std::time::Duration;

use serde_json::Value;

use super::change::{created, set};
use super::{Breakage, Fault, FaultClass};
use crate::reference::answer::Answer;
use crate::reference::behaviour::random;
use crate::reference::past::Scene;

/// So long that several requests are under way at once.
const WORK: Duration = Duration::from_millis(3);

const fn repeats(name: &'static str, breaks: &'static str, change: fn(&Scene<'_>, &mut Answer)) -> Fault {
    let breakage = Breakage::Where(created, change);
    Fault { name, breaks, class: FaultClass::UniqueId, expected_check: "unique-id", breakage }
}

pub(super) const FAULTS: &[Fault] = &[
    repeats("id-constant", "every user has the same id", |_, answer| set(answer, "id", "u_1".into())),
    repeats("id-of-the-one-before", "every user has the id of the one before", last_id),
    repeats("id-every-tenth", "every tenth user has the id of the one before", |scene, answer| {
        if scene.past.created % 10 == 9 {
            last_id(scene, answer);
        }
    }),
    repeats("id-every-fiftieth", "every fiftieth user has the id of the one before", |scene, answer| {
        if scene.past.created % 50 == 49 {
            last_id(scene, answer);
        }
    }),
    repeats("id-counter-modulo", "ids count to a hundred and begin anew", |scene, answer| {
        set(answer, "id", format!("u_{:02}", scene.past.created % 100).into());
    }),
    repeats("id-of-the-second", "the id is the second of the clock", |scene, answer| {
        set(answer, "id", format!("u_{}", scene.now / 1000).into());
    }),
    repeats("id-of-the-hundredth", "the id is the hundredth of a second of the clock", |scene, answer| {
        set(answer, "id", format!("u_{}", scene.now / 10).into());
    }),
    repeats("id-of-twelve-bits", "ids are drawn from 4,096", |_, answer| {
        set(answer, "id", format!("u_{}", random() % 4096).into());
    }),
    repeats("id-of-the-names", "the id is made of the names", |scene, answer| {
        let name = |property| scene.input.text(property).unwrap_or_default();
        set(answer, "id", format!("u_{}-{}", name("first_name"), name("last_name")).into());
    }),
    repeats("id-of-the-length", "the id is the length of the request", |scene, answer| {
        set(answer, "id", format!("u_{}", scene.input.body.len()).into());
    }),
    repeats("id-cut", "the id is the first ten characters of `external_id`", |scene, answer| {
        set(answer, "id", scene.external_id().chars().take(10).collect::<String>().into());
    }),
    repeats("id-under-concurrency", "two creates at once have the same id", |scene, answer| {
        if scene.past.at_once > 1 {
            last_id(scene, answer);
        }
        answer.delay = WORK;
    }),
    repeats("id-after-a-refusal", "the first user after a refusal has the id of the one before", |scene, answer| {
        if scene.past.last_refusal.is_some() {
            last_id(scene, answer);
        }
    }),
    repeats("id-counts-refusals", "the id is the number of requests refused so far", |scene, answer| {
        set(answer, "id", format!("u_{}", scene.past.refused).into());
    }),
];

fn last_id(scene: &Scene<'_>, answer: &mut Answer) {
    if let Some(id) = scene.past.of_last("id") {
        set(answer, "id", Value::from(id));
    }
}
