//! Times that are in another unit, of another moment, or at odds with each other.

use super::change::{created, set};
use super::{Breakage, Fault, FaultClass};
use crate::reference::answer::Answer;
use crate::reference::past::Scene;

const HOUR: i64 = 3_600_000;

const fn clock(name: &'static str, breaks: &'static str, change: fn(&Scene<'_>, &mut Answer)) -> Fault {
    let breakage = Breakage::Where(created, change);
    Fault { name, breaks, class: FaultClass::Clock, expected_check: "clock", breakage }
}

const fn order(name: &'static str, breaks: &'static str, change: fn(&Scene<'_>, &mut Answer)) -> Fault {
    Fault { expected_check: "time-order", ..clock(name, breaks, change) }
}

pub(super) const FAULTS: &[Fault] = &[
    clock("clock-seconds", "times are in seconds", |scene, answer| both(answer, scene.now / 1000)),
    clock("clock-microseconds", "times are in microseconds", |scene, answer| both(answer, scene.now * 1000)),
    clock("clock-nanoseconds", "times are in nanoseconds", |scene, answer| both(answer, scene.now * 1_000_000)),
    clock("clock-zero", "times are zero", |_, answer| both(answer, 0)),
    clock("clock-minus-one", "times are -1", |_, answer| both(answer, -1)),
    clock("clock-constant", "times are those of the published example", |_, answer| both(answer, 1_671_631_795_145)),
    clock("clock-start", "times are that of the server's start, an hour ago", |scene, answer| {
        both(answer, scene.now - HOUR);
    }),
    clock("clock-east", "times are those of a clock two hours to the east", |scene, answer| {
        both(answer, scene.now + 2 * HOUR);
    }),
    clock("clock-west", "times are those of a clock five hours to the west", |scene, answer| {
        both(answer, scene.now - 5 * HOUR);
    }),
    clock("clock-day", "times are those of the day's beginning", |scene, answer| {
        let midnight = scene.now - scene.now % (24 * HOUR);
        // Shortly after midnight nobody could tell.
        both(answer, if scene.now - midnight < HOUR { midnight - 24 * HOUR } else { midnight });
    }),
    clock(
        "clock-drifting",
        "each time is a minute later than it should be, more than the one before",
        |scene, answer| {
            both(answer, scene.now + scene.past.created.cast_signed() * 60_000);
        },
    ),
    clock("clock-in-32-bits", "times are cut to 32 bits", |scene, answer| both(answer, scene.now & 0x7fff_ffff)),
    clock("clock-created-alone", "`created_at` alone is in seconds", |scene, answer| {
        set(answer, "created_at", (scene.now / 1000).into());
    }),
    clock("clock-updated-zero", "`updated_at` is zero", |_, answer| set(answer, "updated_at", 0.into())),
    clock("clock-updated-seconds", "`updated_at` alone is in seconds", |scene, answer| {
        set(answer, "updated_at", (scene.now / 1000).into());
    }),
    clock("clock-live-mode", "times of users in live mode are in seconds", |scene, answer| {
        if scene.input.property("live_mode").and_then(serde_json::Value::as_bool) == Some(true) {
            both(answer, scene.now / 1000);
        }
    }),
    clock("clock-of-two-machines", "every other time is of a clock four minutes behind", |scene, answer| {
        both(answer, scene.now - scene.past.created.cast_signed() % 2 * 240_000);
    }),
    clock("clock-updated-later", "`updated_at` is a minute after `created_at`", |scene, answer| {
        set(answer, "updated_at", (scene.now + 60_000).into());
    }),
    order("updated-before-created", "`updated_at` is 1 ms before `created_at`", |_, answer| {
        answer.edit(|user| {
            let created = user["created_at"].as_i64().unwrap_or_default();
            user["updated_at"] = (created - 1).into();
        });
    }),
    order("updated-to-the-second", "`updated_at` is kept to the second, `created_at` is not", |scene, answer| {
        set(answer, "updated_at", (scene.now / 1000 * 1000).into());
    }),
    order("updated-of-the-one-before", "`updated_at` is that of the user before", |scene, answer| {
        if let Some(last) = scene.past.last() {
            set(answer, "updated_at", last["updated_at"].clone());
        }
    }),
];

fn both(answer: &mut Answer, time: i64) {
    set(answer, "created_at", time.into());
    set(answer, "updated_at", time.into());
}
