//! Every check fires on its violating example, and stays quiet on its conforming one.

use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::case::authored::{CaseFile, Origin, read};
use crate::case::{Captures, Identity, Kept, Narrowed, Narrowing, RequestTemplate, State, Step};
use crate::contract::Contract;
use crate::generate::Contest;
use crate::http::{Credential, Failure, Headers, Request, Response};
use crate::source::{Pointer, Source};

mod creates;
mod ids;
mod states;

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
        "credentials" => return of_credentials(),
        "lifecycle" => return of_lifecycle(),
        "list" => return of_list(),
        _ => Intent::Contested(Contest::Readings),
    };
    let request = RequestTemplate { method: "POST".into(), path: "/users".into(), headers: Headers::new(), body: None };
    Case::single(0, "users_create/test/example".into(), intent, "an example", request)
}

/// A case with the right credential, none, and one that is a character off.
fn of_credentials() -> Case {
    let case = case("contested");
    let steps = [Credential::Right, Credential::None, Credential::Changed(4)];
    let steps = steps.map(|credential| Step { credential, ..case.steps[0].clone() });
    Case { intent: Intent::Contested(Contest::Credentials), steps: steps.into(), ..case }
}

/// A case that makes a user, and then asks for it in the only way there is.
fn of_lifecycle() -> Case {
    let case = case("valid");
    let place = |name: &str| Pointer::root().child(name);
    let schema = || Pointer::parse("/components/schemas/User");
    let identity = Identity { place: place("id"), step: 0, made: place("id"), schema: schema() };
    let name = || place("first_name");
    let kept = Kept { place: name(), step: 0, sent: name(), answered: name(), same: true, schema: schema() };
    let state = State::There { identity: Some(identity), kept: vec![kept], lasting: Vec::new(), cleared: Vec::new() };
    let make = Step { setup: true, ..case.steps[0].clone() };
    let read = Step { state: Some(state), ..case.steps[0].clone() };
    Case { steps: vec![make, read], ..case }
}

/// A case that asks for one element of a list.
fn of_list() -> Case {
    let case = case("valid");
    let narrowed = Narrowed {
        list: Pointer::parse("/list"),
        parameter: "limit".into(),
        to: Narrowing::AtMost(1),
        schema: Pointer::parse("/components/schemas/User"),
    };
    let step = Step { state: Some(State::Narrowed(narrowed)), ..case.steps[0].clone() };
    Case { steps: vec![step], ..case }
}

/// The one case of a file.
fn authored(text: &str) -> Case {
    let file = CaseFile { source: Source::new("cases/example.yaml", text), origin: Origin::Given };
    read(&[file], &contract()).expect("a sound file").cases.remove(0)
}

/// `a×3` written out: `aaa`.
fn written_out(text: &str) -> String {
    let mut parts = text.split('×');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (count, rest) = part.split_at(part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len()));
        let repeated = out.pop().expect("what is repeated").to_string();
        out += &repeated.repeat(count.parse().expect("how often"));
        out += rest;
    }
    out
}

fn exchange(sent: &str, received: &str) -> Exchange {
    let (elapsed, received) = match received.strip_prefix("after ").and_then(|rest| rest.split_once(" ms: ")) {
        Some((ms, rest)) => (ms.parse().expect("a time"), rest),
        None => (9, received),
    };
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
    let body = Some(written_out(sent).into());
    let request = Request { method: "POST".into(), path: "/users".into(), headers: Headers::new(), body };
    Exchange { request, sent_at: 1_671_631_795_140, elapsed: Duration::from_millis(elapsed), outcome }
}

fn judged(intent: &str, sent: &'static str, received: &str) -> (Vec<Finding>, Applied) {
    let contract = contract();
    let mut findings = Vec::new();
    let (case, exchange) = (case(intent), exchange(sent, received));
    let expectation = case.steps[0].expectation(&Captures::default(), &exchange.request).expect("no captures");
    let contract = &contract.operations[0];
    let scene = Scene { contract, case: &case, number: 0, exchanges: &[], expectation: expectation.as_deref() };
    let applied = judge(&scene, &Read::new(contract, &exchange, None), &mut Memory::default(), &mut findings);
    (findings, applied)
}

/// Judges an example, and all that came before it. What those before it show counts too.
fn judged_example(check: &Check, example: &Example) -> (Vec<Finding>, Applied) {
    let Example { before, intent, sent, received } = *example;
    if before.is_empty() {
        return judged(intent, sent, received);
    }
    let contract = contract();
    let contract = &contract.operations[0];
    let case = case(intent);
    let (mut memory, mut findings, mut exchanges, mut applied) =
        (Memory::default(), Vec::new(), Vec::new(), Applied::default());
    for (number, (sent, received)) in before.iter().chain([&(sent, received)]).enumerate() {
        let together = matches!(check.judge, Judge::Case(_)) || case.steps.len() == before.len() + 1;
        let (number, earlier) = if together { (0, exchanges.as_slice()) } else { (number as u64, [].as_slice()) };
        let exchange = exchange(sent, received);
        let scene = Scene { contract, case: &case, number, exchanges: earlier, expectation: None };
        applied = applied.and(judge(&scene, &Read::new(contract, &exchange, None), &mut memory, &mut findings));
        exchanges.push(exchange);
    }
    let scene = Scene { contract, case: &case, number: 0, exchanges: &exchanges, expectation: None };
    applied = applied.and(judge_case(&scene, &mut findings));
    (findings, applied)
}

#[test]
fn each_check_fires_on_its_violating_example_and_no_other_does() {
    for (at, check) in CHECKS.iter().enumerate() {
        let (findings, applied) = judged_example(check, &check.about.violating);
        assert!(applied.contains(at), "{} did not apply", check.about.id);
        let ids: Vec<_> = findings.iter().map(|finding| finding.check).collect();
        assert_eq!(ids, [check.about.id], "{findings:#?}");
    }
}

#[test]
fn no_check_fires_on_a_conforming_example() {
    for check in CHECKS {
        let (findings, _) = judged_example(check, &check.about.conforming);
        assert!(findings.is_empty(), "{}: {findings:#?}", check.about.id);
    }
}

#[test]
fn each_check_stands_in_a_file_of_its_name() {
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/check")).expect("the folder");
    let mut names: Vec<String> = files
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_suffix(".rs").map(|name| name.replace('_', "-")))
        .filter(|name| !["mod", "answer", "finding", "leaks", "memory", "same", "tests"].contains(&name.as_str()))
        .collect();
    names.sort();
    let mut ids: Vec<_> = CHECKS.iter().map(|check| check.about.id.to_owned()).collect();
    ids.sort();
    assert_eq!(ids, names);
}

#[test]
fn a_name_twice_in_an_answer_is_found_unless_it_stood_twice_in_the_request() {
    let received = r#"400 application/json {"error":{"code":"invalid_request","message":"no","message":"no"}}"#;
    let found = |sent| judged("invalid", sent, received).0.into_iter().map(|it| it.check).collect::<Vec<_>>();
    assert_eq!(found(r#"{"first_name":"a"}"#), ["body-parses"]);
    assert_eq!(found(r#"{"first_name":"a","first_name":"a"}"#), [] as [&str; 0]);
}

#[test]
fn an_answer_in_a_coding_that_the_request_refuses_is_found() {
    let found = |accepted: &str| {
        let received = r#"400 application/json {"error":{"code":"invalid_request","message":"no"}}"#;
        let mut exchange = exchange("{}", received);
        exchange.request.headers.push("accept-encoding", accepted);
        if let Ok(response) = &mut exchange.outcome {
            response.headers.push("content-encoding", "gzip");
        }
        let (contract, case) = (contract(), case("invalid"));
        let scene =
            Scene { contract: &contract.operations[0], case: &case, number: 0, exchanges: &[], expectation: None };
        let (mut findings, read) = (Vec::new(), Read::new(&contract.operations[0], &exchange, None));
        judge(&scene, &read, &mut Memory::default(), &mut findings);
        findings.into_iter().map(|it| it.check).collect::<Vec<_>>()
    };
    assert_eq!(found("identity"), ["body-parses"]);
    assert_eq!(found("gzip"), [""; 0]);
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
fn a_repeat_of_our_own_is_no_leave_to_tell_of_others() {
    let contract = contract();
    let told = |received: &str| {
        let (mut memory, contract) = (Memory::default(), &contract.operations[0]);
        let mut findings = Vec::new();
        for (number, id, intent, received) in [
            (0, "proofmark-00000000-0000-0", "valid", "429 text/plain slow"),
            (1, "proofmark-00000000-0001-0", "valid", "429 text/plain slow"),
            (1, "proofmark-00000000-0001-0", "contested", received),
        ] {
            let exchange = exchange(&format!(r#"{{"external_id":"{id}"}}"#), received);
            let case = case(intent);
            let scene = Scene { contract, case: &case, number, exchanges: &[], expectation: None };
            findings.clear();
            judge(&scene, &Read::new(contract, &exchange, None), &mut memory, &mut findings);
        }
        findings.iter().filter(|finding| finding.check == "disclosure").count()
    };
    let taken = |id: &str| {
        format!(
            r#"400 application/json {{"error":{{"code":"conflict","message":"`proofmark-00000000-{id}-0` is taken"}}}}"#
        )
    };
    assert_eq!((told(&taken("0000")), told(&taken("0001"))), (1, 0));
}

/// What is found where `live_mode` is sent and left out in turns, and comes back as `default` says: from what was sent
/// last, and how often it was left out so far.
fn found_in_turns(default: fn(bool, usize) -> bool) -> Vec<Severity> {
    let (contract, case) = (contract(), case("valid"));
    let case = Case { steps: vec![case.steps[0].clone(); 16], ..case };
    let (mut memory, mut findings, mut exchanges) = (Memory::default(), Vec::new(), Vec::new());
    for (turn, mode) in [true, false, false, true, false, true, true, false].into_iter().enumerate() {
        for (half, back) in [mode, default(mode, turn)].into_iter().enumerate() {
            let id = format!("proofmark-{turn}-{half}");
            let sent = if half == 0 { format!(r#","live_mode":{mode}"#) } else { String::new() };
            let received = format!(
                r#"200 application/json {{"id":"u_{id}","object":"user","created_at":1671631795145,"external_id":"{id}","first_name":"","last_name":"","live_mode":{back},"updated_at":1671631795145}}"#
            );
            let exchange = exchange(&format!(r#"{{"external_id":"{id}"{sent}}}"#), &received);
            let read = Read::new(&contract.operations[0], &exchange, None);
            let scene = Scene {
                contract: &contract.operations[0],
                case: &case,
                number: 0,
                exchanges: &exchanges,
                expectation: None,
            };
            judge(&scene, &read, &mut memory, &mut findings);
            drop(read);
            exchanges.push(exchange);
        }
    }
    assert!(findings.iter().all(|finding| finding.check == "defaults"), "{findings:#?}");
    findings.iter().map(|finding| finding.severity).collect()
}

#[test]
fn an_absent_value_that_follows_the_request_before_is_told_from_one_that_merely_changes() {
    assert!(found_in_turns(|before, _| before).contains(&Severity::Error));
    assert!(found_in_turns(|_, _| false).is_empty(), "a default");
    assert!(found_in_turns(|_, _| true).is_empty(), "another");
    let odd = found_in_turns(|_, turn| turn % 2 == 1);
    assert!(!odd.is_empty() && odd.iter().all(|severity| *severity == Severity::Warning), "{odd:?}");
}

#[test]
fn a_code_that_does_not_fit_is_found_on_a_403_too_once_the_run_was_let_in() {
    let contract = contract();
    let contract = &contract.operations[0];
    let codes = |first: &str| {
        let (mut memory, mut findings) = (Memory::default(), Vec::new());
        let forbidden = r#"403 application/json {"error":{"code":"forbidden","message":"no"}}"#;
        for (number, intent, sent, received) in
            [(0, "valid", r#"{"external_id":"proofmark-1"}"#, first), (1, "invalid", r#"{"external_id":7}"#, forbidden)]
        {
            findings.clear();
            let (case, exchange) = (case(intent), exchange(sent, received));
            let scene = Scene { contract, case: &case, number, exchanges: &[], expectation: None };
            judge(&scene, &Read::new(contract, &exchange, None), &mut memory, &mut findings);
        }
        findings.iter().filter(|finding| finding.check == "error-code").count()
    };
    let let_in = r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"","last_name":"","live_mode":false,"updated_at":1671631795145}"#;
    assert_eq!(codes(let_in), 1);
    assert_eq!(codes(r#"403 application/json {"error":{"code":"forbidden","message":"no"}}"#), 0);
}

#[test]
fn a_failed_connection_is_no_finding() {
    let contract = contract();
    let mut refused = exchange("{}", "no answer");
    refused.outcome = Err(Failure::Connect("connection refused".into()));
    let (mut findings, case, contract) = (Vec::new(), case("valid"), &contract.operations[0]);
    let scene = Scene { contract, case: &case, number: 0, exchanges: &[], expectation: None };
    let applied = judge(&scene, &Read::new(contract, &refused, None), &mut Memory::default(), &mut findings);
    assert!(findings.is_empty() && applied == Applied::default());
}

#[test]
fn an_identifier_that_stands_twice_may_be_answered_with_the_user_that_has_the_other_and_a_name_that_does_may_not() {
    let contract = contract();
    let contract = &contract.operations[0];
    let other = r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"Eve","last_name":"Another","live_mode":false,"updated_at":1671631795145}"#;
    let sent = r#"{"external_id":"proofmark-1","first_name":"Ada","last_name":"Lovelace"}"#;
    let found = |focus: &str| {
        let intent = Intent::Contested(Contest::RepeatedKey);
        let case = Case { focus: Pointer::root().child(focus), intent, ..case("contested") };
        let (exchange, mut findings) = (exchange(sent, other), Vec::new());
        let scene = Scene { contract, case: &case, number: 0, exchanges: &[], expectation: None };
        judge(&scene, &Read::new(contract, &exchange, None), &mut Memory::default(), &mut findings);
        findings
            .iter()
            .filter(|finding| finding.check == "echo")
            .map(|finding| finding.title.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(found("external_id"), [""; 0]);
    assert_eq!(found("first_name"), ["`/last_name` does not come back as it was sent"]);
}

#[test]
fn a_token_in_an_error_is_a_leak_and_one_that_is_handed_out_is_none() {
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N";
    let disclosures = |intent: &str, received: &str| {
        let (findings, _) = judged(intent, r#"{"external_id":"proofmark-1"}"#, received);
        findings.iter().filter(|finding| finding.check == "disclosure").count()
    };
    let told = format!(r#"400 application/json {{"error":{{"code":"invalid_request","message":"{token} is stale"}}}}"#);
    let given = format!(r#"200 application/json {{"id":"u_1","session":"{token}"}}"#);
    assert_eq!((disclosures("invalid", &told), disclosures("valid", &given)), (1, 0));
}

#[test]
fn a_refusal_may_name_the_id_of_its_own_identity_and_of_no_other() {
    let contract = contract();
    let contract = &contract.operations[0];
    let made = r#"200 application/json {"id":"u_1a2b3c4d5e","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"","last_name":"","live_mode":false,"updated_at":1671631795145}"#;
    let refusal = r#"400 application/json {"error":{"code":"conflict","message":"see user u_1a2b3c4d5e"}}"#;
    let told = |sent: &str, case: Case| {
        let (mut memory, mut findings) = (Memory::default(), Vec::new());
        let first = self::case("valid");
        for (number, case, sent, received) in
            [(0, first, r#"{"external_id":"proofmark-1"}"#, made), (1, case, sent, refusal)]
        {
            findings.clear();
            let exchange = exchange(sent, received);
            let scene = Scene { contract, case: &case, number, exchanges: &[], expectation: None };
            judge(&scene, &Read::new(contract, &exchange, None), &mut memory, &mut findings);
        }
        findings.iter().filter(|finding| finding.check == "disclosure").count()
    };
    assert_eq!(told(r#"{"external_id":"proofmark-1"}"#, case("contested")), 0);
    assert_eq!(told(r#"{"external_id":7}"#, case("invalid")), 1);
    assert_eq!(told(r#"{"external_id":"proofmark-2"}"#, case("contested")), 1);
    let blank = Case { intent: Intent::Contested(Contest::BlankIdentifier), ..case("contested") };
    assert_eq!(told(r#"{"external_id":" "}"#, blank), 0, "one blank identifier may be another");
}

#[test]
fn a_time_that_comes_back_as_it_was_sent_under_another_spelling_was_set_by_the_client() {
    let found = |back: &str| {
        let sent = r#"{"external_id":"proofmark-1","createdAt":1000000000001}"#;
        let received = format!(
            r#"200 application/json {{"id":"u_1","object":"user","created_at":{back},"external_id":"proofmark-1","first_name":"","last_name":"","live_mode":false,"updated_at":1671631795145}}"#
        );
        let (findings, _) = judged("contested", sent, &received);
        findings.iter().filter(|finding| finding.check == "server-assigned").count()
    };
    assert_eq!((found("1000000000001"), found("1671631795145")), (1, 0));
}

/// The answer that made a user.
fn made(id: &str, external_id: &str, first_name: &str, created_at: i64) -> String {
    format!(
        r#"200 application/json {{"id":"{id}","object":"user","created_at":{created_at},"external_id":"{external_id}","first_name":"{first_name}","last_name":"","live_mode":false,"updated_at":1671631795145}}"#
    )
}

/// What is found in the exchanges of a case once all are there.
fn found_at_the_end(case: &Case, exchanges: &[(&str, &str)]) -> Vec<&'static str> {
    let contract = contract();
    let contract = &contract.operations[0];
    let exchanges: Vec<_> = exchanges.iter().map(|(sent, received)| exchange(sent, received)).collect();
    let scene = Scene { contract, case, number: 0, exchanges: &exchanges, expectation: None };
    let mut findings = Vec::new();
    judge_case(&scene, &mut findings);
    findings.into_iter().map(|finding| finding.check).collect()
}

fn checks_of((findings, _): (Vec<Finding>, Applied)) -> Vec<&'static str> {
    findings.into_iter().map(|finding| finding.check).collect()
}

const NONE: [&str; 0] = [];

#[test]
fn an_error_whose_message_is_a_word_for_nothing_says_nothing() {
    let found = |message: &str| {
        let body = serde_json::json!({ "error": { "code": "invalid_request", "message": message } });
        checks_of(judged("invalid", "{}", &format!("400 application/json {body}")))
    };
    for message in ["", " ", "undefined", "null", "[object Object]"] {
        assert_eq!(found(message), ["error-code"], "{message:?}");
    }
    assert_eq!(found("`first_name` must not be null"), NONE);
}

#[test]
fn the_refusal_of_a_wrong_credential_has_a_code_that_speaks_of_it() {
    let contract = contract();
    let contract = &contract.operations[0];
    let first = exchange(r#"{"external_id":"p-1"}"#, &made("u_1", "p-1", "", 1_671_631_795_145));
    let found = |code: &str| {
        let body = format!(r#"403 application/json {{"error":{{"code":"{code}","message":"no"}}}}"#);
        let (case, exchange) = (case("credentials"), exchange(r#"{"external_id":"p-2"}"#, &body));
        let exchanges = [first.clone()];
        let scene = Scene { contract, case: &case, number: 0, exchanges: &exchanges, expectation: None };
        let mut findings = Vec::new();
        judge(&scene, &Read::new(contract, &exchange, None), &mut Memory::default(), &mut findings);
        findings.into_iter().map(|finding| finding.check).collect::<Vec<_>>()
    };
    assert_eq!(found("conflict"), ["error-code"]);
    assert_eq!(found("resource_not_found"), ["error-code"]);
    for code in ["invalid_credentials", "forbidden", "invalid_request"] {
        assert_eq!(found(code), NONE, "{code}");
    }
}

#[test]
fn one_thing_is_made_at_one_time() {
    let sent = r#"{"external_id":"p-1"}"#;
    let found = |first: i64, then: i64| {
        let answers = [first, then].map(|time| made("u_1", "p-1", "", time));
        found_at_the_end(&case("valid"), &[(sent, &answers[0]), (sent, &answers[1])])
    };
    assert_eq!(found(1_671_631_795_145, 1_671_631_795_148), ["identity"]);
    assert_eq!(found(1_671_631_795_145, 1_671_631_795_145), NONE);
    assert_eq!(found(1_671_631_795_145, 1_671_631_795_000), NONE, "cut to seconds");
}

#[test]
fn what_is_refused_for_its_credential_is_not_done() {
    let mut case = case("credentials");
    case.steps[1].captures = vec![crate::case::Capture {
        name: "refused".into(),
        from: crate::case::CaptureFrom::Sent(Pointer::root().child("external_id")),
    }];
    case.steps[2].credential = Credential::Right;
    case.steps[2].texts = vec![crate::case::PlacedText {
        place: crate::case::TextPlace::Body(Pointer::root().child("external_id")),
        text: crate::case::Text::captured("refused", ""),
    }];
    case.steps[2].intent = Some(Intent::Contested(Contest::Repeated));
    let refused = r#"403 application/json {"error":{"code":"forbidden","message":"no"}}"#;
    let taken = r#"400 application/json {"error":{"code":"conflict","message":"there already"}}"#;
    let (one, two) = (r#"{"external_id":"p-1"}"#, r#"{"external_id":"p-2"}"#);
    let (first, second) = (made("u_1", "p-1", "", 1_671_631_795_145), made("u_2", "p-2", "", 1_671_631_795_145));
    assert_eq!(found_at_the_end(&case, &[(one, &first), (two, refused), (two, taken)]), ["credentials"]);
    assert_eq!(found_at_the_end(&case, &[(one, &first), (two, refused), (two, &second)]), NONE);
    assert_eq!(found_at_the_end(&case, &[(one, taken), (two, refused), (two, taken)]), NONE, "nothing is taken at all");
}

#[test]
fn what_the_server_sets_itself_is_not_set_in_another_form_or_place() {
    let id = made("u_chosen", "p-1", "", 1_671_631_795_145);
    let time = made("u_1", "p-1", "", 1_000_000_000_001);
    for (sent, received) in [
        (r#"{"external_id":"p-1","data":{"id":"u_chosen"}}"#, &id),
        (r#"{"external_id":"p-1","created_at":"2001-09-09T01:46:40.001Z"}"#, &time),
        (r#"{"external_id":"p-1","createdAt":"1000000000001"}"#, &time),
    ] {
        let found = checks_of(judged("contested", sent, received));
        assert!(found.contains(&"server-assigned"), "{sent}: {found:?}");
    }
    let other = r#"{"external_id":"p-1","data":{"name":"u_chosen"},"note":"1000000000001"}"#;
    assert!(!checks_of(judged("contested", other, &id)).contains(&"server-assigned"));
    assert!(!checks_of(judged("contested", other, &time)).contains(&"server-assigned"));
}

#[test]
fn what_a_prototype_has_is_no_default() {
    let check = CHECKS.iter().find(|check| check.about.id == "defaults").expect("the check");
    let severities = |sent: &'static str| {
        let first = made("u_1", "p-1", "", 1_671_631_795_145).leak();
        let then = made("u_2", "p-2", "Eve of __proto__", 1_671_631_795_145).leak();
        let before: &'static [(&str, &str)] = vec![(r#"{"external_id":"p-1"}"#, &*first)].leak();
        let (findings, _) = judged_example(check, &Example { before, intent: "contested", sent, received: then });
        findings.iter().map(|finding| (finding.check, finding.severity)).collect::<Vec<_>>()
    };
    let within = r#"{"external_id":"p-2","__proto__":{"first_name":"Eve of __proto__"}}"#;
    assert_eq!(severities(within), [("defaults", Severity::Error)]);
    assert_eq!(severities(r#"{"external_id":"p-2"}"#), [("defaults", Severity::Warning)]);
}

#[test]
fn what_a_listed_property_holds_may_be_the_id_too() {
    let text = "openapi: 3.0.3
components:
  schemas:
    User: {type: object, properties: {id: {type: string}}}
    New: {type: object, properties: {user: {$ref: '#/components/schemas/User'}}}
    Profile: {type: object, required: [id], properties: {id: {type: string}, user: {$ref: '#/components/schemas/User'}}}
paths:
  /profiles:
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/New'}}}}
      responses:
        '201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Profile'}}}}
";
    let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
    let contract = Contract::of(Arc::new(document)).expect("a contract");
    let contract = &contract.operations[0];
    let found = |sent: &str| {
        let (case, exchange) = (case("contested"), exchange(sent, r#"201 application/json {"id":"u_chosen"}"#));
        let scene = Scene { contract, case: &case, number: 0, exchanges: &[], expectation: None };
        let mut findings = Vec::new();
        judge(&scene, &Read::new(contract, &exchange, None), &mut Memory::default(), &mut findings);
        findings.into_iter().any(|finding| finding.check == "server-assigned")
    };
    assert!(found(r#"{"data":{"id":"u_chosen"}}"#));
    assert!(!found(r#"{"user":{"id":"u_chosen"}}"#));
}

#[test]
fn what_was_answered_as_it_was_sent_is_not_lost_later() {
    let contract = contract();
    let contract = &contract.operations[0];
    let (case, sent) = (of_lifecycle(), r#"{"external_id":"proofmark-1","first_name":"Ada"}"#);
    let lost = |made: &str, read: &str| {
        let earlier = [exchange(sent, made)];
        let now = exchange(r#"{"external_id":"proofmark-1"}"#, read);
        let scene = Scene { contract, case: &case, number: 0, exchanges: &earlier, expectation: None };
        let mut findings = Vec::new();
        judge(&scene, &Read::new(contract, &now, None), &mut Memory::default(), &mut findings);
        findings.into_iter().filter(|it| it.check == "lifecycle").map(|it| it.title).collect::<Vec<_>>()
    };
    let with = r#"200 application/json {"id":"u_1","first_name":"Ada"}"#;
    let without = r#"200 application/json {"id":"u_1"}"#;
    assert_eq!(lost(with, without), ["`/first_name` is lost"]);
    assert_eq!(lost(with, with), [""; 0]);
    assert_eq!(lost(without, without), [""; 0], "nobody said that it was kept");
}
