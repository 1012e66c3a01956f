//! What was set to null, or left out of what replaced the whole, is not there any more.

use serde_json::Value;

use super::{ID, done, short};
use crate::case::{Cleared, Clearing, is_nothing};
use crate::check::same::comes_back;
use crate::check::{Finding, Severity, Subject};
use crate::http::Response;

/// The place says what was sent before it was emptied.
pub(super) fn stayed(subject: &Subject<'_>, cleared: &Cleared, body: &Value) -> Option<Finding> {
    let made = subject.earlier.get(cleared.step).filter(|exchange| done(exchange))?;
    let by = subject.earlier.get(cleared.by).filter(|exchange| done(exchange))?;
    let sent = made.request.json()?;
    let (sent, found) = (cleared.sent.resolve(&sent)?, cleared.place.resolve(body)?);
    if is_nothing(sent) || !comes_back(sent, found) {
        return None;
    }
    // An answer that says it is empty is a promise.
    let answer = by.response().and_then(Response::json);
    let promised = answer.as_ref().and_then(|answer| cleared.answered.resolve(answer)).is_some_and(is_nothing);
    let severity = if cleared.gates || promised { Severity::Error } else { Severity::Warning };
    let (title, how) = match cleared.how {
        Clearing::Null => ("was set to null, and is still there", "null was sent"),
        Clearing::LeftOut => {
            ("was left out of what replaced it, and is still there", "a body without it was put there")
        }
    };
    let title = format!("`{}` {title}", cleared.place);
    let label = format!("{} was there, {how}, and the response says {}", short(sent), short(found));
    let body = Some(cleared.place.clone());
    Some(Finding { label, body, severity, detail: "cleared".into(), ..subject.error(ID, title, &cleared.schema) })
}
