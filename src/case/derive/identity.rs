//! What is sent with an identifier that was sent before, and with one that is nearly the same.

use super::ground::{Ground, Spot, about};
use super::sequence::is_free_text;
use super::{Case, Intent, Tier};
use crate::case::{Capture, CaptureFrom, Copies, PlacedText, Step, Text, TextPlace};
use crate::generate::{Contest, Form, Template};
use crate::source::Pointer;

/// How many send the same at once.
const RACERS: u16 = 16;
/// How often they do.
const RACES: usize = 3;

/// Two endings that make two identifiers, however alike a store that folds, composes, or trims may find them.
const TWINS: &[(&str, &str, &str)] = &[
    ("letter-case", "ab", "AB"),
    ("composed", "\u{e9}", "e\u{301}"),
    ("accent", "e", "\u{e9}"),
    ("trailing-space", "", " "),
    ("trailing-no-break-space", "", "\u{a0}"),
    ("leading-zero", "-1", "-01"),
    ("full-width", "A", "\u{ff21}"),
    ("sharp-s", "ss", "\u{df}"),
    ("ligature", "fi", "\u{fb01}"),
    ("look-alike", "a", "\u{430}"),
    ("emoji", "\u{1f600}", "\u{1f601}"),
    ("kana", "\u{306f}", "\u{30cf}"),
    ("percent-encoded", "A", "%41"),
    ("html-entity", "&", "&amp;"),
];

pub(super) fn propose(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    let fresh: Vec<&Pointer> =
        ground.body.fresh.iter().filter(|place| ground.full.slots.iter().any(|slot| slot.pointer == **place)).collect();
    if fresh.is_empty() {
        return;
    }
    repeats(ground, &fresh, cases);
    races(ground, &fresh, cases);
    for spot in ground.properties().filter(|spot| fresh.contains(&&spot.place.pointer) && is_free_text(spot)) {
        twins(ground, spot, cases);
    }
}

/// One after another: the same request, and the same identifiers with other values.
fn repeats(ground: &Ground<'_>, fresh: &[&Pointer], cases: &mut Vec<Case>) {
    let repeated = || Intent::Contested(Contest::Repeated);
    let other_values = || Intent::Contested(Contest::TakenWithOtherValues);
    let first = || keeping(ground.step(ground.full.clone()), fresh).meant(Intent::Valid);
    let again = |template: &Template, intent: Intent| taking(ground.step(template.clone()), fresh, "").meant(intent);
    let changed = changed(ground);
    let mut add =
        |name: &str, reason: &str, intent: Intent, steps| cases.push(ground.steps(name, reason, intent, steps));
    let steps = vec![first(), again(&ground.full, repeated()), again(&ground.full, repeated())];
    add("identity/same-again", "the same request three times", repeated(), steps);
    let other = ground.step(ground.full.clone()).meant(Intent::Valid);
    let steps = vec![first(), other, again(&ground.full, repeated())];
    add("identity/same-after-another", "the same request again, after another one", repeated(), steps);
    let minimal = keeping(ground.step(ground.minimal.clone()), fresh).meant(Intent::Valid);
    let steps = vec![minimal, again(&ground.minimal, repeated())];
    add("identity/same-again-minimal", "the same request twice, with what is required alone", repeated(), steps);
    let Some(changed) = changed else { return };
    let steps = vec![first(), again(&changed, other_values()), again(&ground.full, repeated())];
    add("identity/changed-again", "the same identifier with other values, then as at first", other_values(), steps);
    let steps = vec![first(), again(&ground.minimal, other_values())];
    add("identity/less-again", "the same identifier with what is required alone", other_values(), steps);
}

/// At once: the same request, and the same identifiers with values that differ.
fn races(ground: &Ground<'_>, fresh: &[&Pointer], cases: &mut Vec<Case>) {
    let race = || ground.step(ground.full.clone()).copied(Copies::Same(RACERS));
    let mut case = ground.steps(
        "identity/same-at-once",
        "the same request sixteen times at once, three times over",
        Intent::Contested(Contest::Repeated),
        (0..RACES).map(|_| race()).collect(),
    );
    case.focus = fresh[0].clone();
    cases.push(case);
    // The identifier must be the same in all copies and new to the server: a refused request brings it up.
    let Some((broken, intent)) = broken(ground) else { return };
    let Some(changed) = changed(ground) else { return };
    let first = keeping(ground.step(broken), fresh).meant(intent);
    let racers = taking(ground.step(changed), fresh, "").copied(Copies::Fresh(RACERS));
    cases.push(ground.steps(
        "identity/changed-at-once",
        "the same identifier sixteen times at once, each time with other values",
        Intent::Contested(Contest::TakenWithOtherValues),
        vec![first, racers],
    ));
}

/// Identifiers that differ by code point are two, and a refused request takes none.
fn twins(ground: &Ground<'_>, spot: &Spot, cases: &mut Vec<Case>) {
    let path = spot.place.path();
    let place = [&spot.place.pointer];
    let sound = |ending: &str| {
        let mut template = ground.full.clone();
        let form = Form::Tagged { before: String::new(), after: ending.to_owned() };
        template.set_slot(&spot.place.pointer, form);
        ground.is_sound(&template)
    };
    for (name, one, other) in TWINS {
        if !sound(one) || !sound(other) {
            continue;
        }
        let first = keeping(ground.step(ground.full.clone()), &place);
        let with = |ending: &str| taking(ground.step(ground.full.clone()), &place, ending);
        // An empty ending is the first one itself.
        let endings = [one, other].into_iter().filter(|ending| !ending.is_empty());
        let steps = std::iter::once(first).chain(endings.map(|ending| with(ending))).collect();
        let reason = format!("`{path}` twice, with a difference that is easily lost: {}", name.replace('-', " "));
        let case = ground.steps(&format!("{path}/twins-{name}"), reason, Intent::Valid, steps);
        cases.extend(about(Some(case), spot));
    }
    if let Some((broken, intent)) = broken(ground) {
        let first = keeping(ground.step(broken), &place).meant(intent);
        let steps = vec![first, taking(ground.step(ground.full.clone()), &place, "")];
        let reason = format!("`{path}` has a value that stood in a refused request before");
        let case = ground.steps(&format!("{path}/after-refusal"), reason, Intent::Valid, steps);
        cases.extend(about(Some(Case { tier: Tier::Smoke, ..case }), spot));
    }
}

/// The step with its identifiers kept for those after it.
fn keeping(mut step: Step, fresh: &[&Pointer]) -> Step {
    let kept = fresh.iter().enumerate();
    step.captures = kept
        .map(|(at, place)| Capture { name: format!("identifier-{at}"), from: CaptureFrom::Sent((*place).clone()) })
        .collect();
    step
}

/// The step with the identifiers that were kept, and `ending` behind each.
fn taking(mut step: Step, fresh: &[&Pointer], ending: &str) -> Step {
    let taken = fresh.iter().enumerate();
    step.texts = taken
        .map(|(at, place)| PlacedText {
            place: TextPlace::Body((*place).clone()),
            text: Text::captured(&format!("identifier-{at}"), ending),
        })
        .collect();
    step
}

/// The full body with another text in each free text that identifies nothing; none where there is no such text.
fn changed(ground: &Ground<'_>) -> Option<Template> {
    let mut template = ground.full.clone();
    let texts =
        ground.properties().filter(|spot| is_free_text(spot) && !ground.body.fresh.contains(&spot.place.pointer));
    let mut any = false;
    for spot in texts {
        let form = Form::Tagged { before: String::new(), after: format!(" other {}", spot.place.name) };
        template.set_slot(&spot.place.pointer, form);
        any = true;
    }
    (any && ground.is_sound(&template)).then_some(template)
}

/// The full body with one value of a wrong type, its identifiers untouched.
fn broken(ground: &Ground<'_>) -> Option<(Template, Intent)> {
    ground.properties().filter(|spot| !ground.body.fresh.contains(&spot.place.pointer)).find_map(|spot| {
        let mut template = ground.full.clone();
        template.set(&spot.place.pointer, serde_json::json!({ "value": ["text"] }));
        let intent = ground.prover().value(&ground.sample(&template), None)?;
        matches!(intent, Intent::Invalid { .. }).then_some((template, intent))
    })
}
