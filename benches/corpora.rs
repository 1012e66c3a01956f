//! The public documents: how many load and plan, and what that takes. `PROOFMARK_CORPORA` names their folder.
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
use proofmark::plan::{DEFAULT_SEED, Plan, Profile};
use proofmark::spec;

/// What came of one document.
struct Row {
    path: String,
    bytes: u64,
    load: Duration,
    plan: Duration,
    /// Operations and cases; none where it does not load.
    planned: Option<(usize, u64)>,
}

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
    let contract = document.ok().and_then(|document| Contract::of(Arc::new(document)).ok());
    let planned = contract.map(|contract| {
        let plan = Plan::new(&contract, Profile::Gate, DEFAULT_SEED, Vec::new());
        (contract.operations.len(), plan.len().unwrap_or_default())
    });
    let bytes = std::fs::metadata(path).map_or(0, |about| about.len());
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Row { path: name, bytes, load, plan: begun.elapsed(), planned }
}

/// The most memory that this process ever had, in bytes, where the system tells (Linux).
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<u64>().ok()).unwrap_or(0) << 10
}
