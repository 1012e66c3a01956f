//! An exchange as it may be shown: without secrets, and no longer than useful.

use serde::{Serialize, Serializer};

use super::Context;
use crate::check::Finding;
use crate::http::{Exchange, Headers, REDACTED, Redactor, Request, curl_line};
use crate::source::Pointer;

/// How many bytes of a body are kept.
const MAX_BODY: usize = 16 << 10;

/// A curl command with a longer body is better asked for by the case's name.
const MAX_CURL: usize = 2 << 10;

/// An exchange without secrets, its bodies cut at 16 KiB. The only form in which a report holds one.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    /// When it was sent, in milliseconds since the Unix epoch.
    pub sent_at: u64,
    /// How long it took, in milliseconds.
    #[serde(rename = "ms")]
    pub elapsed: f64,
    /// What was sent.
    pub request: ShownRequest,
    /// What came back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<ShownResponse>,
    /// Why nothing did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// A request without secrets.
#[derive(Clone, Debug, Serialize)]
pub struct ShownRequest {
    /// The method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Header fields in order.
    pub headers: Vec<(String, String)>,
    /// The body, if one was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<ShownBody>,
}

/// A response without secrets.
#[derive(Clone, Debug, Serialize)]
pub struct ShownResponse {
    /// The status.
    pub status: u16,
    /// Header fields in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: ShownBody,
}

/// A body without secrets: text, or base64 where it is not UTF-8.
#[derive(Clone, Debug, Serialize)]
pub struct ShownBody {
    /// What is kept of it.
    #[serde(flatten)]
    pub content: Bytes,
    /// How many bytes it had.
    pub length: usize,
    /// Whether some are left out.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
}

/// Bytes that are text where they can be.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Bytes {
    /// UTF-8.
    Text(String),
    /// Anything else, as base64 (RFC 4648 §4).
    #[serde(serialize_with = "base64")]
    Base64(Vec<u8>),
}

impl Shown {
    /// What may be shown of `exchange`.
    pub fn of(exchange: &Exchange, redactor: &Redactor) -> Self {
        let clean = |text: &str| redactor.apply(text).into_owned();
        let Request { method, path, headers: fields, body } = &exchange.request;
        let (response, failure) = match &exchange.outcome {
            Ok(response) => {
                let headers = headers(&response.headers, redactor);
                let body = ShownBody::of(&response.body, redactor);
                (Some(ShownResponse { status: response.status, headers, body }), None)
            }
            Err(failure) => (None, Some(clean(&failure.to_string()))),
        };
        Self {
            sent_at: exchange.sent_at,
            elapsed: millis(exchange.elapsed),
            request: ShownRequest {
                method: clean(method),
                path: clean(path),
                headers: headers(fields, redactor),
                body: body.as_deref().map(|body| ShownBody::of(body, redactor)),
            },
            response,
            failure,
        }
    }

    /// The request as a command; none where it would be too long to read, or would write to a terminal what cannot
    /// be seen there.
    pub fn curl(&self, context: &Context) -> Option<String> {
        let ShownRequest { method, path, headers, body } = &self.request;
        let request = Request {
            method: method.clone(),
            path: path.clone(),
            headers: headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect(),
            body: body.as_ref().map(|body| bytes::Bytes::copy_from_slice(body.bytes())),
        };
        let line = curl_line(&context.target, &request, &context.headers);
        let line = context.redactor.apply(&line);
        let short = body.as_ref().is_none_or(|body| body.length <= MAX_CURL);
        (short && super::words::printable(&line) == line).then(|| line.into_owned())
    }
}

impl ShownBody {
    fn of(body: &[u8], redactor: &Redactor) -> Self {
        let length = body.len();
        let content = match std::str::from_utf8(body) {
            // Redacted before it is cut: half a secret is still one.
            Ok(text) => {
                let clean = redactor.apply(text);
                Bytes::Text(clean[..clean.floor_char_boundary(MAX_BODY)].to_owned())
            }
            Err(_) => {
                let lossy = String::from_utf8_lossy(body);
                let secret = redactor.apply(&lossy) != lossy;
                if secret { Bytes::Text(REDACTED.into()) } else { Bytes::Base64(body[..length.min(MAX_BODY)].to_vec()) }
            }
        };
        Self { content, length, cut: length > MAX_BODY }
    }

    /// The bytes that are kept.
    pub fn bytes(&self) -> &[u8] {
        match &self.content {
            Bytes::Text(text) => text.as_bytes(),
            Bytes::Base64(bytes) => bytes,
        }
    }
}

/// The finding without secrets.
pub(super) fn finding(finding: &Finding, redactor: &Redactor) -> Finding {
    let clean = |text: &str| redactor.apply(text).into_owned();
    Finding {
        title: clean(&finding.title),
        label: clean(&finding.label),
        detail: clean(&finding.detail),
        body: finding.body.as_ref().map(|body| Pointer::parse(&clean(body.as_str()))),
        ..finding.clone()
    }
}

/// Milliseconds with one decimal.
pub(super) fn millis(elapsed: std::time::Duration) -> f64 {
    (elapsed.as_secs_f64() * 10_000.0).round() / 10.0
}

fn headers(headers: &Headers, redactor: &Redactor) -> Vec<(String, String)> {
    let clean = |bytes: &[u8]| redactor.apply(&String::from_utf8_lossy(bytes)).into_owned();
    headers.iter().map(|(name, value)| (name.to_owned(), clean(value))).collect()
}

fn base64<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at| u32::from(chunk.get(at).copied().unwrap_or(0));
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let digit = DIGITS[(group >> (18 - 6 * at) & 63) as usize];
            out.push(if at > chunk.len() { '=' } else { char::from(digit) });
        }
    }
    to.serialize_str(&out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Response;
    use std::time::Duration;

    fn exchange(sent: &[u8], received: &[u8]) -> Exchange {
        let headers: Headers =
            [("content-type", "application/json"), ("x-echo", "Bearer topsecret")].into_iter().collect();
        Exchange {
            request: Request {
                method: "POST".into(),
                path: "/users".into(),
                headers: headers.clone(),
                body: Some(bytes::Bytes::copy_from_slice(sent)),
            },
            sent_at: 5,
            elapsed: Duration::from_micros(1_250),
            outcome: Ok(Response { status: 200, headers, body: bytes::Bytes::copy_from_slice(received) }),
        }
    }

    #[test]
    fn no_secret_is_left_in_headers_or_bodies_not_even_half_of_one_at_the_cut() {
        let mut long = vec![b'a'; MAX_BODY - 4];
        long.extend_from_slice(b"topsecret, and so on");
        let mut binary = b"\xfftopsecret".to_vec();
        binary.push(0);
        for body in [&long, &binary] {
            let shown = Shown::of(&exchange(body, body), &Redactor::new(["topsecret"]));
            let json = serde_json::to_string(&shown).expect("it is plain data");
            assert!(!json.contains("tops") && json.contains("[red"), "{}", &json[json.len() - 200..]);
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_base64() {
        for (bytes, text) in
            [(&b"\xff"[..], "/w=="), (b"\xff\xfe", "//4="), (b"\xff\xfe\xfd", "//79"), (b"\xff\xfeab", "//5hYg==")]
        {
            let shown = Shown::of(&exchange(bytes, b""), &Redactor::default());
            let value = serde_json::to_value(&shown).expect("it is plain data");
            assert_eq!(value["request"]["body"]["base64"], text);
            assert_eq!(value["request"]["body"]["length"], bytes.len());
        }
    }

    #[test]
    fn a_body_is_cut_between_characters_and_its_length_told() {
        let body = "é".repeat(MAX_BODY);
        let shown = ShownBody::of(format!("x{body}").as_bytes(), &Redactor::default());
        assert_eq!((shown.bytes().len(), shown.length, shown.cut), (MAX_BODY - 1, 2 * MAX_BODY + 1, true));
    }
}
