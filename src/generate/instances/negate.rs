//! What a value must do to break a keyword.

use serde_json::{Map, Value, json};

use super::decimal::Decimal;
use super::describe::{Type, limit, lower, raise, speaks_of};
use super::flat::{Flatten, Goal};
use super::resources::Node;

/// Keywords that can be broken, the plainest first.
const BREAKABLE: &[&str] = &[
    "const",
    "enum",
    "type",
    "required",
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "dependentRequired",
    "dependencies",
    "properties",
    "prefixItems",
    "items",
    "contains",
    "additionalProperties",
    "propertyNames",
    "patternProperties",
    "$ref",
    "$dynamicRef",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "dependentSchemas",
    "unevaluatedProperties",
    "unevaluatedItems",
];

/// The keywords of a schema that a value can break.
pub(super) fn breakable(schema: &Map<String, Value>) -> Vec<&'static str> {
    let vacuous = |name: &str| match schema.get(name) {
        Some(Value::Bool(true)) => name != "uniqueItems",
        Some(Value::Bool(false)) => name == "uniqueItems",
        Some(Value::Object(members)) => members.is_empty() && name != "not",
        Some(Value::Array(items)) => items.is_empty() && name != "enum",
        _ => false,
    };
    let conditional = |name: &str| name != "if" || schema.contains_key("then") || schema.contains_key("else");
    BREAKABLE.iter().copied().filter(|name| schema.contains_key(*name) && !vacuous(name) && conditional(name)).collect()
}

/// Makes the description one of values that break `keyword` of `node`; false where nothing can.
pub(super) fn keyword<'r>(flatten: &mut Flatten<'_, '_, 'r>, node: &Node<'r>, keyword: &str) -> bool {
    let Some((schema, operand)) = node.site.schema.as_object().and_then(|schema| Some((schema, schema.get(keyword)?)))
    else {
        return false;
    };
    if let Some(kind) = speaks_of(keyword) {
        flatten.flat.only(kind);
    }
    let flat = &mut flatten.flat;
    let number = Decimal::of(operand);
    match keyword {
        "type" => return types(flatten, operand),
        "enum" => flat.barred.extend(operand.as_array().into_iter().flatten()),
        "const" => flat.barred.push(operand),
        "minimum" => _ = number.map(|at| flat.lower(at, true)),
        "exclusiveMinimum" => _ = number.map(|at| flat.lower(at, false)),
        "maximum" => _ = number.map(|at| flat.raise(at, true)),
        "exclusiveMaximum" => _ = number.map(|at| flat.raise(at, false)),
        "multipleOf" => flat.off_steps.extend(number),
        "minLength" => return fewer(&mut flat.length, operand),
        "maxLength" => return more(&mut flat.length, operand),
        "pattern" => flat.off_patterns.extend(operand.as_str()),
        "format" => flat.off_formats.extend(operand.as_str()),
        "minItems" => return fewer(&mut flat.array.count, operand),
        "maxItems" => return more(&mut flat.array.count, operand),
        "uniqueItems" => flat.array.repeated = operand.as_bool() == Some(true),
        "minProperties" => return fewer(&mut flat.object.count, operand),
        "maxProperties" => return more(&mut flat.object.count, operand),
        "required" => {
            let names: Vec<&str> = operand.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            return one_of(flatten, &names, |flatten, name| flatten.flat.object.forbidden.push((*name).to_owned()));
        }
        "dependentRequired" => {
            let pairs: Vec<(&String, &str)> = operand
                .as_object()
                .into_iter()
                .flatten()
                .flat_map(|(name, needed)| {
                    let needed = needed.as_array().into_iter().flatten().filter_map(Value::as_str);
                    needed.map(move |needed| (name, needed))
                })
                .collect();
            return one_of(flatten, &pairs, |flatten, (name, needed)| {
                flatten.flat.object.require(name);
                flatten.flat.object.forbidden.push((*needed).to_owned());
            });
        }
        _ => return applicator(flatten, node, schema, keyword, operand),
    }
    true
}

fn types(flatten: &mut Flatten<'_, '_, '_>, operand: &Value) -> bool {
    let names: Vec<&str> = match operand {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => return false,
    };
    let integer = names.contains(&"integer") && !names.contains(&"number");
    // A number that is not whole breaks `integer` alone.
    let fraction = integer && flatten.chooser.choose(2) == 1;
    if fraction {
        flatten.flat.only(Type::Number);
        flatten.flat.be_whole(false);
        return true;
    }
    let named = |kind: &Type| names.contains(&kind.name()) || (integer && *kind == Type::Number);
    flatten.flat.types.retain(|kind| !named(kind));
    true
}

fn fewer(count: &mut (usize, Option<usize>), operand: &Value) -> bool {
    match limit(operand) {
        None | Some(0) => false,
        Some(least) => {
            lower(count, &json!(least - 1));
            true
        }
    }
}

fn more(count: &mut (usize, Option<usize>), operand: &Value) -> bool {
    limit(operand).is_some_and(|most| {
        raise(count, &json!(most.saturating_add(1)));
        true
    })
}

/// Does one of several things, whichever is chosen.
fn one_of<'c, 'r, T>(
    flatten: &mut Flatten<'_, 'c, 'r>,
    ways: &[T],
    act: impl FnOnce(&mut Flatten<'_, 'c, 'r>, &T),
) -> bool {
    if ways.is_empty() {
        return false;
    }
    let way = flatten.chooser.choose(ways.len());
    act(flatten, &ways[way]);
    true
}

fn applicator<'r>(
    flatten: &mut Flatten<'_, '_, 'r>,
    node: &Node<'r>,
    schema: &'r Map<String, Value>,
    keyword: &str,
    operand: &'r Value,
) -> bool {
    match keyword {
        "$ref" | "$dynamicRef" => {
            let target = operand.as_str().and_then(|text| flatten.follow(node, text, keyword == "$dynamicRef"));
            target.is_some_and(|target| {
                flatten.push(Goal::Not(target));
                true
            })
        }
        "not" => {
            let inner = flatten.below(node, keyword, operand);
            flatten.push(Goal::Is(inner));
            true
        }
        "allOf" => {
            let branches = flatten.branches(node, keyword, operand);
            one_of(flatten, &branches, |flatten, branch| flatten.push(Goal::Not(branch.clone())))
        }
        "anyOf" => {
            let branches = flatten.branches(node, keyword, operand);
            branches.into_iter().for_each(|branch| flatten.push(Goal::Not(branch)));
            true
        }
        "oneOf" => several_or_none(flatten, node, operand),
        "if" => {
            let condition = flatten.below(node, keyword, operand);
            let branch = |name: &'static str| schema.get(name).map(|schema| flatten.below(node, name, schema));
            let then = branch("then").map(|then| [Goal::Is(condition.clone()), Goal::Not(then)]);
            let otherwise = branch("else").map(|otherwise| [Goal::Not(condition.clone()), Goal::Not(otherwise)]);
            let ways: Vec<_> = [then, otherwise].into_iter().flatten().collect();
            one_of(flatten, &ways, |flatten, goals| goals.iter().for_each(|goal| flatten.push(goal.clone())))
        }
        "items" | "prefixItems" | "contains" | "unevaluatedItems" => elements(flatten, node, schema, keyword, operand),
        _ => members(flatten, node, schema, keyword, operand),
    }
}

/// Either two branches hold, or none does.
fn several_or_none<'r>(flatten: &mut Flatten<'_, '_, 'r>, node: &Node<'r>, operand: &'r Value) -> bool {
    let branches = flatten.branches(node, "oneOf", operand);
    let pairs: Vec<(usize, usize)> = (0..branches.len()).flat_map(|b| (0..b).map(move |a| (a, b))).take(40).collect();
    let way = flatten.chooser.choose(pairs.len() + 1);
    if way == 0 {
        branches.into_iter().for_each(|branch| flatten.push(Goal::Not(branch)));
    } else {
        let (a, b) = pairs[way - 1];
        flatten.push(Goal::Is(branches[a].clone()));
        flatten.push(Goal::Is(branches[b].clone()));
    }
    true
}

fn elements<'r>(
    flatten: &mut Flatten<'_, '_, 'r>,
    node: &Node<'r>,
    schema: &'r Map<String, Value>,
    keyword: &str,
    operand: &'r Value,
) -> bool {
    let first = schema.get("prefixItems").and_then(Value::as_array).map_or(0, Vec::len);
    match keyword {
        "items" => {
            let below = flatten.below(node, keyword, operand);
            flatten.flat.array.some.push((first, Goal::Not(below)));
        }
        "unevaluatedItems" => {
            let below = flatten.below(node, keyword, operand);
            let from = flatten.flat.array.first.len().max(first);
            flatten.flat.array.some.push((from, Goal::Not(below)));
        }
        "prefixItems" => {
            let branches: Vec<_> = flatten.branches(node, keyword, operand).into_iter().enumerate().collect();
            return one_of(flatten, &branches, |flatten, (at, branch)| {
                flatten.flat.array.at(*at).push(Goal::Not(branch.clone()));
                raise(&mut flatten.flat.array.count, &json!(at + 1));
            });
        }
        _ => {
            let below = flatten.below(node, keyword, operand);
            let least = schema.get("minContains").and_then(limit).unwrap_or(1);
            let most = schema.get("maxContains").and_then(limit);
            let ways: Vec<(usize, Option<usize>)> =
                [least.checked_sub(1).map(|few| (0, Some(few))), most.map(|most| (most.saturating_add(1), None))]
                    .into_iter()
                    .flatten()
                    .collect();
            let both = (Goal::Is(below.clone()), Goal::Not(below));
            return one_of(flatten, &ways, |flatten, (least, most)| {
                flatten.flat.array.contains.push((both.0, both.1, *least, *most));
            });
        }
    }
    true
}

fn members<'r>(
    flatten: &mut Flatten<'_, '_, 'r>,
    node: &Node<'r>,
    schema: &'r Map<String, Value>,
    keyword: &str,
    operand: &'r Value,
) -> bool {
    let each: Vec<(&'r String, Node<'r>)> = match keyword {
        "properties" | "patternProperties" | "dependentSchemas" | "dependencies" => operand
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, below)| (name, flatten.within(node, keyword, name, below)))
            .collect(),
        _ => Vec::new(),
    };
    match keyword {
        "properties" => one_of(flatten, &each, |flatten, (name, below)| {
            flatten.flat.object.require(name);
            flatten.flat.object.add(name, Goal::Not(below.clone()));
        }),
        "patternProperties" => one_of(flatten, &each, |flatten, (pattern, below)| {
            flatten.flat.object.extra_patterns.push((pattern, Goal::Not(below.clone())));
        }),
        "dependencies" => one_of(flatten, &each, |flatten, (name, below)| {
            flatten.flat.object.require(name);
            match below.site.schema.as_array() {
                Some(needed) => {
                    flatten.flat.object.forbidden.extend(needed.first().and_then(Value::as_str).map(str::to_owned))
                }
                None => flatten.push(Goal::Not(below.clone())),
            }
        }),
        "dependentSchemas" => one_of(flatten, &each, |flatten, (name, below)| {
            flatten.flat.object.require(name);
            flatten.push(Goal::Not(below.clone()));
        }),
        "propertyNames" => {
            let below = flatten.below(node, keyword, operand);
            flatten.flat.object.extra_names.push(Goal::Not(below));
            true
        }
        "additionalProperties" | "unevaluatedProperties" => {
            let below = flatten.below(node, keyword, operand);
            let beside = (keyword == "additionalProperties").then_some(schema);
            flatten.flat.object.extra.push((beside, Goal::Not(below)));
            true
        }
        _ => false,
    }
}
