//! From the graph of nodes to a value: aliases followed, merge keys merged, within a budget.

use serde_json::{Map, Value};

use super::MAX_DEPTH;
use super::compose::{Content, Graph, Key, Node, NodeId, too_deep};
use super::scalar::{Refusal, resolve};
use crate::source::{Span, Spans, SpansBuilder};
use crate::spec::error::{Excerpt, SpecError, SpecErrorKind};

/// How much aliases and merges may add: one for each node, and one for each 64 bytes of its text.
const ALIAS_BUDGET: usize = 1_000_000;

/// The value of a graph's root; null where the text is empty.
pub(super) fn construct(excerpt: Excerpt<'_>, graph: &Graph<'_>) -> Result<(Value, Spans), SpecError> {
    let mut constructor =
        Constructor { excerpt, nodes: &graph.nodes, spans: SpansBuilder::default(), alias: None, spent: 0 };
    let value = match graph.root {
        Some(root) => constructor.node(root, None, 0)?,
        None => {
            constructor.spans.open(None, excerpt.span(0, 0));
            Value::Null
        }
    };
    Ok((value, constructor.spans.finish()))
}

struct Constructor<'g, 't> {
    excerpt: Excerpt<'t>,
    nodes: &'g [Node<'t>],
    spans: SpansBuilder,
    /// The outermost alias that is being followed.
    alias: Option<Span>,
    spent: usize,
}

impl<'g, 't> Constructor<'g, 't> {
    /// The value of one node; `depth` collections stand around it.
    fn node(&mut self, id: NodeId, key: Option<Span>, depth: usize) -> Result<Value, SpecError> {
        let node = &self.nodes[id];
        if depth > MAX_DEPTH {
            return Err(too_deep(self.excerpt, self.alias.unwrap_or(node.span)));
        }
        if let Content::Alias(target) = node.content {
            return self.following(node.span, |this| this.node(target, key, depth));
        }
        let opened = self.spans.open(key, node.span);
        let value = match &node.content {
            Content::Scalar(text, resolution) => {
                self.spend(1 + text.len() / 64)?;
                resolve(text, *resolution).map_err(|refusal| self.refused(node.span, text, refusal))?
            }
            Content::Sequence(items) => {
                self.spend(1)?;
                let items = items.iter().map(|item| self.node(*item, None, depth + 1));
                Value::Array(items.collect::<Result<_, _>>()?)
            }
            Content::Mapping(entries) => Value::Object(self.mapping(entries, depth)?),
            Content::Alias(_) => Value::Null,
        };
        self.spans.close(opened, node.span.end);
        Ok(value)
    }

    fn mapping(&mut self, entries: &'g [(Key<'t>, NodeId)], depth: usize) -> Result<Map<String, Value>, SpecError> {
        self.spend(1)?;
        let mut map = Map::with_capacity(entries.len());
        let mut merge = None;
        for (key, value) in entries {
            if key.merges {
                if merge.replace((key, *value)).is_some() {
                    return Err(self.repeated(key, entries));
                }
                continue;
            }
            self.spend(1 + key.text.len() / 64)?;
            let child = self.node(*value, Some(key.span), depth + 1)?;
            if map.insert(key.text.clone().into_owned(), child).is_some() {
                return Err(self.repeated(key, entries));
            }
        }
        if let Some((key, source)) = merge {
            self.following(key.span, |this| this.merge(source, &mut map, depth, 0))?;
        }
        Ok(map)
    }

    /// Adds to `map` the entries of `source` that it does not have: explicit ones before those merged in there.
    fn merge(
        &mut self,
        source: NodeId,
        map: &mut Map<String, Value>,
        depth: usize,
        hops: usize,
    ) -> Result<(), SpecError> {
        let node = &self.nodes[source];
        if hops > MAX_DEPTH {
            return Err(too_deep(self.excerpt, self.alias.unwrap_or(node.span)));
        }
        self.spend(1)?;
        match &node.content {
            Content::Alias(target) => self.merge(*target, map, depth, hops + 1),
            Content::Sequence(sources) => {
                sources.iter().try_for_each(|source| self.merge(*source, map, depth, hops + 1))
            }
            Content::Mapping(entries) => {
                let (merges, explicit): (Vec<_>, Vec<_>) = entries.iter().partition(|(key, _)| key.merges);
                for (key, value) in explicit {
                    self.spend(1 + key.text.len() / 64)?;
                    if !map.contains_key(key.text.as_ref()) {
                        let child = self.node(*value, Some(key.span), depth + 1)?;
                        map.insert(key.text.clone().into_owned(), child);
                    }
                }
                merges.iter().try_for_each(|(_, source)| self.merge(*source, map, depth, hops + 1))
            }
            Content::Scalar(..) => {
                let message = "`<<` merges a mapping or a list of mappings, and this is neither";
                Err(self.excerpt.error(SpecErrorKind::Syntax, node.span, message, "not a mapping"))
            }
        }
    }

    /// Does `work` as the content of the alias at `span`, which then pays for it.
    fn following<T>(
        &mut self,
        span: Span,
        work: impl FnOnce(&mut Self) -> Result<T, SpecError>,
    ) -> Result<T, SpecError> {
        let outer = self.alias;
        self.alias = outer.or(Some(span));
        let result = work(self);
        self.alias = outer;
        result
    }

    fn spend(&mut self, cost: usize) -> Result<(), SpecError> {
        let Some(alias) = self.alias else { return Ok(()) };
        self.spent += cost;
        if self.spent <= ALIAS_BUDGET {
            return Ok(());
        }
        let message = format!("aliases make the document more than {ALIAS_BUDGET} nodes larger than its text");
        Err(self.excerpt.error(SpecErrorKind::AliasBomb, alias, message, "the budget is spent here"))
    }

    fn repeated(&self, key: &Key<'_>, entries: &[(Key<'_>, NodeId)]) -> SpecError {
        let first = entries.iter().map(|(other, _)| other).find(|other| other.text == key.text);
        self.excerpt.repeated_key(&key.text, first.map_or(key.span, |first| first.span), key.span)
    }

    fn refused(&self, span: Span, text: &str, refusal: Refusal) -> SpecError {
        let shown: String = text.chars().take(40).collect();
        let (message, label) = match refusal {
            Refusal::NotJson => (format!("`{shown}` is a number that JSON cannot express"), "no JSON number"),
            Refusal::WrongForm => (format!("`{shown}` does not fit its tag"), "does not fit the tag"),
        };
        self.excerpt.error(SpecErrorKind::Syntax, span, message, label)
    }
}
