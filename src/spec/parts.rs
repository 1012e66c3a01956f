//! The files of a document, and what is looked for in their texts.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::error::{SpecError, SpecErrorKind};
use super::location::Location;
use super::model::Document;
use super::{load, resolve};
use crate::source::{Pointer, Source, Spans};

/// One file of a document. Of the document itself, value and spans stand there.
pub(super) struct File {
    pub(super) location: Location,
    pub(super) source: Source,
    pub(super) root: Option<Value>,
    pub(super) spans: Option<Spans>,
    /// What its schemas call themselves by `$id`: each whole, and by its last segment.
    pub(super) resources: HashSet<String>,
    /// Where each `$anchor` stands. Of the document itself none: they stay as they are.
    pub(super) anchors: HashMap<String, Pointer>,
}

impl File {
    /// The document itself.
    pub(super) fn root(document: &Document, location: Location) -> Self {
        let resources = resources(&document.root);
        let source = document.source.clone();
        let mut anchors = HashMap::new();
        collect_anchors(&document.root, &Pointer::root(), &mut anchors);
        Self { location, source, root: None, spans: None, resources, anchors }
    }

    /// Another file.
    ///
    /// # Errors
    /// It is neither YAML nor JSON, nor a page that holds either.
    pub(super) fn part(location: Location, bytes: Vec<u8>) -> Result<Self, SpecError> {
        let source = load::text(&location.name(), bytes)?;
        let (mut root, spans) = load::part(&source)?;
        if root.get("$id").is_some_and(Value::is_string) {
            rename(&mut root, "$id", "x-id");
        }
        let mut anchors = HashMap::new();
        collect_anchors(&root, &Pointer::root(), &mut anchors);
        let resources = resources(&root);
        Ok(Self { location, source, root: Some(root), spans: Some(spans), resources, anchors })
    }
}

fn resources(root: &Value) -> HashSet<String> {
    let mut found = HashSet::new();
    resolve::collect_resources(root, &mut found);
    found.into_iter().map(str::to_owned).collect()
}

fn collect_anchors(value: &Value, here: &Pointer, found: &mut HashMap<String, Pointer>) {
    match value {
        Value::Object(members) => {
            if let Some(anchor) = members.get("$anchor").and_then(Value::as_str) {
                found.entry(anchor.to_owned()).or_insert_with(|| here.clone());
            }
            members.iter().for_each(|(name, member)| collect_anchors(member, &here.child(name), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| collect_anchors(item, &here.index(index), found));
        }
        _ => {}
    }
}

/// Whether some reference in `value` may lead to another file: most documents have none, and need no second look.
pub(super) fn leads_out(value: &Value) -> bool {
    let leads = |text: &Value| text.as_str().is_some_and(|text| !text.starts_with('#'));
    match value {
        Value::Object(members) => members.iter().any(|(name, member)| match name.as_str() {
            "$ref" if leads(member) => true,
            "mapping" => member.as_object().is_some_and(|entries| entries.values().any(leads)) || leads_out(member),
            _ => leads_out(member),
        }),
        Value::Array(items) => items.iter().any(leads_out),
        _ => false,
    }
}

/// Whether an entry of a discriminator's mapping is a reference, rather than the name of a schema (OpenAPI 3.0.4
/// §4.7.25.1: what could be both is a name, but a name that ends like a file hardly is one).
pub(super) fn is_reference(text: &str) -> bool {
    let ends = |ending: &&str| text.len() > ending.len() && text.to_ascii_lowercase().ends_with(*ending);
    text.contains(['/', '#']) || [".json", ".yaml", ".yml"].iter().any(ends)
}

/// Whether a reference leads to no text at all. Documents that were brought into one file often keep such mappings.
pub(super) fn leads_nowhere(error: &SpecError) -> bool {
    use SpecErrorKind::{RemoteReference, Unreadable, UnresolvedReference};
    matches!(error.kind, RemoteReference | Unreadable | UnresolvedReference)
}

/// Gives a member of an object another name, in its place, so that the spans stay right.
pub(super) fn rename(value: &mut Value, from: &str, to: &str) {
    let Value::Object(members) = value else { return };
    if !members.contains_key(to) {
        let renamed = std::mem::take(members).into_iter();
        *members = renamed
            .map(|(name, member)| (if name == from { to.to_owned() } else { name }, member))
            .collect::<Map<_, _>>();
    }
}

/// A text as the name of a component (OpenAPI 3.0.4 §4.7.7).
pub(super) fn component_name(text: &str) -> String {
    let fits = |next: char| next.is_ascii_alphanumeric() || "._-".contains(next);
    let name: String = text.chars().map(|next| if fits(next) { next } else { '_' }).collect();
    if name.is_empty() { "part".to_owned() } else { name }
}

/// The name of a file without its folders and its ending.
pub(super) fn stem(source: &Source) -> String {
    let name = source.name().rsplit(['/', '\\']).next().unwrap_or_default();
    let lower = name.to_ascii_lowercase();
    let ending = [".json", ".yaml", ".yml"].into_iter().find(|ending| lower.ends_with(ending)).unwrap_or_default();
    name.get(..name.len() - ending.len()).unwrap_or(name).to_owned()
}

/// A pointer as a URI fragment (RFC 6901 §6).
pub(super) fn fragment(pointer: &Pointer) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=:@".contains(&byte);
    let encoded = pointer.as_str().bytes();
    encoded.map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
