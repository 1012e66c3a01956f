//! The clients, each in a process of its own.

use std::cell::{Cell, RefCell};
use std::io::BufWriter;
use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use jsonschema::Validator;
use proofmark::contract::Contract;
use proofmark::generate::{Fresh, RunTag};
use proofmark::http::{Headers, Redactor};
use proofmark::plan::{DEFAULT_SEED, Limit, Plan, Profile};
use proofmark::report::{Context, Journal, Report};
use proofmark::run::{Event, Gate, Ledger, Options, Verdict, run};
use proofmark::transport::{BaseUrl, Client, Target};
use serde_json::Value;

/// Requests under way at once.
pub(crate) const CONCURRENCY: usize = 64;
/// Bodies of random cases that the bare loops send over and over.
const BODIES: u64 = 4_000;

/// What the bare loops send: what the engine does, which has the gate once, some of it large, and then random cases.
struct Bodies {
    gate: Vec<Bytes>,
    random: Vec<Bytes>,
}

impl Bodies {
    fn of(plan: &Plan<'_>) -> Self {
        let gate = plan.cases().len() as u64;
        Self { gate: bodies(plan, 0..gate), random: bodies(plan, gate..gate + BODIES) }
    }

    fn get(&self, number: u64) -> Bytes {
        let at = number as usize;
        let behind = || &self.random[(at - self.gate.len()) % self.random.len()];
        self.gate.get(at).unwrap_or_else(behind).clone()
    }
}

/// Runs the client `name` over so many cases, and gives requests per second, CPU microseconds per request, and peak
/// memory in KiB.
pub(crate) fn measure(name: &str, url: &str, cases: u64) -> String {
    let contract = contract();
    let plan = Plan::new(&contract, Profile::Sweep(Limit::Cases(cases)), DEFAULT_SEED, Vec::new());
    let gate: u64 = plan.cases().iter().map(|case| case.requests_made() as u64).sum();
    let requests = gate + cases - plan.cases().len() as u64;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (time, cpu) = match name {
        "engine" => timed(|| runtime.block_on(engine(&contract, &plan, url))),
        _ => {
            let bodies = Bodies::of(&plan);
            let validators = name.ends_with("-judging").then(|| Validators::of(&contract));
            let validators = validators.as_ref();
            if name.starts_with("hyper") {
                timed(|| runtime.block_on(hyper_loop(url, &bodies, requests, validators)))
            } else {
                timed(|| runtime.block_on(reqwest_loop(url, &bodies, requests, validators)))
            }
        }
    };
    format!("{} {} {}", requests as f64 / time, cpu * 1e6 / requests as f64, peak_memory())
}

fn contract() -> Arc<Contract> {
    let text = include_bytes!("../../specs/admin-openapi.yaml");
    let document = proofmark::spec::read("specs/admin-openapi.yaml", text).expect("the bundled document");
    Arc::new(Contract::of(Arc::new(document)).expect("its contract"))
}

fn bodies(plan: &Plan<'_>, numbers: Range<u64>) -> Vec<Bytes> {
    let run = RunTag::sample();
    let mut bodies = Vec::new();
    for (number, case) in numbers.filter_map(|number| Some((number, plan.case(number)?))) {
        let fresh = Fresh { run: &run, case: number, attempt: 0 };
        for (step, request) in case.steps.iter().zip(case.requests(&fresh)) {
            let body = request.body.unwrap_or_default();
            bodies.extend((0..step.copies.count()).map(|_| body.clone()));
        }
    }
    bodies
}

/// Seconds of wall clock and of CPU that `work` takes.
fn timed(work: impl FnOnce()) -> (f64, f64) {
    let (begun, cpu) = (Instant::now(), cpu_seconds());
    work();
    (begun.elapsed().as_secs_f64(), cpu_seconds() - cpu)
}

async fn engine(contract: &Arc<Contract>, plan: &Plan<'_>, url: &str) {
    let target = Target { concurrency: CONCURRENCY, ..Target::new("bench", BaseUrl::parse(url).expect("a URL")) };
    let client = Client::new(&target).expect("a client");
    let context = Context::new(Arc::clone(contract), Redactor::default(), url, Headers::new());
    let file = || tempfile::tempfile().expect("a file");
    let mut journal = Journal::new(BufWriter::with_capacity(1 << 16, file()), context);
    let ledger = Some(RefCell::new(Ledger::new(file(), Redactor::default())));
    let options = Options { concurrency: CONCURRENCY, ledger, ..Options::new(RunTag::new(1, 1)) };
    let mut gate = Gate::new(plan, false);
    let mut unsound = 0;
    run(plan, &client, &options, std::future::pending(), |event| {
        gate.event(&event);
        journal.event(&event).expect("the journal is written");
        if let Event::Case(result) = &event {
            unsound += u64::from(result.verdict != Verdict::Conforms);
        }
    })
    .await;
    journal.flush().expect("the journal is written");
    assert_eq!(unsound, 0, "the bench's server keeps the contract");
}

/// What the bare loops hold an answer against: the same schemas as the engine.
struct Validators {
    user: Validator,
    error: Validator,
}

impl Validators {
    fn of(contract: &Contract) -> Self {
        let root = contract.schemas.lenient(proofmark::schema::Direction::Response);
        let build = |name: &str| {
            let mut schema = root.clone();
            schema["$ref"] = format!("#/components/schemas/{name}").into();
            jsonschema::draft202012::new(&schema).expect("a schema")
        };
        Self { user: build("User"), error: build("ApiError") }
    }

    fn judge(&self, status: u16, body: &[u8]) {
        let value: Value = serde_json::from_slice(body).expect("an answer in JSON");
        let validator = if status == 200 { &self.user } else { &self.error };
        assert!(validator.is_valid(&value), "the bench's server keeps the contract");
    }
}

async fn reqwest_loop(url: &str, bodies: &Bodies, requests: u64, validators: Option<&Validators>) {
    _ = rustls::crypto::ring::default_provider().install_default();
    let client =
        reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let url = reqwest::Url::parse(&format!("{url}/users")).expect("a URL");
    let next = Cell::new(0);
    let worker = async || {
        while next.get() < requests {
            let body = bodies.get(next.get());
            next.set(next.get() + 1);
            let response = client
                .post(url.clone())
                .header("content-type", "application/json")
                .body(body)
                .send()
                .await
                .expect("an answer");
            let status = response.status().as_u16();
            let body = response.bytes().await.expect("a body");
            if let Some(validators) = validators {
                validators.judge(status, &body);
            }
        }
    };
    futures_util::future::join_all((0..CONCURRENCY).map(|_| worker())).await;
}

async fn hyper_loop(url: &str, bodies: &Bodies, requests: u64, validators: Option<&Validators>) {
    let client =
        hyper_util::client::legacy::Client::builder(hyper_util::rt::TokioExecutor::new()).build_http::<Full<Bytes>>();
    let url: hyper::Uri = format!("{url}/users").parse().expect("a URL");
    let next = Cell::new(0);
    let worker = async || {
        while next.get() < requests {
            let body = bodies.get(next.get());
            next.set(next.get() + 1);
            let request = hyper::Request::post(url.clone())
                .header("content-type", "application/json")
                .body(Full::new(body))
                .expect("a request");
            let response = client.request(request).await.expect("an answer");
            let status = response.status().as_u16();
            let body = response.into_body().collect().await.expect("a body").to_bytes();
            if let Some(validators) = validators {
                validators.judge(status, &body);
            }
        }
    };
    futures_util::future::join_all((0..CONCURRENCY).map(|_| worker())).await;
}

/// User and system time of this process, in seconds; the kernel counts in hundredths.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> =
        stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace().collect()).unwrap_or_default();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or(f64::NAN);
    (ticks(11) + ticks(12)) / 100.0
}

/// The most memory that this process ever had, in KiB.
fn peak_memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok()).unwrap_or(f64::NAN)
}
