//! The help text.

use crate::builder::{proofmark, snapshot};

#[test]
fn help_fits_a_screen() {
    let outcome = snapshot!(proofmark("--help").run()).exits(0);
    assert!(outcome.stdout.lines().count() <= 40);
    assert_eq!(outcome.stdout, proofmark("-h").run().stdout);
}

#[test]
fn the_help_of_run_fits_eighty_columns() {
    snapshot!(proofmark("run --help").run()).exits(0);
    for command in ["", "run", "plan", "lint", "rules", "serve", "test", "explain", "replay"] {
        let outcome = proofmark(command).arg("--help").run().exits(0);
        for line in outcome.stdout.lines() {
            assert!(line.chars().count() <= 80, "{command}: {line}");
        }
    }
}

#[test]
fn a_secret_in_the_environment_is_not_in_the_help_text() {
    let outcome = proofmark("run --help").env("PROOFMARK_PROXY", "http://u:hunter22@h:1").run().exits(0);
    assert!(!outcome.stdout.contains("hunter22"));
}

#[test]
fn the_version_is_that_of_the_package() {
    assert_eq!(proofmark("--version").run().exits(0).stdout, format!("proofmark {}\n", env!("CARGO_PKG_VERSION")));
}
