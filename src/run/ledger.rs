//! What a run made on the target, on disk before the next request of that worker goes out.

use std::io::{self, Write};

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::check::Read;
use crate::contract::OperationContract;
use crate::http::{Redactor, is_safe};
use crate::source::{Pointer, member};

/// Writes a line for each request that made something, or may have.
///
/// Lines are held back until [`flush`](Self::flush), which whoever sends requests calls before each: where several
/// answers have come meanwhile, one call writes the lines of all.
pub struct Ledger {
    out: Box<dyn Write>,
    /// Lines that are not written yet.
    lines: Vec<u8>,
    redactor: Redactor,
}

#[derive(Serialize)]
struct Line<'a> {
    at: u64,
    case: &'a str,
    method: &'a str,
    path: &'a str,
    status: Option<u16>,
    sent: Identity<'a>,
    id: Option<&'a Value>,
}

/// What identifies what a request makes: the members of its body at these places.
struct Identity<'a> {
    body: Option<&'a Value>,
    places: &'a [Pointer],
}

impl Serialize for Identity<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let found = |place: &'_ Pointer| self.body.and_then(|body| place.resolve(body));
        serializer.collect_map(self.places.iter().filter_map(|place| Some((place.last()?, found(place)?))))
    }
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Ledger")
    }
}

impl Ledger {
    /// A ledger on `out`, which must not buffer: what is flushed must be on disk when the call returns.
    pub fn new(out: impl Write + 'static, redactor: Redactor) -> Self {
        Self { out: Box::new(out), lines: Vec::new(), redactor }
    }

    /// Writes what is held back.
    ///
    /// # Errors
    ///
    /// It could not be written. It is kept, so that no further request goes out.
    pub fn flush(&mut self) -> io::Result<()> {
        if !self.lines.is_empty() {
            self.out.write_all(&self.lines)?;
            self.lines.clear();
        }
        Ok(())
    }

    /// Takes note of an exchange: nothing, if it cannot have made anything.
    ///
    /// # Errors
    ///
    /// There is no line for it.
    pub fn record(&mut self, operation: &OperationContract, case: &str, read: &Read<'_>) -> io::Result<()> {
        let exchange = read.exchange;
        // A refused request made nothing; of one without an answer nobody knows.
        let made = match &exchange.outcome {
            Ok(response) => response.is_success(),
            Err(failure) => !failure.is_connect(),
        };
        if is_safe(&exchange.request.method) || !made {
            return Ok(());
        }
        // An id in an answer of another media type counts too.
        let mislabelled = match &read.answer {
            Some(answer) if answer.json().is_none() => answer.response.json(),
            _ => None,
        };
        let answer = read.answer.as_ref().and_then(|answer| answer.json()).or(mislabelled.as_ref());
        let line = Line {
            at: exchange.sent_at,
            case,
            method: &exchange.request.method,
            path: &exchange.request.path,
            status: exchange.response().map(|response| response.status),
            sent: Identity {
                body: read.sent(),
                places: operation.body.as_ref().map(|body| body.fresh.as_slice()).unwrap_or_default(),
            },
            id: answer.and_then(|answer| member(answer.as_object()?, "id")),
        };
        let begin = self.lines.len();
        serde_json::to_writer(&mut self.lines, &line)?;
        if !self.redactor.is_empty() {
            let line = String::from_utf8_lossy(&self.lines[begin..]).into_owned();
            self.lines.truncate(begin);
            self.lines.extend_from_slice(self.redactor.apply(&line).as_bytes());
        }
        self.lines.push(b'\n');
        Ok(())
    }
}

impl Drop for Ledger {
    /// However the run ends.
    fn drop(&mut self) {
        _ = self.flush();
    }
}
