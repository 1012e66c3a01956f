//! What may be about a request, so that a server goes wrong over it.

use std::sync::Arc;

use serde_json::Value;

use super::asked::{Asked, Standing, is_contested};
use super::ground::{Ground, Spot};
use crate::contract::OperationContract;
use crate::generate::{Change, Kind, Template, breaks};
use crate::source::Pointer;

/// Something about a request.
pub(super) struct Trait {
    /// As names have it.
    pub(super) name: String,
    /// As the end of a sentence that begins with "a request".
    pub(super) words: String,
    /// Whether a request has it.
    pub(super) holds: Holds,
}

pub(super) type Holds = Arc<dyn Fn(&Asked, &OperationContract) -> bool + Send + Sync>;

/// Something about a text.
type OfText = (&'static str, &'static str, fn(&str) -> bool);

/// Texts that a server might not be made for, though every server that takes text is to take them.
pub(super) const TEXTS: &[OfText] = &[
    ("empty", "is empty", str::is_empty),
    ("one-character", "has one character", |text| text.chars().count() == 1),
    ("over-50", "has more than 50 characters", |text| text.chars().count() > 50),
    ("over-64", "has more than 64 characters", |text| text.chars().count() > 64),
    ("over-128", "has more than 128 characters", |text| text.chars().count() > 128),
    ("over-255", "has more than 255 characters", |text| text.chars().count() > 255),
    ("over-256", "has more than 256 characters", |text| text.chars().count() > 256),
    ("over-512", "has more than 512 characters", |text| text.chars().count() > 512),
    ("over-1000", "has more than 1000 characters", |text| text.chars().count() > 1000),
    ("over-255-bytes", "has more than 255 bytes in at most 255 characters", |text| {
        text.len() > 255 && text.chars().count() <= 255
    }),
    ("non-ascii", "is not ASCII", |text| !text.is_ascii()),
    ("beyond-latin-1", "is beyond Latin-1", |text| text.chars().any(|c| c > '\u{ff}')),
    ("astral", "has a character beyond the basic plane", |text| text.chars().any(|c| c > '\u{ffff}')),
    ("combining", "has a combining mark", |text| text.chars().any(|c| ('\u{300}'..='\u{36f}').contains(&c))),
    ("right-to-left", "is written from right to left", |text| {
        text.chars().any(|c| ('\u{590}'..='\u{6ff}').contains(&c))
    }),
    ("cjk", "has ideographs", |text| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))),
    ("apostrophe", "has an apostrophe", |text| text.contains('\'')),
    ("quote", "has a quotation mark", |text| text.contains('"')),
    ("backslash", "has a backslash", |text| text.contains('\\')),
    ("angle", "has an angle bracket", |text| text.contains(['<', '>'])),
    ("ampersand", "has an ampersand", |text| text.contains('&')),
    ("percent", "has a percent sign", |text| text.contains('%')),
    ("brace", "has a brace", |text| text.contains(['{', '}'])),
    ("dollar", "has a dollar sign", |text| text.contains('$')),
    ("semicolon", "has a semicolon", |text| text.contains(';')),
    ("slash", "has a slash", |text| text.contains('/')),
    ("dots", "has two dots", |text| text.contains("..")),
    ("at-sign", "has an at sign", |text| text.contains('@')),
    ("space", "has a space", |text| text.contains(' ')),
    ("leading-space", "begins with a space", |text| text.starts_with(' ')),
    ("trailing-space", "ends with a space", |text| text.ends_with(' ')),
    ("no-break-space", "has a no-break space", |text| text.contains('\u{a0}')),
    ("digits-only", "is digits only", |text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())),
    ("upper-case", "has an upper-case letter", |text| text.chars().any(char::is_uppercase)),
    ("literal-word", "has the word null, true or undefined", |text| {
        ["null", "true", "undefined"].iter().any(|word| text.to_lowercase().contains(word))
    }),
    ("sql", "looks like SQL", |text| {
        ["drop table", "select ", "--"].iter().any(|word| text.to_lowercase().contains(word))
    }),
];

/// Texts that may be refused, and must not bring a server down.
const CONTESTED_TEXTS: &[OfText] = &[
    ("control", "has a control character", |text| text.chars().any(char::is_control)),
    ("nul", "has a NUL", |text| text.contains('\0')),
    ("line-feed", "has a line break", |text| text.contains('\n')),
    ("invisible", "has a character that cannot be seen", |text| {
        text.chars().any(|c| is_contested(c) && !c.is_control())
    }),
    ("noncharacter", "has a noncharacter", |text| text.contains(['\u{fffe}', '\u{ffff}'])),
    ("over-1024", "has more than 1024 characters", |text| text.chars().count() > 1_024),
    ("over-4096", "has at least 4096 characters", |text| text.chars().count() >= 4_096),
    ("over-65535", "has more than 65535 characters", |text| text.chars().count() > 65_535),
    ("blank", "is blank", |text| text.trim().is_empty()),
];

/// Traits of one property of a request that must be accepted, each property by itself.
pub(super) fn of_each_valid(ground: &Ground<'_>) -> Vec<Trait> {
    let mut all = vec![valid("any", "that must be accepted", |_| true)];
    for spot in ground.places() {
        let (path, place) = (&spot.path, &spot.place);
        if spot.shape.allows(Kind::String) && spot.shape.values.is_none() {
            for (name, words, holds) in TEXTS {
                let (at, holds) = (place.clone(), *holds);
                all.push(valid(&format!("{path}/{name}"), &format!("whose `{path}` {words}"), move |asked| {
                    asked.at(&at).and_then(Value::as_str).is_some_and(holds)
                }));
            }
        }
        for value in values(spot) {
            let at = place.clone();
            let words = format!("whose `{path}` is `{value}`");
            all.push(valid(&format!("{path}/is-{}", plain(&value)), &words, move |asked| {
                asked.at(&at) == Some(&value)
            }));
        }
        if !spot.required {
            let (here, there) = (place.clone(), place.clone());
            all.push(valid(&format!("{path}/absent"), &format!("without `{path}`"), move |asked| {
                there.parent().is_some_and(|parent| asked.at(&parent).is_some()) && asked.at(&there).is_none()
            }));
            all.push(valid(&format!("{path}/present"), &format!("with `{path}`"), move |asked| {
                asked.at(&here).is_some()
            }));
        }
        numbers(spot, &mut all);
    }
    pairs(ground, &mut all);
    all
}

/// Traits of requests that must be accepted, whatever property shows them.
pub(super) fn of_any_valid() -> Vec<Trait> {
    let of = |(name, words, holds): &OfText| {
        let holds = *holds;
        valid(&format!("text/{name}"), &format!("with a text that {words}"), move |asked| asked.any_text(holds))
    };
    TEXTS.iter().map(of).collect()
}

/// Traits of requests that may be refused.
pub(super) fn of_contested(ground: &Ground<'_>) -> Vec<Trait> {
    let open = |name: &str, words: &str, holds: fn(&Asked) -> bool| Trait {
        name: name.to_owned(),
        words: words.to_owned(),
        holds: Arc::new(move |asked, _| asked.standing == Standing::Open && holds(asked)),
    };
    let mut all = vec![
        open("contested/body-empty", "with an empty body", |asked| {
            asked.request.body.as_ref().is_none_or(|body| body.is_empty())
        }),
        open("contested/body-not-utf-8", "whose body is no UTF-8", |asked| std::str::from_utf8(asked.bytes()).is_err()),
        open("contested/byte-order-mark", "with a byte-order mark", |asked| asked.bytes().starts_with(b"\xef\xbb\xbf")),
        open("contested/surrogate", "with half a surrogate pair", |asked| {
            asked.json.is_none() && asked.bytes().windows(3).any(|it| matches!(it, [b'\\', b'u', b'd' | b'D']))
        }),
        open("contested/deep", "nested hundreds deep", |asked| {
            asked.bytes().iter().filter(|byte| **byte == b'[').count() > 500
        }),
        open(
            "contested/null",
            "with a null",
            |asked| matches!(&asked.json, Some(Value::Object(members)) if members.values().any(Value::is_null)),
        ),
        open("contested/content-type", "whose Content-Type is not the documented one", |asked| {
            asked
                .request
                .headers
                .get("content-type")
                .is_none_or(|it| !it.to_ascii_lowercase().starts_with("application/json"))
        }),
    ];
    if let Some(body) = &ground.operation.body {
        let listed = body.listed.clone();
        all.push(Trait {
            name: "contested/unlisted".into(),
            words: "with a property that is not listed".into(),
            holds: Arc::new(move |asked, _| match &asked.json {
                Some(Value::Object(members)) => {
                    asked.standing == Standing::Open && members.keys().any(|key| !listed.contains(key))
                }
                _ => false,
            }),
        });
    }
    for (name, words, holds) in CONTESTED_TEXTS {
        let holds = *holds;
        all.push(Trait {
            name: format!("contested/{name}"),
            words: format!("with a text that {words}"),
            holds: Arc::new(move |asked, _| asked.standing == Standing::Open && asked.any_text(holds)),
        });
    }
    all
}

/// Traits of requests that must be refused: each keyword at each place, and bodies that are no JSON.
pub(super) fn of_invalid(ground: &Ground<'_>) -> Vec<Trait> {
    let mut all = vec![Trait {
        name: "any".into(),
        words: "that must be refused".into(),
        holds: Arc::new(|asked, _| asked.must_be_refused()),
    }];
    for (name, words, holds) in MALFORMED {
        let holds = *holds;
        all.push(Trait {
            name: format!("malformed/{name}"),
            words: format!("whose body {words}"),
            holds: Arc::new(move |asked, _| asked.standing == Standing::Malformed && holds(asked.bytes())),
        });
    }
    let (Some(body), Some(contract)) = (&ground.body, &ground.operation.body) else { return all };
    let Some(full) = body.spots.first().map(|whole| &whole.value) else { return all };
    let mut seen: Vec<(String, Pointer, Option<Kind>)> = Vec::new();
    for spot in &body.spots {
        for way in breaks(&spot.shape, spot.required, &spot.value) {
            let mut template = Template::fixed(full.clone());
            way.change.apply(&mut template, &spot.place);
            let violations = contract.schema.violations(&template.value);
            let Some(first) =
                violations.first().filter(|first| violations.iter().all(|it| it.instance == first.instance))
            else {
                continue;
            };
            let kind = matches!(way.change, Change::Set(_))
                .then(|| first.instance.resolve(&template.value).map(Kind::of))
                .flatten();
            let key = (first.keyword.clone(), first.instance.clone(), kind);
            if !seen.contains(&key) {
                all.push(broken(&spot.path, &key));
                seen.push(key);
            }
        }
    }
    all
}

/// Something about a body that is no JSON.
type OfBytes = (&'static str, &'static str, fn(&[u8]) -> bool);

const MALFORMED: &[OfBytes] = &[
    ("any", "is no JSON", |_| true),
    ("cut", "is cut", |bytes| error(bytes).is_some_and(|error| error.is_eof())),
    ("trailing", "has something behind it", |bytes| {
        error(bytes).is_some_and(|error| error.to_string().starts_with("trailing characters"))
    }),
    ("trailing-comma", "has a trailing comma", |bytes| {
        error(bytes).is_some_and(|error| error.to_string().starts_with("trailing comma"))
    }),
    ("single-quotes", "has single quotes", |bytes| bytes.contains(&b'\'')),
    ("bare-name", "has a name without quotes", |bytes| {
        error(bytes).is_some_and(|error| error.to_string().starts_with("key must be a string"))
    }),
    ("comment", "has a comment", |bytes| bytes.windows(2).any(|two| two == b"/*" || two == b"//")),
    ("bare-word", "is a bare word", |bytes| bytes.first().is_some_and(u8::is_ascii_alphabetic)),
    ("raw-control", "has a raw control character in a text", |bytes| {
        error(bytes).is_some_and(|error| error.to_string().starts_with("control character"))
    }),
];

fn error(bytes: &[u8]) -> Option<serde_json::Error> {
    serde_json::from_slice::<Value>(bytes).err()
}

fn broken(path: &str, (keyword, instance, kind): &(String, Pointer, Option<Kind>)) -> Trait {
    let (name, words) = match (keyword.as_str(), kind) {
        ("required", _) => (format!("{path}/required"), format!("without `{path}`")),
        ("type", Some(kind)) => {
            (format!("{path}/type-{}", kind.name()), format!("whose `{path}` has the type {}", kind.name()))
        }
        _ => (format!("{path}/{keyword}"), format!("whose `{path}` breaks `{keyword}`")),
    };
    let (keyword, instance, kind) = (keyword.clone(), instance.clone(), *kind);
    let of_kind = keyword == "type";
    let holds = move |asked: &Asked, contract: &OperationContract| {
        asked.standing == Standing::Invalid
            && (!of_kind || asked.kind_at(&instance) == kind)
            && asked.violations(contract).iter().all(|it| it.keyword == keyword && it.instance == instance)
            && !asked.violations(contract).is_empty()
    };
    Trait { name, words, holds: Arc::new(holds) }
}

fn valid(name: &str, words: &str, holds: impl Fn(&Asked) -> bool + Send + Sync + 'static) -> Trait {
    let holds = move |asked: &Asked, _: &OperationContract| asked.standing == Standing::Valid && holds(asked);
    Trait { name: name.to_owned(), words: words.to_owned(), holds: Arc::new(holds) }
}

/// Values of which there are few: booleans, and those of an `enum`.
fn values(spot: &Spot) -> Vec<Value> {
    match &spot.shape.values {
        Some(values) => values.clone(),
        None if spot.shape.kinds == [Kind::Boolean] => vec![true.into(), false.into()],
        None => Vec::new(),
    }
}

/// Something about a number.
type OfNumber = (&'static str, &'static str, fn(f64) -> bool);

fn numbers(spot: &Spot, all: &mut Vec<Trait>) {
    if spot.shape.values.is_some() || spot.shape.kinds.len() > 3 || !spot.shape.allows(Kind::Integer) {
        return;
    }
    const NUMBERS: &[OfNumber] = &[
        ("zero", "is zero", |number| number == 0.0),
        ("negative", "is below zero", |number| number < 0.0),
        ("large", "is beyond 2^31", |number| number.abs() > 2_147_483_648.0),
        ("fraction", "is no integer", |number| number.fract() != 0.0),
    ];
    for (name, words, holds) in NUMBERS {
        let (at, path, holds) = (spot.place.clone(), &spot.path, *holds);
        all.push(valid(&format!("{path}/{name}"), &format!("whose `{path}` {words}"), move |asked| {
            asked.at(&at).and_then(Value::as_f64).is_some_and(holds)
        }));
    }
}

/// Two optional properties of the body, each there or not.
fn pairs(ground: &Ground<'_>, all: &mut Vec<Trait>) {
    let optional: Vec<&Spot> = ground.places().filter(|it| !it.required && it.place.tokens().count() == 1).collect();
    for (at, one) in optional.iter().enumerate() {
        for other in optional.iter().skip(at + 1) {
            for (first, second) in [(true, true), (true, false), (false, true), (false, false)] {
                let word = |there: bool| if there { "with" } else { "without" };
                let name = format!("{}-{}+{}-{}", word(first), one.path, word(second), other.path);
                let words = format!("{} `{}` and {} `{}`", word(first), one.path, word(second), other.path);
                let (one, other) = (one.place.clone(), other.place.clone());
                all.push(valid(&format!("together/{name}"), &words, move |asked| {
                    asked.at(&one).is_some() == first && asked.at(&other).is_some() == second
                }));
            }
        }
    }
}

/// A value as it may stand in a name.
fn plain(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.chars().map(|c| if c.is_alphanumeric() || "_-.".contains(c) { c } else { '~' }).collect()
}
