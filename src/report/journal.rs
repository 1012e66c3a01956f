//! `journal.ndjson`: the run as it went on, one JSON object a line, nothing ever changed behind its end.
//!
//! A passing case takes a few bytes, since its request can be made again from its name. One with findings carries them,
//! and what was sent and received. Its form is described in `specs/journal.schema.json`.

use std::io::{self, Write};
use std::sync::Arc;

use serde::Serialize;

use super::shown::{self, Shown, millis};
use super::words::{seed, without_userinfo};
use super::{Context, Report};
use crate::check::{Cause, Finding};
use crate::http::Exchange;
use crate::run::{CaseResult, Confirmation, Event, Finished, Started, Verdict};
use crate::source::Pointer;

/// Held back at most, in bytes.
const BUFFER: usize = 64 << 10;

/// Cases that carry their exchanges. Where more have findings, a file of gigabytes would say no more than their names.
const MAX_FULL: u64 = 10_000;

/// Writes the journal.
#[derive(Debug)]
pub struct Journal<W> {
    out: W,
    line: Vec<u8>,
    full: u64,
    context: Arc<Context>,
}

#[derive(Serialize)]
struct StartedLine<'a> {
    event: &'static str,
    version: &'a str,
    run: &'a str,
    document: &'a str,
    target: &'a str,
    environment: &'a str,
    profile: &'a str,
    seed: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cases: Option<u64>,
    operations: Vec<&'a str>,
    at: u64,
}

#[derive(Serialize)]
struct ConfirmedLine<'a> {
    event: &'static str,
    case: &'a str,
    check: &'a str,
    contract: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    detail: &'a str,
    seen: u32,
    of: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    smallest: Option<Shown>,
}

#[derive(Serialize)]
struct FinishedLine<'a> {
    event: &'static str,
    ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    cut_short: Option<&'a str>,
}

#[derive(Serialize)]
struct FindingField<'a> {
    check: &'a str,
    severity: String,
    title: &'a str,
    contract: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    label: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    detail: &'a str,
    step: usize,
}

impl<W: Write> Journal<W> {
    /// A journal that continues whatever `out` holds already.
    pub fn new(out: W, context: Arc<Context>) -> Self {
        Self { out, line: Vec::with_capacity(BUFFER + 4096), full: 0, context }
    }

    fn clean<'t>(&self, text: &'t str) -> std::borrow::Cow<'t, str> {
        self.context.redactor.apply(text)
    }

    fn started(&mut self, started: &Started) -> io::Result<()> {
        let target = without_userinfo(&started.target);
        let line = StartedLine {
            event: "started",
            version: started.version,
            run: &self.clean(&started.run),
            document: &self.clean(&started.document),
            target: &self.clean(&target),
            environment: &self.clean(&started.environment),
            profile: &self.clean(&started.profile),
            seed: seed(started.seed),
            cases: started.cases,
            operations: started.operations.iter().map(|(id, _)| id.as_str()).collect(),
            at: started.at,
        };
        let text = serde_json::to_vec(&line)?;
        self.line.extend_from_slice(&text);
        Ok(())
    }

    fn case(&mut self, result: &CaseResult) -> io::Result<()> {
        // Formatting takes several times longer than what is formatted.
        self.line.extend_from_slice(b"{\"n\":");
        serde_json::to_writer(&mut self.line, &result.number)?;
        self.line.extend_from_slice(b",\"case\":");
        let context = Arc::clone(&self.context);
        serde_json::to_writer(&mut self.line, &context.redactor.apply(&result.case.name))?;
        let tenths = (result.elapsed.as_micros() + 50) / 100;
        self.line.extend_from_slice(b",\"v\":\"");
        self.line.extend_from_slice(result.verdict.word().as_bytes());
        self.line.extend_from_slice(b"\",\"ms\":");
        serde_json::to_writer(&mut self.line, &(tenths / 10))?;
        self.line.extend_from_slice(&[b'.', b'0' + (tenths % 10) as u8]);
        self.line.extend_from_slice(b",\"status\":[");
        for (at, exchange) in result.exchanges.iter().enumerate() {
            if at > 0 {
                self.line.push(b',');
            }
            serde_json::to_writer(&mut self.line, &exchange.response().map(|response| response.status))?;
        }
        self.line.push(b']');
        if let Some(why) = &result.why {
            self.field("why", &context.redactor.apply(why))?;
        }
        if !result.findings.is_empty() {
            let clean: Vec<_> = result.findings.iter().map(|one| shown::finding(one, &context.redactor)).collect();
            self.field("findings", &clean.iter().map(FindingField::of).collect::<Vec<_>>())?;
        }
        if !result.findings.is_empty() || result.verdict == Verdict::Inconclusive {
            self.exchanges(&result.exchanges, &context)?;
        }
        self.line.push(b'}');
        Ok(())
    }

    fn exchanges(&mut self, exchanges: &[Exchange], context: &Context) -> io::Result<()> {
        self.full += 1;
        if self.full > MAX_FULL || exchanges.is_empty() {
            return Ok(());
        }
        let shown: Vec<_> = exchanges.iter().map(|exchange| Shown::of(exchange, &context.redactor)).collect();
        self.field("exchanges", &shown)
    }

    fn field(&mut self, name: &str, value: &(impl Serialize + ?Sized)) -> io::Result<()> {
        write!(self.line, ",\"{name}\":")?;
        Ok(serde_json::to_writer(&mut self.line, value)?)
    }

    fn confirmed(&mut self, confirmation: &Confirmation) -> io::Result<()> {
        let context = Arc::clone(&self.context);
        let Cause { check, contract, body, detail } = &confirmation.cause;
        let line = ConfirmedLine {
            event: "confirmed",
            case: &context.redactor.apply(&confirmation.case),
            check,
            contract: contract.as_str(),
            body: body.as_ref().map(Pointer::as_str),
            detail: &context.redactor.apply(detail),
            seen: confirmation.tries.seen,
            of: confirmation.tries.of,
            smallest: confirmation.smallest.as_ref().map(|exchange| Shown::of(exchange, &context.redactor)),
        };
        Ok(serde_json::to_writer(&mut self.line, &line)?)
    }

    fn finished(&mut self, finished: &Finished) -> io::Result<()> {
        let context = Arc::clone(&self.context);
        let cut_short = finished.cut_short.as_deref().map(|why| context.redactor.apply(why));
        let line = FinishedLine { event: "finished", ms: millis(finished.elapsed), cut_short: cut_short.as_deref() };
        Ok(serde_json::to_writer(&mut self.line, &line)?)
    }

    fn write_out(&mut self) -> io::Result<()> {
        self.out.write_all(&self.line)?;
        self.line.clear();
        Ok(())
    }
}

impl<W: Write> Report for Journal<W> {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::Started(started) => self.started(started)?,
            Event::Case(result) => self.case(result)?,
            Event::Confirmed(confirmation) => self.confirmed(confirmation)?,
            Event::Finished(finished) => self.finished(finished)?,
        }
        self.line.push(b'\n');
        if self.line.len() >= BUFFER {
            self.write_out()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.write_out()?;
        self.out.flush()
    }
}

impl<'a> FindingField<'a> {
    fn of(finding: &'a Finding) -> Self {
        Self {
            check: finding.check,
            severity: finding.severity.to_string(),
            title: &finding.title,
            contract: finding.contract.as_str(),
            body: finding.body.as_ref().map(|body| body.as_str()),
            label: &finding.label,
            detail: &finding.detail,
            step: finding.step,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Sample, context, secret_context};
    use super::*;

    fn written(events: &[Event], context: Arc<Context>) -> String {
        let mut out = Vec::new();
        let mut journal = Journal::new(&mut out, context);
        for event in events {
            journal.event(event).expect("memory");
        }
        journal.flush().expect("memory");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn a_passing_case_takes_one_short_line() {
        let text = written(&[Sample::passing(17).event()], context());
        assert_eq!(
            text,
            "{\"n\":17,\"case\":\"users_create/valid/case_17\",\"v\":\"conforms\",\"ms\":1.3,\"status\":[200]}\n"
        );
    }

    #[test]
    fn every_line_follows_the_committed_schema() {
        let schema = serde_json::from_str(include_str!("../../specs/journal.schema.json")).expect("JSON");
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        let text = written(&Sample::everything(), context());
        assert!(text.lines().count() > 8);
        for line in text.lines() {
            let value = serde_json::from_str(line).expect(line);
            let errors: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{line}\n{errors:?}");
        }
        let stray = serde_json::json!({"n": 1, "case": "a", "v": "conforms", "ms": 1, "status": [200], "x": 1});
        assert!(!validator.is_valid(&stray));
    }

    #[test]
    fn no_secret_reaches_it() {
        let text = written(&Sample::everything(), secret_context());
        assert!(text.contains(crate::http::REDACTED) && !text.contains("topsecret"), "{text}");
    }

    #[test]
    fn nothing_is_lost_when_it_is_flushed_between_lines() {
        let mut out = Vec::new();
        let mut journal = Journal::new(&mut out, context());
        for number in 0..3_000 {
            journal.event(&Sample::passing(number).event()).expect("memory");
            if number % 7 == 0 {
                journal.flush().expect("memory");
            }
        }
        journal.flush().expect("memory");
        assert_eq!(out.iter().filter(|byte| **byte == b'\n').count(), 3_000);
    }
}
