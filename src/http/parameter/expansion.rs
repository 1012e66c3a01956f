//! One encoder a style: what RFC 6570 appendix A has as a table, with the rows that OpenAPI adds.

use super::flat::Flat;
use super::spelling::{Delimiter, Spelling};
use super::{Encoding, Shape, Style, Unencodable};

/// A style, seen as an operator of RFC 6570 (appendix A).
struct Operator {
    /// What stands before everything.
    first: &'static str,
    /// What stands between exploded values.
    separator: Delimiter,
    /// What stands between the others.
    joiner: Delimiter,
    /// Whether the parameter's name is written.
    named: bool,
    /// What stands behind a name whose value is empty.
    if_empty: &'static str,
}

const COMMA: Delimiter = Delimiter::plain(",");
const DOT: Delimiter = Delimiter::plain(".");
const SEMICOLON: Delimiter = Delimiter::plain(";");
const AMPERSAND: Delimiter = Delimiter::plain("&");
const SPACE: Delimiter = Delimiter::encoded(" ", "%20");
const PIPE: Delimiter = Delimiter::encoded("|", "%7C");
const OPENING: Delimiter = Delimiter::encoded("[", "%5B");
const CLOSING: Delimiter = Delimiter::encoded("]", "%5D");

const MATRIX: Operator = Operator { first: ";", separator: SEMICOLON, joiner: COMMA, named: true, if_empty: "" };
// Up to 3.0.3 the table has `.` between values that are not exploded, against RFC 6570 §3.2.5; 3.0.4 puts it right.
const LABEL: Operator = Operator { first: ".", separator: DOT, joiner: COMMA, named: false, if_empty: "=" };
const SIMPLE: Operator = Operator { first: "", separator: COMMA, joiner: COMMA, named: false, if_empty: "=" };
const FORM: Operator = Operator { first: "", separator: AMPERSAND, joiner: COMMA, named: true, if_empty: "=" };
const SPACE_DELIMITED: Operator = Operator { joiner: SPACE, ..FORM };
const PIPE_DELIMITED: Operator = Operator { joiner: PIPE, ..FORM };
const COOKIE: Operator = Operator { separator: Delimiter::plain("; "), ..FORM };

impl Style {
    const fn operator(self) -> &'static Operator {
        match self {
            Self::Matrix => &MATRIX,
            Self::Label => &LABEL,
            Self::Simple => &SIMPLE,
            // Its brackets are part of the names.
            Self::Form | Self::DeepObject => &FORM,
            Self::SpaceDelimited => &SPACE_DELIMITED,
            Self::PipeDelimited => &PIPE_DELIMITED,
            Self::Cookie => &COOKIE,
        }
    }
}

/// A name and a value as written, or a value alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) name: Option<String>,
    pub(crate) value: String,
}

impl Encoding {
    /// The whole text.
    ///
    /// # Errors
    /// What the style does not define for the value, and what could not be read back.
    pub(super) fn text(self, name: &str, flat: &Flat<'_>, spelling: Spelling) -> Result<String, Unencodable> {
        let pieces = self.pieces(name, flat, spelling)?;
        let operator = self.style.operator();
        let separator = spelling.delimiter(operator.separator);
        if self.explodes(flat) {
            for piece in &pieces {
                self.keep_apart(&piece.value, separator)?;
                // With a name of the parameter's own there is nothing that a server would have to find out.
                if let Some(name) = piece.name.as_ref().filter(|_| flat.shape() == Shape::Object) {
                    self.keep_apart(name, separator)?;
                    self.keep_apart(name, "=")?;
                }
            }
        }
        let written: Vec<String> = pieces.into_iter().map(|piece| operator.write(piece)).collect();
        Ok(format!("{}{}", operator.first, written.join(separator)))
    }

    /// The names and values, before anything is put between them.
    ///
    /// # Errors
    /// As with the whole text, but for what separates the pieces.
    pub(super) fn pieces(self, name: &str, flat: &Flat<'_>, spelling: Spelling) -> Result<Vec<Piece>, Unencodable> {
        self.check(flat)?;
        let own = || self.style.operator().named.then(|| spelling.name(name));
        let alone = |value: String| vec![Piece { name: own(), value }];
        match flat {
            Flat::Primitive(text) => Ok(alone(spelling.value(text))),
            Flat::Object(members) if self.style == Style::DeepObject => self.deep(name, members, spelling),
            Flat::Array(items) if self.explode => {
                Ok(items.iter().map(|item| Piece { name: own(), value: spelling.value(item) }).collect())
            }
            Flat::Object(members) if self.explode => {
                let piece = |(key, value): &(&str, _)| Piece {
                    name: Some(spelling.name(key)),
                    value: spelling.value(AsRef::as_ref(value)),
                };
                Ok(members.iter().map(piece).collect())
            }
            Flat::Array(_) | Flat::Object(_) => self.joined(&flat.texts(), spelling).map(alone),
        }
    }

    /// Whether the style is defined for such a value, and nothing of it would vanish.
    fn check(self, flat: &Flat<'_>) -> Result<(), Unencodable> {
        let (style, shape) = (self.style, flat.shape());
        let defined = match style {
            Style::SpaceDelimited | Style::PipeDelimited => shape != Shape::Primitive && !self.explode,
            Style::DeepObject => shape == Shape::Object,
            _ => true,
        };
        if !defined {
            return Err(Unencodable::NotApplicable { style, explode: self.explode, shape });
        }
        let repeats_name = self.explode && style.operator().named;
        match flat {
            Flat::Array(items) if items.len() == 1 && items[0].is_empty() && !repeats_name => {
                Err(Unencodable::LoneEmptyItem(style))
            }
            _ => Ok(()),
        }
    }

    fn joined(self, texts: &[&str], spelling: Spelling) -> Result<String, Unencodable> {
        let joiner = spelling.delimiter(self.style.operator().joiner);
        let written: Vec<String> = texts.iter().map(|text| spelling.value(text)).collect();
        for text in &written {
            self.keep_apart(text, joiner)?;
        }
        Ok(written.join(joiner))
    }

    /// `deepObject`: `name[key]` for each member.
    fn deep<V: AsRef<str>>(
        self,
        name: &str,
        members: &[(&str, V)],
        spelling: Spelling,
    ) -> Result<Vec<Piece>, Unencodable> {
        let (opening, closing) = (spelling.delimiter(OPENING), spelling.delimiter(CLOSING));
        let apart = |text: &str| {
            let written = spelling.name(text);
            self.keep_apart(&written, opening)?;
            self.keep_apart(&written, closing)?;
            Ok(written)
        };
        let name = apart(name)?;
        let piece = |(key, value): &(&str, V)| {
            // `name[]` is how arrays are written by custom.
            if key.is_empty() {
                return Err(Unencodable::NamelessProperty(self.style));
            }
            let name = format!("{name}{opening}{}{closing}", apart(key)?);
            Ok(Piece { name: Some(name), value: spelling.value(value.as_ref()) })
        };
        members.iter().map(piece).collect()
    }

    fn explodes(self, flat: &Flat<'_>) -> bool {
        self.explode && flat.shape() != Shape::Primitive
    }

    /// That `written` does not contain what separates values: percent-encoding sees to that for most delimiters, but
    /// not for one that is itself unreserved or percent-encoded.
    fn keep_apart(self, written: &str, delimiter: &'static str) -> Result<(), Unencodable> {
        if written.contains(delimiter) {
            return Err(Unencodable::Delimiter { style: self.style, delimiter });
        }
        Ok(())
    }
}

impl Operator {
    fn write(&self, piece: Piece) -> String {
        match piece.name {
            None => piece.value,
            Some(name) if piece.value.is_empty() => format!("{name}{}", self.if_empty),
            Some(name) => format!("{name}={}", piece.value),
        }
    }
}
