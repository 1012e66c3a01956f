//! What the derived cases of the bundled contract have in common.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::case::{Captures, Step, fresh_of_step};
use crate::generate::{Contest, Fresh, Level, RunTag};
use crate::http::Request;

fn contract() -> Contract {
    let text = include_bytes!("../../../specs/admin-openapi.yaml");
    Contract::of(Arc::new(crate::spec::read("specs/admin-openapi.yaml", text).expect("the document")))
        .expect("a contract")
}

fn cases(contract: &Contract) -> Vec<Case> {
    match derive(contract, 0, 1) {
        Derived::Cases(cases) => cases,
        Derived::Nothing(why) => panic!("{why}"),
    }
}

fn sent(case: &Case) -> Vec<Request> {
    let run = RunTag::sample();
    case.requests(&Fresh { run: &run, case: 7, attempt: 0 }).collect()
}

/// The cases whose name has `part` in it; there is at least one.
fn named<'c>(cases: &'c [Case], part: &str) -> Vec<&'c Case> {
    let found: Vec<&Case> = cases.iter().filter(|case| case.name.contains(part)).collect();
    assert!(!found.is_empty(), "{part}");
    found
}

#[test]
fn every_step_of_every_case_has_the_intent_that_its_bytes_have() {
    let contract = contract();
    let operation = &contract.operations[0];
    let schema = &operation.body.as_ref().expect("a body").schema;
    for case in &cases(&contract) {
        for (step, request) in case.steps.iter().zip(sent(case)) {
            let accepted = request.json().map(|body| schema.agreement(&body) == crate::schema::Agreement::Accepted);
            match step.intent.as_ref().unwrap_or(&case.intent) {
                Intent::Valid => assert_eq!(accepted, Some(true), "{}", case.name),
                // What is no JSON for our parser is refused too.
                Intent::Invalid { .. } => assert_ne!(accepted, Some(true), "{}", case.name),
                Intent::Contested(_) | Intent::Authored => {}
            }
        }
    }
}

#[test]
fn each_kind_of_value_meets_each_pattern_of_presence() {
    let contract = contract();
    let ground = Ground::of(&contract, 0, 1).expect("ground");
    let cases = cases(&contract);
    let rows: Vec<Value> = named(&cases, "/presence/").into_iter().filter_map(|case| sent(case)[0].json()).collect();
    let spot = ground.properties().find(|spot| spot.place.name == "first_name").expect("a property");
    let count = |row: &Value| row.as_object().map_or(0, serde_json::Map::len);
    for class in [Level::Plain, Level::Boundary, Level::Unusual].into_iter().flat_map(|level| spot.of_level(level)) {
        let ends = format!("_name-{}", class.name);
        let with = |properties: usize| {
            cases
                .iter()
                .filter(|case| case.name.contains("/presence/") && case.name.contains(&ends))
                .any(|case| case.name.split('+').count() == properties)
        };
        assert!(with(2) && with(3), "{}", class.name);
    }
    let first = rows.iter().filter_map(|row| row.as_object()?.keys().next().cloned()).collect::<HashSet<_>>();
    assert_eq!(first.len(), 4, "each property stands first somewhere");
    assert!(rows.iter().all(|row| (2..=3).contains(&count(row))));
}

#[test]
fn a_valid_request_follows_each_kind_of_bad_one() {
    let cases = cases(&contract());
    let after = named(&cases, "/valid/after/");
    for kind in ["body-empty", "required", "type-number", "content-type-text-plain", "body-invalid-utf-8"] {
        assert!(after.iter().any(|case| case.name.ends_with(&format!("/{kind}"))), "{kind}");
    }
    for case in after {
        assert_eq!(case.intent_of(1), &Intent::Valid);
        assert_ne!(case.intent_of(0), &Intent::Authored);
    }
}

#[test]
fn copies_count_as_exchanges_of_their_step() {
    let cases = cases(&contract());
    let case = named(&cases, "/identity/changed-at-once")[0];
    assert_eq!((case.step_of(0), case.step_of(1), case.step_of(16), case.requests_made()), (0, 1, 1, 17));
    assert!(matches!(case.intent_of(0), Intent::Invalid { .. }));
    assert_eq!(case.intent_of(16), &Intent::Contested(Contest::TakenWithOtherValues));
    assert!(!case.is_gentle());
}

#[test]
fn twins_differ_by_code_point_and_a_repeat_not_at_all() {
    let cases = cases(&contract());
    let id = |request: &Request| request.json().expect("JSON")["external_id"].as_str().expect("a text").to_owned();
    for case in named(&cases, "/external_id/twins-") {
        let ids: Vec<String> = sent(case).iter().map(id).collect();
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len(), "{}: {ids:?}", case.name);
        assert!(ids.iter().all(|id| id.contains(&ids[0]) && id.len() <= 1_024), "{ids:?}");
        assert_eq!(case.intent, Intent::Valid);
    }
    let again = sent(named(&cases, "/identity/same-again")[0]);
    assert!(again.iter().all(|request| request.body == again[0].body));
    // Nobody can make such a request anew with another identity.
    assert!(named(&cases, "/external_id/twins-")[0].steps[1].depends());
}

#[test]
fn each_property_that_only_the_answer_has_is_sent() {
    let cases = cases(&contract());
    // In the full body, with the other flag, in the smallest, and as null; an id as that of another and in the usual forms
    // too, and a time as one to come.
    for (property, ways) in [("id", 8), ("object", 4), ("created_at", 5), ("updated_at", 5)] {
        let found = named(&cases, &format!("/contested/body/unlisted-response-{property}"));
        assert_eq!(found.len(), ways, "{property}");
        assert!(sent(found[0])[0].json().expect("JSON").get(property).is_some());
    }
}

#[test]
fn a_time_case_sends_the_same_at_growing_lengths() {
    let cases = cases(&contract());
    for case in named(&cases, "/contested/time/") {
        let lengths: Vec<usize> =
            sent(case).iter().map(|request| request.body.as_ref().map_or(0, bytes::Bytes::len)).collect();
        let longest = lengths[lengths.len() - 1];
        assert!(lengths.is_sorted() && longest < 100_000, "more than common servers take: {lengths:?}");
        // Less apart, and the check of times has nothing to compare.
        let mut far = vec![lengths[0]];
        lengths.iter().for_each(|length| {
            if far[far.len() - 1] * 4 <= *length {
                far.push(*length);
            }
        });
        let apart = far.len() - 1;
        // One step up is told from growth by what is about half as long.
        assert!(lengths.iter().any(|length| *length < longest && length * 3 > longest), "{}: {lengths:?}", case.name);
        assert!(apart >= 2, "{}: {lengths:?}", case.name);
        if case.name.contains("first_name") {
            assert!(lengths[3] < 4_096 && apart == 3, "for a server with a limit: {lengths:?}");
        }
    }
}

#[test]
fn every_free_text_is_sent_at_growing_lengths() {
    let cases = cases(&contract());
    for property in ["external_id", "first_name", "last_name"] {
        assert_eq!(named(&cases, &format!("/contested/time/{property}-words")).len(), 1);
    }
    assert!(named(&cases, "/contested/time/first_name-").len() > 10, "each shape on one of them");
    assert_eq!(named(&cases, "/contested/time/last_name-").len(), 2, "words, and punctuation");
}

#[test]
fn names_of_headers_are_those_that_http_allows_and_each_case_has_one_name() {
    let cases = cases(&contract());
    let token = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    for case in &cases {
        assert!(case.steps.iter().flat_map(|step| step.request.headers.iter()).all(|(name, _)| token(name)));
        assert!(case.name.len() < 220 && !case.name.contains("proofmark-"), "{}", case.name);
    }
    let names: HashSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names.len(), cases.len());
}

#[test]
fn what_is_new_is_new_in_each_copy_and_each_step() {
    let cases = cases(&contract());
    let burst = named(&cases, "/sequence/one-by-one")[0];
    let run = RunTag::sample();
    let ids: HashSet<_> = (0..4)
        .flat_map(|attempt| (0..burst.steps.len()).map(move |step| (attempt, step)))
        .filter_map(|(attempt, step)| {
            let sending = Fresh { run: &run, case: 1, attempt };
            let at: &Step = &burst.steps[step];
            at.request(&fresh_of_step(&sending, step), &Captures::default()).ok()?.body
        })
        .collect();
    assert_eq!(ids.len(), 4 * burst.steps.len());
}

/// A contract whose one operation has some thousand candidates.
fn large() -> Contract {
    let text = |length: u32| serde_json::json!({ "type": "string", "minLength": 1, "maxLength": length });
    let inner: serde_json::Map<String, Value> = (0..6).map(|at| (format!("i{at}"), text(20 + at))).collect();
    let mut properties: serde_json::Map<String, Value> = (0..8).map(|at| (format!("p{at}"), text(40 + at))).collect();
    properties.insert("inner".into(), serde_json::json!({ "type": "object", "required": ["i1"], "properties": inner }));
    properties.insert("count".into(), serde_json::json!({ "type": "integer", "minimum": 1, "maximum": 9 }));
    properties.insert("kind".into(), serde_json::json!({ "enum": ["a", "b"] }));
    properties
        .insert("tags".into(), serde_json::json!({ "type": "array", "items": { "type": "string" }, "minItems": 1 }));
    let document = serde_json::json!({
        "openapi": "3.1.0",
        "info": { "title": "t", "version": "1" },
        "paths": { "/things": { "post": {
            "operationId": "make",
            "parameters": [{ "in": "query", "name": "q", "schema": { "type": "integer" } }],
            "requestBody": { "required": true, "content": { "application/json": { "schema": {
                "type": "object", "required": ["p1", "kind"], "properties": properties } } } },
            "responses": { "200": { "description": "made" }, "400": { "description": "refused" } } } } }
    });
    let document = crate::spec::read("t.json", document.to_string().as_bytes()).expect("a document");
    Contract::of(Arc::new(document)).expect("a contract")
}

#[test]
fn a_case_of_one_name_is_the_same_however_much_room_there_is() {
    let contract = large();
    let all = cases(&contract);
    for room in [20, 150, 400] {
        let (Derived::Cases(some), _) = derive_within(&contract, 0, 1, Some(room)) else { panic!("no cases") };
        assert!((room..all.len() / 2).contains(&some.len()), "{} of {} for {room}", some.len(), all.len());
        for case in &some {
            let same = all.iter().find(|other| other.name == case.name);
            let same = same.unwrap_or_else(|| panic!("{room}: only here: {}", case.name));
            assert_eq!((sent(case), &case.intent), (sent(same), &same.intent), "{room}: {}", case.name);
        }
    }
}

#[test]
fn what_there_is_little_room_for_keeps_the_smoke_profile_and_what_is_sent_after_bad_requests() {
    let contract = large();
    let all = cases(&contract);
    let (Derived::Cases(some), _) = derive_within(&contract, 0, 1, Some(20)) else { panic!("no cases") };
    let names: HashSet<&str> = some.iter().map(|case| case.name.as_str()).collect();
    let kept = |case: &&Case| {
        let of_properties = case.focus.tokens().count() < 2;
        case.tier == Tier::Smoke && of_properties || case.name.ends_with("/after/required")
    };
    let lost: Vec<&str> =
        all.iter().filter(kept).map(|case| case.name.as_str()).filter(|name| !names.contains(name)).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn every_step_that_must_be_accepted_has_a_body_that_its_schema_takes_whatever_else_the_case_is_about() {
    let document = serde_json::json!({
        "openapi": "3.1.0",
        "info": { "title": "t", "version": "1" },
        "paths": { "/things": { "post": {
            "operationId": "make",
            "requestBody": { "required": true, "content": { "application/json": { "schema": {
                "type": "object", "required": ["name"], "additionalProperties": false, "properties": {
                    "name": { "type": "string", "maxLength": 10 },
                    "note": { "type": "string", "maxLength": 3 },
                    "on": { "type": "boolean" },
                    "code": { "type": "string", "maxLength": 40 } },
                "if": { "required": ["on"], "properties": { "on": { "const": false } } }, "then": { "properties": { "note": { "maxLength": 0 } } }
            } } } },
            "responses": { "200": { "description": "made" }, "400": { "description": "refused" } } } } }
    });
    let document = crate::spec::read("t.json", document.to_string().as_bytes()).expect("a document");
    let contract = Contract::of(Arc::new(document)).expect("a contract");
    let schema = &contract.operations[0].body.as_ref().expect("a body").schema;
    let mut looked_at = 0;
    for case in cases(&contract) {
        for (at, request) in sent(&case).iter().enumerate() {
            let Some(value) = request.json().filter(|_| *case.intent_of(at) == Intent::Valid) else { continue };
            assert_eq!(schema.agreement(&value), crate::schema::Agreement::Accepted, "{}: {value}", case.name);
            looked_at += 1;
        }
    }
    assert!(looked_at > 100, "{looked_at}");
}

#[test]
fn what_travels_under_another_content_type_takes_a_surrogate_pair() {
    let contract = contract();
    let cases = cases(&contract);
    for case in named(&cases, "/content-type/") {
        let text = sent(case).first().and_then(Request::json).map(|body| body.to_string()).unwrap_or_default();
        assert!(text.chars().any(|one| one > '\u{ffff}'), "{}: {text}", case.name);
    }
}

#[test]
fn valid_requests_are_written_behind_what_is_refused_and_each_has_its_own_intent() {
    let cases = cases(&contract());
    for case in named(&cases, "/valid/pipelined/behind-") {
        let [bad, behind] = case.steps.as_slice() else { panic!("{}", case.name) };
        assert!(matches!(bad.intent, Some(Intent::Invalid { .. })), "{}", case.name);
        assert_eq!((&behind.intent, bad.pipelined, behind.pipelined), (&None, false, true));
        assert_eq!((case.written_at_once(0), case.written_at_once(1)), (2, 1));
        assert!(!case.is_gentle(), "a server in use is spared");
    }
    let [turns] = named(&cases, "/valid/pipelined/in-turns")[..] else { panic!("one") };
    assert_eq!((turns.steps.len(), turns.written_at_once(0)), (10, 10));
    assert!(turns.steps.iter().all(|step| !step.depends()), "no answer is there yet");
}

#[test]
fn what_some_reading_takes_is_not_broken_however_often_another_refuses_it() {
    let contract = contract();
    let ground = Ground::of(&contract, 0, 1).expect("ground");
    let intent = |value: Value| ground.prover().broken_several_times(&value);
    assert!(matches!(intent(json!({ "external_id": 7, "first_name": 7 })), Some(Intent::Invalid { .. })));
    assert_eq!(intent(json!({ "external_id": "x", "first_name": null })), None);
    assert_eq!(intent(json!({ "external_id": "x" })), None);
}

#[test]
fn an_empty_body_is_no_form_of_the_least_where_nothing_is_required() {
    let text = include_str!("../../../specs/admin-openapi.yaml");
    let loose = text
        .replace("      required:\n        - external_id\n", "")
        .replace("required: true\n        content", "content");
    let loose =
        Contract::of(Arc::new(crate::spec::read("loose.yaml", loose.as_bytes()).expect("the document"))).expect("it");
    let bodies = |contract: &Contract| {
        let made = cases(contract);
        made.iter()
            .filter(|case| case.name.ends_with("body/form-of-the-least"))
            .map(|case| case.intent.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(bodies(&loose), []);
    assert_eq!(bodies(&contract()).len(), 1);
}

/// The cases of an operation with this request body in a document of OpenAPI 3.1.
fn cases_of(body: Value) -> Vec<Case> {
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "t", "version": "1" },
        "paths": { "/things": { "post": {
            "operationId": "make", "requestBody": body,
            "responses": { "200": { "description": "made" }, "400": { "description": "refused" } } } } }
    });
    let document = crate::spec::read("t.json", document.to_string().as_bytes()).expect("a document");
    cases(&Contract::of(Arc::new(document)).expect("a contract"))
}

#[test]
fn a_body_is_tried_under_each_media_type_that_it_has() {
    let schema = json!({ "type": "object", "required": ["name", "size"], "additionalProperties": false, "properties": {
        "name": { "type": "string", "maxLength": 20 }, "size": { "type": "integer" } } });
    let other =
        json!({ "type": "object", "required": ["id"], "properties": { "id": { "type": "integer", "maximum": 9 } } });
    let cases = cases_of(json!({ "required": true, "content": {
        "application/json": { "schema": schema },
        "application/x-www-form-urlencoded": { "schema": schema },
        "application/vnd.thing+json": { "schema": other },
        "application/xml": { "schema": schema },
        "*/*": { "schema": schema },
    } }));
    let type_of = |case: &Case| sent(case)[0].headers.get("content-type").unwrap_or_default().to_owned();
    for (name, media_type) in [
        ("make/valid/minimal", "application/json"),
        ("make/valid/media-type/application-x-www-form-urlencoded/full", "application/x-www-form-urlencoded"),
        (
            "make/invalid/media-type/application-x-www-form-urlencoded/size/required",
            "application/x-www-form-urlencoded",
        ),
        ("make/valid/media-type/application-vnd.thing-json/id/maximum", "application/vnd.thing+json"),
        ("make/invalid/media-type/application-vnd.thing-json/id/type-string", "application/vnd.thing+json"),
    ] {
        let names = || cases.iter().map(|case| &case.name).filter(|name| name.contains("media-type"));
        let case = cases.iter().find(|case| case.name == name);
        assert_eq!(case.map(type_of).as_deref(), Some(media_type), "{name}: {:#?}", names().collect::<Vec<_>>());
    }
    let lacking: Vec<_> = cases.iter().filter_map(|case| Some((case.name.as_str(), case.lacks.as_deref()?))).collect();
    assert_eq!(lacking, [("make/valid/media-type/application-xml/body", "no body of `application/xml` can be made")]);
}

#[test]
fn a_list_of_changes_may_be_refused_for_what_it_changes() {
    let schema = json!({ "type": "array", "items": { "type": "object", "required": ["op", "path"],
        "properties": { "op": { "enum": ["add", "remove"] }, "path": { "type": "string" } } } });
    for content in [
        json!({ "application/json-patch+json": { "schema": schema } }),
        json!({ "application/json": { "schema": { "type": "object" } }, "application/json-patch+json": { "schema": schema } }),
    ] {
        let cases = cases_of(json!({ "required": true, "content": content }));
        let changes = |case: &&Case| {
            sent(case)[0].headers.get("content-type").is_some_and(|it| it == "application/json-patch+json")
        };
        let changing: Vec<&Case> = cases.iter().filter(changes).collect();
        assert!(!changing.is_empty() && changing.iter().all(|case| case.intent != Intent::Valid));
    }
}

#[test]
fn what_the_document_gives_as_an_example_is_a_case() {
    let schema = json!({ "type": "object", "required": ["name"], "example": { "name": "Bo" }, "properties": {
        "name": { "type": "string", "maxLength": 9, "example": "Cleo" }, "size": { "type": "integer", "examples": [4, "five"] } } });
    let examples =
        json!({ "a": { "value": { "name": "Ada", "size": 3 } }, "b": { "value": { "name": "far too long a name" } } });
    let bodies = |media_type: &str| {
        let cases = cases_of(json!({ "content": { media_type: { "schema": schema, "examples": examples } } }));
        let examples = cases.iter().filter(|case| case.name.contains("example"));
        let told = |case: &Case| {
            let body = sent(case).remove(0).body.unwrap_or_default();
            (case.name.clone(), String::from_utf8_lossy(&body).into_owned())
        };
        examples.map(told).collect::<Vec<_>>()
    };
    let json = bodies("application/json");
    let of = |name: &str| json.iter().find(|(known, _)| known == name).map(|(_, body)| body.as_str());
    assert_eq!(of("make/valid/example/1"), Some(r#"{"name":"Ada","size":3}"#));
    assert_eq!(of("make/valid/example/2"), None, "it is refused by its schema");
    assert_eq!(of("make/valid/example/3"), Some(r#"{"name":"Bo"}"#));
    assert!(of("make/valid/name/example-1").is_some_and(|body| body.contains("Cleo")), "{json:?}");
    assert!(of("make/valid/size/example-1").is_some() && of("make/valid/size/example-2").is_none(), "{json:?}");
    let form = bodies("application/x-www-form-urlencoded");
    assert!(form.contains(&("make/valid/example/1".into(), "name=Ada&size=3".into())), "{form:?}");
}

#[test]
fn a_part_that_holds_a_file_goes_with_a_name_of_a_file() {
    let schema = json!({ "type": "object", "required": ["file"], "properties": {
        "file": { "type": "string", "contentMediaType": "application/octet-stream" },
        "image": { "type": "string", "contentMediaType": "image/png", "contentEncoding": "base64" } } });
    let cases = cases_of(json!({ "content": { "multipart/form-data": { "schema": schema } } }));
    let full = cases.iter().find(|case| case.name.ends_with("/full")).expect("a case");
    let body = sent(full).remove(0).body.unwrap_or_default();
    let text = String::from_utf8_lossy(&body);
    let part = "name=\"file\"; filename=\"file\"\r\nContent-Type: application/octet-stream\r\n";
    assert!(text.contains(part), "{text}");
    assert!(!text.contains("filename=\"image\""), "{text}");
    assert!(matches!(full.intent, Intent::Contested(Contest::FileContent)));
}

#[test]
fn a_repeat_and_what_is_wrong_meet_what_is_unusual_too() {
    let cases = cases(&contract());
    for name in ["all-that-goes-wrong", "markup-and-quotes", "spaces-around", "decomposed"] {
        let requests = sent(named(&cases, &format!("/identity/same-again-{name}"))[0]);
        assert!(requests.len() == 2 && requests[0].body == requests[1].body, "{name}");
    }
    for name in ["null", "empty-texts", "long-texts", "unlisted"] {
        let case = named(&cases, &format!("users_create/invalid/live_mode/type-beside-{name}"))[0];
        assert!(matches!(case.intent, Intent::Invalid { .. }));
    }
    let within = sent(named(&cases, "users_create/invalid/body/within-user")[0]).remove(0).json().expect("JSON");
    assert!(within["user"]["external_id"].is_string() && within.as_object().is_some_and(|all| all.len() == 1));
}

#[test]
fn no_valid_body_has_a_range_that_ends_before_it_begins() {
    let date = serde_json::json!({ "type": "string", "format": "date" });
    let whole = serde_json::json!({ "type": "integer", "minimum": 0, "maximum": 3_600 });
    let schema = serde_json::json!({ "type": "object", "required": ["start", "end", "min_delay"], "properties": {
        "start": date, "end": date, "min_delay": whole, "max_delay": whole, "note": { "type": "string" } } });
    for media_type in ["application/json", "application/x-www-form-urlencoded"] {
        let document = serde_json::json!({
            "openapi": "3.1.0", "info": { "title": "t", "version": "1" },
            "paths": { "/bookings": { "post": {
                "requestBody": { "required": true, "content": { media_type: { "schema": schema } } },
                "responses": { "200": { "description": "made" }, "400": { "description": "refused" } } } } } });
        let document = crate::spec::read("t.json", document.to_string().as_bytes()).expect("a document");
        let contract = Contract::of(Arc::new(document)).expect("a contract");
        let is_form = media_type != "application/json";
        let value = |request: &Request, name: &str| match request.json() {
            Some(body) if !is_form => body.get(name).map(ToString::to_string),
            _ => {
                let body = String::from_utf8(request.body.clone()?.to_vec()).ok()?;
                body.split('&').find_map(|pair| Some(pair.strip_prefix(name)?.strip_prefix('=')?.to_owned()))
            }
        };
        let (mut valid, mut doubted) = (0, 0);
        for case in cases(&contract).iter().filter(|case| case.steps.len() == 1) {
            for request in sent(case) {
                let dates = value(&request, "start").zip(value(&request, "end"));
                let delays = value(&request, "min_delay").zip(value(&request, "max_delay"));
                let delays = delays.and_then(|(low, high)| low.parse::<f64>().ok().zip(high.parse::<f64>().ok()));
                let reversed = dates.as_ref().is_some_and(|(start, end)| start >= end)
                    || delays.is_some_and(|(low, high)| low >= high);
                assert!(!reversed || case.intent != Intent::Valid, "{}: {dates:?} {delays:?}", case.name);
                valid += usize::from(case.intent == Intent::Valid && dates.is_some() && delays.is_some());
                doubted += usize::from(case.intent == Intent::Contested(Contest::OwnRules) && reversed);
            }
        }
        assert!(valid > 20 && doubted > 2, "{media_type}: {valid} {doubted}");
    }
}
