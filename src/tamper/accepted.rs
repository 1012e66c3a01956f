//! What must be refused is accepted: it is repaired on its way.

use std::sync::Arc;

use super::ground::Ground;
use super::traits::of_invalid;
use super::{Class, Mutation};
use crate::http::{Exchange, Response};

pub(super) fn propose(ground: &Ground<'_>, all: &mut Vec<Mutation>) {
    let Some(body) = &ground.body else { return };
    for about in of_invalid(ground) {
        let breaks = format!("a request {} is accepted", about.words);
        let (holds, twin) = (Arc::clone(&about.holds), body.twin.clone());
        all.push(ground.requests(Class::AcceptedInvalid, &about.name, breaks, is_success, move |scene| {
            holds(scene.asked, scene.contract).then(|| twin.of(&scene.asked.request))
        }));
    }
}

pub(super) fn is_success(exchange: &Exchange) -> bool {
    exchange.response().is_some_and(Response::is_success)
}
