//! What a case itself says of an answer: its status, header fields, and places in its body.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt::Write as _;
use std::sync::Arc;

use jsonschema::Validator;
use serde_json::Value;

use super::captures::{Captures, MissingCapture};
use super::text::{Known, Text};
use crate::generate::Kind;
use crate::http::{Headers, Request};
use crate::source::Pointer;
use crate::spec::StatusPattern;

/// What must come back: one of several answers.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// Whether a breach of it gates; else it is a warning.
    pub gates: bool,
    /// The answers, any of which will do.
    pub alternatives: Vec<Alternative>,
}

/// One answer that will do.
#[derive(Clone, Debug, Default)]
pub struct Alternative {
    /// Its status: any where it is empty.
    pub status: Vec<StatusPattern>,
    /// What else it must have.
    pub claims: Vec<Claim>,
}

/// What is said of one header field or one place in the body.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Of what.
    pub subject: Subject,
    /// What is said.
    pub matcher: Matcher,
    /// What is said, as written: no generated value is in it.
    pub words: String,
}

/// What a claim is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A header field: the value of the first of its name, as a string.
    Header(String),
    /// A place in the JSON body.
    Body(Pointer),
}

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

/// What an answer does not meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmet {
    /// What the claim is about; none where it is the status.
    pub subject: Option<Subject>,
    /// `must be …`, as the case says it.
    pub words: String,
    /// The same with every `${…}` resolved.
    pub resolved: String,
}

impl Operand {
    /// A value as it stands.
    pub fn literal(value: Value) -> Self {
        Self { value, texts: Vec::new() }
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

impl Expectation {
    /// The same with every `${…}` in it replaced by what it stands for.
    pub(super) fn resolve(&self, captures: &Captures, sent: &Request) -> Result<Cow<'_, Self>, MissingCapture> {
        if !self.claims().any(|claim| claim.matcher.operands().iter().any(|operand| !operand.texts.is_empty())) {
            return Ok(Cow::Borrowed(self));
        }
        let sent = sent.body.as_ref().and_then(|body| serde_json::from_slice(body).ok());
        let known = Known { fresh: None, captures, sent: sent.as_ref() };
        let mut resolved = self.clone();
        for alternative in &mut resolved.alternatives {
            for claim in &mut alternative.claims {
                claim.matcher = claim.matcher.resolve(&known)?;
            }
        }
        Ok(Cow::Owned(resolved))
    }

    /// Whether it says anything of this place in the body, in any of its alternatives.
    pub fn speaks_of(&self, pointer: &Pointer) -> bool {
        self.claims().any(|claim| matches!(&claim.subject, Subject::Body(about) if about == pointer))
    }

    /// What an answer does not meet of the alternative that it comes nearest to; empty where it meets one in full.
    pub fn unmet(&self, status: u16, headers: &Headers, body: Option<&Value>) -> Vec<Unmet> {
        let Some(fitting) = self
            .alternatives
            .iter()
            .filter(|any| any.allows(status))
            .map(|any| any.unmet(headers, body))
            .min_by_key(Vec::len)
        else {
            let mut statuses: Vec<_> =
                self.alternatives.iter().flat_map(|any| &any.status).map(|s| s.to_string()).collect();
            statuses.dedup();
            let words = format!("must be {}", statuses.join(" or "));
            return vec![Unmet { subject: None, resolved: words.clone(), words }];
        };
        fitting
    }

    fn claims(&self) -> impl Iterator<Item = &Claim> {
        self.alternatives.iter().flat_map(|alternative| &alternative.claims)
    }
}

impl Alternative {
    /// Whether an answer of `status` may be it.
    pub fn allows(&self, status: u16) -> bool {
        self.status.is_empty() || self.status.iter().any(|pattern| pattern.covers(status))
    }

    fn unmet(&self, headers: &Headers, body: Option<&Value>) -> Vec<Unmet> {
        let broken = self.claims.iter().filter(|claim| !claim.holds(headers, body));
        broken
            .map(|claim| Unmet {
                subject: Some(claim.subject.clone()),
                words: claim.words.clone(),
                resolved: claim.matcher.words(),
            })
            .collect()
    }
}

impl Claim {
    /// A claim, its words those of `matcher`.
    pub fn new(subject: Subject, matcher: Matcher) -> Self {
        Self { subject, words: matcher.words(), matcher }
    }

    fn holds(&self, headers: &Headers, body: Option<&Value>) -> bool {
        match &self.subject {
            Subject::Header(name) => {
                let value = headers.get(name).map(Value::from);
                self.matcher.holds(value.as_ref(), body)
            }
            Subject::Body(pointer) => self.matcher.holds(body.and_then(|body| pointer.resolve(body)), body),
        }
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

    fn resolve(&self, known: &Known<'_>) -> Result<Self, MissingCapture> {
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
    fn words(&self) -> String {
        match self {
            Self::Not(inner) => format!("must be there, and not {}", inner.phrase()),
            _ => format!("must {}", self.phrase()),
        }
    }

    fn phrase(&self) -> String {
        match self {
            Self::Equals(operand) => format!("be {}", shown(&operand.value)),
            Self::OneOf(operands) => {
                let all: Vec<_> = operands.iter().map(|operand| shown(&operand.value)).collect();
                format!("be one of {}", all.join(", "))
            }
            Self::Not(inner) => format!("not {}", inner.phrase()),
            Self::Type(kind) => format!("be of type `{}`", kind.name()),
            Self::Pattern(pattern) => format!("match `{}`", pattern.text),
            Self::Range { min, max } => {
                let mut words = String::from("be");
                // Writing to a string does not fail.
                _ = min.as_ref().map(|min| write!(words, " at least {}", shown(&min.value)));
                _ = min.as_ref().and(max.as_ref()).map(|_| words.push_str(" and"));
                _ = max.as_ref().map(|max| write!(words, " at most {}", shown(&max.value)));
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
        must be there, and not be one of `1`, `2`
        must be at least `1` and at most `9`
        must be at most `9`
        must have a length from 0 to 3
        must be of type `null`
        must be the same as `/id`
        "#);
    }

    #[test]
    fn one_alternative_met_is_enough_and_else_the_nearest_is_told() {
        let alternative = |status: &str, claims: Vec<Claim>| Alternative {
            status: StatusPattern::parse(status).into_iter().collect(),
            claims,
        };
        let claim = |at: &str, value| Claim::new(Subject::Body(Pointer::parse(at)), equals(value));
        let expectation = Expectation {
            gates: true,
            alternatives: vec![
                alternative("200", vec![claim("/id", json!("u_1")), claim("/n", json!(1))]),
                alternative("4XX", vec![claim("/error/code", json!("conflict"))]),
            ],
        };
        let unmet = |status, body: Value| {
            let unmet = expectation.unmet(status, &Headers::new(), Some(&body));
            unmet.into_iter().map(|unmet| (unmet.subject, unmet.words)).collect::<Vec<_>>()
        };
        let body = |at| Some(Subject::Body(Pointer::parse(at)));
        assert_eq!(unmet(200, json!({ "id": "u_1", "n": 1 })), []);
        assert_eq!(unmet(409, json!({ "error": { "code": "conflict" } })), []);
        assert_eq!(unmet(200, json!({ "id": "u_1" })), [(body("/n"), "must be `1`".to_owned())]);
        assert_eq!(unmet(400, json!({})), [(body("/error/code"), "must be `\"conflict\"`".to_owned())]);
        assert_eq!(unmet(500, json!({})), [(None, "must be 200 or 4XX".to_owned())]);
        assert!(expectation.speaks_of(&Pointer::parse("/n")) && !expectation.speaks_of(&Pointer::parse("/m")));
    }
}
