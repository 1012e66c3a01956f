//! Bodies beside the JSON that comes first: forms field by field, texts as a whole, JSON of other types.

use std::cell::OnceCell;
use std::sync::Arc;

use serde_json::Value;

use super::call::Call;
use super::ground::{freshen, sample};
use super::parameters::Payload;
use super::{BodyTemplate, Case, Intent, Tier, precedent};
use crate::case::{Prover, Step, text_intent};
use crate::contract::{OtherBody, has_own_rules};
use crate::generate::{
    Class, Contest, Draw, Edit, Encoding, Fill, Format, Level, Place, RunTag, Shape, Template, breaks, classes,
    instance, places,
};
use crate::http::Headers;
use crate::http::parameter::{Doubt, Serialization};
use crate::source::Pointer;

/// How many draws are tried for a body that the schema accepts.
const TRIES: u64 = 40;
/// So many examples of the whole are sent.
const MOST_EXAMPLES: usize = 6;
/// More bytes are not sent in one body.
const LONGEST: usize = 200_000;

/// The ground of the cases about such a body.
#[derive(Debug)]
pub(super) struct Fields<'f, 'c> {
    call: &'f Call<'c>,
    other: &'c OtherBody,
    encoding: Encoding,
    /// A valid body with every field, and one with what is required alone.
    full: Template,
    minimal: Template,
    places: Vec<Place>,
    run: RunTag,
    /// Stands in the names of its cases before what they are about.
    under: String,
    /// Whether the same schema is tried in full under another media type.
    brief: bool,
    /// See [`step`](Self::step): made when first asked for.
    plain: OnceCell<Step>,
}

/// What stands in the names of the cases of a media type that is not the first of an operation.
pub(super) fn under(media_type: &str) -> String {
    let dashed = |c: char| if c.is_ascii_alphanumeric() || ".-".contains(c) { c.to_ascii_lowercase() } else { '-' };
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    format!("media-type/{}", essence.chars().map(dashed).collect::<String>())
}

impl<'f, 'c> Fields<'f, 'c> {
    /// The ground of `other`; none where no valid body can be made.
    pub(super) fn of(call: &'f Call<'c>, other: &'c OtherBody, seed: u64) -> Option<Self> {
        let encoding = Encoding::edited(Edit::As(Arc::new(other.format.clone())));
        let run = RunTag::sample();
        let empty = Template::fixed(Value::from("proofmark"));
        let minimal = empty.clone();
        let (full, under, brief) = (empty, String::new(), false);
        let plain = OnceCell::new();
        let mut fields = Self { call, other, encoding, full, minimal, places: Vec::new(), run, under, brief, plain };
        let Some(schema) = &other.schema else { return Some(fields) };
        let nodes = [schema.pointer().clone()];
        let sound = |fill: Fill| {
            (0..TRIES).find_map(|attempt| {
                let id = &call.operation.operation.id;
                let mut draw = Draw::new(seed.wrapping_add(attempt), &format!("{id}/other/{fill:?}"));
                let mut template = Template::fixed(instance(call.root, &nodes, "body", fill, &mut draw)?);
                fields.without_what_has_no_text(&mut template);
                other.ranges.iter().for_each(|range| range.put_in_order(&mut template.value));
                other.fresh.iter().for_each(|place| freshen(call.root, schema, &mut template, place));
                matches!(fields.intent(&template, None)?.0, Intent::Valid | Intent::Contested(_)).then_some(template)
            })
        };
        let minimal = sound(Fill::Required);
        let full = sound(Fill::All).or_else(|| minimal.clone())?;
        fields.places = places(call.root, &nodes, &full.value);
        fields.minimal = minimal.unwrap_or_else(|| full.clone());
        fields.full = full;
        Some(fields)
    }

    /// The ground of a body that is not the first of its operation; `brief` where the schema is that of the first.
    pub(super) fn beside_the_first(self, brief: bool) -> Self {
        Self { under: format!("{}/", under(&self.other.media_type)), brief, ..self }
    }

    /// Members that cannot be written in a form, such as an empty list, are left out.
    fn without_what_has_no_text(&self, template: &mut Template) {
        let Value::Object(members) = &mut template.value else { return };
        members.retain(|name, value| {
            let alone = Value::Object([(name.clone(), value.clone())].into_iter().collect());
            self.other.format.write(&alone).is_ok()
        });
    }

    /// The intent of a body, and the Content-Type under which it is sent.
    fn intent(&self, template: &Template, contest: Option<Contest>) -> Option<(Intent, String)> {
        let value = template.fill(&sample(&self.run));
        let (bytes, content_type) = self.other.format.write(&value).ok()?;
        if bytes.len() > LONGEST {
            return None;
        }
        if let (Format::Json, Some(schema)) = (&self.other.format, &self.other.schema) {
            let own_rules = has_own_rules(&self.other.media_type).then_some(Contest::OwnRules);
            let intent = Prover::new(schema, &self.other.pointer)
                .with_ranges(&self.other.ranges)
                .value(&value, contest.or(own_rules))?;
            return Some((intent, self.other.media_type.clone()));
        }
        let empty = has_empty(&value).then_some(Contest::Spelling(Doubt::EmptyValue));
        let contest = empty.or(contest).or_else(|| self.has_file(&value).then_some(Contest::FileContent));
        let content_type = content_type.unwrap_or_else(|| self.content_type(&bytes));
        let Some(schema) = &self.other.schema else {
            return Some((Intent::Contested(Contest::FileContent), content_type));
        };
        let prover = Prover::new(schema, &self.other.pointer).with_ranges(&self.other.ranges);
        let is_json = |name: &str| !matches!(self.serialization(name), Some(Serialization::Style(_)));
        let intent = text_intent(self.call.root, schema, prover, &value, contest, &is_json)?;
        // What may be read as nothing breaks nothing for certain.
        let unsure = empty.is_some() && matches!(intent, Intent::Invalid { .. });
        (!unsure).then_some((intent, content_type))
    }

    /// The documented type, with the charset of a text that needs to say so (RFC 6657 §3).
    fn content_type(&self, bytes: &[u8]) -> String {
        let media_type = &self.other.media_type;
        let silent = media_type.starts_with("text/") && !media_type.contains("charset");
        if silent && !bytes.is_ascii() { format!("{media_type}; charset=utf-8") } else { media_type.clone() }
    }

    fn serialization(&self, name: &str) -> Option<&Serialization> {
        match &self.other.format {
            Format::Urlencoded(fields) | Format::Multipart { fields, .. } => fields.get(name),
            Format::Text | Format::Json => None,
        }
    }

    /// Whether it carries what no schema describes.
    fn has_file(&self, value: &Value) -> bool {
        match value {
            Value::Object(members) => members.keys().any(|name| self.other.files.contains(name)),
            _ => self.other.media_type.starts_with("application/octet-stream"),
        }
    }

    fn case(&self, about: &str, reason: String, template: Template, contest: Option<Contest>) -> Option<Case> {
        let (intent, content_type) = self.intent(&template, contest)?;
        Some(self.sent(about, reason, intent, Some(&content_type), Some(template)))
    }

    fn sent(
        &self,
        about: &str,
        reason: String,
        intent: Intent,
        content_type: Option<&str>,
        template: Option<Template>,
    ) -> Case {
        let headers: Headers = content_type.map(|content_type| ("content-type", content_type)).into_iter().collect();
        let body = template.map(|template| BodyTemplate { template, encoding: self.encoding.clone() });
        let name = format!("{}/{}/{}{about}", self.call.operation.operation.id, intent.word(), self.under);
        Case::single(self.call.number, name, intent, reason, self.call.request(headers, body))
    }

    /// The full body and its Content-Type, for cases about something else.
    pub(super) fn payload(&self) -> Payload {
        let content_type = self.intent(&self.full, None).map_or(self.other.media_type.clone(), |(_, found)| found);
        let body = BodyTemplate { template: self.full.clone(), encoding: self.encoding.clone() };
        ([("content-type", content_type)].into_iter().collect(), Some(body))
    }

    /// A step that sends the full body.
    pub(super) fn step(&self) -> Step {
        let (headers, body) = self.payload();
        Step::of(self.call.request(headers, body))
    }

    /// Proposes all cases about the body.
    pub(super) fn propose(&self, cases: &mut Vec<Case>) {
        let ordinary = |case: Option<Case>| case.map(|case| Case { ordinary: true, tier: Tier::Smoke, ..case });
        cases.extend(ordinary(self.case("minimal", "only what is required".into(), self.minimal.clone(), None)));
        cases.extend(ordinary(self.case("full", "every field".into(), self.full.clone(), None)));
        for (number, example) in self.other.examples.iter().take(MOST_EXAMPLES).enumerate() {
            let mut template = Template::fixed(example.clone());
            if let Some(schema) = &self.other.schema {
                let there = self.other.fresh.iter().filter(|place| place.resolve(example).is_some());
                there.for_each(|place| freshen(self.call.root, schema, &mut template, place));
            }
            let reason = "the document gives it as an example".to_owned();
            let case = self.case(&format!("example/{}", number + 1), reason, template, None);
            cases.extend(case.filter(|case| !matches!(case.intent, Intent::Invalid { .. })));
        }
        self.absent(cases);
        let mut unusual_on = None;
        for place in &self.places {
            self.presence(place, cases);
            self.values(place, &mut unusual_on, cases);
            self.broken(place, cases);
        }
        if self.under.is_empty() {
            self.content_types(cases);
        }
        if self.other.is_form() && self.full.value.is_object() {
            let mut template = self.full.clone();
            template.set(&Pointer::root().child("proofmark_unlisted"), Value::from("x"));
            let reason = "a field that is not listed".to_owned();
            cases.extend(self.case("body/unlisted-field", reason, template, Some(Contest::UnlistedProperty)));
        }
    }

    /// No body at all, where one must be sent and has something that must be in it.
    fn absent(&self, cases: &mut Vec<Case>) {
        let root = self.places.first().map(|place| Shape::of(self.call.root, &place.nodes));
        if self.other.required && root.is_some_and(|shape| !shape.required.is_empty()) {
            let intent = Intent::Invalid { keyword: "required".into(), constraint: self.other.pointer.clone() };
            let content_type =
                Some(self.other.media_type.as_str()).filter(|_| !self.other.media_type.starts_with("multipart/"));
            cases.push(self.sent("body/absent", "no body at all".into(), intent, content_type, None));
        }
    }

    fn presence(&self, place: &Place, cases: &mut Vec<Case>) {
        if place.pointer.tokens().count() != 1 || place.required {
            return;
        }
        let path = place.path();
        let mut without = self.full.clone();
        without.remove(&place.pointer);
        cases.extend(
            self.about(place, self.case(&format!("{path}/absent"), format!("`{path}` is left out"), without, None)),
        );
    }

    fn values(&self, place: &Place, unusual_on: &mut Option<Pointer>, cases: &mut Vec<Case>) {
        let is_whole = place.pointer.is_root();
        if is_whole && self.other.is_form() {
            return;
        }
        let path = place.path();
        let shape = Shape::of(self.call.root, &place.nodes);
        let fresh = self.other.fresh.contains(&place.pointer);
        let mut draw = Draw::new(self.call.seed, &format!("{}/{path}", self.call.operation.operation.id));
        let all: Vec<Class> = classes(self.call.root, &shape, &place.name, fresh, &mut draw);
        if !fresh && all.iter().any(|class| class.level == Level::Unusual) {
            unusual_on.get_or_insert_with(|| place.pointer.clone());
        }
        for class in all {
            if class.level == Level::Unusual && unusual_on.as_ref() != Some(&place.pointer) {
                continue;
            }
            if !class.smoke && (self.brief || !self.call.sieve.takes()) {
                continue;
            }
            let mut template = self.full.clone();
            class.content.apply(&mut template, &place.pointer);
            let reason = format!("`{path}` is {}", class.name.trim_start_matches("is-").replace('-', " "));
            let case = self.case(&format!("{path}/{}", class.name), reason, template, class.contest);
            let case = case.filter(|case| !matches!(case.intent, Intent::Invalid { .. }));
            let tier = if class.smoke { Tier::Smoke } else { Tier::Gate };
            let ordinary = class.level == Level::Plain;
            let case =
                case.map(|case| Case { kind: format!("{}/{}", case.kind, class.level.word()), tier, ordinary, ..case });
            cases.extend(self.about(place, case));
        }
    }

    fn broken(&self, place: &Place, cases: &mut Vec<Case>) {
        let full = self.full.fill(&sample(&self.run));
        let Some(current) = place.pointer.resolve(&full) else { return };
        let path = place.path();
        let shape = Shape::of(self.call.root, &place.nodes);
        let member = !place.pointer.is_root() && place.required && self.other.is_form();
        let mut seen = Vec::new();
        for way in breaks(&shape, member, current) {
            if !way.smoke && (self.brief || !self.call.sieve.takes()) {
                continue;
            }
            let mut template = self.full.clone();
            way.change.apply(&mut template, &place.pointer);
            let Some((Intent::Invalid { .. }, _)) = self.intent(&template, None) else { continue };
            let Ok((bytes, _)) = self.other.format.write(&template.fill(&sample(&self.run))) else { continue };
            if seen.contains(&bytes) {
                continue;
            }
            seen.push(bytes);
            let reason = format!("`{path}` breaks `{}`", way.name.replace('-', " "));
            let case = self.case(&format!("{path}/{}", way.name), reason, template, None);
            let tier = if way.smoke { Tier::Smoke } else { Tier::Gate };
            cases.extend(self.about(place, case.map(|case| Case { tier, ..case })));
        }
    }

    /// The same body under no media type, or under another one.
    fn content_types(&self, cases: &mut Vec<Case>) {
        let contested = || Intent::Contested(Contest::ContentType);
        let of = |name: &str, content_type: Option<&str>| {
            let reason = content_type.map_or("no Content-Type".to_owned(), |told| format!("Content-Type `{told}`"));
            self.sent(name, reason, contested(), content_type, Some(self.full.clone()))
        };
        cases.push(of("content-type/missing", None));
        cases.push(of("content-type/json", Some("application/json")));
        cases.push(of("content-type/xml", Some("application/xml")));
    }

    /// The case with the place it is about.
    fn about(&self, place: &Place, case: Option<Case>) -> Option<Case> {
        let subject = place.nodes.first().cloned();
        let case = case.map(|case| Case { focus: place.pointer.clone(), subject, ..case })?;
        // Of what is no file there is no doubt.
        let is_file =
            place.pointer.tokens().next().is_none_or(|name| self.other.files.iter().any(|file| *file == name));
        let in_doubt = !is_file && case.intent == Intent::Contested(Contest::FileContent);
        Some(if in_doubt { precedent::behind(self.plain.get_or_init(|| self.step()), case) } else { case })
    }
}

/// Whether a text in it is empty: a field without a value may be read as one that is not sent.
fn has_empty(value: &Value) -> bool {
    match value {
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.iter().any(has_empty),
        Value::Object(members) => members.values().any(has_empty),
        _ => false,
    }
}
