//! Texts that hold something encoded: the formats by which `contentEncoding` and `contentMediaType` are known here
//! (JSON Schema 2020-12 validation §8; OpenAPI 3.0's `format: byte`).

use jsonschema::ValidationOptions;

use crate::http::base64;

/// The validator's options, with these formats among those that it knows.
pub(crate) fn known(options: ValidationOptions<'_>) -> ValidationOptions<'_> {
    options
        .with_format("byte", is_base64)
        .with_format("base16", |text: &str| {
            text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
        .with_format("base32", is_base32)
        .with_format("json", |text: &str| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok())
}

/// RFC 4648 §4 and §5.
fn is_base64(text: &str) -> bool {
    !text.contains(char::is_whitespace) && base64::decode(&text.replace('-', "+").replace('_', "/")).is_some()
}

/// RFC 4648 §6 and §7.
fn is_base32(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    text.len().is_multiple_of(8)
        && text.len() - digits.len() <= 6
        && digits.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_have_the_form_of_their_encoding() {
        for (format, good, bad) in [
            ("byte", vec!["", "cHJvb2Y=", "-_-_", "cHJv"], vec!["text!", "a", "cHJvb2Y=="]),
            ("base16", vec!["", "00fF"], vec!["0", "xy"]),
            ("base32", vec!["", "OBZG633G", "OBZG6==="], vec!["OBZ", "OBZG63 G"]),
            ("json", vec!["{}", " 1 "], vec!["", "{"]),
        ] {
            let schema = json!({ "format": format });
            let validator =
                known(jsonschema::options()).should_validate_formats(true).build(&schema).expect("a schema");
            for (texts, fine) in [(good, true), (bad, false)] {
                texts.iter().for_each(|text| assert_eq!(validator.is_valid(&json!(text)), fine, "{format}: {text}"));
            }
        }
    }
}
