//! Links between operations: which of them makes the things that others name in their paths.
//!
//! A link belongs to a *resource*: a path up to and with a parameter, the names of parameters left out, as `/things/{}`.
//! The document's own `links` say whose answer the parameter comes from; where there are none, an operation that makes
//! things at `/things` and answers with a property that fits is taken to make those at `/things/{id}`; where none does, one
//! that makes them below another thing, at `/shops/{id}/things`. Where bodies alone name such things (`thing_id`), and no path does, the resource has the same name.

mod declared;
mod fitting;
mod reference;

pub(crate) use fitting::names_another;
pub(in crate::contract) use reference::walk;
pub use reference::{Places, Reference};

use std::collections::{BTreeMap, BTreeSet};

use super::Contract;
use super::operation::OperationContract;
use super::parameter::{ParameterContract, ToldBy};
use crate::generate::Shape;
use crate::http::parameter::{Location, Serialization, Style};
use crate::schema::{Direction, Schemas};
use crate::source::Pointer;
use crate::spec::Document;

/// A pattern that begins with fewer letters says nothing of what its texts are.
const SHORTEST_WORD: usize = 2;

/// Where the name of a thing comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What the name stands for: `/things/{}`.
    pub resource: String,
    /// The id of the operation that makes such a thing, or finds one.
    pub producer: String,
    /// Where in its exchange the name stands.
    pub source: LinkSource,
    /// The words or the structure that say so.
    pub basis: String,
    /// Whether the document says so itself.
    pub declared: bool,
    /// Where it says so.
    pub pointer: Pointer,
}

/// Where in an exchange the name of a thing stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkSource {
    /// In the JSON body that came back.
    Received(Pointer),
    /// In the JSON body that was sent.
    Sent(Pointer),
    /// It is the last segment of the path in `Location` (RFC 9110 §10.2.2).
    Location,
    /// It is the value of this header field.
    Header(String),
    /// It is the last segment of the path that was asked for: whoever makes the thing names it.
    Path,
}

impl Link {
    /// Whether `operation` makes what it names, as far as the structure of the document says.
    fn is_made_by(&self, operation: &OperationContract) -> bool {
        !self.declared && self.producer == operation.operation.id
    }
}

/// A parameter that is a whole segment of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The number of the parameter in the operation's contract.
    pub parameter: usize,
    /// What it names: `/things/{}`.
    pub resource: String,
}

/// The links of all operations, by their resources.
pub(super) fn links(operations: &[OperationContract], document: &Document, schemas: &Schemas) -> Vec<Link> {
    let mut links: BTreeMap<String, Link> = BTreeMap::new();
    for link in declared::links(operations, document) {
        links.entry(link.resource.clone()).or_insert(link);
    }
    let makers = Makers::of(operations);
    for consumer in operations {
        for named in consumer.named() {
            let parameter = &consumer.parameters[named.parameter];
            if parameter.told_by != ToldBy::Things || links.contains_key(&named.resource) {
                continue;
            }
            let collection = collection_of(&named.resource);
            let posted = collection.as_ref().and_then(|collection| makers.posted.get(collection));
            let wanted = || fitting::Wanted::by(parameter, &named, schemas);
            let link = |maker: &&OperationContract| fitting::link(maker, &wanted(), document, schemas);
            let put = || makers.put.get(&named.resource).map(|maker| put(maker, &named));
            let below = || {
                let collection = collection.as_deref().filter(|_| posted.is_none())?;
                let alike = |maker: &&&OperationContract| is_alike(maker, &named.resource, operations, schemas);
                makers.posted_below(collection).filter(alike).find_map(link)
            };
            if let Some(link) = posted.and_then(link).or_else(put).or_else(below) {
                links.insert(named.resource, link);
            }
        }
    }
    let named = reference::named(operations, schemas);
    for (collection, maker) in &makers.posted {
        let resource = format!("{collection}/{{}}");
        if !links.contains_key(&resource) && named.contains(&fitting::thing(collection)) {
            let wanted = fitting::Wanted::id_of(resource.clone());
            links.extend(fitting::link(maker, &wanted, document, schemas).map(|link| (resource, link)));
        }
    }
    links.into_values().collect()
}

/// The operations that make things, the first of each path.
#[derive(Default)]
struct Makers<'m> {
    /// By the collection that a thing is posted to.
    posted: BTreeMap<String, &'m OperationContract>,
    /// By the very place where a thing is put: `/things/{}`.
    put: BTreeMap<String, &'m OperationContract>,
}

impl<'m> Makers<'m> {
    fn of(operations: &'m [OperationContract]) -> Self {
        let mut makers = Self::default();
        for one in operations {
            let creates = || one.answers.iter().any(|answer| answer.status.is_exactly(201));
            match one.operation.method.as_str() {
                "POST" => _ = makers.posted.entry(resource(&one.operation.path)).or_insert(one),
                "PUT" if creates() => {
                    if let Some(item) = one.item() {
                        makers.put.entry(item.resource).or_insert(one);
                    }
                }
                _ => {}
            }
        }
        makers
    }
}

impl<'m> Makers<'m> {
    /// Those that are posted to a collection of this name below another thing, where the collection itself is below none.
    fn posted_below(&self, collection: &str) -> impl Iterator<Item = &&'m OperationContract> {
        let name = segments(collection).last().filter(|_| !collection.contains("{}"));
        let end = name.map(|name| format!("/{{}}/{name}"));
        let is_below = move |path: &str| end.as_ref().is_some_and(|end| path.ends_with(end));
        self.posted.iter().filter(move |(path, _)| is_below(path)).map(|(_, maker)| maker)
    }
}

/// Whether what `maker` answers with may be what is read at `resource`: one has no property that the other lacks. Who adds a
/// user to a team makes a membership, and no user.
fn is_alike(maker: &OperationContract, resource: &str, operations: &[OperationContract], schemas: &Schemas) -> bool {
    let reads = |one: &&OperationContract| {
        one.operation.method == "GET" && one.item().is_some_and(|item| item.resource == resource)
    };
    let names = |operation: &OperationContract| {
        let schema = operation.success_schemas().next()?.pointer().clone();
        let shape = Shape::of_any(schemas.strict(Direction::Response), &[schema]);
        Some(shape.properties.into_iter().map(|(name, _)| name).collect::<BTreeSet<_>>())
    };
    let both = operations.iter().find(reads).and_then(names).zip(names(maker));
    both.is_none_or(|(read, made)| read.is_subset(&made) || made.is_subset(&read))
}

/// The link to an operation that makes a thing at the very place where it is asked for.
fn put(maker: &OperationContract, named: &Named) -> Link {
    Link {
        resource: named.resource.clone(),
        producer: maker.operation.id.clone(),
        source: LinkSource::Path,
        basis: format!("`{}` answers 201, \"Created\"", maker.operation.title()),
        declared: false,
        pointer: maker.operation.pointer.clone(),
    }
}

impl Contract {
    /// The link to what is made in the collection that `operation` is about as a whole.
    pub fn made_in(&self, operation: &OperationContract) -> Option<&Link> {
        let collection = resource(&operation.operation.path);
        let own = self.links.iter().find(|link| collection_of(&link.resource).as_ref() == Some(&collection));
        // What is made here may be named elsewhere.
        let posts =
            |one: &OperationContract| one.operation.method == "POST" && resource(&one.operation.path) == collection;
        let maker = || self.operations.iter().find(|one| posts(one));
        own.or_else(|| maker().and_then(|maker| self.links.iter().find(|link| link.is_made_by(maker))))
    }

    /// Whether `operation` makes a thing at a place that it does not name, as far as it says so, or what it answers with is
    /// named elsewhere.
    pub fn makes(&self, operation: &OperationContract) -> bool {
        let posts = operation.operation.method == "POST";
        operation.creates || posts && self.links.iter().any(|link| link.is_made_by(operation))
    }

    /// The operations about one of the things that the operation numbered `maker` makes, by their numbers.
    pub fn about_what_is_made(&self, maker: usize) -> Vec<usize> {
        let Some(maker) = self.operations.get(maker) else { return Vec::new() };
        let collection = resource(&maker.operation.path);
        let is_made = |item: &Named| {
            let made = |link: &Link| link.resource == item.resource && link.is_made_by(maker);
            collection_of(&item.resource).as_ref() == Some(&collection) || self.links.iter().any(made)
        };
        let is_item = |operation: &OperationContract| operation.item().as_ref().is_some_and(is_made);
        let numbered = self.operations.iter().enumerate();
        numbered.filter(|(_, operation)| is_item(operation)).map(|(number, _)| number).collect()
    }
}

/// What schemas tell of the things that values of them name, whatever the properties are called.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// What paths name by parameters of a schema of its own, by the place of that schema: `account` by `AccountId`.
    by_schema: BTreeMap<Pointer, Vec<String>>,
    /// What is named by texts of a pattern that begins with a word: `account` by `^acc_[0-9]+$`.
    by_pattern: BTreeMap<String, BTreeSet<Vec<String>>>,
}

impl Told {
    pub(super) fn of(operations: &[OperationContract], links: &[Link], document: &Document, schemas: &Schemas) -> Self {
        let mut told = Self::default();
        for operation in operations {
            for named in operation.named() {
                let parameter = &operation.parameters[named.parameter];
                let thing = fitting::thing(&named.resource);
                let schema = parameter.schema.as_ref().map(|schema| schema.pointer());
                let home = schema.and_then(|schema| document.resolve(schema).filter(|home| home != schema));
                home.map(|home| told.by_schema.entry(home).or_insert_with(|| thing.clone()));
                let shape = Shape::of(schemas.strict(Direction::Request), &parameter.nodes());
                told.note(shape.pattern, thing);
            }
        }
        for link in links {
            let shape = Shape::of(schemas.strict(Direction::Response), std::slice::from_ref(&link.pointer));
            told.note(shape.pattern, fitting::thing(&link.resource));
        }
        told
    }

    fn note(&mut self, pattern: Option<String>, thing: Vec<String>) {
        if let Some(pattern) = pattern.filter(|pattern| tells(pattern)) {
            self.by_pattern.entry(pattern).or_default().insert(thing);
        }
    }

    /// What a value of this schema names, if only one kind of thing is named so.
    fn thing(&self, document: &Document, schema: &Pointer, pattern: Option<&str>) -> Option<&[String]> {
        let by_schema = document.resolve(schema).and_then(|home| self.by_schema.get(&home));
        let alike = pattern.and_then(|pattern| self.by_pattern.get(pattern)).filter(|things| things.len() == 1);
        by_schema.or_else(|| alike?.first()).map(Vec::as_slice)
    }
}

/// Whether a pattern says of what kind the thing is: texts of it begin with a word.
fn tells(pattern: &str) -> bool {
    let word = pattern.strip_prefix('^').map(|rest| rest.bytes().take_while(u8::is_ascii_alphabetic).count());
    word.is_some_and(|letters| letters >= SHORTEST_WORD)
}

/// The things that are called alike: `customer` of `/customers/{}` and of `/shops/{}/customers/{}`.
#[derive(Clone, Debug, Default)]
pub(super) struct Things {
    /// Their resources.
    resources: BTreeSet<String>,
    /// The links to what makes one, by their numbers.
    links: Vec<usize>,
}

/// The things of a document, by the words they are called.
pub(super) fn things(operations: &[OperationContract], links: &[Link]) -> BTreeMap<Vec<String>, Things> {
    let mut things: BTreeMap<Vec<String>, Things> = BTreeMap::new();
    for item in operations.iter().filter_map(OperationContract::item) {
        things.entry(fitting::thing(&item.resource)).or_default().resources.insert(item.resource);
    }
    for (number, link) in links.iter().enumerate() {
        let known = things.entry(fitting::thing(&link.resource)).or_default();
        known.resources.insert(link.resource.clone());
        known.links.push(number);
    }
    things
}

impl OperationContract {
    /// What the things of its path are called, in the singular: `user` for `/users`.
    pub fn thing(&self) -> String {
        fitting::thing(&resource(&self.operation.path)).join("_")
    }

    /// The parameters that name things, each a whole segment of the path written plainly, from left to right.
    pub fn named(&self) -> Vec<Named> {
        let segments: Vec<&str> = segments(&self.operation.path).collect();
        let whole = segments.iter().enumerate().filter_map(|(at, segment)| {
            let name = segment.strip_prefix('{')?.strip_suffix('}')?;
            let is_it = |one: &ParameterContract| one.location == Location::Path && one.name == name;
            let parameter = self.parameters.iter().position(is_it)?;
            is_plain(&self.parameters[parameter]).then(|| Named { parameter, resource: joined(&segments[..=at]) })
        });
        whole.collect()
    }

    /// Whether it lists what a thing has, or makes something there: `/shops/{id}/orders`. Where the shop is, so is that, though
    /// no path names one of the orders.
    pub fn is_of_what_a_thing_has(&self) -> bool {
        let segments: Vec<&str> = segments(&self.operation.path).collect();
        let [.., thing, last] = segments.as_slice() else { return false };
        let does = match self.operation.method.as_str() {
            "GET" => self.lists,
            "POST" => self.answers.iter().any(|answer| answer.status.is_exactly(201)),
            _ => false,
        };
        does && thing.starts_with('{') && !last.contains('{') && fitting::is_plural(last)
    }

    /// The resource of which it is about one thing as a whole: `/things/{}` for `/things/{id}`, none for
    /// `/things/{id}/parts`.
    pub fn item(&self) -> Option<Named> {
        let whole = resource(&self.operation.path);
        self.named().into_iter().next_back().filter(|named| named.resource == whole)
    }
}

/// Whether its text in a path is its value, and nothing else.
fn is_plain(parameter: &ParameterContract) -> bool {
    match &parameter.serialization {
        Serialization::Style(encoding) => encoding.style == Style::Simple,
        Serialization::Content(_) | Serialization::Form(_) => false,
    }
}

/// A path without the names of its parameters: `/things/{}`.
fn resource(path: &str) -> String {
    joined(&segments(path).collect::<Vec<_>>())
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

fn joined(segments: &[&str]) -> String {
    let nameless = |segment: &&str| if segment.contains('{') { "/{}".to_owned() } else { format!("/{segment}") };
    segments.iter().map(nameless).collect()
}

/// What a thing of a resource is made in: `/things` for `/things/{}`.
fn collection_of(resource: &str) -> Option<String> {
    resource.strip_suffix("/{}").filter(|collection| !collection.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests;
