//! The header fields that the document describes an answer with.

use super::ID;
use crate::check::{Answer, Finding, Subject};
use crate::contract::HeaderContract;
use crate::schema::Violation;

/// Judges each described field of the answer. Whether there was any.
pub(super) fn run(subject: &Subject<'_>, answer: &Answer<'_>, findings: &mut Vec<Finding>) -> bool {
    let Some(entry) = answer.entry else { return false };
    // What another than the operation says, a gateway or a router, has not the fields of its document.
    if answer.status() >= 400 && !entry.status.is_exactly(answer.status()) {
        return false;
    }
    for header in &entry.headers {
        let fields: Vec<&str> = answer
            .response
            .headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case(&header.name))
            .filter_map(|(_, value)| std::str::from_utf8(value).ok())
            .collect();
        // Several fields of a name are one list (RFC 9110 §5.3).
        let value = fields.join(", ");
        let wrong = match (fields.is_empty(), header.required) {
            (true, true) => {
                Some(("is missing".to_owned(), "the answer has no such field".to_owned(), "missing".to_owned()))
            }
            (true, false) => None,
            (false, _) => violation(header, &value)
                .map(|violation| (violation.message, format!("the answer has `{value}`"), violation.keyword)),
        };
        findings.extend(wrong.map(|(message, label, detail)| Finding {
            label,
            detail: format!("header/{}/{detail}", header.name.to_ascii_lowercase()),
            ..subject.error(ID, format!("the header `{}` {message}", header.name), &header.pointer)
        }));
    }
    !entry.headers.is_empty()
}

/// What is wrong with the text of a field, if every way to read it breaks the schema.
fn violation(header: &HeaderContract, text: &str) -> Option<Violation> {
    let schema = header.schema.as_ref()?;
    let readings = header.readings(text);
    if readings.iter().any(|value| schema.accepts(value)) {
        return None;
    }
    schema.violations_of_refused(readings.first()?).into_iter().next()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use bytes::Bytes;

    use crate::case::{Case, Intent, RequestTemplate};
    use crate::check::{Memory, Read, Scene, judge};
    use crate::contract::Contract;
    use crate::http::{Exchange, Headers, Request, Response};

    /// The titles of what is found in an answer of status 200 with these fields.
    fn found(headers: &[(&str, &str)]) -> Vec<String> {
        let text = "openapi: 3.0.3
paths:
  /a:
    get:
      responses:
        '200':
          description: d
          headers:
            X-Rate: {required: true, schema: {type: integer, minimum: 0}}
            X-Kinds: {schema: {type: array, maxItems: 2, items: {type: integer}}}
            X-Word: {schema: {type: string, enum: ['7', big]}}
            X-Flag: {schema: {type: boolean}}
            X-Form: {schema: {type: object}}
            X-Any: {content: {application/json: {schema: {type: object}}}}
            Content-Type: {required: true, schema: {type: integer}}
";
        let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
        let contract = Contract::of(Arc::new(document)).expect("a contract");
        let contract = &contract.operations[0];
        let template = RequestTemplate { method: "GET".into(), path: "/a".into(), headers: Headers::new(), body: None };
        let case = Case::single(0, "a/valid/plain".into(), Intent::Valid, "plain", template);
        let request = Request { method: "GET".into(), path: "/a".into(), headers: Headers::new(), body: None };
        let response = Response { status: 200, headers: headers.iter().copied().collect(), body: Bytes::new() };
        let exchange = Exchange { request, sent_at: 0, elapsed: Duration::from_millis(1), outcome: Ok(response) };
        let scene = Scene { contract, case: &case, number: 0, exchanges: &[], expectation: None };
        let mut findings = Vec::new();
        judge(&scene, &Read::new(contract, &exchange, None), &mut Memory::default(), &mut findings);
        findings.into_iter().filter(|finding| finding.check == super::ID).map(|finding| finding.title).collect()
    }

    #[test]
    fn described_fields_are_there_and_keep_their_schemas() {
        let nothing: [&str; 0] = [];
        assert_eq!(found(&[("x-rate", "7")]), nothing);
        let all = [
            ("X-Rate", "0"),
            ("x-kinds", "1, 2"),
            ("x-word", "7"),
            ("x-flag", "true"),
            ("x-form", "a,1"),
            ("x-any", "{"),
        ];
        assert_eq!(found(&all), nothing);
        assert_eq!(found(&[("x-rate", "1"), ("x-kinds", "1"), ("x-kinds", "2")]), nothing);
        assert_eq!(found(&[]), ["the header `X-Rate` is missing"]);
        assert_eq!(found(&[("x-rate", "many")]), ["the header `X-Rate` must be an integer"]);
        assert_eq!(found(&[("x-rate", "-1")]), ["the header `X-Rate` must be at least 0"]);
        assert_eq!(found(&[("x-rate", "1"), ("x-kinds", "1,2,3")]).len(), 1);
        assert_eq!(
            found(&[("x-rate", "1"), ("x-word", "small")]),
            ["the header `X-Word` must be one of `\"7\"`, `\"big\"`"]
        );
        assert_eq!(found(&[("x-rate", "1"), ("x-flag", "maybe")]), ["the header `X-Flag` must be a boolean"]);
    }
}
