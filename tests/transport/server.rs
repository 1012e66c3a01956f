//! Servers that do what a test tells them, and requests to them.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use proofmark::http::{Exchange, Failure, Headers, Request, Response};
use proofmark::transport::{BaseUrl, Client, Sent, Target};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

pub(crate) const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

/// A server that does to each connection what its script says, and keeps what it was sent.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) connections: Arc<AtomicUsize>,
    pub(crate) requests: Arc<Mutex<Vec<Vec<u8>>>>,
}

/// One accepted connection.
pub(crate) struct Peer<S = TcpStream> {
    pub(crate) stream: S,
    pub(crate) requests: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Server {
    /// `script` gets each connection and its number, from zero.
    pub(crate) async fn start<F: Future<Output = ()> + Send + 'static>(
        script: impl Fn(usize, Peer) -> F + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let server = Self {
            address: listener.local_addr().expect("an address"),
            connections: Arc::default(),
            requests: Arc::default(),
        };
        let (connections, requests) = (Arc::clone(&server.connections), Arc::clone(&server.requests));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let number = connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(script(number, Peer { stream, requests: Arc::clone(&requests) }));
            }
        });
        server
    }

    /// Gives this answer to every request.
    pub(crate) async fn answering(answer: impl Into<Vec<u8>>) -> Self {
        let answer: Arc<[u8]> = answer.into().into();
        Self::start(move |_, mut peer| {
            let answer = Arc::clone(&answer);
            async move { while peer.request().await.is_some() && peer.answer(&answer).await {} }
        })
        .await
    }

    /// Gives this answer to one request on each connection, then closes it.
    pub(crate) async fn closing_after(answer: impl Into<Vec<u8>>) -> Self {
        let answer: Arc<[u8]> = answer.into().into();
        Self::start(move |_, mut peer| {
            let answer = Arc::clone(&answer);
            async move {
                peer.request().await;
                peer.answer(&answer).await;
            }
        })
        .await
    }

    pub(crate) fn target(&self) -> Target {
        Target::new("test", BaseUrl::parse(&format!("http://{}", self.address)).expect("a base URL"))
    }

    pub(crate) fn client(&self) -> Client {
        client(&self.target())
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn requests(&self) -> Vec<Vec<u8>> {
        self.requests.lock().expect("no panic").clone()
    }

    pub(crate) fn request(&self) -> String {
        String::from_utf8_lossy(self.requests().last().expect("a request")).into_owned()
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Peer<S> {
    /// Reads one request, its body included; none at the end of the connection.
    pub(crate) async fn request(&mut self) -> Option<Vec<u8>> {
        let mut read = Vec::new();
        while !is_whole(&read) {
            match self.stream.read_u8().await {
                Ok(byte) => read.push(byte),
                Err(_) => return None,
            }
        }
        self.requests.lock().expect("no panic").push(read.clone());
        Some(read)
    }

    pub(crate) async fn answer(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).await.is_ok() && self.stream.flush().await.is_ok()
    }
}

pub(crate) fn is_whole(read: &[u8]) -> bool {
    let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&read[..end]);
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
    read.len() >= end + 4 + length.unwrap_or(0)
}

pub(crate) fn client(target: &Target) -> Client {
    Client::new(target).expect("a client")
}

pub(crate) fn post(body: impl Into<Bytes>) -> Request {
    let headers = Headers::from_iter([("content-type", "application/json")]);
    Request { method: "POST".into(), path: "/users".into(), headers, body: Some(body.into()) }
}

pub(crate) fn bare(method: &str) -> Request {
    Request { method: method.into(), path: "/users".into(), headers: Headers::new(), body: None }
}

async fn sent(client: &Client, request: Request) -> Exchange {
    match client.send(request).await.expect("it can be sent") {
        Sent::Exchange(exchange) => exchange,
        Sent::Stale(exchange) => panic!("stale: {exchange:?}"),
    }
}

pub(crate) async fn response(client: &Client, request: Request) -> Response {
    sent(client, request).await.outcome.expect("an answer")
}

/// What became of a request whose connection was its own.
pub(crate) async fn failure(target: &Target) -> Failure {
    let exchange = client(target).send_fresh(post("{}")).await.expect("it can be sent");
    exchange.outcome.expect_err("no answer is whole")
}

/// A port that is taken, at which nobody listens yet.
pub(crate) fn silent() -> (TcpSocket, Target) {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a port");
    let url = format!("http://{}", socket.local_addr().expect("an address"));
    (socket, Target::new("test", BaseUrl::parse(&url).expect("a base URL")))
}

pub(crate) fn impatient(server: &Server) -> Target {
    Target { timeout: Duration::from_millis(300), ..server.target() }
}

pub(crate) fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(plain).expect("it encodes");
    encoder.finish().expect("it encodes")
}

pub(crate) fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.1 200 OK\r\n{head}\r\ncontent-length: {}\r\n\r\n", body.len()).as_bytes(), body].concat()
}

/// Answers each request over HTTP/2 with the version it came in and its body.
pub(crate) async fn serve_http2<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(stream: S) {
    use http_body_util::{BodyExt, Full};
    use hyper_util::rt::{TokioExecutor, TokioIo};
    let echo = hyper::service::service_fn(|request: hyper::Request<hyper::body::Incoming>| async move {
        let version = format!("{:?} ", request.version());
        let body = request.into_body().collect().await?.to_bytes();
        Ok::<_, hyper::Error>(hyper::Response::new(Full::new(Bytes::from([version.as_bytes(), &body].concat()))))
    });
    let builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
    _ = builder.serve_connection(TokioIo::new(stream), echo).await;
}
