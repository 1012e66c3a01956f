//! `--report`.

use serde_json::Value;

use crate::builder::proofmark;

#[test]
fn a_report_on_standard_output_has_it_to_itself() {
    let outcome = proofmark("--profile smoke --report json=-").run().exits(0);
    let report: Value = serde_json::from_str(&outcome.stdout).expect("one JSON value");
    assert_eq!(report, outcome.json("reports/latest/report.json"));
    outcome.complains("Summary");
    let outcome = proofmark("--profile smoke --report junit=-").run().exits(0);
    assert_eq!(outcome.stdout, outcome.read("reports/latest/junit.xml"));
    proofmark("--report json=- --report junit=-").run().exits(2).complains("cannot both go to standard output");
}

#[test]
fn a_report_is_written_to_a_path_whose_folder_need_not_be_there() {
    let outcome = proofmark("--profile smoke --report junit=build/reports/j.xml --report json=r.json --report json")
        .run()
        .exits(0);
    assert_eq!(outcome.read("build/reports/j.xml"), outcome.read("reports/latest/junit.xml"));
    assert_eq!(outcome.json("r.json"), outcome.json("reports/latest/report.json"));
    outcome.says("Report build/reports/j.xml");
}

#[test]
fn a_report_that_cannot_be_written_is_said_before_anything_is_sent() {
    let outcome = proofmark("--report json=taken/r.json").file("taken", "a file").run().exits(2);
    assert!(outcome.stdout.is_empty(), "{outcome}");
    outcome.complains("could not write `taken/r.json`");
}

#[test]
fn an_unknown_report_is_refused() {
    proofmark("--report html").run().refused("there is no report `html`; there are `json` and `junit`");
    proofmark("--report json=").run().refused("a path is missing behind `json=`");
}
