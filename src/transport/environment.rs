use reqwest::header::{HeaderName, HeaderValue};

use super::scheme;
use super::{
    AddedHeader, BaseUrl, BaseUrlError, Dial, ExpandError, Overrides, Secret, Settings, Target, expand,
    looks_like_production,
};
use crate::spec::{SecurityScheme, Server};

/// A server that can be chosen by name, with what the document and `proofmark.toml` say about it.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Its name: lower case where it comes from the document.
    pub name: String,
    /// The document's description of it, empty where there is none.
    pub description: String,
    /// What is said of it so far.
    pub keys: Overrides,
    /// The document's servers, of which some may be production.
    servers: Vec<Server>,
}

/// Why an environment gives no target. No value of a variable is repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// `proofmark.toml` adds an environment without a URL.
    #[error("environment `{0}` has no URL: set `url` under `[environments.{0}]`")]
    NoUrl(String),
    /// The URL is none.
    #[error(transparent)]
    Url(#[from] BaseUrlError),
    /// A variable in a setting is missing or malformed.
    #[error("in `{setting}`: {cause}")]
    Expand {
        /// The setting: a key, or the name of a header.
        setting: String,
        /// What is wrong.
        #[source]
        cause: ExpandError,
    },
    /// Credentials for a security scheme are of no use.
    #[error("credentials for `{0}`: {1}")]
    Credentials(String, String),
    /// A header cannot be sent.
    #[error("header `{0}` cannot be sent: {1}")]
    Header(String, &'static str),
}

/// Every environment that can be chosen: the document's servers in their order, then those that only the settings know.
///
/// A server is named by the first word of its description in lower case, or else by its host; where two have one name, the
/// later gets `-2` and so on. An environment of the settings changes the server of that name.
pub fn environments(servers: &[Server], settings: &Settings) -> Vec<Environment> {
    let mut all: Vec<Environment> = Vec::new();
    for server in servers {
        let name = unused(&all, &name_of(server));
        let keys = Overrides { url: Some(server.url.clone()), ..Overrides::default() };
        all.push(Environment { name, description: server.description.clone(), keys, servers: servers.to_vec() });
    }
    for name in settings.environments.keys() {
        if !all.iter().any(|environment| environment.name == *name) {
            let keys = Overrides::default();
            all.push(Environment { name: name.clone(), description: String::new(), keys, servers: servers.to_vec() });
        }
    }
    for environment in &mut all {
        let said = settings.environments.get(&environment.name).cloned().unwrap_or_default();
        environment.keys = said.or(&settings.defaults).or(&environment.keys);
    }
    all
}

fn name_of(server: &Server) -> String {
    const ARTICLES: [&str; 4] = ["the", "a", "an", "our"];
    let mut words = server
        .description
        .split(|character: char| !(character.is_alphanumeric() || character == '-' || character == '_'))
        .map(|word| word.trim_matches(['-', '_']).to_lowercase());
    words
        .find(|word| !word.is_empty() && !ARTICLES.contains(&word.as_str()))
        .unwrap_or_else(|| BaseUrl::parse(&server.url).map_or_else(|_| server.url.clone(), |url| url.host().to_owned()))
}

fn unused(taken: &[Environment], name: &str) -> String {
    let free = |candidate: &String| !taken.iter().any(|environment| environment.name == *candidate);
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    std::iter::once(name.to_owned()).chain(numbered).find(free).unwrap_or_else(|| name.to_owned())
}

impl Environment {
    /// The environment for a URL that was given without a name, called `target`. `[defaults]` hold for it.
    pub fn at(url: impl Into<String>, servers: &[Server], settings: &Settings) -> Self {
        let keys = Overrides { url: Some(url.into()), ..Overrides::default() }.or(&settings.defaults);
        Self { name: "target".to_owned(), description: String::new(), keys, servers: servers.to_vec() }
    }

    /// The target, with `overrides` (from flags and variables) over what is said here. `lookup` has the values of
    /// `${NAME}`.
    ///
    /// It is protected where it looks like production, or where `protected = true` says so. `protected = false` in
    /// `proofmark.toml` lifts that, but only for the URL that stands there: another one given in `overrides` is looked
    /// at anew.
    ///
    /// # Errors
    /// [`TargetError`] where there is no URL or it is none, a variable is not set, or a header cannot be sent.
    pub fn target(
        &self,
        overrides: &Overrides,
        lookup: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Target, TargetError> {
        let filled = |setting: &str, text: &str| {
            expand(text, lookup).map_err(|cause| TargetError::Expand { setting: setting.to_owned(), cause })
        };
        let keys = overrides.clone().or(&self.keys);
        let url = keys.url.as_deref().ok_or_else(|| TargetError::NoUrl(self.name.clone()))?;
        let base_url = BaseUrl::parse(&filled("url", url)?.value)?;
        let protected = self.protection(&base_url, overrides.url.is_some());
        let mut headers = Vec::new();
        for (name, template) in &keys.headers {
            headers.push(added_header(name, filled(name, template.reveal())?)?);
        }
        let proxy = keys.proxy.map(|template| filled("proxy", template.reveal())).transpose()?;
        let dial = Dial {
            connect_timeout: keys.connect_timeout.unwrap_or(Dial::CONNECT_TIMEOUT),
            insecure: keys.insecure.unwrap_or(false),
            ca_file: keys.ca_file,
            client_certificate: keys.client_certificate,
            proxy: proxy.as_ref().map(|proxy| proxy.value.as_str().into()),
            http_version: keys.http_version.unwrap_or_default(),
        };
        let mut secrets: Vec<Secret> = dial.proxy_password().into_iter().collect();
        secrets.extend(proxy.into_iter().flat_map(|proxy| proxy.secrets).map(Secret::from));
        let (concurrency, rate) =
            if protected.is_some() { (1, Some(Target::PROTECTED_RATE)) } else { (Target::CONCURRENCY, None) };
        Ok(Target {
            headers,
            dial,
            secrets,
            protected,
            timeout: keys.timeout.unwrap_or(Target::TIMEOUT),
            body_cap: keys.body_cap.unwrap_or(Target::BODY_CAP),
            concurrency: keys.concurrency.unwrap_or(concurrency).max(1),
            // A higher rate is never meant for production, wherever it is said.
            rate: match (keys.rate, rate) {
                (Some(said), Some(highest)) => Some(said.min(highest)),
                (said, otherwise) => said.or(otherwise),
            },
            ..Target::new(self.name.clone(), base_url)
        })
    }

    /// As [`target`](Self::target), with the credentials that the settings have for the document's security `schemes`.
    ///
    /// # Errors
    ///
    /// As there, and where credentials are for no such scheme, or not what it asks for.
    pub fn target_with(
        &self,
        schemes: &[SecurityScheme],
        overrides: &Overrides,
        lookup: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Target, TargetError> {
        let mut target = self.target(overrides, lookup)?;
        let keys = overrides.clone().or(&self.keys);
        scheme::apply(&mut target, &keys.credentials, schemes, lookup)?;
        Ok(target)
    }

    fn protection(&self, url: &BaseUrl, elsewhere: bool) -> Option<String> {
        match self.keys.protected {
            Some(true) => Some("`protected = true` stands in the settings".to_owned()),
            Some(false) if !elsewhere => None,
            _ => {
                let description = if elsewhere { "" } else { &self.description };
                looks_like_production(url, &self.name, description, &self.servers)
            }
        }
    }
}

fn added_header(name: &str, expanded: super::Expanded) -> Result<AddedHeader, TargetError> {
    let refuse = |why| TargetError::Header(name.to_owned(), why);
    HeaderName::from_bytes(name.as_bytes()).map_err(|_| refuse("its name is not one that HTTP allows"))?;
    HeaderValue::from_bytes(expanded.value.as_bytes())
        .map_err(|_| refuse("its value holds a line break or another control character"))?;
    if ["content-length", "transfer-encoding", "connection"].iter().any(|own| name.eq_ignore_ascii_case(own)) {
        return Err(refuse("it belongs to the connection"));
    }
    if expanded.secrets.is_empty() {
        return Ok(AddedHeader::literal(name, expanded.value));
    }
    let mut header = AddedHeader::literal(name, expanded.value);
    header.secrets.extend(expanded.secrets.into_iter().map(Secret::from));
    header.shown = expanded.shown;
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Pointer, Source};

    fn servers() -> Vec<Server> {
        [
            ("https://api.example.com", "Production (The production environment)"),
            ("https://s.example.com", "Staging: ours"),
            ("http://localhost:8080", "The development server"),
            ("http://10.0.0.1", ""),
            ("https://s2.example.com", "staging"),
        ]
        .map(|(url, description)| Server { url: url.into(), description: description.into(), pointer: Pointer::root() })
        .to_vec()
    }

    fn all(toml: &str) -> Vec<Environment> {
        let settings = Settings::parse(&Source::new("proofmark.toml", toml)).expect("the settings are sound");
        environments(&servers(), &settings)
    }

    fn named(toml: &str, name: &str) -> Environment {
        all(toml).into_iter().find(|environment| environment.name == name).expect(name)
    }

    fn lookup(name: &str) -> Option<String> {
        (name == "TOKEN").then(|| "t0ps3cret".to_owned())
    }

    #[test]
    fn servers_are_named_by_the_first_word_that_means_something_or_by_host() {
        let names: Vec<_> = all("[environments.review]\nurl = \"http://r\"").into_iter().map(|one| one.name).collect();
        assert_eq!(names, ["production", "staging", "development", "10.0.0.1", "staging-2", "review"]);
    }

    #[test]
    fn the_settings_change_a_server_of_the_document() {
        let toml = "[defaults]\nconcurrency = 2\nrate = 9.0\n[environments.staging]\nrate = 3.0\n\
                    headers = { Authorization = \"Bearer ${TOKEN}\" }";
        let target = named(toml, "staging").target(&Overrides::default(), &lookup).expect("a target");
        assert_eq!(target.base_url.as_str(), "https://s.example.com");
        assert_eq!((target.concurrency, target.rate, target.is_protected()), (2, Some(3.0), false));
        assert_eq!(target.headers[0].value.reveal(), "Bearer t0ps3cret");
        assert_eq!(target.shown_headers().get("authorization"), Some("Bearer ${TOKEN}"));
        assert_eq!(target.redactor().apply("t0ps3cret"), "[redacted]");
    }

    #[test]
    fn overrides_win_over_the_settings() {
        let overrides = Overrides { url: Some("http://127.0.0.1:9".into()), rate: Some(1.0), ..Overrides::default() };
        let toml = "[environments.staging]\nrate = 3.0";
        let target = named(toml, "staging").target(&overrides, &lookup).expect("a target");
        assert_eq!((target.base_url.as_str(), target.rate), ("http://127.0.0.1:9", Some(1.0)));
    }

    #[test]
    fn production_is_protected_and_slow_unless_the_settings_say_otherwise() {
        let none = Overrides::default();
        let target = named("", "production").target(&none, &lookup).expect("a target");
        assert!(target.is_protected());
        assert_eq!((target.concurrency, target.rate), (1, Some(Target::PROTECTED_RATE)));

        let lifted = named("[environments.production]\nprotected = false", "production");
        assert!(!lifted.target(&none, &lookup).expect("a target").is_protected());
        let raised = named("[environments.staging]\nprotected = true", "staging");
        assert!(raised.target(&none, &lookup).expect("a target").is_protected());
    }

    #[test]
    fn another_url_is_looked_at_anew() {
        let elsewhere = Overrides { url: Some("https://api.example.com/v1".into()), ..Overrides::default() };
        let lifted = named("[environments.staging]\nprotected = false", "staging");
        assert!(lifted.target(&elsewhere, &lookup).expect("a target").is_protected());
        let bare = Environment::at("https://API.example.com", &servers(), &Settings::default());
        assert!(bare.target(&Overrides::default(), &lookup).expect("a target").is_protected());
        let local = Environment::at("http://localhost:8080", &servers(), &Settings::default());
        assert!(!local.target(&Overrides::default(), &lookup).expect("a target").is_protected());
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = |toml: &str, name: &str| {
            named(toml, name).target(&Overrides::default(), &lookup).expect_err(toml).to_string()
        };
        assert_eq!(
            error("[environments.x]\nrate = 1.0", "x"),
            "environment `x` has no URL: set `url` under `[environments.x]`"
        );
        let unset = error("[environments.x]\nurl = \"http://h\"\nheaders = { X-Key = \"${NOPE}\" }", "x");
        assert!(unset.starts_with("in `X-Key`: `NOPE` is not set"), "{unset}");
        let broken = error("[environments.x]\nurl = \"http://h\"\nheaders = { X-Key = \"hunter2\\n\" }", "x");
        assert!(broken.contains("line break") && !broken.contains("hunter2"), "{broken}");
        assert!(error("[environments.x]\nurl = \"http://h\"\nheaders = { \"a b\" = \"\" }", "x").contains("its name"));
    }

    #[test]
    fn the_password_of_a_proxy_is_a_secret() {
        let environment = named("[environments.staging]\nproxy = \"http://ada:hunter22@127.0.0.1:3128\"", "staging");
        let target = environment.target(&Overrides::default(), &lookup).expect("a target");
        assert_eq!(target.redactor().apply("hunter22"), "[redacted]");
        assert!(!format!("{target:?}").contains("hunter22"));
    }
}
