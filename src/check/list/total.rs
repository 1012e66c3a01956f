//! A count of all things is no less than those in the answer.

use serde_json::{Map, Value};

use super::ID;
use crate::check::{Finding, Subject};
use crate::contract::words;
use crate::source::Pointer;

/// Names of members that count what a list has on all of its pages.
const TOTALS: [&str; 10] = [
    "totalcount",
    "totalitems",
    "totalresults",
    "totalelements",
    "totalrecords",
    "totalhits",
    "totalrows",
    "totalentries",
    "counttotal",
    "itemstotal",
];
/// Names of members that stand beside a `total` which is no sum of money.
const PAGING: [&str; 9] = ["page", "limit", "offset", "pagesize", "perpage", "skip", "size", "pages", "totalpages"];

/// Judges what an answer says of the number of things. None where it says nothing of that.
pub(super) fn run(subject: &Subject<'_>, body: &Value) -> Option<Option<Finding>> {
    let (list, many) = only_list(body)?;
    let (place, total) = of(body)?;
    Some((total < many as u64).then(|| {
        let title = format!("`{place}` is less than there are");
        let label = format!("it is {total}, and `{list}` has {many}");
        let schema = subject.responses();
        Finding { label, body: Some(place.clone()), detail: "total".into(), ..subject.error(ID, title, &schema) }
    }))
}

/// The count of all things, and where it stands: in the body, or in what it says of its pages.
pub(super) fn of(body: &Value) -> Option<(Pointer, u64)> {
    let members = body.as_object()?;
    among(members, &Pointer::root()).or_else(|| {
        let mut below = members.iter().filter_map(|(name, value)| Some((name, value.as_object()?)));
        below.find_map(|(name, inner)| among(inner, &Pointer::root().child(name)))
    })
}

fn among(members: &Map<String, Value>, place: &Pointer) -> Option<(Pointer, u64)> {
    let called = |name: &str, names: &[&str]| names.contains(&words(name).concat().as_str());
    let pages = || members.keys().any(|name| called(name, &PAGING));
    let (name, total) =
        members.iter().find(|(name, _)| called(name, &TOTALS) || (name.eq_ignore_ascii_case("total") && pages()))?;
    Some((place.child(name), total.as_u64()?))
}

/// The only array among the members of a body, and how many elements it has.
fn only_list(body: &Value) -> Option<(Pointer, usize)> {
    let mut lists = body.as_object()?.iter().filter_map(|(name, value)| Some((name, value.as_array()?.len())));
    let (name, many) = lists.next()?;
    lists.next().is_none().then(|| (Pointer::root().child(name), many))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_total_is_known_by_its_name_or_by_what_stands_beside_it() {
        for (body, total) in [
            (json!({"items": [1], "total": 3, "limit": 10}), Some(3)),
            (json!({"items": [1], "totalCount": 3}), Some(3)),
            (json!({"data": [1], "meta": {"total_count": 3}}), Some(3)),
            (json!({"data": [1], "pagination": {"page": 1, "total": 3}}), Some(3)),
            (json!({"items": [{}, {}], "total": 1}), None),
            (json!({"items": [1], "total_price": 3}), None),
            (json!({"items": [1], "total_count": "3"}), None),
        ] {
            assert_eq!(of(&body).map(|(_, total)| total), total, "{body}");
        }
    }
}
