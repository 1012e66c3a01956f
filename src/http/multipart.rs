//! Bodies of type `multipart/form-data` (RFC 7578; OpenAPI 3.2.0, Encoding `multipart` Media Types).

use std::borrow::Cow;
use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::Value;

use super::form::content_values;
use super::parameter::{Serialization, Unencodable};
use super::{Headers, MediaType};

/// One part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The name of its field.
    pub name: String,
    /// The name of its file: without one, many servers take a part for a text.
    pub filename: Option<String>,
    /// Its media type; none for plain text, which is what is read then (RFC 7578 §4.4).
    pub content_type: Option<String>,
    /// Its own fields, but for `Content-Disposition` and `Content-Type`.
    pub headers: Headers,
    /// Its bytes.
    pub content: Bytes,
}

/// A body and the `Content-Type` that goes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Multipart {
    /// `multipart/form-data` with the boundary.
    pub content_type: String,
    /// The bytes.
    pub body: Bytes,
}

/// The members of `value` as parts, in order.
///
/// `serializations` are the Encoding Objects, by property, as for [`super::form::urlencoded`]; a style is honoured since
/// OpenAPI 3.1 and is to be left out before. An array is one part for each item, but where a style says otherwise. Nothing is
/// percent-encoded. A part that is neither plain text nor JSON gets the name of its property as the name of its file.
/// `headers` are the `headers` of the Encoding Objects, with their values, by property.
///
/// # Errors
/// A value that is no object, or a property that cannot be expressed so that it is read back.
pub fn parts(
    value: &Value,
    serializations: &BTreeMap<String, Serialization>,
    headers: &BTreeMap<String, Headers>,
) -> Result<Vec<Part>, Unencodable> {
    let members = value.as_object().ok_or(Unencodable::NoFields)?;
    let mut parts = Vec::new();
    for (name, value) in members {
        let own = headers.get(name).cloned().unwrap_or_default();
        let of_field = match serializations.get(name) {
            Some(Serialization::Style(encoding)) => {
                let fields = encoding.fields(name, value)?.into_iter();
                fields.map(|piece| Part::text(piece.name.unwrap_or_default(), piece.value)).collect()
            }
            Some(Serialization::Content(list)) => content_parts(name, value, Some(list))?,
            // A part is never a form itself.
            Some(Serialization::Form(_)) | None => content_parts(name, value, None)?,
        };
        parts.extend(of_field.into_iter().map(|part| Part { headers: own.clone(), ..part }));
    }
    Ok(parts)
}

/// The body of `parts`, the same each time. Its boundary stands in none of them.
///
/// # Errors
/// No part at all, or one whose name or file name cannot be written.
pub fn write(parts: &[Part]) -> Result<Multipart, Unencodable> {
    if parts.is_empty() {
        return Err(Unencodable::NoParts);
    }
    let written = parts.iter().map(Part::bytes).collect::<Result<Vec<_>, _>>()?;
    let boundary = boundary(&written);
    let mut body = Vec::new();
    for part in &written {
        body.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
        body.extend_from_slice(part);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Ok(Multipart { content_type: format!("multipart/form-data; boundary={boundary}"), body: body.into() })
}

fn content_parts(name: &str, value: &Value, content_type: Option<&str>) -> Result<Vec<Part>, Unencodable> {
    let part = |(media_type, text): (&str, Cow<'_, str>)| Part {
        filename: is_file(media_type).then(|| name.to_owned()),
        content_type: (content_type.is_some() || media_type != "text/plain").then(|| media_type.to_owned()),
        ..Part::text(name.to_owned(), text.into_owned())
    };
    Ok(content_values(value, content_type)?.into_iter().map(part).collect())
}

/// Whether a part of this type is a file by custom, rather than the value of a field.
fn is_file(media_type: &str) -> bool {
    MediaType::parse(media_type).is_some_and(|parsed| parsed.essence() != "text/plain" && !parsed.is_json())
}

impl Part {
    /// A part of plain text.
    pub fn text(name: String, text: String) -> Self {
        Self { name, filename: None, content_type: None, headers: Headers::new(), content: text.into() }
    }

    /// Its fields, the empty line, and its content.
    fn bytes(&self) -> Result<Vec<u8>, Unencodable> {
        let mut head = format!("Content-Disposition: form-data; name=\"{}\"", quotable(&self.name)?);
        if let Some(filename) = &self.filename {
            head.push_str(&format!("; filename=\"{}\"", quotable(filename)?));
        }
        head.push_str("\r\n");
        if let Some(content_type) = &self.content_type {
            head.push_str(&format!("Content-Type: {content_type}\r\n"));
        }
        let mut bytes = head.into_bytes();
        let spoken_for =
            |name: &str| ["content-disposition", "content-type"].contains(&name.to_ascii_lowercase().as_str());
        for (name, value) in self.headers.iter().filter(|(name, _)| !spoken_for(name)) {
            bytes.extend_from_slice(&[name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(&self.content);
        Ok(bytes)
    }
}

/// A name that stands between quotes as it is. There are three ways to escape others, and no server knows them all
/// (RFC 7578 §4.2, §5.1; RFC 9110 §5.6.4; WHATWG HTML). Characters outside US-ASCII are sent as UTF-8.
fn quotable(name: &str) -> Result<&str, Unencodable> {
    let bad = |character: char| character.is_control() || matches!(character, '"' | '\\');
    if name.contains(bad) { Err(Unencodable::PartName) } else { Ok(name) }
}

/// The first of a row of boundaries that stands in no part (RFC 2046 §5.1.1).
fn boundary(parts: &[Vec<u8>]) -> String {
    let mut number = 0_u64;
    loop {
        let boundary = format!("proofmark-boundary-{number}");
        let stands_in = |part: &Vec<u8>| part.windows(boundary.len()).any(|window| window == boundary.as_bytes());
        if !parts.iter().any(stands_in) {
            return boundary;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::http::parameter::{Encoding, Shape, Style};

    fn plain(value: &Value) -> Result<Vec<Part>, Unencodable> {
        parts(value, &BTreeMap::new(), &BTreeMap::new())
    }

    fn with(value: &Value, name: &str, serialization: Serialization) -> Result<Vec<Part>, Unencodable> {
        parts(value, &BTreeMap::from([(name.to_owned(), serialization)]), &BTreeMap::new())
    }

    fn text_of(parts: &[Part]) -> String {
        String::from_utf8(write(parts).expect("a body").body.to_vec()).expect("UTF-8")
    }

    /// "Example: Basic Multipart Form": a text, and an array of objects as one JSON part for each.
    #[test]
    fn the_basic_example() {
        let value = json!({"id": "f81d4fae", "addresses": [{"city": "A"}, {"city": "B"}]});
        assert_eq!(
            text_of(&plain(&value).expect("parts")),
            "--proofmark-boundary-0\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\nf81d4fae\r\n\
             --proofmark-boundary-0\r\nContent-Disposition: form-data; name=\"addresses\"\r\n\
             Content-Type: application/json\r\n\r\n{\"city\":\"A\"}\r\n\
             --proofmark-boundary-0\r\nContent-Disposition: form-data; name=\"addresses\"\r\n\
             Content-Type: application/json\r\n\r\n{\"city\":\"B\"}\r\n\
             --proofmark-boundary-0--\r\n"
        );
    }

    /// "Example: Multipart Form with Encoding Objects": the types that are stated, and a field of the part's own.
    #[test]
    fn the_example_with_encoding_objects() {
        let value = json!({"addresses": ["<a/>"], "profileImage": "PNG"});
        let serializations = BTreeMap::from([
            ("addresses".to_owned(), Serialization::Content("application/xml; charset=utf-8".to_owned())),
            ("profileImage".to_owned(), Serialization::Content("image/png, image/jpeg".to_owned())),
        ]);
        let fields = [("X-Rate-Limit-Limit", "7"), ("content-type", "ignored/here")];
        let headers = BTreeMap::from([("profileImage".to_owned(), fields.into_iter().collect())]);
        let body = text_of(&parts(&value, &serializations, &headers).expect("parts"));
        assert!(body.contains("Content-Type: application/xml; charset=utf-8\r\n\r\n<a/>\r\n"), "{body}");
        assert!(
            body.contains(
                "name=\"profileImage\"; filename=\"profileImage\"\r\nContent-Type: image/png\r\n\
                 X-Rate-Limit-Limit: 7\r\n\r\nPNG\r\n"
            ),
            "{body}"
        );
        assert!(!body.contains("ignored/here"), "{body}");
    }

    /// "Example: Multipart Form with Multiple Files": the same name for each file.
    #[test]
    fn the_example_with_multiple_files() {
        let octets = Serialization::Content("application/octet-stream".to_owned());
        let files = with(&json!({"file": ["one", "two"]}), "file", octets).expect("parts");
        let names: Vec<_> = files.iter().map(|part| (part.name.as_str(), part.filename.as_deref())).collect();
        assert_eq!(names, [("file", Some("file")); 2]);
        assert_eq!(files[1].content_type.as_deref(), Some("application/octet-stream"));
    }

    #[test]
    fn a_style_gives_names_and_values_without_percent_encoding() {
        let style = |style, explode| Serialization::Style(Encoding { style, explode, allow_reserved: false });
        let pairs = |value: &Value, serialization| {
            let parts = with(value, "q", serialization).expect("parts").into_iter();
            parts.map(|part| (part.name, String::from_utf8_lossy(&part.content).into_owned())).collect::<Vec<_>>()
        };
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(pairs(&json!({"q": ["a&b", "ü"]}), style(Style::Form, true)), [pair("q", "a&b"), pair("q", "ü")]);
        assert_eq!(pairs(&json!({"q": ["a", "b"]}), style(Style::PipeDelimited, false)), [pair("q", "a|b")]);
        assert_eq!(pairs(&json!({"q": {"a b": 1}}), style(Style::DeepObject, true)), [pair("q[a b]", "1")]);
        let clash = with(&json!({"q": ["a,b", "c"]}), "q", style(Style::Form, false));
        assert!(matches!(clash, Err(Unencodable::Delimiter { .. })));
    }

    #[test]
    fn bytes_that_are_not_text_are_sent_as_they_are() {
        let part = Part { content: Bytes::from_static(b"\xff\0\r\n--"), ..Part::text("b".into(), String::new()) };
        let body = write(&[part]).expect("a body").body;
        assert!(body.ends_with(b"\r\n\r\n\xff\0\r\n--\r\n--proofmark-boundary-0--\r\n"));
    }

    #[test]
    fn the_boundary_stands_in_no_part() {
        let value = json!({"a": "proofmark-boundary-0", "proofmark-boundary-1": "b"});
        let multipart = write(&plain(&value).expect("parts")).expect("a body");
        assert_eq!(multipart.content_type, "multipart/form-data; boundary=proofmark-boundary-2");
    }

    #[test]
    fn what_a_part_cannot_hold_is_refused() {
        assert_eq!(plain(&json!("a")), Err(Unencodable::NoFields));
        assert_eq!(plain(&json!({"a": []})), Err(Unencodable::Empty(Shape::Array)));
        assert_eq!(plain(&json!({"a": null})), Err(Unencodable::Null));
        assert_eq!(write(&[]), Err(Unencodable::NoParts));
        for name in ["a\"b", "a\r\nb", "a\\b"] {
            assert_eq!(write(&[Part::text(name.into(), String::new())]), Err(Unencodable::PartName));
        }
        assert!(text_of(&[Part::text("größe".into(), String::new())]).contains("name=\"größe\""));
    }

    /// Names and contents, read as RFC 2046 §5.1.1 has it.
    fn read(multipart: &Multipart) -> Vec<(String, Vec<u8>)> {
        let (_, boundary) = multipart.content_type.split_once("boundary=").expect("a boundary");
        let delimiter = format!("\r\n--{boundary}").into_bytes();
        let body = [b"\r\n", multipart.body.as_ref()].concat();
        let mut cuts: Vec<usize> = Vec::new();
        cuts.extend((0..body.len()).filter(|at| body[*at..].starts_with(&delimiter)));
        let part = |window: &[usize]| {
            let part = &body[window[0] + delimiter.len() + 2..window[1]];
            let head = part.windows(4).position(|window| window == b"\r\n\r\n").expect("an empty line");
            let disposition = String::from_utf8(part[..head].to_vec()).expect("UTF-8");
            let name = disposition.split("name=\"").nth(1).and_then(|rest| rest.split('"').next());
            (name.expect("a name").to_owned(), part[head + 4..].to_vec())
        };
        cuts.windows(2).map(part).collect()
    }

    proptest! {
        #[test]
        fn parts_are_read_back(contents in prop::collection::vec(prop_oneof![
            prop::collection::vec(any::<u8>(), 0..20),
            Just(b"\r\n--proofmark-boundary-0--\r\n".to_vec()),
        ], 1..5)) {
            let named = |(index, content): (usize, Vec<u8>)| (format!("p{index}"), content);
            let expected: Vec<_> = contents.into_iter().enumerate().map(named).collect();
            let part = |(name, content): &(String, Vec<u8>)| Part {
                content: Bytes::copy_from_slice(content),
                ..Part::text(name.clone(), String::new())
            };
            let parts: Vec<Part> = expected.iter().map(part).collect();
            prop_assert_eq!(read(&write(&parts).expect("a body")), expected);
        }
    }
}
