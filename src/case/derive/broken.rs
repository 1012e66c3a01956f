//! Each constraint broken alone, at each place, in the full body and in the smallest one that has the place.

use std::borrow::Cow;

use serde_json::json;

use super::ground::{Ground, Spot, about, in_smoke};
use super::presence::rotate;
use super::{Case, Intent};
use crate::generate::{Change, Kind, Template, breaks};
use crate::source::Pointer;

/// About as many ways there are to break what is asked of one place.
pub(super) const WAYS: usize = 20;

/// What a case is called that breaks something beside what is required alone.
const ALONE: &str = "-alone";

pub(super) fn propose(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    let sample = ground.sample(&ground.full);
    for spot in std::iter::once(&ground.whole).chain(&ground.places) {
        let deep = spot.place.pointer.tokens().count() > 1;
        if deep && ground.call.sieve.skips(WAYS) {
            continue;
        }
        let path = spot.place.path();
        let Some(current) = spot.place.pointer.resolve(&sample) else { continue };
        let removable = spot.place.required && is_member(ground, spot);
        let bodies = bodies(ground, spot);
        for (number, way) in breaks(&spot.shape, removable, current).into_iter().enumerate() {
            let reason = says(&path, &way.name);
            for (suffix, template) in &bodies {
                let smoke = way.smoke && suffix.is_empty();
                let name = format!("{path}/{}{suffix}", way.name);
                if !smoke && !ground.takes(spot, &name, cases) {
                    continue;
                }
                let mut template = Template::clone(template);
                let other = way.other.as_ref().filter(|_| *suffix == ALONE);
                other.unwrap_or(&way.change).apply(&mut template, &spot.place.pointer);
                // What is wrong stands in each place of the body in turn, and beside what is not listed.
                if *suffix == ALONE && number % 3 == 2 && template.value.is_object() && !ground.whole.shape.closed {
                    template.set(&Pointer::root().child("proofmark_unlisted"), json!({ "x": [1] }));
                }
                rotate(&mut template, number);
                let case = ground.case(&name, reason.clone(), template, None);
                // What some reading takes is no break; the values' own proposer has it.
                let case = case.filter(|case| matches!(case.intent, Intent::Invalid { .. }));
                cases.extend(about(in_smoke(case, smoke), spot));
            }
        }
    }
}

/// Only members of objects can be missing: an element of an array has no name.
fn is_member(ground: &Ground<'_>, spot: &Spot) -> bool {
    let parent = spot.place.pointer.parent().and_then(|parent| parent.resolve(&ground.full.value).map(Kind::of));
    parent == Some(Kind::Object)
}

/// The bodies in which a place is broken.
fn bodies<'g>(ground: &'g Ground<'_>, spot: &Spot) -> Vec<(&'static str, Cow<'g, Template>)> {
    let mut bodies = vec![("", Cow::Borrowed(ground.contrary()))];
    let top = spot.place.pointer.tokens().count() == 1;
    if top && ground.minimal != ground.full {
        let mut alone = ground.minimal.clone();
        if let Some(value) = spot.place.pointer.resolve(&ground.full.value)
            && spot.place.pointer.resolve(&alone.value).is_none()
        {
            Change::Set(value.clone()).apply(&mut alone, &spot.place.pointer);
        }
        bodies.push((ALONE, Cow::Owned(alone)));
    }
    bodies
}

/// What is broken, in a sentence.
fn says(path: &str, way: &str) -> String {
    match way.split_once('-') {
        None if way == "required" => format!("`{path}` is missing"),
        Some(("type", kind)) => format!("`{path}` has the wrong type: {}", kind.replace('-', " ")),
        _ => format!("`{path}` breaks `{}`", way.replace('-', " ")),
    }
}
