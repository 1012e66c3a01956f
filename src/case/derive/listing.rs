//! A list before and after a thing is made, and after one is deleted.

use serde_json::Value;

use super::call::Call;
use super::lifecycle::following;
use super::supply::{Extent, Supplied, fill, maker, other};
use super::{Case, Intent};
use crate::case::{AsIt, Listed, State, Step};
use crate::contract::{Contract, Link, LinkSource, List, OperationContract, lists, speaks};
use crate::generate::{Kind, Shape};
use crate::http::Headers;
use crate::http::parameter::Location;
use crate::schema::Direction;
use crate::source::Pointer;

/// So many elements every page has room for, where the document does not say how many.
const SMALLEST_PAGE: usize = 10;
/// Words in names of parameters that say how many elements a page has.
const PAGE: [&str; 9] = ["limit", "size", "per", "count", "top", "first", "take", "rows", "max"];
/// Words in names of properties by which a list may leave something out.
const HIDING: [&str; 16] = [
    "status",
    "state",
    "phase",
    "stage",
    "published",
    "active",
    "enabled",
    "draft",
    "visible",
    "visibility",
    "hidden",
    "private",
    "public",
    "archived",
    "approved",
    "verified",
];

/// The list of the things that an operation makes.
pub(super) struct Listing<'c> {
    contract: &'c Contract,
    seed: u64,
    /// The number of the operation that answers with it.
    lister: usize,
    pub(super) link: &'c Link,
    /// The place of the array in its answer, and of what tells one element from others.
    pub(super) places: (Pointer, Pointer),
    /// Where the document speaks of the array.
    pub(super) schema: Pointer,
    page: usize,
    settled: bool,
}

/// The cases of a list that has what was just made, and lacks what was made elsewhere.
pub(super) fn propose(contract: &Contract, call: &Call<'_>, seed: u64) -> Vec<Case> {
    let Some(listing) = Listing::by(contract, call.number, seed) else { return Vec::new() };
    [has_what_was_made(call, &listing), lacks_what_is_elsewhere(call, &listing)].into_iter().flatten().collect()
}

/// Listed, a thing made, and listed again.
fn has_what_was_made(call: &Call<'_>, listing: &Listing<'_>) -> Option<Case> {
    let mut steps = listing.making()?;
    let make = steps.pop()?;
    let before = steps.len();
    steps.push(Step { operation: None, ..listing.step(None)? });
    steps.push(make);
    let state = listing.listed(before + 1, AsIt::WasMade(before));
    steps.push(Step { operation: None, ..listing.step(Some(state))? });
    following(call, "created-is-listed", "what was just made is listed", steps)
}

/// Made under one thing, and listed under another.
fn lacks_what_is_elsewhere(call: &Call<'_>, listing: &Listing<'_>) -> Option<Case> {
    let mut steps = listing.making()?;
    let made = steps.len().checked_sub(1)?;
    let parent = call.supply.supplied.last()?;
    let makes = |step: &&Step| step.captures.iter().any(|capture| capture.name == parent.capture);
    let mut another = steps.iter().find(makes)?.clone();
    another.captures.iter_mut().for_each(|capture| capture.name = other(&capture.name));
    steps.push(another);
    let state = State::Listed(listing.listed(made, AsIt::IsElsewhere));
    let named = |supplied: &Supplied| match supplied.parameter == parent.parameter {
        true => supplied.other(),
        false => supplied.made(),
    };
    steps.push(Step { operation: None, ..listing.step_about(named, &[], Some(state))? });
    following(call, "not-listed-elsewhere", "what was made under one thing is not listed under another", steps)
}

impl<'c> Listing<'c> {
    /// The list of what `link` names; none where no operation answers with one.
    pub(super) fn of(contract: &'c Contract, link: &'c Link, seed: u64) -> Option<Self> {
        let lists = |operation: &OperationContract| {
            operation.operation.method == "GET" && contract.made_in(operation).is_some_and(|own| own == link)
        };
        Self::by(contract, contract.operations.iter().position(lists)?, seed)
    }

    /// The list that the operation numbered `lister` answers with.
    pub(super) fn by(contract: &'c Contract, lister: usize, seed: u64) -> Option<Self> {
        let operation = contract.operations.get(lister).filter(|operation| operation.operation.method == "GET")?;
        let link = contract.made_in(operation)?;
        // What must be said in the query may leave out the thing.
        if operation.parameters.iter().any(|one| one.required && one.location == Location::Query) {
            return None;
        }
        let LinkSource::Received(place) = &link.source else { return None };
        let name = place.last()?;
        let has_it = |item: &Shape| item.properties.iter().any(|(known, _)| *known == name);
        let List { place: list, element, schema } =
            only_list(contract.schemas.strict(Direction::Response), operation, has_it)?;
        let settled = !element.properties.iter().any(|(name, _)| speaks(name, &HIDING));
        let places = (list, Pointer::root().child(&name));
        Some(Self { contract, seed, lister, link, places, schema, page: page(contract, operation), settled })
    }

    /// The steps that make a thing that it has, the last of which is the thing's own.
    pub(super) fn making(&self) -> Option<Vec<Step>> {
        let maker_id = &self.link.producer;
        let number = self.contract.operations.iter().position(|operation| operation.operation.id == *maker_id)?;
        let mut chain = vec![self.lister, number];
        let (steps, _) = maker(self.contract, number, self.seed, Extent::Full, self.link, &mut chain).ok()?;
        Some(steps)
    }

    /// What is known of the list once the step numbered `step` has made something.
    pub(super) fn listed(&self, step: usize, as_it: AsIt) -> Listed {
        let made = match &self.link.source {
            LinkSource::Received(place) => place.clone(),
            _ => Pointer::root(),
        };
        Listed {
            list: self.places.0.clone(),
            item: self.places.1.clone(),
            step,
            made,
            as_it,
            page: self.page,
            settled: self.settled,
            schema: self.schema.clone(),
        }
    }

    /// The step that asks for the list.
    pub(super) fn step(&self, state: Option<Listed>) -> Option<Step> {
        self.step_with(&[], state.map(State::Listed))
    }

    /// The step that asks for the list with these parameters beside those that it cannot do without.
    pub(super) fn step_with(&self, more: &[(usize, String)], state: Option<State>) -> Option<Step> {
        self.step_about(Supplied::clone, more, state)
    }

    /// As [`Self::step_with`], below the things that `named` makes of those that are supplied.
    fn step_about(
        &self,
        named: impl Fn(&Supplied) -> Supplied,
        more: &[(usize, String)],
        state: Option<State>,
    ) -> Option<Step> {
        let call = Call::of(self.contract, self.lister, self.seed).ok()?;
        let in_path = call.operation.parameters.iter().filter(|one| one.location == Location::Path).count();
        if call.is_doubtful() || call.supply.supplied.len() != in_path {
            return None;
        }
        let mut arguments = call.required.clone();
        arguments.extend_from_slice(more);
        arguments.sort_by_key(|(number, _)| *number);
        let target = call.target(&arguments).ok()?;
        let mut step = Step::of(call.request_to(target, &Headers::new(), None)).meant(Intent::Valid);
        call.supply.supplied.iter().for_each(|supplied| _ = fill(&mut step, &named(supplied)));
        (step.operation, step.state) = (Some(self.lister), state);
        Some(step)
    }
}

/// The one array in an answer whose elements are such; none where there are several, of which nobody can tell which is meant.
pub(super) fn only_list(root: &Value, operation: &OperationContract, is_such: impl Fn(&Shape) -> bool) -> Option<List> {
    let mut all = lists(root, operation.success_schemas().next()?.pointer(), is_such).into_iter();
    all.next().filter(|_| all.next().is_none())
}

/// The least number of elements that a page has room for.
fn page(contract: &Contract, operation: &OperationContract) -> usize {
    let root = contract.schemas.strict(Direction::Request);
    let sizes =
        operation.parameters.iter().filter(|parameter| speaks(&parameter.name, &PAGE)).filter_map(|parameter| {
            let nodes = parameter.nodes();
            let stated = nodes.iter().find_map(|node| contract.document.resolved(node)?.1.get("default")?.as_u64());
            stated.filter(|_| Shape::of(root, &nodes).allows(Kind::Integer)).and_then(|size| usize::try_from(size).ok())
        });
    sizes.chain([SMALLEST_PAGE]).min().unwrap_or(SMALLEST_PAGE)
}
