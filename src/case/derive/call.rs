//! What all requests of one operation have in common: its method, its path, and the parameters that it cannot do without.

use serde_json::Value;

use super::ground::sample;
use super::sieve::Sieve;
use super::supply::{Names, Supply, new_name};
use crate::case::{BodyTemplate, Case, Intent, RequestTemplate, Step, WireProver};
use crate::contract::{BodyContract, Contract, OperationContract, ParameterContract, ToldBy, has_own_rules, is_range};
use crate::generate::{Contest, Draw, Fill, RunTag, Shape, instance};
use crate::http::parameter::{Location, Unencodable, fill};
use crate::http::{Headers, is_safe};
use crate::schema::Direction;

/// About as many cases a parameter has.
const OF_PARAMETER: usize = 60;
/// About as many the field of a form has.
const OF_FIELD: usize = 60;
/// How many draws are tried for a value that a parameter's schema accepts.
const TRIES: u64 = 24;
/// Longer targets are refused by many servers (RFC 9112 §3 asks for 8,000 bytes; proxies take less).
pub(super) const LONG_TARGET: usize = 2_000;
/// Longer ones are not sent at all.
pub(super) const LONGEST_TARGET: usize = 6_000;
/// Longer fields are refused by some servers (RFC 9110 §5.4).
pub(super) const LONG_FIELD: usize = 1_000;

/// The common part of an operation's requests.
#[derive(Debug)]
pub(super) struct Call<'c> {
    pub(super) number: usize,
    pub(super) operation: &'c OperationContract,
    pub(super) root: &'c Value,
    /// The document as its answers are read.
    pub(super) answers: &'c Value,
    pub(super) seed: u64,
    /// What is sent for each required parameter.
    pub(super) required: Arguments,
    /// The same, and a value for each optional one of which the schema tells which values will do.
    pub(super) all: Arguments,
    /// The path with its query, and the header fields, of a request with all that is required.
    pub(super) plain: (String, Headers),
    /// The things that its path names.
    pub(super) supply: Supply,
    /// How many operations the document has, asked for or not.
    pub(super) among: usize,
    /// Which candidates are made; all unless [`with_room`](Self::with_room) says so.
    pub(super) sieve: Sieve,
}

/// Parameters, by their number in the contract, each with its text as it is sent.
pub(super) type Arguments = Vec<(usize, String)>;

impl<'c> Call<'c> {
    /// The call of the operation numbered `number`.
    ///
    /// # Errors
    ///
    /// Why no request can be made: a required parameter for which there is no value.
    pub(super) fn of(contract: &'c Contract, number: usize, seed: u64) -> Result<Self, String> {
        Self::within(contract, number, seed, &mut vec![number])
    }

    /// As [`of`](Self::of), for an operation that makes what those in `chain` need.
    pub(super) fn within(
        contract: &'c Contract,
        number: usize,
        seed: u64,
        chain: &mut Vec<usize>,
    ) -> Result<Self, String> {
        let operation = contract.operations.get(number).ok_or("there is no such operation")?;
        let root = contract.schemas.strict(Direction::Request);
        let answers = contract.schemas.strict(Direction::Response);
        let supply = Supply::of(contract, number, seed, chain);
        let (required, all, plain) = Default::default();
        let among = contract.operations.len() + contract.untried.len() + contract.unselected.len();
        let sieve = Sieve::default();
        let mut call = Self { number, operation, root, answers, seed, required, all, plain, supply, among, sieve };
        for (at, parameter) in operation.parameters.iter().enumerate() {
            if matches!(parameter.told_by, ToldBy::Environment | ToldBy::Once) || call.supply.tells_version(at) {
                continue;
            }
            if let Some(mark) = call.supply.mark(at).map(str::to_owned) {
                call.required.push((at, mark.clone()));
                call.all.push((at, mark));
                continue;
            }
            match call.value(parameter) {
                Ok((text, _)) if parameter.required => {
                    call.required.push((at, text.clone()));
                    call.all.push((at, text));
                }
                Ok((text, Intent::Valid)) if parameter.told_by == ToldBy::Schema => call.all.push((at, text)),
                Ok(_) => {}
                Err(reason) if parameter.required => {
                    return Err(format!("its parameter `{}` cannot be sent: {reason}", parameter.title()));
                }
                Err(_) => {}
            }
        }
        call.in_order();
        // What cannot be put into a path shows here, once for all cases.
        call.plain = call.target(&call.required).map_err(|error| error.to_string())?;
        Ok(call)
    }

    /// The number of the parameter that is the other end of the range which the one numbered `at` begins or ends.
    pub(super) fn other_end(&self, at: usize) -> Option<usize> {
        let parameters = &self.operation.parameters;
        let own = parameters.get(at)?;
        let is_other = |one: &ParameterContract| is_range(&own.name, &one.name) || is_range(&one.name, &own.name);
        parameters.iter().position(|one| one.location == own.location && is_other(one))
    }

    /// Puts the ends of ranges in order: no server takes one that ends before it begins.
    fn in_order(&mut self) {
        let parameters = &self.operation.parameters;
        let (all, required) = (std::mem::take(&mut self.all), std::mem::take(&mut self.required));
        let ordered = |arguments: Arguments| {
            let mut arguments = arguments;
            for one in 0..arguments.len() {
                let begin = arguments[one].0;
                let begins = |end: &usize| is_range(&parameters[begin].name, &parameters[*end].name);
                let Some(end) = self.other_end(begin).filter(begins) else { continue };
                let Some(other) = arguments.iter().position(|(at, _)| *at == end) else { continue };
                let value = |text: &str| text.rsplit('=').next().unwrap_or_default().to_owned();
                let (low, high) = (value(&arguments[one].1), value(&arguments[other].1));
                let reversed = match (low.parse::<f64>(), high.parse::<f64>()) {
                    (Ok(low), Ok(high)) => low > high,
                    _ => low > high,
                };
                if reversed {
                    let swapped =
                        |text: &str, from: &str, to: &str| text.strip_suffix(from).map(|start| format!("{start}{to}"));
                    let both = swapped(&arguments[one].1, &low, &high).zip(swapped(&arguments[other].1, &high, &low));
                    if let Some((first, second)) = both {
                        (arguments[one].1, arguments[other].1) = (first, second);
                    }
                }
            }
            arguments
        };
        (self.all, self.required) = (ordered(all), ordered(required));
    }

    /// The call with a sieve that leaves room for so many cases; with all of them where that is none.
    #[must_use]
    pub(super) fn with_room(mut self, room: Option<usize>) -> Self {
        self.sieve = Sieve::new(room, self.offered());
        self
    }

    /// About how many cases its parameters have, and the fields of its bodies beside the JSON that comes first.
    pub(super) fn offered(&self) -> usize {
        let schemas = self.operation.others.iter().filter_map(|other| other.schema.as_ref());
        let fields =
            schemas.map(|schema| Shape::of(self.root, std::slice::from_ref(schema.pointer())).properties.len());
        self.operation.parameters.len() * OF_PARAMETER + fields.sum::<usize>() * OF_FIELD
    }

    /// The prover for a parameter.
    pub(super) fn prover(&self, parameter: &'c ParameterContract) -> WireProver<'c> {
        WireProver::new(
            self.root,
            parameter.schema.as_deref(),
            (parameter.location, &parameter.name),
            &parameter.serialization,
            &parameter.pointer,
        )
    }

    /// A value that everybody would send: one that the document gives, or else one that is made. With its intent.
    fn value(&self, parameter: &'c ParameterContract) -> Result<(String, Intent), String> {
        let prover = self.prover(parameter);
        let mut refusal = "no value could be made that its schema accepts".to_owned();
        let mut contested = None;
        let nodes = parameter.nodes();
        let made = (0..TRIES).filter_map(|attempt| {
            let id = &self.operation.operation.id;
            let mut draw = Draw::new(self.seed.wrapping_add(attempt), &format!("{id}/{}", parameter.title()));
            match parameter.schema {
                Some(_) => instance(self.root, &nodes, &parameter.name, Fill::All, &mut draw),
                None => Some(Value::from("proofmark")),
            }
        });
        // What is changed must not be there already: nobody but the run may lose anything.
        let unlikely = self.changes(parameter).then(|| new_name(self.root, parameter)).flatten();
        let unlikely = unlikely.map(|form| form.value(&sample(&RunTag::sample())));
        let given = parameter.examples.iter().cloned();
        let wanted = |value: &Value| !self.is_somebodys(parameter, value);
        for value in given.chain(unlikely).chain(made).filter(wanted) {
            if let Err(error) = parameter.serialization.write(parameter.location, &parameter.name, &value) {
                refusal = error.to_string();
                continue;
            }
            match prover.prove(&value, None) {
                Some((text, Intent::Valid)) if self.fits(parameter, &text) => return Ok((text, Intent::Valid)),
                Some((text, intent @ Intent::Contested(_))) if self.fits(parameter, &text) => {
                    contested.get_or_insert((text, intent));
                }
                _ => {}
            }
        }
        contested.ok_or(refusal)
    }

    /// Whether requests may change what a parameter names.
    pub(super) fn changes(&self, parameter: &ParameterContract) -> bool {
        parameter.told_by == ToldBy::Things && !is_safe(&self.operation.operation.method)
    }

    /// Whether requests may change the thing of this name, which the document names as one that is there.
    pub(super) fn is_somebodys(&self, parameter: &ParameterContract, value: &Value) -> bool {
        parameter.location == Location::Path && self.changes(parameter) && parameter.examples.contains(value)
    }

    /// Whether a text can stand in the path, where it is for the path.
    fn fits(&self, parameter: &ParameterContract, text: &str) -> bool {
        let template = format!("/{{{}}}", parameter.name);
        parameter.location != Location::Path || fill(&template, &[(&parameter.name, text.to_owned())]).is_ok()
    }

    /// Why a request with all that is required may be refused all the same.
    pub(super) fn contest(&self) -> Option<Contest> {
        if self.operation.names_things() { Some(Contest::UnknownThing) } else { self.other_contest() }
    }

    /// The same for a request of which all that it names is there.
    fn other_contest(&self) -> Option<Contest> {
        let all = || self.operation.parameters.iter().enumerate().filter(|(at, _)| !self.supply.tells_version(*at));
        let required = || all().map(|(_, parameter)| parameter).filter(|parameter| parameter.required);
        let is = |told_by| required().any(|parameter| parameter.told_by == told_by);
        let made_up =
            |parameter: &&ParameterContract| parameter.told_by == ToldBy::Name && parameter.examples.is_empty();
        let elsewhere = |parameter: &&ParameterContract| {
            parameter.told_by == ToldBy::Things && parameter.location != Location::Path
        };
        let changes = |body: &BodyContract| has_own_rules(&body.media_type);
        if required().find(elsewhere).is_some() {
            Some(Contest::UnknownThing)
        } else if self.operation.body.as_ref().is_some_and(changes) {
            Some(Contest::OwnRules)
        } else if self.operation.signs_in {
            Some(Contest::Credentials)
        } else if is(ToldBy::Environment) {
            Some(Contest::Environment)
        } else if required().find(made_up).is_some() {
            Some(Contest::OwnRules)
        } else {
            None
        }
    }

    /// Whether a request may be refused although all that it names is there.
    pub(super) fn is_doubtful(&self) -> bool {
        self.other_contest().is_some()
    }

    /// The path with its query, and the header fields, that carry `arguments`.
    pub(super) fn target(&self, arguments: &Arguments) -> Result<(String, Headers), Unencodable> {
        let mut path = Vec::new();
        let (mut query, mut cookies) = (Vec::new(), Vec::new());
        let mut headers = Headers::new();
        for (at, text) in arguments {
            let Some(parameter) = self.operation.parameters.get(*at) else { continue };
            match parameter.location {
                Location::Path => path.push((parameter.name.as_str(), text.clone())),
                // A form without fields is a query without anything in it.
                Location::Querystring if text.is_empty() => {}
                Location::Query | Location::Querystring => query.push(text.as_str()),
                Location::Header => headers.push(parameter.name.to_ascii_lowercase(), text.as_str()),
                Location::Cookie => cookies.push(text.as_str()),
            }
        }
        if self.operation.answers_no_json() {
            // What the client asks for otherwise is JSON.
            headers.push("accept", "*/*");
        }
        if !cookies.is_empty() {
            headers.push("cookie", cookies.join("; "));
        }
        let mut target = fill(&self.operation.operation.path, &path)?;
        if !query.is_empty() {
            target.push('?');
            target.push_str(&query.join("&"));
        }
        Ok((target, headers))
    }

    /// The request with all that is required, these fields behind those that carry parameters, and this body.
    pub(super) fn request(&self, headers: Headers, body: Option<BodyTemplate>) -> RequestTemplate {
        self.request_to(self.plain.clone(), &headers, body)
    }

    /// The request with this path and its fields, `headers` behind them, and this body.
    pub(super) fn request_to(
        &self,
        (path, mut all): (String, Headers),
        headers: &Headers,
        body: Option<BodyTemplate>,
    ) -> RequestTemplate {
        headers.iter().for_each(|(name, value)| all.push(name, value));
        RequestTemplate { method: self.operation.operation.method.clone(), path, headers: all, body }
    }

    /// A step with all that is required, and no body.
    pub(super) fn step(&self) -> Step {
        Step::of(self.request(Headers::new(), None))
    }

    /// `case` with all that it names made first, and as one that may be refused for what every request of the operation
    /// has.
    pub(super) fn doubted(&self, case: Case) -> Case {
        let (mut case, names) = self.supply.provide(case);
        let contest = match names {
            Names::Made => self.other_contest(),
            Names::Unknown | Names::Nothing => self.contest(),
            Names::UnknownInBody => Some(Contest::UnknownThing),
        };
        let Some(contest) = contest else { return case };
        let doubt = |intent: &mut Intent| {
            if *intent == Intent::Valid {
                *intent = Intent::Contested(contest);
            }
        };
        if case.intent == Intent::Valid {
            let contested = Intent::Contested(contest);
            case.name = case.name.replacen("/valid/", &format!("/{}/", contested.word()), 1);
            case.kind = case.kind.replacen("valid", contested.word(), 1);
        }
        doubt(&mut case.intent);
        let own = case.steps.iter_mut().filter(|step| step.operation.is_none());
        own.filter_map(|step| step.intent.as_mut()).for_each(doubt);
        case
    }
}
