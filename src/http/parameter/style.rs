//! The styles and the places of parameters (OpenAPI 3.2.0, Parameter Object: Parameter Locations, Style Values).

use std::fmt;

/// How an array or object becomes the text of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Style {
    /// `;color=blue` (RFC 6570 §3.2.7).
    Matrix,
    /// `.blue` (RFC 6570 §3.2.5).
    Label,
    /// `blue,black` (RFC 6570 §3.2.2).
    Simple,
    /// `color=blue&color=black` (RFC 6570 §3.2.8).
    Form,
    /// `color=blue%20black`.
    SpaceDelimited,
    /// `color=blue%7Cblack`.
    PipeDelimited,
    /// `color%5BR%5D=100`.
    DeepObject,
    /// `color=blue; color=black`, nothing escaped (RFC 6265 §4.2.1); since OpenAPI 3.2.
    Cookie,
}

/// Where a parameter stands in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Location {
    /// In place of `{name}` in the path template.
    Path,
    /// In the query.
    Query,
    /// A header field.
    Header,
    /// In the `Cookie` field.
    Cookie,
    /// The query as a whole; since OpenAPI 3.2.
    Querystring,
}

const STYLES: [(Style, &str, &[Location]); 8] = [
    (Style::Matrix, "matrix", &[Location::Path]),
    (Style::Label, "label", &[Location::Path]),
    (Style::Simple, "simple", &[Location::Path, Location::Header]),
    (Style::Form, "form", &[Location::Query, Location::Cookie]),
    (Style::SpaceDelimited, "spaceDelimited", &[Location::Query]),
    (Style::PipeDelimited, "pipeDelimited", &[Location::Query]),
    (Style::DeepObject, "deepObject", &[Location::Query]),
    (Style::Cookie, "cookie", &[Location::Cookie]),
];

impl Style {
    /// Reads the value of `style`; `None` where the specification has no such style.
    pub fn parse(text: &str) -> Option<Self> {
        STYLES.iter().find(|(_, name, _)| *name == text).map(|(style, ..)| *style)
    }

    /// The style of a parameter that states none.
    pub const fn default_at(location: Location) -> Self {
        match location {
            Location::Query | Location::Cookie | Location::Querystring => Self::Form,
            Location::Path | Location::Header => Self::Simple,
        }
    }

    /// The `explode` of a parameter that states none.
    pub const fn explodes(self) -> bool {
        matches!(self, Self::Form | Self::Cookie)
    }

    /// Whether the specification has this style for parameters there.
    pub fn fits(self, location: Location) -> bool {
        STYLES.iter().any(|(style, _, locations)| *style == self && locations.contains(&location))
    }
}

impl fmt::Display for Style {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = STYLES.iter().find(|(style, ..)| style == self).map(|(_, name, _)| *name);
        out.write_str(name.unwrap_or_default())
    }
}

impl Location {
    /// Reads the value of `in`; `None` where it is none of them.
    pub fn parse(text: &str) -> Option<Self> {
        let all = [Self::Path, Self::Query, Self::Header, Self::Cookie, Self::Querystring];
        all.into_iter().find(|location| location.name() == text)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
            Self::Querystring => "querystring",
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_style_is_read_by_the_name_that_it_is_shown_by() {
        for (style, name, _) in STYLES {
            assert_eq!((Style::parse(name), style.to_string().as_str()), (Some(style), name));
        }
        assert_eq!(Style::parse("Form"), None);
        assert_eq!(Location::parse("cookie"), Some(Location::Cookie));
        assert_eq!(Location::parse("body"), None);
    }

    #[test]
    fn defaults_are_those_of_the_parameter_object() {
        for location in [Location::Path, Location::Query, Location::Header, Location::Cookie] {
            assert!(Style::default_at(location).fits(location));
        }
        let exploding: Vec<Style> = STYLES.iter().map(|(style, ..)| *style).filter(|style| style.explodes()).collect();
        assert_eq!(exploding, [Style::Form, Style::Cookie]);
    }
}
