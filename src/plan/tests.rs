use super::*;
use crate::case::authored::Pin;
use crate::generate::{Fresh, RunTag};
use crate::source::Pointer;
use serde_json::{Value, json};

fn contract() -> Contract {
    let text = include_bytes!("../../specs/admin-openapi.yaml");
    Contract::of(Arc::new(crate::spec::read("specs/admin-openapi.yaml", text).expect("the document")))
        .expect("a contract")
}

fn names(plan: &Plan<'_>) -> Vec<String> {
    plan.cases().iter().map(|case| case.name.clone()).collect()
}

#[test]
fn the_same_seed_gives_the_same_plan_and_names_do_not_depend_on_it() {
    let contract = contract();
    let one = Plan::new(&contract, Profile::Gate, 1, Vec::new());
    assert_eq!(names(&one), names(&Plan::new(&contract, Profile::Gate, 1, Vec::new())));
    let other = Plan::new(&contract, Profile::Gate, 2, Vec::new());
    let apart = |plan: &Plan<'_>| {
        names(plan)
            .into_iter()
            .filter(|name| !name.contains("/together/") && !name.contains("/random/"))
            .collect::<Vec<_>>()
    };
    assert_eq!(apart(&one), apart(&other));
}

#[test]
fn a_gate_makes_about_two_thousand_requests_and_a_smoke_has_about_forty_cases() {
    let contract = contract();
    let gate = Plan::new(&contract, Profile::Gate, DEFAULT_SEED, Vec::new());
    let smoke = Plan::new(&contract, Profile::Smoke, DEFAULT_SEED, Vec::new()).cases().len();
    let made = gate.repetition();
    println!("{} cases, {made:?}", gate.cases().len());
    assert!((1_500..2_600).contains(&made.all()), "{} cases, {made:?}", gate.cases().len());
    assert!((20..=60).contains(&smoke), "{smoke}");
    // A fault that shows in one answer of twenty is found for certain, one of fifty almost.
    for requests in [made.valid, made.invalid] {
        assert!(missed(requests, 20) < 0.001 && missed(requests, 50) < 0.05, "{made:?}");
    }
}

#[test]
fn no_derived_case_uses_another_method_or_path_than_the_document() {
    let contract = contract();
    let plan = Plan::new(&contract, Profile::Gate, DEFAULT_SEED, Vec::new()).with_credentials();
    let run = RunTag::sample();
    for case in plan.cases() {
        assert!(case.steps.len() <= crate::case::MAX_STEPS, "{}", case.name);
        for request in case.requests(&Fresh { run: &run, case: 0, attempt: 0 }) {
            let path = request.path.split('?').next();
            assert_eq!((request.method.as_str(), path), ("POST", Some("/users")), "{}", case.name);
        }
    }
}

#[test]
fn wrong_credentials_are_sent_only_by_a_run_that_has_a_right_one_and_never_where_it_is_protected() {
    let contract = contract();
    let wrong = |plan: &Plan<'_>| {
        let steps = plan.cases().iter().flat_map(|case| &case.steps);
        let wrong = steps.filter(|step| step.credential.is_wrong());
        wrong.map(|step| u64::from(step.copies.count())).sum::<u64>()
    };
    let mut plan = Plan::new(&contract, Profile::Gate, DEFAULT_SEED, Vec::new());
    assert_eq!(wrong(&plan), 0);
    let names = names(&plan);
    plan = plan.with_credentials();
    assert_eq!(plan.cases()[..names.len()].iter().map(|case| case.name.clone()).collect::<Vec<_>>(), names);
    assert!(missed(wrong(&plan), 5) < 0.001, "{}", wrong(&plan));
    plan.protect(&[]);
    assert!(wrong(&plan) == 0 && plan.cases().iter().all(|case| case.requests_made() == case.steps.len()));
}

#[test]
fn the_names_of_the_gate_are_these() {
    let contract = contract();
    let plan = Plan::new(&contract, Profile::Gate, DEFAULT_SEED, Vec::new());
    let lines: Vec<_> =
        plan.cases().iter().map(|case| format!("{} | {} | {}", case.name, case.intent, case.reason)).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn a_random_case_depends_on_its_number_alone_and_is_found_by_name() {
    let contract = contract();
    let plan = Plan::new(&contract, Profile::Sweep(Limit::Cases(5_000)), 9, Vec::new());
    let run = RunTag::sample();
    let body = |number: u64| {
        let case = plan.case(number).expect("a case");
        let fresh = Fresh { run: &run, case: number, attempt: 0 };
        let bodies: Vec<_> = case.requests(&fresh).map(|request| request.body).collect();
        bodies
    };
    let first_random = plan.cases().len() as u64;
    assert_eq!(body(first_random + 700), body(first_random + 700));
    assert_ne!(body(first_random + 700), body(first_random + 701));
    let case = plan.case(first_random + 700).expect("a case");
    assert_eq!(
        plan.named(&case.name).map(|(number, found)| (number, found.name.clone())),
        Some((first_random + 700, case.name.clone()))
    );
    assert_eq!(plan.len(), Some(5_000));
    assert!(plan.case(5_000).is_none());
}

#[test]
fn a_protected_plan_sends_nothing_without_the_pinned_value() {
    let contract = contract();
    let mut plan = Plan::new(&contract, Profile::Smoke, DEFAULT_SEED, Vec::new());
    let pin = Pin { operation: "users_create".into(), pointer: Pointer::parse("/live_mode"), value: json!(false) };
    plan.protect(&[pin]);
    assert!(plan.cases().len() > 10);
    let run = RunTag::sample();
    for case in plan.cases() {
        for request in case.requests(&Fresh { run: &run, case: 0, attempt: 0 }) {
            let body: Value = serde_json::from_slice(&request.body.expect("a body")).expect("JSON");
            assert_eq!(body["live_mode"], json!(false), "{}", case.name);
        }
    }
}

#[test]
fn what_is_made_for_a_case_carries_the_pinned_value_too() {
    let schema = "{type: object, required: [title], properties: {title: {type: string}, test: {type: boolean}}}";
    let made = "{type: object, properties: {id: {type: string}}}";
    let text = format!(
        "openapi: 3.0.3
paths:
  /things:
    post:
      operationId: make
      requestBody: {{content: {{application/json: {{schema: {schema}}}}}}}
      responses: {{'201': {{description: d, content: {{application/json: {{schema: {made}}}}}}}}}
  /things/{{id}}:
    get:
      operationId: read
      parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}]
      responses: {{'200': {{description: d}}}}
"
    );
    let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
    let contract = Contract::of(Arc::new(document)).expect("a contract");
    let mut plan = Plan::new(&contract, Profile::Smoke, DEFAULT_SEED, Vec::new());
    let pin = Pin { operation: "make".into(), pointer: Pointer::parse("/test"), value: json!(true) };
    plan.protect(&[pin]);
    let reads: Vec<_> = plan.cases().iter().filter(|case| case.operation == 1 && case.steps.len() > 1).collect();
    assert!(!reads.is_empty());
    for case in plan.cases() {
        for body in case.steps.iter().filter_map(|step| step.request.body.as_ref()) {
            assert_eq!(body.template.value["test"], json!(true), "{}", case.name);
        }
    }
}

#[test]
fn what_small_operations_leave_of_a_gate_is_shared_among_those_that_have_more() {
    let text = include_str!("../../specs/admin-openapi.yaml");
    let small =
        |at| format!("  /small/{at}:\n    get:\n      responses:\n        '200':\n          description: fine\n");
    let paths = format!("paths:\n{}", (0..9).map(small).collect::<String>());
    let text = text.replace("paths:\n", &paths);
    let contract =
        Contract::of(Arc::new(crate::spec::read("many.yaml", text.as_bytes()).expect("the document"))).expect("it");
    assert_eq!(contract.operations.len(), 10);
    let of_users = |plan: &Plan<'_>| names(plan).into_iter().filter(|name| name.starts_with("users_create")).count();
    let alone = self::contract();
    let alone = Plan::new(&alone, Profile::Gate, DEFAULT_SEED, Vec::new());
    let among = Plan::new(&contract, Profile::Gate, DEFAULT_SEED, Vec::new());
    assert_eq!(of_users(&among), of_users(&alone));
    assert!(among.repetition().all() <= 3_000, "{:?}", among.repetition());
}

/// The requests that a protected environment gets of these paths, and why others are left out.
fn protected(paths: &str) -> (Vec<String>, Vec<String>) {
    let thing = "{type: object, required: [title], properties: {title: {type: string}}}";
    let made = "{type: object, properties: {id: {type: string}, title: {type: string}}}";
    let paths = paths
        .replace("BODY", &format!("requestBody: {{content: {{application/json: {{schema: {thing}}}}}}}"))
        .replace("ID", "{name: id, in: path, required: true, schema: {type: string}}")
        .replace("MADE", &format!("{{description: d, content: {{application/json: {{schema: {made}}}}}}}"))
        .replace("OK", "responses: {'200': {description: d}}");
    let text = format!("openapi: 3.0.3\npaths:\n{paths}");
    let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
    let contract = Contract::of(Arc::new(document)).expect("a contract");
    let mut plan = Plan::new(&contract, Profile::Smoke, DEFAULT_SEED, Vec::new());
    let all = plan.cases().to_vec();
    plan.protect(&[]);
    let left: Vec<_> = all.iter().map(|case| &case.name).filter(|name| !names(&plan).contains(name)).collect();
    assert!(left.iter().all(|name| plan.named(name).is_none()), "{left:?}");
    let steps = plan.cases().iter().flat_map(|case| &case.steps);
    let mut sent: Vec<_> = steps.map(|step| format!("{} {}", step.request.method, step.request.path)).collect();
    sent.sort();
    sent.dedup();
    let told = |untried: &Untried| format!("{}: {}", untried.title, untried.reason);
    (sent, plan.untried.iter().map(told).collect())
}

#[test]
fn a_protected_environment_is_spared_changes_of_what_the_run_did_not_make() {
    let (sent, told) = protected(
        "  /me: {get: {OK}, patch: {BODY, OK}}
  /plan: {post: {BODY, OK}}
  /notifications/mark-read: {post: {OK}}
  /limits/{name}: {put: {parameters: [{name: name, in: path, required: true, schema: {enum: [small, large]}}], BODY, OK}}
  /shops/{id}/close: {post: {parameters: [ID], BODY, responses: {'201': {description: d}}}}
",
    );
    assert!(!sent.is_empty() && sent.iter().all(|request| request.starts_with("GET /me")), "{sent:?}");
    let why = "it changes what the run did not make, and the environment is protected";
    let titles =
        ["PATCH /me", "POST /plan", "POST /notifications/mark-read", "PUT /limits/{name}", "POST /shops/{id}/close"];
    assert_eq!(told, titles.map(|title| format!("{title}: {why}")));
}

#[test]
fn a_protected_environment_gets_what_makes_things_and_what_changes_those() {
    let (sent, told) = protected(
        "  /things: {post: {BODY, responses: {'200': MADE}}}
  /things/{id}: {get: {parameters: [ID], responses: {'200': MADE}}, patch: {parameters: [ID], BODY, responses: {'200': MADE}}}
  /things/{id}/close: {post: {parameters: [ID], OK}}
  /notes: {post: {summary: Create a note, BODY, OK}}
",
    );
    let has = |request: &str| sent.iter().any(|sent| sent == request);
    assert!(has("POST /things") && has("POST /notes") && has("GET /things/{things-id}"), "{sent:?}");
    assert!(has("PATCH /things/{things-id}") && has("POST /things/{things-id}/close"), "{sent:?}");
    let changes = sent.iter().filter(|sent| !sent.starts_with("GET ") && sent.contains("/things/"));
    assert!(changes.clone().all(|sent| sent.contains("/{things-id}")), "{sent:?}");
    assert!(told.iter().all(|told| told.contains("left out")), "{told:?}");
}

#[test]
fn all_that_a_protected_environment_got_of_the_bundled_contract_it_gets() {
    let contract = contract();
    let mut plan = Plan::new(&contract, Profile::Smoke, DEFAULT_SEED, Vec::new());
    let all = plan.cases().iter().filter(|case| case.is_gentle()).count();
    plan.protect(&[]);
    assert_eq!((plan.cases().len(), plan.untried.len()), (all, 0));
}
