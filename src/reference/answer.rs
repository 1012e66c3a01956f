//! Answers before they become bytes, and the reasons for which a request is refused.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::send::Delivery;

/// The content type of every sound answer.
pub(super) const JSON: &str = "application/json";

/// Why a request is not granted. Its text is the `message` of the answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("a bearer token that this server knows is needed")]
    Credentials,
    #[error("the content type must be `application/json`")]
    MediaType,
    #[error("the content type must be `application/json`")]
    MediaTypeUnsupported,
    #[error("the body is larger than 1 MiB")]
    TooLarge,
    #[error("the body broke off")]
    BrokenOff,
    #[error("the body is not JSON: {0}")]
    Malformed(String),
    #[error("the body repeats a property")]
    Repeated,
    #[error("the body must be a JSON object")]
    NotAnObject,
    #[error("`{0}` is required")]
    Missing(&'static str),
    #[error("`{0}` must be a {1}")]
    WrongType(&'static str, &'static str),
    #[error("`{0}` must not be blank")]
    Blank(&'static str),
    #[error("`{0}` must not hold control characters")]
    Control(&'static str),
    #[error("`{0}` is too long")]
    TooLong(&'static str),
    #[error("`{0}` is not a property of a user")]
    Unknown(String),
    #[error("the request cannot be processed")]
    Unwelcome,
    #[error("a user with this `external_id` exists")]
    Conflict,
    #[error("there is nothing at this path")]
    NotFound,
    #[error("this method is not allowed here")]
    Method,
    #[error("something went wrong")]
    Internal,
}

impl Refusal {
    fn status(&self) -> u16 {
        match self {
            Self::Credentials => 403,
            Self::MediaTypeUnsupported => 415,
            Self::NotFound => 404,
            Self::Method => 405,
            Self::Internal => 500,
            _ => 400,
        }
    }

    /// A member of the document's `ApiErrorCode`.
    fn code(&self) -> &'static str {
        match self {
            Self::Credentials => "invalid_credentials",
            Self::Conflict => "conflict",
            Self::NotFound => "resource_not_found",
            Self::Internal => "unknown",
            _ => "invalid_request",
        }
    }
}

/// The content of an answer: JSON for as long as nothing has to be done to its bytes.
#[derive(Clone, Debug)]
pub(super) enum Content {
    Json(Value),
    Bytes(Vec<u8>),
}

/// One answer, still open to change.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) content_type: Option<&'static str>,
    pub(super) headers: HeaderMap,
    pub(super) content: Content,
    pub(super) delivery: Delivery,
    /// How much later than possible it is sent.
    pub(super) delay: Duration,
    /// The reason, where the answer is a refusal.
    pub(super) refusal: Option<Refusal>,
}

impl Answer {
    /// 200 with a user.
    pub(super) fn created(user: Value) -> Self {
        Self {
            status: 200,
            content_type: Some(JSON),
            headers: HeaderMap::new(),
            content: Content::Json(user),
            delivery: Delivery::Whole,
            delay: Duration::ZERO,
            refusal: None,
        }
    }

    /// An `ApiError` with the status and code that the reason calls for.
    pub(super) fn refused(refusal: Refusal) -> Self {
        let body = json!({ "error": { "code": refusal.code(), "message": refusal.to_string() } });
        Self { status: refusal.status(), refusal: Some(refusal), ..Self::created(body) }
    }

    pub(super) fn is_created(&self) -> bool {
        self.refusal.is_none()
    }

    /// Adds a header field.
    pub(super) fn add_header(&mut self, name: &'static str, value: &'static str) {
        self.headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
    }

    /// Changes the content as JSON; does nothing where it is bytes already.
    pub(super) fn edit(&mut self, change: impl FnOnce(&mut Value)) {
        if let Content::Json(value) = &mut self.content {
            change(value);
        }
    }

    /// Changes the content as bytes.
    pub(super) fn edit_bytes(&mut self, change: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = match std::mem::replace(&mut self.content, Content::Bytes(Vec::new())) {
            Content::Json(value) => value.to_string().into_bytes(),
            Content::Bytes(bytes) => bytes,
        };
        change(&mut bytes);
        self.content = Content::Bytes(bytes);
    }

    /// Puts other content in place of what is there, under another content type.
    pub(super) fn replace(&mut self, content_type: Option<&'static str>, content: &str) {
        self.content_type = content_type;
        self.content = Content::Bytes(content.as_bytes().to_vec());
    }
}
