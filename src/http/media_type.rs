//! Media types (RFC 9110 §8.3.1) and the ranges that OpenAPI lists as content keys.

use std::fmt;

/// A media type or range: type, subtype, and parameters. Type, subtype and parameter names are lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaType {
    essence: String,
    slash: usize,
    parameters: Vec<(String, String)>,
}

impl MediaType {
    /// Reads one media type; `None` where it does not follow the grammar of RFC 9110 §8.3.1.
    pub fn parse(text: &str) -> Option<Self> {
        let (essence, rest) = text.split_once(';').map_or((text, ""), |(essence, rest)| (essence, rest));
        let essence = essence.trim_matches([' ', '\t']).to_ascii_lowercase();
        let slash = essence.find('/')?;
        if !is_token(&essence[..slash]) || !is_token(&essence[slash + 1..]) {
            return None;
        }
        Some(Self { slash, parameters: parameters(rest)?, essence })
    }

    /// `type/subtype`, lower case.
    pub fn essence(&self) -> &str {
        &self.essence
    }

    /// The value of a parameter, unquoted.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Whether its content is JSON: `application/json`, or any subtype with the suffix `+json` (RFC 6839 §3.1).
    pub fn is_json(&self) -> bool {
        let subtype = &self.essence[self.slash + 1..];
        self.essence == "application/json" || subtype.ends_with("+json")
    }

    /// Whether this range (`application/*`, `*/*`, or an exact type) takes `other`. Parameters count for nothing:
    /// `application/json; charset=utf-8` is `application/json`.
    pub fn covers(&self, other: &MediaType) -> bool {
        let (kind, subtype) = (&self.essence[..self.slash], &self.essence[self.slash + 1..]);
        let (other_kind, other_subtype) = (&other.essence[..other.slash], &other.essence[other.slash + 1..]);
        (kind == "*" || kind == other_kind) && (subtype == "*" || subtype == other_subtype)
    }

    /// How exact a range is: 2 for a type, 1 for `type/*`, 0 for `*/*`.
    pub fn exactness(&self) -> u8 {
        u8::from(!self.essence.starts_with('*')) + u8::from(!self.essence.ends_with("/*"))
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.essence)
    }
}

/// RFC 9110 §5.6.2.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

/// RFC 9110 §5.6.6; empty parameters between semicolons are allowed there.
fn parameters(mut rest: &str) -> Option<Vec<(String, String)>> {
    let mut found = Vec::new();
    loop {
        rest = rest.trim_start_matches([' ', '\t', ';']);
        if rest.is_empty() {
            return Some(found);
        }
        let (name, after) = rest.split_once('=')?;
        if !is_token(name) {
            return None;
        }
        let value;
        (value, rest) = if let Some(quoted) = after.strip_prefix('"') { quoted_string(quoted)? } else { bare(after)? };
        found.push((name.to_ascii_lowercase(), value));
        rest = rest.trim_start_matches([' ', '\t']);
        if !rest.is_empty() && !rest.starts_with(';') {
            return None;
        }
    }
}

fn bare(text: &str) -> Option<(String, &str)> {
    let end = text.find([';', ' ', '\t']).unwrap_or(text.len());
    is_token(&text[..end]).then(|| (text[..end].to_owned(), &text[end..]))
}

fn quoted_string(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => value.push(characters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_parameters_do_not_change_the_type() {
        let plain = MediaType::parse("application/json").expect("a media type");
        for same in [
            "Application/JSON",
            "application/json; charset=utf-8",
            "application/json;charset=\"UTF-8\"",
            "application/json ;",
        ] {
            let other = MediaType::parse(same).expect(same);
            assert!(plain.covers(&other) && other.is_json(), "{same}");
        }
        assert_eq!(
            MediaType::parse("a/b; x=\"1;2\\\"\"; y=z").and_then(|m| m.parameter("X").map(str::to_owned)),
            Some("1;2\"".into())
        );
    }

    #[test]
    fn what_is_malformed_is_none() {
        for bad in
            ["", "json", "/json", "application/", "a b/c", "application/json; charset", "a/b; x=\"open", "a/b, c/d"]
        {
            assert_eq!(MediaType::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn ranges_cover_and_suffixes_are_json() {
        let range = |text: &str| MediaType::parse(text).expect("a range");
        assert!(range("*/*").covers(&range("text/html")));
        assert!(range("application/*").covers(&range("application/problem+json")));
        assert!(!range("application/*").covers(&range("text/html")));
        assert!(range("application/problem+json").is_json());
        assert!(range("text/x").exactness() > range("text/*").exactness());
    }
}
