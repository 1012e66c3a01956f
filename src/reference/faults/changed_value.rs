//! Users that are stored, and come back, otherwise than they were sent.

use super::script::{is_astral, is_combining, is_foreign};
use super::{Breakage, Fault, FaultClass};
use crate::reference::params::NewUser;

const fn changes(name: &'static str, breaks: &'static str, change: fn(&mut NewUser)) -> Fault {
    Fault { name, breaks, class: FaultClass::ChangedValue, expected_check: "echo", breakage: Breakage::Changes(change) }
}

pub(super) const FAULTS: &[Fault] = &[
    // The identifier.
    changes("lower-cases-external-id", "`external_id` is put in lower case", |user| {
        user.external_id = user.external_id.to_lowercase();
    }),
    changes("upper-cases-external-id", "`external_id` is put in upper case", |user| {
        user.external_id = user.external_id.to_uppercase();
    }),
    changes("trims-external-id", "spaces around `external_id` are removed", |user| {
        user.external_id = user.external_id.trim().to_owned();
    }),
    changes("cuts-external-id-at-32", "`external_id` is cut at 32 characters", |user| cut(&mut user.external_id, 32)),
    changes("cuts-external-id-at-64", "`external_id` is cut at 64 characters", |user| cut(&mut user.external_id, 64)),
    changes("cuts-external-id-at-255", "`external_id` is cut at 255 characters", |user| {
        cut(&mut user.external_id, 255)
    }),
    changes("prefixes-external-id", "`external_id` comes back with a prefix", |user| {
        user.external_id.insert_str(0, "ext_")
    }),
    changes("drops-leading-zeros", "the leading zeros of `external_id` are removed", |user| {
        user.external_id = user.external_id.trim_start_matches('0').to_owned();
    }),
    // The names.
    changes("swaps-names", "`first_name` and `last_name` are exchanged", |user| {
        std::mem::swap(&mut user.first_name, &mut user.last_name);
    }),
    changes("loses-first-name", "`first_name` is lost", |user| user.first_name = None),
    changes("loses-last-name", "`last_name` is lost", |user| user.last_name = None),
    changes("repeats-first-name", "`last_name` comes back as `first_name`", |user| {
        user.last_name.clone_from(&user.first_name);
    }),
    changes("capitalises-names", "names begin with a capital", |user| user.names_mut().for_each(capitalise)),
    changes("lower-cases-names", "names are put in lower case", |user| map_names(user, |name| name.to_lowercase())),
    changes("upper-cases-names", "names are put in upper case", |user| map_names(user, |name| name.to_uppercase())),
    changes("trims-names", "spaces around names are removed", |user| map_names(user, |name| name.trim().to_owned())),
    changes("joins-spaces", "runs of spaces in names become one", |user| {
        map_names(user, |name| name.split(' ').filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" "));
    }),
    changes("cuts-names-at-50", "names are cut at 50 characters", |user| user.names_mut().for_each(|it| cut(it, 50))),
    changes("cuts-names-at-100", "names are cut at 100 characters", |user| {
        user.names_mut().for_each(|it| cut(it, 100))
    }),
    changes("cuts-names-at-255", "names are cut at 255 characters", |user| {
        user.names_mut().for_each(|it| cut(it, 255))
    }),
    changes("empty-name-to-default", "an empty name comes back as `Unknown`", |user| {
        user.names_mut().filter(|name| name.is_empty()).for_each(|name| name.push_str("Unknown"));
    }),
    // The mode.
    changes("flips-live-mode", "`live_mode` comes back reversed", |user| user.live_mode = user.live_mode.map(|it| !it)),
    changes("always-test", "`live_mode` is always false", |user| user.live_mode = Some(false)),
    changes("always-live", "`live_mode` is always true", |user| user.live_mode = Some(true)),
    // Any text.
    changes("escapes-html", "`&`, `<`, `>` and quotes are escaped as in HTML", |user| map_texts(user, escape_html)),
    changes("strips-markup", "tags are removed from strings", |user| map_texts(user, strip_markup)),
    changes("doubles-apostrophes", "apostrophes come back doubled", |user| {
        map_texts(user, |it| it.replace('\'', "''"))
    }),
    changes("curls-apostrophes", "apostrophes become typographic", |user| {
        map_texts(user, |it| it.replace('\'', "\u{2019}"))
    }),
    changes("escapes-quotes", "quotes come back with a backslash before them", |user| {
        map_texts(user, |text| text.replace('"', "\\\"").replace('\'', "\\'"));
    }),
    changes("loses-backslashes", "backslashes are lost", |user| map_texts(user, |text| text.replace('\\', ""))),
    changes("doubles-backslashes", "backslashes come back doubled", |user| {
        map_texts(user, |it| it.replace('\\', "\\\\"))
    }),
    changes("escapes-percent", "percent signs come back as `%25`", |user| map_texts(user, |it| it.replace('%', "%25"))),
    changes("plus-to-space", "plus signs come back as spaces", |user| map_texts(user, |text| text.replace('+', " "))),
    changes("asks-for-non-ascii", "characters beyond ASCII come back as question marks", |user| {
        map_texts(user, |text| text.replace(is_foreign, "?"));
    }),
    changes("loses-non-ascii", "characters beyond ASCII are lost", |user| {
        map_texts(user, |it| it.replace(is_foreign, ""))
    }),
    changes("loses-astral", "characters beyond the basic plane are lost", |user| {
        map_texts(user, |text| text.replace(is_astral, ""));
    }),
    changes("replaces-astral", "characters beyond the basic plane come back as U+FFFD", |user| {
        map_texts(user, |text| text.replace(is_astral, "\u{fffd}"));
    }),
    changes("loses-combining", "combining marks are lost", |user| {
        map_texts(user, |text| text.replace(is_combining, ""))
    }),
    changes("composes", "a letter and its combining mark become one character", |user| {
        map_texts(user, |text| FORMS.iter().fold(text.to_owned(), |text, (two, one)| text.replace(two, one)));
    }),
    changes("decomposes", "a letter with an accent becomes two characters", |user| {
        map_texts(user, |text| FORMS.iter().fold(text.to_owned(), |text, (two, one)| text.replace(one, two)));
    }),
    changes("reads-latin-1", "the bytes of UTF-8 are read as Latin-1", |user| {
        map_texts(user, |text| text.bytes().map(char::from).collect());
    }),
    changes("cuts-at-non-ascii", "strings end before their first character beyond ASCII", |user| {
        map_texts(user, |text| text.split(is_foreign).next().unwrap_or_default().to_owned());
    }),
    changes("loses-invisible", "zero-width characters are lost", |user| {
        map_texts(user, |text| text.replace(|it| matches!(it, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'), ""));
    }),
];

/// Letters with a combining mark, and their composed forms.
const FORMS: [(&str, &str); 8] = [
    ("e\u{301}", "\u{e9}"),
    ("a\u{301}", "\u{e1}"),
    ("o\u{308}", "\u{f6}"),
    ("u\u{308}", "\u{fc}"),
    ("n\u{303}", "\u{f1}"),
    ("e\u{308}", "\u{eb}"),
    ("a\u{30a}", "\u{e5}"),
    ("A\u{30a}", "\u{c5}"),
];

fn map_texts(user: &mut NewUser, change: impl Fn(&str) -> String) {
    user.texts_mut().for_each(|text| *text = change(text));
}

fn map_names(user: &mut NewUser, change: impl Fn(&str) -> String) {
    user.names_mut().for_each(|name| *name = change(name));
}

fn cut(text: &mut String, most: usize) {
    if let Some((end, _)) = text.char_indices().nth(most) {
        text.truncate(end);
    }
}

fn capitalise(name: &mut String) {
    let mut rest = name.chars();
    if let Some(first) = rest.next() {
        *name = first.to_uppercase().chain(rest).collect();
    }
}

fn escape_html(text: &str) -> String {
    let escapes = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;")];
    escapes.iter().fold(text.to_owned(), |text, (character, entity)| text.replace(character, entity))
}

fn strip_markup(text: &str) -> String {
    let mut inside = false;
    let outside = |character: &char| {
        let was_inside = inside;
        inside = *character == '<' || (inside && *character != '>');
        !was_inside && !inside
    };
    text.chars().filter(outside).collect()
}
