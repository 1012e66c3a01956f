//! Bodies of which each value tells that it came from there: it is no default, it is not empty, and it is not what stood there
//! before.

use serde_json::{Value, json};

use super::ground::{Ground, Spot};
use crate::case::is_nothing;
use crate::contract::{changes_of_itself, is_granted, speaks};
use crate::generate::{Content, Form, Kind, Level, Template};
use crate::schema::Direction;

/// Words in names of properties that say where a thing stands in its life: what one has there may keep it out of lists, or
/// forbid what is to be done with it.
const STANDING: [&str; 18] = [
    "deleted",
    "archived",
    "removed",
    "inactive",
    "disabled",
    "cancelled",
    "canceled",
    "closed",
    "expired",
    "revoked",
    "trashed",
    "hidden",
    "locked",
    "frozen",
    "draft",
    "private",
    "public",
    "visible",
];

/// The full body with a text of its own in each free text; as it is, where the schema has no room for that.
pub(super) fn with_own_texts(ground: &Ground<'_>) -> Template {
    let mut template = ground.full.clone();
    for spot in ground.properties().filter(|spot| is_free_text(spot)) {
        if !ground.body.fresh.contains(&spot.place.pointer) {
            let after = format!(" {}", spot.place.name);
            template.set_slot(&spot.place.pointer, Form::Tagged { before: String::new(), after });
        }
    }
    if ground.is_sound(&template) { template } else { ground.full.clone() }
}

/// The same with values elsewhere that tell of themselves, as far as the schema leaves room for them; other ones than `before`
/// has, where that is another body for the same thing.
pub(super) fn telling(ground: &Ground<'_>, before: Option<&Value>) -> Template {
    let mut template = with_own_texts(ground);
    for spot in ground.properties().filter(|spot| !stands(&spot.place.name)) {
        let at = &spot.place.pointer;
        let now = at.resolve(&template.value).filter(|_| template.form_at(at).is_none());
        let Some(now) = now.cloned() else { continue };
        let stated = stated_default(ground, spot);
        let before = before.and_then(|before| at.resolve(before));
        let rank = |value: &Value| {
            let tells = !is_nothing(value) && stated.is_none_or(|stated| stated != value);
            let is_flag = value.is_boolean() && stated.is_some_and(Value::is_boolean);
            (before != Some(value), tells || (is_flag && stated != Some(value)))
        };
        let mut better: Vec<Value> = candidates(spot).filter(|value| rank(value) > rank(&now)).collect();
        // A stable sort: the plainest of equals comes first.
        better.sort_by_key(|value| std::cmp::Reverse(rank(value)));
        let with = |value: Value| {
            let mut with = template.clone();
            with.set(at, value);
            with
        };
        let sound = better.into_iter().map(with).find(|with| ground.is_sound(with));
        template = sound.unwrap_or(template);
    }
    template
}

/// Whether any text of some length may stand there.
pub(super) fn is_free_text(spot: &Spot) -> bool {
    spot.classes.iter().any(|class| class.name == "length-64")
}

/// Whether a property of this name is the server's to move.
pub(super) fn stands(name: &str) -> bool {
    changes_of_itself(name) || is_granted(name) || speaks(name, &STANDING)
}

fn stated_default<'g>(ground: &'g Ground<'_>, spot: &Spot) -> Option<&'g Value> {
    let root = ground.schemas.strict(Direction::Request);
    spot.shape.nodes.iter().find_map(|node| node.resolve(root)?.get("default"))
}

/// Values for a place, the plainest first.
fn candidates(spot: &Spot) -> impl Iterator<Item = Value> {
    let plainly = if spot.shape.values.is_some() {
        Vec::new()
    } else if spot.shape.kinds.contains(&Kind::Number) {
        vec![json!(12.25), json!(3.5), json!(7), json!(12)]
    } else if spot.shape.kinds.contains(&Kind::Integer) {
        vec![json!(7), json!(12)]
    } else {
        Vec::new()
    };
    let of_level = |level| {
        spot.of_level(level).into_iter().filter_map(|class| match &class.content {
            Content::Fixed(value) => Some(value.clone()),
            Content::Fresh(_) => None,
        })
    };
    let levels = [Level::Plain, Level::Boundary, Level::Unusual].into_iter().flat_map(of_level);
    plainly.into_iter().chain(levels).collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::contract::Contract;

    const PROPERTIES: &str = "title: {type: string}, done: {type: boolean, default: false}, open: {type: boolean, default: true}, \
                              size: {type: string, enum: [s, m, l], default: s}, seats: {type: integer, minimum: 0, maximum: 20}, \
                              share: {type: number}, labels: {type: array, items: {type: string}}, archived: {type: boolean, default: false}";

    #[test]
    fn nothing_is_a_default_and_what_replaces_it_is_something_else() {
        let text = format!(
            "openapi: 3.0.3\npaths:\n  /t:\n    post: {{operationId: make, requestBody: {{required: true, content: \
             {{application/json: {{schema: {{type: object, properties: {{{PROPERTIES}}}}}}}}}}}, responses: {{'201': {{description: d}}}}}}\n"
        );
        let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
        let contract = Contract::of(Arc::new(document)).expect("a contract");
        for seed in 0..8 {
            let ground = Ground::of(&contract, 0, seed).expect("a ground");
            let made = telling(&ground, None).value;
            assert_eq!((&made["done"], &made["open"]), (&json!(true), &json!(false)), "{made}");
            assert!(made["size"] != "s" && made["share"] != 0 && made["labels"] != json!([]), "{made}");
            assert_eq!(made["archived"], ground.full.value["archived"], "it may keep the thing out of lists");
            let then = telling(&ground, Some(&made)).value;
            for name in ["done", "open", "size", "seats", "share", "labels"] {
                assert_ne!(made[name], then[name], "{name}: {made} {then}");
            }
        }
    }

    #[test]
    fn what_the_schema_has_no_room_for_stays() {
        let text = "openapi: 3.0.3\npaths:\n  /t:\n    post: {requestBody: {content: {application/json: {schema: {type: object, \
                    properties: {only: {type: boolean, enum: [false]}}}}}}, responses: {'201': {description: d}}}\n";
        let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
        let contract = Contract::of(Arc::new(document)).expect("a contract");
        let ground = Ground::of(&contract, 0, 0).expect("a ground");
        assert_eq!(telling(&ground, None).value, json!({"only": false}));
    }
}
