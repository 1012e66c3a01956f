//! The matrix for people: a line for each mutation, class by class, and what it comes to.

use std::fmt::Write as _;
use std::time::Duration;

use annotate_snippets::renderer::{AnsiColor, Effects, Style};

use super::{Matrix, Outcome, Row};
use crate::report::{Look, counted, wrapped};

/// Verbs end in this column.
const VERB: usize = 12;
/// The columns of a line: the outcome, the name, and the check; what is left is for the number of cases.
const COLUMNS: (usize, usize, usize) = (9, 42, 20);

const GOOD: Style = AnsiColor::Green.on_default().effects(Effects::BOLD);
const BAD: Style = AnsiColor::Red.on_default().effects(Effects::BOLD);
const UNSURE: Style = AnsiColor::Yellow.on_default().effects(Effects::BOLD);

/// Every row, and behind them the summary.
pub fn table(matrix: &Matrix, elapsed: Duration, look: Look) -> String {
    let mut out = String::new();
    for (class, rows) in matrix.classes() {
        let of = |word: &str| rows.iter().filter(|row| row.outcome.word() == word).count();
        let (killed, survived, absent) = (of("killed"), of("survived"), of("not applicable"));
        let survivors = if survived > 0 { format!(", {survived} survived") } else { String::new() };
        let absent = if absent > 0 { format!(", {absent} not applicable") } else { String::new() };
        _ = writeln!(out, "\n{class}: {killed} of {} killed{survivors}{absent}", killed + survived);
        rows.iter().for_each(|row| line(&mut out, row, look));
    }
    summary(&mut out, matrix, elapsed, look);
    out
}

fn line(out: &mut String, row: &Row, look: Look) {
    let (width, names, checks) = COLUMNS;
    let (word, style) = match row.outcome {
        Outcome::Killed { .. } => ("killed", GOOD),
        Outcome::Survived { .. } => ("SURVIVED", BAD),
        Outcome::NotApplicable => ("n/a", UNSURE),
    };
    let style = if look.colour { style } else { Style::new() };
    let prefix = format!("/{}/", row.class.word());
    let name = row.name.split_once(&prefix).map_or(row.name.as_str(), |(_, rest)| rest);
    let found = match &row.outcome {
        Outcome::Killed { checks: by, cases, .. } => {
            let first = by.first().copied().unwrap_or_default();
            let more = if by.len() > 1 { format!(" +{}", by.len() - 1) } else { String::new() };
            let by = format!("{first}{more}");
            format!("{by:<checks$} {cases:>6}")
        }
        Outcome::Survived { .. } => format!("{} changed", row.changed),
        Outcome::NotApplicable => String::new(),
    };
    // A name too long for its column has a line of its own.
    let (name, gap) = match name.len() > names && !found.is_empty() {
        true => (format!("{name}\n"), width + names),
        false => (format!("{name:<names$}"), 0),
    };
    let line = format!("{style}{word:<width$}{style:#}{name}{:gap$} {found}", "");
    _ = writeln!(out, "{}", line.trim_end());
}

fn summary(out: &mut String, matrix: &Matrix, elapsed: Duration, look: Look) {
    let (killed, survived, absent) =
        (matrix.killed().count(), matrix.survived().count(), matrix.not_applicable().count());
    _ = writeln!(out, "{}", "─".repeat(VERB));
    let style = match (killed, survived) {
        (0, 0) => UNSURE,
        (_, 0) => GOOD,
        _ => BAD,
    };
    let count = counted(matrix.rows.len() as u64, "mutation");
    let text = format!("[{:>6.2}s] {count}: {killed} killed, {survived} survived", elapsed.as_secs_f64());
    say(out, "Summary", style, &format!("{text}, {absent} n/a"), look);
    let rate = match matrix.kill_rate() {
        // Never rounded up to the whole.
        Some(rate) => format!("{:.1} % of {}", (rate * 1000.0).floor() / 10.0, killed + survived),
        None => "no mutation could change an answer".to_owned(),
    };
    say(out, "Kill rate", style, &rate, look);
    for row in matrix.survived() {
        say(out, "SURVIVED", BAD, &row.name, look);
        say(out, "", BAD, &row.breaks, look);
        if let Outcome::Survived { cut_short: Some(why) } = &row.outcome {
            say(out, "", BAD, &format!("its run was cut short: {why}"), look);
        }
    }
}

/// A line that begins with a verb, continued in the column behind it.
pub fn say(out: &mut String, verb: &str, style: Style, text: &str, look: Look) {
    let style = if look.colour { style } else { Style::new() };
    let room = look.width.saturating_sub(VERB + 1).max(20);
    for (at, line) in wrapped(text, room).iter().enumerate() {
        let verb = if at == 0 { verb } else { "" };
        _ = writeln!(out, "{style}{verb:>VERB$}{style:#} {line}");
    }
}

/// The style of what is as it should be, or is not.
pub fn style(good: bool) -> Style {
    if good { GOOD } else { BAD }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tamper::Class;

    fn row(name: &str, outcome: Outcome) -> Row {
        let breaks = format!("what {name} does");
        Row { name: format!("users_create/echo/{name}"), class: Class::Echo, breaks, operation: 0, changed: 7, outcome }
    }

    #[test]
    fn each_row_has_a_line_and_survivors_are_told_last() {
        let killed = Outcome::Killed { checks: vec!["echo", "expectation"], cases: 12, case: "c".into() };
        let matrix = Matrix {
            rows: vec![
                row("first_name/trimmed", killed),
                row("first_name/constant", Outcome::Survived { cut_short: None }),
                row("first_name/reversed", Outcome::NotApplicable),
            ],
        };
        let text = table(&matrix, Duration::from_millis(1_500), Look { colour: false, width: 80 });
        assert_eq!(
            text,
            "\necho: 1 of 2 killed, 1 survived, 1 not applicable\n\
             killed   first_name/trimmed                         echo +1                  12\n\
             SURVIVED first_name/constant                        7 changed\n\
             n/a      first_name/reversed\n\
             ────────────\n     \
             Summary [  1.50s] 3 mutations: 1 killed, 1 survived, 1 n/a\n   \
             Kill rate 50.0 % of 2\n    \
             SURVIVED users_create/echo/first_name/constant\n             \
             what first_name/constant does\n"
        );
    }

    #[test]
    fn a_rate_just_below_the_whole_is_not_rounded_up_to_it() {
        let killed = Outcome::Killed { checks: vec!["echo"], cases: 1, case: "c".into() };
        let mut rows = vec![row("a", killed); 5_000];
        rows.push(row("b", Outcome::Survived { cut_short: None }));
        let text = table(&Matrix { rows }, Duration::ZERO, Look { colour: false, width: 80 });
        assert!(text.contains("Kill rate 99.9 % of 5001"), "{text}");
    }
}
