//! The embedded server, broken and unusual by design: each fault must be found, no variation failed.

use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use proofmark::generate::RunTag;
use proofmark::plan::Plan;
use proofmark::reference::{FAULTS, Fault, Options as Server, VARIATIONS, start};
use proofmark::report::Look;
use proofmark::run::{self, Decision, Gate, Options};
use proofmark::transport::{AddedHeader, BaseUrl, Client, Target};
use proofmark::verify::table;

use super::Faulty;
use crate::cli::document::runtime;
use crate::cli::exit::Exit;
use crate::cli::problem::Problem;
use crate::cli::progress::Progress;
use crate::cli::terminal::Terminal;

/// How long is waited for a server that hangs by design.
const HANG: Duration = Duration::from_millis(700);
/// How many servers are tried at once.
const AT_ONCE: usize = 4;
/// What a server demands whose fault is one of credentials.
const TOKEN: &str = "Proofmark-Token-0123456789";

/// What the gate sends, by one seed.
pub(super) struct Plans<'c> {
    /// To servers that let everybody in.
    pub(super) open: Plan<'c>,
    /// To those that demand a credential.
    pub(super) closed: Plan<'c>,
}

/// Whether any server has `text` in its name.
pub(super) fn has_any(text: &str) -> bool {
    FAULTS.iter().any(|fault| fault.name.contains(text)) || VARIATIONS.iter().any(|one| one.name.contains(text))
}

/// Runs the gate on each faulty server that has `filter` in its name, by the first seed, and on each such conformant one by
/// every seed.
pub(super) fn run(plans: &[Plans<'_>], filter: &str, terminal: &Terminal) -> Result<Faulty, Problem> {
    let demand = |fault: &Fault| fault.needs_credentials().then(|| TOKEN.to_owned());
    let faulty = FAULTS
        .iter()
        .filter(|fault| fault.name.contains(filter))
        .map(|fault| (0, Server { fault: Some(*fault), require_auth: demand(fault), ..Server::default() }));
    let varied = VARIATIONS
        .iter()
        .filter(|variation| variation.name.contains(filter))
        .map(|variation| Server { variation: Some(*variation), ..Server::default() });
    let closed = Server { require_auth: Some(TOKEN.to_owned()), ..Server::default() };
    let plain = [Server::default(), closed].into_iter().filter(|_| filter.is_empty());
    let sound = varied.chain(plain).flat_map(|server| (0..plans.len()).map(move |seed| (seed, server.clone())));
    let servers: Vec<(usize, Server)> = faulty.chain(sound).collect();
    let progress = Mutex::new(Progress::of(terminal.live, Some(servers.len() as u64), "servers"));
    let next = AtomicUsize::new(0);
    let work = || -> Result<Faulty, Problem> {
        let mut found = Faulty { missed: Vec::new(), failed: Vec::new(), faults: 0, variations: 0 };
        while let Some((seed, server)) = servers.get(next.fetch_add(1, Ordering::Relaxed)) {
            let plans = &plans[*seed];
            let plan = if server.require_auth.is_some() { &plans.closed } else { &plans.open };
            note(&mut found, server, plan.seed, &gate(plan, server)?);
            if let Ok(progress) = progress.lock() {
                progress.step(String::new());
            }
        }
        Ok(found)
    };
    let parts = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).collect::<Result<Vec<_>, _>>()
    })?;
    if let Ok(progress) = progress.into_inner() {
        progress.finish();
    }
    Ok(parts.into_iter().fold(Faulty { missed: Vec::new(), failed: Vec::new(), faults: 0, variations: 0 }, joined))
}

fn note(found: &mut Faulty, server: &Server, seed: u64, decision: &Decision) {
    match (&server.fault, &server.variation) {
        (Some(fault), _) => {
            found.faults += 1;
            if *decision != Decision::Fail {
                found.missed.push(fault.name.to_owned());
            }
        }
        (None, variation) => {
            found.variations += 1;
            if *decision != Decision::Pass {
                let name = variation.map_or("(none)", |variation| variation.name);
                found.failed.push(format!("{name} with seed {}", proofmark::report::seed(seed)));
            }
        }
    }
}

fn joined(mut all: Faulty, part: Faulty) -> Faulty {
    all.missed.extend(part.missed);
    all.failed.extend(part.failed);
    all.faults += part.faults;
    all.variations += part.variations;
    all
}

fn gate(plan: &Plan<'_>, server: &Server) -> Result<Decision, Problem> {
    let hangs = server.fault.is_some_and(|fault| fault.hangs());
    let credentials = server.require_auth.is_some();
    let failed =
        |error: &dyn std::fmt::Display| Problem::obstacle(Exit::Bug, "could not start the embedded server", error);
    let running = start(server.clone()).map_err(|error| failed(&error))?;
    let url = BaseUrl::parse(&format!("http://{}", running.address)).map_err(|error| failed(&error))?;
    let timeout = if hangs { HANG } else { Target::TIMEOUT };
    let header = AddedHeader::literal("Authorization", format!("Bearer {TOKEN}"));
    let headers = credentials.then_some(header).into_iter().collect();
    let target = Target { timeout, headers, ..Target::new("embedded", url) };
    let options = Options {
        concurrency: target.concurrency,
        credentials,
        redactor: target.redactor(),
        ..Options::new(RunTag::sample())
    };
    let mut gate = Gate::new(plan, false);
    runtime()?.block_on(async {
        let client = Client::new(&target).map_err(|error| Problem::usage(error.to_string()))?;
        // A fault that was found is found; what a sound server is held to has no end before the last case.
        let take = |event| {
            gate.event(&event);
            match gate.decision() {
                Decision::Fail => ControlFlow::Break("it was found".to_owned()),
                _ => ControlFlow::Continue(()),
            }
        };
        run::run_until(plan, &client, &options, std::future::pending(), take).await;
        Ok::<_, Problem>(())
    })?;
    Ok(gate.decision())
}

/// What came of them, for a person.
pub(super) fn text(faulty: &Faulty, look: Look) -> String {
    let mut text = String::new();
    let Faulty { missed, failed, faults, variations } = faulty;
    let found = format!("{} of {faults} faults of the embedded server found", faults - missed.len());
    table::say(&mut text, "Faults", table::style(missed.is_empty()), &found, look);
    missed.iter().for_each(|name| table::say(&mut text, "MISSED", table::style(false), name, look));
    let passed = format!("{} of {variations} runs on conformant servers passed", variations - failed.len());
    table::say(&mut text, "Variations", table::style(failed.is_empty()), &passed, look);
    failed.iter().for_each(|name| table::say(&mut text, "FAILED", table::style(false), name, look));
    text
}
