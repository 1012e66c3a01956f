//! Documents of several files: what may be read, and what is said of that which may not.

use crate::builder::{Proofmark, proofmark};
use crate::server::{Message, answering, url};

/// A document whose one schema is what `reference` leads to.
fn referring(reference: &str) -> String {
    format!(
        "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths:\n  /things:\n    get:\n      responses:\n        '200':\n          description: ok\n          content:\n            application/json:\n              schema:\n                $ref: '{reference}'\n"
    )
}

fn lint(reference: &str) -> Proofmark {
    proofmark("lint --spec api/openapi.yaml").file("api/openapi.yaml", referring(reference))
}

const THING: &str = "type: object\nrequired: [id, nmae]\nproperties:\n  id: {type: string}\n  name: {type: string}\n";

#[test]
fn a_lint_in_another_file_names_that_file() {
    let outcome = lint("./schemas/thing.yaml").file("api/schemas/thing.yaml", THING).run().exits(0);
    outcome.says("api/schemas/thing.yaml:2:").says("required: [id, nmae]");
    let json = r#"{"Thing": {"required": ["nmae"], "properties": {"name": {}}}}"#;
    lint("all.json#/Thing").file("api/all.json", json).run().exits(0).says("api/all.json:1:");
}

#[test]
fn a_document_in_several_files_is_planned_like_any() {
    let outcome = proofmark("plan --spec openapi.yaml")
        .file("openapi.yaml", referring("thing.yaml"))
        .file("thing.yaml", THING)
        .run()
        .exits(0);
    outcome.says("get_things");
}

#[test]
fn what_leads_nowhere_is_an_error_where_the_reference_stands() {
    let place = "api/openapi.yaml:12:23";
    lint("thing.yaml").run().exits(3).complains("there is no file `api/thing.yaml`").complains(place);
    let misspelt = lint("all.yaml#/Thnig").file("api/all.yaml", "Thing: {}").run().exits(3);
    misspelt
        .complains("leads to nothing in `api/all.yaml`")
        .complains("did you mean `all.yaml#/Thing`?")
        .complains(place);
    lint("thing.yml").file("api/thing.yaml", THING).run().exits(3).complains("did you mean `api/thing.yaml`?");
    lint("schemas").file("api/schemas/x", "").run().exits(3).complains("`api/schemas` is no file").complains(place);
    let nested = lint("a.yaml").file("api/a.yaml", "items:\n  $ref: b/c.yaml\n").run().exits(3);
    nested.complains("there is no file `api/b/c.yaml`").complains("api/a.yaml:2:9");
    let broken = lint("a.yaml").file("api/a.yaml", "type: object\nitems: [\n").run().exits(3);
    broken.complains("api/a.yaml:");
}

#[test]
fn nothing_outside_the_folder_is_read_unless_it_is_allowed() {
    for reference in ["../shared/thing.yaml", "x/../../shared/thing.yaml", "%2E%2E/shared/thing.yaml", "/etc/hostname"]
    {
        let outcome = lint(reference).file("shared/thing.yaml", THING).run().exits(3);
        outcome
            .complains("leads out of the document's folder")
            .complains("api/openapi.yaml:12:23")
            .complains("--allow-ref");
    }
    let allowed = lint("../shared/thing.yaml").file("shared/thing.yaml", THING).arg("--allow-ref").arg("shared");
    allowed.run().exits(0).says("shared/thing.yaml:2:");
    lint("a.yaml").arg("--allow-ref").arg("nowhere").run().refused("`--allow-ref nowhere` names no folder");
    lint("file:///etc/hostname").run().exits(3).complains("neither a file nor a URL of http or https");
}

#[test]
fn files_that_lead_only_to_one_another_are_told() {
    let circle = lint("a.yaml").file("api/a.yaml", "$ref: b.yaml").file("api/b.yaml", "$ref: a.yaml#").run().exits(3);
    circle.complains("leads only back to itself").complains("api/openapi.yaml:12:23");
    let tree = "properties:\n  parent: {$ref: '../api/openapi.yaml#/paths/~1things/get/responses/200/content/application~1json/schema'}\n";
    lint("a.yaml").file("api/a.yaml", tree).run().exits(0);
}

#[test]
fn a_symbolic_link_does_not_lead_out_of_the_folder() {
    let run = || lint("link.yaml").file("shared/thing.yaml", THING).link("api/link.yaml", "../shared/thing.yaml");
    run().run().exits(3).complains("over a symbolic link").complains("api/openapi.yaml:12:23");
    run().arg("--allow-ref").arg("shared").run().exits(0);
    lint("link.yaml").file("api/thing.yaml", THING).link("api/link.yaml", "thing.yaml").run().exits(0);
}

#[test]
fn remote_references_are_fetched_only_when_asked_for() {
    let (address, _) = answering(|_| Message::json("200 OK", THING));
    let reference = format!("{}/things/thing.yaml", url(address));
    lint(&reference).run().exits(3).complains("is remote").complains("--allow-remote-refs");
    let outcome = lint(&reference).arg("--allow-remote-refs").run().exits(0);
    outcome.says(&format!("{reference}:2:"));
    let gone = lint("http://127.0.0.1:1/thing.yaml").arg("--allow-remote-refs").run().exits(3);
    gone.complains("could not read `http://127.0.0.1:1/thing.yaml`").complains("api/openapi.yaml:12:23");
}

#[test]
fn a_document_from_standard_input_has_no_folder() {
    let outcome = proofmark("lint --spec -").input(referring("thing.yaml")).file("thing.yaml", THING).run().exits(3);
    outcome.complains("<stdin>:12:23");
}
