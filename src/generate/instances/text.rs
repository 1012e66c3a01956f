//! Texts for a flat description.

use serde_json::Value;

use super::describe::Flat;
use super::pattern::{Sampler, parse};
use super::recipe::Recipe;
use super::resources::Resources;
use crate::generate::draw::Draw;
use crate::generate::realistic;

/// Longest text that is made, so that a hostile document cannot exhaust memory.
const MAX_LENGTH: usize = 70_000;
/// How many texts are drawn from a pattern before it is given up.
const TRIES: usize = 60;
/// Texts that break many patterns.
const ODD: &[&str] = &["", "!", " ", "a", "0", "A", "\u{fc}", "-1", "a b", "none of these!", "\u{1f680}"];

/// Texts that break formats which take nearly everything.
const NO_FORMAT: &[&str] = &[
    "(",
    "[",
    "\\a",
    "@",
    "a@",
    "..",
    "a..b",
    "-a-.example",
    "%",
    "\\",
    "://",
    "{",
    "1.2.3.256",
    "\u{302e}a",
    "\u{3002}",
    "xn--X",
    "a\u{200d}b",
    "^(?=a",
    "\u{640}\u{7fa}",
];

/// A text that fits, as far as the recipe can be followed.
pub(super) fn text(
    flat: &Flat<'_>,
    resources: &Resources<'_>,
    recipe: Recipe,
    name: &str,
    draw: &mut Draw,
) -> Option<Value> {
    let (least, most) = flat.length;
    if least > MAX_LENGTH || most.is_some_and(|most| most < least) {
        return None;
    }
    let length = match recipe {
        Recipe::Least => Some(least),
        Recipe::Most => Some(most.filter(|most| *most <= MAX_LENGTH)?),
        Recipe::AboveLeast => Some(least + 1),
        Recipe::BelowMost => Some(most.filter(|most| *most <= MAX_LENGTH)?.checked_sub(1)?),
        _ => None,
    };
    let fits = |text: &String| {
        let count = text.chars().count();
        if count < least || most.is_some_and(|most| count > most) || length.is_some_and(|length| length != count) {
            return false;
        }
        let value = Value::String(text.clone());
        flat.patterns.iter().all(|pattern| resources.matches(pattern, &value))
            && flat.off_patterns.iter().all(|pattern| !resources.matches(pattern, &value))
            && flat.formats.iter().all(|format| resources.has_format(format, &value))
            && flat.off_formats.iter().all(|format| !resources.has_format(format, &value))
            && !flat.barred.contains(&&value)
    };
    candidates(flat, length, name, draw, &fits).map(Value::String)
}

fn candidates(
    flat: &Flat<'_>,
    length: Option<usize>,
    name: &str,
    draw: &mut Draw,
    fits: &dyn Fn(&String) -> bool,
) -> Option<String> {
    let from_patterns = || drawn(flat, length, draw.clone(), fits);
    let examples = || flat.examples.iter().filter_map(|value| value.as_str()).map(str::to_owned).find(fits);
    if !flat.patterns.is_empty() {
        return from_patterns().or_else(|| joined(flat, fits, draw)).or_else(examples);
    }
    let of_format = |draw: &mut Draw| {
        let format = flat.formats.first()?;
        (0..12)
            .find_map(|_| realistic::by_format(format, draw).filter(|text| fits(text)))
            .or_else(|| more_of_format(format).iter().map(|text| (*text).to_owned()).find(|text| fits(text)))
    };
    if let Some(made) = of_format(draw) {
        return Some(made);
    }
    let plain = realistic::by_name(name, draw);
    let wanted =
        length.unwrap_or_else(|| plain.chars().count().clamp(flat.length.0, flat.length.1.unwrap_or(usize::MAX)));
    let odd = ODD.iter().map(|text| (*text).to_owned());
    [sized(&plain, wanted), sized("Abcdefghij", wanted)]
        .into_iter()
        .chain(ODD.iter().map(|text| sized(text, wanted)))
        .chain(odd)
        .chain(NO_FORMAT.iter().filter(|_| !flat.off_formats.is_empty()).map(|text| (*text).to_owned()))
        .chain(from_off_patterns(flat, draw))
        .find(fits)
        .or_else(examples)
}

/// The text, cut or repeated to so many characters.
fn sized(text: &str, length: usize) -> String {
    let count = text.chars().count();
    if count >= length {
        return text.chars().take(length).collect();
    }
    let filler = if text.is_empty() { "x" } else { text };
    text.chars().chain(filler.chars().cycle()).take(length).collect()
}

fn drawn(flat: &Flat<'_>, length: Option<usize>, mut draw: Draw, fits: &dyn Fn(&String) -> bool) -> Option<String> {
    for pattern in &flat.patterns {
        let Ok(part) = parse(pattern) else { continue };
        let sampler = Sampler::new(part);
        let (narrow, wide) = sampler.width();
        let (least, most) =
            (flat.length.0.max(narrow), flat.length.1.map_or(wide, |most| Some(most.min(wide.unwrap_or(most)))));
        for attempt in 0..TRIES {
            // At first as it comes, then of a length that is surely allowed.
            let wanted = length.or_else(|| match attempt % 4 {
                0 | 1 if least <= narrow && attempt < TRIES / 2 => None,
                2 => most.filter(|most| *most < 100),
                _ => Some(least + draw.below(most.unwrap_or(least + 12).saturating_sub(least).min(12) + 1)),
            });
            let text = sampler.text(wanted, &mut draw);
            if fits(&text) {
                return Some(text);
            }
        }
    }
    None
}

/// For several patterns that are not anchored: a text of each, one after another.
fn joined(flat: &Flat<'_>, fits: &dyn Fn(&String) -> bool, draw: &mut Draw) -> Option<String> {
    let samplers: Vec<Sampler> = flat.patterns.iter().filter_map(|p| parse(p).ok()).map(Sampler::new).collect();
    let mut texts = || samplers.iter().map(|sampler| sampler.text(None, draw)).collect::<Vec<_>>();
    (0..TRIES).find_map(|attempt| {
        let mut parts = texts();
        if attempt % 2 == 1 {
            parts.reverse();
        }
        Some(parts.concat()).filter(|text| fits(text))
    })
}

/// Texts that nearly match a pattern that must not match.
fn from_off_patterns(flat: &Flat<'_>, draw: &mut Draw) -> Vec<String> {
    let mut near = Vec::new();
    for pattern in &flat.off_patterns {
        let Ok(part) = parse(pattern) else { continue };
        let text = Sampler::new(part).text(None, draw);
        let swapped: String = text.chars().map(|c| if c.is_alphabetic() { '0' } else { 'a' }).collect();
        near.extend([format!("{text}!"), format!("!{text}"), swapped, text.chars().skip(1).collect()]);
    }
    near
}

/// Texts of a format in other lengths and forms than the usual.
fn more_of_format(format: &str) -> &'static [&'static str] {
    match format {
        "email" | "idn-email" => &["a@b.co", "a@example.com", "a.very.long.name.indeed@subdomain.example.com"],
        "uri" | "url" | "iri" | "uri-reference" | "iri-reference" => {
            &["a:b", "urn:x:y", "http://a.io", "https://example.com/a/rather/long/path?with=query#and-fragment"]
        }
        "hostname" | "idn-hostname" => &["a", "a.io", "example.com"],
        "date-time" => &["2024-02-29T00:00:00Z", "2024-02-29T23:59:59.999999+01:00"],
        "ipv6" => &["::", "::1", "2001:0db8:0000:0000:0000:0000:0000:0001"],
        "ipv4" => &["1.1.1.1", "203.0.113.255"],
        "time" => &["00:00:00Z", "23:59:59.999999+01:00"],
        "duration" => &["P1D", "P3Y6M4DT12H30M5S"],
        "json-pointer" => &["", "/a", "/a/b/c/d"],
        "regex" => &["a", "^[a-z]+$"],
        _ => &[],
    }
}
