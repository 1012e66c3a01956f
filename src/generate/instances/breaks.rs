//! Invalid instances: one constraint broken at one place of a valid one.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::build::{Builder, Spot as At};
use super::evaluate::Evaluator;
use super::flat::{Goal, flats};
use super::negate::breakable;
use super::oracle::{Oracle, Verdict};
use super::place::Spot;
use super::recipe::recipes;
use super::resources::{Node, address};
use super::valid::{ordinary, replaced, unique};
use super::{Instances, Invalid};
use crate::generate::draw::Draw;
use crate::source::Pointer;

/// How many ways of breaking one constraint at one place are kept.
const WAYS: usize = 2;
/// The same for `type`, where each other type is a way.
const TYPES: usize = 6;
/// How many flat descriptions are tried for one constraint.
const FLATS: usize = 12;

/// One constraint at one place.
struct Target<'t, 'r> {
    base: &'t Value,
    spot: &'t Spot<'r>,
    /// The schema, as a number among those of the place.
    at: usize,
    keyword: &'r str,
}

impl<'r> Target<'_, 'r> {
    fn node(&self) -> &Node<'r> {
        &self.spot.nodes[self.at].node
    }

    /// Everything that holds at the place but for the constraint, and its contrary.
    fn goals(&self) -> Vec<Goal<'r>> {
        let kept = (0..self.spot.nodes.len()).filter(|at| !self.spot.is_through(*at, (self.at, self.keyword)));
        let mut goals: Vec<Goal<'r>> = kept
            .map(|at| Goal::Own(self.spot.nodes[at].node.clone(), (at == self.at).then_some(self.keyword)))
            .collect();
        goals.push(Goal::Breaks(self.node().clone(), self.keyword));
        goals
    }
}

impl<'r, O: Oracle> Instances<'r, O> {
    /// Breaks each constraint at each place of the bases.
    pub(super) fn broken(&self, bases: &[Value], draw: &mut Draw) -> Vec<Invalid> {
        let mut found: Vec<Invalid> = Vec::new();
        let mut names = HashSet::new();
        let mut known = HashSet::new();
        let mut done: HashSet<(Pointer, usize, &str)> = HashSet::new();
        for base in bases {
            for spot in self.finder().places(&self.root, base) {
                for at in 0..spot.nodes.len() {
                    let node = &spot.nodes[at].node;
                    let Some(schema) = node.site.schema.as_object() else { continue };
                    for keyword in breakable(schema) {
                        let constraint = (spot.pointer.clone(), address(node.site.schema), keyword);
                        if is_delegated(keyword) || done.contains(&constraint) {
                            continue;
                        }
                        if found.len() >= self.limits.instances || self.work.get() == 0 {
                            return found;
                        }
                        let target = Target { base, spot: &spot, at, keyword };
                        let ways = self.ways(&target, draw, &mut known);
                        if !ways.is_empty() {
                            done.insert(constraint);
                        }
                        for (alone, value) in ways {
                            let name = unique(&mut names, format!("{}/{}", spot.path(), kebab(keyword)));
                            let place = spot.pointer.clone();
                            let constraint = node.at.child(keyword);
                            found.push(Invalid { name, keyword: keyword.into(), place, constraint, alone, value });
                        }
                    }
                }
            }
        }
        if found.is_empty() {
            found.extend(self.refused());
        }
        found
    }

    /// An ordinary value that is refused: for schemas without a valid instance, and those that could not be followed.
    fn refused(&self) -> Option<Invalid> {
        let value = ordinary().into_iter().find(|value| self.oracle.verdict(value) == Verdict::Refused)?;
        let (place, constraint) = (Pointer::root(), self.root.at.clone());
        Some(Invalid { name: "body/other".into(), keyword: "schema".into(), place, constraint, alone: false, value })
    }

    /// Instances that break the constraint, each with whether it alone is broken.
    fn ways(&self, target: &Target<'_, 'r>, draw: &mut Draw, known: &mut HashSet<String>) -> Vec<(bool, Value)> {
        let most = if target.keyword == "type" { TYPES } else { WAYS };
        let evaluator = Evaluator::new(&self.resources, &self.work);
        let leniently =
            Evaluator::new(&self.resources, &self.work).without((address(target.node().site.schema), target.keyword));
        let site = self.root.site;
        let mut found = Vec::new();
        let mut rest = Vec::new();
        let mut take = |value: Value, found: &mut Vec<(bool, Value)>| {
            let Some(whole) = replaced(target.base, &target.spot.pointer, value) else { return };
            if evaluator.is_valid(site, &whole) {
                return;
            }
            if !leniently.is_valid(site, &whole) {
                rest.push(whole);
                return;
            }
            if self.oracle.verdict(&whole) == Verdict::Refused && known.insert(whole.to_string()) {
                found.push((true, whole));
            }
        };
        for value in self.edits(target) {
            if found.len() < most {
                take(value, &mut found);
            }
        }
        if found.len() < most {
            for value in self.rebuilt(target, draw, most) {
                if found.len() < most {
                    take(value, &mut found);
                }
            }
        }
        if found.is_empty() {
            ordinary().into_iter().for_each(|value| take(value, &mut found));
            found.truncate(most);
        }
        if found.is_empty() {
            let one_place = |whole: &Value| {
                let wrong = self.oracle.wrong(whole);
                wrong.first().is_some_and(|first| wrong.iter().all(|other| other == first))
            };
            // All of these differ at one place only, which several constraints speak of.
            let several = rest.into_iter().take(20).filter(|whole| {
                self.oracle.verdict(whole) == Verdict::Refused
                    && one_place(whole)
                    && !known.contains(&whole.to_string())
            });
            found.extend(several.take(most).map(|whole| (false, whole)));
            known.extend(found.iter().map(|(_, whole)| whole.to_string()));
        }
        found
    }

    /// The place built anew under the contrary of the constraint.
    fn rebuilt(&self, target: &Target<'_, 'r>, draw: &mut Draw, most: usize) -> Vec<Value> {
        let builder = self.builder(target.spot.depth + 4, draw);
        let at = At { name: &target.spot.name, depth: target.spot.depth, full: true };
        let goals = target.goals();
        let broken = [Goal::Breaks(target.node().clone(), target.keyword)];
        let mut found = self.described(&builder, &goals, &broken, at, most);
        if found.is_empty() {
            // Something else at the place holds on to the constraint: without it, several are broken at once.
            found = self.described(&builder, &broken, &broken, at, most);
        }
        found
    }

    fn described(
        &self,
        builder: &Builder<'_, 'r>,
        goals: &[Goal<'r>],
        broken: &[Goal<'r>],
        at: At<'_>,
        most: usize,
    ) -> Vec<Value> {
        let mut found = Vec::new();
        for flat in flats(&self.resources, goals, FLATS) {
            let mut seen = HashSet::new();
            for (_, kind, recipe) in recipes(&flat) {
                // One of each type; what matters is the constraint.
                if found.len() >= most * 4 || (seen.contains(&kind) && most == TYPES) {
                    continue;
                }
                if let Some(value) = builder.made(&flat, (kind, recipe), broken, at) {
                    seen.insert(kind);
                    found.push(value);
                }
            }
        }
        found
    }

    /// Small changes to what stands at the place.
    fn edits(&self, target: &Target<'_, 'r>) -> Vec<Value> {
        let Some(current) = target.spot.pointer.resolve(target.base) else { return Vec::new() };
        let Some(operand) = target.node().site.schema.get(target.keyword) else { return Vec::new() };
        match current {
            Value::Object(members) => {
                let without = |name: &str| {
                    let mut less = members.clone();
                    less.shift_remove(name).map(|_| Value::Object(less))
                };
                match target.keyword {
                    "required" => {
                        operand.as_array().into_iter().flatten().filter_map(|n| without(n.as_str()?)).collect()
                    }
                    "dependentRequired" | "minProperties" | "anyOf" | "oneOf" => {
                        members.keys().filter_map(|n| without(n)).collect()
                    }
                    "additionalProperties" | "unevaluatedProperties" | "propertyNames" | "maxProperties" => {
                        ["proofmark_unknown", "", "0", "Not A Name!"]
                            .into_iter()
                            .flat_map(|name| [json!("x"), json!(12_345), Value::Null].map(|value| (name, value)))
                            .map(|(name, value)| {
                                let mut more = members.clone();
                                more.insert(name.into(), value);
                                Value::Object(more)
                            })
                            .collect()
                    }
                    _ => Vec::new(),
                }
            }
            Value::Array(items) => match target.keyword {
                "uniqueItems" => items
                    .iter()
                    .take(4)
                    .map(|item| Value::Array(items.iter().chain([item]).cloned().collect()))
                    .chain((1..items.len()).take(4).map(|at| {
                        let mut again = items.clone();
                        again[at] = items[at - 1].clone();
                        Value::Array(again)
                    }))
                    .collect(),
                "minItems" => {
                    let mut fewer = items.clone();
                    let wanted = super::describe::limit(operand).unwrap_or(0).saturating_sub(1);
                    fewer.truncate(wanted);
                    vec![Value::Array(fewer)]
                }
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }
}

/// Keywords whose constraints are all met at other places, or as other schemas at the same.
fn is_delegated(keyword: &str) -> bool {
    matches!(keyword, "$ref" | "$dynamicRef" | "allOf")
}

/// `minLength` as `min-length`.
fn kebab(keyword: &str) -> String {
    let mut out = String::new();
    for c in keyword.chars() {
        if c.is_uppercase() {
            out.push('-');
        }
        out.extend(c.to_lowercase());
    }
    out
}
