//! Ids, identities, times, and what the server assigns.

use serde_json::{Value, json};

use super::asked::Standing;
use super::ground::{Ground, Spot};
use super::tampered::identity;
use super::{Class, Mutation, answer};
use crate::generate::Kind;
use crate::schema::Agreement;
use crate::source::Pointer;

pub(super) fn propose(ground: &Ground<'_>, all: &mut Vec<Mutation>) {
    unique_ids(ground, all);
    identities(ground, all);
    assigned(ground, all);
    clocks(ground, all);
    defaults(ground, all);
}

/// Properties that only the answer has and that identify it.
fn ids<'g>(ground: &'g Ground<'_>) -> impl Iterator<Item = &'g Spot> {
    ground.assigned().filter(|spot| {
        let words = spot.shape.words.to_lowercase();
        let named = spot.place.last().is_some_and(|name| name == "id");
        spot.shape.values.is_none() && (named || words.contains("unique identifier"))
    })
}

fn unique_ids(ground: &Ground<'_>, all: &mut Vec<Mutation>) {
    for spot in ids(ground) {
        let path = &spot.path;
        for (name, words, first) in [("previous", "the answer before", false), ("first", "the first answer", true)] {
            let place = spot.place.clone();
            let breaks = format!("`{path}` is that of {words}");
            all.push(ground.answers(Class::UniqueId, &format!("{path}/{name}"), breaks, move |scene, exchange| {
                let known = if first { &scene.memory.first } else { &scene.memory.last };
                let Some(mut body) = answer::created(exchange).filter(|_| scene.asked.standing == Standing::Valid)
                else {
                    return false;
                };
                let Some(id) = known.as_ref().and_then(|known| place.resolve(known.received())).cloned() else {
                    return false;
                };
                answer::put(&mut body, &place, id).is_some() && answer::set_json(exchange, &body)
            }));
        }
        let place = spot.place.clone();
        let breaks = format!("`{path}` is one of sixteen");
        all.push(ground.answers(Class::UniqueId, &format!("{path}/one-of-sixteen"), breaks, move |scene, exchange| {
            let Some(mut body) = answer::created(exchange) else { return false };
            let bytes = scene.asked.bytes().iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
            let id = match place.resolve(&body) {
                Some(Value::String(_)) => json!(format!("u_{:x}", bytes % 16)),
                Some(Value::Number(_)) => json!(bytes % 16),
                _ => return false,
            };
            answer::put(&mut body, &place, id).is_some() && answer::set_json(exchange, &body)
        }));
        let (place, all_success) = (spot.place.clone(), ground.success.first().map(|it| it.value.clone()));
        let breaks = format!("`{path}` is empty");
        if all_success.is_some() && spot.shape.allows(Kind::String) {
            all.push(ground.answers(Class::UniqueId, &format!("{path}/empty"), breaks, move |_, exchange| {
                let Some(mut body) = answer::created(exchange) else { return false };
                answer::put(&mut body, &place, json!("")).is_some() && answer::set_json(exchange, &body)
            }));
        }
    }
}

/// A second create with one identity: another thing.
fn identities(ground: &Ground<'_>, all: &mut Vec<Mutation>) {
    for spot in ids(ground) {
        let (place, path) = (spot.place.clone(), &spot.path);
        let breaks = format!("the same identity sent again is given another `{path}`");
        all.push(ground.answers(Class::Identity, &format!("another-{path}"), breaks, move |scene, exchange| {
            let Some(known) = identity(scene.contract, scene.asked).and_then(|it| scene.memory.identities.get(it))
            else {
                return false;
            };
            let Some(Value::Object(sent)) = &scene.asked.json else { return false };
            if scene.asked.must_be_refused() {
                return false;
            }
            let mut body = known.received().clone();
            for (_, property) in scene.contract.echoed() {
                if let Some(value) = sent.get(property).filter(|value| !value.is_null()) {
                    _ = answer::put(&mut body, &Pointer::root().child(property), value.clone());
                }
            }
            let Some(other) = other_id(place.resolve(&body), exchange.sent_at, scene.asked.bytes().len()) else {
                return false;
            };
            _ = answer::put(&mut body, &place, other);
            exchange.outcome = Ok(known.response.clone());
            answer::set_json(exchange, &body)
        }));
    }
}

fn other_id(id: Option<&Value>, salt: u64, more: usize) -> Option<Value> {
    match id? {
        Value::String(text) => Some(json!(format!("{text}-{salt}-{more}"))),
        Value::Number(number) => Some(json!(number.as_u64()?.wrapping_add(salt))),
        _ => None,
    }
}

/// What only the answer has is taken from the request.
fn assigned(ground: &Ground<'_>, all: &mut Vec<Mutation>) {
    for spot in ground.assigned() {
        let (place, path) = (spot.place.clone(), &spot.path);
        let breaks = format!("`{path}` is set by sending it");
        all.push(ground.answers(Class::ServerAssigned, path, breaks, move |scene, exchange| {
            let Some(mut body) = answer::created(exchange).filter(|_| !scene.asked.must_be_refused()) else {
                return false;
            };
            let Some(sent) = scene.asked.at(&place).filter(|sent| place.resolve(&body) != Some(sent)).cloned() else {
                return false;
            };
            let status = exchange.response().map(|response| response.status);
            let schema = status
                .and_then(|status| scene.contract.answer(status))
                .and_then(|entry| super::ground::schemas(entry).next());
            answer::put(&mut body, &place, sent).is_some()
                && schema.is_none_or(|schema| schema.agreement(&body) == Agreement::Accepted)
                && answer::set_json(exchange, &body)
        }));
    }
}

const HOUR: i64 = 3_600_000;

/// Makes another time of a time in milliseconds.
type Tick = (&'static str, &'static str, fn(i64) -> i64);

/// What a clock may do wrong.
const TICKS: &[Tick] = &[
    ("seconds", "in seconds", |time| time / 1_000),
    ("microseconds", "in microseconds", |time| time.saturating_mul(1_000)),
    ("nanoseconds", "in nanoseconds", |time| time.saturating_mul(1_000_000)),
    ("zero", "zero", |_| 0),
    ("one", "one", |_| 1),
    ("negative", "below zero", |time| -time),
    ("year-2000", "in the year 2000", |_| 946_684_800_000),
    ("year-9999", "in the year 9999", |_| 253_402_300_799_000),
    ("hour-early", "an hour early", |time| time - HOUR),
    ("hour-late", "an hour late", |time| time + HOUR),
    ("day-early", "a day early", |time| time - 24 * HOUR),
    ("day-late", "a day late", |time| time + 24 * HOUR),
    ("32-bits", "cut to 32 bits", |time| time & 0xffff_ffff),
    ("date-as-number", "a date written as a number", |_| 20_240_131_120_000),
];

fn clocks(ground: &Ground<'_>, all: &mut Vec<Mutation>) {
    let is_clock = |spot: &&Spot| {
        let words = spot.shape.words.to_lowercase();
        spot.shape.allows(Kind::Integer) && words.contains("millisecond") && words.contains("epoch")
    };
    let clocks: Vec<&Spot> = ground.success.iter().filter(is_clock).collect();
    for (name, words, tick) in TICKS {
        let mut places: Vec<(String, Vec<Pointer>)> =
            clocks.iter().map(|spot| (spot.path.clone(), vec![spot.place.clone()])).collect();
        if clocks.len() > 1 {
            places.push(("all".to_owned(), clocks.iter().map(|spot| spot.place.clone()).collect()));
        }
        for (path, places) in places {
            let breaks = match path.as_str() {
                "all" => format!("every time is {words}"),
                _ => format!("`{path}` is {words}"),
            };
            all.push(ground.answers(Class::Clock, &format!("{path}/{name}"), breaks, move |_, exchange| {
                let Some(mut body) = answer::created(exchange) else { return false };
                for place in &places {
                    let Some(time) = place.resolve(&body).and_then(Value::as_i64) else { return false };
                    _ = answer::put(&mut body, place, json!(tick(time)));
                }
                answer::set_json(exchange, &body)
            }));
        }
    }
    order(ground, &clocks, all);
}

/// A thing that was changed before it was made.
fn order(ground: &Ground<'_>, clocks: &[&Spot], all: &mut Vec<Mutation>) {
    let named = |word: &str| clocks.iter().find(|spot| spot.place.last().is_some_and(|name| name.contains(word)));
    let (Some(created), Some(updated)) = (named("creat"), named("updat")) else { return };
    for (name, words, by) in
        [("millisecond", "a millisecond", 1), ("second", "a second", 1_000), ("minute", "a minute", 60_000)]
    {
        let (before, after) = (updated.place.clone(), created.place.clone());
        let breaks = format!("`{}` is {words} before `{}`", updated.path, created.path);
        all.push(ground.answers(
            Class::Clock,
            &format!("{}/{name}-before", updated.path),
            breaks,
            move |_, exchange| {
                let Some(mut body) = answer::created(exchange) else { return false };
                let Some(time) = after.resolve(&body).and_then(Value::as_i64) else { return false };
                answer::put(&mut body, &before, json!(time - by)).is_some() && answer::set_json(exchange, &body)
            },
        ));
    }
}

/// What was left out comes back as another request had it.
fn defaults(ground: &Ground<'_>, all: &mut Vec<Mutation>) {
    for spot in ground.echoed().filter(|spot| !spot.required && spot.shape.allows(Kind::String)) {
        let (place, path) = (spot.place.clone(), &spot.path);
        let breaks = format!("`{path}` that was left out comes back as the request before had it");
        all.push(ground.answers(Class::Default, &format!("{path}/previous"), breaks, move |scene, exchange| {
            let Some(mut body) = answer::created(exchange) else { return false };
            let absent = matches!(&scene.asked.json, Some(Value::Object(_))) && scene.asked.at(&place).is_none();
            let Some(last) = scene.memory.last.as_ref().filter(|_| absent) else { return false };
            // What an ordinary default might be is nobody's data.
            let telling = |value: &&Value| value.as_str().is_some_and(|text| text.chars().count() > 3);
            let Some(other) = place.resolve(last.sent()).filter(telling) else { return false };
            let other = other.clone();
            place.resolve(&body) != Some(&other)
                && answer::put(&mut body, &place, other).is_some()
                && answer::set_json(exchange, &body)
        }));
    }
}
