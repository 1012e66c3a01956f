//! A value as the styles see it: one level deep, its leaves texts.

use std::borrow::Cow;

use serde_json::Value;

use super::{Shape, Style, Unencodable};

/// A text, a list of texts, or names with texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Flat<'v> {
    Primitive(Cow<'v, str>),
    Array(Vec<Cow<'v, str>>),
    Object(Vec<(&'v str, Cow<'v, str>)>),
}

impl<'v> Flat<'v> {
    /// `value` for `style`, which is named where the value is too deep.
    ///
    /// # Errors
    /// What has no text of its own: `null`, an empty array or object, one inside another.
    pub(super) fn of(value: &'v Value, style: Style) -> Result<Self, Unencodable> {
        let leaf = |value| primitive(value)?.ok_or(Unencodable::Nested(style));
        match value {
            Value::Array(items) if items.is_empty() => Err(Unencodable::Empty(Shape::Array)),
            Value::Object(members) if members.is_empty() => Err(Unencodable::Empty(Shape::Object)),
            Value::Array(items) => items.iter().map(leaf).collect::<Result<_, _>>().map(Self::Array),
            Value::Object(members) => {
                let members = members.iter().map(|(name, value)| Ok((name.as_str(), leaf(value)?)));
                members.collect::<Result<_, _>>().map(Self::Object)
            }
            _ => leaf(value).map(Self::Primitive),
        }
    }

    pub(super) fn shape(&self) -> Shape {
        match self {
            Self::Primitive(_) => Shape::Primitive,
            Self::Array(_) => Shape::Array,
            Self::Object(_) => Shape::Object,
        }
    }

    /// All texts of it.
    pub(super) fn texts(&self) -> Vec<&str> {
        match self {
            Self::Primitive(text) => vec![text],
            Self::Array(items) => items.iter().map(AsRef::as_ref).collect(),
            Self::Object(members) => members.iter().flat_map(|(name, value)| [*name, value.as_ref()]).collect(),
        }
    }
}

/// The text of a string, number or boolean; `None` for an array or object. OpenAPI leaves the text of numbers and
/// booleans open (3.2.0 appendix B); that of JSON is what servers read.
///
/// # Errors
/// `null`.
pub(super) fn primitive(value: &Value) -> Result<Option<Cow<'_, str>>, Unencodable> {
    Ok(Some(match value {
        Value::Null => return Err(Unencodable::Null),
        Value::Array(_) | Value::Object(_) => return Ok(None),
        Value::String(text) => Cow::Borrowed(text),
        Value::Bool(_) | Value::Number(_) => Cow::Owned(value.to_string()),
    }))
}

/// The shape of `value`; `null` counts as primitive.
pub(super) fn shape(value: &Value) -> Shape {
    match value {
        Value::Array(_) => Shape::Array,
        Value::Object(_) => Shape::Object,
        _ => Shape::Primitive,
    }
}
