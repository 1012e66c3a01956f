use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::*;
use crate::spec::location::normal;
use crate::spec::{Version, structure};

/// Files that are nowhere but here.
struct Memory(BTreeMap<&'static str, String>);

fn located(path: PathBuf) -> Located {
    Located { identity: path.clone().into(), location: Location::File { shown: path.clone(), path } }
}

impl Files for Memory {
    fn root(&self) -> Option<Located> {
        Some(located("api.yaml".into()))
    }

    fn locate(&mut self, from: &Location, reference: &str) -> Result<Located, SpecError> {
        let Location::File { path, .. } = from else { panic!("no file") };
        let path = normal(&path.parent().unwrap_or(Path::new("")).join(reference));
        match path.to_str().is_some_and(|path| path == "api.yaml" || self.0.contains_key(path)) {
            true => Ok(located(path)),
            false => Err(SpecError::new(SpecErrorKind::UnresolvedReference, format!("no `{}`", path.display()))),
        }
    }

    fn read(&mut self, located: &Located, _: usize) -> Result<Vec<u8>, SpecError> {
        let path = located.identity.to_str().unwrap_or_default();
        Ok(self.0.get(path).cloned().unwrap_or_default().into_bytes())
    }
}

fn loaded(version: &str, root: &str, files: &[(&'static str, &str)]) -> Result<Document, SpecError> {
    let source = crate::spec::load::text("api.yaml", format!("openapi: {version}\n{root}").into_bytes())?;
    let (root, spans) = crate::spec::load::part(&source)?;
    let files = files.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
    structure::document(source, root, spans, &mut Memory(files))
}

fn read(version: &str, root: &str, files: &[(&'static str, &str)]) -> Document {
    loaded(version, root, files).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(root: &str, files: &[(&'static str, &str)]) -> String {
    let error = loaded("3.0.0", root, files).expect_err(root);
    format!("{error} [{}]", error.hint.as_deref().unwrap_or_default())
}

/// The reference at `pointer`, and the place of what it leads to.
fn led(document: &Document, pointer: &str) -> (String, String) {
    let pointer = Pointer::parse(pointer);
    let (end, _) = document.resolved(&pointer).expect("a place");
    (end.as_str().to_owned(), document.place(&end).to_string())
}

#[test]
fn what_a_reference_leads_to_becomes_a_component_that_keeps_its_place() {
    let document = read(
        "3.0.0",
        "components:\n  schemas:\n    A: {$ref: 'models/user.yaml'}\n    B: {$ref: 'models/all.json#/User'}\ninfo: {title: t}",
        &[
            ("models/user.yaml", "type: object\nproperties:\n  address: {$ref: '../address.yaml#/x/Address'}\n"),
            ("models/all.json", "{\n  \"User\": {\"type\": \"string\"}\n}"),
            ("address.yaml", "x:\n  Address:\n    type: string\n"),
        ],
    );
    assert_eq!(
        led(&document, "/components/schemas/A"),
        ("/components/schemas/user".into(), "models/user.yaml:1:1".into())
    );
    assert_eq!(
        led(&document, "/components/schemas/B"),
        ("/components/schemas/User".into(), "models/all.json:2:11".into())
    );
    let address = led(&document, "/components/schemas/user/properties/address");
    assert_eq!(address, ("/components/schemas/Address".into(), "address.yaml:3:5".into()));
    let place = |pointer: &str| document.key_place(&Pointer::parse(pointer)).to_string();
    assert_eq!(place("/components/schemas/user/properties/address"), "models/user.yaml:3:3");
    assert_eq!(place("/components/schemas/A"), "api.yaml:4:5");
    assert_eq!(place("/info/title"), "api.yaml:6:8");
}

#[test]
fn a_document_without_references_to_others_stays_as_it_is() {
    let text = "components: {schemas: {A: {$ref: '#/components/schemas/B'}, B: {$ref: 'api.yaml#/components/schemas/C'}, C: {}}}";
    let document = read("3.0.0", text, &[]);
    let alone = crate::spec::read("api.yaml", format!("openapi: 3.0.0\n{text}").as_bytes()).expect(text);
    assert_eq!(document.root, alone.root);
}

#[test]
fn names_are_kept_apart_and_each_target_is_brought_in_once() {
    let document = read(
        "3.0.0",
        "components: {schemas: {User: {}, A: {$ref: 'a.yaml#/User'}, B: {$ref: 'b.yaml#/User'}, C: {$ref: './a.yaml#/User'}}}",
        &[("a.yaml", "User: {title: a}"), ("b.yaml", "User: {title: b}")],
    );
    let title = |name: &str| {
        let (_, value) = document.resolved(&Pointer::parse(&format!("/components/schemas/{name}"))).expect(name);
        value["title"].clone()
    };
    assert_eq!((title("A"), title("B"), title("C")), ("a".into(), "b".into(), "a".into()));
    assert_eq!(document.root["components"]["schemas"].as_object().map(Map::len), Some(6));
}

#[test]
fn files_may_refer_to_one_another_in_a_circle_and_back_to_the_document() {
    let document = read(
        "3.0.0",
        "components: {schemas: {Root: {$ref: 'a.yaml'}, Leaf: {type: string}}}",
        &[
            ("a.yaml", "properties: {b: {$ref: 'b.yaml'}, self: {$ref: '#'}}"),
            ("b.yaml", "properties: {a: {$ref: 'a.yaml'}, leaf: {$ref: 'api.yaml#/components/schemas/Leaf'}}"),
        ],
    );
    let end = |pointer: &str| led(&document, pointer).0;
    assert_eq!(end("/components/schemas/b/properties/a"), "/components/schemas/a");
    assert_eq!(end("/components/schemas/a/properties/self"), "/components/schemas/a");
    assert_eq!(end("/components/schemas/b/properties/leaf"), "/components/schemas/Leaf");
    let circle = refused(
        "components: {schemas: {A: {$ref: a.yaml}}}",
        &[("a.yaml", "$ref: b.yaml"), ("b.yaml", "$ref: a.yaml")],
    );
    assert!(circle.contains("leads only back to itself"), "{circle}");
}

#[test]
fn operations_path_items_responses_parameters_and_examples_may_stand_in_files() {
    let document = read(
        "3.0.0",
        "paths:\n  /a: {$ref: a.yaml}\n  /b:\n    get: {$ref: b.yaml}\n",
        &[
            (
                "a.yaml",
                "post:\n  requestBody: {$ref: 'more.yaml#/body'}\n  responses: {200: {$ref: 'more.yaml#/ok'}}\n",
            ),
            ("b.yaml", "operationId: b\nparameters: [{$ref: 'more.yaml#/p'}]\nresponses: {}\n"),
            (
                "more.yaml",
                "body: {content: {application/json: {schema: {type: object}}}}\nok: {description: fine}\np: {name: p, in: query, schema: {type: string}, examples: {e: {$ref: 'e.yaml'}}}\n",
            ),
            ("e.yaml", "value: seven"),
        ],
    );
    let operations = document.operations().expect("operations");
    let titles: Vec<_> = operations.iter().map(|operation| operation.title()).collect();
    assert_eq!(titles, ["POST /a", "GET /b"]);
    assert_eq!(operations[0].request_body.as_ref().map(|body| body.content.len()), Some(1));
    assert_eq!(document.place(&operations[0].responses[0].pointer).to_string(), "more.yaml:2:5");
    assert_eq!(operations[1].id, "b");
    assert_eq!(operations[1].parameters[0].examples, [Value::from("seven")]);
}

#[test]
fn a_discriminator_may_map_to_files_and_to_names() {
    let document = read(
        "3.0.0",
        "components: {schemas: {Pet: {$ref: pets/pet.yaml}, Bird: {type: object}}}",
        &[
            (
                "pets/pet.yaml",
                "oneOf: [{$ref: cat.yaml}]\ndiscriminator:\n  propertyName: kind\n  mapping: {cat: cat.yaml, dog: './dog.yaml', bird: Bird, fish: gone.yaml}\n",
            ),
            ("pets/cat.yaml", "type: object"),
            ("pets/dog.yaml", "type: object"),
        ],
    );
    let mapping = &document.root["components"]["schemas"]["pet"]["discriminator"]["mapping"];
    assert_eq!(
        mapping,
        &serde_json::json!({"cat": "#/components/schemas/cat", "dog": "#/components/schemas/dog", "bird": "Bird", "fish": "gone.yaml"})
    );
}

#[test]
fn anchors_and_identified_files_lead_where_they_are_meant_to() {
    let document = read(
        "3.1.0",
        "components: {schemas: {A: {$ref: 'a.yaml#here'}, B: {$ref: b.yaml}}}",
        &[
            ("a.yaml", "x: {$anchor: here, title: a}"),
            (
                "b.yaml",
                "$id: https://x.example/b.yaml\n$ref: '#here'\n$defs: {c: {$anchor: here, title: b}, d: {$ref: a.yaml#here}}",
            ),
        ],
    );
    assert_eq!(document.version, Version::V3_1);
    let end = |pointer: &str| led(&document, pointer).0;
    assert_eq!(end("/components/schemas/A"), "/components/schemas/x");
    assert_eq!(end("/components/schemas/B"), "/components/schemas/c");
    assert_eq!(end("/components/schemas/b/$defs/d"), "/components/schemas/x");
    assert_eq!(document.root["components"]["schemas"]["x"].get("$anchor"), None);
}

#[test]
fn a_reference_that_leads_nowhere_is_told_where_it_stands() {
    let root = "components:\n  schemas:\n    A: {$ref: 'a.yaml#/Usr'}\n";
    insta::assert_snapshot!(refused(root, &[("a.yaml", "User: {}")]), @"api.yaml:4:15: `a.yaml#/Usr` leads to nothing in `a.yaml` [did you mean `a.yaml#/User`?]");
    insta::assert_snapshot!(refused(root, &[]), @"api.yaml:4:15: no `a.yaml` []");
    insta::assert_snapshot!(refused(root, &[("a.yaml", "Usr:\n  items: {$ref: '#/x'}")]), @"a.yaml:2:17: `#/x` leads to nothing in `a.yaml` []");
    insta::assert_snapshot!(refused(root, &[("a.yaml", "Usr:\n  items: {$ref: 'b/c.yaml'}")]), @"a.yaml:2:17: no `b/c.yaml` []");
    insta::assert_snapshot!(refused(root, &[("a.yaml", "Usr: {a: 1, a: 2}")]), @"a.yaml:1:13: the key `a` is repeated: it stands in the same mapping on line 1 already [remove or rename one of the two]");
    insta::assert_snapshot!(refused(root, &[("a.yaml", "Usr: [1]")]), @"a.yaml:1:6: `Usr` must be a schema, not a list []");
}

#[test]
fn a_part_may_be_a_page_and_must_hold_something() {
    let root = "components:\n  schemas:\n    A: {$ref: 'a.md#/User'}\n";
    let document = read("3.0.0", root, &[("a.md", "# A user\n\n```yaml GET /users\nUser:\n  type: string\n```\n")]);
    assert_eq!(led(&document, "/components/schemas/A").1, "a.md:5:3");
    insta::assert_snapshot!(refused(root, &[("a.md", "# A user")]), @"a.md:1:1: the page holds no OpenAPI block [the block begins with a fence such as `` ```yaml POST /users ``]");
}

#[test]
fn what_grows_beyond_all_bounds_when_written_out_is_refused() {
    let deep =
        "{\"properties\": {\"p\": ".repeat(25) + "{\"enum\": [" + &"1,".repeat(200_000) + "1]}" + &"}}".repeat(25);
    let references: String =
        (0..25).map(|depth| format!("    S{depth}: {{$ref: 'a.yaml#{}'}}\n", "/properties/p".repeat(depth))).collect();
    let root = format!("components:\n  schemas:\n{references}");
    let error = loaded("3.0.0", &root, &[("a.yaml", &deep)]).expect_err("too much");
    assert_eq!(
        (error.kind, error.place.map(|place| place.source.name().to_owned())),
        (SpecErrorKind::TooLarge, Some("api.yaml".into()))
    );
}
