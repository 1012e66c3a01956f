//! A time of making is the time at which it was made.

use serde_json::Value;

use super::answer::short;
use super::memory::hash;
use super::{About, Check, Example, Finding, Judge, Memory, Novelty, Subject};
use crate::contract::{Rule, RuleKind, TimeUnit};
use crate::source::{Pointer, member};

const ID: &str = "clock";

/// What is older than the year 2001 in milliseconds is no time of any API in use.
const ANCIENT: i128 = 978_307_200_000;

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error: the time is not in the unit that the document says, or not the time at all",
        what: "A time of making or of change, in the answer to a create, lies between the sending of the request and the end \
               of its answer, give or take some minutes of clock skew; it goes on from one create to the next as our clock does; \
               and what is new was not changed long after it was made.",
        why: "Seconds where milliseconds are promised are a date in January 1970. Zero is a time that was never set. \
              One that stands still is that of the server's start.",
        leaves_alone: "Clocks that are apart by less than ten minutes (`skew:` in a case file changes that). What a repeated \
                       create comes back with may be as old as the run, and where the thing may be older than the run, of \
                       any age in the right unit. Times of something else, such as an expiry. A time that \
                       goes by whole seconds, or stands for less than half a second. Jumps of less than a minute: servers that share \
                       the work may have clocks of their own.",
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
            received: r#"200 application/json {"id":"u_1","object":"user","created_at":1671631675145,"external_id":"proofmark-1","first_name":"","last_name":"","live_mode":false,"updated_at":1671631675145}"#,
        },
    },
    judge: Judge::Run(run),
};

/// What the times of one property have said, in the answers to creates of new things; all in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    /// The first time, and when its request was sent.
    first: (i128, i128),
    /// How far the clock is ahead of ours: at least so much by one answer, and at most so much by another.
    ahead: (i128, i128),
    /// How many times there were, and whether all of them were whole multiples of [`COARSE`].
    times: u32,
    coarse: bool,
}

impl Clock {
    /// The clock once it has said `time`, for what was made between these.
    fn after(known: Option<Self>, time: i128, sent_at: i128, answered_at: i128) -> Self {
        let (least, most) = (time - answered_at, time - sent_at);
        let coarse = time % COARSE == 0;
        match known {
            Some(known) => Self {
                ahead: (known.ahead.0.max(least), known.ahead.1.min(most)),
                times: known.times.saturating_add(1),
                coarse: known.coarse && coarse,
                ..known
            },
            None => Self { first: (time, sent_at), ahead: (least, most), times: 1, coarse },
        }
    }
}

/// A clock jumps that is ahead by so much more in one answer than in another, in milliseconds. Servers that share the work
/// may have clocks of their own.
const JUMP: i128 = 60_000;
/// No clock goes by so many milliseconds at once.
const COARSE: i128 = 10_000;
/// So many times, over so many milliseconds, are whole multiples of that by no chance.
const COARSE_TIMES: u32 = 12;
const COARSE_SPAN: i128 = 3_000;
/// What is made now is changed now: the time of change may be later by the time that the request took, and so many
/// milliseconds.
const APART: i128 = 1_000;

fn run(subject: &Subject<'_>, memory: &mut Memory, findings: &mut Vec<Finding>) -> bool {
    let Some(made) = subject.created() else { return false };
    let sent_at = i128::from(subject.exchange.sent_at);
    let earliest = match subject.novelty(memory) {
        Novelty::New => Some(sent_at),
        Novelty::Repeated => Some(i128::from(memory.begun.min(subject.exchange.sent_at))),
        Novelty::Doubtful => None,
    };
    let answered_at = sent_at + subject.exchange.elapsed.as_millis() as i128;
    let new = earliest == Some(sent_at);
    let (mut applied, before) = (false, findings.len());
    for rule in subject.contract.rules_in_force() {
        let RuleKind::Clock { property, unit, skew } = &rule.kind else { continue };
        let Some(value) = member(made, property) else { continue };
        let Some(time) = unit.millis(value) else { continue };
        applied = true;
        let skew = skew.as_millis() as i128;
        let off = |what: &'static str, title: String, label: String| {
            let body = Some(Pointer::root().child(property));
            Finding { label, body, detail: what.into(), ..subject.breach(ID, title, rule) }
        };
        let first = earliest.map_or(ANCIENT, |earliest| earliest - skew - unit.grain());
        if !(first..=answered_at + skew + unit.grain()).contains(&time) {
            let what = wrong(value, *unit, time - sent_at, sent_at);
            let label = format!("the response says {}; the request was sent at {sent_at} ms", short(value));
            findings.push(off(what, format!("`/{property}` is {what}"), label));
            continue;
        }
        if !new || *unit != TimeUnit::Milliseconds {
            continue;
        }
        let key = hash((&subject.contract.operation.id, property));
        let clock = Clock::after(memory.clocks.get(&key).copied(), time, sent_at, answered_at);
        memory.clocks.insert(key, clock);
        if let Some((what, title, label)) = strange(&clock, time, sent_at) {
            findings.push(off(what, format!("`/{property}` {title}"), label));
            // What jumped once is compared anew.
            memory.clocks.insert(key, Clock::after(None, time, sent_at, answered_at));
        }
    }
    // Of two times of which one is wrong by itself the distance says nothing.
    if new && findings.len() == before {
        let orders = subject.contract.rules_in_force().filter_map(|rule| match &rule.kind {
            RuleKind::Order { earlier, later } => Some((rule, earlier, later)),
            _ => None,
        });
        findings.extend(orders.filter_map(|(rule, earlier, later)| apart(subject, rule, (earlier, later))));
    }
    applied
}

/// What is strange about a clock that says `time` for what was sent at `sent_at`: in short, as a title, and with the times.
fn strange(clock: &Clock, time: i128, sent_at: i128) -> Option<(&'static str, &'static str, String)> {
    let (known, since) = clock.first;
    let elapsed = sent_at - since;
    let (least, most) = clock.ahead;
    if known == time && stands_still(time, elapsed) {
        let label = format!("the response says {time}, as it did {elapsed} ms before");
        return Some(("still", "is the same for things that were made one after another", label));
    }
    if least - most > JUMP {
        let label = format!(
            "the clock is ahead of ours by {most} ms at most in one answer, and by {least} ms at least in another"
        );
        return Some(("jumps", "is of a clock that jumps or does not go forward", label));
    }
    (clock.coarse && clock.times >= COARSE_TIMES && elapsed.abs() >= COARSE_SPAN).then(|| {
        let label = format!("each of {} times is a whole multiple of {} s", clock.times, COARSE / 1_000);
        ("coarse", "goes by many seconds at once", label)
    })
}

/// What is new was changed long after it was made.
fn apart(subject: &Subject<'_>, rule: &Rule, (earlier, later): (&str, &str)) -> Option<Finding> {
    let made = subject.created()?;
    let unit = |name: &str| subject.contract.time_unit(name);
    let (first, second) = (unit(earlier)?, unit(later)?);
    let (begun, changed) = (first.millis(member(made, earlier)?)?, second.millis(member(made, later)?)?);
    let took = subject.exchange.elapsed.as_millis() as i128;
    let most = took + APART + first.grain().max(second.grain());
    (changed - begun > most).then(|| {
        let title = format!("`/{later}` is later than `/{earlier}` by more than the request took");
        let label = format!("it was just made, within {took} ms, and changed {} ms later", changed - begun);
        let body = Some(Pointer::root().child(later));
        Finding { label, body, detail: "apart".into(), ..subject.breach(ID, title, rule) }
    })
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

    /// What is strange about a clock that said these times for what was sent at these, each within a millisecond.
    fn told(times: &[(i128, i128)]) -> Option<&'static str> {
        let mut clock = None;
        let mut found = None;
        for (time, sent_at) in times {
            let now = Clock::after(clock, *time, *sent_at, sent_at + 1);
            found = found.or(strange(&now, *time, *sent_at).map(|(what, ..)| what));
            clock = Some(now);
        }
        found
    }

    #[test]
    fn a_clock_that_goes_with_ours_is_sound_however_far_ahead() {
        let every =
            |step: i128, time: fn(i128) -> i128| (0..40).map(|at| (time(at * step), at * step)).collect::<Vec<_>>();
        assert_eq!(told(&every(500, |now| now + 540_000)), None, "minutes ahead");
        assert_eq!(told(&every(500, |now| now / 1_000 * 1_000)), None, "whole seconds");
        assert_eq!(told(&every(500, |now| now + now % 3 * 15_000)), None, "several machines");
        assert_eq!(told(&every(10, |now| now / 10_000 * 10_000)), None, "a run of less than a second");
    }

    #[test]
    fn a_clock_that_goes_back_jumps_or_is_coarse_is_found() {
        let every =
            |step: i128, time: fn(i128) -> i128| (0..400).map(|at| (time(at * step), at * step)).collect::<Vec<_>>();
        assert_eq!(told(&every(10, |now| 1_000_007 - now * 20)), Some("jumps"));
        assert_eq!(told(&every(10, |now| now + now % 20 / 10 * 240_000)), Some("jumps"));
        assert_eq!(told(&every(100, |now| now / 10_000 * 10_000)), Some("coarse"));
        assert_eq!(told(&every(100, |now| now / 60_000 * 60_000)), Some("coarse"));
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
