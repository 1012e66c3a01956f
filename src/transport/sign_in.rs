//! Tokens of an authorization server for a client's own credentials (RFC 6749 §4.4): fetched, kept, and renewed.

use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use reqwest::{StatusCode, Url};
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::scheme::{basic, bearer};
use super::{ClientError, Dial, Secret, Target, body, fault};
use crate::http::Learnt;
use crate::http::form::urlencoded;

/// Longest answer of an authorization server, in bytes.
const CAP: u64 = 1 << 20;
/// A token is renewed this long before it ends.
const MARGIN: Duration = Duration::from_secs(30);

/// How a token is got.
#[derive(Clone, Debug, PartialEq)]
pub struct SignIn {
    /// The name of the security scheme.
    pub scheme: String,
    /// Where tokens are given.
    pub token_url: Option<String>,
    /// Where a document stands that says so.
    pub discovery_url: Option<String>,
    /// The id of the client.
    pub client_id: String,
    /// Its secret.
    pub client_secret: Secret,
    /// The scopes that are asked for.
    pub scope: Option<String>,
}

/// Why there is no token. No secret is repeated.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// A URL is none, or would send the secret in clear text to another machine.
    #[error("`{0}` cannot be asked for a token: it is no https URL")]
    Url(String),
    /// No client could be made.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// No answer came.
    #[error("`{0}` gave no answer: {1}")]
    NoAnswer(String, String),
    /// The answer is no token.
    #[error("`{0}` gave no token: {1}")]
    NoToken(String, String),
}

/// A token with its end.
#[derive(Clone, Debug)]
struct Token {
    value: Secret,
    ends: Option<Instant>,
}

/// Gives the token that holds, and gets another in time.
#[derive(Debug)]
pub(super) struct Tokens {
    sign_in: SignIn,
    dial: Dial,
    patience: Duration,
    learnt: Learnt,
    current: Mutex<Token>,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: Option<f64>,
}

#[derive(Deserialize)]
struct Discovered {
    token_endpoint: String,
}

impl Target {
    /// The target with a token in its `Authorization` field, where it has to sign in for one; else as it is.
    ///
    /// # Errors
    ///
    /// [`SignInError`] where the authorization server gives none.
    pub async fn signed_in(mut self) -> Result<Self, SignInError> {
        let Some(sign_in) = &self.sign_in else { return Ok(self) };
        let token = sign_in.fetch(&self.dial, self.timeout).await?;
        self.learnt.add(token.value.reveal());
        self.token_ends = token.ends;
        self.headers.push(bearer(token.value.reveal().to_owned(), "${TOKEN}"));
        Ok(self)
    }
}

impl Tokens {
    /// Those of a target that has signed in; none where it need not.
    pub(super) fn of(target: &Target) -> Option<Self> {
        let sign_in = target.sign_in.clone()?;
        let added = target.headers.iter().find(|header| header.name == "authorization")?;
        let value = added.value.reveal().strip_prefix("Bearer ")?.into();
        let current = Mutex::new(Token { value, ends: target.token_ends });
        let (dial, learnt) = (target.dial.clone(), target.learnt.clone());
        Some(Self { sign_in, dial, patience: target.timeout, learnt, current })
    }

    /// The value of the `Authorization` field. Where no new token is to be had the old one is sent, and the server's answer
    /// tells the rest.
    pub(super) async fn authorization(&self) -> String {
        let mut current = self.current.lock().await;
        let ends_soon = current.ends.is_some_and(|ends| ends <= Instant::now() + MARGIN);
        if ends_soon {
            match self.sign_in.fetch(&self.dial, self.patience).await {
                Ok(token) => {
                    self.learnt.add(token.value.reveal());
                    *current = token;
                }
                // Asked again in a while, not before each request.
                Err(_) => current.ends = Some(Instant::now() + MARGIN + MARGIN),
            }
        }
        format!("Bearer {}", current.value.reveal())
    }
}

impl SignIn {
    async fn fetch(&self, dial: &Dial, patience: Duration) -> Result<Token, SignInError> {
        let endpoint = match (&self.token_url, &self.discovery_url) {
            (Some(url), _) => url.clone(),
            (None, Some(url)) => {
                let url = safe(url)?;
                let client = client(dial, &url)?;
                let (_, bytes) = answer(client.get(url.clone()), &url, patience).await?;
                let found: Discovered = read(&bytes, &url)?;
                found.token_endpoint
            }
            (None, None) => return Err(SignInError::Url(String::new())),
        };
        let url = safe(&endpoint)?;
        let client = client(dial, &url)?;
        let mut form = serde_json::json!({ "grant_type": "client_credentials" });
        if let Some(scope) = &self.scope {
            form["scope"] = scope.as_str().into();
        }
        let secret = self.client_secret.reveal();
        let post = |form: &serde_json::Value| {
            let text = urlencoded(form, &Default::default()).unwrap_or_default();
            client
                .post(url.clone())
                .header(CONTENT_TYPE, crate::http::form::FORM)
                .header(ACCEPT, "application/json")
                .body(text)
        };
        let begun = Instant::now();
        // RFC 6749 §2.3.1: every server takes HTTP Basic but those that want the secret in the form.
        let basic = basic(&self.client_id, secret);
        let (mut status, mut bytes) = answer(post(&form).header(AUTHORIZATION, basic), &url, patience).await?;
        if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::BAD_REQUEST) {
            form["client_id"] = self.client_id.as_str().into();
            form["client_secret"] = secret.into();
            (status, bytes) = answer(post(&form), &url, patience).await?;
        }
        if !status.is_success() {
            return Err(SignInError::NoToken(shown(&url), format!("it answered {}", status.as_u16())));
        }
        let granted: Granted = read(&bytes, &url)?;
        let lasts = granted.expires_in.filter(|seconds| seconds.is_finite() && *seconds >= 0.0);
        // More than a year is as good as for ever.
        let lasts = lasts.map(|seconds| Duration::from_secs_f64(seconds.min(31_536_000.0)));
        Ok(Token { value: granted.access_token.into(), ends: lasts.map(|lasts| begun + lasts) })
    }
}

/// The URL, if a secret may be sent there: not in clear text to another machine.
fn safe(text: &str) -> Result<Url, SignInError> {
    let url = Url::parse(text).map_err(|_| SignInError::Url(text.to_owned()))?;
    let local = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    let fine = url.scheme() == "https" || (url.scheme() == "http" && local);
    if fine { Ok(url) } else { Err(SignInError::Url(shown(&url))) }
}

fn client(dial: &Dial, url: &Url) -> Result<reqwest::Client, ClientError> {
    let tls = dial.needs_tls(url.scheme() == "https");
    dial.builder(tls)?.build().map_err(|error| ClientError::Tls(fault::cause(&error)))
}

async fn answer(
    request: reqwest::RequestBuilder,
    url: &Url,
    patience: Duration,
) -> Result<(StatusCode, bytes::Bytes), SignInError> {
    let lost = |why: String| SignInError::NoAnswer(shown(url), why);
    let whole = async {
        let response = request.send().await.map_err(|error| lost(fault::cause(&error)))?;
        let status = response.status();
        let content = body::read(response, CAP).await.map_err(|failure| lost(failure.to_string()))?;
        Ok((status, content))
    };
    timeout(patience, whole).await.unwrap_or_else(|_| Err(lost(format!("not within {patience:?}"))))
}

fn read<T: serde::de::DeserializeOwned>(bytes: &[u8], url: &Url) -> Result<T, SignInError> {
    // The parser's message may quote what it read.
    serde_json::from_slice(bytes)
        .map_err(|_| SignInError::NoToken(shown(url), "its answer does not have what is needed".to_owned()))
}

/// The URL without a user's name, password and query.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    _ = url.set_username("");
    _ = url.set_password(None);
    url.set_query(None);
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_goes_to_no_other_machine_in_clear_text() {
        assert!(safe("https://auth.example.com/token").is_ok() && safe("http://127.0.0.1:1/t").is_ok());
        let refused = safe("http://auth.example.com/token?x=1").expect_err("clear text").to_string();
        assert_eq!(refused, "`http://auth.example.com/token` cannot be asked for a token: it is no https URL");
    }
}
