//! JSON (RFC 8259) as a value with places.
//!
//! `serde_json` reads the value and proves the text well-formed; a second pass finds where each node stands, and
//! the keys that are repeated, of which `serde_json` silently keeps the last.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use foldhash::quality::FixedState;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::{Map, Value};

use super::error::{Excerpt, SpecError, SpecErrorKind};
use crate::source::{Span, Spans, SpansBuilder};

/// What a JSON text says, and where it says it.
pub(crate) fn parse(excerpt: Excerpt<'_>) -> Result<(Value, Spans), SpecError> {
    let value = whole(excerpt.text).map_err(|error| syntax(excerpt, &error))?;
    let mut locator = Locator { excerpt, bytes: excerpt.text.as_bytes(), at: 0, spans: SpansBuilder::default() };
    locator.value(None)?;
    Ok((value, locator.spans.finish()))
}

fn whole(text: &str) -> Result<Value, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Exact.deserialize(&mut reader)?;
    reader.end().map(|()| value)
}

/// Reads a value as `serde_json` does, into maps and lists that have room for what they hold and no more: a map that grows as
/// it is read has room for up to twice as much, and a document of megabytes has a hundred thousand maps.
struct Exact;

impl<'de> DeserializeSeed<'de> for Exact {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Exact {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("any valid JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = from.next_element_seed(Self)? {
            items.push(item);
        }
        items.shrink_to_fit();
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut members: Vec<(String, Value)> = Vec::new();
        while let Some(name) = from.next_key()? {
            members.push((name, from.next_value_seed(Self)?));
        }
        let mut object = Map::with_capacity(members.len());
        object.extend(members);
        Ok(Value::Object(object))
    }
}

fn syntax(excerpt: Excerpt<'_>, error: &serde_json::Error) -> SpecError {
    let at = offset(excerpt.text, error.line(), error.column());
    let width = excerpt.text[at..].chars().next().filter(|next| *next != '\n').map_or(0, char::len_utf8);
    let span = excerpt.span(at, at + width);
    let text = error.to_string();
    // The place is said separately.
    let reason = text.split(" at line ").next().unwrap_or(&text);
    if reason.contains("recursion limit") {
        let message = "collections are nested more than 128 levels deep";
        return excerpt.error(SpecErrorKind::TooDeep, span, message, "nested too deeply here");
    }
    let label = if error.classify() == Category::Eof { "the text ends here" } else { "here" };
    excerpt.error(SpecErrorKind::Syntax, span, format!("not JSON: {reason}"), label)
}

/// The byte at a line and a column that counts bytes, both from 1; never inside a character.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Walks a text that is known to be JSON, nested no deeper than `serde_json` allows.
struct Locator<'t> {
    excerpt: Excerpt<'t>,
    bytes: &'t [u8],
    at: usize,
    spans: SpansBuilder,
}

impl<'t> Locator<'t> {
    fn value(&mut self, key: Option<Span>) -> Result<(), SpecError> {
        let first = self.skip_blanks();
        let start = self.excerpt.span(self.at, self.at);
        let opened = self.spans.open(key, start);
        match first {
            b'{' => self.object()?,
            b'[' => self.array()?,
            b'"' => self.string(),
            _ => self.word(),
        }
        self.spans.close(opened, self.excerpt.offset(self.at));
        Ok(())
    }

    fn object(&mut self) -> Result<(), SpecError> {
        let mut keys: HashMap<Cow<'t, str>, Span, FixedState> = HashMap::default();
        self.at += 1;
        while self.skip_blanks() != b'}' && self.at < self.bytes.len() {
            let start = self.at;
            self.string();
            let span = self.excerpt.span(start, self.at);
            let key = unescaped(&self.excerpt.text[start..self.at]);
            if let Some(first) = keys.get(&key) {
                return Err(self.excerpt.repeated_key(&key, *first, span));
            }
            keys.insert(key, span);
            self.skip_blanks();
            self.at += 1; // the colon
            self.value(Some(span))?;
            self.skip_comma();
        }
        self.at += 1;
        Ok(())
    }

    fn array(&mut self) -> Result<(), SpecError> {
        self.at += 1;
        while self.skip_blanks() != b']' && self.at < self.bytes.len() {
            self.value(None)?;
            self.skip_comma();
        }
        self.at += 1;
        Ok(())
    }

    fn string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.bytes.get(self.at) {
            self.at += if *byte == b'\\' { 2 } else { 1 };
            if *byte == b'"' {
                break;
            }
        }
    }

    /// A number, `true`, `false` or `null`.
    fn word(&mut self) {
        let rest = &self.bytes[self.at.min(self.bytes.len())..];
        let length = rest.iter().position(|byte| b" \t\r\n,]}".contains(byte));
        self.at += length.unwrap_or(rest.len());
    }

    fn skip_comma(&mut self) {
        if self.skip_blanks() == b',' {
            self.at += 1;
        }
    }

    /// Goes on to the next byte that is no blank, and says which it is: 0 at the end.
    fn skip_blanks(&mut self) -> u8 {
        while let Some(byte) = self.bytes.get(self.at) {
            if !b" \t\r\n".contains(byte) {
                return *byte;
            }
            self.at += 1;
        }
        0
    }
}

/// The text of a quoted string.
fn unescaped(quoted: &str) -> Cow<'_, str> {
    if quoted.contains('\\') {
        serde_json::from_str(quoted).map_or(Cow::Borrowed(quoted), Cow::Owned)
    } else {
        Cow::Borrowed(&quoted[1..quoted.len() - 1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Pointer, Source};

    fn slices(text: &str, pointers: &[&str]) -> Vec<(Option<String>, String)> {
        let source = Source::new("s.json", text);
        let (value, spans) = parse(Excerpt::whole(&source)).expect(text);
        let node = |pointer: &&str| spans.of(&value, &Pointer::parse(pointer)).expect(pointer);
        let slice = |span| source.slice(span).to_owned();
        pointers.iter().map(node).map(|node| (node.key.map(slice), slice(node.value))).collect()
    }

    fn error(text: &str) -> SpecError {
        parse(Excerpt::whole(&Source::new("s.json", text))).expect_err(text)
    }

    #[test]
    fn every_node_has_the_place_of_its_key_and_value() {
        let text = " {\"a\" : [1, -2.5e3 ,{\"b\":null}], \"é\\\"\": \"x\\\\\" , \"c\":{ }, \"d\": [ ] , \"e\":true}\n";
        let found = slices(text, &["/a", "/a/1", "/a/2/b", "/é\"", "/c", "/d", "/e"]);
        let expected = [
            (Some("\"a\""), "[1, -2.5e3 ,{\"b\":null}]"),
            (None, "-2.5e3"),
            (Some("\"b\""), "null"),
            (Some("\"é\\\"\""), "\"x\\\\\""),
            (Some("\"c\""), "{ }"),
            (Some("\"d\""), "[ ]"),
            (Some("\"e\""), "true"),
        ];
        assert_eq!(found, expected.map(|(key, value)| (key.map(str::to_owned), value.to_owned())));
    }

    #[test]
    fn a_repeated_key_is_found_even_when_it_is_escaped() {
        let error = error("{\"a\": 1,\n \"\\u0061\": 2}");
        assert_eq!(error.kind, SpecErrorKind::RepeatedKey);
        insta::assert_snapshot!(error, @"s.json:2:2: the key `a` is repeated: it stands in the same mapping on line 1 already");
    }

    #[test]
    fn the_same_key_in_two_objects_is_no_repetition() {
        assert_eq!(slices("{\"a\": {\"a\": 1}}", &["/a/a"]).len(), 1);
    }

    #[test]
    fn errors_have_a_place() {
        insta::assert_snapshot!(error("{\"a\": 1e400}"), @"s.json:1:11: not JSON: number out of range");
        insta::assert_snapshot!(error("{\"a\": 1,\n}"), @"s.json:2:1: not JSON: trailing comma");
        insta::assert_snapshot!(error("{\"é\": "), @"s.json:1:6: not JSON: EOF while parsing a value");
        insta::assert_snapshot!(error(&"[".repeat(200_000)), @"s.json:1:128: collections are nested more than 128 levels deep");
    }

    #[test]
    fn an_integer_beyond_64_bits_is_the_nearest_double() {
        let source = Source::new("s.json", "[-9223372036854776000]");
        let (value, _) = parse(Excerpt::whole(&source)).expect("a number");
        assert_eq!(value[0].as_f64(), Some(-9_223_372_036_854_776_000.0));
    }
}
