//! The bar that shows how far a run is, on a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How often the bar is drawn, per second.
const HERTZ: u8 = 10;

/// A bar on standard error, or none.
#[derive(Debug)]
pub(crate) struct Progress(Option<ProgressBar>);

impl Progress {
    /// A bar for `cases` cases; one that only counts where their number is not known.
    pub(crate) fn new(live: bool, cases: Option<u64>) -> Self {
        Self::of(live, cases, "cases")
    }

    /// A bar for so many of what `noun` names.
    pub(crate) fn of(live: bool, cases: Option<u64>, noun: &str) -> Self {
        if !live {
            return Self(None);
        }
        let bar = ProgressBar::with_draw_target(cases, ProgressDrawTarget::stderr_with_hz(HERTZ));
        let template = if cases.is_some() {
            format!("{{pos:>12}}/{{len}} {noun} {{wide_bar}} {{msg}} {{eta}}")
        } else {
            format!("{{pos:>12}} {noun} {{elapsed}} {{msg}}")
        };
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style.progress_chars("=> "));
        }
        Self(Some(bar))
    }

    /// One case more, `findings` findings so far.
    pub(crate) fn case(&self, findings: u64) {
        let Some(bar) = &self.0 else { return };
        bar.inc(1);
        if findings > 0 {
            bar.set_message(format!("{findings} findings"));
        }
    }

    /// One more of what it counts, with what there is to say.
    pub(crate) fn step(&self, message: String) {
        let Some(bar) = &self.0 else { return };
        bar.inc(1);
        bar.set_message(message);
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
