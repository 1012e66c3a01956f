//! What all proposers of one operation start from.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde_json::Value;

use super::scope::Scope;
use super::{Act, Alter, Change, Class, Mutation, Scene, Setting, Wrong, answer};
use crate::contract::{AnswerContract, Contract, OperationContract};
use crate::generate::{Draw, Fill, Form, Fresh, RunTag, Shape, instance, places};
use crate::http::{Credential, Exchange, Headers, Request};
use crate::schema::{Agreement, Compiled, Direction};
use crate::source::Pointer;

/// How many draws are tried for a value that a schema accepts.
const TRIES: u64 = 40;

/// The common ground of an operation's mutations.
pub(super) struct Ground<'c> {
    pub(super) contract: &'c Contract,
    pub(super) operation: &'c OperationContract,
    pub(super) setting: &'c Setting,
    /// The body that it takes.
    pub(super) body: Option<Body>,
    /// The places of a success.
    pub(super) success: Vec<Spot>,
    number: usize,
}

/// A valid body with every property, and its places.
pub(super) struct Body {
    pub(super) twin: Twin,
    /// The root first.
    pub(super) spots: Vec<Spot>,
}

/// A place with what may stand there.
#[derive(Clone)]
pub(super) struct Spot {
    pub(super) place: Pointer,
    /// Its path as names have it.
    pub(super) path: String,
    pub(super) required: bool,
    pub(super) shape: Shape,
    /// An example of what stands there.
    pub(super) value: Value,
}

/// A request that must be accepted.
#[derive(Clone)]
pub(super) struct Twin {
    pub(super) value: Value,
    media_type: String,
    fresh: Vec<(Pointer, Form)>,
    tag: RunTag,
}

impl<'c> Ground<'c> {
    pub(super) fn of(contract: &'c Contract, number: usize, setting: &'c Setting) -> Option<Self> {
        let operation = contract.operations.get(number)?;
        let body = body(contract, operation, setting);
        let success = operation.answers.iter().filter(|answer| answer.status.is_success());
        let success = success.flat_map(schemas).next();
        let success = success.map(|schema| spots(contract, Direction::Response, schema.pointer())).unwrap_or_default();
        Some(Self { contract, operation, setting, body, success, number })
    }

    /// The properties of the body, and theirs; the root left out.
    pub(super) fn places(&self) -> impl Iterator<Item = &Spot> {
        self.body.iter().flat_map(|body| body.spots.iter().skip(1))
    }

    /// The properties that a success has and the body has not.
    pub(super) fn assigned(&self) -> impl Iterator<Item = &Spot> {
        let sent = |place: &Pointer| self.places().any(|spot| spot.place == *place);
        self.success.iter().filter(move |spot| spot.place.tokens().count() == 1 && !sent(&spot.place))
    }

    /// The properties that come back as they were sent.
    pub(super) fn echoed(&self) -> impl Iterator<Item = &Spot> {
        let echoes = |spot: &&Spot| {
            let name = spot.place.last();
            spot.place.tokens().count() == 1
                && self.operation.echoed().any(|(_, echoed)| name.as_deref() == Some(echoed))
        };
        self.places().filter(echoes)
    }

    /// A mutation that changes answers. `about` is what stands behind the class in its name.
    pub(super) fn answers(
        &self,
        class: Class,
        about: &str,
        breaks: impl Into<String>,
        alter: impl Fn(&Scene<'_>, &mut Exchange) -> bool + Send + Sync + 'static,
    ) -> Mutation {
        let alter: Alter = Arc::new(alter);
        self.mutation(class, about, breaks.into(), Act::Exchange(alter))
    }

    /// A mutation that changes the answers of a scope.
    pub(super) fn within(
        &self,
        scope: Scope,
        class: Class,
        about: &str,
        breaks: &str,
        alter: impl Fn(&mut Exchange) -> bool + Send + Sync + 'static,
    ) -> Mutation {
        self.answers(
            class,
            &format!("{}/{about}", scope.word()),
            format!("{} {breaks}", scope.says()),
            move |scene, exchange| scope.covers(scene, exchange) && alter(exchange),
        )
    }

    /// A mutation that sends another request than the one asked for.
    pub(super) fn requests(
        &self,
        class: Class,
        about: &str,
        breaks: impl Into<String>,
        took: fn(&Exchange) -> bool,
        change: impl Fn(&Scene<'_>) -> Option<Request> + Send + Sync + 'static,
    ) -> Mutation {
        let change: Change = Arc::new(change);
        self.mutation(class, about, breaks.into(), Act::Request { change, took })
    }

    /// The right credential goes out in place of wrong ones that `instead_of` holds for.
    pub(super) fn credentials(
        &self,
        about: &str,
        breaks: impl Into<String>,
        took: fn(&Exchange) -> bool,
        instead_of: impl Fn(Credential) -> bool + Send + Sync + 'static,
    ) -> Mutation {
        let instead_of: Wrong = Arc::new(instead_of);
        self.mutation(Class::Credential, about, breaks.into(), Act::Credential { instead_of, took })
    }

    fn mutation(&self, class: Class, about: &str, breaks: String, act: Act) -> Mutation {
        let name = format!("{}/{}/{about}", self.operation.operation.id, class.word());
        Mutation { name, class, breaks, operation: self.number, every: 1, act }
    }
}

impl Twin {
    /// A valid request in place of `request`: the same for the same one, and new for each other.
    pub(super) fn of(&self, request: &Request) -> Request {
        let mut hasher = DefaultHasher::new();
        request.body.hash(&mut hasher);
        let fresh = Fresh { run: &self.tag, case: hasher.finish() % 1_000_000_000, attempt: 0 };
        let mut value = self.value.clone();
        for (place, form) in &self.fresh {
            _ = answer::put(&mut value, place, form.render(&fresh).into());
        }
        let headers: Headers = [("content-type", self.media_type.as_str())].into_iter().collect();
        Request { headers, body: Some(value.to_string().into()), ..request.clone() }
    }
}

/// The schemas of an answer's content.
pub(super) fn schemas(answer: &AnswerContract) -> impl Iterator<Item = &Arc<Compiled>> {
    answer.content.iter().filter_map(|media| media.schema.as_ref())
}

/// A value with every property that the schema at `pointer` accepts, and all its places.
pub(super) fn spots(contract: &Contract, direction: Direction, pointer: &Pointer) -> Vec<Spot> {
    let root = contract.schemas.strict(direction);
    let nodes = [pointer.clone()];
    let full = (0..TRIES)
        .find_map(|attempt| instance(root, &nodes, "body", Fill::All, &mut Draw::new(attempt, pointer.as_str())));
    let Some(full) = full else { return Vec::new() };
    let spot = |place: crate::generate::Place| {
        let value = place.pointer.resolve(&full)?.clone();
        let (path, required) = (place.path(), place.required);
        Some(Spot { path, required, shape: Shape::of(root, &place.nodes), value, place: place.pointer })
    };
    places(root, &nodes, &full).into_iter().filter_map(spot).collect()
}

fn body(contract: &Contract, operation: &OperationContract, setting: &Setting) -> Option<Body> {
    let body = operation.body.as_ref()?;
    let spots = spots(contract, Direction::Request, body.schema.pointer());
    let mut twin = Twin {
        value: spots.first()?.value.clone(),
        media_type: body.media_type.clone(),
        fresh: Vec::new(),
        tag: setting.tag.clone(),
    };
    let sample = Fresh { run: &setting.tag, case: 0, attempt: 0 };
    for place in &body.fresh {
        let fits = |form: &Form| {
            let mut value = twin.value.clone();
            answer::put(&mut value, place, form.render(&sample).into()).is_some()
                && body.schema.agreement(&value) == Agreement::Accepted
        };
        let form =
            [Form::plain(), Form::Email, Form::Uuid, Form::Url, Form::Digits, Form::Firebase].into_iter().find(fits);
        twin.fresh.extend(form.map(|form| (place.clone(), form)));
    }
    let accepted = body.schema.agreement(&twin.value) == Agreement::Accepted;
    accepted.then_some(Body { twin, spots })
}
