//! OpenAPI 3.0.x.

use super::version::Differences;

pub(super) const DIFFERENCES: Differences = Differences {
    methods: &["get", "put", "post", "delete", "options", "head", "patch", "trace"],
    additional_operations: false,
    schema_siblings_of_ref: false,
    nullable: true,
    exclusive_bounds_are_flags: true,
    later_keywords: &[
        "const",
        "contains",
        "minContains",
        "maxContains",
        "patternProperties",
        "propertyNames",
        "if",
        "then",
        "else",
        "prefixItems",
        "dependentRequired",
        "dependentSchemas",
        "unevaluatedItems",
        "unevaluatedProperties",
    ],
    schema_resources: false,
};
