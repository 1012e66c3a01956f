//! The parameters of an operation, as far as a request can carry them.

use std::sync::Arc;

use serde_json::Value;

use super::body::form_encodings;
use crate::generate::{Kind, Shape};
use crate::http::MediaType;
use crate::http::form::FORM;
use crate::http::parameter::{Encoding, Location, Serialization, Style};
use crate::schema::{Compiled, Direction, SchemaError, Schemas};
use crate::source::Pointer;
use crate::spec::{Document, Operation, Parameter};

/// A parameter that requests carry.
#[derive(Debug)]
pub struct ParameterContract {
    /// Its name.
    pub name: String,
    /// Where it stands in a request.
    pub location: Location,
    /// Whether it must be sent.
    pub required: bool,
    /// How its values are written.
    pub serialization: Serialization,
    /// Its schema; none where the document says nothing of its values.
    pub schema: Option<Arc<Compiled>>,
    /// Values that the document gives as examples or default.
    pub examples: Vec<Value>,
    /// The `default` of its schema, which a server may put in its place (OpenAPI 3.0.4 §4.7.24).
    pub default: Option<Value>,
    /// Who can tell which of its values a server takes.
    pub told_by: ToldBy,
    /// Where it stands in the document.
    pub pointer: Pointer,
}

/// Who can tell which values of a parameter a server takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToldBy {
    /// Its schema: each value that it allows is fine.
    Schema,
    /// The server's data: it names a thing, which may not be there.
    Things,
    /// Rules that go by its name and that no schema tells: an order, a query language, a currency.
    Name,
    /// Nobody, as long as no other request has it: a key that is good for one request (`Idempotency-Key`).
    Once,
    /// The environment: a credential, which no case can make up.
    Environment,
}

/// Fields that OpenAPI says are no parameters (3.0.4 §4.7.12.1), and those that belong to the connection.
const NO_PARAMETERS: [&str; 13] = [
    "accept",
    "content-type",
    "authorization",
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "te",
    "trailer",
    "upgrade",
    "cookie",
    "expect",
];
/// Fields that the client always sends, so that they cannot be left out.
const ALWAYS_SENT: [&str; 2] = ["user-agent", "accept-encoding"];
/// Last words of names that say who sends the request.
const CREDENTIALS: [&str; 10] = [
    "authorization",
    "token",
    "apikey",
    "secret",
    "password",
    "credential",
    "credentials",
    "session",
    "signature",
    "jwt",
];
/// Last words of names that name a thing.
const THINGS: [&str; 40] = [
    "id",
    "ids",
    "uuid",
    "uuids",
    "guid",
    "key",
    "keys",
    "cursor",
    "hash",
    "sha",
    "digest",
    "ref",
    "refs",
    "code",
    "codes",
    "slug",
    "username",
    "user",
    "users",
    "login",
    "owner",
    "repo",
    "org",
    "marker",
    "continuation",
    "after",
    "before",
    "version",
    "tag",
    "tags",
    "branch",
    "etag",
    "revision",
    "handle",
    "account",
    "match",
    "parent",
    "project",
    "group",
    "resource",
];
/// Header fields that tell one request from others in logs, but for an `X-` before them: they name nothing that is there.
const TRACES: [&str; 9] = [
    "requestid",
    "correlationid",
    "traceid",
    "spanid",
    "b3traceid",
    "b3spanid",
    "amzntraceid",
    "traceparent",
    "tracestate",
];
/// Last words of names whose values follow rules of their own.
const RULES: [&str; 46] = [
    "sort",
    "order",
    "orderby",
    "sortby",
    "by",
    "direction",
    "filter",
    "filters",
    "fields",
    "field",
    "expand",
    "include",
    "includes",
    "exclude",
    "excludes",
    "embed",
    "select",
    "query",
    "q",
    "where",
    "expression",
    "format",
    "type",
    "types",
    "status",
    "state",
    "kind",
    "scope",
    "scopes",
    "locale",
    "lang",
    "language",
    "country",
    "currency",
    "timezone",
    "tz",
    "unit",
    "units",
    "range",
    "period",
    "interval",
    "granularity",
    "path",
    "url",
    "uri",
    "since",
];

impl ParameterContract {
    /// The parameters of `operation` that requests can carry.
    ///
    /// # Errors
    ///
    /// A schema that cannot be compiled.
    pub(super) fn all(operation: &Operation, document: &Document, schemas: &Schemas) -> Result<Vec<Self>, SchemaError> {
        let mut all = Vec::new();
        for parameter in &operation.parameters {
            all.extend(Self::of(parameter, operation, document, schemas)?);
        }
        Ok(all)
    }

    fn of(
        parameter: &Parameter,
        operation: &Operation,
        document: &Document,
        schemas: &Schemas,
    ) -> Result<Option<Self>, SchemaError> {
        let Some(location) = Location::parse(&parameter.location) else { return Ok(None) };
        let is = |names: &[&str]| names.iter().any(|name| parameter.name.eq_ignore_ascii_case(name));
        let sent = match location {
            Location::Header => is_token(&parameter.name) && !is(&NO_PARAMETERS),
            Location::Path => operation.path.contains(&format!("{{{}}}", parameter.name)),
            Location::Query | Location::Cookie => !parameter.name.is_empty(),
            Location::Querystring => parameter.content.is_some(),
        };
        if !sent {
            return Ok(None);
        }
        let schema = match &parameter.schema {
            Some(pointer) => Some(schemas.compile(Direction::Request, pointer)?),
            None => None,
        };
        let root = schemas.strict(Direction::Request);
        let shape = Shape::of(root, parameter.schema.as_slice());
        let default = shape.nodes.iter().find_map(|node| node.resolve(root)?.get("default")).cloned();
        let examples = parameter.examples.iter().chain(&shape.examples).cloned().collect();
        Ok(Some(Self {
            name: parameter.name.clone(),
            location,
            required: parameter.required && !(location == Location::Header && is(&ALWAYS_SENT)),
            serialization: serialization(parameter, location, document, schemas),
            schema: schema.map(Arc::new),
            examples,
            default,
            told_by: told_by(parameter, location, root, &shape),
            pointer: parameter.pointer.clone(),
        }))
    }

    /// `query.limit`: where it stands, and its name.
    pub fn title(&self) -> String {
        format!("{}.{}", self.location, self.name)
    }

    /// The schemas that apply to it.
    pub fn nodes(&self) -> Vec<Pointer> {
        self.schema.iter().map(|schema| schema.pointer().clone()).collect()
    }
}

/// Why a request that needs `parameter` cannot be made, if so.
pub(super) fn unsupported(operation: &Operation) -> Option<String> {
    let missing = operation.parameters.iter().find(|parameter| {
        let known = Location::parse(&parameter.location).is_some();
        parameter.required && !known
    });
    if let Some(Parameter { location, name, .. }) = missing {
        return Some(format!("its parameter `{name}` stands in `{location}`, for which requests cannot be made yet"));
    }
    let nameless = expressions(&operation.path).find(|name| {
        let same = |parameter: &Parameter| parameter.location == "path" && parameter.name == *name;
        !operation.parameters.iter().any(same)
    });
    nameless.map(|name| format!("its path has `{{{name}}}`, but no path parameter of that name is described"))
}

/// The names in braces.
fn expressions(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}

fn serialization(parameter: &Parameter, location: Location, document: &Document, schemas: &Schemas) -> Serialization {
    if let Some(media_type) = &parameter.content {
        if let (Location::Querystring, true) = (location, is_form(media_type)) {
            let entry = parameter.pointer.child("content").child(media_type);
            let entry = document.resolve(&entry).unwrap_or(entry);
            return Serialization::Form(form_encodings(&entry, parameter.schema.as_ref(), document, schemas));
        }
        return Serialization::Content(media_type.clone());
    }
    let style = parameter.style.as_deref().and_then(Style::parse).unwrap_or(Style::default_at(location));
    let explode = parameter.explode.unwrap_or(style.explodes());
    Serialization::Style(Encoding { style, explode, allow_reserved: parameter.allow_reserved })
}

fn is_form(media_type: &str) -> bool {
    MediaType::parse(media_type).is_some_and(|parsed| parsed.essence() == FORM)
}

fn told_by(parameter: &Parameter, location: Location, root: &Value, shape: &Shape) -> ToldBy {
    if location == Location::Querystring {
        return told_of_query(parameter.content.as_deref().unwrap_or_default(), root, shape);
    }
    told_of(&parameter.name, location, root, shape)
}

/// The whole query is told by whoever tells the least of its members. In a language of its own no schema tells.
fn told_of_query(media_type: &str, root: &Value, shape: &Shape) -> ToldBy {
    if !is_form(media_type) && !MediaType::parse(media_type).is_some_and(|parsed| parsed.is_json()) {
        return ToldBy::Name;
    }
    let members = shape.properties.iter().map(|(name, nodes)| {
        let told = told_of(name, Location::Query, root, &Shape::of(root, nodes));
        // A member is no parameter that can be left for the environment to send.
        if told == ToldBy::Environment { ToldBy::Name } else { told }
    });
    members.max_by_key(|told| *told as u8).unwrap_or(ToldBy::Schema)
}

fn told_of(name: &str, location: Location, root: &Value, shape: &Shape) -> ToldBy {
    let words = words(name);
    let last = words.last().map(String::as_str).unwrap_or_default();
    let joined = words.concat();
    // A key that opens something, unlike one that stands for a thing.
    let opens = joined.ends_with("apikey") || joined.ends_with("accesskey") || joined.ends_with("secretkey");
    // The same key with another request is a conflict.
    if location == Location::Header && joined.contains("idempotency") {
        return ToldBy::Once;
    }
    if location != Location::Path && (CREDENTIALS.contains(&last) || opens || joined.contains("idempotency")) {
        return ToldBy::Environment;
    }
    let leaf = match shape.items.as_slice() {
        [] => shape.clone(),
        nodes => Shape::of(root, nodes),
    };
    let listed = |shape: &Shape| {
        shape.values.is_some() || !shape.kinds.iter().any(|kind| !matches!(kind, Kind::Boolean | Kind::Null))
    };
    let ways = leaf.branches(8);
    let is_listed = (0..ways).all(|choice| listed(&leaf.branch(root, choice)));
    if is_listed {
        return ToldBy::Schema;
    }
    if location == Location::Path {
        return ToldBy::Things;
    }
    if matches!(leaf.format.as_deref(), Some("date" | "date-time" | "time" | "duration")) {
        return ToldBy::Schema;
    }
    if location == Location::Header && TRACES.contains(&joined.strip_prefix('x').unwrap_or(&joined)) {
        return ToldBy::Schema;
    }
    let text = leaf.allows(Kind::String);
    if THINGS.contains(&last) && (text || last.starts_with("id")) {
        ToldBy::Things
    } else if text && leaf.pattern.is_none() && (RULES.contains(&last) || of_http(&joined)) {
        ToldBy::Name
    } else {
        ToldBy::Schema
    }
}

/// Whether HTTP itself says what a field of this name means.
fn of_http(name: &str) -> bool {
    ["if", "accept", "prefer", "range", "forwarded", "origin", "referer", "contentencoding", "contentlanguage"]
        .iter()
        .any(|start| name.starts_with(start))
}

/// The words of a name, in lower case: `orderBy`, `order-by` and `order_by` have two.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = '_';
    for character in name.chars() {
        let begins = !before.is_alphanumeric() || (character.is_uppercase() && before.is_lowercase());
        if character.is_alphanumeric() {
            match words.last_mut().filter(|_| !begins) {
                Some(word) => word.extend(character.to_lowercase()),
                None => words.push(character.to_lowercase().collect()),
            }
        }
        before = character;
    }
    words
}

/// RFC 9110 §5.6.2.
fn is_token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Contract;
    use crate::spec::read;

    fn parameters(text: &str) -> Vec<(String, ToldBy, bool)> {
        let text = format!("openapi: 3.0.3\npaths:\n  /a/{{id}}:\n    get:\n      parameters:\n{text}");
        let document = read("s.yaml", text.as_bytes()).expect("a document");
        let contract = Contract::of(Arc::new(document)).expect("a contract");
        assert!(contract.untried.is_empty(), "{:?}", contract.untried);
        let of = |parameter: &ParameterContract| (parameter.title(), parameter.told_by, parameter.required);
        contract.operations[0].parameters.iter().map(of).collect()
    }

    #[test]
    fn names_and_schemas_say_who_can_tell_which_values_are_taken() {
        let found = parameters(
            "
        - {name: id, in: path, schema: {type: string}}
        - {name: limit, in: query, schema: {type: integer}}
        - {name: userId, in: query, schema: {type: integer}}
        - {name: order_by, in: query, schema: {type: string}}
        - {name: sort, in: query, schema: {type: string, enum: [up, down]}}
        - {name: before, in: query, schema: {type: string, format: date-time}}
        - {name: X-Api-Key, in: header, required: true, schema: {type: string}}
        - {name: Idempotency-Key, in: header, schema: {type: string}}
        - {name: Accept, in: header, required: true, schema: {type: string}}
        - {name: User-Agent, in: header, required: true, schema: {type: string}}
        - {name: unused, in: path, schema: {type: string}}
",
        );
        let expected = [
            ("path.id", ToldBy::Things, true),
            ("query.limit", ToldBy::Schema, false),
            ("query.userId", ToldBy::Things, false),
            ("query.order_by", ToldBy::Name, false),
            ("query.sort", ToldBy::Schema, false),
            ("query.before", ToldBy::Schema, false),
            ("header.X-Api-Key", ToldBy::Environment, true),
            ("header.Idempotency-Key", ToldBy::Once, false),
            ("header.User-Agent", ToldBy::Schema, false),
        ];
        assert_eq!(found, expected.map(|(title, told_by, required)| (title.to_owned(), told_by, required)));
    }

    #[test]
    fn a_field_that_tells_one_request_from_others_names_no_thing() {
        let of = |location: &str, names: &[&str]| {
            let one = |name: &&str| format!("        - {{name: {name}, in: {location}, schema: {{type: string}}}}\n");
            let listed: String = names.iter().map(one).collect();
            let found = parameters(&format!("        - {{name: id, in: path, schema: {{type: string}}}}\n{listed}"));
            found[1..].iter().map(|(_, told_by, _)| *told_by).collect::<Vec<_>>()
        };
        let names = ["X-Request-Id", "x-correlation-id", "X-Trace-Id", "Request-ID", "Traceparent"];
        assert_eq!(of("header", &names), [ToldBy::Schema; 5]);
        assert_eq!(of("header", &["X-Account-Id", "PayPal-Request-Id", "X-Tenant-Id"]), [ToldBy::Things; 3]);
        assert_eq!(of("query", &["request_id", "traceId"]), [ToldBy::Things; 2]);
    }

    #[test]
    fn words_begin_at_capitals_and_behind_signs() {
        assert_eq!(words("orderBy[x]-ID"), ["order", "by", "x", "id"]);
        assert_eq!(words("APIKey"), ["apikey"]);
    }
}
