//! From a value to the bytes of a body: in one of several equal JSON texts, or with one thing wrong in it.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::format::Format;
use crate::source::Pointer;

/// JSON texts that mean the same (RFC 8259 §2, §7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// No white space.
    #[default]
    Compact,
    /// Line breaks and indentation.
    Pretty,
    /// All four kinds of white space wherever they may stand.
    Spaced,
    /// Every character of every text as `\uXXXX`, with surrogate pairs where needed.
    Escaped,
}

/// One change to a JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// The value at this place is written as these bytes instead.
    Raw {
        /// Where.
        at: Pointer,
        /// What stands there.
        bytes: Vec<u8>,
    },
    /// A second member of the same name, with these bytes as its value, before or after the first.
    Repeat {
        /// The member.
        at: Pointer,
        /// The other value.
        bytes: Vec<u8>,
        /// Whether it comes first, so that a parser that takes the last one sees the real value.
        first: bool,
    },
    /// Everything is replaced.
    Whole(Vec<u8>),
    /// Bytes before the text.
    Before(&'static [u8]),
    /// Bytes behind the text.
    After(&'static [u8]),
    /// Only the first `sixteenths` of the text, at least one byte, and never all.
    Cut {
        /// How many sixteenths stay.
        sixteenths: usize,
    },
    /// The last byte is missing.
    CutLast,
    /// Names of members without quotes.
    BareKeys,
    /// Texts in single quotes.
    SingleQuotes,
    /// A comma before the last bracket.
    TrailingComma,
    /// A comma after the first bracket.
    LeadingComma,
    /// The text as a JSON text.
    InText,
    /// Two commas where one belongs, or one where none belongs.
    DoubledComma,
    /// The first colon is missing.
    NoColon,
    /// The first comma is missing.
    NoComma,
    /// Semicolons between members.
    Semicolons,
    /// Equals signs between names and values.
    EqualsSigns,
    /// A bracket of the other kind at the end.
    OtherBracket,
    /// One member a line, as YAML writes a mapping without brackets.
    Lines,
    /// A comment after the first bracket.
    Comment,
    /// The text as UTF-16, little endian, with a byte-order mark.
    Utf16,
    /// The text as UTF-32, little endian, with a byte-order mark.
    Utf32,
    /// The text compressed (RFC 1952).
    Gzip,
    /// The value as another media type, in place of the text.
    As(Arc<Format>),
}

/// How a value becomes bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Encoding {
    /// The style of the text.
    pub style: Style,
    /// What is then changed, in order.
    pub edits: Vec<Edit>,
}

/// Marks a place in the value whose text is replaced afterwards; noncharacters never come from a schema.
const MARK: &str = "\u{10fffe}raw\u{10fffe}";

impl Encoding {
    /// The plain compact text.
    pub fn plain() -> Self {
        Self::default()
    }

    /// The compact text with one change.
    pub fn edited(edit: Edit) -> Self {
        Self { style: Style::Compact, edits: vec![edit] }
    }

    /// The bytes of `value` in this encoding.
    pub fn bytes(&self, value: &Value) -> Vec<u8> {
        if self.edits.is_empty() && self.style == Style::Compact {
            // Twice as fast as through a text. Writing a value to memory does not fail.
            return serde_json::to_vec(value).unwrap_or_default();
        }
        self.edits.iter().fold(self.style.text(value).into_bytes(), |text, edit| edit.apply(value, text, self.style))
    }
}

impl Style {
    fn text(self, value: &Value) -> String {
        match self {
            Self::Compact => value.to_string(),
            Self::Pretty => format!("{value:#}"),
            Self::Spaced => spaced(value),
            Self::Escaped => escaped(value),
        }
    }
}

impl Edit {
    fn apply(&self, value: &Value, text: Vec<u8>, style: Style) -> Vec<u8> {
        let lossless = |text: Vec<u8>| String::from_utf8(text).unwrap_or_default();
        match self {
            Self::Raw { at, bytes } => {
                let mut marked = value.clone();
                match at.resolve_mut(&mut marked) {
                    Some(place) => *place = Value::from(MARK),
                    None => return text,
                }
                replace(&Style::Compact.text(&marked), &format!("\"{MARK}\""), bytes)
            }
            Self::Repeat { at, bytes, first } => repeat(value, at, bytes, *first),
            Self::Whole(bytes) => bytes.clone(),
            // Whoever plans it has tried whether it can be written.
            Self::As(format) => format.write(value).map(|(bytes, _)| bytes).unwrap_or_default(),
            Self::Before(bytes) => [bytes, text.as_slice()].concat(),
            Self::After(bytes) => [text.as_slice(), bytes].concat(),
            Self::Cut { sixteenths } => {
                let keep = (text.len() * sixteenths / 16).clamp(1, text.len().saturating_sub(1).max(1));
                text[..keep.min(text.len())].to_vec()
            }
            Self::CutLast => text[..text.len().saturating_sub(1)].to_vec(),
            Self::BareKeys => {
                let keys: Vec<String> =
                    value.as_object().map(|members| members.keys().cloned().collect()).unwrap_or_default();
                let bare = |text: String, key: &String| {
                    text.replacen(&format!("{}:", Value::from(key.as_str())), &format!("{key}:"), 1)
                };
                keys.iter().fold(lossless(text), bare).into_bytes()
            }
            Self::SingleQuotes => lossless(text).replace('"', "'").into_bytes(),
            Self::TrailingComma => insert(text, |text| text.len().saturating_sub(1), b","),
            Self::LeadingComma => insert(text, |_| 1, b","),
            Self::InText => Value::from(lossless(text)).to_string().into_bytes(),
            Self::DoubledComma => insert(text, |text| text.iter().position(|byte| *byte == b',').unwrap_or(1), b","),
            Self::NoColon => without_first(b':', text),
            Self::NoComma => without_first(b',', text),
            Self::Semicolons => lossless(text).replace(",\"", ";\"").into_bytes(),
            Self::EqualsSigns => lossless(text).replace("\":", "\"=").into_bytes(),
            Self::OtherBracket => {
                let last = if text.last() == Some(&b'}') { b']' } else { b'}' };
                [&text[..text.len().saturating_sub(1)], &[last]].concat()
            }
            Self::Lines => {
                let lines = value.as_object().into_iter().flatten();
                let lines = lines.map(|(name, value)| {
                    format!("{name}: {}\n", value.as_str().map_or_else(|| value.to_string(), str::to_owned))
                });
                lines.collect::<String>().into_bytes()
            }
            Self::Comment => insert(text, |_| 1, if style == Style::Compact { b"/* note */" } else { b"// note\n" }),
            Self::Utf16 => {
                std::iter::once(0xFEFF).chain(lossless(text).encode_utf16()).flat_map(u16::to_le_bytes).collect()
            }
            Self::Utf32 => {
                let characters = std::iter::once('\u{feff}').chain(lossless(text).chars().collect::<Vec<_>>());
                characters.flat_map(|character| u32::from(character).to_le_bytes()).collect()
            }
            Self::Gzip => gzip(&text),
        }
    }
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    // Writing to memory does not fail.
    _ = std::io::Write::write_all(&mut encoder, text);
    encoder.finish().unwrap_or_default()
}

/// A space in place of the first such byte.
fn without_first(byte: u8, mut text: Vec<u8>) -> Vec<u8> {
    if let Some(first) = text.iter_mut().find(|found| **found == byte) {
        *first = b' ';
    }
    text
}

fn insert(mut text: Vec<u8>, at: impl Fn(&[u8]) -> usize, bytes: &[u8]) -> Vec<u8> {
    let at = at(&text).min(text.len());
    text.splice(at..at, bytes.iter().copied());
    text
}

fn replace(text: &str, mark: &str, bytes: &[u8]) -> Vec<u8> {
    match text.split_once(mark) {
        Some((before, after)) => [before.as_bytes(), bytes, after.as_bytes()].concat(),
        None => text.as_bytes().to_vec(),
    }
}

fn repeat(value: &Value, at: &Pointer, bytes: &[u8], first: bool) -> Vec<u8> {
    let mut marked = value.clone();
    let (Some(parent), Some(name)) = (at.parent(), at.last()) else { return value.to_string().into_bytes() };
    let Some(Value::Object(members)) = parent.resolve_mut(&mut marked) else {
        return value.to_string().into_bytes();
    };
    let mut with = Map::new();
    for (key, member) in std::mem::take(members) {
        let here = key == name;
        if here && first {
            with.insert(MARK.into(), Value::Null);
        }
        with.insert(key, member);
        if here && !first {
            with.insert(MARK.into(), Value::Null);
        }
    }
    *members = with;
    let written = [Value::from(name.as_ref()).to_string().as_bytes(), b":", bytes].concat();
    replace(&marked.to_string(), &format!("\"{MARK}\":null"), &written)
}

/// White space of each kind round every token.
fn spaced(value: &Value) -> String {
    let inner = match value {
        Value::Object(members) => {
            let members: Vec<_> = members
                .iter()
                .map(|(name, member)| format!("\t{}\r\n:{}", Value::from(name.as_str()), spaced(member)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(spaced).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    };
    format!(" {inner}\n")
}

fn escaped(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members: Vec<_> =
                members.iter().map(|(name, member)| format!("{}:{}", escaped_text(name), escaped(member))).collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(escaped).collect::<Vec<_>>().join(",")),
        Value::String(text) => escaped_text(text),
        other => other.to_string(),
    }
}

fn escaped_text(text: &str) -> String {
    // Hexadecimal digits in either case, for whoever reads one alone.
    let escape = |unit: u16| if unit.is_multiple_of(2) { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") };
    let units: String = text.encode_utf16().map(escape).collect();
    format!("\"{units}\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn text(edit: Edit) -> String {
        String::from_utf8_lossy(&Encoding::edited(edit).bytes(&json!({ "a": "x", "b": { "c": 1 } }))).into_owned()
    }

    proptest! {
        #[test]
        fn every_style_is_the_same_value(key in ".*", value in ".*", number in any::<i32>()) {
            let value = json!({ key: [value, number, null, true, {}, []] });
            for style in [Style::Compact, Style::Pretty, Style::Spaced, Style::Escaped] {
                let bytes = Encoding { style, edits: Vec::new() }.bytes(&value);
                prop_assert_eq!(serde_json::from_slice::<Value>(&bytes).ok(), Some(value.clone()));
            }
        }

        #[test]
        fn no_edit_panics_on_any_value(number in 0usize..20, text in ".*") {
            for value in [json!(null), json!(""), json!([]), json!({}), json!({ text: 1 })] {
                for edit in [Edit::Cut { sixteenths: number }, Edit::CutLast, Edit::BareKeys, Edit::TrailingComma, Edit::DoubledComma,
                    Edit::NoColon, Edit::NoComma, Edit::Semicolons, Edit::EqualsSigns, Edit::OtherBracket, Edit::Lines, Edit::Comment,
                    Edit::Utf16, Edit::Utf32, Edit::Gzip, Edit::Raw { at: Pointer::parse("/x"), bytes: vec![255] },
                    Edit::Repeat { at: Pointer::parse("/x"), bytes: vec![], first: true }] {
                    Encoding::edited(edit).bytes(&value);
                }
            }
        }
    }

    #[test]
    fn each_edit_does_what_it_says() {
        assert_eq!(
            text(Edit::Raw { at: Pointer::parse("/b/c"), bytes: b"NaN".to_vec() }),
            r#"{"a":"x","b":{"c":NaN}}"#
        );
        let again = |first| Edit::Repeat { at: Pointer::parse("/a"), bytes: b"2".to_vec(), first };
        assert_eq!(text(again(true)), r#"{"a":2,"a":"x","b":{"c":1}}"#);
        assert_eq!(text(again(false)), r#"{"a":"x","a":2,"b":{"c":1}}"#);
        assert_eq!(text(Edit::CutLast), r#"{"a":"x","b":{"c":1}"#);
        assert_eq!(text(Edit::BareKeys), r#"{a:"x",b:{"c":1}}"#);
        assert_eq!(text(Edit::TrailingComma), r#"{"a":"x","b":{"c":1},}"#);
        assert_eq!(text(Edit::LeadingComma), r#"{,"a":"x","b":{"c":1}}"#);
        assert_eq!(text(Edit::InText), r#""{\"a\":\"x\",\"b\":{\"c\":1}}""#);
        assert_eq!(text(Edit::DoubledComma), r#"{"a":"x",,"b":{"c":1}}"#);
        assert_eq!(text(Edit::NoColon), r#"{"a" "x","b":{"c":1}}"#);
        assert_eq!(text(Edit::NoComma), r#"{"a":"x" "b":{"c":1}}"#);
        assert_eq!(text(Edit::Semicolons), r#"{"a":"x";"b":{"c":1}}"#);
        assert_eq!(text(Edit::EqualsSigns), r#"{"a"="x","b"={"c"=1}}"#);
        assert_eq!(text(Edit::OtherBracket), r#"{"a":"x","b":{"c":1}]"#);
        assert_eq!(text(Edit::Lines), "a: x\nb: {\"c\":1}\n");
        assert_eq!(Encoding::edited(Edit::Utf32).bytes(&json!(1)), [255, 254, 0, 0, b'1', 0, 0, 0]);
        assert_eq!(text(Edit::Before(b"\xef\xbb\xbf")), "\u{feff}{\"a\":\"x\",\"b\":{\"c\":1}}");
    }
}
