//! Proofmark proves that a running HTTP API keeps the contract that its OpenAPI document states.
//!
//! The library is the engine behind the `proofmark` binary. Its modules stand in the order of the
//! layers: a module may name only those above it, and `tests/architecture.rs` holds them to it.

pub mod source;
pub mod http;
pub mod spec;
pub mod schema;
pub mod generate;
pub mod lint;
pub mod contract;
pub mod case;
pub mod plan;
pub mod transport;
pub mod tamper;
pub mod check;
pub mod run;
pub mod report;
pub mod verify;
#[cfg(feature = "reference")]
pub mod reference;
