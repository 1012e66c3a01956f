//! The request of a case, with what is new each time left open.

use bytes::Bytes;

use crate::generate::{Encoding, Fresh, Template};
use crate::http::{Headers, Request};

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

impl RequestTemplate {
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
