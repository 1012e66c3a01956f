//! Bodies that cannot be read: not JSON, not the encoding they claim, or not whole.

use super::{Breakage, Fault, FaultClass, Scope};
use crate::reference::answer::Answer;
use crate::reference::send::Delivery;

const fn fault(name: &'static str, breaks: &'static str, breakage: Breakage) -> Fault {
    Fault { name, breaks, class: FaultClass::BrokenBody, expected_check: "body-parses", breakage }
}

const fn bytes(name: &'static str, breaks: &'static str, scope: Scope, change: fn(&mut Vec<u8>)) -> Fault {
    fault(name, breaks, Breakage::Bytes(scope, change))
}

const fn answer(name: &'static str, breaks: &'static str, scope: Scope, change: fn(&mut Answer)) -> Fault {
    fault(name, breaks, Breakage::Answer(scope, change))
}

pub(super) const FAULTS: &[Fault] = &[
    bytes("json-cut", "the JSON of a created user lacks its second half", Scope::Created, |body| {
        body.truncate(body.len() / 2);
    }),
    bytes("json-unclosed", "the JSON of a created user lacks its last brace", Scope::Created, |body| {
        body.pop();
    }),
    bytes("byte-order-mark", "a byte-order mark stands before every body", Scope::All, |body| {
        before(body, b"\xef\xbb\xbf");
    }),
    bytes("json-trailing-text", "a word stands behind the JSON", Scope::Created, |body| body.extend(b" ok")),
    bytes("json-trailing-null", "a NUL byte stands behind the JSON", Scope::Created, |body| body.push(0)),
    bytes("json-trailing-brace", "a brace too many stands behind the JSON", Scope::Created, |body| body.push(b'}')),
    bytes("json-twice", "the JSON of a created user is sent twice over", Scope::Created, |body| {
        body.extend_from_within(..);
    }),
    bytes("json-then-error", "an error follows upon the created user", Scope::Created, |body| {
        body.extend(br#"{"error":{"code":"unknown","message":"something went wrong"}}"#);
    }),
    bytes("json-prefixed", "`)]}',` stands before the JSON", Scope::Created, |body| before(body, b")]}',\n")),
    bytes("json-warning", "a warning of the run time stands before the JSON", Scope::Created, |body| {
        before(body, b"<br />\n<b>Warning</b>: undefined index\n");
    }),
    bytes("json-callback", "the JSON is wrapped in a function call", Scope::Created, |body| {
        before(body, b"callback(");
        body.extend(b");");
    }),
    bytes("json-trailing-comma", "a comma stands before the last brace", Scope::Created, |body| {
        body.pop();
        body.extend(b",}");
    }),
    bytes("json-single-quotes", "strings have single quotes", Scope::Created, |body| {
        body.iter_mut().filter(|byte| **byte == b'"').for_each(|byte| *byte = b'\'');
    }),
    bytes("json-unquoted-keys", "keys have no quotes", Scope::Created, |body| {
        replace(body, "\"object\":", "object:");
        replace(body, "\"id\":", "id:");
    }),
    bytes("json-comment", "a comment stands within the JSON", Scope::Created, |body| before_last(body, b"/* user */")),
    bytes("json-repeated-name", "`id` stands twice, with different values", Scope::Created, |body| {
        replace(body, "\"id\":", "\"id\":\"u_0\",\"id\":");
    }),
    bytes("json-nan", "a property reads NaN", Scope::Created, |body| before_last(body, b",\"score\":NaN")),
    bytes("json-undefined", "a property reads undefined", Scope::Created, |body| {
        before_last(body, b",\"deleted_at\":undefined");
    }),
    bytes("json-leading-zero", "a number has a leading zero", Scope::Created, |body| {
        before_last(body, b",\"count\":07")
    }),
    bytes("json-capital-literal", "booleans are `True` and `False`", Scope::Created, |body| {
        replace(body, "\":false", "\":False");
        replace(body, "\":true", "\":True");
    }),
    bytes("json-raw-newline", "a line break stands unescaped in a string", Scope::Created, |body| {
        replace(body, "\"object\":\"user\"", "\"object\":\"user\",\"note\":\"a\nb\"");
    }),
    bytes("json-bad-escape", "a string has an escape that JSON lacks", Scope::Created, |body| {
        before_last(body, br#","note":"it\'s""#);
    }),
    bytes("json-bad-utf-8", "a string is not UTF-8", Scope::Created, |body| before_last(body, b",\"note\":\"\xff\"")),
    bytes("json-latin-1", "a string is in Latin-1", Scope::Created, |body| before_last(body, b",\"note\":\"Zo\xeb\"")),
    bytes("json-utf-16", "the JSON is in UTF-16", Scope::Created, |body| {
        *body = body.iter().flat_map(|byte| [*byte, 0]).collect();
    }),
    bytes("json-surrogates", "astral characters are written as two surrogates in UTF-8", Scope::Created, |body| {
        before_last(body, b",\"note\":\"\xed\xa0\xbd\xed\xb8\x80\"");
    }),
    bytes("json-form", "the created user is a form rather than JSON", Scope::Created, |body| {
        *body = b"object=user&live_mode=false".to_vec();
    }),
    bytes("json-debug", "the created user is a debug print rather than JSON", Scope::Created, |body| {
        *body = b"User { object: \"user\", live_mode: false }".to_vec();
    }),
    bytes("created-empty", "the answer to a create has no content", Scope::Created, Vec::clear),
    bytes("created-blank", "the answer to a create is white space", Scope::Created, |body| *body = b" \r\n".to_vec()),
    bytes("created-ok", "the answer to a create is the word OK", Scope::Created, |body| *body = b"OK".to_vec()),
    bytes("refused-empty", "errors have no content", Scope::Refused, Vec::clear),
    bytes("refused-cut", "the JSON of errors lacks its last brace", Scope::Refused, |body| {
        body.pop();
    }),
    bytes("refused-text", "errors are a sentence labelled as JSON", Scope::Refused, |body| {
        *body = b"Bad Request".to_vec()
    }),
    bytes("malformed-text", "the error for malformed JSON is a sentence labelled as JSON", Scope::Malformed, |body| {
        *body = b"invalid character '}' looking for beginning of value\n".to_vec();
    }),
    bytes(
        "malformed-quoted",
        "the error for malformed JSON quotes the body without escaping it",
        Scope::Malformed,
        |body| {
            before_last(body, b",\"near\":\"\"{\"");
        },
    ),
    answer("gzip-false", "content is labelled as gzip and is not", Scope::Created, |answer| {
        answer.add_header("content-encoding", "gzip");
    }),
    answer("deflate-false", "content is labelled as deflate and is not", Scope::Created, |answer| {
        answer.add_header("content-encoding", "deflate");
    }),
    answer("gzip-cut", "content is labelled as gzip and ends behind its header", Scope::Created, |answer| {
        answer.add_header("content-encoding", "gzip");
        answer.edit_bytes(|body| *body = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
    }),
    answer("length-too-long", "fewer bytes come than announced", Scope::Created, |answer| {
        answer.delivery = Delivery::Short(10);
    }),
    answer("length-without-body", "bytes are announced and none come", Scope::Created, |answer| {
        answer.edit_bytes(Vec::clear);
        answer.delivery = Delivery::Short(200);
    }),
    answer("chunks-broken-off", "the chunks of a created user break off", Scope::Created, |answer| {
        answer.delivery = Delivery::BrokenOff;
    }),
    answer("refused-length-too-long", "fewer bytes of errors come than announced", Scope::Refused, |answer| {
        answer.delivery = Delivery::Short(10);
    }),
    answer("refused-chunks-broken-off", "the chunks of errors break off", Scope::Refused, |answer| {
        answer.delivery = Delivery::BrokenOff;
    }),
];

fn before(body: &mut Vec<u8>, text: &[u8]) {
    body.splice(..0, text.iter().copied());
}

fn before_last(body: &mut Vec<u8>, text: &[u8]) {
    let at = body.len().saturating_sub(1);
    body.splice(at..at, text.iter().copied());
}

fn replace(body: &mut Vec<u8>, text: &str, with: &str) {
    *body = String::from_utf8_lossy(body).replacen(text, with, 1).into_bytes();
}
