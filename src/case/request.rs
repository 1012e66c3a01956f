//! The request of a case, with what is new each time left open.

use std::fmt::Write as _;

use bytes::Bytes;
use serde_json::Value;

use super::captures::{Captures, MissingCapture};
use super::text::{Known, Text, plain};
use crate::generate::{Edit, Encoding, Fresh, Template};
use crate::http::{Headers, Request};
use crate::source::Pointer;

/// A request with slots.
#[derive(Clone, Debug)]
pub struct RequestTemplate {
    /// The method.
    pub method: String,
    /// Path and query, percent-encoded. `{name}` is where a [`TextPlace::Path`] is put.
    pub path: String,
    /// Header fields.
    pub headers: Headers,
    /// The body.
    pub body: Option<BodyTemplate>,
}

/// A body with slots.
#[derive(Clone, Debug)]
pub struct BodyTemplate {
    /// The value.
    pub template: Template,
    /// How it is written.
    pub encoding: Encoding,
}

/// A text with its place in a request.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedText {
    /// Where it is put.
    pub place: TextPlace,
    /// The text.
    pub text: Text,
}

/// Where a text stands in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextPlace {
    /// In the JSON value of the body.
    Body(Pointer),
    /// It is the body, as written.
    WholeBody,
    /// The value of a header field, behind those that are there.
    Header(String),
    /// The value of a query parameter, behind those that are there.
    Query(String),
    /// In place of `{name}` in the path.
    Path(String),
}

impl PlacedText {
    /// Puts the text into `request`, with all that it stands for.
    pub(super) fn put(
        &self,
        request: &mut RequestTemplate,
        fresh: &Fresh<'_>,
        captures: &Captures,
    ) -> Result<(), MissingCapture> {
        let value = self.text.fill(&Known { fresh: Some(fresh), captures, sent: None })?;
        match (&self.place, &mut request.body) {
            (TextPlace::Body(pointer), Some(body)) => body.template.set(pointer, value),
            (TextPlace::WholeBody, Some(body)) => {
                body.encoding = Encoding::edited(Edit::Whole(plain(&value).into_bytes()));
            }
            (TextPlace::Body(_) | TextPlace::WholeBody, None) => {}
            (TextPlace::Header(name), _) => request.headers.push(name.as_str(), plain(&value)),
            (TextPlace::Query(name), _) => request.add_query(name, &plain(&value)),
            (TextPlace::Path(name), _) => {
                let segment = segment(&value).ok_or_else(|| MissingCapture { name: name.clone() })?;
                request.fill_path(name, &segment);
            }
        }
        Ok(())
    }
}

impl RequestTemplate {
    /// Adds a query parameter, percent-encoded (RFC 3986 §2.1, §3.4).
    fn add_query(&mut self, name: &str, value: &str) {
        self.path.push(if self.path.contains('?') { '&' } else { '?' });
        encode(&mut self.path, name);
        self.path.push('=');
        encode(&mut self.path, value);
    }

    /// Puts a value, percent-encoded, in place of `{name}` in the path.
    fn fill_path(&mut self, name: &str, value: &str) {
        let mut encoded = String::new();
        encode(&mut encoded, value);
        self.path = self.path.replace(&format!("{{{name}}}"), &encoded);
    }

    /// The request to send.
    pub fn fill(&self, fresh: &Fresh<'_>) -> Request {
        self.fill_and_read(fresh).0
    }

    /// The request to send, and its body as whoever reads it sees it, where that is known without reading it.
    pub fn fill_and_read(&self, fresh: &Fresh<'_>) -> (Request, Option<Value>) {
        let (body, value) = match &self.body {
            Some(body) => {
                let (bytes, value) = body.bytes_and_value(fresh);
                (Some(Bytes::from(bytes)), value)
            }
            None => (None, None),
        };
        let (method, path) = (self.method.clone(), self.path.clone());
        (Request { method, path, headers: self.headers.clone(), body }, value)
    }
}

impl BodyTemplate {
    /// A body that is the plain text of `template`.
    pub fn plain(template: Template) -> Self {
        Self { template, encoding: Encoding::plain() }
    }

    /// The bytes to send.
    pub fn bytes(&self, fresh: &Fresh<'_>) -> Vec<u8> {
        if self.template.slots.is_empty() {
            return self.encoding.bytes(&self.template.value);
        }
        self.encoding.bytes(&self.template.fill(fresh))
    }

    fn bytes_and_value(&self, fresh: &Fresh<'_>) -> (Vec<u8>, Option<Value>) {
        let value = self.template.fill(fresh);
        let bytes = self.encoding.bytes(&value);
        let same = self.encoding.edits.is_empty() && is_read_as_written(&value);
        (bytes, same.then_some(value))
    }
}

/// Whether reading the JSON text of `value` gives it back: a number that is not whole may come back one bit off.
fn is_read_as_written(value: &Value) -> bool {
    match value {
        Value::Number(number) => !number.is_f64(),
        Value::Array(items) => items.iter().all(is_read_as_written),
        Value::Object(members) => members.values().all(is_read_as_written),
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}

/// A value as a segment of a path; none where it names nothing.
fn segment(value: &Value) -> Option<String> {
    let names = matches!(value, Value::String(_) | Value::Number(_) | Value::Bool(_));
    Some(plain(value)).filter(|text| names && !matches!(text.as_str(), "" | "." | ".."))
}

fn encode(out: &mut String, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            // Writing to a string does not fail.
            _ => _ = write!(out, "%{byte:02X}"),
        }
    }
}
