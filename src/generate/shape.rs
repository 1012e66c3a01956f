//! A schema as one flat description: references followed, `allOf` merged, alternatives kept apart.

use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::source::Pointer;

/// A JSON type, with integers apart (JSON Schema 2020-12 validation §6.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are JSON Schema's own")]
pub enum Kind {
    Null,
    Boolean,
    Integer,
    Number,
    String,
    Array,
    Object,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Null, Self::Boolean, Self::Integer, Self::Number, Self::String, Self::Array, Self::Object];

    /// Its name in JSON Schema.
    pub fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The kind of a value.
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Boolean,
            Value::Number(number) if number.is_f64() => Self::Number,
            Value::Number(_) => Self::Integer,
            Value::String(_) => Self::String,
            Value::Array(_) => Self::Array,
            Value::Object(_) => Self::Object,
        }
    }
}

/// What a schema asks for, as far as generating values needs to know. Where keywords of merged schemas differ, the
/// stricter one stands here.
#[derive(Clone, Debug, Default)]
pub struct Shape {
    /// The schema nodes merged into it.
    pub nodes: Vec<Pointer>,
    /// The types it allows; all where it says nothing.
    pub kinds: Vec<Kind>,
    /// `enum` or `const`.
    pub values: Option<Vec<Value>>,
    /// Properties in document order, each with the schemas that apply to it.
    pub properties: Vec<(String, Vec<Pointer>)>,
    /// Names of required properties.
    pub required: Vec<String>,
    /// Whether other properties are forbidden.
    pub closed: bool,
    /// The schema of other properties, where one stands.
    pub additional: Option<Pointer>,
    /// `minProperties`.
    pub min_properties: usize,
    /// `maxProperties`.
    pub max_properties: Option<usize>,
    /// Schemas that apply to every element.
    pub items: Vec<Pointer>,
    /// Schemas of the first elements.
    pub prefix_items: Vec<Pointer>,
    /// `minItems`.
    pub min_items: usize,
    /// `maxItems`.
    pub max_items: Option<usize>,
    /// `uniqueItems`.
    pub unique_items: bool,
    /// The schema of `contains`.
    pub contains: Option<Pointer>,
    /// `minContains`, or 1 where there is a `contains` without it.
    pub min_contains: usize,
    /// `maxContains`.
    pub max_contains: Option<usize>,
    /// `dependentRequired`: a property, and each that must be there with it.
    pub dependent: Vec<(String, String)>,
    /// `minLength`, in code points.
    pub min_length: usize,
    /// `maxLength`, in code points.
    pub max_length: Option<usize>,
    /// `pattern`.
    pub pattern: Option<String>,
    /// `format`.
    pub format: Option<String>,
    /// `contentMediaType`, where the text is no JSON and holds it as it is: without a `contentEncoding` (JSON Schema 2020-12
    /// validation §8.3, OpenAPI 3.1.1 §4.8.14.3).
    pub media_type: Option<String>,
    /// The smallest number allowed, and whether it is itself excluded.
    pub minimum: Option<(f64, bool)>,
    /// The largest number allowed, and whether it is itself excluded.
    pub maximum: Option<(f64, bool)>,
    /// `multipleOf`.
    pub multiple_of: Option<f64>,
    /// Each `anyOf` and `oneOf`: its branches.
    pub alternatives: Vec<Vec<Pointer>>,
    /// `title` and `description`.
    pub words: String,
    /// Values that the document gives as examples or default.
    pub examples: Vec<Value>,
    /// Whether it is marked `readOnly`.
    pub read_only: bool,
    /// Whether it is marked `writeOnly`.
    pub write_only: bool,
}

/// So many alternatives are looked at for what a value may have.
const MOST_BRANCHES: usize = 64;

impl Shape {
    /// The shape of the schemas at `pointers` of `root` taken together.
    pub fn of(root: &Value, pointers: &[Pointer]) -> Self {
        let mut shape = Self { kinds: Kind::ALL.to_vec(), ..Self::default() };
        let mut seen = HashSet::new();
        for pointer in pointers {
            shape.merge(root, pointer, &mut seen);
        }
        shape
    }

    /// The same with the properties of each alternative too, those within alternatives included: what a value may have, and
    /// not what it must.
    pub fn of_any(root: &Value, pointers: &[Pointer]) -> Self {
        let mut shape = Self::of(root, pointers);
        let mut seen: HashSet<String> = shape.nodes.iter().map(|node| node.as_str().to_owned()).collect();
        let mut pending: Vec<Pointer> = shape.alternatives.iter().flatten().rev().cloned().collect();
        while let Some(branch) = pending.pop().filter(|_| seen.len() < MOST_BRANCHES) {
            if !seen.insert(branch.as_str().to_owned()) {
                continue;
            }
            let other = Self::of(root, &[branch]);
            pending.extend(other.alternatives.iter().flatten().rev().cloned());
            for (name, nodes) in other.properties {
                if !shape.properties.iter().any(|(known, _)| *known == name) {
                    shape.properties.push((name, nodes));
                }
            }
        }
        shape
    }

    /// The shape with one branch chosen for each alternative: the branch `choice` modulo their number.
    pub fn branch(&self, root: &Value, choice: usize) -> Self {
        let mut shape = self.clone();
        let mut choice = choice;
        // A branch may bring alternatives of its own; four layers are more than real documents have.
        for _ in 0..4 {
            let alternatives = std::mem::take(&mut shape.alternatives);
            if alternatives.is_empty() {
                break;
            }
            let mut seen: HashSet<_> = shape.nodes.iter().map(|node| node.as_str().to_owned()).collect();
            for branches in alternatives.iter().filter(|branches| !branches.is_empty()) {
                let chosen = &branches[choice % branches.len()];
                choice /= branches.len();
                shape.merge(root, chosen, &mut seen);
            }
        }
        shape
    }

    /// How many ways there are to choose branches, at most `cap`.
    pub fn branches(&self, cap: usize) -> usize {
        self.alternatives.iter().fold(1, |ways, branches| (ways * branches.len().max(1)).min(cap))
    }

    /// Whether it allows values of this kind.
    pub fn allows(&self, kind: Kind) -> bool {
        self.kinds.contains(&kind) || (kind == Kind::Integer && self.kinds.contains(&Kind::Number))
    }

    /// Whether the property must be there.
    pub fn requires(&self, name: &str) -> bool {
        self.required.iter().any(|required| required == name)
    }

    fn merge(&mut self, root: &Value, pointer: &Pointer, seen: &mut HashSet<String>) {
        if !seen.insert(pointer.as_str().to_owned()) {
            return;
        }
        let Some(node) = pointer.resolve(root) else { return };
        if node.as_bool() == Some(false) {
            self.kinds.clear();
        }
        let Some(schema) = node.as_object() else { return };
        self.nodes.push(pointer.clone());
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#')) {
            self.merge(root, &Pointer::parse(&percent_decoded(reference)), seen);
        }
        if let Some(members) = schema.get("allOf").and_then(Value::as_array) {
            let all = pointer.child("allOf");
            (0..members.len()).for_each(|index| self.merge(root, &all.index(index), seen));
        }
        for keyword in ["anyOf", "oneOf"] {
            if let Some(members) = schema.get(keyword).and_then(Value::as_array) {
                let branches = pointer.child(keyword);
                self.alternatives.push((0..members.len()).map(|index| branches.index(index)).collect());
            }
        }
        self.types(schema);
        self.object(schema, pointer);
        self.array(schema, pointer);
        self.scalar(schema);
        self.annotations(schema);
    }

    fn types(&mut self, schema: &Map<String, Value>) {
        let named: Option<Vec<Kind>> = match schema.get("type") {
            Some(Value::String(name)) => Some(Kind::named(name).into_iter().collect()),
            Some(Value::Array(names)) => Some(names.iter().filter_map(|name| Kind::named(name.as_str()?)).collect()),
            _ => None,
        };
        if let Some(named) = named {
            let allowed =
                |kind: &Kind| named.contains(kind) || (*kind == Kind::Integer && named.contains(&Kind::Number));
            self.kinds.retain(allowed);
        }
        let listed = schema.get("enum").and_then(Value::as_array).cloned();
        let listed = listed.or_else(|| schema.get("const").map(|value| vec![value.clone()]));
        if let Some(listed) = listed {
            self.values = Some(match self.values.take() {
                Some(before) => before.into_iter().filter(|value| listed.contains(value)).collect(),
                None => listed,
            });
        }
    }

    fn object(&mut self, schema: &Map<String, Value>, pointer: &Pointer) {
        if let Some(Value::Object(properties)) = schema.get("properties") {
            let at = pointer.child("properties");
            for name in properties.keys() {
                let place = at.child(name);
                match self.properties.iter_mut().find(|(known, _)| known == name) {
                    Some((_, schemas)) => schemas.push(place),
                    None => self.properties.push((name.clone(), vec![place])),
                }
            }
        }
        for name in schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            if !self.requires(name) {
                self.required.push(name.to_owned());
            }
        }
        for keyword in ["additionalProperties", "unevaluatedProperties"] {
            match schema.get(keyword) {
                Some(Value::Bool(false)) => self.closed = true,
                Some(Value::Object(_)) => self.additional = Some(pointer.child(keyword)),
                _ => {}
            }
        }
        raise(&mut self.min_properties, schema.get("minProperties"));
        lower(&mut self.max_properties, schema.get("maxProperties"));
        let dependent = schema.get("dependentRequired").and_then(Value::as_object).into_iter().flatten();
        for (name, others) in dependent {
            let others = others.as_array().into_iter().flatten().filter_map(Value::as_str);
            self.dependent.extend(others.map(|other| (name.clone(), other.to_owned())));
        }
    }

    fn array(&mut self, schema: &Map<String, Value>, pointer: &Pointer) {
        if schema.get("items").is_some_and(Value::is_object) {
            self.items.push(pointer.child("items"));
        }
        if let Some(members) = schema.get("prefixItems").and_then(Value::as_array) {
            let at = pointer.child("prefixItems");
            self.prefix_items = (0..members.len()).map(|index| at.index(index)).collect();
        }
        if schema.contains_key("contains") {
            self.contains = Some(pointer.child("contains"));
            self.min_contains = schema.get("minContains").and_then(Value::as_u64).unwrap_or(1) as usize;
            lower(&mut self.max_contains, schema.get("maxContains"));
        }
        raise(&mut self.min_items, schema.get("minItems"));
        lower(&mut self.max_items, schema.get("maxItems"));
        self.unique_items |= schema.get("uniqueItems").and_then(Value::as_bool).unwrap_or(false);
    }

    fn scalar(&mut self, schema: &Map<String, Value>) {
        raise(&mut self.min_length, schema.get("minLength"));
        lower(&mut self.max_length, schema.get("maxLength"));
        let text = |name: &str| schema.get(name).and_then(Value::as_str).map(str::to_owned);
        self.pattern = text("pattern").or(self.pattern.take());
        self.format = text("format").or(self.format.take());
        let number = |name: &str| schema.get(name).and_then(Value::as_f64);
        for bound in [number("minimum").map(|at| (at, false)), number("exclusiveMinimum").map(|at| (at, true))] {
            self.minimum = [self.minimum, bound]
                .into_iter()
                .flatten()
                .max_by(|a, b| (a.0, a.1).partial_cmp(&(b.0, b.1)).unwrap_or(std::cmp::Ordering::Equal));
        }
        for bound in [number("maximum").map(|at| (at, false)), number("exclusiveMaximum").map(|at| (at, true))] {
            self.maximum = [self.maximum, bound]
                .into_iter()
                .flatten()
                .min_by(|a, b| (a.0, !a.1).partial_cmp(&(b.0, !b.1)).unwrap_or(std::cmp::Ordering::Equal));
        }
        self.multiple_of = number("multipleOf").or(self.multiple_of);
    }

    fn annotations(&mut self, schema: &Map<String, Value>) {
        for name in ["title", "description"] {
            if let Some(text) = schema.get(name).and_then(Value::as_str) {
                self.words.push_str(text);
                self.words.push('\n');
            }
        }
        self.examples.extend(schema.get("example").into_iter().chain(schema.get("default")).cloned());
        self.examples.extend(schema.get("examples").and_then(Value::as_array).into_iter().flatten().cloned());
        let text = |keyword: &str| schema.get(keyword).and_then(Value::as_str);
        let raw = text("contentMediaType").filter(|_| text("contentEncoding").is_none() && text("format").is_none());
        self.media_type = self.media_type.take().or_else(|| raw.map(str::to_owned));
        let is_set = |keyword: &str| schema.get(keyword).and_then(Value::as_bool).unwrap_or(false);
        self.read_only |= is_set("readOnly");
        self.write_only |= is_set("writeOnly");
    }
}

fn raise(at: &mut usize, limit: Option<&Value>) {
    if let Some(limit) = limit.and_then(Value::as_u64) {
        *at = (*at).max(usize::try_from(limit).unwrap_or(usize::MAX));
    }
}

fn lower(at: &mut Option<usize>, limit: Option<&Value>) {
    if let Some(limit) = limit.and_then(Value::as_u64) {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        *at = Some(at.map_or(limit, |before| before.min(limit)));
    }
}

/// A fragment's pointer text (RFC 6901 §6); bytes that are no UTF-8 leave it as it is.
fn percent_decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let hex = (*byte == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        let decoded = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(decoded.unwrap_or(*byte));
        at += if decoded.is_some() { 3 } else { 1 };
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn references_and_all_of_are_merged_and_the_stricter_bound_wins() {
        let root = json!({
            "A": { "allOf": [{ "$ref": "#/B" }, { "type": "object", "required": ["y"], "minProperties": 2 }] },
            "B": { "type": ["object", "null"], "properties": { "x": { "type": "string" } }, "required": ["x"], "minProperties": 1 },
        });
        let shape = Shape::of(&root, &[Pointer::parse("/A")]);
        assert_eq!(shape.kinds, [Kind::Object]);
        assert_eq!(shape.required, ["x", "y"]);
        assert_eq!(shape.min_properties, 2);
        assert_eq!(shape.properties[0].1[0].as_str(), "/B/properties/x");
    }

    #[test]
    fn a_reference_to_itself_ends() {
        let root = json!({ "A": { "allOf": [{ "$ref": "#/A" }, { "type": "string" }] } });
        assert_eq!(Shape::of(&root, &[Pointer::parse("/A")]).kinds, [Kind::String]);
    }

    #[test]
    fn a_branch_is_chosen_by_number() {
        let root = json!({ "A": { "oneOf": [{ "type": "string" }, { "type": "boolean" }] } });
        let shape = Shape::of(&root, &[Pointer::parse("/A")]);
        assert_eq!(shape.branches(100), 2);
        assert_eq!(shape.branch(&root, 1).kinds, [Kind::Boolean]);
    }
}
