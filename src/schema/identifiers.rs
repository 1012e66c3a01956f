//! `$id`, `$anchor` and `$dynamicRef` (JSON Schema 2020-12 core §8.2, §9) brought to references by JSON Pointer, which
//! everything after this follows.
//!
//! What a `$dynamicRef` means depends on the schemas that led to it. Where it means something else than at its own place, the
//! schema that is on the way is copied, and the copy refers to what is meant. A copy stands in the `$defs` of the schema that
//! it is of, so that whoever looks for its place finds that.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Map, Value, json};

use super::{BASE, uri};
use crate::source::Pointer;
use crate::spec::Document;

/// How the name of a copy begins.
const COPY: &str = "proofmark-copy-";
/// The most copies of one document; what would need more is read at its own place.
const MAX_COPIES: usize = 1_000;
/// Members that hold plain data: nothing in them is a schema.
const DATA: &[&str] = &["enum", "const", "example", "examples", "default"];
/// Members whose keys are names, of schemas or of other objects.
const NAMES: &[&str] = &["properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "schemas"];
/// What says by which name a schema is known.
const IDENTIFIERS: &[&str] = &["$id", "$anchor", "$dynamicAnchor"];

/// Which schema is meant by each dynamic anchor: that of the outermost resource.
type Meaning = BTreeMap<String, Pointer>;

/// A schema with an `$id`, and everything in it; the document is the first.
#[derive(Debug)]
struct Resource {
    uri: String,
    at: Pointer,
    anchors: HashMap<String, Pointer>,
    dynamic: BTreeMap<String, Pointer>,
    /// What dynamic anchors mean at its own place.
    meaning: Meaning,
}

/// All resources of a document.
#[derive(Debug, Default)]
struct Index {
    resources: Vec<Resource>,
    by_uri: HashMap<String, usize>,
    by_place: HashMap<Pointer, usize>,
    /// The dynamic anchors that some `$dynamicRef` names.
    used: BTreeSet<String>,
}

/// Where a reference leads.
struct Target {
    at: Pointer,
    /// The resource that holds it.
    within: usize,
    /// The dynamic anchor by which it was named.
    anchor: Option<String>,
}

/// The root of a document in which every reference to one of its schemas is a pointer.
pub(super) fn to_pointers(document: &Document) -> Cow<'_, Value> {
    let root = &document.root;
    if !document.version.differences().schema_resources || !has_identifiers(root, false) {
        return Cow::Borrowed(root);
    }
    let index = Index::of(root);
    let mut rewriter = Rewriter { root, index: &index, copies: HashMap::new(), made: Vec::new() };
    let meaning = index.resources[0].meaning.clone();
    let mut written = rewriter.node(root, &Pointer::root(), &Scope { within: 0, meaning }, false);
    for (place, name, copy) in rewriter.made {
        if let Some(Value::Object(members)) = place.resolve_mut(&mut written)
            && let Value::Object(copies) = members.entry("$defs").or_insert_with(|| json!({}))
        {
            copies.insert(name, copy);
        }
    }
    Cow::Owned(written)
}

/// Whether a member of `$defs` is a copy of the schema that has them.
pub(super) fn is_copy(token: &str) -> bool {
    token.starts_with(COPY)
}

fn has_identifiers(node: &Value, names: bool) -> bool {
    match node {
        Value::Object(members) => members.iter().any(|(name, child)| {
            let identifies = IDENTIFIERS.contains(&name.as_str()) || name == "$dynamicRef";
            (!names && identifies && child.is_string())
                || (names || !is_data(name)) && has_identifiers(child, !names && NAMES.contains(&name.as_str()))
        }),
        Value::Array(items) => items.iter().any(|item| has_identifiers(item, false)),
        _ => false,
    }
}

fn is_data(name: &str) -> bool {
    DATA.contains(&name) || name.starts_with("x-")
}

impl Index {
    fn of(root: &Value) -> Self {
        let mut index = Self::default();
        let own = root.get("$self").and_then(Value::as_str).map_or_else(|| BASE.to_owned(), |own| uri::join(BASE, own));
        index.begin(&own, Pointer::root());
        index.scan(root, &Pointer::root(), 0, false);
        // What is meant by an anchor is known once all resources are.
        let by_place: BTreeMap<&Pointer, usize> = index.by_place.iter().map(|(at, number)| (at, *number)).collect();
        let order: Vec<(Pointer, usize)> = by_place.into_iter().map(|(at, number)| (at.clone(), number)).collect();
        for (at, number) in order {
            let outer = at.parent().map(|above| index.resources[index.holder(&above)].meaning.clone());
            index.resources[number].meaning = index.entered(&outer.unwrap_or_default(), number);
        }
        index
    }

    fn begin(&mut self, name: &str, at: Pointer) -> usize {
        let (number, uri) = (self.resources.len(), uri::without_fragment(name).to_owned());
        self.by_uri.entry(uri.clone()).or_insert(number);
        self.by_place.insert(at.clone(), number);
        let (anchors, dynamic, meaning) = Default::default();
        self.resources.push(Resource { uri, at, anchors, dynamic, meaning });
        number
    }

    fn scan(&mut self, node: &Value, at: &Pointer, within: usize, names: bool) {
        match node {
            Value::Object(members) if names => {
                members.iter().for_each(|(name, child)| self.scan(child, &at.child(name), within, false));
            }
            Value::Object(members) => self.object(members, at, within),
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(number, item)| self.scan(item, &at.index(number), within, false));
            }
            _ => {}
        }
    }

    fn object(&mut self, members: &Map<String, Value>, at: &Pointer, mut within: usize) {
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        if let Some(id) = text("$id").filter(|id| !id.starts_with('#') && !at.is_root()) {
            let name = uri::join(&self.resources[within].uri, id);
            within = self.begin(&name, at.clone());
        }
        for anchor in [text("$anchor"), text("$dynamicAnchor")].into_iter().flatten() {
            self.resources[within].anchors.entry(anchor.to_owned()).or_insert_with(|| at.clone());
        }
        if let Some(anchor) = text("$dynamicAnchor") {
            self.resources[within].dynamic.entry(anchor.to_owned()).or_insert_with(|| at.clone());
        }
        if let Some((_, anchor)) = text("$dynamicRef").and_then(|reference| reference.split_once('#')) {
            self.used.insert(anchor.to_owned());
        }
        for (name, child) in members.iter().filter(|(name, _)| !is_data(name)) {
            self.scan(child, &at.child(name), within, NAMES.contains(&name.as_str()));
        }
    }

    /// The innermost resource that holds the node at `at`.
    fn holder(&self, at: &Pointer) -> usize {
        let mut here = Some(at.clone());
        while let Some(at) = here {
            if let Some(number) = self.by_place.get(&at) {
                return *number;
            }
            here = at.parent();
        }
        0
    }

    /// What dynamic anchors mean once the resource is entered: what they meant before comes first.
    fn entered(&self, before: &Meaning, resource: usize) -> Meaning {
        let mut meaning = before.clone();
        for (anchor, at) in &self.resources[resource].dynamic {
            if self.used.contains(anchor) {
                meaning.entry(anchor.clone()).or_insert_with(|| at.clone());
            }
        }
        meaning
    }

    /// Where `reference` in a resource leads; none where that is nothing of this document.
    fn target(&self, root: &Value, from: usize, reference: &str) -> Option<Target> {
        let full = uri::join(&self.resources[from].uri, reference);
        let (base, fragment) = full.split_once('#').unwrap_or((&full, ""));
        let number = *self.by_uri.get(base)?;
        let fragment = uri::decoded(fragment);
        if fragment.is_empty() || fragment.starts_with('/') {
            let at = self.resources[number].at.join(&Pointer::parse(&fragment));
            at.resolve(root)?;
            let within = self.holder(&at);
            return Some(Target { at, within, anchor: None });
        }
        let resource = &self.resources[number];
        let at = resource.anchors.get(&fragment)?.clone();
        let anchor = resource.dynamic.contains_key(&fragment).then_some(fragment);
        Some(Target { at, within: number, anchor })
    }
}

/// How what is being read was reached.
#[derive(Clone)]
struct Scope {
    within: usize,
    meaning: Meaning,
}

/// Writes a document anew.
struct Rewriter<'r> {
    root: &'r Value,
    index: &'r Index,
    /// The place of each copy, by what it is of and what the dynamic anchors in it mean.
    copies: HashMap<(Pointer, Meaning), Pointer>,
    /// Copies: what each is of, its name there, and itself.
    made: Vec<(Pointer, String, Value)>,
}

impl Rewriter<'_> {
    fn node(&mut self, node: &Value, at: &Pointer, scope: &Scope, names: bool) -> Value {
        match node {
            Value::Object(members) if names => members
                .iter()
                .map(|(name, child)| (name.clone(), self.node(child, &at.child(name), scope, false)))
                .collect(),
            Value::Object(members) => {
                let entered = self
                    .index
                    .by_place
                    .get(at)
                    .filter(|number| **number != scope.within)
                    .map(|number| Scope { within: *number, meaning: self.index.entered(&scope.meaning, *number) });
                self.object(members, at, entered.as_ref().unwrap_or(scope))
            }
            Value::Array(items) => {
                let items = items.iter().enumerate();
                items.map(|(number, item)| self.node(item, &at.index(number), scope, false)).collect()
            }
            other => other.clone(),
        }
    }

    fn object(&mut self, members: &Map<String, Value>, at: &Pointer, scope: &Scope) -> Value {
        let mut written = Map::new();
        let mut dynamic = None;
        for (name, child) in members {
            let new = match (name.as_str(), child.as_str()) {
                ("$dynamicRef", Some(reference)) => {
                    dynamic = Some(self.reference(reference, scope, true));
                    continue;
                }
                ("$ref", Some(reference)) => Value::String(self.reference(reference, scope, false)),
                (known, Some(_)) if IDENTIFIERS.contains(&known) => continue,
                (known, _) if is_data(known) => child.clone(),
                (known, _) => self.node(child, &at.child(name), scope, NAMES.contains(&known)),
            };
            written.insert(name.clone(), new);
        }
        match dynamic {
            Some(reference) if written.contains_key("$ref") => {
                let all = written.entry("allOf").or_insert_with(|| json!([]));
                if let Value::Array(all) = all {
                    all.push(json!({ "$ref": reference }));
                }
            }
            Some(reference) => _ = written.insert("$ref".into(), Value::String(reference)),
            None => {}
        }
        Value::Object(written)
    }

    /// The reference by pointer to what `reference` means; itself where that is nothing of this document.
    fn reference(&mut self, reference: &str, scope: &Scope, dynamic: bool) -> String {
        let within = |resource| self.index.target(self.root, resource, reference);
        // A pointer from the root of the document, in a schema with an `$id`, is wrong, met, and clear.
        let from_root = || if reference.starts_with("#/") { within(0) } else { None };
        let Some(mut target) = within(scope.within).or_else(from_root) else { return reference.to_owned() };
        let meant = target.anchor.as_ref().filter(|_| dynamic).and_then(|anchor| scope.meaning.get(anchor));
        if let Some(meant) = meant {
            target = Target { at: meant.clone(), within: self.index.holder(meant), anchor: None };
        }
        let meaning = self.index.entered(&scope.meaning, target.within);
        let at = self.placed(target.at, Scope { within: target.within, meaning });
        format!("#{}", super::fragment(&at))
    }

    /// Where the schema at `at` stands in that scope: at its own place, or copied.
    fn placed(&mut self, at: Pointer, scope: Scope) -> Pointer {
        let Some(original) = at.resolve(self.root).filter(|original| original.is_object()) else { return at };
        if scope.meaning == self.index.resources[scope.within].meaning {
            return at;
        }
        let key = (at.clone(), scope.meaning.clone());
        if let Some(known) = self.copies.get(&key) {
            return known.clone();
        }
        if self.copies.len() >= MAX_COPIES {
            return at;
        }
        let name = format!("{COPY}{}", self.copies.len());
        let place = at.child("$defs").child(&name);
        // Before it is written: it may refer to itself.
        self.copies.insert(key, place.clone());
        let copy = self.node(&original.clone(), &at, &scope, false);
        self.made.push((at, name, copy));
        place
    }
}
