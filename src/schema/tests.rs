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

/// Which of the values an instance of `It` may be.
fn accepted(version: Version, schemas: Value, values: &[Value]) -> Vec<bool> {
    let it = compiled(version, Direction::Request, schemas);
    values.iter().map(|value| it.agreement(value) == Agreement::Accepted).collect()
}

#[test]
fn a_schema_is_found_by_its_anchor_and_by_its_id_wherever_it_stands() {
    let schemas = json!({
        "It": { "properties": {
            "anchor": { "$ref": "#small" },
            "id": { "$ref": "https://example.com/colour" },
            "within": { "$ref": "https://example.com/colour#dark" },
            "relative": { "$ref": "schemas/item" },
            "through": { "$ref": "schemas/item#/properties/own" },
            "own": { "$ref": "#/components/schemas/Plain" },
        } },
        "Holder": { "$defs": { "Small": { "$anchor": "small", "type": "integer", "maximum": 9 } } },
        "Colour": { "$id": "https://example.com/colour", "enum": ["red", "navy"],
            "$defs": { "Dark": { "$anchor": "dark", "const": "navy" } } },
        "Item": { "$id": "schemas/item", "type": ["object", "integer"], "properties": {
            "own": { "$ref": "#/$defs/Text" }, "next": { "$ref": "item" }, "plain": { "$ref": "#/components/schemas/Plain" } },
            "$defs": { "Text": { "type": "string" } } },
        "Plain": { "type": "boolean" },
        "Names": { "properties": { "$id": { "type": "string" }, "default": { "$ref": "#small" } } },
    });
    let good = json!({ "anchor": 9, "id": "red", "within": "navy", "relative": { "own": "a", "next": { "own": "b" }, "plain": true },
        "through": "a", "own": true });
    let bad = [
        json!({ "anchor": 10 }),
        json!({ "id": "green" }),
        json!({ "within": "red" }),
        json!({ "relative": "text" }),
        json!({ "relative": { "next": { "own": 1 } } }),
        json!({ "relative": { "plain": 1 } }),
        json!({ "through": 1 }),
        json!({ "own": 1 }),
    ];
    let values: Vec<Value> = std::iter::once(good).chain(bad).collect();
    let expected: Vec<bool> = (0..values.len()).map(|at| at == 0).collect();
    assert_eq!(accepted(Version::V3_1, schemas, &values), expected);
}

#[test]
fn a_dynamic_reference_means_what_the_outermost_schema_says() {
    // The example of "Generic (Template) Data Structures" in OpenAPI 3.1, and a tree that is strict about its own kind.
    let schemas = |it: &str| {
        json!({
            "It": { "$ref": it },
            "Any": { "$id": "any_array", "type": "array", "items": { "$dynamicRef": "#item" },
                "$defs": { "All": { "$dynamicAnchor": "item" } } },
            "Numbers": { "$id": "numbers", "$ref": "any_array", "$defs": { "N": { "$dynamicAnchor": "item", "type": "number" } } },
            "Texts": { "$id": "texts", "$ref": "any_array", "$defs": { "T": { "$dynamicAnchor": "item", "type": "string" } } },
            "Tree": { "$id": "tree", "$dynamicAnchor": "node", "type": "object",
                "properties": { "data": true, "children": { "type": "array", "items": { "$dynamicRef": "#node" } } } },
            "StrictTree": { "$id": "strict-tree", "$dynamicAnchor": "node", "$ref": "tree", "unevaluatedProperties": false },
        })
    };
    let numbers = [json!([1, 2]), json!(["a"])];
    assert_eq!(accepted(Version::V3_1, schemas("#/components/schemas/Any"), &numbers), [true, true]);
    assert_eq!(accepted(Version::V3_1, schemas("#/components/schemas/Numbers"), &numbers), [true, false]);
    assert_eq!(accepted(Version::V3_2, schemas("texts"), &numbers), [false, true]);
    let trees = [json!({ "children": [{ "data": 1 }] }), json!({ "children": [{ "daat": 1 }] }), json!({ "daat": 1 })];
    assert_eq!(accepted(Version::V3_1, schemas("tree"), &trees), [true, true, true]);
    assert_eq!(accepted(Version::V3_1, schemas("strict-tree"), &trees), [true, false, false]);
    let it = compiled(Version::V3_1, Direction::Request, schemas("numbers"));
    let places: Vec<_> =
        it.violations(&json!(["a"])).into_iter().map(|found| found.schema.as_str().to_owned()).collect();
    assert_eq!(places, ["/components/schemas/Numbers/$defs/N/type"]);
    let it = compiled(Version::V3_1, Direction::Request, schemas("strict-tree"));
    let places: Vec<_> =
        it.violations(&json!({ "children": 1 })).into_iter().map(|found| found.schema.as_str().to_owned()).collect();
    assert_eq!(places, ["/components/schemas/Tree/properties/children/type"]);
}

#[test]
fn before_openapi_3_1_there_are_no_identifiers() {
    let schemas = json!({ "It": { "$id": "it", "properties": { "a": { "$ref": "#/components/schemas/A" } } }, "A": { "type": "string" } });
    assert_eq!(accepted(Version::V3_0, schemas, &[json!({ "a": "x" }), json!({ "a": 1 })]), [true, false]);
}

#[test]
fn a_text_that_holds_something_encoded_is_contested_where_it_does_not() {
    let it =
        compiled(Version::V3_1, Direction::Request, json!({ "It": { "type": "string", "contentEncoding": "base64" } }));
    assert_eq!(it.agreement(&json!("cHJvb2Y=")), Agreement::Accepted);
    assert_eq!(it.agreement(&json!("no base64!")), Agreement::DifferInFormat);
    let json = json!({ "It": { "type": "string", "contentMediaType": "application/json" } });
    assert_eq!(compiled(Version::V3_1, Direction::Request, json).agreement(&json!("{")), Agreement::DifferInFormat);
}

#[test]
fn a_keyword_that_the_version_does_not_have_is_contested() {
    let schemas = || json!({ "It": { "type": "string", "const": "a" } });
    let [old, new] = [Version::V3_0, Version::V3_1].map(|version| compiled(version, Direction::Request, schemas()));
    assert_eq!(
        (old.agreement(&json!("a")), old.agreement(&json!("b"))),
        (Agreement::Accepted, Agreement::DifferInSiblings)
    );
    assert_eq!((new.agreement(&json!("a")), new.agreement(&json!("b"))), (Agreement::Accepted, Agreement::Refused));
}
