//! Security schemes: how a document says that requests prove who sends them.

use serde_json::Value;

use super::model::Document;
use crate::source::Pointer;

/// An entry of `components.securitySchemes`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityScheme {
    /// Its name.
    pub name: String,
    /// What it asks for.
    pub kind: SchemeKind,
    /// Where it stands.
    pub pointer: Pointer,
}

/// What a security scheme asks for (OpenAPI 3.1.1 §4.8.27).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemeKind {
    /// A key in a header field, a query parameter or a cookie.
    ApiKey {
        /// `header`, `query` or `cookie`.
        location: String,
        /// The name of the field, parameter or cookie.
        name: String,
    },
    /// A user's name and password (RFC 7617).
    Basic,
    /// A token (RFC 6750).
    Bearer,
    /// A token that an authorization server gives for a client's credentials (RFC 6749 §4.4); the URL where it does, if the
    /// document has that flow.
    OAuth2(Option<String>),
    /// The same, the server's URLs being told by a document at this URL (OpenID Connect Discovery 1.0 §4).
    OpenIdConnect(String),
    /// A client certificate.
    MutualTls,
    /// Something else, by its name.
    Other(String),
}

impl Document {
    /// The security schemes, in document order.
    pub fn schemes(&self) -> Vec<SecurityScheme> {
        let holder = Pointer::root().child("components").child("securitySchemes");
        let names = self.at(&holder).and_then(Value::as_object).into_iter().flatten().map(|(name, _)| name);
        let of = |name: &String| {
            let (pointer, value) = self.resolved(&holder.child(name))?;
            Some(SecurityScheme { name: name.clone(), kind: kind(value), pointer })
        };
        names.filter_map(of).collect()
    }
}

fn kind(scheme: &Value) -> SchemeKind {
    let text = |field: &str| scheme.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    match (text("type").as_str(), text("scheme").to_ascii_lowercase().as_str()) {
        ("apiKey", _) => SchemeKind::ApiKey { location: text("in"), name: text("name") },
        ("http", "basic") => SchemeKind::Basic,
        ("http", "bearer") => SchemeKind::Bearer,
        ("http", other) => SchemeKind::Other(format!("http {other}")),
        ("oauth2", _) => {
            let url = scheme.pointer("/flows/clientCredentials/tokenUrl").and_then(Value::as_str);
            SchemeKind::OAuth2(url.map(str::to_owned))
        }
        ("openIdConnect", _) => SchemeKind::OpenIdConnect(text("openIdConnectUrl")),
        ("mutualTLS", _) => SchemeKind::MutualTls,
        (other, _) => SchemeKind::Other(other.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_scheme_is_read() {
        let text = "openapi: 3.1.0
components:
  securitySchemes:
    a: {type: apiKey, in: query, name: k}
    b: {type: http, scheme: Basic}
    c: {type: http, scheme: bearer}
    d: {type: oauth2, flows: {clientCredentials: {tokenUrl: https://a/t}}}
    e: {type: openIdConnect, openIdConnectUrl: https://a/o}
    f: {type: mutualTLS}
    g: {type: http, scheme: digest}
";
        let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
        let kinds: Vec<_> = document.schemes().into_iter().map(|scheme| scheme.kind).collect();
        assert_eq!(
            kinds,
            [
                SchemeKind::ApiKey { location: "query".into(), name: "k".into() },
                SchemeKind::Basic,
                SchemeKind::Bearer,
                SchemeKind::OAuth2(Some("https://a/t".into())),
                SchemeKind::OpenIdConnect("https://a/o".into()),
                SchemeKind::MutualTls,
                SchemeKind::Other("http digest".into()),
            ]
        );
    }
}
