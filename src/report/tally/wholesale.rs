//! A server that treats all requests of an intent alike has one fault, in however many places it shows.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::{Among, Group, Tally};
use crate::check::Severity;
use crate::source::Pointer;

/// A check whose findings may be one: what they are counted among, and what is said of them together.
struct Wholesale {
    check: &'static str,
    among: fn(usize) -> Among,
    title: &'static str,
}

const WHOLESALE: [Wholesale; 3] = [
    Wholesale { check: "no-server-error", among: Among::Sent, title: "the server failed on every request" },
    Wholesale {
        check: "accepts-valid",
        among: |operation| Among::Intent(operation, "valid"),
        title: "every valid request was refused",
    },
    Wholesale {
        check: "rejects-invalid",
        among: |operation| Among::Intent(operation, "invalid"),
        title: "every invalid request was accepted",
    },
];

impl Tally {
    /// What was found, one group a cause: the gravest first, then in the order of the checks, then by place.
    pub fn findings(&self) -> Vec<Cow<'_, Group>> {
        let mut groups: Vec<Cow<'_, Group>> = self.causes.sorted().into_iter().map(Cow::Borrowed).collect();
        let operations: BTreeSet<usize> = groups.iter().map(|group| group.example.operation).collect();
        for operation in &operations {
            for wholesale in &WHOLESALE {
                self.merge(&mut groups, *operation, wholesale);
                follow_the_plainest(&mut groups, *operation, wholesale.check);
            }
        }
        self.merge_credentials(&mut groups);
        groups
    }

    /// Makes one of the groups of a check, where they show in each case that they could.
    fn merge(&self, groups: &mut Vec<Cow<'_, Group>>, operation: usize, wholesale: &Wholesale) {
        let is_one = |group: &Group| {
            let of_check = group.cause.check == wholesale.check && group.example.operation == operation;
            of_check && group.finding.severity == Severity::Error
        };
        let among = (wholesale.among)(operation);
        let of: Vec<&Group> = groups.iter().map(AsRef::as_ref).filter(|group| is_one(group)).collect();
        let (count, all) = (of.iter().map(|group| group.count).sum::<u64>(), self.size(among));
        let (true, Some(plainest)) =
            (of.len() > 1 && count >= all, of.iter().min_by_key(|group| group.example.plainness))
        else {
            return;
        };
        let mut one = Group::clone(plainest);
        one.count = all;
        one.among = BTreeSet::from([among]);
        one.cases = of.iter().flat_map(|group| group.cases.clone()).take(super::causes::MAX_NAMES).collect();
        let statuses: BTreeSet<&str> = of.iter().filter_map(|group| status(&group.finding.detail)).collect();
        let with = if statuses.is_empty() { String::new() } else { " with ".to_owned() };
        let statuses: Vec<&str> = statuses.into_iter().collect();
        one.finding.title = format!("{}{with}{}", wholesale.title, statuses.join(" or "));
        let place = self.context.contract.operations.get(operation).map(|contract| contract.operation.pointer.clone());
        one.finding.contract = place.unwrap_or_else(Pointer::root);
        replace(groups, is_one, one);
    }
}

/// Ends of the names of cases that send what anybody would, and no more.
const PLAINEST: [&str; 2] = ["/valid/minimal", "/valid/plain"];

/// Where the plainest valid request fails, others that fail in the same way say nothing more.
fn follow_the_plainest(groups: &mut Vec<Cow<'_, Group>>, operation: usize, check: &str) {
    let of_check = |group: &Group| group.cause.check == check && group.example.operation == operation;
    let is_plainest = |group: &Group| group.cases.iter().any(|name| PLAINEST.iter().any(|end| name.ends_with(end)));
    let Some(plainest) = groups.iter().find(|group| of_check(group) && is_plainest(group)) else { return };
    let Some(wrong) = status(&plainest.finding.detail).map(str::to_owned) else { return };
    let is_one = |group: &Group| of_check(group) && status(&group.finding.detail) == Some(&wrong);
    let of = || groups.iter().filter(|group| is_one(group));
    if of().nth(1).is_none() {
        return;
    }
    let mut one = Group::clone(plainest);
    one.count = of().map(|group| group.count).sum();
    one.among = of().flat_map(|group| group.among.clone()).collect();
    replace(groups, is_one, one);
}

/// Puts `one` in place of the groups that `is_one` holds for.
pub(super) fn replace(groups: &mut Vec<Cow<'_, Group>>, is_one: impl Fn(&Group) -> bool, one: Group) {
    let at = groups.iter().position(|group| is_one(group)).unwrap_or_default();
    groups.retain(|group| !is_one(group));
    groups.insert(at, Cow::Owned(one));
}

/// The status with which a detail begins, if it does.
fn status(detail: &str) -> Option<&str> {
    let (status, _) = detail.split_once('/')?;
    (status.len() == 3 && status.bytes().all(|byte| byte.is_ascii_digit())).then_some(status)
}
