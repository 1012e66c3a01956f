//! An answer as all checks see it: its body read once.

use std::cell::OnceCell;
use std::fmt::Write as _;

use serde::de::IgnoredAny;
use serde_json::Value;

use crate::contract::{AnswerContract, OperationContract};
use crate::http::{Exchange, MediaType, Response};
use crate::source::Pointer;

/// An exchange, the bodies of which are read once for all checks and for the ledger.
#[derive(Debug)]
pub struct Read<'a> {
    /// The exchange.
    pub exchange: &'a Exchange,
    /// The answer; none where no complete answer came.
    pub answer: Option<Answer<'a>>,
    sent: OnceCell<Option<Value>>,
    identity: OnceCell<Option<u64>>,
}

impl<'a> Read<'a> {
    /// Reads the answer of `exchange`. `sent` is the value of the body that was sent, where that is known already.
    pub fn new(contract: &'a OperationContract, exchange: &'a Exchange, sent: Option<Value>) -> Self {
        let answer = exchange.response().map(|response| Answer::of(contract, response));
        let sent = sent.map_or_else(OnceCell::new, |value| OnceCell::from(Some(value)));
        Self { exchange, answer, sent, identity: OnceCell::new() }
    }

    /// The JSON value that was sent, if it was one.
    pub fn sent(&self) -> Option<&Value> {
        self.sent.get_or_init(|| self.exchange.request.json()).as_ref()
    }

    /// What the request says of itself: the hash of what identifies what it makes.
    pub(super) fn identity(&self, contract: &OperationContract) -> Option<u64> {
        *self.identity.get_or_init(|| super::identity(contract, self.sent()?))
    }
}

/// A response, the entry of the document that speaks for it, and its content.
#[derive(Debug)]
pub struct Answer<'a> {
    /// The response.
    pub response: &'a Response,
    /// The entry of `responses` for its status.
    pub entry: Option<&'a AnswerContract>,
    /// What its Content-Type names; none where that is absent, malformed, or there are several.
    pub media_type: Option<MediaType>,
    /// What its body is.
    pub content: Content,
    /// Whether a byte-order mark stands before it.
    pub byte_order_mark: bool,
}

/// What a body is.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// No bytes.
    Empty,
    /// One JSON value.
    Json(Value),
    /// Meant to be JSON, and not UTF-8 from this byte on.
    NotUtf8(usize),
    /// Meant to be JSON, and none: what is wrong, and where.
    NotJson(String),
    /// Of another media type, or JSON that is nested more deeply than is read.
    Other,
}

impl<'a> Answer<'a> {
    /// Reads `response` as an answer of the operation.
    pub fn of(contract: &'a OperationContract, response: &'a Response) -> Self {
        let entry = contract.answer(response.status);
        let media_type = response.media_type().filter(|_| content_types(response) == 1);
        // Without a media type, the document says what the body is meant to be: an error nobody documents is JSON.
        let json = match &media_type {
            Some(media_type) => media_type.is_json(),
            None => entry.is_none_or(AnswerContract::is_json),
        };
        let body = response.body.as_ref();
        let byte_order_mark = body.starts_with(b"\xef\xbb\xbf");
        let text = if byte_order_mark { &body[3..] } else { body };
        let content = if text.is_empty() {
            Content::Empty
        } else if json {
            read(text)
        } else {
            Content::Other
        };
        Self { response, entry, media_type, content, byte_order_mark }
    }

    /// Its JSON value, if it is one.
    pub fn json(&self) -> Option<&Value> {
        match &self.content {
            Content::Json(value) => Some(value),
            _ => None,
        }
    }

    /// The status code.
    pub fn status(&self) -> u16 {
        self.response.status
    }
}

/// How often Content-Type stands in it. More than once is malformed (RFC 9110 §8.3).
pub(super) fn content_types(response: &Response) -> usize {
    response.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("content-type")).count()
}

/// What the parser says of values that are nested more deeply than it reads.
const TOO_DEEP: &str = "recursion limit exceeded";

fn read(text: &[u8]) -> Content {
    let error = match serde_json::from_slice(text) {
        Ok(value) => return Content::Json(value),
        Err(error) => error,
    };
    // Any depth is passed over without recursion.
    if error.to_string().starts_with(TOO_DEEP) && serde_json::from_slice::<IgnoredAny>(text).is_ok() {
        return Content::Other;
    }
    match std::str::from_utf8(text) {
        Err(broken) => Content::NotUtf8(broken.valid_up_to()),
        // The grammar of JSON allows half a surrogate pair in an escape (RFC 8259 §8.2), and a server that was sent one
        // may send it back. The parser refuses it, so that it is read as the replacement character.
        Ok(text) => match without_lone_surrogates(text).and_then(|text| serde_json::from_str(&text).ok()) {
            Some(value) => Content::Json(value),
            None => Content::NotJson(error.to_string()),
        },
    }
}

/// The text with every escaped half of a surrogate pair replaced; none where it has none.
fn without_lone_surrogates(text: &str) -> Option<String> {
    let unit = |at: usize| {
        let escape = text.get(at..at + 6).filter(|escape| escape.starts_with("\\u"))?;
        u16::from_str_radix(&escape[2..], 16).ok()
    };
    let mut out = String::new();
    let (mut from, mut at) = (0, 0);
    while let Some(found) = text[at..].find('\\') {
        at += found;
        match (unit(at), unit(at + 6)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => at += 12,
            (Some(0xD800..=0xDFFF), _) => {
                out.push_str(&text[from..at]);
                out.push_str("\\ufffd");
                at += 6;
                from = at;
            }
            // An escaped backslash, or any other escape: two characters, of which the second may take several bytes.
            _ => at += 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8),
        }
    }
    out.push_str(&text[from..]);
    (from > 0).then_some(out)
}

/// What the response says at a place, for a person: `"1671631795145", a string`.
pub(super) fn says(value: &Value, at: &Pointer) -> String {
    match at.resolve(value) {
        None => "the response does not have it".into(),
        Some(found) => {
            let kind = match found {
                Value::Null => return "the response says `null`".into(),
                Value::Bool(_) => "a boolean",
                Value::Number(_) => "a number",
                Value::String(_) => "a string",
                Value::Array(_) => "an array",
                Value::Object(_) => "an object",
            };
            format!("the response says {}, {kind}", short(found))
        }
    }
}

/// A value in one line of at most some sixty characters, what is invisible in it escaped.
pub(super) fn short(value: &Value) -> String {
    const MAX: usize = 60;
    let mut out = String::new();
    for character in value.to_string().chars() {
        if out.chars().count() >= MAX {
            out.push('…');
            break;
        }
        match character {
            c if c.is_control() || is_invisible(c) => _ = write!(out, "\\u{{{:x}}}", u32::from(c)),
            c => out.push(c),
        }
    }
    out
}

/// Characters that change how a line reads without being seen.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{e000}'..='\u{f8ff}' | '\u{fffe}' | '\u{ffff}')
}

/// Texts that stand for nothing in some language, and reached an answer by accident. An empty text is none of them.
const NOTHING: [&str; 9] = ["undefined", "null", "None", "nil", "<nil>", "(null)", "NaN", "[object Object]", "<null>"];

/// Whether a text says nothing, and only looks as if it did.
pub(super) fn is_word_for_nothing(text: &str) -> bool {
    NOTHING.contains(&text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_nothing_are_known_as_they_are_written() {
        assert!(["undefined", "None", " nil ", "[object Object]"].into_iter().all(is_word_for_nothing));
        assert!(!["", "none", "Null Island", "undefined behaviour"].into_iter().any(is_word_for_nothing));
    }

    use serde_json::json;

    #[test]
    fn half_a_surrogate_pair_in_an_escape_is_no_syntax_error() {
        assert_eq!(read(br#"{"a":"x\ud800y"}"#), Content::Json(json!({ "a": "x\u{fffd}y" })));
        assert_eq!(read(br#""\udc00\ud83d\ude00\\ud800""#), Content::Json(json!("\u{fffd}\u{1f600}\\ud800")));
    }

    #[test]
    fn what_is_no_json_stays_none() {
        assert!(matches!(read(br#"{"a":"\ud800""#), Content::NotJson(_)));
        let deep = |close: &str| format!("{}{}", "[".repeat(5_000), close.repeat(5_000));
        assert_eq!(read(deep("]").as_bytes()), Content::Other);
        assert!(matches!(read(deep("}").as_bytes()), Content::NotJson(_)));
        assert!(matches!(read("\"\\é".as_bytes()), Content::NotJson(_)));
        assert_eq!(read(b"\"a\xff\""), Content::NotUtf8(2));
    }
}
