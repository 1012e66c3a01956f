//! The gate, tried with the bundled contract broken in one way at a time: everything is found.
//!
//! `PROOFMARK_MUTATION=TEXT` tries those whose name holds the text, and prints the matrix.
#![cfg(feature = "reference")]
#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

use std::sync::Arc;

use proofmark::case::authored;
use proofmark::contract::Contract;
use proofmark::generate::RunTag;
use proofmark::plan::{DEFAULT_SEED, Plan, Profile};
use proofmark::reference::{Options as Server, start};
use proofmark::run::{Decision, Gate, Options, run};
use proofmark::tamper::{Mutation, Setting, mutations};
use proofmark::transport::{AddedHeader, BaseUrl, Client, Target};
use proofmark::verify::{Matrix, Recorded, trial};

const TOKEN: &str = "proofmark-token-0123456789";

fn contract() -> Contract {
    let text = include_bytes!("../specs/admin-openapi.yaml");
    let document = proofmark::spec::read("specs/admin-openapi.yaml", text).expect("the bundled document");
    Contract::of(Arc::new(document)).expect("its contract")
}

fn matrix(wanted: impl Fn(&Mutation) -> bool) -> Matrix {
    let contract = contract();
    let running = start(Server { require_auth: Some(TOKEN.into()), ..Server::default() }).expect("a server");
    let url = BaseUrl::parse(&format!("http://{}", running.address)).expect("a URL");
    let header = AddedHeader::literal("Authorization", format!("Bearer {TOKEN}"));
    let target = Target { headers: vec![header], ..Target::new("embedded", url) };
    let authored = authored::read(&authored::bundled(), &contract).expect("the bundled cases");
    let plan = Plan::new(&contract, Profile::Gate, DEFAULT_SEED, authored.cases);
    let options = Options { concurrency: 16, tag: RunTag::sample(), credentials: true, ledger: None };
    let all = mutations(&contract, &Setting::of(&target, RunTag::sample()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let client = Client::new(&target).expect("a client");
        let recorded = Recorded::new(&client, &contract, None);
        let mut gate = Gate::new(&contract, false);
        run(&plan, &recorded.replay(), &options, std::future::pending(), |event| gate.event(&event)).await;
        assert_eq!(gate.decision(), Decision::Pass);
        let mut matrix = Matrix::default();
        for mutation in all.iter().filter(|mutation| wanted(mutation)) {
            matrix.rows.push(trial(&plan, &recorded, &options, mutation).await);
        }
        matrix
    })
}

#[test]
fn everything_is_found() {
    #[expect(clippy::disallowed_methods, reason = "a developer may ask for some rows")]
    let only = std::env::var("PROOFMARK_MUTATION").ok();
    let begun = std::time::Instant::now();
    let matrix = matrix(|mutation| only.as_ref().is_none_or(|only| mutation.name.contains(only.as_str())));
    for (class, rows) in matrix.classes() {
        let of = |word: &str| rows.iter().filter(|row| row.outcome.word() == word).count();
        println!(
            "{class:<18} killed {:>3} survived {:>3} n/a {:>3}",
            of("killed"),
            of("survived"),
            of("not applicable")
        );
    }
    for row in matrix.survived().chain(matrix.not_applicable()) {
        println!("{:?} {} changed {}: {}", row.outcome, row.name, row.changed, row.breaks);
    }
    println!("{} in {:?}", matrix.rows.len(), begun.elapsed());
}
