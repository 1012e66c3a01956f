//! Where the document comes from, and what is said of one that cannot be used.

use crate::builder::{proofmark, snapshot};
use crate::server::{Message, answering, sound, url};

const YAML: &str = include_str!("../../specs/admin-openapi.yaml");
const PAGE: &str = include_str!("../../specs/create-a-user.md");

#[test]
fn a_document_is_read_from_a_file_an_input_or_a_url_and_from_a_page() {
    let rules = |run: crate::builder::Outcome| {
        let outcome = run.exits(0);
        outcome.stdout.lines().filter(|line| !line.contains("by its words") && !line.contains("by structure")).count()
    };
    let bundled = rules(proofmark("rules").run());
    assert!(bundled > 3);
    assert_eq!(bundled, rules(proofmark("rules --spec api.yaml").file("api.yaml", YAML).run()));
    assert_eq!(bundled, rules(proofmark("rules --spec page.md").file("page.md", PAGE).run()));
    assert_eq!(bundled, rules(proofmark("rules --spec -").input(YAML).run()));
    assert_eq!(bundled, rules(proofmark("rules").env("PROOFMARK_SPEC", "x.yaml").file("x.yaml", YAML).run()));
    let (address, _) = answering(|_| Message::json("200 OK", YAML));
    assert_eq!(bundled, rules(proofmark("rules --spec").arg(format!("{}/api.yaml", url(address))).run()));
}

#[test]
fn the_page_as_published_is_run_like_the_document_in_it() {
    let server = sound();
    proofmark("--profile smoke --spec page.md")
        .file("page.md", PAGE)
        .arg("--target")
        .arg(url(server.address))
        .run()
        .exits(0)
        .says("Loaded page.md: OpenAPI 3.0.1, 1 operation");
}

#[test]
fn the_bundled_document_has_no_path_where_there_is_none() {
    proofmark("rules").run().says("(<bundled>/admin-openapi.yaml:");
    proofmark("rules").file("specs/admin-openapi.yaml", YAML).run().says("(specs/admin-openapi.yaml:");
    proofmark("rules").file("specs/admin-openapi.yaml", "another").run().says("(<bundled>/admin-openapi.yaml:");
}

#[test]
fn a_reference_to_nothing_is_shown_where_it_stands() {
    let document = YAML.replacen("schemas/UserCreateParams'", "schemas/UserCreateParam'", 1);
    snapshot!(proofmark("--spec api.yaml").file("api.yaml", document).run()).exits(3);
}

#[test]
fn a_repeated_key_is_shown_where_it_stands() {
    let document = "openapi: 3.0.1\ninfo:\n  title: a\n  version: '1'\n  title: b\npaths: {}\n";
    snapshot!(proofmark("--spec api.yaml").file("api.yaml", document).run()).exits(3);
}

#[test]
fn text_that_is_no_document_is_refused_at_its_place() {
    for (name, text) in [
        ("unclosed.yaml", "openapi: [3.0.1\n"),
        ("empty.yaml", ""),
        ("list.json", "[1, 2]"),
        ("swagger.json", r#"{"swagger":"2.0","info":{"title":"a","version":"1"},"paths":{}}"#),
        ("page.md", "# Nothing here\n"),
        ("tab.yaml", "openapi:\t3.0.1\n\tinfo: x\n"),
    ] {
        let outcome = proofmark("lint --spec").arg(name).file(name, text).run().exits(3);
        assert!(outcome.stdout.is_empty(), "{outcome}");
        assert!(outcome.stderr.starts_with("error: "), "{outcome}");
        assert!(outcome.stderr.contains(name), "{outcome}");
    }
}

#[test]
fn a_document_that_cannot_be_read_says_why() {
    snapshot!(proofmark("--spec nowhere.yaml").run()).exits(3);
    proofmark("--spec .").run().exits(3).complains("could not read `.`");
    proofmark("--spec http://127.0.0.1:1/api.yaml").run().exits(3).complains("could not fetch http://127.0.0.1:1/");
}

#[test]
fn lint_says_what_the_bundled_document_leaves_open() {
    snapshot!(proofmark("lint").file("specs/admin-openapi.yaml", YAML).run()).exits(0);
    proofmark("lint --strict").run().exits(1);
}

#[test]
fn lint_has_nothing_to_say_of_a_document_that_leaves_nothing_open() {
    let document = "openapi: 3.0.1\ninfo: { title: a, version: '1' }\npaths: {}\n";
    snapshot!(proofmark("lint --strict --spec api.yaml").file("api.yaml", document).run()).exits(0);
}

#[test]
fn rules_are_shown_with_where_they_come_from() {
    snapshot!(proofmark("rules").file("specs/admin-openapi.yaml", YAML).run()).exits(0);
}
