//! Whether the document at hand bears out what a bundled case relies on.
//!
//! A document may have an operation of the same name and still be another one: a later version, say. What it does not
//! promise must not be asked of its server.

use crate::case::{Captures, Expectation};
use crate::case::{Case, Claim, Matcher, Step, Subject, fresh_of_step};
use crate::contract::{Contract, OperationContract};
use crate::generate::{Fresh, RunTag, Shape};
use crate::http::Request;
use crate::schema::{Agreement, Direction};
use crate::source::Pointer;
use crate::spec::StatusPattern;

/// What the document does not promise that the case relies on, if anything.
pub(super) fn missing(contract: &Contract, case: &Case) -> Option<String> {
    let operation = contract.operations.get(case.operation)?;
    let run = RunTag::sample();
    let sending = Fresh { run: &run, case: 0, attempt: 0 };
    let mut captures = Captures::default();
    case.steps.iter().enumerate().find_map(|(number, step)| {
        let expect = step.expect.as_ref()?;
        let Ok(request) = step.request(&fresh_of_step(&sending, number), &captures) else {
            return Some("a request depends on an answer".into());
        };
        captures.take_sent(step, &request);
        refutes(operation, step, expect, &request).or_else(|| unpromised(contract, operation, expect))
    })
}

/// A request that may be accepted must be valid in every reading; one that must be refused, in none.
fn refutes(operation: &OperationContract, step: &Step, expect: &Expectation, request: &Request) -> Option<String> {
    let schema = &operation.body.as_ref()?.schema;
    let statuses = || expect.alternatives.iter().flat_map(|any| &any.status);
    let agreement = request.json().map_or(Agreement::Refused, |body| schema.agreement(&body));
    let labelled = step.request.headers.contains("content-type");
    match (agreement, statuses().any(|status| status.is_success())) {
        (Agreement::Accepted, true) if labelled => None,
        (_, true) => Some("the document does not accept a request that must be accepted".into()),
        (Agreement::Refused, false) => None,
        (_, false) => Some("the document does not refuse a request that must be refused".into()),
    }
}

/// Every place that an answer is asked for must be required by the schema of its status, and may have the value.
fn unpromised(contract: &Contract, operation: &OperationContract, expect: &Expectation) -> Option<String> {
    expect.alternatives.iter().find_map(|any| {
        let answers =
            operation.answers.iter().filter(|answer| any.status.iter().any(|status| speaks(*status, answer.status)));
        let schemas: Vec<&Pointer> = answers
            .flat_map(|answer| &answer.content)
            .filter_map(|media| Some(media.schema.as_ref()?.pointer()))
            .collect();
        any.claims.iter().find_map(|claim| {
            let Subject::Body(place) = &claim.subject else { return Some("it asks for a header field".to_owned()) };
            let kept = !schemas.is_empty() && schemas.iter().all(|schema| promises(contract, schema, place, claim));
            (!kept).then(|| format!("the document does not promise `{place}` in the answer"))
        })
    })
}

/// Whether an entry of `responses` is among those that a case means.
fn speaks(meant: StatusPattern, entry: StatusPattern) -> bool {
    match (meant, entry) {
        (StatusPattern::Class(class), StatusPattern::Exact(status)) => u16::from(class) == status / 100,
        (StatusPattern::Exact(status), entry) => entry.covers(status),
        (meant, entry) => meant == entry,
    }
}

fn promises(contract: &Contract, schema: &Pointer, place: &Pointer, claim: &Claim) -> bool {
    let root = contract.schemas.strict(Direction::Response);
    let mut shape = Shape::of(root, std::slice::from_ref(schema));
    for token in place.tokens() {
        let Some((_, nodes)) = shape.properties.iter().find(|(name, _)| *name == token) else { return false };
        if !shape.requires(&token) {
            return false;
        }
        shape = Shape::of(root, nodes);
    }
    match (&claim.matcher, &shape.values) {
        (Matcher::Equals(operand), Some(values)) if operand.texts.is_empty() => values.contains(&operand.value),
        _ => true,
    }
}
