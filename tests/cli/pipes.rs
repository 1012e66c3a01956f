//! Colour, and readers that go away.

use std::process::Command;

use crate::builder::proofmark;
use crate::server::{broken, url};

#[test]
fn a_reader_that_goes_away_is_no_panic() {
    let folder = tempfile::tempdir().expect("a folder");
    for typed in ["", "plan", "plan --curl", "lint", "test --list", "test", "test --format json", "--help", "explain"] {
        let binary = env!("CARGO_BIN_EXE_proofmark");
        let output = Command::new("sh")
            .arg("-c")
            .arg(format!("{binary} {typed} | head -n 1"))
            .current_dir(folder.path())
            .output()
            .expect("a shell");
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert!(complaints.is_empty(), "`{typed}`: {complaints}");
        assert!(!output.stdout.is_empty(), "`{typed}`");
    }
}

#[test]
fn colour_follows_the_variables_and_the_flag() {
    let server = broken("created-at-string");
    let coloured = |variables: &[(&str, &str)], flags: &str| {
        let mut run = proofmark("--filter /minimal --target").arg(url(server.address));
        for flag in flags.split_whitespace() {
            run = run.arg(flag);
        }
        for (name, value) in variables {
            run = run.env(name, *value);
        }
        run.run().exits(1).stdout.contains('\u{1b}')
    };
    assert!(!coloured(&[], ""));
    assert!(coloured(&[("CLICOLOR_FORCE", "1")], ""));
    assert!(!coloured(&[("CLICOLOR_FORCE", "1")], "--color never"));
    assert!(coloured(&[], "--color always"));
    assert!(!coloured(&[("NO_COLOR", "1")], ""));
}
