//! `proofmark plan`.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::builder::{proofmark, snapshot};

#[test]
fn the_smoke_profile_in_full() {
    let outcome = snapshot!(proofmark("plan --profile smoke").run()).exits(0);
    assert!(!outcome.path("reports").exists());
}

#[test]
fn each_case_of_the_gate_has_a_name_an_intent_and_a_reason() {
    let outcome = proofmark("plan --json").run().exits(0);
    let lines: Vec<Value> = outcome.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let names: BTreeSet<_> = lines.iter().map(|line| line["case"].as_str().unwrap()).collect();
    assert!(lines.len() > 300);
    assert_eq!(names.len(), lines.len());
    assert!(lines.iter().all(|line| line["intent"].is_string() && line["reason"].is_string()));
    assert_eq!(outcome.stdout, proofmark("plan --json").run().stdout);
}

#[test]
fn requests_are_printed_as_curl_commands() {
    snapshot!(proofmark("plan --curl --filter /invalid/external_id").run()).exits(0);
}

#[test]
fn a_filter_without_a_case_is_nothing_to_run() {
    proofmark("plan --filter no-such-case").run().exits(4).complains("no case has `no-such-case` in its name");
}

#[test]
fn own_cases_stand_beside_the_bundled_ones() {
    let own = "operation: users_create\ncases:\n  - name: mine/one\n    why: I say so\n    request:\n      body: { external_id: \"${fresh}\" }\n    expect: { status: 2XX }\n";
    proofmark("plan --filter mine/ --cases-from mine").file("mine/a.yaml", own).run().exits(0).says("mine/one");
    proofmark("--filter mine/ --cases-from mine/a.yaml").file("mine/a.yaml", own).run().says("1 conforms");
}

#[test]
fn a_mistake_in_own_cases_is_shown_where_it_stands() {
    let own = "operation: users_create\ncases:\n  - name: mine/one\n    why: I say so\n    request:\n      body: { external_id: \"${fresh}\" }\n    expect: { stauts: 2XX }\n";
    let outcome = proofmark("plan --cases-from mine.yaml").file("mine.yaml", own).run();
    snapshot!(outcome).refused("mine.yaml:7:");
}
