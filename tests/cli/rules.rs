//! Rules, and what case files say of them.

use crate::builder::{proofmark, snapshot};
use crate::server::{broken, url};

const TRIMMED: &str = "operation: users_create
rules:
  - rule: echo/first_name
    why: names are trimmed on purpose
    holds: false
  - rule: echo/last_name
    why: names are trimmed, and we want to know
    severity: warning
  - rule: identity/external_id
    why: the other systems rely on it
";

#[test]
fn what_a_file_says_of_rules_is_shown_beside_them() {
    snapshot!(proofmark("rules --cases-from trimmed.yaml").file("trimmed.yaml", TRIMMED).run()).exits(0);
}

#[test]
fn a_rule_that_does_not_hold_is_not_checked_and_one_of_less_weight_warns() {
    let server = broken("trims-names");
    let filter = "--filter valid/first_name/leading-space --target";
    proofmark(filter).arg(url(server.address)).run().exits(1).says("error[echo]");
    let run = |filter: &str| {
        proofmark(&format!("--cases-from trimmed.yaml {filter} --target"))
            .file("trimmed.yaml", TRIMMED)
            .arg(url(server.address))
            .run()
    };
    run("--filter valid/first_name/leading-space").exits(0);
    run("--filter valid/last_name/leading-space").exits(0).says("warning[echo]");
    run("--strict --filter valid/last_name/leading-space").exits(1);
}

#[test]
fn a_rule_that_there_is_not_is_shown_where_it_stands() {
    let text = "operation: users_create\nrules:\n  - { rule: echo/name, why: a slip }\n";
    snapshot!(proofmark("plan --cases-from rules.yaml").file("rules.yaml", text).run()).refused("has no rule");
}
