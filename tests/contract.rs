//! Each case of the gate as a test of its own: `cargo test --test contract`, with libtest's filters and flags.
//!
//! Against the embedded server, or against `PROOFMARK_TARGET=URL`.

use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let status = Command::new(env!("CARGO_BIN_EXE_proofmark")).arg("test").args(std::env::args_os().skip(1)).status();
    match status.map(|status| status.code()) {
        Ok(Some(code)) => ExitCode::from(u8::try_from(code).unwrap_or(101)),
        Ok(None) | Err(_) => ExitCode::from(101),
    }
}
