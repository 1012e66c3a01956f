//! The same body under other header fields, framings and codings: what HTTP says means the same, and what it leaves open.

use super::ground::{Ground, in_smoke};
use super::{BodyTemplate, Case, Intent, Tier};
use crate::generate::{Contest, Edit, Encoding};
use crate::http::Headers;

/// A field: its name and its value.
type Field = (&'static str, &'static str);

/// Fields besides those that a case has, what the case is called, and why a server may refuse it, if it may.
const FIELDS: &[(&str, &[Field], Option<Contest>)] = &[
    // What the client takes (RFC 9110 §12.5.1). JSON is in all of the first ones.
    ("accept/any", &[("accept", "*/*")], None),
    ("accept/any-application", &[("accept", "application/*")], None),
    ("accept/letter-case", &[("accept", "Application/JSON")], None),
    ("accept/weighted", &[("accept", "text/html;q=0.5, application/json;q=0.9, */*;q=0.1")], None),
    ("accept/list", &[("accept", "application/json, text/plain, */*")], None),
    ("accept/browser", &[("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")], None),
    ("accept/parameter", &[("accept", "application/json;charset=utf-8")], Some(Contest::Accept)),
    ("accept/html", &[("accept", "text/html")], Some(Contest::Accept)),
    ("accept/xml", &[("accept", "application/xml")], Some(Contest::Accept)),
    ("accept/event-stream", &[("accept", "text/event-stream")], Some(Contest::Accept)),
    ("accept/vendor-json", &[("accept", "application/vnd.proofmark+json")], Some(Contest::Accept)),
    ("accept/json-refused", &[("accept", "application/json;q=0, text/html")], Some(Contest::Accept)),
    ("accept/malformed", &[("accept", "json")], Some(Contest::Accept)),
    ("accept/empty", &[("accept", "")], Some(Contest::Accept)),
    ("accept/twice", &[("accept", "text/plain;q=0.1"), ("accept", "application/json")], None),
    // What the client can undo and read (RFC 9110 §12.5.3, §12.5.4).
    ("accept-encoding/identity", &[("accept-encoding", "identity")], None),
    ("accept-encoding/none", &[("accept-encoding", "")], None),
    ("accept-encoding/weighted", &[("accept-encoding", "gzip;q=0, identity;q=1")], None),
    ("accept-language/german", &[("accept-language", "de-DE,de;q=0.9,en;q=0.1")], None),
    ("accept-language/unknown", &[("accept-language", "x-klingon, *;q=0.5")], None),
    ("accept-charset/latin-1", &[("accept-charset", "iso-8859-1, utf-8;q=0.5")], None),
    // Fields without meaning for a POST, which a server ignores (RFC 9110 §5.1, §13.1.3, §14.2).
    ("header/unknown", &[("x-proofmark-unknown", "1")], None),
    ("header/unknown-empty", &[("x-proofmark-unknown", "")], None),
    ("header/unknown-twice", &[("x-proofmark-unknown", "1"), ("x-proofmark-unknown", "2")], None),
    ("header/unknown-punctuation", &[("x-proofmark-unknown", "a, b; c=\"d\" <e> {f} %00 \\ '")], None),
    ("header/range", &[("range", "bytes=0-9")], None),
    ("header/if-modified-since", &[("if-modified-since", "Thu, 01 Jan 1970 00:00:00 GMT")], None),
    ("header/cache-control", &[("cache-control", "no-cache"), ("pragma", "no-cache")], None),
    ("header/user-agent-browser", &[("user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36")], None),
    ("header/user-agent-curl", &[("user-agent", "curl/8.5.0")], None),
    ("header/trace-context", &[("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")], None),
    ("header/request-id", &[("x-request-id", "proofmark-1"), ("x-correlation-id", "proofmark-2")], None),
    ("header/te-trailers", &[("te", "trailers")], None),
    ("header/cookie", &[("cookie", "a=b; c=\"d\"")], None),
    ("header/prefer", &[("prefer", "return=minimal")], None),
    ("header/x-requested-with", &[("x-requested-with", "XMLHttpRequest")], None),
    ("header/referer", &[("referer", "http://localhost:3000/users/new?a=b")], None),
    ("header/baggage", &[("baggage", "userId=alice,isProduction=false"), ("tracestate", "a=1,b@c=2")], None),
    ("header/priority", &[("priority", "u=1, i")], None),
    ("header/forwarded", &[("x-forwarded-for", "192.0.2.1"), ("x-forwarded-proto", "https")], None),
    ("header/origin", &[("origin", "http://localhost:3000"), ("sec-fetch-mode", "cors")], None),
    ("header/if-none-match", &[("if-none-match", "\"proofmark\"")], None),
    ("header/user-agent-none", &[("user-agent", "")], None),
    ("connection/close", &[("connection", "close")], None),
    ("connection/keep-alive", &[("connection", "keep-alive")], None),
    ("header/authorization", &[("authorization", "Bearer proofmark")], Some(Contest::Credentials)),
    // Only methods that change nothing (RFC 9110 §9.2.1): a server that follows the field does no harm.
    ("method-override/get", &[("x-http-method-override", "GET")], Some(Contest::MethodOverride)),
    ("method-override/options", &[("x-http-method-override", "OPTIONS")], Some(Contest::MethodOverride)),
    ("method-override/unknown", &[("x-http-method-override", "PROOFMARK")], Some(Contest::MethodOverride)),
    ("method-override/same", &[("x-http-method-override", "POST")], Some(Contest::MethodOverride)),
    ("method-override/x-http-method", &[("x-http-method", "GET")], Some(Contest::MethodOverride)),
    ("method-override/x-method-override", &[("x-method-override", "GET")], Some(Contest::MethodOverride)),
    ("expect/continue", &[("expect", "100-continue")], Some(Contest::Expectation)),
    ("chunked/body", &[("transfer-encoding", "chunked")], Some(Contest::Chunked)),
    ("content-encoding/identity", &[("content-encoding", "identity")], Some(Contest::ContentCoding)),
    ("content-encoding/unknown", &[("content-encoding", "proofmark")], Some(Contest::ContentCoding)),
    ("content-encoding/gzip-not-applied", &[("content-encoding", "gzip")], Some(Contest::ContentCoding)),
];

/// So long that most servers still take it, and more than one buffer of the usual sizes.
const LONG: usize = 4_000;
/// Fewer than the hundred that common servers take.
const MANY: usize = 60;

pub(super) fn propose(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    for (name, fields, contest) in FIELDS {
        // Its own cases are about what the document has a parameter for.
        if fields.iter().any(|(field, _)| ground.operation.has_header_parameter(field)) {
            continue;
        }
        let smoke = matches!(*name, "accept/any" | "chunked/body");
        if !smoke && !ground.takes(&ground.whole, name, cases) {
            continue;
        }
        let reason = match fields {
            [(field, value), ..] if !name.ends_with("-twice") && !name.ends_with("/twice") => {
                format!("with the header `{field}: {value}`")
            }
            _ => format!("with the header `{}` more than once", fields[0].0),
        };
        let case = with(ground, name, &reason, fields.iter().copied(), *contest);
        cases.extend(in_smoke(Some(case), smoke));
    }
    cases.push(with(
        ground,
        "header/long",
        "with a header of four thousand characters",
        [("x-proofmark-unknown", "a".repeat(LONG).as_str())],
        Some(Contest::LongHeader),
    ));
    let many: Vec<_> = (0..MANY).map(|at| (format!("x-proofmark-{at}"), "1")).collect();
    let many = many.iter().map(|(name, value)| (name.as_str(), *value));
    cases.push(with(ground, "header/many", "with sixty headers more", many, Some(Contest::LongHeader)));
    // Where there are parameters they have cases of their own.
    if ground.operation.parameters.is_empty() {
        let reason = "a query parameter that is not listed";
        let mut case = with(ground, "query/unlisted", reason, [], Some(Contest::UnlistedParameter));
        case.steps[0].request.path.push_str("?proofmark_unlisted=1");
        cases.push(case);
    }
    content_type(ground, cases);
    gzip(ground, cases);
    refused(ground, cases);
    unusually_framed(ground, cases);
}

/// Clients that send what must be refused: a refusal is as documented, whoever is refused.
const CLIENTS: &[(&str, &[Field])] = &[
    (
        "browser",
        &[
            ("user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"),
            ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
            ("accept-language", "de-DE,de;q=0.9,en;q=0.1"),
        ],
    ),
    ("script", &[("user-agent", "curl/8.5.0"), ("accept", "*/*"), ("connection", "close")]),
];

/// What each client sends: the ends of the names of cases that are refused, each of another kind.
const REFUSED: &[&str] = &["/required", "/type-number", "/body/truncated-half"];

/// What must be refused, from each client.
fn refused(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    let first = |end: &&str| {
        let is = |case: &&Case| matches!(case.intent, Intent::Invalid { .. }) && case.name.ends_with(end);
        cases.iter().find(is).cloned()
    };
    let found: Vec<Case> = REFUSED.iter().filter_map(first).collect();
    for (client, fields) in CLIENTS {
        for case in &found {
            let mut case = Case { tier: Tier::Gate, name: format!("{}/from-{client}", case.name), ..case.clone() };
            case.reason = format!("{}, from a {client}", case.reason);
            let headers = &mut case.steps[0].request.headers;
            fields.iter().for_each(|(name, value)| headers.push(*name, *value));
            cases.push(case);
        }
    }
    // Whoever demands that the length be told refuses it for that.
    for Case { name, reason, focus, subject, mut steps, .. } in found {
        let Some(body) = steps.remove(0).request.body else { continue };
        let about = name.split('/').skip(2).collect::<Vec<_>>().join("-");
        let intent = Intent::Contested(Contest::Chunked);
        let case = ground.named(&format!("chunked/{about}"), format!("{reason}, in chunks"), intent, body);
        let mut case = Case { focus, subject, ..case };
        case.steps[0].request.headers.push("transfer-encoding", "chunked");
        cases.push(case);
    }
}

/// No body at all: without its type, and in no chunk.
fn unusually_framed(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    if !ground.body.required {
        return;
    }
    let nothing = BodyTemplate { template: ground.full.clone(), encoding: Encoding::edited(Edit::Whole(Vec::new())) };
    let chunked: Headers =
        [("content-type", ground.body.media_type.as_str()), ("transfer-encoding", "chunked")].into_iter().collect();
    for (name, reason, contest, headers, body) in [
        ("body/absent-with-its-type", "neither a body nor its type", Contest::ContentType, Headers::new(), None),
        ("chunked/empty", "no body, in chunks", Contest::Chunked, chunked, Some(nothing)),
    ] {
        let intent = Intent::Contested(contest);
        let name = format!("{}/{}/{name}", ground.operation.operation.id, intent.word());
        cases.push(Case::single(ground.number, name, intent, reason, ground.request(headers, body)));
    }
}

/// The case that sends the full body with these fields behind its own.
fn with<'f>(
    ground: &Ground<'_>,
    name: &str,
    reason: &str,
    fields: impl IntoIterator<Item = (&'f str, &'f str)>,
    contest: Option<Contest>,
) -> Case {
    let intent = contest.map_or(Intent::Valid, Intent::Contested);
    // Whoever takes it for another encoding, or reads it chunk by chunk, breaks what is not ASCII.
    let mut case = ground.named(name, reason, intent, BodyTemplate::plain(ground.with_astral().clone()));
    for (name, value) in fields {
        case.steps[0].request.headers.push(name, value);
    }
    case
}

/// Content-Type under a name in other letters (RFC 9110 §5.1), and more than once.
fn content_type(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    let media_type = ground.body.media_type.as_str();
    let of = |name: &str, reason: &str, intent, fields: &[(&str, &str)]| {
        let headers: Headers = fields.iter().copied().collect();
        let name = format!("{}/{}/{name}", ground.operation.operation.id, Intent::word(&intent));
        let request = ground.request(headers, Some(BodyTemplate::plain(ground.with_astral().clone())));
        Case::single(ground.number, name, intent, reason, request)
    };
    let contested = || Intent::Contested(Contest::ContentType);
    cases.push(of(
        "header/capitals",
        "names of headers with capitals",
        Intent::Valid,
        &[("Content-Type", media_type), ("X-Proofmark-Unknown", "1")],
    ));
    let same = [("content-type", media_type); 2];
    cases.push(of("content-type/twice", "Content-Type twice, the same", contested(), &same));
    let other = [("content-type", media_type), ("content-type", "text/plain")];
    cases.push(of("content-type/twice-other-last", "Content-Type twice, another one last", contested(), &other));
    let other = [("content-type", "text/plain"), ("content-type", media_type)];
    cases.push(of("content-type/twice-other-first", "Content-Type twice, another one first", contested(), &other));
    let list = format!("{media_type}, {media_type}");
    cases.push(of("content-type/list", "two media types in one Content-Type", contested(), &[("content-type", &list)]));
}

/// The body compressed, with the coding named and without.
fn gzip(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    let contest = Some(Contest::ContentCoding);
    let coded = |name, reason| {
        ground.encoded(name, reason, ground.full.clone(), Encoding::edited(Edit::Gzip), contest).filter(|case| {
            // Compressed bytes are no JSON text; were they, the case would be another one.
            matches!(case.intent, Intent::Contested(Contest::ContentCoding))
        })
    };
    cases.extend(coded("content-encoding/gzip", "a compressed body").map(|mut case| {
        case.steps[0].request.headers.push("content-encoding", "gzip");
        case
    }));
    // Without the name of the coding the bytes are no JSON text.
    let edit = Encoding::edited(Edit::Gzip);
    let reason = "a compressed body of which no header tells";
    cases.extend(ground.encoded("body/gzip-not-named", reason, ground.full.clone(), edit, None));
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::case::Case;
    use crate::case::derive::{Derived, derive};
    use crate::contract::Contract;

    /// The cases about header fields of an operation that has a parameter for `field`.
    fn cases(field: &str) -> Vec<Case> {
        let parameter = format!("{{name: {field}, in: header, schema: {{type: string, maxLength: 60}}}}");
        let body = "content: {application/json: {schema: {type: object, properties: {title: {type: string}}}}}";
        let text = format!(
            "openapi: 3.0.3\npaths:\n  /things:\n    post: {{parameters: [{parameter}], requestBody: {{required: true, \
             {body}}}, responses: {{'201': {{description: d}}}}}}\n"
        );
        let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
        match derive(&Contract::of(Arc::new(document)).expect("a contract"), 0, 1) {
            Derived::Cases(cases) => cases,
            Derived::Nothing(why) => panic!("{why}"),
        }
    }

    #[test]
    fn a_header_field_that_the_document_has_a_parameter_for_is_no_field_without_meaning() {
        let has = |cases: &[Case], end: &str| cases.iter().any(|case| case.name.ends_with(end));
        for (field, own, other) in [
            ("If-None-Match", "valid/header/if-none-match", "valid/header/request-id"),
            ("x-correlation-id", "valid/header/request-id", "valid/header/if-none-match"),
        ] {
            let cases = cases(field);
            assert!(!has(&cases, own) && has(&cases, other), "{field}");
        }
        assert!(has(&cases("x-other"), "valid/header/if-none-match"));
    }
}
