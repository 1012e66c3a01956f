//! A client for the tests: bytes out, bytes in, nothing hidden.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// More than any answer of a sound server, less than a huge one.
const CAP: usize = 4 * 1024 * 1024;
/// So long that only a server that hangs exceeds it.
const PATIENCE: Duration = Duration::from_secs(20);

/// What comes before the answer to a client that asks for leave to send its body.
const LEAVE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// How an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Closed,
    TimedOut,
    Capped,
}

/// All that came back on a connection; status 0 where there is no status line.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) head: String,
    /// The content, chunks joined, a gzip coding left as it is.
    pub(super) body: Vec<u8>,
    pub(super) end: End,
}

impl Reply {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    pub(super) fn text(&self) -> String {
        if self.header("content-encoding") == Some("gzip") {
            let mut text = String::new();
            flate2::read::GzDecoder::new(self.body.as_slice()).read_to_string(&mut text).unwrap();
            return text;
        }
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text()).map_err(|error| format!("{error}: {self:?}")).unwrap()
    }
}

/// A create, with further header fields, each ended by CR LF.
pub(super) fn post(body: &str, fields: &str) -> Vec<u8> {
    let length = body.len();
    let head = "POST /users HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n";
    format!("{head}{fields}content-length: {length}\r\n\r\n{body}").into_bytes()
}

/// Sends a request and reads until the server closes.
pub(super) fn ask(address: SocketAddr, request: &[u8]) -> Reply {
    ask_for(address, request, PATIENCE)
}

/// Sends a request and reads until the server closes, or nothing has come for so long.
pub(super) fn ask_for(address: SocketAddr, request: &[u8], patience: Duration) -> Reply {
    let mut stream = TcpStream::connect(address).unwrap();
    // A server that closes early has answered, or will not.
    let _ = stream.write_all(request);
    receive(&mut stream, patience)
}

/// Reads one answer, or what comes of it before nothing has come for so long. Leaves the connection open.
pub(super) fn receive(stream: &mut TcpStream, patience: Duration) -> Reply {
    stream.set_read_timeout(Some(patience)).unwrap();
    let (mut bytes, mut buffer) = (Vec::new(), vec![0; 64 * 1024]);
    let end = loop {
        match Read::read(stream, &mut buffer) {
            Ok(0) => break End::Closed,
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => break End::TimedOut,
            Err(_) => break End::Closed,
        }
        if bytes.len() > CAP {
            break End::Capped;
        }
        if is_whole(&bytes) {
            break End::Closed;
        }
    };
    reply(bytes.strip_prefix(LEAVE).unwrap_or(&bytes), end)
}

/// Reads one answer whose length is announced, and leaves the connection open.
pub(super) fn read_one(stream: &mut TcpStream) -> String {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut bytes = Vec::new();
    while !is_whole(&bytes) {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        bytes.push(byte[0]);
    }
    String::from_utf8(bytes).unwrap()
}

fn is_whole(bytes: &[u8]) -> bool {
    let Some((head, body)) = split(bytes.strip_prefix(LEAVE).unwrap_or(bytes)) else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    length == Some(body.len())
}

fn split(bytes: &[u8]) -> Option<(String, &[u8])> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    Some((String::from_utf8_lossy(&bytes[..end]).into_owned(), &bytes[end + 4..]))
}

fn reply(bytes: &[u8], end: End) -> Reply {
    let (head, body) = split(bytes).unwrap_or_default();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    let body = if head.contains("transfer-encoding: chunked") { joined(body) } else { body.to_vec() };
    Reply { status, head, body, end }
}

/// The content of chunks, as far as it came.
fn joined(mut chunks: &[u8]) -> Vec<u8> {
    let mut content = Vec::new();
    while let Some(at) = chunks.windows(2).position(|window| window == b"\r\n") {
        let size = std::str::from_utf8(&chunks[..at]).ok().and_then(|size| usize::from_str_radix(size, 16).ok());
        let Some(chunk) = size.and_then(|size| chunks.get(at + 2..at + 2 + size)) else { break };
        content.extend_from_slice(chunk);
        chunks = chunks.get(at + 4 + chunk.len()..).unwrap_or_default();
    }
    content
}
