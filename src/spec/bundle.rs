//! Documents of several files brought into one.
//!
//! What a reference to another file leads to becomes a component of the document, under a name of its own, and the
//! reference leads there; each node keeps the place where it was written. What comes after sees one document only.
//!
//! A part follows the version of the document. An `$id` at its very top is set aside: the file's own place identifies it.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;

use serde_json::{Map, Value};

use super::error::{SpecError, SpecErrorKind};
use super::location::{Located, Location};
use super::model::{Document, Version};
use super::objects::{Kind, Node, Nodes};
use super::parts::{self, File};
use super::resolve::{self, Outer};
use crate::source::{Place, Pointer, Span, Spans, SpansBuilder};

/// The most files that one document may consist of.
pub(crate) const MAX_FILES: usize = 10_000;

/// The most nodes that references to other files may bring into a document. What two references lead to, one inside
/// the other, counts twice.
const MAX_NODES: usize = 4_000_000;

/// Finds and reads the files that references lead to.
pub(crate) trait Files {
    /// Where the document itself stands; `None` where no other files are read.
    fn root(&self) -> Option<Located>;

    /// The text that `reference`, which has no fragment, means in a text at `from`.
    ///
    /// # Errors
    /// There is none, or it may not be read: without a place, but with a label.
    fn locate(&mut self, from: &Location, reference: &str) -> Result<Located, SpecError>;

    /// Its bytes, at most one more than `limit`.
    ///
    /// # Errors
    /// It cannot be read: without a place, but with a label.
    fn read(&mut self, located: &Located, limit: usize) -> Result<Vec<u8>, SpecError>;
}

/// What is expected where a reference leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Sort {
    Object(Kind),
    Example,
}

impl Sort {
    /// The field of `components` for such objects. Those that the specification has no field for get one that it does
    /// not know, in which nothing is looked for.
    fn section(self) -> &'static str {
        match self {
            Self::Example => "examples",
            Self::Object(kind) => match kind {
                Kind::Schema => "schemas",
                Kind::Response => "responses",
                Kind::Parameter => "parameters",
                Kind::RequestBody => "requestBodies",
                Kind::Header => "headers",
                Kind::SecurityScheme => "securitySchemes",
                Kind::Link => "links",
                Kind::Callback => "callbacks",
                Kind::PathItem => "pathItems",
                Kind::MediaType => "mediaTypes",
                Kind::Operation => "operations",
                Kind::OpenApi | Kind::Info | Kind::Components | Kind::Encoding | Kind::Server => "others",
            },
        }
    }
}

/// A reference as it is written.
struct Found {
    /// Where its text stands, in its file.
    at: Pointer,
    text: String,
    sort: Sort,
    /// Whether it is an entry of a discriminator's mapping, which may be a name instead.
    mapping: bool,
}

/// Something of another file that becomes a component.
struct Target {
    file: usize,
    pointer: Pointer,
    sort: Sort,
    name: String,
    spans: Spans,
    edits: Vec<Edit>,
}

/// A change to an object or text at a place.
enum Edit {
    Text(Pointer, String),
    /// The anchors of different files may be the same, and references to them are written as pointers.
    Anchor(Pointer),
}

struct Bundler<'d, 'f> {
    document: &'d Document,
    io: &'f mut dyn Files,
    /// The document, then its parts in the order of discovery.
    files: Vec<File>,
    known: HashMap<OsString, usize>,
    followed: HashMap<(usize, String), usize>,
    nodes: Nodes<'d>,
    targets: Vec<Target>,
    places: HashMap<(usize, Pointer, Sort), Pointer>,
    names: HashMap<&'static str, HashSet<String>>,
    edits: Vec<Edit>,
    bytes_left: usize,
    nodes_left: usize,
}

/// The document with all that its references to other files lead to.
///
/// # Errors
/// The first reference that leads to nothing or to what may not be read, with its place in its file; a part that is
/// neither YAML nor JSON; or more files, bytes or nodes than any document needs.
pub(crate) fn bundle(document: Document, files: &mut dyn Files) -> Result<Document, SpecError> {
    let Some(root) = files.root().filter(|_| parts::leads_out(&document.root)) else { return Ok(document) };
    let mut bundler = Bundler::new(&document, root, files);
    bundler.run()?;
    let Bundler { files, targets, edits, .. } = bundler;
    if targets.is_empty() && edits.is_empty() {
        return Ok(document);
    }
    Ok(applied(document, &files, targets, &edits))
}

impl<'d, 'f> Bundler<'d, 'f> {
    fn new(document: &'d Document, root: Located, io: &'f mut dyn Files) -> Self {
        let file = File::root(document, root.location);
        Self {
            document,
            io,
            files: vec![file],
            known: HashMap::from([(root.identity, 0)]),
            followed: HashMap::new(),
            nodes: Nodes::of(&document.root, document.version),
            targets: Vec::new(),
            places: HashMap::new(),
            names: HashMap::new(),
            edits: Vec::new(),
            bytes_left: super::MAX_BYTES.saturating_sub(document.source.text().len()),
            nodes_left: MAX_NODES,
        }
    }

    fn run(&mut self) -> Result<(), SpecError> {
        let (mut next, mut done) = (0, 0);
        loop {
            if let Some(node) = self.nodes.all.get(next) {
                let found = found(node, self.document.version);
                next += 1;
                let edits = self.rewritten(0, found)?;
                self.edits.extend(edits);
            } else if let Some(target) = self.targets.get(done) {
                let edits = self.target(target.file, &target.pointer.clone(), target.sort)?;
                self.targets[done].edits = edits;
                done += 1;
            } else {
                return Ok(());
            }
        }
    }

    /// The changes to what stands at `pointer` of a part.
    fn target(&mut self, file: usize, pointer: &Pointer, sort: Sort) -> Result<Vec<Edit>, SpecError> {
        let Sort::Object(kind) = sort else {
            let reference = pointer.child("$ref");
            let text = reference.resolve(self.root(file)).and_then(Value::as_str).map(str::to_owned);
            let found = text.map(|text| Found { at: reference, text, sort, mapping: false });
            return self.rewritten(file, found.into_iter().collect());
        };
        let version = self.document.version;
        let nodes = Nodes::below(self.root(file), version, kind, pointer);
        let anchored = nodes.all.iter().filter(|node| {
            node.kind == Kind::Schema && !node.in_resource && node.value.get("$anchor").is_some_and(Value::is_string)
        });
        let mut edits: Vec<_> = anchored.map(|node| Edit::Anchor(node.pointer.clone())).collect();
        let found = nodes.all.iter().flat_map(|node| found(node, version)).collect();
        edits.extend(self.rewritten(file, found)?);
        Ok(edits)
    }

    fn rewritten(&mut self, file: usize, found: Vec<Found>) -> Result<Vec<Edit>, SpecError> {
        let mut edits = Vec::new();
        for found in found {
            if let Some(text) = self.follow(file, &found)? {
                edits.push(Edit::Text(found.at, text));
            }
        }
        Ok(edits)
    }

    /// What a reference must say in the bundled document; `None` where it stays as it is.
    fn follow(&mut self, from: usize, found: &Found) -> Result<Option<String>, SpecError> {
        let Outer { file, fragment } = resolve::outer(&found.text);
        let own = file.is_empty() || from == 0 && resolve::is_own_name(self.document, file);
        if own && from == 0 {
            self.look_through(found, fragment);
            return Ok(None);
        }
        let left = found.mapping && !parts::is_reference(&found.text) || !own && self.names_resource(from, file);
        if left {
            return Ok(None);
        }
        let to = match if own { Ok(from) } else { self.open(from, file, found) } {
            Ok(to) => to,
            Err(error) if found.mapping && parts::leads_nowhere(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        let Some(pointer) = self.pointer(to, fragment) else {
            // A mapping is a hint only; and one of a part that names a component of the document leads there once
            // all is one.
            if found.mapping {
                return Ok(None);
            }
            return Err(self.unresolved(from, to, found, file, fragment));
        };
        let place = self.place_of(to, pointer, found, from)?;
        Ok(Some(format!("#{}", parts::fragment(&place))))
    }

    /// A reference of the document to itself stays; what it leads to may have references in turn.
    fn look_through(&mut self, found: &Found, fragment: &str) {
        if let (Sort::Object(kind), Some(pointer), false) = (found.sort, self.pointer(0, fragment), found.mapping) {
            self.nodes.add(kind, &pointer);
        }
    }

    fn root(&self, file: usize) -> &Value {
        self.files.get(file).and_then(|file| file.root.as_ref()).unwrap_or(&self.document.root)
    }

    fn spans(&self, file: usize) -> &Spans {
        self.files.get(file).and_then(|file| file.spans.as_ref()).unwrap_or(&self.document.spans)
    }

    fn names_resource(&self, from: usize, file: &str) -> bool {
        let free = self.document.version.differences().schema_resources;
        free && [from, 0].iter().any(|file_index| {
            let resources = self.files.get(*file_index).map(|file| &file.resources);
            resources
                .is_some_and(|resources| resources.contains(file) || resources.contains(resolve::last_segment(file)))
        })
    }

    /// The node of a file that a fragment leads to.
    fn pointer(&self, file: usize, fragment: &str) -> Option<Pointer> {
        let root = self.root(file);
        if fragment.is_empty() || fragment.starts_with('/') {
            let pointer = Pointer::parse(&resolve::percent_decoded(fragment));
            return pointer.resolve(root).map(|_| pointer);
        }
        self.files.get(file)?.anchors.get(fragment).cloned()
    }

    /// The file that a reference leads to, read if it was not yet.
    fn open(&mut self, from: usize, reference: &str, found: &Found) -> Result<usize, SpecError> {
        if self.document.root.get("$self").and_then(Value::as_str) == Some(reference) {
            return Ok(0);
        }
        let key = (from, reference.to_owned());
        if let Some(file) = self.followed.get(&key) {
            return Ok(*file);
        }
        let location = self.files[from].location.clone();
        let located = self.io.locate(&location, reference).map_err(|error| self.at(from, found, error))?;
        let file = match self.known.get(&located.identity) {
            Some(file) => *file,
            None => self.read(from, &located, found)?,
        };
        self.followed.insert(key, file);
        Ok(file)
    }

    fn read(&mut self, from: usize, located: &Located, found: &Found) -> Result<usize, SpecError> {
        let too_large = |message: String| SpecError {
            label: "one too many".into(),
            ..SpecError::new(SpecErrorKind::TooLarge, message)
        };
        if self.files.len() >= MAX_FILES {
            return Err(self.at(from, found, too_large(format!("the document has more than {MAX_FILES} files"))));
        }
        let bytes = self.io.read(located, self.bytes_left).map_err(|error| self.at(from, found, error))?;
        let Some(left) = self.bytes_left.checked_sub(bytes.len()) else {
            let message = format!("the files of the document are larger than {} MiB", super::MAX_BYTES >> 20);
            return Err(self.at(from, found, too_large(message)));
        };
        self.bytes_left = left;
        self.files.push(File::part(located.location.clone(), bytes)?);
        let file = self.files.len() - 1;
        self.known.insert(located.identity.clone(), file);
        Ok(file)
    }

    /// Where what stands at `pointer` of a file stands in the bundled document.
    fn place_of(&mut self, file: usize, pointer: Pointer, found: &Found, from: usize) -> Result<Pointer, SpecError> {
        let sort = found.sort;
        if file == 0 {
            if let Sort::Object(kind) = sort {
                self.nodes.add(kind, &pointer);
            }
            return Ok(pointer);
        }
        let key = (file, pointer, sort);
        if let Some(place) = self.places.get(&key) {
            return Ok(place.clone());
        }
        let (file, pointer, _) = &key;
        let spans = self.spans(*file).subtree(self.root(*file), pointer).unwrap_or_default();
        let Some(left) = self.nodes_left.checked_sub(spans.len()) else {
            let message = "what the references lead to is too large when all of it is written out".to_owned();
            let error = SpecError { label: "too much".into(), ..SpecError::new(SpecErrorKind::TooLarge, message) };
            return Err(self.at(from, found, error));
        };
        self.nodes_left = left;
        let name = self.name(*file, pointer, sort.section());
        let place = Pointer::root().child("components").child(sort.section()).child(&name);
        self.targets.push(Target { file: *file, pointer: pointer.clone(), sort, name, spans, edits: Vec::new() });
        self.places.insert(key, place.clone());
        Ok(place)
    }

    /// A name for a component that no other has: what the author calls it, as far as that can be seen.
    fn name(&mut self, file: usize, pointer: &Pointer, section: &'static str) -> String {
        let wanted = match pointer.last() {
            Some(token) => parts::component_name(&token),
            None => parts::component_name(&parts::stem(&self.files[file].source)),
        };
        let document = self.document;
        let taken = self.names.entry(section).or_insert_with(|| {
            let own = document.root.get("components").and_then(|components| components.get(section));
            own.and_then(Value::as_object).into_iter().flatten().map(|(name, _)| name.clone()).collect()
        });
        let mut name = wanted.clone();
        let mut number = 1;
        while !taken.insert(name.clone()) {
            number += 1;
            name = format!("{wanted}-{number}");
        }
        name
    }

    fn written_at(&self, file: usize, found: &Found) -> Place {
        let span = self.spans(file).nearest(self.root(file), &found.at).map(|node| node.value).unwrap_or_default();
        self.files[file].source.place(span)
    }

    fn at(&self, file: usize, found: &Found, error: SpecError) -> SpecError {
        let label = error.label.clone();
        error.at(self.written_at(file, found), label)
    }

    fn unresolved(&self, from: usize, to: usize, found: &Found, file: &str, fragment: &str) -> SpecError {
        let message = format!("`{}` leads to nothing in `{}`", found.text, self.files[to].source.name());
        let error = SpecError::new(SpecErrorKind::UnresolvedReference, message)
            .at(self.written_at(from, found), "nothing stands there");
        let pointer = Pointer::parse(&resolve::percent_decoded(fragment));
        let meant = if pointer.is_root() {
            resolve::by_name(self.root(to), fragment)
        } else {
            resolve::suggestion(self.root(to), &pointer)
        };
        match meant {
            Some(meant) => error.hint(format!("did you mean `{file}#{}`?", meant.as_str())),
            None => error,
        }
    }
}

/// The references of one object.
fn found(node: &Node<'_>, version: Version) -> Vec<Found> {
    let mut all = Vec::new();
    let mut add = |at: Pointer, value: &Value, sort, mapping| {
        if let Some(text) = value.as_str() {
            all.push(Found { at, text: text.to_owned(), sort, mapping });
        }
    };
    let free = node.kind == Kind::Schema && version.differences().schema_resources && node.in_resource;
    if let Some(value) = node.value.get("$ref").filter(|_| !free) {
        add(node.pointer.child("$ref"), value, Sort::Object(node.kind), false);
    }
    if node.kind == Kind::Schema {
        let mapping = node.value.get("discriminator").and_then(|discriminator| discriminator.get("mapping"));
        let place = node.pointer.child("discriminator").child("mapping");
        for (tag, value) in mapping.and_then(Value::as_object).into_iter().flatten() {
            add(place.child(tag), value, Sort::Object(Kind::Schema), true);
        }
    } else if matches!(node.kind, Kind::Parameter | Kind::Header | Kind::MediaType | Kind::Components) {
        let examples = node.value.get("examples").and_then(Value::as_object);
        let place = node.pointer.child("examples");
        for (name, example) in examples.into_iter().flatten() {
            if let Some(value) = example.get("$ref") {
                add(place.child(name).child("$ref"), value, Sort::Example, false);
            }
        }
    }
    all
}

/// The document with its references rewritten, and with its new components.
fn applied(document: Document, files: &[File], targets: Vec<Target>, edits: &[Edit]) -> Document {
    let Document { source, mut root, mut spans, version } = document;
    edits.iter().for_each(|edit| apply(edit, "", &mut root));
    let components = Pointer::root().child("components");
    let mut sections: Vec<(&str, Vec<Target>)> = Vec::new();
    for target in targets {
        let section = target.sort.section();
        match sections.iter_mut().find(|(name, _)| *name == section) {
            Some((_, targets)) => targets.push(target),
            None => sections.push((section, vec![target])),
        }
    }
    for (section, targets) in sections {
        ensure(&mut root, &mut spans, &Pointer::root(), "components");
        ensure(&mut root, &mut spans, &components, section);
        let place = components.child(section);
        let mut members = Vec::new();
        let mut added = Vec::new();
        for target in targets {
            let Some(file) = files.get(target.file) else { continue };
            let Some(value) = file.root.as_ref().and_then(|root| target.pointer.resolve(root)) else { continue };
            let mut value = value.clone();
            target.edits.iter().for_each(|edit| apply(edit, target.pointer.as_str(), &mut value));
            members.push((target.spans, Some(file.source.clone())));
            added.push((target.name, value));
        }
        // What is no mapping is an error that is told when the whole is looked at.
        if let Some(Value::Object(_)) = place.resolve(&root) {
            spans.append(&root, &place, members);
            if let Some(Value::Object(object)) = place.resolve_mut(&mut root) {
                object.extend(added);
            }
        }
    }
    Document { source, root, spans, version }
}

/// Makes the member `name` of the object at `parent` a mapping, if it is absent or empty.
fn ensure(root: &mut Value, spans: &mut Spans, parent: &Pointer, name: &str) {
    let place = parent.child(name);
    if place.resolve(root).is_none() {
        if !matches!(parent.resolve(root), Some(Value::Object(_))) {
            return;
        }
        let mut builder = SpansBuilder::default();
        builder.open(None, Span::default());
        spans.append(root, parent, vec![(builder.finish(), None)]);
    }
    if let Some(Value::Object(object)) = parent.resolve_mut(root) {
        let member = object.entry(name).or_insert(Value::Null);
        if member.is_null() {
            *member = Value::Object(Map::new());
        }
    }
}

/// Makes a change in `value`, which stands at `below` in its file.
fn apply(edit: &Edit, below: &str, value: &mut Value) {
    let (Edit::Text(at, _) | Edit::Anchor(at)) = edit;
    let within = Pointer::parse(at.as_str().strip_prefix(below).unwrap_or_default());
    let Some(place) = within.resolve_mut(value) else { return };
    match edit {
        Edit::Text(_, text) => *place = Value::String(text.clone()),
        Edit::Anchor(_) => parts::rename(place, "$anchor", "x-anchor"),
    }
}

#[cfg(test)]
mod tests;
