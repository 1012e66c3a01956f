//! A list has what was made, and lacks what was deleted.

use serde_json::Value;

use super::{ID, done, says_ended, short};
use crate::case::{AsIt, Listed};
use crate::check::same::comes_back;
use crate::check::{Answer, Finding, Severity, Subject};
use crate::http::{Exchange, Response};
use crate::source::Pointer;

/// Words in the names of members and header fields that lead to the rest of a list.
const MORE: [&str; 4] = ["next", "more", "cursor", "continuation"];

/// Judges a list. None where it cannot be told what should be in it.
pub(super) fn run(subject: &Subject<'_>, listed: &Listed, answer: &Answer<'_>) -> Option<Option<Finding>> {
    let body = answer.json().filter(|_| answer.response.is_success())?;
    let items = listed.list.resolve(body)?.as_array()?;
    let thing = subject.earlier.get(listed.step).filter(|exchange| done(exchange))?.response()?.json()?;
    let made = listed.made.resolve(&thing)?;
    let is_it = |item: &&Value| listed.item.resolve(item).is_some_and(|found| comes_back(made, found));
    let found = items.iter().find(is_it);
    let before = match listed.as_it {
        AsIt::WasDeleted(by) => {
            subject.earlier.get(by).filter(|exchange| done(exchange))?;
            let still = found.filter(|item| !says_ended(&thing, item));
            return Some(still.map(|_| {
                let label = format!("it was deleted, and {} is in the list", short(made));
                finding(subject, listed, "a deleted thing is still listed", label)
            }));
        }
        AsIt::IsElsewhere => {
            let there = found.filter(|item| is_alike(listed.made.parent(), &thing, item));
            return Some(there.map(|_| {
                let label = format!("{} was made under another thing, and is in the list", short(made));
                finding(subject, listed, "what was made under one thing is listed under another", label)
            }));
        }
        AsIt::WasMade(_) if found.is_some() => return Some(None),
        AsIt::WasMade(after) => subject.earlier.get(after)?,
    };
    if !is_whole(listed, items.len(), length(listed, before)?) || leads_on(body, answer.response) {
        return None;
    }
    let label = format!("{} was made, and the list of {} does not have it", short(made), items.len());
    let severity = if listed.settled { Severity::Error } else { Severity::Warning };
    Some(Some(Finding { severity, ..finding(subject, listed, "a thing that was made is not listed", label) }))
}

fn finding(subject: &Subject<'_>, listed: &Listed, title: &str, label: String) -> Finding {
    Finding { label, body: Some(listed.list.clone()), ..subject.error(ID, title.to_owned(), &listed.schema) }
}

/// Whether an element of a list is the very thing, and not another one that is numbered alike: it has all that both show.
fn is_alike(holder: Option<Pointer>, thing: &Value, item: &Value) -> bool {
    let thing = holder.as_ref().and_then(|holder| holder.resolve(thing)).and_then(Value::as_object);
    let (Some(thing), Some(item)) = (thing, item.as_object()) else { return false };
    let both = || thing.iter().filter_map(|(name, value)| Some((value, item.get(name)?)));
    both().count() > 1 && both().all(|(made, found)| comes_back(made, found))
}

fn length(listed: &Listed, exchange: &Exchange) -> Option<usize> {
    Some(listed.list.resolve(&exchange.response()?.json()?)?.as_array()?.len())
}

/// Whether nothing that should be in a list of this length can stand on another page: it has fewer elements than any page, or
/// it grew, and not to where pages end.
fn is_whole(listed: &Listed, length: usize, before: usize) -> bool {
    let ends_a_page = [5, 12, 16].iter().any(|size| length.is_multiple_of(*size));
    length < listed.page || (length > before && !ends_a_page)
}

/// Whether the answer says that there is more.
fn leads_on(body: &Value, response: &Response) -> bool {
    let speaks = |name: &str| MORE.iter().any(|word| name.to_ascii_lowercase().contains(word));
    let leads = |value: &Value| match value {
        Value::Null => false,
        Value::Bool(more) => *more,
        Value::String(text) => !text.is_empty(),
        _ => true,
    };
    let members = |value: &Value| {
        value.as_object().is_some_and(|members| members.iter().any(|(name, value)| speaks(name) && leads(value)))
    };
    let below = || body.as_object().is_some_and(|all| all.values().any(members));
    members(body) || below() || response.headers.get("link").is_some_and(|link| link.contains("next"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use bytes::Bytes;

    use crate::case::{AsIt, Case, Intent, Listed, RequestTemplate, State, Step};
    use crate::check::{Memory, Read, Scene, Severity, judge};
    use crate::contract::Contract;
    use crate::http::{Exchange, Headers, Request, Response};
    use crate::source::Pointer;

    fn exchange(method: &str, status: u16, body: &str) -> Exchange {
        let headers: Headers = [("content-type", "application/json")].into_iter().collect();
        let request = Request { method: method.into(), path: "/a".into(), headers: Headers::new(), body: None };
        let response = Response { status, headers, body: Bytes::copy_from_slice(body.as_bytes()) };
        Exchange { request, sent_at: 0, elapsed: Duration::from_millis(1), outcome: Ok(response) }
    }

    /// What is found where there was one list, then a thing with the id 7 was made, perhaps deleted, and then there was
    /// the other list.
    fn found(before: &str, after: &str, as_it: AsIt, settled: bool) -> Vec<(Severity, String)> {
        let text = "openapi: 3.1.0\npaths: {/a: {get: {responses: {'200': {description: d}}}}}\n";
        let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
        let contract = Contract::of(Arc::new(document)).expect("a contract");
        let contract = &contract.operations[0];
        let listed = Listed {
            list: Pointer::parse("/items"),
            item: Pointer::parse("/id"),
            step: 1,
            made: Pointer::parse("/id"),
            as_it,
            page: 10,
            settled,
            schema: Pointer::parse("/paths/~1a/get/responses"),
        };
        let template = RequestTemplate { method: "GET".into(), path: "/a".into(), headers: Headers::new(), body: None };
        let case = Case::single(0, "a/valid/lifecycle".into(), Intent::Valid, "listed", template);
        let step = case.steps[0].clone();
        let last = Step { state: Some(State::Listed(listed)), ..step.clone() };
        let mut earlier = vec![exchange("GET", 200, before), exchange("POST", 201, r#"{"id": 7, "status": "new"}"#)];
        earlier.extend(matches!(as_it, AsIt::WasDeleted(_)).then(|| exchange("DELETE", 204, "")));
        let steps = earlier.iter().map(|_| step.clone()).chain([last]).collect();
        let case = Case { steps, ..case };
        let now = exchange("GET", 200, after);
        let scene = Scene { contract, case: &case, number: 0, exchanges: &earlier, expectation: None };
        let mut findings = Vec::new();
        judge(&scene, &Read::new(contract, &now, None), &mut Memory::default(), &mut findings);
        let own = findings.into_iter().filter(|finding| finding.check == super::ID);
        own.map(|finding| (finding.severity, finding.title)).collect()
    }

    fn list(length: usize, more: &str) -> String {
        let items: Vec<String> = (100..100 + length).map(|id| format!("{{\"id\": {id}}}")).collect();
        format!("{{\"items\": [{}]{more}}}", items.join(","))
    }

    #[test]
    fn a_list_that_is_whole_has_what_was_made() {
        let lacks = |severity| [(severity, "a thing that was made is not listed".to_owned())];
        assert_eq!(found(&list(0, ""), &list(0, ""), AsIt::WasMade(0), true), lacks(Severity::Error));
        assert_eq!(found(&list(3, ""), &list(3, ""), AsIt::WasMade(0), false), lacks(Severity::Warning));
        assert_eq!(found(&list(31, ""), &list(32, ""), AsIt::WasMade(0), true), [], "where pages may end");
        assert_eq!(found(&list(32, ""), &list(33, ""), AsIt::WasMade(0), true), lacks(Severity::Error));
        assert_eq!(found(&list(33, ""), &list(33, ""), AsIt::WasMade(0), true), [], "a page may end anywhere");
        assert_eq!(found(&list(3, ""), &list(3, r#", "next": "/a?after=3""#), AsIt::WasMade(0), true), []);
        assert_eq!(found(&list(3, ""), &list(3, r#", "page": {"hasMore": true}"#), AsIt::WasMade(0), true), []);
        assert_eq!(found(&list(3, ""), &list(3, r#", "next": null"#), AsIt::WasMade(0), true), lacks(Severity::Error));
        assert_eq!(found(&list(0, ""), r#"{"items": [{"id": 7}]}"#, AsIt::WasMade(0), true), []);
    }

    #[test]
    fn a_list_lacks_what_was_deleted() {
        let after = |status: &str| format!(r#"{{"items": [{{"id": 7, "status": "{status}"}}]}}"#);
        assert_eq!(found("", &list(3, ""), AsIt::WasDeleted(2), true), []);
        let still = [(Severity::Error, "a deleted thing is still listed".to_owned())];
        assert_eq!(found("", &after("new"), AsIt::WasDeleted(2), true), still);
        assert_eq!(found("", &after("archived"), AsIt::WasDeleted(2), true), []);
    }

    #[test]
    fn a_list_lacks_what_was_made_under_another_thing() {
        let there = |item: &str| found("", &format!(r#"{{"items": [{{"id": 8}}, {item}]}}"#), AsIt::IsElsewhere, true);
        let listed = [(Severity::Error, "what was made under one thing is listed under another".to_owned())];
        assert_eq!(there(r#"{"id": 7, "status": "new"}"#), listed);
        assert_eq!(there(r#"{"id": 7, "status": "first"}"#), [], "each may count from one");
        assert_eq!(there(r#"{"id": 7}"#), [], "nothing tells it from another one");
        assert_eq!(there(r#"{"id": 9, "status": "new"}"#), []);
    }
}
