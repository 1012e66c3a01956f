//! What an error of the HTTP client means for the exchange.
//!
//! The client's own error texts name the URL and nest; here the innermost cause is kept, which names neither URL nor
//! credential.

use std::error::Error;
use std::io;

use crate::http::Failure;

/// An error that came before the head of the answer was complete.
///
/// [`Failure::Closed`] stands for a connection that ended, whether or not part of a head had come: the client does not
/// tell one from the other.
pub(super) fn without_answer(error: &reqwest::Error) -> Failure {
    // With TLS 1.3 a server refuses the client's certificate after the client has begun to send: no `is_connect` then.
    if error.is_connect() || chain(error).any(is_tls) {
        Failure::Connect(cause(error))
    } else if chain(error).any(is_end) {
        Failure::Closed(cause(error))
    } else {
        Failure::Broken(cause(error))
    }
}

/// An error that came after the head.
pub(super) fn within_answer(error: &reqwest::Error) -> Failure {
    Failure::Broken(cause(error))
}

/// The innermost cause in plain words, beginning in lower case.
pub(super) fn cause(error: &(dyn Error + 'static)) -> String {
    let text = chain(error).last().map(ToString::to_string).unwrap_or_default();
    let mut characters = text.chars();
    match (characters.next(), characters.clone().next()) {
        // An abbreviation (`TLS …`) keeps its capitals.
        (Some(first), second) if !second.is_some_and(char::is_uppercase) => {
            first.to_lowercase().chain(characters).collect()
        }
        _ => text,
    }
}

/// The error and its causes. Those that an `io::Error` wraps are in it, which `source` passes over.
fn chain<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| {
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        wrapped.map(|inner| inner as &(dyn Error + 'static)).or_else(|| error.source())
    })
}

fn is_tls(error: &(dyn Error + 'static)) -> bool {
    error.is::<rustls::Error>()
}

/// Whether it tells of a connection that ended, or of a request that the server says it did not look at (RFC 9113 §8.7).
fn is_end(error: &(dyn Error + 'static)) -> bool {
    let ended = |kind| {
        use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, UnexpectedEof};
        matches!(kind, BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected | UnexpectedEof)
    };
    if let Some(error) = error.downcast_ref::<hyper::Error>() {
        error.is_incomplete_message() || error.is_canceled() || error.is_closed()
    } else if let Some(error) = error.downcast_ref::<h2::Error>() {
        error.is_io() || error.is_go_away() || error.reason() == Some(h2::Reason::REFUSED_STREAM)
    } else {
        error.downcast_ref::<io::Error>().is_some_and(|error| ended(error.kind()))
    }
}
