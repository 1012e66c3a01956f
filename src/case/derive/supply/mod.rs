//! Things that requests name in their paths: made by steps before them, where some operation makes such things.

mod maker;
mod version;

use std::fmt::Write as _;

use serde_json::Value;

use super::ground::sample;
use super::{Case, Intent};
use crate::case::{MAX_STEPS, PlacedText, Step, Text, TextPlace};
use crate::contract::{Contract, Link, LinkSource, OperationContract, ParameterContract, Places, Reference, ToldBy};
use crate::generate::{Form, RunTag, Shape, Template};
use crate::http::is_safe;
use crate::http::parameter::Location;
use crate::schema::{Agreement, Direction};
use crate::source::Pointer;

use maker::placing;
pub(super) use maker::{Extent, maker};
use version::{IF_MATCH, Version};

/// So many steps may stand before a case.
const MOST_STEPS: usize = MAX_STEPS - 4;
/// How many things may have to be made, each for the next.
const DEEPEST: usize = 4;

/// What the requests of one operation name.
#[derive(Debug, Default)]
pub(super) struct Supply {
    /// Steps that make things, each before those that need it.
    pub(super) steps: Vec<Step>,
    /// The parameters that name them, from left to right.
    pub(super) supplied: Vec<Supplied>,
    /// Why there is none for the others, if so.
    pub(super) missing: Option<String>,
    /// Whether a request that names them all names what is there for certain.
    certain: bool,
    /// The places in the body that name things.
    bodies: Vec<Referred>,
    /// Header fields whose values must be new in each request.
    once: Vec<(String, Form)>,
    /// What `If-Match` says, where the operation demands it and something tells that.
    version: Option<Version>,
    /// Parameters outside the path that makers have too: a thing made with one value need not be there with another.
    shared: Vec<(Location, String)>,
}

/// A parameter with what it names.
#[derive(Clone, Debug)]
pub(super) struct Supplied {
    /// The number of the parameter.
    pub(super) parameter: usize,
    /// What its text is called among the captures of a case.
    pub(super) capture: String,
    /// What stands for it in a path until the case is made.
    pub(super) mark: String,
    /// How many of the steps it needs.
    pub(super) steps: usize,
    /// The property of a request's body that is the same, if there is one of its name.
    pub(super) property: Option<Pointer>,
    /// The form of a new name, where the operation itself makes the thing that it names.
    form: Option<Form>,
    /// Whether the operation makes the thing whatever it is called, so that nothing need be there.
    pub(super) free: bool,
}

/// Places in the body that name a thing.
#[derive(Clone, Debug)]
struct Referred {
    places: Places,
    /// What its value is called among the captures of a case, and how many of the steps it needs; none where nothing
    /// makes it.
    made: Option<(String, usize)>,
    /// The nearest around it, itself included, that may be left out.
    optional: Option<Places>,
}

/// What could be said of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    /// All that it names is there.
    Made,
    /// Nobody has said that what its path names is there.
    Unknown,
    /// Its body names a thing of which nobody has said that it is there.
    UnknownInBody,
    /// Its path names nothing.
    Nothing,
}

impl Supply {
    /// What the operation numbered `number` needs. `chain` has the operations for which it is needed.
    pub(super) fn of(contract: &Contract, number: usize, seed: u64, chain: &mut Vec<usize>) -> Self {
        let mut supply = Self::default();
        let Some(operation) = contract.operations.get(number) else { return supply };
        let root = contract.schemas.strict(Direction::Request);
        let once = operation.parameters.iter().filter(|one| one.told_by == ToldBy::Once && one.required);
        let once = once.filter_map(|one| Some((one.name.to_ascii_lowercase(), new_name(root, one)?)));
        supply.once = once.collect();
        let named = operation.named();
        for named in &named {
            let parameter = &operation.parameters[named.parameter];
            let link = contract.links.iter().find(|link| link.resource == named.resource);
            let own = |link: &&Link| link.source == LinkSource::Path && link.producer == operation.operation.id;
            let of_others = || link.filter(own).and_then(|link| thing_of_others(contract, parameter, link));
            if let Some(link) = of_others().filter(|link| supply.make(contract, operation, link, seed, chain).is_ok()) {
                supply.supplied.push(supply.named(parameter, named.parameter, link, None));
                continue;
            }
            if let Some(link) = link.filter(own) {
                let form = new_name(root, parameter);
                let free = makes_anew(operation);
                let own = form.map(|form| supply.named(parameter, named.parameter, link, Some(form)));
                supply.supplied.extend(own.map(|supplied| Supplied { free, ..supplied }));
                continue;
            }
            let made = match link {
                Some(link) => supply.make(contract, operation, link, seed, chain),
                None if parameter.told_by != ToldBy::Things => continue,
                None => Err(unmade(operation, parameter)),
            };
            let is_given = !parameter.examples.is_empty() && is_safe(&operation.operation.method);
            match (made, link) {
                (Ok(()), Some(link)) => supply.supplied.push(supply.named(parameter, named.parameter, link, None)),
                (Err(reason), _) if !is_given => _ = supply.missing.get_or_insert(reason),
                _ => {}
            }
        }
        let put_there = supply.put_there(contract, operation, seed, chain);
        supply.tell_version(contract, operation, seed, chain);
        for Reference { places, link, optional } in &operation.references {
            let link = link.and_then(|link| contract.links.get(link));
            let link = link.filter(|_| supply.steps.len() + DEEPEST <= MOST_STEPS);
            let link = link.filter(|link| supply.make(contract, operation, link, seed, chain).is_ok());
            let made = link.map(|link| supply.another_of(link));
            supply.bodies.push(Referred { places: places.clone(), made, optional: optional.clone() });
        }
        // Below a thing, a body speaks of something else.
        let item = operation.item().map(|item| item.parameter);
        let others = supply.supplied.iter_mut().filter(|supplied| Some(supplied.parameter) != item);
        others.for_each(|supplied| supplied.property = None);
        let path = operation.parameters.iter().filter(|parameter| parameter.location == Location::Path).count();
        let shared = supply.shared.iter().any(|(location, name)| {
            let is_it = |one: &&ParameterContract| one.location == *location && one.name == *name;
            operation.parameters.iter().find(is_it).is_some_and(|parameter| parameter.required)
        });
        let given = supply.supplied.iter().all(|supplied| supplied.form.is_none() || supplied.free);
        // What things are made in is there where all is that they are made below.
        let is_there =
            operation.item().is_some() || contract.made_in(operation).is_some() || operation.is_of_what_a_thing_has();
        let is_there = is_there || put_there;
        supply.certain = is_there && supply.supplied.len() == path && given && !shared;
        supply
    }

    /// Adds the step that puts something where the operation deletes it, if a thing has one of that: `/users/{id}/photo`.
    fn put_there(
        &mut self,
        contract: &Contract,
        operation: &OperationContract,
        seed: u64,
        chain: &mut Vec<usize>,
    ) -> bool {
        let path = operation.operation.path.as_str();
        let own = !path.ends_with('}') && operation.operation.method == "DELETE" && self.missing.is_none();
        let put = contract.operations.iter().position(|one| one.takes("PUT", path)).filter(|_| own);
        let (Some(put), Some(last)) = (put.filter(|put| !chain.contains(put)), self.supplied.len().checked_sub(1))
        else {
            return false;
        };
        chain.push(put);
        let steps = placing(contract, put, seed, chain);
        chain.pop();
        let Ok(steps) = steps else { return false };
        let known =
            |step: &Step| self.steps.iter().any(|own| !own.captures.is_empty() && own.captures == step.captures);
        let new: Vec<Step> = steps.into_iter().filter(|step| !known(step)).collect();
        self.steps.extend(new);
        self.supplied[last].steps = self.steps.len();
        true
    }

    /// Adds the steps that make what `link` speaks of, unless they are there already.
    fn make(
        &mut self,
        contract: &Contract,
        consumer: &OperationContract,
        link: &Link,
        seed: u64,
        chain: &mut Vec<usize>,
    ) -> Result<(), String> {
        if self.steps.iter().any(|step| step.captures.iter().any(|capture| capture.name == capture_name(link))) {
            return Ok(());
        }
        let id = &link.producer;
        let number = contract.operations.iter().position(|operation| operation.operation.id == *id);
        let number = number.ok_or_else(|| format!("`{id}`, which makes what it needs, is not tried"))?;
        if chain.len() >= DEEPEST || chain.contains(&number) {
            return Err(format!("`{id}`, which makes what it needs, needs such a thing itself"));
        }
        chain.push(number);
        let made = maker(contract, number, seed, Extent::Minimal, link, chain);
        chain.pop();
        let (steps, maker) = made?;
        let known = |step: &Step| self.steps.iter().any(|own| own.captures == step.captures);
        let new: Vec<Step> = steps.into_iter().filter(|step| !known(step)).collect();
        self.steps.extend(new);
        let own = |location, name: &str| consumer.parameters.iter().any(|p| p.location == location && p.name == name);
        let outside = maker.parameters.iter().filter(|parameter| parameter.location != Location::Path);
        let shared = outside
            .filter(|parameter| parameter.told_by != ToldBy::Environment && own(parameter.location, &parameter.name));
        self.shared.extend(shared.map(|parameter| (parameter.location, parameter.name.clone())));
        Ok(())
    }

    fn named(&self, parameter: &ParameterContract, number: usize, link: &Link, form: Option<Form>) -> Supplied {
        let capture = capture_name(link);
        let property = match &link.source {
            LinkSource::Received(place) => place.last().map(|name| Pointer::root().child(&name)),
            LinkSource::Path => Some(Pointer::root().child(&parameter.name)),
            _ => None,
        };
        let mark = format!("proofmark_made_{capture}_");
        Supplied { parameter: number, mark, steps: self.steps_of(link), capture, property, form, free: false }
    }

    /// What is made for a property that `link` speaks of, and how many of the steps that takes: another thing than the one that an
    /// earlier property of the body names.
    fn another_of(&mut self, link: &Link) -> (String, usize) {
        let capture = capture_name(link);
        let is_named = self.bodies.iter().any(|body| body.made.as_ref().is_some_and(|(name, _)| *name == capture));
        let makes = |step: &&Step| step.captures.iter().any(|one| one.name == capture);
        let maker = self.steps.iter().find(makes).filter(|_| is_named && self.steps.len() < MOST_STEPS).cloned();
        let Some(mut step) = maker else { return (capture, self.steps_of(link)) };
        step.captures.iter_mut().for_each(|capture| capture.name = other(&capture.name));
        self.steps.push(step);
        (other(&capture), self.steps.len())
    }

    /// How many of the steps it takes until what `link` speaks of is made.
    fn steps_of(&self, link: &Link) -> usize {
        let capture = capture_name(link);
        let made = self.steps.iter().position(|step| step.captures.iter().any(|one| one.name == capture));
        made.map_or(0, |at| at + 1)
    }

    /// What stands in a path for the parameter numbered `parameter`, where a thing is made for it.
    pub(super) fn mark(&self, parameter: usize) -> Option<&str> {
        self.supplied.iter().find(|supplied| supplied.parameter == parameter).map(|supplied| supplied.mark.as_str())
    }

    /// `case` with what it names made first, and what can be said of that.
    pub(super) fn provide(&self, mut case: Case) -> (Case, Names) {
        let (mut needed, mut certain, mut known) = (0, self.certain, true);
        let mut changed = false;
        let about = self.supplied.last().and_then(|last| last.property.as_ref());
        let own_identity = !about.is_some_and(|place| case.focus.as_str().starts_with(place.as_str()));
        // What is broken in it, beside other things or in one step of several, must not be mended.
        let focused = case.steps.len() == 1 && !case.focus.is_root();
        for step in &mut case.steps {
            let intent = step.intent.as_ref().unwrap_or(&case.intent);
            let as_it_is = !focused && matches!(intent, Intent::Invalid { .. });
            for supplied in &self.supplied {
                let found = fill(step, supplied);
                certain &= found || supplied.free;
                needed = if found { needed.max(supplied.steps) } else { needed };
            }
            // A body that is called otherwise than its path may be refused for that.
            certain &= own_identity;
            certain &= !self.shared.iter().any(|(location, name)| carries(step, *location, name));
            self.name_anew(step, &case.focus);
            let versioned = self.name_version(step, &case.focus);
            // Once it is changed it has another.
            certain &= !(versioned && (changed || step.copies.count() > 1));
            changed |= versioned;
            if let Some(version) = self.version.as_ref().filter(|_| versioned) {
                needed = needed.max(version.steps);
            }
            if as_it_is {
                continue;
            }
            if own_identity {
                self.same_identity(step);
            }
            let (steps, all) = self.refer(step, Some(&case.focus));
            needed = needed.max(steps);
            known &= all;
        }
        case.steps.splice(0..0, self.steps[..needed].iter().cloned());
        let names = match (certain, known) {
            (_, false) => Names::UnknownInBody,
            (true, true) => Names::Made,
            (false, true) if self.supplied.is_empty() && self.missing.is_none() => Names::Nothing,
            (false, true) => Names::Unknown,
        };
        (case, names)
    }

    /// Adds the header fields that must be new in each request, but for the one that the step is about.
    pub(super) fn name_anew(&self, step: &mut Step, focus: &Pointer) {
        for (name, form) in &self.once {
            let is_focus = focus.last().is_some_and(|about| about.eq_ignore_ascii_case(name));
            if !is_focus && step.operation.is_none() && !step.request.headers.contains(name) {
                let place = TextPlace::Header(name.clone());
                step.texts.push(PlacedText { place, text: Text::fresh(form.clone()) });
            }
        }
    }

    /// Whether the parameter numbered `parameter` says which version a thing has, and something tells that.
    pub(super) fn tells_version(&self, parameter: usize) -> bool {
        self.version.as_ref().is_some_and(|version| version.demanded && version.parameter == parameter)
    }

    /// Adds the version of the thing to a step of a case that is not about it. Whether it was added.
    fn name_version(&self, step: &mut Step, focus: &Pointer) -> bool {
        let is_focus = focus.last().is_some_and(|name| name.eq_ignore_ascii_case(IF_MATCH));
        let says =
            self.demands_version() && !is_focus && step.operation.is_none() && !step.request.headers.contains(IF_MATCH);
        if says {
            self.say_version(step);
        }
        says
    }

    /// Lets the body of a step name things that are made, but for the one that the step is about. How many steps that
    /// needs, and whether all that the body names is there then.
    pub(super) fn refer(&self, step: &mut Step, focus: Option<&Pointer>) -> (usize, bool) {
        let (mut needed, mut known) = (0, true);
        let Some(body) = &mut step.request.body else { return (needed, known) };
        let as_it_is = !body.encoding.edits.is_empty();
        for referred in &self.bodies {
            let places = named(&referred.places, &body.template.value);
            let about = focus.is_some_and(|focus| referred.places.are_about(focus));
            let taken =
                |place: &Pointer| step.texts.iter().any(|placed| placed.place == TextPlace::Body(place.clone()));
            if places.is_empty() {
                continue;
            }
            if about || as_it_is || places.iter().any(taken) {
                known = false;
                continue;
            }
            match (&referred.made, &referred.optional) {
                (Some((capture, steps)), _) => {
                    if let Some(lists) = referred.places.lists() {
                        list_once(&mut body.template, &lists);
                    }
                    needed = needed.max(*steps);
                    let made = |place| PlacedText { place: TextPlace::Body(place), text: Text::captured(capture, "") };
                    step.texts.extend(named(&referred.places, &body.template.value).into_iter().map(made));
                }
                // What nobody can name is not named.
                (None, Some(optional)) => match without(&body.template, optional) {
                    Some(template) => body.template = template,
                    None => known = false,
                },
                (None, None) => known = false,
            }
        }
        (needed, known)
    }

    /// A body that says of itself what it is called says the same as the path.
    pub(super) fn same_identity(&self, step: &mut Step) {
        if let Some(supplied) = self.supplied.last() {
            Self::identity_as(supplied, step);
        }
    }

    /// The same for what `supplied` names.
    pub(super) fn identity_as(supplied: &Supplied, step: &mut Step) {
        if !step.texts.iter().any(|placed| matches!(placed.place, TextPlace::Path(_))) {
            return;
        }
        let Some(place) = &supplied.property else { return };
        let plain = step.request.body.as_ref().is_some_and(|body| {
            body.encoding.edits.is_empty() && place.resolve(&body.template.value).is_some_and(|value| !value.is_null())
        });
        if plain && !step.texts.iter().any(|placed| placed.place == TextPlace::Body(place.clone())) {
            step.texts.push(PlacedText { place: TextPlace::Body(place.clone()), text: supplied.text() });
        }
    }

    /// Whether a case is about a place of the body that names a thing.
    pub(super) fn is_about_a_name(&self, focus: &Pointer) -> bool {
        self.bodies.iter().any(|referred| referred.places.are_about(focus))
    }

    /// Whether the operation makes what the parameter numbered `parameter` names, whatever that is.
    pub(super) fn is_free(&self, parameter: usize) -> bool {
        self.supplied.iter().any(|supplied| supplied.parameter == parameter && supplied.free)
    }

    /// Whether a request that names them all names what is there for certain.
    pub(super) fn is_certain(&self) -> bool {
        self.certain
    }

    /// Whether a case of these steps is too long, or sends so much about one thing at once that nobody can say what
    /// comes of it.
    pub(super) fn forbids(&self, case: &Case) -> bool {
        let crowded = |step: &Step| step.names_made() && step.copies.count() > 1 && !step.credential.is_wrong();
        case.steps.len() > MAX_STEPS || case.steps.iter().any(crowded)
    }
}

impl Supplied {
    /// What it names is made before.
    pub(super) fn made(&self) -> Self {
        Self { form: None, ..self.clone() }
    }

    /// What it names is another one of its kind.
    pub(super) fn other(&self) -> Self {
        Self { capture: other(&self.capture), ..self.made() }
    }

    fn text(&self) -> Text {
        match &self.form {
            Some(form) => Text::fresh(form.clone()),
            None => Text::captured(&self.capture, ""),
        }
    }
}

/// What something else makes and a parameter is called by: `/teams/{team_id}/members/{user_id}` is about one of `/users`.
fn thing_of_others<'c>(contract: &'c Contract, parameter: &ParameterContract, own: &Link) -> Option<&'c Link> {
    // A mere `id` or `key` is that of what stands there.
    if crate::contract::words(&parameter.name).len() < 2 {
        return None;
    }
    let is_so_called = |operation: &OperationContract, link: &Link| {
        let mut named = operation.named().into_iter().filter(|named| named.resource == link.resource);
        named.any(|named| operation.parameters[named.parameter].name == parameter.name)
    };
    let others = contract.links.iter().filter(|link| link.resource != own.resource && link.source != LinkSource::Path);
    others.into_iter().find(|link| contract.operations.iter().any(|operation| is_so_called(operation, link)))
}

/// Why there is nothing to name by a parameter of which no operation makes the thing.
fn unmade(operation: &OperationContract, parameter: &ParameterContract) -> String {
    let instead = match is_safe(&operation.operation.method) {
        true => "it gives no example",
        false => "what is there is somebody's and is not changed",
    };
    format!("no operation of the document makes what `{}` names, and {instead}", parameter.title())
}

/// What another thing is called among the captures of a case.
pub(super) fn other(capture: &str) -> String {
    format!("{capture}-other")
}

/// Those of `places` at which `value` has something that may be a name.
fn named(places: &Places, value: &Value) -> Vec<Pointer> {
    let names = |place: &Pointer| place.resolve(value).is_some_and(|value| value.is_string() || value.is_number());
    places.within(value).into_iter().filter(names).collect()
}

/// The body without what stands at `places`; none where that leaves an object empty, which need not be a body any more
/// (`minProperties`).
fn without(template: &Template, places: &Places) -> Option<Template> {
    let mut template = template.clone();
    for place in places.within(&template.value) {
        _ = template.remove(&place);
        let around = place.parent()?.resolve(&template.value)?;
        if around.as_object().is_some_and(serde_json::Map::is_empty) {
            return None;
        }
    }
    Some(template)
}

/// Leaves one element in each of the lists at `places`: one thing is named once.
fn list_once(template: &mut Template, places: &Places) {
    for list in places.within(&template.value) {
        let len = list.resolve(&template.value).and_then(Value::as_array).map_or(0, Vec::len);
        (1..len).rev().for_each(|at| _ = template.remove(&list.child(&at.to_string())));
    }
}

/// Whether an operation that puts a thing where it is asked for says nothing of one that must be there before.
fn makes_anew(operation: &OperationContract) -> bool {
    let exactly = |status: u16| operation.answers.iter().any(|answer| answer.status.is_exactly(status));
    exactly(201) && !exactly(404)
}

/// The form of a name that nothing has yet; none where the schema has no room for that.
pub(super) fn new_name(root: &Value, parameter: &ParameterContract) -> Option<Form> {
    let Some(schema) = &parameter.schema else { return Some(Form::plain()) };
    let shape = Shape::of(root, &parameter.nodes());
    let run = RunTag::sample();
    let fits = |form: &Form| schema.agreement(&form.value(&sample(&run))) == Agreement::Accepted;
    let forms = [Form::plain(), Form::Uuid, Form::Digits, Form::Firebase].into_iter();
    forms.chain(Form::matching(&shape)).chain(Form::number(&shape)).find(fits)
}

/// Puts what is made in place of the mark. Whether it was there.
pub(super) fn fill(step: &mut Step, supplied: &Supplied) -> bool {
    if !step.request.path.contains(&supplied.mark) {
        return false;
    }
    step.request.path = step.request.path.replace(&supplied.mark, &format!("{{{}}}", supplied.capture));
    step.texts.push(PlacedText { place: TextPlace::Path(supplied.capture.clone()), text: supplied.text() });
    true
}

/// What the name of a thing is called among the captures of a case: `things-id` of `/things/{}`.
pub(super) fn capture_name(link: &Link) -> String {
    let mut name = String::new();
    for segment in link.resource.split('/').filter(|segment| !segment.is_empty()) {
        let segment = if segment == "{}" { "id" } else { segment };
        if !name.is_empty() {
            name.push('-');
        }
        for character in segment.chars() {
            match character {
                'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '.' => name.push(character),
                // Writing to a string does not fail.
                other => _ = write!(name, "_{:x}", u32::from(other)),
            }
        }
    }
    name
}

/// Whether a request carries a parameter of this name outside its path.
fn carries(step: &Step, location: Location, name: &str) -> bool {
    match location {
        Location::Query => {
            let query = step.request.path.split_once('?').map_or("", |(_, query)| query);
            query.split('&').any(|pair| pair.split(['=', '%', '[']).next() == Some(name))
        }
        Location::Header => step.request.headers.contains(name),
        Location::Cookie => step.request.headers.contains("cookie"),
        Location::Path | Location::Querystring => false,
    }
}

#[cfg(test)]
mod tests;
