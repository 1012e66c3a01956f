//! The reference server: `POST /users` of the Proficient AI admin API as its published page states it, on axum and
//! SQLite.
//!
//! It is sound unless asked otherwise, and then it departs in exactly one stated way: a [`Fault`] breaks the contract,
//! so that a run against it must find something; a [`Variation`] uses a freedom that the contract leaves, so that a run
//! against it must find nothing. [`start`] gives a server with a thread of its own; [`serve`] runs one on the caller's
//! runtime.
//!
//! It does no TLS, and of the API it has only this one operation.

mod answer;
mod behaviour;
mod faults;
mod params;
mod past;
#[cfg(test)]
mod probe;
mod send;
mod server;
mod store;
mod users;
mod variations;

use std::path::PathBuf;

pub use faults::{FAULTS, Fault, FaultClass};
pub use server::{Running, serve, start};
pub use store::StoreError;
pub use variations::{VARIATIONS, Variation};

/// What server to run. The default is sound, open to all, and keeps its users in memory.
#[derive(Clone, Default)]
pub struct Options {
    /// The SQLite file that keeps the users; made where it does not exist. `None` keeps them in memory.
    pub db: Option<PathBuf>,
    /// The token that each request must carry as `Authorization: Bearer …`; without it the answer is 403.
    pub require_auth: Option<String>,
    /// The one way in which the contract is broken.
    pub fault: Option<Fault>,
    /// The one freedom of the contract that is used otherwise than by default.
    pub variation: Option<Variation>,
}
