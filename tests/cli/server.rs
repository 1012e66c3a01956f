//! Servers for the binary to meet: the embedded one, broken or not, and small ones that see what is sent.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use proofmark::reference::{Fault, Options, Running, start};

/// The embedded server, keeping the contract.
pub(crate) fn sound() -> Running {
    start(Options::default()).expect("a server")
}

/// The embedded server, broken in one way.
pub(crate) fn broken(fault: &str) -> Running {
    start(Options { fault: Some(Fault::named(fault).expect("a fault")), ..Options::default() }).expect("a server")
}

/// The embedded server, behind a token.
pub(crate) fn guarded(token: &str) -> Running {
    start(Options { require_auth: Some(token.into()), ..Options::default() }).expect("a server")
}

pub(crate) fn url(address: SocketAddr) -> String {
    format!("http://{address}")
}

/// An address at which nothing listens.
pub(crate) fn nowhere() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address")
}

/// What a server saw.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) connections: AtomicUsize,
    pub(crate) requests: Mutex<Vec<Message>>,
    pub(crate) at_once: AtomicUsize,
    under_way: AtomicUsize,
}

/// A request or an answer.
#[derive(Clone)]
pub(crate) struct Message {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Message {
    fn read(stream: &mut TcpStream) -> Option<Self> {
        let head = until(stream, "\r\n\r\n")?;
        let body = match header(&head, "content-length") {
            Some(length) => exactly(stream, length.parse().ok()?)?,
            None if header(&head, "transfer-encoding").is_some() => chunks(stream)?,
            None => Vec::new(),
        };
        Some(Self { head, body })
    }

    /// An answer of JSON.
    pub(crate) fn json(status: &str, body: &str) -> Self {
        let head =
            format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
        Self { head, body: body.into() }
    }

    fn bytes(&self) -> Vec<u8> {
        [self.head.as_bytes(), &self.body].concat()
    }

    /// The body without what marks its chunks, as JSON.
    pub(crate) fn json_body(&self) -> serde_json::Value {
        let content = match header(&self.head, "transfer-encoding") {
            Some(_) => without_chunks(&self.body),
            None => self.body.clone(),
        };
        serde_json::from_slice(&content).expect("JSON")
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes()).into_owned()
    }
}

fn header<'a>(head: &'a str, wanted: &str) -> Option<&'a str> {
    let headers = head.lines().filter_map(|line| line.split_once(':'));
    headers.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim())
}

/// What comes up to and with `end`.
fn until(stream: &mut TcpStream, end: &str) -> Option<String> {
    let mut read = Vec::new();
    while !read.ends_with(end.as_bytes()) {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        read.push(byte[0]);
    }
    String::from_utf8(read).ok()
}

fn exactly(stream: &mut TcpStream, length: usize) -> Option<Vec<u8>> {
    let mut read = vec![0; length];
    stream.read_exact(&mut read).ok()?;
    Some(read)
}

/// A body in chunks (RFC 9112 section 7.1), as it was sent: what passes it on changes nothing.
fn chunks(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = until(stream, "\r\n")?;
        let size = usize::from_str_radix(line.trim(), 16).ok()?;
        body.extend(line.into_bytes());
        body.extend(exactly(stream, size + "\r\n".len())?);
        if size == 0 {
            return Some(body);
        }
    }
}

fn without_chunks(mut body: &[u8]) -> Vec<u8> {
    let mut content = Vec::new();
    while let Some(end) = body.windows(2).position(|pair| pair == b"\r\n") {
        let size = usize::from_str_radix(&String::from_utf8_lossy(&body[..end]), 16).expect("a size");
        content.extend(&body[end + 2..][..size]);
        body = &body[end + 2 + size + 2..];
    }
    content
}

/// Answers each request by what `answer` makes of it, and keeps what it saw. It ends with the test's process.
pub(crate) fn answering(answer: impl Fn(&Message) -> Message + Send + Sync + 'static) -> (SocketAddr, Arc<Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let seen = Arc::new(Seen::default());
    let (answer, witness) = (Arc::new(answer), Arc::clone(&seen));
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            witness.connections.fetch_add(1, Ordering::SeqCst);
            let (answer, witness) = (Arc::clone(&answer), Arc::clone(&witness));
            thread::spawn(move || converse(stream, &*answer, &witness));
        }
    });
    (address, seen)
}

fn converse(mut stream: TcpStream, answer: &dyn Fn(&Message) -> Message, seen: &Seen) {
    while let Some(request) = Message::read(&mut stream) {
        let now = seen.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        seen.at_once.fetch_max(now, Ordering::SeqCst);
        let reply = answer(&request);
        seen.requests.lock().expect("a lock").push(request);
        seen.under_way.fetch_sub(1, Ordering::SeqCst);
        if stream.write_all(&reply.bytes()).is_err() {
            return;
        }
    }
}

/// Passes every request on to another server, and keeps what it saw.
pub(crate) fn passing_on_to(other: SocketAddr) -> (SocketAddr, Arc<Seen>) {
    answering(move |request| {
        let mut stream = TcpStream::connect(other).expect("a connection");
        stream.write_all(&request.bytes()).expect("a request");
        Message::read(&mut stream).expect("an answer")
    })
}
