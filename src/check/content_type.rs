//! An answer says what it is, and is what the document says.

use super::answer::content_types;
use super::{About, Answer, Check, Content, Example, Finding, Judge, Subject};
use crate::contract::AnswerContract;
use crate::http::MediaType;

const ID: &str = "content-type";

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error: a client chooses how to read the body by it",
        what: "An answer whose content is documented has one well-formed Content-Type, and it is a documented one; a charset \
               that it names is that of the body.",
        why: "Clients and proxies choose how to read a body by its Content-Type. JSON sent as text/html is also a way to \
              run script in a browser.",
        leaves_alone: "Letter case and parameters: `Application/JSON; charset=utf-8` is `application/json`. Answers without \
                       a body, where that is documented, and those of an undocumented status. A refusal with 400 of a Content-Type \
                       that stands twice, which what reads HTTP may write.",
        source: "RFC 9110 §8.3, OpenAPI 3.0.4 §4.7.17 (Response Object)",
        violating: Example {
            before: &[],
            intent: "invalid",
            sent: "{}",
            received: r#"400 text/html {"error":{"code":"invalid_request","message":"external_id is missing"}}"#,
        },
        conforming: Example {
            before: &[],
            intent: "invalid",
            sent: "{}",
            received: r#"400 Application/JSON;charset="utf-8" {"error":{"code":"invalid_request","message":"no external_id"}}"#,
        },
    },
    judge: Judge::Exchange(run),
};

fn run(subject: &Subject<'_>, findings: &mut Vec<Finding>) -> bool {
    let Some(answer) = subject.answer else { return false };
    let Some(entry) = answer.entry.filter(|entry| !entry.content.is_empty()) else { return false };
    if answer.content == Content::Empty {
        return false;
    }
    if let Some((title, detail)) = breach(answer, entry) {
        let documented: Vec<_> = entry.content.iter().map(|media| media.media_type.to_string()).collect();
        let label = format!("the document says {}", documented.join(" or "));
        findings.push(Finding { label, detail, ..subject.error(ID, title, &entry.pointer.child("content")) });
    }
    true
}

/// The charset that the field names, where what is there is UTF-8 and reads otherwise under that name.
fn other_charset(answer: &Answer<'_>, media_type: &MediaType) -> Option<String> {
    let charset = media_type.parameter("charset")?.to_ascii_lowercase();
    let body = answer.response.body.as_ref();
    let alike = match charset.as_str() {
        "utf-8" | "utf8" => true,
        name if name.starts_with("utf-16") || name.starts_with("utf-32") || name.starts_with("ucs-") => false,
        // They have the letters of ASCII in common.
        _ => body.is_ascii(),
    };
    (!alike && answer.json().is_some() && std::str::from_utf8(body).is_ok()).then_some(charset)
}

fn breach(answer: &Answer<'_>, entry: &AnswerContract) -> Option<(String, String)> {
    let status = answer.status();
    match (content_types(answer.response), &answer.media_type) {
        (0, _) => Some((format!("an answer of status {status} has no Content-Type"), "missing".into())),
        (1, Some(media_type)) if entry.media(media_type).is_none() => Some((
            format!("the Content-Type of an answer of status {status} is `{media_type}`"),
            media_type.to_string(),
        )),
        (1, Some(media_type)) => other_charset(answer, media_type).map(|charset| {
            (format!("an answer of status {status} is UTF-8, and says that it is `{charset}`"), "charset".into())
        }),
        (1, None) => {
            Some((format!("the Content-Type of an answer of status {status} is malformed"), "malformed".into()))
        }
        _ => Some((format!("an answer of status {status} has several Content-Types"), "several".into())),
    }
}
