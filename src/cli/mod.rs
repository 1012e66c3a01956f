//! The binary: arguments, environment, terminal, exit. Everything it prints, it prints through [`Terminal`].

mod args;
mod choose;
mod document;
mod exit;
mod explain;
mod folder;
mod lint;
mod plan;
mod problem;
mod progress;
mod replay;
mod rules;
mod run;
mod serve;
mod terminal;
mod test;
mod verify;

pub(crate) use exit::Exit;

use std::fmt::Write as _;

use clap::{CommandFactory, FromArgMatches};

use args::{Cli, Command};
use terminal::Terminal;

/// Runs the command line of this process.
pub(crate) fn main() -> Exit {
    let matches = match Cli::command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => {
            // Help and version are no errors, and go to standard output.
            _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Success };
        }
    };
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => {
            _ = error.print();
            return Exit::Usage;
        }
    };
    let terminal = Terminal::of_process(color(&cli));
    let outcome = match cli.command.unwrap_or(Command::Run(cli.run)) {
        Command::Run(args) => run::run(&args, &terminal),
        Command::Plan(args) => plan::plan(&args, &terminal),
        Command::Lint(args) => lint::lint(&args, &terminal),
        Command::Rules(args) => rules::rules(&args, &terminal),
        Command::Serve(args) => serve::serve(&args, &terminal),
        Command::Verify(args) => verify::verify(&args, &terminal),
        Command::Test(args) => test::test(&args),
        Command::Explain(args) => explain::explain(&args, &terminal),
        Command::Replay(args) => replay::replay(&args, &terminal),
    };
    match outcome {
        Ok(exit) => exit,
        Err(problem) => {
            terminal.problem(&problem);
            problem.exit()
        }
    }
}

fn color(cli: &Cli) -> args::Color {
    match &cli.command {
        None => cli.run.spec.color,
        Some(Command::Run(args)) => args.spec.color,
        Some(Command::Plan(args)) => args.spec.color,
        Some(Command::Lint(args)) => args.spec.color,
        Some(Command::Rules(args)) => args.color,
        Some(Command::Replay(args)) => args.spec.color,
        Some(Command::Verify(args)) => args.spec.color,
        Some(Command::Serve(_) | Command::Test(_) | Command::Explain(_)) => args::Color::Auto,
    }
}

/// The exit codes, for `--help`.
fn after_help() -> String {
    let mut text = String::from("Exit codes:\n");
    for (exit, meaning) in Exit::ALL {
        _ = writeln!(text, "  {:>2}  {meaning}", exit.code());
    }
    text
}
