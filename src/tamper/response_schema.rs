//! Each keyword of each schema of an answer, broken at each place.

use std::sync::Arc;

use serde_json::Value;

use super::ground::{Ground, Spot, schemas, spots};
use super::{Class, Mutation, answer};
use crate::generate::{Change, breaks};
use crate::schema::{Agreement, Compiled, Direction};
use crate::source::Pointer;
use crate::spec::StatusPattern;

pub(super) fn propose(ground: &Ground<'_>, all: &mut Vec<Mutation>) {
    for group in groups(ground) {
        for spot in spots(ground.contract, Direction::Response, group.schema.pointer()) {
            let whole = spot.place.is_root();
            for way in breaks(&spot.shape, spot.required && !whole, &spot.value) {
                let about = format!("{}/{}/{}", group.statuses[0], spot.path, way.name);
                let says = says(&group, &spot, &way.change);
                let (statuses, schema) = (group.statuses.clone(), Arc::clone(&group.schema));
                let (change, place) = (way.change, spot.place.clone());
                all.push(ground.answers(Class::ResponseSchema, &about, says, move |_, exchange| {
                    let covered = exchange
                        .response()
                        .is_some_and(|response| statuses.iter().any(|status| status.covers(response.status)));
                    let Some(mut value) = answer::json(exchange).filter(|value| covered && schema.accepts(value))
                    else {
                        return false;
                    };
                    // Only what no reading takes is a breach.
                    applied(&change, &place, &mut value).is_some()
                        && schema.agreement(&value) == Agreement::Refused
                        && answer::set_json(exchange, &value)
                }));
            }
        }
    }
}

/// Statuses whose answers have one schema.
struct Group {
    statuses: Vec<StatusPattern>,
    home: Pointer,
    schema: Arc<Compiled>,
}

fn groups(ground: &Ground<'_>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for answer in &ground.operation.answers {
        let Some(schema) = schemas(answer).next() else { continue };
        let home = ground.contract.document.resolve(schema.pointer()).unwrap_or_else(|| schema.pointer().clone());
        let success = answer.status.is_success();
        match groups.iter_mut().find(|group| group.home == home && group.statuses[0].is_success() == success) {
            Some(group) => group.statuses.push(answer.status),
            None => groups.push(Group { statuses: vec![answer.status], home, schema: Arc::clone(schema) }),
        }
    }
    groups
}

/// Makes a change at a place; none where the place is not there.
fn applied(change: &Change, place: &Pointer, value: &mut Value) -> Option<()> {
    match change {
        Change::Set(new) => place.resolve_mut(value).map(|old| *old = new.clone()),
        Change::Remove => answer::remove(value, place),
        Change::Add(name, new) => {
            place.resolve(value)?.as_object()?;
            answer::put(value, &place.child(name), new.clone())
        }
    }
}

fn says(group: &Group, spot: &Spot, change: &Change) -> String {
    let statuses: Vec<_> = group.statuses.iter().map(ToString::to_string).collect();
    let statuses = statuses.join(", ");
    let place = &spot.place;
    match change {
        Change::Remove => format!("`{place}` is missing in an answer of status {statuses}"),
        Change::Set(value) => {
            let text: String = value.to_string().chars().take(24).collect();
            format!("`{place}` is `{text}` in an answer of status {statuses}")
        }
        Change::Add(name, _) => format!("`{place}` has a property `{name}` in an answer of status {statuses}"),
    }
}
