mod below;

use std::sync::Arc;

use serde_json::json;

use super::super::{Derived, derive, renewed, repeat};
use super::*;
use crate::case::{AsIt, Intent, State};
use crate::contract::Contract;
use crate::generate::{Fresh, RunTag};

mod elsewhere;

mod left_out;

const THING: &str = "{type: object, required: [title], properties: {id: {type: integer}, title: {type: string}, status: {type: string}}}";

/// A document about things with parts, and orders of things; `more` stands behind its paths.
fn contract(more: &str) -> Contract {
    let answer = |schema: &str| format!("{{description: d, content: {{application/json: {{schema: {schema}}}}}}}");
    let body = |schema: &str| format!("{{required: true, content: {{application/json: {{schema: {schema}}}}}}}");
    let parameter = |name: &str| format!("{{name: {name}, in: path, required: true, schema: {{type: integer}}}}");
    let order = "{type: object, required: [thing_id], properties: {thing_id: {type: integer}, note: {type: string}}}";
    let made = "{type: object, properties: {id: {type: integer}}}";
    let text = format!(
        "openapi: 3.0.3
paths:
  /things:
    post: {{operationId: make, requestBody: {body}, responses: {{'201': {answer}}}}}
  /things/{{id}}:
    parameters: [{id}]
    get: {{operationId: read, responses: {{'200': {answer}}}}}
    put: {{operationId: change, requestBody: {body}, responses: {{'200': {answer}}}}}
    delete: {{operationId: delete, responses: {{'204': {{description: d}}}}}}
  /things/{{id}}/parts:
    post: {{operationId: add, parameters: [{id}], responses: {{'201': {made}}}}}
  /things/{{id}}/parts/{{part}}:
    get: {{operationId: part, parameters: [{id}, {part}], responses: {{'200': {answer}}}}}
  /orders:
    post: {{operationId: order, requestBody: {order}, responses: {{'201': {made}}}}}
{more}",
        body = body(THING),
        answer = answer(THING),
        made = answer(made),
        order = body(order),
        id = parameter("id"),
        part = parameter("part"),
    );
    let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
    let contract = Contract::of(Arc::new(document)).expect("a contract");
    assert!(contract.untried.is_empty(), "{:?}", contract.untried);
    contract
}

fn number(contract: &Contract, id: &str) -> usize {
    contract.operations.iter().position(|operation| operation.operation.id == id).expect("an operation")
}

fn cases(contract: &Contract, id: &str) -> Vec<Case> {
    match derive(contract, number(contract, id), 1) {
        Derived::Cases(cases) => cases,
        Derived::Nothing(why) => panic!("{why}"),
    }
}

fn named<'c>(cases: &'c [Case], name: &str) -> &'c Case {
    cases.iter().find(|case| case.name == name).unwrap_or_else(|| {
        panic!("{name} of {:?}", cases.iter().map(|case| case.name.as_str()).collect::<Vec<_>>());
    })
}

/// Each step of a case: the operation it is of, and its path.
fn steps(contract: &Contract, case: &Case) -> Vec<String> {
    let title = |number: usize| contract.operations[number].operation.id.as_str();
    let told = |(at, step): (usize, &Step)| format!("{} {}", title(case.operation_of(at)), step.request.path);
    case.steps.iter().enumerate().map(told).collect()
}

#[test]
fn what_a_path_names_is_made_first() {
    let contract = contract("");
    for (id, name, expected) in [
        ("read", "read/valid/plain", vec!["make /things", "read /things/{things-id}"]),
        ("change", "change/valid/minimal", vec!["make /things", "change /things/{things-id}"]),
        (
            "part",
            "part/valid/plain",
            vec![
                "make /things",
                "add /things/{things-id}/parts",
                "part /things/{things-id}/parts/{things-id-parts-id}",
            ],
        ),
    ] {
        let cases = cases(&contract, id);
        let case = named(&cases, name);
        assert_eq!(steps(&contract, case), expected);
        assert_eq!(case.intent, Intent::Valid);
    }
}

#[test]
fn a_case_about_the_name_itself_makes_nothing_for_it() {
    let contract = contract("");
    let broken = cases(&contract, "read");
    let broken = broken.iter().find(|case| case.name.starts_with("read/invalid/path.id/")).expect("a broken name");
    assert_eq!(broken.steps.len(), 1, "{}", broken.name);
}

#[test]
fn no_mark_is_left_in_any_request() {
    let contract = contract("");
    let run = RunTag::sample();
    for operation in &contract.operations {
        for case in cases(&contract, &operation.operation.id) {
            let filled = case.steps.iter().all(|step| !step.request.path.contains("proofmark_made"));
            assert!(filled && case.steps.len() <= MAX_STEPS, "{}", case.name);
            let sending = Fresh { run: &run, case: 1, attempt: 0 };
            assert!(case.requests(&sending).count() >= 1, "{}", case.name);
        }
    }
}

#[test]
fn a_body_says_the_same_name_as_the_path_and_leaves_it_to_the_server_when_it_makes() {
    let contract = contract("");
    let cases = cases(&contract, "change");
    let full = named(&cases, "change/valid/full");
    let made = full.steps[0].request.body.as_ref().expect("a body");
    assert_eq!(made.template.value.get("id"), None);
    let id = TextPlace::Body(Pointer::root().child("id"));
    assert!(full.steps[1].texts.iter().any(|placed| placed.place == id));
    let about = cases.iter().find(|case| case.name.contains("/id/") && case.name.contains("zero")).expect("about it");
    assert!(about.steps.last().expect("a step").texts.iter().all(|placed| placed.place != id), "{}", about.name);
}

#[test]
fn what_a_body_names_is_made_first_and_else_is_contested() {
    let sound = contract("");
    let cases_of_orders = cases(&sound, "order");
    let minimal = named(&cases_of_orders, "order/valid/minimal");
    assert_eq!(steps(&sound, minimal), ["make /things", "order /orders"]);
    let thing = TextPlace::Body(Pointer::root().child("thing_id"));
    assert!(minimal.steps[1].texts.iter().any(|placed| placed.place == thing));
    let about = cases_of_orders.iter().filter(|case| case.focus.as_str() == "/thing_id");
    assert!(about.clone().count() > 3 && about.clone().all(|case| case.intent != Intent::Valid));
    // Nobody makes a shop, though there are some.
    let shops = "  /shops/{id}:
    get: {operationId: shop, parameters: [{name: id, in: path, required: true, schema: {type: integer}}], responses: {'200': {description: d}}}
  /visits:
    post: {operationId: visit, requestBody: {required: true, content: {application/json: {schema: {type: object, required: [shop_id], properties: {shop_id: {type: integer}}}}}}, responses: {'201': {description: d}}}
";
    let contract = contract(shops);
    let visits = cases(&contract, "visit");
    named(&visits, "visit/contested/minimal");
    let shop = cases(&contract, "shop");
    let lacking = named(&shop, "shop/valid/thing-that-is-there");
    assert!(lacking.lacks.as_ref().is_some_and(|why| why.contains("path.id")), "{:?}", lacking.lacks);
}

#[test]
fn an_example_names_a_thing_to_read_and_none_to_change() {
    let id = "{name: id, in: path, required: true, example: 7, schema: {type: integer}}";
    let contract = contract(&format!(
        "  /shops/{{id}}:
    parameters: [{id}]
    get: {{operationId: shop, responses: {{'200': {{description: d}}}}}}
    patch: {{operationId: paint, responses: {{'200': {{description: d}}}}}}
"
    ));
    assert!(cases(&contract, "shop").iter().all(|case| case.lacks.is_none()));
    let paint = cases(&contract, "paint");
    assert_eq!(
        named(&paint, "paint/valid/thing-that-is-there").lacks.as_deref(),
        Some(
            "no operation of the document makes what `path.id` names, and what is there is somebody's and is not changed"
        )
    );
}

#[test]
fn a_parameter_that_both_have_may_hide_what_was_made() {
    let tenants = |required: bool| {
        let tenant = format!("{{name: X-Tenant, in: header, required: {required}, schema: {{type: string}}}}");
        format!(
            "  /rooms:
    post: {{operationId: open, parameters: [{tenant}], responses: {{'201': {{description: d, content: {{application/json: {{schema: {{properties: {{id: {{type: string}}}}}}}}}}}}}}}}
  /rooms/{{id}}:
    get: {{operationId: room, parameters: [{tenant}, {{name: id, in: path, required: true, schema: {{type: string}}}}], responses: {{'200': {{description: d}}}}}}
"
        )
    };
    let contested = contract(&tenants(true));
    named(&cases(&contested, "room"), "room/contested/plain");
    let optional = contract(&tenants(false));
    named(&cases(&optional, "room"), "room/valid/plain");
    named(&cases(&optional, "room"), "room/contested/parameters/all");
}

#[test]
fn a_thing_may_be_made_where_it_is_asked_for() {
    let contract = contract(
        "  /pages/{name}:
    parameters: [{name: name, in: path, required: true, schema: {type: string, maxLength: 60}}]
    put: {operationId: write, requestBody: {required: true, content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string}, text: {type: string}}}}}}, responses: {'200': {description: d}, '201': {description: d}}}
    get: {operationId: page, responses: {'200': {description: d, content: {application/json: {schema: {type: object, properties: {text: {type: string}}}}}}}}
",
    );
    let writes = cases(&contract, "write");
    let run = RunTag::sample();
    let written = |attempt| {
        let sending = Fresh { run: &run, case: 1, attempt };
        named(&writes, "write/valid/minimal").requests(&sending).next().expect("a request")
    };
    let request = written(0);
    let name = request.path.strip_prefix("/pages/").expect("a page");
    let body: serde_json::Value = serde_json::from_slice(request.body.as_deref().expect("a body")).expect("JSON");
    assert_eq!(body["name"], name);
    assert_ne!(written(1).path, request.path);
    let reads = cases(&contract, "page");
    let plain = named(&reads, "page/valid/plain");
    assert_eq!(steps(&contract, plain), ["write /pages/{pages-id}", "page /pages/{pages-id}"]);
    let sent: Vec<_> = plain.requests(&Fresh { run: &run, case: 1, attempt: 0 }).map(|request| request.path).collect();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0], sent[1]);
    named(&reads, "page/valid/lifecycle/created-is-there");
    // Whatever it is called, it is made; but for a body that is called otherwise.
    named(&writes, "write/valid/path.name/length-60");
    assert!(!writes.iter().any(|case| case.name.starts_with("write/valid/name/")));
    let change = named(&writes, "write/valid/lifecycle/change-is-there");
    let sent: Vec<_> = change.requests(&Fresh { run: &run, case: 1, attempt: 0 }).map(|request| request.path).collect();
    assert!(sent.len() == 3 && sent.iter().all(|path| *path == sent[0]), "{sent:?}");
}

#[test]
fn a_thing_is_followed_to_its_end() {
    let contract = contract("");
    let follow = |id: &str, name: &str| {
        let cases = cases(&contract, id);
        let case = named(&cases, &format!("{id}/valid/lifecycle/{name}"));
        (steps(&contract, case), case.steps.last().and_then(|step| step.state.clone()))
    };
    let (read, state) = follow("read", "created-is-there");
    assert_eq!(read, ["make /things", "make /things", "read /things/{things-id}"]);
    let Some(State::There { identity: Some(identity), kept, .. }) = state else { panic!("{state:?}") };
    assert_eq!((identity.place.as_str(), identity.step), ("/id", 0));
    // What changes of itself is left alone.
    let places: Vec<_> = kept.iter().map(|kept| (kept.place.as_str(), kept.step, kept.same)).collect();
    assert_eq!(places, [("/title", 0, true)]);
    let (changed, state) = follow("change", "change-is-there");
    assert_eq!(changed, ["make /things", "change /things/{things-id}", "read /things/{things-id}"]);
    assert!(matches!(state, Some(State::There { kept, .. }) if kept[0].step == 1));
    let (deleted, state) = follow("delete", "deleted-is-gone");
    assert_eq!(deleted, ["make /things", "delete /things/{things-id}", "read /things/{things-id}"]);
    assert!(matches!(state, Some(State::Gone { by: 1, .. })));
    follow("delete", "deleted-twice");
}

#[test]
fn what_a_server_takes_once_is_asked_for_twice() {
    let contract = contract("");
    let number = number(&contract, "make");
    let repeat = repeat(&contract, number, 1).expect("something to repeat");
    let places: Vec<_> = repeat.places.iter().map(Pointer::as_str).collect();
    assert_eq!(places, ["/title", "/status"]);
    let run = RunTag::sample();
    let bodies = |case: &Case, round| {
        let sending = Fresh { run: &run, case: 1, attempt: round };
        case.requests(&sending).filter_map(|request| request.body).collect::<Vec<_>>()
    };
    let once = renewed(&contract, number, 1, &repeat.places[..1], false).expect("a request");
    assert_eq!(repeat.twice.steps.len(), 2);
    assert_ne!(bodies(&once, 0), bodies(&once, 1));
    assert!(super::super::repeat(&contract, self::number(&contract, "read"), 1).is_none());
}

#[test]
fn what_is_new_fits_however_long_it_comes_to_be() {
    let contract = contract(
        "  /tags:
    post: {operationId: tag, requestBody: {required: true, content: {application/json: {schema: {type: object, required: [slug], properties: {slug: {type: string, maxLength: 40}}}}}}, responses: {'201': {description: d}}}
",
    );
    let number = number(&contract, "tag");
    let schema = &contract.operations[number].body.as_ref().expect("a body").schema;
    let run = RunTag::sample();
    for case in cases(&contract, "tag").iter().filter(|case| case.intent == Intent::Valid) {
        for sending in [(0, 0), (12_345, 0), (9_000_007, 3_000)] {
            let sending = Fresh { run: &run, case: sending.0, attempt: sending.1 };
            for (at, request) in
                case.requests(&sending).enumerate().filter(|(at, _)| *case.intent_of(*at) == Intent::Valid)
            {
                let body = serde_json::from_slice(request.body.as_deref().expect("a body")).expect("JSON");
                let accepted = schema.agreement(&body) == crate::schema::Agreement::Accepted;
                assert!(accepted, "{} {at}: {body}", case.name);
            }
        }
    }
}

#[test]
fn a_list_is_asked_for_what_was_made_and_for_what_was_deleted() {
    let schema = "{type: object, properties: {id: {type: integer}, name: {type: string}}}";
    let answer = |schema: &str| format!("{{description: d, content: {{application/json: {{schema: {schema}}}}}}}");
    let one = answer(schema);
    let many = answer(&format!(
        "{{type: object, properties: {{total: {{type: integer}}, items: {{type: array, items: {schema}}}}}}}"
    ));
    let body = format!("{{required: true, content: {{application/json: {{schema: {schema}}}}}}}");
    let contract = contract(&format!(
        "  /shops:
    get: {{operationId: shops, parameters: [{{name: page_size, in: query, schema: {{type: integer, default: 5}}}}], responses: {{'200': {many}}}}}
    post: {{operationId: open, requestBody: {body}, responses: {{'201': {one}}}}}
  /shops/{{id}}:
    delete: {{operationId: close, parameters: [{{name: id, in: path, required: true, schema: {{type: integer}}}}], responses: {{'204': {{description: d}}}}}}
  /shops/{{id}}/tables:
    parameters: [{{name: id, in: path, required: true, schema: {{type: integer}}}}]
    get: {{operationId: tables, responses: {{'200': {many}}}}}
    post: {{operationId: set, requestBody: {body}, responses: {{'201': {one}}}}}
  /shops/{{id}}/tables/{{table}}:
    get: {{operationId: table, parameters: [{{name: id, in: path, required: true, schema: {{type: integer}}}}, {{name: table, in: path, required: true, schema: {{type: integer}}}}], responses: {{'200': {one}}}}}
"
    ));
    let follow = |id: &str, name: &str| {
        let cases = cases(&contract, id);
        let case = named(&cases, &format!("{id}/valid/lifecycle/{name}"));
        let Some(State::Listed(listed)) = case.steps.last().and_then(|step| step.state.clone()) else {
            panic!("{case:?}")
        };
        (steps(&contract, case), listed)
    };
    let (made, listed) = follow("shops", "created-is-listed");
    assert_eq!(made, ["shops /shops", "open /shops", "shops /shops"]);
    let of = |listed: &crate::case::Listed| (listed.step, listed.as_it, listed.page);
    assert_eq!((of(&listed), listed.settled), ((1, AsIt::WasMade(0), 5), true));
    assert_eq!((listed.list.as_str(), listed.item.as_str(), listed.made.as_str()), ("/items", "/id", "/id"));
    let (made, listed) = follow("tables", "created-is-listed");
    let path = "/shops/{shops-id}/tables";
    assert_eq!(made, ["open /shops".into(), format!("tables {path}"), format!("set {path}"), format!("tables {path}")]);
    assert_eq!(of(&listed), (2, AsIt::WasMade(1), 10));
    let (deleted, listed) = follow("close", "deleted-is-not-listed");
    assert_eq!(deleted, ["open /shops", "close /shops/{shops-id}", "shops /shops"]);
    assert_eq!(of(&listed), (0, AsIt::WasDeleted(1), 5));
}

#[test]
fn what_is_broken_in_a_body_is_not_mended_by_naming_what_is_there() {
    let contract = contract("");
    let run = RunTag::sample();
    for case in &cases(&contract, "order") {
        let sending = Fresh { run: &run, case: 1, attempt: 0 };
        let own = case.steps.iter().enumerate().filter(|(_, step)| step.operation.is_none());
        for (at, step) in own.filter(|(at, _)| matches!(case.intent_of(*at), Intent::Invalid { .. })) {
            let places = step.texts.iter().filter(|placed| matches!(placed.place, TextPlace::Body(_)));
            let focused = case.steps.len() - at == 1 && !case.focus.is_root();
            assert!(focused || places.count() == 0, "{} {at} {:?}", case.name, sending);
        }
    }
}

#[test]
fn a_key_that_is_good_for_one_request_is_new_in_each() {
    let contract = contract(
        "  /payments:
    post: {operationId: pay, parameters: [{name: Idempotency-Key, in: header, required: true, schema: {type: string, format: uuid}}], requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {note: {type: string}}}}}}, responses: {'201': {description: d, content: {application/json: {schema: {type: object, properties: {id: {type: integer}}}}}}}}
  /payments/{id}:
    get: {operationId: payment, parameters: [{name: id, in: path, required: true, schema: {type: integer}}], responses: {'200': {description: d}}}
",
    );
    let pays = cases(&contract, "pay");
    let run = RunTag::sample();
    let key = |name: &str, attempt| {
        let sending = Fresh { run: &run, case: 1, attempt };
        let request = named(&pays, name).requests(&sending).next().expect("a request");
        request.headers.get("idempotency-key").map(str::to_owned)
    };
    let one = key("pay/valid/minimal", 0);
    assert!(one.as_ref().is_some_and(|key| key.len() == 36) && one != key("pay/valid/minimal", 1), "{one:?}");
    let made = named(&cases(&contract, "payment"), "payment/valid/plain").steps[0].texts.len();
    assert_eq!(made, 1, "whoever makes one for others has a key too");
    let without = "pay/invalid/header.Idempotency-Key/required";
    assert_eq!(key(without, 0), None);
}

#[test]
fn a_wrong_credential_meets_a_thing_that_is_still_there() {
    let contract = contract("");
    let of = |id: &str| super::super::credentials(&contract, number(&contract, id), 1);
    let rights = |case: &Case| {
        let own = case.steps.iter().filter(|step| step.operation.is_none());
        own.filter(|step| !step.credential.is_wrong()).count()
    };
    let (deletes, reads) = (of("delete"), of("read"));
    assert!(!deletes.is_empty() && !reads.is_empty());
    assert!(deletes.iter().all(|case| rights(case) == 1), "once deleted, it is gone");
    assert!(deletes.iter().all(|case| case.steps.last().is_some_and(|step| !step.credential.is_wrong())));
    assert!(reads.iter().all(|case| rights(case) >= 2));
}

#[test]
fn what_a_pattern_matches_is_new_each_time_where_there_is_room() {
    let contract = contract(
        "  /articles:
    post: {operationId: list, requestBody: {required: true, content: {application/json: {schema: {type: object, required: [sku, slug], properties: {sku: {type: string, pattern: '^[A-Z]{3}-[0-9]{4,8}$'}, slug: {type: string, pattern: '^[ab]$'}}}}}}, responses: {'201': {description: d}}}
",
    );
    let all = cases(&contract, "list");
    let run = RunTag::sample();
    let sent = |attempt| {
        let sending = Fresh { run: &run, case: 1, attempt };
        named(&all, "list/valid/minimal").requests(&sending).next().and_then(|request| request.json()).expect("JSON")
    };
    let (one, other) = (sent(0), sent(1));
    assert_ne!(one["sku"], other["sku"]);
    assert_eq!(one["slug"], other["slug"], "two texts are soon used up");
}

#[test]
fn a_body_names_things_by_the_tail_of_a_name_by_a_schema_and_of_its_own_kind() {
    let schema = "{type: object, required: [from_thing_id, to, parent_id], properties: {from_thing_id: {type: integer}, to: {$ref: '#/components/schemas/ThingId'}, parent_id: {type: integer}}}";
    let contract = contract(&format!(
        "  /things/{{id}}/marks:
    get: {{operationId: marks, parameters: [{{name: id, in: path, required: true, schema: {{$ref: '#/components/schemas/ThingId'}}}}], responses: {{'200': {{description: d}}}}}}
  /moves:
    post: {{operationId: move, requestBody: {{required: true, content: {{application/json: {{schema: {schema}}}}}}}, responses: {{'201': {{description: d}}}}}}
components: {{schemas: {{ThingId: {{type: integer}}}}}}
"
    ));
    let operation = &contract.operations[number(&contract, "move")];
    let found = &operation.references;
    let body = json!({ "from_thing_id": 1, "to": 1, "parent_id": 1 });
    let place = |found: &Reference| found.places.within(&body)[0].as_str().to_owned();
    let found: Vec<_> = found
        .iter()
        .map(|found| (place(found), found.link.map(|link| contract.links[link].resource.as_str())))
        .collect();
    let things = Some("/things/{}");
    let expected = [("/from_thing_id", things), ("/to", things), ("/parent_id", None)];
    assert_eq!(found, expected.map(|(place, link)| (place.to_owned(), link)));
    let all = cases(&contract, "move");
    assert!(!all.iter().any(|case| case.name == "move/valid/minimal"), "nobody says what a parent is");
    let text = "  /moves:
    post: {operationId: move, requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {parent_id: {type: integer}, note: {type: string}}}}}}, responses: {'201': {description: d}}}
";
    let contract = self::contract(text);
    let all = cases(&contract, "move");
    let run = RunTag::sample();
    let full = named(&all, "move/valid/full").requests(&Fresh { run: &run, case: 1, attempt: 0 }).next();
    let full = full.and_then(|request| request.json()).expect("JSON");
    assert!(full["note"].is_string() && full.get("parent_id").is_none(), "{full}");
    assert!(all.iter().any(|case| case.name.starts_with("move/contested/parent_id/")));
}

#[test]
fn two_properties_that_name_things_of_one_kind_name_two() {
    let schema = "{type: object, required: [from_thing_id, to_thing_id], properties: {from_thing_id: {type: integer}, to_thing_id: {type: integer}}}";
    let contract = contract(&format!(
        "  /moves:
    post: {{operationId: move, requestBody: {{required: true, content: {{application/json: {{schema: {schema}}}}}}}, responses: {{'201': {{description: d}}}}}}
  /pages/{{code}}:
    parameters: [{{name: code, in: path, required: true, example: AB123456, schema: {{type: string, pattern: '^[A-Z]{{2}}[0-9]{{6}}$'}}}}]
    put: {{operationId: write, responses: {{'201': {{description: d}}}}}}
"
    ));
    let all = cases(&contract, "move");
    let full = named(&all, "move/valid/full");
    assert_eq!(steps(&contract, full), ["make /things", "make /things", "move /moves"]);
    let texts: Vec<_> = full.steps[2].texts.iter().map(|placed| format!("{:?}", placed.text)).collect();
    assert!(texts.len() == 2 && texts[0] != texts[1], "{texts:?}");
    // And what is put where it is asked for is new each time, whatever the pattern of its name.
    let writes = cases(&contract, "write");
    let run = RunTag::sample();
    let path = |attempt| {
        let sending = Fresh { run: &run, case: 1, attempt };
        named(&writes, "write/valid/plain").requests(&sending).next().expect("a request").path
    };
    assert_ne!(path(0), path(1));
}

#[test]
fn a_body_names_what_no_path_does_and_what_stands_within_it_and_in_lists() {
    let schema = |required: &str| {
        format!(
            "{{type: object, required: [{required}], properties: {{title: {{type: string}}, label_id: {{type: integer}}, thing_ids: {{type: array, items: {{type: integer}}}}, lines: {{type: array, minItems: 1, items: {{type: object, required: [thing_id], properties: {{thing_id: {{type: integer}}, count: {{type: integer, minimum: 1}}}}}}}}, place: {{type: object, required: [shelf_id], properties: {{shelf_id: {{type: integer}}}}}}}}}}"
        )
    };
    let of = |required: &str| {
        let schema = schema(required);
        contract(&format!(
            "  /labels:
    post: {{operationId: label, responses: {{'201': {{description: d, content: {{application/json: {{schema: {{type: object, properties: {{id: {{type: integer}}}}}}}}}}}}}}}}
  /shelfs/{{id}}:
    get: {{operationId: shelf, parameters: [{{name: id, in: path, required: true, schema: {{type: integer}}}}], responses: {{'200': {{description: d}}}}}}
  /boxes:
    post: {{operationId: pack, requestBody: {{required: true, content: {{application/json: {{schema: {schema}}}}}}}, responses: {{'201': {{description: d}}}}}}
"
        ))
    };
    let contract = of("title");
    assert!(contract.links.iter().any(|link| link.resource == "/labels/{}" && link.producer == "label"));
    let all = cases(&contract, "pack");
    let full = named(&all, "pack/valid/full");
    assert_eq!(steps(&contract, full), ["label /labels", "make /things", "make /things", "pack /boxes"]);
    let pack = full.steps.last().expect("a step");
    let mut places: Vec<String> = pack.texts.iter().map(|placed| format!("{:?}", placed.place)).collect();
    places.sort();
    let expected = ["/label_id", "/lines/0/thing_id", "/thing_ids/0"];
    assert_eq!(places, expected.map(|place| format!("{:?}", TextPlace::Body(Pointer::parse(place)))));
    // Nothing makes a shelf, so that no place is named; what names several of one kind at once is nobody's to say.
    let body = &pack.request.body.as_ref().expect("a body").template.value;
    assert!(body.get("place").is_none() && body["title"].is_string(), "{body}");
    assert!(all.iter().any(|case| case.name.starts_with("pack/contested/thing_ids/")));
    let about = all.iter().filter(|case| case.name.starts_with("pack/valid/thing_ids/"));
    let body =
        |case: &Case| case.steps.last().and_then(|step| step.request.body.clone()).expect("a body").template.value;
    let named = about.filter_map(|case| body(case).get("thing_ids").cloned()).filter(|list| *list != json!([]));
    assert_eq!(named.collect::<Vec<_>>(), [json!(null); 0]);
    let needed = of("place");
    assert!(!cases(&needed, "pack").iter().any(|case| case.name == "pack/valid/minimal"), "nobody makes a shelf");
}

#[test]
fn a_thing_of_one_of_several_kinds_is_followed_too() {
    let kind = |name: &str| {
        format!(
            "{{type: object, required: [kind], additionalProperties: false, properties: {{kind: {{enum: [{name}]}}, {name}: {{type: string, maxLength: 9}}}}}}"
        )
    };
    let made = |name: &str| {
        format!(
            "{{type: object, required: [id, kind], properties: {{id: {{type: string}}, kind: {{enum: [{name}]}}, {name}: {{type: string}}}}}}"
        )
    };
    let either = |of: &dyn Fn(&str) -> String| {
        format!("{{application/json: {{schema: {{oneOf: [{}, {}, {}]}}}}}}", of("card"), of("bank"), of("cash"))
    };
    let contract = contract(&format!(
        "  /methods:
    post: {{operationId: pay, requestBody: {{required: true, content: {sent}}}, responses: {{'201': {{description: d, content: {made}}}}}}}
  /methods/{{id}}:
    get: {{operationId: method, parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}], responses: {{'200': {{description: d, content: {made}}}}}}}
",
        sent = either(&kind),
        made = either(&made),
    ));
    let all = cases(&contract, "method");
    let read = named(&all, "method/valid/lifecycle/created-is-there");
    let state = read.steps.last().and_then(|step| step.state.as_ref());
    let Some(State::There { identity: Some(identity), kept, .. }) = state else { panic!("{state:?}") };
    let places: Vec<&str> = kept.iter().map(|kept| kept.place.as_str()).collect();
    assert_eq!((identity.place.as_str(), places), ("/id", vec!["/kind", "/card", "/bank", "/cash"]));
    let made = cases(&contract, "pay");
    for name in ["card", "bank", "cash"] {
        let broken = format!("pay/invalid/composed/{name}/max-length");
        assert!(made.iter().any(|case| case.name == broken), "{broken}");
    }
}
