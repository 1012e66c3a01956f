//! What a step keeps for the steps after it.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::Step;
use crate::http::{Exchange, Headers, Request};
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
    /// A header field that came back.
    Header(String),
    /// The last segment of the path in `Location` (RFC 9110 §10.2.2).
    Location,
    /// The segment of this number, from 0, of the path that was asked for.
    Segment(usize),
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
        let Some(response) = exchange.response() else { return };
        let wanted: Vec<_> = step.captures.iter().filter_map(Capture::of_received).collect();
        if !wanted.is_empty() {
            self.keep(wanted, &response.body);
        }
        let fields = step.captures.iter().filter_map(|capture| capture.of_field(&response.headers));
        self.0.extend(fields);
    }

    /// Keeps what `step` asks to keep of its request.
    pub(super) fn take_sent(&mut self, step: &Step, request: &Request) {
        self.0.extend(step.captures.iter().filter_map(|capture| capture.of_path(&request.path)));
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
            _ => None,
        }
    }

    fn of_received(&self) -> Option<(&str, &Pointer)> {
        match &self.from {
            CaptureFrom::Received(pointer) => Some((&self.name, pointer)),
            _ => None,
        }
    }

    fn of_field(&self, headers: &Headers) -> Option<(String, Value)> {
        let value = match &self.from {
            CaptureFrom::Header(name) => headers.get(name)?.to_owned(),
            CaptureFrom::Location => last_segment(headers.get("location")?)?,
            CaptureFrom::Sent(_) | CaptureFrom::Received(_) | CaptureFrom::Segment(_) => return None,
        };
        Some((self.name.clone(), Value::from(value)))
    }

    fn of_path(&self, path: &str) -> Option<(String, Value)> {
        let CaptureFrom::Segment(number) = self.from else { return None };
        let path = path.split('?').next()?;
        let segment = path.split('/').filter(|segment| !segment.is_empty()).nth(number)?;
        Some((self.name.clone(), Value::from(percent_decode_str(segment).decode_utf8().ok()?)))
    }
}

/// The last segment of the path of a URL reference, decoded; none where it has none.
fn last_segment(location: &str) -> Option<String> {
    let path = location.split(['?', '#']).next()?;
    let path = path.split_once("://").map_or(path, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let segment = path.trim_end_matches('/').rsplit('/').next().filter(|segment| !segment.is_empty())?;
    Some(percent_decode_str(segment).decode_utf8().ok()?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_segment_of_a_location_names_what_is_there() {
        for (location, segment) in [
            ("/things/7", Some("7")),
            ("https://h.example/v1/things/a%20b/?x=1#y", Some("a b")),
            ("7", Some("7")),
            ("https://h.example", None),
            ("/", None),
        ] {
            assert_eq!(last_segment(location).as_deref(), segment, "{location}");
        }
    }
}
