//! The public documents: how many load and plan, what that takes, and how many of their schemas have instances. `PROOFMARK_CORPORA` names their folder.
//!
//!     PROOFMARK_CORPORA=… cargo bench --bench corpora
//!     cargo bench --bench corpora -- --load FILE...
//!
//! The second says of each file how long it takes to load, with the spans of its nodes, and the most memory that a process
//! has which does nothing else.

#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a bench prints what it measures")]
#![expect(clippy::expect_used, reason = "a bench that cannot go on ends")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use proofmark::contract::Contract;
use proofmark::generate::Draw;
use proofmark::generate::instances::{Instances, Limits};
use proofmark::plan::{DEFAULT_SEED, Plan, Profile};
use proofmark::schema::{Direction, Schemas};
use proofmark::source::Pointer;
use proofmark::spec::{self, Document};
use serde_json::{Value, json};

/// What came of one document.
struct Row {
    path: String,
    bytes: u64,
    load: Duration,
    plan: Duration,
    /// Operations and cases; none where it does not load.
    planned: Option<(usize, u64)>,
    rates: Rates,
    instances: Duration,
}

/// How many schemas there are, and of how many an instance was made.
#[derive(Clone, Copy, Default)]
struct Rates {
    schemas: usize,
    valid: usize,
    /// Schemas that refuse something.
    refusing: usize,
    invalid: usize,
}

/// One instance of each sort is enough here: `cargo test --test instances` proves them all.
const FEW: Limits = Limits { instances: 4, places: 12, work: 60_000 };

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.split_first() {
        Some((mode, files)) if mode == "--load" => files.iter().for_each(|file| println!("{}", loaded_alone(file))),
        Some((mode, files)) if mode == "--load-here" => files.iter().for_each(|file| load_here(Path::new(file))),
        _ => corpora(),
    }
}

/// Loads one document in a process of its own, and says what that took.
fn loaded_alone(file: &str) -> String {
    let child = std::process::Command::new(std::env::current_exe().expect("this program"))
        .args(["--load-here", file])
        .output()
        .expect("it runs");
    String::from_utf8_lossy(&child.stdout).trim_end().to_owned()
}

fn load_here(path: &Path) {
    let size = std::fs::metadata(path).map_or(0, |about| about.len());
    let before = peak_memory();
    let begun = Instant::now();
    let document = spec::load_file(path);
    let took = begun.elapsed();
    let memory = peak_memory() - before;
    let times = memory as f64 / size.max(1) as f64;
    let what =
        document.map_or_else(|error| format!("refused: {error}"), |document| format!("{} nodes", document.spans.len()));
    println!(
        "{size:>9} bytes {took:>9.2?} {memory:>10} bytes of memory, {times:.1} times its size, {what}  {}",
        path.display()
    );
}

fn corpora() {
    let Some(corpora) = std::env::var_os("PROOFMARK_CORPORA") else {
        println!("SKIPPED: set `PROOFMARK_CORPORA` to the folder of the corpora");
        return;
    };
    let folder = PathBuf::from(corpora).join("openapi/dev");
    let mut rows: Vec<Row> = documents(&folder).iter().map(|path| row(path)).collect();
    let of = |holds: fn(&Row) -> bool| rows.iter().filter(|row| holds(row)).count();
    println!("documents       {}", rows.len());
    println!("loaded          {}", of(|row| row.planned.is_some()));
    println!("with cases      {}", of(|row| row.planned.is_some_and(|(_, cases)| cases > 0)));
    println!(
        "operations      {}",
        rows.iter().filter_map(|row| row.planned).map(|(operations, _)| operations).sum::<usize>()
    );
    println!("cases           {}", rows.iter().filter_map(|row| row.planned).map(|(_, cases)| cases).sum::<u64>());
    println!("bytes           {}", rows.iter().map(|row| row.bytes).sum::<u64>());
    println!("loading         {:.2?}", rows.iter().map(|row| row.load).sum::<Duration>());
    println!("planning        {:.2?}", rows.iter().map(|row| row.plan).sum::<Duration>());
    let sum = |of: fn(&Rates) -> usize| rows.iter().map(|row| of(&row.rates)).sum::<usize>();
    let share =
        |made: usize, among: usize| format!("{made}/{among} ({:.2} %)", 100.0 * made as f64 / among.max(1) as f64);
    println!("schemas with a valid instance     {}", share(sum(|rates| rates.valid), sum(|rates| rates.schemas)));
    println!("schemas with an invalid instance  {}", share(sum(|rates| rates.invalid), sum(|rates| rates.refusing)));
    println!("instances       {:.2?}", rows.iter().map(|row| row.instances).sum::<Duration>());
    println!("most memory     {} MiB", peak_memory() >> 20);
    println!("\nslowest to plan:");
    rows.sort_by_key(|row| std::cmp::Reverse(row.plan));
    for row in rows.iter().take(10) {
        let (operations, cases) = row.planned.unwrap_or_default();
        println!("{:>9.2?}  {operations:>5} operations {cases:>7} cases  {}", row.plan, row.path);
    }
}

/// Every document below a folder, in the order of their names.
fn documents(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let is_document = |path: &Path| path.extension().is_some_and(|end| end == "json" || end == "yaml" || end == "yml");
    paths.into_iter().filter(|path| is_document(path)).collect()
}

fn row(path: &Path) -> Row {
    let begun = Instant::now();
    let document = spec::load_file(path);
    let load = begun.elapsed();
    let begun = Instant::now();
    let rates = document.as_ref().map(rates).unwrap_or_default();
    let instances = begun.elapsed();
    let begun = Instant::now();
    let contract = document.ok().and_then(|document| Contract::of(Arc::new(document)).ok());
    let planned = contract.map(|contract| {
        let plan = Plan::new(&contract, Profile::Gate, DEFAULT_SEED, Vec::new());
        (contract.operations.len(), plan.len().unwrap_or_default())
    });
    let bytes = std::fs::metadata(path).map_or(0, |about| about.len());
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Row { path: name, bytes, load, plan: begun.elapsed(), planned, rates, instances }
}

/// The rates of the components and request bodies of a document.
fn rates(document: &Document) -> Rates {
    let components = Pointer::parse("/components/schemas");
    let named = components.resolve(&document.root).and_then(Value::as_object);
    let mut pointers: Vec<Pointer> = named.into_iter().flatten().map(|(name, _)| components.child(name)).collect();
    let bodies = document.operations().unwrap_or_default().into_iter().filter_map(|operation| operation.request_body);
    pointers.extend(bodies.flat_map(|body| body.content).filter_map(|media| media.schema));
    let readings = Schemas::of(document);
    let root = readings.strict(Direction::Request);
    let mut rates = Rates::default();
    for pointer in &pointers {
        let Ok(compiled) = readings.compile(Direction::Request, pointer) else { continue };
        let Ok(instances) = Instances::of(root, pointer, &compiled, FEW) else { continue };
        let draw = || Draw::new(1, pointer.as_str());
        let refuses =
            [json!(null), json!({}), json!("x"), json!(1), json!([])].iter().any(|value| !compiled.accepts(value));
        let invalid = instances.invalid(&mut draw()).is_ok_and(|made| !made.is_empty());
        rates.schemas += 1;
        rates.valid += usize::from(instances.valid(&mut draw()).is_ok_and(|made| !made.is_empty()));
        rates.refusing += usize::from(refuses || invalid);
        rates.invalid += usize::from(invalid);
    }
    rates
}

/// The most memory that this process ever had, in bytes, where the system tells (Linux).
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<u64>().ok()).unwrap_or(0) << 10
}
