//! The objects of the OpenAPI Specification: which may stand where.
//!
//! A `$ref` is a reference, and a `nullable` a keyword, only where the specification has an object at that place;
//! inside `example`, `default`, `enum` or an extension it is data. [`Nodes::of`] therefore walks a document along
//! the tables below, and what they do not name is data.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::model::Version;
use crate::source::Pointer;

/// The kinds of objects that matter here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    OpenApi,
    Info,
    Components,
    PathItem,
    Operation,
    Parameter,
    RequestBody,
    MediaType,
    Encoding,
    Response,
    Header,
    Link,
    Callback,
    SecurityScheme,
    Server,
    Schema,
}

/// How the objects of a field stand in it.
#[derive(Clone, Copy, Debug)]
enum Shape {
    One(Kind),
    List(Kind),
    /// A list, or (before 2020-12) a single one.
    OneOrList(Kind),
    /// One for each name.
    Map(Kind),
    /// One for each name, but for extensions `x-…`.
    Patterned(Kind),
}

use Shape::{List, Map as Named, One, OneOrList, Patterned};

type Fields = &'static [(&'static str, Shape)];

const OPEN_API: Fields = &[
    ("info", One(Kind::Info)),
    ("servers", List(Kind::Server)),
    ("paths", Patterned(Kind::PathItem)),
    ("webhooks", Patterned(Kind::PathItem)),
    ("components", One(Kind::Components)),
];

const COMPONENTS: Fields = &[
    ("schemas", Named(Kind::Schema)),
    ("responses", Named(Kind::Response)),
    ("parameters", Named(Kind::Parameter)),
    ("requestBodies", Named(Kind::RequestBody)),
    ("headers", Named(Kind::Header)),
    ("securitySchemes", Named(Kind::SecurityScheme)),
    ("links", Named(Kind::Link)),
    ("callbacks", Named(Kind::Callback)),
    ("pathItems", Named(Kind::PathItem)),
    ("mediaTypes", Named(Kind::MediaType)),
];

const PATH_ITEM: Fields = &[
    ("parameters", List(Kind::Parameter)),
    ("get", One(Kind::Operation)),
    ("put", One(Kind::Operation)),
    ("post", One(Kind::Operation)),
    ("delete", One(Kind::Operation)),
    ("options", One(Kind::Operation)),
    ("head", One(Kind::Operation)),
    ("patch", One(Kind::Operation)),
    ("trace", One(Kind::Operation)),
    ("query", One(Kind::Operation)),
    ("additionalOperations", Named(Kind::Operation)),
];

const OPERATION: Fields = &[
    ("parameters", List(Kind::Parameter)),
    ("requestBody", One(Kind::RequestBody)),
    ("responses", Patterned(Kind::Response)),
    ("callbacks", Named(Kind::Callback)),
];

const PARAMETER: Fields = &[("schema", One(Kind::Schema)), ("content", Named(Kind::MediaType))];

const REQUEST_BODY: Fields = &[("content", Named(Kind::MediaType))];

const MEDIA_TYPE: Fields = &[
    ("schema", One(Kind::Schema)),
    ("itemSchema", One(Kind::Schema)),
    ("encoding", Named(Kind::Encoding)),
    ("prefixEncoding", List(Kind::Encoding)),
    ("itemEncoding", One(Kind::Encoding)),
];

const ENCODING: Fields = &[("headers", Named(Kind::Header)), ("encoding", Named(Kind::Encoding))];

const RESPONSE: Fields =
    &[("headers", Named(Kind::Header)), ("content", Named(Kind::MediaType)), ("links", Named(Kind::Link))];

const SCHEMA: Fields = &[
    ("properties", Named(Kind::Schema)),
    ("patternProperties", Named(Kind::Schema)),
    ("additionalProperties", One(Kind::Schema)),
    ("items", OneOrList(Kind::Schema)),
    ("allOf", List(Kind::Schema)),
    ("anyOf", List(Kind::Schema)),
    ("oneOf", List(Kind::Schema)),
    ("not", One(Kind::Schema)),
    ("if", One(Kind::Schema)),
    ("then", One(Kind::Schema)),
    ("else", One(Kind::Schema)),
    ("prefixItems", List(Kind::Schema)),
    ("contains", One(Kind::Schema)),
    ("propertyNames", One(Kind::Schema)),
    ("dependentSchemas", Named(Kind::Schema)),
    ("unevaluatedProperties", One(Kind::Schema)),
    ("unevaluatedItems", One(Kind::Schema)),
    ("contentSchema", One(Kind::Schema)),
    ("$defs", Named(Kind::Schema)),
    ("definitions", Named(Kind::Schema)),
];

impl Kind {
    fn fields(self) -> Fields {
        match self {
            Self::OpenApi => OPEN_API,
            Self::Components => COMPONENTS,
            Self::PathItem => PATH_ITEM,
            Self::Operation => OPERATION,
            Self::Parameter | Self::Header => PARAMETER,
            Self::RequestBody => REQUEST_BODY,
            Self::MediaType => MEDIA_TYPE,
            Self::Encoding => ENCODING,
            Self::Response => RESPONSE,
            Self::Schema => SCHEMA,
            Self::Info | Self::Link | Self::Callback | Self::SecurityScheme | Self::Server => &[],
        }
    }

    /// What the specification calls it, with its article.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::OpenApi => "an OpenAPI document",
            Self::Info => "an info object",
            Self::Components => "a components object",
            Self::PathItem => "a path item",
            Self::Operation => "an operation",
            Self::Parameter => "a parameter",
            Self::RequestBody => "a request body",
            Self::MediaType => "a media type object",
            Self::Encoding => "an encoding object",
            Self::Response => "a response",
            Self::Header => "a header",
            Self::Link => "a link",
            Self::Callback => "a callback",
            Self::SecurityScheme => "a security scheme",
            Self::Server => "a server",
            Self::Schema => "a schema",
        }
    }

    /// Whether what stands beside `$ref` in it counts.
    pub(crate) fn siblings_count(self, version: Version) -> bool {
        match self {
            Self::PathItem => true,
            Self::Schema => version.differences().schema_siblings_of_ref,
            _ => false,
        }
    }
}

/// One object of a document.
#[derive(Clone, Debug)]
pub(crate) struct Node<'d> {
    /// What it is.
    pub(crate) kind: Kind,
    /// Where it stands.
    pub(crate) pointer: Pointer,
    /// The object; of a schema it may be a boolean.
    pub(crate) value: &'d Value,
    /// Whether a schema with an `$id` of its own is around it, so that references start from there.
    pub(crate) in_resource: bool,
}

/// A value at a place where something of another form must stand.
#[derive(Clone, Debug)]
pub(crate) struct Misfit {
    /// Where it stands.
    pub(crate) pointer: Pointer,
    /// What must stand there: `a schema`, `a list of parameters`.
    pub(crate) expected: String,
}

/// All objects of a document, in document order.
#[derive(Debug)]
pub(crate) struct Nodes<'d> {
    version: Version,
    root: &'d Value,
    /// The address of each value of `root` that is here: an eighth of what a pointer takes.
    seen: HashSet<*const Value>,
    /// The objects.
    pub(crate) all: Vec<Node<'d>>,
    /// What has a form in which it cannot be understood.
    pub(crate) misfits: Vec<Misfit>,
    /// Mappings of names to objects that have a `$ref` for themselves: no version foresees that.
    pub(crate) mappings_by_reference: Vec<Pointer>,
}

impl<'d> Nodes<'d> {
    /// The objects below `root`, a document of `version`.
    pub(crate) fn of(root: &'d Value, version: Version) -> Self {
        let mut nodes = Self::none(root, version);
        nodes.object(Kind::OpenApi, &Pointer::root(), root, false);
        nodes
    }

    /// The objects in what stands at `pointer` of `root`, which is one of `kind`.
    pub(crate) fn below(root: &'d Value, version: Version, kind: Kind, pointer: &Pointer) -> Self {
        let mut nodes = Self::none(root, version);
        nodes.add(kind, pointer);
        nodes
    }

    fn none(root: &'d Value, version: Version) -> Self {
        Self {
            version,
            root,
            seen: HashSet::new(),
            all: Vec::new(),
            misfits: Vec::new(),
            mappings_by_reference: Vec::new(),
        }
    }

    /// Adds what stands at `pointer` as an object of `kind`, if it is not there yet: a reference may lead to where
    /// the tables do not.
    pub(crate) fn add(&mut self, kind: Kind, pointer: &Pointer) {
        if let Some(value) = pointer.resolve(self.root).filter(|value| !self.seen.contains(&std::ptr::from_ref(*value)))
        {
            self.object(kind, pointer, value, false);
        }
    }

    fn object(&mut self, kind: Kind, pointer: &Pointer, value: &'d Value, in_resource: bool) {
        let Value::Object(members) = value else {
            // A schema may be a boolean; anything but a schema or a path may be left empty.
            let fits = match value {
                Value::Bool(_) => kind == Kind::Schema,
                Value::Null => kind != Kind::Schema,
                _ => false,
            };
            if !fits {
                self.misfit(pointer, kind.title().to_owned());
            }
            if kind == Kind::Schema && fits {
                self.push(kind, pointer, value, in_resource);
            }
            return;
        };
        let has_id = kind == Kind::Schema
            && self.version.differences().schema_resources
            && members.get("$id").is_some_and(|id| id.as_str().is_some_and(|id| !id.starts_with('#')));
        let in_resource = in_resource || has_id;
        self.push(kind, pointer, value, in_resource);
        if members.get("$ref").is_some_and(Value::is_string) && !kind.siblings_count(self.version) {
            return;
        }
        if kind == Kind::Callback {
            self.members(Patterned(Kind::PathItem), Kind::PathItem, pointer, members, in_resource);
        }
        for (field, shape) in kind.fields() {
            if let Some(value) = members.get(*field) {
                self.field(*shape, &pointer.child(field), value, in_resource);
            }
        }
    }

    fn push(&mut self, kind: Kind, pointer: &Pointer, value: &'d Value, in_resource: bool) {
        self.seen.insert(value);
        self.all.push(Node { kind, pointer: pointer.clone(), value, in_resource });
    }

    fn field(&mut self, shape: Shape, pointer: &Pointer, value: &'d Value, in_resource: bool) {
        match (shape, value) {
            (OneOrList(kind) | List(kind), Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.object(kind, &pointer.index(index), item, in_resource);
                }
            }
            (Named(kind) | Patterned(kind), Value::Object(members)) => {
                self.members(shape, kind, pointer, members, in_resource);
            }
            (One(kind) | OneOrList(kind), _) => self.object(kind, pointer, value, in_resource),
            (List(_) | Named(_) | Patterned(_), Value::Null) => {}
            (List(kind), _) => self.misfit(pointer, format!("a list, each item {}", kind.title())),
            (Named(kind) | Patterned(kind), _) => {
                self.misfit(pointer, format!("a mapping, each value {}", kind.title()));
            }
        }
    }

    fn members(
        &mut self,
        shape: Shape,
        kind: Kind,
        pointer: &Pointer,
        members: &'d Map<String, Value>,
        in_resource: bool,
    ) {
        let extensions = matches!(shape, Patterned(_));
        for (name, value) in members {
            if extensions && name.starts_with("x-") {
                continue;
            }
            if kind != Kind::Schema && name == "$ref" && value.is_string() {
                self.mappings_by_reference.push(pointer.clone());
                continue;
            }
            self.object(kind, &pointer.child(name), value, in_resource);
        }
    }

    fn misfit(&mut self, pointer: &Pointer, expected: String) {
        self.misfits.push(Misfit { pointer: pointer.clone(), expected });
    }
}
