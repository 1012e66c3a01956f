//! Why a value cannot be sent in a place.

use super::{Location, Style};

/// Why no text stands for a value, or none that a server could read back. Shown as the reason of a skipped case; the
/// value itself is not in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unencodable {
    /// `null` outside JSON.
    #[error("`null` has no text outside JSON (OpenAPI 3.2.0 appendix B)")]
    Null,
    /// An array or object without members.
    #[error("an empty {0} cannot be told from a parameter that is not sent (RFC 6570 §2.3)")]
    Empty(Shape),
    /// An array whose only item is the empty text, where nothing but the items' texts is written.
    #[error("an array of one empty text cannot be told from an empty array with style `{0}`")]
    LoneEmptyItem(Style),
    /// An array or object inside an array or object.
    #[error("style `{0}` does not define how a value inside another is written")]
    Nested(Style),
    /// The table of the specification says n/a.
    #[error("style `{style}` with `explode: {explode}` is not defined for {shape}s")]
    NotApplicable {
        /// The style.
        style: Style,
        /// Whether it is exploded.
        explode: bool,
        /// What it is not defined for.
        shape: Shape,
    },
    /// The table of the specification does not list the style for the place.
    #[error("style `{style}` is not defined for {location} parameters")]
    Misplaced {
        /// The style.
        style: Style,
        /// Where it stands.
        location: Location,
    },
    /// The value contains what separates values.
    #[error("a value with `{delimiter}` in it cannot be told from two values with style `{style}`")]
    Delimiter {
        /// The style.
        style: Style,
        /// What separates values, as it is written.
        delimiter: &'static str,
    },
    /// An exploded `form` in a cookie.
    #[error("an exploded `form` separates values by `&`, which cookies do not (OpenAPI 3.2.0 appendix D)")]
    ExplodedCookie,
    /// A property without name.
    #[error("style `{0}` cannot express a property whose name is empty")]
    NamelessProperty(Style),
    /// An empty value in a path.
    #[error("an empty value leaves nothing to match `{{{0}}}` in the path")]
    EmptyInPath(String),
    /// A segment that would be `.` or `..`.
    #[error("`{0}` as a segment of a path is removed by URL parsers, percent-encoded or not (RFC 3986 §5.2.4)")]
    DotSegment(String),
    /// The template has an expression for which there is no value.
    #[error("the path has `{{{0}}}`, but no path parameter of that name is described")]
    Unfilled(String),
    /// A character that a header field cannot carry.
    #[error("a header field cannot carry {0} (RFC 9110 §5.5)")]
    HeaderCharacter(&'static str),
    /// An item that a list in a header field cannot carry.
    #[error("a list in a header field loses items that are empty or have spaces at an end (RFC 9110 §5.6.1)")]
    HeaderItem,
    /// A character that a cookie cannot carry.
    #[error("a cookie cannot carry {0} unescaped (RFC 6265 §4.1.1)")]
    CookieCharacter(&'static str),
    /// A name that no cookie can have.
    #[error("the name of a cookie must be a token (RFC 6265 §4.1.1)")]
    CookieName,
    /// A media type in which the value cannot be written.
    #[error("there is no way to write {shape}s as `{media_type}`")]
    MediaType {
        /// The media type as the document has it.
        media_type: String,
        /// What cannot be written.
        shape: Shape,
    },
    /// The body of a form is no object.
    #[error("a form has fields, but the value is no object")]
    NoFields,
    /// A multipart body of nothing.
    #[error("a multipart body needs at least one part (RFC 2046 §5.1.1)")]
    NoParts,
    /// A name that a part of a multipart body cannot have.
    #[error("the name of a part cannot contain quotes, backslashes or control characters (RFC 7578 §4.2)")]
    PartName,
}

/// The three things that styles tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A text, a number or a boolean.
    Primitive,
    /// A list.
    Array,
    /// Names with values.
    Object,
}

impl std::fmt::Display for Shape {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::Primitive => "primitive value",
            Self::Array => "array",
            Self::Object => "object",
        })
    }
}
