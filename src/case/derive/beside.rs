//! What is wrong beside other things: an absent property beside each of the others alone and beside unusual texts, and
//! several wrong properties at once, each of which a server may tell of.

use serde_json::{Value, json};

use super::ground::{Ground, Spot, about};
use super::{BodyTemplate, Case, Intent};
use crate::generate::{Kind, Template, slug};
use crate::source::Pointer;

/// More properties than this are not combined.
const MAX_PROPERTIES: usize = 6;
/// More required properties than this are not each left out beside other things.
const MAX_REQUIRED: usize = 3;

/// Characters of two, three and four bytes, and those that JSON escapes.
const TEXT: &str = "Zo\u{eb} \u{8a9e} \u{1f680} \"\\/ ";

pub(super) fn propose(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    if !ground.full.value.is_object() {
        return;
    }
    let spots: Vec<&Spot> = ground.properties().take(MAX_PROPERTIES).collect();
    for missing in spots.iter().filter(|spot| spot.place.required).take(MAX_REQUIRED) {
        beside_one(ground, missing, &spots, cases);
        beside_texts(ground, missing, &spots, cases);
    }
    several(ground, &spots, cases);
}

/// A required property is missing, and one optional one alone is there: as it should be, null, or of a wrong type.
fn beside_one(ground: &Ground<'_>, missing: &Spot, spots: &[&Spot], cases: &mut Vec<Case>) {
    let path = missing.place.path();
    for spot in spots.iter().filter(|spot| !spot.place.required) {
        let Some(value) = spot.place.pointer.resolve(&ground.full.value) else { continue };
        let beside = spot.place.path();
        for (name, value) in [("", value.clone()), ("-null", Value::Null), ("-wrong", wrong(spot))] {
            let mut template = ground.minimal.clone();
            template.remove(&missing.place.pointer);
            template.set(&spot.place.pointer, value);
            let reason = format!("`{path}` is missing, and `{beside}` is there{}", name.replace('-', ", "));
            push(ground, missing, &format!("{path}/required-beside-{beside}{name}"), reason, template, cases);
        }
    }
}

/// A required property is missing, and the texts of the others are long, or of all kinds of character.
fn beside_texts(ground: &Ground<'_>, missing: &Spot, spots: &[&Spot], cases: &mut Vec<Case>) {
    let path = missing.place.path();
    for (name, text) in [("texts", TEXT.to_owned()), ("long-texts", TEXT.repeat(60)), ("empty-texts", String::new())] {
        let mut template = ground.full.clone();
        for spot in spots.iter().filter(|spot| super::telling::is_free_text(spot)) {
            template.set(&spot.place.pointer, json!(text));
        }
        template.remove(&missing.place.pointer);
        let reason = format!("`{path}` is missing beside {}", name.replace('-', " "));
        push(ground, missing, &format!("{path}/required-beside-{name}"), reason, template, cases);
    }
}

/// Two properties are wrong, and all of them are.
fn several(ground: &Ground<'_>, spots: &[&Spot], cases: &mut Vec<Case>) {
    for (at, one) in spots.iter().enumerate() {
        for other in &spots[at + 1..] {
            let mut template = ground.full.clone();
            [one, other].iter().for_each(|spot| template.set(&spot.place.pointer, wrong(spot)));
            let (one_path, other_path) = (one.place.path(), other.place.path());
            let reason = format!("`{one_path}` and `{other_path}` have the wrong type");
            push(ground, one, &format!("{one_path}+{other_path}/type"), reason, template, cases);
        }
    }
    for spot in spots {
        wrong_beside(ground, spot, spots, cases);
    }
    wrapped(ground, cases);
    let Some(first) = spots.first() else { return };
    let (mut all, mut null) = (ground.full.clone(), ground.full.clone());
    for spot in spots {
        all.set(&spot.place.pointer, wrong(spot));
        null.set(&spot.place.pointer, Value::Null);
    }
    let mut but_one = null.clone();
    but_one.set(&first.place.pointer, wrong(first));
    for (name, reason, template) in [
        ("all-of-wrong-type", "every property has the wrong type", all),
        ("all-null", "every property is null", null),
        ("one-of-wrong-type-all-else-null", "one property has the wrong type, and all others are null", but_one),
    ] {
        push(ground, &ground.whole, &format!("body/{name}"), reason.to_owned(), template, cases);
    }
}

/// One property is wrong, and all that a server may look at in its place is unusual.
fn wrong_beside(ground: &Ground<'_>, spot: &Spot, spots: &[&Spot], cases: &mut Vec<Case>) {
    let others = || spots.iter().filter(|other| other.place.pointer != spot.place.pointer);
    let free = || others().filter(|other| super::telling::is_free_text(other));
    let (mut null, mut empty, mut long, mut unlisted) =
        (ground.full.clone(), ground.full.clone(), ground.full.clone(), ground.full.clone());
    others().filter(|other| !other.place.required).for_each(|other| null.set(&other.place.pointer, Value::Null));
    let optional = || free().filter(|other| !other.place.required);
    optional().for_each(|other| empty.set(&other.place.pointer, json!("")));
    optional().for_each(|other| long.set(&other.place.pointer, json!(TEXT.repeat(120))));
    unlisted.set(&Pointer::root().child("proofmark_unlisted"), json!("x"));
    let path = spot.place.path();
    for (name, template) in [("null", null), ("empty-texts", empty), ("long-texts", long), ("unlisted", unlisted)] {
        let mut template = template;
        template.set(&spot.place.pointer, wrong(spot));
        let reason = format!("`{path}` has the wrong type beside {}", name.replace('-', " "));
        push(ground, spot, &format!("{path}/type-beside-{name}"), reason, template, cases);
    }
}

/// The whole body one level deeper, as some frameworks send it.
fn wrapped(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    let thing = ground.operation.thing();
    for name in ["data", thing.as_str()].into_iter().filter(|name| !name.is_empty()) {
        let mut template = Template::fixed(json!({}));
        template.set(&Pointer::root().child(name), ground.sample(&ground.full));
        let reason = format!("the whole body within `{name}`");
        push(ground, &ground.whole, &format!("body/within-{}", slug(name)), reason, template, cases);
    }
}

/// A value of a type that the property does not have.
fn wrong(spot: &Spot) -> Value {
    let values = [json!(12_345), json!("text"), json!({ "value": "text" })];
    values.into_iter().find(|value| !spot.shape.allows(Kind::of(value))).unwrap_or_else(|| json!([["text"]]))
}

/// The case that sends `template`, if nobody may take it.
fn push(ground: &Ground<'_>, spot: &Spot, name: &str, reason: String, template: Template, cases: &mut Vec<Case>) {
    if !ground.takes(spot, name, cases) {
        return;
    }
    let intent: Option<Intent> = ground.prover().broken_several_times(&ground.sample(&template));
    let case = intent.map(|intent| ground.named(name, reason, intent, BodyTemplate::plain(template)));
    cases.extend(about(case, spot));
}
