//! Arrays for a flat description.

use serde_json::Value;

use super::build::{Builder, Spot};
use super::describe::{Flat, Items};
use super::evaluate::equal;
use super::flat::Goal;
use super::recipe::Recipe;

/// Most elements that are made.
const MAX_ITEMS: usize = 1_200;
/// How many values are tried for an element that must differ from those before it.
const TRIES: usize = 40;

impl<'r> Items<'r> {
    /// What the element at a place must do.
    fn goals(&self, place: usize) -> Vec<Goal<'r>> {
        let mut goals = self.first.get(place).cloned().unwrap_or_default();
        goals.extend(self.rest.iter().filter(|(from, _)| place >= *from).map(|(_, goal)| goal.clone()));
        if place >= self.first.len() && self.rest.is_empty() {
            goals.extend(self.unevaluated.iter().cloned());
        }
        goals
    }
}

impl<'r> Builder<'_, 'r> {
    /// An array that fits, as far as the recipe can be followed.
    pub(super) fn array(&self, flat: &Flat<'r>, recipe: Recipe, spot: Spot<'_>) -> Option<Vec<Value>> {
        let items = &flat.array;
        let (least, most) = items.count;
        let wanted: usize = items.contains.iter().map(|(_, _, least, _)| *least).max().unwrap_or(0);
        let needed = items.some.iter().map(|(from, _)| from + 1).max().unwrap_or(0);
        let floor = least.max(wanted).max(needed).max(if items.repeated { 2 } else { 0 });
        if floor > MAX_ITEMS || most.is_some_and(|most| floor > most) {
            return None;
        }
        let room = |count: usize| count.min(most.unwrap_or(usize::MAX));
        let count = match recipe {
            Recipe::Least => floor,
            Recipe::Several => room(floor.max(3)),
            Recipe::Most => most.filter(|most| *most <= MAX_ITEMS)?,
            _ if spot.full => room(floor.max(1).max(items.first.len().min(8))),
            _ => floor,
        };
        let exact = matches!(recipe, Recipe::Most | Recipe::Several);
        // `contains` is met by the last elements first, where `prefixItems` does not rule; else by the first.
        self.filled(flat, count, exact, true, spot)
            .or_else(|| self.filled(flat, count, exact, false, spot))
            .or_else(|| (count != floor && !exact).then(|| self.filled(flat, floor, false, true, spot))?)
    }

    fn filled(&self, flat: &Flat<'r>, count: usize, exact: bool, late: bool, spot: Spot<'_>) -> Option<Vec<Value>> {
        let items = &flat.array;
        let mut made: Vec<Value> = Vec::new();
        let mut left: Vec<usize> = items.contains.iter().map(|(_, _, least, _)| *least).collect();
        let mut most: Vec<Option<usize>> = items.contains.iter().map(|(_, _, _, most)| *most).collect();
        let mut some: Vec<bool> = vec![true; items.some.len()];
        for place in 0..count {
            if !self.spend(5) {
                return None;
            }
            let mut goals = items.goals(place);
            if items.repeated && place == 1 {
                made.extend(made.first().cloned());
                continue;
            }
            let remaining = count - place;
            for (at, (is, not, _, _)) in items.contains.iter().enumerate() {
                let due = left[at] > 0 && (!late || left[at] >= remaining || self.fits_with(&goals, is, spot));
                if due {
                    goals.push(is.clone());
                    left[at] -= 1;
                    most[at] = most[at].map(|most| most.saturating_sub(1));
                } else if most[at] == Some(0) || (late && left[at] > 0) {
                    goals.push(not.clone());
                } else if most[at].is_some() {
                    // Not to be used up by chance.
                    goals.push(not.clone());
                }
            }
            for (at, (from, goal)) in items.some.iter().enumerate() {
                if some[at] && place >= *from {
                    goals.push(goal.clone());
                    some[at] = false;
                }
            }
            match self.element(&goals, &made, items.unique, place, spot) {
                Some(element) => made.push(element),
                None if place >= items.count.0 && !exact && left.iter().all(|left| *left == 0) => break,
                None => return None,
            }
        }
        Some(made)
    }

    fn fits_with(&self, goals: &[Goal<'r>], more: &Goal<'r>, spot: Spot<'_>) -> bool {
        let mut both = goals.to_vec();
        both.push(more.clone());
        self.any(&both, Spot { full: false, ..spot.below(spot.name) }).is_some()
    }

    fn element(
        &self,
        goals: &[Goal<'r>],
        before: &[Value],
        unique: bool,
        place: usize,
        spot: Spot<'_>,
    ) -> Option<Value> {
        let below = spot.below(spot.name);
        let is_new = |value: &Value| !unique || !before.iter().any(|known| equal(known, value));
        if goals.is_empty() && unique {
            return Some(Value::String(format!("item-{}", place + 1))).filter(is_new);
        }
        let first = self.any(goals, below)?;
        if is_new(&first) {
            return Some(first);
        }
        (0..TRIES.min(before.len() + 6)).find_map(|_| self.any(goals, below).filter(is_new)).or_else(|| {
            self.every(goals, Spot { full: false, ..below }, 8).into_iter().map(|(_, value)| value).find(is_new)
        })
    }
}
