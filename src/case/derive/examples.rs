//! What the document gives as examples: of the whole body, and of its properties.

use super::composed::with_slots;
use super::ground::{Ground, about, in_smoke};
use super::{Case, Intent};
use crate::generate::Shape;

/// So many examples of one thing are sent.
const MOST: usize = 6;

pub(super) fn propose(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    let taken = |case: &Case| !matches!(case.intent, Intent::Invalid { .. });
    for (number, example) in ground.body.examples.iter().take(MOST).enumerate() {
        let name = format!("example/{}", number + 1);
        let case = ground.case(&name, "the document gives it as an example", with_slots(ground, example.clone()), None);
        cases.extend(in_smoke(case.filter(taken), number == 0));
    }
    for spot in ground.properties().filter(|spot| !ground.body.fresh.contains(&spot.place.pointer)) {
        let examples = Shape::of(ground.call.root, &spot.place.nodes).examples;
        for (number, example) in examples.into_iter().take(MOST).enumerate() {
            let path = spot.place.path();
            let mut template = ground.full.clone();
            template.set(&spot.place.pointer, example);
            let reason = format!("the document gives it as an example of `{path}`");
            let case = ground.case(&format!("{path}/example-{}", number + 1), reason, template, None);
            cases.extend(about(case.filter(taken), spot));
        }
    }
}
