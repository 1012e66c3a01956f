//! The HTTP client against servers that misbehave, on loopback.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod server;
mod tls;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use proofmark::http::{Credential, Failure, Request};
use proofmark::transport::{
    AddedHeader, BaseUrl, Client, Dial, FetchCause, HttpVersion, Sent, Target, Transport, Unsendable, fetch_document,
};
use tokio::io::AsyncReadExt;

use server::{OK, Server, answer, bare, client, failure, gzip, impatient, post, response, serve_http2, silent};

#[tokio::test]
async fn a_connection_is_used_again() {
    let server = Server::answering(OK).await;
    let client = server.client();
    for _ in 0..3 {
        assert_eq!(response(&client, post("{}")).await.body, "{}");
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_requests_at_once_each_get_their_own_answer() {
    let server = Server::start(|_, mut peer| async move {
        while let Some(request) = peer.request().await {
            let body = request.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
            peer.answer(&answer("x: y", body)).await;
        }
    })
    .await;
    let client = server.client();
    let send = |number: usize| {
        let client = client.clone();
        tokio::spawn(async move { response(&client, post(number.to_string())).await.body })
    };
    for (number, body) in (0..100).map(send).collect::<Vec<_>>().into_iter().enumerate() {
        assert_eq!(body.await.expect("no panic"), number.to_string());
    }
}

/// What comes of three requests that are written at once, with the texts `0` to `2`: the content or the failure of each.
async fn written_at_once(client: &Client) -> Vec<Result<String, Failure>> {
    let requests = (0..3).map(|number| (post(number.to_string()), Credential::Right)).collect();
    let all = client.send_at_once(requests).await.expect("they can be sent");
    let outcome = |sent: Sent| match sent {
        Sent::Exchange(exchange) | Sent::Stale(exchange) => exchange.outcome,
    };
    let text = |body: bytes::Bytes| String::from_utf8_lossy(&body).into_owned();
    all.into_iter().map(|sent| outcome(sent).map(|response| text(response.body))).collect()
}

#[tokio::test]
async fn what_is_written_at_once_goes_out_before_an_answer_and_each_has_its_own() {
    let server = Server::start(|_, mut peer| async move {
        let mut all = Vec::new();
        for _ in 0..3 {
            all.extend(peer.request().await);
        }
        for request in all {
            let body = request.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
            peer.answer(&answer("x: y", body)).await;
        }
    })
    .await;
    let all = written_at_once(&server.client()).await;
    assert_eq!(all, [Ok("0".into()), Ok("1".into()), Ok("2".into())]);
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn of_what_is_written_at_once_the_rest_is_closed_where_the_connection_ends_and_one_is_late() {
    let server = Server::start(|_, mut peer| async move {
        for _ in 0..3 {
            peer.request().await;
        }
        peer.answer(OK).await;
    })
    .await;
    let all = written_at_once(&server.client()).await;
    assert!(matches!(&all[..], [Ok(_), Err(Failure::Closed(_)), Err(Failure::Closed(_))]), "{all:?}");
    let server = Server::start(|_, mut peer| async move {
        peer.answer(OK).await;
        while peer.request().await.is_some() {}
    })
    .await;
    let all = written_at_once(&client(&impatient(&server))).await;
    assert!(matches!(&all[..], [Ok(_), Err(Failure::NoAnswer(_)), Err(Failure::Closed(_))]), "{all:?}");
}

#[tokio::test]
async fn each_fresh_request_has_a_connection_of_its_own() {
    let server = Server::answering(OK).await;
    let client = server.client();
    for _ in 0..3 {
        client.send_fresh(post("{}")).await.expect("it can be sent").outcome.expect("an answer");
    }
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn proxy_variables_of_the_environment_are_ignored() {
    // Another test of this file, in a process whose proxy accepts nothing.
    let this = std::env::current_exe().expect("a path");
    let mut again = std::process::Command::new(this);
    for variable in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        again.env(variable, "http://127.0.0.1:1");
    }
    let output = again.args(["--exact", "a_connection_is_used_again"]).output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[tokio::test]
async fn a_proxy_that_is_asked_for_is_used() {
    let proxy = Server::answering(OK).await;
    let dial = Dial { proxy: Some(format!("http://ada:hunter22@{}", proxy.address).into()), ..Dial::default() };
    let target = Target { dial, ..Target::new("test", BaseUrl::parse("http://api.invalid").expect("a base URL")) };
    let client = client(&target);
    assert!(!format!("{client:?}").contains("hunter22"));
    assert_eq!(response(&client, post("{}")).await.status, 200);
    assert!(proxy.request().starts_with("POST http://api.invalid/users HTTP/1.1\r\n"), "{}", proxy.request());
}

#[tokio::test]
async fn a_kept_connection_that_ends_is_stale_and_the_request_is_not_repeated() {
    let server = Server::start(|number, mut peer| async move {
        peer.request().await;
        peer.answer(OK).await;
        peer.request().await;
        if number > 0 {
            peer.answer(OK).await;
        }
    })
    .await;
    let client = server.client();
    response(&client, post("1")).await;
    let Sent::Stale(stale) = client.send(post("2")).await.expect("it can be sent") else { panic!("not stale") };
    assert!(matches!(stale.outcome, Err(Failure::Closed(_))), "{stale:?}");
    assert_eq!(server.requests().len(), 2);
    assert_eq!(client.send_fresh(post("3")).await.expect("it can be sent").response().map(|r| r.status), Some(200));
    assert!(server.request().ends_with("\r\n\r\n3"));
}

#[tokio::test]
async fn a_server_that_closes_after_each_answer_is_never_at_fault() {
    let server = Server::closing_after(OK).await;
    let client = server.client();
    for _ in 0..200 {
        match client.send(post("{}")).await.expect("it can be sent") {
            Sent::Exchange(exchange) => assert!(exchange.outcome.is_ok(), "{exchange:?}"),
            Sent::Stale(_) => {
                let again = client.send_fresh(post("{}")).await.expect("it can be sent");
                assert!(again.outcome.is_ok(), "{again:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_408_is_stale_on_a_kept_connection_and_an_answer_on_a_fresh_one() {
    let server = Server::answering(&b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n"[..]).await;
    let client = server.client();
    assert!(matches!(client.send(post("{}")).await, Ok(Sent::Stale(_))));
    let fresh = client.send_fresh(post("{}")).await.expect("it can be sent");
    assert_eq!(fresh.response().map(|response| response.status), Some(408));
}

#[tokio::test]
async fn a_fresh_connection_that_is_closed_is_the_servers_fault() {
    let after_the_request = Server::start(|_, mut peer| async move { _ = peer.request().await }).await;
    // What was not read makes the system reset the connection.
    let without_reading = Server::start(|_, mut peer| async move { _ = peer.stream.read_u8().await }).await;
    for server in [after_the_request, without_reading] {
        let failure = failure(&server.target()).await;
        assert!(matches!(failure, Failure::Closed(_)), "{failure:?}");
    }
}

#[tokio::test]
async fn nobody_listening_is_no_connection() {
    let (_reserved, target) = silent();
    let failure = failure(&target).await;
    assert!(matches!(&failure, Failure::Connect(cause) if cause.starts_with("connection refused")), "{failure:?}");
}

#[tokio::test]
async fn an_answer_that_breaks_off_or_is_not_http_is_broken() {
    for bytes in [
        "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\":",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}",
        "HTTP/1.1 abc OK\r\n\r\n",
        "SSH-2.0-OpenSSH_9.6\r\n",
    ] {
        let server = Server::closing_after(bytes).await;
        match failure(&server.target()).await {
            Failure::Broken(cause) => assert!(!cause.is_empty() && !cause.contains("http://"), "{bytes}: {cause}"),
            other => panic!("{bytes}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn silence_is_no_answer() {
    let server = Server::start(|_, mut peer| async move { while peer.request().await.is_some() {} }).await;
    assert_eq!(failure(&impatient(&server)).await, Failure::NoAnswer(Duration::from_millis(300)));
}

#[tokio::test]
async fn time_that_the_program_itself_took_is_not_the_servers() {
    let server = Server::start(|_, mut peer| async move {
        peer.request().await;
        tokio::time::sleep(Duration::from_millis(150)).await;
        peer.answer(&answer("content-type: application/json", b"{}")).await;
    })
    .await;
    let client = client(&impatient(&server));
    let busy = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        std::thread::sleep(Duration::from_millis(500));
    };
    let (response, ()) = tokio::join!(response(&client, bare("GET")), busy);
    assert_eq!(response.status, 200);
}

#[tokio::test]
async fn an_answer_that_drips_or_stops_is_cut_off() {
    let drip = Server::start(|_, mut peer| async move {
        peer.request().await;
        peer.answer(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n").await;
        while peer.answer(b"x").await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    let stop = Server::answering(&b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{"[..]).await;
    for server in [drip, stop] {
        assert_eq!(failure(&impatient(&server)).await, Failure::Stalled(Duration::from_millis(300)));
    }
}

#[tokio::test]
async fn content_beyond_the_cap_is_left_unread() {
    let written = Arc::new(AtomicUsize::new(0));
    let (ended, mut end) = tokio::sync::mpsc::channel(1);
    let count = Arc::clone(&written);
    let endless = Server::start(move |_, mut peer| {
        let (count, ended) = (Arc::clone(&count), ended.clone());
        async move {
            peer.request().await;
            peer.answer(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
            let chunk = [b"10000\r\n", [b'x'; 0x10000].as_slice(), b"\r\n"].concat();
            while peer.answer(&chunk).await {
                count.fetch_add(0x10000, Ordering::SeqCst);
            }
            _ = ended.send(()).await;
        }
    })
    .await;
    assert_eq!(failure(&endless.target()).await, Failure::TooLarge(Target::BODY_CAP));
    end.recv().await.expect("the connection is closed");
    assert!(written.load(Ordering::SeqCst) < 64 << 20);

    let announced = Server::answering(&b"HTTP/1.1 200 OK\r\ncontent-length: 9999999999\r\n\r\n"[..]).await;
    assert_eq!(failure(&announced.target()).await, Failure::TooLarge(Target::BODY_CAP));
}

#[tokio::test]
async fn gzip_is_asked_for_and_undone_under_the_cap() {
    let server = Server::answering(answer("content-encoding: gzip", &gzip(b"{\"a\":1}"))).await;
    let response = response(&server.client(), post("{}")).await;
    assert!(server.request().contains("\r\naccept-encoding: gzip\r\n"));
    assert_eq!((response.body.as_ref(), response.headers.get("content-encoding")), (&b"{\"a\":1}"[..], Some("gzip")));

    let bomb = Server::answering(answer("content-encoding: gzip", &gzip(&vec![0; 8 << 20]))).await;
    assert_eq!(failure(&bomb.target()).await, Failure::TooLarge(Target::BODY_CAP));
    let false_gzip = Server::answering(answer("content-encoding: gzip", b"{}")).await;
    assert!(matches!(failure(&false_gzip.target()).await, Failure::Broken(_)));
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_a_cookie_is_not_kept() {
    let bytes = "HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\nset-cookie: a=b\r\ncontent-length: 0\r\n\r\n";
    let server = Server::answering(bytes).await;
    let client = server.client();
    for _ in 0..2 {
        assert_eq!(response(&client, post("{}")).await.status, 302);
    }
    assert_eq!(server.requests().len(), 2);
    assert!(!server.request().contains("cookie"));
}

#[tokio::test]
async fn headers_and_body_are_sent_byte_for_byte() {
    let server = Server::answering(OK).await;
    let body: Vec<u8> = (0..=255).collect();
    let mut request = post(body.clone());
    request.headers.push("x-raw", b"caf\xe9 \xff  y");
    request.headers.push("x-raw", b"again");
    response(&server.client(), request).await;
    let sent = server.requests().remove(0);
    assert!(sent.ends_with(&[b"\r\n\r\n", body.as_slice()].concat()));
    let head = &sent[..sent.len() - 256];
    for field in [b"\r\nx-raw: caf\xe9 \xff  y\r\nx-raw: again\r\n".as_slice(), b"\r\ncontent-length: 256\r\n"] {
        assert!(head.windows(field.len()).any(|window| window == field), "{}", String::from_utf8_lossy(head));
    }
}

#[tokio::test]
async fn a_request_without_a_body_says_so_where_one_is_expected() {
    let server = Server::answering(OK).await;
    response(&server.client(), bare("POST")).await;
    assert!(server.request().contains("\r\ncontent-length: 0\r\n"), "{}", server.request());
    response(&server.client(), bare("GET")).await;
    assert!(!server.request().contains("content-length"), "{}", server.request());
}

#[tokio::test]
async fn the_targets_headers_are_added_and_its_credentials_can_be_left_out() {
    let server = Server::answering(OK).await;
    let headers =
        vec![AddedHeader::literal("Authorization", "Bearer t0ps3cret"), AddedHeader::literal("X-Tenant", "a")];
    let client = client(&Target { headers, ..server.target() });
    response(&client, post("{}")).await;
    assert!(server.request().contains("\r\nauthorization: Bearer t0ps3cret\r\n"), "{}", server.request());
    assert!(server.request().contains(concat!("\r\nuser-agent: proofmark/", env!("CARGO_PKG_VERSION"), "\r\n")));
    assert!(server.request().contains("\r\naccept: application/json\r\n"));
    response(&client.without_credentials(), post("{}")).await;
    assert!(!server.request().contains("t0ps3cret") && server.request().contains("x-tenant: a"));
}

#[tokio::test]
async fn a_wrong_credential_is_made_when_it_is_sent_and_stands_in_no_exchange() {
    let server = Server::answering(OK).await;
    let bearer = AddedHeader::literal("Authorization", "Bearer hunter2-hunter2");
    let client = client(&Target { headers: vec![bearer], ..server.target() });
    for (credential, sent) in [
        (Credential::Right, Some("authorization: Bearer hunter2-hunter2")),
        (Credential::SchemeChanged, Some("authorization: Basic hunter2-hunter2")),
        (Credential::Truncated(2), Some("authorization: Bearer hunter2-hunte\r")),
        (Credential::Word("null"), Some("authorization: Bearer null")),
        (Credential::None, None),
    ] {
        let exchange = client.with_credential(credential).send_fresh(post("{}")).await.expect("it can be sent");
        let request = server.request();
        match sent {
            Some(sent) => assert!(request.contains(sent), "{request}"),
            None => assert!(!request.contains("authorization"), "{request}"),
        }
        assert!(!format!("{exchange:?}").contains("unte"), "{exchange:?}");
    }
}

#[tokio::test]
async fn names_with_capitals_are_written_with_capitals() {
    let server = Server::answering(OK).await;
    let headers = [("Content-Type", "application/json"), ("X-Tenant", "1")].into_iter().collect();
    let request = Request { headers, body: None, ..post("") };
    server.client().send(request).await.expect("it can be sent");
    let request = server.request();
    assert!(request.contains("Content-Type: application/json\r\nX-Tenant: 1\r\n"), "{request}");
}

#[tokio::test]
async fn a_body_goes_out_in_chunks_where_the_request_says_so() {
    let server = Server::start(|_, mut peer| async move {
        let mut read = Vec::new();
        while !read.ends_with(b"0\r\n\r\n") {
            match peer.stream.read_u8().await {
                Ok(byte) => read.push(byte),
                Err(_) => return,
            }
        }
        peer.requests.lock().expect("no panic").push(read);
        peer.answer(OK).await;
    })
    .await;
    let mut request = post(r#"{"external_id":"a"}"#);
    request.headers.push("transfer-encoding", "chunked");
    let exchange = server.client().send_fresh(request).await.expect("it can be sent");
    assert!(exchange.response().is_some(), "{exchange:?}");
    let request = server.request().to_lowercase();
    assert!(request.contains("transfer-encoding: chunked\r\n") && !request.contains("content-length"), "{request}");
    assert!(request.contains("\r\n\r\n1\r\n{\r\n1\r\n\"\r\n1\r\ne\r\n"), "{request}");
}

#[tokio::test]
async fn what_http_cannot_carry_is_refused_before_anything_is_sent() {
    let server = Server::answering(OK).await;
    let mut request = post("{}");
    request.headers.push("x", "a\r\nb: c");
    assert_eq!(server.client().send(request).await.err(), Some(Unsendable::Header("x".into())));
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn an_answer_is_kept_as_it_came() {
    let server =
        Server::answering(&b"HTTP/1.1 299 x\r\nX-A: 1\r\nx-a: caf\xe9\r\nContent-Length: 3\r\n\r\n\xef\xbb\xbf"[..])
            .await;
    let response = response(&server.client(), post("{}")).await;
    let fields: Vec<_> = response.headers.iter().filter(|(name, _)| *name == "x-a").map(|(_, value)| value).collect();
    assert_eq!(fields, [b"1".as_slice(), b"caf\xe9"]);
    assert_eq!((response.status, response.body.as_ref()), (299, &b"\xef\xbb\xbf"[..]));
}

#[tokio::test]
async fn a_server_that_comes_up_late_is_waited_for() {
    let (reserved, target) = silent();
    let client = client(&target);
    let error = client.wait_until_reachable(Duration::from_millis(120)).await.expect_err("nobody listens");
    assert!(
        error.cause.starts_with("connection refused") && target.base_url.as_str().ends_with(&error.address),
        "{error}"
    );
    let waiting = tokio::spawn(async move { client.wait_until_reachable(Duration::from_secs(20)).await });
    tokio::time::sleep(Duration::from_millis(60)).await;
    let _listener = reserved.listen(8).expect("it listens");
    waiting.await.expect("no panic").expect("it listens now");
}

#[tokio::test]
async fn a_port_that_closes_each_connection_is_not_reachable() {
    let server = Server::start(|_, peer| async move { drop(peer) }).await;
    assert!(server.client().wait_until_reachable(Duration::from_millis(200)).await.is_err());
}

#[tokio::test]
async fn a_document_is_fetched_through_redirects_but_not_for_ever() {
    let fetch = async |address: SocketAddr, path: &str| {
        let url = format!("http://{address}{path}?token=hunter22");
        fetch_document(&url, &Dial::default(), Duration::from_secs(5)).await
    };
    let server = Server::start(|number, mut peer| async move {
        peer.request().await;
        let moved =
            format!("HTTP/1.1 302 Found\r\nlocation: /{number}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
        peer.answer(if number < 5 { moved.as_bytes() } else { OK }).await;
    })
    .await;
    assert_eq!(fetch(server.address, "/openapi.yaml").await.expect("a document"), b"{}");

    let circle = Server::answering("HTTP/1.1 302 Found\r\nlocation: /a\r\ncontent-length: 0\r\n\r\n").await;
    let error = fetch(circle.address, "/a").await.expect_err("a circle");
    assert!(matches!(error.cause, FetchCause::Redirects), "{error:?}");
    assert_eq!(circle.requests().len(), 6);
    let missing = Server::answering("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n").await;
    let error = fetch(missing.address, "/a").await.expect_err("a 404");
    assert!(matches!(error.cause, FetchCause::Status(404)));
    assert!(!error.to_string().contains("hunter22"), "{error}");
}

#[tokio::test]
async fn http2_is_spoken_without_tls_where_the_target_says_so() {
    let server = Server::start(|_, peer| serve_http2(peer.stream)).await;
    let dial = Dial { http_version: HttpVersion::Http2, ..Dial::default() };
    let client = client(&Target { dial, ..server.target() });
    for body in ["1", "2"] {
        assert_eq!(response(&client, post(body)).await.body, format!("HTTP/2.0 {body}"));
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn an_http2_connection_that_ends_is_stale_or_closed() {
    let server = Server::start(|_, mut peer| async move {
        // Settings that are acknowledged are the sign of life; then the connection ends in the middle of a request.
        peer.answer(&[0, 0, 0, 4, 0, 0, 0, 0, 0]).await;
        _ = peer.stream.read(&mut [0; 1024]).await;
    })
    .await;
    let dial = Dial { http_version: HttpVersion::Http2, ..Dial::default() };
    let target = Target { dial, ..server.target() };
    assert!(matches!(client(&target).send(post("{}")).await, Ok(Sent::Stale(_))));
    let failure = failure(&target).await;
    assert!(matches!(failure, Failure::Closed(_)), "{failure:?}");
}

#[tokio::test]
async fn requests_wait_for_their_turn_under_a_rate() {
    let server = Server::answering(OK).await;
    let client = client(&Target { rate: Some(0.001), ..server.target() });
    response(&client, post("{}")).await;
    let second = client.send_fresh(post("{}"));
    assert!(tokio::time::timeout(Duration::from_millis(100), second).await.is_err());
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn an_early_answer_to_a_long_request_is_heard() {
    let server = Server::start(|_, mut peer| async move {
        while peer.stream.read_u8().await.is_ok_and(|byte| byte != b'\n') {}
        peer.answer(b"HTTP/1.1 413 Content Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n").await;
        _ = tokio::io::copy(&mut peer.stream, &mut tokio::io::sink()).await;
    })
    .await;
    assert_eq!(response(&server.client(), post(vec![b' '; 16 << 20])).await.status, 413);
}
