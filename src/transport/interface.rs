use std::future::Future;

use super::{Sent, Unsendable};
use crate::http::{Credential, Exchange, Request};

/// The way from the engine to a server: a [`Client`](super::Client), or what stands between the engine and one.
pub trait Transport {
    /// Sends a request once, with the run's credential or another in its place, on a connection that may have been used
    /// before.
    ///
    /// # Errors
    /// [`Unsendable`] where the request cannot be put into HTTP. Whatever goes wrong on the way is in the exchange.
    fn send(&self, request: Request, credential: Credential) -> impl Future<Output = Result<Sent, Unsendable>>;

    /// Sends a request once, on a connection of its own: that it ends without an answer is the server's fault then.
    ///
    /// # Errors
    /// [`Unsendable`] where the request cannot be put into HTTP. Whatever goes wrong on the way is in the exchange.
    fn send_fresh(
        &self,
        request: Request,
        credential: Credential,
    ) -> impl Future<Output = Result<Exchange, Unsendable>>;

    /// Sends several requests on one connection: where that can be done, each before those before it are answered. Gives
    /// what came of each, in their order.
    ///
    /// # Errors
    /// [`Unsendable`] where a request cannot be put into HTTP. Whatever goes wrong on the way is in the exchanges.
    fn send_at_once(
        &self,
        requests: Vec<(Request, Credential)>,
    ) -> impl Future<Output = Result<Vec<Sent>, Unsendable>> {
        async move {
            let mut all = Vec::with_capacity(requests.len());
            for (request, credential) in requests {
                all.push(self.send(request, credential).await?);
            }
            Ok(all)
        }
    }
}

/// How a request goes out, for what stands between the engine and a server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way {
    /// The credential that it carries.
    pub(crate) credential: Credential,
    /// Whether it has a connection of its own.
    pub(crate) fresh: bool,
}
