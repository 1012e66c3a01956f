//! Connections: accepting them, serving HTTP/1.1 and HTTP/2 on them, ending them.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinSet;
use tokio::time::sleep;
use tower_service::Service;

use super::Options;
use super::past::Connection;
use super::send::Dropped;
use super::store::StoreError;
use super::users::{App, routes};

/// How long to wait before accepting again after a failure, such as too many open files.
const RETRY: Duration = Duration::from_millis(10);

/// How many of the first bytes of a connection are looked at.
const FIRST: usize = 1024;

/// A server on a thread and runtime of its own. Dropping it stops it at once, whatever it is about to answer.
pub struct Running {
    /// Where it listens: a free port of 127.0.0.1.
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic over there has been reported by its thread.
            let _ = thread.join();
        }
    }
}

/// Starts a server, and returns once it listens.
///
/// # Errors
///
/// Where the database cannot be opened, no port is free, or no thread can be had.
pub fn start(options: Options) -> io::Result<Running> {
    let app = Arc::new(App::new(&options).map_err(io::Error::other)?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (listening, heard) = mpsc::channel();
    let (stop, stopped) = oneshot::channel();
    let run = move || {
        runtime.block_on(async {
            match listen().await {
                Ok((listener, address)) => {
                    let _ = listening.send(Ok(address));
                    accept(listener, app, stopped).await;
                }
                Err(error) => drop(listening.send(Err(error))),
            }
        });
    };
    let thread = thread::Builder::new().name("reference server".to_owned()).spawn(run)?;
    let address = heard.recv().map_err(io::Error::other)??;
    Ok(Running { address, stop: Some(stop), thread: Some(thread) })
}

async fn listen() -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Serves until `shutdown` completes; then all connections end at once. Says that it is `ready` once nothing stands in the
/// way.
///
/// # Errors
///
/// Where the database cannot be opened. Nothing that a client does ends the server.
pub async fn serve(
    listener: TcpListener,
    options: Options,
    shutdown: impl Future<Output = ()>,
    ready: impl FnOnce(),
) -> Result<(), StoreError> {
    let app = Arc::new(App::new(&options)?);
    ready();
    accept(listener, app, shutdown).await;
    Ok(())
}

async fn accept(listener: TcpListener, app: Arc<App>, shutdown: impl Future) {
    let (idle, watched) = (app.behaviour.idle, app.behaviour.remembers());
    let router = routes(app);
    let mut shutdown = pin!(shutdown);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = &mut shutdown => return,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(connections.spawn(converse(stream, router.clone(), idle, watched))),
                Err(_) => sleep(RETRY).await,
            },
            Some(_) = connections.join_next() => (),
        }
    }
}

/// Serves one connection, and closes it so long after an answer as `idle` says, without notice.
async fn converse(stream: TcpStream, router: Router, idle: Option<Duration>, watched: bool) {
    // Without it the answer is only later.
    let _ = stream.set_nodelay(true);
    let known = Arc::new(Connection::default());
    if watched {
        let mut begin = [0; FIRST];
        let length = stream.peek(&mut begin).await.unwrap_or_default();
        known.begins(&begin[..length]);
    }
    let answered = Arc::new(Notify::new());
    let service = service_fn(|mut request: hyper::Request<Incoming>| {
        if watched {
            request.extensions_mut().insert(Arc::clone(&known));
        }
        let (router, answered) = (router.clone(), Arc::clone(&answered));
        async move {
            let answer = respond(router, request).await;
            answered.notify_one();
            answer
        }
    });
    let server = auto::Builder::new(TokioExecutor::new());
    let mut connection = pin!(server.serve_connection(TokioIo::new(stream), service));
    let Some(idle) = idle else {
        // A connection that breaks is the client's affair, or is meant to.
        let _ = connection.await;
        return;
    };
    loop {
        tokio::select! {
            _ = connection.as_mut() => return,
            () = async { answered.notified().await; sleep(idle).await } => connection.as_mut().graceful_shutdown(),
        }
    }
}

async fn respond(mut router: Router, request: hyper::Request<Incoming>) -> Result<Response, Dropped> {
    let Ok(response) = router.call(request).await;
    match response.extensions().get::<Dropped>() {
        Some(dropped) => Err(*dropped),
        None => Ok(response),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::super::probe::{self, ask, post};
    use super::super::{Fault, Variation};
    use super::*;

    #[test]
    fn a_connection_serves_one_request_after_another() {
        let server = start(Options::default()).unwrap();
        let mut stream = std::net::TcpStream::connect(server.address).unwrap();
        for id in ["a", "b", "c"] {
            stream.write_all(&post(&format!(r#"{{"external_id":"{id}"}}"#), "")).unwrap();
            let reply = probe::read_one(&mut stream);
            assert!(reply.starts_with("HTTP/1.1 200 "), "{reply}");
            assert!(reply.contains(&format!(r#""external_id":"{id}""#)), "{reply}");
        }
    }

    #[test]
    fn a_client_may_wait_for_leave_to_send_its_body() {
        let server = start(Options::default()).unwrap();
        let mut stream = std::net::TcpStream::connect(server.address).unwrap();
        let request = post(r#"{"external_id":"a"}"#, "expect: 100-continue\r\n");
        let (head, body) = request.split_at(request.len() - 19);
        stream.write_all(head).unwrap();
        let mut leave = [0; 25];
        stream.read_exact(&mut leave).unwrap();
        assert_eq!(&leave, b"HTTP/1.1 100 Continue\r\n\r\n");
        stream.write_all(body).unwrap();
        assert!(probe::read_one(&mut stream).starts_with("HTTP/1.1 200 "));
    }

    #[tokio::test]
    async fn http_2_is_spoken_with_prior_knowledge() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let server = start(Options::default()).unwrap();
        let client = reqwest::Client::builder().no_proxy().http2_prior_knowledge().build().unwrap();
        let url = format!("http://{}/users", server.address);
        let request = client.post(url).header("content-type", "application/json").body(r#"{"external_id":"a"}"#);
        let response = request.send().await.unwrap();
        assert_eq!((response.version(), response.status().as_u16()), (reqwest::Version::HTTP_2, 200));
    }

    #[tokio::test]
    async fn it_runs_on_the_runtime_of_its_caller_until_told_to_stop() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(serve(listener, Options::default(), async { drop(stopped.await) }, || ()));
        let reply =
            tokio::task::spawn_blocking(move || ask(address, &post(r#"{"external_id":"a"}"#, ""))).await.unwrap();
        assert_eq!(reply.status, 200);
        stop.send(()).unwrap();
        serving.await.unwrap().unwrap();
    }

    #[test]
    fn a_database_that_cannot_be_opened_is_an_error_at_the_start() {
        let options = Options { db: Some("/no/such/folder/users.db".into()), ..Options::default() };
        assert!(start(options).err().unwrap().to_string().contains("`/no/such/folder/users.db`"));
    }

    #[test]
    fn a_server_that_hangs_stops_when_it_is_dropped() {
        let server = start(Options { fault: Fault::named("hang-always"), ..Options::default() }).unwrap();
        let mut streams: Vec<_> = (0..10).map(|_| std::net::TcpStream::connect(server.address).unwrap()).collect();
        for stream in &mut streams {
            stream.write_all(&post(r#"{"external_id":"a"}"#, "")).unwrap();
        }
        drop(server);
        for mut stream in streams {
            // End of stream or reset: gone either way.
            assert!(!stream.read(&mut [0; 1]).is_ok_and(|count| count > 0));
        }
    }

    #[test]
    fn an_idle_connection_is_closed_without_notice() {
        let options = Options { variation: Variation::named("idle-close"), ..Options::default() };
        let server = start(options).unwrap();
        let mut stream = std::net::TcpStream::connect(server.address).unwrap();
        stream.write_all(&post(r#"{"external_id":"a"}"#, "")).unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        assert!(reply.starts_with("HTTP/1.1 200 "), "{reply}");
        assert!(!reply.to_lowercase().contains("connection: close"), "{reply}");
    }
}
