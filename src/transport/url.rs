use std::fmt;

use reqwest::Url;

/// The URL below which the operations' paths stand: `http` or `https`, without query, fragment or credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    url: Url,
    /// Without the slash at its end, so that a path can follow.
    text: String,
}

/// Why a text is no base URL. No credential that stands in the text is repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    /// It is no absolute URL with a host.
    #[error("`{text}` is no URL: {cause}")]
    Malformed {
        /// The text, `[redacted]` where it may hold credentials.
        text: String,
        /// What the URL parser says.
        cause: String,
    },
    /// Another scheme than the two.
    #[error("`{0}` is neither `http://…` nor `https://…`: write the scheme out")]
    Scheme(String),
    /// It has a query or a fragment.
    #[error("`{0}` has a query or a fragment: a base URL has neither")]
    Query(String),
    /// It has `user:password@`.
    #[error("the URL holds credentials: take them out, and set the header `authorization` instead")]
    Credentials,
}

impl BaseUrl {
    /// Reads a base URL.
    ///
    /// # Errors
    /// [`BaseUrlError`], which says what to write instead.
    pub fn parse(text: &str) -> Result<Self, BaseUrlError> {
        let text = text.trim();
        let shown = || if text.contains('@') { crate::http::REDACTED.to_owned() } else { text.to_owned() };
        let url =
            Url::parse(text).map_err(|cause| BaseUrlError::Malformed { text: shown(), cause: cause.to_string() })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(BaseUrlError::Scheme(shown()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BaseUrlError::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(BaseUrlError::Query(shown()));
        }
        let text = url.as_str().trim_end_matches('/').to_owned();
        Ok(Self { url, text })
    }

    /// Its normal form, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is `https`.
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// The host, lower case, without a dot at its end; an IPv6 address without its brackets.
    pub fn host(&self) -> &str {
        host(&self.url)
    }

    /// The port, or the one that the scheme stands for.
    pub fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or(80)
    }

    /// Whether both lead to one host.
    pub fn same_host(&self, other: &Self) -> bool {
        self.host() == other.host()
    }

    /// Whether both lead to one host and port. `http` and `https` on their own ports are one: the first commonly
    /// leads to the second.
    pub fn same_server(&self, other: &Self) -> bool {
        let port = |url: &Self| url.url.port().unwrap_or(0);
        self.same_host(other) && (port(self) == port(other) || self.port() == other.port())
    }
}

/// The host of a URL as the resolver takes it.
pub(super) fn host(url: &Url) -> &str {
    url.host_str().unwrap_or_default().trim_matches(['[', ']']).trim_end_matches('.')
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(text: &str) -> BaseUrl {
        BaseUrl::parse(text).expect("a base URL")
    }

    #[test]
    fn a_base_url_is_kept_in_its_normal_form() {
        for (text, normal) in [
            ("http://LOCALHOST:8080", "http://localhost:8080"),
            ("https://h:443/v1/", "https://h/v1"),
            (" http://[::1]:9/ ", "http://[::1]:9"),
        ] {
            assert_eq!(base(text).as_str(), normal);
        }
        assert_eq!((base("http://[::1]:9").host(), base("https://h").port()), ("::1", 443));
    }

    #[test]
    fn what_is_no_base_url_is_refused_with_the_reason() {
        for (text, reason) in [
            ("localhost:8080", "write the scheme out"),
            ("ftp://h", "write the scheme out"),
            ("/users", "is no URL"),
            ("http://", "is no URL"),
            ("http://h?a=b", "has neither"),
            ("http://h/#top", "has neither"),
        ] {
            let error = BaseUrl::parse(text).expect_err(text).to_string();
            assert!(error.contains(reason) && error.contains(text), "{error}");
        }
    }

    #[test]
    fn credentials_in_a_url_are_refused_and_not_repeated() {
        for text in ["https://ada:hunter2@h", "https://hunter2@h", "ada:hunter2@h", "https://ada:hunter2@"] {
            let error = BaseUrl::parse(text).expect_err(text).to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn one_server_is_known_by_host_and_port() {
        assert!(base("https://h/v1").same_server(&base("HTTPS://H.:443/v2")));
        assert!(base("http://h").same_server(&base("https://h")));
        assert!(!base("http://h:8080").same_server(&base("http://h")));
        assert!(!base("http://a.h").same_server(&base("http://h")));
    }
}
