//! What a schema composed of others asks for: each branch, each pattern, elements and members of every kind, and each of its
//! constraints broken alone. Only where the schema has more than plain properties; those have proposers of their own.

use std::collections::HashSet;

use serde_json::Value;

use super::ground::Ground;
use super::{Case, Intent};
use crate::contract::{BodyContract, Contract};
use crate::generate::instances::{Instances, Limits, NoInstance};
use crate::generate::{Contest, Draw, Template};
use crate::schema::{Direction, Schemas};
use crate::source::Pointer;

/// Enough for every branch of what people write, and no more than a plan has room for.
const LIMITS: Limits = Limits { instances: 200, places: 120, work: 250_000 };
/// The same for an operation of a document that has more than [`MANY`]: each has little room in a plan.
const LITTLE: Limits = Limits { instances: 24, places: 24, work: 30_000 };
const MANY: usize = 30;
/// How far a schema is looked through for what it is composed of.
const MAX_SCHEMAS: usize = 2_000;
/// The largest integer that every JSON parser keeps (RFC 8259 §6).
const LARGEST_EXACT: u64 = 1 << 53;

/// Keywords for which plain properties are not enough.
const COMPOSING: &[&str] = &[
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "items",
    "prefixItems",
    "contains",
    "pattern",
    "multipleOf",
    "const",
    "patternProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "dependentRequired",
    "dependentSchemas",
    "dependencies",
    "unevaluatedProperties",
    "unevaluatedItems",
];

/// A smallest and a full body, for schemas beyond plain properties.
///
/// # Errors
///
/// None was found, and which part of the schema stands in the way.
pub(super) fn bodies(schemas: &Schemas, body: &BodyContract, seed: u64) -> Result<(Value, Value), NoInstance> {
    let mut draw = Draw::new(seed, body.schema.pointer().as_str());
    instances(schemas, body, LIMITS)?.smallest_and_fullest(&mut draw)
}

/// Why no body can be made for an operation.
pub(super) fn why_none(contract: &Contract, number: usize, seed: u64) -> String {
    let body = contract.operations.get(number).and_then(|operation| operation.body.as_ref());
    let reason = body.and_then(|body| bodies(&contract.schemas, body, seed).err());
    let said = "no body could be made that its schema accepts";
    reason.map_or_else(|| said.into(), |reason| format!("{said}: `{}`: {}", reason.pointer, reason.reason))
}

fn instances<'c>(
    schemas: &'c Schemas,
    body: &'c BodyContract,
    limits: Limits,
) -> Result<Instances<'c, &'c crate::schema::Compiled>, NoInstance> {
    Instances::of(schemas.strict(Direction::Request), body.schema.pointer(), &body.schema, limits)
}

pub(super) fn propose(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    let root = ground.schemas.strict(Direction::Request);
    let Some(schema) = ground.body.schema.pointer().resolve(root) else { return };
    if !is_composed(root, schema) {
        return;
    }
    // By what the document has, and not by what is asked for: a case of one name is the same in every plan.
    let limits = if ground.call.among > MANY { LITTLE } else { LIMITS };
    let Ok(instances) = instances(ground.schemas, ground.body, limits) else { return };
    // What others propose may come again: which of those are made depends on how much room there is, and a case of one name
    // is the same in every plan.
    let mut known: HashSet<String> =
        [&ground.minimal, &ground.full].map(|sound| ground.sample(sound).to_string()).into();
    for valid in instances.valid(&mut ground.draw("composed/valid")).unwrap_or_default() {
        // What identifies must be new each time; its own proposers see to it.
        if ground.body.fresh.contains(&valid.place) || !known.insert(valid.value.to_string()) {
            continue;
        }
        let contest = is_beyond_parsers(&valid.value).then_some(Contest::LargeInteger);
        let reason = format!("the schema allows `{}`", valid.name);
        let template = with_slots(ground, valid.value);
        let case = ground.case(&format!("composed/{}", valid.name), reason, template, contest);
        cases.extend(
            case.filter(|case| !matches!(case.intent, Intent::Invalid { .. })).map(|case| at(case, valid.place)),
        );
    }
    for invalid in instances.invalid(&mut ground.draw("composed/invalid")).unwrap_or_default() {
        if !known.insert(invalid.value.to_string()) {
            continue;
        }
        let reason = format!("`{}` is broken at `{}`", invalid.keyword, invalid.place);
        let template = with_slots(ground, invalid.value);
        let case = ground.case(&format!("composed/{}", invalid.name), reason, template, None);
        let case = case.filter(|case| matches!(case.intent, Intent::Invalid { .. }));
        cases.extend(case.map(|case| Case { subject: Some(invalid.constraint), ..at(case, invalid.place) }));
    }
}

fn at(case: Case, place: Pointer) -> Case {
    Case { focus: place, ..case }
}

/// The value with those slots that the sound bodies have, where it has a text there.
pub(super) fn with_slots(ground: &Ground<'_>, value: Value) -> Template {
    let mut template = Template::fixed(value);
    for slot in ground.full.slots.iter().chain(&ground.minimal.slots) {
        if slot.pointer.resolve(&template.value).is_some_and(Value::is_string) {
            template.set_slot(&slot.pointer, slot.form.clone());
        }
    }
    template
}

/// Whether some integer in it is beyond what every parser keeps.
fn is_beyond_parsers(value: &Value) -> bool {
    match value {
        Value::Number(number) => {
            number.as_u64().is_some_and(|number| number > LARGEST_EXACT)
                || number.as_i64().is_some_and(|number| number.unsigned_abs() > LARGEST_EXACT)
                || number.as_f64().is_some_and(|number| number.abs() > LARGEST_EXACT as f64)
        }
        Value::Array(items) => items.iter().any(is_beyond_parsers),
        Value::Object(members) => members.values().any(is_beyond_parsers),
        _ => false,
    }
}

/// Whether a schema, or one that it leads to, has more than plain properties.
fn is_composed(root: &Value, schema: &Value) -> bool {
    let mut seen = HashSet::new();
    let mut pending = vec![schema];
    while let Some(schema) = pending.pop() {
        let Some(members) = schema.as_object() else { continue };
        if !seen.insert(std::ptr::from_ref(schema)) || seen.len() > MAX_SCHEMAS {
            continue;
        }
        let described = members.get("additionalProperties").is_some_and(Value::is_object);
        if described || COMPOSING.iter().any(|keyword| members.contains_key(*keyword)) {
            return true;
        }
        let reference = members.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'));
        pending.extend(reference.and_then(|text| Pointer::parse(text).resolve(root)));
        pending.extend(members.get("properties").and_then(Value::as_object).into_iter().flat_map(|all| all.values()));
    }
    false
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::super::{Derived, derive};
    use super::*;

    fn contract(schema: Value) -> Contract {
        let document = json!({
            "openapi": "3.1.0",
            "info": { "title": "t", "version": "1" },
            "paths": { "/things": { "post": {
                "operationId": "make",
                "requestBody": { "required": true, "content": { "application/json": { "schema": schema } } },
                "responses": { "200": { "description": "made" }, "400": { "description": "refused" } } } } }
        });
        let document = crate::spec::read("t.json", document.to_string().as_bytes()).expect("a document");
        Contract::of(Arc::new(document)).expect("a contract")
    }

    fn cases(schema: Value) -> Vec<Case> {
        match derive(&contract(schema), 0, 1) {
            Derived::Cases(cases) => cases,
            Derived::Nothing(why) => panic!("{why}"),
        }
    }

    #[test]
    fn a_body_of_alternatives_and_patterns_has_cases_of_both_intents() {
        let cases = cases(json!({ "oneOf": [
            { "type": "object", "required": ["kind", "code"], "additionalProperties": false, "properties": {
                "kind": { "const": "a" }, "code": { "type": "string", "pattern": "^[A-Z]{2}\\d{3}$" } } },
            { "type": "object", "required": ["kind", "tags"], "properties": {
                "kind": { "const": "b" }, "tags": { "type": "array", "items": { "enum": ["x", "y"] }, "minItems": 1, "uniqueItems": true } } },
        ] }));
        let has = |prefix: &str| cases.iter().any(|case| case.name.starts_with(prefix));
        for prefix in
            ["make/valid/composed/", "make/invalid/composed/code/pattern", "make/invalid/composed/tags/unique-items"]
        {
            assert!(has(prefix), "{prefix}: {:#?}", cases.iter().map(|case| &case.name).collect::<Vec<_>>());
        }
        let mut names: Vec<_> = cases.iter().map(|case| &case.name).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), cases.len());
    }

    #[test]
    fn a_body_that_only_the_general_generator_can_make_is_made() {
        let cases = cases(json!({ "type": "object", "minProperties": 1, "additionalProperties": false,
            "patternProperties": { "^x-[a-z]+$": { "type": "integer" } } }));
        assert!(cases.iter().any(|case| case.name == "make/valid/minimal"));
    }

    #[test]
    fn a_plain_schema_gets_no_cases_from_here() {
        let cases = cases(json!({ "type": "object", "properties": { "a": { "type": "string" } } }));
        assert!(!cases.iter().any(|case| case.name.contains("/composed/")));
    }

    #[test]
    fn a_schema_without_an_instance_says_where_it_fails() {
        let contract = contract(json!({ "type": "object", "required": ["a"], "properties": {
            "a": { "type": "integer", "minimum": 5, "maximum": 4 } } }));
        match derive(&contract, 0, 1) {
            Derived::Nothing(why) => assert!(why.contains("/schema/properties/a`"), "{why}"),
            Derived::Cases(_) => panic!("there is no such body"),
        }
    }
}
