//! `proofmark test`: each case of the gate as a trial, with libtest's flags.
//!
//! libtest-mimic decides which trials run and how they are shown. It is no scheduler: the cases it wants are sent by
//! one run, many at once, and each trial only waits for its verdict.

use std::collections::HashMap;
use std::ffi::OsString;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use libtest_mimic::{Arguments, Failed, Trial};
use proofmark::case::authored::CaseFiles;
use proofmark::contract::Contract;
use proofmark::generate::RunTag;
use proofmark::plan::Plan;
use proofmark::report::{Context, Look, finding};
use proofmark::run::{self, CaseResult, Event, Verdict};
use proofmark::transport::Client;

use super::again::{Given, context};
use super::args::{PlanningArgs, SelectArgs, SpecArgs, TargetArgs, TestArgs};
use super::choose::{Choice, choose};
use super::document::runtime;
use super::exit::Exit;
use super::plan::planned;
use super::problem::Problem;
use super::run::{Server, learn, options};
use super::select::selected;
use super::terminal::Terminal;

/// What a trial waits for: nothing, or why its case does not conform.
type Outcome = Result<(), String>;

pub(crate) fn test(args: &TestArgs, terminal: &Terminal) -> Result<Exit, Problem> {
    let typed = std::iter::once("proofmark test".into()).chain(args.libtest.iter().map(OsString::from));
    let libtest = Arguments::from_iter(typed);
    let settings = Settings::of_environment()?;
    let (mut contract, files) = selected(&settings.spec, &settings.planning.cases_from, &SelectArgs::default())?;
    let choice = choose(&settings.target, &contract)?;
    let target = if let Choice::Server(target) = &choice { Some(target.as_ref()) } else { None };
    let plan = planned(&contract, &settings.planning, &files, target)?;

    let mut wanted = HashMap::new();
    let trials: Vec<Trial> = plan
        .cases()
        .iter()
        .map(|case| {
            let (sender, receiver) = channel();
            let trial =
                Trial::test(case.name.clone(), move || waited(&receiver)).with_ignored_flag(case.lacks.is_some());
            if !libtest.is_filtered_out(&trial) && !libtest.is_ignored(&trial) {
                wanted.insert(case.name.clone(), sender);
            }
            trial
        })
        .collect();
    if libtest.list {
        // As libtest prints it. Its stand-in would panic where the reader goes away.
        let shown = trials.iter().filter(|trial| !libtest.ignored && !libtest.is_filtered_out(trial));
        terminal.print(&shown.map(|trial| format!("{}: test\n", trial.name())).collect::<String>());
        return Ok(Exit::Success);
    }
    if wanted.is_empty() {
        return Err(Problem::Obstacle {
            exit: Exit::Nothing,
            message: "no case fits the filters".into(),
            cause: None,
            hint: Some("`proofmark test --list` lists all".into()),
        });
    }
    drop(plan);
    let server = Server::of(choice)?;
    taught(&mut contract, &settings, &server, terminal)?;
    let conclusion = std::thread::scope(|scope| {
        scope.spawn(|| send((&contract, &files), &settings, &server, wanted));
        printed(|| libtest_mimic::run(&libtest, trials))
    });
    // Nobody reads on: what came of it was not told.
    let Some(conclusion) = conclusion else { return Ok(Exit::Inconclusive) };
    Ok(if conclusion.has_failed() { Exit::Findings } else { Exit::Success })
}

/// Finds out which values the target takes only once.
fn taught(
    contract: &mut Arc<Contract>,
    settings: &Settings,
    server: &Server,
    terminal: &Terminal,
) -> Result<(), Problem> {
    let target = &server.target;
    let client = Client::new(target).map_err(|error| Problem::usage(error.to_string()))?;
    let tag = RunTag::new(super::run::now(), std::process::id());
    let options = options(tag, target, contract);
    let seed = settings.planning.seed;
    runtime()?.block_on(learn(contract, seed, (&client, target), &options, |_| true, terminal));
    Ok(())
}

/// The settings of `run`, from the environment alone: the arguments are libtest's.
struct Settings {
    spec: SpecArgs,
    target: TargetArgs,
    planning: PlanningArgs,
}

impl Settings {
    fn of_environment() -> Result<Self, Problem> {
        let run = super::args::run_of_environment().map_err(|error| super::typed::problem(&error, &[]))?;
        Ok(Self { spec: run.spec, target: run.target, planning: run.planning })
    }
}

/// What `print` gives; nothing where standard output was closed, at which libtest-mimic panics.
fn printed<T>(print: impl FnOnce() -> T) -> Option<T> {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let text = panic.payload_as_str().unwrap_or_default();
        if !text.contains("BrokenPipe") {
            report(panic);
        }
    }));
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(print)).ok()
}

fn waited(receiver: &Receiver<Outcome>) -> Result<(), Failed> {
    match receiver.recv() {
        Ok(Ok(())) => Ok(()),
        Ok(Err(message)) => Err(message.into()),
        Err(_) => Err("the run ended before this case was sent".into()),
    }
}

/// Sends the wanted cases, and tells each trial what came of its own.
fn send(
    (contract, files): (&Arc<Contract>, &CaseFiles),
    settings: &Settings,
    server: &Server,
    mut wanted: HashMap<String, Sender<Outcome>>,
) {
    let target = &server.target;
    let problem = |wanted: &HashMap<String, Sender<Outcome>>, message: String| {
        wanted.values().for_each(|trial| _ = trial.send(Err(message.clone())));
    };
    let mut plan: Plan<'_> = match planned(contract, &settings.planning, files, Some(target)) {
        Ok(plan) => plan,
        Err(_) => return problem(&wanted, "the plan could not be made".into()),
    };
    plan.keep_if(|case| wanted.contains_key(&case.name));
    let PlanningArgs { seed, cases_from, .. } = &settings.planning;
    let given = Given { spec: &settings.spec, target: &settings.target, seed: *seed, cases_from };
    let Ok(context) = context(contract, target, given) else {
        return problem(&wanted, "the target is not known".into());
    };
    let tag = RunTag::new(super::run::now(), std::process::id());
    let options = options(tag, target, contract);
    let (Ok(runtime), Ok(client)) = (runtime(), Client::new(target)) else {
        return problem(&wanted, "the client could not be made".into());
    };
    let cut_short = runtime.block_on(run::run(&plan, &client, &options, std::future::pending(), |event| {
        if let Event::Case(result) = event
            && let Some(trial) = wanted.remove(&result.case.name)
        {
            _ = trial.send(outcome(&result, &context));
        }
    }));
    if let Some(why) = cut_short {
        problem(&wanted, why);
    }
}

fn outcome(result: &CaseResult, context: &Context) -> Outcome {
    match result.verdict {
        Verdict::Conforms => Ok(()),
        Verdict::Violates => {
            let findings =
                result.findings.iter().map(|found| finding::of_result(found, result, context, Look::default()));
            Err(findings.collect::<Vec<_>>().join("\n"))
        }
        Verdict::Inconclusive | Verdict::Skipped => {
            Err(format!("{}: {}", result.verdict.word(), result.why.as_deref().unwrap_or("no reason is known")))
        }
    }
}
