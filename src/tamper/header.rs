//! A Content-Type that does not fit the content, and other fields that are not as they are described.

use super::ground::Ground;
use super::scope::Scope;
use super::{Class, Mutation, answer};
use crate::contract::OperationContract;
use crate::http::{Exchange, MediaType};
use crate::schema::Compiled;

/// What few schemas take: a text, too long for a code, that is no number, no date and no word of a list.
const OTHER_TEXT: &str = "proofmark: something else";

/// Other media types, and texts that are none.
const OTHER: &[(&str, &[&str])] = &[
    ("missing", &[]),
    ("html", &["text/html; charset=utf-8"]),
    ("plain", &["text/plain; charset=utf-8"]),
    ("xml", &["application/xml"]),
    ("octet-stream", &["application/octet-stream"]),
    ("form", &["application/x-www-form-urlencoded"]),
    ("text-json", &["text/json"]),
    ("javascript", &["application/javascript"]),
    ("vendor", &["application/vnd.api+json"]),
    ("problem", &["application/problem+json"]),
    ("empty", &[""]),
    ("no-subtype", &["application"]),
    ("no-slash", &["json"]),
    ("bare-parameter", &["application/json; charset"]),
    ("comma", &["application/json, text/html"]),
    ("twice", &["application/json", "application/json"]),
    ("two", &["application/json", "text/html"]),
];

pub(super) fn propose(ground: &Ground<'_>, all: &mut Vec<Mutation>) {
    described(ground, all);
    for scope in Scope::ALL {
        for (name, types) in OTHER {
            let breaks = match types {
                [] => "has no Content-Type".to_owned(),
                [one] => format!("has the Content-Type `{one}`"),
                several => format!("has {} fields Content-Type", several.len()),
            };
            let about = format!("{}/content-type-{name}", scope.word());
            let breaks = format!("{} {breaks}", scope.says());
            all.push(ground.answers(Class::Header, &about, breaks, move |scene, exchange| {
                let Some(response) = exchange.response().filter(|_| scope.covers(scene, exchange)) else {
                    return false;
                };
                let Some(entry) = scene.contract.answer(response.status) else { return false };
                let documented = |text: &&str| MediaType::parse(text).is_some_and(|it| entry.media(&it).is_some());
                let breach = entry.is_json() && !matches!(types, [one] if documented(one));
                breach && answer::set_types(exchange, types)
            }));
        }
    }
}

/// Each field that some answer is described with: left out where it is required, and with a text that its schema refuses.
fn described(ground: &Ground<'_>, all: &mut Vec<Mutation>) {
    for (number, entry) in ground.operation.answers.iter().enumerate() {
        for (at, header) in entry.headers.iter().enumerate() {
            let name = header.name.to_ascii_lowercase();
            let about = |what: &str| format!("{}/field-{name}-{what}", entry.status);
            let field = move |contract: &OperationContract, exchange: &Exchange| {
                let status = exchange.response()?.status;
                let found = contract.answer(status)?;
                let same = contract.answers.get(number).is_some_and(|entry| entry.status == found.status);
                let judged = status < 400 || found.status.is_exactly(status);
                (same && judged).then(|| found.headers[at].name.clone())
            };
            if header.required {
                let breaks = format!("an answer of status {} lacks the header `{}`", entry.status, header.name);
                all.push(ground.answers(Class::Header, &about("missing"), breaks, move |scene, exchange| {
                    let Some(name) = field(scene.contract, exchange) else { return false };
                    let there = exchange.response().is_some_and(|response| response.headers.contains(&name));
                    there && answer::edit(exchange, |response| response.headers.remove(&name))
                }));
            }
            let refuses = |schema: &Compiled| !header.readings(OTHER_TEXT).iter().any(|value| schema.accepts(value));
            if header.schema.as_deref().is_some_and(refuses) {
                let breaks = format!("an answer of status {} has `{OTHER_TEXT}` in `{}`", entry.status, header.name);
                all.push(ground.answers(Class::Header, &about("other"), breaks, move |scene, exchange| {
                    let Some(name) = field(scene.contract, exchange) else { return false };
                    answer::edit(exchange, |response| {
                        response.headers.remove(&name);
                        response.headers.push(&name, OTHER_TEXT);
                    })
                }));
            }
        }
    }
}
