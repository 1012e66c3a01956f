//! Identifiers that differ by code point are two, however alike they are.

use super::ground::{Ground, Spot, about};
use super::identity::{KEPT, keeping};
use super::{Case, Intent};
use crate::case::{PlacedText, Text, TextPlace};
use crate::generate::Form;

/// What stands before and behind one identifier to make others of it, however alike a store that folds, composes, trims or
/// searches may find them. All of a group are sent one after another, the identifier itself first.
const TWINS: &[(&str, &[(&str, &str)])] = &[
    (
        "letters",
        &[
            ("", "ab"),
            ("", "AB"),
            ("", "\u{e9}"),
            ("", "\u{c9}"),
            ("", "e\u{301}"),
            ("", "e"),
            ("", "\u{434}"),
            ("", "\u{414}"),
            ("", "ss"),
            ("", "\u{df}"),
            ("", "fi"),
            ("", "\u{fb01}"),
            ("", "i"),
            ("", "\u{131}"),
            ("", "I"),
        ],
    ),
    (
        "look-alikes",
        &[
            ("", "a"),
            ("", "\u{430}"),
            ("", "A"),
            ("", "\u{ff21}"),
            ("", "o"),
            ("", "\u{f8}"),
            ("", "\u{435}"),
            ("", "\u{451}"),
            ("", "2"),
            ("", "\u{b2}"),
            ("", "-"),
            ("", "\u{2010}"),
            ("", "'"),
            ("", "\u{2019}"),
            ("", "\u{1f600}"),
        ],
    ),
    (
        "scripts",
        &[
            ("", "\u{1f601}"),
            ("", "\u{1f602}"),
            ("", "\u{306f}"),
            ("", "\u{30cf}"),
            ("", "\u{30ab}"),
            ("", "\u{ff76}"),
            ("", "\u{64a}"),
            ("", "\u{6cc}"),
            ("", "\u{2764}"),
            ("", "\u{2764}\u{fe0f}"),
            ("", "\u{3c3}"),
            ("", "\u{3c2}"),
            ("", "\u{5b57}"),
            ("", "\u{f9ff}"),
            ("", "\u{3b1}"),
        ],
    ),
    (
        "endings",
        &[
            ("", " "),
            ("", "\u{a0}"),
            ("", "/"),
            ("", "."),
            ("", "\\"),
            ("", "?a"),
            ("", "#a"),
            ("", "@a"),
            ("", ";a"),
            ("", ":a"),
            ("", ",a"),
            ("", "&a"),
            ("", "+a"),
            ("", "%"),
            ("", "*"),
        ],
    ),
    (
        "beginnings",
        &[
            (" ", ""),
            ("/", ""),
            ("+", ""),
            ("0", ""),
            ("-", ""),
            ("a:", ""),
            ("a/", ""),
            ("'", ""),
            ("\"", ""),
            ("#", ""),
            ("@", ""),
            ("?", ""),
            (".", ""),
            ("a ", ""),
            ("%", ""),
        ],
    ),
    (
        "within",
        &[
            ("", " a"),
            ("", "  a"),
            ("", "-1"),
            ("", "-01"),
            ("", "-1.0"),
            ("", "ab c"),
            ("", "a.b@c"),
            ("", "ab@c"),
            ("", "a_b"),
            ("", "axb"),
            ("", "A%41"),
            ("", "AA"),
            ("", "&"),
            ("", "&amp;"),
            ("", "a\\b"),
        ],
    ),
    (
        "what-is-not-seen",
        &[
            ("", "\u{200b}"),
            ("", "\u{200c}"),
            ("", "\u{200d}"),
            ("", "\u{2060}"),
            ("", "\u{ad}"),
            ("", "1"),
            ("", "\u{661}"),
            ("", "\u{ff11}"),
            ("", "\u{967}"),
        ],
    ),
    (
        "addresses",
        &[
            ("", "@example.com"),
            ("", "@EXAMPLE.com"),
            ("", "+a@example.com"),
            ("", ".a@example.com"),
            ("A", "@example.com"),
        ],
    ),
];

/// What makes others of an identifier of digits alone, for whoever reads numbers.
const NUMBER_TWINS: &[(&str, &str)] = &[
    ("", "1"),
    ("", "2"),
    ("", ".0"),
    ("0", ""),
    ("+", ""),
    ("-", ""),
    ("", "e0"),
    ("", "000001"),
    ("", "000002"),
    (" ", ""),
];

/// Lengths, in characters, beyond which a key of a store or of a hash may not look.
const KEY_LENGTHS: [usize; 6] = [32, 64, 128, 256, 512, 960];
/// Those of them at which identifiers differ in their first character too, and in their middle.
const LATE_KEY_LENGTHS: [usize; 2] = [32, 256];
/// Identifiers that differ by code point are two.
pub(super) fn propose(ground: &Ground<'_>, spot: &Spot, cases: &mut Vec<Case>) {
    let path = spot.place.path();
    for (name, others) in TWINS {
        let reason =
            format!("`{path}` again and again, with differences that are easily lost: {}", name.replace('-', " "));
        cases.extend(of_one(ground, spot, &format!("{path}/twins-{name}"), reason, Form::plain(), others));
    }
    let reason = format!("`{path}` of digits, and others that are the same number");
    cases.extend(of_one(ground, spot, &format!("{path}/twins-numbers"), reason, Form::Digits, NUMBER_TWINS));
    long(ground, spot, cases);
}

/// The case that sends an identifier, and then those that are made of it; none where the schema takes no such.
fn of_one(
    ground: &Ground<'_>,
    spot: &Spot,
    name: &str,
    reason: String,
    form: Form,
    others: &[(&str, &str)],
) -> Option<Case> {
    let pointer = &spot.place.pointer;
    let mut first = ground.full.clone();
    first.set_slot(pointer, form);
    let sound = |(before, after): &&(&str, &str)| {
        let mut template = ground.full.clone();
        template.set_slot(pointer, Form::Tagged { before: (*before).to_owned(), after: (*after).to_owned() });
        ground.is_sound(&template)
    };
    let others: Vec<_> = others.iter().filter(sound).collect();
    if !ground.is_sound(&first) || others.is_empty() {
        return None;
    }
    let mut steps = vec![keeping(ground.step(first), &[pointer])];
    steps.extend(others.into_iter().map(|(before, after)| {
        let mut step = ground.step(ground.full.clone());
        let text = Text::captured_between(before, KEPT, after);
        step.texts = vec![PlacedText { place: TextPlace::Body(pointer.clone()), text }];
        step
    }));
    about(Some(ground.steps(name, reason, Intent::Valid, steps)), spot)
}

/// Long identifiers that differ in their last character alone, and some that differ in their first alone.
fn long(ground: &Ground<'_>, spot: &Spot, cases: &mut Vec<Case>) {
    let path = spot.place.path();
    let is_sound = |length: usize| {
        let mut template = ground.full.clone();
        let form = Form::Tagged { before: "a".into(), after: "x".repeat(length + 1) };
        template.set_slot(&spot.place.pointer, form);
        ground.is_sound(&template)
    };
    let place = [&spot.place.pointer];
    let text = |before: &str, after: String| PlacedText {
        place: TextPlace::Body(spot.place.pointer.clone()),
        text: Text::captured_between(before, KEPT, &after),
    };
    for length in KEY_LENGTHS {
        if !is_sound(length) {
            continue;
        }
        let (filler, half) = ("x".repeat(length), "x".repeat(length / 2));
        let pairs = [
            ("last", "in their last character alone", [("", format!("{filler}a")), ("", format!("{filler}b"))]),
            (
                "middle",
                "in one character in their middle alone",
                [("", format!("{half}a{half}")), ("", format!("{half}b{half}"))],
            ),
            ("first", "in their first character alone", [("a", filler.clone()), ("b", filler.clone())]),
        ];
        for (name, how, texts) in pairs {
            if name != "last" && !LATE_KEY_LENGTHS.contains(&length) {
                continue;
            }
            let first = keeping(ground.step(ground.full.clone()), &place);
            let long = texts.map(|(before, after)| {
                let mut step = ground.step(ground.full.clone());
                step.texts = vec![text(before, after)];
                step
            });
            let steps = std::iter::once(first).chain(long).collect();
            let reason = format!("`{path}` twice, more than {length} characters long, with a difference {how}");
            let case = ground.steps(&format!("{path}/twins-{name}-of-{length}"), reason, Intent::Valid, steps);
            cases.extend(about(Some(case), spot));
        }
    }
}
