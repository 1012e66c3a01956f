//! The gate against the embedded server, sound and broken: every fault is found, no conformant variation is failed.
//!
//! `PROOFMARK_FAULT=NAME` runs one row and prints its findings.
#![cfg(feature = "reference")]
#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use proofmark::case::authored;
use proofmark::check::{Finding, Severity};
use proofmark::contract::Contract;
use proofmark::generate::RunTag;
use proofmark::plan::{DEFAULT_SEED, Plan, Profile};
use proofmark::reference::{FAULTS, Fault, FaultClass, Options as Server, VARIATIONS, start};
use proofmark::run::{Decision, Event, Gate, Options, run};
use proofmark::transport::{BaseUrl, Client, Target};

/// Long enough for every answer of a sound server on a busy machine, and short enough to wait for a hanging one.
const TIMEOUT: Duration = Duration::from_secs(10);
const HANG_TIMEOUT: Duration = Duration::from_millis(700);

struct Row {
    decision: Decision,
    findings: Vec<Finding>,
}

fn contract() -> Contract {
    let text = include_bytes!("../specs/admin-openapi.yaml");
    let document = proofmark::spec::read("specs/admin-openapi.yaml", text).expect("the bundled document");
    Contract::of(Arc::new(document)).expect("its contract")
}

fn gate(contract: &Contract, server: Server, timeout: Duration) -> Row {
    let running = start(server).expect("a server");
    let url = BaseUrl::parse(&format!("http://{}", running.address)).expect("a URL");
    let target = Target { timeout, ..Target::new("embedded", url) };
    let authored = authored::read(&authored::bundled(), contract).expect("the bundled cases");
    let plan = Plan::new(contract, Profile::Gate, DEFAULT_SEED, authored.cases);
    let options = Options { redactor: target.redactor(), ..Options::new(RunTag::sample()) };
    let mut gate = Gate::new(&plan, false);
    let mut findings = Vec::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let client = Client::new(&target).expect("a client");
        run(&plan, &client, &options, std::future::pending(), |event| {
            gate.event(&event);
            if let Event::Case(result) = event {
                findings.extend(result.findings.into_iter().filter(|finding| finding.severity == Severity::Error));
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

#[test]
fn no_conformant_variation_is_failed() {
    let contract = contract();
    let sound = std::iter::once(None).chain(VARIATIONS.iter().copied().map(Some)).collect::<Vec<_>>();
    let failed = complaints(&sound, |variation| {
        let name = variation.map_or("(the sound server)", |variation| variation.name);
        let row = gate(&contract, Server { variation: *variation, ..Server::default() }, TIMEOUT);
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
    #[expect(clippy::disallowed_methods, reason = "a developer may ask for one row")]
    let only = std::env::var("PROOFMARK_FAULT").ok();
    let faults: Vec<Fault> =
        FAULTS.iter().copied().filter(|fault| only.as_deref().is_none_or(|only| only == fault.name)).collect();
    let missed = complaints(&faults, |fault| {
        let timeout = if fault.class == FaultClass::Hang { HANG_TIMEOUT } else { TIMEOUT };
        let row = gate(&contract, Server { fault: Some(*fault), ..Server::default() }, timeout);
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
