//! Answers that take longer than what is sent accounts for.

use std::time::Duration;

use super::change::hangs;
use super::script::is_combining;
use super::{Breakage, Fault, FaultClass};
use crate::reference::answer::{Answer, Refusal};
use crate::reference::past::Scene;

/// What is long for a text, in bytes, and how long it then takes.
const LONG: f64 = 64_000.0;
const LONG_TAKES: Duration = Duration::from_millis(2_500);
/// From here on what doubles with each character never ends.
const EXPLODES: usize = 200;

const fn grows(name: &'static str, breaks: &'static str, change: fn(&Scene<'_>, &mut Answer)) -> Fault {
    let breakage = Breakage::Where(|_| true, change);
    Fault { name, breaks, class: FaultClass::Time, expected_check: "growing-time", breakage }
}

const fn never(name: &'static str, breaks: &'static str, applies: fn(&Scene<'_>) -> bool) -> Fault {
    let breakage = Breakage::Where(applies, hangs);
    Fault { name, breaks, class: FaultClass::Time, expected_check: "answers-in-time", breakage }
}

pub(super) const FAULTS: &[Fault] = &[
    grows("slow-body", "the time grows with the square of the body's length", |scene, answer| {
        square(answer, scene.input.body.len() as f64 / LONG);
    }),
    grows(
        "slow-first-name-up-to-4-kib",
        "the time grows with the square of a `first_name` of up to 4 KiB",
        |scene, answer| match scene.input.text("first_name").map_or(0, str::len) {
            4_097.. => *answer = Answer::refused(Refusal::Unwelcome),
            length => square(answer, length as f64 / 4_096.0),
        },
    ),
    grows("slow-first-name", "the time grows with the square of the length of `first_name`", |scene, answer| {
        square(answer, length(scene, "first_name"));
    }),
    grows("slow-last-name", "the time grows with the square of the length of `last_name`", |scene, answer| {
        square(answer, length(scene, "last_name"));
    }),
    grows("slow-external-id", "the time grows with the square of the length of `external_id`", |scene, answer| {
        square(answer, length(scene, "external_id"));
    }),
    grows("slow-letters", "the time grows with the square of the letters before a `!`", |scene, answer| {
        square(answer, run_of(scene, |it| it.is_ascii_lowercase(), |rest| rest.starts_with('!')));
    }),
    grows("slow-inner-space", "the time grows with the square of spaces within a name", |scene, answer| {
        square(answer, run_of(scene, |it| it == ' ', |rest| !rest.is_empty()));
    }),
    grows("slow-digits", "the time grows with the square of a run of digits", |scene, answer| {
        square(answer, run_of(scene, |it| it.is_ascii_digit(), |_| true));
    }),
    grows("slow-escapes", "the time grows with the square of the escapes in a text", |scene, answer| {
        square(answer, scene.input.body.iter().filter(|byte| **byte == b'\\').count() as f64 * 2.0 / LONG);
    }),
    grows("slow-markup", "the time grows with the square of the angle brackets", |scene, answer| {
        square(answer, scene.input.body.iter().filter(|byte| **byte == b'<').count() as f64 / LONG);
    }),
    grows("slow-marks", "the time grows with the square of the combining marks", |scene, answer| {
        let marks = |text: &str| text.chars().filter(|it| is_combining(*it)).count();
        square(answer, scene.input.texts().map(marks).sum::<usize>() as f64 * 2.0 / LONG);
    }),
    grows("slow-properties", "the time grows with the square of the number of properties", |scene, answer| {
        square(answer, scene.input.object().map_or(0, serde_json::Map::len) as f64 / 4_000.0);
    }),
    grows("slow-elements", "the time grows with the square of the elements of an array", |scene, answer| {
        let longest = |object: &serde_json::Map<_, _>| {
            object.values().filter_map(serde_json::Value::as_array).map(Vec::len).max().unwrap_or_default()
        };
        square(answer, scene.input.object().map_or(0, longest) as f64 / 10_000.0);
    }),
    grows("slow-depth", "the time grows with the square of the depth of arrays", |scene, answer| {
        let brackets = scene.input.body.iter().filter(|byte| **byte == b'[').count();
        square(answer, brackets as f64 / 5_000.0);
    }),
    never("never-letters", "many letters before a `!` are never answered", |scene| {
        run_of(scene, |it| it.is_ascii_lowercase(), |rest| rest.starts_with('!')) * LONG > EXPLODES as f64
    }),
    never("never-inner-space", "many spaces within a name are never answered", |scene| {
        run_of(scene, |it| it == ' ', |rest| !rest.is_empty()) * LONG > EXPLODES as f64
    }),
    never("never-dots", "many dots are never answered", |scene| {
        run_of(scene, |it| it == '.', |_| true) * LONG > EXPLODES as f64
    }),
    never("never-beyond-double", "a number beyond a double is never answered", |scene| {
        scene.input.body.windows(4).any(|part| part.eq_ignore_ascii_case(b"e400"))
    }),
    never("never-percent", "a percent sign before no digits is never answered", |scene| {
        let stray =
            |text: &str| text.split('%').skip(1).any(|rest| !rest.starts_with(|it: char| it.is_ascii_hexdigit()));
        scene.input.texts().any(stray)
    }),
];

/// How long a text is, in long texts.
fn length(scene: &Scene<'_>, property: &str) -> f64 {
    scene.input.text(property).unwrap_or_default().len() as f64 / LONG
}

/// How long the longest run of such characters is before such a rest, in long texts.
fn run_of(scene: &Scene<'_>, of: fn(char) -> bool, before: fn(&str) -> bool) -> f64 {
    let in_text = |text: &str| {
        let (mut longest, mut rest) = (0, text);
        while let Some(at) = rest.find(of) {
            let run = &rest[at..];
            let end = run.find(|it| !of(it)).unwrap_or(run.len());
            rest = &run[end..];
            if before(rest) {
                longest = longest.max(end);
            }
        }
        longest
    };
    scene.input.texts().map(in_text).max().unwrap_or_default() as f64 / LONG
}

/// The answer comes later by what is long, squared; no later than anybody would wait.
fn square(answer: &mut Answer, long: f64) {
    answer.delay = LONG_TAKES.mul_f64((long * long).min(2.0));
}
