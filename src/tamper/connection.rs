//! No answer, half an answer, an answer without end; answers that take long. Nothing here waits: what a client would
//! see is told at once.

use std::time::Duration;

use super::ground::Ground;
use super::scope::Scope;
use super::traits::{TEXTS, of_contested};
use super::{Class, Mutation, answer};
use crate::http::{Exchange, Failure};

/// How long an answer to 1 KiB takes whose time grows with the square of what was sent.
const KIBIBYTE: Duration = Duration::from_millis(2);

pub(super) fn propose(ground: &Ground<'_>, all: &mut Vec<Mutation>) {
    let (timeout, cap) = (ground.setting.timeout, ground.setting.body_cap);
    for scope in Scope::ALL {
        let connection = |about: &str, breaks: &str, failure: Failure| {
            ground.within(scope, Class::Connection, about, breaks, move |exchange| {
                answer::fail(exchange, failure.clone(), None)
            })
        };
        let time = |about: &str, breaks: &str, failure: Failure| {
            ground.within(scope, Class::Time, about, breaks, move |exchange| {
                answer::fail(exchange, failure.clone(), Some(timeout))
            })
        };
        all.extend([
            connection("closed", "is a closed connection", Failure::Closed("connection closed".into())),
            connection("broken-off", "breaks off", Failure::Broken("the body is shorter than announced".into())),
            connection("too-large", "has no end", Failure::TooLarge(cap)),
            time("no-answer", "does not come", Failure::NoAnswer(timeout)),
            time("stalled", "begins, and does not end", Failure::Stalled(timeout)),
        ]);
    }
    hanging(ground, all);
    all.push(ground.answers(
        Class::Time,
        "grows-with-input",
        "the time of an answer grows with the square of what was sent",
        move |scene, exchange| slow(exchange, scene.asked.bytes().len(), timeout),
    ));
}

/// The server hangs over some requests.
fn hanging(ground: &Ground<'_>, all: &mut Vec<Mutation>) {
    let timeout = ground.setting.timeout;
    let hang = move |exchange: &mut Exchange| {
        exchange.outcome.is_ok() && answer::fail(exchange, Failure::NoAnswer(timeout), Some(timeout))
    };
    for (name, words, holds) in TEXTS.iter().filter(|it| ["over-512", "combining", "astral", "quote"].contains(&it.0)) {
        let breaks = format!("a request with a text that {words} is never answered");
        all.push(ground.answers(Class::Time, &format!("hang/text/{name}"), breaks, move |scene, exchange| {
            scene.asked.any_text(holds) && hang(exchange)
        }));
    }
    for about in of_contested(ground) {
        let breaks = format!("a request {} is never answered", about.words);
        all.push(ground.answers(Class::Time, &format!("hang/{}", about.name), breaks, move |scene, exchange| {
            (about.holds)(scene.asked, scene.contract) && hang(exchange)
        }));
    }
}

fn slow(exchange: &mut Exchange, length: usize, timeout: Duration) -> bool {
    let kibibytes = length as f64 / 1024.0;
    let more = KIBIBYTE.mul_f64(kibibytes * kibibytes);
    let limit = timeout.mul_f64(0.9);
    exchange.elapsed = (exchange.elapsed + more).min(limit.max(exchange.elapsed));
    length > 0
}
