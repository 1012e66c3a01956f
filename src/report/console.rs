//! What a person reads: a few lines at the beginning, and at the end what was found and what was not looked at.

use std::io::{self, Write};
use std::sync::Arc;

use annotate_snippets::renderer::{AnsiColor, Effects, Style};

use super::json::{openapi, verdict};
use super::tally::INTENTS;
use super::words::{bracketed, counted, grouped, printable, together, wrapped};
use super::{Context, Decision, Look, OperationTally, Outcome, Part, Reasons, Report, Tally, What, finding, seed};
use crate::check::{CHECKS, Severity};
use crate::plan::{CERTAIN, rarest};
use crate::run::{Event, Started, Verdict};

/// Findings told in full. Who has more repairs the first ones first.
const MAX_TOLD: usize = 20;

/// Verbs end in this column.
const VERB: usize = 12;

const GOOD: Style = AnsiColor::Green.on_default().effects(Effects::BOLD);
const BAD: Style = AnsiColor::Red.on_default().effects(Effects::BOLD);
const UNSURE: Style = AnsiColor::Yellow.on_default().effects(Effects::BOLD);

/// Writes for a person.
#[derive(Debug)]
pub struct Console<W> {
    out: W,
    context: Arc<Context>,
    look: Look,
}

impl Console<Vec<u8>> {
    /// What was written since the last call.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }
}

impl<W: Write> Report for Console<W> {
    /// Says at the beginning what will be done. The end is told by [`Console::summary`].
    fn event(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::Started(started) => self.started(started),
            Event::Case(_) | Event::Confirmed(_) | Event::Finished(_) => Ok(()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl<W: Write> Console<W> {
    /// A console of this look.
    pub fn new(out: W, context: Arc<Context>, look: Look) -> Self {
        Self { out, context, look }
    }

    fn started(&mut self, started: &Started) -> io::Result<()> {
        // Those that nobody asked for are one entry.
        let others = self.context.contract.unselected.len().saturating_sub(1);
        // One of which some cases are left out, or none could be made, is listed in both.
        let is_new = |(title, _): &&(String, String)| started.operations.iter().all(|(_, known)| known != title);
        let all = started.operations.len() + started.untried.iter().filter(is_new).count() + others;
        let version = openapi(&self.context);
        let loaded = format!("{}: OpenAPI {version}, {}", started.document, counted(all as u64, "operation"));
        self.say("Loaded", GOOD, &loaded)?;
        let target = super::without_userinfo(&started.target);
        let cases = started.cases.map_or("cases until told to stop".into(), |cases| counted(cases, "case"));
        let running = format!("{cases} against {target} ({}), seed {}", started.environment, seed(started.seed));
        self.say("Running", GOOD, &running)
    }

    /// Says how the run ended. `reports` are the files that tell more.
    ///
    /// # Errors
    /// What the writer gives.
    pub fn summary(&mut self, tally: &Tally, outcome: &Outcome, reports: &[String]) -> io::Result<()> {
        for (_, operation) in tally.tried() {
            self.operation(operation)?;
        }
        for (title, reason) in tally.started.iter().flat_map(|started| &started.untried) {
            self.say("SKIP", UNSURE, &format!("{title}: {reason}"))?;
        }
        self.reasons("SKIP", &tally.skipped)?;
        self.reasons("INCONCLUSIVE", &tally.inconclusive)?;
        self.findings(tally)?;
        writeln!(self.out, "{}", "─".repeat(VERB))?;
        self.totals(tally, outcome)?;
        self.coverage(tally)?;
        self.certainty(tally)?;
        for report in reports {
            self.say("Report", GOOD, report)?;
        }
        self.out.flush()
    }

    fn operation(&mut self, tally: &OperationTally) -> io::Result<()> {
        let (verb, style) = match verdict(tally) {
            Verdict::Conforms => ("PASS", GOOD),
            Verdict::Violates => ("FAIL", BAD),
            Verdict::Inconclusive => ("INCONCLUSIVE", UNSURE),
            Verdict::Skipped => ("SKIP", UNSURE),
        };
        let intents = INTENTS.iter().map(|intent| (*intent, tally.intent(intent)));
        let mut parts: Vec<_> = intents
            .filter(|(_, cases)| *cases > 0)
            .map(|(intent, cases)| format!("{intent} {}", grouped(cases)))
            .collect();
        for (verdict, word) in OTHER_THAN_CONFORMING {
            let cases = tally.verdict(verdict);
            if cases > 0 {
                parts.push(format!("{word} {}", grouped(cases)));
            }
        }
        let parts = if parts.is_empty() { "no case".into() } else { listed(&parts) };
        let head = format!("{} {}", together(&bracketed(tally.elapsed())), together(&tally.title));
        self.say(verb, style, &format!("{head}   {parts}"))
    }

    /// A skipped case is never rounded into the others: each reason has its line.
    fn reasons(&mut self, verb: &str, reasons: &Reasons) -> io::Result<()> {
        for (why, reason) in reasons.iter() {
            let cases = counted(reason.cases, "case");
            let which = if reason.cases == 1 { "" } else { "first " };
            self.say(verb, UNSURE, &format!("{cases} ({which}{}): {why}", reason.first))?;
        }
        Ok(())
    }

    fn findings(&mut self, tally: &Tally) -> io::Result<()> {
        let groups = tally.findings();
        for group in groups.iter().take(MAX_TOLD) {
            write!(self.out, "\n{}", finding::group(group, tally, &self.context, self.look))?;
        }
        let more = groups.len().saturating_sub(MAX_TOLD) as u64 + tally.causes.beyond;
        if more > 0 {
            writeln!(self.out, "\n… and {} in report.json", counted(more, "more finding"))?;
        }
        if groups.is_empty() { Ok(()) } else { writeln!(self.out) }
    }

    fn totals(&mut self, tally: &Tally, outcome: &Outcome) -> io::Result<()> {
        let elapsed = tally.finished.as_ref().map(|finished| finished.elapsed).unwrap_or_default();
        let elapsed = together(&bracketed(elapsed));
        let operations = together(&counted(tally.tried().count() as u64, "operation"));
        let mut verdicts = Vec::new();
        for (verdict, verb) in VERBS {
            let cases = tally.verdict(verdict);
            if cases > 0 {
                verdicts.push(together(&agreeing(cases, verb)));
            }
        }
        let (errors, warnings) = (tally.found(Severity::Error), tally.found(Severity::Warning));
        let more = tally.causes.beyond;
        let found = errors + warnings + tally.found(Severity::Note) + more;
        let kinds: Vec<_> = [(errors, "error"), (warnings, "warning"), (more, "more")]
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(
                |(number, noun)| {
                    if noun == "more" { format!("{} more", grouped(number)) } else { counted(number, noun) }
                },
            )
            .collect();
        let kinds = if kinds.is_empty() { String::new() } else { format!(" ({})", kinds.join(", ")) };
        verdicts.push(together(&format!("{}{kinds}", counted(found, "finding"))));
        let style = match outcome.decision {
            Decision::Pass => GOOD,
            Decision::Fail => BAD,
            Decision::Inconclusive(_) | Decision::Nothing => UNSURE,
        };
        let cases = together(&counted(tally.done, "case"));
        self.say("Summary", style, &format!("{elapsed} {operations}, {cases}: {}", verdicts.join(", ")))?;
        let verb = match outcome.decision {
            Decision::Pass => "PASS",
            Decision::Fail => "FAIL",
            Decision::Inconclusive(_) | Decision::Nothing => "INCONCLUSIVE",
        };
        let cut_short = tally.finished.as_ref().and_then(|finished| finished.cut_short.as_ref());
        if let Some(why) = cut_short {
            // It is the reason for the decision too, unless something was found all the same.
            let verb = if outcome.decision.why().contains(why) { verb } else { "NOTE" };
            let planned = tally.started.as_ref().and_then(|started| started.cases);
            let of = planned.map_or(String::new(), |cases| format!(" of {}", counted(cases, "case")));
            self.say(verb, UNSURE, &format!("cut short after {}{of}: {why}", grouped(tally.done)))?;
        }
        for why in outcome.decision.why().iter().filter(|why| Some(*why) != cut_short) {
            self.say(verb, style, why)?;
        }
        Ok(())
    }

    fn coverage(&mut self, tally: &Tally) -> io::Result<()> {
        let coverage = tally.coverage();
        let mut parts: Vec<_> = coverage.parts.iter().filter(|part| is_told(part)).map(told).collect();
        let never: Vec<_> =
            (0..CHECKS.len()).filter(|at| tally.applied(*at) == 0).map(|at| CHECKS[at].about.id).collect();
        let applied = CHECKS.len() - never.len();
        let checks = together(&format!("checks {applied}/{}", CHECKS.len()));
        parts.push(format!("{checks}{}", aside("never applied", &never)));
        let percent = together(&format!("{:.0}% of the contract:", coverage.percent().floor()));
        self.say("Coverage", GOOD, &format!("{percent} {}", listed(&parts)))
    }

    /// What the run could have missed.
    fn certainty(&mut self, tally: &Tally) -> io::Result<()> {
        let (valid, invalid) = tally.least_answered();
        let parts: Vec<_> = [(valid, "valid"), (invalid, "invalid")]
            .into_iter()
            .filter_map(|(answers, word)| Some((rarest(answers?)?, word)))
            .map(|(one_in, word)| together(&format!("1 of {} {word}", grouped(one_in))))
            .collect();
        if parts.is_empty() {
            return Ok(());
        }
        let percent = CERTAIN * 100.0;
        self.say("Certainty", GOOD, &format!("{percent:.0}% for a fault in {} requests", parts.join(" or ")))
    }

    /// A line that begins with a verb, continued in the column behind it.
    fn say(&mut self, verb: &str, style: Style, text: &str) -> io::Result<()> {
        let text = self.context.redactor.apply(text);
        let text = printable(&text);
        let room = self.look.width.saturating_sub(VERB + 1).max(20);
        let style = if self.look.colour { style } else { Style::new() };
        for (at, line) in wrapped(&text, room).iter().enumerate() {
            let verb = if at == 0 { verb } else { "" };
            writeln!(self.out, "{style}{verb:>VERB$}{style:#} {line}")?;
        }
        Ok(())
    }
}

const OTHER_THAN_CONFORMING: [(Verdict, &str); 3] =
    [(Verdict::Violates, "violating"), (Verdict::Inconclusive, "inconclusive"), (Verdict::Skipped, "skipped")];

const VERBS: [(Verdict, &str); 4] = [
    (Verdict::Conforms, "conform"),
    (Verdict::Violates, "violate"),
    (Verdict::Inconclusive, "inconclusive"),
    (Verdict::Skipped, "skipped"),
];

/// `1 conforms`, `2 conform`, `1 skipped`.
fn agreeing(number: u64, verb: &str) -> String {
    let ending = match verb {
        "conform" | "violate" if number == 1 => "s",
        _ => "",
    };
    format!("{} {verb}{ending}", grouped(number))
}

/// Parts with points between them, each in one line.
fn listed(parts: &[String]) -> String {
    parts.iter().map(|part| together(part)).collect::<Vec<_>>().join("\u{a0}· ")
}

/// Whether a part has a place in the one line that there is: one operation is no news.
fn is_told(part: &Part) -> bool {
    part.what != What::Operations || part.of > 1 || part.seen == 0
}

/// `statuses 2/4 (never seen: 403, 500)`.
fn told(part: &Part) -> String {
    let numbers = together(&format!("{} {}/{}", part.what.words(), grouped(part.seen), grouped(part.of)));
    let names = matches!(part.what, What::Operations | What::Statuses);
    format!("{numbers}{}", if names { aside("never seen", &part.unseen) } else { String::new() })
}

/// ` (never seen: 403, 500)`: some of the names, and how many more there are.
fn aside<S: AsRef<str>>(what: &str, names: &[S]) -> String {
    const MAX: usize = 5;
    if names.is_empty() {
        return String::new();
    }
    let some: Vec<_> = names.iter().take(MAX).map(AsRef::as_ref).collect();
    let more = names.len().saturating_sub(MAX);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!(" ({what}: {}{more})", some.join(", "))
}
