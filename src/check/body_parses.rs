//! A JSON body is one JSON value.

use super::{About, Answer, Check, Content, Example, Finding, Judge, Subject};
use crate::contract::AnswerContract;
use crate::http::{Failure, is_refused, repeated_name};

const ID: &str = "body-parses";

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error: not every client can read it. A byte-order mark, which some parsers skip, must not be added",
        what: "The body of an answer that is JSON by its media type or by the document is UTF-8, is one JSON value with \
               nothing after it, and is as long as announced. No name stands twice in one of its objects. It comes in no content coding \
               that the request refuses.",
        why: "Everything else that the contract says of a body begins with being able to read it.",
        leaves_alone: "A body of a media type that is not JSON: that is for `content-type`. An empty body of a status \
                       whose content the document does not describe. A name that is repeated in the request too, \
                       which may have been sent back as it came.",
        source: "RFC 8259 §2, §4 and §8.1, RFC 9110 §12.5.3, RFC 9112 §6.3 and §8",
        violating: Example {
            before: &[],
            intent: "valid",
            sent: r#"{"external_id":"proofmark-1"}"#,
            received: r#"200 application/json {"id":"u_1","object":"user""#,
        },
        conforming: Example {
            before: &[],
            intent: "invalid",
            sent: "{}",
            received: "400 application/json \n{ \"error\": {\"code\":\"invalid_request\",\"message\":\"no\"} }\n",
        },
    },
    judge: Judge::Exchange(run),
};

fn run(subject: &Subject<'_>, findings: &mut Vec<Finding>) -> bool {
    if let Err(Failure::Broken(reason)) = &subject.exchange.outcome {
        let finding = subject.error(ID, "the answer breaks off or is malformed", &subject.contract.operation.pointer);
        findings.push(Finding { label: reason.clone(), detail: "broken".into(), ..finding });
        return true;
    }
    let Some(answer) = subject.answer else { return false };
    let status = answer.status();
    let described = answer.entry.is_some_and(AnswerContract::is_json);
    let place = || answer.entry.map_or_else(|| subject.responses(), |entry| entry.pointer.child("content"));
    let error = |title: String, label: String, detail: &str| Finding {
        label,
        detail: format!("{status}/{detail}"),
        ..subject.error(ID, title, &place())
    };
    match &answer.content {
        Content::Empty if described => {
            let label = "the document describes its content".to_owned();
            findings.push(error(format!("the body of an answer of status {status} is empty"), label, "empty"));
        }
        Content::Empty | Content::Other => return false,
        Content::NotUtf8(at) => {
            let label = format!("from byte {at} on");
            findings.push(error(format!("the body of an answer of status {status} is not UTF-8"), label, "utf-8"));
        }
        Content::NotJson(reason) => {
            findings.push(error(
                format!("the body of an answer of status {status} is not JSON"),
                reason.clone(),
                "json",
            ));
        }
        Content::Json(value) if value.is_object() || value.is_array() => {
            let sent = || subject.exchange.request.body.as_deref().and_then(repeated_name);
            if let Some(name) = repeated_name(&answer.response.body).filter(|_| sent().is_none()) {
                let title = format!("a name stands twice in one object of an answer of status {status}");
                let label = format!("`{name}`: which of its two values is read depends on the reader");
                findings.push(error(title, label, "repeated-name"));
            }
        }
        Content::Json(_) => {}
    }
    if let Some(coding) = refused_coding(subject, answer) {
        let title = format!("an answer of status {status} comes in a content coding that the request refuses");
        let label =
            format!("`{coding}`; the request says `Accept-Encoding: {}`", accepted(subject).unwrap_or_default());
        findings.push(error(title, label, "coding"));
    }
    if answer.byte_order_mark {
        let title = format!("a byte-order mark stands before the body of an answer of status {status}");
        let label = "RFC 8259 §8.1: it must not be added".to_owned();
        findings.push(error(title, label, "byte-order-mark"));
    }
    true
}

/// The content coding of an answer to a request that says it does not take it. Where nothing is said every coding will do
/// (RFC 9110 §12.5.3).
fn refused_coding<'s>(subject: &Subject<'s>, answer: &Answer<'s>) -> Option<&'s str> {
    let accepted = accepted(subject)?;
    let codings = answer.response.headers.get("content-encoding")?.split(',').map(str::trim);
    codings.filter(|coding| !coding.is_empty()).find(|coding| is_refused(accepted, coding))
}

/// What a request says of the codings that it takes.
fn accepted<'s>(subject: &Subject<'s>) -> Option<&'s str> {
    subject.exchange.request.headers.get("accept-encoding")
}
