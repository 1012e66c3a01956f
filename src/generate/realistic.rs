//! Values as people would enter them, by the property's name and format.

use fake::faker::address::raw::{CityName, CountryCode, StreetName, ZipCode};
use fake::faker::company::raw::CompanyName;
use fake::faker::internet::raw::{SafeEmail, Username};
use fake::faker::lorem::raw::{Sentence, Word};
use fake::faker::name::raw::{FirstName, LastName, Name};
use fake::faker::phone_number::raw::PhoneNumber;
use fake::locales::EN;

use super::draw::Draw;

type Make = fn(&mut Draw) -> String;

/// Words in a property's name, and what such a property holds. The first that fits is taken.
const BY_NAME: &[(&[&str], Make)] = &[
    (&["first_name", "firstname", "given_name", "givenname"], |draw| draw.fake(FirstName(EN))),
    (&["last_name", "lastname", "surname", "family_name", "familyname"], |draw| draw.fake(LastName(EN))),
    (&["username", "user_name", "login", "handle", "nickname"], |draw| draw.fake(Username(EN))),
    (&["email", "e_mail", "mail"], email),
    (&["phone", "mobile", "fax"], |draw| draw.fake(PhoneNumber(EN))),
    (&["company", "organization", "organisation"], |draw| draw.fake(CompanyName(EN))),
    (&["street", "address_line", "address"], |draw| draw.fake(StreetName(EN))),
    (&["city", "town"], |draw| draw.fake(CityName(EN))),
    (&["zip", "postal", "postcode"], |draw| draw.fake(ZipCode(EN))),
    (&["country"], |draw| draw.fake(CountryCode(EN))),
    (&["currency"], |draw| draw.pick(&["EUR", "USD", "GBP", "JPY"]).copied().unwrap_or_default().to_owned()),
    (&["locale", "language", "lang"], |draw| {
        draw.pick(&["en", "de", "fr-FR", "pt-BR"]).copied().unwrap_or_default().to_owned()
    }),
    (&["url", "uri", "link", "website", "homepage"], url),
    (&["description", "comment", "message", "summary", "bio", "note", "text"], |draw| draw.fake(Sentence(EN, 3..8))),
    (&["name", "title", "label"], |draw| draw.fake(Name(EN))),
];

/// A value for each `format` that has one (OpenAPI format registry, JSON Schema 2020-12 validation §7.3).
const BY_FORMAT: &[(&str, Make)] = &[
    ("email", email),
    ("idn-email", email),
    ("uuid", uuid),
    ("date", date),
    ("date-time", |draw| format!("{}T{:02}:{:02}:{:02}Z", date(draw), draw.below(24), draw.below(60), draw.below(60))),
    ("time", |draw| format!("{:02}:{:02}:{:02}Z", draw.below(24), draw.below(60), draw.below(60))),
    ("duration", |draw| format!("P{}DT{}H", draw.below(30), draw.below(24))),
    ("uri", url),
    ("uri-reference", url),
    ("iri", url),
    ("iri-reference", url),
    ("url", url),
    ("hostname", |draw| format!("host{}.example.com", draw.below(1000))),
    ("idn-hostname", |draw| format!("host{}.example.com", draw.below(1000))),
    ("ipv4", |draw| format!("192.0.2.{}", draw.below(256))),
    ("ipv6", |draw| format!("2001:db8::{:x}", draw.below(65536))),
    ("json-pointer", |draw| format!("/items/{}", draw.below(10))),
    ("relative-json-pointer", |draw| format!("{}/items", draw.below(10))),
    ("uri-template", |draw| format!("https://example.com/{{id}}/{}", draw.below(10))),
    ("regex", |_| "^[a-z]+$".into()),
    ("byte", |_| "cHJvb2ZtYXJr".into()),
    ("base16", |_| "70726F6F666D61726B".into()),
    ("base32", |_| "OBZG633GNVQXE2Y=".into()),
    ("json", |_| "{\"a\": 1}".into()),
];

/// A realistic text for a property of this name.
pub(super) fn by_name(name: &str, draw: &mut Draw) -> String {
    let name = name.to_ascii_lowercase();
    match BY_NAME.iter().find(|(words, _)| words.iter().any(|word| name.contains(word))) {
        Some((_, make)) => make(draw),
        None => draw.fake(Word(EN)),
    }
}

/// A text of this format; none where the format is not known.
pub(super) fn by_format(format: &str, draw: &mut Draw) -> Option<String> {
    BY_FORMAT.iter().find(|(known, _)| *known == format).map(|(_, make)| make(draw))
}

/// Only reserved domains (RFC 2606): nobody gets mail from a test.
fn email(draw: &mut Draw) -> String {
    draw.fake(SafeEmail(EN))
}

fn url(draw: &mut Draw) -> String {
    format!("https://example.com/{}", draw.below(10_000))
}

fn uuid(draw: &mut Draw) -> String {
    let (high, low) = (draw.word(), draw.word());
    format!(
        "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
        high >> 32,
        high >> 16 & 0xFFFF,
        high & 0xFFF,
        low >> 52,
        low & 0xFFFF_FFFF_FFFF
    )
}

fn date(draw: &mut Draw) -> String {
    format!("20{:02}-{:02}-{:02}", draw.below(30), 1 + draw.below(12), 1 + draw.below(28))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_name_gets_a_value_of_its_kind() {
        let mut draw = Draw::new(1, "t");
        assert!(by_name("contact_email", &mut draw).contains("@example."));
        assert!(by_name("homepage", &mut draw).starts_with("https://example.com/"));
        assert!(!by_name("zorglub", &mut draw).is_empty());
    }

    #[test]
    fn every_format_offered_is_valid_by_the_validator() {
        for (format, make) in BY_FORMAT {
            let schema = serde_json::json!({ "type": "string", "format": format });
            let validator = jsonschema::options()
                .with_draft(jsonschema::Draft::Draft202012)
                .should_validate_formats(true)
                .build(&schema)
                .expect("a schema");
            for seed in 0..50 {
                let text = make(&mut Draw::new(seed, format));
                assert!(validator.is_valid(&text.clone().into()), "{format}: {text}");
            }
        }
    }
}
