//! The gate, tried with the bundled contract broken in one way at a time: everything is found.
//!
//! `PROOFMARK_MUTATION=TEXT` tries only those whose name holds the text, and prints what became of each.
#![cfg(feature = "reference")]
#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::sync::Arc;

use proofmark::case::{Intent, authored};
use proofmark::contract::Contract;
use proofmark::generate::RunTag;
use proofmark::plan::{DEFAULT_SEED, Plan, Profile};
use proofmark::reference::{Options as Server, start};
use proofmark::run::{Decision, Gate, Options, Started, run};
use proofmark::tamper::{Mutation, Setting, mutations};
use proofmark::transport::{AddedHeader, BaseUrl, Client, Target};
use proofmark::verify::{Matrix, Outcome, Recorded, json, trial};

const TOKEN: &str = "proofmark-token-0123456789";
/// How many parts the mutations are tried in at once.
const PARTS: usize = 2;

/// Mutations that no check finds: a part of their name, and why.
const SURVIVORS: &[(&str, &str)] = &[];

/// Mutations that no answer of the embedded server lets happen: a part of their name, and why.
const NOT_APPLICABLE: &[(&str, &str)] = &[
    ("/refused-valid/external_id/empty", "an empty identifier is contested"),
    ("/refused-valid/external_id/one-character", "an identifier of one character is contested"),
    ("/server-assigned/", "the embedded server ignores what is sent of it"),
];

fn contract() -> Contract {
    let text = include_bytes!("../specs/admin-openapi.yaml");
    let document = proofmark::spec::read("specs/admin-openapi.yaml", text).expect("the bundled document");
    Contract::of(Arc::new(document)).expect("its contract")
}

/// Tries every `PARTS`th mutation that is `wanted`, from the one numbered `part` on, with the cases that `kept` holds for.
fn tried(
    part: usize,
    parts: usize,
    wanted: impl Fn(&Mutation) -> bool,
    kept: impl Fn(&proofmark::case::Case) -> bool,
) -> Matrix {
    let contract = contract();
    let running = start(Server { require_auth: Some(TOKEN.into()), ..Server::default() }).expect("a server");
    let url = BaseUrl::parse(&format!("http://{}", running.address)).expect("a URL");
    let header = AddedHeader::literal("Authorization", format!("Bearer {TOKEN}"));
    let target = Target { headers: vec![header], ..Target::new("embedded", url) };
    let authored = authored::read(&authored::bundled(), &contract).expect("the bundled cases");
    let mut plan = Plan::new(&contract, Profile::Gate, DEFAULT_SEED, authored.cases).with_credentials();
    plan.keep_if(kept);
    let options = Options { credentials: true, redactor: target.redactor(), ..Options::new(RunTag::sample()) };
    let all = mutations(&contract, &Setting::of(&target, RunTag::sample()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let client = Client::new(&target).expect("a client");
        let recorded = Recorded::new(&client, &contract, None);
        let mut gate = Gate::new(&plan, false);
        run(&plan, &recorded.replay(), &options, std::future::pending(), |event| gate.event(&event)).await;
        assert_eq!(gate.decision(), Decision::Pass);
        let mut matrix = Matrix::default();
        for mutation in all.iter().filter(|mutation| wanted(mutation)).skip(part).step_by(parts) {
            matrix.rows.push(trial(&plan, &recorded, &options, mutation).await);
        }
        matrix
    })
}

fn all(wanted: impl Fn(&Mutation) -> bool + Sync) -> Matrix {
    let wanted = &wanted;
    let matrices: Vec<Matrix> = std::thread::scope(|scope| {
        let parts = (0..PARTS).map(|part| scope.spawn(move || tried(part, PARTS, wanted, |_| true)));
        parts.collect::<Vec<_>>().into_iter().map(|part| part.join().expect("a part")).collect()
    });
    Matrix { rows: matrices.into_iter().flat_map(|matrix| matrix.rows).collect() }
}

#[test]
fn everything_is_found() {
    #[expect(clippy::disallowed_methods, reason = "a developer may ask for some rows")]
    let only = std::env::var("PROOFMARK_MUTATION").ok();
    let matrix = all(|mutation| only.as_ref().is_none_or(|only| mutation.name.contains(only.as_str())));
    if only.is_some() {
        matrix.rows.iter().for_each(|row| println!("{}: {:?}, changed {}", row.name, row.outcome, row.changed));
        return;
    }
    for (class, rows) in matrix.classes() {
        let killed = rows.iter().filter(|row| matches!(row.outcome, Outcome::Killed { .. })).count();
        println!("{class}: {killed} of {} killed", rows.len());
    }
    let survivors: Vec<&str> = matrix.survived().map(|row| row.name.as_str()).collect();
    let absent: Vec<&str> = matrix.not_applicable().map(|row| row.name.as_str()).collect();
    for (names, known, what) in [(survivors, SURVIVORS, "survived"), (absent, NOT_APPLICABLE, "did nothing")] {
        let unknown: Vec<_> = names.iter().filter(|name| !known.iter().any(|(part, _)| name.contains(part))).collect();
        assert!(unknown.is_empty(), "{} {what}: {unknown:#?}", unknown.len());
        let outdated: Vec<_> = known.iter().filter(|(part, _)| !names.iter().any(|name| name.contains(part))).collect();
        assert!(outdated.is_empty(), "these are to be taken off the list of what {what}: {outdated:#?}");
    }
}

#[test]
fn a_mutation_that_changes_nothing_is_not_counted() {
    let valid = |case: &proofmark::case::Case| case.intent == Intent::Valid && case.steps.len() == 1;
    let about_errors = |mutation: &Mutation| mutation.name.contains("/response-schema/400/error.code/required");
    let matrix = tried(0, 1, about_errors, valid);
    assert_eq!(matrix.rows.len(), 1);
    assert_eq!((matrix.rows[0].changed, &matrix.rows[0].outcome), (0, &Outcome::NotApplicable));
    assert_eq!(matrix.kill_rate(), None);
}

#[test]
fn the_matrix_for_programs_follows_its_schema() {
    let matrix = tried(0, 40, |_| true, |_| true);
    let started = Started {
        version: "0.0.0",
        run: RunTag::sample().to_string(),
        document: "specs/admin-openapi.yaml".into(),
        target: "http://127.0.0.1:1".into(),
        environment: "embedded".into(),
        profile: "gate".into(),
        seed: DEFAULT_SEED,
        cases: Some(1),
        operations: Vec::new(),
        untried: Vec::new(),
        at: 0,
    };
    let reference = serde_json::json!({ "faults": 1, "missed": ["a"], "variations": 0, "failed": [] });
    let mut text = Vec::new();
    json::write(&mut text, &started, &matrix, &[("reference", reference)]).expect("it is written");
    let report = serde_json::from_slice(&text).expect("JSON");
    let schema = serde_json::from_str(include_str!("../specs/verify.schema.json")).expect("a schema");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}
