//! The expectations of authored cases.

use serde_json::{Map, Value};

use super::build::{Builder, Scope, pointer};
use super::error::CaseFileError;
use super::format::ExpectEntry;
use crate::case::{Alternative, Claim, Expectation, Matcher, Operand, Pattern, Subject};
use crate::generate::Kind;
use crate::source::Pointer;
use crate::spec::StatusPattern;

/// What a matcher that is an object may have as its key.
pub(super) const OPERATORS: &[&str] =
    &["equals", "one_of", "not", "type", "pattern", "min", "max", "length", "same_as", "absent", "present"];

impl Builder<'_> {
    /// What a step expects.
    pub(super) fn expectation(
        &self,
        at: &Pointer,
        entry: &ExpectEntry,
        scope: Scope<'_>,
    ) -> Result<Expectation, CaseFileError> {
        let Some(any) = &entry.any else {
            return Ok(Expectation { gates: true, alternatives: vec![self.alternative(at, entry, scope)?] });
        };
        if entry.status.is_some() || !entry.headers.is_empty() || !entry.body.is_empty() {
            let message = "`any` stands alone: put what all have in common into each of its entries";
            return Err(self.read.key_error(&at.child("any"), message));
        }
        if any.is_empty() {
            return Err(self.read.key_error(&at.child("any"), "`any` has no entry: nothing would do"));
        }
        let at = at.child("any");
        let alternatives =
            any.iter().enumerate().map(|(index, entry)| self.alternative(&at.index(index), entry, scope));
        Ok(Expectation { gates: true, alternatives: alternatives.collect::<Result<_, _>>()? })
    }

    fn alternative(&self, at: &Pointer, entry: &ExpectEntry, scope: Scope<'_>) -> Result<Alternative, CaseFileError> {
        if entry.any.is_some() {
            return Err(self.read.key_error(&at.child("any"), "`any` stands inside `any`"));
        }
        if entry.status.is_none() && entry.headers.is_empty() && entry.body.is_empty() {
            let message = "the expectation says nothing: give a `status`, `headers` or a `body`";
            return Err(self.read.error(at, message));
        }
        let status = match &entry.status {
            Some(status) => self.statuses(&at.child("status"), status)?,
            None => Vec::new(),
        };
        let mut claims = Vec::new();
        for (name, matcher) in &entry.headers {
            let matcher = self.matcher(&at.child("headers").child(name), matcher, scope)?;
            claims.push(Claim::new(Subject::Header(name.clone()), matcher));
        }
        self.places(&at.child("body"), &entry.body, scope, &mut claims)?;
        Ok(Alternative { status, claims })
    }

    fn statuses(&self, at: &Pointer, written: &Value) -> Result<Vec<StatusPattern>, CaseFileError> {
        if let Value::Array(all) = written
            && !all.is_empty()
        {
            let one = |(index, status): (usize, &Value)| self.status(&at.index(index), status);
            return all.iter().enumerate().map(one).collect();
        }
        Ok(vec![self.status(at, written)?])
    }

    fn status(&self, at: &Pointer, written: &Value) -> Result<StatusPattern, CaseFileError> {
        let text = written.as_str().map_or_else(|| written.to_string(), str::to_owned);
        match StatusPattern::parse(&text) {
            Some(StatusPattern::Exact(status)) if status >= 600 => {}
            Some(StatusPattern::Default) | None => {}
            Some(pattern) => return Ok(pattern),
        }
        let message = format!("`{text}` is no status");
        Err(self.read.error(at, message).hint("write a number, a class such as `2XX`, or a list of those"))
    }

    fn places(
        &self,
        at: &Pointer,
        places: &Map<String, Value>,
        scope: Scope<'_>,
        claims: &mut Vec<Claim>,
    ) -> Result<(), CaseFileError> {
        for (place, matcher) in places {
            let at = at.child(place);
            let Some(pointer) = pointer(place) else {
                let message = format!("`{place}` is no JSON Pointer");
                return Err(self.read.key_error(&at, message).hint(format!("write `/{}`", place.replace('.', "/"))));
            };
            claims.push(Claim::new(Subject::Body(pointer), self.matcher(&at, matcher, scope)?));
        }
        Ok(())
    }

    /// A matcher: an object with one operator, or else the value itself.
    fn matcher(&self, at: &Pointer, written: &Value, scope: Scope<'_>) -> Result<Matcher, CaseFileError> {
        let Value::Object(members) = written else { return self.operand(at, written, scope).map(Matcher::Equals) };
        if let Some(unknown) = members.keys().find(|key| !OPERATORS.contains(&key.as_str())) {
            let message = format!("`{unknown}` is no operator: a matcher is a value, or an object with one operator");
            let error = self.read.key_error(&at.child(unknown), message);
            return Err(match crate::spec::closest(unknown, OPERATORS.iter().copied()) {
                Some(name) => error.hint(format!("did you mean `{name}`?")),
                None => error.hint("for an object as it stands, write `equals: {…}`"),
            });
        }
        if members.contains_key("min") || members.contains_key("max") {
            return self.range(at, members, scope);
        }
        let mut members = members.iter();
        match (members.next(), members.next()) {
            (Some((operator, operand)), None) => self.operator(&at.child(operator), operator, operand, scope),
            (_, Some((second, _))) => {
                Err(self.read.key_error(&at.child(second), "a matcher has one operator, and this is a second one"))
            }
            (None, _) => {
                Err(self.read.error(at, "the matcher is empty").hint("for an empty object, write `equals: {}`"))
            }
        }
    }

    fn operator(
        &self,
        at: &Pointer,
        operator: &str,
        operand: &Value,
        scope: Scope<'_>,
    ) -> Result<Matcher, CaseFileError> {
        let refused = |message: &str| Err(self.read.error(at, message));
        match (operator, operand) {
            ("equals", _) => self.operand(at, operand, scope).map(Matcher::Equals),
            ("one_of", Value::Array(all)) if !all.is_empty() => {
                let all = all.iter().enumerate().map(|(index, one)| self.operand(&at.index(index), one, scope));
                all.collect::<Result<_, _>>().map(Matcher::OneOf)
            }
            ("one_of", _) => refused("`one_of` wants a list of values"),
            ("not", _) => match self.matcher(at, operand, scope)? {
                Matcher::Absent | Matcher::Present | Matcher::Not(_) => {
                    refused("`not` wants another matcher here: there are `absent` and `present`")
                }
                inner => Ok(Matcher::Not(Box::new(inner))),
            },
            ("type", Value::String(name)) => match Kind::ALL.into_iter().find(|kind| kind.name() == name) {
                Some(kind) => Ok(Matcher::Type(kind)),
                None => {
                    let error = self.read.error(at, format!("`{name}` is no JSON type"));
                    Err(error.meant(name, Kind::ALL.into_iter().map(Kind::name)))
                }
            },
            ("type", _) => refused("`type` wants the name of a JSON type"),
            ("pattern", Value::String(text)) => match Pattern::new(text) {
                Some(pattern) => Ok(Matcher::Pattern(pattern)),
                None => refused("this is no regular expression (ECMA-262)"),
            },
            ("pattern", _) => refused("`pattern` wants a regular expression"),
            ("length", _) => self.length(at, operand),
            ("same_as", Value::String(other)) if other.starts_with('/') => Ok(Matcher::SameAs(Pointer::parse(other))),
            ("same_as", _) => refused("`same_as` wants another place in the answer: `/created_at`"),
            ("absent", Value::Bool(true)) => Ok(Matcher::Absent),
            ("present", Value::Bool(true)) => Ok(Matcher::Present),
            _ => refused(&format!("`{operator}` wants `true`: there are `absent` and `present`")),
        }
    }

    fn range(&self, at: &Pointer, members: &Map<String, Value>, scope: Scope<'_>) -> Result<Matcher, CaseFileError> {
        if let Some(other) = members.keys().find(|key| !["min", "max"].contains(&key.as_str())) {
            let message = "`min` and `max` go together with one another only";
            return Err(self.read.key_error(&at.child(other), message));
        }
        let bound = |name: &str| {
            let bound = members.get(name).map(|bound| self.bound(&at.child(name), bound, scope));
            bound.transpose()
        };
        Ok(Matcher::Range { min: bound("min")?, max: bound("max")? })
    }

    fn bound(&self, at: &Pointer, written: &Value, scope: Scope<'_>) -> Result<Operand, CaseFileError> {
        match written {
            Value::Number(_) | Value::String(_) => self.operand(at, written, scope),
            _ => Err(self.read.error(at, "a bound is a number or a text")),
        }
    }

    fn length(&self, at: &Pointer, operand: &Value) -> Result<Matcher, CaseFileError> {
        let exact = operand.as_u64().map(|length| (length, length));
        let range = || {
            let members = operand.as_object().filter(|members| !members.is_empty())?;
            if members.keys().any(|key| !["min", "max"].contains(&key.as_str())) {
                return None;
            }
            let bound = |name: &str, open: u64| members.get(name).map_or(Some(open), Value::as_u64);
            Some((bound("min", 0)?, bound("max", u64::MAX)?))
        };
        match exact.or_else(range) {
            Some((min, max)) => Ok(Matcher::Length { min, max }),
            None => Err(self.read.error(at, "`length` wants a number, or `{min: 1, max: 255}`")),
        }
    }

    fn operand(&self, at: &Pointer, written: &Value, scope: Scope<'_>) -> Result<Operand, CaseFileError> {
        let mut value = written.clone();
        let texts = self.texts(at, &mut value, scope)?;
        Ok(Operand { value, texts })
    }
}
