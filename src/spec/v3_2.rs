//! OpenAPI 3.2.x: as 3.1, with the method QUERY.

use super::version::Differences;

pub(super) const DIFFERENCES: Differences = Differences {
    methods: &["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"],
    ..super::v3_1::DIFFERENCES
};
