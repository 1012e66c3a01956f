//! Whether a value satisfies a schema (JSON Schema 2020-12), with one constraint left out if so asked.
//!
//! The validators of the document have the last word on every instance. This evaluator is for what they cannot say: which
//! branch a value takes, and whether it would be valid but for one keyword.

use std::cell::Cell;
use std::collections::HashSet;

use serde_json::{Map, Value};

use super::decimal::Decimal;
use super::resources::{Resources, Site, address};

/// Deeper than this, in-place references go round in a circle.
const MAX_DEPTH: usize = 150;

/// One constraint: the address of a schema object, and a keyword of it.
pub(super) type Constraint<'k> = (usize, &'k str);

/// A schema object at work, and how many schemas stand around it in place.
#[derive(Clone, Copy)]
struct At<'r> {
    site: Site<'r>,
    schema: &'r Map<String, Value>,
    depth: usize,
}

/// Evaluates values.
#[derive(Debug)]
pub(super) struct Evaluator<'e, 'r> {
    resources: &'e Resources<'r>,
    omitted: Option<Constraint<'e>>,
    /// How many schemas may still be visited; at 0 nothing is valid.
    work: &'e Cell<usize>,
}

/// Which members and elements some schema has spoken of (JSON Schema 2020-12 core §7.7.1).
#[derive(Debug, Default)]
pub(super) struct Seen {
    names: HashSet<String>,
    all_names: bool,
    first: usize,
    places: HashSet<usize>,
    all_places: bool,
}

impl Seen {
    fn merge(&mut self, other: Self) {
        self.names.extend(other.names);
        self.places.extend(other.places);
        self.all_names |= other.all_names;
        self.all_places |= other.all_places;
        self.first = self.first.max(other.first);
    }

    pub(super) fn has_name(&self, name: &str) -> bool {
        self.all_names || self.names.contains(name)
    }

    pub(super) fn has_place(&self, place: usize) -> bool {
        self.all_places || place < self.first || self.places.contains(&place)
    }
}

impl<'e, 'r> Evaluator<'e, 'r> {
    pub(super) fn new(resources: &'e Resources<'r>, work: &'e Cell<usize>) -> Self {
        Self { resources, omitted: None, work }
    }

    /// The same without one constraint.
    pub(super) fn without(self, constraint: Constraint<'e>) -> Self {
        Self { omitted: Some(constraint), ..self }
    }

    /// Whether `value` is valid.
    pub(super) fn is_valid(&self, site: Site<'r>, value: &Value) -> bool {
        self.check(site, value, 0, &mut Seen::default())
    }

    fn spend(&self) -> bool {
        let left = self.work.get();
        self.work.set(left.saturating_sub(1));
        left > 0
    }

    fn check(&self, site: Site<'r>, value: &Value, depth: usize, seen: &mut Seen) -> bool {
        let schema = match site.schema {
            Value::Bool(flag) => return *flag,
            Value::Object(schema) => schema,
            _ => return true,
        };
        if depth > MAX_DEPTH {
            return true;
        }
        if !self.spend() {
            return false;
        }
        let at = At { site, schema, depth };
        let mut own = Seen::default();
        let late = |name: &str| matches!(name, "unevaluatedProperties" | "unevaluatedItems");
        let holds = |name: &str, own: &mut Seen| self.is_omitted(site, name) || self.keyword(at, name, value, own);
        for name in schema.keys().filter(|name| !late(name)) {
            if !holds(name, &mut own) {
                return false;
            }
        }
        for name in schema.keys().filter(|name| late(name)) {
            if !holds(name, &mut own) {
                return false;
            }
        }
        seen.merge(own);
        true
    }

    fn is_omitted(&self, site: Site<'r>, keyword: &str) -> bool {
        self.omitted.is_some_and(|(schema, name)| name == keyword && schema == address(site.schema))
    }

    /// Whether one keyword of a schema alone is satisfied.
    pub(super) fn holds(&self, site: Site<'r>, keyword: &str, value: &Value) -> bool {
        let Value::Object(schema) = site.schema else { return self.is_valid(site, value) };
        let mut seen = Seen::default();
        if keyword.starts_with("unevaluated") {
            self.in_place(At { site, schema, depth: 0 }, value, &mut seen);
        }
        self.keyword(At { site, schema, depth: 0 }, keyword, value, &mut seen)
    }

    /// What the other keywords of a schema speak of.
    pub(super) fn seen(&self, site: Site<'r>, value: &Value) -> Seen {
        let mut seen = Seen::default();
        if let Value::Object(schema) = site.schema {
            self.in_place(At { site, schema, depth: 0 }, value, &mut seen);
        }
        seen
    }

    fn in_place(&self, at: At<'r>, value: &Value, seen: &mut Seen) {
        for name in at.schema.keys().filter(|name| !name.starts_with("unevaluated")) {
            self.keyword(at, name, value, seen);
        }
    }

    fn keyword(&self, at: At<'r>, name: &str, value: &Value, seen: &mut Seen) -> bool {
        let At { site, schema, depth } = at;
        let Some(operand) = schema.get(name) else { return true };
        let resources = self.resources;
        match name {
            "$ref" | "$dynamicRef" => {
                let target = operand.as_str().and_then(|text| resources.follow(site, text, name == "$dynamicRef"));
                target.is_none_or(|node| self.check(node.site, value, depth + 1, seen))
            }
            "allOf" => self.branches(site, operand, value, depth, seen).iter().all(|valid| *valid),
            "anyOf" => self.branches(site, operand, value, depth, seen).contains(&true),
            "oneOf" => {
                let mut taken = Seen::default();
                let valid = self.branches(site, operand, value, depth, &mut taken);
                let one = valid.iter().filter(|valid| **valid).count() == 1;
                if one {
                    seen.merge(taken);
                }
                one
            }
            "not" => !self.check(resources.below(site, operand), value, depth + 1, &mut Seen::default()),
            "if" => {
                let then = self.check(resources.below(site, operand), value, depth + 1, seen);
                let next = if then { "then" } else { "else" };
                let omitted = self.is_omitted(site, next);
                schema
                    .get(next)
                    .filter(|_| !omitted)
                    .is_none_or(|next| self.check(resources.below(site, next), value, depth + 1, seen))
            }
            _ => match value {
                Value::Object(members) => self.object(at, (name, operand), members, seen),
                Value::Array(items) => self.array(at, (name, operand), items, seen),
                _ => None,
            }
            .unwrap_or_else(|| scalar(resources, name, operand, value)),
        }
    }

    fn branches(&self, site: Site<'r>, list: &'r Value, value: &Value, depth: usize, seen: &mut Seen) -> Vec<bool> {
        let branches = list.as_array().into_iter().flatten();
        let mut valid = |branch| self.check(self.resources.below(site, branch), value, depth + 1, seen);
        branches.map(&mut valid).collect()
    }

    fn object(
        &self,
        at: At<'r>,
        (name, operand): (&str, &'r Value),
        members: &Map<String, Value>,
        seen: &mut Seen,
    ) -> Option<bool> {
        let At { site, schema, depth } = at;
        let below = |schema: &'r Value, value: &Value| {
            self.check(self.resources.below(site, schema), value, depth + 1, &mut Seen::default())
        };
        let mut spoken = |member: &String| _ = seen.names.insert(member.clone());
        Some(match name {
            "properties" => operand.as_object()?.iter().all(|(property, schema)| {
                members.get(property).is_none_or(|value| {
                    spoken(property);
                    below(schema, value)
                })
            }),
            "patternProperties" => operand.as_object()?.iter().all(|(pattern, schema)| {
                members.iter().filter(|(member, _)| self.named(pattern, member)).all(|(member, value)| {
                    spoken(member);
                    below(schema, value)
                })
            }),
            "additionalProperties" => members.iter().all(|(member, value)| {
                if self.is_listed(schema, member) {
                    return true;
                }
                spoken(member);
                below(operand, value)
            }),
            "unevaluatedProperties" => {
                let unseen: Vec<_> = members.iter().filter(|(member, _)| !seen.has_name(member)).collect();
                seen.all_names = true;
                unseen.iter().all(|(_, value)| below(operand, value))
            }
            "propertyNames" => members.keys().all(|member| below(operand, &Value::String(member.clone()))),
            "required" => {
                operand.as_array()?.iter().filter_map(Value::as_str).all(|member| members.contains_key(member))
            }
            "minProperties" => members.len() as f64 >= operand.as_f64()?,
            "maxProperties" => members.len() as f64 <= operand.as_f64()?,
            "dependentRequired" => {
                operand.as_object()?.iter().filter(|(member, _)| members.contains_key(*member)).all(|(_, needed)| {
                    needed.as_array().into_iter().flatten().filter_map(Value::as_str).all(|n| members.contains_key(n))
                })
            }
            // The older form of both, which validators still take.
            "dependencies" => {
                let whole = Value::Object(members.clone());
                operand.as_object()?.iter().filter(|(member, _)| members.contains_key(*member)).all(|(_, needed)| {
                    match needed {
                        Value::Array(names) => {
                            names.iter().filter_map(Value::as_str).all(|name| members.contains_key(name))
                        }
                        schema => self.check(self.resources.below(site, schema), &whole, depth + 1, seen),
                    }
                })
            }
            "dependentSchemas" => {
                let whole = Value::Object(members.clone());
                operand
                    .as_object()?
                    .iter()
                    .filter(|(member, _)| members.contains_key(*member))
                    .all(|(_, schema)| self.check(self.resources.below(site, schema), &whole, depth + 1, seen))
            }
            _ => return None,
        })
    }

    /// Whether `properties` or `patternProperties` speaks of a member.
    fn is_listed(&self, schema: &Map<String, Value>, member: &str) -> bool {
        let map = |name| schema.get(name).and_then(Value::as_object);
        map("properties").is_some_and(|named| named.contains_key(member))
            || map("patternProperties").is_some_and(|named| named.keys().any(|pattern| self.named(pattern, member)))
    }

    fn named(&self, pattern: &str, member: &str) -> bool {
        self.resources.matches(pattern, &Value::String(member.to_owned()))
    }

    fn array(&self, at: At<'r>, (name, operand): (&str, &'r Value), items: &[Value], seen: &mut Seen) -> Option<bool> {
        let At { site, schema, depth } = at;
        let below = |schema: &'r Value, value: &Value| {
            self.check(self.resources.below(site, schema), value, depth + 1, &mut Seen::default())
        };
        Some(match name {
            "prefixItems" => {
                let first = operand.as_array()?;
                seen.first = seen.first.max(first.len());
                first.iter().zip(items).all(|(schema, item)| below(schema, item))
            }
            "items" => {
                let first = schema.get("prefixItems").and_then(Value::as_array).map_or(0, Vec::len);
                seen.all_places = true;
                items.iter().skip(first).all(|item| below(operand, item))
            }
            "contains" => {
                let limit = |name| schema.get(name).and_then(Value::as_f64);
                let places: Vec<usize> = (0..items.len()).filter(|place| below(operand, &items[*place])).collect();
                let count = places.len() as f64;
                seen.places.extend(places);
                let least =
                    if self.is_omitted(site, "minContains") { 0.0 } else { limit("minContains").unwrap_or(1.0) };
                let most = limit("maxContains").filter(|_| !self.is_omitted(site, "maxContains"));
                count >= least && most.is_none_or(|most| count <= most)
            }
            "unevaluatedItems" => {
                let unseen: Vec<_> = (0..items.len()).filter(|place| !seen.has_place(*place)).collect();
                seen.all_places = true;
                unseen.iter().all(|place| below(operand, &items[*place]))
            }
            "minItems" => items.len() as f64 >= operand.as_f64()?,
            "maxItems" => items.len() as f64 <= operand.as_f64()?,
            "uniqueItems" => operand.as_bool() != Some(true) || are_unique(items),
            _ => return None,
        })
    }
}

fn are_unique(items: &[Value]) -> bool {
    if items.len() > 100 {
        let mut seen = HashSet::new();
        return items.iter().all(|item| seen.insert(canonical(item)));
    }
    (1..items.len()).all(|at| !items[..at].iter().any(|before| equal(before, &items[at])))
}

/// A text that equal values share.
fn canonical(value: &Value) -> String {
    match value {
        Value::Number(_) => Decimal::of(value).and_then(Decimal::to_json).map_or_else(String::new, |n| n.to_string()),
        Value::Array(items) => items.iter().fold("[".into(), |text, item| text + &canonical(item) + ","),
        Value::Object(members) => {
            let mut parts: Vec<_> =
                members.iter().map(|(name, value)| format!("{name:?}:{}", canonical(value))).collect();
            parts.sort();
            format!("{{{}", parts.join(","))
        }
        other => other.to_string(),
    }
}

/// Whether two values are equal as JSON Schema has it: `1` and `1.0` are, `true` and `1` are not.
pub(super) fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(_), Value::Number(_)) => a == b || Decimal::of(a) == Decimal::of(b),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| equal(a, b)))
        }
        _ => a == b,
    }
}

/// The keywords that look at a value as a whole. What they do not speak of is valid.
fn scalar(resources: &Resources<'_>, name: &str, operand: &Value, value: &Value) -> bool {
    let length = |text: &str| text.chars().count() as f64;
    let compared = || Some(Decimal::of(value)?.compare(Decimal::of(operand)?));
    match (name, value) {
        ("type", _) => match operand {
            Value::String(kind) => is_of_type(value, kind),
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).any(|kind| is_of_type(value, kind)),
            _ => true,
        },
        ("enum", _) => operand.as_array().is_none_or(|listed| listed.iter().any(|known| equal(known, value))),
        ("const", _) => equal(operand, value),
        ("minLength", Value::String(text)) => operand.as_f64().is_none_or(|least| length(text) >= least),
        ("maxLength", Value::String(text)) => operand.as_f64().is_none_or(|most| length(text) <= most),
        ("pattern", Value::String(_)) => operand.as_str().is_none_or(|pattern| resources.matches(pattern, value)),
        ("format", Value::String(_)) => operand.as_str().is_none_or(|format| resources.has_format(format, value)),
        ("minimum", Value::Number(_)) => compared().is_none_or(|order| order.is_ge()),
        ("maximum", Value::Number(_)) => compared().is_none_or(|order| order.is_le()),
        ("exclusiveMinimum", Value::Number(_)) => compared().is_none_or(|order| order.is_gt()),
        ("exclusiveMaximum", Value::Number(_)) => compared().is_none_or(|order| order.is_lt()),
        ("multipleOf", Value::Number(_)) => {
            let numbers = Decimal::of(value).zip(Decimal::of(operand));
            numbers.is_none_or(|(number, step)| number.is_multiple(step))
        }
        _ => true,
    }
}

/// Whether a value is of a JSON type (JSON Schema 2020-12 validation §6.1.1).
fn is_of_type(value: &Value, kind: &str) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "number" => value.is_number(),
        "integer" => value.is_number() && Decimal::of(value).is_none_or(Decimal::is_whole),
        _ => false,
    }
}
