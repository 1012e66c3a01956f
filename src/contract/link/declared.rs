//! Links that the document states (OpenAPI 3.0.4 §4.7.20, Link Object).

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::{Link, LinkSource};
use crate::contract::operation::OperationContract;
use crate::source::Pointer;
use crate::spec::Document;

/// The links that give a parameter of a path its value, in document order.
pub(super) fn links(operations: &[OperationContract], document: &Document) -> Vec<Link> {
    let mut found = Vec::new();
    for producer in operations {
        for answer in producer.answers.iter().filter(|answer| answer.status.is_success()) {
            let place = answer.pointer.child("links");
            let names = document.at(&place).and_then(Value::as_object).into_iter().flatten().map(|(name, _)| name);
            for name in names {
                let place = place.child(name);
                let pointer = document.resolve(&place).unwrap_or(place);
                if let Some(link) = document.at(&pointer) {
                    found.extend(of_link(link, name, &pointer, producer, operations, document));
                }
            }
        }
    }
    found
}

fn of_link(
    link: &Value,
    name: &str,
    pointer: &Pointer,
    producer: &OperationContract,
    operations: &[OperationContract],
    document: &Document,
) -> Vec<Link> {
    let Some(consumer) = consumer(link, operations, document) else { return Vec::new() };
    let parameters = link.get("parameters").and_then(Value::as_object);
    let value = |parameter: &str| {
        let given = parameters?;
        let expression = given.get(parameter).or_else(|| given.get(&format!("path.{parameter}")))?;
        source(expression.as_str()?)
    };
    let stated = consumer.named().into_iter().filter_map(|named| {
        let source = value(&consumer.parameters[named.parameter].name)?;
        let basis = format!("its link `{name}` says so");
        let producer = producer.operation.id.clone();
        Some(Link { resource: named.resource, producer, source, basis, declared: true, pointer: pointer.clone() })
    });
    stated.collect()
}

/// The operation that a link leads to, by its id or by a reference to where it stands.
fn consumer<'o>(
    link: &Value,
    operations: &'o [OperationContract],
    document: &Document,
) -> Option<&'o OperationContract> {
    let text = |name: &str| link.get(name).and_then(Value::as_str);
    if let Some(id) = text("operationId") {
        return operations.iter().find(|operation| operation.operation.id == id);
    }
    let fragment = percent_decode_str(text("operationRef")?.strip_prefix('#')?).decode_utf8().ok()?;
    let place = Pointer::parse(&fragment);
    let place = document.resolve(&place).unwrap_or(place);
    operations.iter().find(|operation| operation.operation.pointer == place)
}

/// What a runtime expression (OpenAPI 3.0.4 §4.7.20.4) stands for, as far as an exchange has it.
fn source(expression: &str) -> Option<LinkSource> {
    let bare = expression.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(expression);
    if let Some(at) = bare.strip_prefix("$response.body#") {
        return Some(LinkSource::Received(Pointer::parse(at)));
    }
    if let Some(at) = bare.strip_prefix("$request.body#") {
        return Some(LinkSource::Sent(Pointer::parse(at)));
    }
    let header = bare.strip_prefix("$response.header.")?;
    if header.eq_ignore_ascii_case("location") {
        return Some(LinkSource::Location);
    }
    Some(LinkSource::Header(header.to_ascii_lowercase()))
}
