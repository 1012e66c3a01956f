//! Bodies that are no JSON: forms and plain text.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::http::parameter::{Serialization, Unencodable};
use crate::http::{Headers, form, multipart};

/// How a value becomes a body of a media type of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// `application/x-www-form-urlencoded`, with the Encoding Objects by property.
    Urlencoded(BTreeMap<String, Serialization>),
    /// `multipart/form-data`.
    Multipart {
        /// The Encoding Objects by property.
        fields: BTreeMap<String, Serialization>,
        /// The fields that go with the parts of a property, as its Encoding Object has them.
        headers: BTreeMap<String, Headers>,
    },
    /// The text itself.
    Text,
    /// JSON of another type than the one that comes first.
    Json,
}

impl Format {
    /// The bytes of `value`, and the Content-Type that goes with them where that is not the documented one.
    ///
    /// # Errors
    ///
    /// A value that cannot be expressed so that it is read back.
    pub fn write(&self, value: &Value) -> Result<(Vec<u8>, Option<String>), Unencodable> {
        match self {
            Self::Urlencoded(serializations) => Ok((form::urlencoded(value, serializations)?.into_bytes(), None)),
            Self::Multipart { fields, headers } => {
                let parts = multipart::parts(value, fields, headers)?;
                let written = multipart::write(&parts)?;
                Ok((written.body.to_vec(), Some(written.content_type)))
            }
            Self::Text => match value {
                Value::String(text) => Ok((text.clone().into_bytes(), None)),
                Value::Null => Err(Unencodable::Null),
                other => Ok((other.to_string().into_bytes(), None)),
            },
            Self::Json => Ok((value.to_string().into_bytes(), None)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_written_as_each_type_has_it() {
        let value = json!({ "a": "x y", "b": [1, 2] });
        let text = |format: Format| format.write(&value).map(|(bytes, _)| String::from_utf8_lossy(&bytes).into_owned());
        assert_eq!(text(Format::Urlencoded(BTreeMap::new())).as_deref(), Ok("a=x+y&b=1&b=2"));
        let headers = BTreeMap::from([("b".to_owned(), [("x-part", "1")].into_iter().collect())]);
        let parts = text(Format::Multipart { fields: BTreeMap::new(), headers });
        let has = |part: &str| parts.as_ref().is_ok_and(|text| text.contains(part));
        assert!(has("name=\"a\"\r\n\r\nx y\r\n") && has("name=\"b\"\r\nx-part: 1\r\n\r\n2\r\n"), "{parts:?}");
        assert_eq!(Format::Text.write(&json!("é")).map(|(bytes, _)| bytes), Ok("é".as_bytes().to_vec()));
        assert!(Format::Text.write(&Value::Null).is_err());
        assert_eq!(text(Format::Json).as_deref(), Ok(r#"{"a":"x y","b":[1,2]}"#));
    }
}
