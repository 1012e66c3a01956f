//! JSON Schema as OpenAPI uses it: every dialect brought to one form, every defensible reading, compiled.
//!
//! [`Schemas`] holds a document's readings; [`Schemas::compile`] gives the [`Compiled`] form of one schema.

pub(crate) mod content;
mod dialect;
mod identifiers;
pub(crate) mod uri;
mod violation;

pub use violation::Violation;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jsonschema::{Draft, PatternOptions, Registry, Validator};
use serde_json::{Value, json};

use crate::source::Pointer;
use crate::spec::Document;

/// The base under which the document is known to the validators; never fetched.
const BASE: &str = "https://document.invalid/openapi.json";

/// How often a pattern may step back before the engine gives up: a hostile pattern costs milliseconds, not hours.
const BACKTRACK_LIMIT: usize = 10_000;

/// Whether a schema speaks of what is sent or of what comes back: `readOnly` and `writeOnly` differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// What a client sends: `readOnly` properties are not required.
    Request,
    /// What a server answers: `writeOnly` properties are not required.
    Response,
}

/// One defensible way to understand the document's schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Whether keywords beside `$ref`, and `nullable` without `type`, count. OpenAPI 3.0 says they do not
    /// (§4.7.23, §4.7.24.3); common practice says they do.
    pub siblings: bool,
    /// Whether `format` is asserted, or only an annotation (OpenAPI 3.0.4 §4.4, JSON Schema 2020-12 §7).
    pub formats: bool,
}

/// The readings of one document, each as a whole document in JSON Schema 2020-12.
#[derive(Clone, Debug)]
pub struct Schemas {
    original: Arc<Value>,
    request: Vec<View>,
    response: Vec<View>,
    /// Whether any schema is `writeOnly`.
    write_only: bool,
    /// What was compiled before, by the place that its reference leads to: many operations share an answer.
    compiled: Arc<Mutex<HashMap<(Direction, Pointer), Readings>>>,
}

type Readings = Arc<Vec<(Reading, Validator)>>;

#[derive(Clone, Debug)]
struct View {
    reading: Reading,
    root: Arc<Value>,
    index: Arc<Index>,
}

/// The document as the validators know it, indexed once for all its schemas; the reason where it cannot be.
type Index = Result<Registry<'static>, String>;

/// One schema, compiled under every reading of its document.
#[derive(Debug)]
pub struct Compiled {
    pointer: Pointer,
    readings: Readings,
    original: Arc<Value>,
}

/// What the readings say of one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// Every reading takes it.
    Accepted,
    /// Every reading refuses it.
    Refused,
    /// They differ in `format` alone.
    DifferInFormat,
    /// They differ in what stands beside `$ref`.
    DifferInSiblings,
}

/// A schema that cannot be compiled.
#[derive(Debug, thiserror::Error)]
#[error("the schema at `{pointer}` cannot be understood: {reason}")]
pub struct SchemaError {
    /// Where the fault lies in the document.
    pub pointer: Pointer,
    /// What is wrong with it.
    pub reason: String,
}

impl Schemas {
    /// The readings of a document: as many as differ.
    pub fn of(document: &Document) -> Self {
        let written = identifiers::to_pointers(document);
        let views = |direction| {
            let (root, traits) = dialect::normalise(&written, document.version, direction, false);
            let ignoring = indexed(root);
            let honouring =
                traits.siblings.then(|| indexed(dialect::normalise(&written, document.version, direction, true).0));
            let view = |siblings, formats, (root, index): &(Arc<Value>, Arc<Index>)| View {
                reading: Reading { siblings, formats },
                root: Arc::clone(root),
                index: Arc::clone(index),
            };
            let mut views = Vec::new();
            for formats in [false, true] {
                if formats && !traits.formats {
                    continue;
                }
                views.push(view(false, formats, &ignoring));
                views.extend(honouring.as_ref().map(|honouring| view(true, formats, honouring)));
            }
            (views, traits.write_only)
        };
        let ((request, write_only), (response, _)) = (views(Direction::Request), views(Direction::Response));
        Self { original: Arc::new(document.root.clone()), request, response, write_only, compiled: Arc::default() }
    }

    /// Whether any schema is `writeOnly`.
    pub fn has_write_only(&self) -> bool {
        self.write_only
    }

    /// The document in the strictest reading: what satisfies it is a good start for a value that all accept.
    pub fn strict(&self, direction: Direction) -> &Value {
        &self.views(direction)[0].root
    }

    /// The document as most tools read it: keywords beside `$ref` count.
    pub fn lenient(&self, direction: Direction) -> &Value {
        let views = self.views(direction);
        &views.iter().find(|view| view.reading.siblings).unwrap_or(&views[0]).root
    }

    /// Compiles the schema at `pointer` under every reading.
    ///
    /// # Errors
    ///
    /// A schema that JSON Schema does not allow, with its place.
    pub fn compile(&self, direction: Direction, pointer: &Pointer) -> Result<Compiled, SchemaError> {
        let key = (direction, self.target(pointer));
        let known = self.compiled.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        let readings = match known {
            Some(readings) => readings,
            None => {
                let built = self.views(direction).iter().map(|view| Ok((view.reading, build(view, pointer)?)));
                let readings = Arc::new(built.collect::<Result<_, SchemaError>>()?);
                let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
                compiled.insert(key, Arc::clone(&readings));
                readings
            }
        };
        Ok(Compiled { pointer: pointer.clone(), readings, original: Arc::clone(&self.original) })
    }

    /// Where a schema that is a reference and nothing else leads to. One link alone: behind it, an `$id` may say from where
    /// the next is read.
    fn target(&self, pointer: &Pointer) -> Pointer {
        let members = pointer.resolve(&self.original).and_then(Value::as_object).filter(|members| members.len() == 1);
        let reference = members.and_then(|members| members.get("$ref")?.as_str()?.strip_prefix('#'));
        // One that is percent-encoded, or an anchor, is left to the validators.
        let reference = reference.filter(|reference| reference.starts_with('/') && !reference.contains('%'));
        reference.map_or_else(|| pointer.clone(), Pointer::parse)
    }

    fn views(&self, direction: Direction) -> &[View] {
        match direction {
            Direction::Request => &self.request,
            Direction::Response => &self.response,
        }
    }
}

/// The document with its index.
fn indexed(root: Value) -> (Arc<Value>, Arc<Index>) {
    let root = Arc::new(root);
    let registry = Registry::new().draft(Draft::Draft202012).add(BASE, Arc::clone(&root));
    let registry = registry.and_then(|builder| builder.prepare()).map_err(|error| error.to_string());
    (root, Arc::new(registry))
}

fn build(view: &View, pointer: &Pointer) -> Result<Validator, SchemaError> {
    let at = |reason: String| SchemaError { pointer: pointer.clone(), reason };
    let registry = view.index.as_ref().as_ref().map_err(|reason| at(reason.clone()))?;
    let entry = json!({ "$ref": format!("{BASE}#{}", fragment(pointer)) });
    content::known(jsonschema::options())
        .with_draft(Draft::Draft202012)
        .with_registry(registry)
        .offline()
        .should_validate_formats(view.reading.formats)
        .with_pattern_options(PatternOptions::fancy_regex().backtrack_limit(BACKTRACK_LIMIT))
        .build(&entry)
        .map_err(|error| {
            let masked = error.masked().to_string();
            let pointer = Pointer::parse(error.schema_path().as_str());
            SchemaError { pointer: if pointer.is_root() { at(String::new()).pointer } else { pointer }, reason: masked }
        })
}

/// Why a `pattern` cannot be understood, if so (JSON Schema 2020-12 §6.4: it should be a regular expression of ECMA 262).
pub fn pattern_error(pattern: &str) -> Option<String> {
    let options = jsonschema::options().with_draft(Draft::Draft202012).offline();
    let options = options.with_pattern_options(PatternOptions::fancy_regex().backtrack_limit(BACKTRACK_LIMIT));
    options.build(&json!({ "pattern": pattern })).err().map(|error| error.masked().to_string())
}

/// A pointer as a URI fragment (RFC 6901 §6).
fn fragment(pointer: &Pointer) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=:@".contains(&byte);
    pointer
        .as_str()
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

impl Compiled {
    /// Where the schema stands in the document.
    pub fn pointer(&self) -> &Pointer {
        &self.pointer
    }

    /// What the readings say of `value`.
    pub fn agreement(&self, value: &Value) -> Agreement {
        let mut accepted = 0;
        let mut by_annotation = [true; 2];
        for (reading, validator) in self.readings.iter() {
            let valid = validator.is_valid(value);
            accepted += usize::from(valid);
            if !reading.formats {
                by_annotation[usize::from(reading.siblings)] = valid;
            }
        }
        let has_siblings = self.readings.iter().any(|(reading, _)| reading.siblings);
        match accepted {
            0 => Agreement::Refused,
            all if all == self.readings.len() => Agreement::Accepted,
            _ if has_siblings && by_annotation[0] != by_annotation[1] => Agreement::DifferInSiblings,
            _ => Agreement::DifferInFormat,
        }
    }

    /// Whether at least one reading takes `value`: what a server may answer.
    pub fn accepts(&self, value: &Value) -> bool {
        self.readings.iter().any(|(_, validator)| validator.is_valid(value))
    }

    /// Everything that is wrong with `value` under the reading that finds least; empty where one takes it.
    pub fn violations(&self, value: &Value) -> Vec<Violation> {
        if self.accepts(value) { Vec::new() } else { self.violations_of_refused(value) }
    }

    /// The same for a value that is known to be refused.
    pub fn violations_of_refused(&self, value: &Value) -> Vec<Violation> {
        let mut best: Option<Vec<Violation>> = None;
        for (_, validator) in self.readings.iter() {
            let found = violation::all(validator, value, &self.original);
            if best.as_ref().is_none_or(|best| found.len() < best.len()) {
                best = Some(found);
            }
            // No reading finds less, since none takes it.
            if best.as_ref().is_some_and(|best| best.len() <= 1) {
                break;
            }
        }
        best.unwrap_or_default()
    }

    /// What is wrong with `value` under the strictest reading, in which as much counts as can.
    pub fn strict_violations(&self, value: &Value) -> Vec<Violation> {
        self.readings.first().map(|(_, validator)| violation::all(validator, value, &self.original)).unwrap_or_default()
    }

    /// Places in `value` that break a `format` and nothing else.
    pub fn format_violations(&self, value: &Value) -> Vec<Violation> {
        let lenient = self.readings.iter().rev().find(|(reading, _)| reading.formats);
        let Some((_, validator)) = lenient else { return Vec::new() };
        if validator.is_valid(value) {
            return Vec::new();
        }
        violation::all(validator, value, &self.original).into_iter().filter(|found| found.keyword == "format").collect()
    }
}

#[cfg(test)]
mod tests;
