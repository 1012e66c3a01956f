//! Long runs, and their early end.

use std::fs;
use std::process::Command;
use std::time::Duration;

use crate::builder::{Outcome, proofmark, snapshot};

#[test]
fn a_sweep_goes_beyond_the_gate() {
    let outcome = proofmark("--profile sweep --cases 2000").run().exits(0).says("2,000 conform");
    assert_eq!(outcome.json("reports/latest/report.json")["counts"]["cases"], 2000);
}

#[test]
fn a_sweep_ends_when_its_time_is_over() {
    let outcome = proofmark("--duration 1s").run().exits(0);
    let report = outcome.json("reports/latest/report.json");
    assert_eq!((&report["profile"], &report["counts"]["planned"]), (&"sweep".into(), &serde_json::Value::Null));
    assert!(report["counts"]["cases"].as_u64() > Some(0));
}

#[test]
fn an_interrupted_sweep_writes_its_reports_and_is_no_pass() {
    let sweep = proofmark("--profile sweep --cases 10000000");
    let (child, folder) = sweep.spawn();
    let journal = folder.path().join("reports/latest/journal.ndjson");
    // The journal is flushed while the run goes on.
    let mut looks = 0;
    while fs::read_to_string(&journal).map_or(0, |text| text.lines().count()) < 200 {
        looks += 1;
        assert!(looks < 2_000, "no case was written");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill").success());
    let output = child.wait_with_output().expect("an end");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(output.status.code(), Some(5), "{text}");
    assert!(text.contains("the run was interrupted"), "{text}");
    let report = fs::read_to_string(folder.path().join("reports/latest/report.json")).expect("a report");
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(report["cut_short"], "the run was interrupted");
    let junit = fs::read_to_string(folder.path().join("reports/latest/junit.xml")).expect("a report");
    assert!(junit.trim_end().ends_with("</testsuites>"));
}

#[test]
fn cases_and_duration_belong_to_the_sweep() {
    let refused = |flags: &str| -> Outcome { proofmark(flags).run() };
    snapshot!(refused("--profile gate --cases 5")).refused("add `--profile sweep`");
    refused("--cases 5 --duration 1s").refused("`--cases` cannot be used with `--duration`");
}
