//! A thing is changed, as a whole or in part, and read.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::supply::{Extent, Supplied};
use super::super::telling::{stands, telling};
use super::super::{Case, Intent};
use super::{Thing, following};
use crate::case::{Cleared, Clearing, Kept, MAX_STEPS, State, Step};
use crate::contract::{AnswerContract, OperationContract, says_null_clears, says_replaces};
use crate::generate::{Kind, Shape, Template};
use crate::schema::Direction;
use crate::source::Pointer;
use crate::spec::StatusPattern;

/// So many cases at most change a thing property by property.
const MOST_CASES: usize = 3;

impl Thing<'_, '_> {
    /// Made, changed to something else everywhere, and read.
    pub(super) fn change(&self) -> Option<Case> {
        self.changed_from(Extent::Full, "change-is-there", "what was just changed is read")
    }

    /// Made with what is required alone, changed everywhere, and read.
    pub(super) fn fill_in(&self) -> Option<Case> {
        self.changed_from(Extent::Minimal, "addition-is-there", "what was just added to a thing is read")
    }

    fn changed_from(&self, extent: Extent, about: &str, reason: &str) -> Option<Case> {
        let (mut steps, made) = self.making(extent)?;
        let changed = steps.len();
        let body = self.body(sent(&steps, made));
        steps.push(self.act(body, Supplied::made)?);
        let reader = self.reader()?;
        let kept = self.answers.kept(self.call.operation, reader, changed);
        steps.push(self.reading(self.there(reader, made, kept), Intent::Valid)?);
        following(self.call, about, reason, steps)
    }

    /// Made, changed one property at a time, and read after each: that one is changed, and the others are as they were.
    pub(super) fn change_part_by_part(&self) -> Vec<Option<Case>> {
        let all = self.parts();
        let room = self.making(Extent::Full).map_or(0, |(steps, _)| MAX_STEPS.saturating_sub(steps.len()) / 2);
        // Once it is changed it has another version.
        let room = if self.call.supply.demands_version() { room.min(1) } else { room };
        if room == 0 {
            return Vec::new();
        }
        let cases = all.chunks(room).take(MOST_CASES).enumerate();
        cases.map(|(at, parts)| self.changed_by(parts, at)).collect()
    }

    fn changed_by(&self, parts: &[Template], at: usize) -> Option<Case> {
        let (mut steps, made) = self.making(Extent::Full)?;
        let reader = self.reader()?;
        let by_place = |kept: Vec<Kept>| kept.into_iter().map(|kept| (kept.sent.clone(), kept));
        let mut stands: BTreeMap<Pointer, Kept> = by_place(self.answers.kept(self.maker, reader, made)).collect();
        for part in parts {
            let changed = steps.len();
            steps.push(self.act(Some(part.clone()), Supplied::made)?);
            let is_sent = |place: &Pointer| place.resolve(&part.value).is_some();
            stands.retain(|place, _| !is_sent(place));
            let kept = by_place(self.answers.kept(self.call.operation, reader, changed));
            stands.extend(kept.filter(|(place, _)| is_sent(place)));
            let there = self.there(reader, made, stands.values().cloned().collect());
            steps.push(self.reading(there, Intent::Valid)?);
        }
        let after = if at == 0 { String::new() } else { format!("-{}", at + 1) };
        following(self.call, &format!("the-rest-is-kept{after}"), "what was not changed reads as it was", steps)
    }

    /// Bodies that each change one property beside those that are required.
    fn parts(&self) -> Vec<Template> {
        let (Some(ground), Some((steps, made))) = (&self.ground, self.making(Extent::Full)) else { return Vec::new() };
        let full = telling(ground, sent(&steps, made));
        let with = |mut part: Template, place: &Pointer| {
            part.set(place, place.resolve(&full.value)?.clone());
            if let Some(form) = full.form_at(place) {
                part.set_slot(place, form.clone());
            }
            ground.is_sound(&part).then_some(part)
        };
        let is_required = |place: &Pointer| place.resolve(&ground.minimal.value).is_some();
        let places = || ground.properties().filter(|spot| !stands(&spot.place.name)).map(|spot| &spot.place.pointer);
        let required = places().filter(|place| is_required(place));
        let least = required.fold(ground.minimal.clone(), |least, place| with(least.clone(), place).unwrap_or(least));
        let each = places().filter(|place| !is_required(place)).filter_map(|place| with(least.clone(), place));
        let alone = least.value.as_object().is_some_and(|members| !members.is_empty()).then(|| least.clone());
        alone.into_iter().chain(each).collect()
    }

    /// Made, replaced by one that has what is required alone, and read: the rest is there no more (RFC 9110 §9.3.4).
    pub(super) fn replace(&self) -> Option<Case> {
        let ground = self.ground.as_ref()?;
        let says = says_replaces(&self.words());
        let is_left_out = |place: &Pointer| place.resolve(&ground.minimal.value).is_none();
        let root = self.contract.schemas.strict(Direction::Request);
        let has_default = |nodes: &[Pointer]| {
            let shape = Shape::of(root, nodes);
            shape.nodes.iter().any(|node| node.resolve(root).is_some_and(|schema| schema.get("default").is_some()))
        };
        let gates = |sent: &[Pointer], _: &[Pointer]| Some(says || has_default(sent));
        self.cleared(ground.minimal.clone(), Clearing::LeftOut, is_left_out, gates)
    }

    /// Made, its properties that may be null set to that, and read.
    pub(super) fn clear(&self) -> Option<Case> {
        let ground = self.ground.as_ref()?;
        let put = self.call.operation.operation.method == "PUT";
        let mut body = if put { self.body(None)? } else { ground.minimal.clone() };
        let mut nulls = Vec::new();
        for spot in ground.properties().filter(|spot| spot.shape.allows(Kind::Null) && spot.shape.kinds.len() < 4) {
            let mut with = body.clone();
            with.set(&spot.place.pointer, Value::Null);
            if !stands(&spot.place.name) && ground.is_sound(&with) {
                body = with;
                nulls.push(spot.place.pointer.clone());
            }
        }
        let merges = ground.body.media_type.contains("merge-patch") || says_null_clears(&self.words());
        let gates = |sent: &[Pointer], found: &[Pointer]| {
            let root = self.contract.schemas.strict(Direction::Request);
            let (own, back) = (Shape::of(root, sent), Shape::of(root, found));
            let deliberate = self.states_null(sent) && back.allows(Kind::Null);
            Some(merges || deliberate || put && back.allows(Kind::Null) || says_null_clears(&own.words))
        };
        self.cleared(body, Clearing::Null, |place| nulls.contains(place), gates)
    }

    /// Whether somebody wrote that null may stand there, and no framework did so for what need not be sent (`anyOf` with null).
    fn states_null(&self, nodes: &[Pointer]) -> bool {
        let schemas = || nodes.iter().filter_map(|node| Some(self.contract.document.resolved(node)?.1));
        schemas().any(|schema| {
            let nullable = schema.get("nullable") == Some(&Value::Bool(true));
            let types = schema.get("type").and_then(Value::as_array);
            nullable || types.is_some_and(|types| types.iter().any(|one| one == "null"))
        })
    }

    /// Made, changed by `body`, and read: what `is_cleared` says is there no more. `gates` says of the schemas of a place in the
    /// request and in the answer whether that is certain.
    fn cleared(
        &self,
        body: Template,
        how: Clearing,
        is_cleared: impl Fn(&Pointer) -> bool,
        gates: impl Fn(&[Pointer], &[Pointer]) -> Option<bool>,
    ) -> Option<Case> {
        let (mut steps, made) = self.making(Extent::Full)?;
        let by = steps.len();
        let reader = self.reader()?;
        let root = self.contract.schemas.strict(Direction::Request);
        let own = Shape::of_any(root, std::slice::from_ref(self.call.operation.body.as_ref()?.schema.pointer()));
        let (_, answer) = self.answers.of(reader)?;
        let of = |shape: &Shape, name: &str| {
            shape.properties.iter().find(|(known, _)| known == name).map(|(_, nodes)| nodes.clone())
        };
        // What both the maker and the changing operation take, and the reader answers with.
        let both = self.answers.kept(self.maker, reader, made).into_iter().filter(|kept| is_cleared(&kept.sent));
        let cleared = both.filter_map(|kept| {
            let name = kept.sent.last()?;
            if stands(&name) {
                return None;
            }
            let gates = gates(&of(&own, &name)?, &of(&answer, &name)?)?;
            let Kept { place, step, sent, answered, schema, .. } = kept;
            Some(Cleared { place, step, sent, by, answered, how, gates, schema })
        });
        let cleared: Vec<Cleared> = cleared.collect();
        if cleared.is_empty() {
            return None;
        }
        steps.push(self.act(Some(body), Supplied::made)?);
        let State::There { identity, lasting, .. } = self.there(reader, made, Vec::new()) else { return None };
        let state = State::There { identity, lasting, kept: Vec::new(), cleared };
        steps.push(self.reading(state, Intent::Valid)?);
        let (about, reason) = match how {
            Clearing::Null => ("null-is-there", "what was set to null is not there any more"),
            Clearing::LeftOut => ("what-is-left-out-goes", "what a replacement leaves out is not there any more"),
        };
        following(self.call, about, reason, steps)
    }

    /// Made, changed, and changed again as if it had not been: `If-Match` says a version that is no more (RFC 9110 §13.1.1).
    pub(super) fn change_what_was_changed(&self) -> Option<Case> {
        let refuses = |answer: &AnswerContract| answer.status == StatusPattern::Exact(412);
        let parameter = self.call.supply.version_parameter()?;
        if !self.call.operation.answers.iter().any(refuses) {
            return None;
        }
        let (mut steps, made) = self.making(Extent::Full)?;
        if !self.call.supply.demands_version() {
            steps.truncate(made + 1);
            self.call.supply.tell_version_in(&mut steps);
        }
        let mut change = self.own()?;
        // What leaves it as it is may be taken twice.
        if change.request.body.as_ref().is_none_or(|body| body.template.slots.is_empty()) {
            return None;
        }
        self.call.supply.say_version(&mut change);
        let constraint = self.call.operation.parameters[parameter].pointer.clone();
        let intent = Intent::Invalid { keyword: "If-Match".into(), constraint };
        let again = change.clone().meant(intent.clone());
        steps.push(Step { setup: true, ..change });
        steps.push(again);
        let case = following(self.call, "changed-meanwhile", "it says a version that is no more", steps)?;
        let broken = |text: &str| text.replacen("valid/", "invalid/", 1);
        Some(Case { name: broken(&case.name), kind: broken(&case.kind), intent, ..case })
    }

    /// What the document says of the operation.
    fn words(&self) -> String {
        let operation = self.contract.document.at(&self.call.operation.operation.pointer);
        let of = |name: &str| Some(operation?.get(name)?.as_str()?.to_owned());
        [of("summary"), of("description")].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    fn reader(&self) -> Option<&OperationContract> {
        self.contract.operations.get(self.reader?)
    }
}

/// The body that the step numbered `step` sends, but for what is new each time.
fn sent(steps: &[Step], step: usize) -> Option<&Value> {
    steps.get(step)?.request.body.as_ref().map(|body| &body.template.value)
}
