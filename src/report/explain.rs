//! What each check looks at, and what is contested: for `proofmark explain`, `docs/CHECKS.md` and `docs/CONTESTED.md`, drawn from
//! the code itself.

use super::words::{columns, wrapped};
use crate::check::{self, About, CHECKS, Example};
use crate::generate::Contest;
use crate::lint::LINT_RULES;

/// No check or lint has this id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no check or lint `{id}`{}", did_you_mean(near))]
pub struct UnknownId {
    /// What was asked for.
    pub id: String,
    /// Ids that are much like it, the nearest first.
    pub near: Vec<&'static str>,
}

/// All checks and lints, a line each.
pub fn list(width: usize) -> String {
    let checks = CHECKS.iter().map(|check| (check.about.id, check.about.what));
    let lints = LINT_RULES.iter().map(|rule| (rule.id, rule.summary));
    let longest = checks.clone().chain(lints.clone()).map(|(id, _)| id.len()).max().unwrap_or(0);
    let row = |(id, text): (&str, &str)| hanging(&format!("  {id:<longest$}  "), first_sentence(text), width);
    let mut out = String::from("checks of answers:\n\n");
    out.extend(checks.map(row));
    out.push_str("\nlints of the document:\n\n");
    out.extend(lints.map(row));
    out.push_str("\nhint: `proofmark explain ID` tells all of one,\n      `proofmark explain contested` where either answer will do\n");
    out
}

/// One check or lint in full.
///
/// # Errors
/// There is none of this id.
pub fn one(id: &str, width: usize) -> Result<String, UnknownId> {
    if let Some(check) = check::named(id) {
        return Ok(full(&check.about, width));
    }
    match LINT_RULES.iter().find(|rule| rule.id == id) {
        Some(rule) => Ok(format!("{id}\n\n{}", hanging("  reports      ", rule.summary, width))),
        None => Err(UnknownId { id: id.to_owned(), near: near(id) }),
    }
}

/// All checks as a Markdown page.
pub fn markdown() -> String {
    let mut out = String::from(
        "# Checks\n\nEvery answer is held against all of these. This page is made from the checks themselves: \
         `proofmark explain --markdown`.\n",
    );
    for check in CHECKS {
        let About { id, severity, what, why, leaves_alone, source, violating, conforming } = &check.about;
        out.push_str(&format!(
            "\n## {id}\n\n{what}\n\n{why}\n\n- **Severity**: {severity}\n- **Leaves alone**: {leaves_alone}\n\
             - **Source**: {source}\n\nBreaks it, as an answer to {}:\n\n{}\nKeeps it, as an answer to {}:\n\n{}",
            asked(violating),
            fenced(violating),
            asked(conforming),
            fenced(conforming),
        ));
    }
    out
}

/// What is contested, and why: a line for each reason.
pub fn contested(width: usize) -> String {
    let longest = Contest::ALL.iter().map(|contest| contest.name().len()).max().unwrap_or(0);
    let mut out = String::from("contested, so that a server may accept it or refuse it:\n\n");
    out.extend(Contest::ALL.iter().map(|contest| {
        let text = match contest.also_allows() {
            [] => contest.reason().to_owned(),
            also => format!("{}; {} right as well", contest.reason(), listed(also)),
        };
        hanging(&format!("  {:<longest$}  ", contest.name()), &text, width)
    }));
    out
}

/// The same as a Markdown page.
pub fn contested_markdown() -> String {
    let mut out = String::from(
        "# What is contested\n\nWhere the document is silent, or where its readings differ, a server may accept a request or refuse \
         it. All else still holds: the answer has a documented status, or one of those in the last column, which HTTP has for \
         just this; its body conforms; and it is no 5xx. This page is made from the code itself: \
         `proofmark explain contested --markdown`.\n\n| what | why either answer will do | also right |\n| --- | --- | --- |\n",
    );
    out.extend(Contest::ALL.iter().map(|contest| {
        let also: Vec<_> = contest.also_allows().iter().map(u16::to_string).collect();
        format!("| {} | {} | {} |\n", contest.name(), contest.reason(), also.join(", "))
    }));
    out
}

/// `400 and 413 are`.
fn listed(statuses: &[u16]) -> String {
    let mut words: Vec<_> = statuses.iter().map(u16::to_string).collect();
    match (words.pop(), words.is_empty()) {
        (Some(last), true) => format!("{last} is"),
        (Some(last), false) => format!("{} and {last} are", words.join(", ")),
        (None, _) => String::new(),
    }
}

fn full(about: &About, width: usize) -> String {
    let About { id, severity, what, why, leaves_alone, source, violating, conforming } = about;
    let parts = [
        ("looks at", *what),
        ("because", why),
        ("leaves alone", leaves_alone),
        ("severity", severity),
        ("source", source),
    ];
    let mut out = format!("{id}\n\n");
    out.extend(parts.map(|(name, text)| hanging(&format!("  {name:<12} "), text, width)));
    for (word, example) in [("breaks it", violating), ("keeps it", conforming)] {
        out.push_str(&format!("\n{word}, as an answer to {}:\n\n", asked(example)));
        out.extend(example_lines(example).iter().map(|line| format!("  {line}\n")));
    }
    out
}

/// `a valid request`.
fn asked(example: &Example) -> String {
    let article = if example.intent.starts_with(['a', 'i']) { "an" } else { "a" };
    format!("{article} {} request", example.intent)
}

fn example_lines(example: &Example) -> Vec<String> {
    let lines = |(sent, received): &(&str, &str)| {
        let received = received.replace('\n', "\\n");
        [format!("sent:     POST /users {sent}"), format!("received: {received}")]
    };
    example.before.iter().chain([&(example.sent, example.received)]).flat_map(lines).collect()
}

fn fenced(example: &Example) -> String {
    format!("```text\n{}\n```\n", example_lines(example).join("\n"))
}

/// Text behind a head, its further lines under its first.
fn hanging(head: &str, text: &str, width: usize) -> String {
    let indent = columns(head);
    let lines = wrapped(text, width.saturating_sub(indent).max(20));
    format!("{head}{}\n", lines.join(&format!("\n{}", " ".repeat(indent))))
}

fn first_sentence(text: &str) -> &str {
    text.split_once(". ").map_or(text, |(first, _)| first).trim_end_matches('.')
}

/// Ids that `id` may be a slip of.
fn near(id: &str) -> Vec<&'static str> {
    let all = CHECKS.iter().map(|check| check.about.id).chain(LINT_RULES.iter().map(|rule| rule.id));
    let wanted = id.to_ascii_lowercase().replace('_', "-");
    let mut near: Vec<_> =
        all.map(|known| (strsim::jaro_winkler(&wanted, known), known)).filter(|(s, _)| *s > 0.75).collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    near.into_iter().map(|(_, known)| known).take(3).collect()
}

fn did_you_mean(near: &[&str]) -> String {
    if near.is_empty() {
        return "; `proofmark explain` lists them".into();
    }
    let names: Vec<_> = near.iter().map(|name| format!("`{name}`")).collect();
    format!("; did you mean {}?", names.join(" or "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_page_is_the_one_made_from_the_checks() {
        let committed = include_str!("../../docs/CHECKS.md");
        assert!(committed == markdown(), "run `proofmark explain --markdown > docs/CHECKS.md`");
    }

    #[test]
    fn the_committed_table_of_what_is_contested_is_the_one_made_from_the_code() {
        let committed = include_str!("../../docs/CONTESTED.md");
        assert!(committed == contested_markdown(), "run `proofmark explain contested --markdown > docs/CONTESTED.md`");
        let told = contested(80);
        assert!(Contest::ALL.iter().all(|contest| told.contains(&format!("  {} ", contest.name()))), "{told}");
        assert!(told.lines().all(|line| columns(line) <= 80), "{told}");
    }

    #[test]
    fn every_check_and_lint_is_listed_and_explained() {
        let list = list(80);
        for id in CHECKS.iter().map(|check| check.about.id).chain(LINT_RULES.iter().map(|rule| rule.id)) {
            assert!(list.contains(&format!("  {id} ")), "{id}");
            assert!(one(id, 80).is_ok_and(|text| text.starts_with(id)), "{id}");
        }
        assert!(list.lines().all(|line| columns(line) <= 80), "{list}");
    }

    #[test]
    fn a_slip_is_answered_with_the_nearest_id() {
        let error = one("respons_schema", 80).expect_err("no such check");
        assert_eq!(error.to_string(), "there is no check or lint `respons_schema`; did you mean `response-schema`?");
        let error = one("zzz", 80).expect_err("no such check");
        assert_eq!(error.to_string(), "there is no check or lint `zzz`; `proofmark explain` lists them");
    }

    #[test]
    fn one_check_in_full() {
        let text = one("echo", 80).expect("it is known");
        insta::assert_snapshot!(text);
    }
}
