//! What is counted, and that it is bounded.

use super::super::tests::{REFUSAL, SENT, Sample, USER, context, run, tallied};
use super::*;
use crate::source::Pointer;

#[test]
fn numbers_are_right() {
    let context = context();
    let mut cases: Vec<_> = (0..10).map(Sample::passing).collect();
    let wrong = USER.replace("false", "\"false\"");
    cases.extend((10..13).map(|n| Sample::new(n, &format!("valid/wrong_{n}")).answered(SENT, 200, &wrong)));
    cases.push(Sample::new(13, "invalid/x").answered("{}", 400, REFUSAL));
    cases.push(Sample::new(14, "invalid/y").because(Verdict::Skipped, "no reason"));
    let tally = tallied(&run(cases), &context);
    let operation = &tally.operations[0];
    assert_eq!((operation.accepted, operation.cases(), tally.done), (13, 15, 15));
    assert_eq!(tally.verdict(Verdict::Violates), 3);
    let groups = tally.causes.sorted();
    assert_eq!(groups.len(), 1, "{groups:#?}");
    assert_eq!(tally.seen(groups[0]), "3 of 13 cases that were answered 200");
    assert_eq!(operation.error_codes.iter().map(ErrorCodes::seen).sum::<u64>(), 1);
    assert_eq!(operation.error_codes[0].place.as_str(), "/error/code");
}

#[test]
fn a_server_that_is_wrong_differently_each_time_does_not_fill_memory() {
    let mut tally = Tally::new(context());
    for number in 0..1_200 {
        let mut sample = Sample::passing(number);
        sample.0.findings.push(crate::check::Finding {
            check: "echo",
            severity: Severity::Error,
            title: "t".into(),
            contract: Pointer::root(),
            body: None,
            label: String::new(),
            detail: number.to_string(),
            step: 0,
        });
        tally.event(&sample.event()).expect("memory");
    }
    assert_eq!((tally.causes.groups().count(), tally.causes.beyond), (1_000, 200));
}

#[test]
fn the_shortest_exchange_is_the_example() {
    let wrong = USER.replace("false", "\"false\"");
    let long = format!(r#"{{"external_id":"{}"}}"#, "x".repeat(500));
    let cases = vec![
        Sample::new(0, "valid/long").answered(&long, 200, &wrong),
        Sample::new(1, "valid/short").answered(SENT, 200, &wrong),
    ];
    let tally = tallied(&run(cases), &context());
    let group = &tally.causes.sorted()[0];
    assert_eq!(group.example.case, "users_create/valid/short");
    assert_eq!(group.cases, ["users_create/valid/long", "users_create/valid/short"]);
}

#[test]
fn a_server_that_refuses_everything_has_one_fault_and_one_that_refuses_some_has_several() {
    let about = |number: u64, focus: &str| {
        let mut sample = Sample::new(number, &format!("valid/{focus}/x"));
        let mut case = crate::case::Case::clone(&sample.0.case);
        case.focus = Pointer::root().child(focus);
        sample.0.case = std::sync::Arc::new(case);
        sample
    };
    let refused = |number, focus| about(number, focus).answered(SENT, 400, REFUSAL);
    let titles = |cases| {
        let tally = tallied(&run(cases), &context());
        tally.findings().into_iter().map(|group| (group.finding.title.clone(), group.count)).collect::<Vec<_>>()
    };
    let all = titles(vec![refused(0, "first_name"), refused(1, "last_name"), refused(2, "last_name")]);
    assert_eq!(all, [("every valid request was refused with 400".to_owned(), 3)]);
    let some = titles(vec![refused(0, "first_name"), refused(1, "last_name"), Sample::passing(2)]);
    let expected = ["a valid `first_name` was refused with 400", "a valid `last_name` was refused with 400"];
    assert_eq!(some.iter().map(|(title, _)| title.as_str()).collect::<Vec<_>>(), expected);
}

#[test]
fn where_the_plainest_request_is_refused_others_refused_alike_say_nothing_more() {
    let about = |number: u64, name: &str, focus: &str, status: u16| {
        let mut sample = Sample::new(number, name);
        let mut case = crate::case::Case::clone(&sample.0.case);
        case.focus = Pointer::parse(focus);
        sample.0.case = std::sync::Arc::new(case);
        sample.answered(SENT, status, REFUSAL)
    };
    let titles = |minimal: u16| {
        let first = match minimal {
            200 => Sample::new(0, "valid/minimal").answered(SENT, 200, USER),
            status => about(0, "valid/minimal", "", status),
        };
        let others =
            [about(1, "valid/x", "/first_name", 400), about(2, "valid/y", "/last_name", 400), Sample::passing(3)];
        let tally = tallied(&run(std::iter::once(first).chain(others).collect()), &context());
        tally.findings().into_iter().map(|group| (group.finding.title.clone(), group.count)).collect::<Vec<_>>()
    };
    assert_eq!(titles(400), [("a valid request was refused with 400".to_owned(), 3)]);
    assert_eq!(titles(200).len(), 2, "each has a reason of its own");
}

#[test]
fn a_step_that_is_meant_otherwise_than_its_case_is_counted_among_all_that_were_sent() {
    let mut odd = Sample::new(2, "contested/again");
    let mut case = crate::case::Case::clone(&odd.0.case);
    case.steps[0].intent = Some(crate::case::Intent::Valid);
    odd.0.case = std::sync::Arc::new(case);
    let cases = vec![
        Sample::new(0, "valid/minimal").answered(SENT, 400, REFUSAL),
        Sample::passing(1),
        odd.answered(SENT, 400, REFUSAL),
        Sample::new(3, "invalid/x").answered("{}", 400, REFUSAL),
    ];
    let tally = tallied(&run(cases), &context());
    let groups = tally.causes.sorted();
    let group = groups.iter().find(|group| group.cause.check == "accepts-valid").expect("one");
    assert_eq!((group.count, tally.out_of(group)), (2, 4));
    assert_eq!(tally.seen(group), "2 of 4 cases that were sent");
}
