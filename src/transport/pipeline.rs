//! Requests in a row on a connection of their own, each sent before those before it are answered (RFC 9112 §9.3.2).
//!
//! The HTTP client does not do that. What it would send is written here, and what comes back is read with the parser of
//! heads and chunk sizes that it has itself.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::Body;
use reqwest::header::{CONTENT_LENGTH, HOST, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};

use super::fault;
use crate::http::Failure;

/// More fields than an answer has.
const FIELDS: usize = 256;
/// A longer head, or a longer line before a chunk, is none.
const LONGEST: usize = 256 * 1024;

/// An answer as it came.
#[derive(Debug, PartialEq)]
pub(super) struct Received {
    pub(super) status: u16,
    pub(super) fields: HeaderMap,
    pub(super) content: Bytes,
}

/// How long is waited, and how much is read.
pub(super) struct Limits {
    /// For the connection.
    pub(super) connecting: Duration,
    /// For all answers.
    pub(super) answer: Duration,
    /// The longest content that is read, in bytes.
    pub(super) body: u64,
}

/// Sends all at once, and gives the answer to each with the time that it took: [`Failure::Closed`] where the connection
/// ended before it came, as it may behind any answer, or where it cannot be told from what came before.
pub(super) async fn answers(
    requests: &[reqwest::Request],
    limits: &Limits,
) -> Vec<(Duration, Result<Received, Failure>)> {
    let started = Instant::now();
    let mut all = Vec::with_capacity(requests.len());
    let opened = open(requests, limits).await;
    let mut answers = match opened {
        Ok(answers) => answers,
        Err(failure) => {
            all.push((started.elapsed(), Err(failure)));
            return unread(all, requests.len(), started);
        }
    };
    let deadline = started + limits.answer;
    for number in 1..=requests.len() {
        let late = || Err(Failure::NoAnswer(limits.answer));
        let mut answer = timeout_at(deadline, answers.next()).await.unwrap_or_else(|_| late());
        if number == requests.len() && answer.is_ok() && !answers.read.is_empty() {
            answer = Err(Failure::Broken("more bytes follow behind its end".into()));
        }
        let is_last = answer.is_err();
        all.push((started.elapsed(), answer));
        if is_last {
            break;
        }
    }
    unread(all, requests.len(), started)
}

/// What came, and that nothing else did.
fn unread(
    mut all: Vec<(Duration, Result<Received, Failure>)>,
    count: usize,
    started: Instant,
) -> Vec<(Duration, Result<Received, Failure>)> {
    let missing = || (started.elapsed(), Err(Failure::Closed("the connection ended before it was answered".into())));
    all.resize_with(count, missing);
    all
}

/// A connection on which all requests were written.
async fn open(requests: &[reqwest::Request], limits: &Limits) -> Result<Answers, Failure> {
    let Some(url) = requests.first().map(reqwest::Request::url) else {
        return Err(Failure::Closed("there was nothing to send".into()));
    };
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let connecting = TcpStream::connect((host, url.port_or_known_default().unwrap_or(80)));
    let connected = timeout(limits.connecting, connecting).await.unwrap_or_else(|elapsed| Err(elapsed.into()));
    let mut stream = connected.map_err(|error| Failure::Connect(fault::cause(&error)))?;
    let mut all = Vec::new();
    requests.iter().for_each(|request| write(request, &mut all));
    // A server may refuse the first and close before it has read the others: what it answered is still read.
    _ = timeout(limits.answer, stream.write_all(&all)).await;
    Ok(Answers { stream, read: BytesMut::new(), cap: limits.body })
}

/// Whether a request can be written here: those of which the length is not known cannot.
pub(super) fn can_write(request: &reqwest::Request) -> bool {
    request.body().is_none_or(|body| body.as_bytes().is_some())
}

fn write(request: &reqwest::Request, out: &mut Vec<u8>) {
    let url = request.url();
    let query = url.query().map_or_else(String::new, |query| format!("?{query}"));
    let line = format!("{} {}{query} HTTP/1.1\r\n", request.method(), url.path());
    out.extend(line.as_bytes());
    let mut field = |name: &str, value: &[u8]| out.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
    if !request.headers().contains_key(HOST) {
        let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
        field("host", format!("{}{port}", url.host_str().unwrap_or_default()).as_bytes());
    }
    request.headers().iter().for_each(|(name, value)| field(name.as_str(), value.as_bytes()));
    let content = request.body().and_then(Body::as_bytes);
    if let Some(content) = content {
        field("content-length", content.len().to_string().as_bytes());
    }
    out.extend(b"\r\n");
    out.extend(content.unwrap_or_default());
}

/// The answers on a connection, one after another.
struct Answers {
    stream: TcpStream,
    read: BytesMut,
    cap: u64,
}

impl Answers {
    /// The next one that is final (RFC 9110 §15.2).
    async fn next(&mut self) -> Result<Received, Failure> {
        loop {
            let (status, fields) = self.head().await?;
            if status >= 200 {
                let content = self.content(status, &fields).await?;
                return Ok(Received { status, fields, content });
            }
        }
    }

    async fn head(&mut self) -> Result<(u16, HeaderMap), Failure> {
        loop {
            if let Some((length, status, fields)) = parse(&self.read)? {
                _ = self.read.split_to(length);
                return Ok((status, fields));
            }
            self.more().await?;
        }
    }

    /// The content, as the fields say where it ends (RFC 9112 §6.3).
    async fn content(&mut self, status: u16, fields: &HeaderMap) -> Result<Bytes, Failure> {
        let field = |name| fields.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        if matches!(status, 204 | 304) {
            return Ok(Bytes::new());
        }
        if field(TRANSFER_ENCODING).is_some_and(|codings| codings.to_ascii_lowercase().ends_with("chunked")) {
            return self.chunks().await;
        }
        match field(CONTENT_LENGTH).map(|length| length.trim().parse()) {
            Some(Ok(length)) => self.exactly(length).await,
            Some(Err(_)) => Err(Failure::Broken("its Content-Length is no number".into())),
            None => self.until_it_ends().await,
        }
    }

    async fn chunks(&mut self) -> Result<Bytes, Failure> {
        let mut whole = BytesMut::new();
        loop {
            let size = loop {
                match httparse::parse_chunk_size(&self.read) {
                    Ok(httparse::Status::Complete((length, size))) => {
                        _ = self.read.split_to(length);
                        break size;
                    }
                    Ok(httparse::Status::Partial) => self.more().await?,
                    Err(_) => return Err(Failure::Broken("the size of a chunk is malformed".into())),
                }
            };
            if size == 0 {
                self.trailers().await?;
                return Ok(whole.freeze());
            }
            whole.extend(self.exactly(size).await?);
            if whole.len() as u64 > self.cap {
                return Err(Failure::TooLarge(self.cap));
            }
            self.exactly(2).await?;
        }
    }

    /// What stands behind the last chunk: lines to an empty one.
    async fn trailers(&mut self) -> Result<(), Failure> {
        loop {
            match self.read.windows(2).position(|pair| pair == b"\r\n") {
                Some(0) => {
                    _ = self.read.split_to(2);
                    return Ok(());
                }
                Some(at) => _ = self.read.split_to(at + 2),
                None => self.more().await?,
            }
        }
    }

    async fn exactly(&mut self, length: u64) -> Result<Bytes, Failure> {
        let fits = usize::try_from(length).ok().filter(|_| length <= self.cap);
        let length = fits.ok_or(Failure::TooLarge(self.cap))?;
        while self.read.len() < length {
            self.more().await?;
        }
        Ok(self.read.split_to(length).freeze())
    }

    async fn until_it_ends(&mut self) -> Result<Bytes, Failure> {
        loop {
            match self.more().await {
                Ok(()) if self.read.len() as u64 > self.cap => return Err(Failure::TooLarge(self.cap)),
                Ok(()) => {}
                Err(Failure::Closed(_)) => return Ok(self.read.split().freeze()),
                Err(failure) => return Err(failure),
            }
        }
    }

    /// Reads more; [`Failure::Closed`] where nothing comes any more.
    async fn more(&mut self) -> Result<(), Failure> {
        match self.stream.read_buf(&mut self.read).await {
            Ok(0) => Err(Failure::Closed("the connection ended".into())),
            Ok(_) => Ok(()),
            Err(error) => Err(Failure::Closed(fault::cause(&error))),
        }
    }
}

/// The head at the beginning of `read`: its length, the status and the fields; none where more of it is to come.
fn parse(read: &[u8]) -> Result<Option<(usize, u16, HeaderMap)>, Failure> {
    let mut fields = [httparse::EMPTY_HEADER; FIELDS];
    let mut head = httparse::Response::new(&mut fields);
    let length = match head.parse(read) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) if read.len() < LONGEST => return Ok(None),
        Ok(httparse::Status::Partial) => return Err(Failure::Broken("its head has no end".into())),
        Err(error) => return Err(Failure::Broken(fault::cause(&error))),
    };
    let mut all = HeaderMap::new();
    for field in head.headers.iter() {
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(field.name.as_bytes()), HeaderValue::from_bytes(field.value))
        {
            all.append(name, value);
        }
    }
    Ok(Some((length, head.code.unwrap_or_default(), all)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    /// What is read of the second answer, or what is wrong with the first, where a server writes `text` and closes, and what it was sent.
    async fn second(text: &'static str) -> (Result<Received, Failure>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/users?a=b", listener.local_addr().expect("an address"));
        let server = async {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut sent = BytesMut::new();
            while sent.windows(6).filter(|part| part == b"{\"a\":1").count() < 2 {
                stream.read_buf(&mut sent).await.expect("a request");
            }
            stream.write_all(text.as_bytes()).await.expect("it is read");
            String::from_utf8_lossy(&sent).into_owned()
        };
        let request = || {
            let mut request = reqwest::Request::new(reqwest::Method::POST, url.parse().expect("a URL"));
            *request.body_mut() = Some(r#"{"a":1}"#.into());
            request
        };
        let five = Duration::from_secs(5);
        let limits = Limits { connecting: five, answer: five, body: 1_000 };
        let requests = [request(), request()];
        let (all, sent) = tokio::join!(answers(&requests, &limits), server);
        assert_eq!(all.len(), 2);
        (all.into_iter().map(|(_, received)| received).reduce(|first, second| first.and(second)).expect("two"), sent)
    }

    const FIRST: &str = "HTTP/1.1 400 Bad Request\r\ncontent-length: 3\r\n\r\nbad";

    #[tokio::test]
    async fn both_go_out_before_an_answer_comes_and_the_second_answer_is_told() {
        let (received, sent) = second(
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 3\r\n\r\nbadHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\
             transfer-encoding: chunked\r\nx-a: b\r\n\r\n2\r\n{}\r\n1;x=y\r\n \r\n0\r\ntrailer: x\r\n\r\n",
        )
        .await;
        let received = received.expect("an answer");
        assert_eq!((received.status, received.content.as_ref()), (200, b"{} ".as_slice()));
        assert_eq!(received.fields["x-a"], "b");
        assert_eq!(sent.matches("POST /users?a=b HTTP/1.1\r\nhost: 127.0.0.1:").count(), 2, "{sent}");
        assert_eq!(sent.matches("content-length: 7\r\n\r\n{\"a\":1}").count(), 2, "{sent}");
    }

    #[tokio::test]
    async fn a_connection_that_ends_after_the_first_answer_is_closed() {
        let (received, _) = second(FIRST).await;
        assert!(matches!(received, Err(Failure::Closed(_))), "{received:?}");
        let (received, _) = second("HTTP/1.1 400 Bad Request\r\n\r\nall to the end").await;
        assert!(matches!(received, Err(Failure::Closed(_))), "{received:?}");
    }

    #[tokio::test]
    async fn what_is_no_answer_or_too_large_is_told() {
        let broken = second("HTTP/1.1 400 Bad Request\r\ncontent-length: 3\r\n\r\nbad}\r\nxx\r\n\r\n").await.0;
        assert!(matches!(broken, Err(Failure::Broken(_))), "{broken:?}");
        let ok = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
        for (more, broken) in [("", false), ("\r\nxx", true), (ok, true)] {
            let text = format!("{FIRST}{ok}{more}").leak();
            let received = second(text).await.0;
            assert_eq!(matches!(received, Err(Failure::Broken(_))), broken, "{received:?}");
        }
        let large = second("HTTP/1.1 400 Bad Request\r\ncontent-length: 30000\r\n\r\nbad").await.0;
        assert_eq!(large, Err(Failure::TooLarge(1_000)));
    }
}
