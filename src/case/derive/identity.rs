//! What is sent with an identifier that was sent before, and with one that is nearly the same.

use serde_json::Value;

use super::ground::{Ground, Spot, about};
use super::telling::is_free_text;
use super::together::everything;
use super::twins;
use super::{Case, Intent, Tier};
use crate::case::{Capture, CaptureFrom, Copies, PlacedText, Step, Text, TextPlace};
use crate::generate::{Content, Contest, Form, Level, Style, Template};
use crate::source::Pointer;

/// How many send the same at once.
const RACERS: u16 = 16;
/// How often they do.
const RACES: usize = 3;

/// How many properties are each broken in a request before the one that takes up its identifier.
const REFUSALS: usize = 6;
/// How many properties are each changed alone in a repeat.
const CHANGED_ALONE: usize = 12;

pub(super) fn propose(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    let fresh: Vec<&Pointer> =
        ground.body.fresh.iter().filter(|place| ground.full.slots.iter().any(|slot| slot.pointer == **place)).collect();
    if fresh.is_empty() {
        return;
    }
    repeats(ground, &fresh, cases);
    repeats_but_for_one(ground, &fresh, cases);
    repeats_in_other_company(ground, &fresh, cases);
    races(ground, &fresh, cases);
    for spot in ground.properties().filter(|spot| fresh.contains(&&spot.place.pointer) && is_free_text(spot)) {
        words(ground, spot, cases);
        unusual_repeats(ground, spot, cases);
        unusual_forms(ground, spot, cases);
        twins::propose(ground, spot, cases);
        after_refusals(ground, spot, cases);
    }
}

/// Texts that stand in every property of a request which is sent twice: what was stored may be other than what was answered
/// first. None stands for what most often goes wrong, all in one.
const UNUSUAL_AGAIN: &[(&str, &str)] = &[
    ("all-that-goes-wrong", ""),
    ("markup-and-quotes", "<b>O'Brien</b> & \"Co\" \\ `x` &amp; %41"),
    ("emoji", "\u{1f600}\u{1f468}\u{200d}\u{1f469}"),
    ("spaces-around", "  Ada  "),
    ("decomposed", "Zoe\u{308} A\u{30a}"),
    ("null-word", "null"),
];

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
    if !minimal.captures.is_empty() {
        let steps = vec![minimal, again(&ground.minimal, repeated())];
        add("identity/same-again-minimal", "the same request twice, with what is required alone", repeated(), steps);
    }
    for (name, text) in UNUSUAL_AGAIN {
        let mut template = ground.full.clone();
        let text = if text.is_empty() { everything(260) } else { (*text).to_owned() };
        let texts = ground.properties().filter(|spot| is_free_text(spot) && !fresh.contains(&&spot.place.pointer));
        texts.for_each(|spot| template.set(&spot.place.pointer, Value::from(text.clone())));
        if ground.is_valid(&template) && template != ground.full {
            let first = keeping(ground.step(template.clone()), fresh).meant(Intent::Valid);
            let steps = vec![first, again(&template, repeated())];
            let reason = format!("the same request twice, with {}", name.replace('-', " "));
            add(&format!("identity/same-again-{name}"), &reason, repeated(), steps);
        }
    }
    let Some(changed) = changed else { return };
    let steps = vec![first(), again(&changed, other_values()), again(&ground.full, repeated())];
    add("identity/changed-again", "the same identifier with other values, then as at first", other_values(), steps);
    let changed_first = keeping(ground.step(changed), fresh).meant(Intent::Valid);
    let steps = vec![changed_first, again(&ground.full, other_values())];
    add("identity/of-another-again", "an identifier that another one has, with plain values", other_values(), steps);
    let steps = vec![first(), again(&ground.minimal, other_values())];
    add("identity/less-again", "the same identifier with what is required alone", other_values(), steps);
}

/// One after another: the same identifiers, and one other property alone with another value, or without one.
fn repeats_but_for_one(ground: &Ground<'_>, fresh: &[&Pointer], cases: &mut Vec<Case>) {
    let others = ground.properties().filter(|spot| !fresh.contains(&&spot.place.pointer));
    for spot in others.take(CHANGED_ALONE) {
        let place = &spot.place.pointer;
        let now = place.resolve(&ground.full.value);
        let other = spot.of_level(Level::Plain).into_iter().chain(spot.of_level(Level::Unusual)).find(
            |class| matches!(&class.content, Content::Fixed(value) if Some(value) != now && class.contest.is_none()),
        );
        let mut changes: Vec<(&str, &str, Template)> = Vec::new();
        if let Some(class) = other {
            let mut template = ground.full.clone();
            class.content.apply(&mut template, place);
            // A flag can mean something the one way alone.
            if now.is_some_and(Value::is_boolean) {
                let first = keeping(ground.step(template.clone()), fresh).meant(Intent::Valid);
                let intent = || Intent::Contested(Contest::TakenWithOtherValues);
                let steps = vec![first, taking(ground.step(ground.full.clone()), fresh, "").meant(intent())];
                let path = spot.place.path();
                let reason = format!("the same identifier with another value of `{path}`, the other way round");
                if ground.is_sound(&template) {
                    let case = ground.steps(&format!("identity/again-{path}-changed-back"), reason, intent(), steps);
                    cases.extend(about(Some(case), spot));
                }
            }
            changes.push(("changed", "with another value of", template));
        }
        let mut without = ground.full.clone();
        if !spot.place.required && without.remove(place) {
            changes.push(("left-out", "without", without));
        }
        let path = spot.place.path();
        for (name, how, template) in changes {
            if !ground.is_sound(&template) {
                continue;
            }
            let intent = || Intent::Contested(Contest::TakenWithOtherValues);
            let first = keeping(ground.step(ground.full.clone()), fresh).meant(Intent::Valid);
            let steps = vec![first, taking(ground.step(template), fresh, "").meant(intent())];
            let reason = format!("the same identifier {how} `{path}`");
            let case = ground.steps(&format!("identity/again-{path}-{name}"), reason, intent(), steps);
            cases.extend(about(Some(case), spot));
        }
    }
}

/// The same identifiers: after all others, when a store may have forgotten them; written in another way; with nothing in
/// the other properties; beside what is not listed; and after a refused request for them.
fn repeats_in_other_company(ground: &Ground<'_>, fresh: &[&Pointer], cases: &mut Vec<Case>) {
    let again = |template: &Template, contest: Contest| {
        taking(ground.step(template.clone()), fresh, "").meant(Intent::Contested(contest))
    };
    let same = || again(&ground.full, Contest::Repeated);
    let mut escaped = same();
    if let Some(body) = &mut escaped.request.body {
        body.encoding.style = Style::Escaped;
    }
    let optional = ground.properties().filter(|spot| !spot.place.required && !fresh.contains(&&spot.place.pointer));
    let optional: Vec<&Spot> = optional.take(CHANGED_ALONE).collect();
    let with = |wanted: fn(&Spot) -> bool, value: Value| {
        let mut template = ground.full.clone();
        let wanted = optional.iter().filter(|spot| wanted(spot));
        wanted.for_each(|spot| template.set(&spot.place.pointer, value.clone()));
        again(&template, Contest::TakenWithOtherValues)
    };
    let mut unlisted = ground.full.clone();
    unlisted.set(&Pointer::root().child("proofmark_unlisted"), Value::from("x"));
    let refused =
        broken(ground).next().map(|(_, template, intent)| taking(ground.step(template), fresh, "").meant(intent));
    for (name, reason, steps) in [
        ("after-many-others", "the same request again, when all else was sent", vec![same().at_the_end()]),
        ("escaped-again", "the same request again, with every text escaped", vec![escaped]),
        ("null-again", "the same identifier with null for the others", vec![with(|_| true, Value::Null)]),
        ("empty-again", "the same identifier with empty texts", vec![with(is_free_text, Value::from(""))]),
        (
            "unlisted-again",
            "the same identifier beside a property that is not listed",
            vec![again(&unlisted, Contest::TakenWithOtherValues)],
        ),
        (
            "again-after-refusal",
            "the same request again, after a refused one for its identifier",
            refused.into_iter().chain([same()]).collect::<Vec<Step>>(),
        ),
    ] {
        let first = keeping(ground.step(ground.full.clone()), fresh).meant(Intent::Valid);
        let intent = steps.last().and_then(|step: &Step| step.intent.clone());
        let Some(intent) = intent else { continue };
        let steps = std::iter::once(first).chain(steps).collect();
        cases.push(ground.steps(&format!("identity/{name}"), reason, intent, steps));
    }
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
    let Some((_, broken, intent)) = broken(ground).next() else { return };
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

/// Classes of identifier that are repeated, of which a store may keep another form than it looks for.
const REPEATED: [&str; 8] =
    ["length-512", "emoji", "number-like", "email", "leading-space", "upper-case", "apostrophe", "path-like"];
/// The same, in a case of their own.
const REPEATED_TOO: [&str; 6] = ["uuid", "cjk", "backslash", "url-like", "percent-encoded", "trailing-space"];

/// Identifiers that are a word with a meaning of its own and nothing else. They are the same in every run, so that they may be
/// taken.
const WORDS: [&str; 14] = [
    "null",
    "undefined",
    "None",
    "true",
    "false",
    "0",
    "-1",
    "NaN",
    "__proto__",
    "constructor",
    "toString",
    "..",
    "me",
    "' OR '1'='1",
];

/// Each such word as an identifier, beside what is required.
fn words(ground: &Ground<'_>, spot: &Spot, cases: &mut Vec<Case>) {
    let intent = || Intent::Contested(Contest::TakenIdentifier);
    let of = |word: &&str| {
        let mut template = ground.minimal.clone();
        template.set(&spot.place.pointer, Value::from(*word));
        ground.is_sound(&template).then(|| ground.step(template).meant(intent()))
    };
    let steps: Vec<Step> = WORDS.iter().filter_map(of).collect();
    if !steps.is_empty() {
        let path = spot.place.path();
        let reason = format!("`{path}` is a word that programs take for something else");
        let case = ground.steps(&format!("{path}/words-alone"), reason, intent(), steps);
        cases.extend(about(Some(case), spot));
    }
}

/// Unusual identifiers, each sent twice.
fn unusual_repeats(ground: &Ground<'_>, spot: &Spot, cases: &mut Vec<Case>) {
    unusual_repeats_of(ground, spot, ("unusual-again", &REPEATED), cases);
    unusual_repeats_of(ground, spot, ("other-unusual-again", &REPEATED_TOO), cases);
}

/// The same of these classes.
fn unusual_repeats_of(ground: &Ground<'_>, spot: &Spot, (title, names): (&str, &[&str]), cases: &mut Vec<Case>) {
    let pointer = &spot.place.pointer;
    let repeated = || Intent::Contested(Contest::Repeated);
    let mut steps = Vec::new();
    for (number, name) in names.iter().enumerate() {
        let class = spot.classes.iter().find(|class| class.name == *name && class.contest.is_none());
        let Some(class) = class.filter(|class| class.content.is_fresh()) else { continue };
        let mut template = ground.contrary().clone();
        class.content.apply(&mut template, pointer);
        if !ground.is_valid(&template) {
            continue;
        }
        let kept = format!("unusual-{number}");
        let mut first = ground.step(template).meant(Intent::Valid);
        first.captures = vec![Capture { name: kept.clone(), from: CaptureFrom::Sent(pointer.clone()) }];
        let mut again = ground.step(ground.contrary().clone());
        again.texts = vec![PlacedText { place: TextPlace::Body(pointer.clone()), text: Text::captured(&kept, "") }];
        steps.extend([first, again.meant(repeated())]);
    }
    if !steps.is_empty() {
        let path = spot.place.path();
        let reason = format!("`{path}` in unusual forms, each sent twice");
        let case = ground.steps(&format!("identity/{path}-{title}"), reason, repeated(), steps);
        cases.extend(about(Some(case), spot));
    }
}

/// Identifiers in forms of which programs make others: in capitals, with a scheme or a provider before them.
fn unusual_forms(ground: &Ground<'_>, spot: &Spot, cases: &mut Vec<Case>) {
    let tagged = |before: &str, after: &str| Form::Tagged { before: before.to_owned(), after: after.to_owned() };
    let forms = [
        ("uuid-in-capitals", Form::CapitalUuid),
        ("email-in-capitals", tagged("Ada.", "@Example.COM")),
        ("urn", tagged("urn:User:", "")),
        ("of-a-provider", tagged("auth0|", "")),
        ("url-in-capitals", tagged("HTTPS://Example.COM:443/a/../", "")),
    ];
    for (name, form) in forms {
        let mut template = ground.contrary().clone();
        template.set_slot(&spot.place.pointer, form);
        let path = spot.place.path();
        let reason = format!("`{path}` has an unusual form: {}", name.replace('-', " "));
        cases.extend(about(ground.case(&format!("{path}/form-{name}"), reason, template, None), spot));
    }
}

/// A refused request takes no identifier.
fn after_refusals(ground: &Ground<'_>, spot: &Spot, cases: &mut Vec<Case>) {
    let (path, place) = (spot.place.path(), [&spot.place.pointer]);
    for (number, (what, refused)) in refusals(ground).into_iter().enumerate() {
        let steps = vec![keeping(refused, &place), taking(ground.step(ground.full.clone()), &place, "")];
        let reason = format!("`{path}` has a value that stood in a refused request before");
        let name = match number {
            0 => format!("{path}/after-refusal"),
            _ => format!("{path}/after-refusal-for-{what}"),
        };
        let tier = if number == 0 { Tier::Smoke } else { Tier::Gate };
        cases.extend(about(Some(Case { tier, ..ground.steps(&name, reason, Intent::Valid, steps) }), spot));
    }
}

/// Requests that are refused, each for another part of them, and what that is called: whoever looks at that part late may
/// have done something by then.
fn refusals(ground: &Ground<'_>) -> Vec<(String, Step)> {
    let mut all: Vec<(String, Step)> = broken(ground)
        .take(REFUSALS)
        .map(|(name, template, intent)| (name, ground.step(template).meant(intent)))
        .collect();
    if all.is_empty() {
        return all;
    }
    let mut typed = ground.step(ground.full.clone());
    typed.request.headers = [("content-type", "text/plain")].into_iter().collect();
    all.push(("its-type".into(), typed.meant(Intent::Contested(Contest::ContentType))));
    all
}

/// The first identifier that a step keeps.
pub(super) const KEPT: &str = "identifier-0";

/// The step with its identifiers kept for those after it.
pub(super) fn keeping(mut step: Step, fresh: &[&Pointer]) -> Step {
    let kept = fresh.iter().enumerate().filter(|(_, place)| has(&step, place));
    step.captures = kept
        .map(|(at, place)| Capture { name: format!("identifier-{at}"), from: CaptureFrom::Sent((*place).clone()) })
        .collect();
    step
}

/// Whether the body of a step has a place: what identifies a thing may be optional.
fn has(step: &Step, place: &Pointer) -> bool {
    step.request.body.as_ref().is_some_and(|body| place.resolve(&body.template.value).is_some())
}

/// The step with the identifiers that were kept, and `ending` behind each.
pub(super) fn taking(mut step: Step, fresh: &[&Pointer], ending: &str) -> Step {
    let taken = fresh.iter().enumerate().filter(|(_, place)| has(&step, place));
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
fn broken<'g>(ground: &'g Ground<'_>) -> impl Iterator<Item = (String, Template, Intent)> + 'g {
    ground.properties().filter(|spot| !ground.body.fresh.contains(&spot.place.pointer)).filter_map(|spot| {
        let mut template = ground.full.clone();
        template.set(&spot.place.pointer, serde_json::json!({ "value": ["text"] }));
        let intent = ground.intent(&template, None)?;
        matches!(intent, Intent::Invalid { .. }).then_some((spot.place.path(), template, intent))
    })
}
