//! A thing from its making to its end: made, read, changed, read, deleted, read again.

mod change;

use serde_json::Value;

use super::call::Call;
use super::ground::Ground;
use super::kept::Answers;
use super::listing::Listing;
use super::supply::{self, Extent, Supplied, Supply, fill, maker};
use super::telling::telling;
use super::{Case, Intent, Tier};
use crate::case::{AsIt, Identity, Kept, Lasting, State, Step};
use crate::contract::{Contract, Link, LinkSource, OperationContract, is_of_creation};
use crate::generate::{Contest, Shape, Template};
use crate::http::Headers;
use crate::schema::Direction;
use crate::source::Pointer;

/// What a lifecycle is made of.
struct Thing<'l, 'c> {
    contract: &'c Contract,
    call: &'l Call<'c>,
    seed: u64,
    link: &'c Link,
    maker: &'c OperationContract,
    /// The number of the operation that reads it.
    reader: Option<usize>,
    answers: Answers<'c>,
    /// What bodies of the operation itself are made of, where it takes one.
    ground: Option<Ground<'c>>,
}

pub(super) fn propose(contract: &Contract, call: &Call<'_>, seed: u64) -> Vec<Case> {
    let Some(thing) = Thing::of(contract, call, seed) else { return Vec::new() };
    let made = match call.operation.operation.method.as_str() {
        "GET" => vec![thing.read(), thing.read_elsewhere(), thing.read_at_the_end()],
        "PUT" => {
            let made =
                [thing.change(), thing.fill_in(), thing.replace(), thing.clear(), thing.change_what_was_changed()];
            made.into_iter().chain([thing.act_elsewhere()]).collect()
        }
        "PATCH" => {
            let made = [thing.change(), thing.fill_in(), thing.clear(), thing.change_what_was_changed()];
            made.into_iter().chain(thing.change_part_by_part()).chain([thing.act_elsewhere()]).collect()
        }
        "DELETE" => vec![thing.delete(), thing.delete_twice(), thing.delete_and_list(), thing.act_elsewhere()],
        _ => Vec::new(),
    };
    made.into_iter().flatten().collect()
}

impl<'l, 'c> Thing<'l, 'c> {
    /// The thing that the operation is about as a whole; none where nothing makes it.
    fn of(contract: &'c Contract, call: &'l Call<'c>, seed: u64) -> Option<Self> {
        let item = call.operation.item().filter(|_| call.supply.is_certain() && !call.is_doubtful())?;
        let named = call.supply.supplied.iter().find(|supplied| supplied.parameter == item.parameter)?;
        let link = contract.links.iter().find(|link| link.resource == item.resource)?;
        let maker = contract.operations.iter().find(|operation| operation.operation.id == link.producer)?;
        let reads = |operation: &OperationContract| {
            operation.operation.method == "GET" && operation.item().is_some_and(|own| own.resource == item.resource)
        };
        let reader = contract.operations.iter().position(reads);
        // What wraps it in one answer wraps it in others.
        let wrapper = match &link.source {
            LinkSource::Received(place) => place.parent().filter(|parent| !parent.is_root()),
            _ => None,
        };
        let identifying = named.property.as_ref().and_then(Pointer::last).map(Into::into);
        let answers = Answers { contract, wrapper, identifying };
        let ground = Ground::of(contract, call.number, seed);
        Some(Self { contract, call, seed, link, maker, reader, answers, ground })
    }

    /// Made, another one made beside it, and read.
    fn read(&self) -> Option<Case> {
        let (mut steps, made) = self.making(Extent::Full)?;
        let mut other = steps[made].clone();
        other.captures.iter_mut().for_each(|capture| capture.name = supply::other(&capture.name));
        steps.push(other);
        steps.push(self.own_there(made)?);
        following(self.call, "created-is-there", "what was just made is read", steps)
    }

    /// Made at the start of the run, and read at its end.
    fn read_at_the_end(&self) -> Option<Case> {
        let (mut steps, made) = self.making(Extent::Full)?;
        steps.push(self.own_there(made)?.at_the_end());
        let case = following(self.call, "created-is-still-there", "what was made first is read last", steps)?;
        Some(Case { tier: Tier::Gate, ..case })
    }

    /// The step of the operation itself, which reads the thing that the step numbered `made` makes.
    fn own_there(&self, made: usize) -> Option<Step> {
        let kept = self.answers.kept(self.maker, self.call.operation, made);
        Some(Step { state: Some(self.there(self.call.operation, made, kept)), ..self.own()? })
    }

    /// Made under one thing, and asked for under another.
    fn read_elsewhere(&self) -> Option<Case> {
        let (mut steps, made) = self.making(Extent::Full)?;
        let supplied = &self.call.supply.supplied;
        let parent = self.another_parent(&mut steps)?;
        let mut read = self.call.step().meant(Intent::Contested(Contest::UnknownThing));
        for named in supplied {
            let named = if named.parameter == parent.parameter { named.other() } else { named.made() };
            fill(&mut read, &named);
        }
        read.state = Some(State::Elsewhere { identity: self.identity(self.call.operation, made)? });
        steps.push(read);
        following(self.call, "not-elsewhere", "what was made under one thing is asked for under another", steps)
    }

    /// Made under one thing, changed or deleted under another, and read where it is.
    fn act_elsewhere(&self) -> Option<Case> {
        let (mut steps, made) = self.making(Extent::Full)?;
        let parent = self.another_parent(&mut steps)?;
        let named = |supplied: &Supplied| match supplied.parameter == parent.parameter {
            true => supplied.other(),
            false => supplied.made(),
        };
        let act = self.act(self.body(None), named)?;
        steps.push(act.meant(Intent::Contested(Contest::UnknownThing)));
        let reader = self.contract.operations.get(self.reader?)?;
        let kept = self.answers.kept(self.maker, reader, made);
        steps.push(self.reading(self.there(reader, made, kept), Intent::Valid)?);
        let reason = "what was made under one thing is as it was, whatever is done under another";
        following(self.call, "not-changed-elsewhere", reason, steps)
    }

    /// What the thing is named below, once another one like it is made too.
    fn another_parent(&self, steps: &mut Vec<Step>) -> Option<&Supplied> {
        let supplied = &self.call.supply.supplied;
        let parent = supplied.get(supplied.len().checked_sub(2)?)?;
        let makes = |step: &&Step| step.captures.iter().any(|capture| capture.name == parent.capture);
        let mut other = steps.iter().find(makes)?.clone();
        other.captures.iter_mut().for_each(|capture| capture.name = supply::other(&capture.name));
        steps.push(other);
        Some(parent)
    }

    /// Made, deleted, and read.
    fn delete(&self) -> Option<Case> {
        let (mut steps, made) = self.making(Extent::Full)?;
        let by = steps.len();
        steps.push(self.own()?);
        let reader = self.contract.operations.get(self.reader?)?;
        let (identity, kept) = (self.identity(reader, made), self.answers.kept(self.maker, reader, made));
        if identity.is_none() && kept.is_empty() {
            return None;
        }
        let state = State::Gone { by, identity, kept };
        steps.push(self.reading(state, Intent::Contested(Contest::UnknownThing))?);
        following(self.call, "deleted-is-gone", "what was just deleted is read", steps)
    }

    /// Made, and deleted two times.
    fn delete_twice(&self) -> Option<Case> {
        let (mut steps, _) = self.making(Extent::Full)?;
        steps.push(self.own()?);
        steps.push(self.own()?.meant(Intent::Contested(Contest::UnknownThing)));
        following(self.call, "deleted-twice", "what was just deleted is deleted again", steps)
    }

    /// Made, deleted, and listed.
    fn delete_and_list(&self) -> Option<Case> {
        let listing = Listing::of(self.contract, self.link, self.seed)?;
        let (mut steps, made) = self.making(Extent::Full)?;
        let by = steps.len();
        steps.push(self.own()?);
        steps.push(listing.step(Some(listing.listed(made, AsIt::WasDeleted(by))))?);
        following(self.call, "deleted-is-not-listed", "what was just deleted is not listed", steps)
    }

    /// The steps that make the thing, and tell its version where that is demanded; with the number of the one that makes it.
    fn making(&self, extent: Extent) -> Option<(Vec<Step>, usize)> {
        let number = self.number_of(self.maker)?;
        let mut chain = vec![self.call.number, number];
        let (mut steps, _) = maker(self.contract, number, self.seed, extent, self.link, &mut chain).ok()?;
        let made = steps.len() - 1;
        if self.call.supply.demands_version() {
            self.call.supply.tell_version_in(&mut steps);
        }
        Some((steps, made))
    }

    /// The step of the operation itself, with every property where it takes a body.
    fn own(&self) -> Option<Step> {
        self.act(self.body(None), Supplied::made)
    }

    /// A body of the operation itself with every property, and with other values than `before`.
    fn body(&self, before: Option<&Value>) -> Option<Template> {
        self.ground.as_ref().map(|ground| telling(ground, before))
    }

    /// The step of the operation itself with this body, about the things that `name` makes of those that are supplied.
    fn act(&self, body: Option<Template>, name: impl Fn(&Supplied) -> Supplied) -> Option<Step> {
        let call = self.call;
        let mut step = match (&self.ground, body) {
            (Some(ground), Some(body)) => ground.step(body),
            (None, None) if call.operation.body.is_none() && call.operation.others.is_empty() => call.step(),
            _ => return None,
        };
        let named: Vec<Supplied> = call.supply.supplied.iter().map(name).collect();
        named.iter().for_each(|supplied| _ = fill(&mut step, supplied));
        call.supply.name_anew(&mut step, &Pointer::root());
        named.iter().next_back().into_iter().for_each(|supplied| Supply::identity_as(supplied, &mut step));
        if call.supply.demands_version() {
            call.supply.say_version(&mut step);
        }
        let (_, known) = call.supply.refer(&mut step, None);
        known.then_some(step)
    }

    /// The step that reads the thing.
    fn reading(&self, state: State, intent: Intent) -> Option<Step> {
        let number = self.reader?;
        let call = Call::of(self.contract, number, self.seed).ok().filter(|call| call.supply.is_certain())?;
        let mut step = Step::of(call.request(Headers::new(), None)).meant(intent);
        call.supply.supplied.iter().for_each(|supplied| _ = fill(&mut step, supplied));
        (step.operation, step.state) = (Some(number), Some(state));
        (!call.is_doubtful()).then_some(step)
    }

    fn number_of(&self, operation: &OperationContract) -> Option<usize> {
        self.contract.operations.iter().position(|one| one.operation.id == operation.operation.id)
    }

    /// The thing that the step numbered `made` makes is there, as `reader` answers, with these places as they were sent.
    fn there(&self, reader: &OperationContract, made: usize, kept: Vec<Kept>) -> State {
        let lasting = self.lasting(reader, made);
        State::There { identity: self.identity(reader, made), kept, lasting, cleared: Vec::new() }
    }

    /// What both the answer to the step numbered `made` and that of `reader` tell of how the thing came to be.
    fn lasting(&self, reader: &OperationContract, made: usize) -> Vec<Lasting> {
        let (Some((from, then)), Some((to, now))) = (self.answers.of(self.maker), self.answers.of(reader)) else {
            return Vec::new();
        };
        let both = now.properties.iter().filter(|(name, _)| {
            is_of_creation(name) && !self.is_sent(name) && then.properties.iter().any(|(known, _)| known == name)
        });
        let lasting = both.filter_map(|(name, nodes)| {
            Some(Lasting { place: to.child(name), step: made, made: from.child(name), schema: nodes.first()?.clone() })
        });
        lasting.collect()
    }

    /// Whether the operation takes a property of this name.
    fn is_sent(&self, name: &str) -> bool {
        let root = self.contract.schemas.strict(Direction::Request);
        self.call.operation.body.as_ref().is_some_and(|body| {
            let request = Shape::of_any(root, std::slice::from_ref(body.schema.pointer()));
            let own = request.properties.iter().find(|(known, _)| known == name);
            own.is_some_and(|(_, nodes)| !Shape::of(root, nodes).read_only)
        })
    }

    /// What tells the thing that the step numbered `made` makes from others, in what `reader` answers.
    fn identity(&self, reader: &OperationContract, made: usize) -> Option<Identity> {
        let LinkSource::Received(place) = &self.link.source else { return None };
        let (base, shape) = self.answers.of(reader)?;
        let name = place.last()?;
        let (_, nodes) = shape.properties.iter().find(|(known, _)| *known == name)?;
        let schema = nodes.first()?.clone();
        Some(Identity { place: base.child(&name), step: made, made: place.clone(), schema })
    }
}

/// The case of these steps; none where one needs what none before it makes.
pub(super) fn following(call: &Call<'_>, about: &str, reason: &str, steps: Vec<Step>) -> Option<Case> {
    let name = format!("{}/valid/lifecycle/{about}", call.operation.operation.id);
    let made =
        |name: &str, before: &[Step]| before.iter().flat_map(|step| &step.captures).any(|capture| capture.name == name);
    let lacks = |(at, step): (usize, &Step)| step.needs().any(|name| !made(name, &steps[..at]));
    if steps.iter().enumerate().any(lacks) {
        return None;
    }
    let last = steps.last()?.request.clone();
    let case = Case::single(call.number, name, Intent::Valid, reason, last);
    Some(Case { steps, tier: Tier::Smoke, ordinary: true, ..case })
}
