//! What an operation takes of a thing and another one answers with: that is as it was sent.

use crate::case::Kept;
use crate::contract::{
    Contract, OperationContract, changes_of_itself, is_granted, is_kept_secret, same_meaning, says_changed,
};
use crate::generate::{Kind, Shape};
use crate::schema::Direction;
use crate::source::Pointer;

/// What operations answer about one thing.
pub(super) struct Answers<'c> {
    pub(super) contract: &'c Contract,
    /// Where in their bodies that stands, if not all of them is about it.
    pub(super) wrapper: Option<Pointer>,
    /// The property that tells the thing from others.
    pub(super) identifying: Option<String>,
}

impl Answers<'_> {
    /// The properties that `writer` takes and `reader` answers with; the step numbered `step` is that of the writer.
    pub(super) fn kept(&self, writer: &OperationContract, reader: &OperationContract, step: usize) -> Vec<Kept> {
        let (Some(body), Some((base, answer))) = (&writer.body, self.of(reader)) else { return Vec::new() };
        let answered_in = self.of(writer).map(|(base, _)| base).unwrap_or_default();
        let root = self.contract.schemas.strict(Direction::Request);
        let request = Shape::of_any(root, std::slice::from_ref(body.schema.pointer()));
        let kept = request.properties.iter().filter_map(|(name, nodes)| {
            let (_, back) = answer.properties.iter().find(|(known, _)| known == name)?;
            let (sent, found) = (Shape::of(root, nodes), Shape::of(root, back));
            let both = sent.kinds.iter().any(|kind| *kind != Kind::Null && found.allows(*kind));
            let identifies = self.identifying.as_ref() == Some(name);
            if sent.read_only || identifies || changes_of_itself(name) || is_kept_secret(name) || !both {
                return None;
            }
            let same = sent.format.is_none() && !is_granted(name) && same_meaning(&self.contract.document, nodes, back);
            let same = same && !says_changed(&sent.words) && !says_changed(&found.words);
            // A card number comes back masked.
            let same = same && (found.pattern.is_none() || found.pattern == sent.pattern);
            let sent = Pointer::root().child(name);
            let (place, answered, schema) = (base.child(name), answered_in.child(name), back.first()?.clone());
            Some(Kept { place, step, sent, answered, same, schema })
        });
        kept.collect()
    }

    /// The shape of what `operation` answers about the thing, and where in its body that stands.
    pub(super) fn of(&self, operation: &OperationContract) -> Option<(Pointer, Shape)> {
        let root = self.contract.schemas.strict(Direction::Response);
        let whole = Shape::of_any(root, std::slice::from_ref(operation.success_schemas().next()?.pointer()));
        let Some(wrapper) = &self.wrapper else { return Some((Pointer::root(), whole)) };
        let name = wrapper.last()?;
        match whole.properties.iter().find(|(known, _)| *known == name) {
            Some((_, nodes)) => Some((wrapper.clone(), Shape::of_any(root, nodes))),
            None => Some((Pointer::root(), whole)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// What of a card is held to come back as it was sent, where the document says this of its number in the request and in the
    /// answer.
    fn same(sent: &str, found: &str) -> Vec<String> {
        let body = |number: &str| {
            let number = format!("{{type: string{number}}}");
            format!(
                "content: {{application/json: {{schema: {{type: object, properties: {{number: {number}, name: {{type: string}}}}}}}}}}"
            )
        };
        let text = format!(
            "openapi: 3.0.3\npaths:\n  /cards:\n    post: {{requestBody: {{{}}}, responses: {{'201': {{description: d, {}}}}}}}\n",
            body(sent),
            body(found)
        );
        let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
        let contract = Contract::of(Arc::new(document)).expect("a contract");
        let answers = Answers { contract: &contract, wrapper: None, identifying: None };
        let kept = answers.kept(&contract.operations[0], &contract.operations[0], 0);
        assert_eq!(kept.len(), 2);
        kept.iter().filter(|kept| kept.same).map(|kept| kept.place.as_str().to_owned()).collect()
    }

    #[test]
    fn what_comes_back_under_a_pattern_of_its_own_need_not_be_as_it_was_sent() {
        let (digits, masked) = (", pattern: '^[0-9]{16}$'", r", pattern: '^\*{12}[0-9]{4}$'");
        assert_eq!(same(digits, masked), ["/name"]);
        assert_eq!(same("", masked), ["/name"]);
        for found in [digits, ""] {
            assert_eq!(same(digits, found), ["/number", "/name"], "{found}");
        }
    }
}
