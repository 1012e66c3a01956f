//! What a case itself says of an answer is so.

use super::answer::says;
use super::{About, Answer, Check, Example, Finding, Severity, Subject};
use crate::case::{self, Unmet};
use crate::source::Pointer;

const ID: &str = "expectation";

/// The case of the examples.
#[cfg(test)]
pub(super) const EXAMPLE: &str = r#"
operation: users_create
cases:
  - name: example/test-user
    why: a user that is created in test mode is a test user
    request: { body: { external_id: "${fresh}", live_mode: false } }
    expect: { status: 200, body: { /live_mode: false } }
"#;

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error: the case file says that it must be so; a warning where the case says `severity: warning`",
        what: "The answer is one of those that the case expects at this step: its status, its header fields, and the \
               places of its body that the case speaks of.",
        why: "Some promises are in no schema: one identifier is one user, a refused request leaves nothing behind. They \
              are written down as cases.",
        leaves_alone: "Steps of which the case says nothing, and all derived cases. A status of 500 or more that is not \
                       expected is for `no-server-error`.",
        source: "the `expect` of the case, in `cases/*.yaml`",
        violating: Example {
            intent: "authored",
            sent: r#"{"external_id":"proofmark-1"}"#,
            received: r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"","last_name":"","live_mode":true,"updated_at":1671631795145}"#,
        },
        conforming: Example {
            intent: "authored",
            sent: r#"{"external_id":"proofmark-1","live_mode":false}"#,
            received: r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"","last_name":"","live_mode":false,"updated_at":1671631795145}"#,
        },
    },
    run,
};

fn run(subject: &Subject<'_>, findings: &mut Vec<Finding>) -> bool {
    let (Some(expectation), Some(answer)) = (subject.expectation, subject.answer) else { return false };
    let status = answer.status();
    if status >= 500 && !expectation.alternatives.iter().any(|any| any.allows(status)) {
        return false;
    }
    let severity = if expectation.gates { Severity::Error } else { Severity::Warning };
    let unmet = expectation.unmet(status, &answer.response.headers, answer.json());
    findings.extend(unmet.iter().map(|unmet| Finding { severity, ..finding(subject, answer, unmet) }));
    true
}

fn finding(subject: &Subject<'_>, answer: &Answer<'_>, unmet: &Unmet) -> Finding {
    let (what, found, body) = match &unmet.subject {
        None => ("the status".to_owned(), format!("the response has {}", answer.status()), None),
        Some(case::Subject::Header(name)) => {
            let found = match answer.response.headers.get(name) {
                Some(value) => format!("the response says `{value}`"),
                None => "the response does not have it".to_owned(),
            };
            (format!("`{name}`"), found, None)
        }
        Some(case::Subject::Body(pointer)) => {
            let found = answer.json().map_or("the response is no JSON".to_owned(), |body| says(body, pointer));
            (format!("`{pointer}`"), found, Some(pointer.clone()))
        }
    };
    let step = match subject.case.steps.len() {
        1 => String::new(),
        _ => format!(" in the answer to request {}", subject.step + 1),
    };
    let title = format!("{}: {what}{step} {}", subject.case.reason, unmet.words);
    let label = if unmet.resolved == unmet.words { found } else { format!("{found}; it {}", unmet.resolved) };
    // Two cases that find the same thing wrong are two promises broken.
    let detail = format!("{}/{}/{what}", subject.case.name, subject.step);
    Finding { label, body, detail, ..subject.error(ID, title, &place(subject, answer, unmet)) }
}

/// Where the document speaks of it: the schema of the answer's body, or the list of answers.
fn place(subject: &Subject<'_>, answer: &Answer<'_>, unmet: &Unmet) -> Pointer {
    let Some(entry) = answer.entry.filter(|_| unmet.subject.is_some()) else { return subject.responses() };
    let media = answer.media_type.as_ref().and_then(|media_type| entry.media(media_type));
    match (&unmet.subject, media.and_then(|media| media.schema.as_ref())) {
        (Some(case::Subject::Body(_)), Some(schema)) => schema.pointer().clone(),
        _ => entry.pointer.clone(),
    }
}
