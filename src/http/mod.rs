//! HTTP as plain values: what is sent, what comes back, and how each is shown to a person.
//!
//! Nothing here does I/O. Header names are kept as written; comparison ignores case (RFC 9110 §5.1).

pub(crate) mod base64;
mod coding;
mod credential;
mod curl;
pub mod form;
mod media_type;
pub mod multipart;
pub mod parameter;
mod redact;
mod repeated_name;

pub(crate) use coding::is_refused;
pub use credential::Credential;
pub use curl::curl_line;
pub use media_type::MediaType;
pub use redact::{Learnt, REDACTED, Redactor};
pub(crate) use repeated_name::repeated_name;

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

/// Whether requests of this method change nothing (RFC 9110 §9.2.1).
pub(crate) fn is_safe(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE" | "QUERY")
}

/// Header fields in the order in which they are sent or were received. A name may stand more than once.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers {
    // All names one after another, and all values: a run makes and drops several lists for each request.
    names: String,
    values: Vec<u8>,
    /// Where the name and the value of each field end.
    ends: Vec<(usize, usize)>,
}

impl Headers {
    /// No fields.
    pub const fn new() -> Self {
        Self { names: String::new(), values: Vec::new(), ends: Vec::new() }
    }

    /// Adds a field behind those that are there.
    pub fn push(&mut self, name: impl AsRef<str>, value: impl AsRef<[u8]>) {
        self.names.push_str(name.as_ref());
        self.values.extend_from_slice(value.as_ref());
        self.ends.push((self.names.len(), self.values.len()));
    }

    /// The first value of a field, as text; `None` where it is absent or not UTF-8.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .and_then(|(_, value)| std::str::from_utf8(value).ok())
    }

    /// Whether a field stands here at least once.
    pub fn contains(&self, name: &str) -> bool {
        self.iter().any(|(found, _)| found.eq_ignore_ascii_case(name))
    }

    /// Removes every field of this name.
    pub fn remove(&mut self, name: &str) {
        if self.contains(name) {
            *self = self.iter().filter(|(found, _)| !found.eq_ignore_ascii_case(name)).collect();
        }
    }

    /// All fields in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let begins = std::iter::once((0, 0)).chain(self.ends.iter().copied());
        begins.zip(&self.ends).map(|((name, value), (name_ends, value_ends))| {
            (&self.names[name..*name_ends], &self.values[value..*value_ends])
        })
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(self.iter().map(|(name, value)| (name, String::from_utf8_lossy(value)))).finish()
    }
}

impl<N: AsRef<str>, V: AsRef<[u8]>> FromIterator<(N, V)> for Headers {
    fn from_iter<T: IntoIterator<Item = (N, V)>>(fields: T) -> Self {
        let fields = fields.into_iter();
        let few = fields.size_hint().0;
        // About as long as fields are.
        let (names, values) = (String::with_capacity(few * 14), Vec::with_capacity(few * 20));
        let mut headers = Self { names, values, ends: Vec::with_capacity(few) };
        fields.for_each(|(name, value)| headers.push(name, value));
        headers
    }
}

/// One request, exactly as a case wants it sent. What the environment adds (credentials, say) is not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method, in the letter case in which it is sent.
    pub method: String,
    /// Path and query below the target's base URL, beginning with `/`.
    pub path: String,
    /// The case's own fields.
    pub headers: Headers,
    /// The body's bytes; `None` sends no body at all.
    pub body: Option<Bytes>,
}

impl Request {
    /// The body as JSON, whatever it is called; `None` where it is none.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(self.body.as_deref()?).ok()
    }
}

/// One answer, its content coding undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The fields as received.
    pub headers: Headers,
    /// The content: at most as long as the transport's cap.
    pub body: Bytes,
}

impl Response {
    /// Whether the status is a 2xx (RFC 9110 §15.3).
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether the status is a 4xx or 5xx (RFC 9110 §15.5, §15.6).
    pub fn is_error(&self) -> bool {
        (400..600).contains(&self.status)
    }

    /// The media type that `Content-Type` names; `None` where it is absent or malformed.
    pub fn media_type(&self) -> Option<MediaType> {
        self.headers.get("content-type").and_then(MediaType::parse)
    }

    /// The content as JSON, whatever it is called; `None` where it is none.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

/// Why a request has no complete answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// No connection came about: refused, unreachable, name unknown, TLS failed. Says nothing about the contract.
    #[error("could not connect: {0}")]
    Connect(String),
    /// No status line within the time allowed.
    #[error("no answer within {0:?}")]
    NoAnswer(Duration),
    /// The answer began, but its end did not come within the time allowed.
    #[error("the answer did not end within {0:?}")]
    Stalled(Duration),
    /// The content is longer than the cap, in bytes.
    #[error("the body is larger than {0} bytes")]
    TooLarge(u64),
    /// The answer breaks off, or is not HTTP: content shorter than announced, a chunk malformed, a coding broken.
    #[error("the answer is broken: {0}")]
    Broken(String),
    /// The connection was closed without any answer, on a connection that was opened for this very request.
    #[error("the connection was closed without an answer: {0}")]
    Closed(String),
}

impl Failure {
    /// Whether it concerns the way to the target rather than its answer.
    pub fn is_connect(&self) -> bool {
        matches!(self, Self::Connect(_))
    }
}

/// One request as sent, and what came of it.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The request.
    pub request: Request,
    /// When it was sent, in milliseconds since the Unix epoch.
    pub sent_at: u64,
    /// From the first byte sent to the last received.
    pub elapsed: Duration,
    /// The answer, or why there is none.
    pub outcome: Result<Response, Failure>,
}

impl Exchange {
    /// The answer, if one came.
    pub fn response(&self) -> Option<&Response> {
        self.outcome.as_ref().ok()
    }
}
