//! `proofmark explain`.

use proofmark::report::explain as text;

use super::args::ExplainArgs;
use super::exit::Exit;
use super::problem::Problem;
use super::terminal::Terminal;

pub(crate) fn explain(args: &ExplainArgs, terminal: &Terminal) -> Result<Exit, Problem> {
    match &args.check {
        None if args.markdown => terminal.print(&text::markdown()),
        None => terminal.print(&text::list()),
        Some(id) => {
            let text = text::check(id).map_err(|unknown| Problem::usage(unknown.to_string()))?;
            terminal.print(&text);
        }
    }
    Ok(Exit::Success)
}
