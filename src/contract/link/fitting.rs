//! Links that no document states: a property of what was made that is called as a parameter is, or as what it names.

use serde_json::Value;

use super::{Link, LinkSource, Named};
use crate::contract::Contract;
use crate::contract::operation::OperationContract;
use crate::contract::parameter::{ParameterContract, words};
use crate::generate::{Kind, Shape};
use crate::schema::{Direction, Schemas};
use crate::source::Pointer;
use crate::spec::{Document, StatusPattern};

/// Last words of names that identify a thing among its like.
const IDENTIFIES: [&str; 11] =
    ["id", "uuid", "guid", "uid", "identifier", "key", "slug", "sha", "code", "number", "name"];

/// Names by which a thing is told from its like, where its pattern says so too.
const TOLD_BY_PATTERN: [&str; 4] = ["handle", "sku", "username", "login"];

/// Names of what people call a thing by in a path.
const CALLED: [&str; 5] = ["slug", "handle", "key", "username", "login"];

/// Members that an answer wraps what it is about in.
const WRAPPERS: [&str; 5] = ["data", "result", "item", "resource", "response"];

/// The rank of a property whose name alone would not do.
const LAST_RANK: u8 = 5;

/// What a property is held against.
pub(super) struct Wanted {
    /// What it names: `/things/{}`.
    resource: String,
    /// The words of its name.
    words: Vec<String>,
    /// The words of what the collection is called, in the singular.
    thing: Vec<String>,
    /// What may stand there; none where any value may.
    shape: Option<Shape>,
}

impl Wanted {
    /// A parameter, which names a thing.
    pub(super) fn by(parameter: &ParameterContract, named: &Named, schemas: &Schemas) -> Self {
        let shape = || Shape::of(schemas.strict(Direction::Request), &parameter.nodes());
        Self {
            resource: named.resource.clone(),
            words: words(&parameter.name),
            thing: thing(&named.resource),
            shape: parameter.schema.as_ref().map(|_| shape()),
        }
    }

    /// The id of a thing that no path names.
    pub(super) fn id_of(resource: String) -> Self {
        Self { words: vec!["id".into()], thing: thing(&resource), shape: None, resource }
    }
}

/// The link from what `maker` answers to what is wanted, which names a thing that it makes; none where nothing fits.
pub(super) fn link(maker: &OperationContract, wanted: &Wanted, document: &Document, schemas: &Schemas) -> Option<Link> {
    let title = maker.operation.title();
    let root = schemas.strict(Direction::Response);
    let of = |source, basis, pointer| Link {
        resource: wanted.resource.clone(),
        producer: maker.operation.id.clone(),
        source,
        basis,
        declared: false,
        pointer,
    };
    let mut located = None;
    let makes = if maker.answers.iter().any(|answer| makes(answer.status)) { makes } else { accepts };
    for answer in maker.answers.iter().filter(|answer| makes(answer.status)) {
        for schema in answer.content.iter().filter_map(|media| media.schema.as_ref()) {
            let whole = Shape::of_any(root, std::slice::from_ref(schema.pointer()));
            if let Some((place, pointer)) = wanted.find(root, &whole) {
                let basis = format!("`{title}` answers with `{place}`");
                return Some(of(LinkSource::Received(place), basis, pointer));
            }
        }
        let header = answer.pointer.child("headers").child("Location");
        // Where a request was only accepted, that leads to what tells how far it has come.
        let leads = document.at(&header).is_some() && !accepts(answer.status);
        located = located.or(leads.then_some(header));
    }
    let basis = format!("`{title}` answers with the header field `Location`");
    Some(of(LinkSource::Location, basis, located?))
}

/// Whether an answer of this status says that the thing is there now.
fn makes(status: StatusPattern) -> bool {
    matches!(status, StatusPattern::Exact(200 | 201) | StatusPattern::Class(2))
}

/// Whether an answer of this status says that something will be made. Where it tells what that is called, there is a thing of
/// that name already, though it may not be finished.
fn accepts(status: StatusPattern) -> bool {
    status.is_exactly(202)
}

impl Wanted {
    /// The place in a body of this shape that fits best, and where its schema stands: among its own members, else in
    /// what wraps the thing.
    fn find(&self, root: &Value, whole: &Shape) -> Option<(Pointer, Pointer)> {
        let below = Pointer::root();
        let own = self.among(root, whole, &below);
        own.or_else(|| {
            let mut wrapped = whole.properties.iter().filter(|(name, _)| self.wraps(name));
            wrapped.find_map(|(name, nodes)| self.among(root, &Shape::of_any(root, nodes), &below.child(name)))
        })
    }

    fn among(&self, root: &Value, shape: &Shape, place: &Pointer) -> Option<(Pointer, Pointer)> {
        let fitting = shape.properties.iter().filter_map(|(name, nodes)| {
            let property = Shape::of(root, nodes);
            let alike = self.is_written_as(&property);
            let rank = self.rank(name).or_else(|| (alike && self.identifies(name)).then_some(LAST_RANK))?;
            // What is written as the parameter is says more than a name.
            self.takes(&property).then_some(((!alike, rank), name, nodes))
        });
        let (_, name, nodes) = fitting.min_by_key(|(rank, ..)| *rank)?;
        Some((place.child(name), nodes.first()?.clone()))
    }

    /// The pattern of what is wanted, if it has one.
    fn pattern(&self) -> Option<&str> {
        self.shape.as_ref()?.pattern.as_deref().filter(|pattern| !pattern.is_empty())
    }

    /// Whether a property is a text of the very pattern that is wanted.
    fn is_written_as(&self, property: &Shape) -> bool {
        property.allows(Kind::String) && self.pattern().is_some_and(|own| property.pattern.as_deref() == Some(own))
    }

    /// Whether a property is called as what tells the thing from its like: `slug`, `org_slug`.
    fn identifies(&self, property: &str) -> bool {
        let words = words(property);
        let Some((last, start)) = words.split_last() else { return false };
        let identifies = IDENTIFIES.contains(&last.as_str()) || TOLD_BY_PATTERN.contains(&last.as_str());
        identifies && (start.is_empty() || start == self.thing)
    }

    fn wraps(&self, name: &str) -> bool {
        let words = words(name);
        words == self.thing || matches!(words.as_slice(), [word] if WRAPPERS.contains(&word.as_str()))
    }

    /// How well the name of a property fits: the less the better.
    fn rank(&self, property: &str) -> Option<u8> {
        let property = words(property);
        let last = self.words.last()?;
        let identifies = |word: &str| IDENTIFIES.contains(&word);
        let is_id = |words: &[String]| matches!(words, [word] if word == "id");
        if property.concat() == self.words.concat() {
            return Some(0);
        }
        // `petId` and `id`.
        if identifies(last) && property == [last.as_str()] {
            return Some(1);
        }
        // `id` and `petId`.
        let named_after = property.split_last().is_some_and(|(end, start)| end == last && start == self.thing);
        if identifies(last) && named_after {
            return Some(2);
        }
        // `pet` and `id`.
        if !identifies(last) && self.words == self.thing && is_id(&property) {
            return Some(3);
        }
        let other = |word: &str| ["uuid", "guid", "uid", "identifier"].contains(&word);
        let other = matches!(property.as_slice(), [word] if other(word));
        // `org` and `slug`, where no id can stand in the path.
        let called = |word: &str| CALLED.contains(&word);
        let called = matches!(property.as_slice(), [word] if called(word)) && self.words == self.thing;
        (last == "id" && other || called).then_some(LAST_RANK - 1)
    }

    /// Whether what a property holds can stand there.
    fn takes(&self, property: &Shape) -> bool {
        let names = [Kind::String, Kind::Integer, Kind::Number].into_iter().any(|kind| property.allows(kind));
        let Some(shape) = self.shape.as_ref().filter(|_| property.values.is_none()) else {
            return property.values.is_none() && names;
        };
        let both = |kind| property.allows(kind) && shape.allows(kind);
        let formats = match (&property.format, &shape.format) {
            (Some(one), Some(other)) => one == other || (one.starts_with("int") && other.starts_with("int")),
            _ => true,
        };
        let patterns = match (property.pattern.as_deref(), self.pattern()) {
            (Some(one), Some(other)) => one.is_empty() || one == other,
            _ => true,
        };
        let any_text = shape.allows(Kind::String) && shape.format.is_none() && shape.pattern.is_none();
        let as_text = property.allows(Kind::Integer) && any_text;
        formats && ((both(Kind::String) && patterns) || both(Kind::Integer) || both(Kind::Number) || as_text)
    }
}

/// What a property names by its own name: `customer` for `customer_id`; none where it does not end so.
pub(super) fn thing_named(property: &str) -> Option<Vec<String>> {
    ending_in(property, &["id", "uuid", "guid"])
}

/// What the elements of a list name by its name: `tag` for `tag_ids`.
pub(super) fn things_named(property: &str) -> Option<Vec<String>> {
    ending_in(property, &["ids", "uuids", "guids"])
}

fn ending_in(property: &str, ends: &[&str]) -> Option<Vec<String>> {
    let words = words(property);
    let (last, thing) = words.split_last()?;
    (ends.contains(&last.as_str()) && !thing.is_empty()).then(|| thing.to_vec())
}

/// Whether a property names another thing of the kind that it is a property of: `parent_id`.
pub(super) fn is_of_its_own_kind(property: &str) -> bool {
    const OWN: [&str; 6] = ["parent", "ancestor", "predecessor", "replyto", "inreplyto", "duplicateof"];
    thing_named(property).is_some_and(|words| OWN.contains(&words.concat().as_str()))
}

/// Whether a property says by its name which other thing it belongs to, and no more than that: one may lie anywhere below its
/// ancestors.
pub(crate) fn names_another(property: &str) -> bool {
    thing_named(property).is_some() && !is_of_its_own_kind(property)
}

/// Whether what a link gives can stand where `shape` is asked for.
pub(super) fn stands_for(contract: &Contract, link: &Link, shape: &Shape) -> bool {
    let LinkSource::Received(_) = &link.source else { return shape.allows(Kind::String) };
    if link.declared {
        return true;
    }
    let given = Shape::of(contract.schemas.strict(Direction::Response), std::slice::from_ref(&link.pointer));
    let kinds = [Kind::String, Kind::Integer, Kind::Number];
    kinds.iter().any(|kind| shape.allows(*kind) && given.allows(*kind)) && shape.values.is_none()
}

/// The words of what a resource is called, in the singular: `order item` of `/orders/{}/order-items/{}`.
pub(super) fn thing(resource: &str) -> Vec<String> {
    let name = resource.split('/').rfind(|segment| !segment.is_empty() && *segment != "{}").unwrap_or_default();
    let mut words = words(name);
    if let Some(last) = words.last_mut() {
        *last = singular(last);
    }
    words
}

/// Whether a segment of a path is called as several things are.
pub(super) fn is_plural(segment: &str) -> bool {
    words(segment).last().is_some_and(|last| singular(last) != *last)
}

fn singular(word: &str) -> String {
    let endings = [("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh"), ("ss", "ss"), ("s", "")];
    let found = endings.iter().find_map(|(plural, one)| Some(format!("{}{one}", word.strip_suffix(plural)?)));
    found.unwrap_or_else(|| word.to_owned())
}
