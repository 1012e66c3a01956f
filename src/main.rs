//! The `proofmark` command.

mod cli;

fn main() -> cli::Exit {
    cli::main()
}
