//! Texts that no case has shown yet. A class of text is told by its members: of some there are more than cases that are about
//! it, and those that are left stand where a case is about something else.

use std::collections::HashSet;

use serde_json::Value;

use super::ground::{Ground, Spot};
use crate::generate::{Content, Level, Template};

/// Texts that were proposed, whether or not there was room for their cases: what a name stands for does not depend on that.
#[derive(Debug, Default)]
pub(super) struct Shown(HashSet<String>);

impl Shown {
    /// Remembers what is proposed for a property.
    pub(super) fn add(&mut self, content: &Content) {
        self.0.extend(text(content).map(str::to_owned));
    }

    /// What is left of the texts that are unusual and need not be new each time.
    pub(super) fn rest<'g>(mut self, ground: &'g Ground<'_>) -> Unshown<'g> {
        let spots: Vec<&Spot> = ground.properties().filter(|spot| texts(spot).next().is_some()).collect();
        // Each property has a case of its own about the first member.
        let first = spots.iter().flat_map(|spot| spot.of_level(Level::Unusual)).map(|class| &class.content);
        first.for_each(|content| self.add(content));
        let all = spots.iter().flat_map(|spot| texts(spot));
        let left: Vec<&str> = all.filter(|text| self.0.insert((*text).to_owned())).collect();
        Unshown { spots, left: left.into_iter() }
    }
}

/// Texts that are left, and where they may stand.
pub(super) struct Unshown<'g> {
    spots: Vec<&'g Spot>,
    left: std::vec::IntoIter<&'g str>,
}

impl Unshown<'_> {
    /// Puts the next of them into each text of the body that is there.
    pub(super) fn put(&mut self, template: &mut Template) {
        for spot in &self.spots {
            if spot.place.pointer.resolve(&template.value).is_some()
                && let Some(text) = self.left.next()
            {
                template.set(&spot.place.pointer, Value::from(text));
            }
        }
    }
}

/// The unusual texts of a property.
fn texts(spot: &Spot) -> impl Iterator<Item = &str> {
    let classes = spot.of_level(Level::Unusual).into_iter();
    classes.flat_map(|class| std::iter::once(&class.content).chain(&class.others)).filter_map(text)
}

fn text(content: &Content) -> Option<&str> {
    match content {
        Content::Fixed(value) => value.as_str(),
        Content::Fresh(_) => None,
    }
}
