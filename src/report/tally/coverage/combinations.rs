//! Which classes of value stood beside each other in one accepted body: any two properties, and any three.

use std::collections::HashSet;
use std::fmt;

use serde_json::{Map, Value};

use super::{Tell, What};
use crate::generate::{Kind, Shape};
use crate::source::Pointer;

/// Properties beyond these are not combined.
const MAX_PROPERTIES: usize = 12;
/// Bodies of more properties than this are not looked at three by three.
const THREE_WISE: usize = 6;
/// A text of as many characters is long.
const LONG: usize = 128;
/// More values of an `enum` than these are one class each no longer.
const MAX_LISTED: usize = 8;

/// The properties of a body, and what of their classes was seen together.
#[derive(Clone, Debug)]
pub(super) struct Combinations {
    factors: Vec<Factor>,
    /// Numbers of two properties, and of a class of each.
    pairs: HashSet<[u8; 4]>,
    /// The same for three.
    triples: HashSet<[u8; 6]>,
}

#[derive(Clone, Debug)]
struct Factor {
    name: String,
    classes: Vec<Class>,
}

/// A property in one of its classes, in words.
struct Told<'f> {
    name: &'f str,
    class: &'f Class,
}

/// What a property can be, told by its value alone.
#[derive(Clone, Debug, PartialEq)]
enum Class {
    Absent,
    Null,
    Exactly(Value),
    Empty,
    Text,
    LongText,
    BeyondAscii,
    Negative,
    Zero,
    Positive,
    EmptyArray,
    Other,
}

impl Combinations {
    /// Those of a body of this shape; none where it has fewer than two properties. What stands at the places in `fresh` is
    /// new each time, and so never empty.
    pub(super) fn of(root: &Value, shape: &Shape, fresh: &[Pointer]) -> Option<Self> {
        let factors: Vec<Factor> = shape
            .properties
            .iter()
            .take(MAX_PROPERTIES)
            .map(|(name, nodes)| {
                let is_fresh = fresh.contains(&Pointer::root().child(name));
                let mut classes = classes(&Shape::of(root, nodes), is_fresh);
                if !shape.requires(name) {
                    classes.insert(0, Class::Absent);
                }
                Factor { name: name.clone(), classes }
            })
            .collect();
        (factors.len() > 1).then(|| Self { factors, pairs: HashSet::new(), triples: HashSet::new() })
    }

    /// Takes note of a body that was accepted.
    pub(super) fn see(&mut self, members: &Map<String, Value>) {
        let classes: Vec<Option<u8>> =
            self.factors.iter().map(|factor| factor.class(members.get(&factor.name))).collect();
        let three = self.factors.len() <= THREE_WISE;
        for (i, one) in classes.iter().enumerate() {
            let Some(one) = *one else { continue };
            for (j, other) in classes.iter().enumerate().skip(i + 1) {
                let Some(other) = *other else { continue };
                self.pairs.insert([i as u8, j as u8, one, other]);
                for (k, third) in classes.iter().enumerate().skip(j + 1).filter(|_| three) {
                    if let Some(third) = *third {
                        self.triples.insert([i as u8, j as u8, k as u8, one, other, third]);
                    }
                }
            }
        }
    }

    /// Tells of every pair whether it was seen, and its name.
    pub(super) fn pairs(&self, tell: &mut Tell<'_>) {
        for (i, one) in self.numbered() {
            for (j, other) in self.numbered().filter(|(j, _)| *j > i) {
                for (a, b) in product(one, other) {
                    let seen = self.pairs.contains(&[i, j, a, b]);
                    tell(What::Pairs, seen, &format_args!("{}, {}", one.told(a), other.told(b)));
                }
            }
        }
    }

    /// Tells of every three whether they were seen, and their name.
    pub(super) fn triples(&self, tell: &mut Tell<'_>) {
        if self.factors.len() > THREE_WISE {
            return;
        }
        for (i, one) in self.numbered() {
            for (j, other) in self.numbered().filter(|(j, _)| *j > i) {
                for (k, third) in self.numbered().filter(|(k, _)| *k > j) {
                    for (a, b) in product(one, other) {
                        for c in 0..third.classes.len() as u8 {
                            let seen = self.triples.contains(&[i, j, k, a, b, c]);
                            let (one, other, third) = (one.told(a), other.told(b), third.told(c));
                            tell(What::Triples, seen, &format_args!("{one}, {other}, {third}"));
                        }
                    }
                }
            }
        }
    }

    fn numbered(&self) -> impl Iterator<Item = (u8, &Factor)> {
        (0u8..).zip(&self.factors)
    }
}

fn product(one: &Factor, other: &Factor) -> impl Iterator<Item = (u8, u8)> {
    let others = other.classes.len() as u8;
    (0..one.classes.len() as u8).flat_map(move |a| (0..others).map(move |b| (a, b)))
}

impl Factor {
    /// The number of the class of a value.
    fn class(&self, value: Option<&Value>) -> Option<u8> {
        let at = |is_it: &dyn Fn(&Class) -> bool| self.classes.iter().position(is_it);
        let exactly = |class: &Class| matches!(class, Class::Exactly(known) if Some(known) == value);
        let found = at(&exactly).or_else(|| {
            let class = value.map_or(Class::Absent, class_of);
            at(&|known| *known == class)
        });
        found.map(|at| at as u8)
    }

    fn told(&self, class: u8) -> Told<'_> {
        Told { name: &self.name, class: &self.classes[usize::from(class)] }
    }
}

impl fmt::Display for Told<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self.class {
            Class::Exactly(value) => return write!(out, "{} {value}", self.name),
            Class::Absent => "absent",
            Class::Null => "null",
            Class::Empty => "empty",
            Class::Text => "text",
            Class::LongText => "long",
            Class::BeyondAscii => "beyond ASCII",
            Class::Negative => "negative",
            Class::Zero => "zero",
            Class::Positive => "positive",
            Class::EmptyArray => "no elements",
            Class::Other => "there",
        };
        write!(out, "{} {words}", self.name)
    }
}

fn classes(shape: &Shape, fresh: bool) -> Vec<Class> {
    if let Some(values) = shape.values.as_ref().filter(|values| values.len() <= MAX_LISTED) {
        return values.iter().cloned().map(Class::Exactly).collect();
    }
    // What may be anything is one class, as what is listed at length.
    if shape.values.is_some() || shape.kinds.len() == Kind::ALL.len() || !shape.alternatives.is_empty() {
        return vec![Class::Other];
    }
    let mut all = Vec::new();
    for kind in &shape.kinds {
        match kind {
            Kind::Null => all.push(Class::Null),
            Kind::Boolean => all.extend([true, false].map(|flag| Class::Exactly(flag.into()))),
            Kind::String => all.extend(texts(shape, fresh)),
            Kind::Integer | Kind::Number => all.extend(numbers(shape)),
            Kind::Array => {
                all.extend((shape.min_items == 0).then_some(Class::EmptyArray));
                all.push(Class::Other);
            }
            Kind::Object => all.push(Class::Other),
        }
    }
    all.dedup();
    all
}

fn texts(shape: &Shape, fresh: bool) -> Vec<Class> {
    let mut all = vec![Class::Text];
    if shape.pattern.is_none() && shape.format.is_none() {
        let room = |length| shape.max_length.is_none_or(|most| most >= length);
        all.extend((shape.min_length == 0 && !fresh).then_some(Class::Empty));
        all.extend(room(LONG).then_some(Class::LongText));
        all.extend(room(1).then_some(Class::BeyondAscii));
    }
    all
}

fn numbers(shape: &Shape) -> Vec<Class> {
    let above =
        |bound: f64| shape.minimum.is_none_or(|(least, excluded)| least < bound || (least == bound && !excluded));
    let below = |bound: f64| shape.maximum.is_none_or(|(most, excluded)| most > bound || (most == bound && !excluded));
    let mut all = Vec::new();
    all.extend(shape.minimum.is_none_or(|(least, _)| least < 0.0).then_some(Class::Negative));
    all.extend((above(0.0) && below(0.0)).then_some(Class::Zero));
    all.extend(shape.maximum.is_none_or(|(most, _)| most > 0.0).then_some(Class::Positive));
    all
}

fn class_of(value: &Value) -> Class {
    match value {
        Value::Null => Class::Null,
        Value::String(text) if text.is_empty() => Class::Empty,
        Value::String(text) if !text.is_ascii() => Class::BeyondAscii,
        Value::String(text) if text.len() >= LONG => Class::LongText,
        Value::String(_) => Class::Text,
        Value::Number(number) => match number.as_f64() {
            Some(number) if number < 0.0 => Class::Negative,
            Some(number) if number > 0.0 => Class::Positive,
            _ => Class::Zero,
        },
        Value::Array(elements) if elements.is_empty() => Class::EmptyArray,
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => Class::Other,
    }
}
