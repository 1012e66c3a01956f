//! From a file's form to cases, each thing checked at its place.

use std::cell::Cell;

use serde_json::{Map, Value};

use super::Pin;
use super::error::CaseFileError;
use super::file::Read;
use super::format::{CaseEntry, ExpectEntry, RequestEntry, Severity};
use super::generator::{self, Setting, WORDS};
use crate::case::captures::{Capture, CaptureFrom};
use crate::case::request::TextPlace;
use crate::case::text::Text;
use crate::case::{Case, Intent, MAX_STEPS, Step, Tier};
use crate::contract::{Contract, OperationContract};
use crate::generate::Shape;
use crate::schema::Direction;
use crate::source::Pointer;

/// Makes the cases of one file.
pub(super) struct Builder<'b> {
    pub(super) read: &'b Read,
    pub(super) contract: &'b Contract,
    /// The number of the operation.
    pub(super) number: usize,
    pub(super) operation: &'b OperationContract,
    /// How many bytes of text may still be made.
    pub(super) left: Cell<usize>,
}

/// How many bytes of text one file may make: 64 MiB.
pub(super) const MAX_MADE: usize = 64 << 20;

/// Where a text stands: in which case, in which step, after which captures.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s> {
    /// What is drawn belongs to it: the case's name, and the step.
    pub(super) draws: &'s str,
    /// Captures of earlier steps.
    pub(super) captures: &'s [String],
    /// Whether it is an expectation.
    pub(super) expects: bool,
}

/// Texts found in a value, with their places in it.
pub(super) type Texts = Vec<(Pointer, Text)>;

impl Builder<'_> {
    /// The case numbered `index` in the file.
    pub(super) fn case(&self, index: usize, entry: &CaseEntry) -> Result<Case, CaseFileError> {
        let at = Pointer::root().child("cases").index(index);
        self.check_name(&at.child("name"), &entry.name)?;
        let name = format!("{}/authored/{}", self.operation.operation.id, entry.name);
        let mut steps = self.steps(&at, &name, entry)?;
        for expectation in steps.iter_mut().filter_map(|step| step.expect.as_mut()) {
            expectation.gates = entry.severity == Severity::Error;
        }
        let topic = entry.name.split('/').next().unwrap_or_default();
        let Some(first) = steps.first() else {
            return Err(self.read.key_error(&at.child("steps"), "a case has at least one step"));
        };
        let kind = format!("authored/{topic}");
        let case = Case::single(self.number, name, Intent::Authored, entry.why.trim(), first.request.clone());
        Ok(Case { kind, steps, tier: if entry.smoke { Tier::Smoke } else { Tier::Gate }, ..case })
    }

    fn steps(&self, at: &Pointer, name: &str, entry: &CaseEntry) -> Result<Vec<Step>, CaseFileError> {
        let (Some(steps), None, None) = (&entry.steps, &entry.request, &entry.expect) else {
            if entry.steps.is_some() {
                let short = if entry.request.is_some() { "request" } else { "expect" };
                let message = format!("`{short}` stands beside `steps`: a case has one or the other");
                return Err(self.read.key_error(&at.child(short), message));
            }
            let Some(request) = &entry.request else {
                return Err(self.read.error(at, "the case has neither `steps` nor a `request`"));
            };
            let scope = Scope { draws: &format!("{name}/0"), captures: &[], expects: false };
            return Ok(vec![self.step(at, request, entry.expect.as_ref(), scope)?]);
        };
        if steps.len() > MAX_STEPS {
            return Err(self.read.key_error(&at.child("steps"), format!("a case has at most {MAX_STEPS} steps")));
        }
        let mut captured = Vec::new();
        let mut made = Vec::new();
        for (index, entry) in steps.iter().enumerate() {
            let at = at.child("steps").index(index);
            let scope = Scope { draws: &format!("{name}/{index}"), captures: &captured, expects: false };
            let mut step = self.step(&at, &entry.request, entry.expect.as_ref(), scope)?;
            step.captures = self.captures(&at.child("capture"), &entry.capture, &step, &captured)?;
            captured.extend(step.captures.iter().map(|capture| capture.name.clone()));
            made.push(step);
        }
        Ok(made)
    }

    fn step(
        &self,
        at: &Pointer,
        request: &RequestEntry,
        expect: Option<&ExpectEntry>,
        scope: Scope<'_>,
    ) -> Result<Step, CaseFileError> {
        let mut step = self.request(&at.child("request"), request, scope)?;
        if let Some(expect) = expect {
            let scope = Scope { expects: true, ..scope };
            step.expect = Some(self.expectation(&at.child("expect"), expect, scope)?);
        }
        Ok(step)
    }

    /// A name has lower-case letters, digits, hyphens, and slashes between its parts.
    fn check_name(&self, at: &Pointer, name: &str) -> Result<(), CaseFileError> {
        let part = |part: &str| {
            let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
            !part.is_empty() && part.bytes().all(plain)
        };
        if name.split('/').all(part) {
            return Ok(());
        }
        let message = format!("`{name}` is no name for a case");
        let hint = "a name has lower-case letters, digits and hyphens, and slashes between its parts: `identity/same-id-twice`";
        Err(self.read.error(at, message).hint(hint))
    }

    fn captures(
        &self,
        at: &Pointer,
        entries: &Map<String, Value>,
        step: &Step,
        before: &[String],
    ) -> Result<Vec<Capture>, CaseFileError> {
        let capture = |(name, from): (&String, &Value)| {
            let at = at.child(name);
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if name.is_empty() || !name.chars().all(plain) || WORDS.contains(&name.as_str()) {
                let hint = "a name has letters, digits and underscores, and is no generator's";
                return Err(self.read.key_error(&at, format!("`{name}` is no name for a capture")).hint(hint));
            }
            if before.contains(name) {
                return Err(self.read.key_error(&at, format!("`{name}` is captured by an earlier step already")));
            }
            let written = from.as_str().unwrap_or_default();
            let sent = written.strip_prefix("sent:");
            let Some(pointer) = pointer(sent.unwrap_or(written)) else {
                let hint = "write `/id` for a place in the answer, `sent:/id` for one in the request";
                return Err(self.read.error(&at, "a capture is a place in a JSON body").hint(hint));
            };
            let from = match sent {
                Some(_) if !sends(step, &pointer) => {
                    return Err(self.read.error(&at, format!("the request of this step has no `{pointer}`")));
                }
                Some(_) => CaptureFrom::Sent(pointer),
                None => CaptureFrom::Received(pointer),
            };
            Ok(Capture { name: name.clone(), from })
        };
        entries.iter().map(capture).collect()
    }

    /// The values that requests carry on a protected environment.
    pub(super) fn pins(&self, known_only: bool) -> Result<Vec<Pin>, CaseFileError> {
        let at = Pointer::root().child("protected").child("pin");
        let body = self.operation.body.as_ref().map(|body| body.schema.pointer().clone());
        let root = self.contract.schemas.strict(Direction::Request);
        let properties = body.map(|body| Shape::of(root, &[body]).properties).unwrap_or_default();
        let mut pins = Vec::new();
        for (property, value) in &self.read.file.protected.pin {
            if properties.iter().any(|(known, _)| known == property) {
                let pointer = Pointer::root().child(property);
                pins.push(Pin { operation: self.operation.operation.id.clone(), pointer, value: value.clone() });
            } else if !known_only {
                let message = format!("`{property}` is no property of what `{}` takes", self.operation.operation.id);
                let names = properties.iter().map(|(name, _)| name.as_str());
                return Err(self.read.key_error(&at.child(property), message).meant(property, names));
            }
        }
        Ok(pins)
    }

    /// Reads every text in `value`: those that are known now are put in, the others are returned.
    pub(super) fn texts(&self, at: &Pointer, value: &mut Value, scope: Scope<'_>) -> Result<Texts, CaseFileError> {
        let mut texts = Vec::new();
        self.walk(at, &Pointer::root(), value, scope, &mut texts)?;
        Ok(texts)
    }

    fn walk(
        &self,
        at: &Pointer,
        within: &Pointer,
        value: &mut Value,
        scope: Scope<'_>,
        texts: &mut Texts,
    ) -> Result<(), CaseFileError> {
        match value {
            Value::String(written) if written.contains('$') => {
                let text = self.text(at, within, written, scope)?;
                match text.literal() {
                    Some(literal) => *written = literal,
                    None => texts.push((within.clone(), text)),
                }
                Ok(())
            }
            Value::Array(items) => items
                .iter_mut()
                .enumerate()
                .try_for_each(|(index, item)| self.walk(&at.index(index), &within.index(index), item, scope, texts)),
            Value::Object(members) => members.iter_mut().try_for_each(|(name, member)| {
                if name.contains("${") {
                    let message = "`${…}` stands in values, not in names";
                    return Err(self.read.key_error(&at.child(name), message));
                }
                self.walk(&at.child(name), &within.child(name), member, scope, texts)
            }),
            _ => Ok(()),
        }
    }

    /// Reads one text; `within` tells it from others of its step.
    pub(super) fn text(
        &self,
        at: &Pointer,
        within: &Pointer,
        written: &str,
        scope: Scope<'_>,
    ) -> Result<Text, CaseFileError> {
        let draw = format!("{}{}", scope.draws, within.as_str());
        let setting = if scope.expects { Setting::Expectation } else { Setting::Request { draw: &draw } };
        let text = generator::text(written, setting, scope.captures).map_err(|error| {
            let wanted = error.part.trim_matches(['$', '{', '}']);
            let wanted = wanted.rsplit(':').next().unwrap_or(wanted);
            let names = error.names.iter().map(String::as_str);
            self.read.part_error(at, &error.part, error.message.clone()).meant(wanted, names)
        })?;
        match self.left.get().checked_sub(text.len()) {
            Some(left) => self.left.set(left),
            None => {
                let message = format!("the texts of this file are larger than {} MiB together", MAX_MADE >> 20);
                return Err(self.read.error(at, message));
            }
        }
        Ok(text)
    }
}

/// A JSON Pointer as written; none where it is none.
pub(super) fn pointer(written: &str) -> Option<Pointer> {
    (written.is_empty() || written.starts_with('/')).then(|| Pointer::parse(written))
}

/// Whether the JSON body of a step has this place.
fn sends(step: &Step, pointer: &Pointer) -> bool {
    let Some(body) = &step.request.body else { return false };
    let text = |at: &Pointer| step.texts.iter().any(|text| text.place == TextPlace::Body(at.clone()));
    body.encoding.edits.is_empty() && (pointer.resolve(&body.template.value).is_some() || text(pointer))
}
