//! The properties of an answer's schema that only requests carry.

use std::collections::HashSet;

use serde_json::Value;

use crate::generate::Shape;
use crate::schema::{Direction, Schemas};
use crate::source::Pointer;
use crate::spec::Document;

/// How deep a schema is looked into.
const DEEPEST: usize = 6;

/// A property that is marked `writeOnly` (OpenAPI 3.0.4 §4.7.24.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteOnly {
    /// The names that lead to it; none stands for every element of a list.
    pub path: Vec<Option<String>>,
    /// Where its schema stands.
    pub pointer: Pointer,
}

impl WriteOnly {
    /// The values of the property in `body`, each with its place.
    pub fn values<'v>(&self, body: &'v Value) -> Vec<(Pointer, &'v Value)> {
        let step = |(at, value): (Pointer, &'v Value), part: &Option<String>| -> Vec<(Pointer, &'v Value)> {
            match part {
                Some(name) => value.get(name).map(|member| (at.child(name), member)).into_iter().collect(),
                None => {
                    let items = value.as_array().into_iter().flatten().enumerate();
                    items.map(|(index, item)| (at.index(index), item)).collect()
                }
            }
        };
        self.path.iter().fold(vec![(Pointer::root(), body)], |found, part| {
            found.into_iter().flat_map(|place| step(place, part)).collect()
        })
    }
}

/// Those of the schema at `schema`, the outermost first. What only some alternative has is left out.
pub(super) fn write_only(schema: &Pointer, document: &Document, schemas: &Schemas) -> Vec<WriteOnly> {
    if !schemas.has_write_only() {
        return Vec::new();
    }
    let root = schemas.strict(Direction::Response);
    let mut found = Vec::new();
    let mut level = vec![(vec![schema.clone()], Vec::new())];
    // A schema that many properties refer to is looked into once at each depth.
    let mut seen = HashSet::new();
    for depth in 0..DEEPEST {
        let mut next = Vec::new();
        for (nodes, path) in level {
            let home = nodes.first().map(|node| document.resolve(node).unwrap_or_else(|| node.clone()));
            if !seen.insert((home, depth)) {
                continue;
            }
            let shape = Shape::of(root, &nodes);
            let items = (!shape.items.is_empty()).then_some((None, shape.items));
            let properties = shape.properties.into_iter().map(|(name, nodes)| (Some(name), nodes));
            for (part, nodes) in properties.chain(items) {
                let path = [path.as_slice(), &[part]].concat();
                match Shape::of(root, &nodes) {
                    Shape { write_only: true, .. } => {
                        found.extend(nodes.into_iter().next().map(|pointer| WriteOnly { path, pointer }));
                    }
                    _ => next.push((nodes, path)),
                }
            }
        }
        level = next;
    }
    found
}
