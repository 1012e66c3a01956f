//! Properties that the document says only requests carry.

use serde_json::Value;

use super::{ID, media};
use crate::check::answer::{says, short};
use crate::check::{Answer, Finding, Severity, Subject};
use crate::http::Exchange;

/// Shorter texts are the same by chance.
const TELLING: usize = 4;

/// Judges each such property of the answer: one that has what was sent gives away what was to be kept.
pub(super) fn run(subject: &Subject<'_>, answer: &Answer<'_>, body: &Value, findings: &mut Vec<Finding>) {
    for property in media(answer).into_iter().flat_map(|media| &media.write_only) {
        for (place, value) in property.values(body).into_iter().filter(|(_, value)| !value.is_null()) {
            let title = format!("`{place}` is `writeOnly`, and stands in an answer");
            let severity = if was_sent(subject, value) { Severity::Error } else { Severity::Warning };
            let label = match severity {
                Severity::Error => format!("the answer has what was sent, {}", short(value)),
                _ => says(body, &place),
            };
            let detail = "writeOnly".to_owned();
            findings.push(Finding {
                severity,
                label,
                detail,
                body: Some(place),
                ..subject.error(ID, title, &property.pointer)
            });
        }
    }
}

/// Whether a request of the case holds this value as it is.
fn was_sent(subject: &Subject<'_>, value: &Value) -> bool {
    let Some(text) = value.as_str().filter(|text| text.chars().count() >= TELLING) else { return false };
    let holds = |exchange: &Exchange| exchange.request.json().is_some_and(|sent| stands_in(&sent, text));
    subject.read.sent().is_some_and(|sent| stands_in(sent, text)) || subject.earlier.iter().any(holds)
}

fn stands_in(sent: &Value, text: &str) -> bool {
    match sent {
        Value::String(own) => own == text,
        Value::Array(items) => items.iter().any(|item| stands_in(item, text)),
        Value::Object(members) => members.values().any(|member| stands_in(member, text)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use bytes::Bytes;

    use crate::case::{Case, Intent, RequestTemplate};
    use crate::check::{Memory, Read, Scene, Severity, judge};
    use crate::contract::Contract;
    use crate::http::{Exchange, Headers, Request, Response};

    /// What is found in an answer with this body to a request with a password of `s3cret-word`.
    fn found(answer: &str) -> Vec<(Severity, String)> {
        let text = "openapi: 3.1.0
paths:
  /a:
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/User'}}}}
      responses:
        '200':
          description: d
          content:
            application/json:
              schema: {properties: {all: {type: array, items: {$ref: '#/components/schemas/User'}}, secret: {type: integer, writeOnly: true}}}
components: {schemas: {User: {type: object, properties: {name: {type: string}, password: {$ref: '#/components/schemas/P'}}}, P: {type: [string, 'null'], writeOnly: true}}}
";
        let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
        let contract = Contract::of(Arc::new(document)).expect("a contract");
        let contract = &contract.operations[0];
        let template =
            RequestTemplate { method: "POST".into(), path: "/a".into(), headers: Headers::new(), body: None };
        let case = Case::single(0, "a/valid/plain".into(), Intent::Valid, "plain", template);
        let body = Some(Bytes::from_static(br#"{"name": "Ada", "password": "s3cret-word"}"#));
        let headers: Headers = [("content-type", "application/json")].into_iter().collect();
        let request = Request { method: "POST".into(), path: "/a".into(), headers: headers.clone(), body };
        let response = Response { status: 200, headers, body: Bytes::copy_from_slice(answer.as_bytes()) };
        let exchange = Exchange { request, sent_at: 0, elapsed: Duration::from_millis(1), outcome: Ok(response) };
        let scene = Scene { contract, case: &case, number: 0, exchanges: &[], expectation: None };
        let mut findings = Vec::new();
        judge(&scene, &Read::new(contract, &exchange, None), &mut Memory::default(), &mut findings);
        let own = findings.into_iter().filter(|finding| finding.check == super::ID);
        own.map(|finding| (finding.severity, finding.title)).collect()
    }

    #[test]
    fn what_only_requests_carry_stands_in_no_answer() {
        let told = |place: &str| format!("`{place}` is `writeOnly`, and stands in an answer");
        assert_eq!(found(r#"{"all": [{"name": "Ada"}, {"password": null}]}"#), []);
        assert_eq!(
            found(r#"{"all": [{"name": "Ada"}, {"password": "s3cret-word"}]}"#),
            [(Severity::Error, told("/all/1/password"))]
        );
        assert_eq!(
            found(r#"{"secret": 7, "all": [{"password": "********"}]}"#),
            [(Severity::Warning, told("/secret")), (Severity::Warning, told("/all/0/password"))]
        );
    }
}
