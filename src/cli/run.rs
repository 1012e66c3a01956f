//! `proofmark run`: load, plan, run, report, decide.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use proofmark::contract::Contract;
use proofmark::generate::RunTag;
use proofmark::plan::Plan;
use proofmark::report::{Console, Context, JUnit, Journal, Outcome, Report, Tally, json};
use proofmark::run::{self, Event, Gate, Ledger, Options, Started};
use proofmark::transport::{Client, Overrides, Target};

use super::args::{ReportArg, ReportFormat, RunArgs};
use super::choose::{Choice, choose, embedded};
use super::document::{contract, runtime};
use super::exit::Exit;
use super::folder::{Folder, create};
use super::plan::planned;
use super::problem::Problem;
use super::progress::Progress;
use super::terminal::Terminal;

/// The longest that the journal may lag behind what happened.
const LAG: Duration = Duration::from_millis(200);

pub(crate) fn run(args: &RunArgs, terminal: &Terminal) -> Result<Exit, Problem> {
    let contract = contract(args.spec.spec.as_deref())?;
    let server = Server::of(choose(&args.target, &contract)?)?;
    let target = &server.target;
    let plan = planned(&contract, &args.planning, target.is_protected())?;
    let at = now();
    let tag = RunTag::new(at, std::process::id());
    let folder = Folder::create(&args.out, &tag, at)?;
    let context =
        Context::new(Arc::clone(&contract), target.redactor(), target.base_url.as_str(), target.shown_headers());
    let mut reports = Reports::new(args, &folder, &context, terminal, plan.len())?;
    reports.event(&Event::Started(started(&plan, target, &tag, at)));

    let ledger = Ledger::new(folder.file("ledger.ndjson")?, target.redactor());
    let options = Options {
        concurrency: target.concurrency,
        tag,
        credentials: has_credentials(target),
        ledger: Some(RefCell::new(ledger)),
    };
    let mut gate = Gate::new(&contract, args.strict);
    runtime()?.block_on(async {
        let client = Client::new(target).map_err(|error| Problem::usage(error.to_string()))?;
        reach(&client, target, args.target.wait).await?;
        run::run(&plan, &client, &options, interrupted(), |event| {
            gate.event(&event);
            reports.event(&event);
        })
        .await;
        Ok::<(), Problem>(())
    })?;
    let exit = reports.finish(&gate, &folder)?;
    Ok(exit)
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
                target: *target,
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

/// Everything that is written about a run.
struct Reports<'t> {
    terminal: &'t Terminal,
    context: Arc<Context>,
    console: Console<Vec<u8>>,
    tally: Tally,
    journal: Journal<BufWriter<File>>,
    junit: Vec<JUnit<File>>,
    json: Vec<PathBuf>,
    progress: Progress,
    shown: Vec<String>,
    flushed: Instant,
    findings: u64,
    failed: Option<io::Error>,
}

impl<'t> Reports<'t> {
    fn new(
        args: &RunArgs,
        folder: &Folder,
        context: &Arc<Context>,
        terminal: &'t Terminal,
        cases: Option<u64>,
    ) -> Result<Self, Problem> {
        let journal = Journal::new(BufWriter::new(folder.file("journal.ndjson")?), Arc::clone(context));
        let mut reports = Self {
            terminal,
            context: Arc::clone(context),
            console: Console::new(Vec::new(), Arc::clone(context), terminal.out),
            tally: Tally::new(Arc::clone(context)),
            journal,
            junit: vec![JUnit::new(folder.file("junit.xml")?, Arc::clone(context))],
            json: Vec::new(),
            progress: Progress::new(terminal.live, cases),
            shown: vec![folder.shown("report.json")],
            flushed: clock(),
            findings: 0,
            failed: None,
        };
        for ReportArg { format, path } in &args.reports {
            let Some(path) = path else { continue };
            match format {
                ReportFormat::Json => reports.json.push(path.clone()),
                ReportFormat::Junit => reports.junit.push(JUnit::new(create(path)?, Arc::clone(context))),
            }
            reports.shown.push(path.display().to_string());
        }
        Ok(reports)
    }

    /// Hands an event to every report. A report that cannot be written fails the run at its end, not in its midst.
    fn event(&mut self, event: &Event) {
        let written = self.write(event);
        if let (Err(error), None) = (written, &self.failed) {
            self.failed = Some(error);
        }
    }

    fn write(&mut self, event: &Event) -> io::Result<()> {
        self.tally.event(event)?;
        self.journal.event(event)?;
        for junit in &mut self.junit {
            junit.event(event)?;
        }
        self.console.event(event)?;
        match event {
            Event::Started(_) => self.show(),
            Event::Case(result) => {
                self.findings += result.findings.len() as u64;
                self.progress.case(self.findings);
            }
            Event::Finished(_) => self.progress.finish(),
        }
        if self.flushed.elapsed() >= LAG || matches!(event, Event::Finished(_)) {
            self.journal.flush()?;
            self.flushed = clock();
        }
        Ok(())
    }

    /// Prints what the console has to say so far.
    fn show(&mut self) {
        let text = self.console.take();
        self.terminal.print(&String::from_utf8_lossy(&text));
    }

    fn finish(mut self, gate: &Gate<'_>, folder: &Folder) -> Result<Exit, Problem> {
        let decision = gate.decision();
        let exit = Exit::of(&decision);
        let outcome = Outcome { decision, exit: exit.code() };
        let unwritten =
            |error: io::Error| Problem::obstacle(Exit::Inconclusive, "a report could not be written", error);
        json::write(BufWriter::new(folder.file("report.json")?), &self.tally, &outcome, &self.context)
            .map_err(unwritten)?;
        for path in std::mem::take(&mut self.json) {
            if path.as_os_str() == "-" {
                let mut text = Vec::new();
                json::write(&mut text, &self.tally, &outcome, &self.context).map_err(unwritten)?;
                self.terminal.print(&String::from_utf8_lossy(&text));
            } else {
                json::write(BufWriter::new(create(&path)?), &self.tally, &outcome, &self.context).map_err(unwritten)?;
            }
        }
        self.console.summary(&self.tally, &outcome, &self.shown).map_err(unwritten)?;
        self.show();
        match self.failed {
            // What was found stands, whatever became of the reports.
            Some(error) if exit != Exit::Findings => Err(unwritten(error)),
            _ => Ok(exit),
        }
    }
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
        untried: plan.untried.iter().map(|untried| (untried.title.clone(), untried.reason.clone())).collect(),
        at,
    }
}

/// Whether the run says who it is.
pub(crate) fn has_credentials(target: &Target) -> bool {
    target.dial.client_certificate.is_some() || target.headers.iter().any(|header| header.is_credential())
}

/// Waits for a target that is still starting, and makes sure that it is there.
pub(crate) async fn reach(client: &Client, target: &Target, wait: Option<Duration>) -> Result<(), Problem> {
    let Some(wait) = wait else { return Ok(()) };
    client.wait_until_reachable(wait).await.map_err(|error| unreachable(target, error))
}

pub(crate) fn unreachable(target: &Target, cause: impl std::fmt::Display) -> Problem {
    Problem::obstacle(Exit::Inconclusive, format!("could not reach {}", target.base_url.as_str()), cause)
        .hint("start the server first, or wait for it with `--wait 30s`")
}

/// Completes when somebody wants the run to end.
pub(crate) async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    _ = tokio::signal::ctrl_c().await;
}

/// Milliseconds since the Unix epoch.
#[expect(clippy::disallowed_methods, reason = "a run is dated")]
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}

#[expect(clippy::disallowed_methods, reason = "the journal is flushed by the clock")]
pub(crate) fn clock() -> Instant {
    Instant::now()
}
