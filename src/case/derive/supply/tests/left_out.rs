//! What nothing makes is left out of bodies, where a body may be without it.

use super::*;

/// The names of the cases of a visit with these properties, and the full body of one of them.
fn visit(properties: &str) -> (Vec<String>, Option<Value>) {
    let parameter = "{name: id, in: path, required: true, schema: {type: integer}}";
    let contract = contract(&format!(
        "  /shops/{{id}}:
    get: {{operationId: shop, parameters: [{parameter}], responses: {{'200': {{description: d}}}}}}
  /visits:
    post: {{operationId: visit, requestBody: {{required: true, content: {{application/json: {{schema: {{type: object, {properties}}}}}}}}}, responses: {{'201': {{description: d}}}}}}
"
    ));
    let cases = cases(&contract, "visit");
    let full = cases.iter().find(|case| case.name.ends_with("/full")).expect("a full body");
    let body = full.steps.last().and_then(|step| step.request.body.as_ref());
    (cases.iter().map(|case| case.name.clone()).collect(), body.map(|body| body.template.value.clone()))
}

#[test]
fn what_nothing_makes_stays_in_a_body_that_would_be_empty_without_it() {
    let (names, full) = visit("minProperties: 1, properties: {shop_id: {type: integer}}");
    assert!(names.contains(&"visit/contested/full".to_owned()), "{names:?}");
    assert!(full.is_some_and(|full| full["shop_id"].is_number()));
}

#[test]
fn what_nothing_makes_is_left_out_beside_something_else() {
    let (names, full) = visit("minProperties: 1, properties: {shop_id: {type: integer}, note: {type: string}}");
    assert!(names.contains(&"visit/valid/full".to_owned()), "{names:?}");
    assert!(full.is_some_and(|full| full.get("shop_id").is_none() && full["note"].is_string()));
}

#[test]
fn a_relationship_to_many_things_names_the_one_that_is_made_once() {
    let linkage = "{type: object, required: [type, id], properties: {type: {enum: [tags]}, id: {type: string}}}";
    let tag = "{type: object, properties: {data: {type: object, properties: {id: {type: string}}}}}";
    let tags = format!(
        "{{type: object, required: [data], properties: {{data: {{type: array, minItems: 1, items: {linkage}}}}}}}"
    );
    let related = format!("{{type: object, required: [tags], properties: {{tags: {tags}}}}}");
    let schema = format!("{{type: object, required: [relationships], properties: {{relationships: {related}}}}}");
    let contract = contract(&format!(
        "  /tags:
    post: {{operationId: tag, responses: {{'201': {{description: d, content: {{application/json: {{schema: {tag}}}}}}}}}}}
  /tags/{{id}}:
    get: {{operationId: one, parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}], responses: {{'200': {{description: d}}}}}}
  /posts:
    post: {{operationId: post, requestBody: {{required: true, content: {{application/json: {{schema: {schema}}}}}}}, responses: {{'201': {{description: d}}}}}}
"
    ));
    let cases = cases(&contract, "post");
    let full = named(&cases, "post/valid/full");
    assert_eq!(steps(&contract, full), ["tag /tags", "post /posts"]);
    let body = &full.steps[1].request.body.as_ref().expect("a body").template.value;
    assert_eq!(body["relationships"]["tags"]["data"].as_array().map(Vec::len), Some(1));
    let place = TextPlace::Body(Pointer::parse("/relationships/tags/data/0/id"));
    assert!(full.steps[1].texts.iter().any(|placed| placed.place == place));
}
