//! What the steps before say of an answer, and what was asked for.

use super::*;
use crate::case::{Cleared, Clearing, Identity, Kept, Lasting, Narrowed, Narrowing, Paged, State};

/// The titles of what `check` finds in an answer to a request of a contract with this operation, in a case that `change`
/// makes of a plain one, behind these exchanges.
fn found_in(
    operation: &str,
    check: &str,
    (earlier, now): (&[(&str, &str)], (&str, &str)),
    change: impl Fn(Case) -> Case,
) -> Vec<String> {
    let text = format!("openapi: 3.0.3\npaths:\n  /users:\n    post: {operation}\n");
    let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
    let contract = Contract::of(Arc::new(document)).expect("a contract");
    assert!(contract.untried.is_empty(), "{:?}", contract.untried);
    let earlier: Vec<Exchange> = earlier.iter().map(|(sent, received)| exchange(sent, received)).collect();
    let (case, now) = (change(case("valid")), exchange(now.0, now.1));
    let contract = &contract.operations[0];
    let scene = Scene { contract, case: &case, number: 0, exchanges: &earlier, expectation: None };
    let mut findings = Vec::new();
    judge(&scene, &Read::new(contract, &now, None), &mut Memory::default(), &mut findings);
    findings.into_iter().filter(|finding| finding.check == check).map(|finding| finding.title).collect()
}

/// The case with as many steps as there are exchanges, the last of which is in this state.
fn in_state(steps: usize, state: State) -> impl Fn(Case) -> Case {
    move |case| {
        let mut all = vec![case.steps[0].clone(); steps];
        all[steps - 1].state = Some(state.clone());
        Case { steps: all, ..case }
    }
}

const OBJECT: &str = "{responses: {'200': {description: d, content: {application/json: {schema: {type: object}}}}}}";

#[test]
fn what_may_be_the_answer_of_another_path_is_held_to_what_holds_for_all() {
    let found = |contest, check, received| {
        let change = |case| Case { intent: Intent::Contested(contest), ..case };
        found_in(OBJECT, check, (&[], ("{}", received)), change)
    };
    assert_eq!(found(Contest::EmptySegment, "response-schema", "200 application/json []"), [""; 0]);
    assert_eq!(found(Contest::Readings, "response-schema", "200 application/json []").len(), 1);
    assert_eq!(found(Contest::EmptySegment, "no-server-error", "500 application/json {}").len(), 1);
}

#[test]
fn a_list_has_the_elements_that_were_asked_for() {
    let narrowed = |to| Narrowed { list: Pointer::root(), parameter: "colour".into(), to, schema: Pointer::root() };
    let red = || Narrowing::Having(Pointer::parse("/colour"), "red".into());
    let found = |to, received: &str| {
        let state = in_state(1, State::Narrowed(narrowed(to)));
        found_in("{responses: {'200': {description: d}}}", "list", (&[], ("{}", received)), state)
    };
    assert_eq!(found(red(), r#"200 application/json [{"colour":"red"},{"colour":null},{}]"#), [""; 0]);
    assert_eq!(
        found(red(), r#"200 application/json [{"colour":"red"},{"colour":"blue"}]"#),
        ["the list has elements that `colour` does not ask for"]
    );
    assert_eq!(found(Narrowing::AtMost(2), "200 application/json [1,2]"), [""; 0]);
    assert_eq!(found(Narrowing::AtMost(2), "400 application/json [1,2,3]"), [""; 0]);
}

#[test]
fn a_list_is_in_the_order_that_was_asked_for() {
    let by_name = |descending| Narrowing::Sorted(Pointer::parse("/name"), descending);
    let found = |descending, received: &str| {
        let (list, parameter) = (Pointer::parse("/items"), "sort".to_owned());
        let state = State::Narrowed(Narrowed { list, parameter, to: by_name(descending), schema: Pointer::root() });
        found_in(OBJECT, "list", (&[], ("{}", received)), in_state(1, state))
    };
    let up = r#"200 application/json {"items":[{"name":"ada"},{"name":"ben"},{"name":"eve"}]}"#;
    let mixed = r#"200 application/json {"items":[{"name":"ben"},{"name":"ada"},{"name":"eve"}]}"#;
    let title = ["the list is not in the order that `sort` asks for"];
    assert_eq!(found(None, up), [""; 0]);
    assert_eq!(found(Some(false), up), [""; 0]);
    assert_eq!(found(Some(true), up), title);
    assert_eq!(found(None, mixed), title);
}

#[test]
fn pages_of_a_list_that_stays_as_it_is_have_nothing_in_common() {
    let paged = Paged {
        list: Pointer::parse("/items"),
        item: Pointer::parse("/id"),
        first: 0,
        second: 1,
        parameter: "offset".into(),
        schema: Pointer::root(),
    };
    let found = |first: &str, second: &str, again: &str| {
        let state = in_state(3, State::Paged(paged.clone()));
        let answer = |body: &str| format!("200 application/json {body}");
        let (first, second, again) = (answer(first), answer(second), answer(again));
        found_in(OBJECT, "list", (&[("{}", first.as_str()), ("{}", second.as_str())], ("{}", again.as_str())), state)
    };
    let page = |id: u64, total: u64| format!(r#"{{"items":[{{"id":{id}}}],"total":{total},"limit":1}}"#);
    let (one, two) = (page(1, 5), page(2, 5));
    assert_eq!(found(&one, &two, &one), [""; 0]);
    let title = "a page has what stands at the start of the page before it: `offset` is not heeded";
    assert_eq!(found(&one, &one, &one), [title]);
    assert_eq!(found(&one, &one, &two), [""; 0], "it changed meanwhile");
    assert_eq!(found(&one, r#"{"items":[]}"#, &one), [""; 0]);
    assert_eq!(found(&page(1, 1), &page(2, 1), &page(1, 1)), ["`/total` is less than there are"]);
}

#[test]
fn a_total_is_no_less_than_what_is_in_the_list() {
    let found =
        |body: &str| found_in(OBJECT, "list", (&[], ("{}", &format!("200 application/json {body}"))), |case| case);
    assert_eq!(found(r#"{"items":[1,2],"total_count":1}"#), ["`/total_count` is less than there are"]);
    assert_eq!(found(r#"{"items":[1,2],"total_count":2}"#), [""; 0]);
    assert_eq!(found(r#"{"items":[1,2],"total":1}"#), [""; 0], "a sum of money");
    assert_eq!(found(r#"{"items":[1,2],"more":[],"total_count":1}"#), [""; 0]);
}

#[test]
fn what_tells_of_the_making_of_a_thing_stays() {
    let place = || Pointer::parse("/created_at");
    let lasting = || Lasting { place: place(), step: 0, made: place(), schema: Pointer::root() };
    let found = |now: &str| {
        let state = State::There { identity: None, kept: Vec::new(), lasting: vec![lasting()], cleared: Vec::new() };
        let made = ("{}", r#"201 application/json {"created_at":1671631795145}"#);
        let now = format!("200 application/json {now}");
        found_in(OBJECT, "lifecycle", (&[made], ("{}", &now)), in_state(2, state))
    };
    assert_eq!(found(r#"{"created_at":1671631795145}"#), [""; 0]);
    assert_eq!(found(r#"{"created_at":null}"#), [""; 0]);
    assert_eq!(found(r#"{"created_at":1671631795188}"#), ["`/created_at` is not what it was when the thing was made"]);
}

#[test]
fn what_was_emptied_is_not_there_any_more() {
    let place = || Pointer::parse("/note");
    let found = |gates, by: &str, now: &str| {
        let cleared = Cleared {
            place: place(),
            step: 0,
            sent: place(),
            by: 1,
            answered: place(),
            how: Clearing::Null,
            gates,
            schema: Pointer::root(),
        };
        let state = State::There { identity: None, kept: Vec::new(), lasting: Vec::new(), cleared: vec![cleared] };
        let answer = |body: &str| format!("200 application/json {body}");
        let (made, by, now) = ((r#"{"note":"Ada"}"#, "201 application/json {}"), answer(by), answer(now));
        found_in(OBJECT, "lifecycle", (&[made, (r#"{"note":null}"#, &by)], ("{}", &now)), in_state(3, state))
    };
    let title = ["`/note` was set to null, and is still there"];
    assert_eq!(found(true, "{}", r#"{"note":"Ada"}"#), title);
    assert_eq!(found(false, r#"{"note":null}"#, r#"{"note":"Ada"}"#), title);
    for now in ["{}", r#"{"note":null}"#, r#"{"note":""}"#, r#"{"note":"none"}"#] {
        assert_eq!(found(true, "{}", now), [""; 0], "{now}");
    }
}

#[test]
fn a_default_that_is_stated_comes_back_where_nothing_was_sent() {
    let schema = "{type: object, properties: {tame: {type: boolean, default: true}}}";
    let content = format!("{{content: {{application/json: {{schema: {schema}}}}}}}");
    let answer = content.replacen('{', "{description: d, ", 1);
    let operation =
        format!("{{operationId: create, summary: Create, requestBody: {content}, responses: {{'201': {answer}}}}}");
    let found = |sent: &str, received: &str| found_in(&operation, "defaults", (&[], (sent, received)), |case| case);
    assert_eq!(
        found("{}", r#"201 application/json {"tame":false}"#),
        ["`/tame`, which was not sent, does not come back as its default"]
    );
    for (sent, received) in [
        ("{}", r#"{"tame":true}"#),
        ("{}", "{}"),
        (r#"{"tame":false}"#, r#"{"tame":false}"#),
        ("{}", r#"{"tame":null}"#),
    ] {
        assert_eq!(found(sent, &format!("201 application/json {received}")), [""; 0], "{sent} {received}");
    }
}

#[test]
fn a_thing_is_found_in_its_own_place_until_it_is_deleted() {
    let place = || Pointer::parse("/id");
    let identity = || Identity { place: place(), step: 0, made: place(), schema: Pointer::root() };
    let made = (r#"{"note":"kept by heart"}"#, r#"201 application/json {"id":7,"note":"kept by heart"}"#);
    let found = |steps: &[(&str, &str)], state, received: &str| {
        found_in(OBJECT, "lifecycle", (steps, ("{}", received)), in_state(steps.len() + 1, state))
    };
    let elsewhere = || State::Elsewhere { identity: identity() };
    let title = "a thing is found under another than the one it was made under";
    assert_eq!(found(&[made, made], elsewhere(), r#"200 application/json {"id":7}"#), [title]);
    assert_eq!(found(&[made, made], elsewhere(), r#"200 application/json {"id":8}"#), [""; 0]);
    assert_eq!(found(&[made, made], elsewhere(), r#"404 application/json {"id":7}"#), [""; 0]);
    // A thing that only its path tells from others.
    let note = || Pointer::parse("/note");
    let kept = || Kept { place: note(), step: 0, sent: note(), answered: note(), same: true, schema: Pointer::root() };
    let gone = || State::Gone { by: 1, identity: None, kept: vec![kept()] };
    let deleted = ("{}", "204 text/plain ");
    let still = r#"200 application/json {"note":"kept by heart"}"#;
    assert_eq!(found(&[made, deleted], gone(), still), ["a deleted thing is still there"]);
    assert_eq!(found(&[made, deleted], gone(), r#"200 application/json {"note":"another"}"#), [""; 0]);
    assert_eq!(found(&[made, ("{}", "409 text/plain no")], gone(), still), [""; 0], "it was not deleted");
}

/// The ids of the checks that find something in the answers to requests of cases of their own, each with when it was sent.
fn found_in_turn(answers: &[(&str, u64, &str)]) -> Vec<&'static str> {
    let contract = contract();
    let contract = &contract.operations[0];
    let mut memory = Memory::default();
    let mut findings = Vec::new();
    for (number, (sent, at, received)) in answers.iter().enumerate() {
        let (case, mut exchange) = (case("valid"), exchange(sent, received));
        exchange.sent_at = *at;
        let scene = Scene { contract, case: &case, number: number as u64, exchanges: &[], expectation: None };
        judge(&scene, &Read::new(contract, &exchange, None), &mut memory, &mut findings);
    }
    findings.into_iter().map(|finding| finding.check).collect()
}

#[test]
fn what_the_server_says_to_all_is_not_taken_from_the_one_who_sent_it_too() {
    let user = |number: u32, name: &str, ip: &str| {
        format!(
            r#"200 application/json {{"id":"u_{number}","object":"user","created_at":167163179514{number},"external_id":"proofmark-{number}","first_name":"{name}","last_name":"","live_mode":false,"updated_at":1671631795149,"ip":"{ip}"}}"#
        )
    };
    let sent = |number: u32, name: &str| format!(r#"{{"external_id":"proofmark-{number}","first_name":"{name}"}}"#);
    let turns = |ips: [&str; 3]| {
        let names = ["Ada Lovelace", "127.0.0.1", "Grace Hopper"];
        let all: Vec<(String, u64, String)> = (0_u32..3)
            .map(|turn| {
                let name = names[turn as usize];
                (sent(turn, name), 1_671_631_795_140, user(turn, name, ips[turn as usize]))
            })
            .collect();
        found_in_turn(
            &all.iter().map(|(sent, at, received)| (sent.as_str(), *at, received.as_str())).collect::<Vec<_>>(),
        )
    };
    assert_eq!(turns(["127.0.0.1", "127.0.0.1", "127.0.0.1"]), [""; 0]);
    assert_eq!(turns(["10.0.0.1", "10.0.0.1", "127.0.0.1"]), ["disclosure"]);
}

#[test]
fn a_time_of_making_goes_on() {
    let user = |number: u32, made: u64| {
        format!(
            r#"200 application/json {{"id":"u_{number}","object":"user","created_at":{made},"external_id":"proofmark-{number}","first_name":"","last_name":"","live_mode":false,"updated_at":{made}}}"#
        )
    };
    let turns = |times: [(u64, u64); 2]| {
        let all: Vec<(String, u64, String)> = times
            .iter()
            .zip(0_u32..)
            .map(|((at, made), number)| {
                (format!(r#"{{"external_id":"proofmark-{number}"}}"#), *at, user(number, *made))
            })
            .collect();
        found_in_turn(
            &all.iter().map(|(sent, at, received)| (sent.as_str(), *at, received.as_str())).collect::<Vec<_>>(),
        )
    };
    let (begun, later) = (1_671_631_795_145, 1_671_631_796_145);
    assert_eq!(turns([(begun, begun), (later, begun)]), ["clock"; 2]);
    assert_eq!(turns([(begun, begun), (later, later)]), [""; 0]);
    assert_eq!(turns([(begun, begun), (begun + 90, begun)]), [""; 0]);
}

#[test]
fn what_is_refused_whole_is_not_taken_in_chunks() {
    let contract = contract();
    let contract = &contract.operations[0];
    let found = |sent, received| {
        let case = Case { intent: Intent::Contested(Contest::Chunked), ..case("valid") };
        let exchange = exchange(sent, received);
        let scene = Scene { contract, case: &case, number: 0, exchanges: &[], expectation: None };
        let mut findings = Vec::new();
        judge(&scene, &Read::new(contract, &exchange, None), &mut Memory::default(), &mut findings);
        findings.iter().filter(|finding| finding.check == "rejects-invalid").count()
    };
    let user = r#"200 application/json {"id":"u_1"}"#;
    assert_eq!(found(r#"{"external_id":"proofmark-1","live_mode":"true"}"#, user), 1);
    assert_eq!(found(r#"{"external_id":"proofmark-1"}"#, user), 0);
    assert_eq!(found(r#"{"external_id":"proofmark-1","live_mode":"true"}"#, "411 text/plain no"), 0);
}

/// The findings of `check` in the last of these exchanges, each of a case of its own: what it means, what it sends, and what
/// comes back.
fn found_last(text: &str, check: &str, cases: &[(&str, &str, &str)]) -> usize {
    let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
    let contract = Contract::of(Arc::new(document)).expect("a contract");
    let contract = &contract.operations[0];
    let mut memory = Memory::default();
    let mut last = Vec::new();
    for (number, (intent, sent, received)) in (0..).zip(cases) {
        last.clear();
        let (case, mut exchange) = (case(intent), exchange(sent, received));
        exchange.request.method.clone_from(&contract.operation.method);
        let scene = Scene { contract, case: &case, number, exchanges: &[], expectation: None };
        judge(&scene, &Read::new(contract, &exchange, None), &mut memory, &mut last);
    }
    last.iter().filter(|finding| finding.check == check).count()
}

#[test]
fn what_there_is_one_of_keeps_what_others_left_there() {
    let found = |method: &str| {
        let person = "{type: object, properties: {name: {type: string}, motto: {type: string}}}";
        let content = format!("content: {{application/json: {{schema: {person}}}}}");
        let text = format!(
            "openapi: 3.0.3\npaths:\n  /me:\n    {method}: {{requestBody: {{{content}}}, responses: {{'200': {{description: d, {content}}}}}}}\n"
        );
        let others = r#"{"motto":"the motto of case number 1000"}"#;
        let both =
            r#"200 application/json {"name":"the name of case number 2000","motto":"the motto of case number 1000"}"#;
        let own = r#"{"name":"the name of case number 2000"}"#;
        let first = ("valid", others, r#"200 application/json {"motto":"the motto of case number 1000"}"#);
        let between = ("valid", r#"{"name":"x"}"#, r#"200 application/json {"name":"x"}"#);
        found_last(&text, "disclosure", &[first, between, ("valid", own, both)])
    };
    assert_eq!((found("patch"), found("put"), found("post")), (0, 0, 1));
}

#[test]
fn what_a_path_names_may_be_missing_whatever_else_is_wrong() {
    let found = |path: &str| {
        let error = "{type: object, required: [error], properties: {error: {type: object, required: [code, message], properties: {code: {type: string, enum: [not_found, invalid_request]}, message: {type: string}}}}}";
        let content = "content: {application/json: {schema: {$ref: '#/components/schemas/Err'}}}";
        let body = "{content: {application/json: {schema: {type: object}}}}";
        let text = format!(
            "openapi: 3.0.3\npaths:\n  {path}:\n    patch: {{parameters: [{{name: id, in: {place}, required: true, schema: {{type: string}}}}], requestBody: {body}, responses: {{'200': {{description: d, {made}}}, '400': {{description: b, {content}}}, '404': {{description: m, {content}}}}}}}\ncomponents: {{schemas: {{Err: {error}}}}}\n",
            made = "content: {application/json: {schema: {type: object}}}",
            place = if path.contains('{') { "path" } else { "query" },
        );
        let missing = r#"404 application/json {"error":{"code":"not_found","message":"there is no such thing"}}"#;
        found_last(
            &text,
            "error-code",
            &[("valid", "{}", r#"200 application/json {"id":"1"}"#), ("invalid", "{}", missing)],
        )
    };
    assert_eq!((found("/things/{id}"), found("/things")), (0, 1));
}

#[test]
fn of_a_thing_that_another_case_wrote_to_nobody_can_say_how_it_stands() {
    let text = "openapi: 3.0.3\npaths:\n  /things/{id}:\n    get: {parameters: [{name: id, in: path, required: true, schema: {type: string}}], responses: {'200': {description: d, content: {application/json: {schema: {type: object}}}}, '404': {description: m}}}\n";
    let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
    let contract = Contract::of(Arc::new(document)).expect("a contract");
    let contract = &contract.operations[0];
    let of = |method: &str, path: &str, sent: &str, received: &str| {
        let mut exchange = exchange(sent, received);
        (exchange.request.method, exchange.request.path) = (method.into(), path.into());
        exchange
    };
    let kept = Kept {
        place: Pointer::parse("/name"),
        step: 0,
        sent: Pointer::parse("/name"),
        answered: Pointer::parse("/name"),
        same: true,
        schema: Pointer::root(),
    };
    let found = |method: &str, path: &str, read: &str| {
        let mut memory = Memory::default();
        let mut judged = |number, case: &Case, earlier: &[Exchange], now: &Exchange| {
            let scene = Scene { contract, case, number, exchanges: earlier, expectation: None };
            let mut findings = Vec::new();
            judge(&scene, &Read::new(contract, now, None), &mut memory, &mut findings);
            findings.into_iter().map(|finding| finding.check).collect::<Vec<_>>()
        };
        judged(0, &case("contested"), &[], &of(method, path, "{}", r#"200 application/json {"name":"b"}"#));
        let made = of("POST", "/things", r#"{"name":"a"}"#, r#"201 application/json {"id":"7","name":"a"}"#);
        let state = State::There { identity: None, kept: vec![kept.clone()], lasting: Vec::new(), cleared: Vec::new() };
        let mut case = in_state(2, state)(case("valid"));
        let place = crate::case::TextPlace::Path("things-id".into());
        case.steps[1].texts.push(crate::case::PlacedText { place, text: crate::case::Text::captured("things-id", "") });
        judged(1, &case, &[made], &of("GET", "/things/7?all=1", "", read))
    };
    let (changed, missing) = (r#"200 application/json {"name":"b"}"#, "404 text/plain no");
    for (method, path) in [("PATCH", "/things/7"), ("DELETE", "/things"), ("POST", "/things/7/rename")] {
        assert_eq!(found(method, path, changed), [""; 0], "{method} {path}");
    }
    for (method, path) in
        [("PATCH", "/things/8"), ("PATCH", "/things"), ("GET", "/things/7"), ("POST", "/things/8/rename")]
    {
        assert_eq!(found(method, path, changed), ["lifecycle"], "{method} {path}");
    }
    assert_eq!(found("DELETE", "/things/7", missing), [""; 0]);
    assert_eq!(found("DELETE", "/things/8", missing), ["accepts-valid"]);
}
