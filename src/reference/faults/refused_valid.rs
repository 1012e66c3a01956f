//! Valid requests that are refused with a proper error: limits and tastes that the contract does not state.

use serde_json::Value;

use super::script::{is_astral, is_cjk, is_combining, is_emoji, is_foreign, is_right_to_left};
use super::{Breakage, Fault, FaultClass};
use crate::reference::params::{Input, PROPERTIES};

const fn refuses(name: &'static str, breaks: &'static str, applies: fn(&Input<'_>) -> bool) -> Fault {
    Fault {
        name,
        breaks,
        class: FaultClass::RefusedValid,
        expected_check: "accepts-valid",
        breakage: Breakage::Refuses(applies),
    }
}

pub(super) const FAULTS: &[Fault] = &[
    refuses("refuses-everything", "every create is refused", |_| true),
    // By length.
    refuses("refuses-names-over-32", "names of more than 32 characters are refused", |input| name_over(input, 32)),
    refuses("refuses-names-over-64", "names of more than 64 characters are refused", |input| name_over(input, 64)),
    refuses("refuses-names-over-128", "names of more than 128 characters are refused", |input| name_over(input, 128)),
    refuses("refuses-names-over-255", "names of more than 255 characters are refused", |input| name_over(input, 255)),
    refuses("refuses-names-over-512", "names of more than 512 characters are refused", |input| name_over(input, 512)),
    refuses("refuses-names-over-255-bytes", "names of more than 255 bytes are refused", |input| {
        input.names().any(|name| name.len() > 255)
    }),
    refuses("refuses-external-id-over-64", "an `external_id` of more than 64 characters is refused", |input| {
        external_id(input).chars().count() > 64
    }),
    refuses("refuses-external-id-over-128", "an `external_id` of more than 128 characters is refused", |input| {
        external_id(input).chars().count() > 128
    }),
    refuses("refuses-external-id-over-255", "an `external_id` of more than 255 characters is refused", |input| {
        external_id(input).chars().count() > 255
    }),
    refuses("refuses-one-letter-names", "names of one character are refused", |input| {
        input.names().any(|name| name.chars().count() == 1)
    }),
    refuses("refuses-empty-first-name", "an empty `first_name` is refused", |input| {
        input.text("first_name") == Some("")
    }),
    refuses("refuses-empty-last-name", "an empty `last_name` is refused", |input| input.text("last_name") == Some("")),
    refuses(
        "refuses-empty-last-name-alone",
        "an empty `last_name` without a `first_name` is refused in live mode",
        |input| {
            let alone = input.text("last_name") == Some("") && input.property("first_name").is_none();
            alone && input.property("live_mode").is_some_and(|mode| *mode == true)
        },
    ),
    // By character.
    refuses("refuses-non-ascii", "characters beyond ASCII are refused", |input| input.has(is_foreign)),
    refuses("refuses-beyond-latin-1", "characters beyond Latin-1 are refused", |input| input.has(|it| it > '\u{ff}')),
    refuses("refuses-astral", "characters beyond the basic plane are refused", |input| input.has(is_astral)),
    refuses("refuses-emoji", "emoji are refused", |input| input.has(is_emoji)),
    refuses("refuses-right-to-left", "right-to-left text is refused", |input| input.has(is_right_to_left)),
    refuses("refuses-combining", "combining marks are refused", |input| input.has(is_combining)),
    refuses("refuses-cjk", "Chinese, Japanese and Korean text is refused", |input| input.has(is_cjk)),
    refuses("refuses-apostrophe", "apostrophes are refused", |input| input.has(|it| it == '\'')),
    refuses("refuses-double-quote", "double quotes are refused", |input| input.has(|it| it == '"')),
    refuses("refuses-backslash", "backslashes are refused", |input| input.has(|it| it == '\\')),
    refuses("refuses-markup", "`<` and `>` are refused", |input| input.has(|it| matches!(it, '<' | '>'))),
    refuses("refuses-ampersand", "ampersands are refused", |input| input.has(|it| it == '&')),
    refuses("refuses-semicolon", "semicolons are refused", |input| input.has(|it| it == ';')),
    refuses("refuses-percent", "percent signs are refused", |input| input.has(|it| it == '%')),
    refuses("refuses-slash", "slashes are refused", |input| input.has(|it| it == '/')),
    refuses("refuses-braces", "braces are refused", |input| input.has(|it| matches!(it, '{' | '}'))),
    refuses("refuses-outer-spaces", "spaces at the beginning or end of a string are refused", |input| {
        input.texts().any(|text| text.trim() != text)
    }),
    refuses("refuses-spaces-in-names", "spaces in names are refused", |input| {
        input.names().any(|name| name.contains(' '))
    }),
    refuses("refuses-hyphens-in-names", "hyphens in names are refused", |input| {
        input.names().any(|name| name.contains('-'))
    }),
    refuses("refuses-digits-in-names", "digits in names are refused", |input| {
        input.names().any(|name| name.contains(|it: char| it.is_ascii_digit()))
    }),
    refuses("refuses-odd-names", "names of other than ASCII letters are refused", |input| {
        input.names().any(|name| name.contains(|it: char| !it.is_ascii_alphabetic()))
    }),
    refuses("refuses-the-name-null", "`null` and `undefined` are refused as names", |input| {
        input.names().any(|name| ["null", "undefined", "none", "nil"].iter().any(|it| name.eq_ignore_ascii_case(it)))
    }),
    refuses("refuses-sql", "strings that look like SQL are refused", |input| {
        input.texts().any(|text| [" OR ", "DROP ", "SELECT ", "--"].iter().any(|it| text.to_uppercase().contains(it)))
    }),
    // By the form of the identifier.
    refuses("refuses-numeric-external-id", "an `external_id` of digits is refused", |input| {
        let id = external_id(input);
        !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())
    }),
    refuses("refuses-email-external-id", "an `external_id` with `@` is refused", |input| {
        external_id(input).contains('@')
    }),
    refuses("refuses-path-external-id", "an `external_id` with a slash is refused", |input| {
        external_id(input).contains('/')
    }),
    refuses("refuses-uuid-external-id", "an `external_id` that is a UUID is refused", |input| {
        is_uuid(external_id(input))
    }),
    refuses("refuses-upper-case-external-id", "an `external_id` with capitals is refused", |input| {
        external_id(input).contains(|it: char| it.is_ascii_uppercase())
    }),
    refuses("refuses-dotted-external-id", "an `external_id` with a full stop is refused", |input| {
        external_id(input).contains('.')
    }),
    refuses(
        "refuses-odd-external-id",
        "an `external_id` of other than letters, digits, `-` and `_` is refused",
        |input| external_id(input).contains(|it: char| !(it.is_ascii_alphanumeric() || matches!(it, '-' | '_'))),
    ),
    refuses("refuses-short-external-id", "an `external_id` of fewer than 3 characters is refused", |input| {
        external_id(input).chars().count() < 3
    }),
    refuses("demands-uuid-external-id", "an `external_id` that is not a UUID is refused", |input| {
        !is_uuid(external_id(input))
    }),
    // By which properties are there.
    refuses("demands-first-name", "a create without `first_name` is refused", |input| lacks(input, "first_name")),
    refuses("demands-last-name", "a create without `last_name` is refused", |input| lacks(input, "last_name")),
    refuses("demands-live-mode", "a create without `live_mode` is refused", |input| lacks(input, "live_mode")),
    refuses("demands-both-names", "a create with only one of the names is refused", |input| {
        lacks(input, "first_name") != lacks(input, "last_name")
    }),
    refuses("demands-some-name", "a create without any name is refused", |input| input.names().next().is_none()),
    refuses("refuses-all-properties", "a create with all four properties is refused", |input| {
        !PROPERTIES.iter().any(|name| lacks(input, name))
    }),
    refuses("refuses-live", "`live_mode` true is refused", |input| is(input, "live_mode", true)),
    refuses("refuses-test", "`live_mode` false is refused", |input| is(input, "live_mode", false)),
    refuses("refuses-equal-names", "a `first_name` that equals the `last_name` is refused", |input| {
        input.text("first_name").is_some() && input.text("first_name") == input.text("last_name")
    }),
    // By how the JSON is written.
    refuses("demands-order", "properties must stand in the order of the document", |input| !in_order(input)),
    refuses("refuses-escapes", "`\\u` escapes are refused", |input| input.body.windows(2).any(|pair| pair == b"\\u")),
    refuses("refuses-white-space", "white space between the tokens of JSON is refused", |input| {
        let body = input.body;
        body.starts_with(b" ") || body.contains(&b'\n') || body.windows(2).any(|pair| matches!(pair, b"{ " | b"{\t"))
    }),
    refuses("refuses-charset", "a content type with `charset=utf-8` is refused", |input| {
        input.content_type.is_some_and(|it| it.contains(';'))
    }),
    refuses("refuses-upper-case-type", "a content type in capitals is refused", |input| {
        input.content_type.is_some_and(|it| it.contains(|it: char| it.is_ascii_uppercase()))
    }),
];

fn external_id<'a>(input: &'a Input<'_>) -> &'a str {
    input.text("external_id").unwrap_or_default()
}

fn name_over(input: &Input<'_>, most: usize) -> bool {
    input.names().any(|name| name.chars().count() > most)
}

fn lacks(input: &Input<'_>, name: &str) -> bool {
    input.property(name).is_none_or(Value::is_null)
}

fn is(input: &Input<'_>, name: &str, value: bool) -> bool {
    input.property(name).and_then(Value::as_bool) == Some(value)
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.char_indices().all(|(at, character)| match at {
            8 | 13 | 18 | 23 => character == '-',
            _ => character.is_ascii_hexdigit(),
        })
}

fn in_order(input: &Input<'_>) -> bool {
    let Some(object) = input.object() else { return true };
    let places = object.keys().filter_map(|key| PROPERTIES.iter().position(|name| name == key));
    places.is_sorted()
}
