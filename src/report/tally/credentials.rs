//! A server that does not look at credentials has one fault, whichever it is given and wherever.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::wholesale::replace;
use super::{Group, Tally};
use crate::check::Severity;
use crate::report::words::counted;
use crate::source::Pointer;

const CHECK: &str = "credentials";
/// More wrong credentials than this that are taken by one operation say that it takes any.
const MANY: usize = 2;
/// How many other operations are named.
const NAMED: usize = 3;

impl Tally {
    /// Makes one of what an operation, and then of what several, did with wrong credentials.
    pub(super) fn merge_credentials(&self, groups: &mut Vec<Cow<'_, Group>>) {
        let operations: BTreeSet<usize> = groups.iter().map(|group| group.example.operation).collect();
        operations.iter().for_each(|operation| merge_kinds(groups, *operation));
        let titles: BTreeSet<String> =
            groups.iter().filter(|group| is_error(group)).map(|group| group.finding.title.clone()).collect();
        titles.iter().for_each(|title| self.merge_operations(groups, title));
    }

    /// Makes one of the groups with one title, where they are of several operations: what they have in common is the scheme.
    fn merge_operations(&self, groups: &mut Vec<Cow<'_, Group>>, title: &str) {
        let is_one = |group: &Group| is_error(group) && group.finding.title == title;
        let Some(mut one) = merged(groups, is_one) else { return };
        let of = groups.iter().filter(|group| is_one(group));
        let operations: BTreeSet<usize> = of.map(|group| group.example.operation).collect();
        let known =
            operations.iter().filter_map(|number| Some(&self.context.contract.operations.get(*number)?.operation));
        let others = known.clone().filter(|own| own.pointer != one.finding.contract);
        let names: Vec<String> = others.map(|own| format!("`{}`", own.title())).collect();
        let more = names.len().saturating_sub(NAMED);
        let named = names.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        let more = if more > 0 { format!(" and {}", counted(more as u64, "other operation")) } else { String::new() };
        one.finding.label = format!("{}; the same holds for {named}{more}", one.finding.label);
        one.finding.title = format!("{title}, by {}", counted(operations.len() as u64, "operation"));
        let schemes: BTreeSet<String> = known.flat_map(|own| own.security_schemes()).map(Into::into).collect();
        if let (1, Some(scheme)) = (schemes.len(), schemes.first()) {
            one.finding.contract = Pointer::parse("/components/securitySchemes").child(scheme);
        }
        replace(groups, is_one, one);
    }
}

/// Makes one of the wrong credentials that an operation took, where they are many.
fn merge_kinds(groups: &mut Vec<Cow<'_, Group>>, operation: usize) {
    let is_kind = |group: &Group| !matches!(group.cause.detail.as_str(), "open" | "done");
    let is_one = |group: &Group| is_error(group) && is_kind(group) && group.example.operation == operation;
    let kinds = groups.iter().filter(|group| is_one(group)).count();
    let Some(mut one) = merged(groups, is_one).filter(|_| kinds > MANY) else { return };
    one.finding.title = "requests with wrong credentials were accepted where others are refused".to_owned();
    one.finding.label = format!("{}, with {} and {kinds} kinds in all", one.finding.label, one.cause.detail);
    replace(groups, is_one, one);
}

/// The plainest of the groups that `is_one` holds for, with what they all count; none where there is but one.
fn merged(groups: &[Cow<'_, Group>], is_one: impl Fn(&Group) -> bool) -> Option<Group> {
    let of = || groups.iter().map(AsRef::as_ref).filter(|group| is_one(group));
    of().nth(1)?;
    let mut one = of().min_by_key(|group| group.example.plainness)?.clone();
    one.count = of().map(|group| group.count).sum();
    one.among = of().flat_map(|group| group.among.clone()).collect();
    one.cases = of().flat_map(|group| group.cases.clone()).take(super::causes::MAX_NAMES).collect();
    Some(one)
}

fn is_error(group: &Group) -> bool {
    group.cause.check == CHECK && group.finding.severity == Severity::Error
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::check::{Finding, Severity};
    use crate::contract::Contract;
    use crate::http::{Headers, Redactor};
    use crate::report::Context;
    use crate::report::tests::{Sample, run, tallied};
    use crate::source::Pointer;

    /// What is shown where these operations took a wrong credential of these kinds: the title and the place of each finding.
    fn shown(taken: &[(usize, &str)]) -> Vec<(String, String)> {
        let operation = "{security: [{key: []}], responses: {'200': {description: d}}}";
        let text = format!(
            "openapi: 3.0.3\ncomponents: {{securitySchemes: {{key: {{type: http, scheme: bearer}}}}}}\npaths:\n  /a: {{get: {operation}}}\n  /b: {{get: {operation}}}\n"
        );
        let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
        let contract = Arc::new(Contract::of(Arc::new(document)).expect("a contract"));
        let places: Vec<Pointer> = contract.operations.iter().map(|one| one.operation.pointer.clone()).collect();
        let context = Context::new(contract, Redactor::default(), "http://127.0.0.1:8080", Headers::new());
        let sample = |(number, (operation, kind)): (u64, &(usize, &str))| {
            let mut sample = Sample::passing(number);
            let mut case = crate::case::Case::clone(&sample.0.case);
            case.operation = *operation;
            sample.0.case = Arc::new(case);
            sample.0.findings.push(Finding {
                check: "credentials",
                severity: Severity::Error,
                title: format!("a request with {kind} was accepted where others are refused"),
                contract: places[*operation].clone(),
                body: None,
                label: "answered 200".into(),
                detail: (*kind).to_owned(),
                step: 0,
            });
            sample
        };
        let tally = tallied(&run((0..).zip(taken).map(sample).collect()), &context);
        let found = tally.findings().into_iter().filter(|group| group.cause.check == "credentials");
        found.map(|group| (group.finding.title.clone(), group.finding.contract.to_string())).collect()
    }

    #[test]
    fn an_operation_that_takes_any_credential_has_one_fault() {
        assert_eq!(shown(&[(0, "a random credential"), (0, "an empty credential")]).len(), 2);
        let all = shown(&[(0, "a random credential"), (0, "an empty credential"), (0, "a word for a credential")]);
        let title = "requests with wrong credentials were accepted where others are refused";
        assert_eq!(all, [(title.to_owned(), "/paths/~1a/get".to_owned())]);
    }

    #[test]
    fn what_several_operations_take_is_a_fault_of_the_scheme() {
        let both = shown(&[(0, "a random credential"), (1, "a random credential"), (1, "an empty credential")]);
        let random = "a request with a random credential was accepted where others are refused, by 2 operations";
        let empty = "a request with an empty credential was accepted where others are refused";
        let scheme = "/components/securitySchemes/key";
        assert_eq!(both, [(random.to_owned(), scheme.to_owned()), (empty.to_owned(), "/paths/~1b/get".to_owned())]);
    }
}
