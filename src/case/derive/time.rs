//! The same kind of input at growing lengths, so that an answer time that grows faster than the input shows.
//!
//! Each case sends short ones and long ones, some twice: the least time of each length counts. One is half as long as the
//! longest, since a step up is no growth. Several are short, for a server that limits its texts answers what is longer at
//! once.

use serde_json::{Value, json};

use super::ground::{Ground, Spot, about};
use super::telling::is_free_text;
use super::{BodyTemplate, Case, Intent};
use crate::case::{Company, Step};
use crate::generate::{Contest, Edit, Encoding, Form, Template};
use crate::source::Pointer;

/// How long the texts are, in bytes of the JSON text. The longest is less than what common servers take for a body.
const LENGTHS: [usize; 6] = [20, 600, 3_600, 3_600, 32_000, 64_000];

/// How many texts besides the first are tried, with the most telling units alone.
const OTHERS: usize = 4;
/// The units that are tried on every text.
const WORDS: &str = "words";
const PUNCTUATION: &str = "punctuation";

/// What is repeated between a first and a last part.
const UNITS: &[(&str, &str, &str, &str)] = &[
    ("letters-then-mark", "", "a", "!"),
    ("spaces", "a", " ", "b"),
    ("digits", "", "0", "x"),
    (WORDS, "", "ab ", ""),
    ("quotes", "", "\"", ""),
    ("backslashes", "", "\\", ""),
    ("angle-brackets", "", "<", ""),
    ("parentheses", "", "(", ""),
    ("dots", "a", ".", "@"),
    ("slashes", "", "../", ""),
    ("marks-out-of-order", "a", "\u{301}\u{323}", ""),
    ("emoji", "", "😀", ""),
    (PUNCTUATION, "", "-_.@,%'+=:;&#$*~|?!^`/ ", ""),
    ("scripts", "", "語ãяש\u{3000}", ""),
    ("joined-emoji", "", "👩\u{200d}", "👩"),
];

pub(super) fn propose(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    let is_fresh = |spot: &&Spot| ground.body.fresh.contains(&spot.place.pointer);
    let free: Vec<&Spot> =
        ground.properties().filter(|spot| is_free_text(spot) && spot.shape.max_length.is_none()).collect();
    let spot = free.iter().find(|spot| !is_fresh(spot)).or(free.first());
    if let Some(spot) = spot {
        texts(ground, spot, is_fresh(spot), |_| true, cases);
        // A loop within a loop may be in the way of any text: shapes are for parsers, which serve them all.
        let others = free.iter().filter(|other| other.place.pointer != spot.place.pointer);
        others.take(OTHERS).for_each(|other| {
            texts(ground, other, is_fresh(other), |name| [WORDS, PUNCTUATION].contains(&name), cases)
        });
    }
    if ground.full.value.is_object() {
        structures(ground, cases);
    }
}

fn texts(ground: &Ground<'_>, spot: &Spot, fresh: bool, wanted: fn(&str) -> bool, cases: &mut Vec<Case>) {
    let path = spot.place.path();
    for (name, first, unit, last) in UNITS.iter().filter(|(name, ..)| wanted(name)) {
        if !ground.call.sieve.takes() {
            continue;
        }
        let width = json!(unit).to_string().len() - 2;
        let steps: Vec<Template> = LENGTHS
            .iter()
            .map(|length| {
                let text = format!("{first}{}{last}", unit.repeat(length / width));
                let mut template = ground.full.clone();
                match fresh {
                    true => {
                        let form = Form::Tagged { before: String::new(), after: format!("-{text}") };
                        template.set_slot(&spot.place.pointer, form);
                    }
                    false => template.set(&spot.place.pointer, json!(text)),
                }
                template
            })
            .collect();
        let reason = format!("`{path}` at growing lengths: {}", name.replace('-', " "));
        let case = growing(ground, &format!("time/{path}-{name}"), &reason, steps, Contest::LongText);
        cases.extend(about(case, spot));
    }
}

/// More and more properties, and what is longer or deeper than anybody would send.
fn structures(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    if !ground.call.sieve.takes() {
        return;
    }
    let many = [60, 500, 500, 2_000, 4_000].map(|count| {
        let mut template = ground.full.clone();
        (0..count).for_each(|at| template.set(&Pointer::root().child(&format!("proofmark_{at}")), json!(at)));
        template
    });
    let reason = "more and more properties that are not listed";
    cases.extend(growing(ground, "time/properties", reason, many.to_vec(), Contest::UnlistedProperty));
    let long = [100, 1_000, 1_000, 5_000, 10_000].map(|count| {
        let mut template = ground.full.clone();
        template.set(&Pointer::root().child("proofmark_unlisted"), Value::from(vec![1; count]));
        template
    });
    let reason = "a longer and longer array that is not listed";
    cases.extend(growing(ground, "time/elements", reason, long.to_vec(), Contest::UnlistedProperty));
    let names = [60, 1_000, 1_000, 8_000, 16_000].map(|length| {
        let mut template = ground.full.clone();
        template.set(&Pointer::root().child(&"proofmark_".repeat(length / 10)), json!("x"));
        template
    });
    let reason = "a longer and longer name of a property that is not listed";
    cases.extend(growing(ground, "time/name", reason, names.to_vec(), Contest::UnlistedProperty));
    in_place_of_a_value(ground, cases);
}

/// How a value of each size is written, why a server may refuse it, and what the case is called.
type Growing = (&'static str, &'static str, Contest, [usize; 5], fn(usize) -> Vec<u8>);

/// What no value can say, in place of that of a property that is not listed.
const WRITTEN: &[Growing] = &[
    (
        "depth",
        "arrays and objects deeper and deeper in one another",
        Contest::Depth,
        [50, 500, 500, 1_250, 2_500],
        |depth| [br#"[{"a":"#.repeat(depth), b"0".to_vec(), b"}]".repeat(depth)].concat(),
    ),
    (
        "digits-of-a-number",
        "more and more digits of a number",
        Contest::UnlistedProperty,
        [60, 1_000, 1_000, 8_000, 16_000],
        |digits| [b"0.".to_vec(), b"7".repeat(digits)].concat(),
    ),
    (
        "repeated-name",
        "the same name more and more often",
        Contest::UnlistedProperty,
        [5, 60, 60, 500, 1_000],
        |times| [b"0".to_vec(), br#","proofmark_unlisted":0"#.repeat(times)].concat(),
    ),
];

fn in_place_of_a_value(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    let at = Pointer::root().child("proofmark_unlisted");
    let mut template = ground.full.clone();
    template.set(&at, json!(0));
    for (name, reason, contest, sizes, write) in WRITTEN {
        let intent = Intent::Contested(*contest);
        if ground.intent(&template, Some(*contest)).as_ref() != Some(&intent) {
            continue;
        }
        let steps = sizes.map(|size| {
            let mut step = ground.step(template.clone());
            let encoding = Encoding::edited(Edit::Raw { at: at.clone(), bytes: write(size) });
            step.request.body = Some(BodyTemplate { template: template.clone(), encoding });
            step
        });
        let case = ground.steps(&format!("time/{name}"), *reason, intent, steps.to_vec());
        cases.push(Case { company: Company::Few, ..case });
    }
}

/// The case that sends these, if all of them are contested for this reason alone.
fn growing(ground: &Ground<'_>, name: &str, reason: &str, templates: Vec<Template>, contest: Contest) -> Option<Case> {
    let intent = Intent::Contested(contest);
    if ground.intent(templates.last()?, Some(contest)).as_ref() != Some(&intent) {
        return None;
    }
    let steps: Vec<Step> = templates.into_iter().map(|template| ground.step(template)).collect();
    Some(Case { company: Company::Few, ..ground.steps(name, reason, intent, steps) })
}
