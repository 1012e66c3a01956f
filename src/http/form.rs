//! Bodies and query strings of type `application/x-www-form-urlencoded` (OpenAPI 3.2.0, Encoding the
//! `x-www-form-urlencoded` Media Type; WHATWG URL §5).

use std::borrow::Cow;
use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::parameter::{Serialization, Shape, Unencodable, content_text, field_media_type};

/// The media type.
pub const FORM: &str = "application/x-www-form-urlencoded";

/// What the form encoding of WHATWG URL §1.3 escapes, but for the space, which becomes `+`.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_').remove(b' ');

/// The text of a form with the members of `value` as its fields, in order.
///
/// `serializations` are the Encoding Objects, by property: [`Serialization::Style`] where one of `style`, `explode` and
/// `allowReserved` is stated, [`Serialization::Content`] with the `contentType` otherwise. A property without one is
/// written as its value wants it: plain text, or JSON for an object. An array is one field for each item, but where a
/// style says otherwise.
///
/// # Errors
/// A value that is no object, or a property that cannot be expressed so that it is read back.
pub fn urlencoded(value: &Value, serializations: &BTreeMap<String, Serialization>) -> Result<String, Unencodable> {
    let members = value.as_object().ok_or(Unencodable::NoFields)?;
    let field = |(name, value): (&String, &Value)| match serializations.get(name) {
        Some(Serialization::Style(encoding)) => encoding.query(name, value),
        Some(Serialization::Content(list)) => content_field(name, value, Some(list)),
        // A field is never a form itself.
        Some(Serialization::Form(_)) | None => content_field(name, value, None),
    };
    Ok(members.iter().map(field).collect::<Result<Vec<_>, _>>()?.join("&"))
}

/// The values of a field in the order of its parts, each with its media type: those of an array one by one
/// (OpenAPI 3.2.0, Encoding By Name).
///
/// # Errors
/// An empty array, or what the media type cannot hold.
pub(super) fn content_values<'c, 'v>(
    value: &'v Value,
    content_type: Option<&'c str>,
) -> Result<Vec<(&'c str, Cow<'v, str>)>, Unencodable> {
    let items = match value {
        Value::Array(items) if items.is_empty() => return Err(Unencodable::Empty(Shape::Array)),
        Value::Array(items) => items.as_slice(),
        other => std::slice::from_ref(other),
    };
    let written = |item| {
        let media_type = field_media_type(content_type, item);
        Ok((media_type, content_text(media_type, item)?))
    };
    items.iter().map(written).collect()
}

fn content_field(name: &str, value: &Value, content_type: Option<&str>) -> Result<String, Unencodable> {
    let values = content_values(value, content_type)?;
    let pairs: Vec<String> = values.iter().map(|(_, text)| format!("{}={}", escape(name), escape(text))).collect();
    Ok(pairs.join("&"))
}

fn escape(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string().replace(' ', "+")
}

#[cfg(test)]
mod tests {
    use percent_encoding::percent_decode_str;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::http::parameter::{Encoding, Style};

    fn plain(value: &Value) -> Result<String, Unencodable> {
        urlencoded(value, &BTreeMap::new())
    }

    fn with(value: &Value, name: &str, serialization: Serialization) -> Result<String, Unencodable> {
        urlencoded(value, &BTreeMap::from([(name.to_owned(), serialization)]))
    }

    fn content(media_type: &str) -> Serialization {
        Serialization::Content(media_type.to_owned())
    }

    /// "Example: URL Encoded Form with JSON Values" of 3.2.0, which goes by WHATWG. 3.0.4 goes by RFC 1866 and leaves `:`
    /// and `,` alone; either is decoded to the same.
    #[test]
    fn the_example_with_json_values() {
        let value = json!({
            "id": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            "address": {"streetAddress": "123 Example Dr.", "city": "Somewhere", "state": "CA", "zip": "99999+1234"}
        });
        assert_eq!(
            plain(&value).as_deref(),
            Ok("id=f81d4fae-7dec-11d0-a765-00a0c91e6bf6&address=%7B%22streetAddress%22%3A%22123+Example+Dr.%22%2C%22\
                city%22%3A%22Somewhere%22%2C%22state%22%3A%22CA%22%2C%22zip%22%3A%2299999%2B1234%22%7D")
        );
        let id = json!({"id": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"});
        assert_eq!(
            with(&id, "id", content("application/json")).as_deref(),
            Ok("id=%22f81d4fae-7dec-11d0-a765-00a0c91e6bf6%22")
        );
    }

    /// "Example: URL Encoded Form with Binary Values": base64url as in 3.2.0, base64 as in 3.0.4.
    #[test]
    fn the_example_with_binary_values() {
        for (icon, written) in [("GPC_xh+A==", "GPC_xh%2BA%3D%3D"), ("GPC/xh", "GPC%2Fxh")] {
            let value = json!({"name": "example", "icon": icon});
            let body = with(&value, "icon", content("image/png, image/jpeg"));
            assert_eq!(body, Ok(format!("name=example&icon={written}")));
        }
    }

    #[test]
    fn an_array_is_one_field_for_each_item() {
        let value = json!({"tags": ["a b", "c"], "places": [{"x": 1}, {"x": 2}], "grid": [[1], [2]]});
        assert_eq!(
            plain(&value).as_deref(),
            Ok("tags=a+b&tags=c&places=%7B%22x%22%3A1%7D&places=%7B%22x%22%3A2%7D&grid=%5B1%5D&grid=%5B2%5D")
        );
    }

    #[test]
    fn a_property_with_a_style_is_written_as_a_query_parameter() {
        let style = |style, explode| Serialization::Style(Encoding { style, explode, allow_reserved: false });
        let value = json!({"q": ["a b", "c"]});
        assert_eq!(with(&value, "q", style(Style::Form, false)).as_deref(), Ok("q=a%20b,c"));
        assert_eq!(with(&value, "q", style(Style::Form, true)).as_deref(), Ok("q=a%20b&q=c"));
        let object = json!({"q": {"a": "/"}, "r": true});
        assert_eq!(with(&object, "q", style(Style::DeepObject, false)).as_deref(), Ok("q%5Ba%5D=%2F&r=true"));
        let reserved = Encoding { allow_reserved: true, ..Encoding::of(Style::Form) };
        assert_eq!(with(&object, "q", Serialization::Style(reserved)).as_deref(), Ok("a=/&r=true"));
    }

    #[test]
    fn what_a_form_cannot_hold_is_refused() {
        assert_eq!(plain(&json!([1])), Err(Unencodable::NoFields));
        assert_eq!(plain(&json!({"a": null})), Err(Unencodable::Null));
        assert_eq!(plain(&json!({"a": []})), Err(Unencodable::Empty(Shape::Array)));
        assert!(matches!(with(&json!({"a": {}}), "a", content("application/xml")), Err(Unencodable::MediaType { .. })));
        assert_eq!(with(&json!({"a": null}), "a", content("application/json")).as_deref(), Ok("a=null"));
        assert_eq!(plain(&json!({})).as_deref(), Ok(""));
    }

    fn decoded(text: &str) -> String {
        percent_decode_str(&text.replace('+', " ")).decode_utf8().expect("UTF-8").into_owned()
    }

    proptest! {
        #[test]
        fn a_form_is_read_back(fields in prop::collection::btree_map(any::<String>(), any::<String>(), 1..4)) {
            let text = plain(&json!(fields)).expect("a form");
            prop_assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"*-._+%&=".contains(&byte)), "{text}");
            let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
            let read: BTreeMap<String, String> = pairs.map(|(name, value)| (decoded(name), decoded(value))).collect();
            prop_assert_eq!(read, fields);
        }
    }
}
