//! OpenAPI 3.1.x: schemas are JSON Schema 2020-12.

use super::version::Differences;

pub(super) const DIFFERENCES: Differences = Differences {
    schema_siblings_of_ref: true,
    nullable: false,
    exclusive_bounds_are_flags: false,
    later_keywords: &[],
    schema_resources: true,
    ..super::v3_0::DIFFERENCES
};
