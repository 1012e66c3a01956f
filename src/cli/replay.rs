//! `proofmark replay`: one case again, with everything that was sent and received.

use std::fmt::Write as _;
use std::sync::Arc;

use proofmark::generate::{Fresh, RunTag};
use proofmark::http::curl_line;
use proofmark::plan::{DEFAULT_SEED, Plan, Profile};
use proofmark::report::{Context, finding};
use proofmark::run::{Options, Verdict, perform};
use proofmark::transport::Client;

use super::args::ReplayArgs;
use super::choose::choose;
use super::document::{contract, runtime};
use super::exit::Exit;
use super::plan::authored_cases;
use super::problem::Problem;
use super::run::{Server, has_credentials, reach, unreachable};
use super::terminal::Terminal;

pub(crate) fn replay(args: &ReplayArgs, terminal: &Terminal) -> Result<Exit, Problem> {
    let contract = contract(args.spec.spec.as_deref())?;
    let authored = authored_cases(&contract, &args.cases_from)?;
    let mut plan = Plan::new(&contract, Profile::Gate, args.seed.unwrap_or(DEFAULT_SEED), authored.cases);
    let server = Server::of(choose(&args.target, &contract)?)?;
    let target = &server.target;
    if target.is_protected() {
        plan.protect(&authored.pins);
    }
    let (number, case) = plan.named(&args.name).ok_or_else(|| unknown(&args.name, &plan))?;
    let context =
        Context::new(Arc::clone(&contract), target.redactor(), target.base_url.as_str(), target.shown_headers());
    let tag = RunTag::new(super::run::now(), std::process::id());
    if args.curl {
        let fresh = Fresh { run: &tag, case: number, attempt: 0 };
        for request in case.requests(&fresh) {
            terminal.print(&format!("{}\n", curl_line(target.base_url.as_str(), &request, &target.shown_headers())));
        }
        return Ok(Exit::Success);
    }
    let options = Options { credentials: has_credentials(target), redactor: target.redactor(), ..Options::new(tag) };
    let result = runtime()?.block_on(async {
        let client = Client::new(target).map_err(|error| Problem::usage(error.to_string()))?;
        reach(&client, target, args.target.wait).await?;
        Ok::<_, Problem>(perform(&plan, &client, &options, number, case).await)
    })?;
    let mut text = format!("{}\n    {}; {}\n\n", result.case.name, result.case.intent, result.case.reason);
    for exchange in &result.exchanges {
        text.push_str(&proofmark::report::exchange(exchange, &context));
        text.push('\n');
    }
    for found in &result.findings {
        _ = writeln!(text, "{}", finding::of_result(found, &result, &context, terminal.out));
    }
    _ = writeln!(text, "{}", result.verdict.word());
    terminal.print(&text);
    match (result.verdict, result.why) {
        (Verdict::Conforms, _) => Ok(Exit::Success),
        (Verdict::Violates, _) => Ok(Exit::Findings),
        (_, why) => Err(unreachable(target, why.unwrap_or_default())),
    }
}

fn unknown(name: &str, plan: &Plan<'_>) -> Problem {
    let names = plan.cases().iter().map(|case| case.name.as_str());
    let near = names.map(|known| (strsim::jaro_winkler(name, known), known)).max_by(|a, b| a.0.total_cmp(&b.0));
    let hint = match near {
        Some((score, near)) if score > 0.8 => format!("did you mean `{near}`? `proofmark plan` lists all names"),
        _ => "`proofmark plan` lists all names".to_owned(),
    };
    Problem::usage(format!("there is no case `{name}`")).hint(hint)
}
