//! What counts as seen, and what does not.

use super::super::super::tests::{REFUSAL, SENT, Sample, USER, context, run, tallied};
use super::*;

fn coverage(cases: Vec<Sample>) -> Coverage {
    tallied(&run(cases), &context()).coverage()
}

fn part(coverage: &Coverage, what: What) -> (u64, u64) {
    let part = coverage.parts.iter().find(|part| part.what == what).expect("a part");
    assert_eq!(part.of - part.seen, part.unseen.len() as u64, "{part:#?}");
    (part.seen, part.of)
}

#[test]
fn nothing_is_covered_where_nothing_was_sent() {
    let coverage = coverage(Vec::new());
    assert!(coverage.parts.is_empty() || coverage.percent() == 0.0, "{coverage:#?}");
}

#[test]
fn an_accepted_user_shows_its_keywords_and_leaves_the_rest_unseen() {
    let coverage = coverage(vec![Sample::new(0, "valid/minimal").answered(SENT, 200, USER)]);
    assert_eq!(part(&coverage, What::Operations), (1, 1));
    assert_eq!(part(&coverage, What::Statuses).0, 1);
    let (seen, of) = part(&coverage, What::AnswerKeywords);
    assert!(seen > 10 && seen < of, "the error's keywords are unseen: {seen} of {of}");
    let (seen, of) = part(&coverage, What::RequestKeywords);
    assert!(seen >= 2 && seen < of, "the names' keywords are unseen: {seen} of {of}");
    assert_eq!(part(&coverage, What::BrokenKeywords).0, 0);
    let (pairs, of) = part(&coverage, What::Pairs);
    assert_eq!(pairs, 6, "of {of}: a pair for each two of four properties");
    let unseen = &coverage.parts.iter().find(|part| part.what == What::Statuses).expect("statuses").unseen;
    assert_eq!(unseen, &["400", "403", "500"]);
}

#[test]
fn an_answer_that_does_not_conform_shows_nothing() {
    let wrong = USER.replace("false", "\"false\"");
    let coverage = coverage(vec![Sample::new(0, "valid/minimal").answered(SENT, 200, &wrong)]);
    assert_eq!(part(&coverage, What::AnswerKeywords).0, 0);
}

#[test]
fn a_keyword_is_broken_by_the_case_that_breaks_it() {
    let sent = r#"{"external_id":"proofmark-7c1e-0041","live_mode":"x"}"#;
    let coverage = coverage(vec![Sample::new(0, "invalid/live_mode").answered(sent, 400, REFUSAL)]);
    assert_eq!(part(&coverage, What::BrokenKeywords).0, 1);
    assert_eq!(part(&coverage, What::RequestKeywords).0, 0, "nothing was accepted");
    assert_eq!(part(&coverage, What::Values).0, 1, "the code of the error");
}
