//! Where references lead: `$ref`, `$id`, `$anchor` and `$dynamicRef` (JSON Schema 2020-12 core §8.2, §9).
//!
//! A document is read through for identifiers only when a reference needs that: most have none, and are large.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;

use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::{Map, Value, json};

use crate::schema::content::known;
use crate::schema::uri;
use crate::source::Pointer;

/// How often a pattern may step back; the validators of documents have the same limit.
const BACKTRACK_LIMIT: usize = 10_000;
/// The base of a document that gives itself none.
const BASE: &str = "https://document.invalid/openapi.json";
/// Members that hold plain data: nothing in them is a schema.
const DATA: &[&str] = &["enum", "const", "example", "examples", "default"];

/// A schema with the resources through which it was reached, which `$dynamicRef` depends on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site<'r> {
    pub(super) schema: &'r Value,
    scope: usize,
}

/// A schema and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Node<'r> {
    pub(super) site: Site<'r>,
    pub(super) at: Pointer,
}

/// Resources from the outermost on, each once.
type Scope = Vec<usize>;

#[derive(Debug)]
struct Resource<'r> {
    uri: String,
    root: &'r Value,
    at: Pointer,
    /// What is embedded in a document of its own has pointers that no reader of ours can follow.
    anchors: HashMap<&'r str, (&'r Value, Pointer)>,
    dynamic: HashMap<&'r str, (&'r Value, Pointer)>,
}

#[derive(Debug, Default)]
struct Index<'r> {
    resources: Vec<Resource<'r>>,
    by_uri: HashMap<String, usize>,
    /// The resource that a schema object with an `$id` begins, by address.
    by_address: HashMap<usize, usize>,
}

/// The documents that references may lead to, and the patterns and formats met in them, compiled.
#[derive(Debug)]
pub(super) struct Resources<'r> {
    roots: Vec<(String, &'r Value)>,
    index: OnceCell<Index<'r>>,
    scopes: RefCell<Vec<Scope>>,
    patterns: RefCell<HashMap<String, Option<Validator>>>,
    formats: RefCell<HashMap<String, Option<Validator>>>,
}

/// What tells one schema object from another.
pub(super) fn address(schema: &Value) -> usize {
    std::ptr::from_ref(schema) as usize
}

impl<'r> Resources<'r> {
    /// The resources of a document, and of others that it may refer to by URI.
    pub(super) fn new(root: &'r Value, others: &[(&str, &'r Value)]) -> Self {
        let own = root.get("$id").and_then(Value::as_str).map_or_else(|| BASE.to_owned(), |id| uri::join(BASE, id));
        let mut roots = vec![(own, root)];
        roots.extend(others.iter().map(|(name, value)| (uri::without_fragment(name).to_owned(), *value)));
        Self {
            roots,
            index: OnceCell::new(),
            scopes: RefCell::new(vec![vec![0]]),
            patterns: RefCell::default(),
            formats: RefCell::default(),
        }
    }

    /// The node at a place of the document itself.
    pub(super) fn entry(&self, at: &Pointer) -> Option<Node<'r>> {
        let root = self.roots[0].1;
        Some(Node { site: Site { schema: at.resolve(root)?, scope: 0 }, at: at.clone() })
    }

    fn index(&self) -> &Index<'r> {
        self.index.get_or_init(|| {
            let mut index = Index::default();
            for (name, root) in &self.roots {
                let number = index.begin(name.clone(), root, Pointer::root());
                index.scan(root, &Pointer::root(), number, 0);
            }
            index
        })
    }

    /// The schema below `site`, in a scope of its own where it is a resource of its own.
    pub(super) fn below(&self, site: Site<'r>, schema: &'r Value) -> Site<'r> {
        if schema.get("$id").is_some_and(Value::is_string)
            && let Some(resource) = self.index().by_address.get(&address(schema))
        {
            return Site { schema, scope: self.entered(site.scope, *resource) };
        }
        Site { schema, scope: site.scope }
    }

    /// Where `$ref` or `$dynamicRef` of the schema leads.
    pub(super) fn follow(&self, node_scope: Site<'r>, reference: &str, dynamic: bool) -> Option<Node<'r>> {
        let scope = self.scopes.borrow().get(node_scope.scope).cloned()?;
        let current = *scope.last()?;
        // The common case needs no index: a pointer into a document that has no identifiers.
        if let Some(pointer) = reference.strip_prefix('#').filter(|rest| rest.is_empty() || rest.starts_with('/'))
            && current == 0
            && self.index.get().is_none()
        {
            let at = Pointer::parse(&uri::decoded(pointer));
            let schema = at.resolve(self.roots[0].1)?;
            if !self.crosses(self.roots[0].1, &at) {
                return Some(Node { site: Site { schema, scope: node_scope.scope }, at });
            }
        }
        let index = self.index();
        let full = uri::join(&index.resources.get(current)?.uri, reference);
        let (base, fragment) = full.split_once('#').unwrap_or((&full, ""));
        let target = *index.by_uri.get(base)?;
        let resource = &index.resources[target];
        let fragment = uri::decoded(fragment);
        if fragment.is_empty() || fragment.starts_with('/') {
            return self.pointed(target, &fragment, node_scope.scope);
        }
        if dynamic && resource.dynamic.contains_key(fragment.as_str()) {
            let outermost = scope.iter().find(|number| {
                index.resources.get(**number).is_some_and(|resource| resource.dynamic.contains_key(fragment.as_str()))
            });
            let number = *outermost.unwrap_or(&target);
            let (schema, at) = index.resources[number].dynamic.get(fragment.as_str())?;
            return Some(self.node(schema, at.clone(), number, node_scope.scope));
        }
        let (schema, at) = resource.anchors.get(fragment.as_str())?;
        Some(self.node(schema, at.clone(), target, node_scope.scope))
    }

    /// Whether a pointer passes into a resource of its own.
    fn crosses(&self, root: &Value, at: &Pointer) -> bool {
        let mut here = root;
        for token in at.tokens() {
            here = match here {
                Value::Object(members) => match members.get(token.as_ref()) {
                    Some(below) => below,
                    None => return false,
                },
                Value::Array(items) => match token.parse::<usize>().ok().and_then(|at| items.get(at)) {
                    Some(below) => below,
                    None => return false,
                },
                _ => return false,
            };
            if here.get("$id").is_some_and(Value::is_string) {
                return true;
            }
        }
        false
    }

    /// The node at a pointer of a resource; a resource on the way is entered.
    fn pointed(&self, resource: usize, pointer: &str, scope: usize) -> Option<Node<'r>> {
        let index = self.index();
        let start = &index.resources[resource];
        let (mut here, mut within) = (start.root, resource);
        let relative = Pointer::parse(pointer);
        for token in relative.tokens() {
            here = match here {
                Value::Object(members) => members.get(token.as_ref())?,
                Value::Array(items) => items.get(token.parse::<usize>().ok()?)?,
                _ => return None,
            };
            within = index.by_address.get(&address(here)).copied().unwrap_or(within);
        }
        Some(self.node(here, start.at.join(&relative), within, scope))
    }

    fn node(&self, schema: &'r Value, at: Pointer, resource: usize, scope: usize) -> Node<'r> {
        Node { site: Site { schema, scope: self.entered(scope, resource) }, at }
    }

    /// The scope that entering `resource` from `scope` makes. The innermost stands last, the others once each, since
    /// only the outermost matters to `$dynamicRef`.
    fn entered(&self, scope: usize, resource: usize) -> usize {
        let mut scopes = self.scopes.borrow_mut();
        let Some(before) = scopes.get(scope) else { return scope };
        if before.last() == Some(&resource) {
            return scope;
        }
        let mut next = before.clone();
        // The first mention stays where it is; a second one is only ever the last.
        if next.iter().rev().skip(1).any(|known| Some(known) == next.last()) {
            next.pop();
        }
        next.push(resource);
        match scopes.iter().position(|known| *known == next) {
            Some(known) => known,
            None => {
                scopes.push(next);
                scopes.len() - 1
            }
        }
    }

    /// Whether `text` matches a pattern; a pattern that cannot be compiled matches nothing.
    pub(super) fn matches(&self, pattern: &str, text: &Value) -> bool {
        cached(&self.patterns, pattern, "pattern", |validator| validator.is_valid(text))
    }

    /// Whether `text` has a format. One that is not known is no constraint.
    pub(super) fn has_format(&self, format: &str, text: &Value) -> bool {
        cached(&self.formats, format, "format", |validator| validator.is_valid(text))
    }
}

fn cached(
    cache: &RefCell<HashMap<String, Option<Validator>>>,
    text: &str,
    keyword: &str,
    check: impl Fn(&Validator) -> bool,
) -> bool {
    let mut cache = cache.borrow_mut();
    if !cache.contains_key(text) {
        cache.insert(text.to_owned(), compiled(keyword, text));
    }
    cache.get(text).and_then(Option::as_ref).is_some_and(check)
}

/// The validator of one keyword alone, so that patterns and formats mean here what they mean to the validators.
pub(super) fn compiled(keyword: &str, text: &str) -> Option<Validator> {
    known(jsonschema::options())
        .with_draft(Draft::Draft202012)
        .offline()
        .should_validate_formats(true)
        .with_pattern_options(PatternOptions::fancy_regex().backtrack_limit(BACKTRACK_LIMIT))
        .build(&json!({ keyword: text }))
        .ok()
}

impl<'r> Index<'r> {
    fn begin(&mut self, name: String, root: &'r Value, at: Pointer) -> usize {
        let number = self.resources.len();
        self.by_uri.entry(uri::without_fragment(&name).to_owned()).or_insert(number);
        self.by_address.insert(address(root), number);
        let (anchors, dynamic) = (HashMap::new(), HashMap::new());
        self.resources.push(Resource { uri: uri::without_fragment(&name).to_owned(), root, at, anchors, dynamic });
        number
    }

    fn scan(&mut self, node: &'r Value, at: &Pointer, resource: usize, depth: usize) {
        // The loader refuses deeper documents.
        if depth > 200 {
            return;
        }
        match node {
            Value::Object(members) => self.object(node, members, at, resource, depth),
            Value::Array(items) => {
                for (number, item) in items.iter().enumerate() {
                    self.scan(item, &at.index(number), resource, depth + 1);
                }
            }
            _ => {}
        }
    }

    fn object(&mut self, node: &'r Value, members: &'r Map<String, Value>, at: &Pointer, within: usize, depth: usize) {
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        let mut resource = within;
        if let Some(id) = text("$id") {
            let name = uri::join(&self.resources[within].uri, id);
            if at.is_root() {
                self.by_uri.entry(uri::without_fragment(&name).to_owned()).or_insert(within);
                self.resources[within].uri = uri::without_fragment(&name).to_owned();
            } else {
                resource = self.begin(name, node, at.clone());
            }
        }
        if let Some(anchor) = text("$anchor") {
            self.resources[resource].anchors.insert(anchor, (node, at.clone()));
        }
        if let Some(anchor) = text("$dynamicAnchor") {
            self.resources[resource].anchors.insert(anchor, (node, at.clone()));
            self.resources[resource].dynamic.insert(anchor, (node, at.clone()));
        }
        for (name, child) in members.iter().filter(|(name, _)| !DATA.contains(&name.as_str())) {
            self.scan(child, &at.child(name), resource, depth + 1);
        }
    }
}
