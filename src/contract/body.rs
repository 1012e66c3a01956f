//! What an operation takes: JSON where it is offered, and the same as a form, as text, or as JSON of another type.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::infer::fresh_places;
use super::range::Range;
use super::rule::Rule;
use crate::generate::{Draw, Fill, Format, Shape, instance};
use crate::http::parameter::{Encoding, Location, Serialization, Style};
use crate::http::{Headers, MediaType};
use crate::schema::{Agreement, Compiled, Direction, SchemaError, Schemas};
use crate::source::Pointer;
use crate::spec::{Document, Media, Operation, RequestBody, Version};

/// How many draws are tried for a field of a part.
const HEADER_TRIES: u64 = 24;

/// A JSON body, or a form.
#[derive(Debug)]
pub struct BodyContract {
    /// The media type under which it is sent.
    pub media_type: String,
    /// Whether it must be sent.
    pub required: bool,
    /// Its schema.
    pub schema: Compiled,
    /// Names of the properties that its schema lists.
    pub listed: Vec<String>,
    /// Places in the body whose values must be new in each request, so that no server refuses them as taken.
    pub fresh: Vec<Pointer>,
    /// Values in it of which one must not be beyond another.
    pub ranges: Vec<Range>,
    /// Values that the document gives as examples of it, or as its default.
    pub examples: Vec<Value>,
}

/// A body of another media type than that of the [`BodyContract`], or where there is none.
#[derive(Debug)]
pub struct OtherBody {
    /// The media type under which it is sent.
    pub media_type: String,
    /// Whether it must be sent.
    pub required: bool,
    /// Its schema; none where the document says nothing of its content.
    pub schema: Option<Compiled>,
    /// Places in the body whose values must be new in each request, so that no server refuses them as taken.
    pub fresh: Vec<Pointer>,
    /// Values in it of which one must not be beyond another.
    pub ranges: Vec<Range>,
    /// Values that the document gives as examples of it, or as its default.
    pub examples: Vec<Value>,
    /// Names of properties that are files: what may stand in them no schema tells.
    pub files: Vec<String>,
    /// How a value is written.
    pub format: Format,
    /// Where the document has it.
    pub pointer: Pointer,
}

/// Which entry of a request body's `content` is sent.
#[derive(Clone, Copy, Debug)]
pub(super) enum Chosen<'o> {
    /// JSON, with a schema.
    Json(&'o RequestBody, &'o Media),
    /// Another type that can be written.
    Other(&'o RequestBody, &'o Media, Kind),
}

/// A media type of a body that no request has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsent {
    /// The media type or range, as the document has it.
    pub media_type: String,
    /// Why.
    pub reason: String,
}

/// A type that can be written, beside the JSON that comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Json,
    Urlencoded,
    Multipart,
    Text,
    Bytes,
}

/// The entries that are sent: the one that says most of its content first. None where there is no body.
pub(super) fn chosen(operation: &Operation) -> Vec<Chosen<'_>> {
    let Some(body) = operation.request_body.as_ref().filter(|_| has_meaning(operation)) else { return Vec::new() };
    let with_schema = || body.content.iter().filter(|media| media.schema.is_some());
    let json = with_schema().find(|media| is_json(media)).or_else(|| with_schema().find(|media| is_any(media)));
    let rest = body.content.iter().filter(|media| json.is_none_or(|json| !std::ptr::eq(*media, json)));
    let mut others: Vec<(&Media, Kind)> = rest.filter_map(|media| Some((media, kind(media)?))).collect();
    // What says more of its content comes first, then the order of the kinds.
    others.sort_by_key(|(media, kind)| (media.schema.is_none(), *kind));
    let others = others.into_iter().map(|(media, kind)| Chosen::Other(body, media, kind));
    json.map(|media| Chosen::Json(body, media)).into_iter().chain(others).collect()
}

/// The media types that are not sent, in document order.
pub(super) fn unsent(operation: &Operation) -> Vec<Unsent> {
    let content = operation.request_body.iter().flat_map(|body| &body.content);
    let chosen = chosen(operation);
    let is_sent = |media: &Media| {
        let mut sent = chosen.iter().map(|(Chosen::Json(_, sent) | Chosen::Other(_, sent, _))| sent);
        sent.any(|sent| std::ptr::eq(*sent, media))
    };
    // A range is for any type: where one is sent, so is one of those.
    let told = content.filter(|media| !is_sent(media) && (chosen.is_empty() || !media.media_type.contains('*')));
    let reason = |media: &Media| {
        if !has_meaning(operation) {
            return format!("a body has no meaning for {} (RFC 9110 §9.3.1)", operation.method);
        }
        match written_as(media) {
            Some(_) => format!("its body of `{}` has no schema", media.media_type),
            None => format!("no body of `{}` can be made", media.media_type),
        }
    };
    told.map(|media| Unsent { media_type: media.media_type.clone(), reason: reason(media) }).collect()
}

/// Why no body can be made, where one must be sent.
pub(super) fn unsupported(operation: &Operation) -> Option<String> {
    let body = operation.request_body.as_ref().filter(|body| body.required)?;
    if !has_meaning(operation) {
        return Some(format!("it demands a body, which has no meaning for {} (RFC 9110 §9.3.1)", operation.method));
    }
    if !chosen(operation).is_empty() {
        return None;
    }
    let types: Vec<_> = body.content.iter().map(|media| format!("`{}`", media.media_type)).collect();
    Some(match types.as_slice() {
        [] => "its body has no media type".to_owned(),
        _ if body.content.iter().any(is_json) => "its JSON body has no schema".to_owned(),
        types => format!("its body is {}, for which no body can be made", types.join(" or ")),
    })
}

/// What a body of the others means is not defined (RFC 9110 §9.3.1), and OpenAPI 3.0 has it ignored.
fn has_meaning(operation: &Operation) -> bool {
    !matches!(operation.method.as_str(), "GET" | "HEAD" | "TRACE")
}

impl Chosen<'_> {
    /// The type under which the entry is sent: JSON where it is a range.
    pub(super) fn media_type(&self) -> String {
        let (Self::Json(_, media) | Self::Other(_, media, _)) = self;
        if media.media_type.contains('*') { "application/json".to_owned() } else { media.media_type.clone() }
    }
}

impl OtherBody {
    /// The contract of an entry beside the JSON that comes first.
    pub(super) fn of(
        (body, media, kind): (&RequestBody, &Media, Kind),
        document: &Document,
        schemas: &Schemas,
        rules: &[Rule],
    ) -> Result<Self, SchemaError> {
        let schema = match &media.schema {
            Some(pointer) => Some(schemas.compile(Direction::Request, pointer)?),
            None => None,
        };
        let entry = body.pointer.child("content").child(&media.media_type);
        let pointer = document.resolve(&entry).unwrap_or(entry);
        let encodings = || match &media.schema {
            Some(schema) => encodings(&pointer, schema, kind, document, schemas),
            None => BTreeMap::new(),
        };
        let format = match kind {
            Kind::Urlencoded => Format::Urlencoded(encodings()),
            Kind::Multipart => {
                Format::Multipart { fields: encodings(), headers: part_headers(&pointer, document, schemas) }
            }
            Kind::Text | Kind::Bytes => Format::Text,
            Kind::Json => Format::Json,
        };
        let root = schemas.strict(Direction::Request);
        let shape = Shape::of(root, media.schema.as_slice());
        let is_file = |nodes: &[Pointer]| {
            let property = Shape::of(root, nodes);
            let item = if property.items.is_empty() { property } else { Shape::of(root, &property.items) };
            let typeless = item.kinds.len() == crate::generate::Kind::ALL.len() && item.values.is_none();
            matches!(item.format.as_deref(), Some("binary" | "byte" | "base64"))
                || item.media_type.is_some()
                || typeless
        };
        let files = shape.properties.iter().filter(|(_, nodes)| is_file(nodes)).map(|(name, _)| name.clone()).collect();
        let fresh = media.schema.as_ref().map(|schema| fresh_places(schemas, schema, rules)).unwrap_or_default();
        let ranges = media.schema.as_ref().map(|schema| Range::all(schemas, schema)).unwrap_or_default();
        let (media_type, required) = (media.media_type.clone(), body.required);
        let examples = examples(document, &pointer, &shape);
        Ok(Self { media_type, required, schema, fresh, ranges, examples, files, format, pointer })
    }

    /// Whether it has fields.
    pub fn is_form(&self) -> bool {
        matches!(self.format, Format::Urlencoded(_) | Format::Multipart { .. })
    }
}

/// The examples of the entry of `content` at `media`, and those of its schema.
pub(super) fn examples(document: &Document, media: &Pointer, shape: &Shape) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    for example in document.examples(media).iter().chain(&shape.examples) {
        if !all.contains(example) {
            all.push(example.clone());
        }
    }
    all
}

/// How each property of a URL-encoded form is written whose Media Type Object stands at `media`.
pub(super) fn form_encodings(
    media: &Pointer,
    schema: Option<&Pointer>,
    document: &Document,
    schemas: &Schemas,
) -> BTreeMap<String, Serialization> {
    schema.map(|schema| encodings(media, schema, Kind::Urlencoded, document, schemas)).unwrap_or_default()
}

/// How each property of a form is written, where that is not by its value alone.
fn encodings(
    media: &Pointer,
    schema: &Pointer,
    kind: Kind,
    document: &Document,
    schemas: &Schemas,
) -> BTreeMap<String, Serialization> {
    let root = schemas.strict(Direction::Request);
    let shape = Shape::of(root, std::slice::from_ref(schema));
    let of = |(name, nodes): &(String, Vec<Pointer>)| {
        let stated = document.at(&media.child("encoding").child(name));
        let property = Shape::of(root, nodes);
        let item = if property.items.is_empty() { property } else { Shape::of(root, &property.items) };
        Some((name.clone(), encoding(stated, kind, document.version, &item)?))
    };
    shape.properties.iter().filter_map(of).collect()
}

/// The fields that go with the parts of each property, each with a value that will do.
fn part_headers(media: &Pointer, document: &Document, schemas: &Schemas) -> BTreeMap<String, Headers> {
    let encodings = media.child("encoding");
    let of = |name: &String| {
        let headers = encodings.child(name).child("headers");
        let names = document.at(&headers).and_then(Value::as_object)?.keys();
        // That one is for `contentType` to say (OpenAPI 3.0.4 §4.7.15.1).
        let stated = names.filter(|name| !name.eq_ignore_ascii_case("content-type"));
        let made: Headers = stated
            .filter_map(|name| Some((name.as_str(), part_header(name, &headers.child(name), document, schemas)?)))
            .collect();
        Some((name.clone(), made))
    };
    document.at(&encodings).and_then(Value::as_object).into_iter().flat_map(Map::keys).filter_map(of).collect()
}

/// The text of a value that the Header Object at `entry` gives or that its schema accepts; none where there is none.
fn part_header(name: &str, entry: &Pointer, document: &Document, schemas: &Schemas) -> Option<String> {
    let (place, header) = document.resolved(entry)?;
    let style = Encoding::of(Style::Simple);
    let explode = header.get("explode").and_then(Value::as_bool).unwrap_or(style.explode);
    let schema = schemas.compile(Direction::Request, &place.child("schema")).ok()?;
    let root = schemas.strict(Direction::Request);
    let nodes = [schema.pointer().clone()];
    let made = (0..HEADER_TRIES).filter_map(|seed| instance(root, &nodes, name, Fill::All, &mut Draw::new(seed, name)));
    let sound = |value: &Value| schema.agreement(value) == Agreement::Accepted;
    let mut written = document.examples(&place).into_iter().chain(made).filter(sound);
    written.find_map(|value| Encoding { explode, ..style }.header(&value).ok())
}

fn encoding(stated: Option<&Value>, kind: Kind, version: Version, item: &Shape) -> Option<Serialization> {
    let field = |name: &str| stated.and_then(|encoding| encoding.get(name));
    let styled = ["style", "explode", "allowReserved"].iter().any(|name| field(name).is_some());
    // Before OpenAPI 3.1 styles are for URL-encoded forms alone.
    if styled && (kind == Kind::Urlencoded || version > Version::V3_0) {
        let style = field("style").and_then(Value::as_str).and_then(Style::parse);
        let style = style.filter(|style| style.fits(Location::Query)).unwrap_or(Style::Form);
        let explode = field("explode").and_then(Value::as_bool).unwrap_or(style.explodes());
        let allow_reserved = field("allowReserved") == Some(&Value::Bool(true));
        return Some(Serialization::Style(Encoding { style, explode, allow_reserved }));
    }
    if let Some(content_type) = field("contentType").and_then(Value::as_str) {
        return Some(Serialization::Content(content_type.to_owned()));
    }
    if kind != Kind::Multipart {
        return None;
    }
    let binary = item.format.as_deref() == Some("binary");
    let content = item.media_type.clone().or_else(|| binary.then(|| "application/octet-stream".to_owned()));
    content.map(Serialization::Content)
}

/// Whether what a body of this type says must fit what is there: a list of changes in place of a value (RFC 6902).
pub fn has_own_rules(media_type: &str) -> bool {
    MediaType::parse(media_type).is_some_and(|media_type| media_type.essence() == "application/json-patch+json")
}

pub(super) fn is_json(media: &Media) -> bool {
    MediaType::parse(&media.media_type).is_some_and(|media_type| media_type.is_json())
}

/// Whether an entry is for any type, JSON among them.
fn is_any(media: &Media) -> bool {
    matches!(media.media_type.as_str(), "*/*" | "application/*")
}

/// How an entry is written; none where nothing is known of its type, or too little of its content.
fn kind(media: &Media) -> Option<Kind> {
    written_as(media).filter(|kind| media.schema.is_some() || matches!(kind, Kind::Text | Kind::Bytes))
}

/// How a body of a type is written, if its content is known.
fn written_as(media: &Media) -> Option<Kind> {
    let media_type = MediaType::parse(&media.media_type).filter(|_| !media.media_type.contains('*'))?;
    match media_type.essence() {
        _ if media_type.is_json() => Some(Kind::Json),
        "application/x-www-form-urlencoded" => Some(Kind::Urlencoded),
        "multipart/form-data" => Some(Kind::Multipart),
        "text/plain" => Some(Kind::Text),
        "application/octet-stream" => Some(Kind::Bytes),
        _ => None,
    }
}
