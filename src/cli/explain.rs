//! `proofmark explain`.

use proofmark::report::explain as text;

use super::args::ExplainArgs;
use super::exit::Exit;
use super::problem::Problem;
use super::terminal::Terminal;

/// What is asked for to see what is judged either way.
const CONTESTED: &str = "contested";

pub(crate) fn explain(args: &ExplainArgs, terminal: &Terminal) -> Result<Exit, Problem> {
    match &args.check {
        None if args.markdown => terminal.print(&text::markdown()),
        None => terminal.print(&text::list(terminal.out.width)),
        Some(id) if id == CONTESTED && args.markdown => terminal.print(&text::contested_markdown()),
        Some(id) if id == CONTESTED => terminal.print(&text::contested(terminal.out.width)),
        Some(id) => {
            let text = text::one(id, terminal.out.width).map_err(|unknown| unknown_id(&unknown))?;
            terminal.print(&text);
        }
    }
    Ok(Exit::Success)
}

fn unknown_id(unknown: &text::UnknownId) -> Problem {
    let near: Vec<_> = unknown.near.iter().map(|id| format!("`{id}`")).collect();
    let hint = match near.is_empty() {
        true => "`proofmark explain` lists all".to_owned(),
        false => format!("did you mean {}?", near.join(" or ")),
    };
    Problem::usage(format!("there is no check or lint `{}`", unknown.id)).hint(hint)
}
