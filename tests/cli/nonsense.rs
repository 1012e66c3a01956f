//! What is typed wrong is refused, with what to type instead.

use crate::builder::{proofmark, snapshot};

#[test]
fn nonsense_is_refused_in_this_programs_words() {
    let mut text = String::new();
    for typed in [
        "frobnicate",
        "rnu",
        "--tagret http://127.0.0.1:1",
        "run extra",
        "--profile swep",
        "--profile huge",
        "--profile",
        "--rate x",
        "--rate 0",
        "--concurrency 0",
        "--concurrency 99999999",
        "--timeout 5",
        "--timeout 0s",
        "--wait -1s",
        "--body-cap 0",
        "--cases -1",
        "--cases many",
        "--seed xyz",
        "--http-version 3",
        "--color sometimes",
        "--min-coverage 101",
        "--target not-a-url",
        "--target ftp://127.0.0.1",
        "--target http://127.0.0.1:1 --env staging",
        "--target http://127.0.0.1:1 --target http://127.0.0.1:2",
        "--target=",
        "--spec=",
        "-H nothing",
        "--ca-file nowhere.pem --target https://127.0.0.1:1",
        "--cases-from nowhere",
        "replay",
        "replay a b",
        "plan --json --curl",
        "serve --port 99999",
        "test --bogus",
        "explain ehco",
    ] {
        let outcome = proofmark(typed).run().exits(2);
        assert!(outcome.stdout.is_empty(), "{outcome}");
        assert!(outcome.stderr.starts_with("error: "), "{outcome}");
        assert!(!outcome.path("reports").exists(), "{outcome}");
        text.push_str(&format!("$ proofmark {typed}\n{}\n", outcome.stderr));
    }
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(text);
    });
}

#[test]
fn checks_are_listed_and_explained() {
    snapshot!(proofmark("explain").run()).exits(0);
    proofmark("explain echo").run().exits(0).says("looks at");
}

#[test]
fn a_variable_that_is_nearly_one_that_is_read_is_a_slip_and_another_is_not() {
    let slip = proofmark("").env("PROOFMARK_TARGT", "http://127.0.0.1:1").run().exits(2);
    assert_eq!(
        slip.stderr,
        "error: nothing reads the variable `PROOFMARK_TARGT`\n\nhint: did you mean `PROOFMARK_TARGET`? If not, unset it\n"
    );
    proofmark("explain").env("PROOFMARK_ADMIN_TOKEN", "hunter2").run().exits(0);
}

#[test]
#[cfg(target_os = "linux")]
fn output_that_is_lost_is_no_success() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a device that is always full");
    let outcome = std::process::Command::new(env!("CARGO_BIN_EXE_proofmark"))
        .arg("explain")
        .stdout(full)
        .output()
        .expect("the binary runs");
    let said = String::from_utf8_lossy(&outcome.stderr).into_owned();
    assert_eq!(outcome.status.code(), Some(2), "{said}");
    assert!(said.starts_with("error: standard output could not be written"), "{said}");
}
