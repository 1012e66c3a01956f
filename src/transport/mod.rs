//! The way to the server under test: which one, under which settings, and the HTTP client.
//!
//! [`environments`] names the servers that a document and `proofmark.toml` know; [`Environment::target`] turns one
//! of them into a [`Target`], which is plain data; [`Client::new`] connects to it, and [`Client::send`] gives the
//! [`Exchange`](crate::http::Exchange) of one request. The engine only asks for a [`Transport`], so that something can
//! stand between it and the client.
//!
//! Nothing is sent that a case did not ask for: no redirect is followed, no cookie kept, no request repeated, and no
//! variable of the process's environment is read (`http_proxy` included). Not supported: HTTP/3, SOCKS, and request
//! targets that a URL cannot express (`/a/../b` is sent as `/b`).

mod body;
mod client;
mod credential;
mod dial;
mod duration;
mod encode;
mod environment;
mod expand;
mod fault;
mod fetch;
mod interface;
mod limiter;
mod overrides;
mod pipeline;
mod production;
mod reach;
mod scheme;
mod secret;
mod settings;
mod sign_in;
mod target;
mod url;

pub(crate) use client::milliseconds_since_epoch;
pub use client::{Client, Sent};
pub use dial::{ClientError, Dial, HttpVersion};
pub use duration::{DurationError, parse_duration};
pub use encode::Unsendable;
pub use environment::{Environment, TargetError, environments};
pub use expand::{ExpandError, Expanded, expand};
pub use fetch::{FetchCause, FetchError, fetch_document};
pub use interface::Transport;
pub(crate) use interface::Way;
pub use overrides::Overrides;
pub use production::looks_like_production;
pub use reach::Unreachable;
pub use scheme::SchemeSettings;
pub use secret::Secret;
pub use settings::{Settings, SettingsError};
pub use sign_in::{SignIn, SignInError};
pub use target::{AddedHeader, Target};
pub use url::{BaseUrl, BaseUrlError};
