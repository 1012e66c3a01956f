//! JSON Pointer (RFC 6901).

use std::borrow::Cow;
use std::fmt;

use serde_json::{Map, Value};

/// A JSON Pointer in its text form: empty for the root, else `/` before each escaped token.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointer(String);

impl Pointer {
    /// The pointer to the whole value.
    pub const fn root() -> Self {
        Self(String::new())
    }

    /// A pointer from its text form. What does not start with `/` is the root.
    pub fn parse(text: &str) -> Self {
        if text.starts_with('/') { Self(text.to_owned()) } else { Self::root() }
    }

    /// The pointer to the member `name` below this one.
    #[must_use]
    pub fn child(&self, name: &str) -> Self {
        let mut text = String::with_capacity(self.0.len() + name.len() + 1);
        text.push_str(&self.0);
        text.push('/');
        for character in name.chars() {
            match character {
                '~' => text.push_str("~0"),
                '/' => text.push_str("~1"),
                other => text.push(other),
            }
        }
        Self(text)
    }

    /// The pointer to the element `index` below this one.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        Self(format!("{}/{index}", self.0))
    }

    /// The pointer that continues this one with `rest`.
    #[must_use]
    pub fn join(&self, rest: &Pointer) -> Self {
        Self(format!("{}{}", self.0, rest.0))
    }

    /// The pointer to the value that holds this one; none at the root.
    pub fn parent(&self) -> Option<Self> {
        self.0.rfind('/').map(|at| Self(self.0[..at].to_owned()))
    }

    /// Its tokens, unescaped, from the root on.
    pub fn tokens(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.0.split('/').skip(1).map(|token| {
            if token.contains('~') {
                Cow::Owned(token.replace("~1", "/").replace("~0", "~"))
            } else {
                Cow::Borrowed(token)
            }
        })
    }

    /// The last token, unescaped; none at the root.
    pub fn last(&self) -> Option<Cow<'_, str>> {
        self.tokens().last()
    }

    /// The value it points at in `root`. (`Value::pointer` copies every token, which the hot path cannot afford.)
    pub fn resolve<'v>(&self, root: &'v Value) -> Option<&'v Value> {
        self.tokens().try_fold(root, |at, token| match at {
            Value::Object(members) => member(members, &token),
            Value::Array(items) => items.get(index(&token)?),
            _ => None,
        })
    }

    /// The value it points at in `root`, to be changed.
    pub fn resolve_mut<'v>(&self, root: &'v mut Value) -> Option<&'v mut Value> {
        self.tokens().try_fold(root, |at, token| match at {
            Value::Object(members) => member_mut(members, &token),
            Value::Array(items) => items.get_mut(index(&token)?),
            _ => None,
        })
    }

    /// Whether it is the root.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Its text form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Up to so many names are compared one by one: that is quicker than to hash one with the keyed hash of an object.
const FEW: usize = 16;

/// The member called `name`.
pub fn member<'v>(members: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    if members.len() > FEW {
        return members.get(name);
    }
    members.iter().find(|(found, _)| *found == name).map(|(_, member)| member)
}

fn member_mut<'v>(members: &'v mut Map<String, Value>, name: &str) -> Option<&'v mut Value> {
    if members.len() > FEW {
        return members.get_mut(name);
    }
    members.iter_mut().find(|(found, _)| *found == name).map(|(_, member)| member)
}

/// An array index (RFC 6901 §4): digits without a leading zero.
fn index(token: &str) -> Option<usize> {
    let canonical = token == "0" || !token.starts_with(['0', '+']);
    if canonical { token.parse().ok() } else { None }
}

impl fmt::Display for Pointer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(if self.is_root() { "/" } else { &self.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_escaped_and_unescaped() {
        let pointer = Pointer::root().child("paths").child("/users/{id}").child("a~b").index(3);
        assert_eq!(pointer.as_str(), "/paths/~1users~1{id}/a~0b/3");
        let tokens: Vec<_> = pointer.tokens().collect();
        let value = serde_json::json!({ "a": [0, { "b/c": 1 }] });
        let deep = Pointer::root().child("a").index(1).child("b/c");
        assert_eq!(deep.resolve(&value), value.pointer("/a/1/b~1c"));
        assert_eq!(deep.resolve_mut(&mut value.clone()), value.clone().pointer_mut("/a/1/b~1c"));
        assert_eq!(Pointer::parse("/a/01").resolve(&value), None);
        assert_eq!(tokens, ["paths", "/users/{id}", "a~b", "3"]);
        assert_eq!(pointer.parent().and_then(|parent| parent.last().map(|t| t.into_owned())), Some("a~b".into()));
    }

    #[test]
    fn a_member_is_found_among_few_and_among_many() {
        for count in [0, 1, FEW, FEW + 1, 100] {
            let mut object: Value = (0..count).map(|at| (format!("m{at}"), Value::from(at))).collect();
            let last = format!("m{}", count.saturating_sub(1));
            let members = object.as_object().expect("an object");
            assert_eq!(member(members, &last), members.get(&last));
            assert_eq!(member(members, "m"), None);
            assert_eq!(Pointer::root().child(&last).resolve_mut(&mut object).is_some(), count > 0);
        }
    }
}
