//! What must be accepted is refused: it is broken on its way.

use std::sync::Arc;

use bytes::Bytes;

use super::ground::Ground;
use super::traits::{Trait, of_any_valid, of_each_valid};
use super::{Class, Mutation};
use crate::http::{Exchange, Request};

pub(super) fn propose(ground: &Ground<'_>, all: &mut Vec<Mutation>) {
    if ground.body.is_none() {
        return;
    }
    all.extend(of_each_valid(ground).into_iter().chain(of_any_valid()).map(|about| refusing(ground, &about)));
}

pub(super) fn refusing(ground: &Ground<'_>, about: &Trait) -> Mutation {
    let breaks = format!("a request {} is refused", about.words);
    let holds = Arc::clone(&about.holds);
    ground.requests(Class::RefusedValid, &about.name, breaks, is_refusal, move |scene| {
        let broken = || Request { body: Some(Bytes::from_static(b"{")), ..scene.asked.request.clone() };
        holds(scene.asked, scene.contract).then(broken)
    })
}

fn is_refusal(exchange: &Exchange) -> bool {
    exchange.response().is_some_and(|response| (400..500).contains(&response.status))
}
