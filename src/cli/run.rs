//! `proofmark run`: load, plan, run, report, decide.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use proofmark::case::{Case, Intent};
use proofmark::contract::Contract;
use proofmark::generate::RunTag;
use proofmark::http::{Exchange, Failure};
use proofmark::plan::{DEFAULT_SEED, Plan};
use proofmark::run::{self, CaseResult, Event, Finished, Gate, Learnt, Ledger, Options, Started, Verdict};
use proofmark::transport::{Client, Overrides, Target};

use super::again::{Given, context};
use super::args::{PlanningArgs, RunArgs};
use super::choose::{Choice, choose, embedded};
use super::document::runtime;
use super::exit::Exit;
use super::folder::Folder;
use super::plan::planned;
use super::problem::Problem;
use super::reports::Reports;
use super::select::selected;
use super::signal::interrupted;
use super::terminal::Terminal;

pub(crate) fn run(args: &RunArgs, terminal: &Terminal) -> Result<Exit, Problem> {
    let (mut contract, files) = selected(&args.spec, &args.planning.cases_from, &args.select)?;
    let server = Server::of(choose(&args.target, &contract)?)?;
    let target = &server.target;
    // What is wrong with the arguments is known before anything is sent.
    let asked = operations(&planned(&contract, &args.planning, &files, Some(target))?);
    let client = Client::new(target).map_err(|error| Problem::usage(error.to_string()))?;
    let at = now();
    let tag = RunTag::new(at, std::process::id());
    let folder = Folder::create(&args.out, &tag, at)?;
    let PlanningArgs { seed, cases_from, .. } = &args.planning;
    let given = Given { spec: &args.spec, target: &args.target, seed: *seed, cases_from };
    drop(context(&contract, target, given)?);
    let ledger = Ledger::new(folder.file("ledger.ndjson")?, target.redactor());
    let options = Options {
        confirm: !target.is_protected(),
        ledger: Some(RefCell::new(ledger)),
        ..options(tag.clone(), target, &contract)
    };
    let runtime = runtime()?;
    let reached = runtime.block_on(reach(&client, target, args.target.wait));
    if reached.is_ok() {
        runtime.block_on(learn(
            &mut contract,
            *seed,
            (&client, target),
            &options,
            |number| asked.contains(&number),
            terminal,
        ));
    }
    let plan = planned(&contract, &args.planning, &files, Some(target))?;
    let context = context(&contract, target, given)?;
    let mut reports = Reports::new(args, &folder, &context, terminal, plan.len())?;
    reports.event(&Event::Started(started(&plan, target, &tag, at)));
    let mut gate = Gate::new(&plan, args.strict);
    let mut unreached = None;
    runtime.block_on(async {
        let mut take = |mut event: Event| {
            if let Event::Case(first) = &mut event
                && first.number == 0
            {
                unreached = unconnected(first).map(|cause| unreachable(target, cause));
                if !options.credentials {
                    excuse(first);
                }
            }
            gate.event(&event);
            reports.event(&event);
        };
        match reached {
            Ok(()) => _ = run::run(&plan, &client, &options, interrupted(), take).await,
            Err(problem) => {
                let cut_short = Some(problem.message());
                take(Event::Finished(Finished { elapsed: args.target.wait.unwrap_or_default(), cut_short }));
                unreached = Some(problem);
            }
        }
    });
    reports.finish(&gate, unreached)
}

/// The operations that a plan sends requests to, by their numbers.
fn operations(plan: &Plan<'_>) -> HashSet<usize> {
    let of = |case: &Arc<Case>| (0..case.steps.len()).map(|step| case.operation_of(step)).collect::<Vec<_>>();
    plan.cases().iter().flat_map(of).collect()
}

/// Finds out which values the target takes only once, and says so. Nothing is tried out on a protected environment.
pub(crate) async fn learn(
    contract: &mut Arc<Contract>,
    seed: Option<u64>,
    (client, target): (&Client, &Target),
    options: &Options,
    wanted: impl Fn(usize) -> bool,
    terminal: &Terminal,
) {
    let Some(contract) = Arc::get_mut(contract).filter(|_| !target.is_protected()) else { return };
    for Learnt { operation, places } in
        run::learn(contract, seed.unwrap_or(DEFAULT_SEED), client, options, wanted).await
    {
        let places: Vec<_> = places.iter().map(|place| format!("`{place}`")).collect();
        let places = places.join(", ");
        terminal
            .aside(&format!("note: {operation} takes the same {places} only once, so that each request has another\n"));
    }
}

/// Why a case could not even connect, if so: then it says nothing about the server.
pub(crate) fn unconnected(result: &CaseResult) -> Option<&str> {
    match result.exchanges.first().map(|exchange| &exchange.outcome) {
        Some(Err(Failure::Connect(cause))) => Some(cause),
        _ => None,
    }
}

/// A run without credentials that is asked for some found nothing out: that is no fault of the server's.
fn excuse(first: &mut CaseResult) {
    let response = first.exchanges.first().and_then(Exchange::response);
    let Some(status) = response.map(|response| response.status).filter(|status| matches!(status, 401 | 403)) else {
        return;
    };
    if first.case.intent == Intent::Valid {
        first.findings.clear();
        first.verdict = Verdict::Inconclusive;
        first.why = Some(format!("a valid request without credentials was refused with {status}"));
    }
}

/// A target, and the embedded server behind it if that is what it is.
pub(crate) struct Server {
    pub(crate) target: Target,
    #[cfg(feature = "reference")]
    _running: Option<proofmark::reference::Running>,
}

impl Server {
    /// The server that was chosen; the embedded one is started.
    pub(crate) fn of(choice: Choice) -> Result<Self, Problem> {
        match choice {
            Choice::Server(target) => Ok(Self {
                target: signed_in(*target)?,
                #[cfg(feature = "reference")]
                _running: None,
            }),
            Choice::Embedded(overrides) => Self::embedded(&overrides),
        }
    }

    #[cfg(feature = "reference")]
    fn embedded(overrides: &Overrides) -> Result<Self, Problem> {
        let running = proofmark::reference::start(proofmark::reference::Options::default())
            .map_err(|error| Problem::obstacle(Exit::Bug, "could not start the embedded server", error))?;
        let target = embedded(overrides, &format!("http://{}", running.address))?;
        Ok(Self { target, _running: Some(running) })
    }

    #[cfg(not(feature = "reference"))]
    fn embedded(overrides: &Overrides) -> Result<Self, Problem> {
        embedded(overrides, "http://127.0.0.1:8080").map(|target| Self { target })
    }
}

/// The target with the token that it needs, if it needs one.
fn signed_in(target: Target) -> Result<Target, Problem> {
    if target.sign_in.is_none() {
        return Ok(target);
    }
    runtime()?.block_on(target.signed_in()).map_err(|error| {
        Problem::obstacle(Exit::Inconclusive, "could not get a token", error)
            .hint("see `client_id`, `client_secret` and `token_url` in `proofmark.toml`")
    })
}

pub(crate) fn started(plan: &Plan<'_>, target: &Target, tag: &RunTag, at: u64) -> Started {
    let contract: &Contract = plan.contract;
    Started {
        version: env!("CARGO_PKG_VERSION"),
        run: tag.to_string(),
        document: contract.document.source.name().to_owned(),
        target: target.base_url.as_str().to_owned(),
        environment: target.environment.clone(),
        profile: plan.profile.to_string(),
        seed: plan.seed,
        cases: plan.len(),
        operations: contract
            .operations
            .iter()
            .map(|operation| (operation.operation.id.clone(), operation.operation.title()))
            .collect(),
        untried: plan
            .untried
            .iter()
            .map(|untried| (untried.title.clone(), untried.reason.clone()))
            .chain(unselected(contract))
            .collect(),
        at,
    }
}

/// The operations that nobody asked for, in one line.
pub(crate) fn unselected(contract: &Contract) -> Option<(String, String)> {
    let title = match contract.unselected.len() {
        0 => return None,
        1 => "1 other operation".to_owned(),
        many => format!("{many} other operations"),
    };
    Some((title, "not selected".to_owned()))
}

/// How requests go to a target: whether the run says who it is, and what it has to hide.
pub(crate) fn options(tag: RunTag, target: &Target, contract: &Contract) -> Options {
    Options {
        concurrency: target.concurrency,
        credentials: has_credentials(target),
        lacking: target.lacking(&contract.document.schemes()),
        redactor: target.redactor(),
        ..Options::new(tag)
    }
}

/// Whether the run says who it is.
pub(crate) fn has_credentials(target: &Target) -> bool {
    target.dial.client_certificate.is_some() || target.has_credential()
}

/// Waits for a target that is still starting, and makes sure that it is there.
pub(crate) async fn reach(client: &Client, target: &Target, wait: Option<Duration>) -> Result<(), Problem> {
    let Some(wait) = wait else { return Ok(()) };
    client.wait_until_reachable(wait).await.map_err(|error| {
        let message = format!("could not reach {} within {wait:?}", shown(target));
        Problem::obstacle(Exit::Inconclusive, message, error.cause).hint("start the server first, or wait longer")
    })
}

/// The target could not be connected to.
pub(crate) fn unreachable(target: &Target, cause: impl std::fmt::Display) -> Problem {
    Problem::obstacle(Exit::Inconclusive, format!("could not reach {}", shown(target)), cause)
        .hint("start the server first, or wait for it with `--wait 30s`")
}

fn shown(target: &Target) -> String {
    let shown = proofmark::report::without_userinfo;
    let url = shown(target.base_url.as_str());
    match &target.dial.proxy {
        Some(proxy) => format!("{url} through the proxy {}", shown(proxy.reveal())),
        None => url,
    }
}

/// Milliseconds since the Unix epoch.
#[expect(clippy::disallowed_methods, reason = "a run is dated")]
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}
