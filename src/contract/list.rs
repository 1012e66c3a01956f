//! Arrays of things in what an operation answers.

use serde_json::Value;

use crate::generate::{Kind, Shape};
use crate::source::Pointer;

/// An array in a body.
#[derive(Clone, Debug)]
pub struct List {
    /// Where it stands in the body.
    pub place: Pointer,
    /// What its elements are.
    pub element: Shape,
    /// Where the document speaks of it.
    pub schema: Pointer,
}

/// The arrays of a body of the schema at `schema`, whose elements are such: the body itself, else its members.
pub fn lists(root: &Value, schema: &Pointer, is_such: impl Fn(&Shape) -> bool) -> Vec<List> {
    let list = |place: Pointer, nodes: &[Pointer]| {
        let shape = Shape::of(root, nodes);
        let element = Shape::of_any(root, &shape.items);
        let is_list = shape.allows(Kind::Array) && !shape.items.is_empty() && is_such(&element);
        Some(List { place, element, schema: nodes.first().filter(|_| is_list)?.clone() })
    };
    let nodes = std::slice::from_ref(schema);
    let own = list(Pointer::root(), nodes);
    if own.is_some() {
        return own.into_iter().collect();
    }
    let members = Shape::of(root, nodes).properties;
    members.iter().filter_map(|(name, nodes)| list(Pointer::root().child(name), nodes)).collect()
}
