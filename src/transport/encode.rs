//! A [`Request`] in the HTTP client's own terms.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use bytes::Bytes;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_LENGTH, COOKIE, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING, USER_AGENT,
};
use reqwest::{Body, Method, Url};

use super::{AddedHeader, BaseUrl, ClientError, credential};
use crate::http::{Credential, Request};

/// Why a request cannot be put into HTTP. The mistake is the case's, or that of whatever made it: the server never
/// saw the request, so it says nothing about the contract.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsendable {
    /// The method is no token (RFC 9110 §9.1).
    #[error("`{0}` is no method")]
    Method(String),
    /// The path does not begin with `/`, has a fragment, or is too long for a URL.
    #[error("`{0}` is no path: it begins with `/` and has no `#`")]
    Path(String),
    /// A field's name is no token, or its value has a line break or another control character (RFC 9110 §5.5).
    #[error("header `{0}` is not one that HTTP allows")]
    Header(String),
    /// The request sets a field by which messages are told apart. A false one would garble the connection.
    #[error("header `{0}` belongs to the connection: take it out of the case")]
    Framing(String),
}

/// How many paths are remembered: an API's fixed paths, while those with an id in them come and go.
const PATHS: usize = 256;
/// Longest URL that the HTTP client takes.
const LONGEST: usize = 65_534;

/// Puts requests into the client's terms, with what the target adds.
#[derive(Debug)]
pub(super) struct Encoder {
    base: String,
    /// What every request carries.
    all: HeaderMap,
    /// Those of the target's fields that carry a credential.
    credentials: Vec<AddedHeader>,
    /// Query parameters that every request carries: credentials.
    query: Vec<AddedHeader>,
    urls: RwLock<HashMap<String, Url>>,
}

impl Encoder {
    pub(super) fn new(base: &BaseUrl, added: &[AddedHeader], query: &[AddedHeader]) -> Result<Self, ClientError> {
        Ok(Self {
            base: base.as_str().to_owned(),
            all: with_ours(added)?,
            credentials: added.iter().filter(|header| header.is_credential()).cloned().collect(),
            query: query.to_vec(),
            urls: RwLock::default(),
        })
    }

    /// The request to send. A field of the request replaces those of its name that the target adds.
    pub(super) fn encode(&self, request: &Request, credential: Credential) -> Result<reqwest::Request, Unsendable> {
        let method =
            Method::from_bytes(request.method.as_bytes()).map_err(|_| Unsendable::Method(request.method.clone()))?;
        let mut encoded = reqwest::Request::new(method, self.url(&request.path)?);
        self.sign(encoded.url_mut(), credential);
        let mut headers = self.all.clone();
        if credential.is_wrong() {
            self.spoil(&mut headers, credential)?;
        }
        merge(&mut headers, request)?;
        self.keep_cookies(&mut headers, request, credential)?;
        if request.body.is_none() && expects_content(&request.method) {
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        let chunked = headers.remove(TRANSFER_ENCODING).is_some();
        *encoded.headers_mut() = headers;
        *encoded.body_mut() = request.body.clone().map(|body| if chunked { in_chunks(body) } else { Body::from(body) });
        Ok(encoded)
    }

    /// Puts the wrong credential in place of the right one.
    fn spoil(&self, headers: &mut HeaderMap, credential: Credential) -> Result<(), Unsendable> {
        for header in &self.credentials {
            let refuse = || Unsendable::Header(header.name.clone());
            let name = HeaderName::from_bytes(header.name.as_bytes()).map_err(|_| refuse())?;
            match credential::altered(header, credential) {
                None => _ = headers.remove(name),
                Some(wrong) => {
                    let mut value = HeaderValue::from_bytes(wrong.as_bytes()).map_err(|_| refuse())?;
                    value.set_sensitive(true);
                    headers.insert(name, value);
                }
            }
        }
        Ok(())
    }

    /// Cookies of the target stand beside those of the request, which would take their place.
    fn keep_cookies(
        &self,
        headers: &mut HeaderMap,
        request: &Request,
        credential: Credential,
    ) -> Result<(), Unsendable> {
        let Some(own) = request.headers.get("cookie") else { return Ok(()) };
        let added = self.credentials.iter().find(|header| header.name.eq_ignore_ascii_case("cookie"));
        let Some(added) = added.and_then(|header| credential::altered(header, credential)) else { return Ok(()) };
        let refuse = |_| Unsendable::Header("cookie".to_owned());
        let mut value = HeaderValue::from_bytes(format!("{added}; {own}").as_bytes()).map_err(refuse)?;
        value.set_sensitive(true);
        headers.insert(COOKIE, value);
        Ok(())
    }

    /// Adds the target's query parameters, but for those that the request has itself.
    fn sign(&self, url: &mut Url, credential: Credential) {
        for added in &self.query {
            let has = url.query_pairs().any(|(name, _)| name == added.name.as_str());
            if let (false, Some(value)) = (has, credential::altered(added, credential)) {
                url.query_pairs_mut().append_pair(&added.name, &value);
            }
        }
    }

    fn url(&self, path: &str) -> Result<Url, Unsendable> {
        if let Some(url) = self.urls.read().unwrap_or_else(PoisonError::into_inner).get(path) {
            return Ok(url.clone());
        }
        let refuse = || Unsendable::Path(path.to_owned());
        // Without the slash at its beginning a path could go on with the host's name.
        if !path.starts_with('/') || path.contains('#') {
            return Err(refuse());
        }
        let url = Url::parse(&format!("{}{path}", self.base)).map_err(|_| refuse())?;
        if url.as_str().len() > LONGEST {
            return Err(refuse());
        }
        let mut urls = self.urls.write().unwrap_or_else(PoisonError::into_inner);
        if urls.len() < PATHS {
            urls.insert(path.to_owned(), url.clone());
        }
        Ok(url)
    }
}

/// The target's fields, over those by which Proofmark says who it is and what it reads.
fn with_ours(added: &[AddedHeader]) -> Result<HeaderMap, ClientError> {
    let mut headers: HeaderMap = [
        (USER_AGENT, HeaderValue::from_static(concat!("proofmark/", env!("CARGO_PKG_VERSION")))),
        (ACCEPT, HeaderValue::from_static("application/json")),
        (ACCEPT_ENCODING, HeaderValue::from_static("gzip")),
    ]
    .into_iter()
    .collect();
    for header in added {
        let refuse = || ClientError::Header(header.name.clone());
        let name = HeaderName::from_bytes(header.name.as_bytes()).map_err(|_| refuse())?;
        let mut value = HeaderValue::from_bytes(header.value.reveal().as_bytes()).map_err(|_| refuse())?;
        value.set_sensitive(header.is_credential());
        headers.insert(name, value);
    }
    Ok(headers)
}

fn merge(headers: &mut HeaderMap, request: &Request) -> Result<(), Unsendable> {
    for (place, (name, value)) in request.headers.iter().enumerate() {
        let refuse = || Unsendable::Header(name.to_owned());
        let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| refuse())?;
        let value = HeaderValue::from_bytes(value).map_err(|_| refuse())?;
        if !keeps_framing(&parsed, &value, request) {
            return Err(Unsendable::Framing(name.to_owned()));
        }
        let repeated = request.headers.iter().take(place).any(|(before, _)| before.eq_ignore_ascii_case(name));
        if repeated {
            headers.append(parsed, value);
        } else {
            headers.insert(parsed, value);
        }
    }
    Ok(())
}

/// The body in chunks of few bytes, such that none but a short one comes in a single chunk (RFC 9112 §7.1).
fn in_chunks(body: Bytes) -> Body {
    // No multiple of what a character takes, so that some are cut.
    let size = (body.len() / 16).clamp(1, 1_021) | 1;
    let cut = (0..body.len()).step_by(size).map(move |at| body.slice(at..(at + size).min(body.len())));
    Body::wrap_stream(futures_util::stream::iter(cut.map(Ok::<_, std::convert::Infallible>)))
}

/// Without content such a request says so (RFC 9110 §8.6): else some servers answer 411.
fn expects_content(method: &str) -> bool {
    matches!(method, "POST" | "PUT" | "PATCH")
}

fn keeps_framing(name: &HeaderName, value: &HeaderValue, request: &Request) -> bool {
    let length = request.body.as_ref().map_or(0, Bytes::len);
    match *name {
        TRANSFER_ENCODING => request.body.is_some() && value.as_bytes().eq_ignore_ascii_case(b"chunked"),
        CONTENT_LENGTH => value.to_str().is_ok_and(|value| value == length.to_string()),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Headers;

    fn encoder(added: &[AddedHeader]) -> Encoder {
        Encoder::new(&BaseUrl::parse("http://h/v1").expect("a base URL"), added, &[]).expect("sound headers")
    }

    fn request(path: &str, headers: &[(&str, &str)]) -> Request {
        let headers: Headers = headers.iter().copied().collect();
        Request { method: "POST".into(), path: path.into(), headers, body: Some("{}".into()) }
    }

    fn values(encoded: &reqwest::Request, name: &str) -> Vec<String> {
        let values = encoded.headers().get_all(name).iter();
        values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
    }

    #[test]
    fn a_field_of_the_request_replaces_what_is_added() {
        let encoder =
            encoder(&[AddedHeader::literal("Authorization", "of the target"), AddedHeader::literal("x", "1")]);
        let own = [("accept", "text/html"), ("AUTHORIZATION", "a"), ("authorization", "b")];
        let encoded = encoder.encode(&request("/users", &own), Credential::Right).expect("it can be sent");
        assert_eq!(values(&encoded, "authorization"), ["a", "b"]);
        assert_eq!((values(&encoded, "accept"), values(&encoded, "x")), (vec!["text/html".into()], vec!["1".into()]));
        assert_eq!(values(&encoded, "accept-encoding"), ["gzip"]);
    }

    #[test]
    fn credentials_can_be_left_out() {
        let encoder = encoder(&[AddedHeader::literal("authorization", "a"), AddedHeader::literal("x", "1")]);
        let encoded = encoder.encode(&request("/users", &[]), Credential::None).expect("it can be sent");
        assert!(values(&encoded, "authorization").is_empty());
        assert_eq!(values(&encoded, "x"), ["1"]);
    }

    #[test]
    fn a_path_stays_below_the_base_url() {
        let encoder = encoder(&[]);
        for _ in 0..2 {
            let encoded = encoder.encode(&request("/users?a=b%20c", &[]), Credential::Right).expect("it can be sent");
            assert_eq!(encoded.url().as_str(), "http://h/v1/users?a=b%20c");
        }
        for path in ["", "users", "@evil.example/", ".evil.example/", "/a#b"] {
            assert_eq!(
                encoder.encode(&request(path, &[]), Credential::Right).err(),
                Some(Unsendable::Path(path.into()))
            );
        }
        let long = format!("/{}", "a".repeat(70_000));
        assert!(encoder.encode(&request(&long, &[]), Credential::Right).is_err());
    }

    #[test]
    fn only_so_many_paths_are_remembered() {
        let encoder = encoder(&[]);
        for id in 0..PATHS + 10 {
            encoder.encode(&request(&format!("/users/{id}"), &[]), Credential::Right).expect("it can be sent");
        }
        assert_eq!(encoder.urls.read().expect("no panic").len(), PATHS);
    }

    #[test]
    fn what_http_does_not_allow_is_refused_by_name() {
        let encoder = encoder(&[]);
        let refused = |headers: &[(&str, &str)]| encoder.encode(&request("/", headers), Credential::Right).err();
        assert_eq!(refused(&[("a b", "")]), Some(Unsendable::Header("a b".into())));
        assert_eq!(refused(&[("a", "x\r\nb: c")]), Some(Unsendable::Header("a".into())));
        assert_eq!(refused(&[("Transfer-Encoding", "gzip")]), Some(Unsendable::Framing("Transfer-Encoding".into())));
        assert_eq!(refused(&[("transfer-encoding", "chunked")]), None);
        assert_eq!(refused(&[("content-length", "999")]), Some(Unsendable::Framing("content-length".into())));
        assert_eq!(refused(&[("content-length", "2")]), None);
        let method = Request { method: "PO ST".into(), ..request("/", &[]) };
        assert_eq!(encoder.encode(&method, Credential::Right).err(), Some(Unsendable::Method("PO ST".into())));
    }
}
