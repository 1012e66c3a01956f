//! The transport between the engine and the server.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use serde_json::Value;

use super::asked::{Asked, Reader};
use super::{Act, Mutation, Scene};
use crate::contract::{Contract, OperationContract, RuleKind};
use crate::http::{Credential, Exchange, Request, Response};
use crate::transport::{Sent, Transport, Unsendable, Way};

/// A transport that does one mutation to what passes through it. It is made anew for each run: it remembers.
pub struct Tampered<'a, T> {
    transport: &'a T,
    contract: &'a Contract,
    mutation: &'a Mutation,
    reader: &'a Reader,
    memory: RefCell<Memory>,
    possible: Cell<u64>,
    done: Cell<u64>,
}

/// What earlier requests of the run were answered.
#[derive(Default)]
pub(super) struct Memory {
    /// The first that was accepted.
    pub(super) first: Option<Rc<Accepted>>,
    /// The last that was accepted.
    pub(super) last: Option<Rc<Accepted>>,
    /// The first of each identity that was accepted.
    pub(super) identities: HashMap<String, Rc<Accepted>>,
}

/// A request that was accepted.
pub(super) struct Accepted {
    asked: Rc<Asked>,
    /// The answer.
    pub(super) response: Response,
    received: OnceCell<Value>,
}

impl Accepted {
    /// The body that was sent; null where it was none.
    pub(super) fn sent(&self) -> &Value {
        self.asked.json.as_ref().unwrap_or(&Value::Null)
    }

    /// The body that came back; null where it was no JSON.
    pub(super) fn received(&self) -> &Value {
        self.received.get_or_init(|| self.response.json().unwrap_or_default())
    }
}

impl<'a, T: Transport> Tampered<'a, T> {
    /// `mutation` in the way to `transport`. `reader` may be shared by all mutations of the contract.
    pub fn new(transport: &'a T, contract: &'a Contract, reader: &'a Reader, mutation: &'a Mutation) -> Self {
        Self {
            transport,
            contract,
            mutation,
            reader,
            memory: RefCell::default(),
            possible: Cell::new(0),
            done: Cell::new(0),
        }
    }

    /// How many exchanges it has changed.
    pub fn done(&self) -> u64 {
        self.done.get()
    }

    async fn pass(&self, request: Request, way: Way) -> Result<Sent, Unsendable> {
        if way.fresh {
            self.transport.send_fresh(request, way.credential).await.map(Sent::Exchange)
        } else {
            self.transport.send(request, way.credential).await
        }
    }

    async fn tamper(&self, request: Request, way: Way) -> Result<Sent, Unsendable> {
        let Some(contract) = self.contract.operations.get(self.mutation.operation).filter(|it| is_of(it, &request))
        else {
            return self.pass(request, way).await;
        };
        let asked = self.asked(contract, &request);
        match &self.mutation.act {
            Act::Request { change, took } => {
                let scene = Scene { contract, asked: &asked, memory: &Memory::default() };
                let Some(other) = change(&scene).filter(|_| self.is_chosen()) else {
                    return self.pass(request, way).await;
                };
                let sent = self.pass(other, way).await?;
                Ok(match sent {
                    Sent::Exchange(exchange) => {
                        self.done.set(self.done.get() + u64::from(took(&exchange)));
                        Sent::Exchange(Exchange { request, ..exchange })
                    }
                    Sent::Stale(exchange) => Sent::Stale(Exchange { request, ..exchange }),
                })
            }
            Act::Credential { instead_of, took } => {
                let lets_in = way.credential.is_wrong() && instead_of(way.credential) && self.is_chosen();
                if !lets_in {
                    return self.pass(request, way).await;
                }
                let sent = self.pass(request, Way { credential: Credential::Right, ..way }).await?;
                let (Sent::Exchange(exchange) | Sent::Stale(exchange)) = &sent;
                self.done.set(self.done.get() + u64::from(took(exchange)));
                Ok(sent)
            }
            Act::Exchange(alter) => {
                let exchange = match self.pass(request, way).await? {
                    Sent::Exchange(exchange) => exchange,
                    stale @ Sent::Stale(_) => return Ok(stale),
                };
                let mut altered = exchange.clone();
                let possible = alter(&Scene { contract, asked: &asked, memory: &self.memory.borrow() }, &mut altered);
                self.memory.borrow_mut().take(contract, &asked, &exchange);
                if possible && self.is_chosen() {
                    self.done.set(self.done.get() + 1);
                    Ok(if way.fresh { Sent::Exchange(altered) } else { Sent::of(altered) })
                } else {
                    Ok(Sent::Exchange(exchange))
                }
            }
        }
    }

    /// A request whose identity was taken before may be refused.
    fn asked(&self, contract: &OperationContract, request: &Request) -> Rc<Asked> {
        let asked = self.reader.read(contract, request, false);
        let again = identity(contract, &asked).is_some_and(|it| self.memory.borrow().identities.contains_key(it));
        if again { self.reader.read(contract, request, true) } else { asked }
    }

    /// Whether it is done this time. The same for the same run: what is rare must not be so by chance.
    fn is_chosen(&self) -> bool {
        let number = self.possible.get();
        self.possible.set(number + 1);
        mixed(number).is_multiple_of(self.mutation.every)
    }
}

impl<T: Transport> Transport for Tampered<'_, T> {
    async fn send(&self, request: Request, credential: Credential) -> Result<Sent, Unsendable> {
        self.tamper(request, Way { credential, fresh: false }).await
    }

    async fn send_fresh(&self, request: Request, credential: Credential) -> Result<Exchange, Unsendable> {
        self.tamper(request, Way { credential, fresh: true }).await.map(|sent| match sent {
            Sent::Exchange(exchange) | Sent::Stale(exchange) => exchange,
        })
    }
}

impl Memory {
    fn take(&mut self, contract: &OperationContract, asked: &Rc<Asked>, exchange: &Exchange) {
        let Some(response) = exchange.response().filter(|response| response.is_success()) else { return };
        let (asked, received) = (Rc::clone(asked), OnceCell::new());
        let accepted = Rc::new(Accepted { asked, response: response.clone(), received });
        if let Some(identity) = identity(contract, &accepted.asked) {
            self.identities.entry(identity.to_owned()).or_insert_with(|| Rc::clone(&accepted));
        }
        self.first.get_or_insert_with(|| Rc::clone(&accepted));
        self.last = Some(accepted);
    }
}

/// What identifies the thing that a request asks for.
pub(super) fn identity<'a>(contract: &OperationContract, asked: &'a Asked) -> Option<&'a str> {
    let property = contract.rules.iter().find_map(|rule| match &rule.kind {
        RuleKind::Identity { property } => Some(property),
        _ => None,
    })?;
    asked.json.as_ref()?.get(property)?.as_str()
}

fn is_of(contract: &OperationContract, request: &Request) -> bool {
    contract.takes(&request.method, &request.path)
}

/// A number without a pattern for each number (splitmix64).
fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
