//! References: where a `$ref` leads.

use std::cell::OnceCell;
use std::collections::HashSet;

use serde_json::Value;

use super::error::{SpecError, SpecErrorKind};
use super::model::Document;
use super::objects::{Kind, Node, Nodes};
use super::suggest::closest;
use crate::source::Pointer;

/// Where the text of a `$ref` leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// To a node of this document.
    Local(Pointer),
    /// To a plain name in this document: `#name`.
    Anchor,
    /// Out of this document.
    Remote,
}

/// The two halves of a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outer<'r> {
    /// What stands before `#`: empty for the text that it stands in.
    pub(crate) file: &'r str,
    /// What stands after it, as it is written.
    pub(crate) fragment: &'r str,
}

/// Takes a reference apart (RFC 3986 §3.5).
pub(crate) fn outer(reference: &str) -> Outer<'_> {
    let (file, fragment) = reference.split_once('#').unwrap_or((reference, ""));
    Outer { file, fragment }
}

/// Reads the text of a `$ref` (RFC 3986 §4.2, RFC 6901 §6).
pub(crate) fn target(document: &Document, reference: &str) -> Target {
    let Outer { file, fragment } = outer(reference);
    if !file.is_empty() && !is_own_name(document, file) {
        return Target::Remote;
    }
    match fragment {
        "" => Target::Local(Pointer::root()),
        fragment if fragment.starts_with('/') => Target::Local(Pointer::parse(&percent_decoded(fragment))),
        _ => Target::Anchor,
    }
}

/// Whether a document calls itself so: by its file name, or by `$self` (OpenAPI 3.2).
pub(crate) fn is_own_name(document: &Document, file: &str) -> bool {
    let own = document.source.name();
    let own_file = own.rsplit(['/', '\\']).next().unwrap_or(own);
    let declared = document.root.get("$self").and_then(Value::as_str);
    file == own || file.strip_prefix("./").unwrap_or(file) == own_file || declared == Some(file)
}

/// Undoes percent-encoding (RFC 3986 §2.1); what is not such an encoding stays as it is.
pub(crate) fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let hex = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match (byte, hex(at + 1), hex(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                decoded.push((high * 16 + low) as u8);
                at += 3;
            }
            _ => {
                decoded.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8(decoded).unwrap_or_else(|_| text.to_owned())
}

/// The text of the `$ref` of an object.
pub(crate) fn reference(value: &Value) -> Option<&str> {
    value.get("$ref").and_then(Value::as_str)
}

impl Document {
    /// Where the chain of `$ref` that begins at `pointer` ends: at `pointer` itself where no `$ref` stands there.
    ///
    /// `None` where it leads to nothing, in a circle, out of the document, or to an `$anchor`. In a path item and, from 3.1 on, in a
    /// schema what stands beside a `$ref` counts too; that is left to the caller.
    pub fn resolve(&self, pointer: &Pointer) -> Option<Pointer> {
        let mut here = pointer.clone();
        let mut seen = HashSet::new();
        loop {
            let Some(reference) = reference(self.at(&here)?) else { return Some(here) };
            let Target::Local(next) = target(self, reference) else { return None };
            if !seen.insert(here) {
                return None;
            }
            here = next;
        }
    }

    /// The value at the end of the chain of `$ref` that begins at `pointer`, and where it stands.
    pub fn resolved(&self, pointer: &Pointer) -> Option<(Pointer, &Value)> {
        let end = self.resolve(pointer)?;
        let value = self.at(&end)?;
        Some((end, value))
    }
}

/// How many references may follow one upon another; a document that needs more is a trick.
const MAX_CHAIN: usize = 100;

/// Checks every reference of a document; a place to which references lead is looked through as well.
///
/// # Errors
/// The first reference, in document order, that leads to nothing, out of the document, or only back to itself.
pub(crate) fn check<'d>(document: &'d Document, nodes: &mut Nodes<'d>) -> Result<(), SpecError> {
    let checker = Checker { document, resources: OnceCell::new() };
    let mut next = 0;
    while let Some(node) = nodes.all.get(next).cloned() {
        next += 1;
        if let Some(target) = checker.node(&node)? {
            nodes.add(node.kind, &target);
        }
    }
    nodes.mappings_by_reference.first().map_or(Ok(()), |mapping| Err(mapping_by_reference(document, mapping)))
}

/// The error for `responses: {$ref: …}` and the like, in whose place nothing would be seen at all.
fn mapping_by_reference(document: &Document, mapping: &Pointer) -> SpecError {
    let pointer = mapping.child("$ref");
    let reference = document.at(&pointer).and_then(Value::as_str).unwrap_or_default();
    let name = mapping.last().unwrap_or_default();
    let kind = match target(document, reference) {
        Target::Remote => SpecErrorKind::RemoteReference,
        Target::Local(_) | Target::Anchor => SpecErrorKind::Invalid,
    };
    SpecError::new(kind, format!("`{name}` may not be a `$ref` as a whole: only its values may"))
        .at(document.place(&pointer), "no reference is foreseen here")
        .hint("write the names out, or bundle the files first, for example with `npx @redocly/cli bundle`")
}

struct Checker<'d> {
    document: &'d Document,
    /// What the schemas of the document call themselves by `$id`: each whole, and by its last segment.
    resources: OnceCell<HashSet<&'d str>>,
}

impl Checker<'_> {
    /// Where the reference of an object leads, if it has one that leads to a node of the document.
    fn node(&self, node: &Node<'_>) -> Result<Option<Pointer>, SpecError> {
        let document = self.document;
        let Some(value) = node.value.get("$ref") else { return Ok(None) };
        let Some(reference) = value.as_str() else {
            let message = "the `$ref` is not text".to_owned();
            return Err(error(document, node, SpecErrorKind::Invalid, message, "must be text"));
        };
        let free = node.kind == Kind::Schema && document.version.differences().schema_resources;
        if free && node.in_resource {
            return Ok(None);
        }
        match target(document, reference) {
            Target::Local(target) if document.at(&target).is_some() => {
                check_circle(document, node)?;
                Ok(Some(target))
            }
            Target::Local(target) => Err(unresolved(document, node, reference, suggestion(&document.root, &target))),
            Target::Anchor if free => Ok(None),
            Target::Anchor => Err(unresolved(document, node, reference, by_name(&document.root, reference))),
            Target::Remote if free && self.names_resource(reference) => Ok(None),
            Target::Remote => Err(remote(document, node, reference)),
        }
    }

    /// Whether some schema of the document declares itself to be `reference`, by its `$id`.
    fn names_resource(&self, reference: &str) -> bool {
        let resources = self.resources.get_or_init(|| {
            let mut found = HashSet::new();
            collect_resources(&self.document.root, &mut found);
            found
        });
        let name = reference.split('#').next().unwrap_or(reference);
        resources.contains(name) || resources.contains(last_segment(name))
    }
}

/// What the schemas in `value` call themselves by `$id`: each whole, and by its last segment.
pub(crate) fn collect_resources<'d>(value: &'d Value, found: &mut HashSet<&'d str>) {
    match value {
        Value::Object(members) => {
            if let Some(id) = members.get("$id").and_then(Value::as_str) {
                found.extend([id, last_segment(id)]);
            }
            members.values().for_each(|member| collect_resources(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_resources(item, found)),
        _ => {}
    }
}

/// What stands behind the last `/`.
pub(crate) fn last_segment(uri: &str) -> &str {
    uri.rsplit('/').next().unwrap_or(uri)
}

fn error(document: &Document, node: &Node<'_>, kind: SpecErrorKind, message: String, label: &str) -> SpecError {
    SpecError::new(kind, message).at(document.place(&node.pointer.child("$ref")), label)
}

fn unresolved(document: &Document, node: &Node<'_>, reference: &str, suggestion: Option<Pointer>) -> SpecError {
    let message = format!("`{reference}` leads to nothing in the document");
    let error = error(document, node, SpecErrorKind::UnresolvedReference, message, "nothing stands there");
    match suggestion {
        Some(pointer) => error.hint(format!("did you mean `#{}`?", pointer.as_str())),
        None => error,
    }
}

fn remote(document: &Document, node: &Node<'_>, reference: &str) -> SpecError {
    let message = format!("`{reference}` leads out of the document, and other files are not read");
    let error = error(document, node, SpecErrorKind::RemoteReference, message, "another file");
    match by_name(&document.root, reference) {
        Some(pointer) => error.hint(format!("did you mean `#{}`?", pointer.as_str())),
        None => error.hint("bundle the files into one first, for example with `npx @redocly/cli bundle`"),
    }
}

/// A chain of references that comes back to where it was describes nothing. Where siblings of `$ref` count, an
/// object on the way that has some does describe something.
fn check_circle(document: &Document, node: &Node<'_>) -> Result<(), SpecError> {
    let mut seen = HashSet::new();
    let mut here = node.pointer.clone();
    while seen.len() < MAX_CHAIN && seen.insert(here.clone()) {
        let Some(value) = document.at(&here) else { return Ok(()) };
        let members = value.as_object().map_or(0, serde_json::Map::len);
        if members > 1 && node.kind.siblings_count(document.version) {
            return Ok(());
        }
        let Some(Target::Local(next)) = reference(value).map(|reference| target(document, reference)) else {
            return Ok(());
        };
        here = next;
    }
    let message = match seen.len() {
        MAX_CHAIN => format!("the `$ref` leads over more than {MAX_CHAIN} others"),
        _ => "the `$ref` leads only back to itself".to_owned(),
    };
    Err(error(document, node, SpecErrorKind::CircularReference, message, "a circle of references"))
}

/// The node that `pointer` was probably meant to be: the same but for slips in its tokens, else a component of
/// the same name.
pub(crate) fn suggestion(root: &Value, pointer: &Pointer) -> Option<Pointer> {
    let corrected = pointer.tokens().try_fold(Pointer::root(), |here, token| {
        let exact = here.child(&token);
        if exact.resolve(root).is_some() {
            return Some(exact);
        }
        let names = here.resolve(root)?.as_object()?.keys().map(String::as_str);
        closest(&token, names).map(|name| here.child(name))
    });
    corrected.or_else(|| by_name(root, pointer.as_str()))
}

/// The component whose name is the last word of `reference`.
pub(crate) fn by_name(root: &Value, reference: &str) -> Option<Pointer> {
    let name = reference.rsplit(['/', '#']).find(|word| !word.is_empty())?;
    let name = name.split('.').next().unwrap_or(name);
    let components = root.get("components")?.as_object()?;
    let (section, _) = components.iter().find(|(_, section)| section.get(name).is_some())?;
    Some(Pointer::root().child("components").child(section).child(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::read;

    fn document(version: &str, rest: &str) -> Result<Document, SpecError> {
        read("api.yaml", format!("openapi: {version}\n{rest}").as_bytes())
    }

    fn refused(version: &str, schemas: &str) -> (SpecErrorKind, String, String) {
        let error = document(version, &format!("components:\n  schemas: {schemas}")).expect_err(schemas);
        (error.kind, error.to_string(), error.hint.unwrap_or_default())
    }

    fn accepted(version: &str, rest: &str) {
        assert!(document(version, rest).is_ok(), "{:?}", document(version, rest).err());
    }

    #[test]
    fn a_reference_to_nothing_suggests_what_was_meant() {
        for (reference, hint) in [
            ("#/components/schemas/Usre", "did you mean `#/components/schemas/User`?"),
            ("#/component/schema/User", "did you mean `#/components/schemas/User`?"),
            ("#/definitions/User", "did you mean `#/components/schemas/User`?"),
            ("#User", "did you mean `#/components/schemas/User`?"),
            ("#/components/schemas/Invoice", ""),
        ] {
            let (kind, _, found) = refused("3.0.0", &format!("{{User: {{}}, A: {{$ref: '{reference}'}}}}"));
            assert_eq!((kind, found.as_str()), (SpecErrorKind::UnresolvedReference, hint), "{reference}");
        }
        let (_, message, _) = refused("3.0.0", "{A: {$ref: '#/x'}}");
        insta::assert_snapshot!(message, @"api.yaml:3:23: `#/x` leads to nothing in the document");
    }

    #[test]
    fn a_reference_out_of_the_document_is_refused() {
        let (kind, message, hint) = refused("3.1.0", "{A: {$ref: './models.yaml#/User'}}");
        assert_eq!(kind, SpecErrorKind::RemoteReference);
        insta::assert_snapshot!(message, @"api.yaml:3:23: `./models.yaml#/User` leads out of the document, and other files are not read");
        insta::assert_snapshot!(hint, @"bundle the files into one first, for example with `npx @redocly/cli bundle`");
        let (kind, _, hint) = refused("3.0.0", "{User: {}, A: {$ref: User}}");
        assert_eq!(
            (kind, hint.as_str()),
            (SpecErrorKind::RemoteReference, "did you mean `#/components/schemas/User`?")
        );
    }

    #[test]
    fn a_circle_of_references_is_refused_and_recursion_is_not() {
        for schemas in [
            "{A: {$ref: '#/components/schemas/A'}}",
            "{A: {$ref: '#/components/schemas/B'}, B: {$ref: '#/components/schemas/A'}}",
        ] {
            assert_eq!(refused("3.0.0", schemas).0, SpecErrorKind::CircularReference, "{schemas}");
            assert_eq!(refused("3.1.0", schemas).0, SpecErrorKind::CircularReference, "{schemas}");
        }
        accepted("3.0.0", "components: {schemas: {A: {properties: {next: {$ref: '#/components/schemas/A'}}}}}");
        accepted("3.1.0", "components: {schemas: {A: {type: object, $ref: '#/components/schemas/A'}}}");
    }

    #[test]
    fn a_chain_of_many_thousand_references_is_refused_quickly() {
        let links: Vec<_> = (0..20_000).map(|n| format!("A{n}: {{$ref: '#/components/schemas/A{}'}}", n + 1)).collect();
        let schemas = format!("{{{}, A20000: {{}}}}", links.join(", "));
        assert_eq!(refused("3.0.0", &schemas).0, SpecErrorKind::CircularReference);
    }

    #[test]
    fn what_only_looks_like_a_reference_is_data() {
        accepted(
            "3.0.0",
            "
x-any: {$ref: nowhere}
components:
  schemas:
    A:
      properties: {$ref: {type: string}}
      example: {$ref: nowhere}
      default: {$ref: nowhere}
      enum: [{$ref: nowhere}]
      x-y: {$ref: nowhere}
  parameters:
    P: {name: p, in: query, schema: {}, examples: {a: {value: {$ref: nowhere}}}}
",
        );
    }

    #[test]
    fn pointers_are_decoded_of_percents_and_tildes() {
        let text = "paths: {'/a/{b}': {get: {responses: {200: {$ref: '#/paths/~1a~1%7Bb%7D/get/x-r'}}, x-r: {}}}}";
        let document = document("3.0.0", text).expect(text);
        let from = Pointer::root().child("paths").child("/a/{b}").child("get").child("responses").child("200");
        assert_eq!(
            document.resolve(&from).map(|to| to.as_str().to_owned()),
            Some("/paths/~1a~1{b}/get/x-r".to_owned())
        );
    }

    #[test]
    fn a_document_may_refer_to_itself_by_its_own_name() {
        accepted("3.0.0", "components: {schemas: {A: {$ref: 'api.yaml#/components/schemas/B'}, B: {}}}");
        accepted(
            "3.2.0",
            "$self: https://a.example/b\ncomponents: {schemas: {A: {$ref: 'https://a.example/b#/components/schemas/B'}, B: {}}}",
        );
    }

    #[test]
    fn anchors_and_identified_schemas_are_left_to_json_schema_from_3_1_on() {
        let text = "components: {schemas: {A: {$anchor: a}, B: {$ref: '#a'}, C: {$id: 'https://x.example/c', $defs: {D: {}}, $ref: '#/$defs/D'}, E: {$ref: 'https://x.example/c'}}}";
        accepted("3.1.0", text);
        assert!(document("3.0.0", text).is_err());
    }

    #[test]
    fn a_place_that_only_a_reference_names_is_looked_through() {
        let text =
            "components: {schemas: {A: {$ref: '#/x-shared/S'}}}\nx-shared: {S: {properties: {p: {$ref: '#/nowhere'}}}}";
        assert_eq!(document("3.0.0", text).expect_err(text).kind, SpecErrorKind::UnresolvedReference);
    }

    #[test]
    fn a_reference_in_place_of_a_whole_mapping_is_not_passed_over() {
        for (reference, kind) in [("./r.yaml", SpecErrorKind::RemoteReference), ("#/x-r", SpecErrorKind::Invalid)] {
            let text = format!("paths: {{/a: {{get: {{responses: {{$ref: '{reference}'}}}}}}}}\nx-r: {{}}");
            assert_eq!(document("3.0.0", &text).expect_err(&text).kind, kind);
        }
    }
}
