//! Nothing was changed before it was made.

use super::answer::short;
use super::{About, Check, Example, Finding, Judge, Subject};
use crate::contract::RuleKind;
use crate::source::{Pointer, member};

const ID: &str = "time-order";

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error: the two times contradict each other",
        what: "In a success that has both, the time of the last change is not earlier than the time of making.",
        why: "Clients that fetch what changed since a time miss what was made after it.",
        leaves_alone: "Times that are equal, and any distance between them.",
        source: "the rule `order/…` of the contract; see `proofmark rules`",
        violating: Example {
            before: &[],
            intent: "valid",
            sent: r#"{"external_id":"proofmark-1"}"#,
            received: r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"","last_name":"","live_mode":false,"updated_at":1671631795144}"#,
        },
        conforming: Example {
            before: &[],
            intent: "valid",
            sent: r#"{"external_id":"proofmark-1"}"#,
            received: r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"","last_name":"","live_mode":false,"updated_at":1671631795148}"#,
        },
    },
    judge: Judge::Exchange(run),
};

fn run(subject: &Subject<'_>, findings: &mut Vec<Finding>) -> bool {
    let Some(made) = subject.created() else { return false };
    let unit = |name: &str| subject.contract.time_unit(name);
    let time = |name: &str| unit(name).and_then(|unit| unit.millis(member(made, name)?));
    let mut applied = false;
    for rule in subject.contract.rules_in_force() {
        let RuleKind::Order { earlier, later } = &rule.kind else { continue };
        let (Some(first), Some(second)) = (time(earlier), time(later)) else { continue };
        applied = true;
        // Times of different grain may be cut differently.
        let slack = if unit(earlier) == unit(later) { 0 } else { 1000 };
        if first > second + slack {
            let title = format!("`/{later}` is earlier than `/{earlier}`");
            let label = format!("the response says {} and {}", short(&made[later]), short(&made[earlier]));
            let body = Some(Pointer::root().child(later));
            findings.push(Finding { label, body, ..subject.breach(ID, title, rule) });
        }
    }
    applied
}
