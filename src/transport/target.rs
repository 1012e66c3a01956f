use std::time::Duration;

use tokio::time::Instant;

use super::sign_in::SignIn;
use super::{BaseUrl, Dial, Secret, credential};
use crate::http::{Headers, Learnt, REDACTED, Redactor, base64};
use crate::spec::{SchemeKind, SecurityScheme};

/// The server under test, and how to speak to it. Plain data: whatever it was made from is resolved.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The name of the environment.
    pub environment: String,
    /// Where the operations' paths begin.
    pub base_url: BaseUrl,
    /// Why it must not be touched lightly; `None` where it may be.
    pub protected: Option<String>,
    /// Fields that every request carries unless it has one of the same name itself.
    pub headers: Vec<AddedHeader>,
    /// How connections are made.
    pub dial: Dial,
    /// From sending a request to the end of its answer.
    pub timeout: Duration,
    /// How long an answer's content may be, in bytes, coded and decoded alike.
    pub body_cap: u64,
    /// How many requests may be under way at once.
    pub concurrency: usize,
    /// How many requests may be sent per second, evenly spaced; `None` sets no bound.
    pub rate: Option<f64>,
    /// Credentials that stand elsewhere than in a header: in the proxy's URL, say.
    pub secrets: Vec<Secret>,
    /// Query parameters that every request carries unless it has one of the same name itself: credentials all.
    pub query: Vec<AddedHeader>,
    /// How a token is got before the first request, where one must be.
    pub sign_in: Option<SignIn>,
    /// When that token ends, where that is told.
    pub token_ends: Option<Instant>,
    /// Secrets that are learnt while requests are sent.
    pub learnt: Learnt,
}

/// A field that the environment adds to requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedHeader {
    /// Its name.
    pub name: String,
    /// Its value as sent.
    pub value: Secret,
    /// Its value as it may be shown: the template it was made from, or `[redacted]`.
    pub shown: String,
    /// What must not be shown of it.
    pub secrets: Vec<Secret>,
}

impl Target {
    /// [`timeout`](Self::timeout) where nothing else is said.
    pub const TIMEOUT: Duration = Duration::from_secs(10);
    /// [`body_cap`](Self::body_cap) where nothing else is said.
    pub const BODY_CAP: u64 = 1 << 20;
    /// [`concurrency`](Self::concurrency) where nothing else is said; a protected target has one.
    pub const CONCURRENCY: usize = 16;
    /// [`concurrency`](Self::concurrency) is never more than this.
    pub const MOST_AT_ONCE: usize = 4_096;
    /// [`rate`](Self::rate) of a protected target where nothing else is said.
    pub const PROTECTED_RATE: f64 = 5.0;

    /// A target with the defaults: unprotected, no headers.
    pub fn new(environment: impl Into<String>, base_url: BaseUrl) -> Self {
        Self {
            environment: environment.into(),
            base_url,
            protected: None,
            headers: Vec::new(),
            dial: Dial::default(),
            timeout: Self::TIMEOUT,
            body_cap: Self::BODY_CAP,
            concurrency: Self::CONCURRENCY,
            rate: None,
            secrets: Vec::new(),
            query: Vec::new(),
            sign_in: None,
            token_ends: None,
            learnt: Learnt::default(),
        }
    }

    /// Whether it must not be touched lightly.
    pub fn is_protected(&self) -> bool {
        self.protected.is_some()
    }

    /// Takes every credential of this target out of text.
    pub fn redactor(&self) -> Redactor {
        let added = self.headers.iter().chain(&self.query);
        let secrets = added.clone().flat_map(|header| &header.secrets).chain(&self.secrets);
        let right = secrets.map(|secret| secret.reveal().to_owned());
        let right = right.chain(added.flat_map(|header| decoded(header.value.reveal())));
        // A wrong credential that a server quotes is nearly the right one.
        let credentials = self.headers.iter().chain(&self.query).filter(|header| header.is_credential());
        let parts_of = |header: &AddedHeader, value: &str| {
            let said = decoded(value).into_iter();
            parts(&header.name, value).map(str::to_owned).chain(said).collect::<Vec<_>>()
        };
        let wrong =
            credentials.flat_map(|header| credential::all_altered(header).flat_map(|wrong| parts_of(header, &wrong)));
        // What is short is no longer telling, and may be any word.
        let wrong = wrong.filter(|part| part.len() >= 8);
        Redactor::new(right).hiding(wrong).learning(&self.learnt)
    }

    /// Whether requests say who sends them, be it that it has to sign in first.
    pub fn has_credential(&self) -> bool {
        let added = self.headers.iter().any(AddedHeader::is_credential);
        added || !self.query.is_empty() || self.sign_in.is_some()
    }

    /// The names of those `schemes` for which its requests carry nothing.
    pub fn lacking(&self, schemes: &[SecurityScheme]) -> Vec<String> {
        schemes.iter().filter(|scheme| !self.carries(&scheme.kind)).map(|scheme| scheme.name.clone()).collect()
    }

    fn carries(&self, kind: &SchemeKind) -> bool {
        let field = |name: &str| self.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        match kind {
            SchemeKind::ApiKey { location, name } => match location.as_str() {
                "header" => field(name).is_some(),
                "query" => self.query.iter().any(|added| added.name == *name),
                _ => field("cookie").is_some(),
            },
            SchemeKind::MutualTls => self.dial.client_certificate.is_some(),
            SchemeKind::Basic | SchemeKind::Bearer | SchemeKind::OAuth2(_) | SchemeKind::OpenIdConnect(_) => {
                field("authorization").is_some() || self.sign_in.is_some()
            }
            // Nobody knows what it is.
            SchemeKind::Other(_) => true,
        }
    }

    /// The added fields in the form in which they may be shown.
    pub fn shown_headers(&self) -> Headers {
        self.headers.iter().map(|header| (header.name.as_str(), header.shown.as_str())).collect()
    }
}

impl AddedHeader {
    /// A field given as it is. Where its name is that of a credential, its value is one.
    pub fn literal(name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        if is_credential(&name) {
            let secrets = parts(&name, &value).map(Secret::from).collect();
            Self { name, value: value.into(), shown: REDACTED.to_owned(), secrets }
        } else {
            Self { name, shown: value.clone(), value: value.into(), secrets: Vec::new() }
        }
    }

    /// Whether it says who sends the request.
    pub fn is_credential(&self) -> bool {
        !self.secrets.is_empty() || is_credential(&self.name)
    }
}

/// What an `Authorization: Basic …` says: user and password, and the password (RFC 7617 §2).
fn decoded(value: &str) -> Vec<String> {
    let basic = value.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"));
    let pair = basic.and_then(|(_, text)| base64::decode(text)).and_then(|bytes| String::from_utf8(bytes).ok());
    let Some(pair) = pair else { return Vec::new() };
    let password = pair.split_once(':').map(|(_, password)| password.to_owned());
    password.into_iter().chain([pair]).collect()
}

/// Whether a field of this name carries a credential.
fn is_credential(name: &str) -> bool {
    const WORDS: [&str; 8] = ["authorization", "cookie", "token", "secret", "key", "password", "credential", "session"];
    let name = name.to_ascii_lowercase();
    WORDS.iter().any(|word| name.contains(word))
}

/// The value, and each part of it that is a credential by itself: a server that echoes one leaves the scheme
/// (`Bearer`) or the cookie's name out. The scheme is none (RFC 9110 §11.4), and short parts are words like it.
fn parts<'v>(name: &str, value: &'v str) -> impl Iterator<Item = &'v str> {
    let has_scheme = name.to_ascii_lowercase().ends_with("authorization");
    let said = value.split_once(' ').filter(|_| has_scheme).map_or(value, |(_, said)| said);
    let pieces = said.split([' ', ';', ',']).flat_map(|piece| {
        let named = piece.split_once('=').map(|(_, value)| value.trim_matches('"'));
        [Some(piece), named].into_iter().flatten()
    });
    std::iter::once(value).chain(pieces.filter(|piece| piece.len() >= 8))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(headers: Vec<AddedHeader>) -> Target {
        Target { headers, ..Target::new("staging", BaseUrl::parse("http://h").expect("a base URL")) }
    }

    #[test]
    fn a_literal_credential_is_never_shown_not_even_in_part() {
        for name in ["Authorization", "cookie", "Proxy-Authorization", "X-Api-Key", "X-Csrf-Token", "x-client-secret"] {
            let target = target(vec![AddedHeader::literal(name, "Bearer hunter2hunter2; sid=abcdefgh")]);
            assert_eq!(target.shown_headers().get(name), Some("[redacted]"), "{name}");
            assert!(!format!("{target:?}").contains("hunter2"), "{name}");
            let echoed = target.redactor().apply("got hunter2hunter2 and abcdefgh").into_owned();
            assert_eq!(echoed, "got [redacted] and [redacted]", "{name}");
        }
    }

    #[test]
    fn what_a_basic_credential_says_is_not_shown_either() {
        let target = target(vec![AddedHeader::literal("Authorization", "Basic YWRhOmh1bnRlcjJodW50ZXIy")]);
        let echoed = target.redactor().apply("ada:hunter2hunter2 has the password hunter2hunter2").into_owned();
        assert_eq!(echoed, "[redacted] has the password [redacted]");
        // Nor what a wrong one says, which is nearly the same.
        let echoed = target.redactor().apply("ada:hunter2hunter is wrong, and hunter2-hunter2 too").into_owned();
        assert_eq!(echoed, "[redacted] is wrong, and [redacted] too");
    }

    #[test]
    fn a_header_that_is_no_credential_is_shown() {
        let target = target(vec![AddedHeader::literal("X-Tenant", "acme-and-company")]);
        assert_eq!(target.shown_headers().get("x-tenant"), Some("acme-and-company"));
        assert!(target.redactor().is_empty());
    }
}
