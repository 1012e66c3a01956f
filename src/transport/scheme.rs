//! Credentials by the name of a security scheme, as fields, parameters and cookies of requests.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::sign_in::SignIn;
use super::{AddedHeader, Secret, Target, TargetError, expand};
use crate::http::base64;
use crate::spec::{SchemeKind, SecurityScheme};

/// What the settings say for one scheme: the keys of `[environments.NAME.credentials.SCHEME]`. Each may hold `${NAME}`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SchemeSettings {
    /// An API key.
    #[serde(deserialize_with = "secret")]
    pub key: Option<Secret>,
    /// A bearer token.
    #[serde(deserialize_with = "secret")]
    pub token: Option<Secret>,
    /// A user's name.
    #[serde(deserialize_with = "secret")]
    pub username: Option<Secret>,
    /// The password of that user.
    #[serde(deserialize_with = "secret")]
    pub password: Option<Secret>,
    /// The id of a client at an authorization server.
    #[serde(deserialize_with = "secret")]
    pub client_id: Option<Secret>,
    /// The secret of that client.
    #[serde(deserialize_with = "secret")]
    pub client_secret: Option<Secret>,
    /// The scopes to ask for, separated by blanks.
    pub scope: Option<String>,
    /// Where tokens are given, in place of what the document says.
    pub token_url: Option<String>,
}

fn secret<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Secret>, D::Error> {
    Ok(Some(String::deserialize(input)?.into()))
}

/// What fills in `${NAME}`.
type Lookup<'l> = &'l dyn Fn(&str) -> Option<String>;

/// Adds to `target` what `settings` say for each of the document's `schemes`. A field that is there already stays: it was
/// given by name.
///
/// # Errors
///
/// A scheme that the document does not have, or that nothing can be sent for; a key that is missing; a variable that is not
/// set; two schemes that want one field.
pub(super) fn apply(
    target: &mut Target,
    settings: &BTreeMap<String, SchemeSettings>,
    schemes: &[SecurityScheme],
    lookup: Lookup<'_>,
) -> Result<(), TargetError> {
    if let Some(name) = settings.keys().find(|name| !schemes.iter().any(|scheme| scheme.name == **name)) {
        let known: Vec<_> = schemes.iter().map(|scheme| format!("`{}`", scheme.name)).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        return Err(refuse(name, format!("the document has no such security scheme; there are {known}")));
    }
    let given: Vec<String> = target.headers.iter().map(|header| header.name.to_ascii_lowercase()).collect();
    let mut taken: Vec<(String, String)> = Vec::new();
    for scheme in schemes {
        let Some(said) = settings.get(&scheme.name) else { continue };
        let one = One { name: &scheme.name, said, lookup };
        let place = place(&scheme.kind);
        if let Some((_, other)) = taken.iter().find(|(known, _)| *known == place) {
            return Err(refuse(&scheme.name, format!("`{other}` wants the same place in a request: give one of them")));
        }
        taken.push((place, scheme.name.clone()));
        one.add(&scheme.kind, target, &given)?;
    }
    Ok(())
}

/// Where a scheme's credential stands, in a form that can be compared.
fn place(kind: &SchemeKind) -> String {
    match kind {
        SchemeKind::ApiKey { location, name } => format!("{location} {}", name.to_ascii_lowercase()),
        SchemeKind::Basic | SchemeKind::Bearer | SchemeKind::OAuth2(_) | SchemeKind::OpenIdConnect(_) => {
            "header authorization".to_owned()
        }
        SchemeKind::MutualTls => "certificate".to_owned(),
        SchemeKind::Other(other) => other.clone(),
    }
}

/// The settings of one scheme.
struct One<'s> {
    name: &'s str,
    said: &'s SchemeSettings,
    lookup: Lookup<'s>,
}

impl One<'_> {
    fn add(&self, kind: &SchemeKind, target: &mut Target, given: &[String]) -> Result<(), TargetError> {
        let free = |field: &str| !given.contains(&field.to_ascii_lowercase());
        match kind {
            SchemeKind::ApiKey { location, name } => {
                let (value, shown) = self.filled("key", self.said.key.as_ref())?;
                let added = credential(name, value, shown);
                match location.as_str() {
                    "header" if free(name) => target.headers.push(added),
                    "header" => {}
                    "query" => target.query.push(added),
                    "cookie" => self.cookie(added, target, given),
                    other => return Err(refuse(self.name, format!("an API key cannot stand in `{other}`"))),
                }
            }
            SchemeKind::Basic => {
                let (user, _) = self.filled("username", self.said.username.as_ref())?;
                let (password, _) = self.filled("password", self.said.password.as_ref())?;
                if free("authorization") {
                    let value = basic(&user, &password);
                    let mut added = credential("authorization", value, crate::http::REDACTED.to_owned());
                    added.secrets.push(password.into());
                    target.headers.push(added);
                }
            }
            SchemeKind::Bearer => self.bearer(target, &free)?,
            SchemeKind::OAuth2(url) => self.sign_in(url.as_deref(), None, target, &free)?,
            SchemeKind::OpenIdConnect(url) => self.sign_in(None, Some(url), target, &free)?,
            SchemeKind::MutualTls => {
                let message = "a client certificate is given with `client_certificate`, for the environment";
                return Err(refuse(self.name, message.to_owned()));
            }
            SchemeKind::Other(other) => {
                return Err(refuse(self.name, format!("nothing is known of credentials of the kind `{other}`")));
            }
        }
        Ok(())
    }

    /// The token as it is given.
    fn bearer(&self, target: &mut Target, free: &dyn Fn(&str) -> bool) -> Result<(), TargetError> {
        let (token, shown) = self.filled("token", self.said.token.as_ref())?;
        if free("authorization") {
            target.headers.push(bearer(token, &shown));
        }
        Ok(())
    }

    /// A cookie stands beside those that a header gives.
    fn cookie(&self, added: AddedHeader, target: &mut Target, given: &[String]) {
        let pair = format!("{}={}", added.name, added.value.reveal());
        let shown = format!("{}={}", added.name, added.shown);
        if given.iter().any(|name| name == "cookie") {
            return;
        }
        match target.headers.iter_mut().find(|header| header.name == "cookie") {
            Some(header) => {
                header.value = format!("{}; {pair}", header.value.reveal()).into();
                header.shown = format!("{}; {shown}", header.shown);
                header.secrets.push(added.value);
            }
            None => {
                let mut header = credential("cookie", pair, shown);
                header.secrets.push(added.value);
                target.headers.push(header);
            }
        }
    }

    fn sign_in(
        &self,
        url: Option<&str>,
        discovery: Option<&str>,
        target: &mut Target,
        free: &dyn Fn(&str) -> bool,
    ) -> Result<(), TargetError> {
        // A token that somebody has already will do.
        if self.said.token.is_some() {
            return self.bearer(target, free);
        }
        let (client_id, _) = self.filled("client_id", self.said.client_id.as_ref())?;
        let (client_secret, _) = self.filled("client_secret", self.said.client_secret.as_ref())?;
        let stated = match &self.said.token_url {
            Some(url) => Some(expand(url, self.lookup).map_err(|cause| self.unexpanded("token_url", cause))?.value),
            None => None,
        };
        let token_url = stated.or_else(|| url.map(str::to_owned));
        if token_url.is_none() && discovery.is_none() {
            let message = "the document has no URL at which a client gets a token: say `token_url`, or `token`";
            return Err(refuse(self.name, message.to_owned()));
        }
        target.secrets.push(client_secret.as_str().into());
        if free("authorization") {
            target.sign_in = Some(SignIn {
                scheme: self.name.to_owned(),
                token_url,
                discovery_url: discovery.map(str::to_owned),
                client_id,
                client_secret: client_secret.into(),
                scope: self.said.scope.clone(),
            });
        }
        Ok(())
    }

    /// A key's value with its variables filled in, and what may be shown of it.
    fn filled(&self, key: &str, template: Option<&Secret>) -> Result<(String, String), TargetError> {
        let template = template.ok_or_else(|| refuse(self.name, format!("`{key}` is missing")))?;
        let expanded = expand(template.reveal(), self.lookup).map_err(|cause| self.unexpanded(key, cause))?;
        let shown = if expanded.secrets.is_empty() { crate::http::REDACTED.to_owned() } else { expanded.shown };
        if expanded.value.chars().any(char::is_control) {
            return Err(refuse(self.name, format!("`{key}` holds a line break or another control character")));
        }
        Ok((expanded.value, shown))
    }

    fn unexpanded(&self, key: &str, cause: super::ExpandError) -> TargetError {
        TargetError::Expand { setting: format!("credentials.{}.{key}", self.name), cause }
    }
}

fn refuse(name: &str, why: String) -> TargetError {
    TargetError::Credentials(name.to_owned(), why)
}

/// A field that is a credential, whatever its name.
fn credential(name: &str, value: String, shown: String) -> AddedHeader {
    let secrets = vec![Secret::from(value.clone())];
    AddedHeader { name: name.to_owned(), value: value.into(), shown, secrets }
}

/// The field of a bearer token (RFC 6750 §2.1); `shown` stands for the token where it must not be.
pub(super) fn bearer(token: String, shown: &str) -> AddedHeader {
    let mut added = credential("authorization", format!("Bearer {token}"), format!("Bearer {shown}"));
    added.secrets.push(token.into());
    added
}

/// The value of a field for HTTP Basic (RFC 7617 §2).
pub(super) fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", base64::encode(format!("{user}:{password}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Pointer;
    use crate::transport::BaseUrl;

    fn applied(kind: SchemeKind, said: SchemeSettings) -> Result<Target, TargetError> {
        let mut target = Target::new("staging", BaseUrl::parse("http://h").expect("a base URL"));
        let scheme = SecurityScheme { name: "s".into(), kind, pointer: Pointer::root() };
        let lookup = |name: &str| (name == "KEY").then(|| "s3cr3t-k3y".to_owned());
        apply(&mut target, &BTreeMap::from([("s".to_owned(), said)]), &[scheme], &lookup)?;
        Ok(target)
    }

    fn api_key(location: &str) -> SchemeKind {
        SchemeKind::ApiKey { location: location.into(), name: "X-Key".into() }
    }

    #[test]
    fn each_kind_of_credential_has_its_place_and_is_never_shown() {
        let key = || SchemeSettings { key: Some("${KEY}".into()), ..SchemeSettings::default() };
        let header = applied(api_key("header"), key()).expect("a target");
        assert_eq!((header.headers[0].value.reveal(), header.headers[0].shown.as_str()), ("s3cr3t-k3y", "${KEY}"));
        let cookie = applied(api_key("cookie"), key()).expect("a target");
        assert_eq!(cookie.headers[0].value.reveal(), "X-Key=s3cr3t-k3y");
        let query = applied(api_key("query"), key()).expect("a target");
        assert_eq!(query.query[0].value.reveal(), "s3cr3t-k3y");
        let token = SchemeSettings { token: Some("${KEY}".into()), ..SchemeSettings::default() };
        let bearer = applied(SchemeKind::Bearer, token).expect("a target");
        assert_eq!(bearer.headers[0].value.reveal(), "Bearer s3cr3t-k3y");
        let user = SchemeSettings { username: Some("ada".into()), password: Some("${KEY}".into()), ..key() };
        let basic = applied(SchemeKind::Basic, user).expect("a target");
        assert_eq!(basic.headers[0].value.reveal(), "Basic YWRhOnMzY3IzdC1rM3k=");
        for target in [header, cookie, query, bearer, basic] {
            assert!(!format!("{target:?}").contains("s3cr3t"), "{target:?}");
            assert_eq!(target.redactor().apply("got s3cr3t-k3y"), "got [redacted]");
        }
    }

    #[test]
    fn what_is_missing_or_unknown_is_said() {
        let error = |kind, said| applied(kind, said).expect_err("no target").to_string();
        let none = SchemeSettings::default;
        assert_eq!(error(api_key("header"), none()), "credentials for `s`: `key` is missing");
        assert!(error(SchemeKind::MutualTls, none()).contains("client_certificate"));
        assert!(error(SchemeKind::Other("digest".into()), none()).contains("`digest`"));
        let client = SchemeSettings {
            client_id: Some("c".into()),
            client_secret: Some("${NOPE}".into()),
            ..SchemeSettings::default()
        };
        assert!(error(SchemeKind::OAuth2(None), client).starts_with("in `credentials.s.client_secret`: `NOPE`"));
    }
}
