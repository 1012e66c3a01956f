//! One instance of a set of schemas: described flat, built by type, then checked; the next description where it is refused.

use std::cell::{Cell, RefCell};

use serde_json::Value;

use super::describe::{Flat, Type};
use super::evaluate::{Evaluator, equal};
use super::flat::{Goal, flats};
use super::number::number;
use super::recipe::{Recipe, recipes};
use super::resources::Resources;
use super::text::text;
use crate::generate::draw::Draw;
use crate::source::Pointer;

/// How many flat descriptions are tried at one place.
const MAX_FLATS: usize = 24;

/// Builds instances.
#[derive(Debug)]
pub(super) struct Builder<'b, 'r> {
    pub(super) resources: &'b Resources<'r>,
    /// How many more steps may be taken.
    pub(super) work: &'b Cell<usize>,
    pub(super) draw: RefCell<Draw>,
    /// Deeper than this nothing is built.
    pub(super) limit: usize,
    /// The deepest place at which nothing could be built, for the report.
    pub(super) failure: RefCell<Option<(usize, Failure)>>,
    /// The schemas of the places above the one under way.
    pub(super) above: RefCell<Vec<Pointer>>,
}

/// Why nothing could be built at a place.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    pub(super) at: Pointer,
    pub(super) reason: String,
}

/// Where in an instance something is built.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot<'n> {
    /// The name of the member it is, or belongs to.
    pub(super) name: &'n str,
    pub(super) depth: usize,
    /// Whether optional members are wanted.
    pub(super) full: bool,
}

impl<'n> Spot<'n> {
    pub(super) fn below(self, name: &'n str) -> Self {
        Self { name, depth: self.depth + 1, ..self }
    }
}

impl<'b, 'r> Builder<'b, 'r> {
    pub(super) fn evaluator(&self) -> Evaluator<'b, 'r> {
        Evaluator::new(self.resources, self.work)
    }

    /// Whether there is work left, of which this takes some.
    pub(super) fn spend(&self, amount: usize) -> bool {
        let left = self.work.get();
        self.work.set(left.saturating_sub(amount));
        left > amount
    }

    pub(super) fn with_draw<T>(&self, act: impl FnOnce(&mut Draw) -> T) -> T {
        act(&mut self.draw.borrow_mut())
    }

    /// An instance that meets every goal; none where none was found.
    pub(super) fn any(&self, goals: &[Goal<'r>], spot: Spot<'_>) -> Option<Value> {
        if spot.depth > self.limit {
            let again = self.repeated();
            self.failed(again.or_else(|| place(goals)), spot, || {
                "it asks for a value without end, or for a larger one than is made".into()
            });
            return None;
        }
        if !self.spend(20) {
            return None;
        }
        self.above.borrow_mut().extend(place(goals));
        let found = self.some(goals, spot);
        if place(goals).is_some() {
            self.above.borrow_mut().pop();
        }
        found
    }

    fn some(&self, goals: &[Goal<'r>], spot: Spot<'_>) -> Option<Value> {
        // Most places have one description; a second look costs little.
        let found = flats(self.resources, goals, 1);
        if let Some(value) = found.first().and_then(|flat| self.ordinary(flat, goals, spot)) {
            return Some(value);
        }
        self.failed(place(goals), spot, || self.reason(found.first()));
        // What the plainest way meets is what is reported; the others go astray in their own ways.
        let failure = self.failure.borrow().clone();
        let found = flats(self.resources, goals, MAX_FLATS);
        let value = found.iter().skip(1).find_map(|flat| self.ordinary(flat, goals, spot));
        *self.failure.borrow_mut() = failure;
        value
    }

    /// The innermost schema that stands in the places above more than once.
    fn repeated(&self) -> Option<Pointer> {
        let above = self.above.borrow();
        above.iter().enumerate().rev().find(|(at, place)| above[..*at].contains(place)).map(|(_, place)| place.clone())
    }

    /// The plainest value of a description that can be built.
    fn ordinary(&self, flat: &Flat<'r>, goals: &[Goal<'r>], spot: Spot<'_>) -> Option<Value> {
        if let Some(values) = &flat.values {
            let start = self.with_draw(|draw| draw.below(values.len()));
            let rotated = (0..values.len()).map(|at| values[(start + at) % values.len()]);
            return rotated.filter(|value| !flat.bars(value)).find(|value| self.meets(goals, value)).cloned();
        }
        let recipe = if spot.full { Recipe::Plain } else { Recipe::Least };
        for kind in flat.types_in_order() {
            let fitting = if matches!(kind, Type::Object | Type::Array) { recipe } else { Recipe::Plain };
            let built = self.of_type(flat, kind, fitting, spot).filter(|value| self.meets(goals, value));
            // A whole array or object may break what a smaller one keeps.
            let built = built.or_else(|| {
                let smaller = Recipe::Least;
                let again = matches!(kind, Type::Object | Type::Array) && fitting != smaller;
                again
                    .then(|| self.of_type(flat, kind, smaller, Spot { full: false, ..spot }))?
                    .filter(|value| self.meets(goals, value))
            });
            if built.is_some() {
                return built;
            }
        }
        None
    }

    /// A value made by a recipe from one description.
    pub(super) fn made(
        &self,
        flat: &Flat<'r>,
        (kind, recipe): (Type, Recipe),
        goals: &[Goal<'r>],
        spot: Spot<'_>,
    ) -> Option<Value> {
        if !self.spend(20) {
            return None;
        }
        let built = match recipe {
            Recipe::Value(at) => flat.values.as_ref()?.get(at).map(|value| (*value).clone()),
            _ => self.of_type(flat, kind, recipe, spot),
        };
        built.filter(|value| self.meets(goals, value))
    }

    fn of_type(&self, flat: &Flat<'r>, kind: Type, recipe: Recipe, spot: Spot<'_>) -> Option<Value> {
        let built = match kind {
            Type::Null => Some(Value::Null),
            Type::Boolean => Some(Value::Bool(match recipe {
                Recipe::Flag(flag) => flag,
                // What bars one of them leaves the other.
                _ if flat.bars(&Value::Bool(true)) => false,
                _ if flat.bars(&Value::Bool(false)) => true,
                _ => self.with_draw(|draw| draw.one_in(2)),
            })),
            Type::Number => self.with_draw(|draw| number(flat, recipe, draw)),
            Type::String => self.with_draw(|draw| text(flat, self.resources, recipe, spot.name, draw)),
            Type::Array => self.array(flat, recipe, spot).map(Value::Array),
            Type::Object => self.object(flat, recipe, spot).map(Value::Object),
        };
        built.filter(|value| !flat.bars(value))
    }

    /// Whether a value meets every goal.
    pub(super) fn meets(&self, goals: &[Goal<'r>], value: &Value) -> bool {
        let evaluator = self.evaluator();
        goals.iter().all(|goal| match goal {
            Goal::Is(node) => evaluator.is_valid(node.site, value),
            Goal::Not(node) => !evaluator.is_valid(node.site, value),
            Goal::Breaks(node, keyword) => !evaluator.holds(node.site, keyword, value),
            // What it stands for is checked as a whole by whoever asked for it.
            Goal::Own(..) => true,
        })
    }

    fn failed(&self, at: Option<Pointer>, spot: Spot<'_>, reason: impl FnOnce() -> String) {
        let deeper = self.failure.borrow().as_ref().is_none_or(|(depth, _)| spot.depth > *depth);
        if let Some(at) = at.filter(|_| deeper) {
            let failure = Failure { at, reason: reason() };
            *self.failure.borrow_mut() = Some((spot.depth, failure));
        }
    }

    /// What stands in the way, as far as the plainest description tells.
    fn reason(&self, flat: Option<&Flat<'r>>) -> String {
        let Some(flat) = flat else { return "its constraints contradict one another".into() };
        for pattern in &flat.patterns {
            if let Err(error) = super::pattern::parse(pattern) {
                return format!("no text can be drawn from the pattern `{pattern}`: {error}");
            }
        }
        match (flat.types.as_slice(), flat.patterns.first()) {
            ([Type::String], Some(pattern)) => format!("no text was found for the pattern `{pattern}`"),
            _ => "no value was found that meets all its constraints".into(),
        }
    }

    /// Every value that recipes make of the first descriptions of `goals`, each with a name.
    pub(super) fn every(&self, goals: &[Goal<'r>], spot: Spot<'_>, cap: usize) -> Vec<(String, Value)> {
        let mut all: Vec<(String, Value)> = Vec::new();
        for (number, flat) in flats(self.resources, goals, cap).iter().enumerate() {
            let label = flat.labels.join("-");
            for (name, kind, recipe) in recipes(flat) {
                let Some(value) = self.made(flat, (kind, recipe), goals, spot) else { continue };
                if all.iter().any(|(_, known)| *known == value) {
                    continue;
                }
                let name = match (label.is_empty(), number) {
                    (true, 0) => name,
                    (true, number) => format!("way-{}-{name}", number + 1),
                    (false, _) => format!("{label}-{name}"),
                };
                all.push((name, value));
            }
        }
        all
    }
}

/// Where the schemas that a value must satisfy stand: the first of them.
fn place(goals: &[Goal<'_>]) -> Option<Pointer> {
    goals.iter().find_map(|goal| match goal {
        Goal::Is(node) | Goal::Own(node, _) => Some(node.at.clone()),
        Goal::Not(_) | Goal::Breaks(..) => None,
    })
}

impl Flat<'_> {
    /// Whether a value is excluded by name.
    pub(super) fn bars(&self, value: &Value) -> bool {
        self.barred.iter().any(|barred| equal(barred, value))
    }
}
