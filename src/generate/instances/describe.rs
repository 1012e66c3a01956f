//! A flat description, and how single keywords narrow it.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::decimal::Decimal;
use super::evaluate::equal;
use super::flat::Goal;

/// The types that a value may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Type {
    Object,
    Array,
    String,
    Number,
    Boolean,
    Null,
}

impl Type {
    pub(super) const ALL: [Self; 6] =
        [Self::Object, Self::Array, Self::String, Self::Number, Self::Boolean, Self::Null];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::Array => "array",
            Self::String => "string",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Null => "null",
        }
    }

    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Object(_) => Self::Object,
            Value::Array(_) => Self::Array,
            Value::String(_) => Self::String,
            Value::Number(_) => Self::Number,
            Value::Bool(_) => Self::Boolean,
            Value::Null => Self::Null,
        }
    }
}

/// A bound of numbers, and whether it is itself excluded.
pub(super) type Bound = (Decimal, bool);

/// The flat description.
#[derive(Clone, Debug)]
pub(super) struct Flat<'r> {
    pub(super) types: Vec<Type>,
    /// Whether a number must be whole, or must not be.
    pub(super) whole: Option<bool>,
    pub(super) values: Option<Vec<&'r Value>>,
    pub(super) barred: Vec<&'r Value>,
    pub(super) low: Option<Bound>,
    pub(super) high: Option<Bound>,
    pub(super) steps: Vec<Decimal>,
    pub(super) off_steps: Vec<Decimal>,
    pub(super) length: (usize, Option<usize>),
    pub(super) patterns: Vec<&'r str>,
    pub(super) off_patterns: Vec<&'r str>,
    pub(super) formats: Vec<&'r str>,
    pub(super) off_formats: Vec<&'r str>,
    pub(super) object: Members<'r>,
    pub(super) array: Items<'r>,
    /// Values that the document gives as examples.
    pub(super) examples: Vec<&'r Value>,
    /// Which way each alternative went, where it did not go the first way.
    pub(super) labels: Vec<String>,
    /// Types that some keyword speaks of.
    pub(super) spoken: HashSet<Type>,
    pub(super) read_only: bool,
}

/// What a flat description says of objects.
#[derive(Clone, Debug, Default)]
pub(super) struct Members<'r> {
    pub(super) named: Vec<(String, Vec<Goal<'r>>)>,
    pub(super) patterns: Vec<(&'r str, Goal<'r>)>,
    /// `additionalProperties`: the schema beside whose names it stands, and what others must satisfy.
    pub(super) additional: Vec<(&'r Map<String, Value>, Goal<'r>)>,
    pub(super) unevaluated: Vec<Goal<'r>>,
    pub(super) names: Vec<Goal<'r>>,
    pub(super) required: Vec<String>,
    pub(super) forbidden: Vec<String>,
    /// A member must be there that satisfies this and is not of the names beside that schema.
    pub(super) extra: Vec<(Option<&'r Map<String, Value>>, Goal<'r>)>,
    /// A member must be there with a name like this.
    pub(super) extra_names: Vec<Goal<'r>>,
    /// A member must be there whose name the pattern matches.
    pub(super) extra_patterns: Vec<(&'r str, Goal<'r>)>,
    pub(super) dependent: Vec<(&'r str, Vec<&'r str>)>,
    pub(super) count: (usize, Option<usize>),
    /// Texts that a member should have, if it can have one of them: tags of the schema that is followed.
    pub(super) tags: Vec<(&'r str, Vec<String>)>,
}

/// What a flat description says of arrays.
#[derive(Clone, Debug, Default)]
pub(super) struct Items<'r> {
    pub(super) first: Vec<Vec<Goal<'r>>>,
    /// Schemas of elements from a place on.
    pub(super) rest: Vec<(usize, Goal<'r>)>,
    pub(super) unevaluated: Vec<Goal<'r>>,
    pub(super) contains: Vec<(Goal<'r>, Goal<'r>, usize, Option<usize>)>,
    /// An element must be there, from a place on, that satisfies this.
    pub(super) some: Vec<(usize, Goal<'r>)>,
    pub(super) count: (usize, Option<usize>),
    pub(super) unique: bool,
    pub(super) repeated: bool,
}

impl<'r> Flat<'r> {
    pub(super) fn new() -> Self {
        Self {
            types: Type::ALL.to_vec(),
            whole: None,
            values: None,
            barred: Vec::new(),
            low: None,
            high: None,
            steps: Vec::new(),
            off_steps: Vec::new(),
            length: (0, None),
            patterns: Vec::new(),
            off_patterns: Vec::new(),
            formats: Vec::new(),
            off_formats: Vec::new(),
            object: Members::default(),
            array: Items::default(),
            examples: Vec::new(),
            labels: Vec::new(),
            spoken: HashSet::new(),
            read_only: false,
        }
    }

    /// Whether nothing can satisfy it, as far as that shows at once.
    pub(super) fn is_contradiction(&self) -> bool {
        let crossed = |(least, most): (usize, Option<usize>)| most.is_some_and(|most| most < least);
        let only = |kind: Type| self.types == [kind];
        self.types.is_empty()
            || self.values.as_ref().is_some_and(Vec::is_empty)
            || (only(Type::String) && crossed(self.length))
            || (only(Type::Array) && crossed(self.array.count))
            || (only(Type::Object) && crossed(self.object.count))
            || (only(Type::Number) && self.low.zip(self.high).is_some_and(|(low, high)| low.0.compare(high.0).is_gt()))
    }

    /// Leaves only one type.
    pub(super) fn only(&mut self, kind: Type) {
        self.types.retain(|known| *known == kind);
        self.spoken.insert(kind);
    }

    pub(super) fn keep_types(&mut self, operand: &Value) {
        let names: Vec<&str> = match operand {
            Value::String(name) => vec![name],
            Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
            _ => return,
        };
        let integer = names.contains(&"integer") && !names.contains(&"number");
        self.types.retain(|kind| names.contains(&kind.name()) || (integer && *kind == Type::Number));
        if integer {
            self.be_whole(true);
        }
    }

    /// Numbers must be whole, or must not be.
    pub(super) fn be_whole(&mut self, whole: bool) {
        if self.whole == Some(!whole) {
            self.types.retain(|kind| *kind != Type::Number);
        }
        self.whole = Some(whole);
    }

    pub(super) fn list(&mut self, listed: Vec<&'r Value>) {
        self.values = Some(match self.values.take() {
            Some(before) => before.into_iter().filter(|value| listed.iter().any(|other| equal(value, other))).collect(),
            None => listed,
        });
    }

    pub(super) fn raise(&mut self, at: Decimal, open: bool) {
        if self.low.is_none_or(|(low, was_open)| at.compare(low).is_gt() || (at == low && open && !was_open)) {
            self.low = Some((at, open));
        }
    }

    pub(super) fn lower(&mut self, at: Decimal, open: bool) {
        if self.high.is_none_or(|(high, was_open): Bound| at.compare(high).is_lt() || (at == high && open && !was_open))
        {
            self.high = Some((at, open));
        }
    }

    /// Keywords that assert something of a value as a whole.
    pub(super) fn assertion(&mut self, name: &str, operand: &'r Value) {
        let number = || Decimal::of(operand);
        match name {
            "minimum" => _ = number().map(|at| self.raise(at, false)),
            "exclusiveMinimum" => _ = number().map(|at| self.raise(at, true)),
            "maximum" => _ = number().map(|at| self.lower(at, false)),
            "exclusiveMaximum" => _ = number().map(|at| self.lower(at, true)),
            "multipleOf" => self.steps.extend(number()),
            "minLength" => raise(&mut self.length, operand),
            "maxLength" => lower(&mut self.length, operand),
            "pattern" => self.patterns.extend(operand.as_str()),
            "format" => self.formats.extend(operand.as_str()),
            "minItems" => raise(&mut self.array.count, operand),
            "maxItems" => lower(&mut self.array.count, operand),
            "uniqueItems" => self.array.unique |= operand.as_bool() == Some(true),
            "minProperties" => raise(&mut self.object.count, operand),
            "maxProperties" => lower(&mut self.object.count, operand),
            "required" => operand.as_array().into_iter().flatten().filter_map(Value::as_str).for_each(|name| {
                self.object.require(name);
            }),
            "dependentRequired" | "dependencies" => {
                for (property, needed) in operand.as_object().into_iter().flatten() {
                    let needed: Vec<&str> = needed.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                    self.object.dependent.push((property, needed));
                }
            }
            _ => {}
        }
        self.spoken.extend(speaks_of(name));
    }

    /// Values of the type that the keywords speak of come first; null says least.
    pub(super) fn types_in_order(&self) -> Vec<Type> {
        let mut types = self.types.clone();
        let all = types.len() == Type::ALL.len();
        types
            .sort_by_key(|kind| (!self.spoken.contains(kind), if all && *kind == Type::String { 0 } else { 1 }, *kind));
        types
    }
}

/// The type of value that a keyword applies to.
pub(super) fn speaks_of(keyword: &str) -> Option<Type> {
    Some(match keyword {
        "minimum" | "exclusiveMinimum" | "maximum" | "exclusiveMaximum" | "multipleOf" => Type::Number,
        "minLength" | "maxLength" | "pattern" | "format" => Type::String,
        "minItems" | "maxItems" | "uniqueItems" | "prefixItems" | "items" | "contains" | "minContains"
        | "maxContains" | "unevaluatedItems" => Type::Array,
        "minProperties"
        | "maxProperties"
        | "required"
        | "properties"
        | "patternProperties"
        | "additionalProperties"
        | "propertyNames"
        | "dependencies"
        | "dependentRequired"
        | "dependentSchemas"
        | "unevaluatedProperties" => Type::Object,
        _ => return None,
    })
}

impl<'r> Members<'r> {
    pub(super) fn require(&mut self, name: &str) {
        if !self.required.iter().any(|known| known == name) {
            self.required.push(name.to_owned());
        }
    }

    pub(super) fn add(&mut self, name: &str, goal: Goal<'r>) {
        match self.named.iter_mut().find(|(known, _)| known == name) {
            Some((_, goals)) => goals.push(goal),
            None => self.named.push((name.to_owned(), vec![goal])),
        }
    }
}

impl<'r> Items<'r> {
    /// The schemas of one place.
    pub(super) fn at(&mut self, place: usize) -> &mut Vec<Goal<'r>> {
        if self.first.len() <= place {
            self.first.resize_with(place + 1, Vec::new);
        }
        &mut self.first[place]
    }
}

pub(super) fn raise(count: &mut (usize, Option<usize>), operand: &Value) {
    if let Some(least) = limit(operand) {
        count.0 = count.0.max(least);
    }
}

pub(super) fn lower(count: &mut (usize, Option<usize>), operand: &Value) {
    if let Some(most) = limit(operand) {
        count.1 = Some(count.1.map_or(most, |before| before.min(most)));
    }
}

/// A limit as a whole number; JSON Schema allows `2.0`.
pub(super) fn limit(value: &Value) -> Option<usize> {
    let number = value.as_f64()?;
    if number < 0.0 { None } else { Some(number as usize) }
}
