//! What a parameter asks of a list: so many elements, those with one value, an order.

use serde_json::Value;

use super::call::Call;
use super::listing::only_list;
use crate::case::{Narrowed, Narrowing};
use crate::contract::{List, ParameterContract, names_another, same_in_any_spelling, words};
use crate::generate::{Kind, Shape};
use crate::http::parameter::Location;
use crate::source::Pointer;

/// Names of parameters that say how many elements an answer may have.
const LIMITS: [&str; 11] = [
    "limit",
    "pagesize",
    "perpage",
    "size",
    "take",
    "top",
    "maxresults",
    "maxitems",
    "pagelimit",
    "maxcount",
    "resultsperpage",
];
/// Names of parameters that say in which order the elements stand.
const ORDERS: [&str; 8] = ["sort", "sortby", "sortfield", "sortkey", "sorting", "orderby", "order", "ordering"];

/// The part of a list that `parameter` asks for with this value; none where it is no such parameter.
pub(super) fn narrowed(call: &Call<'_>, parameter: &ParameterContract, value: &Value) -> Option<Narrowed> {
    if call.operation.operation.method != "GET" || parameter.location != Location::Query {
        return None;
    }
    let List { place: list, element, schema } =
        only_list(call.answers, call.operation, |item| !item.properties.is_empty())?;
    let to = having(call.answers, &element, parameter, value)
        .or_else(|| at_most(parameter, value))
        .or_else(|| sorted(call.answers, &element, parameter, value))?;
    Some(Narrowed { list, parameter: parameter.name.clone(), to, schema })
}

/// Those with this value of the property that is called as the parameter is.
fn having(root: &Value, element: &Shape, parameter: &ParameterContract, value: &Value) -> Option<Narrowing> {
    let (name, nodes) = element.properties.iter().find(|(name, _)| same_in_any_spelling(name, &parameter.name))?;
    let shape = Shape::of(root, nodes);
    let listed = shape.values.as_ref().is_some_and(|values| values.contains(value));
    let flag = *value == Value::Bool(true) && shape.allows(Kind::Boolean);
    // Zero and nothing may stand for all.
    let named = match value {
        Value::String(text) => !text.is_empty() && shape.allows(Kind::String),
        Value::Number(number) => number.as_u64().is_some_and(|number| number > 0) && shape.allows(Kind::Integer),
        _ => false,
    };
    (listed || flag || named && names_another(name))
        .then(|| Narrowing::Having(Pointer::root().child(name), value.clone()))
}

/// No more than so many.
pub(super) fn at_most(parameter: &ParameterContract, value: &Value) -> Option<Narrowing> {
    let most = value.as_u64().filter(|most| *most > 0)?;
    LIMITS.contains(&words(&parameter.name).concat().as_str()).then_some(Narrowing::AtMost(most))
}

/// In the order of one property: `name`, `-created_at`, `price:desc`.
fn sorted(root: &Value, element: &Shape, parameter: &ParameterContract, value: &Value) -> Option<Narrowing> {
    if !ORDERS.contains(&words(&parameter.name).concat().as_str()) {
        return None;
    }
    let text = match value {
        Value::String(text) => text,
        Value::Array(items) => items.first().filter(|_| items.len() == 1)?.as_str()?,
        _ => return None,
    };
    let mut wanted = words(text);
    let descending = match (text.chars().next()?, wanted.last()?.as_str()) {
        ('-', _) => Some(true),
        ('+', _) => Some(false),
        (_, "desc" | "descending") => wanted.pop().map(|_| true),
        (_, "asc" | "ascending") => wanted.pop().map(|_| false),
        _ => None,
    };
    let (name, nodes) = element.properties.iter().find(|(name, _)| words(name).concat() == wanted.concat())?;
    let shape = Shape::of(root, nodes);
    let plain = |kind: &Kind| matches!(kind, Kind::String | Kind::Integer | Kind::Number | Kind::Null);
    // What is listed may have a rank of its own: low, medium, high.
    let comparable = shape.values.is_none() && shape.kinds.iter().all(plain);
    comparable.then(|| Narrowing::Sorted(Pointer::root().child(name), descending))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::contract::Contract;

    #[test]
    fn a_parameter_asks_for_one_value_a_number_of_elements_or_an_order() {
        let parameter = |name: &str| format!("{{name: {name}, in: query, schema: {{}}}}");
        let names = ["limit", "team_id", "parent_id", "note", "state", "sort", "page"];
        let parameters = names.map(parameter).join(", ");
        let item = "{properties: {name: {type: string}, created_at: {type: string, format: date-time}, state: {enum: [on, off]},
            note: {type: string}, team_id: {type: integer}, parent_id: {type: integer}, tags: {type: array, items: {type: string}}}}";
        let answer =
            format!("{{description: d, content: {{application/json: {{schema: {{type: array, items: {item}}}}}}}}}");
        let text = format!(
            "openapi: 3.1.0\npaths: {{/a: {{get: {{parameters: [{parameters}], responses: {{'200': {answer}}}}}}}}}\n"
        );
        let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
        let contract = Contract::of(Arc::new(document)).expect("a contract");
        let call = Call::of(&contract, 0, 1).expect("a call");
        let asked = |name: &str, value: Value| {
            let parameter = call.operation.parameters.iter().find(|one| one.name == name).expect("a parameter");
            narrowed(&call, parameter, &value).map(|narrowed| narrowed.to)
        };
        let at = |name: &str| Pointer::root().child(name);
        let sorted = |name: &str, descending| Some(Narrowing::Sorted(at(name), descending));
        assert_eq!(asked("limit", json!(3)), Some(Narrowing::AtMost(3)));
        assert_eq!(asked("limit", json!(0)), None);
        assert_eq!(asked("team_id", json!(7)), Some(Narrowing::Having(at("team_id"), json!(7))));
        assert_eq!(asked("team_id", json!(0)), None, "it may stand for all");
        assert_eq!(asked("parent_id", json!(7)), None, "what lies deeper may count");
        assert_eq!(asked("state", json!("on")), Some(Narrowing::Having(at("state"), json!("on"))));
        assert_eq!(asked("note", json!("x")), None, "a text may be searched for");
        assert_eq!(asked("page", json!(1)), None);
        for (text, wanted) in [
            ("name", sorted("name", None)),
            ("-created_at", sorted("created_at", Some(true))),
            ("+name", sorted("name", Some(false))),
            ("createdAt:desc", sorted("created_at", Some(true))),
            ("name_asc", sorted("name", Some(false))),
            ("state", None),
            ("tags", None),
            ("newest", None),
            ("desc", None),
        ] {
            assert_eq!(asked("sort", json!(text)), wanted, "{text}");
        }
        assert_eq!(asked("sort", json!(["name"])), sorted("name", None));
        assert_eq!(asked("sort", json!(["name", "note"])), None);
    }
}
