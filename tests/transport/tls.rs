//! TLS, and HTTP/2 where it is chosen by it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use proofmark::http::Failure;
use proofmark::transport::{BaseUrl, Dial, HttpVersion, Target};
use tokio::io::AsyncReadExt;

use crate::server::{OK, Peer, Server, client, failure, post, response, serve_http2};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::RootCertStore;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use tokio_rustls::TlsAcceptor;

/// An authority, and a folder with what a target is told of it.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: tempfile::TempDir,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(vec![]).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, key()).expect("an authority");
        Self { issuer, folder: tempfile::tempdir().expect("a folder") }
    }

    fn issue(&self, name: &str) -> (rcgen::Certificate, KeyPair) {
        let (params, key) = (CertificateParams::new(vec![name.to_owned()]).expect("parameters"), key());
        (params.signed_by(&key, &self.issuer).expect("a certificate"), key)
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path
    }

    fn ca_file(&self) -> PathBuf {
        self.file("ca.pem", &self.issuer.pem())
    }

    fn client_file(&self) -> PathBuf {
        let (certificate, key) = self.issue("client");
        self.file("client.pem", &(certificate.pem() + &key.serialize_pem()))
    }

    /// A server for `localhost`, which may insist on a certificate of this authority.
    async fn serve(&self, alpn: &[&[u8]], client_certificate: bool) -> Server {
        let (certificate, key) = self.issue("localhost");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(self.issuer.der().clone()).expect("a root");
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
        let builder = rustls::ServerConfig::builder_with_provider(provider);
        let builder = builder.with_safe_default_protocol_versions().expect("versions");
        let builder = if client_certificate {
            builder.with_client_cert_verifier(verifier.build().expect("a verifier"))
        } else {
            builder.with_no_client_auth()
        };
        let chain = vec![CertificateDer::from(certificate.der().to_vec())];
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let mut config = builder.with_single_cert(chain, key).expect("a configuration");
        config.alpn_protocols = alpn.iter().map(|protocol| protocol.to_vec()).collect();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        Server::start(move |_, peer| {
            let acceptor = acceptor.clone();
            async move {
                let Ok(stream) = acceptor.accept(peer.stream).await else { return };
                if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
                    return serve_http2(stream).await;
                }
                let mut peer = Peer { stream, requests: peer.requests };
                while peer.request().await.is_some() && peer.answer(OK).await {}
            }
        })
        .await
    }
}

fn key() -> KeyPair {
    KeyPair::generate().expect("a key")
}

fn target(server: &Server, dial: Dial) -> Target {
    let url = format!("https://localhost:{}", server.address.port());
    Target { dial, ..Target::new("test", BaseUrl::parse(&url).expect("a base URL")) }
}

fn trusting(ca_file: &Path) -> Dial {
    Dial { ca_file: Some(ca_file.to_owned()), ..Dial::default() }
}

#[tokio::test]
async fn an_authority_of_ones_own_is_trusted_and_another_is_not() {
    let (ours, other) = (Authority::new(), Authority::new());
    let server = ours.serve(&[], false).await;
    assert_eq!(response(&client(&target(&server, trusting(&ours.ca_file()))), post("{}")).await.status, 200);
    let failure = failure(&target(&server, trusting(&other.ca_file()))).await;
    assert!(matches!(&failure, Failure::Connect(cause) if cause.contains("certificate")), "{failure:?}");
}

#[tokio::test]
async fn insecure_takes_any_certificate() {
    let server = Authority::new().serve(&[], false).await;
    let dial = Dial { insecure: true, ..Dial::default() };
    assert_eq!(response(&client(&target(&server, dial)), post("{}")).await.status, 200);
}

#[tokio::test]
async fn the_clients_certificate_is_shown_where_the_server_asks_for_it() {
    let authority = Authority::new();
    let server = authority.serve(&[], true).await;
    let without = trusting(&authority.ca_file());
    let with = Dial { client_certificate: Some(authority.client_file()), ..without.clone() };
    assert_eq!(response(&client(&target(&server, with)), post("{}")).await.status, 200);
    let failure = failure(&target(&server, without)).await;
    assert!(matches!(failure, Failure::Connect(_)), "{failure:?}");
}

#[tokio::test]
async fn http2_is_spoken_where_the_server_chooses_it() {
    let authority = Authority::new();
    let server = authority.serve(&[b"h2", b"http/1.1"], false).await;
    let auto = trusting(&authority.ca_file());
    let http1 = Dial { http_version: HttpVersion::Http1, ..auto.clone() };
    assert_eq!(response(&client(&target(&server, auto)), post("{}")).await.body, "HTTP/2.0 {}");
    assert_eq!(response(&client(&target(&server, http1)), post("{}")).await.body, "{}");
}

#[tokio::test]
async fn plain_http_where_tls_is_expected_is_no_connection() {
    let server = Server::start(|_, mut peer| async move {
        _ = peer.stream.read_u8().await;
        peer.answer(OK).await;
    })
    .await;
    let failure = failure(&target(&server, Dial { insecure: true, ..Dial::default() })).await;
    assert!(matches!(failure, Failure::Connect(_)), "{failure:?}");
}
