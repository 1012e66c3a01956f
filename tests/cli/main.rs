//! The binary, from outside: what is typed, what is printed, what is written, and how it ends.
#![cfg(all(unix, feature = "reference"))]
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod bodies;
mod builder;
mod documents;
mod environments;
mod files;
mod help;
mod nonsense;
mod parameters;
mod pipes;
mod plan;
mod redact;
mod replay;
mod reports;
mod rules;
mod run;
mod secrets;
mod security;
mod serve;
mod server;
mod state;
mod sweep;
mod trials;
mod unreachable;
