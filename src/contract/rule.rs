//! Promises beyond a schema, inferred from the document's own words and structure.

use serde_json::Value;

use super::operation::AnswerContract;
use crate::generate::{Kind, Shape};
use crate::schema::{Direction, Schemas};
use crate::source::Pointer;
use crate::spec::Document;

/// One promise, and what it is drawn from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What is promised.
    pub kind: RuleKind,
    /// The words or the structure that say so.
    pub basis: String,
    /// Where they stand.
    pub pointer: Pointer,
    /// How sure it is.
    pub confidence: Confidence,
}

/// What a rule promises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleKind {
    /// The property comes back exactly as it was sent: equal as JSON, text by code point.
    Echo {
        /// Its name in request and answer.
        property: String,
    },
    /// The property identifies what is made: it is new in each valid request, and the same one never makes two.
    Identity {
        /// Its name in the request.
        property: String,
    },
}

/// How sure a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// The document's structure implies it.
    Structure,
    /// The document's prose says so.
    Words,
}

impl Rule {
    /// A stable name: `echo/first_name`.
    pub fn name(&self) -> String {
        match &self.kind {
            RuleKind::Echo { property } => format!("echo/{property}"),
            RuleKind::Identity { property } => format!("identity/{property}"),
        }
    }

    /// The promise in one sentence.
    pub fn promise(&self) -> String {
        match &self.kind {
            RuleKind::Echo { property } => format!("`{property}` comes back exactly as it was sent"),
            RuleKind::Identity { property } => format!("one `{property}` is one thing: the same one never makes two"),
        }
    }
}

/// The rules of an operation whose body has the schema at `body`.
pub(super) fn infer(document: &Document, schemas: &Schemas, body: &Pointer, answers: &[AnswerContract]) -> Vec<Rule> {
    let request = Shape::of(schemas.strict(Direction::Request), std::slice::from_ref(body));
    let mut rules = Vec::new();
    for answer in answers.iter().filter(|answer| answer.status.is_success()) {
        for schema in answer.content.iter().filter_map(|media| media.schema.as_ref()) {
            let response = Shape::of(schemas.strict(Direction::Response), std::slice::from_ref(schema.pointer()));
            rules.extend(echoes(document, &request, &response));
        }
    }
    rules.extend(identities(schemas, &request));
    rules.dedup();
    rules
}

/// The same component schema under the same name in request and answer.
fn echoes(document: &Document, request: &Shape, response: &Shape) -> Vec<Rule> {
    let component = |nodes: &[Pointer]| nodes.iter().find_map(|node| reference(document, node));
    let mut rules = Vec::new();
    for (name, sent) in &request.properties {
        let Some((_, back)) = response.properties.iter().find(|(known, _)| known == name) else { continue };
        let (Some(sent_as), Some(back_as)) = (component(sent), component(back)) else { continue };
        if sent_as != back_as {
            continue;
        }
        let title = sent_as.last().map(|name| name.into_owned()).unwrap_or_default();
        rules.push(Rule {
            kind: RuleKind::Echo { property: name.clone() },
            basis: format!("request and answer both have `{name}` as `{title}`"),
            pointer: back[0].clone(),
            confidence: Confidence::Structure,
        });
    }
    rules
}

/// Where a `$ref` leads that stands at `node`.
fn reference(document: &Document, node: &Pointer) -> Option<Pointer> {
    document.at(node)?.get("$ref").and_then(Value::as_str)?;
    document.resolve(node)
}

/// A required text whose description says that it identifies, or is unique.
fn identities(schemas: &Schemas, request: &Shape) -> Vec<Rule> {
    let root = schemas.strict(Direction::Request);
    let mut rules = Vec::new();
    for (name, nodes) in &request.properties {
        let shape = Shape::of(root, nodes);
        if !request.requires(name) || !shape.allows(Kind::String) || shape.values.is_some() {
            continue;
        }
        if let Some(words) = says_unique(&shape.words) {
            let pointer = shape.nodes.last().cloned().unwrap_or_default();
            let (kind, confidence) = (RuleKind::Identity { property: name.clone() }, Confidence::Words);
            rules.push(Rule { kind, basis: format!("its description says \"{words}\""), pointer, confidence });
        }
    }
    rules
}

/// The words of a description that call a value unique, if any.
fn says_unique(words: &str) -> Option<&'static str> {
    const PHRASES: &[&str] =
        &["uniquely identif", "unique identifier", "unique id", "must be unique", "globally unique"];
    let lower = words.to_ascii_lowercase();
    PHRASES.iter().find(|phrase| lower.contains(*phrase)).copied()
}

/// Names of properties that are often unique although the document does not say so.
fn often_unique(name: &str) -> bool {
    const NAMES: &[&str] = &["id", "email", "username", "login", "slug", "sku", "handle", "key", "uuid"];
    let lower = name.to_ascii_lowercase();
    NAMES.iter().any(|known| lower == *known || lower.ends_with(&format!("_{known}"))) || name.ends_with("Id")
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
    let fresh =
        request.properties.iter().filter(|(name, nodes)| is_text(nodes) && (identified(name) || often_unique(name)));
    fresh.map(|(name, _)| Pointer::root().child(name)).collect()
}
