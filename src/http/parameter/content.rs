//! A value as a media type has it, for parameters and form fields that are described by `content` or `contentType`.

use std::borrow::Cow;

use serde_json::Value;

use super::Unencodable;
use super::flat::{primitive, shape};
use crate::http::MediaType;

/// The text of `value` as `media_type`, not yet fitted to where it is put: JSON for JSON types; for any other type the
/// text itself, which the schema describes as a string, and for `text/plain` numbers and booleans too.
///
/// # Errors
/// A media type in which nothing here can write such a value, a range, or `null` outside JSON.
pub(crate) fn text<'v>(media_type: &str, value: &'v Value) -> Result<Cow<'v, str>, Unencodable> {
    let refuse = || Unencodable::MediaType { media_type: media_type.to_owned(), shape: shape(value) };
    let parsed = MediaType::parse(media_type).filter(|parsed| parsed.exactness() == 2).ok_or_else(refuse)?;
    if parsed.is_json() {
        return Ok(Cow::Owned(value.to_string()));
    }
    match value {
        Value::String(text) => Ok(Cow::Borrowed(text)),
        _ if parsed.essence() == "text/plain" => primitive(value)?.ok_or_else(refuse),
        _ => Err(refuse()),
    }
}

/// The media type in which a field of a form is written: the first entry of `contentType` that is no range, or the whole
/// of it where there is none (OpenAPI 3.2.0, Handling Multiple `contentType` Values); where it is absent, the default for
/// the value (Encoding Object). That a text is binary is for the schema to say: whoever knows it states
/// `application/octet-stream`.
pub(crate) fn field_media_type<'c>(content_type: Option<&'c str>, value: &Value) -> &'c str {
    let exact = |entry: &&str| MediaType::parse(entry).is_some_and(|parsed| parsed.exactness() == 2);
    match (content_type, value) {
        (Some(list), _) => list.split(',').map(str::trim).find(exact).unwrap_or(list),
        (None, Value::Array(_) | Value::Object(_)) => "application/json",
        (None, _) => "text/plain",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_types_take_any_value_and_plain_text_takes_primitives() {
        assert_eq!(text("application/json", &json!({"a": [1, null]})).as_deref(), Ok(r#"{"a":[1,null]}"#));
        assert_eq!(text("application/vnd.x+json; v=1", &json!("x")).as_deref(), Ok("\"x\""));
        assert_eq!(text("text/plain", &json!(1.5)).as_deref(), Ok("1.5"));
        assert_eq!(text("text/plain", &json!(null)), Err(Unencodable::Null));
        assert_eq!(text("image/png", &json!("iVBOR")).as_deref(), Ok("iVBOR"));
    }

    #[test]
    fn what_a_media_type_cannot_hold_is_said() {
        for (media_type, value) in [
            ("application/xml", json!({})),
            ("image/png", json!(1)),
            ("text/plain", json!([1])),
            ("image/*", json!("x")),
            ("nonsense", json!("x")),
        ] {
            let refused = text(media_type, &value).expect_err(media_type);
            assert!(refused.to_string().contains(&format!("as `{media_type}`")), "{refused}");
        }
    }

    #[test]
    fn the_first_exact_type_of_a_list_is_taken() {
        assert_eq!(field_media_type(Some("image/*, image/png; q=1, image/jpeg"), &json!("")), "image/png; q=1");
        assert_eq!(field_media_type(Some("image/*"), &json!("")), "image/*");
    }

    #[test]
    fn without_a_content_type_the_value_decides() {
        assert_eq!(field_media_type(None, &json!("a")), "text/plain");
        assert_eq!(field_media_type(None, &json!(1)), "text/plain");
        assert_eq!(field_media_type(None, &json!({})), "application/json");
        assert_eq!(field_media_type(None, &json!([[1]])), "application/json");
    }
}
