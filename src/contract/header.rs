//! The header fields that an answer is described with.

use std::sync::Arc;

use serde_json::Value;

use crate::generate::{Kind, Shape};
use crate::schema::{Compiled, Direction, Schemas};
use crate::source::Pointer;
use crate::spec::HeaderSpec;

/// A header field that an answer has.
#[derive(Debug)]
pub struct HeaderContract {
    /// Its name.
    pub name: String,
    /// Whether it must be there.
    pub required: bool,
    /// Its schema, where it is written in style `simple`; none where the document says nothing of its values, or has them in
    /// another form.
    pub schema: Option<Arc<Compiled>>,
    /// Where it stands in the document.
    pub pointer: Pointer,
    /// The types that its schema allows.
    kinds: Vec<Kind>,
    /// Those of its items, where it is a list.
    items: Vec<Kind>,
}

impl HeaderContract {
    /// The contract of `header`. A schema that cannot be understood is none: the operation can be tried all the same.
    pub(super) fn of(header: &HeaderSpec, schemas: &Schemas) -> Self {
        let compiled = header.schema.as_ref().map(|pointer| schemas.compile(Direction::Response, pointer));
        let schema = compiled.and_then(Result::ok).map(Arc::new);
        let root = schemas.strict(Direction::Response);
        let shape = Shape::of(root, header.schema.as_slice());
        let kinds = kinds(root, &shape);
        let items = kinds_of_items(root, &shape);
        Self {
            name: header.name.clone(),
            required: header.required,
            schema,
            pointer: header.pointer.clone(),
            kinds,
            items,
        }
    }

    /// The values that `text` may stand for (OpenAPI 3.0.4 §4.7.12.3: style `simple`); none where that cannot be told.
    pub fn readings(&self, text: &str) -> Vec<Value> {
        let allows = |kind| self.kinds.contains(&kind);
        if allows(Kind::Object) && !allows(Kind::String) {
            return Vec::new();
        }
        let mut all = of_one(text, &self.kinds);
        if allows(Kind::Array) {
            let items = || text.split(',').map(str::trim);
            all.push(items().map(Value::from).collect());
            all.push(items().map(|item| of_one(item, &self.items).into_iter().next().unwrap_or_default()).collect());
        }
        all
    }
}

/// What a text may be, of these types: a text, where it is none of them.
fn of_one(text: &str, kinds: &[Kind]) -> Vec<Value> {
    let allows = |kind| kinds.contains(&kind);
    let mut all = Vec::new();
    if allows(Kind::Integer) || allows(Kind::Number) {
        all.extend(serde_json::from_str::<Value>(text).ok().filter(Value::is_number));
    }
    if allows(Kind::Boolean) {
        all.extend(text.parse::<bool>().ok().map(Value::Bool));
    }
    if allows(Kind::String) || all.is_empty() {
        all.push(Value::from(text));
    }
    all
}

fn kinds(root: &Value, shape: &Shape) -> Vec<Kind> {
    let branches = (0..shape.branches(8)).map(|choice| shape.branch(root, choice));
    let of_values = |shape: &Shape| shape.values.iter().flatten().map(Kind::of).collect::<Vec<_>>();
    branches.flat_map(|branch| if branch.values.is_some() { of_values(&branch) } else { branch.kinds }).collect()
}

fn kinds_of_items(root: &Value, shape: &Shape) -> Vec<Kind> {
    if shape.items.is_empty() { Kind::ALL.to_vec() } else { kinds(root, &Shape::of(root, &shape.items)) }
}
