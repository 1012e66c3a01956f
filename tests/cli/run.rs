//! `proofmark` and `proofmark run`.

use std::fs;
use std::sync::atomic::Ordering;

use proofmark::reference::FAULTS;
use serde_json::Value;

use crate::builder::{proofmark, snapshot};
use crate::server::{Message, answering, broken, guarded, sound, url};

#[test]
fn without_arguments_the_gate_passes_on_the_embedded_server_and_everything_is_written() {
    let outcome = snapshot!(proofmark("").run()).exits(0);

    let report = outcome.json("reports/latest/report.json");
    let cases = report["counts"]["cases"].as_u64().unwrap();
    assert_eq!(report["gate"]["decision"], "pass");
    assert_eq!(report["counts"]["conforms"].as_u64(), Some(cases));

    let journal = outcome.lines("reports/latest/journal.ndjson");
    assert_eq!(journal.iter().filter(|line| line["v"] == "conforms").count() as u64, cases);
    assert_eq!((&journal[0]["event"], &journal.last().unwrap()["event"]), (&"started".into(), &"finished".into()));

    let junit = outcome.read("reports/latest/junit.xml");
    assert_eq!(junit.matches("<testcase ").count() as u64, cases);

    // A line for each user that the answers speak of, and no user twice.
    let ledger = outcome.lines("reports/latest/ledger.ndjson");
    let accepted = report["operations"][0]["statuses"][0]["cases"].as_u64().unwrap();
    assert!(ledger.len() as u64 >= accepted, "{} lines for {accepted} accepted cases", ledger.len());
    assert!(ledger.iter().all(|line| line["status"] == 200 && line["id"].is_string() && line["sent"].is_object()));
}

#[test]
fn what_is_written_satisfies_the_published_schemas() {
    let server = broken("created-at-string");
    let outcome = proofmark("--profile smoke").arg("--target").arg(url(server.address)).run().exits(1);
    let schema = |name: &str| {
        let path = format!("{}/specs/{name}", env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(path).expect("a schema");
        jsonschema::validator_for(&serde_json::from_str(&text).expect("JSON")).expect("a schema")
    };
    let report = outcome.json("reports/latest/report.json");
    let wrong: Vec<_> = schema("report.schema.json").iter_errors(&report).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let journal = schema("journal.schema.json");
    for line in outcome.lines("reports/latest/journal.ndjson") {
        assert!(journal.is_valid(&line), "{line}");
    }
}

#[test]
fn two_runs_against_the_same_sort_of_server_tell_the_same_in_the_same_order() {
    let told = || {
        let server = sound();
        let outcome = proofmark("--target").arg(url(server.address)).run().exits(0);
        let mut lines = outcome.lines("reports/latest/journal.ndjson");
        for line in &mut lines {
            let line = line.as_object_mut().unwrap();
            // Times, the tag and the port are all that may differ.
            ["ms", "at", "run", "elapsed_ms", "target"].iter().for_each(|key| _ = line.remove(*key));
            // Of many requests sent at once, which one wins is the server's.
            if let Some(statuses) = line.get_mut("status").and_then(Value::as_array_mut) {
                statuses.sort_by_key(Value::as_u64);
            }
        }
        lines
    };
    let (one, other) = (told(), told());
    for (one, other) in one.iter().zip(&other) {
        assert_eq!(one, other);
    }
    assert_eq!(one.len(), other.len());
}

#[test]
fn a_second_run_against_one_server_has_the_same_verdicts() {
    let server = sound();
    let told = || {
        let outcome = proofmark("--target").arg(url(server.address)).run().exits(0);
        let lines = outcome.lines("reports/latest/journal.ndjson");
        lines.iter().map(|line| (line["case"].clone(), line["v"].clone())).collect::<Vec<_>>()
    };
    assert!(told() == told());
}

#[test]
fn each_run_has_a_folder_of_its_own_and_latest_leads_to_the_last() {
    let outcome = proofmark("--profile smoke --out kept/here").run().exits(0);
    let latest = fs::read_link(outcome.path("kept/here/latest")).expect("a link");
    assert!(outcome.path("kept/here").join(latest).join("report.json").is_file());
    outcome.says("Report kept/here/latest/report.json");
}

#[test]
fn a_broken_server_is_told_with_place_body_and_how_to_see_it_again() {
    let server = broken("created-at-string");
    let outcome = proofmark("run --profile smoke").arg("--target").arg(url(server.address)).run();
    let outcome = snapshot!(outcome).exits(1);
    outcome.says(&format!("proofmark replay users_create/valid/minimal --target {}", url(server.address)));
}

#[test]
fn every_missing_property_is_a_finding_of_its_own() {
    let server = broken("body-empty-object");
    let outcome = proofmark("--profile smoke").arg("--target").arg(url(server.address)).run().exits(1);
    for name in ["id", "object", "created_at", "external_id", "first_name", "last_name", "live_mode", "updated_at"] {
        assert!(outcome.stdout.contains(&format!("`/{name}`")), "`{name}` is not told\n{outcome}");
    }
}

#[test]
fn warnings_gate_only_when_asked_to() {
    let wish = "operation: users_create\ncases:\n  - name: wish/created\n    why: a user is created\n    \
                severity: warning\n    request:\n      body: { external_id: \"${fresh}\" }\n    expect: { status: 201 }\n";
    let run = |flags: &str| proofmark(flags).file("wish.yaml", wish).run();
    run("--profile gate --cases-from wish.yaml").exits(0).says("warning[expectation]");
    run("--profile gate --cases-from wish.yaml --strict").exits(1).says("1 finding (1 warning)");
}

#[test]
fn a_server_that_demands_credentials_is_no_finding_but_a_request_for_some() {
    let server = guarded("opensesame");
    let outcome = proofmark("").arg("--target").arg(url(server.address)).run();
    let outcome = snapshot!(outcome).exits(5);
    let sent = outcome.lines("reports/latest/journal.ndjson").iter().filter(|line| line["case"].is_string()).count();
    assert_eq!(sent, 1);
}

#[test]
fn a_server_that_answers_nothing_but_429_is_given_up_after_one_case_and_neither_passes_nor_fails() {
    let (address, seen) = answering(|_| {
        let slow = r#"{"error":{"code":"unavailable","message":"slow down"}}"#;
        let answer = Message::json("429 Too Many Requests", slow);
        Message { head: answer.head.replacen("\r\n", "\r\nRetry-After: 0\r\n", 1), ..answer }
    });
    let outcome = proofmark("").arg("--target").arg(url(address)).run().exits(5);
    outcome.says("cut short after 1 of").says("429");
    assert!(seen.connections.load(Ordering::SeqCst) < 10);
}

#[test]
fn with_credentials_the_same_server_conforms() {
    let server = guarded("opensesame");
    proofmark("")
        .arg("--target")
        .arg(url(server.address))
        .arg("-H")
        .arg("Authorization: Bearer ${TOKEN}")
        .env("TOKEN", "opensesame")
        .run()
        .exits(0);
}

#[test]
fn a_filter_runs_what_fits_and_nothing_is_no_pass() {
    proofmark("--filter /minimal --profile gate").run().says("Running 1 case against");
    snapshot!(proofmark("--filter no-such-case").run()).exits(4);
}

#[test]
fn a_hanging_server_costs_seconds_and_is_found() {
    assert!(FAULTS.iter().any(|fault| fault.name == "hang-always"));
    let server = broken("hang-always");
    let outcome = proofmark("--timeout 300ms").arg("--target").arg(url(server.address)).run().exits(1);
    outcome.says("error[answers-in-time]").says("SKIP");
}

#[test]
fn an_out_that_cannot_be_written_is_said_before_anything_is_sent() {
    let server = sound();
    let outcome = proofmark("--out taken").file("taken", "a file").arg("--target").arg(url(server.address)).run();
    snapshot!(outcome).exits(2);
}

#[test]
fn a_run_that_exercised_less_than_was_asked_for_does_not_pass_and_names_what_nobody_saw() {
    proofmark("--profile smoke --min-coverage 40").run().exits(0);
    let outcome = proofmark("--profile smoke --min-coverage 99").run().exits(5);
    let report = outcome.json("reports/latest/report.json");
    let why = report["gate"]["why"][0].as_str().expect("a reason");
    assert!(why.ends_with("of the contract was exercised, and `--min-coverage` asks for 99%"), "{why}");
    let part = |what: &str| {
        let parts = report["coverage"]["parts"].as_array().expect("parts");
        parts.iter().find(|part| part["what"] == what).unwrap_or_else(|| panic!("no {what}")).clone()
    };
    assert_eq!(part("operations")["unseen"], serde_json::json!([]));
    assert_eq!(part("statuses")["unseen"], serde_json::json!(["403", "500"]));
    assert!(!part("triples")["unseen"].as_array().expect("names").is_empty(), "thirty cases do not show all");
    assert!(report["coverage"]["percent"].as_f64().is_some_and(|percent| (40.0..99.0).contains(&percent)));
}

#[test]
fn the_gate_exercises_all_of_the_bundled_contract_but_what_only_a_broken_server_says() {
    let outcome = proofmark("").run().exits(0);
    let report = outcome.json("reports/latest/report.json");
    for part in report["coverage"]["parts"].as_array().expect("parts") {
        let only_broken = ["statuses", "enum_values"].contains(&part["what"].as_str().expect("a name"));
        assert!(only_broken || part["seen"] == part["of"], "{part}");
    }
}
