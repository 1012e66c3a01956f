//! A set of schemas as one flat description: references followed, `allOf` merged, each alternative decided.
//!
//! Which way each alternative goes is told by a list of numbers, one for each decision met on the way. [`flats`] tries
//! the plainest list first, then every list that differs from one already tried in one more decision.

use std::collections::{HashSet, VecDeque};

use serde_json::{Map, Value};

use super::describe::{Flat, limit};
use super::negate;
use super::resources::{Node, Resources, address};
use super::tags;

/// What a value must do about a schema.
#[derive(Clone, Debug)]
pub(super) enum Goal<'r> {
    /// Satisfy it.
    Is(Node<'r>),
    /// Break it.
    Not(Node<'r>),
    /// Break this keyword of it.
    Breaks(Node<'r>, &'r str),
    /// Satisfy it but for what it says through other schemas in place, and for this keyword.
    Own(Node<'r>, Option<&'r str>),
}

/// Decisions: those asked for, then the first way each time.
pub(super) struct Chooser<'c> {
    asked: &'c [usize],
    /// How many ways each decision had.
    pub(super) ways: Vec<usize>,
}

impl Chooser<'_> {
    /// The way that the next decision goes.
    pub(super) fn choose(&mut self, ways: usize) -> usize {
        let at = self.ways.len();
        self.ways.push(ways);
        self.asked.get(at).copied().unwrap_or(0).min(ways.saturating_sub(1))
    }
}

/// The flat descriptions of `goals` taken together, the plainest first; at most `cap`, after at most eight times as many tries.
pub(super) fn flats<'r>(resources: &Resources<'r>, goals: &[Goal<'r>], cap: usize) -> Vec<Flat<'r>> {
    let mut found = Vec::new();
    let mut queue: VecDeque<Vec<usize>> = [Vec::new()].into();
    let mut tries = cap * 8 + 8;
    while let Some(asked) = queue.pop_front() {
        if found.len() >= cap || tries == 0 {
            break;
        }
        tries -= 1;
        let mut chooser = Chooser { asked: &asked, ways: Vec::new() };
        let flat = Flatten::new(resources, &mut chooser).run(goals);
        found.extend(flat);
        let ways = chooser.ways;
        for (at, ways) in ways.iter().enumerate().skip(asked.len()) {
            for way in 1..(*ways).min(64) {
                if queue.len() > 4_000 {
                    break;
                }
                let mut next = asked.clone();
                next.resize(at, 0);
                next.push(way);
                queue.push_back(next);
            }
        }
    }
    found
}

/// The making of one flat description.
pub(super) struct Flatten<'f, 'c, 'r> {
    resources: &'f Resources<'r>,
    pub(super) chooser: &'f mut Chooser<'c>,
    pub(super) flat: Flat<'r>,
    pending: VecDeque<Goal<'r>>,
    visited: HashSet<(usize, bool, Option<&'r str>)>,
    /// The first named schema that was met and that a value can follow.
    outermost: Option<Node<'r>>,
}

impl<'f, 'c, 'r> Flatten<'f, 'c, 'r> {
    fn new(resources: &'f Resources<'r>, chooser: &'f mut Chooser<'c>) -> Self {
        Self {
            resources,
            chooser,
            flat: Flat::new(),
            pending: VecDeque::new(),
            visited: HashSet::new(),
            outermost: None,
        }
    }

    fn run(mut self, goals: &[Goal<'r>]) -> Option<Flat<'r>> {
        self.pending.extend(goals.iter().cloned());
        let mut steps = 0;
        while let Some(goal) = self.pending.pop_front() {
            steps += 1;
            let fits = match goal {
                Goal::Is(node) => self.is(&node, None, false),
                Goal::Own(node, omitted) => self.is(&node, omitted, true),
                Goal::Not(node) => self.not(&node),
                Goal::Breaks(node, keyword) => negate::keyword(&mut self, &node, keyword),
            };
            if !fits || self.flat.is_contradiction() || steps > 2_000 {
                return None;
            }
        }
        Some(self.flat)
    }

    pub(super) fn push(&mut self, goal: Goal<'r>) {
        self.pending.push_back(goal);
    }

    /// The node below `node`.
    pub(super) fn below(&self, node: &Node<'r>, keyword: &str, schema: &'r Value) -> Node<'r> {
        Node { site: self.resources.below(node.site, schema), at: node.at.child(keyword) }
    }

    /// The node below a map or a list of schemas.
    pub(super) fn within(&self, node: &Node<'r>, keyword: &str, name: &str, schema: &'r Value) -> Node<'r> {
        Node { site: self.resources.below(node.site, schema), at: node.at.child(keyword).child(name) }
    }

    pub(super) fn follow(&self, node: &Node<'r>, text: &str, dynamic: bool) -> Option<Node<'r>> {
        self.resources.follow(node.site, text, dynamic)
    }

    /// Each branch of a list of schemas.
    pub(super) fn branches(&self, node: &Node<'r>, keyword: &str, list: &'r Value) -> Vec<Node<'r>> {
        let branches = list.as_array().into_iter().flatten().enumerate();
        branches.map(|(at, schema)| self.within(node, keyword, &at.to_string(), schema)).collect()
    }

    fn not(&mut self, node: &Node<'r>) -> bool {
        let schema = match node.site.schema {
            Value::Bool(flag) => return !flag,
            Value::Object(schema) => schema,
            _ => return false,
        };
        if !self.visited.insert((address(node.site.schema), false, None)) {
            return true;
        }
        let keywords = negate::breakable(schema);
        if keywords.is_empty() {
            return false;
        }
        let keyword = keywords[self.chooser.choose(keywords.len())];
        negate::keyword(self, node, keyword)
    }

    fn is(&mut self, node: &Node<'r>, omitted: Option<&'r str>, own: bool) -> bool {
        let schema = match node.site.schema {
            Value::Bool(flag) => return *flag,
            Value::Object(schema) => schema,
            _ => return true,
        };
        if !self.visited.insert((address(node.site.schema), true, omitted)) {
            return true;
        }
        // What lists several schemas is not what a value follows.
        let lists = schema.contains_key("oneOf") || schema.contains_key("anyOf");
        if self.outermost.is_none() && !lists && tags::component(&node.at).is_some() {
            self.outermost = Some(node.clone());
        }
        let in_place = |name: &str| {
            matches!(
                name,
                "$ref" | "$dynamicRef" | "allOf" | "anyOf" | "oneOf" | "if" | "dependentSchemas" | "dependencies"
            )
        };
        for (name, operand) in schema {
            if Some(name.as_str()) == omitted || (own && in_place(name)) {
                continue;
            }
            if !self.keyword(node, schema, name, operand, omitted) {
                return false;
            }
        }
        true
    }

    fn keyword(
        &mut self,
        node: &Node<'r>,
        schema: &'r Map<String, Value>,
        name: &str,
        operand: &'r Value,
        omitted: Option<&str>,
    ) -> bool {
        if name == "dependencies" {
            self.flat.assertion(name, operand);
        }
        match name {
            "$ref" | "$dynamicRef" => {
                let target = operand.as_str().and_then(|text| self.follow(node, text, name == "$dynamicRef"));
                if let Some(target) = target {
                    self.push(Goal::Is(target));
                }
            }
            "allOf" => self.branches(node, name, operand).into_iter().for_each(|branch| self.push(Goal::Is(branch))),
            "anyOf" => {
                let mut branches = self.branches(node, name, operand);
                if branches.is_empty() {
                    return true;
                }
                let way = self.chooser.choose(branches.len());
                self.label(way, format!("any-of-{}", way + 1));
                let branch = branches.swap_remove(way);
                self.tag(node, schema, Some(&branch));
                self.push(Goal::Is(branch));
            }
            "oneOf" => return self.one_of(node, schema, operand),
            "discriminator" if !schema.contains_key("oneOf") && !schema.contains_key("anyOf") => {
                let outermost = self.outermost.clone();
                self.tag(node, schema, outermost.as_ref());
            }
            "not" => {
                let inner = self.below(node, name, operand);
                self.push(Goal::Not(inner));
            }
            "if" => self.conditional(node, schema, operand),
            "dependentSchemas" | "dependencies" => {
                let schemas = operand.as_object().into_iter().flatten().filter(|(_, dependent)| !dependent.is_array());
                for (property, dependent) in schemas {
                    let dependent = self.within(node, name, property, dependent);
                    match self.chooser.choose(3) {
                        0 => self.push(Goal::Is(dependent)),
                        1 => {
                            self.flat.labels.push(format!("without-{property}"));
                            self.flat.object.forbidden.push(property.clone());
                        }
                        _ => {
                            self.flat.labels.push(format!("with-{property}"));
                            self.flat.object.require(property);
                            self.push(Goal::Is(dependent));
                        }
                    }
                }
            }
            "type" => self.flat.keep_types(operand),
            "enum" => self.flat.list(operand.as_array().into_iter().flatten().collect()),
            "const" => self.flat.list(vec![operand]),
            "example" | "default" => self.flat.examples.push(operand),
            "examples" => self.flat.examples.extend(operand.as_array().into_iter().flatten()),
            "readOnly" => self.flat.read_only |= operand.as_bool() == Some(true),
            _ => {
                self.structural(node, schema, name, operand, omitted);
                self.flat.assertion(name, operand);
            }
        }
        true
    }

    pub(super) fn label(&mut self, way: usize, label: String) {
        if way > 0 {
            self.flat.labels.push(label);
        }
    }

    /// The member that says which schema is followed says so.
    fn tag(&mut self, node: &Node<'r>, schema: &'r Map<String, Value>, followed: Option<&Node<'r>>) {
        if let Some((property, followed)) = tags::property(schema).zip(followed) {
            let names = tags::tags_of(self.resources, node, followed);
            self.flat.object.tags.push((property, names));
        }
    }

    fn one_of(&mut self, node: &Node<'r>, schema: &'r Map<String, Value>, operand: &'r Value) -> bool {
        let branches = self.branches(node, "oneOf", operand);
        if branches.is_empty() {
            return true;
        }
        // First as if the others did not overlap; then with each of the others broken.
        let way = self.chooser.choose(branches.len() * 2);
        let chosen = way % branches.len();
        self.label(chosen, format!("one-of-{}", chosen + 1));
        for (at, branch) in branches.into_iter().enumerate() {
            if at == chosen {
                self.tag(node, schema, Some(&branch));
                self.push(Goal::Is(branch));
            } else if way != chosen {
                self.push(Goal::Not(branch));
            }
        }
        true
    }

    fn conditional(&mut self, node: &Node<'r>, schema: &'r Map<String, Value>, operand: &'r Value) {
        let condition = self.below(node, "if", operand);
        let branch = |keyword: &'static str| schema.get(keyword).map(|schema| self.below(node, keyword, schema));
        let (then, otherwise) = (branch("then"), branch("else"));
        let way = self.chooser.choose(2);
        self.label(way, "otherwise".into());
        let next = if way == 0 { then } else { otherwise };
        self.push(if way == 0 { Goal::Is(condition) } else { Goal::Not(condition) });
        if let Some(next) = next {
            self.push(Goal::Is(next));
        }
    }

    /// Keywords that hold schemas of members or elements.
    fn structural(
        &mut self,
        node: &Node<'r>,
        schema: &'r Map<String, Value>,
        name: &str,
        operand: &'r Value,
        omitted: Option<&str>,
    ) {
        match name {
            "properties" => {
                for (property, below) in operand.as_object().into_iter().flatten() {
                    let goal = Goal::Is(self.within(node, name, property, below));
                    self.flat.object.add(property, goal);
                }
            }
            "patternProperties" => {
                for (pattern, below) in operand.as_object().into_iter().flatten() {
                    let goal = Goal::Is(self.within(node, name, pattern, below));
                    self.flat.object.patterns.push((pattern, goal));
                }
            }
            "additionalProperties" => {
                let goal = Goal::Is(self.below(node, name, operand));
                self.flat.object.additional.push((schema, goal));
            }
            "unevaluatedProperties" => {
                let goal = Goal::Is(self.below(node, name, operand));
                self.flat.object.unevaluated.push(goal);
            }
            "propertyNames" => {
                let goal = Goal::Is(self.below(node, name, operand));
                self.flat.object.names.push(goal);
            }
            "prefixItems" => {
                for (at, branch) in self.branches(node, name, operand).into_iter().enumerate() {
                    self.flat.array.at(at).push(Goal::Is(branch));
                }
            }
            "items" => {
                let from = schema.get("prefixItems").and_then(Value::as_array).map_or(0, Vec::len);
                let goal = Goal::Is(self.below(node, name, operand));
                self.flat.array.rest.push((from, goal));
            }
            "unevaluatedItems" => {
                let goal = Goal::Is(self.below(node, name, operand));
                self.flat.array.unevaluated.push(goal);
            }
            "contains" => {
                let limit = |name: &str| schema.get(name).filter(|_| omitted != Some(name)).and_then(limit);
                let (least, most) = (limit("minContains").unwrap_or(1), limit("maxContains"));
                let below = self.below(node, name, operand);
                self.flat.array.contains.push((Goal::Is(below.clone()), Goal::Not(below), least, most));
            }
            _ => {}
        }
    }
}
