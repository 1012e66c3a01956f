//! A gate ends in time: it makes so many requests and no more.

use crate::case::{Case, Tier};

/// How many requests the derived cases of a gate make at most. On a server that takes 100 ms an answer, with sixteen
/// under way, they take less than twenty seconds.
const MOST: usize = 3_000;
/// An operation is given this many all the same, however many there are.
const LEAST: usize = 150;

/// How many requests one of so many operations may take.
pub(super) fn share(operations: usize) -> usize {
    (MOST / operations.max(1)).max(LEAST)
}

/// How many requests may still be made where so many are.
pub(super) fn spare(requests: usize) -> usize {
    MOST.saturating_sub(requests)
}

/// Keeps the cases that fit into so many requests: those of the smoke profile, and of the others an even choice, so that
/// each kind keeps its share. Whether there was no room for some.
pub(super) fn thin(cases: &mut Vec<Case>, requests: usize) -> bool {
    let cost =
        |wanted: fn(&Case) -> bool| cases.iter().filter(|case| wanted(case)).map(Case::requests_made).sum::<usize>();
    let (first, rest) = (cost(|case| case.tier == Tier::Smoke), cost(|case| case.tier != Tier::Smoke));
    if first + rest <= requests {
        return false;
    }
    let room = requests.saturating_sub(first);
    let mut credit = 0;
    let fits = |case: &Case| {
        if case.tier == Tier::Smoke {
            return true;
        }
        // Whole numbers: the choice must be the same on every machine.
        credit += room * case.requests_made();
        let price = rest * case.requests_made();
        let taken = credit >= price;
        if taken {
            credit -= price;
        }
        taken
    };
    cases.retain(fits);
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Intent, RequestTemplate};
    use crate::http::Headers;

    fn cases(count: usize) -> Vec<Case> {
        let request =
            || RequestTemplate { method: "POST".into(), path: "/".into(), headers: Headers::new(), body: None };
        let case = |at| Case::single(0, format!("x/valid/{at}"), Intent::Valid, "", request());
        (0..count).map(|at| Case { tier: if at % 10 == 0 { Tier::Smoke } else { Tier::Gate }, ..case(at) }).collect()
    }

    #[test]
    fn what_fits_stays_whole_and_what_does_not_keeps_the_smoke_profile_and_an_even_choice() {
        let mut whole = cases(100);
        assert!(!thin(&mut whole, 100));
        assert_eq!(whole.len(), 100);
        let mut kept = cases(100);
        assert!(thin(&mut kept, 55));
        assert!((50..=55).contains(&kept.len()), "{}", kept.len());
        assert_eq!(kept.iter().filter(|case| case.tier == Tier::Smoke).count(), 10);
        let late = kept.iter().filter(|case| case.name.ends_with('9') || case.name.ends_with('8')).count();
        assert!(late > 5, "{late}");
        assert_eq!((share(1), share(10), share(1_000)), (3_000, 300, 150));
        assert_eq!((spare(2_900), spare(9_000)), (100, 0));
    }
}
