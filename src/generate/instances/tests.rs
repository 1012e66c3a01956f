//! What the parts do together.

use serde_json::{Value, json};

use super::evaluate::Evaluator;
use super::resources::Resources;
use super::*;

fn oracle(schema: &Value) -> jsonschema::Validator {
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .build(schema)
        .expect("a schema")
}

fn all(schema: &Value) -> (Result<Vec<Valid>, NoInstance>, Vec<Invalid>) {
    let instances = Instances::of(schema, &Pointer::root(), oracle(schema), Limits::default()).expect("a schema");
    let valid = instances.valid(&mut Draw::new(1, "t"));
    (valid, instances.invalid(&mut Draw::new(1, "t")).unwrap_or_default())
}

/// Each of these has valid instances, and invalid ones that break each of the keywords named.
#[test]
fn each_keyword_is_met_and_broken_alone() {
    for (schema, keywords) in [
        (json!({ "type": "string", "minLength": 2, "maxLength": 4 }), vec!["type", "minLength", "maxLength"]),
        (
            json!({ "type": "integer", "minimum": 2, "exclusiveMaximum": 9, "multipleOf": 3 }),
            vec!["type", "minimum", "exclusiveMaximum", "multipleOf"],
        ),
        (
            json!({ "type": "array", "prefixItems": [{ "const": 1 }], "items": { "type": "string" }, "minItems": 2, "maxItems": 3, "uniqueItems": true }),
            vec!["const", "minItems", "maxItems", "uniqueItems"],
        ),
        (json!({ "type": "array", "contains": { "const": 7 }, "minContains": 2, "maxContains": 3 }), vec!["contains"]),
        (
            json!({ "type": "object", "properties": { "a": { "type": "string" } }, "required": ["a"], "additionalProperties": false }),
            vec!["required", "additionalProperties", "type"],
        ),
        (
            json!({ "type": "object", "patternProperties": { "^x-": { "type": "integer" } }, "propertyNames": { "maxLength": 5 }, "minProperties": 1, "maxProperties": 3 }),
            vec!["propertyNames", "minProperties", "maxProperties"],
        ),
        (
            json!({ "type": "object", "dependentRequired": { "a": ["b"] }, "dependentSchemas": { "c": { "required": ["d"] } } }),
            vec!["dependentRequired", "dependentSchemas"],
        ),
        (
            json!({ "anyOf": [{ "type": "string", "maxLength": 3 }, { "type": "integer", "minimum": 5 }] }),
            vec!["anyOf"],
        ),
        (json!({ "oneOf": [{ "required": ["a"] }, { "required": ["b"] }], "type": "object" }), vec!["oneOf"]),
        (json!({ "type": "integer", "not": { "multipleOf": 2 } }), vec!["not"]),
        (
            json!({ "type": "object", "properties": { "k": { "enum": ["x", "y"] }, "v": {} }, "required": ["k"], "if": { "properties": { "k": { "const": "x" } } }, "then": { "required": ["v"] }, "else": { "maxProperties": 1 } }),
            vec!["enum", "required", "maxProperties"],
        ),
        (
            json!({ "allOf": [{ "properties": { "a": { "type": "string" } } }, { "properties": { "b": { "type": "integer" } } }], "unevaluatedProperties": false, "type": "object" }),
            vec!["unevaluatedProperties"],
        ),
        (
            json!({ "type": "array", "prefixItems": [{ "type": "string" }], "unevaluatedItems": false }),
            vec!["unevaluatedItems"],
        ),
        (json!({ "type": "string", "pattern": "^(?=.*\\d)[a-z\\d]{6,}$" }), vec!["pattern"]),
    ] {
        let (valid, invalid) = all(&schema);
        let valid = valid.unwrap_or_else(|error| panic!("{schema}: {error}"));
        assert!(valid.len() > 1, "{schema}: {valid:?}");
        for keyword in keywords {
            let found = invalid.iter().any(|one| one.keyword == keyword && one.alone);
            assert!(found, "{schema}: {keyword} {invalid:#?}");
        }
    }
}

#[test]
fn every_branch_and_value_is_reached_and_recursion_ends() {
    let schema = json!({
        "$ref": "#/$defs/node",
        "$defs": { "node": { "type": "object", "required": ["kind"], "properties": {
            "kind": { "enum": ["a", "b", "c"] },
            "next": { "anyOf": [{ "$ref": "#/$defs/node" }, { "type": "null" }, { "type": "integer" }] },
            "all": { "type": "array", "items": { "$ref": "#/$defs/node" } } } } }
    });
    let (valid, _) = all(&schema);
    let values: Vec<Value> = valid.expect("instances").into_iter().map(|one| one.value).collect();
    for kind in ["a", "b", "c"] {
        assert!(values.iter().any(|value| value["kind"] == kind), "{kind}");
    }
    assert!(values.iter().any(|value| value["next"].is_i64()));
    assert!(values.iter().any(|value| value["next"].is_object()));
    assert!(values.iter().any(|value| value.get("next").is_some_and(Value::is_null)));
}

/// A server goes by the tag: an instance whose tag names another schema could be refused although the schema takes it.
#[test]
fn every_valid_instance_has_the_tag_of_the_schema_that_it_follows() {
    let pet = |fields: Value| json!({ "allOf": [{ "$ref": "#/components/schemas/Pet" }, { "type": "object", "required": ["n"], "properties": fields }] });
    let document = json!({ "components": { "schemas": {
        "Pet": { "type": "object", "required": ["kind"], "properties": { "kind": { "type": "string" } },
            "discriminator": { "propertyName": "kind", "mapping": { "hound": "#/components/schemas/Dog" } } },
        "Dog": pet(json!({ "n": { "type": "integer" } })),
        "Cat": pet(json!({ "n": { "type": "string" } })),
        "Any": { "oneOf": [{ "$ref": "#/components/schemas/Dog" }, { "$ref": "#/components/schemas/Cat" }],
            "discriminator": { "propertyName": "kind", "mapping": { "hound": "Dog" } } } } } });
    for (name, tags) in [("Any", vec!["hound", "Cat"]), ("Cat", vec!["Cat"]), ("Dog", vec!["hound"])] {
        let pointer = Pointer::parse(&format!("/components/schemas/{name}"));
        let mut schema = document.clone();
        schema["$ref"] = json!(format!("#{pointer}"));
        let instances = Instances::of(&document, &pointer, oracle(&schema), Limits::default()).expect("a schema");
        let valid = instances.valid(&mut Draw::new(1, "t")).expect("instances");
        for tag in &tags {
            assert!(valid.iter().any(|one| one.value["kind"] == *tag), "{name}: {tag}");
        }
        for one in &valid {
            let tag = one.value["kind"].as_str().unwrap_or_default();
            assert!(tags.contains(&tag), "{name}: {}", one.value);
            assert_eq!(tag == "hound", one.value["n"].is_i64(), "{name}: {}", one.value);
        }
    }
}

#[test]
fn a_schema_without_an_instance_is_reported_with_its_place() {
    for (schema, place) in [
        (
            json!({ "type": "object", "required": ["a"], "properties": { "a": { "type": "string", "enum": [1] } } }),
            "/properties/a",
        ),
        (json!({ "type": "object", "required": ["n"], "properties": { "n": { "$ref": "#" } } }), "/properties/n"),
        (
            json!({ "type": "object", "required": ["id", "up"], "properties": { "id": { "type": "string" }, "up": { "$ref": "#" } } }),
            "/properties/up",
        ),
        (json!({ "oneOf": [{ "type": "object", "required": ["a"] }, { "type": "object", "required": ["a"] }] }), ""),
        (json!({ "type": "integer", "minimum": 5, "maximum": 4 }), ""),
        (json!(false), ""),
    ] {
        let (valid, invalid) = all(&schema);
        let error = valid.expect_err("no instance");
        assert_eq!(error.pointer.as_str(), place, "{error}");
        assert!(!invalid.is_empty(), "{schema}");
    }
}

#[test]
fn the_same_seed_makes_the_same_instances_with_unique_names() {
    let schema = json!({ "type": "object", "properties": { "a": { "type": "string" }, "b": { "type": "number", "minimum": 1 } } });
    let (first, second) = (all(&schema), all(&schema));
    assert_eq!(first, second);
    let mut names: Vec<_> = first.1.iter().map(|one| &one.name).collect();
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[expect(clippy::disallowed_methods, reason = "tells this test where the corpora are; they are no part of the project")]
fn corpora() -> Option<std::path::PathBuf> {
    std::env::var_os("PROOFMARK_CORPORA").map(std::path::PathBuf::from)
}

/// The evaluator is held to the official suite as the validators are.
#[test]
fn the_evaluator_agrees_with_the_json_schema_test_suite() {
    let Some(corpora) = corpora() else {
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), "SKIPPED: set `PROOFMARK_CORPORA` to the folder of the corpora");
        return;
    };
    let read = |path: &std::path::Path| -> Value {
        serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON")
    };
    let mut wrong = Vec::new();
    let mut count = 0;
    let folder = corpora.join("json-schema-test-suite/tests/draft2020-12");
    for path in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        // What lies in other files, and formats, which the suite takes for annotations.
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() || matches!(name.as_str(), "format.json" | "refRemote.json" | "vocabulary.json") {
            continue;
        }
        for group in read(&path).as_array().into_iter().flatten() {
            let schema = &group["schema"];
            if schema.to_string().contains("localhost:1234/draft2020-12")
                || schema.to_string().contains("\"$ref\":\"https://json-schema.org")
            {
                continue;
            }
            let resources = Resources::new(schema, &[]);
            let root = resources.entry(&Pointer::root()).expect("the root");
            for test in group["tests"].as_array().into_iter().flatten() {
                let work = Cell::new(100_000);
                count += 1;
                if json!(Evaluator::new(&resources, &work).is_valid(root.site, &test["data"])) != test["valid"] {
                    wrong.push(format!("{name}: {}: {}", group["description"], test["description"]));
                }
            }
        }
    }
    assert!(count > 900 && wrong.is_empty(), "{} of {count}: {wrong:#?}", wrong.len());
}
