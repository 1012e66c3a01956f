//! The places of an instance, with every schema that applies at each: found by evaluating it.

use std::collections::HashSet;

use serde_json::Value;

use super::evaluate::Evaluator;
use super::flat::Goal;
use super::resources::{Node, Resources, address};
use crate::generate::places::path_of;
use crate::source::Pointer;

/// Deeper places than this are not visited.
const MAX_DEPTH: usize = 8;
/// More schemas than this are not gathered at one place.
const MAX_NODES: usize = 300;

/// A place of an instance.
#[derive(Clone, Debug)]
pub(super) struct Spot<'r> {
    pub(super) pointer: Pointer,
    /// The schemas that apply because of what stands around it.
    pub(super) goals: Vec<Goal<'r>>,
    /// Those, and all that apply in their turn to the same value.
    pub(super) nodes: Vec<Applied<'r>>,
    /// The name of the member it is, or belongs to.
    pub(super) name: String,
    pub(super) depth: usize,
}

/// A schema that applies at a place.
#[derive(Clone, Debug)]
pub(super) struct Applied<'r> {
    pub(super) node: Node<'r>,
    /// The schema through which it applies, as a number among those of the place, and the keyword.
    pub(super) through: Option<(usize, &'r str)>,
}

impl Spot<'_> {
    /// Its path as names have it.
    pub(super) fn path(&self) -> String {
        path_of(&self.pointer)
    }

    /// Whether the schema numbered `at` applies only through that keyword of that other one.
    pub(super) fn is_through(&self, at: usize, (above, keyword): (usize, &str)) -> bool {
        let mut here = at;
        while let Some((parent, name)) = self.nodes[here].through {
            if parent == above && name == keyword {
                return true;
            }
            here = parent;
        }
        false
    }
}

/// Finds the places of instances.
#[derive(Debug)]
pub(super) struct Finder<'f, 'r> {
    pub(super) resources: &'f Resources<'r>,
    pub(super) evaluator: Evaluator<'f, 'r>,
    /// How many places are visited.
    pub(super) cap: usize,
}

impl<'r> Finder<'_, 'r> {
    /// The places of `whole`, the root first.
    pub(super) fn places(&self, root: &Node<'r>, whole: &Value) -> Vec<Spot<'r>> {
        let mut found = Vec::new();
        let body =
            Spot { pointer: Pointer::root(), goals: Vec::new(), nodes: Vec::new(), name: "body".into(), depth: 0 };
        self.visit(body, vec![root.clone()], whole, &mut found);
        found
    }

    /// Visits a place, of which the schemas are not known yet but for those that what stands around it applies.
    fn visit(&self, mut spot: Spot<'r>, schemas: Vec<Node<'r>>, value: &Value, found: &mut Vec<Spot<'r>>) {
        if found.len() >= self.cap || spot.depth > MAX_DEPTH {
            return;
        }
        spot.nodes = self.applied(&schemas, value);
        spot.goals = schemas.into_iter().map(Goal::Is).collect();
        found.push(spot.clone());
        let below = |pointer, name: &str| Spot {
            pointer,
            goals: Vec::new(),
            nodes: Vec::new(),
            name: name.to_owned(),
            depth: spot.depth + 1,
        };
        match value {
            Value::Object(members) => {
                for (member, inner) in members {
                    let schemas = self.of_member(&spot.nodes, value, member);
                    if !schemas.is_empty() {
                        self.visit(below(spot.pointer.child(member), member), schemas, inner, found);
                    }
                }
            }
            Value::Array(items) => {
                let mut seen = HashSet::new();
                for (at, inner) in items.iter().enumerate().take(24) {
                    let schemas = self.of_element(&spot.nodes, value, at);
                    // Elements of one kind are one place.
                    let kind: Vec<usize> = schemas.iter().map(|node| address(node.site.schema)).collect();
                    if !schemas.is_empty() && seen.insert(kind) {
                        self.visit(below(spot.pointer.index(at), &spot.name), schemas, inner, found);
                    }
                }
            }
            _ => {}
        }
    }

    /// The schemas that apply to one value: those given, and those in place that it satisfies.
    fn applied(&self, schemas: &[Node<'r>], value: &Value) -> Vec<Applied<'r>> {
        let mut all: Vec<Applied<'r>> =
            schemas.iter().map(|node| Applied { node: node.clone(), through: None }).collect();
        let mut seen: HashSet<usize> = HashSet::new();
        all.retain(|applied| seen.insert(address(applied.node.site.schema)));
        let mut at = 0;
        while at < all.len() && all.len() < MAX_NODES {
            let node = all[at].node.clone();
            for (keyword, next) in self.in_place(&node, value) {
                if seen.insert(address(next.site.schema)) {
                    all.push(Applied { node: next, through: Some((at, keyword)) });
                }
            }
            at += 1;
        }
        all
    }

    fn in_place(&self, node: &Node<'r>, value: &Value) -> Vec<(&'r str, Node<'r>)> {
        let Some(schema) = node.site.schema.as_object() else { return Vec::new() };
        let mut next = Vec::new();
        let below = |keyword: &str, schema: &'r Value| Node {
            site: self.resources.below(node.site, schema),
            at: node.at.child(keyword),
        };
        for (keyword, operand) in schema {
            match keyword.as_str() {
                "$ref" | "$dynamicRef" => {
                    let target = operand.as_str();
                    let target =
                        target.and_then(|text| self.resources.follow(node.site, text, keyword == "$dynamicRef"));
                    next.extend(target.map(|target| (keyword.as_str(), target)));
                }
                "allOf" | "anyOf" | "oneOf" => {
                    for (at, branch) in operand.as_array().into_iter().flatten().enumerate() {
                        let mut branch = below(keyword, branch);
                        branch.at = branch.at.index(at);
                        if keyword == "allOf" || self.evaluator.is_valid(branch.site, value) {
                            next.push((keyword.as_str(), branch));
                        }
                    }
                }
                "if" => {
                    let condition = below(keyword, operand);
                    let way = if self.evaluator.is_valid(condition.site, value) { "then" } else { "else" };
                    if let Some((name, schema)) = schema.get_key_value(way) {
                        next.push(("if", below(name, schema)));
                    }
                }
                "dependentSchemas" | "dependencies" => {
                    for (member, schema) in operand.as_object().into_iter().flatten() {
                        if value.get(member).is_some() && !schema.is_array() {
                            let mut dependent = below(keyword, schema);
                            dependent.at = dependent.at.child(member);
                            next.push((keyword.as_str(), dependent));
                        }
                    }
                }
                _ => {}
            }
        }
        next
    }

    fn of_member(&self, nodes: &[Applied<'r>], whole: &Value, member: &str) -> Vec<Node<'r>> {
        let mut found = Vec::new();
        let text = Value::String(member.to_owned());
        for applied in nodes {
            let node = &applied.node;
            let Some(schema) = node.site.schema.as_object() else { continue };
            let mut add = |pointer: Pointer, schema: &'r Value| {
                found.push(Node { site: self.resources.below(node.site, schema), at: pointer });
            };
            let mut listed = false;
            if let Some(below) = schema.get("properties").and_then(|map| map.get(member)) {
                add(node.at.child("properties").child(member), below);
                listed = true;
            }
            for (pattern, below) in schema.get("patternProperties").and_then(Value::as_object).into_iter().flatten() {
                if self.resources.matches(pattern, &text) {
                    add(node.at.child("patternProperties").child(pattern), below);
                    listed = true;
                }
            }
            if let Some(below) = schema.get("additionalProperties").filter(|below| !listed && below.is_object()) {
                add(node.at.child("additionalProperties"), below);
            }
            if let Some(below) = schema.get("unevaluatedProperties").filter(|below| below.is_object())
                && !self.evaluator.seen(node.site, whole).has_name(member)
            {
                add(node.at.child("unevaluatedProperties"), below);
            }
        }
        found
    }

    fn of_element(&self, nodes: &[Applied<'r>], whole: &Value, at: usize) -> Vec<Node<'r>> {
        let mut found = Vec::new();
        for applied in nodes {
            let node = &applied.node;
            let Some(schema) = node.site.schema.as_object() else { continue };
            let mut add = |pointer: Pointer, schema: &'r Value| {
                found.push(Node { site: self.resources.below(node.site, schema), at: pointer });
            };
            let first = schema.get("prefixItems").and_then(Value::as_array);
            match first.and_then(|first| first.get(at)) {
                Some(below) => add(node.at.child("prefixItems").index(at), below),
                None => {
                    if let Some(below) = schema.get("items").filter(|below| below.is_object()) {
                        add(node.at.child("items"), below);
                    }
                }
            }
            if let Some(below) = schema.get("unevaluatedItems").filter(|below| below.is_object())
                && !self.evaluator.seen(node.site, whole).has_place(at)
            {
                add(node.at.child("unevaluatedItems"), below);
            }
        }
        found
    }
}
