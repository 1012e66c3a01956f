//! Objects for a flat description.

use serde_json::{Map, Value};

use super::build::{Builder, Spot};
use super::describe::{Flat, Members};
use super::flat::Goal;
use super::pattern::{Sampler, parse};
use super::recipe::Recipe;
use super::resources::Resources;

/// Most members that are made.
const MAX_MEMBERS: usize = 600;

impl<'r> Members<'r> {
    /// What the member of this name must do.
    fn goals(&self, resources: &Resources<'r>, name: &str) -> Vec<Goal<'r>> {
        let text = Value::String(name.to_owned());
        let mut goals: Vec<Goal<'r>> = Vec::new();
        let named = self.named.iter().find(|(known, _)| known == name);
        goals.extend(named.iter().flat_map(|(_, goals)| goals.iter().cloned()));
        let matching = self.patterns.iter().filter(|(pattern, _)| resources.matches(pattern, &text));
        goals.extend(matching.map(|(_, goal)| goal.clone()));
        let known = !goals.is_empty() || named.is_some();
        for (beside, goal) in &self.additional {
            if !is_listed(beside, resources, name, &text) {
                goals.push(goal.clone());
            }
        }
        if !known && self.additional.is_empty() {
            goals.extend(self.unevaluated.iter().cloned());
        }
        goals
    }
}

/// Whether a schema's `properties` or `patternProperties` speaks of a name.
fn is_listed(beside: &Map<String, Value>, resources: &Resources<'_>, name: &str, text: &Value) -> bool {
    let map = |keyword| beside.get(keyword).and_then(Value::as_object);
    map("properties").is_some_and(|named| named.contains_key(name))
        || map("patternProperties").is_some_and(|all| all.keys().any(|pattern| resources.matches(pattern, text)))
}

impl<'r> Builder<'_, 'r> {
    /// An object that fits, as far as the recipe can be followed.
    pub(super) fn object(&self, flat: &Flat<'r>, recipe: Recipe, spot: Spot<'_>) -> Option<Map<String, Value>> {
        let object = &flat.object;
        let (least, most) = object.count;
        if least > MAX_MEMBERS || most.is_some_and(|most| most < object.required.len()) {
            return None;
        }
        let mut made = Map::new();
        let full = spot.full && recipe != Recipe::Least;
        let left_out = match recipe {
            Recipe::Without(at) => object.named.get(at).map(|(name, _)| name.as_str()),
            _ => None,
        };
        let required = self.closure(object)?;
        let room = |made: &Map<String, Value>| {
            let outstanding = required.iter().filter(|name| !made.contains_key(name.as_str())).count();
            most.is_none_or(|most| made.len() + outstanding < most)
        };
        for (name, _) in &object.named {
            let must = required.contains(name);
            if left_out == Some(name) || (!must && (!full || !room(&made) || object.forbidden.contains(name))) {
                continue;
            }
            match self.member(object, name, spot, must) {
                Some(value) => _ = made.insert(name.clone(), value),
                None if must => return None,
                None => {}
            }
        }
        for name in &required {
            if !made.contains_key(name) {
                made.insert(name.clone(), self.member(object, name, spot, true)?);
            }
        }
        self.extras(object, &mut made, spot)?;
        self.dependents(object, &mut made, &required, spot)?;
        let target = match recipe {
            Recipe::Most => most.filter(|most| *most <= MAX_MEMBERS)?,
            Recipe::Extra => made.len().max(least) + 1,
            _ => least,
        };
        self.fill(object, &mut made, target, recipe == Recipe::Extra, spot)?;
        let missing = left_out.is_some_and(|name| made.contains_key(name));
        (!missing && made.len() >= least && most.is_none_or(|most| made.len() <= most)).then_some(made)
    }

    /// The required names, with those that they bring along; none where one of them must not be there.
    fn closure(&self, object: &Members<'r>) -> Option<Vec<String>> {
        let mut names = object.required.clone();
        let mut at = 0;
        while let Some(name) = names.get(at).cloned() {
            at += 1;
            for (trigger, needed) in &object.dependent {
                if *trigger == name {
                    let new: Vec<String> = needed
                        .iter()
                        .filter(|n| !names.iter().any(|known| known == *n))
                        .map(|n| (*n).to_owned())
                        .collect();
                    names.extend(new);
                }
            }
        }
        let possible = !names.iter().any(|name| object.forbidden.contains(name)) && names.len() <= MAX_MEMBERS;
        possible.then_some(names)
    }

    fn member(&self, object: &Members<'r>, name: &str, spot: Spot<'_>, must: bool) -> Option<Value> {
        if object.forbidden.iter().any(|forbidden| forbidden == name) || !self.may_be_named(object, name) {
            return None;
        }
        let goals = object.goals(self.resources, name);
        // What is optional is built less deep, so that recursion ends soon.
        if !must && spot.depth + 2 > self.limit {
            return None;
        }
        // An optional member that a client should not send is left out.
        if !must && is_read_only(&goals) {
            return None;
        }
        let tags = object.tags.iter().filter(|(property, _)| *property == name).flat_map(|(_, tags)| tags);
        let tag = tags.map(|tag| Value::String(tag.clone())).find(|tag| self.meets(&goals, tag));
        tag.or_else(|| self.any(&goals, spot.below(name)))
    }

    fn may_be_named(&self, object: &Members<'r>, name: &str) -> bool {
        object.names.is_empty() || self.meets(&object.names, &Value::String(name.to_owned()))
    }

    /// Members whose presence some broken schema asks for.
    fn extras(&self, object: &Members<'r>, made: &mut Map<String, Value>, spot: Spot<'_>) -> Option<()> {
        for (beside, goal) in &object.extra {
            let free = |name: &String| {
                let text = Value::String(name.clone());
                beside.is_none_or(|beside| !is_listed(beside, self.resources, name, &text))
                    && (beside.is_some() || object.named.iter().all(|(known, _)| known != name))
            };
            let name = self.new_names(object, made).into_iter().find(free)?;
            let mut goals = object.goals(self.resources, &name);
            goals.push(goal.clone());
            made.insert(name.clone(), self.any(&goals, spot.below(&name))?);
        }
        for goal in &object.extra_names {
            let mut goals = object.names.clone();
            goals.push(goal.clone());
            let name = self.name_of(&goals)?;
            let value = self.any(&object.goals(self.resources, &name), spot.below(&name))?;
            made.insert(name, value);
        }
        for (pattern, goal) in &object.extra_patterns {
            let name = self.matching(pattern, object, made)?;
            let mut goals = object.goals(self.resources, &name);
            goals.push(goal.clone());
            made.insert(name.clone(), self.any(&goals, spot.below(&name))?);
        }
        Some(())
    }

    /// Adds what the members that are there bring along; takes away those for which that cannot be.
    fn dependents(
        &self,
        object: &Members<'r>,
        made: &mut Map<String, Value>,
        required: &[String],
        spot: Spot<'_>,
    ) -> Option<()> {
        for _ in 0..8 {
            let mut changed = false;
            for (trigger, needed) in &object.dependent {
                for name in needed {
                    if !made.contains_key(*trigger) || made.contains_key(*name) {
                        continue;
                    }
                    changed = true;
                    match self.member(object, name, spot, true) {
                        Some(value) => _ = made.insert((*name).to_owned(), value),
                        None if required.iter().any(|name| name == trigger) => return None,
                        None => _ = made.shift_remove(*trigger),
                    }
                }
            }
            if !changed {
                break;
            }
        }
        Some(())
    }

    /// Adds members until there are so many: those that have names first, unless further ones are wanted.
    fn fill(
        &self,
        object: &Members<'r>,
        made: &mut Map<String, Value>,
        target: usize,
        further: bool,
        spot: Spot<'_>,
    ) -> Option<()> {
        if made.len() >= target {
            return Some(());
        }
        if !further {
            for (name, _) in &object.named {
                if made.len() < target && !made.contains_key(name) && self.draw_room() {
                    made.extend(self.member(object, name, spot, true).map(|value| (name.clone(), value)));
                }
            }
        }
        let mut tries = 0;
        while made.len() < target {
            tries += 1;
            if tries > target + 20 || !self.spend(5) {
                return None;
            }
            for name in self.new_names(object, made) {
                if made.len() >= target {
                    break;
                }
                let goals = object.goals(self.resources, &name);
                made.extend(self.any(&goals, spot.below(&name)).map(|value| (name.clone(), value)));
            }
        }
        Some(())
    }

    fn draw_room(&self) -> bool {
        self.spend(1)
    }

    /// Names that are not taken yet and that `propertyNames` allows.
    fn new_names(&self, object: &Members<'r>, made: &Map<String, Value>) -> Vec<String> {
        let mut names: Vec<String> =
            object.patterns.iter().filter_map(|(p, _)| self.matching(p, object, made)).collect();
        if !object.names.is_empty() {
            names.extend((0..4).filter_map(|_| self.name_of(&object.names)));
            let listed = self.every(&object.names, Spot { name: "name", depth: 0, full: true }, 4);
            names.extend(listed.into_iter().filter_map(|(_, value)| value.as_str().map(str::to_owned)));
        }
        names.extend(["extra", "Extra", "EXTRA", "x", "0"].map(str::to_owned));
        names.extend((1..=made.len() + 3).map(|at| format!("extra_{at}")));
        let usable = |name: &String| {
            !made.contains_key(name)
                && !object.forbidden.contains(name)
                && object.named.iter().all(|(known, _)| known != name)
                && self.may_be_named(object, name)
        };
        names.retain(usable);
        let mut seen = std::collections::HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
        // The plain ones come first, unless a pattern says what names are expected.
        if object.patterns.is_empty() {
            names.sort_by_key(|name| !name.starts_with("extra"));
        }
        names
    }

    fn name_of(&self, goals: &[Goal<'r>]) -> Option<String> {
        // A name is a text, whatever the schema of names says of other types.
        match self.any(goals, Spot { name: "name", depth: 0, full: true }) {
            Some(Value::String(name)) => Some(name),
            _ => {
                self.every(goals, Spot { name: "name", depth: 0, full: true }, 8).into_iter().find_map(|(_, value)| {
                    match value {
                        Value::String(name) => Some(name),
                        _ => None,
                    }
                })
            }
        }
    }

    /// A name that a pattern matches and that is free.
    fn matching(&self, pattern: &str, object: &Members<'r>, made: &Map<String, Value>) -> Option<String> {
        let sampler = Sampler::new(parse(pattern).ok()?);
        (0..30).find_map(|attempt| {
            let length = (attempt % 3 == 2).then_some(attempt);
            let name = self.with_draw(|draw| sampler.text(length, draw));
            let text = Value::String(name.clone());
            (!made.contains_key(&name)
                && !object.forbidden.contains(&name)
                && self.resources.matches(pattern, &text)
                && self.may_be_named(object, &name))
            .then_some(name)
        })
    }
}

fn is_read_only(goals: &[Goal<'_>]) -> bool {
    goals.iter().any(|goal| match goal {
        Goal::Is(node) => node.site.schema.get("readOnly").and_then(Value::as_bool) == Some(true),
        _ => false,
    })
}
