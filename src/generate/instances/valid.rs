//! Valid instances: from the smallest and the fullest, one place varied at a time.

use std::cell::RefCell;
use std::collections::{HashSet, VecDeque};

use serde_json::{Value, json};

use super::build::{Builder, Spot as At};
use super::evaluate::Evaluator;
use super::flat::Goal;
use super::oracle::{Oracle, Verdict};
use super::place::Finder;
use super::resources::address;
use super::tags;
use super::{Instances, NoInstance, Valid};
use crate::generate::draw::Draw;
use crate::source::Pointer;

/// How deep instances are built, one after another, until there is one.
const DEPTHS: [usize; 7] = [1, 2, 3, 5, 8, 12, 20];
/// How much deeper than need be what is optional is built.
const BEYOND: usize = 3;
/// How many flat descriptions are varied at one place.
const FLATS: usize = 16;
/// How many instances are started from.
const MAX_BASES: usize = 40;

impl<'r, O: Oracle> Instances<'r, O> {
    pub(super) fn builder(&self, limit: usize, draw: &mut Draw) -> Builder<'_, 'r> {
        let draw = draw.fork();
        Builder {
            resources: &self.resources,
            work: &self.work,
            draw: RefCell::new(draw),
            limit,
            failure: RefCell::new(None),
            above: RefCell::default(),
        }
    }

    pub(super) fn finder(&self) -> Finder<'_, 'r> {
        let evaluator = Evaluator::new(&self.resources, &self.work);
        Finder { resources: &self.resources, evaluator, cap: self.limits.places }
    }

    /// Whether each discriminator in the value names a schema that is followed there.
    fn has_tags(&self, value: &Value) -> bool {
        let places = self.finder().places(&self.root, value);
        places.iter().all(|spot| {
            let here = spot.pointer.resolve(value);
            here.is_none_or(|here| tags::are_kept(&self.resources, spot, here))
        })
    }

    fn accepts(&self, value: &Value) -> bool {
        self.oracle.verdict(value) == Verdict::Accepted
    }

    /// The smallest and the fullest instance that could be made.
    pub(super) fn bases(&self, draw: &mut Draw) -> Result<Vec<(String, Value)>, NoInstance> {
        let goals = [Goal::Is(self.root.clone())];
        let spot = |full| At { name: "body", depth: 0, full };
        let mut failure = None;
        let mut found: Vec<(String, Value)> = Vec::new();
        let all = self.work.get();
        let mut exhausted = false;
        for limit in DEPTHS {
            // One depth must not take the work of all; those that are too shallow fail soon.
            let before = self.work.get();
            let share = before / 2;
            self.work.set(share);
            let builder = self.builder(limit, draw);
            let minimal = builder.any(&goals, spot(false)).filter(|value| self.accepts(value));
            let spent = share - self.work.get();
            exhausted |= self.work.get() == 0;
            self.work.set(before - spent);
            let Some(minimal) = minimal else {
                failure = builder.failure.into_inner().map(|(_, failure)| failure).or(failure);
                continue;
            };
            found.push(("minimal".into(), minimal));
            let deeper = self.builder(limit + BEYOND, draw);
            self.work.set((all / 3).min(before - spent));
            let full = deeper.any(&goals, spot(true)).filter(|value| self.accepts(value));
            self.work.set((before - spent).saturating_sub(all / 3) + self.work.get());
            found.extend(full.map(|value| ("full".into(), value)));
            break;
        }
        if found.is_empty() {
            found.extend(self.searched().map(|value| ("found".into(), value)));
        }
        if found.is_empty() {
            let mut failure = failure.map(|failure| (failure.at, failure.reason));
            if exhausted {
                failure = Some((self.root.at.clone(), "none was found within the bound on work".into()));
            }
            let (pointer, reason) = failure
                .unwrap_or_else(|| (self.root.at.clone(), "no value was found that meets all its constraints".into()));
            return Err(NoInstance { pointer, reason });
        }
        found.reverse();
        Ok(found)
    }

    /// A value that is accepted, among ordinary ones and those that the schema mentions.
    fn searched(&self) -> Option<Value> {
        let mut mentioned = Vec::new();
        mention(self.root.site.schema, 0, &mut mentioned);
        ordinary().into_iter().chain(mentioned).find(|value| self.accepts(value))
    }

    /// The instances that vary one place of a base, and all bases: those that reach schemas not reached before are
    /// varied in their turn.
    pub(super) fn varied(&self, bases: Vec<(String, Value)>, draw: &mut Draw) -> (Vec<Valid>, Vec<Value>) {
        let mut found: Vec<Valid> = Vec::new();
        let mut known: HashSet<String> = HashSet::new();
        let mut names: HashSet<String> = HashSet::new();
        let mut reached: HashSet<usize> = HashSet::new();
        let mut done: HashSet<(Pointer, Vec<usize>)> = HashSet::new();
        let mut all: Vec<Value> = Vec::new();
        let mut queue: VecDeque<Value> = VecDeque::new();
        for (name, value) in bases {
            known.insert(value.to_string());
            names.insert(name.clone());
            queue.push_back(value.clone());
            found.push(Valid { name, place: Pointer::root(), value });
        }
        while let Some(base) = queue.pop_front() {
            let places = self.finder().places(&self.root, &base);
            let tagged = self.has_tags(&base);
            let new = places.iter().flat_map(|spot| &spot.nodes).map(|applied| address(applied.node.site.schema));
            let fresh = new.filter(|schema| reached.insert(*schema)).count();
            if (fresh == 0 && !all.is_empty()) || all.len() >= MAX_BASES {
                continue;
            }
            all.push(base.clone());
            for spot in places {
                let schemas: Vec<usize> = spot.nodes.iter().map(|applied| address(applied.node.site.schema)).collect();
                if !done.insert((spot.pointer.clone(), schemas)) || self.work.get() == 0 {
                    continue;
                }
                let builder = self.builder(spot.depth + 1 + BEYOND, draw);
                let at = At { name: &spot.name, depth: spot.depth, full: true };
                for (class, value) in builder.every(&spot.goals, at, FLATS) {
                    if found.len() >= self.limits.instances {
                        return (found, all);
                    }
                    let Some(whole) = replaced(&base, &spot.pointer, value) else { continue };
                    let text = whole.to_string();
                    if known.contains(&text) || !self.accepts(&whole) || (tagged && !self.has_tags(&whole)) {
                        continue;
                    }
                    known.insert(text);
                    let name = unique(&mut names, format!("{}/{}", spot.path(), slug(&class)));
                    queue.push_back(whole.clone());
                    found.push(Valid { name, place: spot.pointer.clone(), value: whole });
                }
            }
        }
        (found, all)
    }
}

/// The value with another one at a place.
pub(super) fn replaced(whole: &Value, place: &Pointer, value: Value) -> Option<Value> {
    let mut copy = whole.clone();
    *place.resolve_mut(&mut copy)? = value;
    Some(copy)
}

/// A name that is not taken: with a number behind it if need be.
pub(super) fn unique(names: &mut HashSet<String>, name: String) -> String {
    let mut candidate = name.clone();
    let mut number = 2;
    while !names.insert(candidate.clone()) {
        candidate = format!("{name}-{number}");
        number += 1;
    }
    candidate
}

/// A name as it may stand in case names.
pub(super) fn slug(text: &str) -> String {
    text.chars().map(|c| if c.is_alphanumeric() || "_-$@".contains(c) { c } else { '~' }).collect()
}

/// Ordinary values of each type.
pub(super) fn ordinary() -> Vec<Value> {
    vec![
        json!({}),
        json!([]),
        json!("text"),
        json!(""),
        json!(1),
        json!(0),
        json!(1.5),
        json!(-7),
        json!(true),
        json!(false),
        Value::Null,
        json!({ "a": 1 }),
        json!({ "foo": "bar" }),
        json!([1]),
        json!([null, "a", 2]),
        json!(1e300),
    ]
}

/// Values that a schema mentions in `enum`, `const`, `default` and examples, wherever.
fn mention(schema: &Value, depth: usize, found: &mut Vec<Value>) {
    if depth > 20 || found.len() > 200 {
        return;
    }
    match schema {
        Value::Object(members) => {
            for (name, below) in members {
                match name.as_str() {
                    "enum" | "examples" => found.extend(below.as_array().into_iter().flatten().cloned()),
                    "const" | "default" | "example" => found.push(below.clone()),
                    _ => mention(below, depth + 1, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| mention(item, depth + 1, found)),
        _ => {}
    }
}
