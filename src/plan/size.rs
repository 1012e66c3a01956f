//! A gate ends in time: it makes so many requests and no more.

use crate::case::{Case, Intent, Tier};

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

/// What a case is worth where there is not room for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Worth {
    /// It always stays.
    Smoke,
    /// What the schemas themselves say: each value of a list, each boundary, each branch, each constraint broken.
    Stated,
    /// What else a server may stumble over.
    Unusual,
}

impl Worth {
    fn of(case: &Case) -> Self {
        let stated = ["/plain", "/boundary"].iter().any(|end| case.kind.ends_with(end))
            || case.name.contains("/composed/")
            || case.name.contains("/example")
            || matches!(&case.intent, Intent::Invalid { keyword, .. } if keyword != "json");
        match (case.tier, stated) {
            (Tier::Smoke, _) => Self::Smoke,
            (_, true) => Self::Stated,
            (_, false) => Self::Unusual,
        }
    }
}

/// Keeps the cases that fit into so many requests: those of the smoke profile, and of the others an even choice, in which
/// what the schemas state has up to two thirds of the room. Whether there was no room for some.
pub(super) fn thin(cases: &mut Vec<Case>, requests: usize) -> bool {
    let worth: Vec<Worth> = cases.iter().map(Worth::of).collect();
    let cost = |wanted: Worth| {
        let wanted = cases.iter().zip(&worth).filter(|(_, worth)| **worth == wanted);
        wanted.map(|(case, _)| case.requests_made()).sum::<usize>()
    };
    let [first, stated, unusual] = [Worth::Smoke, Worth::Stated, Worth::Unusual].map(cost);
    if first + stated + unusual <= requests {
        return false;
    }
    let room = requests.saturating_sub(first);
    let of_stated = stated.min((room * 2 / 3).max(room.saturating_sub(unusual)));
    let mut choices = [Choice::new(of_stated, stated), Choice::new(room - of_stated, unusual)];
    let mut worth = worth.into_iter();
    cases.retain(|case| match worth.next() {
        Some(Worth::Stated) => choices[0].takes(case.requests_made()),
        Some(Worth::Unusual) => choices[1].takes(case.requests_made()),
        Some(Worth::Smoke) | None => true,
    });
    true
}

/// An even choice of what costs `whole` in all, for which there is `room`.
struct Choice {
    room: usize,
    whole: usize,
    credit: usize,
}

impl Choice {
    fn new(room: usize, whole: usize) -> Self {
        Self { room, whole, credit: 0 }
    }

    fn takes(&mut self, requests: usize) -> bool {
        // Whole numbers: the choice must be the same on every machine.
        self.credit += self.room * requests;
        let price = self.whole * requests;
        let taken = self.credit >= price;
        if taken {
            self.credit -= price;
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::RequestTemplate;
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
    #[test]
    fn what_the_schemas_state_comes_before_what_is_only_unusual() {
        let mut cases = cases(100);
        for (at, case) in cases.iter_mut().enumerate() {
            case.kind = if at % 4 == 0 { "valid/boundary".into() } else { "valid/unusual".into() };
        }
        assert!(thin(&mut cases, 55));
        let left = |end: &str| cases.iter().filter(|case| case.kind.ends_with(end)).count();
        // All twenty-five boundaries, and of the others those of the smoke profile and what there is room for.
        assert_eq!(left("/boundary"), 25);
        assert!((25..=30).contains(&left("/unusual")), "{}", left("/unusual"));
    }
}
