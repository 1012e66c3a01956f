use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Deserializer, de::Error as _};

use super::{BaseUrl, HttpVersion, SchemeSettings, Secret, Target, parse_duration};

/// What one level of the configuration says about a target: a flag, a variable, a table of `proofmark.toml`. `None` leaves
/// it to the next level. The fields are the keys of `[defaults]` and `[environments.NAME]`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Overrides {
    /// The base URL; may hold `${NAME}`.
    #[serde(deserialize_with = "url")]
    pub url: Option<String>,
    /// Name and template of each added field; templates may hold `${NAME}`.
    #[serde(deserialize_with = "headers")]
    pub headers: Vec<(String, Secret)>,
    /// Requests per second, above zero.
    #[serde(deserialize_with = "rate")]
    pub rate: Option<f64>,
    /// Requests under way at once, above zero.
    #[serde(deserialize_with = "concurrency")]
    pub concurrency: Option<usize>,
    /// For a whole exchange.
    #[serde(deserialize_with = "duration")]
    pub timeout: Option<Duration>,
    /// For a connection, TLS included.
    #[serde(deserialize_with = "duration")]
    pub connect_timeout: Option<Duration>,
    /// Longest content of an answer, in bytes.
    pub body_cap: Option<u64>,
    /// A PEM file: the only authorities that are trusted.
    pub ca_file: Option<PathBuf>,
    /// A PEM file that holds a certificate chain and its private key.
    pub client_certificate: Option<PathBuf>,
    /// The proxy's URL; may hold `${NAME}`.
    #[serde(deserialize_with = "secret")]
    pub proxy: Option<Secret>,
    /// Whether any certificate will do.
    pub insecure: Option<bool>,
    /// `auto`, `1` or `2`.
    pub http_version: Option<HttpVersion>,
    /// Credentials by the name of the document's security scheme.
    pub credentials: BTreeMap<String, SchemeSettings>,
    /// Whether the target is production. Only `proofmark.toml` says so, in the table of one environment.
    pub protected: Option<bool>,
}

impl Overrides {
    /// These, and where they say nothing what `weaker` says. Headers are told apart by name.
    #[must_use]
    pub fn or(self, weaker: &Self) -> Self {
        let weaker = weaker.clone();
        let mut headers = self.headers;
        for (name, template) in weaker.headers {
            if !headers.iter().any(|(stronger, _)| stronger.eq_ignore_ascii_case(&name)) {
                headers.push((name, template));
            }
        }
        let mut credentials = weaker.credentials;
        credentials.extend(self.credentials);
        Self {
            credentials,
            url: self.url.or(weaker.url),
            headers,
            rate: self.rate.or(weaker.rate),
            concurrency: self.concurrency.or(weaker.concurrency),
            timeout: self.timeout.or(weaker.timeout),
            connect_timeout: self.connect_timeout.or(weaker.connect_timeout),
            body_cap: self.body_cap.or(weaker.body_cap),
            ca_file: self.ca_file.or(weaker.ca_file),
            client_certificate: self.client_certificate.or(weaker.client_certificate),
            proxy: self.proxy.or(weaker.proxy),
            insecure: self.insecure.or(weaker.insecure),
            http_version: self.http_version.or(weaker.http_version),
            protected: self.protected.or(weaker.protected),
        }
    }
}

fn url<'de, D: Deserializer<'de>>(input: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(input)?;
    // With variables in it, it can only be judged once they are known.
    if !text.contains("${") {
        BaseUrl::parse(&text).map_err(D::Error::custom)?;
    }
    Ok(Some(text))
}

fn headers<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<(String, Secret)>, D::Error> {
    let fields = BTreeMap::<String, String>::deserialize(input)?;
    Ok(fields.into_iter().map(|(name, value)| (name, Secret::from(value))).collect())
}

fn rate<'de, D: Deserializer<'de>>(input: D) -> Result<Option<f64>, D::Error> {
    let rate = f64::deserialize(input)?;
    if rate.is_finite() && rate > 0.0 { Ok(Some(rate)) } else { Err(D::Error::custom("a rate is above zero")) }
}

fn concurrency<'de, D: Deserializer<'de>>(input: D) -> Result<Option<usize>, D::Error> {
    match usize::deserialize(input)? {
        0 => Err(D::Error::custom("a concurrency is at least 1")),
        some if some > Target::MOST_AT_ONCE => {
            Err(D::Error::custom(format!("a concurrency is at most {}", Target::MOST_AT_ONCE)))
        }
        some => Ok(Some(some)),
    }
}

fn duration<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Duration>, D::Error> {
    parse_duration(&String::deserialize(input)?).map(Some).map_err(D::Error::custom)
}

fn secret<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Secret>, D::Error> {
    Ok(Some(String::deserialize(input)?.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stronger_level_wins_field_by_field_and_header_by_header() {
        let header = |name: &str, value: &str| (name.to_owned(), Secret::from(value));
        let flag = Overrides { rate: Some(1.0), headers: vec![header("X-A", "flag")], ..Overrides::default() };
        let file = Overrides {
            rate: Some(2.0),
            concurrency: Some(3),
            headers: vec![header("x-a", "file"), header("x-b", "file")],
            ..Overrides::default()
        };
        let both = flag.or(&file);
        assert_eq!((both.rate, both.concurrency), (Some(1.0), Some(3)));
        assert_eq!(both.headers, [header("X-A", "flag"), header("x-b", "file")]);
    }
}
