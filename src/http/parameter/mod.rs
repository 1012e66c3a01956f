//! Parameters as text: the styles of OpenAPI, one encoder each, and `content`.
//!
//! A text is only given where a server that follows the specification reads the same value out of it; anything else is
//! [`Unencodable`], with a reason to show. Values are data: a `%` in one is encoded, `allowReserved` or not, so that what
//! arrives is what was meant.

mod content;
mod doubt;
mod expansion;
mod field;
mod flat;
mod spelling;
mod style;
mod template;
#[cfg(test)]
mod tests;
mod unencodable;

pub(super) use content::{field_media_type, text as content_text};
pub use doubt::Doubt;
pub use style::{Location, Style};
pub use template::fill;
pub use unencodable::{Shape, Unencodable};

use std::collections::BTreeMap;

use serde_json::Value;

use self::expansion::Piece;
use self::flat::Flat;
use self::spelling::Spelling;
use super::form::urlencoded;

/// How a parameter with a `schema` is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Encoding {
    /// The style.
    pub style: Style,
    /// Whether each item or member is written for itself.
    pub explode: bool,
    /// Whether reserved characters stay as they are where they mean nothing.
    pub allow_reserved: bool,
}

/// How a parameter is written: by a style, or as a media type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Serialization {
    /// With `schema`.
    Style(Encoding),
    /// With `content`: the media type as the document has it.
    Content(String),
    /// With a form for its `content`: the Encoding Objects, by property, as [`super::form::urlencoded`] takes them.
    Form(BTreeMap<String, Serialization>),
}

impl Encoding {
    /// `style` with the defaults of the Parameter Object for the rest.
    pub const fn of(style: Style) -> Self {
        Self { style, explode: style.explodes(), allow_reserved: false }
    }

    /// The percent-encoded text to put in for `{name}`; empty for the empty text with style `simple`.
    ///
    /// # Errors
    /// A style that is not for paths, or a value that it cannot express.
    pub fn path(self, name: &str, value: &Value) -> Result<String, Unencodable> {
        let flat = self.flat(Location::Path, value)?;
        let spelling = match (self.allow_reserved, self.style, flat.shape()) {
            (false, ..) => Spelling::ENCODED,
            (true, Style::Simple, Shape::Primitive) => Spelling::RESERVED_IN_PATH,
            (true, ..) => Spelling::RESERVED_MEMBER_IN_PATH,
        };
        self.text(name, &flat, spelling)
    }

    /// The percent-encoded piece of the query, such as `a=1&a=2`, without `?` before it. Pieces are joined by `&`.
    ///
    /// # Errors
    /// A style that is not for queries, or a value that it cannot express.
    pub fn query(self, name: &str, value: &Value) -> Result<String, Unencodable> {
        let flat = self.flat(Location::Query, value)?;
        let spelling = match (self.allow_reserved, flat.shape()) {
            (false, _) => Spelling::ENCODED,
            (true, Shape::Primitive) => Spelling::RESERVED_IN_QUERY,
            (true, _) => Spelling::RESERVED_MEMBER_IN_QUERY,
        };
        self.text(name, &flat, spelling)
    }

    /// The value of the header field; nothing is percent-encoded (OpenAPI 3.1.2 and 3.2.0, appendix D; 3.0.4 and 3.1.1
    /// said otherwise by mistake).
    ///
    /// # Errors
    /// A style that is not for headers, or what a field cannot carry.
    pub fn header(self, value: &Value) -> Result<String, Unencodable> {
        let flat = self.flat(Location::Header, value)?;
        field::field_items(&flat)?;
        field::field_value(self.text("", &flat, Spelling::VERBATIM)?)
    }

    /// The piece of the `Cookie` field, such as `a=1; b=2`. Pieces are joined by `; `.
    ///
    /// # Errors
    /// A style that is not for cookies, or what a cookie cannot carry.
    pub fn cookie(self, name: &str, value: &Value) -> Result<String, Unencodable> {
        let flat = self.flat(Location::Cookie, value)?;
        let spelling = match (self.style, self.allow_reserved) {
            (Style::Form, _) if self.explode && flat.shape() != Shape::Primitive => {
                return Err(Unencodable::ExplodedCookie);
            }
            (Style::Form, false) => Spelling::ENCODED,
            (Style::Form, true) => Spelling::RESERVED_IN_COOKIE,
            _ => Spelling::VERBATIM,
        };
        for piece in self.pieces(name, &flat, spelling)? {
            field::cookie_name(piece.name.as_deref().unwrap_or_default())?;
            field::cookie_value(&piece.value)?;
        }
        self.text(name, &flat, spelling)
    }

    /// Names and values for a body that is no URI, as they are.
    ///
    /// # Errors
    /// As for [`Encoding::query`], whose styles these are.
    pub(super) fn fields(self, name: &str, value: &Value) -> Result<Vec<Piece>, Unencodable> {
        self.pieces(name, &self.flat(Location::Query, value)?, Spelling::VERBATIM)
    }

    fn flat(self, location: Location, value: &Value) -> Result<Flat<'_>, Unencodable> {
        if !self.style.fits(location) {
            return Err(Unencodable::Misplaced { style: self.style, location });
        }
        Flat::of(value, self.style)
    }
}

impl Serialization {
    /// That of a parameter that states nothing.
    pub const fn default_at(location: Location) -> Self {
        Self::Style(Encoding::of(Style::default_at(location)))
    }

    /// The text of a parameter at `location`: see [`Encoding::path`], [`Encoding::query`], [`Encoding::header`] and
    /// [`Encoding::cookie`].
    ///
    /// # Errors
    /// A value that cannot be expressed so, or not there.
    pub fn write(&self, location: Location, name: &str, value: &Value) -> Result<String, Unencodable> {
        match (self, location) {
            (Self::Style(encoding), Location::Path) => encoding.path(name, value),
            (Self::Style(encoding), Location::Query) => encoding.query(name, value),
            (Self::Style(encoding), Location::Header) => encoding.header(value),
            (Self::Style(encoding), Location::Cookie) => encoding.cookie(name, value),
            (Self::Style(encoding), Location::Querystring) => {
                Err(Unencodable::Misplaced { style: encoding.style, location })
            }
            (Self::Content(media_type), _) => place(location, name, &content_text(media_type, value)?),
            (Self::Form(fields), Location::Querystring) => urlencoded(value, fields),
            (Self::Form(fields), _) => place(location, name, &urlencoded(value, fields)?),
        }
    }
}

/// `text` percent-encoded in full, as data in any place of a URI.
fn percent_encoded(text: &str) -> String {
    Spelling::ENCODED.value(text)
}

/// The text of a `content` parameter, fitted to its place: percent-encoded in a URI, as it is elsewhere.
fn place(location: Location, name: &str, text: &str) -> Result<String, Unencodable> {
    match location {
        // OpenAPI 3.2.0, Parameter Locations: a query that is no form is percent-encoded as a whole.
        Location::Path | Location::Querystring => Ok(percent_encoded(text)),
        Location::Query => Ok(format!("{}={}", percent_encoded(name), percent_encoded(text))),
        Location::Header => field::field_value(text.to_owned()),
        Location::Cookie => {
            field::cookie_name(name)?;
            field::cookie_value(text)?;
            Ok(format!("{name}={text}"))
        }
    }
}
