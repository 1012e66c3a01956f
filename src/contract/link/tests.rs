use std::sync::Arc;

use crate::contract::Contract;

fn contract(paths: &str) -> Contract {
    let text = format!("openapi: 3.0.3\npaths:\n{paths}");
    let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
    Contract::of(Arc::new(document)).expect("a contract")
}

fn links(paths: &str) -> Vec<String> {
    let contract = contract(paths);
    let told = |link: &super::Link| format!("{} <- {} {:?}: {}", link.resource, link.producer, link.source, link.basis);
    contract.links.iter().map(told).collect()
}

/// A path with a POST that answers with `made`, and one below it with a GET on `parameter`.
fn made(collection: &str, status: u16, made: &str, parameter: &str) -> String {
    format!(
        "  {collection}:
    post: {{operationId: make, responses: {{'{status}': {{description: d, content: {{application/json: {{schema: {made}}}}}}}}}}}
  {collection}/{parameter}:
    get:
      operationId: read
      parameters: [{{name: {name}, in: path, required: true, schema: {{type: string}}}}]
      responses: {{'200': {{description: d}}}}
",
        name = parameter.trim_matches(['{', '}'])
    )
}

#[test]
fn a_property_of_what_was_made_names_it_elsewhere() {
    for (collection, properties, parameter, place) in [
        ("/things", "{id: {type: string}, name: {type: string}}", "{id}", "/id"),
        ("/things", "{name: {type: string}, id: {type: integer}}", "{thingId}", "/id"),
        ("/things", "{thing_id: {type: string}, id: {type: integer}}", "{thingId}", "/thing_id"),
        ("/order-items", "{orderItemId: {type: string}}", "{id}", "/orderItemId"),
        ("/boxes", "{id: {type: string}}", "{box}", "/id"),
        ("/users", "{id: {type: integer}, username: {type: string}}", "{username}", "/username"),
        ("/categories", "{slug: {type: string}}", "{category_slug}", "/slug"),
        ("/things", "{data: {type: object, properties: {id: {type: string}}}}", "{id}", "/data/id"),
        ("/things", "{thing: {type: object, properties: {uuid: {type: string}}}}", "{thing_id}", "/thing/uuid"),
        (
            "/things",
            "{data: {oneOf: [{properties: {kind: {}}}, {properties: {id: {type: string}}}]}}",
            "{id}",
            "/data/id",
        ),
    ] {
        let found = links(&made(collection, 201, &format!("{{type: object, properties: {properties}}}"), parameter));
        let expected = format!("`POST {collection}` answers with `{place}`");
        assert!(found.len() == 1 && found[0].ends_with(&expected), "{collection} {parameter}: {found:?}");
    }
}

#[test]
fn what_fits_no_parameter_makes_no_link() {
    for (status, properties) in [
        (201, "{owner_id: {type: string}, count: {type: integer}}"),
        (201, "{id: {type: object}}"),
        (201, "{id: {enum: [a, b]}}"),
        (201, "{id: {type: boolean}}"),
        // It will be made some time, and nothing says what it is called.
        (202, "{accepted: {type: boolean}}"),
    ] {
        let found = links(&made("/things", status, &format!("{{type: object, properties: {properties}}}"), "{id}"));
        assert_eq!(found, Vec::<String>::new(), "{properties}");
    }
}

#[test]
fn a_property_of_the_pattern_of_a_parameter_names_the_thing_whatever_it_is_called() {
    let slug = "pattern: '^[a-z0-9]+(-[a-z0-9]+)*$'";
    let ulid = "pattern: '^[0-9A-HJKMNP-TV-Z]{26}$'";
    let place = |pattern: &str, properties: &str| {
        let paths = made("/orgs", 201, &format!("{{type: object, properties: {properties}}}"), "{org}");
        let plain = "path, required: true, schema: {type: string}";
        assert!(paths.contains(plain));
        let found = links(&paths.replace(plain, &format!("path, required: true, schema: {{type: string, {pattern}}}")));
        found.first().and_then(|link| Some(link.split_once("answers with ")?.1.trim_matches('`').to_owned()))
    };
    for (properties, wanted) in [
        (format!("{{id: {{type: string, {ulid}}}, slug: {{type: string, {slug}}}}}"), Some("/slug")),
        (format!("{{id: {{type: string}}, slug: {{type: string, {slug}}}}}"), Some("/slug")),
        (format!("{{id: {{type: string}}, orgHandle: {{type: string, {slug}}}}}"), Some("/orgHandle")),
        (format!("{{id: {{type: string, {slug}}}, slug: {{type: string, {slug}}}}}"), Some("/id")),
        // Neither says what the organisation is called.
        (format!("{{id: {{type: string}}, owner_slug: {{type: string, {slug}}}}}"), Some("/id")),
        (format!("{{id: {{type: string}}, theme: {{type: string, {slug}}}}}"), Some("/id")),
        (format!("{{id: {{type: string, {ulid}}}}}"), None),
        // What people call it by, where no id will do.
        (format!("{{id: {{type: string, {ulid}}}, slug: {{type: string}}}}"), Some("/slug")),
        ("{slug: {type: string}}".to_owned(), Some("/slug")),
        ("{id: {type: string}, slug: {type: string}}".to_owned(), Some("/id")),
    ] {
        assert_eq!(place(slug, &properties).as_deref(), wanted, "{properties}");
    }
    assert_eq!(place("pattern: ''", "{id: {type: string, pattern: ''}, slug: {type: string}}").as_deref(), Some("/id"));
}

#[test]
fn links_of_the_document_come_first() {
    let found = links(
        "  /register:
    post:
      operationId: register
      responses:
        '200':
          description: d
          links:
            ofId: {operationId: read, parameters: {id: '$response.body#/created/ref'}}
            ofPath: {operationRef: '#/paths/~1parts~1%7Bid%7D/get', parameters: {path.id: '$request.body#/part'}}
            toNowhere: {operationId: nothing, parameters: {id: '$response.body#/id'}}
            constant: {operationId: read, parameters: {id: 7}}
  /things:
    post: {operationId: make, responses: {'201': {description: d, content: {application/json: {schema: {properties: {id: {type: string}}}}}}}}
  /things/{id}:
    get: {operationId: read, parameters: [{name: id, in: path, required: true, schema: {type: string}}], responses: {'200': {description: d}}}
  /parts/{id}:
    get: {operationId: part, parameters: [{name: id, in: path, required: true, schema: {type: string}}], responses: {'200': {description: d}}}
",
    );
    assert_eq!(
        found,
        [
            r#"/parts/{} <- register Sent(Pointer("/part")): its link `ofPath` says so"#,
            r#"/things/{} <- register Received(Pointer("/created/ref")): its link `ofId` says so"#,
        ]
    );
}

#[test]
fn where_a_thing_lies_says_what_it_is_called() {
    let found = links(
        "  /things/:
    post: {operationId: make, responses: {'201': {description: d, headers: {Location: {schema: {type: string}}}}}}
  /things/{id}:
    get: {operationId: read, parameters: [{name: id, in: path, required: true, schema: {type: string}}], responses: {'200': {description: d}}}
",
    );
    assert_eq!(found, ["/things/{} <- make Location: `POST /things/` answers with the header field `Location`"]);
}

#[test]
fn a_relationship_names_what_it_is_called() {
    let of = |one: &str| format!("{{type: object, properties: {{data: {one}}}}}");
    let linkage = "{type: object, properties: {id: {type: string}}}";
    let many = format!("{{type: array, items: {linkage}}}");
    let members = |around: &str| {
        let members = format!("author: {}, tags: {}, comment: {}", of(linkage), of(&many), of(linkage));
        format!("{around}: {{type: object, properties: {{{members}}}}}")
    };
    let named = |schema: &str| {
        let paths = made("/authors", 201, &of(linkage), "{id}") + &made("/tags", 201, &of(linkage), "{id}");
        let body = format!("{{content: {{application/json: {{schema: {schema}}}}}}}");
        let contract = contract(&format!(
            "{}  /posts:\n    post: {{operationId: post, requestBody: {body}, responses: {{'201': {{description: d}}}}}}\n",
            paths.replacen("make", "write", 1)
        ));
        let post = contract.operations.iter().find(|one| one.operation.id == "post").expect("an operation");
        let body = serde_json::json!({ "author": { "data": { "id": "" } }, "tags": { "data": [{ "id": "" }] } });
        let body = serde_json::json!({ "data": { "relationships": body }, "relationships": body, "includes": body });
        let places = post.references.iter().filter(|found| found.link.is_some()).map(|found| &found.places);
        places.flat_map(|places| places.within(&body)).map(|place| place.as_str().to_owned()).collect::<Vec<_>>()
    };
    let whole = |members: String| format!("{{type: object, properties: {{{members}}}}}");
    assert_eq!(
        named(&whole(members("relationships"))),
        ["/relationships/author/data/id", "/relationships/tags/data/0/id"]
    );
    assert_eq!(
        named(&of(&whole(members("relationships")))),
        ["/data/relationships/author/data/id", "/data/relationships/tags/data/0/id"]
    );
    assert_eq!(named(&whole(members("includes"))), [""; 0]);
}

#[test]
fn what_is_accepted_and_named_at_once_is_made_where_nothing_else_says_so() {
    let of = |answers: &str| {
        links(&format!(
            "  /jobs:
    post: {{operationId: start, responses: {{{answers}}}}}
  /jobs/{{id}}:
    get: {{operationId: read, parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}], responses: {{'200': {{description: d}}}}}}
"
        ))
    };
    let with =
        |name: &str| format!("content: {{application/json: {{schema: {{properties: {{{name}: {{type: string}}}}}}}}}}");
    let accepted = format!("'202': {{description: d, {}}}", with("id"));
    assert_eq!(of(&accepted), [r#"/jobs/{} <- start Received(Pointer("/id")): `POST /jobs` answers with `/id`"#]);
    // What it makes at once has another name, or none.
    assert_eq!(of(&format!("{accepted}, '201': {{description: d, {}}}", with("note"))), [""; 0]);
    // That leads to what tells how far it has come.
    assert_eq!(of("'202': {description: d, headers: {Location: {schema: {type: string}}}}"), [""; 0]);
}

/// A document with `create` for bookings of a room, and `more` paths.
fn bookings(made: &str, read: &str, more: &str) -> Vec<String> {
    let answer = |status: u16, schema: &str| {
        format!(
            "responses: {{'{status}': {{description: d, content: {{application/json: {{schema: {{properties: {schema}}}}}}}}}}}"
        )
    };
    let parameter =
        |name: &str| format!("parameters: [{{name: {name}, in: path, required: true, schema: {{type: string}}}}]");
    links(&format!(
        "  /rooms/{{room_id}}/bookings:
    post: {{operationId: book, {room}, {made}}}
  /bookings/{{booking_id}}:
    get: {{operationId: read, {booking}, {read}}}
{more}",
        room = parameter("room_id"),
        booking = parameter("booking_id"),
        made = answer(201, made),
        read = answer(200, read),
    ))
}

#[test]
fn what_is_made_below_a_thing_may_be_named_by_itself() {
    const BOOKING: &str = "{id: {type: string}, day: {type: string}}";
    let nested =
        r#"/bookings/{} <- book Received(Pointer("/id")): `POST /rooms/{room_id}/bookings` answers with `/id`"#;
    assert_eq!(bookings(BOOKING, BOOKING, ""), [nested]);
    assert_eq!(bookings("{id: {type: string}}", BOOKING, ""), [nested]);
    // It is of another kind than what is read.
    assert_eq!(bookings("{id: {type: string}, role: {type: string}}", BOOKING, ""), [""; 0]);
    // Those that are posted where they lie come first, also where they are not told.
    let posted = |properties: &str| {
        format!(
            "  /bookings: {{post: {{operationId: make, responses: {{'201': {{description: d, content: {{application/json: {{schema: {{properties: {properties}}}}}}}}}}}}}}}\n"
        )
    };
    let flat = r#"/bookings/{} <- make Received(Pointer("/id")): `POST /bookings` answers with `/id`"#;
    assert_eq!(bookings(BOOKING, BOOKING, &posted(BOOKING)), [flat]);
    assert_eq!(bookings(BOOKING, BOOKING, &posted("{day: {type: string}}")), [""; 0]);
}
