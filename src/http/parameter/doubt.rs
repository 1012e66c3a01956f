//! Where servers that mean well may read a parameter in another way than the specification has it.

use serde_json::Value;

use super::flat::Flat;
use super::{Encoding, Location, Serialization, Shape, Style};

/// Why a server may read another value than was sent without breaking what its document states in practice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Doubt {
    /// An encoded slash or backslash in a path.
    EncodedSlash,
    /// A delimiter inside a value, percent-encoded.
    EncodedDelimiter,
    /// Several values with style `label`, not exploded.
    LabelDelimiter,
    /// An empty text.
    EmptyValue,
}

impl Doubt {
    /// The reason, as a clause after "contested:".
    pub const fn reason(self) -> &'static str {
        match self {
            Self::EncodedSlash => "many servers refuse an encoded slash in a path, or route by it",
            Self::EncodedDelimiter => "many servers decode a parameter before they split it",
            Self::LabelDelimiter => "up to OpenAPI 3.0.3 style `label` had `.` where RFC 6570 has `,`",
            Self::EmptyValue => "an empty value may be read as a parameter that is not sent",
        }
    }
}

impl Serialization {
    /// Why the text that [`Serialization::write`] gives for `value` may be read in another way by servers that go by
    /// custom; `None` where nothing is known.
    pub fn doubt(&self, location: Location, value: &Value) -> Option<Doubt> {
        match self {
            Self::Style(encoding) => encoding.doubt(location, &Flat::of(value, encoding.style).ok()?),
            Self::Content(media_type) => {
                let text = super::content_text(media_type, value).ok()?;
                (location == Location::Path && has_slash(&text)).then_some(Doubt::EncodedSlash)
            }
            Self::Form(fields) => value.as_object()?.iter().find_map(|(name, member)| match fields.get(name) {
                Some(encoding @ Self::Style(_)) => encoding.doubt(Location::Query, member),
                _ => has_empty(member).then_some(Doubt::EmptyValue),
            }),
        }
    }
}

impl Encoding {
    fn doubt(self, location: Location, flat: &Flat<'_>) -> Option<Doubt> {
        let texts = flat.texts();
        let several = flat.shape() != Shape::Primitive;
        let joined = several && !self.explode && self.style != Style::DeepObject;
        let in_uri = !matches!(location, Location::Header) && self.style != Style::Cookie;
        let delimiters = self.decodable_delimiters(flat.shape());
        if location == Location::Path && texts.iter().any(|text| has_slash(text)) {
            Some(Doubt::EncodedSlash)
        } else if in_uri && texts.iter().any(|text| text.contains(delimiters)) {
            Some(Doubt::EncodedDelimiter)
        } else if self.style == Style::Label && joined && texts.len() > 1 {
            Some(Doubt::LabelDelimiter)
        } else if texts.iter().any(|text| text.is_empty()) {
            Some(Doubt::EmptyValue)
        } else {
            None
        }
    }

    /// What separates values and is percent-encoded in them. Queries are split at `&` and `=` before they are decoded,
    /// by everyone.
    const fn decodable_delimiters(self, shape: Shape) -> &'static [char] {
        match (self.style, shape) {
            (_, Shape::Primitive) | (Style::DeepObject, _) => &[],
            (Style::Form, _) if self.explode => &[],
            (Style::Matrix, _) if self.explode => &[';', '='],
            (_, Shape::Object) if self.explode => &[',', '='],
            _ => &[','],
        }
    }
}

fn has_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_empty),
        other => other == "",
    }
}

fn has_slash(text: &str) -> bool {
    text.contains(['/', '\\'])
}
