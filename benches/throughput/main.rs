//! What judging costs: the engine beside bare clients, against one server in a process of its own, with the same bodies.
//!
//! `cargo bench` runs each client in turn, several rounds, and prints medians of requests per second and of CPU per
//! request, and their ratios, which are taken within a round. `cargo bench -- --memory` compares the memory of a run of
//! 10,000 cases with that of 1,000,000.

#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]
#![expect(clippy::disallowed_methods, reason = "a bench measures time, and starts itself again as other processes")]
#![expect(clippy::expect_used, clippy::panic, reason = "a bench that cannot run ends")]

mod client;
mod server;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// The clients, and what each is.
const CLIENTS: &[(&str, &str)] = &[
    ("hyper", "bare hyper-util loop"),
    ("hyper-judging", "the same, parsing and validating"),
    ("reqwest", "bare reqwest loop"),
    ("reqwest-judging", "the same, parsing and validating"),
    ("engine", "Proofmark: all checks, journal, ledger"),
];
/// What the engine is held against.
const YARDSTICK: &str = "reqwest-judging";

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let number = |name: &str, otherwise: u64| {
        let at = args.iter().position(|arg| arg == name);
        at.and_then(|at| args.get(at + 1)?.parse().ok()).unwrap_or(otherwise)
    };
    match args.first().map(String::as_str) {
        Some("server") => server::serve(),
        Some("client") => println!("{}", client::measure(&args[1], &args[2], number("--requests", 0))),
        Some("--memory") => memory(),
        _ => compare(number("--rounds", 5) as usize, number("--requests", 30_000)),
    }
}

/// One client's run.
#[derive(Clone, Copy, Debug)]
struct Figures {
    per_second: f64,
    /// Microseconds of CPU, user and system, for each request.
    cpu: f64,
    /// The most memory that the process ever had, in KiB.
    memory: f64,
}

fn compare(rounds: usize, requests: u64) {
    let (_server, url) = start_server();
    println!("{} cores, {rounds} rounds of {requests} requests, {} at a time\n", cores(), client::CONCURRENCY);
    let mut all: Vec<Vec<Figures>> = vec![Vec::new(); CLIENTS.len()];
    for round in 0..rounds {
        for at in 0..CLIENTS.len() {
            // Another one goes first in each round, so that none always meets a warm or a tired machine.
            let at = (at + round) % CLIENTS.len();
            all[at].push(run_client(CLIENTS[at].0, &url, requests));
        }
    }
    let yardstick = CLIENTS.iter().position(|(name, _)| *name == YARDSTICK).expect("it is in the list");
    println!("{:<16} {:>10} {:>10} {:>9} {:>9}  ", "client", "requests/s", "CPU us/req", "rate", "CPU");
    for (at, (name, what)) in CLIENTS.iter().enumerate() {
        let of = |pick: fn(&Figures) -> f64| median(all[at].iter().map(pick));
        let ratio =
            |pick: fn(&Figures) -> f64| median(all[at].iter().zip(&all[yardstick]).map(|(a, b)| pick(a) / pick(b)));
        let (rate, cpu) = (ratio(|f| f.per_second), ratio(|f| f.cpu));
        println!("{name:<16} {:>10.0} {:>10.2} {rate:>8.2}x {cpu:>8.2}x  {what}", of(|f| f.per_second), of(|f| f.cpu));
    }
    println!("\nratios are against `{YARDSTICK}`; the goal for `engine` is 0.85 of its rate or more");
}

fn memory() {
    let (_server, url) = start_server();
    for requests in [10_000, 1_000_000] {
        let figures = run_client("engine", &url, requests);
        println!(
            "{requests:>9} cases: {:>7.1} MiB at most, {:.0} requests/s",
            figures.memory / 1024.0,
            figures.per_second
        );
    }
}

/// It ends with what it serves, however that ends.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.0.kill();
    }
}

fn start_server() -> (Server, String) {
    let mut server = again().arg("server").stdout(Stdio::piped()).spawn().expect("the server starts");
    let mut line = String::new();
    let out = server.stdout.take().expect("it is piped");
    BufReader::new(out).read_line(&mut line).expect("it says where it listens");
    (Server(server), format!("http://{}", line.trim()))
}

fn run_client(name: &str, url: &str, requests: u64) -> Figures {
    let out =
        again().args(["client", name, url, "--requests", &requests.to_string()]).output().expect("the client runs");
    let text = String::from_utf8_lossy(&out.stdout);
    let numbers: Vec<f64> = text.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    match numbers.as_slice() {
        [per_second, cpu, memory] => Figures { per_second: *per_second, cpu: *cpu, memory: *memory },
        _ => panic!("`{name}` failed: {text}{}", String::from_utf8_lossy(&out.stderr)),
    }
}

fn again() -> Command {
    Command::new(std::env::current_exe().expect("this program"))
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}
