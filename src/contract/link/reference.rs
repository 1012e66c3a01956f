//! What bodies name: `customer_id`, where there are customers.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{OperationContract, Things, collection_of, fitting, resource};
use crate::contract::Contract;
use crate::contract::parameter::words;
use crate::generate::{Kind, Shape};
use crate::schema::{Direction, Schemas};
use crate::source::Pointer;

/// How deep in a body names are looked for.
const DEEPEST: usize = 3;
/// The member whose members lead to other things, each by its `data` (JSON:API 1.1, "Relationships"): names are looked for as
/// deep below it again.
const RELATIONSHIPS: &str = "relationships";
/// Among how many properties of one body they are looked for.
const MOST: usize = 400;

/// Places in a body: members by their names, and each element of lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places(Vec<Option<String>>);

impl Places {
    /// The member of this name at each of them.
    fn child(&self, name: &str) -> Self {
        Self(self.0.iter().cloned().chain([Some(name.to_owned())]).collect())
    }

    /// Each element of the lists there.
    fn each(&self) -> Self {
        Self(self.0.iter().cloned().chain([None]).collect())
    }

    /// Those of them that `value` has.
    pub fn within(&self, value: &Value) -> Vec<Pointer> {
        let mut found = vec![Pointer::root()];
        for step in &self.0 {
            let below = |place: Pointer| match (step, place.resolve(value)) {
                (Some(name), Some(Value::Object(members))) if members.contains_key(name) => vec![place.child(name)],
                (None, Some(Value::Array(items))) => (0..items.len()).map(|at| place.child(&at.to_string())).collect(),
                _ => Vec::new(),
            };
            found = found.into_iter().flat_map(below).collect();
        }
        found
    }

    /// Whether they are the elements of a list.
    pub fn are_listed(&self) -> bool {
        self.0.last().is_some_and(Option::is_none)
    }

    /// The lists in which a thing is named once: those whose elements they are, or whose elements only say which thing it is.
    pub fn lists(&self) -> Option<Self> {
        match self.relation() {
            Some((_, true)) => Some(self.around().around()),
            _ => self.are_listed().then(|| self.around()),
        }
    }

    /// The relationship whose other side they name, and whether there may be many of those: `author` of
    /// `relationships.author.data.id`.
    fn relation(&self) -> Option<(&str, bool)> {
        let (data, listed) = match self.0.as_slice() {
            [data @ .., None, Some(id)] if id == "id" => (data, true),
            [data @ .., Some(id)] if id == "id" => (data, false),
            _ => return None,
        };
        match data {
            [.., Some(all), Some(name), Some(data)] if all == RELATIONSHIPS && data == "data" => Some((name, listed)),
            _ => None,
        }
    }

    /// Whether they are within relationships.
    fn are_related(&self) -> bool {
        self.0.iter().any(|step| step.as_deref() == Some(RELATIONSHIPS))
    }

    /// What they stand in: the lists whose elements they are, the objects whose members.
    pub fn around(&self) -> Self {
        Self(self.0[..self.0.len().saturating_sub(1)].to_vec())
    }

    /// Whether `place` is one of them, or has some of them below it in a list: more or fewer of them stand in a body about it.
    pub fn are_about(&self, place: &Pointer) -> bool {
        let tokens: Vec<_> = place.tokens().collect();
        let fits = self.0.iter().zip(&tokens).all(|(step, token)| match step {
            Some(name) => name == token,
            None => token.bytes().all(|byte| byte.is_ascii_digit()),
        });
        fits && !tokens.is_empty() && (tokens.len() >= self.0.len() || self.0[tokens.len()..].contains(&None))
    }
}

/// A place in a body that names a thing of another kind.
#[derive(Clone, Debug)]
pub struct Reference {
    /// Where it stands.
    pub places: Places,
    /// The number of the link to what makes such a thing, if something does.
    pub link: Option<usize>,
    /// The nearest around it, itself included, that may be left out.
    pub optional: Option<Places>,
}

impl Contract {
    /// The places in the body of `operation` that name things of other kinds: `customer_id`, where there are customers.
    pub(in crate::contract) fn named_in_body(&self, operation: &OperationContract) -> Vec<Reference> {
        let Some(body) = &operation.body else { return Vec::new() };
        let mut found = Vec::new();
        walk(self.schemas.strict(Direction::Request), body.schema.pointer(), &mut |property| {
            found.extend(self.reference(operation, property));
        });
        found
    }

    /// What a property names, if it names something of another kind.
    fn reference(&self, operation: &OperationContract, property: &Property<'_>) -> Option<Reference> {
        let Property { name, nodes, places, optional, .. } = property;
        let of = |link| Reference { places: (*places).clone(), link, optional: optional.cloned() };
        if fitting::is_of_its_own_kind(name) {
            return Some(of(None));
        }
        let things = self.called(property)?;
        // What it makes, or is about, is called as its sender likes.
        let whole = resource(&operation.operation.path);
        let own = |resource: &str| whole == resource || collection_of(resource).as_ref() == Some(&whole);
        if things.resources.iter().all(|resource| own(resource)) {
            return None;
        }
        let others = things.links.iter().filter(|number| !own(&self.links[**number].resource));
        let link = others.min_by_key(|number| self.links[**number].resource.matches("{}").count());
        let root = self.schemas.strict(Direction::Request);
        // One is made, and stands in a list once.
        let link = link.filter(|_| property.fewest <= 1);
        Some(of(link.copied().filter(|link| fitting::stands_for(self, &self.links[*link], &Shape::of(root, nodes)))))
    }

    /// The things that a property names: by its name, or by the tail of it, or by its schema.
    fn called(&self, property: &Property<'_>) -> Option<&Things> {
        let words = property.thing().unwrap_or_default();
        let by_name = (0..words.len()).find_map(|from| self.things.get(&words[from..]));
        by_name.or_else(|| {
            let shape = Shape::of(self.schemas.strict(Direction::Request), property.nodes);
            self.things.get(self.told.thing(&self.document, property.nodes.first()?, shape.pattern.as_deref())?)
        })
    }
}

/// What some body names, by its words and by each tail of them.
pub(super) fn named(operations: &[OperationContract], schemas: &Schemas) -> BTreeSet<Vec<String>> {
    let mut named = BTreeSet::new();
    for body in operations.iter().filter_map(|operation| operation.body.as_ref()) {
        walk(schemas.strict(Direction::Request), body.schema.pointer(), &mut |property| {
            let words = property.thing().unwrap_or_default();
            named.extend((0..words.len()).map(|from| words[from..].to_vec()));
        });
    }
    named
}

/// A property of a body, or an element of a list that is one.
pub(in crate::contract) struct Property<'p> {
    pub(in crate::contract) name: &'p str,
    nodes: &'p [Pointer],
    pub(in crate::contract) places: &'p Places,
    /// The nearest around it, itself included, that may be left out.
    optional: Option<&'p Places>,
    /// How many elements the list must have, of which it is one.
    fewest: usize,
}

impl Property<'_> {
    /// The words of what it names by its own name, or by that of the relationship.
    fn thing(&self) -> Option<Vec<String>> {
        match self.places.relation() {
            Some((name, true)) => return Some(fitting::thing(name)),
            Some((name, false)) => return Some(words(name)),
            None => {}
        }
        if self.places.are_listed() { fitting::things_named(self.name) } else { fitting::thing_named(self.name) }
    }
}

/// Hands on each property of a body, those within others and the elements of lists included.
pub(in crate::contract) fn walk(root: &Value, schema: &Pointer, each: &mut impl FnMut(&Property<'_>)) {
    let shape = Shape::of(root, std::slice::from_ref(schema));
    let mut left = MOST;
    below(root, &shape, (&Places::default(), None), DEEPEST, &mut |property| {
        left = left.saturating_sub(1);
        each(property);
        left > 0
    });
}

/// The same of what has this shape, as long as `each` wants more.
fn below(
    root: &Value,
    shape: &Shape,
    (at, around): (&Places, Option<&Places>),
    depth: usize,
    each: &mut impl FnMut(&Property<'_>) -> bool,
) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return true };
    // Each alternative says for itself what may be left out.
    let branches = shape.alternatives.iter().flatten().map(|branch| Shape::of(root, std::slice::from_ref(branch)));
    let more = branches.into_iter().all(|branch| below(root, &branch, (at, around), depth, each));
    more && shape.properties.iter().all(|(name, nodes)| {
        let places = at.child(name);
        let optional = if shape.requires(name) { around } else { Some(&places) };
        let inner = Shape::of(root, nodes);
        let depth = if name == RELATIONSHIPS && !at.are_related() { DEEPEST } else { depth };
        let own = each(&Property { name, nodes, places: &places, optional, fewest: 0 });
        let objects = |shape: &Shape| shape.allows(Kind::Object) && !shape.properties.is_empty();
        if !own || inner.items.is_empty() {
            return own && (!objects(&inner) || below(root, &inner, (&places, optional), depth, each));
        }
        let (elements, element) = (places.each(), Shape::of(root, &inner.items));
        each(&Property { name, nodes: &inner.items, places: &elements, optional, fewest: inner.min_items })
            && (!objects(&element) || below(root, &element, (&elements, optional), depth, each))
    })
}
