//! What lies below a thing that is made.

use super::*;

#[test]
fn below_a_thing_nothing_is_certain_but_what_things_are_made_in() {
    let contract = contract(
        "  /things/{id}/close:
    post: {operationId: close, parameters: [{name: id, in: path, required: true, schema: {type: integer}}], responses: {'200': {description: d}}}
",
    );
    for (id, name) in [("add", "add/valid/plain"), ("close", "close/contested/plain")] {
        let cases = cases(&contract, id);
        assert_eq!(steps(&contract, named(&cases, name))[0], "make /things");
    }
}

#[test]
fn what_is_made_below_a_thing_and_named_by_itself_is_followed_through_its_life() {
    let booking = "{type: object, properties: {id: {type: integer}, title: {type: string}}}";
    let answer = format!("{{description: d, content: {{application/json: {{schema: {booking}}}}}}}");
    let body = format!("{{required: true, content: {{application/json: {{schema: {booking}}}}}}}");
    let contract = contract(&format!(
        "  /things/{{id}}/bookings:
    parameters: [{{name: id, in: path, required: true, schema: {{type: integer}}}}]
    post: {{operationId: book, requestBody: {body}, responses: {{'201': {answer}}}}}
    get: {{operationId: bookings, responses: {{'200': {{description: d, content: {{application/json: {{schema: {{type: array, items: {booking}}}}}}}}}}}}}
  /bookings/{{booking_id}}:
    parameters: [{{name: booking_id, in: path, required: true, schema: {{type: integer}}}}]
    get: {{operationId: booking, responses: {{'200': {answer}}}}}
    patch: {{operationId: rebook, requestBody: {body}, responses: {{'200': {answer}}}}}
    delete: {{operationId: cancel, responses: {{'204': {{description: d}}}}}}
"
    ));
    let making = ["make /things", "book /things/{things-id}/bookings"];
    let follow = |id: &str, name: &str| {
        let cases = cases(&contract, id);
        let told = steps(&contract, named(&cases, &format!("{id}/valid/{name}")));
        told.iter().filter(|step| !making.contains(&step.as_str())).cloned().collect::<Vec<_>>()
    };
    assert_eq!(follow("booking", "plain"), ["booking /bookings/{bookings-id}"]);
    assert_eq!(follow("booking", "lifecycle/created-is-there"), ["booking /bookings/{bookings-id}"]);
    let changed = ["rebook /bookings/{bookings-id}", "booking /bookings/{bookings-id}"];
    assert_eq!(follow("rebook", "lifecycle/change-is-there"), changed);
    let deleted = ["cancel /bookings/{bookings-id}", "booking /bookings/{bookings-id}"];
    assert_eq!(follow("cancel", "lifecycle/deleted-is-gone"), deleted);
    let list = "bookings /things/{things-id}/bookings";
    assert_eq!(follow("bookings", "lifecycle/created-is-listed"), [list, list]);
    assert_eq!(follow("cancel", "lifecycle/deleted-is-not-listed"), ["cancel /bookings/{bookings-id}", list]);
    follow("book", "minimal");
    let made = contract.about_what_is_made(number(&contract, "book"));
    assert_eq!(made, ["booking", "rebook", "cancel"].map(|id| number(&contract, id)));
}

#[test]
fn what_a_thing_has_is_there_where_the_thing_is_and_what_is_done_to_it_need_not_be() {
    let id = "parameters: [{name: id, in: path, required: true, schema: {type: integer}}]";
    let list = "content: {application/json: {schema: {type: array, items: {type: object, properties: {text: {type: string}}}}}}";
    let body = "requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {text: {type: string}}}}}}";
    let contract = contract(&format!(
        "  /things/{{id}}/notes:
    {id}
    get: {{operationId: notes, responses: {{'200': {{description: d, {list}}}}}}}
    post: {{operationId: note, {body}, responses: {{'201': {{description: d}}}}}}
    put: {{operationId: renote, {body}, responses: {{'200': {{description: d}}}}}}
  /things/{{id}}/marks: {{post: {{operationId: mark, {id}, {body}, responses: {{'200': {{description: d}}}}}}}}
  /things/{{id}}/close: {{post: {{operationId: close, {id}, {body}, responses: {{'201': {{description: d}}}}}}}}
  /things/{{id}}/owners: {{get: {{operationId: owner, {id}, responses: {{'200': {{description: d}}}}}}}}
  /shops/{{id}}/notes: {{get: {{operationId: others, {id}, responses: {{'200': {{description: d, {list}}}}}}}}}
"
    ));
    for (id, plain) in [
        ("notes", "valid/plain"),
        ("note", "valid/minimal"),
        ("renote", "contested/minimal"),
        ("mark", "contested/minimal"),
        ("close", "contested/minimal"),
        ("owner", "contested/plain"),
        ("others", "contested/plain"),
    ] {
        named(&cases(&contract, id), &format!("{id}/{plain}"));
    }
}
