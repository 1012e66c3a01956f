//! One place at a time: each kind of value, all else plain.

use super::ground::{Ground, about, in_smoke};
use super::{Case, Intent, Tier};
use crate::generate::Level;

pub(super) fn propose(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    let ordinary = |case: Option<Case>| case.map(|case| Case { ordinary: true, tier: Tier::Smoke, ..case });
    cases.extend(ordinary(ground.case("minimal", "only what is required", ground.minimal.clone(), None)));
    cases.extend(ordinary(ground.case("full", "every property", ground.full.clone(), None)));
    presence(ground, cases);
    let contrary = ground.contrary();
    let properties = ground.properties().count().max(1);
    for (number, spot) in ground.places.iter().enumerate() {
        if !spot.is_property() && ground.call.sieve.skips(spot.kinds_of_value()) {
            continue;
        }
        let path = spot.place.path();
        for (at, class) in ground.classes(spot).iter().enumerate() {
            // The smoke profile tries each class on one property, not on all.
            let smoke = class.smoke && at % properties == number % properties;
            let name = format!("{path}/{}", class.name);
            // What the schema itself states is made in any case.
            let stated = spot.is_property() && class.level != Level::Unusual;
            if !smoke && !stated && !ground.takes(spot, &name, cases) {
                continue;
            }
            // Each class meets each flag on one place or another.
            let mut template = if (at + number) % 2 == 0 { &ground.full } else { contrary }.clone();
            class.content.apply(&mut template, &spot.place.pointer);
            let reason = format!("`{path}` {}", says(&class.name, class.level));
            let case = ground.case(&name, reason, template, class.contest);
            // What is refused is for the proposer of broken values.
            let case = case.filter(|case| !matches!(case.intent, Intent::Invalid { .. }));
            let case = case.map(|case| Case { kind: format!("{}/{}", case.kind, class.level.word()), ..case });
            let case = case.map(|case| Case { ordinary: class.level == Level::Plain, ..case });
            cases.extend(about(in_smoke(case, smoke), spot));
        }
    }
}

/// Each optional property left out alone, and each there alone.
fn presence(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    for spot in ground.properties().filter(|spot| !spot.place.required) {
        if !ground.call.sieve.takes() {
            continue;
        }
        let (path, pointer) = (spot.place.path(), &spot.place.pointer);
        let mut without = ground.full.clone();
        without.remove(pointer);
        let case = ground.case(&format!("{path}/absent"), format!("`{path}` is left out"), without, None);
        cases.extend(about(case, spot));
        let Some(value) = pointer.resolve(&ground.full.value) else { continue };
        let mut only = ground.minimal.clone();
        only.set(pointer, value.clone());
        if let Some(form) = ground.full.form_at(pointer) {
            only.set_slot(pointer, form.clone());
        }
        let case = ground.case(&format!("{path}/alone"), format!("`{path}` is the only optional property"), only, None);
        cases.extend(about(case, spot));
    }
}

/// What a value of a class is, as the end of a sentence.
fn says(class: &str, level: Level) -> String {
    let words = class.replace('-', " ");
    match class.strip_prefix("length-") {
        Some(length) => match length.split_once('-') {
            Some((length, "emoji-last")) => format!("has {length} characters, the last of which is an emoji"),
            Some((length, width)) => format!("has {length} characters of {width}s"),
            None => format!("has a length of {length}"),
        },
        None if level == Level::Unusual => format!("holds something unusual: {words}"),
        None => format!("is {words}"),
    }
}
