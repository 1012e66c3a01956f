//! A text with parts that are known only when it is sent or judged: `a-${fresh}`, `${first}`.

use serde_json::Value;

use super::captures::{Captures, MissingCapture};
use crate::generate::{Form, Fresh};
use crate::source::Pointer;

/// A text in parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Text(pub(super) Vec<Part>);

/// One part of a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    /// As it stands.
    Literal(String),
    /// An identifier that is new in each step of each sending: the same wherever it stands in one step.
    Fresh(Form),
    /// What an earlier step kept.
    Captured(String),
    /// What the step itself sent at this place.
    Sent(Pointer),
}

/// What parts of a text can stand for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known<'a> {
    pub(super) fresh: Option<&'a Fresh<'a>>,
    pub(super) captures: &'a Captures,
    /// The JSON body that the step sent.
    pub(super) sent: Option<&'a Value>,
}

impl Text {
    /// The text, where all of it is known when it is read.
    pub(super) fn literal(&self) -> Option<String> {
        let literals = self.0.iter().map(|part| match part {
            Part::Literal(text) => Some(text.as_str()),
            _ => None,
        });
        literals.collect()
    }

    /// Whether part of it is what an earlier step kept.
    pub(super) fn is_captured(&self) -> bool {
        self.0.iter().any(|part| matches!(part, Part::Captured(_)))
    }

    /// Whether part of it is new in each sending.
    pub(super) fn is_new(&self) -> bool {
        self.0.iter().any(|part| matches!(part, Part::Fresh(_)))
    }

    /// The name of what an earlier step kept, where it is that and nothing else.
    pub(super) fn captured_alone(&self) -> Option<&str> {
        if let [Part::Captured(name)] = self.0.as_slice() { Some(name) } else { None }
    }

    /// The names of what earlier steps kept that it is made of.
    pub(super) fn needs(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| if let Part::Captured(name) = part { Some(name.as_str()) } else { None })
    }

    /// An identifier of this form that is new in each step of each sending.
    pub(super) fn fresh(form: Form) -> Self {
        Self(vec![Part::Fresh(form)])
    }

    /// What an earlier step kept as `name`, with `after` behind it.
    pub(crate) fn captured(name: &str, after: &str) -> Self {
        Self::captured_between("", name, after)
    }

    /// What an earlier step kept as `name`, with `before` before it and `after` behind it.
    pub(super) fn captured_between(before: &str, name: &str, after: &str) -> Self {
        let literal = |text: &str| (!text.is_empty()).then(|| Part::Literal(text.to_owned()));
        let parts = [literal(before), Some(Part::Captured(name.to_owned())), literal(after)];
        Self(parts.into_iter().flatten().collect())
    }

    /// How long it is, as far as it is known, in bytes.
    pub(super) fn len(&self) -> usize {
        self.0.iter().map(|part| if let Part::Literal(text) = part { text.len() } else { 0 }).sum()
    }

    /// What it stands for: a value of any type where it is one part alone, else a string.
    pub(super) fn fill(&self, known: &Known<'_>) -> Result<Value, MissingCapture> {
        if let [part] = self.0.as_slice() {
            return known.value(part);
        }
        let parts = self.0.iter().map(|part| known.value(part).map(|value| plain(&value)));
        parts.collect::<Result<String, _>>().map(Value::String)
    }
}

impl Known<'_> {
    fn value(&self, part: &Part) -> Result<Value, MissingCapture> {
        let missing = |name: &str| MissingCapture { name: name.to_owned() };
        match part {
            Part::Literal(text) => Ok(Value::from(text.as_str())),
            Part::Fresh(form) => self.fresh.map(|fresh| form.value(fresh)).ok_or_else(|| missing("fresh")),
            Part::Captured(name) => self.captures.get(name).cloned().ok_or_else(|| missing(name)),
            Part::Sent(pointer) => {
                let found = self.sent.and_then(|sent| pointer.resolve(sent)).cloned();
                found.ok_or_else(|| missing(&format!("sent:{}", pointer.as_str())))
            }
        }
    }
}

/// A value inside a text: a string as it is, anything else as JSON.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::RunTag;
    use serde_json::json;

    #[test]
    fn one_part_keeps_its_type_and_several_make_a_string() {
        let run = RunTag::sample();
        let fresh = Fresh { run: &run, case: 1, attempt: 0 };
        let sent = json!({ "a": [1, true] });
        let captures = Captures::default();
        let known = Known { fresh: Some(&fresh), captures: &captures, sent: Some(&sent) };
        let all = Part::Sent(Pointer::parse("/a"));
        assert_eq!(Text(vec![all.clone()]).fill(&known), Ok(json!([1, true])));
        let text = Text(vec![Part::Literal("x".into()), all, Part::Fresh(Form::plain())]);
        assert_eq!(text.fill(&known), Ok(json!("x[1,true]proofmark-00000000-0001")));
        assert_eq!((text.literal(), Text(vec![]).literal()), (None, Some(String::new())));
    }

    #[test]
    fn what_is_not_known_is_named() {
        let captures = Captures::default();
        let known = Known { fresh: None, captures: &captures, sent: None };
        let missing = Text(vec![Part::Captured("first".into())]).fill(&known).expect_err("unknown");
        insta::assert_snapshot!(missing, @"`${first}` is needed, and no answer before had it");
    }
}
