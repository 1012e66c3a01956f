//! `proofmark replay`: one case again, with everything that was sent and received.

use std::fmt::Write as _;
use std::sync::Arc;

use proofmark::case::Case;
use proofmark::case::authored::CaseFiles;
use proofmark::contract::Contract;
use proofmark::generate::{Fresh, RunTag};
use proofmark::http::{Headers, curl_line};
use proofmark::plan::{DEFAULT_SEED, Plan, Profile};
use proofmark::report::{finding, without_userinfo};
use proofmark::run::{Verdict, perform};
use proofmark::transport::{Client, Target};

use super::again::{Given, context};
use super::args::ReplayArgs;
use super::case_files::authored_cases;
use super::choose::{Choice, choose};
use super::document::{contract, runtime};
use super::exit::Exit;
use super::nearest::unknown;
use super::plan::NOBODY;
use super::problem::Problem;
use super::run::{Server, learn, options, reach, unconnected, unreachable};
use super::terminal::Terminal;

pub(crate) fn replay(args: &ReplayArgs, terminal: &Terminal) -> Result<Exit, Problem> {
    let (contract, files) = contract(&args.spec, &args.cases_from)?;
    let mut contract = Arc::new(contract);
    let choice = choose(&args.target, &contract)?;
    let given = if let Choice::Server(target) = &choice { Some(target.as_ref()) } else { None };
    let plan = planned(&contract, &files, args.seed, given)?;
    let (number, case) = plan.named(&args.name).ok_or_else(|| unknown_case(&args.name, &plan))?;
    drop(plan);
    let tag = RunTag::new(super::run::now(), std::process::id());
    if args.curl {
        let fresh = Fresh { run: &tag, case: number, attempt: 0 };
        terminal.print(&commands(&case, &fresh, &choice));
        return Ok(Exit::Success);
    }
    let elsewhere = given.is_some();
    let server = Server::of(choice)?;
    let target = &server.target;
    let given = Given { spec: &args.spec, target: &args.target, seed: args.seed, cases_from: &args.cases_from };
    let options = options(tag, target, &contract);
    let client = Client::new(target).map_err(|error| Problem::usage(error.to_string()))?;
    let runtime = runtime()?;
    runtime.block_on(reach(&client, target, args.target.wait))?;
    // What the run learnt is learnt again, as far as this case has to do with it.
    let concerns = |number: usize| (0..case.steps.len()).any(|step| case.operation_of(step) == number);
    runtime.block_on(learn(&mut contract, args.seed, (&client, target), &options, concerns, terminal));
    let plan = planned(&contract, &files, args.seed, elsewhere.then_some(target))?;
    let (number, case) = plan.named(&args.name).unwrap_or((number, Arc::clone(&case)));
    let context = context(&contract, target, given)?;
    let result = runtime.block_on(perform(&plan, &client, &options, number, case));
    if let Some(cause) = unconnected(&result) {
        return Err(unreachable(target, cause));
    }
    let mut text = format!("{}\n    {}; {}\n\n", result.case.name, result.case.intent, result.case.reason);
    for exchange in &result.exchanges {
        text.push_str(&proofmark::report::exchange(exchange, &context));
        text.push('\n');
    }
    for found in &result.findings {
        _ = writeln!(text, "{}", finding::of_result(found, &result, &context, terminal.out));
    }
    let why = result.why.map(|why| format!(": {why}")).unwrap_or_default();
    _ = writeln!(text, "{}{why}", result.verdict.word());
    terminal.print(&text);
    Ok(match result.verdict {
        Verdict::Conforms => Exit::Success,
        Verdict::Violates => Exit::Findings,
        Verdict::Inconclusive | Verdict::Skipped => Exit::Inconclusive,
    })
}

/// Every case that a run on the target has.
fn planned<'c>(
    contract: &'c Contract,
    files: &CaseFiles,
    seed: Option<u64>,
    target: Option<&Target>,
) -> Result<Plan<'c>, Problem> {
    let authored = authored_cases(contract, files)?;
    let mut plan = Plan::new(contract, Profile::Gate, seed.unwrap_or(DEFAULT_SEED), authored.cases);
    if target.is_some_and(Target::has_credential) {
        plan = plan.with_credentials();
    }
    if target.is_some_and(Target::is_protected) {
        plan.protect(&authored.pins);
    }
    Ok(plan)
}

/// The requests of a case as curl commands, a line each.
fn commands(case: &Case, fresh: &Fresh<'_>, choice: &Choice) -> String {
    let (base, headers) = match choice {
        Choice::Server(target) => (without_userinfo(target.base_url.as_str()), target.shown_headers()),
        // The embedded server ends with this process.
        Choice::Embedded(_) => (NOBODY.to_owned(), Headers::default()),
    };
    case.requests(fresh).map(|request| curl_line(&base, &request, &headers) + "\n").collect()
}

fn unknown_case(name: &str, plan: &Plan<'_>) -> Problem {
    let names = plan.cases().iter().map(|case| case.name.as_str());
    unknown("case", name, names, "`proofmark plan` lists all names")
}
