//! One `external_id` that makes two users, or two that make one.

use std::time::Duration;

use serde_json::Value;

use super::change::{conflicts, created, fails, set, taken};
use super::{Breakage, Fault, FaultClass};
use crate::reference::answer::Answer;
use crate::reference::behaviour::{Behaviour, prefixed_id};
use crate::reference::params::NewUser;
use crate::reference::past::Scene;

/// So long that several requests of one identity are under way at once.
const LOOK: Duration = Duration::from_millis(4);

const fn identity(name: &'static str, breaks: &'static str, breakage: Breakage) -> Fault {
    Fault { name, breaks, class: FaultClass::Identity, expected_check: "identity", breakage }
}

/// A second user is made of a taken `external_id`.
const fn doubles(name: &'static str, breaks: &'static str, applies: fn(&Scene<'_>) -> bool) -> Fault {
    identity(name, breaks, Breakage::Where(applies, second_user))
}

/// An `external_id` is refused for that of another.
const fn confuses(name: &'static str, breaks: &'static str, applies: fn(&Scene<'_>) -> bool) -> Fault {
    Fault { expected_check: "accepts-valid", ..identity(name, breaks, Breakage::Where(applies, conflicts)) }
}

/// An `external_id` is answered with the user of another.
const fn merges(name: &'static str, breaks: &'static str, change: fn(&Scene<'_>, &mut Answer)) -> Fault {
    Fault { expected_check: "echo", ..identity(name, breaks, Breakage::Where(created, change)) }
}

pub(super) const FAULTS: &[Fault] = &[
    doubles("second-user", "a second create with one `external_id` makes a second user", taken),
    doubles("second-user-other-names", "one `external_id` with other names makes a second user", |scene| {
        scene.is_conflict() && !has_same_names(scene)
    }),
    doubles("second-user-same-names", "one `external_id` with the same names makes a second user", |scene| {
        scene.is_conflict() && has_same_names(scene)
    }),
    doubles("second-user-nameless", "one `external_id` without names makes a second user", |scene| {
        scene.is_conflict() && scene.lacks("first_name") && scene.lacks("last_name")
    }),
    doubles("second-user-after-another", "only the last `external_id` is known to be taken", |scene| {
        scene.is_conflict() && scene.past.of_last("external_id") != Some(scene.external_id())
    }),
    doubles("second-user-at-the-third-try", "a refused repeat is granted when it is tried again", |scene| {
        scene.is_conflict() && scene.was_refused()
    }),
    doubles("second-user-every-fifth", "every fifth repeat makes a second user", |scene| {
        scene.is_conflict() && scene.past.conflicts % 5 == 4
    }),
    identity(
        "second-user-raced",
        "of requests with one `external_id` at once each makes a user",
        Breakage::Where(
            |_| true,
            |scene, answer| {
                if scene.is_conflict() && scene.is_raced() {
                    second_user(scene, answer);
                }
                answer.delay = LOOK;
            },
        ),
    ),
    identity(
        "second-user-raced-other-names",
        "of requests with one `external_id` and other names at once each makes a user",
        Breakage::Where(
            |_| true,
            |scene, answer| {
                if scene.is_conflict() && scene.is_raced() && !has_same_names(scene) {
                    second_user(scene, answer);
                }
                answer.delay = LOOK;
            },
        ),
    ),
    identity(
        "first-user-with-a-new-id",
        "a repeat is answered with the first user under a new id",
        Breakage::Where(taken, |scene, answer| {
            if let Some(first) = scene.first() {
                *answer = Answer::created(first.clone());
                set(answer, "id", prefixed_id().into());
            }
        }),
    ),
    Fault {
        expected_check: "accepts-valid",
        ..identity(
            "taken-by-a-refusal",
            "a refused request takes its `external_id`",
            Breakage::Where(|scene| scene.is_created() && scene.was_refused(), conflicts),
        )
    },
    confuses("taken-in-other-letter-case", "an `external_id` in other letter case is refused as taken", |scene| {
        has_twin(scene, str::to_lowercase)
    }),
    confuses("taken-with-trailing-space", "an `external_id` with a trailing space is refused as taken", |scene| {
        has_twin(scene, |id| id.trim_end().to_owned())
    }),
    confuses("taken-without-accents", "an `external_id` that differs in an accent is refused as taken", |scene| {
        has_twin(scene, unaccented)
    }),
    confuses("taken-without-zeros", "an `external_id` that differs in a leading zero is refused as taken", |scene| {
        has_twin(scene, |id| id.replace("-0", "-"))
    }),
    confuses("taken-beyond-bmp", "an `external_id` that differs in an emoji is refused as taken", |scene| {
        has_twin(scene, |id| id.replace(|it| it > '\u{ffff}', "?"))
    }),
    confuses(
        "taken-in-cyrillic-spelling",
        "an `external_id` that differs in \u{451} and \u{435} is refused as taken",
        |scene| has_twin(scene, |id| id.replace('\u{451}', "\u{435}")),
    ),
    confuses(
        "taken-by-its-first-64",
        "an `external_id` with the first 64 characters of another is refused as taken",
        |scene| has_twin(scene, first::<64>),
    ),
    confuses(
        "taken-by-its-first-255",
        "an `external_id` with the first 255 characters of another is refused as taken",
        |scene| has_twin(scene, first::<255>),
    ),
    confuses(
        "taken-by-its-first-900",
        "an `external_id` with the first 900 characters of another is refused as taken",
        |scene| has_twin(scene, first::<900>),
    ),
    confuses(
        "taken-by-its-last-40",
        "a long `external_id` with the last 40 characters of another is refused as taken",
        |scene| {
            has_twin(scene, |id| match id.len() {
                60.. => id.chars().rev().take(40).collect(),
                _ => id.to_owned(),
            })
        },
    ),
    confuses("taken-by-a-pattern", "an `external_id` is looked for with `LIKE`", |scene| {
        has_twin(scene, |id| id.trim_end_matches('%').to_owned())
    }),
    Fault {
        expected_check: "no-server-error",
        ..identity(
            "fails-over-the-other-mode",
            "a taken `external_id` in the other mode makes the server fail",
            Breakage::Where(
                |scene| {
                    let mode = scene.input.property("live_mode");
                    scene.is_conflict() && mode.is_some() && scene.first().map(|user| &user["live_mode"]) != mode
                },
                fails,
            ),
        )
    },
    Fault {
        expected_check: "expectation",
        ..identity(
            "taken-is-forbidden",
            "a taken `external_id` is answered with 403",
            Breakage::Where(taken, |_, answer| answer.status = 403),
        )
    },
    merges("merged-in-other-letter-case", "letter case aside, one `external_id` is one user", |scene, answer| {
        merge(scene, answer, str::to_lowercase);
    }),
    merges("merged-with-trailing-space", "trailing spaces aside, one `external_id` is one user", |scene, answer| {
        merge(scene, answer, |id| id.trim_end().to_owned());
    }),
    Fault {
        expected_check: "unique-id",
        ..merges(
            "merged-id-in-other-letter-case",
            "letter case aside, one `external_id` has one id",
            |scene, answer| {
                if let Some(twin) = scene.twin(str::to_lowercase) {
                    set(answer, "id", twin["id"].clone());
                }
            },
        )
    },
];

/// The user that would be made if the `external_id` were new.
fn second_user(scene: &Scene<'_>, answer: &mut Answer) {
    let Ok(new) = NewUser::from_input(scene.input, &Behaviour::default()) else { return };
    *answer = Answer::created(new.made(&Behaviour::default(), scene.now).into_json());
}

fn has_same_names(scene: &Scene<'_>) -> bool {
    let first = scene.first();
    ["first_name", "last_name"].iter().all(|property| {
        let known = first.and_then(|user| user[property].as_str());
        known == Some(scene.input.text(property).unwrap_or_default())
    })
}

fn has_twin(scene: &Scene<'_>, folded: fn(&str) -> String) -> bool {
    scene.is_created() && scene.twin(folded).is_some()
}

fn merge(scene: &Scene<'_>, answer: &mut Answer, folded: fn(&str) -> String) {
    if let Some(twin) = scene.twin(folded) {
        *answer = Answer::created(Value::clone(twin));
    }
}

fn first<const COUNT: usize>(id: &str) -> String {
    id.chars().take(COUNT).collect()
}

fn unaccented(text: &str) -> String {
    text.replace(['\u{e9}', '\u{301}'], "").replace('e', "")
}
