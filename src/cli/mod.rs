//! The binary: arguments, environment, terminal, exit. Everything it prints, it prints through [`Terminal`].

mod again;
mod args;
mod case_files;
mod choose;
mod document;
mod exit;
mod explain;
mod folder;
mod lint;
mod nearest;
mod plan;
mod problem;
mod progress;
mod replay;
mod reports;
mod rules;
mod run;
mod select;
mod serve;
mod signal;
mod terminal;
mod test;
mod typed;
mod verify;

pub(crate) use exit::Exit;

use std::fmt::Write as _;

use clap::{CommandFactory, Parser};

use args::{Cli, Color, Command, with_command};
use problem::Problem;
use terminal::Terminal;

/// Runs the command line of this process.
pub(crate) fn main() -> Exit {
    let typed = with_command(std::env::args_os().collect());
    let (terminal, outcome) = match Cli::try_parse_from(&typed) {
        Ok(cli) => {
            let terminal = Terminal::of_process(color(&cli.command));
            let outcome = misspelt().map_or_else(|| perform(&cli.command, &terminal), Err);
            // A result that nobody can read is none, unless the exit code says more.
            let outcome = match (outcome, terminal.lost()) {
                (Ok(Exit::Success), Some(problem)) => Err(problem),
                (outcome, _) => outcome,
            };
            (terminal, outcome)
        }
        // Help and version are no errors, and go to standard output.
        Err(error) if !error.use_stderr() => {
            _ = error.print();
            return Exit::Success;
        }
        Err(error) => (Terminal::of_process(Color::Auto), Err(typed::problem(&error, &typed))),
    };
    outcome.unwrap_or_else(|problem| {
        terminal.problem(&problem);
        problem.exit()
    })
}

fn perform(command: &Command, terminal: &Terminal) -> Result<Exit, Problem> {
    match command {
        Command::Run(args) => run::run(args, terminal),
        Command::Plan(args) => plan::plan(args, terminal),
        Command::Lint(args) => lint::lint(args, terminal),
        Command::Rules(args) => rules::rules(args, terminal),
        Command::Serve(args) => serve::serve(args, terminal),
        Command::Verify(args) => verify::verify(args, terminal),
        Command::Test(args) => test::test(args, terminal),
        Command::Explain(args) => explain::explain(args, terminal),
        Command::Replay(args) => replay::replay(args, terminal),
    }
}

/// A variable that nobody reads, and that is nearly one which somebody does: what it was to say would be passed over.
fn misspelt() -> Option<Problem> {
    const PREFIX: &str = "PROOFMARK_";
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let names: Vec<String> = names.filter(|name| name.starts_with(PREFIX)).collect();
    // Mostly there are none, and who has none need not wait for the list of those that are known.
    if names.is_empty() {
        return None;
    }
    let program = Cli::command();
    let flags = program.get_subcommands().flat_map(clap::Command::get_arguments);
    let mut known: Vec<String> = flags.filter_map(|arg| Some(arg.get_env()?.to_str()?.to_owned())).collect();
    known.extend(["TARGET", "ENV", "CORPORA"].map(|name| format!("{PREFIX}{name}")));
    names.into_iter().filter(|name| !known.contains(name)).find_map(|name| {
        let near = known.iter().find(|known| strsim::osa_distance(known, &name) <= 2)?;
        let message = format!("nothing reads the variable `{name}`");
        Some(Problem::usage(message).hint(format!("did you mean `{near}`? If not, unset it")))
    })
}

fn color(command: &Command) -> Color {
    match command {
        Command::Run(args) => args.spec.color,
        Command::Plan(args) => args.spec.color,
        Command::Lint(args) => args.spec.color,
        Command::Rules(args) => args.spec.color,
        Command::Verify(args) => args.spec.color,
        Command::Replay(args) => args.spec.color,
        Command::Serve(_) | Command::Test(_) | Command::Explain(_) => Color::Auto,
    }
}

/// What stands below the list of commands: the default, and the exit codes.
fn after_help() -> String {
    let mut text = String::from(
        "Without a command it is `run`: against the embedded server, unless told otherwise.\n\
         `proofmark run --help` lists its flags.\n\nExit codes:\n",
    );
    for (exit, meaning) in Exit::ALL {
        _ = writeln!(text, "  {:>2}  {meaning}", exit.code());
    }
    text
}
