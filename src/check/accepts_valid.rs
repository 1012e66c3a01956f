//! What the document allows is accepted.

use super::{About, Check, Content, Example, Finding, Judge, Memory, Severity, Subject};
use crate::case::{Intent, State, Step};
use crate::http::{Exchange, Response};

const ID: &str = "accepts-valid";

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error: a client that keeps to the document is turned away. A warning where the document lists the status, and \
                   it tells how things stand: 409, 412, 423 or 425, or 422 beside 400 where the body names other things",
        what: "A request that satisfies the contract under every reading is answered with a 2xx. So is one that differs in nothing \
               that is in doubt from one that was granted just before: another title with the same file.",
        why: "A server that refuses a name with an apostrophe, or one of 65 characters, has a rule that its document does \
              not tell.",
        leaves_alone: "Contested requests, for which the document leaves both answers open. A 3xx that the document lists, \
                       and where the request has no body a 404, 409, 410, 412, 423 or 425 that it lists: they tell how \
                       things stand, not that the request is unsound. A 5xx is for `no-server-error`. Where the run has \
                       no credentials and nothing at all was accepted, a 401 or 403 makes the run inconclusive; so does a 403 \
                       that the document lists for an operation of several which accepts nothing: the credential may lack a role.",
        source: "OpenAPI 3.0.4 §4.7.13 (Request Body Object); each case proves that it is valid when it is made",
        violating: Example {
            before: &[],
            intent: "valid",
            sent: r#"{"external_id":"proofmark-1","first_name":"O'Brien"}"#,
            received: r#"400 application/json {"error":{"code":"invalid_request","message":"first_name is malformed"}}"#,
        },
        conforming: Example {
            before: &[],
            intent: "contested",
            sent: r#"{"external_id":"proofmark-1","first_name":null}"#,
            received: r#"400 application/json {"error":{"code":"invalid_request","message":"first_name must be a string"}}"#,
        },
    },
    judge: Judge::Run(run),
};

fn run(subject: &Subject<'_>, memory: &mut Memory, findings: &mut Vec<Finding>) -> bool {
    let follows = follows(subject);
    let must = follows || *subject.intent() == Intent::Valid;
    let Some(answer) = subject.answer.filter(|_| must) else { return false };
    let status = answer.status();
    if (500..600).contains(&status) || was_done_by_another_name(subject) {
        return false;
    }
    if let Some(severity) = severity(subject, memory, answer.response) {
        let focus = &subject.case.focus;
        let what = if let Some(parameter) = subject.case.parameter() {
            format!("a valid {parameter}")
        } else if focus.is_root() {
            "a valid request".to_owned()
        } else {
            format!("a valid `{}`", focus.tokens().collect::<Vec<_>>().join("."))
        };
        let title = format!("{what} was refused with {status}");
        let label = match &answer.content {
            Content::Json(value) => {
                format!("{}; the response says {}", subject.case.reason, super::answer::short(value))
            }
            _ => subject.case.reason.clone(),
        };
        let label = if follows { format!("{label}; a plain one was granted just before") } else { label };
        let contract = subject.case.contract_place(subject.contract);
        let detail = format!("{status}/{focus}");
        findings.push(Finding { label, detail, severity, ..subject.error(ID, title, &contract) });
    }
    true
}

/// Whether a request before it in the case, which was to be refused, was granted: what this one wants may be taken by that.
fn was_done_by_another_name(subject: &Subject<'_>) -> bool {
    let refused = |at: usize| {
        matches!(subject.case.intent_of(at), Intent::Invalid { .. } | Intent::Contested(_))
            && subject
                .case
                .step(at)
                .is_some_and(|step| !step.captures.is_empty() && !step.setup && step.operation.is_none())
    };
    let is_repeat = subject.case.step(subject.step).is_some_and(Step::depends);
    let granted = |exchange: &Exchange| exchange.response().is_some_and(Response::is_success);
    is_repeat && subject.earlier.iter().enumerate().any(|(at, exchange)| refused(at) && granted(exchange))
}

/// Whether the request before it, which it is like in all that is in doubt, was granted.
fn follows(subject: &Subject<'_>) -> bool {
    let is_like = subject.case.step(subject.step).is_some_and(|step| step.state == Some(State::Like));
    let granted = |exchange: &Exchange| exchange.response().is_some_and(Response::is_success);
    is_like && subject.earlier.last().is_some_and(granted)
}

/// How wrong an answer to a sound request is; none where it is right.
fn severity(subject: &Subject<'_>, memory: &Memory, response: &Response) -> Option<Severity> {
    let status = response.status;
    if response.is_success() {
        return None;
    }
    let lists = |status| subject.contract.operation.responses.iter().any(|listed| listed.status.is_exactly(status));
    if !lists(status) {
        return Some(Severity::Error);
    }
    // What was just made is there.
    let made = || subject.case.step(subject.step).is_some_and(Step::names_made);
    let asks = subject.contract.operation.request_body.is_none();
    let refers = || {
        let step = subject.case.step(subject.step);
        subject.contract.operation.method == "POST" && step.is_some_and(Step::names_in_body)
    };
    match status {
        // It leads elsewhere.
        300..400 => None,
        // It says how things stand with what a request without a body asks about, not that the request is unsound.
        404 | 410 if asks && !made() => None,
        404 | 410 if memory.is_written_by_another(&subject.exchange.request.path, subject.number, 0) => None,
        // Then nothing is found out about the operation, and the run does not pass.
        403 if memory.may_lack_a_role(&subject.contract.operation.id) => None,
        409 | 412 | 423 | 425 if asks => None,
        409 | 412 | 423 | 425 => Some(Severity::Warning),
        // Beside 400 it is for what is sound and cannot be done, such as a transfer from an account without money.
        422 if lists(400) && refers() => Some(Severity::Warning),
        _ => Some(Severity::Error),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::case::{Case, PlacedText, RequestTemplate, Text, TextPlace};
    use crate::check::{Read, Scene, judge};
    use crate::contract::Contract;
    use crate::http::{Headers, Request};
    use crate::source::Pointer;

    fn severity(method: &str, status: u16) -> Option<Severity> {
        severity_of(method, status, false, Memory::default())
    }

    /// The same where the body names things that were made, in a run that remembers this.
    fn severity_of(method: &str, status: u16, refers: bool, mut memory: Memory) -> Option<Severity> {
        let text = format!(
            "openapi: 3.0.3\npaths:\n  /a:\n    {}:\n      operationId: a\n      responses:\n        \"200\": {{description: d}}\n        \"400\": {{description: d}}\n        \"403\": {{description: d}}\n        \"409\": {{description: d}}\n        \"422\": {{description: d}}\n",
            method.to_lowercase()
        );
        let text = if method == "POST" {
            format!("{text}      requestBody: {{content: {{application/json: {{schema: {{type: object}}}}}}}}\n")
        } else {
            text
        };
        let document = crate::spec::read("a.yaml", text.as_bytes()).expect("a document");
        let contract = Contract::of(Arc::new(document)).expect("a contract");
        let template =
            RequestTemplate { method: method.into(), path: "/a".into(), headers: Headers::new(), body: None };
        let mut case = Case::single(0, "a/valid/plain".into(), Intent::Valid, "an example", template);
        if refers {
            let place = TextPlace::Body(Pointer::parse("/account"));
            case.steps[0].texts.push(PlacedText { place, text: Text::captured("accounts-id", "") });
        }
        let request = Request { method: method.into(), path: "/a".into(), headers: Headers::new(), body: None };
        let outcome = Ok(Response { status, headers: Headers::new(), body: "".into() });
        let exchange = Exchange { request, sent_at: 0, elapsed: Duration::from_millis(1), outcome };
        let contract = &contract.operations[0];
        let scene = Scene { contract, case: &case, number: 0, exchanges: &[], expectation: None };
        let mut findings = Vec::new();
        judge(&scene, &Read::new(contract, &exchange, None), &mut memory, &mut findings);
        findings.iter().find(|finding| finding.check == ID).map(|finding| finding.severity)
    }

    #[test]
    fn a_documented_conflict_tells_how_things_stand_and_any_other_refusal_is_wrong() {
        assert_eq!(severity("POST", 400), Some(Severity::Error));
        assert_eq!(severity("POST", 412), Some(Severity::Error), "not listed");
        assert_eq!(severity("POST", 409), Some(Severity::Warning));
        assert_eq!(severity("GET", 409), None, "it asks");
        assert_eq!(severity("POST", 200), None);
        assert_eq!(severity("POST", 422), Some(Severity::Error));
        assert_eq!(severity_of("POST", 422, true, Memory::default()), Some(Severity::Warning));
        assert_eq!(severity_of("POST", 400, true, Memory::default()), Some(Severity::Error));
    }

    #[test]
    fn an_operation_of_several_that_forbids_everything_may_want_another_role() {
        assert_eq!(severity("POST", 403), Some(Severity::Error));
        assert_eq!(severity_of("POST", 403, false, Memory::default().of(2)), None);
        assert_eq!(severity_of("POST", 401, false, Memory::default().of(2)), Some(Severity::Error));
    }
}
