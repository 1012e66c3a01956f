//! What was made is there as it was made, what was changed is changed, and what was deleted is gone.

mod cleared;
mod lasting;
mod listed;

use serde_json::Value;

use super::answer::short;
use super::same::{alike, comes_back};
use super::{About, Answer, Check, Example, Finding, Judge, Memory, Severity, Subject};
use crate::case::{Identity, Kept, State};
use crate::http::{Exchange, Response};

const ID: &str = "lifecycle";

/// Words in the names of members that say that a thing is deleted, while it can still be read.
const ENDED: [&str; 16] = [
    "deleted",
    "archived",
    "removed",
    "active",
    "inactive",
    "enabled",
    "disabled",
    "status",
    "state",
    "cancelled",
    "canceled",
    "closed",
    "expired",
    "revoked",
    "trashed",
    "hidden",
];

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error; a warning where a property differs that no answer showed as it was sent, and for which the \
                   document has not the same schema in request and answer, where only the letter case of a text does, where what a PUT \
                   leaves out stays and nothing says that it replaces, where a null is overlooked that may stand for nothing sent, and where a list lacks a thing that has a status, \
                   or another property by which a list may leave things out",
        what: "A thing that was made reads as it was made, and is that thing and no other; one that was changed reads \
               as it was changed, keeps what was not changed and the time at which it was created, and has no more what was set to null \
               or left out of what replaced it; and one that was deleted is not there any more. A list has what was made, and lacks what was \
               deleted. What was made under one thing is not found, nor listed, under another.",
        why: "Each answer may keep its schema while the store behind it loses updates, mixes up things, or deletes \
              nothing.",
        leaves_alone: "Properties that no answer has, that the server itself decides on (its own answer to the \
                       change says something else than was sent), that change of themselves (a status, a time, a count), \
                       or that are secret; numbers and times that are only written in another way, members that are \
                       added to an object, and the order of a list. A deleted thing that says of itself that it is \
                       deleted, and one whose deletion was only accepted (202). A list of which part may stand on another \
                       page. A thing that another case of the run wrote to: a name that is made up may be the name of one that \
                       was made.",
        source: "RFC 9110 §9.3 for POST, PUT and DELETE; which operations are about one thing is in `links`, or is \
                 inferred from paths and names: `proofmark rules` lists it",
        violating: Example {
            before: &[(
                r#"{"external_id":"proofmark-1","first_name":"Ada"}"#,
                r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"Ada","last_name":"","live_mode":false,"updated_at":1671631795145}"#,
            )],
            intent: "lifecycle",
            sent: r#"{"external_id":"proofmark-1"}"#,
            received: r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"","last_name":"","live_mode":false,"updated_at":1671631795145}"#,
        },
        conforming: Example {
            before: &[(
                r#"{"external_id":"proofmark-1","first_name":"Ada"}"#,
                r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"Ada","last_name":"","live_mode":false,"updated_at":1671631795145}"#,
            )],
            intent: "lifecycle",
            sent: r#"{"external_id":"proofmark-1"}"#,
            received: r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"Ada","last_name":"","live_mode":false,"updated_at":1671631795145}"#,
        },
    },
    judge: Judge::Run(run),
};

fn run(subject: &Subject<'_>, memory: &mut Memory, findings: &mut Vec<Finding>) -> bool {
    let state = subject.case.step(subject.step).and_then(|step| step.state.as_ref());
    let (Some(state), Some(answer)) = (state, subject.answer) else { return false };
    if memory.is_written_by_another(&subject.exchange.request.path, subject.number, since(subject, state)) {
        return false;
    }
    match state {
        State::There { identity, kept, lasting, cleared } => {
            let Some(body) = answer.json().filter(|_| answer.response.is_success()) else { return false };
            if let Some(other) = identity.as_ref().and_then(|identity| another(subject, identity, body)) {
                // What it is tells more than how it differs.
                findings.push(other);
                return true;
            }
            findings.extend(kept.iter().filter_map(|kept| lost(subject, kept, body)));
            findings.extend(lasting.iter().filter_map(|lasting| lasting::changed(subject, lasting, body)));
            findings.extend(cleared.iter().filter_map(|cleared| cleared::stayed(subject, cleared, body)));
            identity.is_some() || !kept.is_empty() || !cleared.is_empty()
        }
        State::Gone { by, identity, kept } => {
            if !subject.earlier.get(*by).is_some_and(done) {
                return false;
            }
            findings.extend(match identity {
                Some(identity) => still_there(subject, identity, answer),
                None => still_as_it_was(subject, kept, answer),
            });
            true
        }
        State::Elsewhere { identity } => {
            findings.extend(misplaced(subject, identity, answer));
            true
        }
        State::Narrowed(_) | State::Paged(_) | State::Like => false,
        State::Listed(listed) => {
            let judged = listed::run(subject, listed, answer);
            let applied = judged.is_some();
            findings.extend(judged.flatten());
            applied
        }
    }
}

/// When the first step was sent that says how things stand, in milliseconds since the epoch: what others did before it does
/// not matter.
fn since(subject: &Subject<'_>, state: &State) -> u64 {
    let steps: Vec<usize> = match state {
        State::There { identity, kept, lasting, cleared } => {
            let places = kept.iter().map(|kept| kept.step).chain(lasting.iter().map(|lasting| lasting.step));
            let places = places.chain(cleared.iter().map(|cleared| cleared.step));
            places.chain(identity.iter().map(|identity| identity.step)).collect()
        }
        State::Gone { by, .. } => vec![*by],
        State::Elsewhere { identity } => vec![identity.step],
        State::Narrowed(_) | State::Listed(_) | State::Paged(_) | State::Like => Vec::new(),
    };
    let sent = steps.into_iter().filter_map(|step| subject.earlier.get(step)).map(|exchange| exchange.sent_at);
    sent.min().unwrap_or(0)
}

/// Whether a request did what it was to do, and not only was accepted for that.
fn done(exchange: &Exchange) -> bool {
    exchange.response().is_some_and(|response| response.is_success() && response.status != 202)
}

/// The answer is about another thing than was asked for.
fn another(subject: &Subject<'_>, identity: &Identity, body: &Value) -> Option<Finding> {
    let made = subject.earlier.get(identity.step)?.response()?.json()?;
    let (made, found) = (identity.made.resolve(&made)?, identity.place.resolve(body)?);
    if comes_back(made, found) {
        return None;
    }
    let title = format!("`{}` is that of another thing", identity.place);
    let label = format!("{} was made and asked for, and the response says {}", short(made), short(found));
    let body = Some(identity.place.clone());
    Some(Finding { label, body, ..subject.error(ID, title, &identity.schema) })
}

/// A place is not as it was sent.
fn lost(subject: &Subject<'_>, kept: &Kept, body: &Value) -> Option<Finding> {
    let exchange = subject.earlier.get(kept.step).filter(|exchange| done(exchange))?;
    let sent = exchange.request.json()?;
    let sent = kept.sent.resolve(&sent)?;
    let answer = exchange.response().and_then(Response::json);
    let promised = answer.as_ref().and_then(|answer| kept.answered.resolve(answer));
    let Some(found) = kept.place.resolve(body) else { return dropped(subject, kept, (sent, promised?), body) };
    if sent.is_null() || comes_back(sent, found) {
        return None;
    }
    let severity = match promised {
        // The server says what it makes of a text: in other letters it may still be the same.
        Some(_) if kept.same && alike(sent, found) => Severity::Warning,
        // One schema for both: what is sent is what is there.
        _ if kept.same => Severity::Error,
        Some(promised) if comes_back(sent, promised) => Severity::Error,
        // The server decides on it.
        Some(_) => return None,
        None => Severity::Warning,
    };
    let made = subject.case.step(kept.step).is_some_and(|step| step.setup);
    let how = if made { "made" } else { "changed" };
    let title = format!("`{}` does not read as it was {how}", kept.place);
    let before = if promised.is_some() { "sent and answered" } else { "sent" };
    let label = format!("{} was {before}, and the response says {}", short(sent), short(found));
    let body = Some(kept.place.clone());
    Some(Finding { label, body, severity, detail: how.to_owned(), ..subject.error(ID, title, &kept.schema) })
}

/// A place that was answered as it was sent is not there any more.
fn dropped(subject: &Subject<'_>, kept: &Kept, (sent, promised): (&Value, &Value), body: &Value) -> Option<Finding> {
    let holder = kept.place.parent()?;
    if sent.is_null() || !comes_back(sent, promised) || !holder.resolve(body)?.is_object() {
        return None;
    }
    let title = format!("`{}` is lost", kept.place);
    let label = format!("{} was sent and answered, and the response lacks it", short(sent));
    Some(Finding { label, body: Some(holder), detail: "lost".to_owned(), ..subject.error(ID, title, &kept.schema) })
}

/// A deleted thing is there, and does not say that it is deleted.
fn still_there(subject: &Subject<'_>, identity: &Identity, answer: &Answer<'_>) -> Option<Finding> {
    let body = answer.json().filter(|_| answer.response.is_success())?;
    let made = subject.earlier.get(identity.step)?.response()?.json()?;
    let found = identity.place.resolve(body)?;
    if !comes_back(identity.made.resolve(&made)?, found) || says_ended(&made, body) {
        return None;
    }
    let title = "a deleted thing is still there".to_owned();
    let label = format!("it was deleted, and the response has {}", short(found));
    Some(Finding { label, body: Some(identity.place.clone()), ..subject.error(ID, title, &subject.responses()) })
}

/// A deleted thing, which only its path tells from others, reads as it was.
fn still_as_it_was(subject: &Subject<'_>, kept: &[Kept], answer: &Answer<'_>) -> Option<Finding> {
    let body = answer.json().filter(|_| answer.response.is_success())?;
    let same = kept.iter().find(|kept| {
        let made = subject.earlier.get(kept.step).filter(|exchange| done(exchange));
        let sent = made.and_then(|exchange| exchange.request.json());
        let sent = sent.as_ref().and_then(|sent| kept.sent.resolve(sent)).filter(|sent| is_telling(sent));
        sent.zip(kept.place.resolve(body)).is_some_and(|(sent, found)| comes_back(sent, found))
    })?;
    if says_ended(&subject.earlier.get(same.step)?.response()?.json().unwrap_or_default(), body) {
        return None;
    }
    let title = "a deleted thing is still there".to_owned();
    let label = format!("it was deleted, and `{}` reads as it was", same.place);
    Some(Finding { label, body: Some(same.place.clone()), ..subject.error(ID, title, &subject.responses()) })
}

/// Whether a value is not one that stands there by itself.
fn is_telling(value: &Value) -> bool {
    match value {
        Value::String(text) => text.chars().count() > 2,
        Value::Number(_) => true,
        _ => false,
    }
}

/// A thing is found in another place than the one it was made in.
fn misplaced(subject: &Subject<'_>, identity: &Identity, answer: &Answer<'_>) -> Option<Finding> {
    let body = answer.json().filter(|_| answer.response.is_success())?;
    let made = subject.earlier.get(identity.step)?.response()?.json()?;
    let (made, found) = (identity.made.resolve(&made)?, identity.place.resolve(body)?);
    if !comes_back(made, found) {
        return None;
    }
    let title = "a thing is found under another than the one it was made under".to_owned();
    let label = format!("{} belongs to another, and the response has it", short(made));
    let body = Some(identity.place.clone());
    Some(Finding { label, body, detail: "elsewhere".into(), ..subject.error(ID, title, &identity.schema) })
}

/// Whether some member that can speak of an end says something else than when the thing was made.
fn says_ended(made: &Value, now: &Value) -> bool {
    let Value::Object(members) = now else { return false };
    members.iter().any(|(name, value)| {
        let lower = name.to_ascii_lowercase();
        let before = made.get(name);
        let speaks = ENDED.iter().any(|word| lower.contains(word));
        (speaks && before != Some(value) && !value.is_null()) || before.is_some_and(|made| says_ended(made, value))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_thing_may_say_of_itself_that_it_is_deleted() {
        let made = json!({"id": 1, "status": "open", "deleted_at": null});
        for (now, ended) in [
            (json!({"id": 1, "status": "open", "deleted_at": "2020-01-01"}), true),
            (json!({"id": 1, "status": "archived"}), true),
            (json!({"id": 1, "isDeleted": true}), true),
            (json!({"id": 1, "status": "open", "deleted_at": null, "name": "x"}), false),
        ] {
            assert_eq!(says_ended(&made, &now), ended, "{now}");
        }
    }
}
