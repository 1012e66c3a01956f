//! Where the right credential is demanded, no other one will do.

use super::{About, Check, Example, Finding, Judge, Scene, Severity, error};
use crate::case::{Intent, Step};
use crate::generate::Contest;
use crate::http::{Credential, Response};

const ID: &str = "credentials";

const CREATED: &str = r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"","last_name":"","live_mode":false,"updated_at":1671631795145}"#;
const ALSO_CREATED: &str = r#"200 application/json {"id":"u_2","object":"user","created_at":1671631795146,"external_id":"proofmark-3","first_name":"","last_name":"","live_mode":false,"updated_at":1671631795146}"#;
const REFUSED: &str =
    r#"403 application/json {"error":{"code":"invalid_credentials","message":"these credentials are not valid"}}"#;

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error: whoever has no right to does what only some may do. A warning where the right token came without \
                   its scheme",
        what: "Of the requests of a case that differ in their credential alone, each one with a wrong credential is refused \
               if any is. Where the document demands a credential of the operation, one without any is refused in any case. \
               What is refused is not done: the same with the right one is then accepted.",
        why: "A comparison that stops early, ignores case, or skips what it cannot read lets strangers in, and no client of \
              good will ever notices.",
        leaves_alone: "A server that demands no credentials at all, where the document does not say that it does; an operation \
                       that the document opens to anyone; and a run that has none. How a refusal looks is for \
                       other checks; that the right credential is never refused, for `accepts-valid`.",
        source: "RFC 9110 section 11.2: a server refuses a request whose credentials are missing, invalid or partial; OpenAPI \
                 3.0.4 §4.7.30, Security Requirement Object",
        violating: Example {
            before: &[(r#"{"external_id":"proofmark-1"}"#, CREATED), (r#"{"external_id":"proofmark-2"}"#, REFUSED)],
            intent: "credentials",
            sent: r#"{"external_id":"proofmark-3"}"#,
            received: ALSO_CREATED,
        },
        conforming: Example {
            before: &[(r#"{"external_id":"proofmark-1"}"#, CREATED), (r#"{"external_id":"proofmark-2"}"#, REFUSED)],
            intent: "credentials",
            sent: r#"{"external_id":"proofmark-3"}"#,
            received: REFUSED,
        },
    },
    judge: Judge::Case(run),
};

fn run(scene: &Scene<'_>, findings: &mut Vec<Finding>) -> bool {
    let credential = |at: usize| scene.case.step(at).map_or(Credential::Right, |step| step.credential);
    let wrong: Vec<usize> = (0..scene.exchanges.len()).filter(|at| credential(*at).is_wrong()).collect();
    let response = |at: &usize| scene.exchanges[*at].response();
    // What else is wrong with the request may be why it is refused: then nothing was let in.
    let is_let_in = |at: &usize| {
        response(at).is_some_and(Response::is_success) && !matches!(scene.case.intent_of(*at), Intent::Invalid { .. })
    };
    if wrong.iter().filter_map(response).any(is_refusal) {
        findings.extend(done_all_the_same(scene, &wrong));
        findings.extend(wrong.into_iter().filter(is_let_in).map(|at| let_in(scene, at, credential(at))));
        return true;
    }
    let operation = &scene.contract.operation;
    if !operation.secured || operation.public {
        return false;
    }
    let open = wrong.into_iter().filter(|at| credential(*at) == Credential::None).find(is_let_in);
    findings.extend(open.map(|at| {
        let title = "a request with no credential was accepted, and the document demands one".to_owned();
        let label = format!("it names {}", operation.security_schemes().join(", "));
        Finding { label, detail: "open".into(), ..error(ID, title, &operation.pointer, at) }
    }));
    true
}

/// What was refused for its credential was done: the same request with the right one, for a thing that only the refused one
/// had named, is refused as a repeat.
fn done_all_the_same(scene: &Scene<'_>, wrong: &[usize]) -> Option<Finding> {
    let refused = wrong.iter().find(|at| scene.case.step(**at).is_some_and(|step| !step.captures.is_empty()))?;
    let again = (0..scene.exchanges.len()).find(|at| {
        let repeats = *scene.case.intent_of(*at) == Intent::Contested(Contest::Repeated);
        repeats && scene.case.step(*at).is_some_and(is_right)
    })?;
    let status = |at: usize| scene.exchanges[at].response().map(|response| response.status);
    let is_refused = scene.exchanges[*refused].response().is_some_and(is_refusal);
    let is_repeat = matches!(status(again), Some(400 | 409 | 422));
    let others = (0..scene.exchanges.len()).filter(|at| *at != again && scene.case.step(*at).is_none_or(is_right));
    let granted = others.filter_map(|at| scene.exchanges[at].response()).all(Response::is_success);
    (is_refused && is_repeat && granted).then(|| {
        let title = "what is refused for its credential is done all the same".to_owned();
        let label = "the right credential finds the thing that was refused there already".to_owned();
        let place = &scene.contract.operation.pointer;
        Finding { label, detail: "done".into(), ..error(ID, title, place, again) }
    })
}

fn is_right(step: &Step) -> bool {
    step.credential == Credential::Right
}

/// What says that credentials are demanded. Too many requests, or a server's own trouble, say nothing of them.
fn is_refusal(response: &Response) -> bool {
    (400..500).contains(&response.status) && ![408, 429].contains(&response.status)
}

fn let_in(scene: &Scene<'_>, step: usize, credential: Credential) -> Finding {
    let words = credential.words();
    let title = format!("a request with {words} was accepted where others are refused");
    let severity = if credential == Credential::SchemeMissing { Severity::Warning } else { Severity::Error };
    let label = format!("answered {}", scene.exchanges[step].response().map_or(0, |response| response.status));
    let place = &scene.contract.operation.pointer;
    Finding { label, severity, detail: words.to_owned(), ..error(ID, title, place, step) }
}
