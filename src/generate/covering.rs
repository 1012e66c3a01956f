//! Covering arrays: few rows in which any `strength` factors meet in every combination of their levels.

use super::draw::Draw;

/// Rows over factors with `levels[i]` levels each, such that any `strength` factors take every combination of levels
/// in some row. A row holds a level for each factor.
///
/// Greedy, one row at a time, as AETG (Cohen et al. 1997) does: each row starts from a combination that is still
/// missing and takes for every other factor the level that covers most of what is missing. Deterministic for a seed.
pub fn covering_array(levels: &[usize], strength: usize, seed: u64) -> Vec<Vec<usize>> {
    let strength = strength.min(levels.len());
    if strength == 0 || levels.contains(&0) {
        return Vec::new();
    }
    let mut missing = Missing::all(levels, strength);
    let mut draw = Draw::new(seed, "covering-array");
    let mut rows = Vec::new();
    while let Some(start) = missing.first() {
        let mut row: Vec<Option<usize>> = vec![None; levels.len()];
        missing.assign(&start, &mut row);
        let mut order: Vec<usize> = (0..levels.len()).filter(|factor| row[*factor].is_none()).collect();
        shuffle(&mut order, &mut draw);
        for factor in order {
            // Of equal levels the draw chooses, so that what need not vary varies all the same.
            let offset = draw.below(levels[factor]);
            let candidates = (0..levels[factor]).map(|level| (level + offset) % levels[factor]);
            let best = candidates.map(|level| (missing.gain(&row, factor, level), level)).max_by_key(|(gain, _)| *gain);
            row[factor] = best.map(|(_, level)| level);
        }
        let row: Vec<usize> = row.into_iter().map(Option::unwrap_or_default).collect();
        missing.cover(&row);
        rows.push(row);
    }
    rows
}

/// The combinations that no row has yet: for each set of factors, a flag for each combination of their levels.
struct Missing {
    sets: Vec<Set>,
}

struct Set {
    factors: Vec<usize>,
    levels: Vec<usize>,
    open: Vec<bool>,
    left: usize,
}

impl Missing {
    fn all(levels: &[usize], strength: usize) -> Self {
        let sets = combinations(levels.len(), strength).into_iter().map(|factors| {
            let levels: Vec<usize> = factors.iter().map(|factor| levels[*factor]).collect();
            let count = levels.iter().product();
            Set { factors, levels, open: vec![true; count], left: count }
        });
        Self { sets: sets.collect() }
    }

    /// A set and the number of a combination of it that is missing.
    fn first(&self) -> Option<(usize, usize)> {
        let set = self.sets.iter().position(|set| set.left > 0)?;
        self.sets[set].open.iter().position(|open| *open).map(|at| (set, at))
    }

    fn assign(&self, (set, at): &(usize, usize), row: &mut [Option<usize>]) {
        let set = &self.sets[*set];
        let mut rest = *at;
        for (factor, levels) in set.factors.iter().zip(&set.levels).rev() {
            row[*factor] = Some(rest % levels);
            rest /= levels;
        }
    }

    /// How many missing combinations `level` of `factor` completes, given what the row has.
    fn gain(&self, row: &[Option<usize>], factor: usize, level: usize) -> usize {
        let level_of = |at: usize| if at == factor { Some(level) } else { row[at] };
        self.sets
            .iter()
            .filter(|set| set.left > 0 && set.factors.contains(&factor))
            .filter(|set| set.number(level_of).is_some_and(|number| set.open[number]))
            .count()
    }

    fn cover(&mut self, row: &[usize]) {
        for set in &mut self.sets {
            if let Some(number) = set.number(|at| Some(row[at]))
                && std::mem::take(&mut set.open[number])
            {
                set.left -= 1;
            }
        }
    }
}

impl Set {
    fn number(&self, level_of: impl Fn(usize) -> Option<usize>) -> Option<usize> {
        self.factors
            .iter()
            .zip(&self.levels)
            .try_fold(0, |number, (factor, levels)| Some(number * levels + level_of(*factor)?))
    }
}

fn combinations(count: usize, size: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for _ in 0..size {
        all = all
            .into_iter()
            .flat_map(|chosen: Vec<usize>| {
                let next = chosen.last().map_or(0, |last| last + 1);
                (next..count).map(move |factor| [chosen.as_slice(), &[factor]].concat()).collect::<Vec<_>>()
            })
            .collect();
    }
    all
}

fn shuffle(items: &mut [usize], draw: &mut Draw) {
    for at in (1..items.len()).rev() {
        items.swap(at, draw.below(at + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn covers(rows: &[Vec<usize>], levels: &[usize], strength: usize) -> bool {
        combinations(levels.len(), strength.min(levels.len())).iter().all(|factors| {
            let wanted: usize = factors.iter().map(|factor| levels[*factor]).product();
            let met: std::collections::HashSet<Vec<usize>> =
                rows.iter().map(|row| factors.iter().map(|factor| row[*factor]).collect()).collect();
            met.len() == wanted
        })
    }

    proptest! {
        #[test]
        fn every_combination_of_the_strength_is_met(
            levels in proptest::collection::vec(1usize..5, 1..6), strength in 1usize..4, seed in any::<u64>()
        ) {
            let rows = covering_array(&levels, strength, seed);
            prop_assert!(covers(&rows, &levels, strength));
            prop_assert!(rows.iter().all(|row| row.iter().zip(&levels).all(|(level, levels)| level < levels)));
        }
    }

    #[test]
    fn pairs_of_four_factors_with_five_levels_take_few_rows() {
        let rows = covering_array(&[5, 5, 5, 5], 2, 7);
        assert!(rows.len() <= 36, "{} rows", rows.len());
        assert_eq!(rows, covering_array(&[5, 5, 5, 5], 2, 7));
    }
}
