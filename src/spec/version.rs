//! In what the versions of the specification differ, as far as anything here depends on it.

use super::model::Version;
use super::{v3_0, v3_1, v3_2};

/// What holds in one version. The values stand in one file for each version.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Differences {
    /// The fields of a path item that are operations.
    pub(crate) methods: &'static [&'static str],
    /// Whether a path item may have operations of any other method in `additionalOperations`.
    pub(crate) additional_operations: bool,
    /// Whether what stands beside `$ref` in a schema counts.
    pub(crate) schema_siblings_of_ref: bool,
    /// Whether `nullable` is a keyword.
    pub(crate) nullable: bool,
    /// Whether `exclusiveMinimum` is a boolean that modifies `minimum`, rather than a bound of its own.
    pub(crate) exclusive_bounds_are_flags: bool,
    /// Keywords of JSON Schema 2020-12 that it does not have (OpenAPI 3.0.4 §4.7.24.1), and many a tool heeds all the same.
    pub(crate) later_keywords: &'static [&'static str],
    /// Whether schemas may have `$id` and `$anchor`, and references may use them.
    pub(crate) schema_resources: bool,
}

impl Version {
    /// The version that the text of `openapi` names.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        match (parts.next()?, parts.next()?) {
            ("3", "0") => Some(Self::V3_0),
            ("3", "1") => Some(Self::V3_1),
            ("3", "2") => Some(Self::V3_2),
            _ => None,
        }
    }

    /// What holds in it.
    pub(crate) fn differences(self) -> Differences {
        match self {
            Self::V3_0 => v3_0::DIFFERENCES,
            Self::V3_1 => v3_1::DIFFERENCES,
            Self::V3_2 => v3_2::DIFFERENCES,
        }
    }
}
