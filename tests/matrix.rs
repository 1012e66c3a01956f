//! The gate against the embedded server, sound and broken: every fault is found, no conformant variation is failed.
//!
//! `PROOFMARK_FAULT=NAME` runs one row and prints its findings; with the name of a class, all of its rows.
#![cfg(feature = "reference")]
#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use proofmark::case::authored;
use proofmark::check::{Finding, Severity};
use proofmark::contract::Contract;
use proofmark::generate::RunTag;
use proofmark::plan::{DEFAULT_SEED, Plan, Profile};
use proofmark::reference::{FAULTS, Fault, Options as Server, VARIATIONS, Variation, start};
use proofmark::run::{Decision, Event, Gate, Options, run_until};
use proofmark::transport::{AddedHeader, BaseUrl, Client, Target};

/// Long enough for every answer of a sound server on a busy machine, and short enough to wait for a hanging one.
const TIMEOUT: Duration = Duration::from_secs(10);
const HANG_TIMEOUT: Duration = Duration::from_millis(700);
const TOKEN: &str = "Proofmark-Token-0123456789";

struct Row {
    decision: Decision,
    findings: Vec<Finding>,
}

fn contract() -> Contract {
    let text = include_bytes!("../specs/admin-openapi.yaml");
    let document = proofmark::spec::read("specs/admin-openapi.yaml", text).expect("the bundled document");
    Contract::of(Arc::new(document)).expect("its contract")
}

/// What all rows have in common.
struct Plans<'c> {
    /// For a server that demands no credential.
    open: Plan<'c>,
    /// For one that does.
    closed: Plan<'c>,
}

impl<'c> Plans<'c> {
    fn of(contract: &'c Contract) -> Self {
        let plan = || {
            let authored = authored::read(&authored::bundled(), contract).expect("the bundled cases");
            Plan::new(contract, Profile::Gate, DEFAULT_SEED, authored.cases)
        };
        Self { open: plan(), closed: plan().with_credentials() }
    }
}

/// A server that demands a credential.
fn closed() -> Server {
    Server { require_auth: Some(TOKEN.into()), ..Server::default() }
}

/// The gate against one server, with the credential that it demands if it does; with `until`, no longer than until that check has found something.
fn gate(plans: &Plans<'_>, server: Server, timeout: Duration, until: Option<&str>) -> Row {
    let credentials = server.require_auth.is_some();
    let running = start(server).expect("a server");
    let url = BaseUrl::parse(&format!("http://{}", running.address)).expect("a URL");
    let header = AddedHeader::literal("Authorization", format!("Bearer {TOKEN}"));
    let headers = credentials.then_some(header).into_iter().collect();
    let target = Target { timeout, headers, ..Target::new("embedded", url) };
    let plan = if credentials { &plans.closed } else { &plans.open };
    let options = Options { credentials, redactor: target.redactor(), ..Options::new(RunTag::sample()) };
    let mut gate = Gate::new(plan, false);
    let mut findings = Vec::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let client = Client::new(&target).expect("a client");
        run_until(plan, &client, &options, std::future::pending(), |event| {
            gate.event(&event);
            if let Event::Case(result) = event {
                findings.extend(result.findings.into_iter().filter(|finding| finding.severity == Severity::Error));
            }
            match until.filter(|check| findings.iter().any(|finding| finding.check == *check)) {
                Some(_) => ControlFlow::Break("it is found".into()),
                None => ControlFlow::Continue(()),
            }
        })
        .await;
    });
    Row { decision: gate.decision(), findings }
}

/// Runs `row` for each of `items`, two at a time, and gives what each has to complain of.
fn complaints<T: Sync>(items: &[T], row: impl Fn(&T) -> Option<String> + Sync) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Vec::new();
        while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
            found.extend(row(item));
        }
        found
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..2).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a worker")).collect()
    })
}

/// Variations that are tried on a server that demands a credential too.
const WITH_CREDENTIALS: &[&str] = &["strict", "duplicate-same", "close", "close-after-error", "slow", "more-headers"];

#[test]
fn no_conformant_variation_is_failed() {
    let contract = contract();
    let plans = Plans::of(&contract);
    let open = std::iter::once(Server::default())
        .chain(VARIATIONS.iter().map(|variation| Server { variation: Some(*variation), ..Server::default() }));
    let with_credentials = std::iter::once(closed())
        .chain(WITH_CREDENTIALS.iter().map(|name| Server { variation: Variation::named(name), ..closed() }));
    let sound: Vec<Server> = open.chain(with_credentials).collect();
    let failed = complaints(&sound, |server| {
        let name = server.variation.map_or("(the sound server)", |variation| variation.name);
        let row = gate(&plans, server.clone(), TIMEOUT, None);
        let titles: Vec<_> =
            row.findings.iter().take(5).map(|f| format!("{}: {} ({})", f.check, f.title, f.label)).collect();
        (row.decision != Decision::Pass).then(|| format!("{name}: {:?} {titles:#?}", row.decision))
    });
    println!("{} conformant servers passed", sound.len() - failed.len());
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn every_fault_is_found() {
    let contract = contract();
    let plans = Plans::of(&contract);
    #[expect(clippy::disallowed_methods, reason = "a developer may ask for one row")]
    let only = std::env::var("PROOFMARK_FAULT").ok();
    let faults: Vec<Fault> = FAULTS
        .iter()
        .copied()
        .filter(|fault| only.as_deref().is_none_or(|only| only == fault.name || only == fault.class.to_string()))
        .collect();
    let missed = complaints(&faults, |fault| {
        let timeout = if fault.hangs() { HANG_TIMEOUT } else { TIMEOUT };
        let server = if fault.needs_credentials() { closed() } else { Server::default() };
        let row = gate(&plans, Server { fault: Some(*fault), ..server }, timeout, Some(fault.expected_check));
        if only.is_some() {
            row.findings.iter().for_each(|f| println!("{}: {} ({})", f.check, f.title, f.label));
        }
        let found = row.findings.iter().any(|finding| finding.check == fault.expected_check);
        let others: std::collections::BTreeSet<_> = row.findings.iter().map(|finding| finding.check).collect();
        let what = format!(
            "{} ({}): expected {}, found {others:?}, {:?}",
            fault.name, fault.breaks, fault.expected_check, row.decision
        );
        (!found || row.decision != Decision::Fail).then_some(what)
    });
    println!("{} of {} faults found", faults.len() - missed.len(), faults.len());
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}
