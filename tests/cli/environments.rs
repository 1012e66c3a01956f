//! Which server, under which settings.

use std::sync::atomic::Ordering;

use crate::builder::{proofmark, snapshot};
use crate::server::{Message, answering, passing_on_to, sound, url};

fn never(_: &Message) -> Message {
    Message::json("500 Internal Server Error", "{}")
}

#[test]
fn an_unconfirmed_production_environment_gets_nothing_at_all() {
    let (address, seen) = answering(never);
    let settings = format!("[environments.production]\nurl = \"{}\"\n", url(address));
    let here = |flags: &str| proofmark(flags).file("proofmark.toml", &settings);
    let outcome = snapshot!(here("--env production").run());
    outcome.refused("nothing was sent");
    here("--env production --confirm staging").run().refused("nothing was sent");
    here("replay users_create/valid/minimal --env production").run().refused("nothing was sent");
    here("test").env("PROOFMARK_ENV", "production").run().refused("nothing was sent");
    here("plan --env production").run().refused("nothing was sent");
    assert_eq!(seen.connections.load(Ordering::SeqCst), 0);
}

#[test]
fn production_is_known_by_the_url_of_the_document_too() {
    let (address, seen) = answering(never);
    let document = include_str!("../../specs/admin-openapi.yaml");
    let production = document.lines().find_map(|line| line.trim().strip_prefix("- url: ")).expect("a server");
    let outcome = proofmark("--spec api.yaml")
        .file("api.yaml", document.replacen(production, &url(address), 1))
        .arg("--target")
        .arg(url(address))
        .run();
    outcome.refused("is a production environment");
    assert_eq!(seen.connections.load(Ordering::SeqCst), 0);
}

#[test]
fn a_confirmed_production_environment_gets_the_smoke_profile_of_test_users_one_at_a_time() {
    let server = sound();
    let (address, seen) = passing_on_to(server.address);
    let settings = format!("[defaults]\nconcurrency = 8\n[environments.production]\nurl = \"{}\"\n", url(address));
    let outcome = proofmark("--env production --confirm production --rate 500 --concurrency 16")
        .file("proofmark.toml", settings)
        .run()
        .exits(0);
    assert_eq!(outcome.json("reports/latest/report.json")["profile"], "smoke");
    let requests = seen.requests.lock().unwrap();
    assert!((5..100).contains(&requests.len()), "{} requests", requests.len());
    for request in requests.iter() {
        assert_eq!(request.json_body()["live_mode"], false, "{}", request.text());
    }
    assert_eq!(seen.at_once.load(Ordering::SeqCst), 1);
}

#[test]
fn a_larger_profile_is_not_run_on_production() {
    proofmark("--env production --confirm production --profile gate")
        .run()
        .refused("the gate profile is not run on a production environment");
}

#[test]
fn the_settings_are_found_upwards() {
    let server = sound();
    let settings = format!("[environments.development]\nurl = \"{}\"\n", url(server.address));
    proofmark("--env development --profile smoke")
        .file("proofmark.toml", settings)
        .inside("a/b")
        .run()
        .exits(0)
        .says("(development)");
}

#[test]
fn a_flag_beats_a_variable_beats_the_file_beats_the_document() {
    let server = sound();
    let named = |header: &str| {
        let (address, seen) = passing_on_to(server.address);
        let settings =
            format!("[environments.development]\nurl = \"{}\"\nheaders = {{ X-From = \"{header}\" }}\n", url(address));
        (settings, address, seen)
    };
    let from = |seen: &crate::server::Seen| seen.requests.lock().unwrap()[0].head.to_lowercase();

    // The file beats the document, whose development server is elsewhere.
    let (settings, address, seen) = named("file");
    proofmark("--env development --filter /minimal").file("proofmark.toml", &settings).run().says(&url(address));
    assert!(from(&seen).contains("x-from: file"));

    // A variable beats the file: another target, and another timeout.
    let (_, other, _) = named("");
    proofmark("--filter /minimal")
        .file("proofmark.toml", "[defaults]\ntimeout = \"1ms\"\n")
        .env("PROOFMARK_TARGET", url(other))
        .env("PROOFMARK_TIMEOUT", "10s")
        .run()
        .says(&url(other))
        .says("1 conforms");

    // A flag beats a variable, also where the two name the target in different ways.
    let (settings, address, seen) = named("file");
    proofmark("--env development --filter /minimal --timeout 10s")
        .arg("-H")
        .arg("X-From: flag")
        .file("proofmark.toml", &settings)
        .env("PROOFMARK_TARGET", url(other))
        .env("PROOFMARK_TIMEOUT", "1ms")
        .run()
        .says(&url(address))
        .says("1 conforms");
    assert!(from(&seen).contains("x-from: flag"));
}

#[test]
fn a_variable_that_was_meant_to_be_filled_in_does_not_lead_to_the_embedded_server() {
    snapshot!(proofmark("").env("PROOFMARK_TARGET", "").run()).refused("`PROOFMARK_TARGET` is set, but empty");
    proofmark("test").env("PROOFMARK_TARGET", "").run().refused("`PROOFMARK_TARGET` is set, but empty");
    proofmark("")
        .env("PROOFMARK_TARGET", "http://127.0.0.1:1")
        .env("PROOFMARK_ENV", "staging")
        .run()
        .refused("are both set");
}

#[test]
fn a_variable_with_a_wrong_value_is_named() {
    proofmark("").env("PROOFMARK_TIMEOUT", "5").run().refused("`PROOFMARK_TIMEOUT`: `5` is no duration");
    proofmark("test").env("PROOFMARK_SEED", "zz").run().refused("`PROOFMARK_SEED`: a seed is");
    // A command that has no use for it does not mind.
    proofmark("rules").env("PROOFMARK_TIMEOUT", "5").run().exits(0);
}

#[test]
fn a_name_that_is_not_set_is_a_usage_error_that_names_it() {
    let outcome = proofmark("--target http://127.0.0.1:1 -H").arg("Authorization: Bearer ${ADMIN_TOKEN}").run();
    snapshot!(outcome).refused("`ADMIN_TOKEN` is not set");
    proofmark("--env staging")
        .file("proofmark.toml", "[environments.staging]\nurl = \"https://${HOST_OF_STAGING}\"\n")
        .run()
        .refused("`HOST_OF_STAGING` is not set");
}

#[test]
fn an_unknown_environment_has_a_suggestion() {
    snapshot!(proofmark("--env stagin").run()).refused("did you mean `staging`?");
}

#[test]
fn a_mistake_in_the_settings_is_shown_where_it_stands() {
    let outcome =
        proofmark("").file("proofmark.toml", "[environments.qa]\nurl = \"http://127.0.0.1:1\"\nrat = 5\n").run();
    snapshot!(outcome).refused("proofmark.toml:3:1");
}

#[test]
fn a_document_that_is_not_the_bundled_one_needs_a_target() {
    let document = include_str!("../../specs/admin-openapi.yaml").replace("/users:", "/people:");
    snapshot!(proofmark("--spec api.yaml").file("api.yaml", document).run()).refused("no target is given");
}
