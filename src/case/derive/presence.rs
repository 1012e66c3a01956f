//! Each kind of value while other properties are there or not: one optional property alone, and all but one.
//!
//! Single values in the full body are for `values`. Here every property has a value of its own kind in each request,
//! in an order of its own, so that few requests show each kind beside each other lack.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::Case;
use super::ground::{Ground, Spot};
use super::together::shortened;
use super::unshown::Shown;
use crate::generate::{Class, Content, Level, Template};

/// More properties than this are not varied together.
const MAX_PROPERTIES: usize = 40;
/// More requests than this are not made of one pattern.
const MAX_ROWS: usize = 600;

/// A property, with what it still has to be.
struct Turn<'g> {
    spot: &'g Spot,
    classes: Vec<&'g Class>,
    /// The number of the name of each.
    names: Vec<usize>,
    /// The next class; it goes round.
    next: usize,
}

pub(super) fn propose(ground: &Ground<'_>, shown: &mut Shown, cases: &mut Vec<Case>) {
    let spots: Vec<&Spot> = ground.properties().take(MAX_PROPERTIES).collect();
    if spots.len() < 2 || spots.iter().all(|spot| spot.place.required) {
        return;
    }
    let mut members = Members { times: HashMap::new(), shown };
    alone(ground, &spots, &mut members, cases);
    all_but_one(ground, &spots, &mut members, cases);
}

/// Each kind of value on one optional property while all others are absent.
fn alone<'g>(ground: &Ground<'_>, spots: &[&'g Spot], members: &mut Members<'g, '_>, cases: &mut Vec<Case>) {
    let mut met = Met::default();
    let mut turns: Vec<Turn<'_>> = spots.iter().map(|spot| Turn::of(spot, &mut met)).collect();
    let optional: Vec<usize> = (0..spots.len()).filter(|at| !spots[*at].place.required).collect();
    // A kind of value that several properties can have is tried on one of them.
    for row in 0..MAX_ROWS {
        let chosen = optional[row % optional.len()];
        if optional.iter().all(|at| turns[*at].has_shown_all(&met)) {
            break;
        }
        if turns[chosen].has_shown_all(&met) {
            continue;
        }
        turns[chosen].pass_over(&met);
        met.add(turns[chosen].name());
        cases.extend(case(ground, &mut turns, members, row, |at| at == chosen || spots[at].place.required));
    }
}

/// Each kind of value on one optional property, and what else there is on the others, while one is absent.
fn all_but_one<'g>(ground: &Ground<'_>, spots: &[&'g Spot], members: &mut Members<'g, '_>, cases: &mut Vec<Case>) {
    let mut met = Met::default();
    let mut turns: Vec<Turn<'_>> = spots.iter().map(|spot| Turn::of(spot, &mut met)).collect();
    let optional: Vec<usize> = (0..spots.len()).filter(|at| !spots[*at].place.required).collect();
    for row in 0..MAX_ROWS {
        // Mostly the one that has least left to show, and now and then each of the others.
        let absent = match row % 4 {
            3 => optional[(row / 4) % optional.len()],
            _ => optional.iter().copied().min_by_key(|at| turns[*at].unmet(&met)).unwrap_or_default(),
        };
        if optional.iter().all(|at| turns[*at].has_shown_all(&met)) {
            break;
        }
        let shown = optional.iter().filter(|at| **at != absent);
        for at in shown {
            turns[*at].pass_over(&met);
            met.add(turns[*at].name());
        }
        cases.extend(case(ground, &mut turns, members, row, |at| at != absent));
    }
}

/// Which kinds of value were met. They are asked for far more often than there are any, so that their names are numbered.
#[derive(Default)]
struct Met<'g> {
    numbers: HashMap<&'g str, usize>,
    met: Vec<bool>,
}

impl<'g> Met<'g> {
    fn number(&mut self, name: &'g str) -> usize {
        let next = self.met.len();
        let number = *self.numbers.entry(name).or_insert(next);
        if number == next {
            self.met.push(false);
        }
        number
    }

    fn has(&self, number: usize) -> bool {
        self.met[number]
    }

    fn add(&mut self, number: Option<usize>) {
        if let Some(number) = number {
            self.met[number] = true;
        }
    }
}

/// How often a kind of value was shown, on whatever property: each time it is another member. Those beside our tag are
/// counted for themselves.
struct Members<'g, 's> {
    times: HashMap<(&'g str, bool), usize>,
    shown: &'s mut Shown,
}

impl<'g> Members<'g, '_> {
    /// The next member: the one that `values` has comes last.
    fn next(&mut self, class: &'g Class) -> &'g Content {
        let times = self.times.entry((&class.name, class.content.is_fresh())).or_default();
        let at = *times % (class.others.len() + 1);
        *times += 1;
        let content = class.others.get(at).unwrap_or(&class.content);
        self.shown.add(content);
        content
    }
}

impl<'g> Turn<'g> {
    fn of(spot: &'g Spot, met: &mut Met<'g>) -> Self {
        let levels = [Level::Plain, Level::Boundary, Level::Unusual];
        let classes: Vec<&Class> = levels.into_iter().flat_map(|level| spot.of_level(level)).collect();
        let names = classes.iter().map(|class| met.number(&class.name)).collect();
        Self { spot, classes, names, next: 0 }
    }

    /// The number of the name of the next class.
    fn name(&self) -> Option<usize> {
        self.names.get(self.next.checked_rem(self.names.len())?).copied()
    }

    fn has_shown_all(&self, met: &Met<'_>) -> bool {
        self.names.iter().all(|name| met.has(*name))
    }

    fn class(&self) -> Option<&'g Class> {
        self.classes.get(self.next.checked_rem(self.classes.len())?).copied()
    }

    /// How many kinds of value it can still show that are not among `met`.
    fn unmet(&self, met: &Met<'_>) -> usize {
        self.names.iter().filter(|name| !met.has(**name)).count()
    }

    /// Goes on to the next kind of value that is not among `met`, if there is one.
    fn pass_over(&mut self, met: &Met<'_>) {
        let ahead = (0..self.names.len()).find(|by| !met.has(self.names[(self.next + by) % self.names.len()]));
        self.next += ahead.unwrap_or_default();
    }
}

/// The case in which the properties that `present` holds for are there, each with its next kind of value.
fn case<'g>(
    ground: &Ground<'_>,
    turns: &mut [Turn<'g>],
    members: &mut Members<'g, '_>,
    row: usize,
    present: impl Fn(usize) -> bool,
) -> Option<Case> {
    if !ground.call.sieve.takes() {
        // The turns go on all the same: what a name stands for does not depend on what else is made.
        for turn in turns.iter_mut().enumerate().filter(|(at, _)| present(*at)).map(|(_, turn)| turn) {
            if let Some(class) = turn.class() {
                members.next(class);
                turn.next += 1;
            }
        }
        return None;
    }
    let mut template = ground.full.clone();
    let mut parts = Vec::new();
    for (at, turn) in turns.iter_mut().enumerate() {
        if !present(at) {
            template.remove(&turn.spot.place.pointer);
            continue;
        }
        if let Some(class) = turn.class() {
            members.next(class).apply(&mut template, &turn.spot.place.pointer);
            parts.push(format!("{}-{}", turn.spot.place.path(), class.name));
            turn.next += 1;
        }
    }
    rotate(&mut template, row);
    let reason = format!("{}, all else absent", parts.join(", ").replace('-', " "));
    ground.case(&format!("presence/{}", shortened(&parts)), reason, template, None)
}

/// The properties in another order: each stands first in turn.
pub(super) fn rotate(template: &mut Template, by: usize) {
    if let Value::Object(members) = &mut template.value {
        let mut entries: Vec<(String, Value)> = std::mem::take(members).into_iter().collect();
        let by = by.checked_rem(entries.len()).unwrap_or_default();
        entries.rotate_left(by);
        *members = Map::from_iter(entries);
    }
}
