//! Numbers for a flat description.

use serde_json::Value;

use super::decimal::Decimal;
use super::describe::Flat;
use super::recipe::Recipe;
use crate::generate::draw::Draw;

/// A number that fits, as far as the recipe can be followed.
pub(super) fn number(flat: &Flat<'_>, recipe: Recipe, draw: &mut Draw) -> Option<Value> {
    let fitting: Vec<Decimal> = candidates(flat, draw).into_iter().filter(|number| fits(flat, *number)).collect();
    // Servers divide binary fractions, to which 0.0003 is no multiple of 0.0001: multiples that are to them too come first.
    let plain = |number: &Decimal| flat.steps.iter().all(|step| (number.as_f64() / step.as_f64()).fract() == 0.0);
    let agreed: Vec<Decimal> = fitting.iter().copied().filter(plain).collect();
    let mut all = if agreed.is_empty() { fitting } else { agreed };
    let ordered = |mut all: Vec<Decimal>| {
        all.sort_by(|a, b| a.compare(*b));
        all.dedup();
        all
    };
    let chosen = match recipe {
        Recipe::Least => ordered(all).first().copied(),
        Recipe::AboveLeast => ordered(all).get(1).copied(),
        Recipe::Most => ordered(all).last().copied(),
        Recipe::BelowMost => {
            let all = ordered(all);
            all.len().checked_sub(2).and_then(|at| all.get(at).copied())
        }
        Recipe::Zero => all.into_iter().find(|number| *number == Decimal::ZERO),
        Recipe::Negative => all.into_iter().find(|number| number.compare(Decimal::ZERO).is_lt()),
        Recipe::Fraction => all.into_iter().find(|number| !number.is_whole()),
        _ => {
            all.truncate(1);
            all.pop()
        }
    };
    chosen?.to_json()
}

/// Whether a number fits, as it is written in JSON.
fn fits(flat: &Flat<'_>, number: Decimal) -> bool {
    let Some(value) = number.to_json() else { return false };
    let Some(number) = Decimal::of(&value) else { return false };
    let above = |(low, open): (Decimal, bool)| number.compare(low).is_gt() || (!open && number.compare(low).is_eq());
    let below = |(high, open): (Decimal, bool)| number.compare(high).is_lt() || (!open && number.compare(high).is_eq());
    flat.low.is_none_or(above)
        && flat.high.is_none_or(below)
        && flat.whole.is_none_or(|whole| number.is_whole() == whole)
        && flat.steps.iter().all(|step| number.is_multiple(*step))
        && flat.off_steps.iter().all(|step| !number.is_multiple(*step))
        && !flat.barred.iter().any(|barred| Decimal::of(barred) == Some(number))
}

/// Numbers that may fit, an ordinary one first.
fn candidates(flat: &Flat<'_>, draw: &mut Draw) -> Vec<Decimal> {
    let mut all = Vec::new();
    let whole = flat.whole == Some(true);
    let grid = flat.steps.iter().copied().chain(whole.then_some(Decimal::ONE));
    let step = grid.reduce(|a, b| a.common_multiple(b).unwrap_or(a)).filter(|step| *step != Decimal::ZERO);
    let unit = step.unwrap_or(Decimal::ONE);
    let (low, high) = (flat.low.map(|low| low.0), flat.high.map(|high| high.0));
    let on_grid = |times: Option<i128>| times.and_then(|times| unit.times(times));
    let first = low.and_then(|low| low.floor_of(unit));
    let last = high.and_then(|high| high.floor_of(unit));
    // An ordinary one: near the lower bound, else near the upper one, else small.
    let offset = draw.below(40) as i128;
    let ordinary = match (first, last) {
        (Some(first), Some(last)) => Some(first + 1 + offset % (last - first).clamp(1, 40)),
        (Some(first), None) => first.checked_add(1 + offset),
        (None, Some(last)) => last.checked_sub(offset),
        (None, None) => Some(1 + offset),
    };
    all.extend(on_grid(ordinary));
    for at in [first, last].into_iter().flatten() {
        for near in [0, 1, -1, 2, -2, 3] {
            all.extend(on_grid(at.checked_add(near)));
        }
    }
    all.extend(flat.examples.iter().filter_map(|value| Decimal::of(value)));
    all.extend([low, high].into_iter().flatten());
    if let (Some(low), Some(high)) = (low, high) {
        all.extend(low.plus(high).and_then(Decimal::half));
    }
    for near in [Decimal::new(5, -1), Decimal::new(1, -1), Decimal::new(1, -6), Decimal::ONE] {
        all.extend(low.and_then(|low| low.plus(near)));
        all.extend(high.and_then(|high| high.minus(near)));
    }
    for times in [0, 1, -1, 2, 3, -2, 7, 10, 100, -100, 1_000_003] {
        all.extend(unit.times(times));
    }
    for off in &flat.off_steps {
        let beside = off.half().into_iter().chain([Decimal::ONE, Decimal::new(1, -1), Decimal::new(1, -9)]);
        let bases = [Some(Decimal::ZERO), low, high, all.first().copied()];
        let near: Vec<_> = beside.collect();
        for base in bases.into_iter().flatten() {
            all.extend(near.iter().filter_map(|near| base.plus(*near)));
        }
    }
    for number in
        [Decimal::new(15, -1), Decimal::new(-15, -1), Decimal::new(1, 20), Decimal::new(1, 300), Decimal::new(-1, 300)]
    {
        all.push(number);
    }
    if flat.barred.len() > 3 {
        all.extend((0..flat.barred.len() as i128 + 5).filter_map(|times| unit.times(times)));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn bounds_and_grids_are_met_exactly() {
        let decimal = |value: Value| Decimal::of(&value).expect("a number");
        let mut flat = Flat::new();
        flat.raise(decimal(json!(0.05)), true);
        flat.lower(decimal(json!(0.5)), false);
        flat.steps.push(decimal(json!(0.05)));
        let made = |recipe| number(&flat, recipe, &mut Draw::new(1, "t"));
        assert_eq!(made(Recipe::Least), Some(json!(0.1)));
        assert_eq!(made(Recipe::Most), Some(json!(0.5)));
        assert_eq!(made(Recipe::Zero), None);
    }

    #[test]
    fn huge_bounds_are_reached() {
        let mut flat = Flat::new();
        flat.whole = Some(true);
        flat.raise(Decimal::of(&json!(i64::MIN)).expect("a number"), false);
        flat.lower(Decimal::of(&json!(u64::MAX)).expect("a number"), false);
        let made = |recipe| number(&flat, recipe, &mut Draw::new(1, "t"));
        assert_eq!(made(Recipe::Least), Some(json!(i64::MIN)));
        assert_eq!(made(Recipe::Most), Some(json!(u64::MAX)));
    }
}
