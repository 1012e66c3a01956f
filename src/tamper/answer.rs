//! What can be done to an answer.

use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

use crate::http::{Exchange, Failure, Response};
use crate::source::Pointer;

/// The body of an answer, where it is JSON.
pub(super) fn json(exchange: &Exchange) -> Option<Value> {
    exchange.response()?.json()
}

/// The body of a success, where it is JSON.
pub(super) fn created(exchange: &Exchange) -> Option<Value> {
    exchange.response().filter(|response| response.is_success()).and_then(|_| json(exchange))
}

/// Changes the response; nothing where there is none. Always true, so that it can end an [`Alter`](super::Alter).
pub(super) fn edit(exchange: &mut Exchange, change: impl FnOnce(&mut Response)) -> bool {
    if let Ok(response) = &mut exchange.outcome {
        change(response);
    }
    exchange.outcome.is_ok()
}

/// Puts another body into an answer.
pub(super) fn set_body(exchange: &mut Exchange, body: impl Into<Bytes>) -> bool {
    edit(exchange, |response| {
        response.headers.remove("content-length");
        response.body = body.into();
    })
}

/// Puts another JSON body into an answer.
pub(super) fn set_json(exchange: &mut Exchange, value: &Value) -> bool {
    set_body(exchange, value.to_string())
}

/// Gives an answer another status.
pub(super) fn set_status(exchange: &mut Exchange, status: u16) -> bool {
    edit(exchange, |response| response.status = status)
}

/// Gives an answer these values of Content-Type.
pub(super) fn set_types(exchange: &mut Exchange, types: &[&str]) -> bool {
    edit(exchange, |response| {
        response.headers.remove("content-type");
        types.iter().for_each(|value| response.headers.push("content-type", *value));
    })
}

/// An answer of another status and content.
pub(super) fn replace(exchange: &mut Exchange, status: u16, media_type: &str, body: impl Into<Bytes>) -> bool {
    set_status(exchange, status) && set_types(exchange, &[media_type]) && set_body(exchange, body)
}

/// A failure in place of the answer.
pub(super) fn fail(exchange: &mut Exchange, failure: Failure, elapsed: Option<Duration>) -> bool {
    exchange.elapsed = elapsed.unwrap_or(exchange.elapsed);
    exchange.outcome = Err(failure);
    true
}

/// Puts a value at a place, where the place it belongs to is there.
pub(super) fn put(value: &mut Value, place: &Pointer, new: Value) -> Option<()> {
    if let Some(old) = place.resolve_mut(value) {
        *old = new;
        return Some(());
    }
    let parent = place.parent()?;
    let name = place.last()?.into_owned();
    parent.resolve_mut(value)?.as_object_mut()?.insert(name, new);
    Some(())
}

/// Takes the member or element at a place out.
pub(super) fn remove(value: &mut Value, place: &Pointer) -> Option<()> {
    let name = place.last()?.into_owned();
    match place.parent()?.resolve_mut(value)? {
        Value::Object(members) => members.shift_remove(&name).map(|_| ()),
        Value::Array(items) => {
            let at: usize = name.parse().ok().filter(|at| *at < items.len())?;
            items.remove(at);
            Some(())
        }
        _ => None,
    }
}
