//! Loads every real document of the corpora, if there are any: `PROOFMARK_CORPORA` names their folder.

#![expect(clippy::expect_used, reason = "a test may fail")]

mod corpora;

use std::collections::BTreeMap;
use std::path::Path;

use corpora::corpora;
use proofmark::spec::{self, SpecErrorKind};

/// Rows of an index, each by the names in its first line.
fn index(path: &Path) -> Vec<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(path).expect("an index");
    let mut lines = text.lines();
    let names: Vec<_> = lines.next().expect("a head").split('\t').map(str::to_owned).collect();
    lines.map(|line| names.iter().cloned().zip(line.split('\t').map(str::to_owned)).collect()).collect()
}

/// Documents that the meta-schema accepts and that are refused all the same.
const REFUSED: [&str; 2] = [
    // A `+` in a URI fragment is a plus sign (RFC 3986 §3.5); this document means a blank.
    "dev/Mermade-openapi3-examples__3.0_pass_fiendish_ref-encoding3.yaml",
    // Has the key `get` twice in one path item.
    "dev/evomaster__core_swagger_sut_blogapi.json",
];

#[test]
fn every_real_document_loads_with_its_operations_and_lint() {
    let Some(corpora) = corpora() else { return };
    let folder = corpora.join("openapi");
    let mut rejected = Vec::new();
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut loaded, mut operations) = (0, 0);
    for row in index(&folder.join("dev/INDEX.tsv")) {
        let path = &row["path"];
        if !folder.join(path).exists() {
            eprintln!("absent: {path}");
            continue;
        }
        let read = spec::load_file(folder.join(path))
            .and_then(|document| Ok((document.operations()?.len(), proofmark::lint::lint(&document)?)));
        match read {
            Ok((count, lints)) => {
                loaded += 1;
                operations += count;
                for lint in lints {
                    *rules.entry(lint.rule).or_default() += 1;
                    assert!(lint.place.position().line > 0 && !lint.message.is_empty(), "{path}");
                }
            }
            Err(error) => {
                eprintln!("rejected ({}, refs {}): {error}", row["metaschema"], row["ext_refs"]);
                assert!(error.place.is_some(), "{path}: {error}");
                if row["metaschema"] == "valid" && row["ext_refs"] == "none" && !REFUSED.contains(&path.as_str()) {
                    rejected.push(error.to_string());
                }
            }
        }
    }
    eprintln!("{loaded} documents, {operations} operations, lint {rules:#?}");
    assert!(loaded > 0);
    assert!(rejected.is_empty(), "valid documents rejected: {rejected:#?}");
}

#[test]
fn a_broken_document_loads_or_is_refused_at_a_place() {
    let Some(corpora) = corpora() else { return };
    let folder = corpora.join("openapi");
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for row in index(&folder.join("invalid/INDEX.tsv")) {
        let result = spec::load_file(folder.join(&row["path"])).and_then(|document| {
            document.operations()?;
            proofmark::lint::lint(&document)
        });
        let kind = match result {
            Ok(_) => "loads".to_owned(),
            Err(error) => {
                eprintln!("{error}");
                assert!(error.place.is_some() && error.kind != SpecErrorKind::Unreadable, "{error}");
                format!("{:?}", error.kind)
            }
        };
        *kinds.entry(kind).or_default() += 1;
    }
    eprintln!("{kinds:#?}");
}
