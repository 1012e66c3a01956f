//! From an answer to what goes over the wire, and the ways in which that can go wrong.

use std::collections::VecDeque;
use std::io::Write;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Version};
use axum::response::Response;
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http_body::{Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use super::answer::{Answer, Content};
use super::behaviour::Behaviour;
use crate::http::is_refused;

/// Time for what was written to reach the client before the answer is broken off.
const FLUSH: Duration = Duration::from_millis(5);
const ENDLESS_CHUNK: usize = 64 * 1024;

/// How the content of an answer is handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Delivery {
    /// At once, its length announced.
    Whole,
    /// In two chunks, no length announced.
    Chunked,
    /// With so many bytes fewer than announced, after which the connection closes.
    Short(u64),
    /// The first half in a chunk, then the connection closes.
    BrokenOff,
    /// The header section and the first half, then nothing, for ever.
    Stalled,
    /// The header section, then nothing, for ever.
    HeadOnly,
    /// One byte per interval, for ever.
    Dripping(Duration),
    /// The content, then spaces without end.
    Endless,
    /// Nothing at all, for ever.
    Never,
    /// No answer: the connection closes.
    Dropped,
}

/// Marks a response in whose place the connection is closed.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the connection is closed by design")]
pub(super) struct Dropped;

/// Makes the response, after the delay that the behaviour asks for.
pub(super) async fn send(answer: Answer, behaviour: &Behaviour, accepts_gzip: bool) -> Response {
    let delay = behaviour.delay.unwrap_or_default() + answer.delay;
    if !delay.is_zero() {
        sleep(delay).await;
    }
    if answer.delivery == Delivery::Never {
        std::future::pending::<()>().await;
    }
    let mut content = match answer.content {
        Content::Json(value) => (behaviour.write)(&value),
        Content::Bytes(bytes) => bytes,
    };
    let mut headers = answer.headers;
    if let Some(content_type) = answer.content_type {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    if behaviour.gzip {
        content = compress(content, accepts_gzip, &mut headers);
    }
    let delivery = if answer.delivery == Delivery::Whole { behaviour.delivery } else { answer.delivery };
    let mut response = Response::new(body(content, delivery));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.headers_mut() = headers;
    if behaviour.is_old {
        *response.version_mut() = Version::HTTP_10;
    }
    if delivery == Delivery::Dropped {
        response.extensions_mut().insert(Dropped);
    }
    response
}

/// Whether a client takes `Content-Encoding: gzip` (RFC 9110 §12.5.3).
pub(super) fn accepts_gzip(headers: &HeaderMap) -> bool {
    let listed: Vec<&str> = headers.get_all("accept-encoding").iter().filter_map(|value| value.to_str().ok()).collect();
    !listed.is_empty() && !is_refused(&listed.join(","), "gzip")
}

fn compress(content: Vec<u8>, accepted: bool, headers: &mut HeaderMap) -> Vec<u8> {
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if !accepted || content.is_empty() {
        return content;
    }
    match gzipped(&content) {
        Some(compressed) => {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            compressed
        }
        None => content,
    }
}

/// The same, compressed.
pub(super) fn gzipped(content: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).and_then(|()| encoder.finish()).ok()
}

fn body(content: Vec<u8>, delivery: Delivery) -> Body {
    let content = Bytes::from(content);
    let (first, second) = (content.slice(..content.len() / 2), content.slice(content.len() / 2..));
    let length = Some(content.len() as u64);
    match delivery {
        Delivery::Whole | Delivery::Never | Delivery::Dropped => Body::from(content),
        Delivery::Chunked => Script::body(None, [Step::Data(first), Step::Data(second)]),
        Delivery::Short(missing) => {
            Script::body(length.map(|length| length + missing), [Step::Data(content), Step::Wait(FLUSH)])
        }
        Delivery::BrokenOff => Script::body(None, [Step::Data(first), Step::Wait(FLUSH), Step::Fail]),
        Delivery::Stalled => Script::body(length, [Step::Data(first), Step::Stall]),
        Delivery::HeadOnly => Script::body(length, [Step::Stall]),
        Delivery::Dripping(interval) => Script::body(None, [Step::Repeat(Bytes::from_static(b" "), interval)]),
        Delivery::Endless => {
            let spaces = Bytes::from(vec![b' '; ENDLESS_CHUNK]);
            Script::body(None, [Step::Data(content), Step::Repeat(spaces, Duration::from_millis(1))])
        }
    }
}

/// What a body does next.
enum Step {
    Data(Bytes),
    Wait(Duration),
    Fail,
    Stall,
    Repeat(Bytes, Duration),
}

/// A body that does step after step.
struct Script {
    announced: Option<u64>,
    steps: VecDeque<Step>,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl Script {
    fn body(announced: Option<u64>, steps: impl IntoIterator<Item = Step>) -> Body {
        Body::new(Self { announced, steps: steps.into_iter().collect(), waiting: None })
    }
}

impl http_body::Body for Script {
    type Data = Bytes;
    type Error = Dropped;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Dropped>>> {
        loop {
            if let Some(waiting) = &mut self.waiting {
                ready!(waiting.as_mut().poll(context));
                self.waiting = None;
            }
            match self.steps.pop_front() {
                None => return Poll::Ready(None),
                Some(Step::Data(data)) => return Poll::Ready(Some(Ok(Frame::data(data)))),
                Some(Step::Fail) => return Poll::Ready(Some(Err(Dropped))),
                Some(Step::Wait(time)) => self.waiting = Some(Box::pin(sleep(time))),
                Some(Step::Stall) => {
                    self.steps.push_front(Step::Stall);
                    return Poll::Pending;
                }
                Some(Step::Repeat(data, interval)) => {
                    self.waiting = Some(Box::pin(sleep(interval)));
                    self.steps.push_front(Step::Repeat(data.clone(), interval));
                    return Poll::Ready(Some(Ok(Frame::data(data))));
                }
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.announced.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepting(value: &'static str) -> bool {
        accepts_gzip(&HeaderMap::from_iter([(axum::http::header::ACCEPT_ENCODING, HeaderValue::from_static(value))]))
    }

    #[test]
    fn gzip_is_used_only_where_the_client_takes_it() {
        assert!(accepting("deflate, gzip;q=0.5"));
        assert!(accepting("*"));
        assert!(!accepting("gzip;q=0"));
        assert!(!accepting("identity"));
        assert!(!accepts_gzip(&HeaderMap::new()));
    }
}
