use std::collections::HashMap;
use std::time::Duration;

use super::*;
use crate::contract::Contract;
use crate::http::{Credential, Exchange, Headers, Request, Response};
use crate::plan::{DEFAULT_SEED, Profile};
use crate::transport::{Sent, Unsendable, milliseconds_since_epoch};

/// Answers as the contract says, but that an identity which was sent before `memory` others is new to it.
struct Forgetful {
    memory: u64,
    sent: Cell<u64>,
    known: RefCell<HashMap<String, (u64, i64)>>,
}

impl Forgetful {
    fn of(memory: u64) -> Self {
        Self { memory, sent: Cell::new(0), known: RefCell::default() }
    }

    fn answer(&self, request: &Request) -> Response {
        let headers: Headers = [("content-type", "application/json")].into_iter().collect();
        let number = self.sent.replace(self.sent.get() + 1);
        let now = i64::try_from(milliseconds_since_epoch()).expect("a time");
        let user = request.json().filter(serde_json::Value::is_object).and_then(|mut user| {
            let identity = user.get("external_id")?.as_str()?.to_owned();
            let mut known = self.known.borrow_mut();
            let new = (number, now);
            let (id, made) = *known
                .entry(identity)
                .and_modify(|known| {
                    if number - known.0 > self.memory {
                        *known = new;
                    }
                })
                .or_insert(new);
            user["id"] = format!("u_{id}").into();
            user["created_at"] = made.into();
            Some(user)
        });
        match user {
            Some(user) => Response { status: 200, headers, body: user.to_string().into() },
            None => Response { status: 400, headers, body: "{}".into() },
        }
    }
}

impl Transport for Forgetful {
    async fn send(&self, request: Request, credential: Credential) -> Result<Sent, Unsendable> {
        self.send_fresh(request, credential).await.map(Sent::Exchange)
    }

    async fn send_fresh(&self, request: Request, _: Credential) -> Result<Exchange, Unsendable> {
        let outcome = Ok(self.answer(&request));
        Ok(Exchange { request, sent_at: milliseconds_since_epoch(), elapsed: Duration::ZERO, outcome })
    }
}

/// The cases in which an identity was found to have two ids, with a server that remembers so many requests.
fn doubled(memory: u64) -> Vec<String> {
    let source = crate::spec::read("specs/admin-openapi.yaml", include_bytes!("../../specs/admin-openapi.yaml"));
    let contract = Contract::of(std::sync::Arc::new(source.expect("a document"))).expect("a contract");
    let mut plan = Plan::new(&contract, Profile::Gate, DEFAULT_SEED, Vec::new());
    // Pipelining is no matter of this server's.
    plan.keep_if(|case| case.steps.iter().all(|step| !step.pipelined));
    let found = RefCell::new(Vec::new());
    let note = |event| {
        if let Event::Case(result) = event
            && result.findings.iter().any(|finding| finding.check == "identity")
        {
            found.borrow_mut().push(result.case.name.clone());
        }
    };
    let options = Options::new(RunTag::sample());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(run(&plan, &Forgetful::of(memory), &options, std::future::pending(), note));
    found.into_inner()
}

#[test]
fn what_a_server_forgets_in_the_course_of_a_run_shows_at_its_end() {
    assert_eq!(doubled(u64::MAX), [""; 0]);
    assert_eq!(doubled(1_000), ["users_create/contested/identity/after-many-others"]);
}
