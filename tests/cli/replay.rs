//! `proofmark replay`.

use std::process::Command;

use crate::builder::{proofmark, snapshot};
use crate::server::{broken, sound, url};

#[test]
fn a_case_is_sent_again_with_everything_shown() {
    snapshot!(proofmark("replay users_create/valid/full").run()).exits(0);
}

#[test]
fn a_replay_finds_what_the_run_found() {
    let server = broken("created-at-string");
    let outcome = proofmark("replay users_create/valid/minimal --target").arg(url(server.address)).run();
    snapshot!(outcome).exits(1);
}

#[test]
fn an_unknown_case_has_a_suggestion() {
    snapshot!(proofmark("replay users_create/valid/minmal").run()).refused("did you mean");
}

#[test]
fn a_random_case_is_found_by_its_name() {
    let outcome = proofmark("sweep-is-no-command").run();
    outcome.refused("there is no command");
    let plan = proofmark("plan --json --profile sweep --cases 2000").run().exits(0);
    let last = plan.stdout.lines().last().expect("a line");
    let case: serde_json::Value = serde_json::from_str(last).expect("JSON");
    let name = case["case"].as_str().expect("a name");
    assert!(name.contains("/random/"), "{name}");
    proofmark("replay").arg(name).run().exits(0).says(name);
}

#[test]
fn the_printed_command_does_the_same_from_a_shell() {
    if Command::new("curl").arg("--version").output().is_err() {
        println!("skipped: there is no curl here");
        return;
    }
    let server = sound();
    for name in ["users_create/valid/full", "users_create/invalid/body/truncated"] {
        let near = proofmark("plan --json").run();
        let found = near.stdout.lines().find(|line| line.contains(name)).unwrap_or_else(|| panic!("no case {name}"));
        let case: serde_json::Value = serde_json::from_str(found).expect("JSON");
        let printed = proofmark("replay --curl --target")
            .arg(url(server.address))
            .arg(case["case"].as_str().expect("a name"))
            .run()
            .exits(0);
        let output = Command::new("sh").arg("-c").arg(&printed.stdout).output().expect("a shell");
        let answer: serde_json::Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}\n{output:?}", printed.stdout));
        let key = if name.contains("/valid/") { "id" } else { "error" };
        assert!(answer.get(key).is_some(), "{answer}");
    }
}

#[test]
fn a_command_for_nobody_in_particular_goes_where_serve_listens() {
    proofmark("replay users_create/valid/minimal --curl").run().exits(0).says("http://127.0.0.1:8080/users");
}
