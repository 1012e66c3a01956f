//! Case files: what they make, and what they are refused for.

use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::case::{Captures, MissingCapture, Step, Tier, fresh_of_step};
use crate::contract::{RuleKind, Standing};
use crate::generate::{Fresh, RunTag};
use crate::http::{Exchange, Headers, Request, Response};
use crate::source::Span;

const DOCUMENT: &str = include_str!("../../../specs/admin-openapi.yaml");
const SCHEMA: &str = include_str!("../../../specs/cases.schema.json");

fn contract_of(document: &str) -> Contract {
    let document = crate::spec::read("specs/admin-openapi.yaml", document.as_bytes()).expect("a document");
    Contract::of(Arc::new(document)).expect("its contract")
}

fn given(text: &str) -> CaseFile {
    CaseFile { source: Source::new("cases/x.yaml", text), origin: Origin::Given }
}

fn one(text: &str) -> Case {
    read(&[given(text)], &contract_of(DOCUMENT)).expect("a sound file").cases.remove(0)
}

/// A case of these steps, written as flow mappings.
fn of_steps(steps: &str) -> String {
    format!("operation: users_create\ncases:\n  - name: t/x\n    why: because\n    steps:\n{steps}")
}

fn error(text: &str) -> CaseFileError {
    read(&[given(text)], &contract_of(DOCUMENT)).expect_err(text)
}

/// The error with its line and a caret under its place.
fn shown(text: &str) -> String {
    let error = error(text);
    let position = error.place.position();
    let Span { start, end } = error.place.span;
    let line = text.lines().nth(position.line as usize - 1).unwrap_or_default();
    let carets = "^".repeat((end - start).max(1) as usize);
    let hint = error.hint.as_ref().map(|hint| format!("\n= {hint}")).unwrap_or_default();
    format!("{error}\n| {line}\n| {}{carets}{hint}\n", " ".repeat(position.column as usize - 1))
}

fn all_shown(texts: &[&str]) -> String {
    texts.iter().map(|text| shown(text)).collect::<Vec<_>>().join("\n")
}

fn sent(request: &Request) -> Value {
    serde_json::from_slice(request.body.as_ref().expect("a body")).expect("JSON")
}

fn answered(request: Request, body: &Value) -> Exchange {
    let response = Response { status: 200, headers: Headers::new(), body: body.to_string().into() };
    Exchange { request, sent_at: 0, elapsed: std::time::Duration::ZERO, outcome: Ok(response) }
}

/// Sends the steps of a case, each answered with `answer`.
fn play(case: &Case, attempt: u32, answer: &Value) -> Result<Vec<Request>, MissingCapture> {
    let run = RunTag::sample();
    let sending = Fresh { run: &run, case: 7, attempt };
    let mut captures = Captures::default();
    let send = |(number, step): (usize, &Step)| {
        let request = step.request(&fresh_of_step(&sending, number), &captures)?;
        captures.take(step, &answered(request.clone(), answer));
        Ok(request)
    };
    case.steps.iter().enumerate().map(send).collect()
}

#[test]
fn every_file_in_the_folder_is_bundled() {
    let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/cases")).expect("the folder");
    let mut files: Vec<_> =
        folder.map(|entry| format!("cases/{}", entry.expect("an entry").file_name().display())).collect();
    files.sort();
    let bundled: Vec<_> = bundled().iter().map(|file| file.source.name().to_owned()).collect();
    assert_eq!(bundled, files);
}

#[test]
fn the_bundled_document_bears_out_every_bundled_case() {
    let authored = read(&bundled(), &contract_of(DOCUMENT)).expect("sound files");
    assert_eq!(authored.left_out, []);
    let pin = Pin { operation: "users_create".into(), pointer: Pointer::parse("/live_mode"), value: json!(false) };
    assert_eq!(authored.pins, [pin]);
    let names: Vec<_> = authored.cases.iter().map(|case| format!("{} ({:?})", case.name, case.tier)).collect();
    insta::assert_snapshot!(names.join("\n"));
    assert!(authored.cases.iter().all(|case| case.intent == crate::case::Intent::Authored));
}

#[test]
fn both_readers_of_yaml_read_the_same_in_every_bundled_file() {
    for file in bundled() {
        let (value, _) = crate::spec::parse_plain(&file.source).expect("YAML");
        assert_eq!(serde_yaml::from_str::<Value>(file.source.text()).expect("YAML"), value);
    }
}

/// Changes to the document after which a server that keeps to it would fail some bundled case.
#[test]
fn a_bundled_case_is_left_out_where_another_document_does_not_bear_it_out() {
    let left_out = |from: &str, to: &str| {
        assert!(DOCUMENT.contains(from), "{from}");
        let authored = read(&bundled(), &contract_of(&DOCUMENT.replace(from, to))).expect("sound files");
        authored.left_out.into_iter().map(|case| format!("{}: {}", case.name, case.reason)).collect::<Vec<_>>()
    };
    let all = read(&bundled(), &contract_of(DOCUMENT)).expect("sound files").cases.len();
    let more = left_out(
        "      required:\n        - external_id\n",
        "      required:\n        - external_id\n        - email\n",
    );
    assert_eq!(more.len(), all, "every case needs a request that is accepted: {more:#?}");
    let no_id = left_out("      required:\n        - id\n", "      required:\n");
    assert!(no_id.contains(&"users_create/authored/answers/each-user-has-its-own-id: the document does not promise `/id` in the answer".to_owned()), "{no_id:#?}");
    let no_code = left_out("        - conflict\n", "");
    assert_eq!(
        no_code,
        [
            "users_create/authored/identity/repeat-is-called-a-conflict: the document does not promise `/error/code` in the answer"
        ]
    );
    assert!(
        read(&bundled(), &contract_of(&DOCUMENT.replace("users_create", "other"))).expect("sound").cases.is_empty()
    );
}

#[test]
fn a_file_makes_cases_with_names_tiers_and_steps() {
    let text = "
operation: users_create
cases:
  - name: a/short
    why: in short
    smoke: true
    request: { body: { external_id: x } }
  - { name: a/bare, why: no body at all, request: {} }
";
    let authored = read(&[given(text)], &contract_of(DOCUMENT)).expect("a sound file");
    let (short, bare) = (&authored.cases[0], &authored.cases[1]);
    assert_eq!((short.name.as_str(), short.tier), ("users_create/authored/a/short", Tier::Smoke));
    assert_eq!((short.kind.as_str(), short.reason.as_str()), ("authored/a", "in short"));
    let request = &play(short, 0, &json!({})).expect("a request")[0];
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/users"));
    assert_eq!(
        (request.headers.get("content-type"), sent(request)),
        (Some("application/json"), json!({ "external_id": "x" }))
    );
    let request = &play(bare, 0, &json!({})).expect("a request")[0];
    assert_eq!((request.body.clone(), request.headers.clone()), (None, Headers::new()));
}

#[test]
fn a_fresh_identifier_is_one_in_a_step_and_another_in_each_step_and_sending() {
    let case = one(&of_steps(
        "      - request: { body: { external_id: '${fresh}', first_name: 'I am ${fresh}' } }
      - request: { body: { external_id: '${fresh}', last_name: '${fresh:uuid}' } }",
    ));
    let first = play(&case, 0, &json!({})).expect("requests");
    let again = play(&case, 1, &json!({})).expect("requests");
    let id = |request: &Request| sent(request)["external_id"].as_str().expect("a text").to_owned();
    assert_eq!(sent(&first[0])["first_name"], format!("I am {}", id(&first[0])));
    let ids: std::collections::HashSet<_> = first.iter().chain(&again).map(id).collect();
    assert_eq!(ids.len(), 4);
    assert!(ids.iter().all(|id| id.starts_with("proofmark-00000000-0007")));
    // What is shown of a case is what is sent.
    let run = RunTag::sample();
    let sending = Fresh { run: &run, case: 7, attempt: 0 };
    assert_eq!(case.requests(&sending).collect::<Vec<_>>(), first);
}

#[test]
fn a_capture_keeps_its_type_alone_and_is_text_among_text() {
    let case = one(&of_steps(
        "      - request: { body: { external_id: 'a-${fresh}' } }
        capture: { ours: 'sent:/external_id', made: /created_at, all: '' }
      - request: { body: { external_id: '${ours}', first_name: '${made}', last_name: 'at ${made}', x: ['${all}'] } }
      - request: { raw: '${ours}', headers: { x-made: '${made}' }, query: { q: 'a b&${made}', 'é': 1 } }",
    ));
    let requests = play(&case, 0, &json!({ "created_at": 17 })).expect("requests");
    let second = sent(&requests[1]);
    assert_eq!(second["external_id"], sent(&requests[0])["external_id"]);
    assert_eq!((&second["first_name"], &second["last_name"]), (&json!(17), &json!("at 17")));
    assert_eq!(second["x"], json!([{ "created_at": 17 }]));
    assert_eq!(requests[2].body.as_deref(), second["external_id"].as_str().map(str::as_bytes));
    assert_eq!(requests[2].headers.get("x-made"), Some("17"));
    assert_eq!(requests[2].path, "/users?q=a%20b%2617&%C3%A9=1");
    let missing = play(&case, 0, &json!({})).expect_err("no created_at");
    assert_eq!(missing.name, "made");
    let run = RunTag::sample();
    assert_eq!(case.requests(&Fresh { run: &run, case: 7, attempt: 0 }).count(), 1);
}

#[test]
fn headers_replace_the_content_type_and_bodies_may_be_bytes() {
    let case = one(&of_steps(
        "      - request: { body: null, headers: { Content-Type: text/plain, x: 1 } }
      - request: { raw: '{', headers: { content-type: null } }
      - request: { base64: /w== }",
    ));
    let requests = play(&case, 0, &json!({})).expect("requests");
    let headers =
        |at: usize| requests[at].headers.iter().map(|(name, value)| (name, value.to_vec())).collect::<Vec<_>>();
    assert_eq!(headers(0), [("Content-Type", b"text/plain".to_vec()), ("x", b"1".to_vec())]);
    assert_eq!(headers(1), []);
    let bodies: Vec<_> = requests.iter().map(|request| request.body.as_deref().expect("a body")).collect();
    assert_eq!(bodies, [b"null".as_slice(), b"{", b"\xff"]);
}

#[test]
fn an_expectation_is_resolved_for_the_request_as_sent() {
    let case = one(&of_steps(
        "      - request: { body: { external_id: '${fresh}' } }
        expect: { body: { /external_id: '${sent:/external_id}' } }
        capture: { first: /id }
      - request: { body: { external_id: '${fresh}' } }
        expect: { body: { /id: { not: { one_of: ['${first}'] } } } }",
    ));
    let requests = play(&case, 0, &json!({ "id": "u_1" })).expect("requests");
    let mut captures = Captures::default();
    let unmet = |step: usize, captures: &Captures, body: Value| {
        let expectation = case.steps[step].expectation(captures, &requests[step]).expect("captures").expect("one");
        expectation.unmet(200, &Headers::new(), Some(&body)).pop().map(|unmet| (unmet.words, unmet.resolved))
    };
    assert_eq!(unmet(0, &captures, sent(&requests[0])), None);
    let told = unmet(0, &captures, json!({ "external_id": "other" })).expect("another one");
    assert_eq!(told.0, "must be `${sent:/external_id}`");
    assert_eq!(told.1, "must be `\"proofmark-00000000-0007\"`");
    assert!(case.steps[1].expectation(&captures, &requests[1]).is_err(), "nothing is captured yet");
    captures.take(&case.steps[0], &answered(requests[0].clone(), &json!({ "id": "u_1" })));
    assert_eq!(unmet(1, &captures, json!({ "id": "u_2" })), None);
    assert!(unmet(1, &captures, json!({ "id": "u_1" })).is_some());
}

#[test]
fn what_is_wrong_in_form_is_told_at_its_word() {
    insta::assert_snapshot!(all_shown(&[
        "operation: users_create\ncasse: []\n",
        "operation: users_create\ncases:\n  - name: a\n    why: b\n    smoke: 1\n",
        "operation: users_create\ncases:\n  - name: é\n    wy: b\n",
        "operation: users_create\ncases:\n  - name: a\n",
        &of_steps("      - request: { bdy: 1 }"),
        &of_steps("      - expect: { status: 200 }"),
        "cases: []\n",
        "operation: users_create\ncases:\n  - {name: a, why: b, severity: fatal}\n",
    ]));
}

#[test]
fn what_no_parser_should_see_is_refused_before_it_is_parsed() {
    insta::assert_snapshot!(all_shown(&[
        "operation: users_create\noperation: users_create\n",
        "operation: &a users_create\ncases: *a\n",
        "operation: users_create\ncases: {<<: {a: 1}}\n",
        "operation: users_create\ncases: [\n",
        "operation: !secret users_create\n",
    ]));
    let deep = format!("operation: users_create\ncases: {}", "[".repeat(100_000));
    assert!(error(&deep).message.contains("nested"), "{}", error(&deep));
    let large = format!("operation: users_create\n#{}", "x".repeat(1 << 20));
    insta::assert_snapshot!(error(&large), @"cases/x.yaml:1:1: the file is larger than 1 MiB");
    let making = of_steps(&format!("      - request: {{ body: [{}] }}", "'${repeat:x:1048576}',".repeat(65)));
    insta::assert_snapshot!(error(&making), @"cases/x.yaml:6:1435: the texts of this file are larger than 64 MiB together");
}

#[test]
fn what_is_wrong_in_meaning_is_told_at_its_place() {
    insta::assert_snapshot!(all_shown(&[
        "operation: user_create\n",
        "operation: users_create\nprotected: { pin: { livemode: false } }\n",
        "operation: users_create\ncases:\n  - {name: Not Good, why: b, request: {}}\n",
        "operation: users_create\ncases:\n  - {name: a, why: b, request: {}}\n  - {name: a, why: b, request: {}}\n",
        "operation: users_create\ncases:\n  - {name: a, why: b}\n",
        "operation: users_create\ncases:\n  - {name: a, why: b, steps: []}\n",
        "operation: users_create\ncases:\n  - {name: a, why: b, steps: [{request: {}}], request: {}}\n",
        &of_steps(&"      - request: {}\n".repeat(17)),
        &of_steps("      - request: { body: 1, raw: x }"),
        &of_steps("      - request: { base64: x }"),
        &of_steps("      - request: { headers: { 'a b': x } }"),
        &of_steps("      - request: { headers: { a: \"x\\ny\" } }"),
        &of_steps("      - request: { query: { a: [1] } }"),
    ]));
}

#[test]
fn what_is_wrong_in_a_text_is_told_at_its_part() {
    insta::assert_snapshot!(all_shown(&[
        &of_steps("      - request: { body: { external_id: 'my ${fres}' } }"),
        &of_steps("      - request: { body: [ '${fresh:uid}' ] }"),
        &of_steps("      - request: { body: [ '${name:jp}' ] }"),
        &of_steps("      - request: { raw: '${first' }"),
        &of_steps("      - request: { body: { '${fresh}': 1 } }"),
        &of_steps("      - request: { body: '${first}' }\n        capture: { first: /id }"),
        &of_steps("      - request: {}\n        capture: { first: /id }\n      - request: { raw: '${frist}' }"),
        &of_steps("      - request: { body: 'é ${sent:/a}' }"),
        &of_steps("      - request: {}\n        expect: { body: { /a: '${fresh}' } }"),
        &of_steps("      - request: {}\n        capture: { name: /id }"),
        &of_steps("      - request: {}\n        capture: { first: id }"),
        &of_steps("      - request: { raw: '{}' }\n        capture: { first: 'sent:/id' }"),
        &of_steps("      - request: {}\n        capture: { a: /id }\n      - request: {}\n        capture: { a: /id }"),
    ]));
}

#[test]
fn what_is_wrong_in_an_expectation_is_told_at_its_place() {
    let expecting = |expect: &str| of_steps(&format!("      - request: {{}}\n        expect: {expect}"));
    let texts = [
        "{}",
        "{ status: 2X }",
        "{ status: [200, 600] }",
        "{ status: default }",
        "{ status: 200, any: [{ status: 200 }] }",
        "{ any: [] }",
        "{ any: [{ any: [{ status: 200 }] }] }",
        "{ body: { error.code: x } }",
        "{ body: { /a: { patern: x } } }",
        "{ body: { /a: { first_name: x } } }",
        "{ body: { /a: {} } }",
        "{ body: { /a: { type: string, pattern: x } } }",
        "{ body: { /a: { type: text } } }",
        "{ body: { /a: { pattern: '(' } } }",
        "{ body: { /a: { one_of: [] } } }",
        "{ body: { /a: { not: { absent: true } } } }",
        "{ body: { /a: { absent: false } } }",
        "{ body: { /a: { min: true } } }",
        "{ body: { /a: { min: 1, type: integer } } }",
        "{ body: { /a: { length: -1 } } }",
        "{ body: { /a: { same_as: b } } }",
    ]
    .map(expecting);
    insta::assert_snapshot!(all_shown(&texts.iter().map(String::as_str).collect::<Vec<_>>()));
}

fn validator() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
    assert!(jsonschema::meta::is_valid(&schema));
    jsonschema::options().with_draft(jsonschema::Draft::Draft202012).offline().build(&schema).expect("a schema")
}

fn value(source: &Source) -> Value {
    crate::spec::parse_plain(source).expect("YAML").0
}

#[test]
fn the_schema_takes_every_bundled_file() {
    let validator = validator();
    for file in bundled() {
        let errors: Vec<_> = validator.iter_errors(&value(&file.source)).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", file.source.name());
    }
}

#[test]
fn schema_and_reader_agree_on_what_is_no_case_file() {
    let validator = validator();
    let contract = contract_of(DOCUMENT);
    let case = |case: &str| format!("operation: users_create\ncases:\n  - {{name: a, why: b, {case}}}\n");
    let expecting = |expect: &str| case(&format!("request: {{}}, expect: {expect}"));
    let broken = [
        "cases: []".to_owned(),
        "operation: users_create\ncase: []".to_owned(),
        "operation: users_create\ncases: [{name: A, why: b, request: {}}]".to_owned(),
        "operation: users_create\ncases: [{name: a, request: {}}]".to_owned(),
        case("smoke: true"),
        case("steps: []"),
        case("steps: [{request: {}}], request: {}"),
        case("request: {body: 1, raw: x}"),
        case("request: {bdy: 1}"),
        case("severity: fatal, request: {}"),
        case("steps: [{request: {}, capture: {fresh: /id}}]"),
        case("steps: [{request: {}, capture: {a: id}}]"),
        expecting("{}"),
        expecting("{status: 2X}"),
        expecting("{status: 600}"),
        expecting("{status: 200, any: [{status: 200}]}"),
        expecting("{any: []}"),
        expecting("{body: {a: 1}}"),
        expecting("{body: {/a: {b: 1}}}"),
        expecting("{body: {/a: {type: text}}}"),
        expecting("{body: {/a: {type: string, pattern: x}}}"),
        expecting("{body: {/a: {absent: false}}}"),
        expecting("{body: {/a: {min: 1, type: integer}}}"),
        expecting("{body: {/a: {one_of: []}}}"),
    ];
    for text in broken {
        assert!(!validator.is_valid(&value(&Source::new("x", text.as_str()))), "the schema takes {text}");
        assert!(read(&[given(&text)], &contract).is_err(), "the reader takes {text}");
    }
    let sound = [
        expecting("{status: [200, 4XX], headers: {content-type: {pattern: json}}}"),
        expecting(
            "{body: {/a: {equals: {b: 1}}, /b: {min: 1, max: '${sent:/x}'}, /c: {length: {min: 1}}, '': {type: object}}}",
        ),
        expecting("{any: [{status: 200, body: {/a: null}}, {body: {/a: {not: {type: string}}}}]}"),
        case("request: {query: {a: 1}, headers: {content-type: null}, body: null}"),
    ];
    for text in sound {
        assert!(validator.is_valid(&value(&Source::new("x", text.as_str()))), "the schema refuses {text}");
        assert!(read(&[given(&text)], &contract).is_ok(), "the reader refuses {text}");
    }
}

const RULES: &str = "operation: users_create\nrules:\n";

fn amendments(text: &str, contract: &Contract) -> Result<Vec<Amendment>, CaseFileError> {
    CaseFiles::read(&[given(text)])?.amendments(contract)
}

fn amended(rules: &str) -> Contract {
    let mut contract = contract_of(DOCUMENT);
    let amendments = amendments(&format!("{RULES}{rules}"), &contract).expect("a sound file");
    contract.amend(&amendments);
    contract
}

#[test]
fn a_file_refuses_changes_and_confirms_rules() {
    let contract = amended(
        "  - { rule: echo/first_name, why: names are trimmed, holds: false }\n  \
         - { rule: clock/created_at, why: the clock drifts, skew_minutes: 30, severity: warning }\n  \
         - { rule: echo/last_name, why: it does }\n",
    );
    let rule = |name: &str| {
        contract.operations[0].rules.iter().find(|rule| rule.name() == name).expect("a rule of this name").clone()
    };
    let said = |line: u32, why: &str| format!("cases/x.yaml:{line}:13: {why}");
    assert_eq!(rule("echo/first_name").standing, Standing::Refused(said(3, "names are trimmed")));
    assert_eq!(rule("echo/last_name").standing, Standing::Confirmed(said(5, "it does")));
    let clock = rule("clock/created_at");
    assert!(!clock.gates && matches!(clock.kind, RuleKind::Clock { skew, .. } if skew.as_secs() == 1_800), "{clock:?}");
    assert!(!contract.operations[0].rules_in_force().any(|rule| rule.name() == "echo/first_name"));
}

#[test]
fn what_is_wrong_about_a_rule_is_shown_where_it_stands() {
    let message = |rules: &str| {
        let text = format!("{RULES}{rules}");
        let error = amendments(&text, &contract_of(DOCUMENT)).expect_err("it is wrong");
        format!("{}: {} {}", error.place, error.message, error.hint.unwrap_or_default())
    };
    assert_eq!(
        message("  - { rule: echo/frist_name, why: a slip }\n"),
        "cases/x.yaml:3:13: `users_create` has no rule `echo/frist_name` did you mean `echo/first_name`?"
    );
    let skewed = message("  - { rule: echo/first_name, why: x, skew_minutes: 3 }\n");
    assert!(skewed.starts_with("cases/x.yaml:3:38: `echo/first_name` is not about a clock"), "{skewed}");
    let far = message("  - { rule: clock/created_at, why: x, skew_minutes: 1e9 }\n");
    assert!(far.contains("clocks are from 0 to 1440 minutes apart"), "{far}");
    assert!(message("  - { rule: echo/first_name }\n").contains("missing field `why`"));
}
