//! The requests of authored cases.

use serde_json::{Map, Value};

use super::build::{Builder, Scope};
use super::error::CaseFileError;
use super::format::RequestEntry;
use crate::case::request::{PlacedText, TextPlace};
use crate::case::text::{Text, plain};
use crate::case::{BodyTemplate, RequestTemplate, Step};
use crate::generate::{Edit, Encoding, Template};
use crate::http::{Headers, base64};
use crate::source::Pointer;

impl Builder<'_> {
    /// The step that sends a request, of which nothing is expected yet.
    pub(super) fn request(&self, at: &Pointer, entry: &RequestEntry, scope: Scope<'_>) -> Result<Step, CaseFileError> {
        let (body, mut texts) = self.body(at, entry, scope)?;
        let mut headers = Headers::new();
        let labelled = entry.headers.keys().any(|name| name.eq_ignore_ascii_case("content-type"));
        if let (Some(_), false, Some(contract)) = (&body, labelled, &self.operation.body) {
            headers.push("content-type", contract.media_type.as_str());
        }
        self.fields(&at.child("headers"), &entry.headers, scope, &mut texts)?;
        self.query(&at.child("query"), &entry.query, scope, &mut texts)?;
        self.path(at, &entry.path, scope, &mut texts)?;
        let operation = &self.operation.operation;
        let (method, path) = (operation.method.clone(), operation.path.clone());
        Ok(Step { texts, ..Step::of(RequestTemplate { method, path, headers, body }) })
    }

    fn body(
        &self,
        at: &Pointer,
        entry: &RequestEntry,
        scope: Scope<'_>,
    ) -> Result<(Option<BodyTemplate>, Vec<PlacedText>), CaseFileError> {
        let whole = |bytes| BodyTemplate { template: Template::fixed(Value::Null), encoding: bytes };
        match (&entry.body, &entry.raw, &entry.base64) {
            (None, None, None) => Ok((None, Vec::new())),
            (Some(body), None, None) => {
                let mut value = body.clone();
                let texts = self.texts(&at.child("body"), &mut value, scope)?;
                let placed = texts.into_iter().map(|(at, text)| PlacedText { place: TextPlace::Body(at), text });
                Ok((Some(BodyTemplate::plain(Template::fixed(value))), placed.collect()))
            }
            (None, Some(raw), None) => {
                let text = self.text(&at.child("raw"), &Pointer::root(), raw, scope)?;
                match text.literal() {
                    Some(literal) => Ok((Some(whole(Encoding::edited(Edit::Whole(literal.into_bytes())))), Vec::new())),
                    None => Ok((
                        Some(whole(Encoding::edited(Edit::Whole(Vec::new())))),
                        vec![PlacedText { place: TextPlace::WholeBody, text }],
                    )),
                }
            }
            (None, None, Some(encoded)) => match base64::decode(encoded) {
                Some(bytes) => Ok((Some(whole(Encoding::edited(Edit::Whole(bytes)))), Vec::new())),
                None => Err(self.read.error(&at.child("base64"), "this is no Base64 text (RFC 4648 §4)")),
            },
            _ => {
                let second = if entry.base64.is_some() { "base64" } else { "raw" };
                let message = "a request has one body: `body`, `raw` or `base64`";
                Err(self.read.key_error(&at.child(second), message))
            }
        }
    }

    fn fields(
        &self,
        at: &Pointer,
        fields: &Map<String, Value>,
        scope: Scope<'_>,
        texts: &mut Vec<PlacedText>,
    ) -> Result<(), CaseFileError> {
        for (name, value) in fields {
            let at = at.child(name);
            let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
            if name.is_empty() || !name.bytes().all(token) {
                let message = format!("`{name}` is no name of a header field (RFC 9110 §5.1)");
                return Err(self.read.key_error(&at, message));
            }
            // `content-type: null` leaves the field out.
            if value.is_null() && name.eq_ignore_ascii_case("content-type") {
                continue;
            }
            let text = self.scalar(&at, value, scope)?;
            if text.literal().is_some_and(|text| text.chars().any(|c| c.is_control() && c != '\t')) {
                return Err(self.read.error(&at, "a header field has no control characters (RFC 9110 §5.5)"));
            }
            texts.push(PlacedText { place: TextPlace::Header(name.clone()), text });
        }
        Ok(())
    }

    fn query(
        &self,
        at: &Pointer,
        parameters: &Map<String, Value>,
        scope: Scope<'_>,
        texts: &mut Vec<PlacedText>,
    ) -> Result<(), CaseFileError> {
        for (name, value) in parameters {
            let text = self.scalar(&at.child(name), value, scope)?;
            texts.push(PlacedText { place: TextPlace::Query(name.clone()), text });
        }
        Ok(())
    }

    /// What stands in place of each `{name}` of the path. Each must have something.
    fn path(
        &self,
        at: &Pointer,
        parameters: &Map<String, Value>,
        scope: Scope<'_>,
        texts: &mut Vec<PlacedText>,
    ) -> Result<(), CaseFileError> {
        let template = &self.operation.operation.path;
        let mut missing = template.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
        if let Some(name) = missing.find(|name| !parameters.contains_key(*name)) {
            let message = format!("`{template}` needs a value for `{name}`: say `path: {{ {name}: … }}`");
            return Err(self.read.error(at, message));
        }
        for (name, value) in parameters {
            let at = at.child("path").child(name);
            if !template.contains(&format!("{{{name}}}")) {
                return Err(self.read.key_error(&at, format!("`{template}` has no `{{{name}}}`")));
            }
            let text = self.scalar(&at, value, scope)?;
            texts.push(PlacedText { place: TextPlace::Path(name.clone()), text });
        }
        Ok(())
    }

    fn scalar(&self, at: &Pointer, value: &Value, scope: Scope<'_>) -> Result<Text, CaseFileError> {
        if value.is_array() || value.is_object() || value.is_null() {
            return Err(self.read.error(at, "a text is expected here"));
        }
        self.text(at, at, &plain(value), scope)
    }
}
