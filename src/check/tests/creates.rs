//! What the answers to creates of the bundled contract say beside what was asked for.

use super::*;

/// What `check` finds in the last of these answers, each to a request of an intent: the titles.
fn found(check: &str, exchanges: &[(&str, &str, &str)]) -> Vec<String> {
    let contract = contract();
    let contract = &contract.operations[0];
    let (mut memory, mut findings) = (Memory::default(), Vec::new());
    for (number, (intent, sent, received)) in (0..).zip(exchanges) {
        findings.clear();
        let (case, exchange) = (case(intent), exchange(sent, received));
        let scene = Scene { contract, case: &case, number, exchanges: &[], expectation: None };
        judge(&scene, &Read::new(contract, &exchange, None), &mut memory, &mut findings);
    }
    findings.into_iter().filter(|finding| finding.check == check).map(|finding| finding.title).collect()
}

fn user(id: &str, external_id: &str, more: &str) -> String {
    format!(
        r#"{{"id":"{id}","object":"user","created_at":1671631795145,"external_id":"{external_id}","last_name":"","live_mode":false{more}}}"#
    )
}

fn named(first_name: &str, updated_at: i64) -> String {
    format!(r#","first_name":"{first_name}","updated_at":{updated_at}"#)
}

const NOW: i64 = 1_671_631_795_145;

#[test]
fn what_is_new_was_not_changed_long_after_it_was_made() {
    let at = |updated_at: i64| {
        let body = user("u_1", "proofmark-1", &named("", updated_at));
        found("clock", &[("valid", r#"{"external_id":"proofmark-1"}"#, &format!("200 application/json {body}"))])
    };
    assert_eq!(at(NOW), [""; 0]);
    assert_eq!(at(NOW + 900), [""; 0]);
    assert_eq!(at(NOW + 60_000), ["`/updated_at` is later than `/created_at` by more than the request took"]);
}

#[test]
fn what_was_not_sent_does_not_come_back_as_a_word_for_nothing() {
    let named = |sent: &str, name: &str| {
        let body = user("u_1", "proofmark-1", &named(name, NOW));
        found("defaults", &[("valid", sent, &format!("200 application/json {body}"))])
    };
    let title = ["`/first_name`, which was not sent, comes back as a word for nothing"];
    assert_eq!(named(r#"{"external_id":"proofmark-1"}"#, "undefined"), title);
    assert_eq!(named(r#"{"external_id":"proofmark-1"}"#, "None"), title);
    assert_eq!(named(r#"{"external_id":"proofmark-1"}"#, "Anonymous"), [""; 0]);
    assert_eq!(named(r#"{"external_id":"proofmark-1","first_name":"None"}"#, "None"), [""; 0]);
}

#[test]
fn who_was_let_in_is_not_refused_as_forbidden_for_what_is_wrong_with_the_request() {
    let granted = format!("200 application/json {}", user("u_1", "proofmark-1", &named("", NOW)));
    let first = ("valid", r#"{"external_id":"proofmark-1"}"#, granted.as_str());
    let refused = r#"403 application/json {"error":{"code":"invalid_request","message":"external_id is no text"}}"#;
    let title = ["an invalid request is refused with 403, which speaks of who sends it"];
    assert_eq!(found("error-code", &[first, ("invalid", r#"{"external_id":7}"#, refused)]), title);
    assert_eq!(found("error-code", &[("invalid", r#"{"external_id":7}"#, refused)]), [""; 0], "nobody was let in");
    assert_eq!(found("error-code", &[first, ("contested", r#"{"external_id":" "}"#, refused)]), [""; 0]);
}

#[test]
fn what_stands_beside_a_new_thing_is_not_the_id_of_another() {
    let made = |id: &str, external_id: &str, more: &str| {
        format!("200 application/json {}", user(id, external_id, &format!("{}{more}", named("", NOW))))
    };
    let first = made("u_1eRoQ8XkZ0a7", "proofmark-1", "");
    let of = |more: &str| {
        let second = made("u_7GhTq2LmW9b4", "proofmark-2", more);
        let (one, two) = (r#"{"external_id":"proofmark-1"}"#, r#"{"external_id":"proofmark-2"}"#);
        found("disclosure", &[("valid", one, &first), ("valid", two, &second)])
    };
    assert_eq!(of(""), [""; 0]);
    assert_eq!(of(r#","self":"/users/u_7GhTq2LmW9b4""#), [""; 0]);
    let title = "`/previous` in the answer to a create carries the id of what another request made";
    assert_eq!(of(r#","previous":"/users/u_1eRoQ8XkZ0a7""#), [title]);
}

#[test]
fn a_charset_that_is_named_is_that_of_the_body() {
    let of = |content_type: &str, name: &str| {
        let body = user("u_1", "proofmark-1", &named(name, NOW));
        let sent = format!(r#"{{"external_id":"proofmark-1","first_name":"{name}"}}"#);
        found("content-type", &[("valid", &sent, &format!("200 {content_type} {body}"))])
    };
    let title = |charset: &str| format!("an answer of status 200 is UTF-8, and says that it is `{charset}`");
    assert_eq!(of("application/json;charset=iso-8859-1", "Zo\u{eb}"), [title("iso-8859-1")]);
    assert_eq!(of("application/json;charset=utf-16", "Ada"), [title("utf-16")]);
    assert_eq!(of("application/json;charset=iso-8859-1", "Ada"), [""; 0], "the letters are the same");
    assert_eq!(of("application/json;charset=UTF-8", "Zo\u{eb}"), [""; 0]);
}

#[test]
fn what_a_refused_request_took_after_all_is_no_refusal_of_the_next_one() {
    let contract = contract();
    let contract = &contract.operations[0];
    let place = || Pointer::parse("/external_id");
    let broken = case("invalid");
    let capture = crate::case::Capture { name: "id".into(), from: crate::case::CaptureFrom::Sent(place()) };
    let first = Step { captures: vec![capture], ..broken.steps[0].clone() }.meant(broken.intent.clone());
    let text = crate::case::Text::captured("id", "");
    let text = crate::case::PlacedText { place: crate::case::TextPlace::Body(place()), text };
    let second = Step { texts: vec![text], ..broken.steps[0].clone() }.meant(Intent::Valid);
    let case = Case { steps: vec![first, second], intent: Intent::Valid, ..broken };
    let refused = r#"400 application/json {"error":{"code":"conflict","message":"external_id is taken"}}"#;
    let refusals = |before: &str| {
        let earlier = [exchange(r#"{"external_id":"proofmark-1","first_name":7}"#, before)];
        let now = exchange(r#"{"external_id":"proofmark-1"}"#, refused);
        let scene = Scene { contract, case: &case, number: 0, exchanges: &earlier, expectation: None };
        let mut findings = Vec::new();
        judge(&scene, &Read::new(contract, &now, None), &mut Memory::default(), &mut findings);
        findings.iter().filter(|finding| finding.check == "accepts-valid").count()
    };
    assert_eq!(refusals(&format!("200 application/json {}", user("u_1", "proofmark-1", ""))), 0);
    assert_eq!(refusals(r#"400 application/json {"error":{"code":"invalid_request","message":"no text"}}"#), 1);
}

#[test]
fn a_type_that_stands_twice_may_be_refused_by_what_reads_http() {
    let contract = contract();
    let found = |types: &[&str], received: &str| {
        let mut exchange = exchange(r#"{"external_id":"proofmark-1"}"#, received);
        exchange.request.headers = types.iter().map(|value| ("content-type", *value)).collect();
        let case = case("contested");
        let contract = &contract.operations[0];
        let scene = Scene { contract, case: &case, number: 0, exchanges: &[], expectation: None };
        let mut findings = Vec::new();
        judge(&scene, &Read::new(contract, &exchange, None), &mut Memory::default(), &mut findings);
        findings.into_iter().map(|finding| finding.check).collect::<Vec<_>>()
    };
    let twice = ["application/json", "text/plain"];
    assert_eq!(found(&twice, "400 text/plain Duplicate 'Content-Type' header found."), [""; 0]);
    assert!(found(&twice[..1], "400 text/plain no").contains(&"content-type"));
    assert!(found(&twice, "500 text/plain no").contains(&"no-server-error"));
    assert!(found(&twice, "200 text/plain yes").contains(&"content-type"), "it was read");
}

#[test]
fn whoever_is_rightly_refused_learns_of_no_stack_and_of_no_other_identifier() {
    let first = format!("200 application/json {}", user("u_1", "proofmark-00000000-0000", &named("", NOW)));
    let of = |error: &str| {
        let refused = format!("400 application/json {error}");
        let first = ("valid", r#"{"external_id":"proofmark-00000000-0000"}"#, first.as_str());
        found("disclosure", &[first, ("invalid", "{}", &refused)])
    };
    let error =
        |message: &str, more: &str| format!(r#"{{"error":{{"code":"invalid_request","message":"{message}"{more}}}}}"#);
    assert_eq!(of(&error("external_id is missing", "")), [""; 0]);
    let foreign = ["the answer carries an identifier that another case sent"];
    assert_eq!(of(&error("unlike user proofmark-00000000-0000", "")), foreign);
    let stack = ["`/error/stack` is called a stack, and the document does not list it"];
    assert_eq!(of(&error("no", r#","stack":["handler.js","router.js"]"#)), stack);
    assert_eq!(of(&error("no", r#","stack":[]"#)), [""; 0]);
    assert_eq!(of(&error("no", r#","trace_id":"0af7651916cd43dd""#)), [""; 0]);
}

#[test]
fn an_id_is_no_word_for_nothing_unless_the_client_called_it_so() {
    let of = |id: &str, external_id: &str| {
        let sent = format!(r#"{{"external_id":"{external_id}"}}"#);
        let made = format!("200 application/json {}", user(id, external_id, &named("", NOW)));
        found("unique-id", &[("valid", &sent, &made)])
    };
    let title = ["`/id` is blank or a word for nothing, and tells nothing from anything"];
    assert_eq!(of("undefined", "proofmark-1"), title);
    assert_eq!(of(" ", "proofmark-1"), title);
    assert_eq!(of("undefined", "undefined"), [""; 0], "what the client calls it is its id");
    assert_eq!(of("u_1", "proofmark-1"), [""; 0]);
}
