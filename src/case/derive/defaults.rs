//! What comes back for a property that is left out, right after requests that sent it: once with one value, once with
//! another.
//!
//! A text that came from another request gives itself away; one of few values does not, but that it follows every change.

use serde_json::Value;

use super::ground::{Ground, Spot, about};
use super::{Case, Intent};
use crate::case::Company;
use crate::contract::RuleKind;
use crate::generate::{Content, Level};

/// In turns with requests that leave the property out: which of two values is sent. No rhythm that a server may have.
const TURNS: [bool; 8] = [true, false, false, true, false, true, true, false];

pub(super) fn propose(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    let has_default = |spot: &&Spot| {
        let is_it =
            |kind: &RuleKind| matches!(kind, RuleKind::Defaults { property, .. } if *property == spot.place.name);
        ground.operation.rules_in_force().any(|rule| is_it(&rule.kind))
    };
    for spot in ground.properties().filter(has_default) {
        cases.extend(about(in_turns(ground, spot), spot));
    }
}

/// The case of one property; none where it has not two values that anybody may send.
fn in_turns(ground: &Ground<'_>, spot: &Spot) -> Option<Case> {
    let place = &spot.place.pointer;
    let of_level = spot.of_level(Level::Plain);
    let mut values = of_level.iter().filter_map(|class| match &class.content {
        Content::Fixed(value @ (Value::Bool(_) | Value::String(_) | Value::Number(_))) => Some(value),
        Content::Fixed(_) | Content::Fresh(_) => None,
    });
    let (one, other) = (values.next()?, values.next()?);
    let with = |value: &Value| {
        let mut template = ground.full.clone();
        template.set(place, value.clone());
        template
    };
    let mut without = ground.full.clone();
    without.remove(place);
    let (one, other) = (with(one), with(other));
    if ![&one, &other, &without].into_iter().all(|template| ground.is_valid(template)) {
        return None;
    }
    let pairs = TURNS.iter().map(|turn| if *turn { &one } else { &other });
    let steps = pairs.flat_map(|with| [ground.step(with.clone()), ground.step(without.clone())]).collect();
    let path = spot.place.path();
    let reason = format!("`{path}` in turns: sent, now with one value and now with another, and left out");
    let case = ground.steps(&format!("{path}/sent-and-left-out"), reason, Intent::Valid, steps);
    Some(Case { company: Company::None, ..case })
}
