//! `${…}` in a text: what it may say, and what it becomes.

use fake::faker::name::raw::Name;
use fake::locales::{AR_SA, CY_GB, DE_DE, EN, FA_IR, FR_FR, IT_IT, JA_JP, NL_NL, PT_BR, TR_TR, ZH_CN};

use crate::case::text::{Part, Text};
use crate::generate::{Draw, Form};
use crate::source::Pointer;

/// The longest text that is generated, in bytes.
const MAX_TEXT: usize = 1 << 20;

/// What may stand in a text, beside captures.
pub(super) const WORDS: &[&str] = &["fresh", "name", "repeat", "sent", "text"];

type Make = fn(&mut Draw) -> String;

/// A person's name in each language that there is, by ISO 639 code.
const NAMES: &[(&str, Make)] = &[
    ("en", |draw| draw.fake(Name(EN))),
    ("ar", |draw| draw.fake(Name(AR_SA))),
    ("cy", |draw| draw.fake(Name(CY_GB))),
    ("de", |draw| draw.fake(Name(DE_DE))),
    ("fa", |draw| draw.fake(Name(FA_IR))),
    ("fr", |draw| draw.fake(Name(FR_FR))),
    ("it", |draw| draw.fake(Name(IT_IT))),
    ("ja", |draw| draw.fake(Name(JA_JP))),
    ("nl", |draw| draw.fake(Name(NL_NL))),
    ("pt", |draw| draw.fake(Name(PT_BR))),
    ("tr", |draw| draw.fake(Name(TR_TR))),
    ("zh", |draw| draw.fake(Name(ZH_CN))),
];

/// Where a text stands, and so what may stand in it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Setting<'a> {
    /// In a request: what is drawn belongs to this name.
    Request {
        /// Case, step and place.
        draw: &'a str,
    },
    /// In an expectation: nothing is made there, only compared.
    Expectation,
}

/// Why a text cannot be read: the part of it, what is wrong, and what could be meant.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreadable {
    pub(super) part: String,
    pub(super) message: String,
    /// What could stand there instead.
    pub(super) names: Vec<String>,
}

/// Reads a text. `$$` is `$`, and a `$` before anything but `{` is itself.
pub(super) fn text(written: &str, setting: Setting<'_>, captures: &[String]) -> Result<Text, Unreadable> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = written;
    while let Some(at) = rest.find('$') {
        let (before, from) = rest.split_at(at);
        literal.push_str(before);
        if let Some(after) = from.strip_prefix("${") {
            let Some((inner, after)) = after.split_once('}') else {
                return Err(refused(from, "`${` has no `}`: write `$${` for the characters themselves", &[]));
            };
            match part(inner, setting, captures)? {
                Part::Literal(text) => literal.push_str(&text),
                part => {
                    if !literal.is_empty() {
                        parts.push(Part::Literal(std::mem::take(&mut literal)));
                    }
                    parts.push(part);
                }
            }
            rest = after;
        } else {
            literal.push('$');
            rest = from.strip_prefix("$$").unwrap_or(&from[1..]);
        }
    }
    literal.push_str(rest);
    if !literal.is_empty() || parts.is_empty() {
        parts.push(Part::Literal(literal));
    }
    Ok(Text(parts))
}

fn part(inner: &str, setting: Setting<'_>, captures: &[String]) -> Result<Part, Unreadable> {
    let whole = format!("${{{inner}}}");
    let (word, argument) = inner.split_once(':').map_or((inner, None), |(word, argument)| (word, Some(argument)));
    let no = |message: &str| Err(refused(&whole, message, &[]));
    match (word, argument, setting) {
        ("sent", Some(at), Setting::Expectation) if at.is_empty() || at.starts_with('/') => {
            Ok(Part::Sent(Pointer::parse(at)))
        }
        ("sent", _, Setting::Expectation) => no("`${sent:…}` wants a place in what was sent: `${sent:/id}`"),
        ("sent", _, Setting::Request { .. }) => {
            no("`${sent:…}` is known only after the request: `capture` it as `sent:/…`, and use it in a later step")
        }
        (word, _, Setting::Expectation) if WORDS.contains(&word) => {
            no("nothing is made in an expectation: compare with `${sent:/…}` or with a capture")
        }
        ("fresh", form, _) => fresh(&whole, form).map(Part::Fresh),
        ("text", length, Setting::Request { draw }) => {
            let length = length
                .and_then(number)
                .ok_or_else(|| refused(&whole, "`${text:…}` wants a number of characters, at most 1048576", &[]))?;
            let mut draw = Draw::new(0, draw);
            Ok(Part::Literal((0..length).map(|_| char::from(b'a' + draw.below(26) as u8)).collect()))
        }
        ("repeat", Some(argument), Setting::Request { .. }) => {
            let repeated = argument.rsplit_once(':').and_then(|(text, times)| Some((text, number(times)?)));
            match repeated.filter(|(text, times)| text.len().saturating_mul(*times) <= MAX_TEXT) {
                Some((text, times)) => Ok(Part::Literal(text.repeat(times))),
                None => no("`${repeat:…}` wants a text and how often, 1 MiB in all: `${repeat:x:300}`"),
            }
        }
        ("repeat", None, _) => no("`${repeat:…}` wants a text and how often: `${repeat:x:300}`"),
        ("name", language, Setting::Request { draw }) => name(&whole, language.unwrap_or("en"), draw),
        (name, None, _) if captures.iter().any(|known| known == name) => Ok(Part::Captured(name.to_owned())),
        (name, _, _) => {
            let known: Vec<&str> = captures.iter().map(String::as_str).chain(WORDS.iter().copied()).collect();
            let message = format!("`{name}` is neither a generator nor captured by an earlier step");
            Err(refused(&whole, &message, &known))
        }
    }
}

fn fresh(whole: &str, form: Option<&str>) -> Result<Form, Unreadable> {
    match form {
        None => Ok(Form::plain()),
        Some("uuid") => Ok(Form::Uuid),
        Some("email") => Ok(Form::Email),
        Some("digits") => Ok(Form::Digits),
        Some(other) => {
            let message = format!("`{other}` is no form of a fresh identifier");
            Err(refused(whole, &message, &["uuid", "email", "digits"]))
        }
    }
}

fn name(whole: &str, language: &str, draw: &str) -> Result<Part, Unreadable> {
    match NAMES.iter().find(|(code, _)| *code == language) {
        // Some of the crate's entries carry stray white space.
        Some((_, make)) => Ok(Part::Literal(make(&mut Draw::new(0, draw)).trim().to_owned())),
        None => {
            let codes: Vec<&str> = NAMES.iter().map(|(code, _)| *code).collect();
            let message = format!("there are no names of the language `{language}`");
            Err(refused(whole, &message, &codes))
        }
    }
}

fn number(text: &str) -> Option<usize> {
    text.parse().ok().filter(|number| *number <= MAX_TEXT)
}

fn refused(part: &str, message: &str, names: &[&str]) -> Unreadable {
    Unreadable {
        part: part.to_owned(),
        message: message.to_owned(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: Setting<'static> = Setting::Request { draw: "case/0/first_name" };

    fn literal(written: &str) -> String {
        text(written, REQUEST, &[]).expect(written).literal().expect("a literal")
    }

    #[test]
    fn what_is_known_when_the_file_is_read_is_a_literal() {
        assert_eq!(literal("plain"), "plain");
        assert_eq!(literal("$$5, $6, $"), "$5, $6, $");
        assert_eq!(literal("$${fresh}"), "${fresh}");
        assert_eq!(literal("a${repeat:b:c:3}d"), "ab:cb:cb:cd");
        assert_eq!(literal("${text:255}").chars().count(), 255);
        assert_eq!(literal("${name:ja}"), literal("${name:ja}"));
        for (code, _) in NAMES {
            assert!(!literal(&format!("${{name:{code}}}")).is_empty(), "{code}");
        }
    }

    #[test]
    fn what_is_known_later_is_a_part() {
        let parts = |written: &str, setting| text(written, setting, &["first".to_owned()]).expect(written).0;
        assert_eq!(parts("${fresh}", REQUEST), [Part::Fresh(Form::plain())]);
        assert_eq!(
            parts("a${fresh:uuid}b${first}", REQUEST),
            [
                Part::Literal("a".into()),
                Part::Fresh(Form::Uuid),
                Part::Literal("b".into()),
                Part::Captured("first".into())
            ]
        );
        assert_eq!(parts("${sent:/a}", Setting::Expectation), [Part::Sent(Pointer::parse("/a"))]);
        assert_eq!(parts("${sent:}", Setting::Expectation), [Part::Sent(Pointer::root())]);
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_part() {
        let told = |written: &str, setting| {
            let error = text(written, setting, &["first".to_owned()]).expect_err(written);
            format!("{}: {}", error.part, error.message)
        };
        let all = [
            told("a ${fres}", REQUEST),
            told("a ${fresh", REQUEST),
            told("${fresh:guid}", REQUEST),
            told("${text:many}", REQUEST),
            told("${repeat:x:9999999999}", REQUEST),
            told("${name:xx}", REQUEST),
            told("${sent:/a}", REQUEST),
            told("${fresh}", Setting::Expectation),
            told("${first:/a}", Setting::Expectation),
        ];
        insta::assert_snapshot!(all.join("\n"));
    }
}
