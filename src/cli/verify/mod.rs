//! `proofmark verify`: the gate, tried with a contract that is broken in one way at a time.

#[cfg(feature = "reference")]
mod faults;

use std::cell::RefCell;
use std::fmt::Write as _;
use std::io::BufWriter;
use std::pin::pin;
use std::sync::Arc;

use proofmark::case::authored::CaseFiles;
use proofmark::contract::Contract;
use proofmark::generate::RunTag;
#[cfg(feature = "reference")]
use proofmark::plan::DEFAULT_SEED;
use proofmark::plan::Plan;
use proofmark::report::{Console, Context, Report};
use proofmark::run::{self, Decision, Event, Gate, Ledger, Options, Started};
use proofmark::tamper::{Mutation, Setting, mutations};
use proofmark::transport::{Client, Target};
use proofmark::verify::{Matrix, Recorded, Row, json, table, trial};
use serde_json::Value;

use super::args::{PlanningArgs, ReportFormat, TargetArgs, VerifyArgs};
use super::choose::{Choice, choose};
use super::document::runtime;
use super::exit::Exit;
use super::folder::{Folder, create};
use super::plan::planned;
use super::problem::Problem;
use super::progress::Progress;
use super::reports::clock;
use super::run::{Server, learn, now, options, reach, started};
use super::select::selected;
use super::signal::interrupted;
use super::terminal::Terminal;

/// How many findings of a run that does not pass are told.
const TOLD: usize = 5;

pub(crate) fn verify(args: &VerifyArgs, terminal: &Terminal) -> Result<Exit, Problem> {
    let (mut contract, files) = selected(&args.spec, &args.planning.cases_from, &args.select)?;
    refuse_what_makes_no_sense(args)?;
    // Confirmed, so that a production environment gets this far, and is told that it is refused all the same.
    let confirmed = TargetArgs { confirm: Some("production".into()), ..args.target.clone() };
    let at = now();
    let tag = RunTag::new(at, std::process::id());
    let chosen = choose(&confirmed, &contract);
    if args.list {
        // Nothing is sent: what there is to break is known without a target, but for what its credentials add.
        let target = match &chosen {
            Ok(Choice::Server(target)) => Some(target.as_ref()),
            Ok(Choice::Embedded(_)) | Err(_) => None,
        };
        return list(&wanted(args, &contract, &setting(target, tag))?, terminal);
    }
    let choice = chosen?;
    if let Choice::Server(target) = &choice {
        unprotected(target)?;
    }
    let embedded = matches!(choice, Choice::Embedded(_));
    let server = Server::of(choice)?;
    let target = &server.target;
    let plan = planned(&contract, &PlanningArgs { filter: None, ..args.planning.clone() }, &files, Some(target))?;
    if plan.len().is_none() {
        return Err(Problem::usage("a plan without end cannot be verified").hint("leave `--duration` out"));
    }
    drop(plan);
    let needs_folder = !embedded || args.report.as_ref().is_some_and(|report| report.path.is_none());
    let folder = if needs_folder { Some(Folder::create(&args.out, &tag, at)?) } else { None };
    let ledger = match &folder {
        Some(folder) => Some(Ledger::new(folder.file("ledger.ndjson")?, target.redactor())),
        None => None,
    };
    let mut options = Options { ledger: ledger.map(RefCell::new), ..options(tag.clone(), target, &contract) };
    let client = Client::new(target).map_err(|error| Problem::usage(error.to_string()))?;
    let runtime = runtime()?;
    runtime.block_on(reach(&client, target, args.target.wait))?;
    let seed = args.planning.seed;
    runtime.block_on(learn(&mut contract, seed, (&client, target), &options, |_| true, terminal));
    let ledger = options.ledger.take().map(RefCell::into_inner);
    let plan = planned(&contract, &PlanningArgs { filter: None, ..args.planning.clone() }, &files, Some(target))?;
    let all = wanted(args, &contract, &setting(Some(target), tag.clone()))?;
    let begun = started(&plan, target, &tag, at);
    announce(&contract, target, &begun, terminal)?;

    let clocked = clock();
    let tried = runtime.block_on(async {
        let recorded = Recorded::new(&client, &contract, ledger);
        if let Some(exit) = untampered(&plan, &recorded, &options, terminal).await {
            return Ok(Err(exit));
        }
        Ok::<_, Problem>(Ok(trials(&plan, &recorded, &options, &all, terminal).await))
    })?;
    let (matrix, whole) = match tried {
        Ok(tried) => tried,
        Err(exit) => return Ok(exit),
    };
    if !all.is_empty() {
        terminal.print(&table::table(&matrix, clocked.elapsed(), terminal.out));
    }
    let faults = of_faults(args, &contract, &files, terminal)?;
    report(args, folder.as_ref(), &begun, &matrix, faults.as_ref(), terminal)?;
    let missed = faults.as_ref().is_some_and(Faulty::is_missed);
    Ok(match (matrix.kill_rate(), matrix.survived().count()) {
        (_, 1..) => Exit::Findings,
        _ if missed => Exit::Findings,
        _ if !whole => Exit::Inconclusive,
        (None, _) if all.is_empty() && faults.is_some() => Exit::Success,
        (None, _) => Exit::Inconclusive,
        (Some(_), 0) => Exit::Success,
    })
}

/// What came of servers that are broken, or unusual, by design.
struct Faulty {
    missed: Vec<String>,
    failed: Vec<String>,
    faults: usize,
    variations: usize,
}

impl Faulty {
    fn is_missed(&self) -> bool {
        !self.missed.is_empty() || !self.failed.is_empty()
    }

    fn json(&self) -> Value {
        serde_json::json!({
            "faults": self.faults, "missed": self.missed, "variations": self.variations, "failed": self.failed,
        })
    }
}

fn refuse_what_makes_no_sense(args: &VerifyArgs) -> Result<(), Problem> {
    match &args.report {
        Some(report) if report.format != ReportFormat::Json => {
            Err(Problem::usage("the matrix is written as `json` alone"))
        }
        _ => Ok(()),
    }
}

fn unprotected(target: &Target) -> Result<(), Problem> {
    match &target.protected {
        None => Ok(()),
        Some(why) => Err(Problem::usage(format!(
            "`{}` is a production environment ({why}): the gate is not tried there",
            target.environment
        ))
        .hint("leave `--env` and `--target` out to try it on the embedded server")),
    }
}

fn setting(target: Option<&Target>, tag: RunTag) -> Setting {
    match target {
        Some(target) => Setting::of(target, tag),
        None => Setting { tag, timeout: Target::TIMEOUT, body_cap: Target::BODY_CAP, credentials: Vec::new() },
    }
}

/// The mutations that the filter leaves.
fn wanted(args: &VerifyArgs, contract: &Contract, setting: &Setting) -> Result<Vec<Mutation>, Problem> {
    let mut all = mutations(contract, setting);
    if let Some(text) = &args.planning.filter {
        all.retain(|mutation| mutation.name.contains(text.as_str()));
    }
    if all.is_empty() && !filters_faults(args) {
        let message = match &args.planning.filter {
            Some(text) => format!("no mutation has `{text}` in its name"),
            None => "the contract promises nothing that could be broken".to_owned(),
        };
        let hint = Some("`proofmark verify --list` lists all names".into());
        return Err(Problem::Obstacle { exit: Exit::Nothing, message, cause: None, hint });
    }
    Ok(all)
}

/// Whether the filter leaves some of the servers that are broken by design.
#[cfg(feature = "reference")]
fn filters_faults(args: &VerifyArgs) -> bool {
    args.faults.is_some() && args.planning.filter.as_deref().is_some_and(faults::has_any)
}

#[cfg(not(feature = "reference"))]
fn filters_faults(_: &VerifyArgs) -> bool {
    false
}

fn list(all: &[Mutation], terminal: &Terminal) -> Result<Exit, Problem> {
    let mut text = String::new();
    for mutation in all {
        _ = writeln!(text, "{}\n    {}", mutation.name, mutation.breaks);
    }
    _ = writeln!(text, "{} mutation{}", all.len(), if all.len() == 1 { "" } else { "s" });
    terminal.print(&text);
    Ok(Exit::Success)
}

fn announce(contract: &Arc<Contract>, target: &Target, begun: &Started, terminal: &Terminal) -> Result<(), Problem> {
    let context =
        Context::new(Arc::clone(contract), target.redactor(), target.base_url.as_str(), target.shown_headers());
    let mut console = Console::new(Vec::new(), context, terminal.out);
    console
        .event(&Event::Started(begun.clone()))
        .map_err(|error| Problem::obstacle(Exit::Bug, "the console could not be written", error))?;
    terminal.print(&String::from_utf8_lossy(&console.take()));
    Ok(())
}

/// The run that is recorded, and that must find nothing. How the process ends, where it does not pass.
async fn untampered(
    plan: &Plan<'_>,
    recorded: &Recorded<'_, Client>,
    options: &Options,
    terminal: &Terminal,
) -> Option<Exit> {
    let progress = Progress::new(terminal.live, plan.len());
    let clocked = clock();
    let mut gate = Gate::new(plan, false);
    let mut found: Vec<String> = Vec::new();
    run::run(plan, &recorded.replay(), options, interrupted(), |event| {
        gate.event(&event);
        if let Event::Case(result) = &event {
            progress.case(0);
            let titles = result.findings.iter().map(|finding| format!("{}: {}", finding.check, finding.title));
            let room = TOLD.saturating_sub(found.len());
            found.extend(titles.take(room));
        }
    })
    .await;
    progress.finish();
    let decision = gate.decision();
    let passed = decision == Decision::Pass;
    let mut text = String::new();
    let verb = match decision {
        Decision::Pass => "PASS",
        Decision::Fail => "FAIL",
        Decision::Inconclusive(_) | Decision::Nothing => "INCONCLUSIVE",
    };
    let cases = plan.len().unwrap_or(0);
    let what = format!("[{:>6.2}s] untampered: {cases} cases", clocked.elapsed().as_secs_f64());
    table::say(&mut text, verb, table::style(passed), &what, terminal.out);
    if !passed {
        for why in found.iter().map(String::as_str).chain(decision.why().iter().map(String::as_str)) {
            table::say(&mut text, "", table::style(false), why, terminal.out);
        }
        table::say(
            &mut text,
            "",
            table::style(false),
            "`proofmark run` tells more: a gate can be tried only where it passes",
            terminal.out,
        );
    }
    terminal.print(&text);
    (!passed).then(|| Exit::of(&decision))
}

/// Tries each mutation. Whether all of them were.
async fn trials(
    plan: &Plan<'_>,
    recorded: &Recorded<'_, Client>,
    options: &Options,
    all: &[Mutation],
    terminal: &Terminal,
) -> (Matrix, bool) {
    let progress = Progress::of(terminal.live, Some(all.len() as u64), "mutations");
    let mut matrix = Matrix::default();
    let mut survived = 0_usize;
    let mut stop = pin!(interrupted());
    for mutation in all {
        let trial = pin!(trial(plan, recorded, options, mutation));
        let row: Row = match futures_util::future::select(trial, stop.as_mut()).await {
            futures_util::future::Either::Left((row, _)) => row,
            futures_util::future::Either::Right(_) => break,
        };
        survived += usize::from(row.outcome.word() == "survived");
        progress.step(if survived > 0 { format!("{survived} survived") } else { String::new() });
        matrix.rows.push(row);
        // What is remembered needs no waiting: without this, nobody else would get a turn.
        tokio::task::yield_now().await;
    }
    progress.finish();
    let whole = matrix.rows.len() == all.len();
    (matrix, whole)
}

#[cfg(feature = "reference")]
fn of_faults(
    args: &VerifyArgs,
    contract: &Arc<Contract>,
    files: &CaseFiles,
    terminal: &Terminal,
) -> Result<Option<Faulty>, Problem> {
    let Some(super::args::Faults::Reference) = args.faults else { return Ok(None) };
    if !super::document::is_bundled(contract) {
        return Err(Problem::usage("the faults of the embedded server are faults of the bundled document")
            .hint("leave `--spec` or `--faults` out"));
    }
    let first = args.planning.seed.unwrap_or(DEFAULT_SEED);
    let plans = |number| {
        let planning = PlanningArgs { filter: None, seed: Some(first.wrapping_add(number)), ..args.planning.clone() };
        let plan = || planned(contract, &planning, files, None);
        Ok(faults::Plans { open: plan()?, closed: plan()?.with_credentials() })
    };
    let plans = (0..args.seeds).map(plans).collect::<Result<Vec<_>, Problem>>()?;
    let faulty = faults::run(&plans, args.planning.filter.as_deref().unwrap_or_default(), terminal)?;
    terminal.print(&faults::text(&faulty, terminal.out));
    Ok(Some(faulty))
}

#[cfg(not(feature = "reference"))]
fn of_faults(args: &VerifyArgs, _: &Arc<Contract>, _: &CaseFiles, _: &Terminal) -> Result<Option<Faulty>, Problem> {
    match args.faults {
        None => Ok(None),
        Some(_) => Err(Problem::usage("this build has no embedded server").hint("leave `--faults` out")),
    }
}

fn report(
    args: &VerifyArgs,
    folder: Option<&Folder>,
    begun: &Started,
    matrix: &Matrix,
    faults: Option<&Faulty>,
    terminal: &Terminal,
) -> Result<(), Problem> {
    let unwritten =
        |error: std::io::Error| Problem::obstacle(Exit::Inconclusive, "the matrix could not be written", error);
    let more: Vec<(&str, Value)> = faults.iter().map(|faulty| ("reference", faulty.json())).collect();
    let (path, file) = match args.report.as_ref().map(|report| &report.path) {
        None => return Ok(()),
        Some(Some(path)) if path.as_os_str() == "-" => {
            let mut text = Vec::new();
            json::write(&mut text, begun, matrix, &more).map_err(unwritten)?;
            terminal.print(&String::from_utf8_lossy(&text));
            return Ok(());
        }
        Some(Some(path)) => (path.display().to_string(), create(path)?),
        Some(None) => match folder {
            Some(folder) => (folder.shown("verify.json"), folder.file("verify.json")?),
            None => return Ok(()),
        },
    };
    json::write(BufWriter::new(file), begun, matrix, &more).map_err(unwritten)?;
    let mut text = String::new();
    table::say(&mut text, "Report", table::style(true), &path, terminal.out);
    terminal.print(&text);
    Ok(())
}
