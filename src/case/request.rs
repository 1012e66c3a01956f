//! The request of a case, with what is new each time left open.

use std::fmt::Write as _;

use bytes::Bytes;

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
    /// Path and query.
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

    /// The request to send.
    pub fn fill(&self, fresh: &Fresh<'_>) -> Request {
        Request {
            method: self.method.clone(),
            path: self.path.clone(),
            headers: self.headers.clone(),
            body: self.body.as_ref().map(|body| Bytes::from(body.bytes(fresh))),
        }
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
