//! The keywords of a schema, each at its place in the document, and the values that stood there.

use std::collections::HashMap;

use serde_json::Value;

use super::{Tell, What};
use crate::generate::{Kind, Shape};
use crate::source::Pointer;

/// Schemas of more parts than this are not looked through to their end.
const MAX_NODES: usize = 2_000;
/// How deep values are followed.
const MAX_DEPTH: usize = 32;

/// Keywords that ask something of a value of such kinds; of any kind where none is named (JSON Schema 2020-12 validation §6).
const ASKING: &[(&str, &[Kind])] = &[
    ("type", &[]),
    ("enum", &[]),
    ("const", &[]),
    ("minLength", &[Kind::String]),
    ("maxLength", &[Kind::String]),
    ("pattern", &[Kind::String]),
    ("format", &[Kind::String, Kind::Integer, Kind::Number]),
    ("minimum", NUMBERS),
    ("maximum", NUMBERS),
    ("exclusiveMinimum", NUMBERS),
    ("exclusiveMaximum", NUMBERS),
    ("multipleOf", NUMBERS),
    ("minItems", &[Kind::Array]),
    ("maxItems", &[Kind::Array]),
    ("uniqueItems", &[Kind::Array]),
    ("contains", &[Kind::Array]),
    ("minProperties", &[Kind::Object]),
    ("maxProperties", &[Kind::Object]),
    ("propertyNames", &[Kind::Object]),
    ("dependentRequired", &[Kind::Object]),
];
const NUMBERS: &[Kind] = &[Kind::Integer, Kind::Number];

/// The keywords of one or several schemas.
#[derive(Clone, Debug, Default)]
pub(super) struct Keywords {
    nodes: Vec<Node>,
    met: Met,
    /// Where each part of a schema stands among the nodes.
    known: HashMap<Vec<Pointer>, usize>,
    /// Where each keyword stands among the keywords.
    places: HashMap<Pointer, usize>,
}

/// Which of all keywords and listed values were met.
#[derive(Clone, Debug, Default)]
struct Met {
    keywords: Vec<Keyword>,
    values: Vec<Listed>,
    /// How many were not.
    unseen: usize,
}

#[derive(Clone, Debug)]
struct Keyword {
    place: Pointer,
    name: &'static str,
    kinds: &'static [Kind],
    seen: bool,
}

/// One value of an `enum`.
#[derive(Clone, Debug)]
struct Listed {
    place: Pointer,
    value: Value,
    seen: bool,
}

/// All that holds at one place of a value.
#[derive(Clone, Debug, Default)]
struct Node {
    keywords: Vec<usize>,
    /// Keywords that ask for a property, with its name.
    required: Vec<(String, usize)>,
    values: Vec<usize>,
    kinds: Vec<Kind>,
    fixed: Option<Vec<Value>>,
    properties: Vec<(String, usize)>,
    other_properties: Option<usize>,
    first_elements: Vec<usize>,
    elements: Option<usize>,
    branches: Vec<usize>,
}

impl Keywords {
    /// Adds the schema at `pointer` of `root`, and all that it leads to. Its number.
    pub(super) fn add(&mut self, root: &Value, pointer: &Pointer) -> usize {
        self.node(root, vec![pointer.clone()])
    }

    fn node(&mut self, root: &Value, pointers: Vec<Pointer>) -> usize {
        if let Some(known) = self.known.get(&pointers) {
            return *known;
        }
        let at = self.nodes.len();
        self.nodes.push(Node::default());
        let shape = Shape::of(root, &pointers);
        self.known.insert(pointers, at);
        if at >= MAX_NODES {
            return at;
        }
        let mut node = Node { kinds: shape.kinds.clone(), fixed: shape.values.clone(), ..Node::default() };
        for pointer in &shape.nodes {
            self.keywords_of(root, pointer, &mut node);
        }
        node.properties = shape.properties.into_iter().map(|(name, nodes)| (name, self.node(root, nodes))).collect();
        node.other_properties = shape.additional.map(|pointer| self.node(root, vec![pointer]));
        node.first_elements = shape.prefix_items.into_iter().map(|pointer| self.node(root, vec![pointer])).collect();
        node.elements = (!shape.items.is_empty()).then(|| self.node(root, shape.items));
        node.branches =
            shape.alternatives.into_iter().flatten().map(|pointer| self.node(root, vec![pointer])).collect();
        self.nodes[at] = node;
        at
    }

    fn keywords_of(&mut self, root: &Value, pointer: &Pointer, node: &mut Node) {
        let Some(members) = pointer.resolve(root).and_then(Value::as_object) else { return };
        for (name, kinds) in ASKING.iter().filter(|(name, _)| members.contains_key(*name)) {
            let at = self.keyword(pointer.child(name), name, kinds);
            node.keywords.push(at);
        }
        if members.get("additionalProperties") == Some(&Value::Bool(false)) {
            let at = self.keyword(pointer.child("additionalProperties"), "additionalProperties", &[Kind::Object]);
            node.keywords.push(at);
        }
        let required = members.get("required").and_then(Value::as_array).into_iter().flatten();
        for (index, name) in required.enumerate() {
            let Some(name) = name.as_str() else { continue };
            let at = self.keyword(pointer.child("required").index(index), "required", &[Kind::Object]);
            node.required.push((name.to_owned(), at));
        }
        // A single value tells what kind of thing it is, and nothing else was ever to come.
        let listed = members.get("enum").and_then(Value::as_array).filter(|listed| listed.len() > 1);
        for value in listed.into_iter().flatten() {
            let place = pointer.child("enum");
            let known = self.met.values.iter().position(|one| one.place == place && one.value == *value);
            let at = known.unwrap_or_else(|| {
                self.met.unseen += 1;
                self.met.values.push(Listed { place, value: value.clone(), seen: false });
                self.met.values.len() - 1
            });
            node.values.push(at);
        }
    }

    fn keyword(&mut self, place: Pointer, name: &'static str, kinds: &'static [Kind]) -> usize {
        let met = &mut self.met;
        *self.places.entry(place).or_insert_with_key(|place| {
            met.unseen += 1;
            met.keywords.push(Keyword { place: place.clone(), name, kinds, seen: false });
            met.keywords.len() - 1
        })
    }

    /// Takes note of a value that conforms to the schema numbered `node`.
    pub(super) fn see(&mut self, node: usize, value: &Value) {
        visit(&self.nodes, &mut self.met, node, value, MAX_DEPTH);
    }

    /// Tells of every keyword whether a value stood there, and its place.
    pub(super) fn places(&self, what: What, tell: &mut Tell<'_>) {
        self.met.keywords.iter().for_each(|keyword| tell(what, keyword.seen, &keyword.place));
    }

    /// Tells of every value of an `enum` whether it was met.
    pub(super) fn values(&self, tell: &mut Tell<'_>) {
        for Listed { place, value, seen } in &self.met.values {
            tell(What::Values, *seen, &format_args!("{value} of {place}"));
        }
    }

    /// Places of keywords that a value can be refused for: a `format` need not be asserted.
    pub(super) fn breakable(&self) -> impl Iterator<Item = &Pointer> {
        self.met.keywords.iter().filter(|keyword| keyword.name != "format").map(|keyword| &keyword.place)
    }
}

impl Met {
    fn keyword(&mut self, at: usize) {
        if !std::mem::replace(&mut self.keywords[at].seen, true) {
            self.unseen -= 1;
        }
    }

    fn value(&mut self, at: usize, value: &Value) {
        let listed = &mut self.values[at];
        if listed.value == *value && !std::mem::replace(&mut listed.seen, true) {
            self.unseen -= 1;
        }
    }
}

/// Takes note of all that `value` meets of the schema numbered `at`.
fn visit(nodes: &[Node], met: &mut Met, at: usize, value: &Value, depth: usize) {
    if met.unseen == 0 || depth == 0 {
        return;
    }
    let (node, kind) = (&nodes[at], Kind::of(value));
    for keyword in &node.keywords {
        let kinds = met.keywords[*keyword].kinds;
        if kinds.is_empty() || kinds.contains(&kind) {
            met.keyword(*keyword);
        }
    }
    node.values.iter().for_each(|listed| met.value(*listed, value));
    match value {
        Value::Object(members) => {
            let there = node.required.iter().filter(|(name, _)| members.contains_key(name));
            there.for_each(|(_, keyword)| met.keyword(*keyword));
            for (name, value) in members {
                let listed = node.properties.iter().find(|(known, _)| known == name).map(|(_, below)| *below);
                if let Some(below) = listed.or(node.other_properties) {
                    visit(nodes, met, below, value, depth - 1);
                }
            }
        }
        Value::Array(elements) => {
            for (index, value) in elements.iter().enumerate() {
                if let Some(below) = node.first_elements.get(index).copied().or(node.elements) {
                    visit(nodes, met, below, value, depth - 1);
                }
            }
        }
        _ => {}
    }
    for branch in node.branches.iter().filter(|branch| fits(nodes, **branch, value)) {
        visit(nodes, met, *branch, value, depth - 1);
    }
}

/// Whether a branch can be the one that a value takes: it is of its kind, with the fixed values that it asks for.
fn fits(nodes: &[Node], branch: usize, value: &Value) -> bool {
    let node = &nodes[branch];
    let kind = Kind::of(value);
    let of_kind = node.kinds.contains(&kind) || (kind == Kind::Integer && node.kinds.contains(&Kind::Number));
    let is_listed = |node: &Node, value: &Value| node.fixed.as_ref().is_none_or(|fixed| fixed.contains(value));
    let has_all = || node.required.iter().all(|(name, _)| value.get(name).is_some());
    let members = || {
        let mut told = node.properties.iter().filter_map(|(name, below)| Some((below, value.get(name)?)));
        told.all(|(below, value)| is_listed(&nodes[*below], value))
    };
    of_kind && is_listed(node, value) && has_all() && members()
}
