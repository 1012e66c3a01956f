//! Header fields that do not fit the content.

use super::{Breakage, Fault, FaultClass, Scope};
use crate::reference::answer::Answer;

const fn header(name: &'static str, breaks: &'static str, scope: Scope, change: fn(&mut Answer)) -> Fault {
    let breakage = Breakage::Answer(scope, change);
    Fault { name, breaks, class: FaultClass::Header, expected_check: "content-type", breakage }
}

pub(super) const FAULTS: &[Fault] = &[
    header("type-missing", "no answer names a content type", Scope::All, |answer| answer.content_type = None),
    header("type-html", "JSON is labelled `text/html`", Scope::All, |answer| answer.content_type = Some("text/html")),
    header("type-plain", "JSON is labelled `text/plain`", Scope::All, |answer| {
        answer.content_type = Some("text/plain")
    }),
    header("type-octets", "JSON is labelled `application/octet-stream`", Scope::All, |answer| {
        answer.content_type = Some("application/octet-stream");
    }),
    header("type-xml", "JSON is labelled `application/xml`", Scope::All, |answer| {
        answer.content_type = Some("application/xml");
    }),
    header("type-javascript", "JSON is labelled `application/javascript`", Scope::All, |answer| {
        answer.content_type = Some("application/javascript");
    }),
    header("type-form", "JSON is labelled as a form", Scope::All, |answer| {
        answer.content_type = Some("application/x-www-form-urlencoded");
    }),
    header("type-text-json", "JSON is labelled `text/json`", Scope::All, |answer| {
        answer.content_type = Some("text/json")
    }),
    header("type-vendor", "JSON is labelled `application/vnd.api+json`", Scope::All, |answer| {
        answer.content_type = Some("application/vnd.api+json");
    }),
    header("type-json-seq", "JSON is labelled `application/json-seq`", Scope::All, |answer| {
        answer.content_type = Some("application/json-seq");
    }),
    header("type-without-slash", "the content type is `json`", Scope::All, |answer| answer.content_type = Some("json")),
    header("type-empty", "the content type is empty", Scope::All, |answer| answer.content_type = Some("")),
    header("type-range", "the content type is `*/*`", Scope::All, |answer| answer.content_type = Some("*/*")),
    header("type-parameter-malformed", "the content type is `application/json;charset`", Scope::All, |answer| {
        answer.content_type = Some("application/json;charset");
    }),
    header("type-comma", "the content type is a list of two", Scope::All, |answer| {
        answer.content_type = Some("application/json, text/html");
    }),
    header("created-type-missing", "a created user has no content type", Scope::Created, |answer| {
        answer.content_type = None;
    }),
    header("created-type-html", "a created user is labelled `text/html`", Scope::Created, |answer| {
        answer.content_type = Some("text/html; charset=utf-8");
    }),
    header("refused-type-missing", "errors have no content type", Scope::Refused, |answer| answer.content_type = None),
    header("refused-type-html", "errors are labelled `text/html`", Scope::Refused, |answer| {
        answer.content_type = Some("text/html; charset=utf-8");
    }),
    header("refused-type-plain", "errors are labelled `text/plain`", Scope::Refused, |answer| {
        answer.content_type = Some("text/plain");
    }),
    header(
        "malformed-type-plain",
        "the error for malformed JSON is labelled `text/plain`",
        Scope::Malformed,
        |answer| {
            answer.content_type = Some("text/plain");
        },
    ),
];
