//! Contracts whose bodies are no JSON, against a server that keeps one, and against the same with one fault.

use std::net::SocketAddr;

use crate::builder::{Outcome, proofmark, snapshot};
use crate::server::{Message, answering, url};

const FORMS: &str = r##"
openapi: 3.2.0
info: {title: Forms, version: "1"}
components:
  schemas:
    Person:
      type: object
      required: [name, age]
      properties:
        name: {type: string, minLength: 2, maxLength: 40}
        age: {type: integer, minimum: 0, maximum: 150}
        colours: {type: array, maxItems: 2, items: {type: string, enum: [red, blue]}}
paths:
  /form:
    post:
      operationId: form
      requestBody:
        required: true
        content: {application/x-www-form-urlencoded: {schema: {$ref: "#/components/schemas/Person"}}}
      responses: {"200": {description: fine}, "400": {description: bad}}
  /parts:
    post:
      operationId: parts
      requestBody:
        required: true
        content:
          application/xml: {schema: {type: object}}
          multipart/form-data:
            schema: {$ref: "#/components/schemas/Person"}
            encoding:
              name: {headers: {X-Script: {required: true, schema: {type: string, enum: [latin]}}}}
      responses: {"200": {description: fine}, "400": {description: bad}}
  /search:
    get:
      operationId: search
      parameters:
        - name: wanted
          in: querystring
          required: true
          content: {application/x-www-form-urlencoded: {schema: {$ref: "#/components/schemas/Person"}}}
      responses: {"200": {description: fine}, "400": {description: bad}}
  /find:
    get:
      operationId: find
      parameters:
        - name: wanted
          in: querystring
          content: {application/json: {schema: {type: object, properties: {limit: {type: integer, maximum: 9}}}}}
      responses: {"200": {description: fine}, "400": {description: bad}}
  /note:
    post:
      operationId: note
      requestBody: {required: true, content: {text/plain: {schema: {type: string, maxLength: 64}}}}
      responses: {"200": {description: fine}, "400": {description: bad}}
  /file:
    put:
      operationId: file
      requestBody: {required: true, content: {application/octet-stream: {}}}
      responses: {"200": {description: fine}, "400": {description: bad}}
  /page:
    post:
      operationId: page
      requestBody: {required: true, content: {application/xml: {schema: {type: object}}}}
      responses: {"200": {description: fine}}
"##;

#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    TakesAnyAge,
    NeedsNoName,
    TakesAnyNumberOfColours,
    RefusesTwoColours,
    TakesLongNotes,
    TakesAnyLimit,
    CrashesOnFiles,
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits: String = rest.by_ref().take(2).map(char::from).collect();
                bytes.push(u8::from_str_radix(&digits, 16).unwrap_or(b'?'));
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn pairs(form: &str) -> Vec<(String, String)> {
    let pairs = form.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
}

/// The query of the request.
fn query(request: &Message) -> &str {
    let target = request.head.split(' ').nth(1).unwrap_or_default();
    target.split_once('?').map_or("", |(_, query)| query)
}

/// The fields of a body, in order, or those of the query.
fn fields(request: &Message) -> Option<Vec<(String, String)>> {
    let head = request.head.to_lowercase();
    let body = String::from_utf8_lossy(&request.body).into_owned();
    if head.starts_with("get ") {
        return Some(pairs(query(request)));
    }
    if head.contains("content-type: application/x-www-form-urlencoded") {
        return Some(pairs(&body));
    }
    let boundary = head.split("boundary=").nth(1)?.lines().next()?.to_owned();
    let delimiter = format!("--{boundary}");
    let parts = body.split(&delimiter).filter_map(|part| {
        let (head, content) = part.split_once("\r\n\r\n")?;
        let name = head.split("name=\"").nth(1)?.split('"').next()?;
        let script = head.split("\r\n").any(|field| field.eq_ignore_ascii_case("x-script: latin"));
        // A part without the field that the document demands of it is passed over.
        if (name == "name") != script {
            return None;
        }
        Some((name.to_owned(), content.strip_suffix("\r\n")?.to_owned()))
    });
    Some(parts.collect())
}

fn is_person(request: &Message, fault: Fault) -> bool {
    let Some(fields) = fields(request) else { return false };
    let first = |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| value);
    let name = first("name").map_or(fault == Fault::NeedsNoName, |name| (2..=40).contains(&name.chars().count()));
    let age = first("age").and_then(|age| age.parse::<i64>().ok());
    let age = fault == Fault::TakesAnyAge || age.is_some_and(|age| (0..=150).contains(&age));
    let colours: Vec<_> = fields.iter().filter(|(name, _)| name == "colours").map(|(_, value)| value).collect();
    let most = match fault {
        Fault::TakesAnyNumberOfColours => 100,
        Fault::RefusesTwoColours => 1,
        _ => 2,
    };
    name && age && colours.len() <= most && colours.iter().all(|colour| ["red", "blue"].contains(&colour.as_str()))
}

fn status(request: &Message, fault: Fault) -> u16 {
    let target = request.head.split(' ').nth(1).unwrap_or_default();
    let path = target.split('?').next().unwrap_or_default();
    let text = String::from_utf8_lossy(&request.body);
    let fine = match path {
        "/form" | "/parts" | "/search" => is_person(request, fault),
        "/find" => {
            let sent = match query(request) {
                "" => "{}".to_owned(),
                text => decoded(text),
            };
            let wanted = serde_json::from_str::<serde_json::Value>(&sent).unwrap_or_default();
            let limit = wanted.get("limit").map_or(Some(1), serde_json::Value::as_i64);
            wanted.is_object() && (fault == Fault::TakesAnyLimit || limit.is_some_and(|limit| limit <= 9))
        }
        "/note" => text.chars().count() <= 64 || fault == Fault::TakesLongNotes,
        "/file" if fault == Fault::CrashesOnFiles => return 500,
        _ => true,
    };
    if fine { 200 } else { 400 }
}

fn server(fault: Fault) -> SocketAddr {
    let answer = move |request: &Message| Message {
        head: format!("HTTP/1.1 {} X\r\ncontent-length: 0\r\n\r\n", status(request, fault)),
        body: Vec::new(),
    };
    answering(answer).0
}

fn run(fault: Fault) -> Outcome {
    proofmark("--spec forms.yaml --target").arg(url(server(fault))).file("forms.yaml", FORMS).run()
}

#[test]
fn a_server_that_keeps_a_contract_of_forms_and_texts_passes() {
    let outcome = run(Fault::None).exits(0);
    let report = outcome.json("reports/latest/report.json");
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(0), "{outcome}");
    outcome.says("POST /page: its body is `application/xml`");
}

#[test]
fn each_way_to_break_a_form_or_a_text_is_found() {
    let faults = [
        (Fault::TakesAnyAge, "form/invalid/age/"),
        (Fault::TakesAnyAge, "parts/invalid/age/"),
        (Fault::NeedsNoName, "form/invalid/name/required"),
        (Fault::NeedsNoName, "parts/invalid/name/required"),
        (Fault::TakesAnyNumberOfColours, "parts/invalid/colours/max-items"),
        (Fault::RefusesTwoColours, "form/valid/colours/most-items"),
        (Fault::TakesAnyAge, "search/invalid/querystring.wanted.age/"),
        (Fault::NeedsNoName, "search/invalid/querystring.wanted.name/required"),
        (Fault::TakesAnyNumberOfColours, "search/invalid/querystring.wanted.colours/max-items"),
        (Fault::TakesAnyLimit, "find/invalid/querystring.wanted.limit/maximum"),
        (Fault::TakesLongNotes, "note/invalid/body/max-length"),
        (Fault::CrashesOnFiles, "file/contested/full"),
    ];
    for (fault, case) in faults {
        run(fault).exits(1).violates(case);
    }
}

#[test]
fn the_plan_of_a_contract_of_forms_has_each_body_in_its_type() {
    snapshot!(proofmark("plan --curl --filter /minimal --spec forms.yaml").file("forms.yaml", FORMS).run()).exits(0);
}

const UPLOADS: &str = r"
openapi: 3.0.3
info: {title: Uploads, version: '1'}
paths:
  /files:
    post:
      operationId: upload
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema: {type: object, required: [file, title], properties: {file: {type: string, format: binary}, title: {type: string, minLength: 1, maxLength: 40}}}
      responses: {'200': {description: fine}, '400': {description: bad}}
";

/// The text of the part of this name.
fn part(body: &[u8], name: &str) -> Option<String> {
    let text = String::from_utf8_lossy(body).into_owned();
    let boundary = text.lines().next()?.to_owned();
    let whole = text.split(&boundary).find(|part| part.contains(&format!("name=\"{name}\"")))?;
    let content = whole.split_once("\r\n\r\n")?.1;
    Some(content.strip_suffix("\r\n").unwrap_or(content).to_owned())
}

#[test]
fn what_is_sent_with_a_file_that_was_taken_is_taken_too() {
    let run = |takes_file: bool, takes: fn(&str) -> bool| {
        let (address, _) = answering(move |request| {
            let title = part(&request.body, "title").filter(|title| (1..=40).contains(&title.chars().count()));
            let sound = part(&request.body, "file").is_some() && title.is_some_and(|title| takes(&title));
            Message::json(if sound && takes_file { "200 OK" } else { "400 Bad Request" }, "{}")
        });
        proofmark("--spec s.yaml --target").arg(url(address)).file("s.yaml", UPLOADS).run()
    };
    let operations = |outcome: &Outcome| {
        let report = outcome.json("reports/latest/report.json");
        let parts = report["coverage"]["parts"].as_array().expect("parts").clone();
        parts.iter().find(|part| part["what"] == "operations").expect("a part")["seen"].clone()
    };
    // Not one request is valid beyond doubt, and the operation was seen all the same.
    assert_eq!(operations(&run(true, |_| true).exits(0)), 1);
    let outcome = run(true, str::is_ascii).exits(1);
    outcome.says("a valid `title` was refused with 400").says("a plain one was granted");
    // What is wrong with the file nobody but the server knows.
    assert_eq!(operations(&run(false, |_| true).exits(5)), 0);
}
