//! The layers hold: a module names only those above it in `src/lib.rs`, and files stay short.
#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// The most lines of a source file.
const LONGEST: usize = 600;

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            found.extend(sources(&entry));
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            found.push(entry);
        }
    }
    found.sort();
    found
}

/// The modules of the library, in the order of `lib.rs`.
fn layers() -> Vec<String> {
    let lib = fs::read_to_string(Path::new(ROOT).join("src/lib.rs")).expect("lib.rs");
    let modules = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    modules.map(str::to_owned).collect()
}

/// The top-level modules that a line of code names through `crate::`.
fn named(line: &str) -> Vec<String> {
    let code = line.split("//").next().unwrap_or_default();
    let after = code.split("crate::").skip(1).filter(|_| true);
    let mut found = Vec::new();
    for rest in after {
        match rest.strip_prefix('{') {
            // use crate::{a::B, c::D};
            Some(list) => {
                let names = list.trim_end_matches([';', '}']).split(',').map(|item| item.trim());
                found.extend(names.map(|item| item.split("::").next().unwrap_or_default().to_owned()));
            }
            None => found.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()),
        }
    }
    found.retain(|name: &String| !name.is_empty());
    found
}

#[test]
fn a_module_names_only_those_above_it() {
    let layers = layers();
    assert!(layers.len() >= 12, "{layers:?}");
    let mut wrong = Vec::new();
    for (at, layer) in layers.iter().enumerate() {
        let folder = Path::new(ROOT).join("src").join(layer);
        let files = if folder.is_dir() { sources(&folder) } else { vec![folder.with_extension("rs")] };
        for file in files {
            let text = fs::read_to_string(&file).expect("a source");
            for (number, line) in text.lines().enumerate() {
                for name in named(line) {
                    let above = layers[..=at].contains(&name);
                    if layers.contains(&name) && !above {
                        wrong.push(format!("{}:{}: `{layer}` names `{name}`", file.display(), number + 1));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_finder_of_imports_sees_what_it_must() {
    assert_eq!(named("use crate::run::Event;"), ["run"]);
    assert_eq!(named("use crate::{http::Request, run};"), ["http", "run"]);
    assert_eq!(named("    crate::report::Json::new(crate::spec::read())"), ["report", "spec"]);
    assert!(named("// crate::run is below").is_empty());
}

#[test]
fn no_source_file_is_longer_than_it_should_be() {
    let folders = ["src", "tests", "benches"].map(|folder| Path::new(ROOT).join(folder));
    for file in folders.iter().flat_map(|folder| sources(folder)) {
        let lines = fs::read_to_string(&file).expect("a source").lines().count();
        assert!(lines <= LONGEST, "{} has {lines} lines", file.display());
    }
}

#[test]
fn every_path_that_the_architecture_names_exists() {
    let text = fs::read_to_string(Path::new(ROOT).join("docs/ARCHITECTURE.md")).expect("the page");
    let paths: Vec<&str> = text
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|quoted| quoted.contains('/') && !quoted.contains(' ') && !quoted.contains("::"))
        .collect();
    assert!(paths.len() >= 15, "{paths:?}");
    for path in paths {
        assert!(Path::new(ROOT).join(path).exists(), "docs/ARCHITECTURE.md names `{path}`, which is not there");
    }
}

#[test]
fn every_dependency_says_what_it_is_for() {
    let text = fs::read_to_string(Path::new(ROOT).join("Cargo.toml")).expect("the manifest");
    let mut inside = false;
    let mut previous = "";
    for line in text.lines() {
        if line.starts_with('[') {
            inside = line.contains("dependencies");
        } else if inside && line.contains('=') && !line.starts_with('#') {
            assert!(previous.starts_with("# "), "no reason stands above `{line}`");
        }
        previous = line;
    }
}
