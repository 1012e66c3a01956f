//! Some of the others, done once in so many times.

use super::ground::Ground;
use super::{Class, Mutation};

/// How seldom.
const EVERY: &[u64] = &[5, 20];

/// Which of them: by class, up to so many of each.
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

pub(super) fn propose(_: &Ground<'_>, all: &mut Vec<Mutation>) {
    let chosen = |mutation: &&Mutation| {
        let names =
            CHOSEN.iter().find(|(class, _)| *class == mutation.class).map(|(_, names)| *names).unwrap_or_default();
        mutation.every == 1 && names.iter().any(|name| mutation.name.ends_with(name))
    };
    let rare: Vec<Mutation> =
        all.iter().filter(chosen).flat_map(|mutation| EVERY.iter().map(|every| rarely(mutation, *every))).collect();
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
