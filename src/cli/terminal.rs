//! Standard output and standard error: the only place that writes to them.

use std::io::{self, IsTerminal, Write};
use std::sync::OnceLock;

use proofmark::report::{Look, snippet};
use proofmark::source::Place;

use super::args::Color;
use super::exit::Exit;
use super::problem::Problem;

/// Widest line that is used, however wide the terminal is.
const WIDEST: usize = 120;
/// The width where there is no terminal.
const PLAIN: usize = 80;

/// Where a person reads, and what that place can show.
#[derive(Debug)]
pub(crate) struct Terminal {
    /// How text for standard output is laid out.
    pub(crate) out: Look,
    /// How text for standard error is laid out.
    pub(crate) err: Look,
    /// Whether a progress bar can be shown.
    pub(crate) live: bool,
    /// Why some of what was printed is lost.
    unwritten: OnceLock<String>,
}

impl Terminal {
    #[expect(clippy::disallowed_methods, reason = "the terminal's conventions are variables of the environment")]
    pub(crate) fn of_process(color: Color) -> Self {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let forced = set("CLICOLOR_FORCE");
        let plain = set("NO_COLOR") || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let colour = |is_terminal: bool| match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => forced || (is_terminal && !plain),
        };
        let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse::<usize>().ok());
        let width = width.map_or(PLAIN, |width| width.clamp(40, WIDEST));
        let (out, err) = (io::stdout().is_terminal(), io::stderr().is_terminal());
        Self {
            out: Look { colour: colour(out), width },
            err: Look { colour: colour(err), width },
            live: out && err && !set("CI"),
            unwritten: OnceLock::new(),
        }
    }

    /// Writes to standard output. A reader that went away is no error: there is nobody to tell. Any other failure is kept
    /// for [`lost`](Self::lost).
    pub(crate) fn print(&self, text: &str) {
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => _ = self.unwritten.set(error.to_string()),
            _ => {}
        }
    }

    /// What stood in the way of standard output, if anything did.
    pub(crate) fn lost(&self) -> Option<Problem> {
        let cause = self.unwritten.get()?;
        Some(Problem::obstacle(Exit::Usage, "standard output could not be written", cause))
    }

    /// Writes to standard error what is said beside a report on standard output.
    pub(crate) fn aside(&self, text: &str) {
        _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// Says what stood in the way, on standard error.
    pub(crate) fn problem(&self, problem: &Problem) {
        let text = match problem {
            Problem::Document(error) => snippet::spec_error(error, self.err),
            Problem::Usage { message, place: Some(place), hint } => self.located(message, place, hint.as_deref()),
            Problem::Usage { message, place: None, hint } => sentence(message, None, hint.as_deref()),
            Problem::Obstacle { message, cause, hint, .. } => sentence(message, cause.as_deref(), hint.as_deref()),
        };
        self.aside(&text);
    }

    fn located(&self, message: &str, place: &Place, hint: Option<&str>) -> String {
        snippet::error(message, place, hint, self.err)
    }
}

fn sentence(message: &str, cause: Option<&str>, hint: Option<&str>) -> String {
    let mut text = format!("error: {message}\n");
    if let Some(cause) = cause {
        text.push_str(&format!("  caused by: {cause}\n"));
    }
    if let Some(hint) = hint {
        text.push_str(&format!("\nhint: {hint}\n"));
    }
    text
}
