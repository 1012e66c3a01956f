//! Events made by hand over the bundled contract, and whole reports of them.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use super::*;
use crate::case::{Case, Intent, RequestTemplate};
use crate::check::{Applied, Memory, Read, Scene, judge};
use crate::contract::{Contract, Untried};
use crate::generate::Contest;
use crate::http::{Exchange, Failure, Request, Response};
use crate::run::{CaseResult, Finished, Started, Verdict};
use crate::source::Pointer;

/// The context of most tests.
pub(super) fn context() -> Arc<Context> {
    context_hiding(&[])
}

/// One in which `topsecret` is a secret.
pub(super) fn secret_context() -> Arc<Context> {
    context_hiding(&["topsecret"])
}

static CONTRACT: LazyLock<Arc<Contract>> = LazyLock::new(|| {
    let text = include_bytes!("../../specs/admin-openapi.yaml");
    let document = crate::spec::read("specs/admin-openapi.yaml", text).expect("the bundled document");
    Arc::new(Contract::of(Arc::new(document)).expect("its contract"))
});

fn context_hiding(secrets: &[&str]) -> Arc<Context> {
    let headers = [("authorization", "Bearer ${TOKEN}")].into_iter().collect();
    Context::new(Arc::clone(&CONTRACT), Redactor::new(secrets), "http://me:pass@127.0.0.1:8080", headers)
}

/// One case, step by step.
pub(super) struct Sample(pub(super) CaseResult);

pub(super) const USER: &str = r#"{"id":"u_1eRoQ8XkZ0a7Vd2mT5hBwc","object":"user","created_at":1671631795145,"external_id":"proofmark-7c1e-0041","first_name":"","last_name":"","live_mode":false,"updated_at":1671631795145}"#;
pub(super) const REFUSAL: &str = r#"{"error":{"code":"invalid_request","message":"no"}}"#;
/// Says that something is wrong, and not what: a warning.
pub(super) const VAGUE: &str = r#"{"error":{"code":"unknown","message":"no"}}"#;
pub(super) const SENT: &str = r#"{"external_id":"proofmark-7c1e-0041"}"#;

impl Sample {
    pub(super) fn new(number: u64, name: &str) -> Self {
        let word = name.split('/').next().unwrap_or_default();
        let constraint = Pointer::parse("/components/schemas/UserLiveMode/type");
        let intent = match word {
            "valid" => Intent::Valid,
            "invalid" => Intent::Invalid { keyword: "type".into(), constraint },
            _ => Intent::Contested(Contest::Readings),
        };
        let request =
            RequestTemplate { method: "POST".into(), path: "/users".into(), headers: Headers::new(), body: None };
        let reason = if word == "invalid" { "a text where a boolean belongs" } else { "the required properties only" };
        let mut case = Case::single(0, format!("users_create/{name}"), intent, reason, request);
        if word == "invalid" {
            case.focus = Pointer::parse("/live_mode");
        }
        Self(CaseResult {
            number,
            case: Arc::new(case),
            verdict: Verdict::Skipped,
            why: None,
            findings: Vec::new(),
            applied: Applied::default(),
            exchanges: Vec::new(),
            elapsed: Duration::from_micros(1_250),
        })
    }

    pub(super) fn passing(number: u64) -> Self {
        Self::new(number, &format!("valid/case_{number}")).answered(SENT, 200, USER)
    }

    pub(super) fn answered(self, sent: &str, status: u16, received: &str) -> Self {
        let headers = [("content-type", "application/json")].into_iter().collect();
        self.ended(sent.as_bytes(), Ok(Response { status, headers, body: received.to_owned().into() }))
    }

    /// Sends `sent`, and judges what comes back as a run does.
    pub(super) fn ended(mut self, sent: &[u8], outcome: Result<Response, Failure>) -> Self {
        let request = Request {
            method: "POST".into(),
            path: "/users".into(),
            headers: [("content-type", "application/json")].into_iter().collect(),
            body: Some(bytes::Bytes::copy_from_slice(sent)),
        };
        let sent_at = 1_671_631_795_000 + self.0.number;
        let exchange = Exchange { request, sent_at, elapsed: Duration::from_millis(2), outcome };
        let contract = &CONTRACT.operations[0];
        let result = &mut self.0;
        let scene = Scene { contract, case: &result.case, number: result.number, exchanges: &[], expectation: None };
        let read = Read::new(contract, &exchange, None);
        result.applied = judge(&scene, &read, &mut Memory::default(), &mut result.findings);
        let gates = result.findings.iter().any(|finding| finding.severity == crate::check::Severity::Error);
        result.verdict = if gates { Verdict::Violates } else { Verdict::Conforms };
        result.exchanges.push(exchange);
        self
    }

    pub(super) fn because(mut self, verdict: Verdict, why: &str) -> Self {
        self.0.verdict = verdict;
        self.0.why = Some(why.into());
        self
    }

    pub(super) fn event(self) -> Event {
        Event::Case(Box::new(self.0))
    }

    /// Each kind of case once, with a secret wherever one could be.
    pub(super) fn everything() -> Vec<Event> {
        let wrong = USER.replace("1671631795145,\"ext", "\"topsecret\",\"ext");
        let binary = || Response { status: 200, headers: Headers::new(), body: b"\xfftopsecret".as_slice().into() };
        run(vec![
            Self::passing(0),
            Self::new(1, "valid/wrong").answered(SENT, 200, &wrong),
            Self::new(2, "invalid/live_mode/type").answered(
                r#"{"external_id":"topsecret","live_mode":"x"}"#,
                200,
                USER,
            ),
            Self::new(3, "invalid/other").answered("{}", 422, "{\"detail\":\"topsecret\"}"),
            Self::new(4, "contested/null").answered("{}", 400, REFUSAL),
            Self::new(5, "valid/bytes").ended(b"\xfe\xfftopsecret", Ok(binary())),
            Self::new(6, "valid/slow").ended(b"{}", Err(Failure::NoAnswer(Duration::from_secs(10)))),
            Self::new(7, "valid/lost")
                .ended(b"{}", Err(Failure::Connect("topsecret refused".into())))
                .because(Verdict::Inconclusive, "could not connect: topsecret refused"),
            Self::new(8, "valid/skipped").because(Verdict::Skipped, "three alike got no answer"),
            Self::new(9, "invalid/vague").answered("{}", 400, VAGUE),
        ])
    }
}

/// The events of a whole run of these cases.
pub(super) fn run(cases: Vec<Sample>) -> Vec<Event> {
    let started = Event::Started(Started {
        version: "0.1.0",
        run: "7c1e".into(),
        document: "specs/admin-openapi.yaml".into(),
        target: "http://me:pass@127.0.0.1:8080".into(),
        environment: "development".into(),
        profile: "gate".into(),
        seed: 0x4f_1c09,
        cases: Some(cases.len() as u64),
        operations: vec![("users_create".into(), "POST /users".into())],
        untried: Vec::new(),
        at: 1_671_631_795_000,
    });
    let finished = Event::Finished(Finished { elapsed: Duration::from_millis(90), cut_short: None });
    std::iter::once(started).chain(cases.into_iter().map(Sample::event)).chain([finished]).collect()
}

pub(super) fn tallied(events: &[Event], context: &Arc<Context>) -> Tally {
    let mut tally = Tally::new(Arc::clone(context));
    events.iter().for_each(|event| tally.event(event).expect("memory"));
    tally
}

pub(super) fn gate(tally: &Tally) -> Outcome {
    match tally.verdict(Verdict::Violates) {
        0 => Outcome { decision: Decision::Pass, exit: 0 },
        _ => Outcome { decision: Decision::Fail, exit: 1 },
    }
}

fn shown_to_a_person(events: &[Event], context: &Arc<Context>, look: Look) -> String {
    let tally = tallied(events, context);
    told(events, &tally, &gate(&tally), context, look)
}

fn told(events: &[Event], tally: &Tally, outcome: &Outcome, context: &Arc<Context>, look: Look) -> String {
    let mut out = Vec::new();
    let mut console = Console::new(&mut out, Arc::clone(context), look);
    events.iter().for_each(|event| console.event(event).expect("memory"));
    console.summary(tally, outcome, &["reports/latest/report.json".into()]).expect("memory");
    String::from_utf8(out).expect("UTF-8")
}

fn plain(cases: Vec<Sample>) -> String {
    shown_to_a_person(&run(cases), &context(), Look::default())
}

fn conforming() -> Vec<Sample> {
    let long = format!(r#"{{"external_id":"a","first_name":"{}"}}"#, "A".repeat(64));
    let back = USER
        .replace("proofmark-7c1e-0041", "a")
        .replace("first_name\":\"", &format!("first_name\":\"{}", "A".repeat(64)));
    vec![
        Sample::passing(0),
        Sample::new(1, "valid/first_name/long").answered(&long, 200, &back),
        Sample::new(2, "invalid/live_mode/type").answered("{\"external_id\":\"a\",\"live_mode\":\"x\"}", 400, REFUSAL),
        Sample::new(3, "contested/first_name/null").answered(
            "{\"external_id\":\"a\",\"first_name\":null}",
            400,
            REFUSAL,
        ),
    ]
}

#[test]
fn a_pass() {
    let text = plain(conforming());
    insta::assert_snapshot!(text);
}

#[test]
fn a_failure() {
    let wrong = USER.replace("1671631795145,\"ext", "\"1671631795145\",\"ext");
    let text = plain(vec![
        Sample::new(0, "valid/minimal").answered(SENT, 200, &wrong),
        Sample::new(1, "valid/first_name/long").answered(
            r#"{"external_id":"proofmark-7c1e-0042","first_name":"A"}"#,
            200,
            &wrong,
        ),
        Sample::new(2, "invalid/live_mode/type").answered(
            r#"{"external_id":"proofmark-7c1e-0043","live_mode":"x"}"#,
            200,
            USER,
        ),
        Sample::new(3, "invalid/external_id/required").answered("{}", 422, r#"{"detail":"external_id is missing"}"#),
        Sample::new(4, "valid/last_name/emoji").answered(
            SENT,
            500,
            r#"{"error":{"code":"unknown","message":"internal"}}"#,
        ),
        Sample::new(5, "valid/slow").ended(SENT.as_bytes(), Err(Failure::NoAnswer(Duration::from_secs(10)))),
    ]);
    insta::assert_snapshot!(text);
}

#[test]
fn a_failure_in_colour() {
    let wrong = USER.replace("1671631795145,\"ext", "\"1671631795145\",\"ext");
    let events = run(vec![Sample::new(0, "valid/minimal").answered(SENT, 200, &wrong)]);
    let text = shown_to_a_person(&events, &context(), Look { colour: true, width: 80 });
    insta::assert_snapshot!(text);
}

#[test]
fn warnings_only() {
    let text = plain(vec![Sample::passing(0), Sample::new(1, "invalid/vague").answered("{}", 400, VAGUE)]);
    insta::assert_snapshot!(text);
}

#[test]
fn nothing_found_out() {
    let lost = |number| {
        Sample::new(number, &format!("valid/case_{number}"))
            .ended(b"{}", Err(Failure::Connect("connection refused (os error 111)".into())))
            .because(Verdict::Inconclusive, "could not connect: connection refused (os error 111)")
    };
    let mut events =
        run(vec![lost(0), lost(1), Sample::new(2, "invalid/x").because(Verdict::Skipped, "three alike got no answer")]);
    if let Some(Event::Finished(finished)) = events.last_mut() {
        finished.cut_short = Some("interrupted".into());
    }
    if let Some(Event::Started(started)) = events.first_mut() {
        started.cases = Some(412);
        started.untried = vec![(
            "GET /users/{id}".into(),
            "its path parameter `id` is required, and parameters are not derived yet".into(),
        )];
    }
    let context = context();
    let tally = tallied(&events, &context);
    let gate = Outcome { decision: Decision::Inconclusive(vec!["no valid case was accepted".into()]), exit: 5 };
    let text = told(&events, &tally, &gate, &context, Look::default());
    insta::assert_snapshot!(text);
}

/// Texts that a terminal, an XML reader or a table would stumble over.
pub(super) fn hostile() -> Vec<Sample> {
    let evil = "\\u0007\u{1b}]0;owned\u{7}\u{202e}\u{fffe}名前</failure>]]>&amp;";
    let named = USER.replace("\"user\"", &format!("\"{}\"", evil.replace(['\u{1b}', '\u{7}'], "")));
    let page = format!("<h1>{evil}</h1>\r\n\0");
    vec![
        Sample::new(0, "valid/one").answered("{\"external_id\":\"\u{202e}名\"}", 200, &named),
        Sample::new(1, "valid/two").answered(SENT, 502, &page),
        Sample::new(2, "valid/three").answered(&format!("{{\"external_id\":\"{}\"}}", "x".repeat(5_000)), 200, &page),
        Sample::new(3, "valid/four").ended(b"{\"external_id\":\"\xff\"}", Err(Failure::Broken(evil.into()))),
        Sample::new(4, "valid/five").because(Verdict::Skipped, evil),
    ]
}

#[test]
fn hostile_texts() {
    let text = plain(hostile());
    assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}', '\u{fffe}', '\0', '\r']));
    insta::assert_snapshot!(text);
}

#[test]
fn no_secret_and_no_password_reaches_a_person() {
    let events = Sample::everything();
    let open = shown_to_a_person(&events, &context(), Look::default());
    let closed = shown_to_a_person(&events, &secret_context(), Look::default());
    assert!(open.contains("topsecret"));
    assert!(!closed.contains("topsecret") && closed.contains(crate::http::REDACTED), "{closed}");
    assert!(!closed.contains("me:pass"), "{closed}");
}

#[test]
fn lines_keep_to_eighty_columns_but_for_commands() {
    for cases in [conforming(), hostile()] {
        for line in plain(cases).lines() {
            assert!(words::columns(line) <= 80 || line.contains("curl -sS"), "{line}");
        }
    }
}

fn report(events: &[Event], context: &Arc<Context>) -> serde_json::Value {
    let tally = tallied(events, context);
    json::value(&tally, &gate(&tally), context)
}

#[test]
fn every_report_follows_the_committed_schema() {
    let schema = serde_json::from_str(include_str!("../../specs/report.schema.json")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for events in [run(conforming()), Sample::everything(), run(hostile()), run(Vec::new()), Vec::new()] {
        let report = report(&events, &context());
        let errors: Vec<_> =
            validator.iter_errors(&report).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    let mut stray = report(&run(conforming()), &context());
    stray["counts"]["more"] = 1.into();
    assert!(!validator.is_valid(&stray));
}

#[test]
fn a_report_for_programs() {
    let report = report(&Sample::everything(), &secret_context());
    insta::assert_json_snapshot!(report);
}

#[test]
fn a_report_is_the_same_each_time() {
    let text = || report(&Sample::everything(), &context()).to_string();
    assert_eq!(text(), text());
}

#[test]
fn no_secret_reaches_the_report_for_programs() {
    let text = report(&Sample::everything(), &secret_context()).to_string();
    assert!(!text.contains("topsecret") && !text.contains("me:pass"), "{text}");
}

#[test]
fn untried_operations_are_told() {
    let untried = Untried {
        id: "x".into(),
        title: "GET /x".into(),
        pointer: Pointer::root(),
        reason: "its body is no JSON".into(),
    };
    let mut events = run(vec![Sample::passing(0)]);
    if let Some(Event::Started(started)) = events.first_mut() {
        started.untried = vec![(untried.title, untried.reason)];
    }
    let text = shown_to_a_person(&events, &context(), Look::default());
    assert!(text.contains("OpenAPI 3.0.1, 2 operations"), "{text}");
    assert!(text.contains("        SKIP GET /x: its body is no JSON"), "{text}");
}
