//! `proofmark test`: libtest's flags.

use serde_json::Value;

use crate::builder::{proofmark, snapshot};
use crate::server::{broken, sound, url};

#[test]
fn cases_are_listed_as_libtest_lists_tests() {
    for flags in ["test --list", "test --list --format terse"] {
        let outcome = proofmark(flags).run().exits(0);
        assert!(outcome.stdout.lines().count() > 300);
        assert!(outcome.stdout.lines().all(|line| line.starts_with("users_create/") && line.ends_with(": test")));
    }
    // As `cargo nextest` asks.
    assert_eq!(proofmark("test --list --format terse --ignored").run().exits(0).stdout, "");
    let one = proofmark("test --list --exact users_create/valid/minimal").run().exits(0);
    assert_eq!(one.stdout, "users_create/valid/minimal: test\n");
}

#[test]
fn one_case_is_run_by_its_exact_name() {
    proofmark("test --exact users_create/valid/minimal").run().exits(0).says("1 passed; 0 failed");
}

#[test]
fn filters_and_skips_choose_cases() {
    let outcome = proofmark("test /invalid/ --skip external_id").run().exits(0);
    outcome.says("test result: ok.");
    snapshot!(proofmark("test no-such-case").run()).exits(4);
}

#[test]
fn trials_are_told_in_json() {
    let outcome = proofmark("test --format json valid/minimal").run().exits(0);
    let lines: Vec<Value> = outcome.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.last().expect("a line")["passed"], 1);
}

#[test]
fn a_failed_trial_shows_the_finding() {
    let server = broken("created-at-string");
    let outcome =
        proofmark("test --exact users_create/valid/minimal").env("PROOFMARK_TARGET", url(server.address)).run();
    snapshot!(outcome).exits(1);
}

#[test]
fn the_target_is_a_variable() {
    let server = sound();
    proofmark("test smoke-or-not valid/full").run().exits(2);
    proofmark("test valid/full").env("PROOFMARK_TARGET", url(server.address)).run().exits(0);
}
