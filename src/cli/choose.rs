//! Which server, under which settings: flag, then variable, then `proofmark.toml`, then document.

use std::path::{Path, PathBuf};

use proofmark::contract::Contract;
use proofmark::spec::Server;
use proofmark::transport::{Environment, Overrides, Settings, Target, environments};

use super::args::TargetArgs;
use super::document::{is_bundled, source};
use super::problem::Problem;

/// The file that holds a project's environments.
const SETTINGS: &str = "proofmark.toml";

/// What requests go to.
pub(crate) enum Choice {
    /// A server that is there.
    Server(Box<Target>),
    /// The embedded one, with these settings.
    Embedded(Box<Overrides>),
}

/// The server that the arguments choose. `var` reads a variable of the environment.
///
/// An unconfirmed production environment is an error here, before anything is sent.
pub(crate) fn choose(args: &TargetArgs, contract: &Contract) -> Result<Choice, Problem> {
    let settings = settings()?;
    let servers = contract.document.servers();
    let known = environments(&servers, &settings);
    let overrides = overrides(args)?;
    let environment = match (&args.env, &args.target) {
        (Some(name), _) => named(name, &known)?,
        (None, Some(url)) => Environment::at(url, &servers, &settings),
        (None, None) => match variable("PROOFMARK_ENV") {
            Some(name) => named(&name, &known)?,
            None if is_bundled(contract) && cfg!(feature = "reference") => {
                return Ok(Choice::Embedded(Box::new(overrides.or(&settings.defaults))));
            }
            None => return Err(no_target(&known)),
        },
    };
    let target = environment.target(&overrides, &variable).map_err(|error| Problem::usage(error.to_string()))?;
    confirmed(args, &target)?;
    Ok(Choice::Server(Box::new(target)))
}

/// The target of the embedded server.
pub(crate) fn embedded(overrides: &Overrides, url: &str) -> Result<Target, Problem> {
    let at = Environment::at(url, &[] as &[Server], &Settings::default());
    let target = at.target(overrides, &variable).map_err(|error| Problem::usage(error.to_string()))?;
    Ok(Target { environment: "embedded".into(), ..target })
}

/// A variable of the environment; an empty one counts as unset.
#[expect(clippy::disallowed_methods, reason = "the one place where settings are read from the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn confirmed(args: &TargetArgs, target: &Target) -> Result<(), Problem> {
    let Some(why) = &target.protected else { return Ok(()) };
    match &args.confirm {
        Some(name) if *name == target.environment || name == "production" => Ok(()),
        _ => Err(Problem::usage(format!(
            "`{}` is a production environment ({why}): nothing was sent",
            target.environment
        ))
        .hint("add `--confirm production` to run the smoke profile there, one request at a time")),
    }
}

fn named(name: &str, known: &[Environment]) -> Result<Environment, Problem> {
    if let Some(found) = known.iter().find(|environment| environment.name == name) {
        return Ok(found.clone());
    }
    let names: Vec<_> = known.iter().map(|environment| format!("`{}`", environment.name)).collect();
    let hint = if names.is_empty() {
        "the document has no `servers`: use `--target URL`".to_owned()
    } else {
        format!("there are {}", names.join(", "))
    };
    Err(Problem::usage(format!("there is no environment `{name}`")).hint(hint))
}

fn no_target(known: &[Environment]) -> Problem {
    let names: Vec<_> = known.iter().map(|environment| format!("`--env {}`", environment.name)).collect();
    let hint =
        if names.is_empty() { "`--target URL`".to_owned() } else { format!("{}, or `--target URL`", names.join(", ")) };
    Problem::usage("no target is given").hint(format!("choose one: {hint}"))
}

fn overrides(args: &TargetArgs) -> Result<Overrides, Problem> {
    let headers = args.headers.iter().map(|line| header(line)).collect::<Result<_, _>>()?;
    if args.rate.is_some_and(|rate| !(rate > 0.0 && rate.is_finite())) {
        return Err(Problem::usage("`--rate` is a number of requests per second, above zero"));
    }
    if args.concurrency == Some(0) {
        return Err(Problem::usage("`--concurrency` is at least 1"));
    }
    Ok(Overrides {
        headers,
        rate: args.rate,
        concurrency: args.concurrency,
        timeout: args.timeout,
        connect_timeout: args.connect_timeout,
        body_cap: args.body_cap,
        ca_file: args.ca_file.clone(),
        client_certificate: args.client_certificate.clone(),
        proxy: args.proxy.as_deref().map(Into::into),
        insecure: args.insecure.then_some(true),
        http_version: args.http_version,
        ..Overrides::default()
    })
}

fn header(line: &str) -> Result<(String, proofmark::transport::Secret), Problem> {
    let (name, value) = line
        .split_once(':')
        .ok_or_else(|| Problem::usage("a header has no colon").hint("write `-H 'Authorization: Bearer ${TOKEN}'`"))?;
    Ok((name.trim().to_owned(), value.trim().into()))
}

/// The settings of the nearest `proofmark.toml`, from the working folder upwards.
fn settings() -> Result<Settings, Problem> {
    match settings_file() {
        None => Ok(Settings::default()),
        Some(path) => {
            let source = source(&path)?;
            Settings::parse(&source).map_err(|error| Problem::Usage {
                message: error.message,
                place: Some(error.place),
                hint: None,
            })
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the settings are found from the working folder")]
fn settings_file() -> Option<PathBuf> {
    let folder = std::env::current_dir().ok()?;
    let found = folder.ancestors().map(|folder| folder.join(SETTINGS)).find(|path| path.is_file())?;
    // The file in the working folder itself is shown by its plain name.
    let here = found.parent() == Some(folder.as_path());
    Some(if here { Path::new(SETTINGS).to_owned() } else { found })
}
