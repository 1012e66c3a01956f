//! Two pages of a list, which have nothing in common.

use serde_json::Value;

use super::call::Call;
use super::lifecycle::following;
use super::listing::Listing;
use super::narrowing::at_most;
use super::{Case, Intent, Tier};
use crate::case::{Company, Paged, State, Step};
use crate::contract::{Contract, ParameterContract, words};
use crate::generate::{Kind, Shape};
use crate::http::parameter::Location;

/// Names of parameters that say how many elements come before the page.
const OFFSETS: [&str; 4] = ["offset", "skip", "startindex", "startoffset"];
/// Names of parameters that number pages.
const PAGES: [&str; 6] = ["page", "pagenumber", "pageno", "pagenum", "pageindex", "currentpage"];

/// What says which page, and what it says for two of them.
struct Pages<'c> {
    parameter: (usize, &'c ParameterContract),
    first: u64,
    second: u64,
}

/// Two things are made, and the list is asked for one page, the next, and the first one again: what changed meanwhile tells
/// nothing.
pub(super) fn propose(contract: &Contract, call: &Call<'_>, seed: u64) -> Option<Case> {
    let listing = Listing::by(contract, call.number, seed)?;
    let limit = least(call);
    let pages = Pages::of(call, limit.map_or(1, |(_, size)| size))?;
    let (at, parameter) = pages.parameter;
    let size = limit.and_then(|(at, size)| Some((at, text(call, at, size)?)));
    let page = |number| {
        let more: Vec<_> = size.iter().cloned().chain([(at, text(call, at, number)?)]).collect();
        listing.step_with(&more, None).map(Step::at_the_end)
    };
    let mut steps = listing.making()?;
    let mut other = steps.last()?.clone();
    other.captures.iter_mut().for_each(|capture| capture.name = super::supply::other(&capture.name));
    steps.push(other);
    let first = steps.len();
    steps.extend([page(pages.first)?, page(pages.second)?, page(pages.first)?]);
    let (list, item) = listing.places.clone();
    let schema = listing.schema.clone();
    let paged = Paged { list, item, first, second: first + 1, parameter: parameter.name.clone(), schema };
    steps.last_mut()?.state = Some(State::Paged(paged));
    steps[first..].iter_mut().for_each(|step| step.operation = None);
    let case = following(call, "pages-differ", "a page has nothing of the page before it", steps)?;
    Some(Case { tier: Tier::Gate, company: Company::None, ..case })
}

impl<'c> Pages<'c> {
    /// The first page and the next of so many elements; none where no parameter says which.
    fn of(call: &Call<'c>, size: u64) -> Option<Self> {
        let named = |names: &'static [&str]| {
            let mut all = call.operation.parameters.iter().enumerate();
            all.find(|(_, one)| is_called(call, one, names))
        };
        if let Some(parameter) = named(&OFFSETS) {
            return Some(Self { parameter, first: 0, second: size });
        }
        let parameter = named(&PAGES)?;
        let default = parameter.1.default.as_ref().and_then(Value::as_u64);
        let first = default.or_else(|| minimum(call, parameter.1)).unwrap_or(1);
        Some(Self { parameter, first, second: first + 1 })
    }
}

/// The parameter that says how many elements a page may have, and the fewest that it takes.
fn least(call: &Call<'_>) -> Option<(usize, u64)> {
    let mut all = call.operation.parameters.iter().enumerate();
    let (at, parameter) = all.find(|(_, one)| at_most(one, &Value::from(1)).is_some() && is_number(call, one))?;
    Some((at, minimum(call, parameter).unwrap_or(1).max(1)))
}

fn is_called(call: &Call<'_>, parameter: &ParameterContract, names: &[&str]) -> bool {
    names.contains(&words(&parameter.name).concat().as_str()) && is_number(call, parameter)
}

fn is_number(call: &Call<'_>, parameter: &ParameterContract) -> bool {
    parameter.location == Location::Query && Shape::of(call.root, &parameter.nodes()).allows(Kind::Integer)
}

/// The least number that the schema of a parameter states.
fn minimum(call: &Call<'_>, parameter: &ParameterContract) -> Option<u64> {
    let shape = Shape::of(call.root, &parameter.nodes());
    shape.minimum.filter(|(least, excluded)| *least >= 0.0 && !excluded).map(|(least, _)| least.ceil() as u64)
}

/// The text of a number for the parameter numbered `at`; none where its schema does not take it.
fn text(call: &Call<'_>, at: usize, number: u64) -> Option<String> {
    let (text, intent) = call.prover(&call.operation.parameters[at]).prove(&number.into(), None)?;
    (intent == Intent::Valid).then_some(text)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::case::derive::{Derived, derive};
    use crate::case::{Case, State};
    use crate::contract::Contract;

    /// The case of two pages of a list that takes these parameters.
    fn paged(parameters: &str) -> Option<Case> {
        let thing =
            "{type: object, required: [id], properties: {id: {type: integer, readOnly: true}, name: {type: string}}}";
        let json = |schema: &str| format!("{{description: d, content: {{application/json: {{schema: {schema}}}}}}}");
        let list = json(&format!("{{type: object, properties: {{items: {{type: array, items: {thing}}}}}}}"));
        let body = json(thing).replace("description: d, ", "");
        let one = json(thing);
        let text = format!(
            "openapi: 3.1.0\npaths:\n  /things:\n    get: {{parameters: [{parameters}], responses: {{'200': {list}}}}}\n    \
             post: {{requestBody: {body}, responses: {{'201': {one}}}}}\n  /things/{{id}}:\n    get: {{parameters: \
             [{{name: id, in: path, required: true, schema: {{type: integer}}}}], responses: {{'200': {one}}}}}\n"
        );
        let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
        let contract = Contract::of(Arc::new(document)).expect("a contract");
        let Derived::Cases(cases) = derive(&contract, 0, 1) else { panic!("no case") };
        cases.into_iter().find(|case| case.name.ends_with("/pages-differ"))
    }

    fn asked(parameters: &str) -> Vec<String> {
        let Some(case) = paged(parameters) else { return Vec::new() };
        assert!(matches!(case.steps.last().and_then(|step| step.state.as_ref()), Some(State::Paged(_))), "{case:?}");
        case.steps.iter().filter(|step| step.late).map(|step| step.request.path.clone()).collect()
    }

    #[test]
    fn a_page_the_next_one_and_the_first_again_are_asked_for_at_the_end() {
        let number = |name: &str, more: &str| format!("{{name: {name}, in: query, schema: {{type: integer{more}}}}}");
        let both = |one: String, other: String| asked(&format!("{one}, {other}"));
        assert_eq!(
            both(number("limit", ", minimum: 1, maximum: 50"), number("offset", ", minimum: 0")),
            ["/things?limit=1&offset=0", "/things?limit=1&offset=1", "/things?limit=1&offset=0"]
        );
        assert_eq!(
            both(number("page", ", default: 1"), number("per_page", ", minimum: 5")),
            ["/things?page=1&per_page=5", "/things?page=2&per_page=5", "/things?page=1&per_page=5"]
        );
        assert_eq!(asked(&number("page", ", minimum: 0"))[0], "/things?page=0");
        assert_eq!(asked(&number("limit", "")), [""; 0]);
        assert_eq!(asked(&number("page", ", maximum: 1")), [""; 0], "there is no next one");
    }
}
