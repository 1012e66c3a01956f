//! Whatever is written is read back as it was, by decoders that know the style and the shape.

use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::http::parameter::{Encoding, Location, Serialization, Shape, Style, fill};

const NAME: &str = "the name";

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8().expect("UTF-8").into_owned()
}

fn verbatim(text: &str) -> String {
    text.to_owned()
}

/// How a server splits what stands there, then decodes it.
#[derive(Clone, Copy)]
struct Decoder {
    encoding: Encoding,
    shape: Shape,
    decode: fn(&str) -> String,
}

impl Decoder {
    fn read(self, text: &str) -> Value {
        let style = self.encoding.style;
        let first = match style {
            Style::Matrix => ";",
            Style::Label => ".",
            _ => "",
        };
        let text = text.strip_prefix(first).expect("the prefix");
        let named = !matches!(style, Style::Label | Style::Simple);
        if style == Style::DeepObject {
            return object(text.split('&').map(|pair| self.deep(pair)));
        }
        match (self.shape, self.encoding.explode) {
            (Shape::Primitive, _) => Value::from((self.decode)(if named { self.behind_name(text) } else { text })),
            (Shape::Array, true) => {
                let items = text.split(self.separator());
                let items = items.map(|item| if named { self.behind_name(item) } else { item });
                items.map(|item| Value::from((self.decode)(item))).collect()
            }
            (Shape::Object, true) => object(text.split(self.separator()).map(|pair| {
                let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                ((self.decode)(key), (self.decode)(value))
            })),
            (shape, false) => {
                let text = if named { self.behind_name(text) } else { text };
                let texts: Vec<String> = text.split(self.joiner()).map(self.decode).collect();
                match shape {
                    Shape::Array => texts.into_iter().map(Value::from).collect(),
                    _ => object(texts.chunks(2).map(|pair| (pair[0].clone(), pair[1].clone()))),
                }
            }
        }
    }

    fn behind_name(self, text: &str) -> &str {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        assert_eq!((self.decode)(name).replace('_', " "), NAME);
        value
    }

    fn deep(self, pair: &str) -> (String, String) {
        let (name, value) = pair.split_once('=').expect("a pair");
        let name = decoded(name);
        let key = name.strip_prefix(NAME).and_then(|rest| rest.strip_prefix('[')?.strip_suffix(']'));
        (key.expect("a key").to_owned(), decoded(value))
    }

    fn separator(self) -> &'static str {
        match self.encoding.style {
            Style::Matrix => ";",
            Style::Label => ".",
            Style::Simple => ",",
            Style::Cookie => "; ",
            _ => "&",
        }
    }

    fn joiner(self) -> &'static str {
        match self.encoding.style {
            Style::SpaceDelimited => "%20",
            Style::PipeDelimited => "%7C",
            _ => ",",
        }
    }
}

fn object(members: impl Iterator<Item = (String, String)>) -> Value {
    Value::Object(members.map(|(key, value)| (key, Value::from(value))).collect::<Map<_, _>>())
}

fn shape(value: &Value) -> Shape {
    match value {
        Value::Array(_) => Shape::Array,
        Value::Object(_) => Shape::Object,
        _ => Shape::Primitive,
    }
}

/// Texts rich in what styles, URIs and forms give a meaning to.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[a-zA-Z0-9]{1,4}", 2 => "[-a.,;:=&+%/?#|~ \\[\\]{}\"'\\\\]{0,5}", 1 => any::<String>()]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        text().prop_map(Value::from),
        prop::collection::vec(text(), 1..4).prop_map(Value::from),
        prop::collection::vec((text(), text()), 1..4).prop_map(|members| object(members.into_iter())),
    ]
}

fn encoding(styles: &'static [Style]) -> impl Strategy<Value = Encoding> {
    let parts = (prop::sample::select(styles), any::<bool>(), any::<bool>());
    parts.prop_map(|(style, explode, allow_reserved)| Encoding { style, explode, allow_reserved })
}

/// A URI, so that nothing else could be made of it.
fn legal(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}#[]".contains(&byte))
}

proptest! {
    #[test]
    fn a_path_parameter_is_read_back(
        encoding in encoding(&[Style::Matrix, Style::Label, Style::Simple]),
        value in value(),
    ) {
        if let Ok(text) = encoding.path(NAME, &value) {
            prop_assert!(legal(&text) && !text.contains(['/', '?']), "{text}");
            prop_assert_eq!(Decoder { encoding, shape: shape(&value), decode: decoded }.read(&text), value);
        }
    }

    #[test]
    fn a_query_parameter_is_read_back(
        encoding in encoding(&[Style::Form, Style::SpaceDelimited, Style::PipeDelimited, Style::DeepObject]),
        value in value(),
    ) {
        if let Ok(text) = encoding.query(NAME, &value) {
            prop_assert!(legal(&text) && !text.contains('+'), "{text}");
            prop_assert_eq!(Decoder { encoding, shape: shape(&value), decode: decoded }.read(&text), value);
        }
    }

    #[test]
    fn a_header_is_read_back(encoding in encoding(&[Style::Simple]), value in value()) {
        if let Ok(text) = encoding.header(&value) {
            prop_assert!(text.is_ascii() && text.trim() == text && !text.contains(['\r', '\n', '\0']), "{text}");
            prop_assert_eq!(Decoder { encoding, shape: shape(&value), decode: verbatim }.read(&text), value);
        }
    }

    #[test]
    fn a_cookie_is_read_back(encoding in encoding(&[Style::Form, Style::Cookie]), value in value()) {
        let decode = if encoding.style == Style::Form { decoded } else { verbatim };
        if let Ok(text) = encoding.cookie("the_name", &value) {
            prop_assert!(text.is_ascii() && !text.contains(['"', '\\', '\n']), "{text}");
            prop_assert_eq!(Decoder { encoding, shape: shape(&value), decode }.read(&text), value);
        }
    }

    #[test]
    fn encoding_hides_every_delimiter_of_matrix_simple_and_form(
        encoding in encoding(&[Style::Matrix, Style::Simple, Style::Form]),
        mut texts in prop::collection::vec(text(), 2..4),
    ) {
        let location = if encoding.style == Style::Form { Location::Query } else { Location::Path };
        texts.push("a".to_owned());
        let written = Serialization::Style(encoding).write(location, NAME, &Value::from(texts));
        prop_assert!(written.is_ok(), "{written:?}");
    }

    #[test]
    fn what_fills_a_path_is_read_back_from_its_segment(value in text()) {
        let encoded = Encoding::of(Style::Simple).path("id", &Value::from(value.as_str())).expect("a text");
        match fill("/a/{id}/b", &[("id", encoded)]) {
            Ok(path) => {
                let segments: Vec<&str> = path.split('/').collect();
                prop_assert_eq!(segments.len(), 4);
                prop_assert_eq!(decoded(segments[2]), value);
            }
            Err(_) => prop_assert!(["", ".", ".."].contains(&value.as_str())),
        }
    }
}
