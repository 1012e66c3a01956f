use super::*;
use crate::source::{Source, Spans};
use crate::spec::Version;

fn document(version: Version, schemas: Value) -> Document {
    let root = json!({ "components": { "schemas": schemas } });
    Document { source: Source::new("test", ""), root, spans: Spans::default(), version }
}

fn compiled(version: Version, direction: Direction, schemas: Value) -> Compiled {
    let pointer = Pointer::parse("/components/schemas/It");
    Schemas::of(&document(version, schemas)).compile(direction, &pointer).expect("a schema")
}

fn in_3_0(schemas: Value) -> Compiled {
    compiled(Version::V3_0, Direction::Request, schemas)
}

#[test]
fn null_beside_a_reference_is_where_the_readings_differ() {
    let it = in_3_0(json!({
        "Name": { "type": "string" },
        "It": { "type": "object", "properties": { "name": { "$ref": "#/components/schemas/Name", "nullable": true } } },
    }));
    assert_eq!(it.agreement(&json!({ "name": null })), Agreement::DifferInSiblings);
    assert_eq!(it.agreement(&json!({ "name": "a" })), Agreement::Accepted);
    assert_eq!(it.agreement(&json!({ "name": 1 })), Agreement::Refused);
    assert!(it.accepts(&json!({ "name": null })));
}

#[test]
fn a_violation_behind_a_nullable_reference_has_its_place_in_the_document_as_written() {
    let it = in_3_0(json!({
        "Name": { "type": "string" },
        "It": { "properties": { "name": { "$ref": "#/components/schemas/Name", "nullable": true } } },
    }));
    let found = it.violations(&json!({ "name": 1 }));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].schema.as_str(), "/components/schemas/Name/type");
    assert_eq!(found[0].instance.as_str(), "/name");
    assert_eq!(found[0].message, "must be a string");
}

#[test]
fn nullable_beside_a_type_is_no_matter_of_reading() {
    let it = in_3_0(json!({ "It": { "type": "string", "nullable": true } }));
    assert_eq!(it.agreement(&Value::Null), Agreement::Accepted);
    let it = in_3_0(json!({ "It": { "type": "string" } }));
    assert_eq!(it.agreement(&Value::Null), Agreement::Refused);
}

#[test]
fn a_nullable_enum_without_null_is_contested() {
    let it = in_3_0(json!({ "It": { "type": "string", "nullable": true, "enum": ["a"] } }));
    assert_eq!(it.agreement(&Value::Null), Agreement::DifferInSiblings);
}

#[test]
fn each_missing_property_is_a_violation_of_its_own_at_its_entry_in_required() {
    let it = in_3_0(json!({ "It": { "type": "object", "required": ["a", "b"] } }));
    let found = it.violations(&json!({}));
    let places: Vec<_> = found.iter().map(|v| (v.instance.as_str(), v.schema.as_str())).collect();
    assert_eq!(places, [("/a", "/components/schemas/It/required/0"), ("/b", "/components/schemas/It/required/1")]);
}

#[test]
fn a_broken_format_alone_is_contested_and_told_apart() {
    let it = in_3_0(json!({ "It": { "type": "string", "format": "uuid" } }));
    assert_eq!(it.agreement(&json!("nope")), Agreement::DifferInFormat);
    assert_eq!(it.agreement(&json!("f81d4fae-7dec-11d0-a765-00a0c91e6bf6")), Agreement::Accepted);
    assert_eq!(it.format_violations(&json!("nope")).len(), 1);
    assert!(it.violations(&json!("nope")).is_empty());
}

#[test]
fn read_only_is_required_in_answers_alone_and_write_only_in_requests_alone() {
    let schemas = json!({
        "Id": { "type": "string", "readOnly": true },
        "It": {
            "type": "object",
            "properties": { "id": { "$ref": "#/components/schemas/Id" }, "secret": { "type": "string", "writeOnly": true } },
            "required": ["id", "secret"],
        },
    });
    let request = compiled(Version::V3_0, Direction::Request, schemas.clone());
    let response = compiled(Version::V3_0, Direction::Response, schemas);
    assert!(request.accepts(&json!({ "secret": "x" })) && !request.accepts(&json!({ "id": "x" })));
    assert!(response.accepts(&json!({ "id": "x" })) && !response.accepts(&json!({ "secret": "x" })));
}

#[test]
fn boolean_exclusive_bounds_are_understood_in_every_version() {
    for version in [Version::V3_0, Version::V3_1] {
        let it = compiled(
            version,
            Direction::Request,
            json!({ "It": { "type": "number", "minimum": 1, "exclusiveMinimum": true } }),
        );
        assert!(!it.accepts(&json!(1)) && it.accepts(&json!(1.5)));
    }
}

#[test]
fn a_schema_that_is_none_is_an_error_with_its_place() {
    let schemas = Schemas::of(&document(Version::V3_0, json!({ "It": { "type": "strin" } })));
    let error = schemas.compile(Direction::Request, &Pointer::parse("/components/schemas/It")).expect_err("no type");
    assert!(error.to_string().contains("/components/schemas/It"), "{error}");
}

#[test]
fn names_in_data_are_not_taken_for_keywords() {
    let it = in_3_0(json!({
        "It": { "type": "object", "properties": { "nullable": { "type": "boolean" }, "$ref": { "type": "string" } },
                "example": { "nullable": true, "type": "x" } },
    }));
    assert!(it.accepts(&json!({ "nullable": true, "$ref": "a" })));
    assert!(!it.accepts(&json!({ "nullable": 1 })));
}
