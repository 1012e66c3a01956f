//! The span of every node of a document, kept beside its value.
//!
//! Nodes stand in pre-order, as the value's own iteration meets them, so that a node costs 20 bytes and no
//! pointer text is stored. This needs maps that keep their order: `serde_json` with `preserve_order`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value};

use super::{Pointer, Source, Span};

/// An object with more members than this is gone through once, and its members looked up from then on: a document of
/// megabytes has thousands of paths and schemas.
const WIDE: usize = 32;

/// Spans of all nodes of one value.
#[derive(Clone, Debug, Default)]
pub struct Spans {
    nodes: Vec<Node>,
    /// The nodes that come from other sources than the rest, in order; no two overlap.
    parts: Vec<Part>,
    /// The members of wide objects, by the object's index.
    wide: Arc<Mutex<HashMap<usize, Members>>>,
}

/// The index of each member, by its name.
type Members = HashMap<Box<str>, u32>;

/// A run of nodes from one source.
#[derive(Clone, Debug)]
struct Part {
    start: usize,
    end: usize,
    source: Source,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    key: Span,
    value: Span,
    /// How many nodes its subtree has, itself included.
    size: u32,
}

/// Where a node stands: its key, if it is a member of an object, and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeSpan {
    /// The member's name.
    pub key: Option<Span>,
    /// The value.
    pub value: Span,
}

/// Takes nodes in pre-order: `open`, then the children, then `close`.
#[derive(Debug, Default)]
pub struct SpansBuilder {
    nodes: Vec<Node>,
}

impl SpansBuilder {
    /// Begins a node; pass what it returns to [`close`](Self::close).
    pub fn open(&mut self, key: Option<Span>, value: Span) -> usize {
        // An empty span at zero stands for "no key": no key can stand there.
        self.nodes.push(Node { key: key.unwrap_or_default(), value, size: 1 });
        self.nodes.len() - 1
    }

    /// Ends the node `opened`, whose value ends at byte `end`.
    pub fn close(&mut self, opened: usize, end: u32) {
        let size = (self.nodes.len() - opened) as u32;
        if let Some(node) = self.nodes.get_mut(opened) {
            node.size = size;
            node.value.end = end.max(node.value.start);
        }
    }

    /// Adds a copy of the finished subtree at `from` (an alias, a merged member), under another key.
    pub fn copy(&mut self, from: usize, key: Option<Span>) {
        let Some(size) = self.nodes.get(from).map(|node| node.size as usize) else { return };
        let at = self.nodes.len();
        self.nodes.extend_from_within(from..from + size);
        self.nodes[at].key = key.unwrap_or_default();
    }

    /// How many nodes there are: the index that the next [`open`](Self::open) returns.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no node yet.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// How many nodes the finished subtree at `from` has.
    pub fn size(&self, from: usize) -> usize {
        self.nodes.get(from).map_or(0, |node| node.size as usize)
    }

    /// The finished table.
    pub fn finish(mut self) -> Spans {
        self.nodes.shrink_to_fit();
        Spans { nodes: self.nodes, ..Spans::default() }
    }
}

impl Spans {
    /// The span of the node at `pointer` of `root`, which must be the value the spans were built with.
    pub fn of(&self, root: &Value, pointer: &Pointer) -> Option<NodeSpan> {
        let (at, depth) = self.walk(root, pointer, |_| {});
        if depth == pointer.tokens().count() { self.span(at) } else { None }
    }

    /// The span of the deepest node on the way to `pointer` that exists.
    pub fn nearest(&self, root: &Value, pointer: &Pointer) -> Option<NodeSpan> {
        self.span(self.walk(root, pointer, |_| {}).0)
    }

    /// As [`nearest`](Self::nearest), with the source that the node comes from, where it is not that of the root.
    pub fn nearest_in(&self, root: &Value, pointer: &Pointer) -> Option<(NodeSpan, Option<&Source>)> {
        let at = self.walk(root, pointer, |_| {}).0;
        let after = self.parts.partition_point(|part| part.start <= at);
        let part = after.checked_sub(1).and_then(|last| self.parts.get(last)).filter(|part| at < part.end);
        Some((self.span(at)?, part.map(|part| &part.source)))
    }

    /// The spans of the subtree at `pointer`, its own name left out.
    pub fn subtree(&self, root: &Value, pointer: &Pointer) -> Option<Self> {
        let (at, depth) = self.walk(root, pointer, |_| {});
        let size = self.nodes.get(at).filter(|_| depth == pointer.tokens().count())?.size as usize;
        let mut nodes = self.nodes.get(at..at + size)?.to_vec();
        nodes.first_mut()?.key = Span::default();
        Some(Self { nodes, ..Self::default() })
    }

    /// Adds the spans of nodes that become the last members of the object at `parent`, each with the source that it
    /// comes from; none stands for that of the root. `root` is the value without them.
    pub fn append(&mut self, root: &Value, parent: &Pointer, members: Vec<(Self, Option<Source>)>) {
        // What was looked up has another place from here on.
        self.wide = Arc::default();
        let mut above = Vec::new();
        let (at, _) = self.walk(root, parent, |node| above.push(node));
        let Some(size) = self.nodes.get(at).map(|node| node.size as usize) else { return };
        let start = at + size;
        let (mut added, mut parts) = (Vec::new(), Vec::new());
        for (member, source) in members {
            let first = start + added.len();
            added.extend(member.nodes);
            parts.extend(source.map(|source| Part { start: first, end: start + added.len(), source }));
        }
        for node in above {
            if let Some(node) = self.nodes.get_mut(node) {
                node.size += added.len() as u32;
            }
        }
        let before = self.parts.partition_point(|part| part.start < start);
        for part in self.parts.iter_mut().skip(before) {
            part.start += added.len();
            part.end += added.len();
        }
        self.parts.splice(before..before, parts);
        self.nodes.splice(start..start, added);
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no node.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    fn span(&self, at: usize) -> Option<NodeSpan> {
        let node = self.nodes.get(at)?;
        Some(NodeSpan { key: (node.key != Span::default()).then_some(node.key), value: node.value })
    }

    /// The index of the member `name` of the object at `at`.
    fn member(&self, at: usize, members: &Map<String, Value>, name: &str) -> Option<usize> {
        if members.len() <= WIDE {
            return self.children(at).nth(members.keys().position(|found| found == name)?);
        }
        let mut wide = self.wide.lock().unwrap_or_else(PoisonError::into_inner);
        let all = || members.keys().map(|name| name.as_str().into()).zip(self.children(at).map(|child| child as u32));
        let found = wide.entry(at).or_insert_with(|| all().collect()).get(name).copied();
        found.map(|found| found as usize)
    }

    /// The indices of the children of the node at `at`, and whatever stands behind them.
    fn children(&self, at: usize) -> impl Iterator<Item = usize> {
        let behind = |child: &usize| Some(child + self.nodes.get(*child).map_or(1, |node| node.size as usize));
        std::iter::successors(Some(at + 1), behind)
    }

    /// Follows `pointer` as far as it leads, and shows each node on the way; the last of them, and how many tokens
    /// that were.
    fn walk(&self, root: &Value, pointer: &Pointer, mut visit: impl FnMut(usize)) -> (usize, usize) {
        let mut at = 0;
        let mut value = root;
        let mut depth = 0;
        visit(at);
        for token in pointer.tokens() {
            let (next, child) = match value {
                Value::Object(members) => {
                    let Some(child) = members.get(token.as_ref()) else { break };
                    (self.member(at, members, &token), child)
                }
                Value::Array(items) => {
                    let index = token.parse::<usize>().ok();
                    let Some((index, child)) = index.and_then(|i| items.get(i).map(|v| (i, v))) else { break };
                    (self.children(at).nth(index), child)
                }
                _ => break,
            };
            let Some(next) = next else { break };
            at = next;
            value = child;
            depth += 1;
            visit(at);
        }
        (at, depth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_node_is_found_past_its_siblings_subtrees() {
        // {"a":[1,2],"b":{"c":3}}
        let value = json!({"a": [1, 2], "b": {"c": 3}});
        let mut builder = SpansBuilder::default();
        let root = builder.open(None, Span::new(0, 0));
        let a = builder.open(Some(Span::new(1, 4)), Span::new(5, 5));
        for at in [6, 8] {
            let leaf = builder.open(None, Span::new(at, at));
            builder.close(leaf, at as u32 + 1);
        }
        builder.close(a, 10);
        let b = builder.open(Some(Span::new(11, 14)), Span::new(15, 15));
        let c = builder.open(Some(Span::new(16, 19)), Span::new(20, 20));
        builder.close(c, 21);
        builder.close(b, 22);
        builder.close(root, 23);
        let spans = builder.finish();
        let found = spans.of(&value, &Pointer::parse("/b/c"));
        assert_eq!(found, Some(NodeSpan { key: Some(Span::new(16, 19)), value: Span::new(20, 21) }));
        assert_eq!(spans.of(&value, &Pointer::parse("/a/1")).map(|n| n.value), Some(Span::new(8, 9)));
        assert_eq!(spans.of(&value, &Pointer::parse("/b/x")), None);
        assert_eq!(spans.nearest(&value, &Pointer::parse("/b/x")).map(|n| n.value), Some(Span::new(15, 22)));
    }

    #[test]
    fn a_node_from_another_source_keeps_its_place_there() {
        let leaf = |start| {
            let mut builder = SpansBuilder::default();
            let opened = builder.open(None, Span::new(start, start));
            builder.close(opened, start as u32 + 1);
            builder.finish()
        };
        let mut builder = SpansBuilder::default();
        let root = builder.open(None, Span::new(0, 0));
        for at in [1, 5] {
            let member = builder.open(Some(Span::new(at, at + 1)), Span::new(at + 2, at + 2));
            builder.close(member, at as u32 + 3);
        }
        builder.close(root, 9);
        let mut spans = builder.finish();
        let part = |name| Some(Source::new(name, ""));
        let mut value = json!({"a": {}, "b": {}});
        spans.append(&value, &Pointer::parse("/b"), vec![(leaf(70), part("q"))]);
        value["b"]["y"] = json!(1);
        spans.append(&value, &Pointer::parse("/a"), vec![(leaf(30), part("p")), (leaf(40), None)]);
        value["a"]["x"] = json!(1);
        value["a"]["z"] = json!(1);
        for (pointer, start, source) in
            [("/a", 3, None), ("/a/x", 30, Some("p")), ("/a/z", 40, None), ("/b", 7, None), ("/b/y", 70, Some("q"))]
        {
            let (node, found) = spans.nearest_in(&value, &Pointer::parse(pointer)).expect(pointer);
            assert_eq!((node.value.start, found.map(Source::name)), (start, source), "{pointer}");
        }
        assert_eq!(spans.subtree(&value, &Pointer::parse("/a")).map(|part| part.len()), Some(3));
    }

    #[test]
    fn a_member_of_a_wide_object_is_found_as_in_a_narrow_one() {
        for count in [WIDE, WIDE + 1, 4 * WIDE] {
            let mut builder = SpansBuilder::default();
            let root = builder.open(None, Span::new(0, 0));
            for at in 0..count {
                let member =
                    builder.open(Some(Span::new(10 * at + 1, 10 * at + 4)), Span::new(10 * at + 5, 10 * at + 5));
                let item = builder.open(None, Span::new(10 * at + 6, 10 * at + 6));
                builder.close(item, 10 * at as u32 + 7);
                builder.close(member, 10 * at as u32 + 8);
            }
            builder.close(root, 10 * count as u32);
            let spans = builder.finish();
            let value: Value = (0..count).map(|at| (format!("m{at}"), json!([at]))).collect();
            for at in [0, count / 2, count - 1] {
                let found = spans.of(&value, &Pointer::parse(&format!("/m{at}/0"))).map(|node| node.value);
                assert_eq!(found, Some(Span::new(10 * at + 6, 10 * at + 7)), "{at} of {count}");
            }
            assert_eq!(spans.of(&value, &Pointer::parse("/m")), None);
        }
    }
}
