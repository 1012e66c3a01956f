//! Rules of the bundled document, and of documents that differ from it.

use super::*;

const DOCUMENT: &str = include_str!("../../specs/admin-openapi.yaml");

fn contract_of(text: &str) -> Contract {
    let document = crate::spec::read("specs/admin-openapi.yaml", text.as_bytes()).expect("a document");
    Contract::of(Arc::new(document)).expect("its contract")
}

fn rules_of(text: &str) -> Vec<String> {
    let contract = contract_of(text);
    let line = |rule: &Rule| format!("{}: {} ({:?}: {})", rule.name(), rule.promise(), rule.confidence, rule.basis);
    contract.operations[0].rules.iter().map(line).collect()
}

#[test]
fn the_rules_of_the_bundled_document_are_these() {
    insta::assert_snapshot!(rules_of(DOCUMENT).join("\n"));
}

#[test]
fn a_document_that_says_less_promises_less() {
    let without = |from: &str, to: &str| {
        assert!(DOCUMENT.contains(from), "{from}");
        let (all, left) = (rules_of(DOCUMENT), rules_of(&DOCUMENT.replace(from, to)));
        let name = |rule: &&String| rule.split(':').next().unwrap_or_default().to_owned();
        all.iter().filter(|rule| !left.contains(rule)).map(|rule| name(&rule)).collect::<Vec<_>>()
    };
    assert_eq!(without("uniquely identifies", "describes"), ["identity/external_id"]);
    assert_eq!(
        without("milliseconds", "fortnights"),
        ["clock/created_at", "clock/updated_at", "order/created_at<=updated_at"]
    );
    assert_eq!(without("        - invalid_request\n", ""), ["error-code/error/code"]);
    // What only reads, or searches, makes nothing.
    let text =
        DOCUMENT.replace("Create a user", "Find").replace("Creates a new user", "Finds").replace("users_create", "f");
    let names: Vec<_> =
        rules_of(&text).iter().map(|rule| rule.split('/').next().unwrap_or_default().to_owned()).collect();
    assert!(!names.iter().any(|name| ["clock", "unique-id", "server-assigned"].contains(&name.as_str())), "{names:?}");
}

#[test]
fn what_the_request_lists_in_another_spelling_is_not_the_servers_alone() {
    let assigned = |text: &str| rules_of(text).iter().filter(|rule| rule.starts_with("server-assigned/")).count();
    let other = DOCUMENT.replacen("        live_mode:", "        createdAt:", 1);
    assert_ne!(DOCUMENT, other);
    assert!(rules_of(DOCUMENT).iter().any(|rule| rule.starts_with("server-assigned/created_at")));
    assert!(!rules_of(&other).iter().any(|rule| rule.starts_with("server-assigned/created_at")));
    assert!(assigned(&other) > 0);
}

#[test]
fn a_case_file_has_the_last_word_on_a_rule() {
    let mut contract = contract_of(DOCUMENT);
    let amendment = |rule: &str, holds| Amendment {
        operation: 0,
        rule: rule.into(),
        holds,
        skew: Some(std::time::Duration::from_secs(1800)),
        gates: Some(false),
        by: "cases/x.yaml:3:5".into(),
    };
    contract.amend(&[amendment("defaults/first_name", false), amendment("clock/created_at", true)]);
    let operation = &contract.operations[0];
    let named = |name: &str| operation.rules.iter().find(|rule| rule.name() == name).expect("the rule");
    assert!(!named("defaults/first_name").holds());
    assert_eq!(named("clock/created_at").standing, Standing::Confirmed("cases/x.yaml:3:5".into()));
    assert!(
        named("clock/created_at").promise().ends_with("give or take 30 minutes") && !named("clock/created_at").gates
    );
    assert_eq!(operation.rules_in_force().count() + 1, operation.rules.len());
}

#[test]
fn names_in_answers_are_listed_at_every_depth() {
    let contract = contract_of(DOCUMENT);
    let names = &contract.operations[0].answer_names;
    assert!(["id", "error", "code", "message"].iter().all(|name| names.contains(&(*name).to_owned())), "{names:?}");
}

/// A contract with these paths, and a `Pet` with a name, a status, a time of birth and a flag.
fn pets(paths: &str) -> Contract {
    contract_of(&format!(
        "openapi: 3.0.3
paths:
{paths}
components:
  schemas:
    Pet:
      type: object
      required: [name]
      properties:
        id: {{type: integer, readOnly: true}}
        name: {{type: string}}
        status: {{type: string}}
        born: {{type: string, format: date-time}}
        secret: {{type: string, writeOnly: true}}
        tame: {{type: boolean, default: true}}
        toys: {{type: array, uniqueItems: true, items: {{type: string}}}}
        note: {{type: string, description: Blanks at its ends are removed.}}
"
    ))
}

fn names_of(contract: &Contract, kind: &str) -> Vec<String> {
    let rules = contract.operations[0].rules.iter().map(Rule::name);
    rules.filter(|name| name.starts_with(kind)).collect()
}

const PET: &str = "content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}";

#[test]
fn what_is_one_schema_in_request_and_answer_comes_back_unless_the_server_may_change_it() {
    let of = |method: &str| {
        pets(&format!(
            "  /pets: {{{method}: {{operationId: addPet, summary: Add a pet, requestBody: {{{PET}}}, responses: {{'201': {{description: d, {PET}}}}}}}}}"
        ))
    };
    assert_eq!(names_of(&of("post"), "echo/"), ["echo/name", "echo/tame"]);
    assert_eq!(names_of(&of("patch"), "echo/"), ["echo/name", "echo/tame"]);
    // Where a part is changed, what is left out is as it was.
    assert_eq!(names_of(&of("patch"), "defaults/"), [""; 0]);
    let contract = of("post");
    let told: Vec<String> = contract.operations[0].rules.iter().map(Rule::promise).collect();
    assert!(told.contains(&"where `tame` is not sent, it comes back as `true`".to_owned()), "{told:#?}");
}

#[test]
fn what_is_said_to_be_kept_in_another_form_is_not_held_to_come_back_as_it_was_sent() {
    let echoed = |words: &str| {
        let account = format!(
            "{{type: object, properties: {{email: {{type: string, description: '{words}'}}, note: {{type: string}}}}}}"
        );
        let schema = "content: {application/json: {schema: {$ref: '#/components/schemas/Account'}}}";
        let contract = contract_of(&format!(
            "openapi: 3.0.3
paths:
  /accounts: {{post: {{requestBody: {{{schema}}}, responses: {{'201': {{description: d, {schema}}}}}}}}}
components: {{schemas: {{Account: {account}}}}}
"
        ));
        names_of(&contract, "echo/")
    };
    for words in [
        "Kept in lower case",
        "Kept with two decimals",
        "Kept in alphabetical order, in lower case and without repeats",
        "Markup is taken out",
    ] {
        assert_eq!(echoed(words), ["echo/note"], "{words}");
    }
    for words in ["Where we write to", "Kept as it was sent"] {
        assert_eq!(echoed(words), ["echo/email", "echo/note"], "{words}");
    }
}

#[test]
fn who_signs_in_lists_or_answers_without_end_is_known() {
    let sign_in = |path: &str, property: &str| {
        let body =
            format!("content: {{application/json: {{schema: {{properties: {{{property}: {{type: string}}}}}}}}}}");
        let contract =
            pets(&format!("  {path}: {{post: {{requestBody: {{{body}}}, responses: {{'200': {{description: d}}}}}}}}"));
        contract.operations[0].signs_in
    };
    assert!(sign_in("/sessions", "password") && sign_in("/oauth/token", "grant_type") && sign_in("/sign-in", "otp"));
    assert!(!sign_in("/users", "password") && !sign_in("/sessions", "title"));
    let lists = |method: &str, status: u16, schema: &str| {
        let content = format!("content: {{application/json: {{schema: {schema}}}}}");
        let contract =
            pets(&format!("  /a: {{{method}: {{responses: {{'{status}': {{description: d, {content}}}}}}}}}"));
        contract.operations[0].lists
    };
    let pets_in = "{properties: {found: {type: array, items: {$ref: '#/components/schemas/Pet'}}}}";
    assert!(
        lists("post", 200, pets_in) && lists("get", 200, "{type: array, items: {$ref: '#/components/schemas/Pet'}}")
    );
    assert!(!lists("post", 201, pets_in) && !lists("post", 200, "{$ref: '#/components/schemas/Pet'}"));
    let endless = |media_type: &str| {
        let contract = pets(&format!(
            "  /events: {{get: {{responses: {{'200': {{description: d, content: {{{media_type}: {{}}}}}}}}}}}}"
        ));
        contract.untried.into_iter().map(|untried| untried.reason).collect::<Vec<_>>()
    };
    assert_eq!(endless("text/event-stream"), ["its answer has no end (`text/event-stream`)"]);
    assert_eq!(endless("text/plain"), [""; 0]);
}

#[test]
fn signing_out_ends_the_run_for_all_others() {
    let danger = |path: &str, method: &str| {
        let contract = pets(&format!("  {path}: {{{method}: {{responses: {{'200': {{description: d}}}}}}}}"));
        contract.operations[0].danger.clone()
    };
    assert!(danger("/sign-out", "post").is_some() && danger("/auth/logout", "get").is_some());
    assert_eq!(danger("/signing", "post"), None);
}

#[test]
fn a_pattern_that_begins_with_a_word_tells_what_a_property_names() {
    let of = |pattern: &str, other: &str| {
        let id = |pattern: &str| format!("{{type: string, pattern: '{pattern}'}}");
        let made = |pattern: &str| {
            format!("content: {{application/json: {{schema: {{properties: {{id: {}}}}}}}}}", id(pattern))
        };
        let contract = contract_of(&format!(
            "openapi: 3.0.3
paths:
  /accounts: {{post: {{responses: {{'201': {{description: d, {}}}}}}}}}
  /accounts/{{id}}: {{get: {{parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}], responses: {{'200': {{description: d}}}}}}}}
  /cards: {{post: {{responses: {{'201': {{description: d, {}}}}}}}}}
  /cards/{{id}}: {{get: {{parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}], responses: {{'200': {{description: d}}}}}}}}
  /transfers: {{post: {{requestBody: {{content: {{application/json: {{schema: {{properties: {{payer: {}}}}}}}}}}}, responses: {{'200': {{description: d}}}}}}}}
",
            made(pattern),
            made(other),
            id(pattern),
        ));
        let transfers = contract.operations.iter().find(|one| one.operation.path == "/transfers").expect("one");
        let links = transfers.references.iter().filter_map(|found| found.link);
        links.map(|link| contract.links[link].resource.clone()).collect::<Vec<_>>()
    };
    assert_eq!(of("^acc_[0-9]+$", "^card_[0-9]+$"), ["/accounts/{}"]);
    assert_eq!(of("^acc_[0-9]+$", "^acc_[0-9]+$"), [""; 0], "it may be either");
    assert_eq!(of("^[0-9]+$", "^card_[0-9]+$"), [""; 0], "many texts are digits");
}

#[test]
fn a_default_beside_a_reference_counts_where_the_dialect_says_so_and_that_of_a_list_where_it_is_empty() {
    let stated = |version: &str| {
        let contract = contract_of(&format!(
            "openapi: {version}
paths:
  /books:
    post: {{operationId: add, summary: Add a book, requestBody: {{content: {{application/json: {{schema: {{$ref: '#/components/schemas/Book'}}}}}}}}, responses: {{'201': {{description: d, content: {{application/json: {{schema: {{$ref: '#/components/schemas/Book'}}}}}}}}}}}}
components:
  schemas:
    Genre: {{type: string, enum: [fiction, history]}}
    Book:
      type: object
      properties:
        genre: {{$ref: '#/components/schemas/Genre', default: fiction}}
        tags: {{type: array, items: {{type: string}}, default: []}}
        marks: {{type: array, items: {{type: string}}, default: [a, b]}}
"
        ));
        let kinds = contract.operations[0].rules.iter().map(|rule| rule.kind.clone());
        let stated = kinds.filter_map(|kind| match kind {
            RuleKind::Defaults { property, stated: Some(stated) } => Some(format!("{property} {stated}")),
            _ => None,
        });
        stated.collect::<Vec<_>>()
    };
    assert_eq!(stated("3.1.0"), [r#"genre "fiction""#, "tags []"]);
    assert_eq!(stated("3.0.3"), ["tags []"]);
}
