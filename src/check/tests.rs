//! Every check fires on its violating example, and stays quiet on its conforming one.

use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::case::authored::{CaseFile, Origin, read};
use crate::case::{Captures, RequestTemplate};
use crate::contract::Contract;
use crate::generate::Contest;
use crate::http::{Failure, Headers, Request, Response};
use crate::source::{Pointer, Source};

fn contract() -> Contract {
    let text = include_bytes!("../../specs/admin-openapi.yaml");
    let document = crate::spec::read("specs/admin-openapi.yaml", text).expect("the bundled document");
    Contract::of(Arc::new(document)).expect("its contract")
}

fn case(intent: &str) -> Case {
    let intent = match intent {
        "valid" => Intent::Valid,
        "invalid" => Intent::Invalid { keyword: "type".into(), constraint: Pointer::root() },
        "authored" => return authored(expectation::EXAMPLE),
        _ => Intent::Contested(Contest::Readings),
    };
    let request = RequestTemplate { method: "POST".into(), path: "/users".into(), headers: Headers::new(), body: None };
    Case::single(0, "users_create/test/example".into(), intent, "an example", request)
}

/// The one case of a file.
fn authored(text: &str) -> Case {
    let file = CaseFile { source: Source::new("cases/example.yaml", text), origin: Origin::Given };
    read(&[file], &contract()).expect("a sound file").cases.remove(0)
}

fn exchange(sent: &'static str, received: &str) -> Exchange {
    let outcome = match received {
        "no answer" => Err(Failure::NoAnswer(Duration::from_secs(10))),
        "too large" => Err(Failure::TooLarge(1 << 20)),
        _ => {
            let (status, rest) = received.split_once(' ').expect("a status");
            let (media_type, body) = rest.split_once(' ').expect("a media type");
            let headers = [("Content-Type", media_type)].into_iter().collect();
            Ok(Response { status: status.parse().expect("a number"), headers, body: body.to_owned().into() })
        }
    };
    let body = Some(bytes::Bytes::from_static(sent.as_bytes()));
    let request = Request { method: "POST".into(), path: "/users".into(), headers: Headers::new(), body };
    Exchange { request, sent_at: 0, elapsed: Duration::ZERO, outcome }
}

fn judged(intent: &str, sent: &'static str, received: &str) -> (Vec<Finding>, Applied) {
    let contract = contract();
    let mut findings = Vec::new();
    let (case, exchange) = (case(intent), exchange(sent, received));
    let expectation = case.steps[0].expectation(&Captures::default(), &exchange.request).expect("no captures");
    let applied = judge(&contract.operations[0], &case, 0, expectation.as_deref(), &exchange, &mut findings);
    (findings, applied)
}

#[test]
fn each_check_fires_on_its_violating_example_and_no_other_does() {
    for (at, check) in CHECKS.iter().enumerate() {
        let Example { intent, sent, received } = check.about.violating;
        let (findings, applied) = judged(intent, sent, received);
        assert!(applied.contains(at), "{} did not apply", check.about.id);
        let ids: Vec<_> = findings.iter().map(|finding| finding.check).collect();
        assert_eq!(ids, [check.about.id], "{findings:#?}");
    }
}

#[test]
fn no_check_fires_on_a_conforming_example() {
    for check in CHECKS {
        let Example { intent, sent, received } = check.about.conforming;
        let (findings, _) = judged(intent, sent, received);
        assert!(findings.is_empty(), "{}: {findings:#?}", check.about.id);
    }
}

#[test]
fn each_check_stands_in_a_file_of_its_name() {
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/check")).expect("the folder");
    let mut names: Vec<String> = files
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_suffix(".rs").map(|name| name.replace('_', "-")))
        .filter(|name| !["mod", "answer", "finding", "tests"].contains(&name.as_str()))
        .collect();
    names.sort();
    let mut ids: Vec<_> = CHECKS.iter().map(|check| check.about.id.to_owned()).collect();
    ids.sort();
    assert_eq!(ids, names);
}

#[test]
fn two_missing_properties_are_two_findings_with_their_own_lines() {
    let (findings, _) = judged(
        "valid",
        "{}",
        r#"200 application/json {"id":"u_1","object":"user","external_id":"x","first_name":"","last_name":"","live_mode":false}"#,
    );
    let places: Vec<_> = findings.iter().map(|finding| finding.contract.to_string()).collect();
    assert_eq!(places, ["/components/schemas/User/required/2", "/components/schemas/User/required/7"]);
}

#[test]
fn an_undocumented_status_is_reported_and_its_body_must_still_be_the_documented_error() {
    let (findings, _) = judged("invalid", "{}", "404 text/html <h1>not found</h1>");
    let ids: Vec<_> = findings.iter().map(|finding| finding.check).collect();
    assert_eq!(ids, ["status-documented", "error-body"]);
}

#[test]
fn a_failed_connection_is_no_finding() {
    let contract = contract();
    let mut refused = exchange("{}", "no answer");
    refused.outcome = Err(Failure::Connect("connection refused".into()));
    let mut findings = Vec::new();
    let applied = judge(&contract.operations[0], &case("valid"), 0, None, &refused, &mut findings);
    assert!(findings.is_empty() && applied == Applied::default());
}
