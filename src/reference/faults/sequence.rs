//! Answers that depend on the requests before, or on those that are made at the same time.

use std::time::Duration;

use super::change::{conflicts, created, fails, refuses, set, takes_names};
use super::{Breakage, Fault, FaultClass};
use crate::reference::answer::{Answer, Refusal};
use crate::reference::past::Scene;

/// So long that several requests are under way at once.
const WORK: Duration = Duration::from_millis(4);
/// More requests at once than this are too many for some.
const MANY: usize = 24;

const fn sequence(name: &'static str, breaks: &'static str, check: &'static str, breakage: Breakage) -> Fault {
    Fault { name, breaks, class: FaultClass::Sequence, expected_check: check, breakage }
}

const fn crashes(name: &'static str, breaks: &'static str, applies: fn(&Scene<'_>) -> bool) -> Fault {
    sequence(name, breaks, "no-server-error", Breakage::Where(applies, fails))
}

const fn turns_away(name: &'static str, breaks: &'static str, applies: fn(&Scene<'_>) -> bool) -> Fault {
    sequence(name, breaks, "accepts-valid", Breakage::Where(applies, refuses))
}

const fn mixes_up(name: &'static str, breaks: &'static str, change: fn(&Scene<'_>, &mut Answer)) -> Fault {
    sequence(name, breaks, "echo", Breakage::Where(created, change))
}

pub(super) const FAULTS: &[Fault] = &[
    // One after another.
    crashes("crash-after-a-refusal", "a create after a refusal is answered by 500", |scene| {
        scene.is_created() && scene.past.last_refusal.is_some()
    }),
    crashes("crash-after-malformed", "a create after malformed JSON is answered by 500", |scene| {
        scene.is_created() && matches!(scene.past.last_refusal, Some(Refusal::Malformed(_)))
    }),
    crashes("crash-after-a-wrong-type", "a create after a wrong type is answered by 500", |scene| {
        scene.is_created() && matches!(scene.past.last_refusal, Some(Refusal::WrongType(..)))
    }),
    crashes("crash-after-a-conflict", "a create after a conflict is answered by 500", |scene| {
        scene.is_created() && scene.past.last_refusal == Some(Refusal::Conflict)
    }),
    crashes("crash-when-worn-out", "after a hundred refusals every create is answered by 500", |scene| {
        scene.is_created() && scene.past.refused > 100
    }),
    turns_away("refuses-after-a-refusal", "a create after a refusal is refused", |scene| {
        scene.is_created() && scene.past.last_refusal.is_some()
    }),
    turns_away("refuses-after-malformed", "a create after malformed JSON is refused", |scene| {
        scene.is_created() && matches!(scene.past.last_refusal, Some(Refusal::Malformed(_)))
    }),
    turns_away("refuses-after-two-hundred", "no more than two hundred users are made", |scene| {
        scene.is_created() && scene.past.created > 200
    }),
    sequence(
        "conflict-after-a-conflict",
        "a create after a conflict is refused as one too",
        "accepts-valid",
        Breakage::Where(|scene| scene.is_created() && scene.past.last_refusal == Some(Refusal::Conflict), conflicts),
    ),
    sequence(
        "grants-after-a-refusal",
        "what is invalid is granted when it follows upon a refusal",
        "rejects-invalid",
        Breakage::Where(
            |scene| !scene.is_created() && scene.past.last_refusal.is_some(),
            |scene, answer| *answer = Answer::created(scene.past.last().cloned().unwrap_or_default()),
        ),
    ),
    mixes_up("names-lost-after-a-refusal", "names are lost after a refusal", |scene, answer| {
        if scene.past.last_refusal.is_some() {
            set(answer, "first_name", "".into());
        }
    }),
    mixes_up("names-of-a-refused-request", "names are those of a refused request before", |scene, answer| {
        let refused = scene.past.last_refusal.is_some();
        if let Some(name) = scene.past.last_sent.get("first_name").filter(|name| refused && name.is_string()) {
            set(answer, "first_name", name.clone());
        }
    }),
    // On one connection.
    crashes("crash-on-reuse-after-a-refusal", "a create on a connection after a refusal is answered by 500", |scene| {
        scene.is_created() && scene.connection.is_after_refusal()
    }),
    turns_away("refuses-on-reuse-after-a-refusal", "a create on a connection after a refusal is refused", |scene| {
        scene.is_created() && scene.connection.is_after_refusal()
    }),
    crashes("crash-on-reuse", "the tenth request on a connection is answered by 500", |scene| {
        scene.connection.served() == 9
    }),
    mixes_up("names-lost-on-reuse", "names are lost on a connection after a refusal", |scene, answer| {
        if scene.connection.is_after_refusal() {
            set(answer, "last_name", "".into());
        }
    }),
    // At the same time.
    sequence(
        "crash-under-a-burst",
        "more than 24 requests at once are answered by 500",
        "no-server-error",
        Breakage::Where(
            |_| true,
            |scene, answer| {
                if scene.past.at_once > MANY {
                    fails(scene, answer);
                }
                answer.delay = WORK;
            },
        ),
    ),
    sequence(
        "refuses-under-a-burst",
        "more than 24 requests at once are refused",
        "accepts-valid",
        Breakage::Where(
            |_| true,
            |scene, answer| {
                if scene.is_created() && scene.past.at_once > MANY {
                    refuses(scene, answer);
                }
                answer.delay = WORK;
            },
        ),
    ),
    mixes_up("anothers-names-under-concurrency", "of creates at once one has the other's names", |scene, answer| {
        if scene.past.at_once > 1 {
            takes_names(scene, answer);
        }
        answer.delay = WORK;
    }),
    mixes_up(
        "anothers-id-under-concurrency",
        "of creates at once one has the other's `external_id`",
        |scene, answer| {
            if let Some(last) = scene.past.of_last("external_id").filter(|_| scene.past.at_once > 1) {
                set(answer, "external_id", last.into());
            }
            answer.delay = WORK;
        },
    ),
    mixes_up("another-user-under-a-burst", "of many creates at once some have another's user", |scene, answer| {
        if let Some(last) = scene.past.last().filter(|_| scene.past.at_once > MANY) {
            *answer = Answer::created(last.clone());
        }
        answer.delay = WORK;
    }),
];
