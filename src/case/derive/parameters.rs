//! Each parameter left out, plain, at a boundary, unusual and broken, all else as it must be.

use serde_json::Value;

use super::call::{Arguments, Call, LONG_FIELD, LONG_TARGET, LONGEST_TARGET};
use super::narrowing::narrowed;
use super::{BodyTemplate, Case, Intent, Tier};
use crate::case::{Narrowed, State};
use crate::contract::{ParameterContract, ToldBy};
use crate::generate::{Change, Class, Content, Contest, Draw, Level, Shape, breaks, classes, is_beyond_format, slug};
use crate::http::Headers;
use crate::http::parameter::{Location, Serialization, Style};
use crate::source::Pointer;

/// Parameters with these many kinds of value are few; of others the unusual ones are shared out.
const MAX_UNUSUAL: usize = 80;

/// Things that are numbered hardly come to have this number.
const UNLIKELY_NUMBER: u64 = 1_000_000;
/// Words that are the names of things hardly have so many bytes.
const UNLIKELY_LENGTH: usize = 24;

/// What is sent beside the parameters: a sound body, and the fields that go with it.
pub(super) type Payload = (Headers, Option<BodyTemplate>);

/// Proposes requests about the parameters of an operation.
#[derive(Debug)]
struct Proposer<'p, 'c> {
    call: &'p Call<'c>,
    payload: &'p Payload,
    cases: &'p mut Vec<Case>,
}

pub(super) fn propose(call: &Call<'_>, payload: &Payload, cases: &mut Vec<Case>) {
    let mut proposer = Proposer { call, payload, cases };
    let parameters = &call.operation.parameters;
    if call.all.len() > call.required.len() {
        let all = proposer.case("parameters/all", "every parameter", Intent::Valid, &call.all);
        proposer.cases.extend(all.map(|case| Case { ordinary: true, tier: Tier::Smoke, ..case }));
    }
    for (at, parameter) in parameters.iter().enumerate() {
        // One that is good for one request is told by the steps themselves.
        if parameter.told_by != ToldBy::Environment {
            proposer.presence(at, parameter);
        }
        if !matches!(parameter.told_by, ToldBy::Environment | ToldBy::Once) {
            proposer.values(at, parameter);
            proposer.broken(at, parameter);
            proposer.repeated(at, parameter);
        }
    }
    proposer.unlisted();
    proposer.empty_segments();
}

impl Proposer<'_, '_> {
    /// The case that carries `arguments`; none where they do not fit into a request.
    fn case(&self, about: &str, reason: impl Into<String>, intent: Intent, arguments: &Arguments) -> Option<Case> {
        let (path, headers) = self.call.target(arguments).ok()?;
        self.sent(about, reason, intent, path, headers)
    }

    fn sent(
        &self,
        about: &str,
        reason: impl Into<String>,
        intent: Intent,
        path: String,
        headers: Headers,
    ) -> Option<Case> {
        let (fields, body) = self.payload;
        let field = headers.iter().map(|(_, value)| value.len()).max().unwrap_or_default();
        if path.len().max(field) > LONGEST_TARGET {
            return None;
        }
        let intent = match intent {
            _ if path.len() > LONG_TARGET => Intent::Contested(Contest::LongTarget),
            _ if field > LONG_FIELD => Intent::Contested(Contest::LongHeader),
            intent => intent,
        };
        let request = self.call.request_to((path, headers), fields, body.clone());
        let name = format!("{}/{}/{about}", self.call.operation.operation.id, intent.word());
        Some(Case::single(self.call.number, name, intent, reason, request))
    }

    /// The case about one parameter.
    fn about(&mut self, parameter: &ParameterContract, case: Option<Case>) {
        let subject = parameter.schema.as_ref().map_or(&parameter.pointer, |schema| schema.pointer());
        let focus = Pointer::root().child(&parameter.location.to_string()).child(&parameter.name);
        self.cases.extend(case.map(|case| Case { focus, subject: Some(subject.clone()), ..case }));
    }

    /// Left out: an optional one while all others are there, a required one alone.
    fn presence(&mut self, at: usize, parameter: &ParameterContract) {
        let title = titled(parameter);
        let sent = |arguments: &Arguments| arguments.iter().any(|(number, _)| *number == at);
        let without = |arguments: &Arguments| arguments.iter().filter(|(number, _)| *number != at).cloned().collect();
        let more = self.call.all.len() > self.call.required.len() + 1;
        if !parameter.required && more && sent(&self.call.all) {
            let reason = format!("`{}` is left out", parameter.title());
            let case = self.case(&format!("{title}/absent"), reason, Intent::Valid, &without(&self.call.all));
            self.about(parameter, case);
        }
        if parameter.required && parameter.location != Location::Path {
            let intent = match parameter.default {
                Some(_) => Intent::Contested(Contest::Default),
                None => Intent::Invalid { keyword: "required".into(), constraint: parameter.pointer.clone() },
            };
            let reason = format!("`{}` is missing", parameter.title());
            let case = self.case(&format!("{title}/required"), reason, intent, &without(&self.call.required));
            self.about(parameter, case.map(|case| Case { tier: Tier::Smoke, ..case }));
        }
    }

    /// Each kind of value, beside what is required.
    fn values(&mut self, at: usize, parameter: &ParameterContract) {
        let title = titled(parameter);
        let unusual_here = self.takes_unusual(at);
        let mut unusual = 0;
        // The other end of a range may be on the wrong side of a value.
        let ends_range = self.call.other_end(at).is_some();
        let mut seen = std::collections::HashSet::new();
        for class in self.classes(parameter) {
            if class.level == Level::Unusual {
                unusual += 1;
                if !unusual_here || unusual > MAX_UNUSUAL {
                    continue;
                }
            }
            if !class.smoke && !self.call.sieve.takes() {
                continue;
            }
            let Content::Fixed(value) = &class.content else { continue };
            if self.call.is_somebodys(parameter, value) || self.may_be_somebodys(at, parameter, value) {
                continue;
            }
            let contest =
                class.contest.or(beyond_format(parameter, self.call.root, value)).or(match parameter.told_by {
                    ToldBy::Things if self.call.supply.is_free(at) => None,
                    ToldBy::Things => Some(Contest::UnknownThing),
                    ToldBy::Name if !parameter.examples.contains(value) => Some(Contest::OwnRules),
                    _ if ends_range => Some(Contest::OwnRules),
                    _ => None,
                });
            let reason =
                format!("`{}` is {}", parameter.title(), class.name.trim_start_matches("is-").replace('-', " "));
            let Some((text, intent)) = self.call.prover(parameter).prove(value, contest) else { continue };
            // What is refused is for those who break things.
            if matches!(intent, Intent::Invalid { .. }) || !seen.insert(text.clone()) {
                continue;
            }
            let case = self.case(&format!("{title}/{}", class.name), reason, intent, &self.with(at, text));
            let case = case.map(|case| Case {
                kind: format!("{}/{}", case.kind, class.level.word()),
                ordinary: class.level == Level::Plain,
                tier: if class.smoke { Tier::Smoke } else { Tier::Gate },
                ..case
            });
            let narrowed = (class.level != Level::Unusual).then(|| narrowed(self.call, parameter, value)).flatten();
            self.about(parameter, case.map(|case| asking(case, narrowed)));
        }
    }

    /// Whether requests may change a thing of somebody else's that is likely to be called so: one that nobody gave a name for.
    fn may_be_somebodys(&self, at: usize, parameter: &ParameterContract, value: &Value) -> bool {
        let supply = &self.call.supply;
        let is_known = supply.is_free(at) || supply.mark(at).is_none() && parameter.examples.contains(value);
        is_likely_there(value) && self.call.changes(parameter) && !is_known
    }

    /// The kinds of value of a parameter: those that the document gives first.
    fn classes(&self, parameter: &ParameterContract) -> Vec<Class> {
        let class = |name: String, value: &Value| Class {
            name,
            level: Level::Plain,
            content: Content::Fixed(value.clone()),
            others: Vec::new(),
            contest: None,
            smoke: false,
        };
        let given = parameter.examples.iter().take(4).enumerate();
        let mut all: Vec<Class> = given.map(|(at, value)| class(format!("example-{}", at + 1), value)).collect();
        if parameter.schema.is_none() {
            all.push(class("plain".into(), &Value::from("proofmark")));
            return all;
        }
        let shape = Shape::of(self.call.root, &parameter.nodes());
        let id = format!("{}/{}", self.call.operation.operation.id, parameter.title());
        all.extend(classes(self.call.root, &shape, &parameter.name, false, &mut Draw::new(self.call.seed, &id)));
        all
    }

    /// Whether the unusual values of the operation are tried on this parameter: one of each place does for all.
    fn takes_unusual(&self, at: usize) -> bool {
        let parameters = &self.call.operation.parameters;
        let location = parameters[at].location;
        parameters.iter().position(|one| one.location == location && one.told_by == parameters[at].told_by) == Some(at)
    }

    /// Each constraint broken alone, where no reading of the text keeps it.
    fn broken(&mut self, at: usize, parameter: &ParameterContract) {
        let Some(sample) = self.sample(parameter) else { return };
        let title = titled(parameter);
        let root = self.call.root;
        let places = crate::generate::places(root, &parameter.nodes(), &sample);
        // `true` and `"true"` are the same text.
        let mut seen = std::collections::HashSet::new();
        for place in places {
            let shape = Shape::of(root, &place.nodes);
            let Some(current) = place.pointer.resolve(&sample) else { continue };
            let member = !place.pointer.is_root() && place.required && sample.is_object();
            for way in breaks(&shape, member, current) {
                if adds_unlisted(&way.change) && is_spread(&parameter.serialization) {
                    continue;
                }
                let mut template = crate::generate::Template::fixed(sample.clone());
                way.change.apply(&mut template, &place.pointer);
                let Some((text, intent)) = self.call.prover(parameter).prove(&template.value, None) else { continue };
                if !matches!(intent, Intent::Invalid { .. }) || !seen.insert(text.clone()) {
                    continue;
                }
                // Behind that: which of two that are the same text has a case must not depend on what there is room for.
                if !way.smoke && !self.call.sieve.takes() {
                    continue;
                }
                let path = if place.pointer.is_root() { title.clone() } else { format!("{title}.{}", place.path()) };
                let reason = format!("`{}` breaks `{}`", parameter.title(), way.name.replace('-', " "));
                let case = self.case(&format!("{path}/{}", way.name), reason, intent, &self.with(at, text));
                let tier = if way.smoke { Tier::Smoke } else { Tier::Gate };
                self.about(parameter, case.map(|case| Case { tier, ..case }));
            }
        }
    }

    /// A sound value to start from.
    fn sample(&self, parameter: &ParameterContract) -> Option<Value> {
        let prover = self.call.prover(parameter);
        let sound = |value: &Value| prover.prove(value, None).is_some_and(|(_, intent)| intent == Intent::Valid);
        let fixed = |class: Class| match class.content {
            Content::Fixed(value) => Some(value),
            Content::Fresh(_) => None,
        };
        self.classes(parameter).into_iter().filter(|class| class.level <= Level::Boundary).filter_map(fixed).find(sound)
    }

    /// One that takes a lone value, twice.
    fn repeated(&mut self, at: usize, parameter: &ParameterContract) {
        let shape = Shape::of(self.call.root, &parameter.nodes());
        let lone = parameter.schema.is_some() && !shape.allows(crate::generate::Kind::Array);
        let Some((_, text)) = self.call.all.iter().find(|(number, _)| *number == at) else { return };
        if parameter.location != Location::Query || !lone || text.contains('&') {
            return;
        }
        let arguments = self.with(at, format!("{text}&{text}"));
        let reason = format!("`{}` stands twice", parameter.title());
        let intent = Intent::Contested(Contest::RepeatedParameter);
        let case = self.case(&format!("{}/repeated", titled(parameter)), reason, intent, &arguments);
        self.about(parameter, case);
    }

    /// Parameters that the document does not list.
    fn unlisted(&mut self) {
        let (path, headers) = &self.call.plain;
        let joined = |query: &str| format!("{path}{}{query}", if path.contains('?') { '&' } else { '?' });
        let queries = [
            ("unlisted", "proofmark_unlisted=1", "a query parameter that is not listed"),
            ("unlisted-without-value", "proofmark_unlisted", "a query parameter that is not listed, without a value"),
            ("unlisted-brackets", "proofmark%5Bx%5D%5B%5D=1", "a query parameter that is not listed, with brackets"),
            ("malformed-percent", "proofmark=%zz", "a query with a percent sign that encodes nothing"),
            ("only-separators", "&&=&", "a query of separators alone"),
        ];
        for (name, query, reason) in queries {
            let intent = Intent::Contested(Contest::UnlistedParameter);
            let case = self.sent(&format!("query/{name}"), reason, intent, joined(query), headers.clone());
            let tier = if name == "unlisted" { Tier::Smoke } else { Tier::Gate };
            self.cases.extend(case.map(|case| Case { tier, ..case }));
        }
    }

    /// A path parameter that is empty: another path, so that only what is safe is tried (RFC 9110 §9.2.1).
    fn empty_segments(&mut self) {
        if !matches!(self.call.operation.operation.method.as_str(), "GET" | "HEAD") {
            return;
        }
        for (at, parameter) in self.call.operation.parameters.iter().enumerate() {
            if parameter.location != Location::Path {
                continue;
            }
            // A mark that nothing else has, taken out again: the encoder refuses what is empty.
            const MARK: &str = "proofmark-empty";
            let Ok((path, headers)) = self.call.target(&self.with(at, MARK.to_owned())) else { continue };
            let reason = format!("`{}` is empty", parameter.title());
            let intent = Intent::Contested(Contest::EmptySegment);
            let about = format!("{}/empty-segment", titled(parameter));
            let case = self.sent(&about, reason, intent, path.replacen(MARK, "", 1), headers);
            self.about(parameter, case);
        }
    }

    /// What is required, with `text` for the parameter numbered `at`. The order is that of the contract.
    fn with(&self, at: usize, text: String) -> Arguments {
        let others = self.call.required.iter().filter(|(number, _)| *number != at).cloned();
        let mut arguments: Arguments = others.chain([(at, text)]).collect();
        arguments.sort_by_key(|(number, _)| *number);
        arguments
    }
}

/// The case, of which the answer is to be a part of a list: asked for at the end, when there is something in it.
fn asking(mut case: Case, narrowed: Option<Narrowed>) -> Case {
    if let (Intent::Valid, Some(step), Some(narrowed)) = (&case.intent, case.steps.last_mut(), narrowed) {
        (step.state, step.late) = (Some(State::Narrowed(narrowed)), true);
    }
    case
}

/// Whether things often are called so: a small number, a short word.
fn is_likely_there(value: &Value) -> bool {
    let is_word = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@'));
    match value {
        Value::Number(number) => number.as_u64().is_some_and(|number| number < UNLIKELY_NUMBER),
        Value::String(text) => text.len() < UNLIKELY_LENGTH && is_word(text),
        _ => true,
    }
}

/// Its title as names of cases have it.
fn titled(parameter: &ParameterContract) -> String {
    format!("{}.{}", parameter.location, slug(&parameter.name))
}

/// Whether its members stand among the other parameters, so that one more is a parameter more.
fn is_spread(serialization: &Serialization) -> bool {
    match serialization {
        Serialization::Style(encoding) => encoding.explode && encoding.style == Style::Form,
        Serialization::Form(_) => true,
        Serialization::Content(_) => false,
    }
}

fn adds_unlisted(change: &Change) -> bool {
    matches!(change, Change::Add(..))
}

/// A number that its `format` has no room for, which need not be asserted.
fn beyond_format(parameter: &ParameterContract, root: &Value, value: &Value) -> Option<Contest> {
    is_beyond_format(&Shape::of(root, &parameter.nodes()), value).then_some(Contest::Format)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::case::{Intent, Narrowing, State};
    use crate::source::Pointer;

    use super::super::{Derived, derive};
    use crate::case::Case;
    use crate::contract::Contract;
    use crate::generate::{Fresh, RunTag};
    use crate::http::Request;

    fn cases(operation: &str) -> Vec<(Case, Request)> {
        let text = format!("openapi: 3.1.0\npaths: {{'/a/{{id}}': {{get: {operation}}}}}");
        let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
        let contract = Contract::of(Arc::new(document)).expect("a contract");
        assert!(contract.untried.is_empty(), "{:?}", contract.untried);
        let Derived::Cases(cases) = derive(&contract, 0, 1) else { panic!("no case") };
        let run = RunTag::sample();
        let sent = |case: &Case| case.requests(&Fresh { run: &run, case: 1, attempt: 0 }).next().expect("a request");
        cases.into_iter().map(|case| (case.clone(), sent(&case))).collect()
    }

    const KIND: &str = "{name: id, in: path, required: true, schema: {enum: [x]}}";

    #[test]
    fn each_request_of_an_operation_that_answers_no_json_asks_for_anything() {
        let content = "responses: {'200': {description: d, content: {text/csv: {}}}}";
        let found = cases(&format!("{{parameters: [{KIND}], {content}}}"));
        assert!(found.iter().all(|(_, request)| request.headers.get("accept") == Some("*/*")));
        let content = "responses: {'200': {description: d, content: {application/json: {}}}}";
        let found = cases(&format!("{{parameters: [{KIND}], {content}}}"));
        assert!(found.iter().all(|(_, request)| !request.headers.contains("accept")));
    }

    #[test]
    fn a_long_target_and_a_long_field_are_contested_and_names_are_unique() {
        let long = "{name: note, in: query, schema: {type: string, maxLength: 3000}}";
        let field = "{name: X-Note, in: header, schema: {type: string, maxLength: 3000}}";
        let found = cases(&format!("{{parameters: [{KIND}, {long}, {field}], responses: {{}}}}"));
        let names: std::collections::HashSet<_> = found.iter().map(|(case, _)| case.name.as_str()).collect();
        assert_eq!(names.len(), found.len());
        for (case, request) in &found {
            let field = request.headers.get("x-note").map_or(0, str::len);
            let long = request.path.len() > 2_000 || field > 1_000;
            assert!(!long || case.intent.word() == "contested", "{}", case.name);
        }
        assert!(found.iter().any(|(_, request)| request.path.len() > 2_000));
    }

    #[test]
    fn a_default_makes_a_missing_required_parameter_contested() {
        let named = |schema: &str| {
            let parameter = format!("{{name: n, in: query, required: true, schema: {schema}}}");
            let found = cases(&format!("{{parameters: [{KIND}, {parameter}], responses: {{}}}}"));
            let missing = found.into_iter().find(|(case, _)| case.name.ends_with("query.n/required"));
            missing.map(|(case, request)| (case.intent.word(), request.path))
        };
        assert_eq!(named("{type: integer}"), Some(("invalid", "/a/x".to_owned())));
        assert_eq!(named("{type: integer, default: 3}"), Some(("contested", "/a/x".to_owned())));
    }
    #[test]
    fn the_ends_of_a_range_are_in_order_and_moved_with_care() {
        let date =
            |name: &str| format!("{{name: {name}, in: query, required: true, schema: {{type: string, format: date}}}}");
        let operation = |parameters: &str| {
            format!("{{parameters: [{KIND}, {parameters}], responses: {{'200': {{description: d}}}}}}")
        };
        let all = cases(&operation(&format!("{}, {}", date("startDate"), date("endDate"))));
        let value = |path: &str, name: &str| {
            let (_, query) = path.split_once('?')?;
            query.split('&').find_map(|pair| Some(pair.strip_prefix(name)?.strip_prefix('=')?.to_owned()))
        };
        let valid = all.iter().filter(|(case, _)| case.intent == Intent::Valid);
        let ends = |path: &str| value(path, "startDate").zip(value(path, "endDate"));
        let mut found = 0;
        for (case, request) in valid {
            let (start, end) = ends(&request.path).expect("both ends");
            assert!(start <= end, "{} {}", case.name, request.path);
            found += 1;
        }
        assert!(found > 0);
        assert!(all.iter().any(|(case, _)| case.name.contains("/contested/query.startDate/")));
        let alone = cases(&operation(&date("startDate")));
        assert!(alone.iter().any(|(case, _)| case.name.contains("/valid/query.startDate/")));
    }

    #[test]
    fn a_list_is_to_have_what_its_parameters_ask_for() {
        let operation = format!(
            "{{parameters: [{KIND}, {{name: limit, in: query, schema: {{type: integer, minimum: 1, maximum: 50}}}},
               {{name: colour, in: query, schema: {{enum: [red, blue]}}}}, {{name: text, in: query, schema: {{type: string}}}}],
              responses: {{'200': {{description: d, content: {{application/json: {{schema: {{properties: {{
                items: {{type: array, items: {{properties: {{colour: {{enum: [red, blue]}}, text: {{type: string}}}}}}}}}}}}}}}}}}}}}}"
        );
        let all = cases(&operation);
        let asked = |part: &str| {
            let found = all.iter().filter(|(case, _)| case.name.contains(part));
            let states = found.filter_map(|(case, _)| case.steps[0].state.clone());
            states
                .filter_map(|state| if let State::Narrowed(narrowed) = state { Some(narrowed) } else { None })
                .collect::<Vec<_>>()
        };
        let limits = asked("/valid/query.limit/");
        assert!(limits.iter().any(|narrowed| narrowed.to == Narrowing::AtMost(1)), "{limits:?}");
        assert!(limits.iter().all(|narrowed| narrowed.list.as_str() == "/items"));
        let colours = asked("/valid/query.colour/");
        let having = |colour: &str| Narrowing::Having(Pointer::parse("/colour"), colour.into());
        assert!(["red", "blue"].iter().all(|colour| colours.iter().any(|it| it.to == having(colour))), "{colours:?}");
        assert_eq!(asked("query.text"), []);
        let late = |part: &str| all.iter().any(|(case, _)| case.name.contains(part) && case.steps[0].late);
        assert!(
            late("/valid/query.limit/") && !late("query.text"),
            "a list is asked for when there is something in it"
        );
        // Of several lists nobody can tell which is meant.
        let several = operation.replace(
            "items: {type: array,",
            "facets: {type: array, items: {properties: {name: {}}}}, items: {type: array,",
        );
        assert_ne!(several, operation);
        assert!(cases(&several).iter().all(|(case, _)| case.steps.iter().all(|step| step.state.is_none())));
    }

    /// What requests by this method call the thing that their path names.
    fn named_by(method: &str, schema: &str) -> Vec<String> {
        let parameter = format!("{{name: id, in: path, required: true, schema: {schema}}}");
        let text = format!(
            "openapi: 3.0.3\npaths:\n  /things/{{id}}/cancel: {{{method}: {{parameters: [{parameter}], responses: {{'200': {{description: d}}}}}}}}\n"
        );
        let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
        let contract = Contract::of(Arc::new(document)).expect("a contract");
        let Derived::Cases(cases) = derive(&contract, 0, 1) else { panic!("no case") };
        let run = RunTag::sample();
        let path = |case: &Case| case.requests(&Fresh { run: &run, case: 1, attempt: 0 }).next().expect("one").path;
        let name = |case: &Case| path(case).split('/').nth(2).unwrap_or_default().to_owned();
        cases.iter().filter(|case| !case.name.contains("/invalid/")).map(name).collect()
    }

    fn is_small(name: &str) -> bool {
        name.parse::<u64>().is_ok_and(|number| number < 1_000_000)
    }

    #[test]
    fn what_is_changed_is_never_called_as_somebody_elses_thing_may_be() {
        assert!(named_by("get", "{type: integer}").iter().any(|name| is_small(name)));
        let numbers = named_by("post", "{type: integer}");
        assert!(!numbers.is_empty() && !numbers.iter().any(|name| is_small(name)), "{numbers:?}");
        let patterned = named_by("post", "{type: string, pattern: '^ac_[0-9]+$'}");
        assert!(!patterned.is_empty() && patterned.iter().all(|name| name.len() >= 16), "{patterned:?}");
        let short = |name: &String| name.len() < 16 && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let words = named_by("post", "{type: string}");
        assert!(!words.is_empty() && !words.iter().any(short), "{words:?}");
        assert!(named_by("get", "{type: string}").iter().any(short));
    }

    #[test]
    fn what_the_document_names_is_read_and_never_changed() {
        const UUID: &str = "7d9f1c1e-58a4-4b6e-9d53-0a1b2c3d4e5f";
        let (number, uuid) =
            ("{type: integer, example: 7}", format!("{{type: string, format: uuid, example: {UUID}}}"));
        assert!(named_by("get", number).contains(&"7".to_owned()));
        assert!(named_by("get", &uuid).contains(&UUID.to_owned()));
        for method in ["post", "put", "patch", "delete"] {
            let numbers = named_by(method, number);
            assert!(!numbers.is_empty() && !numbers.iter().any(|name| is_small(name)), "{method}: {numbers:?}");
            let uuids = named_by(method, &uuid);
            assert!(!uuids.is_empty() && !uuids.iter().any(|name| name == UUID), "{method}: {uuids:?}");
        }
    }
}
