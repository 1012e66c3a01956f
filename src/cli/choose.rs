//! Which server, under which settings: flag, then variable, then `proofmark.toml`, then document.

use std::path::{Path, PathBuf};

use proofmark::contract::Contract;
use proofmark::spec::Server;
use proofmark::transport::{Environment, Overrides, Settings, Target, environments};

use super::args::TargetArgs;
use super::document::{is_bundled, source};
use super::nearest::unknown;
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
    let environment = match wanted(args)? {
        Wanted::Environment(name) => named(&name, &known)?,
        Wanted::Url(url) => Environment::at(url, &servers, &settings),
        Wanted::Nothing if is_bundled(contract) && cfg!(feature = "reference") => {
            return Ok(Choice::Embedded(Box::new(overrides.or(&settings.defaults))));
        }
        Wanted::Nothing => return Err(no_target(&known)),
    };
    let schemes = contract.document.schemes();
    let target = environment.target_with(&schemes, &overrides, &variable);
    let mut target = target.map_err(|error| Problem::usage(error.to_string()))?;
    if target.is_protected() {
        confirmed(args, &target)?;
        // Whatever else was asked for.
        target.concurrency = 1;
    }
    Ok(Choice::Server(Box::new(target)))
}

/// Which server is asked for.
pub(crate) enum Wanted {
    Url(String),
    Environment(String),
    Nothing,
}

/// The server that flags ask for, or else variables.
pub(crate) fn wanted(args: &TargetArgs) -> Result<Wanted, Problem> {
    match (&args.target, &args.env) {
        (Some(url), _) => return Ok(Wanted::Url(url.clone())),
        (None, Some(name)) => return Ok(Wanted::Environment(name.clone())),
        (None, None) => {}
    }
    match (filled("PROOFMARK_TARGET")?, filled("PROOFMARK_ENV")?) {
        (Some(_), Some(_)) => Err(Problem::usage("`PROOFMARK_TARGET` and `PROOFMARK_ENV` are both set")
            .hint("unset one of them, or say `--target URL` or `--env NAME`")),
        (Some(url), None) => Ok(Wanted::Url(url)),
        (None, Some(name)) => Ok(Wanted::Environment(name)),
        (None, None) => Ok(Wanted::Nothing),
    }
}

/// A variable that names the target. An empty one is a mistake: a pipeline that meant to fill it in would otherwise
/// pass without having looked at its server.
#[expect(clippy::disallowed_methods, reason = "the one place where settings are read from the environment")]
fn filled(name: &str) -> Result<Option<String>, Problem> {
    match std::env::var_os(name) {
        None => Ok(None),
        Some(value) if value.is_empty() => {
            Err(Problem::usage(format!("`{name}` is set, but empty")).hint(format!("fill it in, or `unset {name}`")))
        }
        Some(value) => match value.into_string() {
            Ok(value) => Ok(Some(value)),
            Err(_) => Err(Problem::usage(format!("`{name}` is not UTF-8"))),
        },
    }
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
        _ => {
            let name = match args.env {
                Some(_) => target.environment.clone(),
                None => proofmark::report::without_userinfo(target.base_url.as_str()),
            };
            Err(Problem::usage(format!("`{name}` is a production environment ({why}): nothing was sent"))
                .hint("add `--confirm production` to run the smoke profile there, one request at a time"))
        }
    }
}

fn named(name: &str, known: &[Environment]) -> Result<Environment, Problem> {
    if let Some(found) = known.iter().find(|environment| environment.name == name) {
        return Ok(found.clone());
    }
    let names: Vec<_> = known.iter().map(|environment| format!("`{}`", environment.name)).collect();
    let all = if names.is_empty() {
        "the document has no `servers`: use `--target URL`".to_owned()
    } else {
        format!("there are {}", names.join(", "))
    };
    Err(unknown("environment", name, known.iter().map(|environment| environment.name.as_str()), &all))
}

fn no_target(known: &[Environment]) -> Problem {
    let names: Vec<_> = known.iter().map(|environment| format!("`--env {}`", environment.name)).collect();
    let hint =
        if names.is_empty() { "`--target URL`".to_owned() } else { format!("{}, or `--target URL`", names.join(", ")) };
    Problem::usage("no target is given").hint(format!("choose one: {hint}"))
}

fn overrides(args: &TargetArgs) -> Result<Overrides, Problem> {
    let headers = args.headers.iter().map(|line| header(line)).collect::<Result<_, _>>()?;
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
    let (name, value) = line.split_once(':').ok_or_else(|| {
        Problem::usage("`--header`: no colon stands between name and value")
            .hint("write `-H 'Authorization: Bearer ${TOKEN}'`")
    })?;
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
