//! The OpenAPI document: read, resolved, and seen as operations.
//!
//! [`load_file`], [`load_reader`] and [`read`] give a [`Document`]; [`Document::operations`] the operations in it.
//! A document may consist of several files, which [`References`] limits; what comes of them
//! is one document all the same, in which each node knows its own file.

mod error;
mod suggest;
mod yaml;
mod json;
mod markdown;
mod model;
mod v3_0;
mod v3_1;
mod v3_2;
mod version;
pub(crate) mod objects;
pub(crate) mod resolve;
mod location;
mod parts;
mod bundle;
mod structure;
mod operations;
mod security;
mod load;
#[cfg(test)]
mod properties;

pub(crate) use suggest::closest;
pub(crate) use yaml::parse_plain;

pub use error::{SpecError, SpecErrorKind};
pub use load::{Fetch, MAX_BYTES, References, load_file, load_file_with, load_reader, read, read_with};
pub use model::{
    Document, HeaderSpec, Media, Operation, Parameter, RequestBody, ResponseSpec, Server, StatusPattern, Version,
};
pub use security::{SchemeKind, SecurityScheme};
