//! Some of the others, done once in so many times.

use super::ground::Ground;
use super::{Class, Mutation};

/// How seldom.
const EVERY: &[u64] = &[5, 20];

/// How many of one kind.
const MOST: usize = 3;

/// Which of them: the ends of their names, class by class.
const CHOSEN: &[(Class, &[&str])] = &[
    (Class::ResponseSchema, &["/required", "/type-null"]),
    (Class::Status, &["success/204", "success/418", "refusal/422", "refusal/error-as-success"]),
    (Class::Header, &["success/content-type-html", "refusal/content-type-html"]),
    (Class::Body, &["success/cut-half", "refusal/empty"]),
    (Class::ErrorBody, &["refusal/message", "refusal/plain-text"]),
    (Class::AcceptedInvalid, &["accepted-invalid/any"]),
    (Class::RefusedValid, &["refused-valid/any"]),
    (Class::Crash, &["crash/any", "crash/invalid/any", "success/page-503"]),
    (Class::Echo, &["/previous", "/emptied", "/lower-case", "/flipped"]),
    (Class::UniqueId, &["/previous"]),
    (Class::Clock, &["all/seconds", "all/zero"]),
];

pub(super) fn propose(ground: &Ground<'_>, all: &mut Vec<Mutation>) {
    let operation = format!("{}/", ground.operation.operation.id);
    let mut rare = Vec::new();
    for (class, endings) in CHOSEN {
        for ending in *endings {
            let chosen = |it: &&Mutation| {
                it.class == *class && it.every == 1 && it.name.starts_with(&operation) && it.name.ends_with(ending)
            };
            for mutation in all.iter().filter(chosen).take(MOST) {
                rare.extend(EVERY.iter().map(|every| rarely(mutation, *every)));
            }
        }
    }
    all.extend(rare);
}

fn rarely(mutation: &Mutation, every: u64) -> Mutation {
    let prefix = format!("/{}/", mutation.class.word());
    let name = mutation.name.replacen(&prefix, &format!("/rare{prefix}"), 1);
    Mutation {
        name: format!("{name}/1-in-{every}"),
        class: Class::Rare,
        breaks: format!("{}, once in {every} times", mutation.breaks),
        every,
        ..mutation.clone()
    }
}
