//! What was sent comes back otherwise.

use serde_json::{Value, json};

use super::asked::Standing;
use super::ground::{Ground, Spot};
use super::{Class, Mutation, Scene, answer};
use crate::generate::Kind;
use crate::http::Exchange;
use crate::source::Pointer;

/// Makes another text of a text.
type Retold = (&'static str, &'static str, fn(&str) -> String);

const TEXTS: &[Retold] = &[
    ("trimmed", "without spaces round it", |text| text.trim().to_owned()),
    ("leading-space-lost", "without spaces before it", |text| text.trim_start().to_owned()),
    ("trailing-space-lost", "without spaces behind it", |text| text.trim_end().to_owned()),
    ("spaces-merged", "with runs of spaces as one", |text| {
        let mut last = ' ';
        text.chars().filter(|c| std::mem::replace(&mut last, *c) != ' ' || *c != ' ').collect()
    }),
    ("no-break-space", "with plain spaces for others", |text| text.replace('\u{a0}', " ")),
    ("lower-case", "in lower case", str::to_lowercase),
    ("upper-case", "in upper case", str::to_uppercase),
    ("title-case", "with a capital at its beginning", |text| {
        let mut characters = text.chars();
        characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
    }),
    ("ascii-lower-case", "with its ASCII letters in lower case", str::to_ascii_lowercase),
    ("cut-at-50", "cut after 50 characters", |text| text.chars().take(50).collect()),
    ("cut-at-64", "cut after 64 characters", |text| text.chars().take(64).collect()),
    ("cut-at-100", "cut after 100 characters", |text| text.chars().take(100).collect()),
    ("cut-at-128", "cut after 128 characters", |text| text.chars().take(128).collect()),
    ("cut-at-255", "cut after 255 characters", |text| text.chars().take(255).collect()),
    ("cut-at-256", "cut after 256 characters", |text| text.chars().take(256).collect()),
    ("cut-at-512", "cut after 512 characters", |text| text.chars().take(512).collect()),
    ("cut-at-1000", "cut after 1000 characters", |text| text.chars().take(1_000).collect()),
    ("cut-at-255-bytes", "cut after 255 bytes", |text| {
        let end = (0..=text.len().min(255)).rev().find(|end| text.is_char_boundary(*end));
        text[..end.unwrap_or(0)].to_owned()
    }),
    ("last-lost", "without its last character", |text| {
        let mut characters = text.chars();
        characters.next_back();
        characters.as_str().to_owned()
    }),
    ("composed", "in normal form C", |text| COMPOSED.iter().fold(text.to_owned(), |text, (c, d)| text.replace(d, c))),
    ("decomposed", "in normal form D", |text| COMPOSED.iter().fold(text.to_owned(), |text, (c, d)| text.replace(c, d))),
    ("compatibility", "in normal form KC", |text| {
        text.chars()
            .map(|c| match c {
                'ﬁ' => "fi".to_owned(),
                'Ⅳ' => "IV".to_owned(),
                '①' => "1".to_owned(),
                '½' => "1⁄2".to_owned(),
                '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c).to_string(),
                other => other.to_string(),
            })
            .collect()
    }),
    ("accents-lost", "without accents", |text| {
        let plain = COMPOSED.iter().fold(text.to_owned(), |text, (c, d)| text.replace(c, d));
        plain.chars().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).collect()
    }),
    ("html-escaped", "escaped for HTML", |text| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
            .replace('\'', "&#39;")
    }),
    ("angles-escaped", "with angle brackets escaped", |text| text.replace('<', "&lt;").replace('>', "&gt;")),
    ("ampersand-escaped", "with ampersands escaped", |text| text.replace('&', "&amp;")),
    ("tags-lost", "without HTML tags", |text| {
        let mut depth = 0_u32;
        text.chars()
            .filter(|c| match c {
                '<' => {
                    depth += 1;
                    false
                }
                '>' if depth > 0 => {
                    depth -= 1;
                    false
                }
                _ => depth == 0,
            })
            .collect()
    }),
    ("apostrophe-doubled", "with apostrophes doubled", |text| text.replace('\'', "''")),
    ("apostrophe-escaped", "with backslashes before apostrophes", |text| text.replace('\'', "\\'")),
    ("apostrophe-typographic", "with typographic apostrophes", |text| text.replace('\'', "’")),
    ("quote-lost", "without quotation marks", |text| text.replace('"', "")),
    ("quote-escaped", "with backslashes before quotation marks", |text| text.replace('"', "\\\"")),
    ("backslash-lost", "without backslashes", |text| text.replace('\\', "")),
    ("backslash-doubled", "with backslashes doubled", |text| text.replace('\\', "\\\\")),
    ("percent-encoded", "percent-encoded", |text| text.replace('%', "%25").replace(' ', "%20")),
    ("plus-for-space", "with spaces for plus signs", |text| text.replace('+', " ")),
    ("percent-decoded", "percent-decoded", |text| text.replace("%20", " ").replace("%00", "").replace("%2F", "/")),
    ("astral-lost", "without characters beyond the basic plane", |text| {
        text.chars().filter(|c| *c <= '\u{ffff}').collect()
    }),
    ("astral-replaced", "with U+FFFD for what is beyond the basic plane", |text| {
        text.chars().map(|c| if c > '\u{ffff}' { '\u{fffd}' } else { c }).collect()
    }),
    ("non-ascii-lost", "without what is not ASCII", |text| text.chars().filter(char::is_ascii).collect()),
    ("non-ascii-question-marks", "with question marks for what is not ASCII", |text| {
        text.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect()
    }),
    ("latin-1", "as UTF-8 that was read as Latin-1", |text| text.bytes().map(char::from).collect()),
    ("joiner-lost", "without zero-width joiners", |text| text.replace(['\u{200c}', '\u{200d}'], "")),
    ("null-word-emptied", "emptied where it is a word such as `null`", |text| {
        if ["null", "none", "undefined", "nan"].contains(&text.to_lowercase().as_str()) {
            String::new()
        } else {
            text.to_owned()
        }
    }),
    ("leading-zero-lost", "without leading zeros", |text| {
        let digits = text.len() > 1 && text.bytes().all(|byte| byte.is_ascii_digit());
        if digits { text.trim_start_matches('0').to_owned() } else { text.to_owned() }
    }),
    ("reversed", "backwards", |text| text.chars().rev().collect()),
    ("prefixed", "with a prefix", |text| format!("usr:{text}")),
    ("emptied", "empty", |_| String::new()),
    ("constant", "as one text for all", |_| "anonymous".to_owned()),
    ("masked", "masked", |text| text.chars().map(|_| '*').collect()),
];

/// Texts that may be refused, but that, once taken, come back as they were sent.
const CONTESTED: &[Retold] = &[
    ("control-lost", "without control characters", |text| text.chars().filter(|c| !c.is_control()).collect()),
    ("line-feed", "with line breaks of another kind", |text| {
        text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n")
    }),
    ("invisible-lost", "without characters that cannot be seen", |text| {
        text.replace(['\u{200b}', '\u{feff}', '\u{202e}', '\u{2028}'], "")
    }),
    ("nul-cut", "cut at a NUL", |text| text.split('\0').next().unwrap_or_default().to_owned()),
    ("cut-at-4000", "cut after 4000 characters", |text| text.chars().take(4_000).collect()),
    ("cut-at-65535", "cut after 65535 characters", |text| text.chars().take(65_535).collect()),
];

/// Letters in normal form C and D.
const COMPOSED: &[(&str, &str)] = &[
    ("é", "e\u{301}"),
    ("è", "e\u{300}"),
    ("ê", "e\u{302}"),
    ("ë", "e\u{308}"),
    ("á", "a\u{301}"),
    ("à", "a\u{300}"),
    ("â", "a\u{302}"),
    ("ä", "a\u{308}"),
    ("å", "a\u{30a}"),
    ("ñ", "n\u{303}"),
    ("ö", "o\u{308}"),
    ("ü", "u\u{308}"),
    ("ç", "c\u{327}"),
    ("í", "i\u{301}"),
    ("ó", "o\u{301}"),
    ("ú", "u\u{301}"),
    ("É", "E\u{301}"),
    ("Å", "A\u{30a}"),
];

pub(super) fn propose(ground: &Ground<'_>, all: &mut Vec<Mutation>) {
    for spot in ground.echoed() {
        if spot.shape.allows(Kind::String) && spot.shape.values.is_none() {
            for (name, words, retell) in TEXTS {
                all.push(of_text(ground, spot, name, words, *retell, &[Standing::Valid]));
            }
            for (name, words, retell) in CONTESTED {
                all.push(of_text(ground, spot, name, words, *retell, &[Standing::Valid, Standing::Open]));
            }
        }
        if spot.shape.allows(Kind::Boolean) {
            for (name, words, retell) in BOOLEANS {
                let breaks = format!("`{}` comes back {words}", spot.path);
                all.push(returned(ground, spot, name, breaks, move |_, back| {
                    back.as_bool().map(|it| json!(retell(it)))
                }));
            }
        }
        if spot.shape.allows(Kind::Integer) && spot.shape.values.is_none() {
            for (name, words, retell) in NUMBERS {
                let breaks = format!("`{}` comes back {words}", spot.path);
                all.push(returned(ground, spot, name, breaks, move |_, back| {
                    back.as_i64().map(|it| json!(retell(it)))
                }));
            }
        }
        previous(ground, spot, all);
        swapped(ground, spot, all);
    }
}

/// Makes another value of a value.
type Returned<T> = (&'static str, &'static str, fn(T) -> T);

const BOOLEANS: &[Returned<bool>] = &[
    ("flipped", "as the opposite", |value| !value),
    ("always-true", "as true", |_| true),
    ("always-false", "as false", |_| false),
];

const NUMBERS: &[Returned<i64>] = &[
    ("one-more", "one larger", |number| number.saturating_add(1)),
    ("unsigned", "without its sign", i64::saturating_abs),
    ("as-32-bits", "cut to 32 bits", |number| i64::from(number as i32)),
    ("zero", "as zero", |_| 0),
];

fn of_text(
    ground: &Ground<'_>,
    spot: &Spot,
    name: &str,
    words: &str,
    retell: fn(&str) -> String,
    standings: &'static [Standing],
) -> Mutation {
    let place = spot.place.clone();
    let about = format!("{}/{name}", spot.path);
    ground.answers(Class::Echo, &about, format!("`{}` comes back {words}", spot.path), move |scene, exchange| {
        let other = |back: &Value| back.as_str().map(|text| json!(retell(text)));
        standings.contains(&scene.asked.standing) && is_said(scene, &place) && tell(scene, exchange, &place, other)
    })
}

/// Whether the property is once in the request.
fn is_said(scene: &Scene<'_>, place: &Pointer) -> bool {
    let quoted = format!("\"{}\"", place.last().unwrap_or_default());
    let times = scene.asked.bytes().windows(quoted.len()).filter(|it| *it == quoted.as_bytes()).count();
    times == 1 && scene.asked.request.headers.get("content-type").is_some_and(|it| it == "application/json")
}

/// A mutation of what a property comes back as, in answers to requests that must be accepted.
fn returned(
    ground: &Ground<'_>,
    spot: &Spot,
    name: &str,
    breaks: String,
    other: impl Fn(&Scene<'_>, &Value) -> Option<Value> + Send + Sync + 'static,
) -> Mutation {
    let place = spot.place.clone();
    ground.answers(Class::Echo, &format!("{}/{name}", spot.path), breaks, move |scene, exchange| {
        scene.asked.standing == Standing::Valid && tell(scene, exchange, &place, |back| other(scene, back))
    })
}

/// Lets a property come back otherwise, where it came back as it was sent and the other value is another.
fn tell(
    scene: &Scene<'_>,
    exchange: &mut Exchange,
    place: &Pointer,
    other: impl FnOnce(&Value) -> Option<Value>,
) -> bool {
    let Some(mut body) = answer::created(exchange) else { return false };
    let (Some(sent), Some(back)) = (scene.asked.at(place), place.resolve(&body)) else { return false };
    if sent != back {
        return false;
    }
    let Some(other) = other(back).filter(|other| other != back && Kind::of(other) == Kind::of(back)) else {
        return false;
    };
    answer::put(&mut body, place, other).is_some() && answer::set_json(exchange, &body)
}

fn previous(ground: &Ground<'_>, spot: &Spot, all: &mut Vec<Mutation>) {
    let place = spot.place.clone();
    let breaks = format!("`{}` comes back as it was sent in the request before", spot.path);
    all.push(returned(ground, spot, "previous", breaks, move |scene, _| {
        place.resolve(scene.memory.last.as_ref()?.sent()).cloned()
    }));
}

fn swapped(ground: &Ground<'_>, spot: &Spot, all: &mut Vec<Mutation>) {
    for other in ground.echoed().filter(|other| other.place != spot.place && other.shape.kinds == spot.shape.kinds) {
        let place = other.place.clone();
        let breaks = format!("`{}` comes back as `{}`", spot.path, other.path);
        all.push(returned(ground, spot, &format!("as-{}", other.path), breaks, move |scene, _| {
            scene.asked.at(&place).cloned()
        }));
    }
}
