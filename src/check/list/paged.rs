//! A page has nothing of the page before it.

use serde_json::Value;

use super::{ID, short, total};
use crate::case::Paged;
use crate::check::{Finding, Subject};

/// Judges the page after the first one. None where the list changed meanwhile, or has no more than a page.
pub(super) fn run(subject: &Subject<'_>, paged: &Paged, again: &Value) -> Option<Option<Finding>> {
    let answer = |step: usize| subject.earlier.get(step)?.response().filter(|response| response.is_success())?.json();
    let (first, second) = (answer(paged.first)?, answer(paged.second)?);
    let (before, after) = (names(paged, &first)?, names(paged, &second)?);
    let name = *before.first()?;
    if before != names(paged, again)? || after.is_empty() {
        return None;
    }
    let found = |title: String, label: String| {
        let body = Some(paged.list.clone());
        Finding { label, body, detail: paged.parameter.clone(), ..subject.error(ID, title, &paged.schema) }
    };
    if after.contains(&name) {
        let title =
            format!("a page has what stands at the start of the page before it: `{}` is not heeded", paged.parameter);
        return Some(Some(found(title, format!("{} stands in both, and in the first one again", short(name)))));
    }
    let seen = before.len() + after.len();
    let too_few = total::of(&second).filter(|(_, total)| *total < seen as u64);
    Some(too_few.map(|(place, total)| {
        let label = format!("two pages have {seen} elements, and the second one says that there are {total}");
        found(format!("`{place}` is less than there are"), label)
    }))
}

/// What tells the elements of a page from one another.
fn names<'v>(paged: &Paged, body: &'v Value) -> Option<Vec<&'v Value>> {
    let items = paged.list.resolve(body)?.as_array()?;
    items.iter().map(|item| paged.item.resolve(item)).collect()
}
