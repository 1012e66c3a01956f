//! Numbers and names as people read them.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::time::Duration;

use unicode_width::UnicodeWidthStr;

/// `1 case`, `0 cases`, `1,204 cases`.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// Digits in groups of three.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Seconds in six columns: `[  0.08s]`.
pub(super) fn bracketed(elapsed: Duration) -> String {
    format!("[{:>6.2}s]", elapsed.as_secs_f64())
}

/// A seed as it is shown: hexadecimal.
pub fn seed(seed: u64) -> String {
    format!("{seed:x}")
}

/// A URL without user name and password (RFC 3986 §3.2.1).
pub fn without_userinfo(url: &str) -> String {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url[start..].find(['/', '?', '#']).map_or(url.len(), |at| start + at);
    match url[start..end].rfind('@') {
        Some(at) => format!("{}{}", &url[..start], &url[start + at + 1..]),
        None => url.to_owned(),
    }
}

/// Milliseconds since the Unix epoch as RFC 3339: `2026-11-23T14:05:09.120Z`.
pub(super) fn utc(at: u64) -> String {
    let at = jiff::Timestamp::from_millisecond(i64::try_from(at).unwrap_or(0)).unwrap_or_default();
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// Text with everything escaped that a terminal would act on, or that an eye would not see.
pub(super) fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            hidden if is_hidden(hidden) => _ = write!(out, "\\u{{{:x}}}", u32::from(hidden)),
            plain => out.push(plain),
        }
    }
    Cow::Owned(out)
}

/// Controls, format characters that reorder or join text, private use, and what is no character.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e000}'..='\u{f8ff}'
            | '\u{e0000}'..='\u{10ffff}')
        || u32::from(character) & 0xfffe == 0xfffe
}

/// How many columns `text` takes in a terminal.
pub(super) fn columns(text: &str) -> usize {
    text.width()
}

/// A space at which no line is broken.
const GLUE: char = '\u{a0}';

/// A few words that stay in one line.
pub(super) fn together(words: &str) -> String {
    if columns(words) <= 40 { words.replace(' ', &GLUE.to_string()) } else { words.to_owned() }
}

/// Text in lines of at most `width` columns, broken at spaces; a longer word stands alone.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split([' ', '\n']) {
        match lines.last_mut() {
            Some(line) if !line.is_empty() && columns(line) + 1 + columns(word) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            Some(line) if line.is_empty() => line.push_str(word),
            _ => lines.push(word.to_owned()),
        }
    }
    lines.iter().map(|line| line.trim_end().replace(GLUE, " ")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_agree_with_nouns() {
        assert_eq!(counted(0, "case"), "0 cases");
        assert_eq!(counted(1, "case"), "1 case");
        assert_eq!(counted(1_204_332, "case"), "1,204,332 cases");
    }

    #[test]
    fn a_url_loses_user_and_password_and_nothing_else() {
        assert_eq!(without_userinfo("https://me:p@ss@host:1/a@b?c@d"), "https://host:1/a@b?c@d");
        assert_eq!(without_userinfo("http://127.0.0.1:8080"), "http://127.0.0.1:8080");
        assert_eq!(without_userinfo("http://host?x=a@b"), "http://host?x=a@b");
    }

    #[test]
    fn times_are_right_at_leap_days_and_year_ends() {
        assert_eq!(utc(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(utc(951_782_400_000), "2000-02-29T00:00:00.000Z");
        assert_eq!(utc(1_709_251_199_999), "2024-02-29T23:59:59.999Z");
        assert_eq!(utc(1_735_689_599_000), "2024-12-31T23:59:59.000Z");
        assert_eq!(utc(1_735_689_600_000), "2025-01-01T00:00:00.000Z");
    }

    #[test]
    fn what_a_terminal_would_act_on_is_escaped() {
        assert_eq!(printable("a\u{1b}[2J\u{202e}b\n"), "a\\u{1b}[2J\\u{202e}b\\n");
        assert!(matches!(printable("Zoë 😀"), Cow::Borrowed("Zoë 😀")));
    }

    #[test]
    fn long_words_stand_alone() {
        assert_eq!(wrapped("a bb cccccccc d", 4), ["a bb", "cccccccc", "d"]);
        assert_eq!(wrapped("", 4), [""]);
    }

    #[test]
    fn words_that_belong_together_are_not_parted() {
        assert_eq!(
            wrapped(&format!("in {}, {}", together("4 cases"), together("0 findings")), 14),
            ["in 4 cases,", "0 findings"]
        );
    }
}
