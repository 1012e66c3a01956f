//! The places of a body at which a schema says something: its properties, their properties, elements of arrays.

use serde_json::Value;

use super::shape::Shape;
use crate::source::Pointer;

/// One place of a full instance, with the schemas that apply there.
#[derive(Clone, Debug)]
pub struct Place {
    /// Where in the instance.
    pub pointer: Pointer,
    /// The schemas that apply, as places in the document.
    pub nodes: Vec<Pointer>,
    /// The name of the property it is, or belongs to.
    pub name: String,
    /// Whether it must be there. The root and elements of arrays count as required.
    pub required: bool,
}

/// Deeper places add little: they are reached in practice by operations of their own.
const MAX_DEPTH: usize = 5;
/// More places than this are not visited in one body.
const MAX_PLACES: usize = 400;

/// The places of `full`, an instance of the schemas at `nodes`, in its order; the root first.
pub fn places(root: &Value, nodes: &[Pointer], full: &Value) -> Vec<Place> {
    let mut found = Vec::new();
    let whole = Place { pointer: Pointer::root(), nodes: nodes.to_vec(), name: String::new(), required: true };
    visit(root, whole, full, 0, &mut found);
    found
}

impl Place {
    /// Its path as case names have it: `address.street`, `tags.0`, or `body` for the whole.
    pub fn path(&self) -> String {
        path_of(&self.pointer)
    }
}

/// A place as case names have it.
pub(super) fn path_of(pointer: &Pointer) -> String {
    let tokens: Vec<_> = pointer.tokens().map(|token| slug(&token)).collect();
    if tokens.is_empty() { "body".into() } else { tokens.join(".") }
}

fn visit(root: &Value, place: Place, value: &Value, depth: usize, found: &mut Vec<Place>) {
    if found.len() >= MAX_PLACES {
        return;
    }
    let shape = Shape::of(root, &place.nodes);
    found.push(place.clone());
    if depth >= MAX_DEPTH {
        return;
    }
    // What branches add is seen through the first of them that knows the property.
    let ways = shape.branches(8);
    let shapes: Vec<Shape> = (0..ways).map(|choice| shape.branch(root, choice)).collect();
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let known = shapes.iter().find_map(|shape| shape.properties.iter().find(|(known, _)| known == name));
                let Some((_, nodes)) = known else { continue };
                let pointer = place.pointer.child(name);
                let required = shape.requires(name);
                visit(
                    root,
                    Place { pointer, nodes: nodes.clone(), name: name.clone(), required },
                    member,
                    depth + 1,
                    found,
                );
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate().take(1) {
                let Some(shape) = shapes.first() else { break };
                let nodes = shape.prefix_items.get(index).map_or(shape.items.clone(), |node| vec![node.clone()]);
                if nodes.is_empty() {
                    continue;
                }
                let pointer = place.pointer.index(index);
                visit(root, Place { pointer, nodes, name: place.name.clone(), required: true }, item, depth + 1, found);
            }
        }
        _ => {}
    }
}

/// A name as it may stand in a case name: letters, digits and `_` as they are, all else as `~` and its number.
pub(crate) fn slug(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_alphanumeric() || "_-$@".contains(c) { c.to_string() } else { format!("~{:x}", u32::from(c)) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nested_properties_and_first_elements_are_places() {
        let root = json!({ "S": { "type": "object", "required": ["a"], "properties": {
            "a": { "type": "object", "properties": { "b/c": { "type": "string" } } },
            "t": { "type": "array", "items": { "type": "integer" } } } } });
        let found = places(&root, &[Pointer::parse("/S")], &json!({ "a": { "b/c": "x" }, "t": [1, 2] }));
        let paths: Vec<_> = found.iter().map(Place::path).collect();
        assert_eq!(paths, ["body", "a", "a.b~2fc", "t", "t.0"]);
        assert!(found[1].required && !found[3].required);
    }
}
