//! Everything that is written about a run, while it goes on and when it is over.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use proofmark::report::{Console, Context, JUnit, Journal, Outcome, Report, Tally, json};
use proofmark::run::{Decision, Event, Gate};

use super::args::{ReportArg, ReportFormat, RunArgs};
use super::exit::Exit;
use super::folder::{Folder, create};
use super::problem::Problem;
use super::progress::Progress;
use super::terminal::Terminal;

/// The longest that the journal may lag behind what happened.
const LAG: Duration = Duration::from_millis(200);

/// The reports of one run.
pub(crate) struct Reports<'t> {
    terminal: &'t Terminal,
    folder: &'t Folder,
    context: Arc<Context>,
    console: Console<Vec<u8>>,
    tally: Tally,
    journal: Journal<BufWriter<File>>,
    junit: Vec<JUnit<File>>,
    json: Vec<File>,
    /// The report that standard output belongs to; the console then goes to standard error.
    piped: Option<ReportFormat>,
    progress: Progress,
    shown: Vec<String>,
    flushed: Instant,
    findings: u64,
    failed: Option<io::Error>,
    /// How much of the contract must have been exercised, in percent.
    min_coverage: Option<f64>,
}

impl<'t> Reports<'t> {
    /// Opens every file that will be written, so that one which cannot be is known before anything is sent.
    pub(crate) fn new(
        args: &RunArgs,
        folder: &'t Folder,
        context: &Arc<Context>,
        terminal: &'t Terminal,
        cases: Option<u64>,
    ) -> Result<Self, Problem> {
        let piped = piped(&args.reports)?;
        let look = if piped.is_some() { terminal.err } else { terminal.out };
        let journal = Journal::new(BufWriter::new(folder.file("journal.ndjson")?), Arc::clone(context));
        let mut reports = Self {
            terminal,
            folder,
            context: Arc::clone(context),
            console: Console::new(Vec::new(), Arc::clone(context), look),
            tally: Tally::new(Arc::clone(context)),
            journal,
            junit: vec![JUnit::new(folder.file("junit.xml")?, Arc::clone(context))],
            json: vec![folder.file("report.json")?],
            piped,
            progress: Progress::new(terminal.live, cases),
            shown: vec![folder.shown("report.json")],
            flushed: clock(),
            findings: 0,
            failed: None,
            min_coverage: args.min_coverage,
        };
        for (format, path) in args.reports.iter().filter_map(to_a_file) {
            match format {
                ReportFormat::Json => reports.json.push(create(path)?),
                ReportFormat::Junit => reports.junit.push(JUnit::new(create(path)?, Arc::clone(context))),
            }
            reports.shown.push(path.display().to_string());
        }
        Ok(reports)
    }

    /// Hands an event to every report. A report that cannot be written fails the run at its end, not in its midst.
    pub(crate) fn event(&mut self, event: &Event) {
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
            Event::Confirmed(_) => {}
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
        let text = String::from_utf8_lossy(&text);
        if self.piped.is_some() { self.terminal.aside(&text) } else { self.terminal.print(&text) }
    }

    /// Writes what is left to write, says how the run ended, and gives its exit. Where the target was never reached,
    /// that is all there is to say.
    pub(crate) fn finish(mut self, gate: &Gate<'_>, unreached: Option<Problem>) -> Result<Exit, Problem> {
        let decision = self.held_to_coverage(gate.decision());
        let exit = Exit::of(&decision);
        let outcome = Outcome { decision, exit: exit.code() };
        let unwritten =
            |error: io::Error| Problem::obstacle(Exit::Inconclusive, "a report could not be written", error);
        for file in std::mem::take(&mut self.json) {
            json::write(BufWriter::new(file), &self.tally, &outcome, &self.context).map_err(unwritten)?;
        }
        if let Some(format) = self.piped {
            self.pipe(format, &outcome).map_err(unwritten)?;
        }
        if let Some(problem) = unreached {
            return Err(problem);
        }
        self.console.summary(&self.tally, &outcome, &self.shown).map_err(unwritten)?;
        self.show();
        match self.failed {
            // What was found stands, whatever became of the reports.
            Some(error) if exit != Exit::Findings => Err(unwritten(error)),
            _ => Ok(exit),
        }
    }

    /// A run that exercised less than was asked for has not found out what it was to.
    fn held_to_coverage(&self, decision: Decision) -> Decision {
        let Some(least) = self.min_coverage else { return decision };
        let covered = self.tally.coverage().percent();
        if covered >= least {
            return decision;
        }
        // Rounded down: nothing short of it may look like it.
        let covered = (covered * 10.0).floor() / 10.0;
        let why = format!("{covered}% of the contract was exercised, and `--min-coverage` asks for {least}%");
        match decision {
            Decision::Pass => Decision::Inconclusive(vec![why]),
            Decision::Inconclusive(mut reasons) => {
                reasons.push(why);
                Decision::Inconclusive(reasons)
            }
            Decision::Fail | Decision::Nothing => decision,
        }
    }

    fn pipe(&self, format: ReportFormat, outcome: &Outcome) -> io::Result<()> {
        let text = match format {
            ReportFormat::Json => {
                let mut text = Vec::new();
                json::write(&mut text, &self.tally, outcome, &self.context)?;
                text
            }
            ReportFormat::Junit => self.folder.read("junit.xml")?,
        };
        self.terminal.print(&String::from_utf8_lossy(&text));
        Ok(())
    }
}

/// Standard output, as a path.
const PIPE: &str = "-";

/// The report that goes to standard output: one at most.
fn piped(reports: &[ReportArg]) -> Result<Option<ReportFormat>, Problem> {
    let mut piped = reports.iter().filter(|report| report.path.as_deref() == Some(Path::new(PIPE)));
    match (piped.next(), piped.next()) {
        (Some(_), Some(_)) => Err(Problem::usage("two reports cannot both go to standard output")
            .hint("give one of them a path: `--report junit=PATH`")),
        (first, _) => Ok(first.map(|report| report.format)),
    }
}

fn to_a_file(report: &ReportArg) -> Option<(ReportFormat, &PathBuf)> {
    let path = report.path.as_ref().filter(|path| path.as_path() != Path::new(PIPE))?;
    Some((report.format, path))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the journal is flushed by the clock, and a command says how long it took"
)]
pub(crate) fn clock() -> Instant {
    Instant::now()
}
