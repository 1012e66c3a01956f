//! A time of making is the time at which it was made.

use serde_json::Value;

use super::answer::short;
use super::memory::hash;
use super::{About, Check, Example, Finding, Judge, Memory, Novelty, Subject};
use crate::contract::{RuleKind, TimeUnit};
use crate::source::{Pointer, member};

const ID: &str = "clock";

/// What is older than the year 2001 in milliseconds is no time of any API in use.
const ANCIENT: i128 = 978_307_200_000;

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error: the time is not in the unit that the document says, or not the time at all",
        what: "A time of making or of change, in the answer to a create, lies between the sending of the request and the end \
               of its answer, give or take some minutes of clock skew; and it goes on from one create to the next.",
        why: "Seconds where milliseconds are promised are a date in January 1970. Zero is a time that was never set. \
              One that stands still is that of the server's start.",
        leaves_alone: "Clocks that are apart by less than ten minutes (`skew:` in a case file changes that). What a repeated \
                       create comes back with may be as old as the run, and where the thing may be older than the run, of \
                       any age in the right unit. Times of something else, such as an expiry. A time that \
                       goes by whole seconds, or stands for less than half a second.",
        source: "the rule `clock/…` of the contract; see `proofmark rules`",
        violating: Example {
            before: &[],
            intent: "valid",
            sent: r#"{"external_id":"proofmark-1"}"#,
            received: r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795,"external_id":"proofmark-1","first_name":"","last_name":"","live_mode":false,"updated_at":1671631795145}"#,
        },
        conforming: Example {
            before: &[],
            intent: "valid",
            sent: r#"{"external_id":"proofmark-1"}"#,
            received: r#"200 application/json {"id":"u_1","object":"user","created_at":1671631675145,"external_id":"proofmark-1","first_name":"","last_name":"","live_mode":false,"updated_at":1671631795145}"#,
        },
    },
    judge: Judge::Run(run),
};

fn run(subject: &Subject<'_>, memory: &mut Memory, findings: &mut Vec<Finding>) -> bool {
    let Some(made) = subject.created() else { return false };
    let sent_at = i128::from(subject.exchange.sent_at);
    let earliest = match subject.novelty(memory) {
        Novelty::New => Some(sent_at),
        Novelty::Repeated => Some(i128::from(memory.begun.min(subject.exchange.sent_at))),
        Novelty::Doubtful => None,
    };
    let answered_at = sent_at + subject.exchange.elapsed.as_millis() as i128;
    let mut applied = false;
    for rule in subject.contract.rules_in_force() {
        let RuleKind::Clock { property, unit, skew } = &rule.kind else { continue };
        let Some(value) = member(made, property) else { continue };
        let Some(time) = unit.millis(value) else { continue };
        applied = true;
        let skew = skew.as_millis() as i128;
        if earliest == Some(sent_at) && *unit == TimeUnit::Milliseconds {
            let key = hash((&subject.contract.operation.id, property));
            let (known, since) = *memory.clocks.entry(key).or_insert((time, sent_at));
            if known == time && stands_still(time, sent_at - since) {
                let title = format!("`/{property}` is the same for things that were made one after another");
                let label = format!("the response says {}, as it did {} ms before", short(value), sent_at - since);
                let body = Some(Pointer::root().child(property));
                findings.push(Finding { label, body, detail: "still".into(), ..subject.breach(ID, title, rule) });
                continue;
            }
        }
        let first = earliest.map_or(ANCIENT, |earliest| earliest - skew - unit.grain());
        if (first..=answered_at + skew + unit.grain()).contains(&time) {
            continue;
        }
        let what = wrong(value, *unit, time - sent_at, sent_at);
        let title = format!("`/{property}` is {what}");
        let label = format!("the response says {}; the request was sent at {sent_at} ms", short(value));
        let body = Some(Pointer::root().child(property));
        findings.push(Finding { label, body, detail: what.into(), ..subject.breach(ID, title, rule) });
    }
    applied
}

/// Whether a clock that says the same after so long is none. One that goes by seconds ends in zeros.
fn stands_still(time: i128, elapsed: i128) -> bool {
    const LONG: i128 = 400;
    time % 1_000 != 0 && elapsed > LONG
}

/// What is wrong with a time, as far as can be told.
fn wrong(value: &Value, unit: TimeUnit, off: i128, now: i128) -> &'static str {
    const DAY: i128 = 86_400_000;
    // Within a factor of two of now, where another unit is meant.
    let is_about = |factor_up: i128, factor_down: i128| {
        let scaled = value.as_i64().map(|value| i128::from(value) * factor_up / factor_down);
        scaled.is_some_and(|time| (now - 30 * 365 * DAY..now + 30 * 365 * DAY).contains(&time))
    };
    match value.as_i64() {
        Some(0) => "zero",
        Some(..0) => "negative",
        _ if unit == TimeUnit::Milliseconds && is_about(1000, 1) => "in seconds, not in milliseconds",
        _ if unit == TimeUnit::Milliseconds && is_about(1, 1000) => "in microseconds, not in milliseconds",
        _ if unit == TimeUnit::Milliseconds && is_about(1, 1_000_000) => "in nanoseconds, not in milliseconds",
        _ if unit == TimeUnit::Seconds && is_about(1, 1) => "in milliseconds, not in seconds",
        _ if off < 0 => "earlier than the request by more than clocks differ",
        _ => "later than the answer by more than clocks differ",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_clock_stands_still_that_says_the_same_in_milliseconds() {
        assert!(stands_still(1_671_631_795_145, 900));
        assert!(!stands_still(1_671_631_795_145, 90), "things are made at once");
        assert!(!stands_still(1_671_631_795_000, 900), "it goes by seconds");
    }

    #[test]
    fn what_is_wrong_with_a_time_is_named() {
        let now = 1_671_631_795_145_i128;
        let wrong = |value: i64| wrong(&json!(value), TimeUnit::Milliseconds, i128::from(value) - now, now);
        assert_eq!(wrong(0), "zero");
        assert_eq!(wrong(-1), "negative");
        assert_eq!(wrong(1_671_631_795), "in seconds, not in milliseconds");
        assert_eq!(wrong(1_671_631_795_145_000), "in microseconds, not in milliseconds");
        assert_eq!(wrong(1_577_836_800_000), "earlier than the request by more than clocks differ");
        assert_eq!(wrong(4_102_444_800_000), "later than the answer by more than clocks differ");
    }
}
