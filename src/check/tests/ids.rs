//! Ids of what is made below other things.

use super::*;

/// What is found in answers to requests under these paths, each with its id, where the schema of the id is `id`.
fn found(id: &str, answers: &[(&str, &str)]) -> usize {
    let body = |schema: String| format!("content: {{application/json: {{schema: {{type: object, {schema}}}}}}}");
    let sent = body("required: [sku], properties: {sku: {type: string}}".to_owned());
    let made = body(format!("required: [id], properties: {{id: {id}, sku: {{type: string}}}}"));
    let text = format!(
        "openapi: 3.0.3\npaths:\n  /orders/{{order}}/lines:\n    post: {{parameters: [{{name: order, in: path, required: true, \
         schema: {{type: string}}}}], requestBody: {{required: true, {sent}}}, responses: {{'201': {{description: d, {made}}}}}}}\n"
    );
    let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
    let contract = Contract::of(Arc::new(document)).expect("a contract");
    let operation = &contract.operations[0];
    let (case, mut memory, mut findings) = (case("valid"), Memory::default(), Vec::new());
    for (number, (path, id)) in answers.iter().enumerate() {
        let received = format!(r#"201 application/json {{"id":{id},"sku":"s-{number}"}}"#);
        let mut one = exchange(&format!(r#"{{"sku":"s-{number}"}}"#), &received);
        one.request.path = (*path).to_owned();
        let scene = Scene { contract: operation, case: &case, number: 0, exchanges: &[], expectation: None };
        judge(&scene, &Read::new(operation, &one, None), &mut memory, &mut findings);
    }
    findings.iter().filter(|finding| finding.check == "unique-id").count()
}

#[test]
fn a_number_need_be_the_only_one_below_one_thing_and_a_text_in_the_whole_run() {
    let integer = "{type: integer}";
    let text = "{type: string}";
    assert_eq!(found(integer, &[("/orders/a/lines", "1"), ("/orders/b/lines", "1")]), 0);
    assert_eq!(found(integer, &[("/orders/a/lines", "1"), ("/orders/a/lines?x=1", "1")]), 1);
    assert_eq!(found(text, &[("/orders/a/lines", "\"l1\""), ("/orders/b/lines", "\"l1\"")]), 1);
    assert_eq!(found(text, &[("/orders/a/lines", "\"l1\""), ("/orders/b/lines", "\"l2\"")]), 0);
}
