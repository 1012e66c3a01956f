//! The schemas of real OpenAPI documents: components and request bodies.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use proofmark::generate::instances::Instances;
use proofmark::schema::{Direction, Schemas};
use proofmark::source::Pointer;
use proofmark::spec::Document;
use serde_json::{Value, json};

use super::{Kept, LIMITS, Rate, corpora, made, values};

/// How many schemas of one document the quick test looks at.
const QUICK: usize = 3;
/// Larger documents than this, in bytes, are for the thorough test.
const QUICK_BYTES: u64 = 250_000;

/// Schemas that nothing satisfies.
const EMPTY: [&str; 2] = [
    // Requires a `parent` of its own kind, without end.
    "npm-readme-oas-examples-8.2.2__3.0_yaml_circular-request-bodies.yaml#/components/schemas/TreeNode",
    // One of two schemas that are the same.
    "specmatic-specmatic__core_openapi_bcc-breaking-changes_old.yaml#/components/schemas/Pet",
];

fn schemas(document: &Document) -> Vec<Pointer> {
    let components = Pointer::parse("/components/schemas");
    let named = components.resolve(&document.root).and_then(Value::as_object);
    let mut found: Vec<Pointer> = named.into_iter().flatten().map(|(name, _)| components.child(name)).collect();
    for operation in document.operations().unwrap_or_default() {
        let bodies = operation.request_body.into_iter().flat_map(|body| body.content);
        found.extend(bodies.filter_map(|media| media.schema));
    }
    found
}

fn documents(folder: &Path, most_bytes: u64) -> Vec<(String, Document)> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_file() && path.metadata().is_ok_and(|about| about.len() <= most_bytes))
        .collect();
    paths.sort();
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    paths.iter().filter_map(|path| Some((name(path), proofmark::spec::load_file(path).ok()?))).collect()
}

fn look_at(most_bytes: u64, each: usize, file: &str) {
    let Some(corpora) = corpora() else { return };
    let mut kept = Kept::open(file);
    let mut rate = Rate::default();
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    let mut not_compiled = 0;
    for (name, document) in documents(&corpora.join("openapi/dev"), most_bytes) {
        let all = schemas(&document);
        let readings = Schemas::of(&document);
        let root = readings.strict(Direction::Request);
        kept.line(&json!({ "document": name, "root": root }));
        let step = (all.len() / each.max(1)).max(1);
        for pointer in all.iter().step_by(step).take(each) {
            let Ok(compiled) = readings.compile(Direction::Request, pointer) else {
                not_compiled += 1;
                continue;
            };
            let about = format!("{name}#{pointer}");
            let instances = Instances::of(root, pointer, &compiled, LIMITS).expect("a schema");
            let found = made(&instances, &&compiled, &about);
            if found.0.is_empty() {
                let why = instances.valid(&mut proofmark::generate::Draw::new(1, "why"));
                *reasons.entry(why.map_or_else(|why| why.to_string(), |_| "flaky".into())).or_default() += 1;
            }
            // A schema that refuses nothing has no invalid instance; what refuses null or an object is known to.
            let refuses =
                [json!(null), json!({}), json!("x"), json!(1), json!([])].iter().any(|value| !compiled.accepts(value));
            rate.count(&about, [!EMPTY.contains(&about.as_str()), refuses], &found);
            let (valid, invalid) = values(&found);
            kept.line(&json!({ "about": about, "pointer": pointer.as_str(), "valid": valid, "invalid": invalid }));
        }
    }
    rate.print(&format!("schemas of documents ({not_compiled} without a validator)"));
    for (reason, count) in reasons {
        let _ = writeln!(std::io::stderr(), "  {count} × {reason}");
    }
    assert!(rate.of(0) >= 99.5 && rate.of(1) >= 99.5, "{:#?}", rate.missed);
}

#[test]
fn schemas_of_real_documents_have_their_instances() {
    look_at(QUICK_BYTES, QUICK, "instances-documents.ndjson");
}

/// Takes minutes, and leaves half a gigabyte of instances for the other implementation: `cargo test --release --test instances -- --ignored`.
#[test]
#[ignore = "takes minutes"]
fn every_schema_of_every_real_document_has_its_instances() {
    look_at(u64::MAX, usize::MAX, "instances-all.ndjson");
}
