//! `proofmark lint`.

use proofmark::report::snippet;

use super::args::LintArgs;
use super::document::document;
use super::exit::Exit;
use super::problem::Problem;
use super::terminal::Terminal;

pub(crate) fn lint(args: &LintArgs, terminal: &Terminal) -> Result<Exit, Problem> {
    let document = document(&args.spec)?;
    let lints = proofmark::lint::lint(&document)?;
    for lint in &lints {
        terminal.print(&snippet::lint(lint, terminal.out));
        terminal.print("\n");
    }
    let name = document.source.name();
    terminal.print(&match lints.len() {
        0 => format!("{name} leaves nothing open that `proofmark lint` knows of\n"),
        1 => format!("{name} leaves 1 thing open\n"),
        many => format!("{name} leaves {many} things open\n"),
    });
    Ok(if args.strict && !lints.is_empty() { Exit::Findings } else { Exit::Success })
}
