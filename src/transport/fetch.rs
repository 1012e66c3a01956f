use std::time::Duration;

use reqwest::{Url, header, redirect};
use tokio::time::{Instant, timeout_at};

use super::{ClientError, Dial, body, fault};
use crate::http::Failure;

/// Longest document, in bytes.
const CAP: u64 = 64 << 20;
/// How many redirects are followed.
const REDIRECTS: usize = 5;

/// Why a document could not be fetched. The URL is shown without credentials and query.
#[derive(Debug, thiserror::Error)]
#[error("cannot fetch `{url}`: {cause}")]
pub struct FetchError {
    /// The document's URL.
    pub url: String,
    /// What went wrong.
    #[source]
    pub cause: FetchCause,
}

/// What went wrong with a document.
#[derive(Debug, thiserror::Error)]
pub enum FetchCause {
    /// It is no `http` or `https` URL.
    #[error("it is no http or https URL")]
    Url,
    /// The client could not be made.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// No complete answer came.
    #[error(transparent)]
    Failure(#[from] Failure),
    /// Another status than 200.
    #[error("the server answered with status {0}")]
    Status(u16),
    /// Redirects went on, or led from https to http.
    #[error("its redirects are too many, or lead from https to http")]
    Redirects,
}

/// Fetches an OpenAPI document, following up to five redirects. What comes is up to 64 MiB long, its coding undone.
///
/// # Errors
/// [`FetchError`] where the answer is not a whole 200 within `timeout`.
pub async fn fetch_document(url: &str, dial: &Dial, timeout: Duration) -> Result<Vec<u8>, FetchError> {
    let parsed = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let shown = shown(url, parsed.as_ref());
    let fetched = match parsed {
        Some(parsed) => fetch(parsed, dial, timeout).await,
        None => Err(FetchCause::Url),
    };
    fetched.map_err(|cause| FetchError { url: shown, cause })
}

async fn fetch(url: Url, dial: &Dial, timeout: Duration) -> Result<Vec<u8>, FetchCause> {
    let client = client(dial, true).or_else(|error| {
        // A redirect may lead to https, so certificates are loaded; but http does without where there are none.
        if url.scheme() == "http" { client(dial, false) } else { Err(error) }
    })?;
    let deadline = Instant::now() + timeout;
    let request = client
        .get(url)
        .header(header::USER_AGENT, concat!("proofmark/", env!("CARGO_PKG_VERSION")))
        .header(header::ACCEPT_ENCODING, "gzip");
    let mut response =
        timeout_at(deadline, request.send()).await.map_err(|_| Failure::NoAnswer(timeout))?.map_err(|error| {
            if error.is_redirect() { FetchCause::Redirects } else { fault::without_answer(&error).into() }
        })?;
    if response.status() != reqwest::StatusCode::OK {
        return Err(FetchCause::Status(response.status().as_u16()));
    }
    let fields = std::mem::take(response.headers_mut());
    let content = timeout_at(deadline, body::read(response, CAP)).await.map_err(|_| Failure::Stalled(timeout))??;
    Ok(body::decode(&fields, content, CAP)?.into())
}

fn client(dial: &Dial, tls: bool) -> Result<reqwest::Client, ClientError> {
    let built = dial.builder(tls)?.redirect(policy()).build();
    built.map_err(|error| ClientError::Tls(fault::cause(&error)))
}

fn policy() -> redirect::Policy {
    redirect::Policy::custom(|attempt| {
        let leaves_tls =
            attempt.url().scheme() == "http" && attempt.previous().iter().any(|url| url.scheme() == "https");
        if leaves_tls || attempt.previous().len() > REDIRECTS { attempt.error("refused") } else { attempt.follow() }
    })
}

fn shown(text: &str, url: Option<&Url>) -> String {
    let Some(url) = url else {
        return if text.contains('@') { crate::http::REDACTED.to_owned() } else { text.to_owned() };
    };
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}{}", url.scheme(), url.host_str().unwrap_or_default(), url.path())
}
