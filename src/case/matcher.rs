//! What can be said of one value.

use std::cmp::Ordering;
use std::fmt::Write as _;
use std::sync::Arc;

use jsonschema::Validator;
use serde_json::Value;

use super::captures::MissingCapture;
use super::text::{Known, Text};
use crate::generate::Kind;
use crate::source::Pointer;

/// What can be said of a value. All but [`Absent`](Self::Absent) ask that there is one.
#[derive(Clone, Debug)]
pub enum Matcher {
    /// It is equal, as JSON.
    Equals(Operand),
    /// It is equal to one of these.
    OneOf(Vec<Operand>),
    /// It is there and not so.
    Not(Box<Matcher>),
    /// It has this JSON type; an integer is a number too.
    Type(Kind),
    /// It is a string that matches.
    Pattern(Pattern),
    /// It is a number, or a string in alphabetical order, from `min` to `max`.
    Range {
        /// The least.
        min: Option<Operand>,
        /// The greatest.
        max: Option<Operand>,
    },
    /// A string of so many characters, an array of so many elements, an object of so many members.
    Length {
        /// The fewest.
        min: u64,
        /// The most.
        max: u64,
    },
    /// It is equal to another place of the same body.
    SameAs(Pointer),
    /// It is not there.
    Absent,
    /// It is there, `null` or not.
    Present,
}

/// A value to compare with; the texts in it stand for what is known when the answer is judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Operand {
    /// The value.
    pub value: Value,
    /// Texts in it, with their places.
    pub texts: Vec<(Pointer, Text)>,
}

/// A regular expression as JSON Schema has it (ECMA-262), not anchored.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    validator: Arc<Validator>,
}

impl Operand {
    /// A value as it stands.
    pub fn literal(value: Value) -> Self {
        Self { value, texts: Vec::new() }
    }

    /// The value, as written where it is not resolved.
    fn words(&self) -> String {
        match &self.value {
            Value::String(written) if !self.texts.is_empty() => format!("`{written}`"),
            value => shown(value),
        }
    }

    fn resolve(&self, known: &Known<'_>) -> Result<Self, MissingCapture> {
        let mut value = self.value.clone();
        for (pointer, text) in &self.texts {
            let filled = text.fill(known)?;
            if let Some(place) = value.pointer_mut(pointer.as_str()) {
                *place = filled;
            }
        }
        Ok(Self::literal(value))
    }
}

impl Pattern {
    /// A pattern; none where it is no regular expression.
    pub fn new(text: &str) -> Option<Self> {
        let schema = serde_json::json!({ "type": "string", "pattern": text });
        let options = jsonschema::PatternOptions::fancy_regex().backtrack_limit(10_000);
        let validator =
            jsonschema::options().with_draft(jsonschema::Draft::Draft202012).with_pattern_options(options).offline();
        Some(Self { text: text.to_owned(), validator: Arc::new(validator.build(&schema).ok()?) })
    }
}

impl Matcher {
    /// Whether it holds for `found`, a place of `body`.
    pub fn holds(&self, found: Option<&Value>, body: Option<&Value>) -> bool {
        let Some(found) = found else { return matches!(self, Self::Absent) };
        match self {
            Self::Equals(operand) => same_json(found, &operand.value),
            Self::OneOf(operands) => operands.iter().any(|operand| same_json(found, &operand.value)),
            Self::Not(inner) => !inner.holds(Some(found), body),
            Self::Type(kind) => has_type(found, *kind),
            Self::Pattern(pattern) => pattern.validator.is_valid(found),
            Self::Range { min, max } => {
                let order = |bound: &Operand| compare(found, &bound.value);
                min.as_ref().is_none_or(|min| order(min).is_some_and(Ordering::is_ge))
                    && max.as_ref().is_none_or(|max| order(max).is_some_and(Ordering::is_le))
            }
            Self::Length { min, max } => length(found).is_some_and(|length| (*min..=*max).contains(&length)),
            Self::SameAs(other) => {
                body.and_then(|body| other.resolve(body)).is_some_and(|other| same_json(found, other))
            }
            Self::Absent => false,
            Self::Present => true,
        }
    }

    /// The values that it compares with.
    pub(super) fn operands(&self) -> Vec<&Operand> {
        match self {
            Self::Equals(operand) => vec![operand],
            Self::OneOf(operands) => operands.iter().collect(),
            Self::Not(inner) => inner.operands(),
            Self::Range { min, max } => min.iter().chain(max).collect(),
            _ => Vec::new(),
        }
    }

    pub(super) fn resolve(&self, known: &Known<'_>) -> Result<Self, MissingCapture> {
        let bound = |bound: &Option<Operand>| bound.as_ref().map(|bound| bound.resolve(known)).transpose();
        Ok(match self {
            Self::Equals(operand) => Self::Equals(operand.resolve(known)?),
            Self::OneOf(operands) => {
                Self::OneOf(operands.iter().map(|operand| operand.resolve(known)).collect::<Result<_, _>>()?)
            }
            Self::Not(inner) => Self::Not(Box::new(inner.resolve(known)?)),
            Self::Range { min, max } => Self::Range { min: bound(min)?, max: bound(max)? },
            other => other.clone(),
        })
    }

    /// `must be of type string`.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Not(inner) => format!("must be there and not {}", inner.phrase()),
            _ => format!("must {}", self.phrase()),
        }
    }

    fn phrase(&self) -> String {
        match self {
            Self::Equals(operand) => format!("be {}", operand.words()),
            Self::OneOf(operands) => {
                let all: Vec<_> = operands.iter().map(|operand| operand.words()).collect();
                format!("be one of {}", all.join(", "))
            }
            Self::Not(inner) => format!("not {}", inner.phrase()),
            Self::Type(kind) => format!("be of type `{}`", kind.name()),
            Self::Pattern(pattern) => format!("match `{}`", pattern.text),
            Self::Range { min, max } => {
                let mut words = String::from("be");
                // Writing to a string does not fail.
                _ = min.as_ref().map(|min| write!(words, " at least {}", min.words()));
                _ = min.as_ref().and(max.as_ref()).map(|_| words.push_str(" and"));
                _ = max.as_ref().map(|max| write!(words, " at most {}", max.words()));
                words
            }
            Self::Length { min, max } if min == max => format!("have the length {min}"),
            Self::Length { min, max: u64::MAX } => format!("have a length of at least {min}"),
            Self::Length { min, max } => format!("have a length from {min} to {max}"),
            Self::SameAs(other) => format!("be the same as `{other}`"),
            Self::Absent => "be absent".into(),
            Self::Present => "be there".into(),
        }
    }
}

/// Equal as JSON values: `1` is `1.0`, and the order of members does not matter.
pub fn same_json(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(_), Value::Number(_)) => compare(one, other) == Some(Ordering::Equal),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_json(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same_json(a, b)))
        }
        (a, b) => a == b,
    }
}

/// The order of two numbers, or of two strings.
fn compare(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::Number(a), Value::Number(b)) => {
            let whole = a.as_i128().zip(b.as_i128());
            whole.map(|(a, b)| a.cmp(&b)).or_else(|| a.as_f64()?.partial_cmp(&b.as_f64()?))
        }
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// Whether a value has a JSON type; `1.0` is an integer (JSON Schema 2020-12 validation §6.1.1).
fn has_type(value: &Value, kind: Kind) -> bool {
    match (kind, value) {
        (Kind::Number, Value::Number(_)) => true,
        (Kind::Integer, Value::Number(number)) => {
            number.as_i128().is_some() || number.as_f64().is_some_and(|number| number.fract() == 0.0)
        }
        _ => Kind::of(value) == kind,
    }
}

fn length(value: &Value) -> Option<u64> {
    let length = match value {
        Value::String(text) => text.chars().count(),
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        _ => return None,
    };
    Some(length as u64)
}

/// A value in at most some eighty characters, in backticks.
fn shown(value: &Value) -> String {
    const MAX: usize = 80;
    let text = value.to_string();
    match text.char_indices().nth(MAX) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn equals(value: Value) -> Matcher {
        Matcher::Equals(Operand::literal(value))
    }

    fn range(min: Option<Value>, max: Option<Value>) -> Matcher {
        Matcher::Range { min: min.map(Operand::literal), max: max.map(Operand::literal) }
    }

    /// Each matcher, a value that it holds for, and one that it does not hold for; null stands for an absent place.
    #[test]
    fn each_matcher_holds_and_does_not_hold() {
        let pattern = Matcher::Pattern(Pattern::new("^u_").expect("a pattern"));
        let one_of = Matcher::OneOf(vec![Operand::literal(json!("a")), Operand::literal(json!(2))]);
        let rows = [
            (equals(json!(1)), json!(1.0), json!("1")),
            (equals(json!({ "a": 1, "b": [2] })), json!({ "b": [2], "a": 1 }), json!({ "a": 1 })),
            (
                equals(json!(9_007_199_254_740_993_u64)),
                json!(9_007_199_254_740_993_u64),
                json!(9_007_199_254_740_992_u64),
            ),
            (one_of, json!(2), json!("b")),
            (Matcher::Not(Box::new(equals(json!("x")))), json!("y"), json!("x")),
            (Matcher::Type(Kind::String), json!(""), json!(0)),
            (Matcher::Type(Kind::Integer), json!(2.0), json!(2.5)),
            (Matcher::Type(Kind::Number), json!(2), json!("2")),
            (pattern, json!("u_1"), json!("xu_1")),
            (range(Some(json!(1)), Some(json!(3))), json!(3), json!(3.5)),
            (range(Some(json!("b")), None), json!("b"), json!(7)),
            (Matcher::Length { min: 2, max: 2 }, json!("é😀"), json!("e\u{301}😀")),
            (Matcher::Length { min: 1, max: u64::MAX }, json!([0]), json!([])),
            (Matcher::SameAs(Pointer::parse("/a/b")), json!(7), json!(8)),
            (Matcher::Present, json!(false), Value::Null),
        ];
        let body = json!({ "a": { "b": 7 } });
        for (matcher, held, broken) in rows {
            assert!(matcher.holds(Some(&held), Some(&body)), "{matcher:?} {held}");
            let found = Some(&broken).filter(|broken| !broken.is_null());
            assert!(!matcher.holds(found, Some(&body)), "{matcher:?} {broken}");
            assert!(!matcher.holds(None, Some(&body)), "{matcher:?} of nothing");
        }
        assert!(Matcher::Absent.holds(None, None) && !Matcher::Absent.holds(Some(&Value::Null), None));
    }

    #[test]
    fn what_is_said_is_said_in_words() {
        let words = [
            equals(json!("x")),
            Matcher::Not(Box::new(Matcher::OneOf(vec![Operand::literal(json!(1)), Operand::literal(json!(2))]))),
            range(Some(json!(1)), Some(json!(9))),
            range(None, Some(json!(9))),
            Matcher::Length { min: 0, max: 3 },
            Matcher::Type(Kind::Null),
            Matcher::SameAs(Pointer::parse("/id")),
        ]
        .map(|matcher| matcher.words());
        insta::assert_snapshot!(words.join("\n"), @r#"
        must be `"x"`
        must be there and not be one of `1`, `2`
        must be at least `1` and at most `9`
        must be at most `9`
        must have a length from 0 to 3
        must be of type `null`
        must be the same as `/id`
        "#);
    }
}
