//! The OpenAPI document: read, resolved, and seen as operations.
//!
//! [`load_file`], [`load_reader`] and [`read`] give a [`Document`]; [`Document::operations`] the operations in it;
//! [`lint`] what it leaves open. A document is one file: references to other files are refused, with their place.

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
mod objects;
mod resolve;
mod structure;
mod operations;
mod security;
mod load;
mod lint;
#[cfg(test)]
mod properties;

pub(crate) use suggest::closest;
pub(crate) use yaml::parse_plain;

pub use error::{SpecError, SpecErrorKind};
pub use lint::{LINT_RULES, Lint, LintRule, lint};
pub use load::{MAX_BYTES, load_file, load_reader, read};
pub use model::{Document, Media, Operation, Parameter, RequestBody, ResponseSpec, Server, StatusPattern, Version};
pub use security::{SchemeKind, SecurityScheme};
