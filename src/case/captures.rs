//! What a step keeps for the steps after it.

use serde_json::Value;

use super::Step;
use crate::http::{Exchange, Request};
use crate::source::Pointer;

/// One value that a step keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    /// The name under which later steps use it: `${name}`.
    pub name: String,
    /// Where it is taken from.
    pub from: CaptureFrom,
}

/// Where a capture is taken from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaptureFrom {
    /// The JSON body that the step sent.
    Sent(Pointer),
    /// The JSON body that came back.
    Received(Pointer),
}

/// The values kept so far in one sending of a case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Captures(Vec<(String, Value)>);

/// A value that a step needs, and that an earlier answer did not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`${{{name}}}` is needed, and no answer before had it")]
pub struct MissingCapture {
    /// Its name.
    pub name: String,
}

impl Captures {
    /// The value called `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Keeps what `step` asks to keep of its exchange. What is not there is not kept: whoever needs it will say so.
    pub fn take(&mut self, step: &Step, exchange: &Exchange) {
        self.take_sent(step, &exchange.request);
        let wanted: Vec<_> = step.captures.iter().filter_map(Capture::of_received).collect();
        if let (false, Some(response)) = (wanted.is_empty(), exchange.response()) {
            self.keep(wanted, &response.body);
        }
    }

    /// Keeps what `step` asks to keep of its request.
    pub(super) fn take_sent(&mut self, step: &Step, request: &Request) {
        let wanted: Vec<_> = step.captures.iter().filter_map(Capture::of_sent).collect();
        if let (false, Some(body)) = (wanted.is_empty(), &request.body) {
            self.keep(wanted, body);
        }
    }

    fn keep(&mut self, wanted: Vec<(&str, &Pointer)>, body: &[u8]) {
        let Ok(body) = serde_json::from_slice::<Value>(body) else { return };
        let found = wanted.into_iter().filter_map(|(name, at)| Some((name.to_owned(), at.resolve(&body)?.clone())));
        self.0.extend(found);
    }
}

impl Capture {
    fn of_sent(&self) -> Option<(&str, &Pointer)> {
        match &self.from {
            CaptureFrom::Sent(pointer) => Some((&self.name, pointer)),
            CaptureFrom::Received(_) => None,
        }
    }

    fn of_received(&self) -> Option<(&str, &Pointer)> {
        match &self.from {
            CaptureFrom::Received(pointer) => Some((&self.name, pointer)),
            CaptureFrom::Sent(_) => None,
        }
    }
}
