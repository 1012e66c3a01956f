//! Which characters are percent-encoded where (RFC 3986 §2, RFC 6570 §3.2.1).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but RFC 3986's unreserved characters: never wrong in a URI.
pub(super) const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What even `allowReserved` leaves encoded in a query: `#[]` may not stand there (RFC 3986 §3.4), `&=+` mean something
/// in a form, and `%` is data, since values are not encoded beforehand.
const QUERY: &AsciiSet = &RESERVED
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b';');

/// The same where commas separate values.
const QUERY_MEMBER: &AsciiSet = &QUERY.add(b',');

/// What even `allowReserved` leaves encoded in a segment of a path: all but `pchar` (RFC 3986 §3.3).
const PATH: &AsciiSet = &QUERY.remove(b'&').remove(b'=').remove(b'+').add(b'/').add(b'?');

/// The same where commas, semicolons and equals signs separate.
const PATH_MEMBER: &AsciiSet = &PATH.add(b',').add(b';').add(b'=');

/// What even `allowReserved` leaves encoded in a cookie: what is no `cookie-octet` (RFC 6265 §4.1.1).
const COOKIE: &AsciiSet =
    &QUERY.remove(b'&').remove(b'=').remove(b'+').remove(b'#').remove(b'[').remove(b']').add(b',').add(b';');

/// How names and values are written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spelling {
    names: Option<&'static AsciiSet>,
    values: Option<&'static AsciiSet>,
}

impl Spelling {
    /// As they are.
    pub(super) const VERBATIM: Self = Self { names: None, values: None };
    /// With no reserved character.
    pub(super) const ENCODED: Self = Self::reserving(RESERVED);
    /// For a single value in a segment of a path where `allowReserved` is set.
    pub(super) const RESERVED_IN_PATH: Self = Self::reserving(PATH);
    /// For one of several values there.
    pub(super) const RESERVED_MEMBER_IN_PATH: Self = Self::reserving(PATH_MEMBER);
    /// For a single value in a query where `allowReserved` is set.
    pub(super) const RESERVED_IN_QUERY: Self = Self::reserving(QUERY);
    /// For one of several values there.
    pub(super) const RESERVED_MEMBER_IN_QUERY: Self = Self::reserving(QUERY_MEMBER);
    /// For a cookie where `allowReserved` is set.
    pub(super) const RESERVED_IN_COOKIE: Self = Self::reserving(COOKIE);

    /// `allowReserved` is about values: names are encoded in full.
    const fn reserving(values: &'static AsciiSet) -> Self {
        Self { names: Some(RESERVED), values: Some(values) }
    }

    pub(super) fn name(self, text: &str) -> String {
        spell(self.names, text)
    }

    pub(super) fn value(self, text: &str) -> String {
        spell(self.values, text)
    }

    /// A delimiter: `raw`, or `encoded` where a URI cannot hold it.
    pub(super) fn delimiter(self, delimiter: Delimiter) -> &'static str {
        if self.values.is_some() { delimiter.encoded } else { delimiter.raw }
    }
}

fn spell(set: Option<&'static AsciiSet>, text: &str) -> String {
    match set {
        Some(set) => utf8_percent_encode(text, set).to_string(),
        None => text.to_owned(),
    }
}

/// What stands between values.
#[derive(Clone, Copy, Debug)]
pub(super) struct Delimiter {
    raw: &'static str,
    encoded: &'static str,
}

impl Delimiter {
    /// One that a URI can hold.
    pub(super) const fn plain(text: &'static str) -> Self {
        Self { raw: text, encoded: text }
    }

    /// One that a URI can hold only percent-encoded.
    pub(super) const fn encoded(raw: &'static str, encoded: &'static str) -> Self {
        Self { raw, encoded }
    }
}
