use std::collections::HashSet;
use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::http::{Credential, Failure, Headers, Response};
use crate::transport::{Sent, Transport, Unsendable};

/// A server that keeps the bundled contract, in memory.
struct Sound;

impl Sound {
    fn answer(request: &Request) -> (u16, Value) {
        let wrong = |message: &str| (400, json!({ "error": { "code": "invalid_request", "message": message } }));
        let body = request.body.as_deref().unwrap_or_default();
        let Ok(Value::Object(sent)) = serde_json::from_slice(body) else { return wrong("no object") };
        let Some(Value::String(id)) = sent.get("external_id") else { return wrong("external_id") };
        if sent.get("first_name").is_some_and(|name| !name.is_string() && !name.is_null()) {
            return wrong("first_name");
        }
        let text = |name: &str| sent.get(name).and_then(Value::as_str).unwrap_or("none");
        let user = json!({
            "id": format!("u_{id}"), "object": "user", "created_at": 1_700_000_000_000_i64, "external_id": id,
            "first_name": text("first_name"), "last_name": text("last_name"),
            "live_mode": sent.get("live_mode").and_then(Value::as_bool).unwrap_or(false),
            "updated_at": 1_700_000_000_000_i64,
        });
        (200, user)
    }
}

impl Transport for Sound {
    async fn send(&self, request: Request, credential: Credential) -> Result<Sent, Unsendable> {
        self.send_fresh(request, credential).await.map(Sent::Exchange)
    }

    async fn send_fresh(&self, request: Request, _: Credential) -> Result<Exchange, Unsendable> {
        let (status, body) = Self::answer(&request);
        let headers = [("content-type", "application/json")].into_iter().collect();
        let response = Response { status, headers, body: body.to_string().into() };
        Ok(Exchange { request, sent_at: 1_700_000_000_000, elapsed: Duration::from_millis(1), outcome: Ok(response) })
    }
}

fn contract_of(text: &str) -> Contract {
    let document = crate::spec::read("openapi.yaml", text.as_bytes()).expect("a document");
    Contract::of(Arc::new(document)).expect("a contract")
}

fn contract() -> Contract {
    contract_of(include_str!("../../specs/admin-openapi.yaml"))
}

fn setting() -> Setting {
    Setting {
        tag: RunTag::sample(),
        timeout: Duration::from_secs(10),
        body_cap: 1 << 20,
        credentials: vec![("Authorization".into(), "s3cr3t-token-1".into())],
    }
}

fn request(body: &str) -> Request {
    Request {
        method: "POST".into(),
        path: "/users".into(),
        headers: [("content-type", "application/json")].into_iter().collect(),
        body: Some(body.to_owned().into()),
    }
}

/// What the bodies are answered with the mutation `users_create/<name>` in the way, and how many were changed.
fn tampered(name: &str, bodies: &[&str]) -> (Vec<Exchange>, u64) {
    let requests: Vec<Request> = bodies.iter().map(|body| request(body)).collect();
    sent(name, &requests)
}

fn sent(name: &str, requests: &[Request]) -> (Vec<Exchange>, u64) {
    let requests: Vec<_> = requests.iter().map(|request| (request.clone(), Credential::Right)).collect();
    sent_with(name, &requests)
}

fn sent_with(name: &str, requests: &[(Request, Credential)]) -> (Vec<Exchange>, u64) {
    let contract = contract();
    let all = mutations(&contract, &setting());
    let name = format!("users_create/{name}");
    let mutation = all.iter().find(|mutation| mutation.name == name).unwrap_or_else(|| panic!("{name}"));
    let reader = Reader::default();
    let tampered = Tampered::new(&Sound, &contract, &reader, mutation);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let exchanges = requests.iter().map(|(request, credential)| {
        let exchange = runtime.block_on(tampered.send_fresh(request.clone(), *credential)).expect("it can be sent");
        assert_eq!(exchange.request, *request, "the engine sees what it asked for");
        exchange
    });
    let exchanges = exchanges.collect();
    (exchanges, tampered.done())
}

fn body(exchange: &Exchange) -> Value {
    answer::json(exchange).expect("JSON")
}

fn status(exchange: &Exchange) -> u16 {
    exchange.response().expect("an answer").status
}

const ADA: &str = r#"{"external_id":"proofmark-1","first_name":" Ada ","live_mode":true}"#;
const EVE: &str = r#"{"external_id":"proofmark-2","first_name":"Evelyn","last_name":"Boyd"}"#;
const NOBODY: &str = r#"{"first_name":"Ada"}"#;
const NUMBER: &str = r#"{"external_id":"proofmark-3","first_name":7}"#;

#[test]
fn names_are_unique_and_say_operation_and_class() {
    let contract = contract();
    let all = mutations(&contract, &setting());
    let names: HashSet<&str> = all.iter().map(|mutation| mutation.name.as_str()).collect();
    assert_eq!(names.len(), all.len());
    assert!(all.len() > 1_000, "{}", all.len());
    for mutation in &all {
        let prefix = format!("users_create/{}/", mutation.class);
        assert!(mutation.name.starts_with(&prefix), "{}", mutation.name);
        assert!(!mutation.breaks.is_empty() && !mutation.breaks.ends_with('.'), "{}", mutation.name);
    }
}

#[test]
fn an_answer_loses_a_property_and_a_type() {
    let (answers, done) = tampered("response-schema/200/created_at/required", &[ADA, NOBODY]);
    assert_eq!(body(&answers[0]).get("created_at"), None);
    assert_eq!((status(&answers[1]), done), (400, 1));
    let (answers, _) = tampered("response-schema/200/live_mode/type-string-true", &[ADA]);
    assert_eq!(body(&answers[0])["live_mode"], json!("true"));
    let (answers, _) = tampered("response-schema/400/error.code/enum-other", &[NOBODY]);
    assert!(body(&answers[0])["error"]["code"].as_str().is_some_and(|code| code != "invalid_request"));
}

#[test]
fn what_cannot_be_changed_counts_as_nothing_done() {
    assert_eq!(tampered("response-schema/400/error/required", &[ADA, EVE]).1, 0);
    assert_eq!(tampered("echo/first_name/trimmed", &[EVE]).1, 0);
    assert_eq!(tampered("server-assigned/id", &[ADA, EVE]).1, 0);
    let (answers, done) = tampered("unique-id/id/previous", &[ADA]);
    assert_eq!((done, &body(&answers[0])["id"]), (0, &json!("u_proofmark-1")));
}

#[test]
fn another_operation_is_left_alone() {
    let elsewhere = Request { path: "/users/1".into(), ..request(ADA) };
    let (_, done) = sent("status/success/418", &[elsewhere, Request { method: "PUT".into(), ..request(ADA) }]);
    assert_eq!(done, 0);
}

#[test]
fn a_status_is_changed_for_the_answers_of_its_scope_alone() {
    let bodies = [ADA, NOBODY, NUMBER, "{"];
    let statuses = |name: &str| tampered(name, &bodies).0.iter().map(status).collect::<Vec<_>>();
    assert_eq!(statuses("status/success/418"), [418, 400, 400, 400]);
    assert_eq!(statuses("status/refusal/422"), [200, 422, 422, 422]);
    assert_eq!(statuses("status/missing/404"), [200, 404, 400, 400]);
    assert_eq!(statuses("status/wrong-type/404"), [200, 400, 404, 400]);
    assert_eq!(statuses("status/malformed/404"), [200, 400, 400, 404]);
    assert_eq!(statuses("status/refusal/error-as-success"), [200; 4]);
}

#[test]
fn what_must_be_refused_is_repaired_on_its_way() {
    let (answers, done) = tampered("accepted-invalid/external_id/required", &[NOBODY, NUMBER, "{"]);
    assert_eq!(answers.iter().map(status).collect::<Vec<_>>(), [200, 400, 400]);
    assert_eq!(done, 1);
    let (answers, _) = tampered("accepted-invalid/first_name/type-integer", &[NUMBER]);
    assert_eq!(status(&answers[0]), 200);
    let (answers, _) = tampered("accepted-invalid/malformed/any", &["{", NOBODY]);
    assert_eq!((status(&answers[0]), status(&answers[1])), (200, 400));
}

#[test]
fn what_must_be_accepted_is_broken_on_its_way() {
    let statuses = |name: &str| tampered(name, &[ADA, EVE]).0.iter().map(status).collect::<Vec<_>>();
    assert_eq!(statuses("refused-valid/any"), [400, 400]);
    assert_eq!(statuses("refused-valid/first_name/leading-space"), [400, 200]);
    assert_eq!(statuses("refused-valid/last_name/absent"), [400, 200]);
    assert_eq!(statuses("refused-valid/live_mode/is-true"), [400, 200]);
    assert_eq!(statuses("refused-valid/together/with-first_name+with-last_name"), [200, 400]);
}

#[test]
fn what_is_contested_is_not_taken_for_valid() {
    let control = r#"{"external_id":"proofmark-1","first_name":"a\u0007"}"#;
    let unlisted = r#"{"external_id":"proofmark-1","nickname":"Ada"}"#;
    let repeated = r#"{"external_id":"proofmark-1","external_id":"proofmark-2"}"#;
    let blank = r#"{"external_id":" "}"#;
    assert_eq!(tampered("refused-valid/any", &[control, unlisted, repeated, blank]).1, 0);
    let untyped = Request { headers: Headers::new(), ..request(ADA) };
    assert_eq!(sent("refused-valid/any", &[untyped]).1, 0);
    assert_eq!(tampered("refused-valid/any", &[ADA, ADA]).1, 2, "a request that never arrived took no identity");
    assert_eq!(tampered("crash/any", &[ADA, ADA]).1, 1, "an identity that is taken may be refused");
}

#[test]
fn what_was_sent_comes_back_otherwise() {
    let name = |mutation: &str| body(&tampered(mutation, &[EVE, ADA]).0[1])["first_name"].clone();
    assert_eq!(name("echo/first_name/trimmed"), json!("Ada"));
    assert_eq!(name("echo/first_name/lower-case"), json!(" ada "));
    assert_eq!(name("echo/first_name/previous"), json!("Evelyn"));
    assert_eq!(name("echo/first_name/as-external_id"), json!("proofmark-1"));
    let (answers, _) = tampered("echo/live_mode/flipped", &[ADA]);
    assert_eq!(body(&answers[0])["live_mode"], json!(false));
    let (answers, _) = tampered("default/last_name/previous", &[EVE, ADA]);
    assert_eq!(body(&answers[1])["last_name"], json!("Boyd"));
}

#[test]
fn ids_and_identities_are_confused() {
    let (answers, _) = tampered("unique-id/id/previous", &[ADA, EVE]);
    assert_eq!(body(&answers[1])["id"], json!("u_proofmark-1"));
    let (answers, done) = tampered("identity/another-id", &[ADA, EVE, ADA]);
    assert_ne!(body(&answers[0])["id"], body(&answers[2])["id"]);
    assert_eq!(done, 1);
    let (answers, _) = tampered("server-assigned/id", &[r#"{"external_id":"proofmark-1","id":"mine"}"#]);
    assert_eq!(body(&answers[0])["id"], json!("mine"));
}

#[test]
fn clocks_go_wrong() {
    let time = |name: &str| body(&tampered(name, &[ADA]).0[0])["updated_at"].clone();
    assert_eq!(time("clock/updated_at/seconds"), json!(1_700_000_000));
    assert_eq!(time("clock/all/zero"), json!(0));
    assert_eq!(time("clock/updated_at/second-before"), json!(1_699_999_999_000_i64));
}

#[test]
fn bodies_and_headers_are_spoiled() {
    let (answers, _) = tampered("body/success/cut-last", &[ADA]);
    assert!(answer::json(&answers[0]).is_none());
    let (answers, _) = tampered("body/malformed/not-utf-8", &["{", NOBODY]);
    let bytes = &answers[0].response().expect("an answer").body;
    assert!(std::str::from_utf8(bytes).is_err() && answer::json(&answers[1]).is_some());
    let types = |name: &str| {
        let (answers, _) = tampered(name, &[ADA]);
        let response = answers[0].response().expect("an answer");
        response.headers.iter().filter(|(name, _)| *name == "content-type").count()
    };
    assert_eq!((types("header/success/content-type-missing"), types("header/success/content-type-two")), (0, 2));
    let (answers, _) = tampered("error-body/refusal/detail", &[NOBODY]);
    assert!(body(&answers[0]).get("detail").is_some());
}

#[test]
fn servers_crash_hang_and_hang_up() {
    let (answers, _) = tampered("crash/invalid/external_id/required", &[NOBODY, NUMBER]);
    assert_eq!((status(&answers[0]), status(&answers[1])), (500, 400));
    let (answers, _) = tampered("connection/success/closed", &[ADA]);
    assert!(matches!(answers[0].outcome, Err(Failure::Closed(_))));
    let (answers, _) = tampered("time/refusal/no-answer", &[NOBODY]);
    assert_eq!(answers[0].outcome, Err(Failure::NoAnswer(Duration::from_secs(10))));
    assert_eq!(answers[0].elapsed, Duration::from_secs(10));
    let long = format!(r#"{{"external_id":"proofmark-1","first_name":"{}"}}"#, "x".repeat(1 << 16));
    let (answers, _) = tampered("time/grows-with-input", &[ADA, &long]);
    assert!(answers[1].elapsed > answers[0].elapsed * 1_000);
}

#[test]
fn secrets_are_told() {
    let message = |name: &str| body(&tampered(name, &[ADA, NOBODY]).0[1])["error"]["message"].to_string();
    assert!(message("disclosure/refusal/message/postgres").contains("duplicate key"));
    assert!(message("disclosure/refusal/message/credential").contains("s3cr3t-token-1"));
    assert!(message("disclosure/refusal/message/another").contains("proofmark-1"));
    let (answers, _) = tampered("disclosure/success/property/another-whole", &[ADA, EVE]);
    assert_eq!(body(&answers[1])["previous"]["external_id"], json!("proofmark-1"));
}

#[test]
fn a_wrong_credential_is_let_pass() {
    let done = |name: &str, credentials: &[Credential]| {
        let requests: Vec<_> = credentials.iter().map(|credential| (request(ADA), *credential)).collect();
        sent_with(name, &requests).1
    };
    let all = [Credential::Right, Credential::None, Credential::LetterCase, Credential::Word("null")];
    assert_eq!(done("credential/no-credential", &all), 1);
    assert_eq!(done("credential/a-word-for-a-credential", &all), 1);
    assert_eq!(done("credential/the-credential-in-other-letter-case", &all[..2]), 0);
    let many = all.repeat(40);
    assert!((10..50).contains(&done("credential/any-1-in-5", &many)));
}

#[test]
fn what_is_rare_is_done_about_as_often_as_it_says_and_the_same_each_time() {
    let bodies: Vec<String> = (0..400).map(|at| format!(r#"{{"external_id":"proofmark-{at}"}}"#)).collect();
    let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
    let count = || tampered("rare/status/success/418/1-in-20", &bodies).1;
    assert!((10..=30).contains(&count()), "{}", count());
    assert_eq!(count(), count());
}

#[test]
fn every_keyword_of_another_contract_is_broken() {
    let contract = contract_of(
        r"{openapi: 3.1.0, info: {title: t, version: '1'}, paths: {/things: {get: {operationId: things, responses: {'200': {
        description: d, content: {application/json: {schema: {type: object, additionalProperties: false, required: [n],
        properties: {n: {type: integer, minimum: 3, maximum: 9}, s: {type: string, minLength: 2, maxLength: 4},
        e: {enum: [a, b]}, l: {type: array, minItems: 1, maxItems: 2, uniqueItems: true, items: {type: number}},
        p: {type: string, pattern: '^[a-z]+$'}, o: {type: object, required: [x], properties: {x: {type: boolean}}}}}}}}}}}}}",
    );
    let all = mutations(&contract, &setting());
    let has = |about: &str| all.iter().any(|it| it.name == format!("things/response-schema/200/{about}"));
    for about in [
        "n/required",
        "n/minimum",
        "n/maximum",
        "s/min-length",
        "s/max-length",
        "e/enum-other",
        "l/min-items",
        "l/max-items",
        "l/unique-items",
        "l.0/type-string",
        "p/pattern-bang",
        "o.x/required",
        "o.x/type-null",
        "body/additional-property",
    ] {
        assert!(has(about), "{about}");
    }
    assert!(
        all.iter()
            .all(|it| !matches!(it.class, Class::AcceptedInvalid | Class::RefusedValid) || it.name.contains("earlier"))
    );
}
