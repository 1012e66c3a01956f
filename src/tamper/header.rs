//! A Content-Type that does not fit the content.

use super::ground::Ground;
use super::scope::Scope;
use super::{Class, Mutation, answer};
use crate::http::MediaType;

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
