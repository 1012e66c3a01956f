use std::cell::Cell;
use std::time::Duration;

use super::*;
use crate::case::{Intent, derive};
use crate::check::Severity;
use crate::contract::Contract;
use crate::generate::RunTag;
use crate::http::{Credential, Headers, Request};
use crate::plan::{DEFAULT_SEED, Profile};
use crate::transport::{Sent, Unsendable, milliseconds_since_epoch};

/// How many requests the case makes.
const STEPS: u64 = 6;

/// Refuses everything; an answer takes as long as it is told, by the length of the body and the number of the round.
struct Timed {
    sent: Cell<u64>,
    takes: fn(usize, u64) -> Option<Duration>,
}

impl Transport for Timed {
    async fn send(&self, request: Request, credential: Credential) -> Result<Sent, Unsendable> {
        self.send_fresh(request, credential).await.map(Sent::Exchange)
    }

    async fn send_fresh(&self, request: Request, _: Credential) -> Result<Exchange, Unsendable> {
        let round = self.sent.get() / STEPS;
        self.sent.set(self.sent.get() + 1);
        let taken = (self.takes)(request.body.as_ref().map_or(0, bytes::Bytes::len), round);
        let body = r#"{"error":{"code":"invalid_request","message":"too long"}}"#;
        let headers: Headers = [("content-type", "application/json")].into_iter().collect();
        let outcome = match taken {
            Some(_) => Ok(Response { status: 400, headers, body: body.into() }),
            None => Err(Failure::Connect("refused".into())),
        };
        Ok(Exchange { request, sent_at: 1_671_631_795_140, elapsed: taken.unwrap_or_default(), outcome })
    }
}

fn contract() -> Contract {
    let text = include_bytes!("../../../specs/admin-openapi.yaml");
    let document = crate::spec::read("specs/admin-openapi.yaml", text).expect("the bundled document");
    Contract::of(Arc::new(document)).expect("its contract")
}

fn judged(takes: fn(usize, u64) -> Option<Duration>) -> (Verdict, Vec<Severity>) {
    let contract = contract();
    let plan = Plan::new(&contract, Profile::Gate, DEFAULT_SEED, Vec::new());
    let (number, case) = plan.named("users_create/contested/time/first_name-words").expect("a case that times");
    let options = Options { confirm: true, ..Options::new(RunTag::sample()) };
    let timed = Timed { sent: Cell::new(0), takes };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let result = runtime.block_on(perform(&plan, &timed, &options, number, case));
    let growing = result.findings.iter().filter(|finding| finding.check == "growing-time");
    (result.verdict, growing.map(|finding| finding.severity).collect())
}

fn square(length: usize) -> Option<Duration> {
    Some(Duration::from_secs_f64((length as f64 / 64_000.0).powi(2) * 3.0))
}

#[test]
fn a_time_that_grows_each_time_is_a_finding() {
    assert_eq!(judged(|length, _| square(length)), (Verdict::Violates, vec![Severity::Error]));
}

#[test]
fn a_time_that_grows_once_is_a_note() {
    let once = |length, round| if round == 0 { square(length) } else { Some(Duration::ZERO) };
    assert_eq!(judged(once), (Verdict::Conforms, vec![Severity::Note]));
}

#[test]
fn a_second_time_of_which_nothing_is_found_out_lets_nothing_off() {
    let once = |length, round| if round == 0 { square(length) } else { None };
    assert_eq!(judged(once), (Verdict::Violates, vec![Severity::Error]));
}

#[test]
fn a_time_that_does_not_grow_is_none() {
    assert_eq!(judged(|_, _| Some(Duration::from_millis(80))), (Verdict::Conforms, Vec::new()));
}

/// Refuses everything, and notes on which connections wrong credentials came.
#[derive(Default)]
struct Doors {
    kept: RefCell<Vec<Credential>>,
    own: RefCell<Vec<Credential>>,
}

impl Doors {
    fn refused(request: Request) -> Exchange {
        let body = r#"{"error":{"code":"authorization_error","message":"no"}}"#;
        let headers = [("content-type", "application/json")].into_iter().collect();
        let outcome = Ok(Response { status: 403, headers, body: body.into() });
        Exchange { request, sent_at: 1_671_631_795_140, elapsed: Duration::ZERO, outcome }
    }
}

impl Transport for Doors {
    async fn send(&self, request: Request, credential: Credential) -> Result<Sent, Unsendable> {
        self.kept.borrow_mut().push(credential);
        Ok(Sent::Exchange(Self::refused(request)))
    }

    async fn send_fresh(&self, request: Request, credential: Credential) -> Result<Exchange, Unsendable> {
        self.own.borrow_mut().push(credential);
        Ok(Self::refused(request))
    }
}

#[test]
fn wrong_credentials_come_on_connections_of_their_own_too() {
    let contract = contract();
    let plan = Plan::new(&contract, Profile::Gate, DEFAULT_SEED, Vec::new());
    let options = Options { credentials: true, ..Options::new(RunTag::sample()) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    for case in derive::credentials(&contract, 0, DEFAULT_SEED) {
        let (doors, case) = (Doors::default(), Arc::new(case));
        runtime.block_on(perform(&plan, &doors, &options, 0, Arc::clone(&case)));
        let wrong = |seen: &RefCell<Vec<Credential>>| seen.borrow().iter().filter(|one| one.is_wrong()).count();
        let (kept, own) = (wrong(&doors.kept), wrong(&doors.own));
        assert!(kept > 0 && own > 0, "{}: {kept} and {own}", case.name);
        // What names a thing that was made before goes out on a new one, whatever its credential.
        let dependent = case.steps.iter().filter(|step| step.depends()).count();
        let right = doors.own.borrow().iter().filter(|one| !one.is_wrong()).count();
        assert_eq!(right, dependent, "{}", case.name);
    }
}

/// Answers what is written at once as it is told, and what is sent alone as the contract says; it counts that.
struct Row {
    answers: Vec<Result<Response, Failure>>,
    alone: Cell<usize>,
}

fn refused() -> Response {
    let body = r#"{"error":{"code":"invalid_request","message":"no"}}"#;
    let headers = [("content-type", "application/json")].into_iter().collect();
    Response { status: 400, headers, body: body.into() }
}

/// What the contract says is made of a request.
fn made(request: &Request) -> Response {
    let mut user = request.json().expect("JSON");
    let now = milliseconds_since_epoch();
    for (name, value) in [("created_at", now.into()), ("updated_at", now.into()), ("object", "user".into())] {
        user[name] = value;
    }
    for (name, default) in [("first_name", "".into()), ("last_name", "".into()), ("live_mode", true.into())] {
        if user[name].is_null() {
            user[name] = default;
        }
    }
    user["id"] = format!("u_{}", user["external_id"]).into();
    let headers = [("content-type", "application/json")].into_iter().collect();
    Response { status: 200, headers, body: user.to_string().into() }
}

fn exchange(request: Request, outcome: Result<Response, Failure>) -> Exchange {
    Exchange { request, sent_at: milliseconds_since_epoch(), elapsed: Duration::ZERO, outcome }
}

impl Transport for Row {
    async fn send(&self, request: Request, credential: Credential) -> Result<Sent, Unsendable> {
        self.send_fresh(request, credential).await.map(Sent::of)
    }

    async fn send_fresh(&self, request: Request, _: Credential) -> Result<Exchange, Unsendable> {
        self.alone.set(self.alone.get() + 1);
        let outcome = Ok(made(&request));
        Ok(exchange(request, outcome))
    }

    async fn send_at_once(&self, requests: Vec<(Request, Credential)>) -> Result<Vec<Sent>, Unsendable> {
        let answers = self.answers.iter().cloned();
        Ok(requests
            .into_iter()
            .zip(answers)
            .map(|((request, _), outcome)| Sent::of(exchange(request, outcome)))
            .collect())
    }
}

/// The verdict on the case of two requests at once, the checks that found something, and how many were sent alone.
fn in_a_row(answers: Vec<Result<Response, Failure>>) -> (Verdict, Vec<&'static str>, usize) {
    let contract = contract();
    let plan = Plan::new(&contract, Profile::Gate, DEFAULT_SEED, Vec::new());
    let (number, case) = plan.named("users_create/valid/pipelined/behind-type-number").expect("a row");
    let row = Row { answers, alone: Cell::new(0) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let result = runtime.block_on(perform(&plan, &row, &Options::new(RunTag::sample()), number, case));
    assert_eq!(result.exchanges.len(), 2);
    (result.verdict, result.findings.iter().map(|finding| finding.check).collect(), row.alone.get())
}

#[test]
fn each_answer_of_a_row_is_judged_by_the_intent_of_its_own_request() {
    let ended = || Err(Failure::Closed("it ended".into()));
    assert_eq!(in_a_row(vec![Ok(refused()), ended()]), (Verdict::Conforms, vec![], 1), "what was cut off is sent anew");
    let (verdict, found, alone) = in_a_row(vec![Ok(refused()), Ok(refused())]);
    assert_eq!((verdict, found, alone), (Verdict::Violates, vec!["accepts-valid"], 0));
    let plain = Response { headers: [("content-type", "text/plain")].into_iter().collect(), ..refused() };
    let (verdict, found, alone) = in_a_row(vec![Ok(plain), ended()]);
    assert_eq!((verdict, found, alone), (Verdict::Violates, vec!["content-type"], 1));
}

/// Answers as the contract says until it falls: the request that it falls on is lost, and some connections after it are refused.
struct Falls {
    /// How many requests it answers before.
    answers: usize,
    /// How many connections are refused after.
    refuses: usize,
    sent: Cell<usize>,
}

impl Falls {
    fn take(&self, request: Request) -> Exchange {
        let at = self.sent.replace(self.sent.get() + 1);
        let outcome = match at.checked_sub(self.answers) {
            Some(0) => Err(Failure::Closed("it fell".into())),
            Some(since) if since <= self.refuses => Err(Failure::Connect("refused".into())),
            _ => Ok(made(&request)),
        };
        Exchange { elapsed: Duration::from_millis(1), ..exchange(request, outcome) }
    }
}

impl Transport for Falls {
    async fn send(&self, request: Request, _: Credential) -> Result<Sent, Unsendable> {
        Ok(Sent::of(self.take(request)))
    }

    async fn send_fresh(&self, request: Request, _: Credential) -> Result<Exchange, Unsendable> {
        Ok(self.take(request))
    }
}

/// What comes of three valid requests, one after another, to a server that falls on the second.
fn on_the_fall(refuses: usize) -> Vec<(Verdict, Vec<&'static str>)> {
    let contract = contract();
    let plan = Plan::new(&contract, Profile::Gate, DEFAULT_SEED, Vec::new());
    let options = Options { confirm: true, ..Options::new(RunTag::sample()) };
    let falls = Falls { answers: 1, refuses, sent: Cell::new(0) };
    let (guard, performer) = (Guard::default(), Performer::new(&plan, &falls, &options));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    let valid = |case: &Arc<Case>| case.intent == Intent::Valid && case.steps.len() == 1;
    let cases: Vec<_> = (0..).zip(plan.cases().iter().cloned()).filter(|(_, case)| valid(case)).take(3).collect();
    runtime.expect("a runtime").block_on(async {
        let mut all = Vec::new();
        for (number, case) in cases {
            let result = performer.perform(number, case, 0, &guard).await;
            all.push((result.verdict, result.findings.iter().map(|finding| finding.check).collect()));
        }
        all
    })
}

#[test]
fn a_server_that_falls_on_a_request_and_is_set_up_again_is_waited_for() {
    let conforms = (Verdict::Conforms, vec![]);
    assert_eq!(on_the_fall(4), [conforms.clone(), conforms.clone(), conforms]);
}

#[test]
fn a_server_that_falls_on_a_request_for_good_is_found_by_that_request_and_is_waited_for_once() {
    let lost = (Verdict::Violates, vec!["answers-in-time"]);
    assert_eq!(on_the_fall(usize::MAX - 9), [(Verdict::Conforms, vec![]), lost, (Verdict::Inconclusive, vec![])]);
}

/// Fails at all that is sent.
struct Fails;

impl Transport for Fails {
    async fn send(&self, request: Request, credential: Credential) -> Result<Sent, Unsendable> {
        self.send_fresh(request, credential).await.map(Sent::Exchange)
    }

    async fn send_fresh(&self, request: Request, _: Credential) -> Result<Exchange, Unsendable> {
        let outcome = Ok(Response { status: 500, headers: Headers::new(), body: "".into() });
        Ok(exchange(request, outcome))
    }
}

#[test]
fn a_failure_of_what_makes_a_thing_is_found_in_the_case_that_needs_it_too() {
    let text = "openapi: 3.0.3
paths:
  /things:
    post: {operationId: make, responses: {'201': {description: d, content: {application/json: {schema: {type: object, properties: {id: {type: integer}}}}}}}}
  /things/{id}:
    get: {operationId: read, parameters: [{name: id, in: path, required: true, schema: {type: integer}}], responses: {'200': {description: d}}}
";
    let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
    let contract = Contract::of(Arc::new(document)).expect("a contract");
    let plan = Plan::new(&contract, Profile::Gate, DEFAULT_SEED, Vec::new());
    let needs = |case: &Arc<Case>| case.operation == 1 && case.steps.first().is_some_and(|step| step.setup);
    let (number, case) = (0..).zip(plan.cases().iter().cloned()).find(|(_, case)| needs(case)).expect("a case");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let result = runtime.block_on(perform(&plan, &Fails, &Options::new(RunTag::sample()), number, case));
    let found: Vec<_> = result.findings.iter().map(|finding| finding.check).collect();
    assert_eq!((result.verdict, found), (Verdict::Violates, vec!["no-server-error"]));
}
