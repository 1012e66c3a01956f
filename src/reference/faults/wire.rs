//! Requests whose body is plain, and over whose header fields or framing a server stumbles.

use axum::http::HeaderMap;

use super::change::{fails, hangs, refuses};
use super::{Breakage, Fault, FaultClass};
use crate::reference::answer::{Answer, Refusal};
use crate::reference::past::Scene;
use crate::reference::send::{accepts_gzip, gzipped};

const fn wire(name: &'static str, breaks: &'static str, check: &'static str, breakage: Breakage) -> Fault {
    Fault { name, breaks, class: FaultClass::Wire, expected_check: check, breakage }
}

const fn crashes(name: &'static str, breaks: &'static str, applies: fn(&Scene<'_>) -> bool) -> Fault {
    wire(name, breaks, "no-server-error", Breakage::Where(applies, fails))
}

const fn turns_away(name: &'static str, breaks: &'static str, applies: fn(&Scene<'_>) -> bool) -> Fault {
    wire(name, breaks, "accepts-valid", Breakage::Where(applies, refuses))
}

const fn never(name: &'static str, breaks: &'static str, applies: fn(&Scene<'_>) -> bool) -> Fault {
    wire(name, breaks, "answers-in-time", Breakage::Where(applies, hangs))
}

/// A field asks for another method, and the server follows it.
const fn follows(name: &'static str, breaks: &'static str, applies: fn(&Scene<'_>) -> bool) -> Fault {
    wire(
        name,
        breaks,
        "status-documented",
        Breakage::Where(applies, |_, answer| *answer = Answer::refused(Refusal::Method)),
    )
}

pub(super) const FAULTS: &[Fault] = &[
    // Content-Type.
    turns_away("refuses-type-in-capitals", "`Application/JSON` is refused", |it| content_type(it).contains("JSON")),
    crashes("crash-charset", "`application/json; charset=utf-8` is answered by 500", |it| {
        content_type(it).contains(';')
    }),
    crashes("crash-charset-in-capitals", "`charset=UTF-8` is answered by 500", |it| content_type(it).contains("UTF-8")),
    crashes("crash-type-in-capitals", "`Application/JSON` is answered by 500", |it| content_type(it).contains("JSON")),
    crashes("crash-without-type", "a request without `Content-Type` is answered by 500", |it| {
        !it.headers.contains_key("content-type")
    }),
    crashes("crash-other-type", "a `Content-Type` of text is answered by 500", |it| {
        content_type(it).starts_with("text/")
    }),
    crashes("crash-malformed-type", "a `Content-Type` without a slash is answered by 500", |it| {
        !content_type(it).is_empty() && !content_type(it).contains('/')
    }),
    crashes("crash-type-twice", "a second `Content-Type` is answered by 500", |it| {
        it.headers.get_all("content-type").iter().count() > 1
    }),
    // Accept.
    turns_away("refuses-accept-any", "`Accept: */*` is refused", |it| it.header("accept") == Some("*/*")),
    turns_away("refuses-accept-list", "an `Accept` that lists several types is refused", |it| {
        it.header("accept").is_some_and(|accept| accept.contains(','))
    }),
    crashes("crash-accept-html", "`Accept: text/html` is answered by 500", |it| {
        it.header("accept") == Some("text/html")
    }),
    crashes("crash-accept-empty", "an empty `Accept` is answered by 500", |it| it.header("accept") == Some("")),
    crashes("crash-accept-language", "an `Accept-Language` with weights is answered by 500", |it| {
        it.header("accept-language").is_some_and(|language| language.contains(";q="))
    }),
    wire(
        "partial-for-a-range",
        "a `Range` is answered by 206",
        "status-documented",
        Breakage::Where(|it| it.is_created() && it.headers.contains_key("range"), |_, answer| answer.status = 206),
    ),
    // Framing.
    never("never-expect", "`Expect: 100-continue` is never answered", |it| it.headers.contains_key("expect")),
    crashes("crash-expect", "`Expect: 100-continue` is answered by 500", |it| it.headers.contains_key("expect")),
    crashes("crash-chunked", "a body in chunks is answered by 500", is_chunked),
    never("never-chunked", "a body in chunks is never answered", is_chunked),
    wire(
        "chunked-read-in-part",
        "of a body in chunks no name is read",
        "echo",
        Breakage::Where(
            |it| it.is_created() && is_chunked(it),
            |_, answer| answer.edit(|user| (user["first_name"], user["last_name"]) = ("".into(), "".into())),
        ),
    ),
    crashes("crash-gzip", "a `Content-Encoding` is answered by 500", |it| it.headers.contains_key("content-encoding")),
    wire(
        "gzip-though-refused",
        "content is compressed for a client that does not take that",
        "body-parses",
        Breakage::Where(
            |it| it.is_created() && it.header("accept-encoding").is_some() && !accepts_gzip(it.headers),
            |_, answer| {
                answer.add_header("content-encoding", "gzip");
                answer.edit_bytes(|body| *body = gzipped(body).unwrap_or_default());
            },
        ),
    ),
    crashes("crash-close", "`Connection: close` is answered by 500", |it| it.header("connection") == Some("close")),
    // Names and sizes of fields.
    crashes("crash-titled-names", "`Content-Type`, so written, is answered by 500", |it| it.connection.is_titled()),
    turns_away("refuses-titled-names", "`Content-Type`, so written, is not found", |it| it.connection.is_titled()),
    crashes("crash-long-header", "a header field of more than 2,000 characters is answered by 500", |it| {
        it.headers.values().any(|value| value.len() > 2_000)
    }),
    crashes("crash-many-headers", "more than fifty header fields are answered by 500", |it| it.headers.len() > 50),
    crashes("crash-header-twice", "a field that stands twice is answered by 500", |it| {
        it.headers.keys().any(|name| it.headers.get_all(name).iter().count() > 1)
    }),
    crashes("crash-empty-header", "an empty field is answered by 500", |it| {
        it.headers.iter().any(|(name, value)| name != "accept" && name != "accept-encoding" && value.is_empty())
    }),
    // Other methods.
    follows("follows-method-override", "`X-HTTP-Method-Override: GET` is followed", |it| {
        asks_for_get(it.headers, "x-http-method-override")
    }),
    follows("follows-x-http-method", "`X-HTTP-Method: GET` is followed", |it| {
        asks_for_get(it.headers, "x-http-method")
    }),
    follows("follows-x-method-override", "`X-Method-Override: GET` is followed", |it| {
        asks_for_get(it.headers, "x-method-override")
    }),
    follows("follows-unknown-method", "an override with an unknown method is followed", |it| {
        let known = ["GET", "POST", "OPTIONS"];
        it.header("x-http-method-override").is_some_and(|method| !known.contains(&method))
    }),
];

fn content_type<'s>(scene: &'s Scene<'_>) -> &'s str {
    scene.input.content_type.unwrap_or_default()
}

fn is_chunked(scene: &Scene<'_>) -> bool {
    scene.headers.contains_key("transfer-encoding")
}

fn asks_for_get(headers: &HeaderMap, name: &str) -> bool {
    headers.get(name).is_some_and(|method| method == "GET")
}
