//! The parts of `proofmark.toml` that speak of environments.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::Overrides;
use crate::source::{Place, Source, Span};

/// What `proofmark.toml` says. The default is an absent file.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `[defaults]`: for every environment that does not say otherwise.
    pub defaults: Overrides,
    /// `[environments.NAME]`, by name.
    pub environments: BTreeMap<String, Overrides>,
}

/// A place in `proofmark.toml`, and what is wrong there.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{place}: {message}")]
pub struct SettingsError {
    /// Where.
    pub place: Place,
    /// What.
    pub message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    defaults: Option<Spanned<Overrides>>,
    #[serde(default)]
    environments: BTreeMap<String, Overrides>,
}

impl Settings {
    /// Reads `proofmark.toml`. Paths of files in it are relative to it: they come out joined to its folder.
    ///
    /// # Errors
    /// [`SettingsError`] at the first thing that is no TOML, no known key, or no sensible value.
    pub fn parse(source: &Source) -> Result<Self, SettingsError> {
        let file: File = toml::from_str(source.text()).map_err(|error| located(source, &error))?;
        let defaults = file.defaults.map(|defaults| of_all(source, defaults)).transpose()?.unwrap_or_default();
        let folder = Path::new(source.name()).parent().unwrap_or(Path::new(""));
        let environments = file.environments.into_iter().map(|(name, keys)| (name, in_folder(folder, keys)));
        Ok(Self { defaults: in_folder(folder, defaults), environments: environments.collect() })
    }
}

fn located(source: &Source, error: &toml::de::Error) -> SettingsError {
    refuse(source, error.span(), first_line(error.message()))
}

fn refuse(source: &Source, range: Option<Range<usize>>, message: &str) -> SettingsError {
    let range = range.unwrap_or_default();
    SettingsError { place: source.place(Span::new(range.start, range.end)), message: message.to_owned() }
}

fn first_line(message: &str) -> &str {
    message.lines().next().unwrap_or(message)
}

/// What is true of every environment can be neither its URL nor whether it is production: a default that lifts the
/// protection of all would lift it unseen.
fn of_all(source: &Source, defaults: Spanned<Overrides>) -> Result<Overrides, SettingsError> {
    let range = defaults.span();
    let defaults = defaults.into_inner();
    let only_of_one = [("url", defaults.url.is_some()), ("protected", defaults.protected.is_some())];
    match only_of_one.iter().find(|(_, given)| *given) {
        Some((key, _)) => {
            let message = format!("`{key}` is no default: set it under `[environments.NAME]`");
            Err(refuse(source, Some(range), &message))
        }
        None => Ok(defaults),
    }
}

fn in_folder(folder: &Path, keys: Overrides) -> Overrides {
    Overrides {
        ca_file: keys.ca_file.map(|path| folder.join(path)),
        client_certificate: keys.client_certificate.map(|path| folder.join(path)),
        ..keys
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::time::Duration;

    use super::*;

    fn parse(text: &str) -> Result<Settings, SettingsError> {
        Settings::parse(&Source::new("conf/proofmark.toml", text))
    }

    #[test]
    fn every_key_is_read() {
        let settings = parse(
            r#"
[defaults]
timeout = "5s"

[environments.staging]
url = "https://${HOST}/v1"
headers = { Authorization = "Bearer ${STAGING_TOKEN}" }
rate = 20.0
concurrency = 4
timeout = "5s"
connect_timeout = "2s"
body_cap = 4096
ca_file = "ca.pem"
client_certificate = "/keys/client.pem"
proxy = "http://127.0.0.1:3128"
insecure = false
http_version = "2"
protected = true
"#,
        )
        .expect("the settings are sound");
        let staging = &settings.environments["staging"];
        assert_eq!(settings.defaults.timeout, Some(Duration::from_secs(5)));
        assert_eq!(staging.ca_file, Some(PathBuf::from("conf/ca.pem")));
        assert_eq!(staging.client_certificate, Some(PathBuf::from("/keys/client.pem")));
        assert_eq!((staging.rate, staging.concurrency, staging.protected), (Some(20.0), Some(4), Some(true)));
        assert_eq!(staging.headers[0].1.reveal(), "Bearer ${STAGING_TOKEN}");
    }

    #[test]
    fn an_error_says_where_and_what() {
        for (text, start) in [
            ("[environments.a]\nrate = 1.0\ncolour = 1\n", "conf/proofmark.toml:3:1: unknown field `colour`"),
            ("[environments.a]\nrate = 0.0\n", "conf/proofmark.toml:2:8: a rate is above zero"),
            ("[environments.a]\ntimeout = \"5\"\n", "conf/proofmark.toml:2:11: `5` is no duration"),
            ("[environments.a]\nconcurrency = 0\n", "conf/proofmark.toml:2:15: a concurrency is at least 1"),
            ("[environments.a]\nurl = \"h:1\"\n", "conf/proofmark.toml:2:7: `h:1` is neither"),
            ("[environments.a]\nhttp_version = \"3\"\n", "conf/proofmark.toml:2:16: unknown variant `3`"),
            ("[environments.a\n", "conf/proofmark.toml:1:16: "),
            ("\n[defaults]\nprotected = false\n", "conf/proofmark.toml:2:1: `protected` is no default"),
            ("colour = 1\n", "conf/proofmark.toml:1:1: unknown field `colour`"),
        ] {
            let error = parse(text).expect_err(text).to_string();
            assert!(error.starts_with(start), "{error}");
        }
    }

    #[test]
    fn an_empty_file_says_nothing() {
        let settings = parse("").expect("an empty file is sound");
        assert!(settings.environments.is_empty());
        assert_eq!(settings.defaults, Overrides::default());
    }
}
