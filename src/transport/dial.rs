//! How a connection is made: TLS, proxy, version of HTTP.

use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::{Certificate, ClientBuilder, Identity, Proxy, Url, redirect, retry};
use serde::Deserialize;

use super::Secret;

/// How connections to a server are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dial {
    /// For a connection, TLS included.
    pub connect_timeout: Duration,
    /// Whether any certificate will do.
    pub insecure: bool,
    /// A PEM file of authorities. Only these are trusted then: what the system trusts besides would make a certificate
    /// from the wrong place pass. Without it, those of the system are trusted.
    pub ca_file: Option<PathBuf>,
    /// A PEM file: a certificate chain and its private key, shown to servers that ask for them.
    pub client_certificate: Option<PathBuf>,
    /// The URL of an HTTP proxy; without it there is none, whatever `http_proxy` says.
    pub proxy: Option<Secret>,
    /// Which version of HTTP is spoken.
    pub http_version: HttpVersion,
}

/// Which version of HTTP is spoken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum HttpVersion {
    /// The server chooses by ALPN (RFC 7301); HTTP/1.1 without TLS.
    #[default]
    #[serde(rename = "auto")]
    Auto,
    /// HTTP/1.1.
    #[serde(rename = "1")]
    Http1,
    /// HTTP/2; without TLS with prior knowledge (RFC 9113 §3.3).
    #[serde(rename = "2")]
    Http2,
}

/// Why no client can be made: each is a matter of the settings.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// A file cannot be read.
    #[error("cannot read `{}`: {cause}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// A file is not what the setting wants.
    #[error("`{}` holds no {wanted} in PEM form", path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// What it should hold.
        wanted: &'static str,
    },
    /// The proxy's URL is none.
    #[error("the proxy must be a URL like `http://127.0.0.1:3128`")]
    Proxy,
    /// An added header is not one that HTTP allows.
    #[error("header `{0}` cannot be sent: its name or value is not one that HTTP allows")]
    Header(String),
    /// TLS cannot be set up: no authority is known, say.
    #[error("cannot set up TLS: {0}; name a PEM file of authorities with `ca_file`")]
    Tls(String),
}

impl Default for Dial {
    fn default() -> Self {
        Self {
            connect_timeout: Self::CONNECT_TIMEOUT,
            insecure: false,
            ca_file: None,
            client_certificate: None,
            proxy: None,
            http_version: HttpVersion::Auto,
        }
    }
}

impl Dial {
    /// [`connect_timeout`](Self::connect_timeout) where nothing else is said.
    pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

    /// A builder with all of it set, and with everything switched off that would send what nobody asked for. Where `tls`
    /// is false no certificate is loaded: a machine without any can still speak plain HTTP.
    pub(super) fn builder(&self, tls: bool) -> Result<ClientBuilder, ClientError> {
        // Fails where the program has chosen a provider already, and that one serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = ClientBuilder::new()
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .no_proxy()
            .connect_timeout(self.connect_timeout)
            .tls_danger_accept_invalid_certs(self.insecure);
        if let Some(proxy) = self.proxy_url()? {
            builder = builder.proxy(Proxy::all(proxy).map_err(|_| ClientError::Proxy)?);
        }
        builder = match (&self.ca_file, tls) {
            (_, false) => builder.tls_certs_only([]),
            (Some(path), true) => builder.tls_certs_only(authorities(path)?),
            (None, true) => builder,
        };
        if let Some(path) = &self.client_certificate {
            builder = builder.identity(identity(path)?);
        }
        Ok(match self.http_version {
            HttpVersion::Auto => builder,
            HttpVersion::Http1 => builder.http1_only(),
            HttpVersion::Http2 => builder.http2_prior_knowledge(),
        })
    }

    /// Whether speaking to a server of this scheme takes TLS, be it only to the proxy.
    pub(super) fn needs_tls(&self, https: bool) -> bool {
        https || self.proxy_url().is_ok_and(|proxy| proxy.is_some_and(|proxy| proxy.scheme() == "https"))
    }

    /// The proxy's URL, parsed.
    pub(super) fn proxy_url(&self) -> Result<Option<Url>, ClientError> {
        let Some(proxy) = &self.proxy else { return Ok(None) };
        let url = Url::parse(proxy.reveal()).map_err(|_| ClientError::Proxy)?;
        let usable = matches!(url.scheme(), "http" | "https") && url.has_host();
        usable.then_some(Some(url)).ok_or(ClientError::Proxy)
    }

    /// The password in the proxy's URL.
    pub(super) fn proxy_password(&self) -> Option<Secret> {
        self.proxy_url().ok().flatten()?.password().map(Secret::from)
    }
}

fn read(path: &Path) -> Result<Vec<u8>, ClientError> {
    std::fs::read(path).map_err(|cause| ClientError::Read { path: path.to_owned(), cause })
}

fn authorities(path: &Path) -> Result<Vec<Certificate>, ClientError> {
    let certificates = Certificate::from_pem_bundle(&read(path)?).unwrap_or_default();
    if certificates.is_empty() {
        return Err(ClientError::Pem { path: path.to_owned(), wanted: "certificate" });
    }
    Ok(certificates)
}

fn identity(path: &Path) -> Result<Identity, ClientError> {
    let wanted = "certificate with its private key";
    Identity::from_pem(&read(path)?).map_err(|_| ClientError::Pem { path: path.to_owned(), wanted })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_missing_or_holds_something_else_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let missing = folder.path().join("missing.pem");
        let empty = folder.path().join("empty.pem");
        std::fs::write(&empty, "nothing").expect("a file");
        for (path, text) in [(missing, "cannot read"), (empty, "holds no certificate")] {
            let of_ca = Dial { ca_file: Some(path.clone()), ..Dial::default() }.builder(true).err();
            let of_client = Dial { client_certificate: Some(path.clone()), ..Dial::default() }.builder(true).err();
            for error in [of_ca, of_client] {
                let error = error.expect("no client").to_string();
                assert!(error.contains(text) && error.contains(&path.display().to_string()), "{error}");
            }
        }
    }

    #[test]
    fn a_proxy_that_is_no_url_is_refused_and_not_repeated() {
        for proxy in ["hunter2", "socks5://ada:hunter2@h", "ada:hunter2@h:1"] {
            let error = Dial { proxy: Some(proxy.into()), ..Dial::default() }.builder(false).err();
            assert!(!error.expect("no client").to_string().contains("hunter2"));
        }
    }
}
