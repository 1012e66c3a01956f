//! OpenAPI 3.2.x: as 3.1, with the method QUERY and any others that a path item names.

use super::version::Differences;

pub(super) const DIFFERENCES: Differences = Differences {
    methods: &["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"],
    additional_operations: true,
    ..super::v3_1::DIFFERENCES
};
