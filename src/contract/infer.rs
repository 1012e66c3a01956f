//! Rules inferred from the document's own words and structure.

use std::collections::HashSet;

use serde_json::Value;

use super::meaning::same_meaning;
use super::operation::{AnswerContract, success_schemas};
use super::rule::{Confidence, DEFAULT_SKEW, Rule, RuleKind, TimeUnit};
use super::words::{
    CodeKind, Moment, changes_of_itself, code_kind, is_granted, is_kept_secret, moment, often_unique, says_changed,
    says_creates, says_time, says_unique,
};
use crate::generate::{Kind, Shape};
use crate::schema::{Compiled, Direction, Schemas};
use crate::source::Pointer;
use crate::spec::{Document, Operation};

/// How deep in the body of an error its code is looked for.
const CODE_DEPTH: usize = 3;

/// What rules are drawn from.
pub(super) struct Ground<'g> {
    pub(super) document: &'g Document,
    pub(super) schemas: &'g Schemas,
    pub(super) operation: &'g Operation,
    pub(super) answers: &'g [AnswerContract],
    /// The schema that all errors share.
    pub(super) error: Option<&'g Compiled>,
}

impl Ground<'_> {
    /// The rules of an operation whose body has the schema at `body`.
    pub(super) fn rules(&self, body: &Pointer) -> Vec<Rule> {
        let request = self.shape(Direction::Request, body);
        let makes = self.makes();
        let mut rules = Vec::new();
        for response in self.successes() {
            let echoes = self.echoes(&request, &response);
            if self.operation.method != "PATCH" {
                // Where a part is changed, what is left out is as it was.
                let stated = if makes.is_some() { self.stated(&request, &response) } else { Vec::new() };
                rules.extend(defaults(&request, &echoes, &stated));
                rules.extend(stated);
            }
            rules.extend(echoes);
            if let Some(makes) = &makes {
                rules.extend(self.unique_ids(&request, &response, makes));
                rules.extend(self.server_assigned(&request, &response));
                let clocks = self.clocks(&request, &response);
                rules.extend(order(&clocks));
                rules.extend(clocks);
            }
        }
        rules.extend(self.identities(&request));
        rules.extend(self.error_code());
        // By kind, and in document order within one.
        rules.sort_by_key(|rule| rank(&rule.kind));
        rules.dedup();
        rules
    }

    /// Names that the document lists in any of its answers, at any depth that matters.
    pub(super) fn answer_names(&self) -> Vec<String> {
        let mut names = Vec::new();
        let schemas = self.answers.iter().flat_map(|answer| &answer.content).filter_map(|media| media.schema.as_ref());
        let mut open: Vec<(Pointer, usize)> = schemas.map(|schema| (schema.pointer().clone(), 0)).collect();
        // A schema that many properties refer to is looked into once at each depth.
        let mut seen = HashSet::new();
        while let Some((at, depth)) = open.pop() {
            let home = self.document.resolve(&at).unwrap_or_else(|| at.clone());
            if !seen.insert((home, depth)) {
                continue;
            }
            for (name, nodes) in self.shape(Direction::Response, &at).properties {
                if depth < CODE_DEPTH {
                    open.extend(nodes.into_iter().map(|node| (node, depth + 1)));
                }
                names.push(name);
            }
        }
        names.sort();
        names.dedup();
        names
    }

    fn shape(&self, direction: Direction, at: &Pointer) -> Shape {
        Shape::of(self.schemas.strict(direction), std::slice::from_ref(at))
    }

    fn property(&self, direction: Direction, nodes: &[Pointer]) -> Shape {
        Shape::of(self.schemas.strict(direction), nodes)
    }

    /// The shapes of what successes carry.
    fn successes(&self) -> impl Iterator<Item = Shape> {
        success_schemas(self.answers).map(|schema| self.shape(Direction::Response, schema.pointer()))
    }

    /// What says that the operation makes something, if anything does.
    fn makes(&self) -> Option<String> {
        if self.operation.method != "POST" {
            return None;
        }
        let node = self.document.at(&self.operation.pointer);
        let text = |name: &str| node?.get(name)?.as_str();
        let created = |answer: &AnswerContract| answer.status == crate::spec::StatusPattern::Exact(201);
        if self.answers.iter().any(created) {
            return Some("it answers 201, \"Created\"".to_owned());
        }
        ["summary", "description", "operationId"].iter().find_map(|name| {
            let words = says_creates(text(name)?)?;
            Some(format!("its {name} says \"{words}\""))
        })
    }

    /// The same component schema under the same name in request and answer.
    fn echoes(&self, request: &Shape, response: &Shape) -> Vec<Rule> {
        let component = |nodes: &[Pointer]| nodes.iter().find_map(|node| reference(self.document, node));
        let mut rules = Vec::new();
        for (name, sent) in &request.properties {
            let Some(back) = nodes(response, name) else { continue };
            let shape = self.property(Direction::Response, back);
            // What may be written in several ways, or in any order, need not come back as it was sent.
            let instant =
                shape.format.as_deref().is_some_and(|format| ["date-time", "time", "duration"].contains(&format));
            let told = || says_changed(&shape.words) || says_changed(&self.property(Direction::Request, sent).words);
            if instant || shape.unique_items || told() {
                continue;
            }
            let (basis, confidence) = match (component(sent), component(back)) {
                (Some(sent_as), Some(back_as)) if sent_as == back_as => {
                    let title = sent_as.last().map(|name| name.into_owned()).unwrap_or_default();
                    (format!("request and answer both have `{name}` as `{title}`"), Confidence::Structure)
                }
                _ => match self.of_one_schema(name, (sent, back), &shape) {
                    Some(title) => {
                        (format!("request and answer are both `{title}`, which has `{name}`"), Confidence::Structure)
                    }
                    None if self.is_said_alike(name, (sent, back), &shape) => {
                        (format!("request and answer say the same of `{name}`"), Confidence::Name)
                    }
                    None => continue,
                },
            };
            let kind = RuleKind::Echo { property: name.clone() };
            let rule = Rule::inferred(kind, basis, back[0].clone(), confidence);
            rules.push(Rule { gates: confidence > Confidence::Name || !is_granted(name), ..rule });
        }
        rules
    }

    /// What the schema is called that request and answer both are, where `name` is a plain property of it which no server has
    /// reason to change.
    fn of_one_schema(&self, name: &str, (sent, back): (&[Pointer], &[Pointer]), shape: &Shape) -> Option<String> {
        let same = sent.first().filter(|_| sent == back && self.operation.method != "PATCH")?;
        let plain = shape.format.is_none() && !shape.read_only && !shape.write_only && shape.alternatives.is_empty();
        let kinds =
            shape.kinds.iter().all(|kind| matches!(kind, Kind::String | Kind::Integer | Kind::Boolean | Kind::Null));
        if !plain
            || !kinds
            || changes_of_itself(name)
            || is_kept_secret(name)
            || is_granted(name)
            || says_unique(&shape.words).is_some()
        {
            return None;
        }
        let title = same.parent().and_then(|properties| properties.parent())?.last()?.into_owned();
        same.as_str().starts_with("/components/schemas/").then_some(title)
    }

    /// Whether request and answer have a property of which both say the same, and which no server has reason to change.
    fn is_said_alike(&self, name: &str, (sent, back): (&[Pointer], &[Pointer]), shape: &Shape) -> bool {
        let own = self.property(Direction::Request, sent);
        // What may be many kinds of thing comes back in many ways.
        let plain = |shape: &Shape| {
            shape.format.as_deref().is_none_or(|format| ["int32", "int64", "date"].contains(&format))
                && !shape.read_only
                && !shape.write_only
                && shape.kinds.len() < 4
        };
        plain(&own)
            && plain(shape)
            && !changes_of_itself(name)
            && !is_kept_secret(name)
            && says_unique(&shape.words).is_none()
            // A card number comes back masked.
            && (shape.pattern.is_none() || shape.pattern == own.pattern)
            && same_meaning(self.document, sent, back)
    }

    /// The optional properties whose default the document states, and that come back.
    fn stated(&self, request: &Shape, response: &Shape) -> Vec<Rule> {
        let rule = |(name, sent): &(String, Vec<Pointer>)| {
            let back = nodes(response, name).filter(|_| !request.requires(name))?;
            let (own, found) = (self.property(Direction::Request, sent), self.property(Direction::Response, back));
            // Beside `$ref` it counts where the dialect says so.
            let root = self.schemas.strict(Direction::Request);
            let stated = own.nodes.iter().find_map(|node| node.resolve(root)?.get("default"))?;
            // What is written in another way may come back so, and what nothing is stated for may be anything.
            let plain = own.format.is_none()
                && found.format.is_none()
                && match stated {
                    Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
                    // What is not empty may come back in another order.
                    Value::Array(items) => items.is_empty(),
                    _ => false,
                };
            if !plain || changes_of_itself(name) && own.values.is_none() || own.read_only || found.write_only {
                return None;
            }
            let kind = RuleKind::Defaults { property: name.clone(), stated: Some(stated.clone()) };
            let basis = format!("`{name}` has the default `{stated}`, and comes back");
            Some(Rule::inferred(kind, basis, back.first()?.clone(), Confidence::Words))
        };
        request.properties.iter().filter_map(rule).collect()
    }

    /// A required text whose description says that it identifies, or is unique.
    fn identities(&self, request: &Shape) -> Vec<Rule> {
        let mut rules = Vec::new();
        for (name, nodes) in &request.properties {
            let shape = self.property(Direction::Request, nodes);
            if !request.requires(name) || !shape.allows(Kind::String) || shape.values.is_some() {
                continue;
            }
            if let Some(words) = says_unique(&shape.words) {
                let kind = RuleKind::Identity { property: name.clone() };
                rules.push(Rule::inferred(kind, quoted(words), last(&shape), Confidence::Words));
            }
        }
        rules
    }

    /// What only the answer has and is called unique, or `id`.
    fn unique_ids(&self, request: &Shape, response: &Shape, makes: &str) -> Vec<Rule> {
        let mut rules = Vec::new();
        for (name, nodes) in self.unshared(request, response) {
            let shape = self.property(Direction::Response, nodes);
            let identifies = shape.allows(Kind::String) || shape.allows(Kind::Integer);
            if !identifies || shape.values.is_some() || !response.requires(name) {
                continue;
            }
            let (basis, confidence) = match says_unique(&shape.words) {
                Some(words) => (quoted(words), Confidence::Words),
                None if name == "id" => (format!("it is called `id`, and {makes}"), Confidence::Name),
                None => continue,
            };
            let kind = RuleKind::UniqueId { property: name.clone() };
            rules.push(Rule::inferred(kind, basis, last(&shape), confidence));
        }
        rules
    }

    /// Properties of the answer that the request does not have, or has as read-only (OpenAPI 3.0.4 §4.7.24.2, JSON Schema
    /// Validation 2020-12 §9.4).
    fn unshared<'s>(
        &'s self,
        request: &'s Shape,
        response: &'s Shape,
    ) -> impl Iterator<Item = &'s (String, Vec<Pointer>)> {
        response.properties.iter().filter(|(name, _)| !self.is_settable(request, name))
    }

    /// Whether the request has a property that is for the client to say.
    fn is_settable(&self, request: &Shape, name: &str) -> bool {
        nodes(request, name).is_some_and(|nodes| !self.property(Direction::Request, nodes).read_only)
    }

    /// What only the answer has.
    fn server_assigned(&self, request: &Shape, response: &Shape) -> Vec<Rule> {
        let rule = |(name, back): &(String, Vec<Pointer>)| {
            let shape = self.property(Direction::Response, back);
            let always = match shape.values.as_deref() {
                Some([value]) => Some(value.to_string()),
                _ => None,
            };
            let kind = RuleKind::ServerAssigned { property: name.clone(), always };
            let basis = match nodes(request, name) {
                Some(_) => format!("`{name}` is read-only"),
                None => format!("the answer has `{name}`, and the request does not list it"),
            };
            Rule::inferred(kind, basis, back[0].clone(), Confidence::Structure)
        };
        // What the request lists in another spelling may well be the same.
        let listed = |name: &str| {
            let mut others = request.properties.iter().filter(|(known, _)| known != name);
            others.any(|(known, _)| same_in_any_spelling(known, name))
        };
        self.unshared(request, response).filter(|(name, _)| !listed(name)).map(rule).collect()
    }

    /// Times of making and of change that only the answer has.
    fn clocks(&self, request: &Shape, response: &Shape) -> Vec<Rule> {
        let mut rules = Vec::new();
        for (name, nodes) in self.unshared(request, response) {
            let shape = self.property(Direction::Response, nodes);
            if moment(name).is_none() {
                continue;
            }
            let (unit, basis) = match (shape.format.as_deref(), says_time(&shape.words)) {
                (_, Some((unit, words))) if shape.kinds.contains(&Kind::Integer) => (unit, quoted(words)),
                (Some("date-time"), _) if shape.allows(Kind::String) => {
                    (TimeUnit::DateTime, "its format is `date-time`".to_owned())
                }
                _ => continue,
            };
            let confidence = if unit == TimeUnit::DateTime { Confidence::Structure } else { Confidence::Words };
            let kind = RuleKind::Clock { property: name.clone(), unit, skew: DEFAULT_SKEW };
            rules.push(Rule::inferred(kind, basis, last(&shape), confidence));
        }
        rules
    }

    /// The code of errors, where it is one of a list that has a code for invalid requests and codes for other things.
    fn error_code(&self) -> Option<Rule> {
        let error = self.error?;
        let mut open = vec![(Pointer::root(), error.pointer().clone(), 0)];
        while let Some((place, node, depth)) = open.pop() {
            let shape = self.shape(Direction::Response, &node);
            if let Some(rule) = shape.values.as_deref().and_then(|values| code_rule(&place, &shape, values)) {
                return Some(rule);
            }
            if depth < CODE_DEPTH {
                let below = shape.properties.iter().rev();
                let below =
                    below.filter_map(|(name, nodes)| Some((place.child(name), nodes.first()?.clone(), depth + 1)));
                open.extend(below);
            }
        }
        None
    }
}

fn code_rule(place: &Pointer, shape: &Shape, values: &[Value]) -> Option<Rule> {
    let codes = || values.iter().filter_map(Value::as_str);
    let of = |kind| codes().filter(move |code| code_kind(code) == Some(kind)).map(str::to_owned).collect::<Vec<_>>();
    let fitting = of(CodeKind::Invalid);
    let is_misfit = |code: &&str| matches!(code_kind(code), Some(CodeKind::Credentials | CodeKind::Else));
    let misfits: Vec<String> = codes().filter(is_misfit).map(str::to_owned).collect();
    let vague = of(CodeKind::Vague);
    let strange = if of(CodeKind::Credentials).is_empty() { Vec::new() } else { of(CodeKind::Else) };
    let code = fitting.first().filter(|_| !misfits.is_empty())?;
    let basis = format!("its values have `{code}` for this, and others for other things");
    let kind = RuleKind::ErrorCode { place: place.clone(), misfits, strange, vague };
    Some(Rule::inferred(kind, basis, last(shape), Confidence::Words))
}

/// An optional property that comes back: what it comes back as where it is absent.
fn defaults(request: &Shape, echoes: &[Rule], stated: &[Rule]) -> Vec<Rule> {
    let is_stated = |name: &str| {
        stated.iter().any(|rule| matches!(&rule.kind, RuleKind::Defaults { property, .. } if property == name))
    };
    let rule = |rule: &Rule| {
        let RuleKind::Echo { property } = &rule.kind else { return None };
        let kind = RuleKind::Defaults { property: property.clone(), stated: None };
        let basis = format!("`{property}` need not be sent, and comes back");
        // What two places only say the same of may come from anywhere where it is not sent.
        let certain = rule.confidence > Confidence::Name;
        (certain && !request.requires(property) && !is_stated(property))
            .then(|| Rule::inferred(kind, basis, rule.pointer.clone(), Confidence::Structure))
    };
    echoes.iter().filter_map(rule).collect()
}

/// The first time of making is no later than the first time of change.
fn order(clocks: &[Rule]) -> Option<Rule> {
    let of = |wanted: Moment| {
        clocks.iter().find_map(|rule| match &rule.kind {
            RuleKind::Clock { property, .. } if moment(property) == Some(wanted) => Some((rule, property.clone())),
            _ => None,
        })
    };
    let ((made, earlier), (_, later)) = (of(Moment::Made)?, of(Moment::Changed)?);
    let basis = format!("`{earlier}` and `{later}` are times of one thing");
    let pointer = made.pointer.clone();
    Some(Rule::inferred(RuleKind::Order { earlier, later }, basis, pointer, Confidence::Name))
}

fn nodes<'s>(shape: &'s Shape, name: &str) -> Option<&'s [Pointer]> {
    shape.properties.iter().find(|(known, _)| known == name).map(|(_, nodes)| nodes.as_slice())
}

fn last(shape: &Shape) -> Pointer {
    shape.nodes.last().cloned().unwrap_or_default()
}

fn quoted(words: &str) -> String {
    format!("its description says \"{words}\"")
}

fn rank(kind: &RuleKind) -> u8 {
    match kind {
        RuleKind::Echo { .. } => 0,
        RuleKind::Identity { .. } => 1,
        RuleKind::UniqueId { .. } => 2,
        RuleKind::ServerAssigned { .. } => 3,
        RuleKind::Clock { .. } => 4,
        RuleKind::Order { .. } => 5,
        RuleKind::Defaults { .. } => 6,
        RuleKind::ErrorCode { .. } => 7,
    }
}

/// Where a `$ref` leads that stands at `node`.
fn reference(document: &Document, node: &Pointer) -> Option<Pointer> {
    document.at(node)?.get("$ref").and_then(Value::as_str)?;
    document.resolve(node)
}

/// Places in the body that must be new in each request.
pub(super) fn fresh_places(schemas: &Schemas, body: &Pointer, rules: &[Rule]) -> Vec<Pointer> {
    let root = schemas.strict(Direction::Request);
    let request = Shape::of(root, std::slice::from_ref(body));
    let identified =
        |name: &str| rules.iter().any(|rule| matches!(&rule.kind, RuleKind::Identity { property } if property == name));
    let is_text = |nodes: &[Pointer]| {
        let shape = Shape::of(root, nodes);
        shape.allows(Kind::String) && shape.values.is_none() && shape.kinds.len() < 3
    };
    let is_number = |nodes: &[Pointer]| {
        let shape = Shape::of(root, nodes);
        shape.allows(Kind::Integer) && !shape.allows(Kind::String) && shape.values.is_none()
    };
    let fresh = request.properties.iter().filter(|(name, nodes)| {
        let unique = is_text(nodes) && (identified(name) || often_unique(name));
        unique || (name == "id" && is_number(nodes))
    });
    fresh.map(|(name, _)| Pointer::root().child(name)).collect()
}

/// Whether two names are one but for letter case, underscores and hyphens.
pub(crate) fn same_in_any_spelling(one: &str, other: &str) -> bool {
    let letters =
        |name: &str| -> String { name.chars().filter(|c| !"_-".contains(*c)).flat_map(char::to_lowercase).collect() };
    letters(one) == letters(other)
}
