//! A credential made wrong, when it is sent: the plan knows only in which way.

use super::AddedHeader;
use crate::http::{Credential, base64};

/// The value that `header` has in a request with this credential; `None` where it is left out.
pub(super) fn altered(header: &AddedHeader, credential: Credential) -> Option<String> {
    let right = header.value.reveal();
    match credential {
        Credential::Right => Some(right.to_owned()),
        Credential::None => None,
        Credential::Empty => Some(String::new()),
        _ if header.name.eq_ignore_ascii_case("cookie") => Some(cookies(right, credential)),
        _ => Some(value(right, credential)),
    }
}

/// Every wrong value that a plan may send for `header`: what must not be shown, as little as the right one.
pub(super) fn all_altered(header: &AddedHeader) -> impl Iterator<Item = String> {
    // A word is no part of the secret, and common.
    let kept = |credential: &&Credential| {
        !matches!(credential, Credential::Long | Credential::BeyondAscii | Credential::Word(_) | Credential::SchemeOnly)
    };
    Credential::WRONG.iter().filter(kept).filter_map(|credential| altered(header, *credential))
}

/// Every cookie of the field altered: nobody can say which of them is the credential.
fn cookies(right: &str, credential: Credential) -> String {
    let pairs = right.split(';').map(|pair| match pair.split_once('=') {
        Some((name, token)) => format!("{name}={}", different(token, credential)),
        None => pair.to_owned(),
    });
    pairs.collect::<Vec<_>>().join(";")
}

/// `Bearer token`, or a token alone, altered.
fn value(right: &str, credential: Credential) -> String {
    match (right.split_once(' '), credential) {
        (Some((scheme, _)), Credential::SchemeOnly) => scheme.to_owned(),
        (Some((_, token)), Credential::SchemeMissing) => token.to_owned(),
        (Some((scheme, token)), Credential::SchemeChanged) => {
            format!("{} {token}", if scheme.eq_ignore_ascii_case("basic") { "Bearer" } else { "Basic" })
        }
        (None, Credential::SchemeChanged) => format!("Basic {right}"),
        (Some((scheme, token)), _) if scheme.eq_ignore_ascii_case("basic") && is_of_the_token(credential) => {
            let altered = basic(token, credential).unwrap_or_else(|| different(token, credential));
            format!("{scheme} {altered}")
        }
        (Some((scheme, token)), _) => format!("{scheme} {}", different(token, credential)),
        (None, _) => different(right, credential),
    }
}

/// Whether a wrong credential is made of the right one, and does not just stand in its place.
fn is_of_the_token(credential: Credential) -> bool {
    !matches!(credential, Credential::Long | Credential::BeyondAscii | Credential::Word(_))
}

/// The token of HTTP Basic (RFC 7617 §2) with another password, or with another user where there is no password; none where it is
/// no such token. Some decoders skip what is foreign to base64, so that its text altered may be the same credential.
fn basic(token: &str, credential: Credential) -> Option<String> {
    let text = String::from_utf8(base64::decode(token)?).ok()?;
    let (user, password) = text.split_once(':')?;
    let altered = match (user, password) {
        ("", "") => return None,
        (user, "") => format!("{}:", different(user, credential)),
        (user, password) => format!("{user}:{}", different(password, credential)),
    };
    Some(base64::encode(altered))
}

/// The token altered so that it is another one: where the wanted way leaves it the same, a character is changed.
fn different(token: &str, credential: Credential) -> String {
    let made = alter(token, credential);
    let hex = || token.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    // Hexadecimal digits mean the same in either case, and hyphens nothing among them.
    let lost_in_hex =
        matches!(credential, Credential::LetterCase | Credential::OneLetterCase(_) | Credential::Hyphenated);
    let same = made == token || (lost_in_hex && hex());
    if !same {
        return made;
    }
    match change(token, 8) {
        changed if changed != token => changed,
        _ => "proofmark".to_owned(),
    }
}

fn alter(token: &str, credential: Credential) -> String {
    let characters: Vec<char> = token.chars().collect();
    // What follows the last letter pads it (RFC 4648 §3.2): without it the token may be the same.
    let end = token.trim_end_matches('=').chars().count();
    let (body, padding) = characters.split_at(end);
    let text = |characters: &[char]| characters.iter().collect::<String>();
    match credential {
        Credential::Changed(sixteenths) => change(token, sixteenths),
        Credential::Truncated(by) => text(&body[..end.saturating_sub(usize::from(by).max(1))]),
        Credential::Half => text(&body[..end / 2]),
        Credential::Beheaded => text(characters.get(1..).unwrap_or_default()),
        Credential::Extended => format!("{}x{}", text(body), text(padding)),
        Credential::Continued => format!("{token}.x"),
        Credential::LetterCase => characters.iter().map(|c| other_case(*c)).collect(),
        Credential::OneLetterCase(sixteenths) => replaced(token, sixteenths, |c| c.is_ascii_alphabetic(), other_case),
        Credential::Hyphenated => format!("{}-{}", text(&characters[..end / 2]), text(&characters[end / 2..])),
        Credential::Reversed => characters.iter().rev().collect(),
        Credential::Doubled => format!("{token}{token}"),
        Credential::Long => "proofmark".repeat(222),
        Credential::BeyondAscii => "proofmark-\u{e9}\u{8a9e}".to_owned(),
        Credential::Word(word) => word.to_owned(),
        Credential::Random(number) => random(token, number),
        // The scheme is not the token's; without one there is nothing to alter in it.
        Credential::Right
        | Credential::None
        | Credential::Empty
        | Credential::SchemeOnly
        | Credential::SchemeMissing
        | Credential::SchemeChanged => token.to_owned(),
    }
}

/// The character that stands so many sixteenths of the way through `token`, replaced by one that decodes to other bits
/// in base64, be it the last one, of which some bits do not count (RFC 4648 §3.5).
fn change(token: &str, sixteenths: u8) -> String {
    // Dots, hyphens and the like may part a token without being of it.
    replaced(token, sixteenths, |c| c.is_ascii_alphanumeric(), distant)
}

/// The token with another character in place of the one that stands so many sixteenths of the way through it, or of the
/// nearest one that `may` be replaced.
fn replaced(token: &str, sixteenths: u8, may: fn(&char) -> bool, other: fn(char) -> char) -> String {
    let end = token.trim_end_matches('=').chars().count();
    let wanted = (end.saturating_sub(1)) * usize::from(sixteenths) / 16;
    let places = token.chars().take(end).enumerate().filter(|(_, c)| may(c)).map(|(at, _)| at);
    let at = places.min_by_key(|at| at.abs_diff(wanted)).unwrap_or(wanted);
    token.chars().enumerate().map(|(index, c)| if index == at { other(c) } else { c }).collect()
}

/// Another character of the same kind, whose number in base64 differs in its highest bit where there is one.
fn distant(character: char) -> char {
    match character {
        // The digit beside it may be that of another key.
        '0'..='4' => char::from(character as u8 + 5),
        '5'..='9' => char::from(character as u8 - 5),
        // Hexadecimal letters stay such.
        'a' => 'f',
        'b'..='f' => char::from(character as u8 - 1),
        'A' => 'w',
        'B'..='Z' => char::from(character.to_ascii_lowercase() as u8 - 1).max('g'),
        'g'..='z' => 'Q',
        _ => 'x',
    }
}

fn other_case(character: char) -> char {
    if character.is_ascii_lowercase() { character.to_ascii_uppercase() } else { character.to_ascii_lowercase() }
}

/// A token as long as `token`, with a letter for each letter and a digit for each digit; the same each time.
fn random(token: &str, number: u8) -> String {
    let mut draw = crate::generate::Draw::new(u64::from(number), "credential");
    let mut of = |characters: &[u8]| draw.pick(characters).copied().map_or('x', char::from);
    token
        .chars()
        .map(|c| match c {
            '0'..='9' => of(b"0123456789"),
            'a'..='f' => of(b"abcdef"),
            'g'..='z' => of(b"ghijklmnopqrstuvwxyz"),
            'A'..='Z' => of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKENS: &[(&str, &str)] = &[
        ("authorization", "Bearer sk_live_51H8xkLw9q"),
        ("authorization", "Basic YWRhOmxvdmVsYWNl=="),
        ("authorization", "Basic YWRhOmxvdmVsYWNl"),
        ("authorization", "Basic Og=="),
        ("authorization", "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVPmB92K27uhbUJU1p1r_wW1gFWFOEjXkA"),
        ("x-api-key", "0123456789abcdef"),
        ("x-api-key", "aaaaaaaa"),
        ("cookie", "sid=abcdefgh; theme=dark"),
        ("x-api-key", "k"),
    ];

    #[test]
    fn every_wrong_credential_is_another_one() {
        for (name, right) in TOKENS {
            let header = AddedHeader::literal(*name, *right);
            for credential in Credential::WRONG {
                assert_ne!(altered(&header, *credential).as_deref(), Some(*right), "{credential:?}");
            }
            assert_eq!(altered(&header, Credential::Right).as_deref(), Some(*right));
        }
    }

    #[test]
    fn each_is_wrong_in_its_own_way() {
        let of = |credential| altered(&AddedHeader::literal("authorization", "Bearer Ab3dEz"), credential);
        for (credential, wrong) in [
            (Credential::SchemeOnly, "Bearer"),
            (Credential::SchemeMissing, "Ab3dEz"),
            (Credential::SchemeChanged, "Basic Ab3dEz"),
            (Credential::Changed(0), "Bearer wb3dEz"),
            (Credential::Changed(16), "Bearer Ab3dEQ"),
            (Credential::Truncated(1), "Bearer Ab3dE"),
            (Credential::Extended, "Bearer Ab3dEzx"),
            (Credential::Continued, "Bearer Ab3dEz.x"),
            (Credential::LetterCase, "Bearer aB3DeZ"),
            (Credential::OneLetterCase(0), "Bearer ab3dEz"),
            (Credential::OneLetterCase(8), "Bearer AB3dEz"),
            (Credential::Hyphenated, "Bearer Ab3-dEz"),
            (Credential::Word("null"), "Bearer null"),
            (Credential::Empty, ""),
        ] {
            assert_eq!(of(credential).as_deref(), Some(wrong), "{credential:?}");
        }
        assert_eq!(of(Credential::None), None);
    }

    #[test]
    fn a_wrong_credential_of_basic_says_another_password() {
        let of = |right: &str, credential| {
            let right = format!("Basic {}", base64::encode(right));
            let altered = altered(&AddedHeader::literal("authorization", right), credential)?;
            String::from_utf8(base64::decode(altered.strip_prefix("Basic ")?)?).ok()
        };
        for (right, credential, wrong) in [
            ("ada:lovelace", Credential::Hyphenated, "ada:love-lace"),
            ("ada:lovelace", Credential::Truncated(1), "ada:lovelac"),
            ("ada:lovelace", Credential::Extended, "ada:lovelacex"),
            ("ada:love:lace", Credential::Beheaded, "ada:ove:lace"),
            ("ada:0123", Credential::LetterCase, "ada:0623"),
            (":key", Credential::Doubled, ":keykey"),
            // A key in place of a user has no password.
            ("key:", Credential::Reversed, "yek:"),
        ] {
            assert_eq!(of(right, credential).as_deref(), Some(wrong), "{right} {credential:?}");
        }
    }

    #[test]
    fn what_is_no_token_of_basic_is_altered_as_it_stands() {
        let of = |right: &str, credential| altered(&AddedHeader::literal("authorization", right), credential);
        for (right, credential, wrong) in [
            ("Basic Ab-3dEz", Credential::Extended, "Basic Ab-3dEzx"),
            ("Basic YWRhbG92ZQ==", Credential::Hyphenated, "Basic YWRhb-G92ZQ=="),
            ("Basic YWRhOmxvdmVsYWNl", Credential::Word("null"), "Basic null"),
            ("Bearer YWRhOmxvdmVsYWNl", Credential::Hyphenated, "Bearer YWRhOmxv-dmVsYWNl"),
        ] {
            assert_eq!(of(right, credential).as_deref(), Some(wrong), "{right} {credential:?}");
        }
    }

    #[test]
    fn a_last_character_of_which_some_bits_do_not_count_decodes_to_another_token() {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let number = |character: char| alphabet.find(character).expect("one of the alphabet");
        for (ignored, last) in [(2, alphabet.chars().step_by(4).collect::<String>()), (4, "AQgw".to_owned())] {
            for character in last.chars() {
                let other = distant(character);
                assert_ne!(number(character) >> ignored, number(other) >> ignored, "{character} {other}");
            }
        }
    }

    #[test]
    fn the_number_at_the_end_of_a_key_does_not_become_that_of_the_next_one() {
        let value = altered(&AddedHeader::literal("x-api-key", "tenant-key-1"), Credential::Changed(16));
        assert_eq!(value.as_deref(), Some("tenant-key-6"));
    }

    #[test]
    fn hexadecimal_letters_in_the_other_case_would_be_the_same_token() {
        let hex = altered(&AddedHeader::literal("x-api-key", "0123abcd"), Credential::LetterCase).expect("a value");
        assert!(!hex.eq_ignore_ascii_case("0123abcd"), "{hex}");
    }

    #[test]
    fn every_cookie_is_altered_since_any_may_be_the_credential() {
        let value = altered(&AddedHeader::literal("cookie", "sid=abc; x=y"), Credential::Extended);
        assert_eq!(value.as_deref(), Some("sid=abcx; x=yx"));
    }
}
