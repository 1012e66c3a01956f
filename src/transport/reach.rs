use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::{Client, fault, url};

/// Nothing accepted connections in time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("could not reach `{address}` within {waited:?}: {cause}")]
pub struct Unreachable {
    /// Host and port.
    pub address: String,
    /// For how long it was tried.
    pub waited: Duration,
    /// Why the last attempt failed.
    pub cause: String,
}

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);
/// How long a new connection is watched.
const WATCH: Duration = Duration::from_millis(50);

impl Client {
    /// Waits until the target accepts connections, or its proxy where it has one. Sends nothing.
    ///
    /// A connection that is closed at once does not count: a container's port forwarder accepts before the server
    /// behind it is up.
    ///
    /// # Errors
    /// [`Unreachable`] where it does not within `patience`.
    pub async fn wait_until_reachable(&self, patience: Duration) -> Result<(), Unreachable> {
        let (host, port) = self.first_hop();
        let deadline = Instant::now() + patience;
        let mut pause = FIRST_PAUSE;
        loop {
            let attempt = timeout_at(deadline, probe(&host, port)).await;
            let cause = match attempt {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(error)) => fault::cause(&error),
                Err(_) => "no connection came about".to_owned(),
            };
            if Instant::now() + pause >= deadline {
                return Err(Unreachable { address: format!("{host}:{port}"), waited: patience, cause });
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    fn first_hop(&self) -> (String, u16) {
        match self.dial().proxy_url().ok().flatten() {
            Some(proxy) => (url::host(&proxy).to_owned(), proxy.port_or_known_default().unwrap_or(80)),
            None => (self.base_url().host().to_owned(), self.base_url().port()),
        }
    }
}

async fn probe(host: &str, port: u16) -> std::io::Result<()> {
    let mut stream = TcpStream::connect((host, port)).await?;
    match timeout(WATCH, stream.read_u8()).await {
        Ok(Err(error)) => Err(error),
        Ok(Ok(_)) | Err(_) => Ok(()),
    }
}
