//! Errors told in another form than the documented one.

use serde_json::{Value, json};

use super::ground::Ground;
use super::scope::Scope;
use super::{Class, Mutation, answer};
use crate::schema::Agreement;

/// Forms that frameworks and programmers give errors, as JSON.
const FORMS: &[(&str, &str)] = &[
    ("message", r#"{"message":"the request is malformed"}"#),
    ("error-text", r#"{"error":"the request is malformed"}"#),
    ("error-null", r#"{"error":null}"#),
    ("errors", r#"{"errors":[{"code":"invalid_request","message":"the request is malformed"}]}"#),
    ("detail", r#"{"detail":[{"loc":["body"],"msg":"field required","type":"value_error"}]}"#),
    ("problem", r#"{"type":"about:blank","title":"Bad Request","status":400}"#),
    ("framework", r#"{"statusCode":400,"error":"Bad Request","message":"the request is malformed"}"#),
    ("spring", r#"{"timestamp":"2024-01-01T00:00:00Z","status":400,"error":"Bad Request","path":"/"}"#),
    ("flat", r#"{"code":"invalid_request","message":"the request is malformed"}"#),
    ("success", r#"{"ok":true}"#),
    ("empty-object", "{}"),
    ("empty-array", "[]"),
    ("null", "null"),
    ("text", r#""the request is malformed""#),
];

/// Errors that are no JSON.
const TEXTS: &[(&str, &str, &str)] = &[
    ("plain-text", "text/plain; charset=utf-8", "Bad Request"),
    ("html-page", "text/html", "<html><body><h1>400 Bad Request</h1></body></html>"),
    ("xml", "application/xml", "<error><code>invalid_request</code></error>"),
];

pub(super) fn propose(ground: &Ground<'_>, all: &mut Vec<Mutation>) {
    for scope in Scope::REFUSALS {
        for (name, form) in FORMS {
            let form: Value = serde_json::from_str(form).unwrap_or_default();
            let breaks = format!("{} is told as `{}`", scope.says(), short(&form));
            let about = format!("{}/{name}", scope.word());
            all.push(ground.answers(Class::ErrorBody, &about, breaks, move |scene, exchange| {
                let Some(schema) = scene.contract.error.as_ref().filter(|_| scope.covers(scene, exchange)) else {
                    return false;
                };
                schema.agreement(&form) == Agreement::Refused && answer::set_json(exchange, &form)
            }));
        }
        for (name, media_type, text) in TEXTS {
            let breaks = format!("is told as `{media_type}`");
            all.push(ground.within(scope, Class::ErrorBody, name, &breaks, move |exchange| {
                let status = exchange.response().map_or(400, |response| response.status);
                answer::replace(exchange, status, media_type, *text)
            }));
        }
        codes(ground, scope, all);
    }
}

/// Codes whose own words are about something else than a request that is wrong.
fn codes(ground: &Ground<'_>, scope: Scope, all: &mut Vec<Mutation>) {
    const ELSEWHERE: &[&str] =
        &["credential", "unauth", "forbidden", "not_found", "conflict", "unavailable", "internal"];
    let Some(error) = &ground.operation.error else { return };
    for spot in super::ground::spots(ground.contract, crate::schema::Direction::Response, error.pointer()) {
        let values = spot.shape.values.iter().flatten().filter_map(Value::as_str);
        for code in values.filter(|code| ELSEWHERE.iter().any(|word| code.contains(word))) {
            let (code, place) = (code.to_owned(), spot.place.clone());
            let breaks = format!("has the code `{code}`");
            all.push(ground.within(scope, Class::ErrorBody, &format!("code-{code}"), &breaks, move |exchange| {
                let Some(mut body) = answer::json(exchange) else { return false };
                let differs = place.resolve(&body).is_some_and(|found| *found != json!(code));
                differs && answer::put(&mut body, &place, json!(code)).is_some() && answer::set_json(exchange, &body)
            }));
        }
    }
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    let cut: String = text.chars().take(40).collect();
    if cut.len() < text.len() { format!("{cut}…") } else { cut }
}
