//! `If-Match`: which version of a thing a request is about (RFC 9110 §13.1.1).

use super::super::call::Call;
use super::{Supplied, Supply, fill};
use crate::case::{Capture, CaptureFrom, Step};
use crate::contract::{Contract, OperationContract, ParameterContract};
use crate::http::parameter::Location;

pub(super) const IF_MATCH: &str = "if-match";

/// What `If-Match` says is the `ETag` of an earlier answer.
#[derive(Clone, Debug)]
pub(super) struct Version {
    /// The number of the parameter.
    pub(super) parameter: usize,
    /// What the tag is called among the captures of a case.
    pub(super) capture: String,
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
        let demanded = |one: &ParameterContract| {
            one.required && one.location == Location::Header && one.name.eq_ignore_ascii_case(IF_MATCH)
        };
        let thing = self.supplied.last().filter(|thing| thing.steps > 0).cloned();
        let Some((parameter, thing)) = operation.parameters.iter().position(demanded).zip(thing) else { return };
        let capture = Capture { name: format!("{}-version", thing.capture), from: CaptureFrom::Header("etag".into()) };
        let made = &mut self.steps[thing.steps - 1];
        let maker = made.operation.and_then(|number| contract.operations.get(number));
        if maker.is_some_and(tells_version) {
            let version = Version { parameter, capture: capture.name.clone(), steps: thing.steps };
            made.captures.push(capture);
            self.version = Some(version);
        } else if let Some(step) = reading(contract, operation, &thing, seed, chain) {
            self.steps.push(Step { captures: vec![capture.clone()], ..step });
            self.version = Some(Version { parameter, capture: capture.name, steps: self.steps.len() });
        }
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
    use crate::case::{Case, Intent};
    use crate::contract::Contract;

    /// The cases of `PUT /things/{id}`, where the answers to POST and to GET have these header fields.
    fn changes(made: &str, read: &str) -> Vec<Case> {
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
      parameters: [{{name: If-Match, in: header, required: true, schema: {{type: string}}}}]
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
}
