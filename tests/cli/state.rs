//! A contract of several operations about one kind of thing, against a server that keeps it, and against the same with one
//! fault that no single answer shows.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Mutex;

use serde_json::{Value, json};

use crate::builder::{Outcome, Proofmark, proofmark};
use crate::server::{Message, answering, url};

const THINGS: &str = r##"
openapi: 3.0.3
info: {title: Things, version: "1"}
components:
  schemas:
    Draft:
      type: object
      required: [title]
      properties:
        # Nobody keeps it: what is learnt is not the first that is tried.
        label: {type: string, maxLength: 80}
        title: {type: string, minLength: 1, maxLength: 80}
        size: {type: integer, minimum: 0, maximum: 100}
    Thing:
      type: object
      required: [id, title]
      properties:
        id: {type: string}
        title: {type: string, minLength: 1, maxLength: 80}
        size: {type: integer, minimum: 0, maximum: 100}
    Error: {type: object, required: [error], properties: {error: {type: string}}}
  responses:
    Thing: {description: a thing, content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}}
    Bad: {description: bad, content: {application/json: {schema: {$ref: "#/components/schemas/Error"}}}}
    Missing: {description: not there, content: {application/json: {schema: {$ref: "#/components/schemas/Error"}}}}
  requestBodies:
    Draft: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Draft"}}}}
  parameters:
    thing: {name: thingId, in: path, required: true, schema: {type: string, minLength: 1}}
    part: {name: partId, in: path, required: true, schema: {type: string, minLength: 1}}
paths:
  /things:
    post:
      operationId: things_create
      requestBody: {$ref: "#/components/requestBodies/Draft"}
      responses: {"201": {$ref: "#/components/responses/Thing"}, "400": {$ref: "#/components/responses/Bad"}}
  /things/{thingId}:
    parameters: [{$ref: "#/components/parameters/thing"}]
    get:
      operationId: things_get
      responses: {"200": {$ref: "#/components/responses/Thing"}, "404": {$ref: "#/components/responses/Missing"}}
    put:
      operationId: things_update
      requestBody: {$ref: "#/components/requestBodies/Draft"}
      responses: {"200": {$ref: "#/components/responses/Thing"}, "400": {$ref: "#/components/responses/Bad"}, "404": {$ref: "#/components/responses/Missing"}}
    delete:
      operationId: things_delete
      responses: {"202": {description: some time}, "204": {description: gone}, "404": {$ref: "#/components/responses/Missing"}}
  /things/{thingId}/parts:
    parameters: [{$ref: "#/components/parameters/thing"}]
    post:
      operationId: parts_create
      requestBody: {$ref: "#/components/requestBodies/Draft"}
      responses: {"201": {$ref: "#/components/responses/Thing"}, "400": {$ref: "#/components/responses/Bad"}, "404": {$ref: "#/components/responses/Missing"}}
  /things/{thingId}/parts/{partId}:
    parameters: [{$ref: "#/components/parameters/thing"}, {$ref: "#/components/parameters/part"}]
    get:
      operationId: parts_get
      responses: {"200": {$ref: "#/components/responses/Thing"}, "404": {$ref: "#/components/responses/Missing"}}
"##;

/// What the server does wrong, or otherwise than others.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Sound,
    /// Keeping the contract, takes each title once.
    UniqueTitles,
    /// The same within one thing, of its parts.
    UniquePartTitles,
    MarksWhatIsDeleted,
    FillsDefaults,
    ChangesLetterCase,
    DeletesLater,
    ReadsTheLastOne,
    ReadsTheTitleOfTheLastOne,
    LosesUpdates,
    LosesUpdatesButAnswersThem,
    DeletesNothing,
    CreatesUnderAnotherId,
    RefusesToCreate,
    LosesParts,
    FindsPartsAnywhere,
    CrashesOnRead,
    /// All but so many of what was made last.
    ForgetsTheOldest,
}

/// How many things a server keeps that forgets the oldest.
const MEMORY: u64 = 200;

/// The things of a server, by their paths.
#[derive(Default)]
struct Store {
    things: BTreeMap<String, Value>,
    made: u64,
    last: Option<String>,
}

impl Store {
    fn answer(&mut self, request: &Message, way: Way) -> (u16, Value) {
        let mut words = request.head.split(' ');
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let path = target.split('?').next().unwrap_or_default().to_owned();
        let missing = || (404, json!({ "error": "there is no such thing" }));
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        match (method, segments.as_slice()) {
            ("POST", ["things"]) if way == Way::RefusesToCreate => (400, json!({ "error": "not today" })),
            ("POST", ["things"]) => self.create(&path, request, way),
            ("POST", ["things", thing, "parts"]) => {
                let known = self.things.contains_key(&format!("/things/{thing}"));
                if known { self.create(&path, request, way) } else { missing() }
            }
            ("GET", [..]) if way == Way::CrashesOnRead && self.things.contains_key(&path) => {
                (500, json!({ "error": "at line 7" }))
            }
            ("GET", ["things", _, "parts", part]) if way == Way::FindsPartsAnywhere => {
                let end = format!("/parts/{part}");
                let found = self.things.iter().find(|(path, _)| path.ends_with(&end));
                found.map_or_else(missing, |(_, thing)| (200, thing.clone()))
            }
            ("GET", [..]) => match self.things.get(&path) {
                Some(_) if way == Way::LosesParts && segments.len() == 4 => missing(),
                Some(thing) => (200, self.read(thing, way)),
                None => missing(),
            },
            ("PUT", [..]) if self.things.contains_key(&path) => match draft(request) {
                None => (400, json!({ "error": "no such draft" })),
                Some(draft) => self.update(&path, draft, way),
            },
            ("DELETE", [..]) if self.things.contains_key(&path) => {
                match (way, self.things.get_mut(&path)) {
                    (Way::DeletesLater, _) => return (202, Value::Null),
                    (Way::DeletesNothing, _) => {}
                    (Way::MarksWhatIsDeleted, Some(thing)) => thing["deleted_at"] = json!("2020-01-01T00:00:00Z"),
                    _ => _ = self.things.remove(&path),
                }
                (204, Value::Null)
            }
            _ => missing(),
        }
    }

    fn create(&mut self, collection: &str, request: &Message, way: Way) -> (u16, Value) {
        let Some(mut thing) = draft(request) else { return (400, json!({ "error": "no such draft" })) };
        let taken = self.things.values().any(|known| known["title"] == thing["title"]);
        let beside = |path: &str| path.strip_prefix(collection).is_some_and(|rest| rest.matches('/').count() == 1);
        let mut others = self.things.iter().filter(|(path, _)| beside(path));
        let taken_here = collection.ends_with("/parts") && others.any(|(_, known)| known["title"] == thing["title"]);
        if (way == Way::UniqueTitles && taken) || (way == Way::UniquePartTitles && taken_here) {
            return (400, json!({ "error": "the title is taken" }));
        }
        match way {
            Way::FillsDefaults if thing.get("size").is_none() => thing["size"] = json!(10),
            Way::ChangesLetterCase => {
                thing["title"] = json!(thing["title"].as_str().unwrap_or_default().to_uppercase())
            }
            _ => {}
        }
        self.made += 1;
        let id = format!("t{}", self.made);
        thing["id"] = json!(id);
        let kept = if way == Way::CreatesUnderAnotherId { format!("{id}x") } else { id };
        let path = format!("{collection}/{kept}");
        self.things.insert(path.clone(), thing.clone());
        self.last = Some(path);
        if way == Way::ForgetsTheOldest && self.made > MEMORY {
            let oldest = format!("/t{}", self.made - MEMORY);
            self.things.retain(|path, _| !path.ends_with(&oldest));
        }
        (201, thing)
    }

    fn read(&self, thing: &Value, way: Way) -> Value {
        let last = self.last.as_ref().and_then(|path| self.things.get(path)).unwrap_or(thing);
        match way {
            Way::ReadsTheLastOne => last.clone(),
            Way::ReadsTheTitleOfTheLastOne => {
                let mut thing = thing.clone();
                thing["title"] = last["title"].clone();
                thing
            }
            _ => thing.clone(),
        }
    }

    fn update(&mut self, path: &str, mut draft: Value, way: Way) -> (u16, Value) {
        let known = self.things[path].clone();
        draft["id"] = known["id"].clone();
        match way {
            Way::LosesUpdates => (200, known),
            Way::LosesUpdatesButAnswersThem => (200, draft),
            _ => {
                self.things.insert(path.to_owned(), draft.clone());
                (200, draft)
            }
        }
    }
}

/// The draft that a request carries, if it is one.
fn draft(request: &Message) -> Option<Value> {
    let sent: Value = serde_json::from_slice(&request.body).ok()?;
    let title = sent.get("title")?.as_str()?;
    let label = sent.get("label").map_or(Some(""), Value::as_str)?;
    let mut draft = json!({ "title": title });
    if let Some(size) = sent.get("size") {
        draft["size"] = json!(size.as_i64().filter(|size| (0..=100).contains(size))?);
    }
    ((1..=80).contains(&title.chars().count()) && label.chars().count() <= 80).then_some(draft)
}

fn things(way: Way) -> SocketAddr {
    let store = Mutex::new(Store::default());
    let answer = move |request: &Message| {
        let (status, body) = store.lock().expect("a lock").answer(request, way);
        match body {
            Value::Null => {
                // 204 has no content, and so no length (RFC 9110 section 8.6).
                let length = if status == 204 { "" } else { "content-length: 0\r\n" };
                Message { head: format!("HTTP/1.1 {status} X\r\n{length}\r\n"), body: Vec::new() }
            }
            body => Message::json(&format!("{status} X"), &body.to_string()),
        }
    };
    answering(answer).0
}

fn trial(way: Way) -> Proofmark {
    proofmark("--allow-destructive --spec things.yaml --target").arg(url(things(way))).file("things.yaml", THINGS)
}

fn findings(outcome: &Outcome) -> Vec<(String, String)> {
    let report = outcome.json("reports/latest/report.json");
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap_or_default().to_owned();
    let found = report["findings"].as_array().expect("a list").iter();
    found.map(|finding| (text(finding, "severity"), text(finding, "check"))).collect()
}

#[test]
fn a_server_that_keeps_what_it_is_given_passes() {
    for way in [Way::Sound, Way::MarksWhatIsDeleted, Way::FillsDefaults, Way::DeletesLater] {
        let outcome = trial(way).run().exits(0);
        assert_eq!(findings(&outcome), [], "{way:?}\n{outcome}");
    }
    // It says itself what it makes of a title: worth a word, and no breach.
    let outcome = trial(Way::ChangesLetterCase).arg("--profile").arg("smoke").run().exits(0);
    let warning = |check: &str| ("warning".to_owned(), check.to_owned());
    assert_eq!(findings(&outcome), ["echo", "lifecycle"].map(warning), "{outcome}");
}

#[test]
fn values_that_are_taken_only_once_are_learnt() {
    let outcome = trial(Way::UniqueTitles).run().exits(0);
    assert_eq!(findings(&outcome), [], "{outcome}");
    let replay = |case: &str| {
        let (address, _) = (things(Way::UniqueTitles), ());
        let typed = format!("replay {case} --spec things.yaml --target");
        proofmark(&typed).arg(url(address)).file("things.yaml", THINGS).run().exits(0)
    };
    replay("things_update/valid/full").complains("POST /things takes the same `/title` only once");
    outcome.complains("POST /things takes the same `/title` only once");
    let outcome = trial(Way::UniquePartTitles).arg("--profile").arg("smoke").run().exits(0);
    outcome.complains("POST /things/{thingId}/parts takes the same `/title` only once");
    let quiet = trial(Way::Sound).arg("--profile").arg("smoke").run().exits(0);
    assert_eq!(quiet.stderr, "", "{quiet}");
}

#[test]
fn each_fault_of_a_thing_s_life_is_found() {
    let faults = [
        (Way::ReadsTheLastOne, "lifecycle", "things_get/valid/lifecycle/created-is-there"),
        (Way::ReadsTheTitleOfTheLastOne, "lifecycle", "things_get/valid/lifecycle/created-is-there"),
        (Way::LosesUpdates, "lifecycle", "things_update/valid/lifecycle/change-is-there"),
        (Way::LosesUpdatesButAnswersThem, "lifecycle", "things_update/valid/lifecycle/change-is-there"),
        (Way::DeletesNothing, "lifecycle", "things_delete/valid/lifecycle/deleted-is-gone"),
        (Way::CreatesUnderAnotherId, "accepts-valid", "things_get/valid/lifecycle/created-is-there"),
        (Way::LosesParts, "accepts-valid", "parts_get/valid/lifecycle/created-is-there"),
        (Way::FindsPartsAnywhere, "lifecycle", "parts_get/valid/lifecycle/not-elsewhere"),
        (Way::CrashesOnRead, "no-server-error", "things_get/valid/lifecycle/created-is-there"),
    ];
    for (way, check, case) in faults {
        let outcome = trial(way).arg("--profile").arg("smoke").run().exits(1);
        outcome.violates(case);
        let errors: Vec<_> = findings(&outcome).into_iter().filter(|(severity, _)| severity == "error").collect();
        assert!(errors.iter().any(|(_, found)| found == check), "{way:?}: {errors:?}\n{outcome}");
    }
}

#[test]
fn what_is_lost_while_others_are_made_shows_at_the_end() {
    let outcome = trial(Way::ForgetsTheOldest).run().exits(1);
    outcome.violates("things_get/valid/lifecycle/created-is-still-there");
}

#[test]
fn what_cannot_be_made_is_no_fault_of_those_who_need_it() {
    let outcome = trial(Way::RefusesToCreate).run().exits(1);
    let journal = outcome.lines("reports/latest/journal.ndjson");
    let of = |verdict: &str| {
        let cases = journal.iter().filter(|line| line["v"] == verdict).filter_map(|line| line["case"].as_str());
        cases.map(|case| case.split('/').next().unwrap_or_default()).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(of("violates").into_iter().collect::<Vec<_>>(), ["things_create"], "{outcome}");
    let others = ["parts_create", "parts_get", "things_delete", "things_get", "things_update"];
    assert_eq!(of("skipped").into_iter().collect::<Vec<_>>(), others, "{outcome}");
    outcome.says("`POST /things`, which\n             makes what it needs, answered 400");
}

const NOBODY_MAKES: &str = r#"
openapi: 3.0.3
info: {title: Records, version: "1"}
paths:
  /records/{id}:
    get:
      operationId: records_get
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: fine}, '404': {description: not there}}
"#;

#[test]
fn a_thing_that_nothing_makes_is_skipped_and_keeps_the_run_from_passing() {
    let of = |status: &'static str, document: &str| {
        let (address, _) = answering(move |_| Message::json(status, "{}"));
        proofmark("--profile smoke --spec s.yaml --target").arg(url(address)).file("s.yaml", document).run()
    };
    let outcome = of("404 Not Found", NOBODY_MAKES).exits(5);
    outcome.says("no operation of the document").says("records_get/valid/thing-that-is-there").says("1 skipped");
    let plan = proofmark("plan --spec s.yaml").file("s.yaml", NOBODY_MAKES).run().exits(0);
    plan.says("    not sent: no operation of the document makes what `path.id` names");
    // Somebody has it, whatever it was.
    of("200 OK", NOBODY_MAKES).exits(0).says("1 skipped");
    let with_example = NOBODY_MAKES.replace("schema: {type: string}", "example: r1, schema: {type: string}");
    // What an example names may not be there either: then nothing was seen of the operation.
    of("404 Not Found", &with_example).exits(5).says("no request to `GET /records/{id}` succeeded");
    of("200 OK", &with_example).exits(0);
}

const REGISTRY: &str = r##"
openapi: 3.1.0
info: {title: Registry, version: "1"}
paths:
  /register:
    post:
      operationId: register
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, required: [note], properties: {note: {type: string, maxLength: 90}}}}}
      responses:
        "201":
          description: made
          headers: {Location: {schema: {type: string}}}
          links: {entry: {operationId: entry, parameters: {key: "$response.header.Location"}}}
        "400": {description: bad}
  /entries/{key}:
    get:
      operationId: entry
      parameters: [{name: key, in: path, required: true, schema: {type: string, minLength: 1}}]
      responses:
        "200": {description: fine, content: {application/json: {schema: {type: object, properties: {note: {type: string}}}}}}
        "404": {description: not there}
"##;

/// A registry that says where an entry lies, and in which it lies there but for its note, or not at all.
fn registry(keeps: bool, notes: bool) -> SocketAddr {
    let entries = Mutex::new(Vec::<Value>::new());
    let answer = move |request: &Message| {
        let mut entries = entries.lock().expect("a lock");
        let empty = |status: &str, field: String| Message {
            head: format!("HTTP/1.1 {status}\r\n{field}content-length: 0\r\n\r\n"),
            body: Vec::new(),
        };
        if request.head.starts_with("POST") {
            let sent: Option<Value> = serde_json::from_slice(&request.body).ok();
            let note = sent.as_ref().and_then(|sent| sent["note"].as_str().filter(|note| note.chars().count() <= 90));
            let Some(note) = note else { return empty("400 Bad Request", String::new()) };
            entries.push(json!({ "note": note }));
            return empty("201 Created", format!("location: /entries/{}\r\n", entries.len()));
        }
        let path = request.head.split([' ', '?']).nth(1).unwrap_or_default();
        let number = path.strip_prefix("/entries/").and_then(|key| key.parse::<usize>().ok());
        match number.and_then(|number| entries.get(number.checked_sub(1)?)).filter(|_| keeps) {
            Some(_) if !notes => Message::json("200 OK", r#"{"note": "lost"}"#),
            Some(entry) => Message::json("200 OK", &entry.to_string()),
            None => empty("404 Not Found", String::new()),
        }
    };
    answering(answer).0
}

#[test]
fn a_link_of_the_document_leads_to_what_was_made() {
    let run = |keeps: bool, notes: bool| {
        let address = url(registry(keeps, notes));
        proofmark("--spec s.yaml --target").arg(address).file("s.yaml", REGISTRY).run()
    };
    let sound = run(true, true).exits(0);
    assert_eq!(findings(&sound), [], "{sound}");
    run(false, true).exits(1).violates("entry/valid/lifecycle/created-is-there");
    run(true, false).exits(1).violates("entry/valid/lifecycle/created-is-there");
    let rules = proofmark("rules --spec s.yaml").file("s.yaml", REGISTRY).run().exits(0);
    rules.says("/entries/{}\n  made by `POST /register`\n    by its words: its link `entry` says so (s.yaml:15:");
}
