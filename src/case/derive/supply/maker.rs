//! The steps that make a thing.

use serde_json::Value;

use super::super::call::Call;
use super::super::fields::Fields;
use super::super::ground::{Bodies, Ground};
use super::super::telling::telling;
use super::super::{BodyTemplate, Intent};
use super::{capture_name, fill};
use crate::case::{Capture, CaptureFrom, Step};
use crate::contract::{Contract, Link, LinkSource, OperationContract, words};
use crate::generate::{Contest, Shape, Template};
use crate::source::Pointer;

/// How far a body of a maker goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Extent {
    /// What is required alone.
    Minimal,
    /// Every property, with a value in each that tells of itself.
    Full,
}

/// The steps that make what `link` speaks of by the operation numbered `number`, and its contract.
pub(in super::super) fn maker<'c>(
    contract: &'c Contract,
    number: usize,
    seed: u64,
    extent: Extent,
    link: &Link,
    chain: &mut Vec<usize>,
) -> Result<(Vec<Step>, &'c OperationContract), String> {
    let call = Call::within(contract, number, seed, chain)?;
    if let Some(missing) = &call.supply.missing {
        return Err(missing.clone());
    }
    let (mut step, (mut needed, mut known)) = making(contract, &call, extent, Some(link))?;
    if !known && extent == Extent::Full {
        // What need not be named is not.
        (step, (needed, known)) = making(contract, &call, Extent::Minimal, Some(link))?;
    }
    let contest = if known { call.contest() } else { Some(Contest::UnknownThing) };
    step.intent = Some(contest.map_or(Intent::Valid, Intent::Contested));
    (step.operation, step.setup) = (Some(number), true);
    step.captures = vec![Capture { name: capture_name(link), from: capture_from(link) }];
    let operation = call.operation;
    let mut steps = call.supply.steps;
    steps.truncate(call.supply.supplied.iter().map(|supplied| supplied.steps).fold(needed, usize::max));
    steps.push(step);
    Ok((steps, operation))
}

/// The steps by which the operation numbered `number` puts something at its path, which it alone names.
pub(in super::super) fn placing(
    contract: &Contract,
    number: usize,
    seed: u64,
    chain: &mut Vec<usize>,
) -> Result<Vec<Step>, String> {
    let call = Call::within(contract, number, seed, chain)?;
    let (mut step, (needed, known)) = making(contract, &call, Extent::Minimal, None)?;
    if call.supply.missing.is_some() || call.is_doubtful() || !known {
        return Err(format!("`{}` may be refused", call.operation.operation.title()));
    }
    (step.intent, step.operation, step.setup) = (Some(Intent::Valid), Some(number), true);
    let mut steps = call.supply.steps;
    steps.truncate(call.supply.supplied.iter().map(|supplied| supplied.steps).fold(needed, usize::max));
    steps.push(step);
    Ok(steps)
}

/// The request that makes what `link` speaks of, if anything does of its body; how many steps its body needs before it, and whether all that the body names
/// is there then.
fn making(
    contract: &Contract,
    call: &Call<'_>,
    extent: Extent,
    link: Option<&Link>,
) -> Result<(Step, (usize, bool)), String> {
    let none = || format!("no body of `{}` could be made", call.operation.operation.title());
    let mut step = match (&call.operation.body, call.operation.others.first()) {
        (Some(body), _) => {
            let template = match extent {
                Extent::Full => Ground::of(contract, call.number, call.seed).map(|ground| telling(&ground, None)),
                Extent::Minimal => Bodies::of(contract, call.operation, body, call.seed).map(|bodies| bodies.minimal),
            };
            let headers = [("content-type", body.media_type.as_str())].into_iter().collect();
            let template = template.ok_or_else(none)?;
            let template = match link {
                Some(link) => unnamed(template, body.schema.pointer(), call.root, link),
                None => template,
            };
            Step::of(call.request(headers, Some(BodyTemplate::plain(template))))
        }
        (None, Some(other)) => Fields::of(call, other, call.seed).ok_or_else(none)?.step(),
        (None, None) => call.step(),
    };
    for supplied in &call.supply.supplied {
        fill(&mut step, supplied);
    }
    call.supply.name_anew(&mut step, &Pointer::root());
    call.supply.same_identity(&mut step);
    let names = call.supply.refer(&mut step, None);
    Ok((step, names))
}

/// The body without the name of what it makes, where the server gives it one. A name in words is its sender's to give.
fn unnamed(mut template: Template, schema: &Pointer, root: &Value, link: &Link) -> Template {
    if let LinkSource::Received(place) = &link.source
        && let Some(name) = place.last()
        && is_given(&name)
        && !Shape::of(root, std::slice::from_ref(schema)).requires(&name)
    {
        template.remove(&Pointer::root().child(&name));
    }
    template
}

fn is_given(name: &str) -> bool {
    words(name).last().is_some_and(|last| ["id", "uuid", "guid", "uid"].contains(&last.as_str()))
}

fn capture_from(link: &Link) -> CaptureFrom {
    match &link.source {
        LinkSource::Received(place) => CaptureFrom::Received(place.clone()),
        LinkSource::Sent(place) => CaptureFrom::Sent(place.clone()),
        LinkSource::Location => CaptureFrom::Location,
        LinkSource::Header(name) => CaptureFrom::Header(name.clone()),
        LinkSource::Path => CaptureFrom::Segment(link.resource.matches('/').count().saturating_sub(1)),
    }
}
