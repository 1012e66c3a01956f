//! A name that stands twice in one object (RFC 8259 §4): which of the two values is read depends on who reads.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

/// How many names of one object are compared: more than an answer has.
const MOST: usize = 256;

/// The first name that stands twice in one object of a JSON text; none where there is none, or the text is no JSON.
pub(crate) fn repeated_name(text: &[u8]) -> Option<String> {
    let found = RefCell::new(None);
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    // An error is for whoever reads the values.
    _ = Seek(&found).deserialize(&mut deserializer);
    found.into_inner()
}

/// Walks a value, keeps nothing but names, and puts the first that is repeated here.
#[derive(Clone, Copy)]
struct Seek<'f>(&'f RefCell<Option<String>>);

impl<'de> DeserializeSeed<'de> for Seek<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seek<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut names: Vec<Cow<'de, str>> = Vec::new();
        while let Some(Name(name)) = members.next_key()? {
            if names.contains(&name) {
                self.0.borrow_mut().get_or_insert_with(|| name.clone().into_owned());
            }
            // All against all: they are few.
            if names.len() < MOST {
                names.push(name);
            }
            members.next_value_seed(self)?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(self)?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// A name, borrowed where nothing in it is escaped.
struct Name<'de>(Cow<'de, str>);

impl<'de> serde::Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text)
    }
}

struct Text;

impl<'de> Visitor<'de> for Text {
    type Value = Name<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Name<'de>, E> {
        Ok(Name(Cow::Borrowed(name)))
    }

    fn visit_str<E>(self, name: &str) -> Result<Name<'de>, E> {
        Ok(Name(Cow::Owned(name.to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_twice_in_one_object_is_found_wherever_it_stands_and_however_it_is_written() {
        for (text, found) in [
            (r#"{"a":1,"b":[1.5,true,null,"x",-3],"c":{"a":{"b":2}}}"#, None),
            (r#"[{"a":1},{"a":1}]"#, None),
            (r#"{"a":1,"a":1}"#, Some("a")),
            (r#"{"x":[{"b":1,"\u0062":2}]}"#, Some("b")),
            (r#"{"a":1,"A":1}"#, None),
            (r#"{"a":1,"a":"#, Some("a")),
            ("no JSON", None),
            ("7", None),
        ] {
            assert_eq!(repeated_name(text.as_bytes()).as_deref(), found, "{text}");
        }
    }
}
