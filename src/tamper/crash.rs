//! The server fails over some requests.

use std::sync::Arc;

use serde_json::Value;

use super::ground::Ground;
use super::scope::Scope;
use super::traits::{Trait, of_any_valid, of_contested, of_each_valid, of_invalid};
use super::{Class, Mutation, answer};

/// What stands in front of a server that is gone.
const PAGES: &[(u16, &str)] = &[
    (500, "Internal Server Error"),
    (501, "Not Implemented"),
    (502, "Bad Gateway"),
    (503, "Service Unavailable"),
    (504, "Gateway Timeout"),
    (599, "Network Connect Timeout"),
];

pub(super) fn propose(ground: &Ground<'_>, all: &mut Vec<Mutation>) {
    let presence =
        of_each_valid(ground).into_iter().filter(|about| !about.name.contains("/over") && is_structural(about));
    let traits = presence.chain(of_any_valid()).chain(of_contested(ground));
    all.extend(traits.map(|about| crashing(ground, &about)));
    all.extend(
        of_invalid(ground)
            .into_iter()
            .map(|about| crashing(ground, &Trait { name: format!("invalid/{}", about.name), ..about })),
    );
    for scope in Scope::ALL {
        for (status, text) in PAGES {
            let breaks = format!("is a page that says {status} {text}");
            all.push(ground.within(scope, Class::Crash, &format!("page-{status}"), &breaks, move |exchange| {
                answer::replace(exchange, *status, "text/html", format!("<h1>{status} {text}</h1>"))
            }));
        }
    }
}

/// Whether it is about which properties are there rather than about a text.
fn is_structural(about: &Trait) -> bool {
    ["any", "together/"].iter().any(|word| about.name.starts_with(word))
        || ["/absent", "/present", "/is-"].iter().any(|word| about.name.contains(word))
}

/// An answer of status 500, in the documented form where there is one.
fn crashing(ground: &Ground<'_>, about: &Trait) -> Mutation {
    let breaks = format!("a request {} brings about a 500", about.words);
    let holds = Arc::clone(&about.holds);
    let error = documented_error(ground);
    ground.answers(Class::Crash, &about.name, breaks, move |scene, exchange| {
        let body = error.as_ref().map_or_else(|| "{}".to_owned(), Value::to_string);
        exchange.response().is_some_and(|response| response.status < 500)
            && holds(scene.asked, scene.contract)
            && answer::replace(exchange, 500, "application/json", body)
    })
}

/// An error as the contract wants it.
pub(super) fn documented_error(ground: &Ground<'_>) -> Option<Value> {
    let error = ground.operation.error.as_ref()?;
    let spots = super::ground::spots(ground.contract, crate::schema::Direction::Response, error.pointer());
    spots.first().map(|whole| whole.value.clone()).filter(|value| error.accepts(value))
}
