//! From the parser's events to a graph of nodes.

use std::borrow::Cow;
use std::collections::HashMap;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StructureStyle, Tag};

use super::MAX_DEPTH;
use super::scalar::Resolution;
use crate::source::Span;
use crate::spec::error::{Excerpt, SpecError, SpecErrorKind};

/// Index of a node in its graph.
pub(super) type NodeId = usize;

/// All nodes of one YAML document.
#[derive(Debug, Default)]
pub(super) struct Graph<'t> {
    pub(super) nodes: Vec<Node<'t>>,
    pub(super) root: Option<NodeId>,
}

#[derive(Debug)]
pub(super) struct Node<'t> {
    pub(super) span: Span,
    pub(super) content: Content<'t>,
}

#[derive(Debug)]
pub(super) enum Content<'t> {
    Scalar(Cow<'t, str>, Resolution),
    Sequence(Vec<NodeId>),
    Mapping(Vec<(Key<'t>, NodeId)>),
    /// The node that the alias stands for: never an alias itself.
    Alias(NodeId),
}

/// The key of a mapping's entry, as text.
#[derive(Clone, Debug)]
pub(super) struct Key<'t> {
    pub(super) text: Cow<'t, str>,
    pub(super) span: Span,
    /// Whether it is a plain `<<`.
    pub(super) merges: bool,
}

/// Reads the one document of a YAML text.
pub(super) fn compose(excerpt: Excerpt<'_>) -> Result<Graph<'_>, SpecError> {
    let options = granit_parser::options! {
        emit_comments: false,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    let mut composer =
        Composer { excerpt, graph: Graph::default(), open: Vec::new(), anchors: HashMap::new(), documents: 0 };
    for event in Parser::new_from_str_with_options(excerpt.text, options) {
        let (event, span) = event.map_err(|error| syntax(excerpt, &error))?;
        composer.take(event, &span)?;
    }
    Ok(composer.graph)
}

struct Composer<'t> {
    excerpt: Excerpt<'t>,
    graph: Graph<'t>,
    /// Collections that have begun and not yet ended, outermost first.
    open: Vec<Open<'t>>,
    anchors: HashMap<usize, NodeId>,
    documents: usize,
}

struct Open<'t> {
    node: NodeId,
    /// In a mapping: the key whose value comes next.
    key: Option<Key<'t>>,
    /// Flow collections end where the parser says; block collections end with their last child.
    flow: bool,
}

impl<'t> Composer<'t> {
    fn take(&mut self, event: Event<'t>, at: &granit_parser::Span) -> Result<(), SpecError> {
        let span = self.span(at);
        match event {
            Event::DocumentStart(..) => self.begin_document(span),
            Event::Scalar(text, style, anchor, tag) => {
                let resolution = resolution(tag.as_deref(), style).map_err(|tag| self.foreign_tag(at, tag))?;
                let key_span = span;
                let merges = style == ScalarStyle::Plain && tag.is_none() && text == "<<";
                let key = Key { text: text.clone(), span: key_span, merges };
                let node = self.add(span, Content::Scalar(text, resolution), anchor);
                self.place(node, Some(key))
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.check_collection_tag(at, tag.as_deref(), "seq")?;
                let node = self.add(span, Content::Sequence(Vec::new()), anchor);
                self.begin(node, style)
            }
            Event::MappingStart(style, anchor, tag) => {
                self.check_collection_tag(at, tag.as_deref(), "map")?;
                let node = self.add(span, Content::Mapping(Vec::new()), anchor);
                self.begin(node, style)
            }
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::SequenceEnd | Event::MappingEnd => {
                self.end(span);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn begin_document(&mut self, span: Span) -> Result<(), SpecError> {
        self.documents += 1;
        if self.documents < 2 {
            return Ok(());
        }
        let message = "the text holds more than one YAML document";
        Err(self.excerpt.error(SpecErrorKind::Syntax, span, message, "a second document begins here"))
    }

    fn add(&mut self, span: Span, content: Content<'t>, anchor: usize) -> NodeId {
        let id = self.graph.nodes.len();
        self.graph.nodes.push(Node { span, content });
        if anchor != 0 {
            self.anchors.insert(anchor, id);
        }
        id
    }

    fn begin(&mut self, node: NodeId, style: StructureStyle) -> Result<(), SpecError> {
        self.place(node, None)?;
        self.open.push(Open { node, key: None, flow: style == StructureStyle::Flow });
        Ok(())
    }

    /// Puts a node where it belongs: into the open collection, as its next key, or as the root.
    fn place(&mut self, node: NodeId, as_key: Option<Key<'t>>) -> Result<(), SpecError> {
        let Some(open) = self.open.last_mut() else {
            self.graph.root = Some(node);
            return Ok(());
        };
        match &mut self.graph.nodes[open.node].content {
            Content::Sequence(items) => items.push(node),
            Content::Mapping(entries) => match (open.key.take(), as_key) {
                (Some(key), _) => entries.push((key, node)),
                (None, Some(key)) => open.key = Some(key),
                (None, None) => return Err(self.collection_as_key(node)),
            },
            Content::Scalar(..) | Content::Alias(_) => {}
        }
        Ok(())
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), SpecError> {
        let Some(&target) = self.anchors.get(&anchor) else {
            let message = "the alias names no anchor before it";
            return Err(self.excerpt.error(SpecErrorKind::Syntax, span, message, "no such anchor"));
        };
        if self.open.iter().any(|open| open.node == target) {
            let message = "the alias stands inside the node that it stands for";
            return Err(self.excerpt.error(SpecErrorKind::CircularReference, span, message, "leads back to itself"));
        }
        let as_key = match &self.graph.nodes[target].content {
            Content::Scalar(text, _) => Some(Key { text: text.clone(), span, merges: false }),
            _ => None,
        };
        let node = self.add(span, Content::Alias(target), 0);
        self.place(node, as_key)
    }

    fn end(&mut self, span: Span) {
        let Some(open) = self.open.pop() else { return };
        // It is complete, and most are small: room for more would be as much again.
        let last = match &mut self.graph.nodes[open.node].content {
            Content::Sequence(items) => {
                items.shrink_to_fit();
                items.last().copied()
            }
            Content::Mapping(entries) => {
                entries.shrink_to_fit();
                entries.last().map(|(_, value)| *value)
            }
            Content::Scalar(..) | Content::Alias(_) => None,
        };
        let inner = last.map_or(0, |last| self.graph.nodes[last].span.end);
        let node = &mut self.graph.nodes[open.node];
        node.span.end = (if open.flow { span.end } else { inner }).max(node.span.start);
    }

    /// The bytes of an event, without blanks that follow it.
    fn span(&self, at: &granit_parser::Span) -> Span {
        let range = at.byte_range().unwrap_or_default();
        let text = self.excerpt.text.get(range.clone()).unwrap_or_default();
        self.excerpt.span(range.start, range.start + text.trim_end().len())
    }

    fn collection_as_key(&self, node: NodeId) -> SpecError {
        let message = "a key must be a single word or text, not a list or a mapping";
        let span = self.graph.nodes[node].span;
        self.excerpt.error(SpecErrorKind::Syntax, span, message, "stands where a key is expected")
    }

    fn check_collection_tag(
        &self,
        at: &granit_parser::Span,
        tag: Option<&Tag>,
        expected: &str,
    ) -> Result<(), SpecError> {
        match tag {
            Some(tag) if !is_non_specific(tag) && !tag.is_yaml_core_schema_tag(expected) => {
                Err(self.foreign_tag(at, tag.original()))
            }
            _ => Ok(()),
        }
    }

    fn foreign_tag(&self, at: &granit_parser::Span, tag: String) -> SpecError {
        let span = at.tag_span().map_or_else(|| self.span(at), |tag| self.span(&tag));
        let message = format!("the tag `{tag}` has no meaning in an OpenAPI document");
        self.excerpt
            .error(SpecErrorKind::Syntax, span, message, "unknown tag")
            .hint("only the tags of the YAML core schema are read: `!!str`, `!!int`, `!!float`, `!!bool`, `!!null`")
    }
}

fn is_non_specific(tag: &Tag) -> bool {
    tag.parts() == ("", "!") || tag.parts() == ("!", "")
}

/// How a scalar becomes a value; the tag, if it has no meaning here.
fn resolution(tag: Option<&Tag>, style: ScalarStyle) -> Result<Resolution, String> {
    let Some(tag) = tag else {
        return Ok(if style == ScalarStyle::Plain { Resolution::Core } else { Resolution::Text });
    };
    match tag.suffix_in_namespace("tag:yaml.org,2002:").as_deref() {
        // YAML 1.1 names for what a JSON document can only hold as text.
        Some("str" | "timestamp" | "binary") => Ok(Resolution::Text),
        Some("null") => Ok(Resolution::Null),
        Some("bool") => Ok(Resolution::Bool),
        Some("int") => Ok(Resolution::Int),
        Some("float") => Ok(Resolution::Float),
        _ if is_non_specific(tag) => Ok(Resolution::Text),
        _ => Err(tag.original()),
    }
}

fn syntax(excerpt: Excerpt<'_>, error: &ScanError) -> SpecError {
    let at = error.marker().byte_offset().unwrap_or(excerpt.text.len()).min(excerpt.text.len());
    let width = excerpt.text[at..].chars().next().filter(|next| *next != '\n').map_or(0, char::len_utf8);
    let span = excerpt.span(at, at + width);
    match error.kind() {
        ErrorKind::RecursionLimitExceeded => too_deep(excerpt, span),
        kind => excerpt.error(SpecErrorKind::Syntax, span, format!("not YAML: {kind}"), "here"),
    }
}

/// The error for collections nested beyond [`MAX_DEPTH`].
pub(super) fn too_deep(excerpt: Excerpt<'_>, span: Span) -> SpecError {
    let message = format!("collections are nested more than {MAX_DEPTH} levels deep");
    excerpt.error(SpecErrorKind::TooDeep, span, message, "nested too deeply here")
}
