//! The OpenAPI document: read, resolved, and seen as operations.
//!
//! [`load`] gives a [`Document`]; [`Document::operations`] the operations in it; [`lint`] what it leaves open.

mod model;

pub use model::{Document, Media, Operation, Parameter, RequestBody, ResponseSpec, Server, StatusPattern, Version};
