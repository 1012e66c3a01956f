//! What a run made on the target, on disk before the next request of that worker goes out.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::contract::OperationContract;
use crate::http::{Exchange, Redactor};

/// Writes a line for each request that made something, or may have.
pub struct Ledger {
    out: Box<dyn Write>,
    redactor: Redactor,
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Ledger")
    }
}

impl Ledger {
    /// A ledger on `out`, which must not buffer: what is written must be on disk when the call returns.
    pub fn new(out: impl Write + 'static, redactor: Redactor) -> Self {
        Self { out: Box::new(out), redactor }
    }

    /// Takes note of an exchange: nothing, if it cannot have made anything.
    ///
    /// # Errors
    ///
    /// The line could not be written.
    pub fn record(&mut self, operation: &OperationContract, case: &str, exchange: &Exchange) -> io::Result<()> {
        // Safe methods make nothing (RFC 9110 §9.2.1); a refused request made nothing; of one without an answer
        // nobody knows.
        let safe = matches!(exchange.request.method.as_str(), "GET" | "HEAD" | "OPTIONS" | "TRACE");
        let made = match &exchange.outcome {
            Ok(response) => response.is_success(),
            Err(failure) => !failure.is_connect(),
        };
        if safe || !made {
            return Ok(());
        }
        let sent = exchange.request.body.as_deref().and_then(|body| serde_json::from_slice::<Value>(body).ok());
        let fresh = operation.body.as_ref().map(|body| body.fresh.as_slice()).unwrap_or_default();
        let sent: Map<String, Value> = fresh
            .iter()
            .filter_map(|place| {
                Some((place.last()?.into_owned(), sent.as_ref().and_then(|sent| place.resolve(sent))?.clone()))
            })
            .collect();
        let answer = exchange.response().and_then(|response| serde_json::from_slice::<Value>(&response.body).ok());
        let id = answer.as_ref().and_then(|answer| answer.get("id")).cloned();
        let status = exchange.response().map(|response| response.status);
        let line = json!({
            "at": exchange.sent_at, "case": case, "method": exchange.request.method, "path": exchange.request.path,
            "status": status, "sent": sent, "id": id,
        });
        let line = format!("{line}\n");
        self.out.write_all(self.redactor.apply(&line).as_bytes())
    }
}
