//! Bodies that cannot be read.

use serde_json::Value;

use super::ground::Ground;
use super::scope::Scope;
use super::{Class, Mutation, answer};
use crate::http::repeated_name;

/// Makes other bytes of a body.
type Spoil = fn(&[u8]) -> Vec<u8>;

/// Ways to spoil JSON, each with what becomes of the body.
const SPOILED: &[(&str, &str, Spoil)] = &[
    ("empty", "has an empty body", |_| Vec::new()),
    ("blank", "has a body of spaces", |_| b" \n".to_vec()),
    ("cut-last", "lacks the last byte of its body", |body| body[..body.len().saturating_sub(1)].to_vec()),
    ("cut-half", "lacks half of its body", |body| body[..body.len() / 2].to_vec()),
    ("trailing-brace", "has a brace behind its body", |body| [body, b"}"].concat()),
    ("trailing-text", "has text behind its body", |body| [body, b"\nnull and void"].concat()),
    ("twice", "has its body twice", |body| [body, body].concat()),
    ("leading-text", "has text before its body", |body| [b")]}',\n", body].concat()),
    ("callback", "has its body as an argument", |body| [b"callback(", body, b");"].concat()),
    ("single-quotes", "has its body in single quotes", |body| {
        body.iter().map(|byte| if *byte == b'"' { b'\'' } else { *byte }).collect()
    }),
    ("bare-names", "has a body whose names are not quoted", |body| {
        body.iter().copied().filter(|b| *b != b'"').collect()
    }),
    ("trailing-comma", "has a comma behind the last member", |body| {
        let end = body.iter().rposition(|byte| matches!(byte, b'}' | b']')).unwrap_or(0);
        [&body[..end], b",", &body[end..]].concat()
    }),
    ("comment", "has a comment in its body", |body| [b"/* ok */", body].concat()),
    ("not-a-number", "has NaN in its body", |body| {
        let end = body.iter().rposition(|byte| *byte == b'}').unwrap_or(0);
        [&body[..end], b",\"score\":NaN", &body[end..]].concat()
    }),
    ("repeated-name", "has a name twice in one object", |body| {
        let at = |sign: u8| body.iter().position(|byte| *byte == sign);
        let (Some(open), Some(colon)) = (at(b'{'), at(b':')) else { return body.to_vec() };
        [&body[..colon], b":null,", &body[open + 1..]].concat()
    }),
    ("not-utf-8", "has a byte in its body that is no UTF-8", |body| {
        let at = body.iter().rposition(|byte| *byte == b'"').unwrap_or(0);
        [&body[..at], b"\xff", &body[at..]].concat()
    }),
    ("latin-1", "has its body in Latin-1", |body| {
        let at = body.iter().rposition(|byte| *byte == b'"').unwrap_or(0);
        [&body[..at], b"\xe9t\xe9", &body[at..]].concat()
    }),
    ("utf-16", "has its body in UTF-16", |body| {
        String::from_utf8_lossy(body).encode_utf16().flat_map(u16::to_le_bytes).collect()
    }),
    ("html", "is a page of HTML", |_| b"<!doctype html><title>Something went wrong</title>".to_vec()),
    ("plain", "is plain text", |_| b"OK".to_vec()),
    ("object-text", "is how a program prints objects", |_| b"[object Object]".to_vec()),
    ("control", "has a line break within a text", |body| {
        let at = body.iter().rposition(|byte| *byte == b'"').unwrap_or(0);
        [&body[..at], b"\n", &body[at..]].concat()
    }),
];

pub(super) fn propose(ground: &Ground<'_>, all: &mut Vec<Mutation>) {
    for scope in Scope::ALL {
        for (name, breaks, spoil) in SPOILED {
            all.push(ground.within(scope, Class::Body, name, breaks, move |exchange| {
                let Some(body) = exchange.response().map(|response| response.body.clone()) else { return false };
                let spoiled = spoil(&body);
                let readable =
                    |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).is_ok() && repeated_name(bytes).is_none();
                readable(&body) && !readable(&spoiled) && answer::set_body(exchange, spoiled)
            }));
        }
    }
}
