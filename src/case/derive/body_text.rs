//! Bodies that are no JSON text, or that stand at the edge of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ground::{Ground, in_smoke};
use super::{Case, Intent};
use crate::generate::{Contest, Edit, Encoding, Format, Kind, Template};
use crate::source::Pointer;

/// What is done to a sound body, the name of it, whether a parser may take it, and whether the smoke profile has it.
fn edits() -> Vec<(&'static str, Edit, Option<Contest>, bool)> {
    let whole = |bytes: &[u8]| Edit::Whole(bytes.to_vec());
    vec![
        ("empty", whole(b""), None, true),
        ("white-space", whole(b" \t\r\n "), None, false),
        ("truncated-early", Edit::Cut { sixteenths: 1 }, None, false),
        ("truncated-quarter", Edit::Cut { sixteenths: 4 }, None, false),
        ("truncated-half", Edit::Cut { sixteenths: 8 }, None, true),
        ("truncated-three-quarters", Edit::Cut { sixteenths: 12 }, None, false),
        ("truncated-late", Edit::Cut { sixteenths: 15 }, None, false),
        ("last-byte-missing", Edit::CutLast, None, false),
        ("open-brace", whole(b"{"), None, false),
        ("close-brace", whole(b"}"), None, false),
        ("bare-word", whole(b"hello"), None, false),
        ("bare-keys", Edit::BareKeys, None, false),
        ("single-quotes", Edit::SingleQuotes, None, false),
        ("trailing-comma", Edit::TrailingComma, None, true),
        ("doubled-comma", Edit::DoubledComma, None, false),
        ("leading-comma", Edit::Before(b","), None, false),
        ("missing-colon", Edit::NoColon, None, false),
        ("missing-comma", Edit::NoComma, None, false),
        ("semicolons", Edit::Semicolons, None, false),
        ("equals-signs", Edit::EqualsSigns, None, false),
        ("other-bracket", Edit::OtherBracket, None, false),
        ("comment", Edit::Comment, None, false),
        ("trailing-text", Edit::After(b" trailing"), None, true),
        ("leading-comma-inside", Edit::LeadingComma, None, false),
        ("trailing-line", Edit::After(b"\ntrailing"), None, false),
        ("two-lines", Edit::After(b"\n{}"), None, false),
        ("form-of-the-same", Edit::As(Arc::new(Format::Urlencoded(BTreeMap::new()))), None, false),
        ("json-in-a-text", Edit::InText, None, false),
        ("trailing-brace", Edit::After(b"}"), None, false),
        ("two-values", Edit::After(b"{}"), None, false),
        ("line-comment", Edit::Before(b"// note\n"), None, false),
        ("hash-comment", Edit::Before(b"# note\n"), None, false),
        ("no-break-space", Edit::Before(b"\xc2\xa0"), None, false),
        ("form-feed", Edit::Before(b"\x0c"), None, false),
        ("semicolon", Edit::After(b";"), None, false),
        ("values-in-a-row", Edit::After(b",{}"), None, false),
        ("script-prefix", Edit::Before(b")]}',\n"), None, false),
        ("leading-text", Edit::Before(b"data: "), None, false),
        ("trailing-nul", Edit::After(b"\0"), None, false),
        ("form-encoded", whole(b"a=1&b=2"), None, false),
        ("xml", whole(b"<?xml version=\"1.0\"?><a/>"), None, false),
        ("nan", whole(b"NaN"), None, false),
        ("infinity", whole(b"-Infinity"), None, false),
        ("undefined", whole(b"undefined"), None, false),
        ("invalid-utf-8", whole(b"\xff\xfe\xfd"), None, false),
        ("byte-order-mark", Edit::Before(b"\xef\xbb\xbf"), Some(Contest::ByteOrderMark), false),
        ("utf-16", Edit::Utf16, Some(Contest::OtherEncoding), false),
        ("utf-32", Edit::Utf32, Some(Contest::OtherEncoding), false),
    ]
}

/// What stands in place of one value: no JSON value any of them. A lone surrogate is an escape that JSON's grammar
/// allows and Unicode does not.
const RAW: &[(&str, &[u8], Option<Contest>)] = &[
    ("nan", b"NaN", None),
    ("infinity", b"Infinity", None),
    ("undefined", b"undefined", None),
    ("unquoted", b"abc", None),
    ("nothing", b"", None),
    ("capital-true", b"True", None),
    ("hexadecimal", b"0x1F", None),
    ("leading-zero", b"01", None),
    ("leading-plus", b"+1", None),
    ("bare-fraction", b".5", None),
    ("unfinished-fraction", b"1.", None),
    ("invalid-utf-8", b"\"a\xffb\"", Some(Contest::MalformedText)),
    ("overlong-utf-8", b"\"a\xc0\xafb\"", Some(Contest::MalformedText)),
    ("encoded-surrogate", b"\"a\xed\xa0\x80b\"", Some(Contest::MalformedText)),
    ("encoded-surrogates", b"\"a\xed\xa0\xbd\xed\xb8\x80b\"", Some(Contest::MalformedText)),
    ("cut-utf-8", b"\"a\xe2\x82\"", Some(Contest::MalformedText)),
    ("raw-line-feed", b"\"a\nb\"", None),
    ("raw-nul", b"\"a\0b\"", None),
    ("raw-carriage-return", b"\"a\rb\"", None),
    ("raw-escape", b"\"a\x1bb\"", None),
    ("lone-continuation", b"\"a\x80b\"", Some(Contest::MalformedText)),
    ("latin-1", b"\"a\xe9b\"", Some(Contest::MalformedText)),
    ("overlong-nul", b"\"a\xc0\x80b\"", Some(Contest::MalformedText)),
    ("beyond-unicode", b"\"a\xf4\x90\x80\x80b\"", Some(Contest::MalformedText)),
    ("escaped-single-quote", b"\"a\\'b\"", None),
    ("escaped-line-feed", b"\"a\\\nb\"", None),
    ("raw-tab", b"\"a\tb\"", None),
    ("unknown-escape", b"\"a\\qb\"", None),
    ("hexadecimal-escape", b"\"a\\x41b\"", None),
    ("capital-escape", b"\"a\\U0041b\"", None),
    ("octal-escape", b"\"a\\101b\"", None),
    ("short-escape", b"\"a\\u12\"", None),
    ("open-quote", b"\"abc", None),
    ("single-quoted", b"'abc'", None),
    ("backtick-quoted", b"`abc`", None),
    ("high-surrogate", b"\"a\\ud800b\"", Some(Contest::LoneSurrogate)),
    ("low-surrogate", b"\"a\\udc00b\"", Some(Contest::LoneSurrogate)),
    ("swapped-surrogates", b"\"a\\udc00\\ud800b\"", Some(Contest::LoneSurrogate)),
];

/// What other languages write for a flag.
const FLAGS: &[(&str, &[u8])] =
    &[("capital-true", b"True"), ("upper-case-true", b"TRUE"), ("yes", b"yes"), ("leading-zero", b"01")];

/// Of these, what is tried beside what is required alone too: a parser that mends it mends no more than that.
const RAW_ALONE: &[&str] =
    &["unquoted", "undefined", "single-quoted", "capital-true", "leading-zero", "nothing", "nan"];

/// Of these, what stands in place of a property that no schema speaks of: whoever skips what it does not know may skip it.
const RAW_UNLISTED: &[&str] = &[
    "nan",
    "infinity",
    "undefined",
    "unquoted",
    "nothing",
    "leading-zero",
    "leading-plus",
    "bare-fraction",
    "hexadecimal",
    "unfinished-fraction",
    "invalid-utf-8",
    "raw-line-feed",
    "unknown-escape",
    "open-quote",
    "single-quoted",
];

/// Of these, what common parsers take, and no schema refuses where it speaks of nothing.
const NO_NUMBERS: &[&str] = &["nan", "infinity"];

pub(super) fn propose(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    for (name, edit, contest, smoke) in edits() {
        let empty = matches!(&edit, Edit::Whole(bytes) if bytes.iter().all(u8::is_ascii_whitespace));
        if empty && !ground.body.required {
            continue;
        }
        let reason = format!("the body's text: {}", name.replace('-', " "));
        let case =
            ground.encoded(&format!("body/{name}"), reason, ground.full.clone(), Encoding::edited(edit), contest);
        cases.extend(in_smoke(case.filter(|case| case.intent != Intent::Valid), smoke));
    }
    // A reader of other languages has texts alone, and would find the rest of the wrong type. Of nothing there is no form.
    let least = &ground.minimal.value;
    let has_members = least.as_object().is_some_and(|members| !members.is_empty());
    for (name, edit) in [
        ("form-of-the-least", Edit::As(Arc::new(Format::Urlencoded(BTreeMap::new())))),
        ("lines-of-the-least", Edit::Lines),
    ]
    .into_iter()
    .filter(|_| has_members)
    {
        let reason = format!("the body's text: {}", name.replace('-', " "));
        let case =
            ground.encoded(&format!("body/{name}"), reason, ground.minimal.clone(), Encoding::edited(edit), None);
        cases.extend(case.filter(|case| matches!(case.intent, Intent::Invalid { .. })));
    }
    // One place is enough: a parser reads the text as a whole, whichever value is malformed in it.
    let Some(spot) = ground
        .properties()
        .find(|spot| spot.shape.allows(Kind::String) && !spot.place.required)
        .or(ground.properties().next())
    else {
        return;
    };
    let path = spot.place.path();
    for (name, bytes, contest) in RAW {
        if ground.takes(spot, &format!("{path}/raw-{name}"), cases) {
            raw(ground, &spot.place.pointer, &path, (name, bytes, *contest), ground.full.clone(), cases);
        }
    }
    // A word for a flag is one only where a flag belongs.
    for spot in ground.properties().filter(|spot| spot.shape.kinds == [Kind::Boolean]) {
        for (name, bytes) in FLAGS {
            if ground.call.sieve.takes() {
                raw(ground, &spot.place.pointer, &spot.place.path(), (name, bytes, None), ground.full.clone(), cases);
            }
        }
    }
    if !ground.full.value.is_object() {
        return;
    }
    let mut alone = ground.minimal.clone();
    alone.set(&spot.place.pointer, serde_json::json!("x"));
    for (name, bytes, contest) in RAW.iter().filter(|(name, ..)| RAW_ALONE.contains(name)) {
        if !ground.call.sieve.takes() {
            continue;
        }
        let name = format!("{name}-alone");
        raw(ground, &spot.place.pointer, &path, (&name, bytes, *contest), alone.clone(), cases);
    }
    let pointer = Pointer::root().child("proofmark_unlisted");
    let mut unlisted = ground.full.clone();
    unlisted.set(&pointer, serde_json::json!("x"));
    if ground.intent(&unlisted, None).is_some_and(|intent| !matches!(intent, Intent::Invalid { .. })) {
        for (name, bytes, contest) in RAW.iter().filter(|(name, ..)| RAW_UNLISTED.contains(name)) {
            if !ground.call.sieve.takes() {
                continue;
            }
            let contest = if NO_NUMBERS.contains(name) { &Some(Contest::NotANumber) } else { contest };
            raw(ground, &pointer, "proofmark_unlisted", (name, bytes, *contest), unlisted.clone(), cases);
        }
    }
}

/// The case in which `bytes` stand at `at`.
fn raw(
    ground: &Ground<'_>,
    at: &Pointer,
    path: &str,
    (name, bytes, contest): (&str, &[u8], Option<Contest>),
    template: Template,
    cases: &mut Vec<Case>,
) {
    let encoding = Encoding::edited(Edit::Raw { at: at.clone(), bytes: bytes.to_vec() });
    let reason = format!("`{path}` is written as {}", name.replace('-', " "));
    let case = ground.encoded(&format!("{path}/raw-{name}"), reason, template, encoding, contest);
    cases.extend(case.filter(|case| case.intent != Intent::Valid));
}
