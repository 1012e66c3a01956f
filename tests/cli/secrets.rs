//! A credential stays where it belongs.

use std::fs;
use std::path::Path;

use crate::builder::{Outcome, proofmark};
use crate::server::{Message, answering, url};

const TOKEN: &str = "tok-5f3a9c-very-secret";

/// Every file below a folder that holds the token.
fn leaks(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_symlink() {
            continue;
        }
        if entry.is_dir() {
            found.extend(leaks(&entry));
        } else if String::from_utf8_lossy(&fs::read(&entry).expect("a file")).contains(TOKEN) {
            found.push(entry.display().to_string());
        }
    }
    found
}

#[track_caller]
fn keeps_the_secret(outcome: &Outcome) {
    assert!(!outcome.stdout.contains(TOKEN), "standard output has it: {}", outcome.stdout);
    assert!(!outcome.stderr.contains(TOKEN), "standard error has it: {}", outcome.stderr);
    assert_eq!(leaks(outcome.folder.path()), Vec::<String>::new());
}

/// A server that says back everything it was told, credentials included, and breaks the contract with it.
fn gossip() -> std::net::SocketAddr {
    let (address, _) = answering(|request| {
        let told = serde_json::Value::from(request.head.as_str());
        let body = format!("{{\"you_said\":{told},\"id\":\"{TOKEN}\",\"external_id\":\"x{TOKEN}\"}}");
        let mut answer = Message::json("200 OK", &body);
        answer.head = answer.head.replacen("\r\n", &format!("\r\nx-token: Bearer {TOKEN}\r\n"), 1);
        answer
    });
    address
}

#[test]
fn a_credential_is_in_no_output_and_no_file_even_where_the_server_says_it_back() {
    let outcome = proofmark("--profile smoke --report json=a.json --report junit=b.xml -H")
        .arg("Authorization: Bearer ${TOKEN}")
        .arg("--target")
        .arg(url(gossip()))
        .env("TOKEN", TOKEN)
        .run()
        .exits(1);
    keeps_the_secret(&outcome);
    // It is not that nothing is shown: the header is, as it was typed.
    outcome.says("-H 'Authorization: Bearer ${TOKEN}'").says("[redacted]");
}

#[test]
fn a_credential_typed_in_full_is_not_repeated_either() {
    for flags in ["run --profile smoke", "replay users_create/valid/minimal"] {
        let outcome = proofmark(flags)
            .arg("-H")
            .arg(format!("Authorization: Bearer {TOKEN}"))
            .arg("--target")
            .arg(url(gossip()))
            .run()
            .exits(1);
        keeps_the_secret(&outcome);
    }
}

#[test]
fn a_printed_command_names_the_variable_instead() {
    let outcome = proofmark("plan --curl --profile smoke --target http://127.0.0.1:9 -H")
        .arg("Authorization: Bearer ${TOKEN}")
        .env("TOKEN", TOKEN)
        .run()
        .exits(0);
    keeps_the_secret(&outcome);
    outcome.says("Authorization: Bearer ${TOKEN}");
}

#[test]
fn a_wrong_setting_does_not_repeat_its_value() {
    let outcome = proofmark("--target http://127.0.0.1:9 -H").arg(format!("X-Key {TOKEN}")).run();
    keeps_the_secret(&outcome);
    outcome.refused("no colon");
}
