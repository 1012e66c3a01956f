//! Parsers that take more than JSON, each in one way.

use serde_json::{Deserializer, Value};

/// Reads what is not JSON; `None` where this leniency does not help.
pub(in crate::reference) type Relaxed = fn(&[u8]) -> Option<Value>;

/// Ignores commas before a closing bracket.
pub(super) fn trailing_commas(body: &[u8]) -> Option<Value> {
    let mut text = String::new();
    for part in parts(std::str::from_utf8(body).ok()?) {
        if part.starts_with(['}', ']']) {
            let end = text.trim_end().len();
            if text[..end].ends_with(',') {
                text.truncate(end - 1);
            }
        }
        text.push_str(part);
    }
    parse(&text)
}

/// Ignores what follows upon the first JSON value.
pub(super) fn trailing_text(body: &[u8]) -> Option<Value> {
    Deserializer::from_slice(body).into_iter().next()?.ok()
}

/// Completes an object that breaks off.
pub(super) fn truncation(body: &[u8]) -> Option<Value> {
    let text = String::from_utf8_lossy(body);
    let closing = unclosed(&text)?;
    let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]).rev();
    // Whatever stands behind the last whole property is lost.
    ends.filter_map(|end| Some((end, if end == text.len() { closing.clone() } else { unclosed(&text[..end])? })))
        .find_map(|(end, closing)| parse(&format!("{}{closing}", text[..end].trim_end().trim_end_matches(','))))
}

/// Quotes words that stand where a key belongs.
pub(super) fn bare_words(body: &[u8]) -> Option<Value> {
    let text = std::str::from_utf8(body).ok()?;
    let all: Vec<&str> = parts(text).collect();
    let quoted = all.iter().enumerate().map(|(at, part)| {
        let next = all[at + 1..].iter().find(|next| !next.trim().is_empty());
        let is_key = is_word(part) && next.is_some_and(|next| *next == ":");
        if is_key { format!("\"{part}\"") } else { (*part).to_owned() }
    });
    parse(&quoted.collect::<String>())
}

/// Takes single quotes for double ones.
pub(super) fn single_quotes(body: &[u8]) -> Option<Value> {
    parse(&std::str::from_utf8(body).ok()?.replace('\'', "\""))
}

/// Ignores `// …` and `/* … */`.
pub(super) fn comments(body: &[u8]) -> Option<Value> {
    let (mut text, mut rest) = (String::new(), std::str::from_utf8(body).ok()?);
    while let Some(part) = parts(rest).next() {
        let end = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/")? + 2
        } else {
            text.push_str(part);
            part.len()
        };
        rest = &rest[end..];
    }
    parse(&text)
}

/// Reads NaN and the infinities.
pub(in crate::reference) fn not_numbers(body: &[u8]) -> Option<Value> {
    let text: String = words(body, |word| matches!(word, "NaN" | "Infinity").then_some("0"))?;
    parse(&text)
}

/// Reads the literals of Python.
pub(super) fn literals(body: &[u8]) -> Option<Value> {
    let text: String = words(body, |word| match word {
        "True" | "TRUE" => Some("true"),
        "False" | "FALSE" => Some("false"),
        "None" | "NULL" | "Null" | "undefined" => Some("null"),
        _ => None,
    })?;
    parse(&text)
}

/// Replaces what is not UTF-8.
pub(in crate::reference) fn encoding(body: &[u8]) -> Option<Value> {
    std::str::from_utf8(body).err()?;
    parse(&String::from_utf8_lossy(body))
}

/// Takes raw control characters within strings.
pub(super) fn control_characters(body: &[u8]) -> Option<Value> {
    parse(&std::str::from_utf8(body).ok()?.replace(char::is_control, " "))
}

/// Takes a backslash before any character.
pub(super) fn escapes(body: &[u8]) -> Option<Value> {
    let (mut text, mut characters) = (String::new(), std::str::from_utf8(body).ok()?.chars());
    while let Some(character) = characters.next() {
        if character != '\\' {
            text.push(character);
            continue;
        }
        let escaped = characters.next()?;
        if "\"\\/bfnrtu".contains(escaped) {
            text.push('\\');
        }
        text.push(escaped);
    }
    parse(&text)
}

fn parse(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

fn words(body: &[u8], replacement: fn(&str) -> Option<&'static str>) -> Option<String> {
    Some(parts(std::str::from_utf8(body).ok()?).map(|part| replacement(part).unwrap_or(part)).collect())
}

/// The text as strings, words, and single other characters.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let length = match first {
            '"' => string_length(rest).unwrap_or(rest.len()),
            _ if is_word_character(first) => rest.find(|next| !is_word_character(next)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (part, after) = rest.split_at(length);
        rest = after;
        Some(part)
    })
}

/// The length of the string that begins here, its quotes included; `None` where it does not end.
fn string_length(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            b'"' if !escaped => return Some(at + 1),
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}

fn is_word(part: &str) -> bool {
    part.chars().all(is_word_character)
}

fn is_word_character(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$')
}

/// What closes the open string and brackets of a text; `None` where nothing is open.
fn unclosed(text: &str) -> Option<String> {
    let mut open = Vec::new();
    let mut string = "";
    for part in parts(text) {
        match part {
            "{" => open.push('}'),
            "[" => open.push(']'),
            "}" | "]" => drop(open.pop()),
            _ if part.starts_with('"') && string_length(part).is_none() => string = "\"",
            _ => (),
        }
    }
    (!open.is_empty()).then(|| string.chars().chain(open.into_iter().rev()).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_leniency_reads_its_own_kind() {
        let user = json!({ "external_id": "a", "live_mode": true });
        let read =
            |repair: Relaxed, body: &[u8]| assert_eq!(repair(body), Some(user.clone()), "{}", body.escape_ascii());
        read(trailing_commas, br#"{"external_id":"a","live_mode":true , }"#);
        read(trailing_text, br#"{"external_id":"a","live_mode":true} x"#);
        read(truncation, br#"{"external_id":"a","live_mode":true"#);
        read(truncation, br#"{"external_id":"a","live_mode":true,"first_na"#);
        read(bare_words, br#"{external_id:"a",live_mode :true}"#);
        read(single_quotes, b"{'external_id':'a','live_mode':true}");
        read(comments, b"{\"external_id\":\"a\", // it\n\"live_mode\":/* yes */true}");
        read(literals, br#"{"external_id":"a","live_mode":True}"#);
        read(escapes, br#"{"external_id":"\a","live_mode":true}"#);
        assert_eq!(not_numbers(br#"{"a":NaN}"#), Some(json!({ "a": 0 })));
        assert_eq!(encoding(b"{\"a\":\"\xff\"}"), Some(json!({ "a": "\u{fffd}" })));
        assert_eq!(control_characters(b"{\"a\":\"\n\"}"), Some(json!({ "a": " " })));
    }

    #[test]
    fn each_leniency_is_only_that() {
        let all: [Relaxed; 7] = [trailing_commas, trailing_text, truncation, bare_words, comments, encoding, escapes];
        for repair in all {
            assert_eq!(repair(b""), None);
            assert_eq!(repair(br#"{"a" "b"}"#), None);
        }
        assert_eq!(truncation(br#"{"a":1,}"#), None);
        assert_eq!(truncation(br#"{"a":"#), Some(json!({})));
    }
}
