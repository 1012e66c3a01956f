//! What a header field and a cookie can carry: nothing is quoted or escaped, since how to do so differs from field to
//! field (OpenAPI 3.2.0 appendix D).

use super::Unencodable;
use super::flat::Flat;

/// That `value` arrives as it is (RFC 9110 §5.5).
///
/// # Errors
/// Control characters, white space at an end, and what is not US-ASCII, which has no defined meaning there.
pub(super) fn field_value(value: String) -> Result<String, Unencodable> {
    let edge = |character: Option<char>| matches!(character, Some(' ' | '\t'));
    let refused = if value.chars().any(|character| character.is_ascii_control() && character != '\t') {
        "a control character"
    } else if !value.is_ascii() {
        "characters outside US-ASCII"
    } else if edge(value.chars().next()) || edge(value.chars().next_back()) {
        "white space at an end"
    } else {
        return Ok(value);
    };
    Err(Unencodable::HeaderCharacter(refused))
}

/// That a list of such texts is read back as it is: recipients drop empty items and white space around them
/// (RFC 9110 §5.6.1).
///
/// # Errors
/// Such an item.
pub(super) fn field_items(flat: &Flat<'_>) -> Result<(), Unencodable> {
    let kept = |text: &&str| !text.is_empty() && text.trim_matches([' ', '\t']) == *text;
    match flat {
        Flat::Primitive(_) => Ok(()),
        Flat::Array(_) | Flat::Object(_) if flat.texts().iter().all(kept) => Ok(()),
        Flat::Array(_) | Flat::Object(_) => Err(Unencodable::HeaderItem),
    }
}

/// That `name` can name a cookie (RFC 6265 §4.1.1: a token).
///
/// # Errors
/// Anything else.
pub(super) fn cookie_name(name: &str) -> Result<(), Unencodable> {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(token) { Err(Unencodable::CookieName) } else { Ok(()) }
}

/// That `value` can stand in a cookie as it is (RFC 6265 §4.1.1).
///
/// Spaces inside and commas are let through though they are no `cookie-octet`: OpenAPI 3.2.0 has both in its own
/// examples of `style: cookie`, and servers cut at semicolons.
///
/// # Errors
/// Any other character that is no `cookie-octet`.
pub(super) fn cookie_value(value: &str) -> Result<(), Unencodable> {
    let refused = if value.chars().any(|character| character.is_ascii_control()) {
        "a control character"
    } else if !value.is_ascii() {
        "characters outside US-ASCII"
    } else if value.contains([';', '"', '\\']) {
        "a semicolon, quote or backslash"
    } else if value.trim_matches(' ') != value {
        "spaces at an end"
    } else {
        return Ok(());
    };
    Err(Unencodable::CookieCharacter(refused))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_field_carries_visible_ascii_and_white_space_inside() {
        for fine in ["", "blue", "a b\tc", "W/\"etag\"", "100%, sure; q=1"] {
            assert_eq!(field_value(fine.to_owned()).as_deref(), Ok(fine));
        }
        for bad in ["a\r\nb: c", "\0", "\u{7f}", "blå", " a", "a\t"] {
            assert!(matches!(field_value(bad.to_owned()), Err(Unencodable::HeaderCharacter(_))), "{bad:?}");
        }
    }

    #[test]
    fn a_cookie_carries_what_its_own_syntax_leaves_alone() {
        for fine in ["", "blue", "Hello%2C world!", "a=b", "R,100"] {
            assert_eq!(cookie_value(fine), Ok(()), "{fine}");
        }
        for bad in ["a;b", "\"a\"", "a\\b", "a\nb", "é", " a"] {
            assert!(matches!(cookie_value(bad), Err(Unencodable::CookieCharacter(_))), "{bad:?}");
        }
        assert_eq!(cookie_name("a.b%20"), Ok(()));
        for bad in ["", "a b", "a=b", "a;b", "é"] {
            assert_eq!(cookie_name(bad), Err(Unencodable::CookieName), "{bad:?}");
        }
    }
}
