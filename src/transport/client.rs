use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use tokio::time::{Instant, timeout_at};

use super::encode::Encoder;
use super::limiter::Limiter;
use super::sign_in::Tokens;
use super::{BaseUrl, ClientError, Dial, HttpVersion, Target, Transport, Unsendable, body, fault, pipeline};
use crate::http::{Credential, Exchange, Failure, Headers, Request, Response};

/// Sends requests to one target. Cloning is cheap: clones share connections and rate.
#[derive(Clone, Debug)]
pub struct Client {
    inner: Arc<Inner>,
    credential: Credential,
}

#[derive(Debug)]
struct Inner {
    pooled: reqwest::Client,
    /// Opens a connection for each request.
    unpooled: reqwest::Client,
    /// Writes the names of fields as `Content-Type`, where the others write `content-type`.
    titled: reqwest::Client,
    encoder: Encoder,
    limiter: Option<Limiter>,
    /// Those of an authorization server.
    tokens: Option<Tokens>,
    timeout: Duration,
    body_cap: u64,
    pub(super) base_url: BaseUrl,
    pub(super) dial: Dial,
}

/// What came of a request that may have gone out on a used connection.
#[derive(Clone, Debug)]
pub enum Sent {
    /// The exchange: to be judged.
    Exchange(Exchange),
    /// A connection that was kept open ended just then, which is any server's right (RFC 9112 §9.5) and says nothing about the
    /// contract. Whether the server acted on the request is unknown: take note of what it may have created, make the
    /// request anew with another identity, and pass that to [`Client::send_fresh`].
    Stale(Exchange),
}

/// An end of waiting that comes so late was held up by the program itself, which had another answer to judge: what the server sent
/// meanwhile is still to be read.
const LATE: Duration = Duration::from_millis(100);
/// So often that may be.
const MOST_DELAYS: usize = 3;
/// How long a connection is kept unused: less than the five seconds after which common servers close theirs.
const IDLE: Duration = Duration::from_secs(4);

impl Client {
    /// A client for a target. Connects to nothing yet.
    ///
    /// # Errors
    /// [`ClientError`] where a file that the target names cannot be used, or TLS cannot be set up.
    pub fn new(target: &Target) -> Result<Self, ClientError> {
        // Else no connection and no answer could not be told apart.
        let connect_timeout = target.dial.connect_timeout.min(target.timeout.mul_f64(0.9));
        let dial = Dial { connect_timeout, ..target.dial.clone() };
        let tls = dial.needs_tls(target.base_url.is_https());
        let build = |idle: usize, titled: bool| {
            let mut builder = dial.builder(tls)?.pool_max_idle_per_host(idle).pool_idle_timeout(IDLE);
            if titled {
                builder = builder.http1_title_case_headers();
            }
            builder.build().map_err(|error| ClientError::Tls(fault::cause(&error)))
        };
        let inner = Inner {
            pooled: build(usize::MAX, false)?,
            unpooled: build(0, false)?,
            titled: build(0, true)?,
            encoder: Encoder::new(&target.base_url, &target.headers, &target.query)?,
            tokens: Tokens::of(target),
            limiter: target.rate.and_then(Limiter::new),
            timeout: target.timeout,
            body_cap: target.body_cap,
            base_url: target.base_url.clone(),
            dial,
        };
        Ok(Self { inner: Arc::new(inner), credential: Credential::Right })
    }

    /// The same client, except that it leaves out those of the target's headers that carry credentials.
    #[must_use]
    pub fn without_credentials(&self) -> Self {
        self.with_credential(Credential::None)
    }

    /// The same client, except that those of the target's headers that carry credentials carry this one.
    #[must_use]
    pub fn with_credential(&self, credential: Credential) -> Self {
        Self { inner: Arc::clone(&self.inner), credential }
    }

    /// Sends a request once, on a connection that may have been used before.
    ///
    /// # Errors
    /// [`Unsendable`] where the request cannot be put into HTTP. Whatever goes wrong on the way is in the exchange.
    pub async fn send(&self, request: Request) -> Result<Sent, Unsendable> {
        self.exchange(&self.inner.pooled, request).await.map(Sent::of)
    }

    /// Sends a request once, on a connection of its own: that it ends without an answer is the server's fault then.
    ///
    /// # Errors
    /// [`Unsendable`] where the request cannot be put into HTTP. Whatever goes wrong on the way is in the exchange.
    pub async fn send_fresh(&self, request: Request) -> Result<Exchange, Unsendable> {
        self.exchange(&self.inner.unpooled, request).await
    }

    /// Sends several requests on a connection of their own, each before those before it are answered; none where that
    /// cannot be done: over TLS, through a proxy or over HTTP/2.
    async fn pipeline(&self, requests: &[(Request, Credential)]) -> Result<Option<Vec<Sent>>, Unsendable> {
        let mut all = Vec::with_capacity(requests.len());
        for (request, credential) in requests {
            let client = self.with_credential(*credential);
            let mut encoded = self.inner.encoder.encode(request, *credential)?;
            if !self.can_pipeline() || !pipeline::can_write(&encoded) {
                return Ok(None);
            }
            client.renew(&mut encoded, request).await;
            all.push(encoded);
        }
        if let Some(limiter) = &self.inner.limiter {
            for _ in &all {
                limiter.wait().await;
            }
        }
        let sent_at = milliseconds_since_epoch();
        let Inner { timeout, body_cap, ref dial, .. } = *self.inner;
        let limits = pipeline::Limits { connecting: dial.connect_timeout, answer: timeout, body: body_cap };
        let answered = pipeline::answers(&all, &limits).await;
        let sent = requests.iter().zip(answered).map(|((request, _), (elapsed, received))| {
            let outcome = received.and_then(|received| {
                let body = body::decode(&received.fields, received.content, body_cap)?;
                Ok(response_of(received.status, &received.fields, body))
            });
            Sent::of(Exchange { request: request.clone(), sent_at, elapsed, outcome })
        });
        Ok(Some(sent.collect()))
    }

    /// Whether requests go out over plain HTTP/1.1, straight to the server.
    fn can_pipeline(&self) -> bool {
        let Dial { proxy, http_version, .. } = &self.inner.dial;
        !self.inner.base_url.is_https() && proxy.is_none() && *http_version != HttpVersion::Http2
    }

    pub(super) fn base_url(&self) -> &BaseUrl {
        &self.inner.base_url
    }

    pub(super) fn dial(&self) -> &Dial {
        &self.inner.dial
    }

    async fn exchange(&self, client: &reqwest::Client, request: Request) -> Result<Exchange, Unsendable> {
        let mut encoded = self.inner.encoder.encode(&request, self.credential)?;
        self.renew(&mut encoded, &request).await;
        if let Some(limiter) = &self.inner.limiter {
            limiter.wait().await;
        }
        let sent_at = milliseconds_since_epoch();
        let started = Instant::now();
        let client = if is_titled(&request) { &self.inner.titled } else { client };
        let outcome = self.receive(client, encoded, started).await;
        Ok(Exchange { request, sent_at, elapsed: started.elapsed(), outcome })
    }

    /// Puts the token that holds now in place of the first one.
    async fn renew(&self, encoded: &mut reqwest::Request, request: &Request) {
        let Some(tokens) = &self.inner.tokens else { return };
        if self.credential.is_wrong() || request.headers.contains("authorization") {
            return;
        }
        if let Ok(mut value) = HeaderValue::from_str(&tokens.authorization().await) {
            value.set_sensitive(true);
            encoded.headers_mut().insert(AUTHORIZATION, value);
        }
    }

    /// One timeout spans it all: a limit on each read alone would let an answer drip for ever.
    async fn receive(
        &self,
        client: &reqwest::Client,
        encoded: reqwest::Request,
        started: Instant,
    ) -> Result<Response, Failure> {
        let Inner { timeout, body_cap, .. } = *self.inner;
        let mut begun = false;
        let answer = async {
            let mut response = client.execute(encoded).await.map_err(|error| fault::without_answer(&error))?;
            begun = true;
            let status = response.status().as_u16();
            let fields = std::mem::take(response.headers_mut());
            let content = body::read(response, body_cap).await?;
            let body = body::decode(&fields, content, body_cap)?;
            Ok(response_of(status, &fields, body))
        };
        let outcome = until(started + timeout, timeout, answer).await;
        outcome.unwrap_or_else(|| Err(if begun { Failure::Stalled(timeout) } else { Failure::NoAnswer(timeout) }))
    }
}

/// What comes of `answer` until then; none where nothing does. Time in which nothing could be read is given again.
async fn until<T>(mut deadline: Instant, timeout: Duration, answer: impl Future<Output = T>) -> Option<T> {
    let mut answer = pin!(answer);
    for _ in 0..=MOST_DELAYS {
        match timeout_at(deadline, &mut answer).await {
            Ok(outcome) => return Some(outcome),
            Err(_) if Instant::now() > deadline + LATE => deadline = Instant::now() + timeout,
            Err(_) => break,
        }
    }
    None
}

fn response_of(status: u16, fields: &HeaderMap, body: Bytes) -> Response {
    let headers: Headers = fields.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    Response { status, headers, body }
}

/// Whether the request writes the name of a field with a capital: HTTP/1.1 sends it so, and all others likewise.
fn is_titled(request: &Request) -> bool {
    request.headers.iter().any(|(name, _)| name.starts_with(|first: char| first.is_ascii_uppercase()))
}

impl Transport for Client {
    async fn send(&self, request: Request, credential: Credential) -> Result<Sent, Unsendable> {
        Self::send(&self.with_credential(credential), request).await
    }

    async fn send_fresh(&self, request: Request, credential: Credential) -> Result<Exchange, Unsendable> {
        Self::send_fresh(&self.with_credential(credential), request).await
    }

    async fn send_at_once(&self, requests: Vec<(Request, Credential)>) -> Result<Vec<Sent>, Unsendable> {
        if let Some(all) = self.pipeline(&requests).await? {
            return Ok(all);
        }
        let mut all = Vec::with_capacity(requests.len());
        for (request, credential) in requests {
            all.push(Transport::send(self, request, credential).await?);
        }
        Ok(all)
    }
}

impl Sent {
    /// What an exchange on a connection that may have been used before comes to.
    pub fn of(exchange: Exchange) -> Self {
        if is_stale(&exchange) { Self::Stale(exchange) } else { Self::Exchange(exchange) }
    }
}

/// Some servers say 408 on a connection that they close for being unused (RFC 9110 §15.5.9): a request that goes out at
/// that moment meets it. On a connection of its own, a 408 is an answer to the request.
fn is_stale(exchange: &Exchange) -> bool {
    match &exchange.outcome {
        Err(Failure::Closed(_)) => true,
        Ok(response) => response.status == 408,
        Err(_) => false,
    }
}

#[expect(clippy::disallowed_methods, reason = "an exchange says when it was sent")]
pub(crate) fn milliseconds_since_epoch() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
