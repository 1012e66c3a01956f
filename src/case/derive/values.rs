//! One place at a time: each kind of value, all else plain.

use super::ground::{Ground, about, in_smoke};
use super::{Case, Tier};

pub(super) fn propose(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    let ordinary = |case: Option<Case>| case.map(|case| Case { ordinary: true, tier: Tier::Smoke, ..case });
    cases.extend(ordinary(ground.case("minimal", "only what is required", ground.minimal.clone(), None)));
    cases.extend(ordinary(ground.case("full", "every property", ground.full.clone(), None)));
    presence(ground, cases);
    for spot in &ground.places {
        let path = spot.place.path();
        for class in &spot.classes {
            let mut template = ground.full.clone();
            class.content.apply(&mut template, &spot.place.pointer);
            let reason = format!("`{path}` is {}", class.name.replace('-', " "));
            let case = ground.case(&format!("{path}/{}", class.name), reason, template, class.contest);
            cases.extend(about(in_smoke(case, class.smoke), spot));
        }
    }
}

/// Each optional property left out alone, and each there alone.
fn presence(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    for spot in ground.properties().filter(|spot| !spot.place.required) {
        let (path, pointer) = (spot.place.path(), &spot.place.pointer);
        let mut without = ground.full.clone();
        without.remove(pointer);
        let case = ground.case(&format!("{path}/absent"), format!("`{path}` is left out"), without, None);
        cases.extend(about(case, spot));
        let Some(value) = pointer.resolve(&ground.full.value) else { continue };
        let mut only = ground.minimal.clone();
        only.set(pointer, value.clone());
        if let Some(slot) = ground.full.slots.iter().find(|slot| slot.pointer == *pointer) {
            only.set_slot(pointer, slot.form.clone());
        }
        let case = ground.case(&format!("{path}/alone"), format!("`{path}` is the only optional property"), only, None);
        cases.extend(about(case, spot));
    }
}
