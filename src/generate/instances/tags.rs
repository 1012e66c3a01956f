//! The OpenAPI discriminator (OpenAPI 3.0.4 §4.7.25): the property that says which of several schemas a value follows.
//!
//! It changes nothing in what a schema takes, yet a server that goes by it refuses a value whose tag names no schema. So
//! instances carry the tag of the schema that they follow, and those that do not are no valid instances.

use serde_json::{Map, Value};

use super::place::Spot;
use super::resources::{Node, Resources, address};
use crate::source::Pointer;

/// The place of named schemas.
const COMPONENTS: &str = "/components/schemas";

/// The tags that say that a value follows `target`: the keys of `mapping` that lead there, else the schema's name.
pub(super) fn tags_of<'r>(resources: &Resources<'r>, discriminator: &Node<'r>, target: &Node<'r>) -> Vec<String> {
    let chain = chain(resources, target);
    let mut tags = Vec::new();
    for (tag, reference) in mapping(discriminator).into_iter().flatten() {
        let Some(reference) = reference.as_str() else { continue };
        let full = if is_name(reference) { format!("#{COMPONENTS}/{reference}") } else { reference.to_owned() };
        let meant = resources.follow(discriminator.site, &full, false);
        if meant.is_some_and(|node| chain.iter().any(|link| address(link.site.schema) == address(node.site.schema))) {
            tags.push(tag.clone());
        }
    }
    if tags.is_empty() {
        tags.extend(chain.iter().find_map(|link| component(&link.at)));
    }
    tags
}

/// The property that a schema's discriminator names.
pub(super) fn property(schema: &Map<String, Value>) -> Option<&str> {
    schema.get("discriminator")?.get("propertyName")?.as_str()
}

/// Whether a place is a named schema, and which.
pub(super) fn component(at: &Pointer) -> Option<String> {
    let named = at.parent().is_some_and(|parent| parent.as_str() == COMPONENTS);
    if named { at.last().map(|name| name.into_owned()) } else { None }
}

fn mapping<'r>(discriminator: &Node<'r>) -> Option<&'r Map<String, Value>> {
    discriminator.site.schema.get("discriminator")?.get("mapping")?.as_object()
}

fn is_name(reference: &str) -> bool {
    reference.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        && !reference.ends_with(".json")
}

/// A schema and those that it refers to, one after another.
fn chain<'r>(resources: &Resources<'r>, target: &Node<'r>) -> Vec<Node<'r>> {
    let mut chain = vec![target.clone()];
    while chain.len() < 8
        && let Some(last) = chain.last()
        && let Some(reference) = last.site.schema.get("$ref").and_then(Value::as_str)
        && let Some(next) = resources.follow(last.site, reference, false)
    {
        chain.push(next);
    }
    chain
}

/// Whether what stands at a place has a tag of a schema that it follows, for each discriminator that applies there.
pub(super) fn are_kept<'r>(resources: &Resources<'r>, spot: &Spot<'r>, value: &Value) -> bool {
    (0..spot.nodes.len()).all(|at| {
        let node = &spot.nodes[at].node;
        let tag = node.site.schema.as_object().and_then(property);
        let Some(tag) = tag.and_then(|property| value.get(property)) else { return true };
        let Some(tag) = tag.as_str() else { return true };
        let tags = expected(resources, spot, at);
        // Without any name for what it follows there is nothing to go by.
        tags.is_empty() || tags.iter().any(|known| known == tag)
    })
}

/// The tags that the discriminator of the schema numbered `at` may have.
fn expected<'r>(resources: &Resources<'r>, spot: &Spot<'r>, at: usize) -> Vec<String> {
    let discriminator = &spot.nodes[at].node;
    let branches: Vec<&Node<'r>> = spot
        .nodes
        .iter()
        .filter(|applied| matches!(applied.through, Some((above, "oneOf" | "anyOf")) if above == at))
        .map(|applied| &applied.node)
        .collect();
    if !branches.is_empty() {
        return branches.into_iter().flat_map(|branch| tags_of(resources, discriminator, branch)).collect();
    }
    // A base schema: what counts is the outermost named schema that leads here.
    let mut here = at;
    let mut outermost = None;
    loop {
        if component(&spot.nodes[here].node.at).is_some() {
            outermost = Some(here);
        }
        match spot.nodes[here].through {
            // One of several is followed itself, not what lists them.
            Some((_, "oneOf" | "anyOf")) | None => break,
            Some((above, _)) => here = above,
        }
    }
    outermost.map(|at| tags_of(resources, discriminator, &spot.nodes[at].node)).unwrap_or_default()
}
