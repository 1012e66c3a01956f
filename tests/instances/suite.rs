//! The JSON Schema test suite: draft 2020-12 as a whole, and what OpenAPI 3.0 takes of draft 4.

use std::path::Path;

use jsonschema::{Draft, Registry, Validator};
use proofmark::generate::instances::{Instances, Oracle, Verdict};
use proofmark::schema::{Direction, Schemas};
use proofmark::source::Pointer;
use serde_json::{Value, json};

use super::{Kept, LIMITS, Rate, corpora, made, values};

/// The groups of tests of a folder, with the file that each stands in.
fn groups(folder: &Path) -> Vec<(String, Value)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() { folders.push(entry) } else { files.push(entry) }
        }
    }
    files.sort();
    let read = |path: &Path| serde_json::from_slice::<Value>(&std::fs::read(path).expect("a file")).expect("JSON");
    files
        .iter()
        .flat_map(|path| {
            let name = path.strip_prefix(folder).expect("inside").display().to_string();
            let groups = read(path).as_array().cloned().unwrap_or_default();
            groups.into_iter().map(move |group| (name.clone(), group))
        })
        .collect()
}

/// The documents that the suite's schemas refer to, by URI.
fn remotes(folder: &Path) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(at) = folders.pop() {
        for entry in std::fs::read_dir(at).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() {
                folders.push(entry);
                continue;
            }
            let path = entry.strip_prefix(folder).expect("inside").display().to_string();
            let value: Value = serde_json::from_slice(&std::fs::read(&entry).expect("a file")).expect("JSON");
            // Older drafts read otherwise.
            if !["draft3", "draft4", "draft6", "draft7", "draft2019-09", "v1"].iter().any(|old| path.starts_with(old)) {
                found.push((format!("http://localhost:1234/{path}"), value));
            }
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

/// Whether the validator takes some of the suite's values, and refuses some.
fn has(group: &Value, oracle: &impl Oracle) -> [bool; 2] {
    [Verdict::Accepted, Verdict::Refused].map(|wanted| {
        let tests = group["tests"].as_array().into_iter().flatten();
        tests.map(|test| &test["data"]).any(|value| oracle.verdict(value) == wanted)
    })
}

fn validator(schema: &Value, registry: &Registry<'_>, formats: bool) -> Option<Validator> {
    let options = jsonschema::options().with_draft(Draft::Draft202012).with_registry(registry).offline();
    options.should_validate_formats(formats).build(schema).ok()
}

#[test]
fn every_schema_of_draft_2020_12_has_its_instances() {
    let Some(corpora) = corpora() else { return };
    let suite = corpora.join("json-schema-test-suite");
    let remotes = remotes(&suite.join("remotes"));
    let others: Vec<(&str, &Value)> = remotes.iter().map(|(uri, value)| (uri.as_str(), value)).collect();
    let mut registry = Registry::new().draft(Draft::Draft202012);
    for (uri, value) in &remotes {
        registry = registry.add(uri.as_str(), value).expect("a resource");
    }
    let registry = registry.prepare().expect("a registry");
    let mut kept = Kept::open("instances-suite.ndjson");
    let mut rate = Rate::default();
    let mut refused = 0;
    for (file, group) in groups(&suite.join("tests/draft2020-12")) {
        let about = format!("{file}: {}", group["description"].as_str().unwrap_or_default());
        let schema = &group["schema"];
        let formats = file.contains("optional/format");
        let Some(oracle) = validator(schema, &registry, formats) else {
            refused += 1;
            continue;
        };
        let judge = validator(schema, &registry, formats).expect("the same validator");
        let instances = Instances::with_resources(schema, &Pointer::root(), &others, oracle, LIMITS).expect("a schema");
        let found = made(&instances, &judge, &about);
        rate.count(&about, has(&group, &judge), &found);
        let (valid, invalid) = values(&found);
        kept.line(&json!({ "about": about, "schema": schema, "formats": formats, "valid": valid, "invalid": invalid }));
    }
    rate.print(&format!("draft 2020-12 ({refused} without a validator)"));
    assert!(rate.of(0) >= 99.5 && rate.of(1) >= 99.5, "{:#?}", rate.missed);
}

/// Keywords that OpenAPI 3.0 does not have, or has in another form.
const BEYOND: &[&str] =
    &["$ref", "definitions", "dependencies", "patternProperties", "additionalItems", "id", "$schema", "$id"];

fn is_of_openapi(schema: &Value) -> bool {
    match schema {
        Value::Object(members) => members.iter().all(|(name, below)| {
            let list = |name: &str| members.get(name).is_some_and(Value::is_array);
            let data = matches!(name.as_str(), "enum" | "default");
            !BEYOND.contains(&name.as_str()) && !list("items") && !list("type") && (data || is_of_openapi(below))
        }),
        Value::Array(items) => items.iter().all(is_of_openapi),
        _ => true,
    }
}

#[test]
fn every_schema_of_draft_4_that_openapi_3_0_knows_has_its_instances() {
    let Some(corpora) = corpora() else { return };
    let suite = corpora.join("json-schema-test-suite");
    let mut kept = Kept::open("instances-draft4.ndjson");
    let mut rate = Rate::default();
    let mut skipped = 0;
    for (file, group) in groups(&suite.join("tests/draft4")) {
        let about = format!("{file}: {}", group["description"].as_str().unwrap_or_default());
        if !is_of_openapi(&group["schema"]) {
            skipped += 1;
            continue;
        }
        let document = json!({ "openapi": "3.0.3", "info": { "title": "t", "version": "1" }, "paths": {},
            "components": { "schemas": { "S": group["schema"] } } });
        let Ok(document) = proofmark::spec::read("suite.json", document.to_string().as_bytes()) else {
            skipped += 1;
            continue;
        };
        let schemas = Schemas::of(&document);
        let pointer = Pointer::parse("/components/schemas/S");
        let Ok(compiled) = schemas.compile(Direction::Request, &pointer) else {
            skipped += 1;
            continue;
        };
        let root = schemas.strict(Direction::Request);
        let instances = Instances::of(root, &pointer, &compiled, LIMITS).expect("a schema");
        let found = made(&instances, &&compiled, &about);
        rate.count(&about, has(&group, &&compiled), &found);
        let (valid, invalid) = values(&found);
        kept.line(&json!({ "about": about, "schema": root["components"]["schemas"]["S"], "valid": valid, "invalid": invalid }));
    }
    rate.print(&format!("draft 4 as OpenAPI 3.0 has it ({skipped} schemas are beyond it)"));
    assert!(rate.of(0) >= 99.5 && rate.of(1) >= 99.5, "{:#?}", rate.missed);
}
