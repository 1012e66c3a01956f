//! One valid instance of a schema, built constructively: what is asked for first, what is allowed after.
//!
//! An instance is a good candidate, no proof: the caller validates it.

use std::cell::Cell;

use serde_json::{Map, Number, Value};

use super::draw::Draw;
use super::realistic;
use super::shape::{Kind, Shape};
use crate::source::Pointer;

/// How much of what is optional an instance has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// Only what must be there.
    Required,
    /// Every property that the schema names, and an element in each array.
    All,
}

/// Deeper than this, only what must be there is built, so that recursive schemas end.
const FULL_DEPTH: usize = 5;
/// Deeper than this, nothing is built: the schema asks for an infinite value.
const MAX_DEPTH: usize = 24;
/// More values than this are not built in one.
const MAX_NODES: usize = 20_000;
/// How many choices of branches are tried at one place.
const MAX_BRANCHES: usize = 16;
/// Longest text that is made to satisfy a `minLength`, so that a hostile document cannot exhaust memory.
const MAX_LENGTH: usize = 100_000;
/// Most elements that are made to satisfy a `minItems`.
const MAX_ITEMS: usize = 1_000;

/// A candidate for a valid instance of the schemas at `nodes` of `root` taken together; none where they cannot be
/// satisfied as far as can be seen. `name` is the property it is for.
pub fn instance(root: &Value, nodes: &[Pointer], name: &str, fill: Fill, draw: &mut Draw) -> Option<Value> {
    Build::of_root(root, fill, &Cell::new(MAX_NODES)).any(nodes, name, draw)
}

/// A candidate for a shape whose branches are chosen.
pub(super) fn of_shape(root: &Value, shape: &Shape, name: &str, fill: Fill, draw: &mut Draw) -> Option<Value> {
    Build::of_root(root, fill, &Cell::new(MAX_NODES)).of(shape, name, draw)
}

#[derive(Clone, Copy)]
struct Build<'r> {
    root: &'r Value,
    fill: Fill,
    depth: usize,
    /// How many values may still be made.
    left: &'r Cell<usize>,
    /// The schemas on the way here.
    above: Option<&'r Above<'r>>,
}

/// Schemas that are being built, the innermost first.
struct Above<'a> {
    nodes: &'a [Pointer],
    next: Option<&'a Above<'a>>,
}

impl Above<'_> {
    fn has(&self, nodes: &[Pointer]) -> bool {
        self.nodes == nodes || self.next.is_some_and(|next| next.has(nodes))
    }
}

impl<'r> Build<'r> {
    fn of_root(root: &'r Value, fill: Fill, left: &'r Cell<usize>) -> Self {
        Self { root, fill, depth: 0, left, above: None }
    }

    fn any(self, nodes: &[Pointer], name: &str, draw: &mut Draw) -> Option<Value> {
        if self.depth > MAX_DEPTH || self.left.get() == 0 {
            return None;
        }
        self.left.set(self.left.get() - 1);
        // A schema within itself has what it must have: with all that it may have it would grow by a power a level.
        let targets: Vec<Pointer> = nodes.iter().map(|node| target(self.root, node)).collect();
        let again = self.above.is_some_and(|above| above.has(&targets));
        let fill = if again { Fill::Required } else { self.fill };
        let above = Above { nodes: &targets, next: self.above };
        Build { fill, above: Some(&above), ..self }.one(nodes, name, draw)
    }

    fn one(self, nodes: &[Pointer], name: &str, draw: &mut Draw) -> Option<Value> {
        let shape = Shape::of(self.root, nodes);
        let ways = shape.branches(MAX_BRANCHES);
        (0..ways).find_map(|choice| self.of(&shape.branch(self.root, choice), name, draw))
    }

    fn of(self, shape: &Shape, name: &str, draw: &mut Draw) -> Option<Value> {
        if let Some(values) = &shape.values {
            let fits: Vec<_> = values.iter().filter(|value| shape.allows(Kind::of(value))).collect();
            return draw.pick(&fits).map(|value| (*value).clone());
        }
        // Null says least, so that it comes last: a property that may be null has a value.
        let order = [Kind::Object, Kind::Array, Kind::String, Kind::Integer, Kind::Number, Kind::Boolean, Kind::Null];
        let kind = preferred(shape).or_else(|| order.into_iter().find(|kind| shape.kinds.contains(kind)))?;
        match kind {
            Kind::Null => Some(Value::Null),
            Kind::Boolean => Some(Value::Bool(draw.one_in(2))),
            Kind::Integer | Kind::Number => number(shape, kind, draw),
            Kind::String => text(shape, name, draw).map(Value::String),
            Kind::Array => self.array(shape, name, draw),
            Kind::Object => self.object(shape, draw),
        }
    }

    fn deeper(self) -> Self {
        let depth = self.depth + 1;
        let fill = if depth > FULL_DEPTH { Fill::Required } else { self.fill };
        Self { depth, fill, ..self }
    }

    fn object(self, shape: &Shape, draw: &mut Draw) -> Option<Value> {
        let mut members = Map::new();
        for (name, nodes) in &shape.properties {
            let required = shape.requires(name);
            let room = shape.max_properties.is_none_or(|most| members.len() < most);
            if !required && (self.fill == Fill::Required || !room) {
                continue;
            }
            if Shape::of(self.root, nodes).read_only && !required {
                continue;
            }
            match self.deeper().any(nodes, name, draw) {
                Some(value) => _ = members.insert(name.clone(), value),
                None if required => return None,
                None => {}
            }
        }
        let undeclared = shape.required.iter().filter(|name| !members.contains_key(*name)).cloned().collect::<Vec<_>>();
        for name in undeclared {
            let value = self.additional(shape, &name, draw)?;
            members.insert(name, value);
        }
        let mut extra = 1;
        while members.len() < shape.min_properties.min(MAX_ITEMS) {
            let unused = shape.properties.iter().find(|(name, _)| !members.contains_key(name));
            let (name, value) = match unused {
                Some((name, nodes)) => (name.clone(), self.deeper().any(nodes, name, draw)?),
                None => (format!("extra_{extra}"), self.additional(shape, "extra", draw)?),
            };
            extra += 1;
            members.insert(name, value);
        }
        Some(Value::Object(members))
    }

    fn additional(self, shape: &Shape, name: &str, draw: &mut Draw) -> Option<Value> {
        match &shape.additional {
            Some(schema) => self.deeper().any(std::slice::from_ref(schema), name, draw),
            None if shape.closed => None,
            None => Some(Value::String(realistic::by_name(name, draw))),
        }
    }

    fn array(self, shape: &Shape, name: &str, draw: &mut Draw) -> Option<Value> {
        let least = shape.min_items.max(shape.min_contains);
        let wanted = if self.fill == Fill::All { least.max(1) } else { least };
        let wanted = wanted.min(shape.max_items.unwrap_or(usize::MAX)).min(MAX_ITEMS);
        let mut items: Vec<Value> = Vec::new();
        let (mut tries, mut contained) = (0, 0);
        while items.len() < wanted {
            let nodes = match (shape.prefix_items.get(items.len()), &shape.contains) {
                (Some(node), _) => vec![node.clone()],
                (None, Some(contains)) if contained < shape.min_contains => {
                    contained += 1;
                    [std::slice::from_ref(contains), &shape.items].concat()
                }
                _ => shape.items.clone(),
            };
            let item =
                if nodes.is_empty() { Some(Value::from(items.len())) } else { self.deeper().any(&nodes, name, draw) };
            match item {
                Some(item) if !shape.unique_items || !items.contains(&item) => items.push(item),
                Some(_) if tries < 50 => tries += 1,
                _ if items.len() >= least => break,
                _ => return None,
            }
        }
        Some(Value::Array(items))
    }
}

/// Where a schema that is a reference leads, at most eight links on.
fn target(root: &Value, node: &Pointer) -> Pointer {
    let next = |node: &Pointer| {
        let reference = node.resolve(root)?.get("$ref")?.as_str()?.strip_prefix('#')?;
        Some(Pointer::parse(&crate::schema::uri::decoded(reference)))
    };
    std::iter::successors(Some(node.clone()), next).take(8).last().unwrap_or_default()
}

/// The type that the keywords of a typeless schema speak of.
fn preferred(shape: &Shape) -> Option<Kind> {
    let speaks = [
        (Kind::Object, !shape.properties.is_empty() || !shape.required.is_empty() || shape.additional.is_some()),
        (Kind::Array, !shape.items.is_empty() || !shape.prefix_items.is_empty() || shape.contains.is_some()),
        (
            Kind::String,
            shape.pattern.is_some() || shape.format.is_some() || shape.max_length.is_some() || shape.min_length > 0,
        ),
        (Kind::Number, shape.minimum.is_some() || shape.maximum.is_some() || shape.multiple_of.is_some()),
        (Kind::String, shape.kinds.len() == Kind::ALL.len()),
    ];
    speaks.into_iter().find(|(kind, speaks)| *speaks && shape.kinds.contains(kind)).map(|(kind, _)| kind)
}

/// A number within the bounds, on the grid of `multipleOf`.
fn number(shape: &Shape, kind: Kind, draw: &mut Draw) -> Option<Value> {
    let integral = kind == Kind::Integer;
    let step = shape.multiple_of.filter(|step| *step > 0.0).unwrap_or(1.0);
    let low = shape.minimum.map_or(if shape.maximum.is_some() { f64::NEG_INFINITY } else { 1.0 }, |(at, _)| at);
    let high = shape.maximum.map_or(f64::INFINITY, |(at, _)| at);
    let first = match (low.is_finite(), high.is_finite()) {
        (true, _) => (low / step).ceil(),
        (false, true) => (high / step).floor() - 50.0,
        (false, false) => 1.0,
    };
    let room = ((high / step).floor() - first).clamp(0.0, 100.0);
    let excluded = |at: f64| shape.minimum == Some((at, true)) || shape.maximum == Some((at, true));
    let start = draw.below(room as usize + 1);
    let candidates = (0..=room as usize).map(|offset| (first + ((start + offset) % (room as usize + 1)) as f64) * step);
    let on_grid =
        candidates.filter(|at| *at >= low && *at <= high && !excluded(*at)).find(|at| !integral || at.fract() == 0.0);
    let between = || {
        (!integral && shape.multiple_of.is_none())
            .then(|| low / 2.0 + high / 2.0)
            .filter(|at| at.is_finite() && !excluded(*at))
    };
    to_json(on_grid.or_else(between)?)
}

/// A number as JSON: without a fraction where it has none.
pub(super) fn to_json(number: f64) -> Option<Value> {
    // Up to 2^53 no digit is lost.
    if number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_992.0 {
        return Some(Value::from(number as i64));
    }
    Number::from_f64(number).map(Value::Number)
}

/// A text of the format, of the pattern, or by the name, within the lengths.
fn text(shape: &Shape, name: &str, draw: &mut Draw) -> Option<String> {
    let fits = |text: &String| {
        let length = text.chars().count();
        length >= shape.min_length && shape.max_length.is_none_or(|most| length <= most)
    };
    if let Some(pattern) = &shape.pattern {
        let example = shape.examples.iter().find_map(Value::as_str).map(str::to_owned);
        return (0..20).find_map(|_| matching(pattern, draw).filter(fits)).or(example.filter(fits));
    }
    if let Some(made) = shape.format.as_deref().and_then(|format| realistic::by_format(format, draw))
        && fits(&made)
    {
        return Some(made);
    }
    let mut made = realistic::by_name(name, draw);
    if let Some(most) = shape.max_length {
        made = made.chars().take(most).collect();
    }
    let have = made.chars().count();
    made.extend(std::iter::repeat_n('a', shape.min_length.min(MAX_LENGTH).saturating_sub(have)));
    Some(made).filter(fits)
}

/// A text that a pattern matches. Anchors are taken off, since what is generated is the whole text anyway; what the
/// generator cannot read (lookaround, back references) gives none.
pub(super) fn matching(pattern: &str, draw: &mut Draw) -> Option<String> {
    let inner = pattern.strip_prefix('^').unwrap_or(pattern);
    let inner = inner.strip_suffix('$').filter(|inner| !inner.ends_with('\\')).unwrap_or(inner);
    // ECMA 262 reads `\d` and `\w` as ASCII.
    let hir = regex_syntax::ParserBuilder::new().unicode(false).utf8(true).build().parse(inner).ok()?;
    let regex = rand_regex::Regex::with_hir(hir, 8).ok()?;
    Some(draw.sample::<String, _>(&regex))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn valid(schema: Value) {
        let root = json!({ "S": schema, "Node": { "type": "object", "properties": { "next": { "$ref": "#/Node" } }, "required": ["next"] } });
        let validator = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .build(&root["S"])
            .expect("a schema");
        for seed in 0..30 {
            for fill in [Fill::Required, Fill::All] {
                let made = instance(&root, &[Pointer::parse("/S")], "it", fill, &mut Draw::new(seed, "t"));
                let made = made.unwrap_or_else(|| panic!("an instance of {schema}", schema = root["S"]));
                assert!(validator.is_valid(&made), "{made} of {}", root["S"]);
            }
        }
    }

    #[test]
    fn instances_of_common_schemas_are_valid() {
        for schema in [
            json!({ "type": "object", "properties": { "a": { "type": "string", "maxLength": 3 }, "b": { "type": "integer", "minimum": 5, "maximum": 6 } }, "required": ["b", "c"] }),
            json!({ "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1 }),
            json!({ "type": "number", "multipleOf": 0.25, "minimum": 3.1 }),
            json!({ "type": "integer", "maximum": -7, "multipleOf": 5 }),
            json!({ "type": "array", "items": { "enum": ["a", "b", "c"] }, "minItems": 3, "uniqueItems": true }),
            json!({ "type": "string", "pattern": "^[A-Z]{2}\\d{4}$", "minLength": 6 }),
            json!({ "type": "string", "format": "date-time" }),
            json!({ "oneOf": [{ "type": "string", "minLength": 3 }, { "type": "null" }] }),
            json!({ "type": "object", "minProperties": 2, "additionalProperties": { "type": "boolean" } }),
            json!({ "allOf": [{ "required": ["x"] }, { "properties": { "x": { "const": 7 } } }] }),
            json!({ "type": "array", "contains": { "type": "string" } }),
            json!({ "type": "array", "items": { "type": "integer" }, "contains": { "const": 7 }, "minContains": 2, "maxContains": 3 }),
            json!({ "type": "array", "prefixItems": [{ "type": "string" }, { "type": "boolean" }], "minItems": 2 }),
        ] {
            valid(schema);
        }
    }

    #[test]
    fn a_schema_that_asks_for_an_infinite_value_has_no_instance() {
        let root = json!({ "Node": { "type": "object", "properties": { "next": { "$ref": "#/Node" } }, "required": ["next"] } });
        assert_eq!(instance(&root, &[Pointer::parse("/Node")], "n", Fill::All, &mut Draw::new(1, "t")), None);
    }

    #[test]
    fn a_schema_that_may_hold_itself_many_times_over_has_a_small_full_instance() {
        let itself = |count: usize| -> Value {
            (0..count).map(|number| (format!("p{number}"), json!({ "$ref": "#/Node" }))).collect()
        };
        let root = json!({ "Node": { "type": "object", "properties": itself(20) } });
        let full =
            instance(&root, &[Pointer::parse("/Node")], "n", Fill::All, &mut Draw::new(1, "t")).expect("an instance");
        assert_eq!(full, (0..20).map(|number| (format!("p{number}"), json!({}))).collect::<Value>());
        // Two of the next each, thirty levels down: more than anyone has memory for.
        let level = |number: usize| {
            let below = json!({ "$ref": format!("#/L{}", number + 1) });
            (
                format!("L{number}"),
                json!({ "type": "object", "required": ["x", "y"], "properties": { "x": below, "y": below } }),
            )
        };
        let root: Value = (0..20).map(level).collect();
        assert_eq!(instance(&root, &[Pointer::parse("/L0")], "n", Fill::All, &mut Draw::new(1, "t")), None);
    }
}
