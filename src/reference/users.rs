//! `POST /users`: read, authenticate, parse, validate, store, render, send.

use std::pin::Pin;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, EXPECT};
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::post;
use http_body::Body as _;

use super::Options;
use super::answer::{Answer, Refusal};
use super::behaviour::Behaviour;
use super::faults::Breakage;
use super::params::{Input, NewUser};
use super::past::{Connection, Login, Scene, World};
use super::send::{accepts_gzip, send};
use super::store::{Store, StoreError, User};
use crate::http::MediaType;

/// The longest body that is taken, in bytes.
const BODY_LIMIT: usize = 1024 * 1024;
/// How much of a longer one is still read, so that the client can finish and hear why it is refused.
const DRAIN_LIMIT: usize = 64 * BODY_LIMIT;

/// The server behind all connections.
pub(super) struct App {
    pub(super) behaviour: Behaviour,
    store: Store,
    /// The token that is demanded.
    token: Option<String>,
    world: World,
}

impl App {
    /// Opens the store.
    pub(super) fn new(options: &Options) -> Result<Self, StoreError> {
        Ok(Self {
            behaviour: Behaviour::of(options),
            store: Store::open(options.db.as_deref())?,
            token: options.require_auth.clone(),
            world: World::default(),
        })
    }
}

/// All that the server answers: the operation, and refusals in the form of the contract for everything else.
pub(super) fn routes(app: Arc<App>) -> Router {
    Router::new()
        .route("/users", post(create))
        .fallback(|State(app): State<Arc<App>>| async move { refuse(&app, Refusal::NotFound).await })
        .method_not_allowed_fallback(|State(app): State<Arc<App>>| async move { refuse(&app, Refusal::Method).await })
        .with_state(app)
}

async fn refuse(app: &App, refusal: Refusal) -> Response {
    send(Answer::refused(refusal), &app.behaviour, false).await
}

async fn create(State(app): State<Arc<App>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let mut under_way = None;
    let answer = match authenticate(&app, &head.headers) {
        // A client that waits for leave to send its body is not given it.
        Err(refusal) if head.headers.contains_key(EXPECT) => Answer::refused(refusal),
        authenticated => {
            let body = read(body).await;
            match authenticated.and(body) {
                Ok(body) => {
                    under_way = app.behaviour.remembers().then(|| app.world.enter(&body));
                    answer(&app, &head, &body)
                }
                Err(refusal) => Answer::refused(refusal),
            }
        }
    };
    let response = send(finish(answer, &app.behaviour), &app.behaviour, accepts_gzip(&head.headers)).await;
    drop(under_way);
    response
}

fn authenticate(app: &App, headers: &HeaderMap) -> Result<(), Refusal> {
    let Some(token) = &app.token else { return Ok(()) };
    let sent = headers.get(AUTHORIZATION).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let mut past = app.world.past();
    let login = Login { sent, token, past: &past };
    let right = login.is_right();
    let answer = match app.behaviour.breakage {
        Some(Breakage::Admits(admits)) => admits(&login).then_some(()).ok_or(Refusal::Credentials),
        Some(Breakage::Stumbles(over)) if over(&login) => Err(Refusal::Internal),
        _ => right.then_some(()).ok_or(Refusal::Credentials),
    };
    past.logins += 1;
    past.after_right_login = right;
    answer
}

async fn read(mut body: Body) -> Result<Vec<u8>, Refusal> {
    let (mut content, mut length) = (Vec::new(), 0);
    while let Some(frame) = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let Ok(data) = frame.map_err(|_| Refusal::BrokenOff)?.into_data() else { continue };
        length += data.len();
        if length <= BODY_LIMIT {
            content.extend_from_slice(&data);
        } else if length > DRAIN_LIMIT {
            break;
        }
    }
    if length > BODY_LIMIT { Err(Refusal::TooLarge) } else { Ok(content) }
}

fn answer(app: &App, head: &Parts, body: &[u8]) -> Answer {
    let content_type = head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let mut input = Input::new(content_type, body);
    if let (Err(_), Some(document)) = (&input.document, (app.behaviour.relaxes)(body)) {
        input.document = Ok(document);
    }
    let answer = due(app, &head.headers, &input);
    match app.behaviour.breakage {
        Some(breakage @ (Breakage::Where(..) | Breakage::Known(..))) => given(app, head, &input, answer, breakage),
        _ => answer,
    }
}

/// The answer of a server whose fault is in what surrounds the request.
fn given(app: &App, head: &Parts, input: &Input<'_>, due: Answer, breakage: Breakage) -> Answer {
    let alone = Arc::default();
    let connection = head.extensions.get::<Arc<Connection>>().unwrap_or(&alone);
    let mut past = app.world.past();
    let (headers, refusal) = (&head.headers, due.refusal.clone());
    let scene = Scene { input, headers, past: &past, connection, now: now(), refusal };
    let mut answer = due.clone();
    match breakage {
        Breakage::Where(applies, change) if applies(&scene) => change(&scene, &mut answer),
        Breakage::Known(change) => change(&scene, &mut answer),
        _ => (),
    }
    past.note(input, &due);
    connection.note(&due);
    answer
}

/// The answer that is due, but for a fault in what surrounds the request.
fn due(app: &App, headers: &HeaderMap, input: &Input<'_>) -> Answer {
    if let Err(refusal) = check_type(headers, input.content_type, &app.behaviour) {
        return Answer::refused(refusal);
    }
    if let Some(Breakage::Instead(applies, answer)) = app.behaviour.breakage
        && applies(input)
    {
        return answer();
    }
    match judge(input, &app.behaviour).and_then(|user| store(app, user)) {
        Ok(user) => Answer::created(user.into_json()),
        Err(refusal) => Answer::refused(refusal),
    }
}

fn check_type(headers: &HeaderMap, content_type: Option<&str>, behaviour: &Behaviour) -> Result<(), Refusal> {
    let known = match content_type.and_then(MediaType::parse) {
        Some(found) => {
            let charset = found.parameter("charset");
            found.essence() == "application/json" && charset.is_none_or(|charset| charset.eq_ignore_ascii_case("utf-8"))
        }
        None => behaviour.accepts_unlabelled && !headers.contains_key(CONTENT_TYPE),
    };
    match known || behaviour.accepts_any_type {
        true => Ok(()),
        false if behaviour.answers_415 => Err(Refusal::MediaTypeUnsupported),
        false => Err(Refusal::MediaType),
    }
}

fn judge(input: &Input<'_>, behaviour: &Behaviour) -> Result<NewUser, Refusal> {
    let judged = NewUser::from_input(input, behaviour);
    match behaviour.breakage {
        Some(Breakage::Refuses(applies)) if judged.is_ok() && applies(input) => Err(Refusal::Unwelcome),
        Some(Breakage::Accepts(instead)) => judged.or_else(|refusal| {
            let document = instead(input).ok_or_else(|| refusal.clone())?;
            NewUser::from_document(&document, behaviour).map_err(|_| refusal)
        }),
        Some(Breakage::Changes(change)) => judged.map(|mut user| {
            change(&mut user);
            user
        }),
        _ => judged,
    }
}

fn store(app: &App, user: NewUser) -> Result<User, Refusal> {
    let behaviour = &app.behaviour;
    let user = user.made(behaviour, now());
    match app.store.insert(&user) {
        Ok(true) => Ok(user),
        Ok(false) if !behaviour.repeats_are_same => Err(Refusal::Conflict),
        Ok(false) => app.store.find(&user.external_id).ok().flatten().ok_or(Refusal::Internal),
        Err(_) => Err(Refusal::Internal),
    }
}

/// Milliseconds since the Unix epoch.
#[expect(clippy::disallowed_methods, reason = "the server stamps what it creates")]
fn now() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
}

fn finish(mut answer: Answer, behaviour: &Behaviour) -> Answer {
    (behaviour.dress)(&mut answer);
    match behaviour.breakage {
        Some(Breakage::Body(scope, change)) if scope.covers(&answer) => answer.edit(change),
        Some(Breakage::Bytes(scope, change)) if scope.covers(&answer) => answer.edit_bytes(change),
        Some(Breakage::Answer(scope, change)) if scope.covers(&answer) => change(&mut answer),
        _ => (),
    }
    answer
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::probe::{Reply, ask, post};
    use super::super::{Running, Variation, start};
    use super::*;

    fn sound() -> Running {
        start(Options::default()).unwrap()
    }

    fn varied(name: &str) -> Running {
        start(Options { variation: Variation::named(name), ..Options::default() }).unwrap()
    }

    fn create(server: &Running, body: &str) -> Reply {
        ask(server.address, &post(body, "connection: close\r\n"))
    }

    fn assert_refused(reply: &Reply, status: u16, code: &str) {
        let body = reply.json();
        assert_eq!((reply.status, &body["error"]["code"]), (status, &json!(code)), "{body}");
        assert!(body["error"]["message"].as_str().is_some_and(|message| !message.is_empty()), "{body}");
        assert_eq!(reply.header("content-type"), Some("application/json"));
    }

    #[test]
    fn a_user_is_created_as_asked() {
        let body = r#"{"external_id":" a\u0000/Ω","first_name":"Zoë e\u0301","last_name":"\ud83d\ude00<'\"","live_mode":true}"#;
        let reply = create(&sound(), body);
        let (mut user, sent) = (reply.json(), serde_json::from_str::<Value>(body).unwrap());
        assert_eq!((reply.status, reply.header("content-type")), (200, Some("application/json")));
        for (property, value) in sent.as_object().unwrap() {
            assert_eq!(user[property], *value);
        }
        assert_eq!(user["object"], "user");
        assert_eq!(user["created_at"], user["updated_at"]);
        let age = now() - user["created_at"].take().as_i64().unwrap();
        assert!((0..60_000).contains(&age), "{age}");
        assert_eq!(user.as_object().unwrap().len(), 8);
    }

    #[test]
    fn what_is_absent_or_null_has_a_default() {
        let server = sound();
        for body in
            [r#"{"external_id":"a"}"#, r#"{"external_id":"b","first_name":null,"last_name":null,"live_mode":null}"#]
        {
            let user = create(&server, body).json();
            assert_eq!(
                (&user["first_name"], &user["last_name"], &user["live_mode"]),
                (&json!(""), &json!(""), &json!(false))
            );
        }
    }

    #[test]
    fn an_external_id_is_taken_once_and_the_second_time_is_a_conflict() {
        let server = sound();
        assert_eq!(create(&server, r#"{"external_id":"a"}"#).status, 200);
        assert_refused(&create(&server, r#"{"external_id":"a","first_name":"B"}"#), 400, "conflict");
        assert_eq!(create(&server, r#"{"external_id":"A"}"#).status, 200);
    }

    #[test]
    fn the_second_time_may_give_the_first_user() {
        let server = varied("duplicate-same");
        let first = create(&server, r#"{"external_id":"a","first_name":"A"}"#).json();
        assert_eq!(create(&server, r#"{"external_id":"a"}"#).json(), first);
    }

    #[test]
    fn what_is_invalid_is_refused() {
        let server = sound();
        for body in [
            "",
            "   ",
            "{",
            "null",
            "[]",
            "7",
            "\"a\"",
            "NaN",
            "{}",
            r#"{"external_id":"a"} x"#,
            r#"{"external_id":"a",}"#,
            r#"{"external_id":""}"#,
            r#"{"external_id":" "}"#,
            r#"{"external_id":null}"#,
            r#"{"external_id":["a"]}"#,
            r#"{"external_id":"\ud800"}"#,
            r#"{"external_id":"a","live_mode":1}"#,
            r#"{"external_id":"a","first_name":{}}"#,
        ] {
            assert_refused(&create(&server, body), 400, "invalid_request");
        }
        assert_eq!(create(&server, r#"{"external_id":"a"}"#).status, 200);
    }

    #[test]
    fn a_body_that_is_not_utf_8_is_refused() {
        let mut request = post("{\"external_id\":\"?\"}", "connection: close\r\n");
        let at = request.iter().rposition(|byte| *byte == b'?').unwrap();
        request[at] = 0xff;
        assert_refused(&ask(sound().address, &request), 400, "invalid_request");
    }

    #[test]
    fn a_body_beyond_the_limit_is_read_to_its_end_and_refused() {
        let server = sound();
        let body = |length: usize| format!(r#"{{"external_id":"{}"}}"#, "x".repeat(length - 18));
        assert_eq!(create(&server, &body(BODY_LIMIT)).status, 200);
        assert_refused(&create(&server, &body(BODY_LIMIT + 1)), 400, "invalid_request");
        assert_refused(&create(&server, &body(5 * BODY_LIMIT)), 400, "invalid_request");
    }

    #[test]
    fn the_content_type_must_be_json_where_it_is_named() {
        let typed = |server: &Running, field: &str| {
            let body = format!(r#"{{"external_id":"{field}"}}"#);
            let length = body.len();
            let head = format!(
                "POST /users HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{field}content-length: {length}\r\n\r\n"
            );
            ask(server.address, format!("{head}{}", body.replace("\r\n", " -")).as_bytes())
        };
        let server = sound();
        assert_eq!(typed(&server, "").status, 400, "an empty identifier");
        assert_eq!(typed(&server, "x: y\r\n").status, 200);
        assert_eq!(typed(&server, "content-type: Application/JSON;charset=UTF-8\r\n").status, 200);
        assert_refused(&typed(&server, "content-type: text/plain\r\n"), 400, "invalid_request");
        assert_refused(&typed(&server, "content-type: application/json; charset=utf-16\r\n"), 400, "invalid_request");
        assert_refused(&typed(&varied("wrong-type-415"), "content-type: text/plain\r\n"), 415, "invalid_request");
        assert_refused(&typed(&varied("unlabelled-refused"), "x: y\r\n"), 400, "invalid_request");
        assert_eq!(typed(&varied("any-type-accepted"), "content-type: text/plain\r\n").status, 200);
    }

    #[test]
    fn other_methods_and_paths_are_refused_in_the_form_of_the_contract() {
        let server = sound();
        let request = |line: &str| {
            ask(server.address, format!("{line} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").as_bytes())
        };
        let reply = request("GET /users");
        assert_refused(&reply, 405, "invalid_request");
        assert_eq!(reply.header("allow"), Some("POST"));
        assert_refused(&request("POST /user"), 404, "resource_not_found");
        assert_refused(&request("POST /users/"), 404, "resource_not_found");
    }

    #[test]
    fn a_token_is_demanded_before_the_body_is_looked_at() {
        let server = start(Options { require_auth: Some("t0ken".to_owned()), ..Options::default() }).unwrap();
        let with = |field: &str, body: &str| ask(server.address, &post(body, &format!("connection: close\r\n{field}")));
        assert_refused(&with("", "{"), 403, "invalid_credentials");
        assert_refused(&with("authorization: Bearer other\r\n", r#"{"external_id":"a"}"#), 403, "invalid_credentials");
        assert_refused(&with("expect: 100-continue\r\n", r#"{"external_id":"a"}"#), 403, "invalid_credentials");
        assert_refused(&with("authorization: Bearer t0ken\r\n", "{"), 400, "invalid_request");
        assert_eq!(with("authorization: Bearer t0ken\r\n", r#"{"external_id":"a"}"#).status, 200);
    }
}
