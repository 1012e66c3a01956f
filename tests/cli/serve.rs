//! `proofmark serve`.

use std::io::{BufRead, BufReader};
use std::process::Command;

use proofmark::reference::FAULTS;

use crate::builder::{proofmark, snapshot};

#[test]
fn it_serves_on_a_free_port_and_ends_when_told_to() {
    for signal in ["-TERM", "-INT"] {
        let (mut child, _folder) = proofmark("serve --port 0 --fault created-at-string").spawn();
        let mut lines = BufReader::new(child.stdout.take().expect("an output")).lines();
        let first = lines.next().expect("a line").expect("text");
        let address = first.rsplit_once(" on ").expect("an address").1.to_owned();
        assert!(address.starts_with("http://127.0.0.1:"), "{first}");
        let second = lines.next().expect("a line").expect("text");
        assert_eq!(second.trim(), "Broken created-at-string: `created_at` is a string of digits");
        proofmark("--filter /minimal --target").arg(address).run().exits(1).says("`/created_at` must be an integer");
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().expect("kill").success());
        assert_eq!(child.wait().expect("an end").code(), Some(0), "{signal}");
    }
}

#[test]
fn every_fault_is_listed_with_what_it_breaks() {
    let outcome = proofmark("serve --list-faults").run().exits(0);
    assert!(FAULTS.len() >= 40);
    let classes: std::collections::HashSet<_> = FAULTS.iter().map(|fault| fault.class).collect();
    assert_eq!(
        outcome.stdout.lines().count(),
        FAULTS.len() + classes.len(),
        "one line for each, and one for each class"
    );
    assert!(outcome.stdout.contains("\nclock:\n  clock-seconds "));
    assert!(FAULTS.iter().all(|fault| outcome.stdout.contains(fault.name) && outcome.stdout.contains(fault.breaks)));
    let variations = proofmark("serve --list-variations").run().exits(0);
    assert!(variations.stdout.lines().count() >= 10);
}

#[test]
fn an_unknown_fault_or_variation_has_a_suggestion() {
    snapshot!(proofmark("serve --fault created-at-strin").run()).refused("did you mean `created-at-string`?");
    proofmark("serve --variation prety").run().refused("did you mean `pretty`?");
}

#[test]
fn a_taken_port_is_said() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port();
    proofmark("serve --port").arg(port.to_string()).run().exits(2).complains("`--port 0`");
}
