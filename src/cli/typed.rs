//! What is wrong with the command line, in this program's words.

use std::error::Error as _;
use std::ffi::OsString;

use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::args::Cli;
use super::nearest::unknown;
use super::problem::Problem;

/// The problem that an error of clap's is. `typed` is the command line: what does not stand there is from a variable.
pub(crate) fn problem(error: &clap::Error, typed: &[OsString]) -> Problem {
    let said = |kind| error.get(kind).map(strings).unwrap_or_default();
    let first = |kind| said(kind).into_iter().next().unwrap_or_default();
    // `--rate <N>` is about `--rate`.
    let about = |kind| first(kind).split(' ').next().unwrap_or_default().to_owned();
    let flag = || source(&about(ContextKind::InvalidArg), typed);
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let program = Cli::command();
            let known = program.get_subcommands().map(clap::Command::get_name);
            unknown("command", &first(ContextKind::InvalidSubcommand), known, "`proofmark --help` lists all")
        }
        ErrorKind::UnknownArgument => {
            let name = about(ContextKind::InvalidArg);
            let kind = if name.starts_with('-') { "flag" } else { "argument" };
            let all = format!("`{} --help` lists all", command(typed));
            Problem::usage(format!("there is no {kind} `{name}` here"))
                .hint(meant(&said(ContextKind::SuggestedArg), &all))
        }
        ErrorKind::InvalidValue if first(ContextKind::InvalidValue).is_empty() => {
            Problem::usage(format!("a value is missing behind `{}`", flag()))
        }
        ErrorKind::InvalidValue => {
            let values: Vec<_> = said(ContextKind::ValidValue).iter().map(|value| format!("`{value}`")).collect();
            let message = format!("`{}`: there is no `{}`", flag(), first(ContextKind::InvalidValue));
            Problem::usage(message)
                .hint(meant(&said(ContextKind::SuggestedValue), &format!("there are {}", values.join(", "))))
        }
        ErrorKind::ValueValidation => {
            let cause = error.source().map(ToString::to_string).unwrap_or_default();
            Problem::usage(format!("`{}`: {cause}", flag()))
        }
        ErrorKind::ArgumentConflict => {
            let (one, other) = (about(ContextKind::InvalidArg), about(ContextKind::PriorArg));
            if one == other || other.is_empty() {
                Problem::usage(format!("`{one}` is given more than once"))
            } else {
                Problem::usage(format!("`{one}` cannot be used with `{other}`"))
            }
        }
        ErrorKind::MissingRequiredArgument => {
            let missing: Vec<_> = said(ContextKind::InvalidArg).iter().map(|name| format!("`{name}`")).collect();
            Problem::usage(format!("{} is missing", missing.join(" and ")))
                .hint(format!("`{} --help` says what it is", command(typed)))
        }
        ErrorKind::InvalidUtf8 => {
            Problem::usage("an argument, or a variable `PROOFMARK_…` that stands for one, is not UTF-8")
        }
        _ => {
            let text = error.to_string();
            let line = text.lines().next().unwrap_or_default();
            Problem::usage(line.strip_prefix("error: ").unwrap_or(line).to_owned())
        }
    }
}

fn strings(value: &ContextValue) -> Vec<String> {
    match value {
        ContextValue::String(text) => vec![text.clone()],
        ContextValue::Strings(texts) => texts.clone(),
        _ => Vec::new(),
    }
}

/// The flag, if it was typed, or else the variable that stands for it.
fn source(flag: &str, typed: &[OsString]) -> String {
    let Some(name) = flag.strip_prefix("--") else { return flag.to_owned() };
    let was_typed = |text: &OsString| {
        let text = text.to_string_lossy();
        text.strip_prefix(flag).is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
    };
    if typed.iter().any(was_typed) {
        flag.to_owned()
    } else {
        format!("PROOFMARK_{}", name.replace('-', "_").to_uppercase())
    }
}

/// `proofmark run`, as far as it was typed.
fn command(typed: &[OsString]) -> String {
    match typed.get(1).map(|command| command.to_string_lossy()) {
        Some(command) if !command.starts_with('-') => format!("proofmark {command}"),
        _ => "proofmark".to_owned(),
    }
}

fn meant(suggested: &[String], all: &str) -> String {
    match suggested.first() {
        Some(suggested) => format!("did you mean `{suggested}`? {all}"),
        None => all.to_owned(),
    }
}
