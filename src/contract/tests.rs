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
