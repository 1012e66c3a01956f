//! A body in one line, with a mark under one value of it: as much of it as fits, the value above all.

use serde::de::IgnoredAny;

use super::words::{columns, printable};
use crate::source::Pointer;

/// A body in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// The text, `…` where some is left out.
    pub(super) text: String,
    /// First column and number of columns of the value asked for.
    pub(super) mark: Option<(usize, usize)>,
}

/// Strings beside the marked value that are longer than this are cut, where space is short.
const LONG: usize = 20;

/// The line for `body`, at most `width` columns wide, marking the value at `pointer` if there is one.
pub(super) fn line(body: &[u8], pointer: Option<&Pointer>, width: usize) -> Line {
    let Ok(text) = std::str::from_utf8(body) else {
        return Line { text: head(&legible(body), width), mark: None };
    };
    if serde_json::from_str::<IgnoredAny>(text).is_err() {
        return Line { text: head(&printable(text), width), mark: None };
    }
    let span = pointer.filter(|pointer| !pointer.is_root()).and_then(|pointer| find(text, pointer));
    let (start, end) = span.unwrap_or((0, 0));
    let parts =
        |most| [compact(&text[..start], most), compact(&text[start..end], usize::MAX), compact(&text[end..], most)];
    let fits = |parts: &[String; 3]| parts.iter().map(|part| columns(part)).sum::<usize>() <= width;
    let mut fitting = parts(usize::MAX);
    if !fits(&fitting) {
        fitting = parts(LONG);
    }
    if !fits(&fitting) {
        fitting = window(fitting, width);
    }
    let [before, value, after] = fitting;
    let mark = span.map(|_| (columns(&before), columns(&value).max(1)));
    Line { text: format!("{before}{value}{after}"), mark }
}

/// What of a body is text, with each other byte as `\xff`.
fn legible(body: &[u8]) -> String {
    let part = |chunk: std::str::Utf8Chunk<'_>| {
        let others: String = chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")).collect();
        format!("{}{others}", printable(chunk.valid()))
    };
    body.utf8_chunks().map(part).collect()
}

/// The value, at most half of the width, with what stands next to it on both sides.
fn window([before, value, after]: [String; 3], width: usize) -> [String; 3] {
    let value = head(&value, width / 2);
    let room = width.saturating_sub(columns(&value));
    let left = room.saturating_sub(columns(&before));
    // The beginning is worth more than the end, where it fits.
    let behind = if left < 2 { columns(&after).min(room / 3) } else { columns(&after).min(left) };
    [tail(&before, room - behind), value, head(&after, behind)]
}

/// The beginning of `text` in `width` columns.
fn head(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    for character in text.chars() {
        if columns(&out) + columns(character.encode_utf8(&mut [0; 4])) >= width {
            break;
        }
        out.push(character);
    }
    out + "…"
}

/// The end of `text` in `width` columns.
fn tail(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut start = text.len();
    for (at, _) in text.char_indices().rev() {
        if columns(&text[at..]) >= width {
            break;
        }
        start = at;
    }
    format!("…{}", &text[start..])
}

/// JSON text without the space between its tokens, strings of more than `most` columns cut.
fn compact(text: &str, most: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let end = if text.as_bytes()[at] == b'"' { string_end(text.as_bytes(), at) } else { at + 1 };
        let token = text.get(at..end).unwrap_or_default();
        if token.len() > 1 {
            out.push_str(&cut(&printable(token), most));
        } else if !token.trim().is_empty() {
            out.push_str(token);
        }
        at = end;
    }
    out
}

/// A quoted string, its first characters only where it is longer than `most` columns.
fn cut(quoted: &str, most: usize) -> String {
    if columns(quoted) <= most { quoted.to_owned() } else { format!("{}\"", head(quoted, 8)) }
}

/// First and last byte of the value at `pointer` of a valid JSON text. Of a repeated key the last counts, as parsers
/// have it.
fn find(text: &str, pointer: &Pointer) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let mut at = skip_space(bytes, 0);
    for token in pointer.tokens() {
        at = match bytes.get(at)? {
            b'{' => members(text, at).filter(|(key, _)| *key == token).last()?.1,
            b'[' => elements(bytes, at).nth(token.parse().ok()?)?,
            _ => return None,
        };
    }
    Some((at, value_end(bytes, at)))
}

/// Key and beginning of each member of the object that begins at `open`.
fn members(text: &str, open: usize) -> impl Iterator<Item = (String, usize)> {
    elements(text.as_bytes(), open).filter_map(move |key| {
        let end = string_end(text.as_bytes(), key);
        let name = serde_json::from_str(text.get(key..end)?).ok()?;
        let colon = skip_space(text.as_bytes(), end);
        Some((name, skip_space(text.as_bytes(), colon + 1)))
    })
}

/// Where each element of the array, or each key of the object, begins.
fn elements(bytes: &[u8], open: usize) -> impl Iterator<Item = usize> {
    let mut next = skip_space(bytes, open + 1);
    std::iter::from_fn(move || {
        let at = next;
        if matches!(bytes.get(at), None | Some(b']' | b'}')) {
            return None;
        }
        let mut end = value_end(bytes, at);
        if bytes.get(skip_space(bytes, end)) == Some(&b':') {
            end = value_end(bytes, skip_space(bytes, skip_space(bytes, end) + 1));
        }
        let comma = skip_space(bytes, end);
        next = if bytes.get(comma) == Some(&b',') { skip_space(bytes, comma + 1) } else { bytes.len() };
        Some(at)
    })
}

fn skip_space(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// The byte after the string that begins at `at`.
fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut end = at + 1;
    while let Some(byte) = bytes.get(end) {
        match byte {
            b'\\' => end += 2,
            b'"' => return end + 1,
            _ => end += 1,
        }
    }
    bytes.len()
}

/// The byte after the value that begins at `at`.
fn value_end(bytes: &[u8], at: usize) -> usize {
    let mut depth = 0_usize;
    let mut end = at;
    while let Some(byte) = bytes.get(end) {
        match byte {
            b'"' => end = string_end(bytes, end),
            b'{' | b'[' => (depth += 1, end += 1).1,
            b'}' | b']' if depth > 0 => (depth -= 1, end += 1).1,
            b'}' | b']' | b',' | b':' if depth == 0 => return end,
            space if depth == 0 && space.is_ascii_whitespace() => return end,
            _ => {
                end += 1;
                continue;
            }
        }
        if depth == 0 {
            return end;
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(body: &str, pointer: &str, width: usize) -> (String, String) {
        let Line { text, mark } = line(body.as_bytes(), Some(&Pointer::parse(pointer)), width);
        assert!(columns(&text) <= width, "{text}");
        let caret =
            mark.map_or(String::new(), |(start, length)| format!("{}{}", " ".repeat(start), "^".repeat(length)));
        (text, caret)
    }

    #[test]
    fn the_value_is_found_past_strings_that_look_like_structure() {
        let body = r#"{ "a" : "}],\"{" , "b/c": [ [1, 2], {"x": null} ] }"#;
        assert_eq!(find(body, &Pointer::parse("/b~1c/1/x")).map(|(a, b)| &body[a..b]), Some("null"));
        assert_eq!(find(body, &Pointer::parse("/b~1c/0/1")).map(|(a, b)| &body[a..b]), Some("2"));
        assert_eq!(find(body, &Pointer::parse("/b~1c/0")).map(|(a, b)| &body[a..b]), Some("[1, 2]"));
        assert_eq!(find(body, &Pointer::parse("/a")).map(|(a, b)| &body[a..b]), Some(r#""}],\"{""#));
        assert_eq!(find(body, &Pointer::parse("/b~1c/2")), None);
        assert_eq!(find(r#"{"k":1,"\u006b":2}"#, &Pointer::parse("/k")).map(|(a, _)| a), Some(16));
        assert_eq!(find("{}", &Pointer::parse("/k")), None);
        assert_eq!(find("[]", &Pointer::parse("/0")), None);
    }

    #[test]
    fn a_short_body_is_shown_whole_without_its_spaces() {
        let (text, caret) = marked("{\n  \"id\": \"u 1\",\n  \"n\": \"1\"\n}", "/n", 40);
        assert_eq!(text, r#"{"id":"u 1","n":"1"}"#);
        assert_eq!(caret, "                ^^^");
    }

    #[test]
    fn a_long_body_keeps_the_value_and_what_stands_next_to_it() {
        let body = format!(r#"{{"id":"{0}","n":"17","more":["{0}",{1}1]}}"#, "x".repeat(90), "1,".repeat(90));
        let (text, caret) = marked(&body, "/n", 50);
        let at = caret.find('^').expect("a caret");
        assert!(text.chars().skip(at).collect::<String>().starts_with("\"17\""), "{text}\n{caret}");
        assert!(text.starts_with("{\"id\":\"xxxx") && text.ends_with('…'), "{text}");
    }

    #[test]
    fn a_long_value_is_cut_itself() {
        let (text, caret) = marked(&format!(r#"{{"a":1,"n":"{}","b":2}}"#, "y".repeat(500)), "/n", 50);
        assert_eq!(text, r#"{"a":1,"n":"yyyyyyyyyyyyyyyyyyyyyyy…,"b":2}"#);
        assert_eq!(caret.trim_start().len(), 25);
    }

    #[test]
    fn wide_and_hidden_characters_keep_the_mark_in_place() {
        let (text, caret) = marked("{\"名\":\"\u{202e}\",\"n\":true}", "/n", 60);
        assert_eq!(text, "{\"名\":\"\\u{202e}\",\"n\":true}");
        assert_eq!(caret.find('^'), Some(columns("{\"名\":\"\\u{202e}\",\"n\":")));
    }

    #[test]
    fn what_is_no_json_is_shown_as_text() {
        assert_eq!(marked("<h1>\tx</h1>\n", "/a", 30), (r"<h1>\tx</h1>\n".into(), String::new()));
        assert_eq!(line(b"\xff{}", None, 30).text, r"\xff{}");
    }

    #[test]
    fn no_text_however_narrow_the_line_is_a_panic() {
        for body in ["", "{}", "[1,2,3]", "{\"a\":{\"b\":[\"ééé\"]}}", "\"", "{\"a\":1", "null"] {
            for width in 0..12 {
                for pointer in ["", "/a", "/a/b/0", "/0"] {
                    line(body.as_bytes(), Some(&Pointer::parse(pointer)), width);
                }
            }
        }
    }
}
