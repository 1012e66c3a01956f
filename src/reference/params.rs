//! The request: its body as JSON, and the user that it asks for (`UserCreateParams`).

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::answer::Refusal;
use super::behaviour::Behaviour;
use super::store::User;

/// The properties of `UserCreateParams`, in the order of the document.
pub(super) const PROPERTIES: [&str; 4] = ["external_id", "first_name", "last_name", "live_mode"];

/// The properties of `User` that the server alone decides on.
const ASSIGNED: [&str; 4] = ["id", "object", "created_at", "updated_at"];

/// A request to create a user, before it is judged.
pub(super) struct Input<'a> {
    pub(super) content_type: Option<&'a str>,
    pub(super) body: &'a [u8],
    /// What the body says, where it is JSON.
    pub(super) document: Result<Value, Refusal>,
}

impl<'a> Input<'a> {
    /// Parses the body.
    pub(super) fn new(content_type: Option<&'a str>, body: &'a [u8]) -> Self {
        let document = serde_json::from_slice(body).map_err(|error| Refusal::Malformed(error.to_string()));
        Self { content_type, body, document }
    }

    /// The body, where it is an object.
    pub(super) fn object(&self) -> Option<&Map<String, Value>> {
        self.document.as_ref().ok().and_then(Value::as_object)
    }

    /// A property of the body.
    pub(super) fn property(&self, name: &str) -> Option<&Value> {
        self.object().and_then(|object| object.get(name))
    }

    /// A property of the body, where it is a string.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.property(name).and_then(Value::as_str)
    }

    /// All known properties that are strings.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        PROPERTIES.iter().filter_map(|name| self.text(name))
    }

    /// The first and last names that are strings.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        ["first_name", "last_name"].into_iter().filter_map(|name| self.text(name))
    }

    /// Whether any of the texts has such a character.
    pub(super) fn has(&self, kind: impl Fn(char) -> bool) -> bool {
        self.texts().any(|text| text.chars().any(&kind))
    }
}

/// The user that a request asks for. `None` where a property is absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NewUser {
    pub(super) external_id: String,
    pub(super) first_name: Option<String>,
    pub(super) last_name: Option<String>,
    pub(super) live_mode: Option<bool>,
}

impl NewUser {
    /// Judges a whole request.
    pub(super) fn from_input(input: &Input<'_>, behaviour: &Behaviour) -> Result<Self, Refusal> {
        let document = input.document.as_ref().map_err(Clone::clone)?;
        if !behaviour.accepts_repeated && repeats_a_property(input.body) {
            return Err(Refusal::Repeated);
        }
        Self::from_document(document, behaviour)
    }

    /// Judges a parsed body.
    pub(super) fn from_document(document: &Value, behaviour: &Behaviour) -> Result<Self, Refusal> {
        let object = document.as_object().ok_or(Refusal::NotAnObject)?;
        if !behaviour.accepts_unknown
            && let Some(unknown) = object.keys().find(|key| !PROPERTIES.contains(&key.as_str()))
        {
            return Err(Refusal::Unknown(unknown.clone()));
        }
        if !behaviour.accepts_assigned
            && let Some(assigned) = object.keys().find(|key| ASSIGNED.contains(&key.as_str()))
        {
            return Err(Refusal::Unknown(assigned.clone()));
        }
        let fields = Fields { object, behaviour };
        Ok(Self {
            external_id: fields.external_id()?,
            first_name: fields.name("first_name")?,
            last_name: fields.name("last_name")?,
            live_mode: fields.live_mode()?,
        })
    }

    /// The user that is made of it at this time, in milliseconds since the Unix epoch.
    pub(super) fn made(self, behaviour: &Behaviour, now: i64) -> User {
        let absent = || behaviour.absent_name.to_owned();
        User {
            id: (behaviour.new_id)(),
            external_id: self.external_id,
            first_name: self.first_name.unwrap_or_else(absent),
            last_name: self.last_name.unwrap_or_else(absent),
            live_mode: self.live_mode.unwrap_or(behaviour.absent_live_mode),
            created_at: (behaviour.stamp)(now),
        }
    }

    /// The first and last names that are there.
    pub(super) fn names_mut(&mut self) -> impl Iterator<Item = &mut String> {
        self.first_name.iter_mut().chain(&mut self.last_name)
    }

    /// All strings that are there.
    pub(super) fn texts_mut(&mut self) -> impl Iterator<Item = &mut String> {
        std::iter::once(&mut self.external_id).chain(&mut self.first_name).chain(&mut self.last_name)
    }
}

struct Fields<'a> {
    object: &'a Map<String, Value>,
    behaviour: &'a Behaviour,
}

impl Fields<'_> {
    fn external_id(&self) -> Result<String, Refusal> {
        let value = self.object.get("external_id").ok_or(Refusal::Missing("external_id"))?;
        let text = self.text("external_id", value)?;
        if text.trim().is_empty() && !self.behaviour.accepts_blank {
            return Err(Refusal::Blank("external_id"));
        }
        Ok(text)
    }

    fn name(&self, property: &'static str) -> Result<Option<String>, Refusal> {
        self.optional(property).map(|value| self.text(property, value)).transpose()
    }

    fn live_mode(&self) -> Result<Option<bool>, Refusal> {
        let wrong = Refusal::WrongType("live_mode", "boolean");
        self.optional("live_mode").map(|value| value.as_bool().ok_or(wrong)).transpose()
    }

    /// A property of the three that stand beside `nullable`, where null may count as absent.
    fn optional(&self, property: &str) -> Option<&Value> {
        self.object.get(property).filter(|value| !(self.behaviour.accepts_null && value.is_null()))
    }

    fn text(&self, property: &'static str, value: &Value) -> Result<String, Refusal> {
        let text = value.as_str().ok_or(Refusal::WrongType(property, "string"))?;
        if !self.behaviour.accepts_control && text.chars().any(char::is_control) {
            return Err(Refusal::Control(property));
        }
        if self.behaviour.longest_text.is_some_and(|longest| text.chars().count() > longest) {
            return Err(Refusal::TooLong(property));
        }
        Ok(text.to_owned())
    }
}

/// Whether the body names one property of an object twice.
pub(super) fn repeats_a_property(body: &[u8]) -> bool {
    serde_json::from_slice::<Repeats>(body).is_ok_and(|repeats| repeats.0)
}

/// Whether an object names one of its properties twice.
struct Repeats(bool);

impl<'de> Deserialize<'de> for Repeats {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RepeatsVisitor)
    }
}

struct RepeatsVisitor;

impl<'de> Visitor<'de> for RepeatsVisitor {
    type Value = Repeats;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Repeats, A::Error> {
        let (mut seen, mut repeats) = (HashSet::new(), false);
        while let Some((key, _)) = map.next_entry::<String, IgnoredAny>()? {
            repeats |= !seen.insert(key);
        }
        Ok(Repeats(repeats))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(body: &str) -> Result<NewUser, Refusal> {
        NewUser::from_input(&Input::new(None, body.as_bytes()), &Behaviour::default())
    }

    #[test]
    fn only_external_id_is_required() {
        let user = judged(r#"{"external_id":"a","first_name":null,"extra":[1]}"#).unwrap();
        assert_eq!(user, NewUser { external_id: "a".into(), first_name: None, last_name: None, live_mode: None });
        assert_eq!(judged(r#"{"first_name":"a"}"#), Err(Refusal::Missing("external_id")));
    }

    #[test]
    fn each_property_has_its_type() {
        let wrong = |property, kind| Err(Refusal::WrongType(property, kind));
        assert_eq!(judged(r#"{"external_id":null}"#), wrong("external_id", "string"));
        assert_eq!(judged(r#"{"external_id":"a","last_name":7}"#), wrong("last_name", "string"));
        assert_eq!(judged(r#"{"external_id":"a","live_mode":"true"}"#), wrong("live_mode", "boolean"));
        assert_eq!(judged("[]"), Err(Refusal::NotAnObject));
    }

    #[test]
    fn what_is_not_json_is_malformed() {
        for body in ["", " ", "{", r#"{"external_id":"a"} x"#, r#"{"external_id":"\ud800"}"#, "NaN"] {
            assert!(matches!(judged(body), Err(Refusal::Malformed(_))), "{body}");
        }
    }

    #[test]
    fn repeated_properties_are_noticed_however_they_are_written() {
        let repeats = |body: &str| repeats_a_property(body.as_bytes());
        assert!(repeats(r#"{"a":1,"\u0061":2}"#));
        assert!(!repeats(r#"{"a":{"b":1},"b":{"b":1}}"#));
    }
}
