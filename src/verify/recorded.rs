//! What the server answered, so that it need not be asked again.
//!
//! The requests of a run are a pure function of plan and tag. So the run of each mutation asks for those of the untampered
//! run again, and only what a mutation makes of them goes out: a server is spared hundreds of runs, and everything
//! that it made is made once.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::check::Read;
use crate::contract::Contract;
use crate::http::{Credential, Exchange, Request};
use crate::run::Ledger;
use crate::tamper::{Reader, digest};
use crate::transport::{Sent, Transport, Unsendable, Way};

/// Remembers every exchange of a transport.
pub struct Recorded<'a, T> {
    transport: &'a T,
    contract: &'a Contract,
    ledger: Option<RefCell<Ledger>>,
    known: RefCell<HashMap<u64, Vec<Exchange>>>,
    pub(super) reader: Reader,
}

/// One run's way through what is remembered: each exchange is met once, in the order in which it was recorded.
pub struct Replay<'a, T> {
    recorded: &'a Recorded<'a, T>,
    /// Which exchanges of a digest were met.
    met: RefCell<HashMap<u64, Vec<usize>>>,
}

impl<'a, T: Transport> Recorded<'a, T> {
    /// A record of what goes through `transport`. What was made on the server is written to `ledger`.
    pub fn new(transport: &'a T, contract: &'a Contract, ledger: Option<Ledger>) -> Self {
        Self {
            transport,
            contract,
            ledger: ledger.map(RefCell::new),
            known: RefCell::default(),
            reader: Reader::default(),
        }
    }

    /// The transport of one run: answers what is remembered, and asks the server for the rest.
    pub fn replay(&'a self) -> Replay<'a, T> {
        Replay { recorded: self, met: RefCell::default() }
    }

    async fn ask(&self, request: Request, way: Way) -> Result<Sent, Unsendable> {
        let sent = if way.fresh {
            self.transport.send_fresh(request, way.credential).await.map(Sent::Exchange)?
        } else {
            self.transport.send(request, way.credential).await?
        };
        let (Sent::Exchange(exchange) | Sent::Stale(exchange)) = &sent;
        self.note(exchange);
        Ok(sent)
    }

    /// Writes down what an exchange may have made.
    fn note(&self, exchange: &Exchange) {
        let Some(ledger) = &self.ledger else { return };
        let crate::http::Request { method, path, .. } = &exchange.request;
        let operation = self.contract.operations.iter().find(|operation| operation.takes(method, path));
        if let Some(operation) = operation {
            // A ledger that cannot be written shows at its end: its file is short.
            let mut ledger = ledger.borrow_mut();
            _ = ledger.record(operation, "verify", &Read::new(operation, exchange, None)).and_then(|()| ledger.flush());
        }
    }
}

impl<T: Transport> Replay<'_, T> {
    async fn meet(&self, request: Request, way: Way) -> Result<Sent, Unsendable> {
        let digest = digest(&request);
        // What another credential was answered with says nothing of this one.
        if way.credential != Credential::Right {
            return self.recorded.ask(request, way).await;
        }
        if let Some(exchange) = self.remembered(digest, &request) {
            return Ok(Sent::Exchange(exchange));
        }
        let sent = self.recorded.ask(request, way).await?;
        if let Sent::Exchange(exchange) = &sent {
            let mut known = self.recorded.known.borrow_mut();
            let all = known.entry(digest).or_default();
            self.met.borrow_mut().entry(digest).or_default().push(all.len());
            all.push(exchange.clone());
        }
        Ok(sent)
    }

    fn remembered(&self, digest: u64, request: &Request) -> Option<Exchange> {
        let known = self.recorded.known.borrow();
        let mut met = self.met.borrow_mut();
        let met = met.entry(digest).or_default();
        let mut all = known.get(&digest)?.iter().enumerate();
        let (at, exchange) = all.find(|(at, exchange)| exchange.request == *request && !met.contains(at))?;
        met.push(at);
        Some(exchange.clone())
    }
}

impl<T: Transport> Transport for Replay<'_, T> {
    async fn send(&self, request: Request, credential: Credential) -> Result<Sent, Unsendable> {
        self.meet(request, Way { credential, fresh: false }).await
    }

    async fn send_fresh(&self, request: Request, credential: Credential) -> Result<Exchange, Unsendable> {
        self.meet(request, Way { credential, fresh: true }).await.map(|sent| match sent {
            Sent::Exchange(exchange) | Sent::Stale(exchange) => exchange,
        })
    }
}
