//! `If-Match`: which version of a thing a request is about (RFC 9110 §13.1.1).

use super::super::call::Call;
use super::{Supplied, Supply, fill};
use crate::case::{Capture, CaptureFrom, PlacedText, Step, Text, TextPlace};
use crate::contract::{Contract, OperationContract, ParameterContract};
use crate::http::parameter::Location;

pub(super) const IF_MATCH: &str = "if-match";

/// What `If-Match` says is the `ETag` of an earlier answer.
#[derive(Clone, Debug)]
pub(super) struct Version {
    /// The number of the parameter.
    pub(super) parameter: usize,
    /// Whether no request can do without it.
    pub(super) demanded: bool,
    /// Keeps the tag.
    capture: Capture,
    /// The step that reads the thing, where the answer to its making does not tell.
    reader: Option<Step>,
    /// How many of the steps it needs.
    pub(super) steps: usize,
}

impl Supply {
    /// Lets the steps that make the thing tell its version too, where `operation` demands that: the answer to its making
    /// tells, or one to who reads it.
    pub(super) fn tell_version(
        &mut self,
        contract: &Contract,
        operation: &OperationContract,
        seed: u64,
        chain: &mut Vec<usize>,
    ) {
        let is_match =
            |one: &ParameterContract| one.location == Location::Header && one.name.eq_ignore_ascii_case(IF_MATCH);
        let thing = self.supplied.last().filter(|thing| thing.steps > 0).cloned();
        let Some((parameter, thing)) = operation.parameters.iter().position(is_match).zip(thing) else { return };
        let demanded = operation.parameters[parameter].required;
        let capture = Capture { name: format!("{}-version", thing.capture), from: CaptureFrom::Header("etag".into()) };
        let made = &self.steps[thing.steps - 1];
        let maker = made.operation.and_then(|number| contract.operations.get(number));
        let reader = match maker {
            Some(maker) if tells_version(maker) => None,
            _ => match reading(contract, operation, &thing, seed, chain) {
                Some(step) => Some(Step { captures: vec![capture.clone()], ..step }),
                None => return,
            },
        };
        let steps = match (demanded, &reader) {
            (false, _) => 0,
            (true, None) => {
                self.steps[thing.steps - 1].captures.push(capture.clone());
                thing.steps
            }
            (true, Some(reader)) => {
                self.steps.push(reader.clone());
                self.steps.len()
            }
        };
        self.version = Some(Version { parameter, demanded, capture, reader, steps });
    }

    /// Lets `steps`, the last of which makes the thing, tell its version too. Whether they do.
    pub(in super::super) fn tell_version_in(&self, steps: &mut Vec<Step>) -> bool {
        let Some(version) = &self.version else { return false };
        match (&version.reader, steps.last_mut()) {
            (Some(reader), _) => steps.push(reader.clone()),
            (None, Some(made)) => made.captures.push(version.capture.clone()),
            (None, None) => return false,
        }
        true
    }

    /// Whether no request of the operation can do without the version of the thing.
    pub(in super::super) fn demands_version(&self) -> bool {
        self.version.as_ref().is_some_and(|version| version.demanded)
    }

    /// The number of the parameter that says the version, where something tells it.
    pub(in super::super) fn version_parameter(&self) -> Option<usize> {
        self.version.as_ref().map(|version| version.parameter)
    }

    /// Lets a step say the version that was told.
    pub(in super::super) fn say_version(&self, step: &mut Step) {
        let Some(version) = &self.version else { return };
        let place = TextPlace::Header(IF_MATCH.into());
        step.texts.retain(|placed| placed.place != place);
        step.texts.push(PlacedText { place, text: Text::captured(&version.capture.name, "") });
    }
}

/// The step that reads the thing which `operation` is about, where the answer tells its version.
fn reading(
    contract: &Contract,
    operation: &OperationContract,
    thing: &Supplied,
    seed: u64,
    chain: &mut Vec<usize>,
) -> Option<Step> {
    let reads = |one: &OperationContract| one.takes("GET", &operation.operation.path) && tells_version(one);
    let number = contract.operations.iter().position(reads).filter(|number| !chain.contains(number))?;
    chain.push(number);
    let call = Call::within(contract, number, seed, chain);
    chain.pop();
    let call = call.ok().filter(|call| call.contest().is_none() || call.operation.names_things())?;
    let mut step = call.step();
    let named = call.supply.supplied.iter().all(|supplied| fill(&mut step, supplied));
    let same = call.supply.supplied.last().is_some_and(|supplied| supplied.capture == thing.capture);
    (step.operation, step.setup) = (Some(number), true);
    (named && same).then_some(step)
}

/// Whether the document says that an answer of success tells the version of what it is about.
fn tells_version(operation: &OperationContract) -> bool {
    let successes = operation.answers.iter().filter(|answer| answer.status.is_success());
    successes.flat_map(|answer| &answer.headers).any(|header| header.name.eq_ignore_ascii_case("etag"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::super::{Derived, derive};
    use super::IF_MATCH;
    use crate::case::{Case, Intent, Step, TextPlace};
    use crate::contract::Contract;

    /// The cases of `PUT /things/{id}`, which demands a version, where the answers to POST and to GET have these header fields.
    fn changes(made: &str, read: &str) -> Vec<Case> {
        changes_that_say(made, read, true)
    }

    fn changes_that_say(made: &str, read: &str, required: bool) -> Vec<Case> {
        let body = "content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string}}}}}";
        let answer = "content: {application/json: {schema: {type: object, properties: {id: {type: integer}, name: {type: string}}}}}";
        let text = format!(
            "openapi: 3.0.3
paths:
  /things:
    post: {{requestBody: {{required: true, {body}}}, responses: {{'201': {{description: d, headers: {{{made}}}, {answer}}}, '400': {{description: b}}}}}}
  /things/{{id}}:
    parameters: [{{name: id, in: path, required: true, schema: {{type: integer}}}}]
    get: {{responses: {{'200': {{description: d, headers: {{{read}}}, {answer}}}, '404': {{description: m}}}}}}
    put:
      parameters: [{{name: If-Match, in: header, required: {required}, schema: {{type: string}}}}]
      requestBody: {{required: true, {body}}}
      responses: {{'200': {{description: d, {answer}}}, '400': {{description: b}}, '404': {{description: m}}, '412': {{description: p}}, '428': {{description: n}}}}
"
        );
        let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
        let contract = Contract::of(Arc::new(document)).expect("a contract");
        let number = contract.operations.iter().position(|one| one.operation.method == "PUT").expect("one");
        match derive(&contract, number, 1) {
            Derived::Cases(cases) => cases,
            Derived::Nothing(why) => panic!("{why}"),
        }
    }

    fn steps(case: &Case) -> Vec<&str> {
        case.steps.iter().map(|step| step.request.method.as_str()).collect()
    }

    #[test]
    fn the_version_of_a_thing_comes_from_who_tells_it() {
        let tag = "ETag: {schema: {type: string}}";
        let full = |cases: &[Case]| cases.iter().find(|case| case.name.ends_with("/valid/full")).cloned();
        let told = changes(tag, tag);
        assert_eq!(full(&told).as_ref().map(steps), Some(vec!["POST", "PUT"]));
        let read = changes("", tag);
        assert_eq!(full(&read).as_ref().map(steps), Some(vec!["POST", "GET", "PUT"]));
        assert!(full(&changes("", "")).is_none(), "nobody tells it");
    }

    #[test]
    fn a_version_is_good_for_one_change_and_its_absence_is_an_error() {
        let all = changes("ETag: {schema: {type: string}}", "");
        let own = |case: &Case| case.steps.iter().filter(|step| step.request.method == "PUT").count();
        assert!(all.iter().filter(|case| case.intent == Intent::Valid).all(|case| own(case) == 1));
        let missing = all.iter().find(|case| case.name.contains("/invalid/header.If-Match/required")).expect("one");
        assert!(
            missing.steps.iter().all(|step| !step.texts.iter().any(|text| format!("{text:?}").contains("version")))
        );
        assert!(all.iter().any(|case| case.name.contains("/contested/header.If-Match/")));
    }

    fn says_version(step: &Step) -> bool {
        step.texts.iter().any(|placed| placed.place == TextPlace::Header(IF_MATCH.into()))
    }

    #[test]
    fn each_change_in_a_life_says_the_version_where_that_is_demanded() {
        let tag = "ETag: {schema: {type: string}}";
        for all in [changes(tag, ""), changes("", tag)] {
            let changed = all.iter().find(|case| case.name.ends_with("/lifecycle/change-is-there")).expect("one");
            assert!(changed.steps.iter().filter(|step| step.request.method == "PUT").all(says_version), "{changed:?}");
        }
        let free = changes_that_say(tag, "", false);
        let changed = free.iter().find(|case| case.name.ends_with("/lifecycle/change-is-there")).expect("one");
        assert!(!changed.steps.iter().any(says_version));
    }

    #[test]
    fn a_version_that_is_no_more_is_refused() {
        let tag = "ETag: {schema: {type: string}}";
        let stale = |all: Vec<Case>| all.into_iter().find(|case| case.name.ends_with("/lifecycle/changed-meanwhile"));
        for (all, methods) in [
            (changes(tag, ""), vec!["POST", "PUT", "PUT"]),
            (changes("", tag), vec!["POST", "GET", "PUT", "PUT"]),
            (changes_that_say(tag, "", false), vec!["POST", "PUT", "PUT"]),
            (changes_that_say("", tag, false), vec!["POST", "GET", "PUT", "PUT"]),
        ] {
            let case = stale(all).expect("one");
            assert_eq!(steps(&case), methods);
            let changes: Vec<&Step> = case.steps.iter().filter(|step| step.request.method == "PUT").collect();
            assert!(changes.iter().all(|step| says_version(step)));
            assert!(changes[0].setup && matches!(changes[1].intent, Some(Intent::Invalid { .. })), "{case:?}");
        }
        assert!(stale(changes("", "")).is_none(), "nobody tells it");
    }
}
