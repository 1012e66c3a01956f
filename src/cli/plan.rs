//! `proofmark plan`, and what a run's plan is made from.

use std::fmt::Write as _;

use proofmark::case::authored::CaseFiles;
use proofmark::case::{Case, Copies, Intent};
use proofmark::contract::{Contract, Untried};
use proofmark::generate::{Fresh, RunTag};
use proofmark::http::{Request, curl_line};
use proofmark::plan::{DEFAULT_SEED, Limit, Plan, Profile};
use proofmark::source::Pointer;
use proofmark::transport::Target;

use super::args::{PlanArgs, PlanningArgs, ProfileName};
use super::case_files::authored_cases;
use super::choose::{Choice, Wanted, choose, wanted};
use super::exit::Exit;
use super::problem::Problem;
use super::run::unselected;
use super::select::selected;
use super::terminal::Terminal;

/// How many cases a sweep has where nothing else is said.
const SWEEP: u64 = 10_000;

/// Where a printed request goes that is for nobody in particular: where `proofmark serve` listens.
pub(crate) const NOBODY: &str = "http://127.0.0.1:8080";

pub(crate) fn plan(args: &PlanArgs, terminal: &Terminal) -> Result<Exit, Problem> {
    let (contract, files) = selected(&args.spec, &args.planning.cases_from, &args.select)?;
    let target = match wanted(&args.target)? {
        Wanted::Nothing => None,
        Wanted::Url(_) | Wanted::Environment(_) => match choose(&args.target, &contract)? {
            Choice::Server(target) => Some(target),
            Choice::Embedded(_) => None,
        },
    };
    let plan = planned(&contract, &args.planning, &files, target.as_deref())?;
    let base = target.as_ref().map_or(NOBODY, |target| target.base_url.as_str());
    let headers = target.as_ref().map(|target| target.shown_headers()).unwrap_or_default();
    let run = RunTag::sample();
    let mut text = String::new();
    for (number, case) in (0..plan.len().unwrap_or(SWEEP)).filter_map(|number| Some((number, plan.case(number)?))) {
        let fresh = Fresh { run: &run, case: number, attempt: 0 };
        if args.json {
            let line =
                serde_json::json!({ "case": case.name, "intent": case.intent.to_string(), "reason": case.reason });
            _ = writeln!(text, "{line}");
        } else if args.curl {
            _ = writeln!(text, "# {} ({})", case.name, case.intent);
            curl_lines(&case, &fresh, &|request| curl_line(base, request, &headers), &mut text);
        } else {
            _ = writeln!(text, "{}\n    {}; {}", case.name, case.intent, case.reason);
            if let Some(why) = &case.lacks {
                _ = writeln!(text, "    not sent: {why}");
            }
        }
        if text.len() > 1 << 16 {
            terminal.print(&text);
            text.clear();
        }
    }
    if !args.json {
        for untried in &plan.untried {
            let is_its = |case: &Case| contract.operations[case.operation].operation.id == untried.id;
            // Of some operations a part is tried.
            let told = if plan.cases().iter().any(|case| is_its(case)) { "" } else { " is not tried" };
            _ = writeln!(text, "# {}{told}: {}", untried.title, untried.reason);
        }
        if let Some((title, reason)) = unselected(&contract) {
            _ = writeln!(text, "# {title}: {reason}");
        }
    }
    if !args.json && !args.curl {
        _ = writeln!(text, "{}", summary(&plan));
    }
    terminal.print(&text);
    Ok(if plan.is_empty() { Exit::Nothing } else { Exit::Success })
}

fn summary(plan: &Plan<'_>) -> String {
    let of = |word: &str| plan.cases().iter().filter(|case| case.intent.word() == word).count();
    let counts: Vec<_> = Intent::WORDS.iter().map(|word| format!("{word} {}", of(word))).collect();
    let beyond = match (plan.profile, plan.len()) {
        (Profile::Sweep(_), Some(all)) => format!(", and {} random ones", all - plan.cases().len() as u64),
        (Profile::Sweep(_), None) => ", and random ones until the time is over".to_owned(),
        _ => String::new(),
    };
    format!("{} cases ({} profile): {}{beyond}", plan.cases().len(), plan.profile, counts.join(" · "))
}

/// The plan that the arguments ask for. On a protected environment it is the smoke profile with every pinned value. Where
/// the target has a credential in a header, wrong ones are tried too.
pub(crate) fn planned<'c>(
    contract: &'c Contract,
    args: &PlanningArgs,
    files: &CaseFiles,
    target: Option<&Target>,
) -> Result<Plan<'c>, Problem> {
    let protected = target.is_some_and(Target::is_protected);
    let profile = profile(args)?;
    if protected && !matches!(profile, Profile::Smoke) && args.profile.is_some() {
        return Err(Problem::usage(format!("the {profile} profile is not run on a production environment"))
            .hint("leave `--profile` out, or say `--profile smoke`"));
    }
    let authored = authored_cases(contract, files)?;
    let profile = if protected { Profile::Smoke } else { profile };
    let mut plan = Plan::new(contract, profile, args.seed.unwrap_or(DEFAULT_SEED), authored.cases);
    plan.untried.extend(authored.left_out.into_iter().map(|case| Untried {
        id: case.name.clone(),
        title: case.name,
        pointer: Pointer::root(),
        reason: case.reason,
    }));
    if target.is_some_and(Target::has_credential) {
        plan = plan.with_credentials();
    }
    if protected {
        plan.protect(&authored.pins);
    }
    if let Some(text) = &args.filter {
        plan.keep_if(|case| case.name.contains(text.as_str()));
        if plan.is_empty() {
            return Err(Problem::Obstacle {
                exit: Exit::Nothing,
                message: format!("no case has `{text}` in its name"),
                cause: None,
                hint: Some("`proofmark plan` lists all names".into()),
            });
        }
    }
    Ok(plan)
}

fn profile(args: &PlanningArgs) -> Result<Profile, Problem> {
    let limit = match (args.cases, args.duration) {
        (Some(cases), _) => Some(Limit::Cases(cases)),
        (None, Some(time)) => Some(Limit::Duration(time)),
        (None, None) => None,
    };
    match (args.profile, limit) {
        (None, None) | (Some(ProfileName::Gate), None) => Ok(Profile::Gate),
        (Some(ProfileName::Smoke), None) => Ok(Profile::Smoke),
        (Some(ProfileName::Sweep) | None, Some(limit)) => Ok(Profile::Sweep(limit)),
        (Some(ProfileName::Sweep), None) => Ok(Profile::Sweep(Limit::Cases(SWEEP))),
        (Some(_), Some(_)) => {
            Err(Problem::usage("`--cases` and `--duration` belong to the sweep").hint("add `--profile sweep`"))
        }
    }
}

/// One line for each request of a case that is known before an answer came.
fn curl_lines(case: &Case, fresh: &Fresh<'_>, line: &dyn Fn(&Request) -> String, text: &mut String) {
    let mut shown = 0;
    for (request, step) in case.requests(fresh).zip(&case.steps) {
        match step.copies {
            Copies::One => {}
            Copies::Same(count) => _ = writeln!(text, "# {count} times at once:"),
            Copies::Fresh(count) => _ = writeln!(text, "# {count} times at once, what is new anew each time:"),
        }
        _ = writeln!(text, "{}", line(&request));
        shown += 1;
    }
    if shown < case.steps.len() {
        text.push_str("# and more that carry what was answered\n");
    }
}
