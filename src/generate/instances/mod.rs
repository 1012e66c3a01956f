//! Instances of any JSON Schema, valid and invalid, each proven on the validators before it leaves.
//!
//! [`Instances`] is the way in. A schema is brought to flat descriptions (`flat`), from which values are built by type;
//! what is built is evaluated, and the next way taken where it does not fit. Invalid instances are valid ones in which
//! one constraint is broken at one place: the constraint is left out, its contrary put in, and the place built anew.
//! All of it works under a bound, so that no document can hold it up; what was not found is said.

mod array;
mod breaks;
mod build;
mod decimal;
mod describe;
mod evaluate;
mod flat;
mod matching;
mod negate;
mod number;
mod object;
mod oracle;
mod pattern;
mod place;
mod recipe;
mod resources;
mod tags;
#[cfg(test)]
mod tests;
mod text;
mod valid;

pub(super) use matching::Matching;
pub use oracle::{Oracle, Verdict};

use std::cell::Cell;

use serde_json::Value;

use super::draw::Draw;
use crate::source::Pointer;
use resources::{Node, Resources};

/// How much is made, and how hard it is tried.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The most instances of each sort.
    pub instances: usize,
    /// The most places looked at in one instance.
    pub places: usize,
    /// Steps of building and evaluating, for each sort. A step takes about a microsecond.
    pub work: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { instances: 400, places: 120, work: 2_000_000 }
    }
}

/// A valid instance.
#[derive(Clone, Debug, PartialEq)]
pub struct Valid {
    /// What it is, as it may stand in case names: the path of the place that is special in it, and how. Unique.
    pub name: String,
    /// The place that is special in it.
    pub place: Pointer,
    /// The instance.
    pub value: Value,
}

/// An instance that breaks one constraint.
#[derive(Clone, Debug, PartialEq)]
pub struct Invalid {
    /// What it is, as it may stand in case names: the path of the place, and what is broken. Unique.
    pub name: String,
    /// The keyword that is broken.
    pub keyword: String,
    /// The place in the instance.
    pub place: Pointer,
    /// Where the schema says what is broken.
    pub constraint: Pointer,
    /// Whether it would be valid but for this constraint. Else it breaks several at the same place, which cannot be broken
    /// one by one, as `type` beside `enum`.
    pub alone: bool,
    /// The instance.
    pub value: Value,
}

/// A schema of which no instance was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no instance was found for the schema at `{pointer}`: {reason}")]
pub struct NoInstance {
    /// The innermost schema that stands in the way.
    pub pointer: Pointer,
    /// What is known of the reason.
    pub reason: String,
}

/// Makes instances of one schema.
#[derive(Debug)]
pub struct Instances<'r, O> {
    resources: Resources<'r>,
    root: Node<'r>,
    oracle: O,
    limits: Limits,
    work: Cell<usize>,
}

impl<'r, O: Oracle> Instances<'r, O> {
    /// The instances of the schema at `pointer` of `document`, which is in the normal form (JSON Schema 2020-12). `oracle` has the
    /// last word on each.
    ///
    /// # Errors
    ///
    /// There is nothing at `pointer`.
    pub fn of(document: &'r Value, pointer: &Pointer, oracle: O, limits: Limits) -> Result<Self, NoInstance> {
        Self::with_resources(document, pointer, &[], oracle, limits)
    }

    /// The same where the schema refers to other documents by their URIs.
    ///
    /// # Errors
    ///
    /// There is nothing at `pointer`.
    pub fn with_resources(
        document: &'r Value,
        pointer: &Pointer,
        others: &[(&str, &'r Value)],
        oracle: O,
        limits: Limits,
    ) -> Result<Self, NoInstance> {
        let resources = Resources::new(document, others);
        let root = resources
            .entry(pointer)
            .ok_or_else(|| NoInstance { pointer: pointer.clone(), reason: "nothing stands there".to_owned() })?;
        Ok(Self { resources, root, oracle, limits, work: Cell::new(0) })
    }

    /// The smallest and the fullest valid instance that could be made; the same one twice where there is only one.
    ///
    /// # Errors
    ///
    /// None was found, with the place of what stands in the way.
    pub fn smallest_and_fullest(&self, draw: &mut Draw) -> Result<(Value, Value), NoInstance> {
        self.work.set(self.limits.work);
        let bases = self.bases(draw)?;
        let value = |(_, value): &(String, Value)| value.clone();
        let (full, minimal) = (bases.first().map(value), bases.last().map(value));
        minimal
            .zip(full)
            .ok_or_else(|| NoInstance { pointer: self.root.at.clone(), reason: "none was made".to_owned() })
    }

    /// Valid instances: the smallest, the fullest, and for each place every kind of value and every branch.
    /// The same for the same draw.
    ///
    /// # Errors
    ///
    /// None was found, with the place of what stands in the way.
    pub fn valid(&self, draw: &mut Draw) -> Result<Vec<Valid>, NoInstance> {
        self.work.set(self.limits.work);
        let bases = self.bases(draw)?;
        Ok(self.varied(bases, draw).0)
    }

    /// Invalid instances: each constraint broken alone at each place, as far as that can be done.
    /// The same for the same draw.
    ///
    /// # Errors
    ///
    /// The schema takes everything, as far as could be seen.
    pub fn invalid(&self, draw: &mut Draw) -> Result<Vec<Invalid>, NoInstance> {
        self.work.set(self.limits.work / 2);
        let bases = match self.bases(draw) {
            Ok(bases) => self.varied(bases, draw).1,
            Err(_) => Vec::new(),
        };
        self.work.set(self.limits.work);
        let found = self.broken(&bases, draw);
        if found.is_empty() {
            let reason = "no value was found that it refuses".to_owned();
            return Err(NoInstance { pointer: self.root.at.clone(), reason });
        }
        Ok(found)
    }
}
