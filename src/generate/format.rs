//! Bodies that are no JSON: forms and plain text.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::http::parameter::{Serialization, Unencodable};
use crate::http::{form, multipart};

/// How a value becomes a body of another type than JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// `application/x-www-form-urlencoded`, with the Encoding Objects by property.
    Urlencoded(BTreeMap<String, Serialization>),
    /// `multipart/form-data`, with the Encoding Objects by property.
    Multipart(BTreeMap<String, Serialization>),
    /// The text itself.
    Text,
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
            Self::Multipart(serializations) => {
                let parts = multipart::parts(value, serializations, &BTreeMap::new())?;
                let written = multipart::write(&parts)?;
                Ok((written.body.to_vec(), Some(written.content_type)))
            }
            Self::Text => match value {
                Value::String(text) => Ok((text.clone().into_bytes(), None)),
                Value::Null => Err(Unencodable::Null),
                other => Ok((other.to_string().into_bytes(), None)),
            },
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
        assert!(text(Format::Multipart(BTreeMap::new())).is_ok_and(|text| text.contains("name=\"a\"\r\n\r\nx y\r\n")));
        assert_eq!(Format::Text.write(&json!("é")).map(|(bytes, _)| bytes), Ok("é".as_bytes().to_vec()));
        assert!(Format::Text.write(&Value::Null).is_err());
    }
}
