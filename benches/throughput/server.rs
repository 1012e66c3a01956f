//! The quickest server that still does the job: it parses, checks the one required property, and echoes.

use std::convert::Infallible;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;

/// Serves for ever on a free port, and says which on standard output.
pub(crate) fn serve() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        println!("{}", listener.local_addr().expect("its address"));
        loop {
            let Ok((stream, _)) = listener.accept().await else { continue };
            _ = stream.set_nodelay(true);
            tokio::spawn(async move {
                let service = service_fn(answer);
                _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let body = request.into_body().collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let (status, text) = match serde_json::from_slice::<Value>(&body) {
        Ok(Value::Object(sent)) if sound(&sent) => (200, user(&sent)),
        _ => (400, r#"{"error":{"code":"invalid_request","message":"the request is not valid"}}"#.to_owned()),
    };
    let response = Response::builder().status(status).header("content-type", "application/json");
    Ok(response.body(Full::new(Bytes::from(text))).expect("a response"))
}

fn sound(sent: &serde_json::Map<String, Value>) -> bool {
    let text = |name: &str| sent.get(name).is_none_or(|value| value.is_string());
    let flag = sent.get("live_mode").is_none_or(Value::is_boolean);
    sent.contains_key("external_id") && text("external_id") && text("first_name") && text("last_name") && flag
}

fn user(sent: &serde_json::Map<String, Value>) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
    // One identity, one id, without a store.
    let mut hasher = DefaultHasher::new();
    sent.get("external_id").and_then(Value::as_str).hash(&mut hasher);
    let id = hasher.finish();
    let text = |name: &str| sent.get(name).map_or_else(|| "\"\"".to_owned(), Value::to_string);
    format!(
        r#"{{"id":"u_{id:016x}","object":"user","created_at":{now},"external_id":{},"first_name":{},"last_name":{},"live_mode":{},"updated_at":{now}}}"#,
        text("external_id"),
        text("first_name"),
        text("last_name"),
        sent.get("live_mode").and_then(Value::as_bool).unwrap_or(false),
    )
}
