//! What all proposers of one operation start from: sound bodies, their places, and the kinds of value for each place.

use std::borrow::Cow;
use std::sync::OnceLock;

use serde_json::Value;

use super::call::Call;
use super::sieve::Sieve;
use super::{BodyTemplate, Case, Intent, RequestTemplate, Tier, broken, composed, sequence};
use crate::case::{Prover, Step};
use crate::contract::{BodyContract, Contract, OperationContract};
use crate::generate::{
    Class, Content, Contest, Draw, Encoding, Fill, Form, Fresh, Kind, Level, Place, RunTag, Shape, Template,
};
use crate::generate::{classes, instance, places};
use crate::http::Headers;
use crate::schema::{Agreement, Compiled, Direction, Schemas};
use crate::source::Pointer;

/// About as many cases there are of any body: of its text, its headers, and what is unlisted.
const OF_BODY: usize = 300;
/// About as many cases there are of each property beside its values and breaks: of its name, its key and its absence.
const OF_PROPERTY: usize = 20;
/// About as many kinds of value a text without further constraints has.
const OF_TEXT: usize = 100;
/// About as many anything else has.
const OF_OTHERS: usize = 8;
/// More values than this the bodies of an operation do not have together: they are some 100 MB.
const MAX_VALUES: usize = 500_000;
/// How many draws are tried for a body that the schema accepts.
const TRIES: u64 = 40;

/// The common ground of an operation's cases.
#[derive(Debug)]
pub struct Ground<'c> {
    pub(super) number: usize,
    pub(super) operation: &'c OperationContract,
    pub(super) body: &'c BodyContract,
    pub(super) seed: u64,
    /// A valid body with every property.
    pub(super) full: Template,
    /// A valid body with what is required alone.
    pub(super) minimal: Template,
    /// The places of `full` below the root.
    pub(super) places: Vec<Spot>,
    /// The root of the body.
    pub(super) whole: Spot,
    pub(super) schemas: &'c Schemas,
    pub(super) call: Call<'c>,
    /// The path with its query, and the header fields, of a request with all that is required and a body.
    typed: (String, Headers),
    media: Pointer,
    run: RunTag,
    /// Whether some schema limits how long what is new may be.
    bounded: bool,
    /// See [`Self::contrary`] and [`Self::with_astral`]: made and proven when first asked for.
    contrary: OnceLock<Template>,
    with_astral: OnceLock<Template>,
}

/// A place with what may stand there.
#[derive(Debug)]
pub(super) struct Spot {
    pub(super) place: Place,
    pub(super) shape: Shape,
    /// What may stand there, where it is a property of the body itself; see [`Ground::classes`] for other places.
    pub(super) classes: Vec<Class>,
}

/// Two bodies that everybody would send.
#[derive(Debug)]
pub(super) struct Bodies {
    /// With every property.
    pub(super) full: Template,
    /// With what is required alone.
    pub(super) minimal: Template,
}

impl Bodies {
    /// Those of an operation; none where no valid body can be made.
    pub(super) fn of(
        contract: &Contract,
        operation: &OperationContract,
        body: &BodyContract,
        seed: u64,
    ) -> Option<Self> {
        let root = contract.schemas.strict(Direction::Request);
        let nodes = [body.schema.pointer().clone()];
        let in_order = |made: &Template| !body.ranges.iter().any(|range| range.is_reversed(&made.value));
        let sound = |fill| {
            let made = |attempt| {
                let mut draw = Draw::new(seed.wrapping_add(attempt), &format!("{}/{fill:?}", operation.operation.id));
                proven(root, body, instance(root, &nodes, "body", fill, &mut draw)?)
            };
            let ordered = (0..TRIES).find_map(|attempt| made(attempt).filter(in_order));
            let any = || (!body.ranges.is_empty()).then(|| (0..TRIES).find_map(made)).flatten();
            ordered.or_else(any)
        };
        let (mut minimal, mut full) = (sound(Fill::Required), sound(Fill::All));
        if minimal.is_none() || full.is_none() {
            let (smallest, fullest) = composed::bodies(&contract.schemas, body, seed).ok().unzip();
            minimal = minimal.or_else(|| proven(root, body, smallest?));
            full = full.or_else(|| proven(root, body, fullest?));
        }
        let full = full.or_else(|| minimal.clone())?;
        let minimal = minimal.unwrap_or_else(|| full.clone());
        Some(Self { full, minimal })
    }
}

impl<'c> Ground<'c> {
    /// The ground of the operation numbered `number`; none where no valid body can be made.
    pub fn of(contract: &'c Contract, number: usize, seed: u64) -> Option<Self> {
        // Asked first: most operations have no body.
        contract.operations.get(number)?.body.as_ref()?;
        Self::on(contract, Call::of(contract, number, seed).ok()?)
    }

    /// The ground of the operation that `call` calls; none where no valid body can be made.
    pub(super) fn on(contract: &'c Contract, call: Call<'c>) -> Option<Self> {
        let (number, operation, seed) = (call.number, call.operation, call.seed);
        let body = operation.body.as_ref()?;
        let root = contract.schemas.strict(Direction::Request);
        let nodes = [body.schema.pointer().clone()];
        let run = RunTag::sample();
        let Bodies { full, minimal } = Bodies::of(contract, operation, body, seed)?;
        let mut spots = places(root, &nodes, &full.value).into_iter().map(|place| {
            let shape = Shape::of(root, &place.nodes);
            Spot { place, shape, classes: Vec::new() }
        });
        let whole = spots.next()?;
        let places: Vec<Spot> = spots.collect();
        let limits = |shape: &Shape| shape.max_length.is_some() || shape.min_length > 0 || shape.pattern.is_some();
        let new = places.iter().filter(|spot| !spot.place.pointer.is_root());
        let bounded = new.filter(|spot| full.slots.iter().any(|slot| slot.pointer == spot.place.pointer));
        let bounded = bounded.map(|spot| &spot.shape).any(limits);
        let media = operation.operation.request_body.as_ref()?.pointer.child("content").child(&body.media_type);
        let schemas = &contract.schemas;
        let mut typed = call.plain.clone();
        typed.1.push("content-type", &body.media_type);
        let mut ground = Self {
            number,
            operation,
            body,
            seed,
            full,
            minimal,
            places,
            whole,
            schemas,
            call,
            typed,
            media,
            run,
            bounded,
            contrary: OnceLock::new(),
            with_astral: OnceLock::new(),
        };
        let mut places = std::mem::take(&mut ground.places);
        for spot in places.iter_mut().filter(|spot| spot.is_property()) {
            spot.classes = ground.made_classes(spot);
        }
        ground.places = places;
        Some(ground)
    }

    /// The ground with a sieve that leaves room for so many cases; with all of them where that is none.
    #[must_use]
    pub(super) fn within(mut self, room: Option<usize>) -> Self {
        let of_place = |spot: &Spot| match spot.is_property() {
            true => spot.classes.len() + OF_PROPERTY + 2 * broken::WAYS,
            false => spot.kinds_of_value() + broken::WAYS,
        };
        let offered = OF_BODY + self.places.iter().map(of_place).sum::<usize>() + self.call.offered();
        // Each case has a body of its own.
        let room = room.map(|room| room.min(MAX_VALUES / values(&self.full.value)));
        self.call.sieve = Sieve::new(room, offered);
        self
    }

    /// Whether the candidate of this name about `spot` is made, behind those in `cases`.
    pub(super) fn takes(&self, spot: &Spot, name: &str, cases: &[Case]) -> bool {
        // `/name`: what a name ends with begins with a slash.
        let is_first = || sequence::is_first_bad(cases, &spot.place.pointer, &format!("/{name}"));
        self.call.sieve.takes() || is_first()
    }

    /// What may stand at a place. It is made for each asking where the place is deep in the body: there can be hundreds of
    /// those, and few of them are asked for.
    pub(super) fn classes<'s>(&self, spot: &'s Spot) -> Cow<'s, [Class]> {
        if spot.is_property() { Cow::Borrowed(&spot.classes) } else { Cow::Owned(self.made_classes(spot)) }
    }

    fn made_classes(&self, Spot { place, shape, .. }: &Spot) -> Vec<Class> {
        let root = self.schemas.strict(Direction::Request);
        let mut draw = Draw::new(self.seed, &format!("{}/{}", self.operation.operation.id, place.pointer));
        let fresh = self.body.fresh.contains(&place.pointer);
        let mut classes = classes(root, shape, &place.name, fresh, &mut draw);
        // A number of a class is the same in every run.
        let numbers = classes.iter_mut().filter(|class| matches!(&class.content, Content::Fixed(Value::Number(_))));
        numbers.filter(|_| fresh).for_each(|class| _ = class.contest.get_or_insert(Contest::TakenIdentifier));
        classes
    }

    /// A prover for this operation's bodies.
    pub(super) fn prover(&self) -> Prover<'_> {
        Prover::new(&self.body.schema, &self.media).with_ranges(&self.body.ranges)
    }

    /// The sending in the name of which slots are filled for proofs.
    pub(super) fn sample_sending(&self) -> Fresh<'_> {
        sample(&self.run)
    }

    /// A body in which the values that are the same in every case are filled.
    pub(super) fn sample(&self, template: &Template) -> Value {
        template.fill(&sample(&self.run))
    }

    /// Whether `template` is what everybody must take, however long what is new in it comes to be.
    pub(super) fn is_sound(&self, template: &Template) -> bool {
        let sendings = [sample(&self.run), longest(&self.run)];
        sendings.iter().all(|sending| self.prover().value(&template.fill(sending), None) == Some(Intent::Valid))
    }

    /// Whether a body has this intent with the longest identifiers too; those of one form differ in length.
    fn holds(&self, intent: &Intent, template: &Template, contest: Option<Contest>) -> bool {
        !self.bounded
            || template.slots.is_empty()
            || self.prover().value(&template.fill(&longest(&self.run)), contest).as_ref() == Some(intent)
    }

    /// The case that sends `template`; none where its intent cannot be proven. `about` is what stands behind the
    /// intent in its name.
    pub(super) fn case(
        &self,
        about: &str,
        reason: impl Into<String>,
        mut template: Template,
        contest: Option<Contest>,
    ) -> Option<Case> {
        // What stands in a slot does not matter, so that the proof needs no value of its own.
        template.fill_in_place(&self.sample_sending());
        self.filled(about, reason, template, contest)
    }

    /// The case that sends `template`, in the slots of which a sample stands already.
    pub(super) fn filled(
        &self,
        about: &str,
        reason: impl Into<String>,
        template: Template,
        contest: Option<Contest>,
    ) -> Option<Case> {
        let intent = self.prover().value(&template.value, contest)?;
        let holds = self.holds(&intent, &template, contest);
        holds.then(|| self.named(about, reason, intent, BodyTemplate::plain(template)))
    }

    /// The case that sends `template` in an encoding of its own.
    pub(super) fn encoded(
        &self,
        about: &str,
        reason: impl Into<String>,
        template: Template,
        encoding: Encoding,
        contest: Option<Contest>,
    ) -> Option<Case> {
        let body = BodyTemplate { template, encoding };
        let intent = self.prover().bytes(&body.bytes(&sample(&self.run)), contest)?;
        let long = || self.prover().bytes(&body.bytes(&longest(&self.run)), contest);
        let holds = !self.bounded || body.template.slots.is_empty() || long().as_ref() == Some(&intent);
        holds.then(|| self.named(about, reason, intent, body))
    }

    /// A case whose intent is known.
    pub(super) fn named(&self, about: &str, reason: impl Into<String>, intent: Intent, body: BodyTemplate) -> Case {
        let name = [self.operation.operation.id.as_str(), intent.word(), about].join("/");
        Case::single(
            self.number,
            name,
            intent,
            reason,
            self.call.request_to(self.typed.clone(), &Headers::new(), Some(body)),
        )
    }

    /// A case of several steps.
    pub(super) fn steps(&self, about: &str, reason: impl Into<String>, intent: Intent, steps: Vec<Step>) -> Case {
        let body = BodyTemplate::plain(self.full.clone());
        Case { steps, ..self.named(about, reason, intent, body) }
    }

    /// A step that sends `template`, as documented.
    pub(super) fn step(&self, template: Template) -> Step {
        Step::of(self.call.request_to(self.typed.clone(), &Headers::new(), Some(BodyTemplate::plain(template))))
    }

    pub(super) fn request(&self, headers: Headers, body: Option<BodyTemplate>) -> RequestTemplate {
        self.call.request(headers, body)
    }

    /// What goes with the parameters of a request that is about them: the full body.
    pub(super) fn payload(&self) -> super::parameters::Payload {
        let headers = [("content-type", self.body.media_type.as_str())].into_iter().collect();
        (headers, Some(BodyTemplate::plain(self.full.clone())))
    }

    /// The properties of the body itself.
    pub(super) fn properties(&self) -> impl Iterator<Item = &Spot> {
        self.places.iter().filter(|spot| spot.is_property())
    }

    /// The full body with the other value of each flag: a fault may show with one of the two alone. The full body itself
    /// where the schema does not take that.
    pub(super) fn contrary(&self) -> &Template {
        self.contrary.get_or_init(|| self.made_contrary())
    }

    /// The same with a character in it that takes a surrogate pair, where a text leaves room for one.
    pub(super) fn with_astral(&self) -> &Template {
        self.with_astral.get_or_init(|| self.made_with_astral())
    }

    fn made_contrary(&self) -> Template {
        let mut template = self.full.clone();
        for spot in self.properties().filter(|spot| spot.shape.kinds == [Kind::Boolean] && spot.shape.values.is_none())
        {
            if let Some(Value::Bool(flag)) = spot.place.pointer.resolve(&self.full.value) {
                template.set(&spot.place.pointer, Value::Bool(!flag));
            }
        }
        if self.is_valid(&template) { template } else { self.full.clone() }
    }

    fn made_with_astral(&self) -> Template {
        let template = self.contrary();
        let free = |spot: &&Spot| {
            spot.shape.kinds == [Kind::String]
                && !spot.of_level(Level::Unusual).is_empty()
                && !self.body.fresh.contains(&spot.place.pointer)
        };
        let Some(spot) = self.properties().find(free) else { return template.clone() };
        // The shorter one for a text that has a limit.
        let texts = ["Zo\u{eb} \u{1f680}\u{8a9e}\u{1f680}\u{8a9e}\u{eb}\u{1f680} \"\\/", "Zo\u{eb} \u{1f680}"];
        let with = |text: &str| {
            let mut with = template.clone();
            with.set(&spot.place.pointer, Value::from(text));
            with
        };
        texts.into_iter().map(with).find(|with| self.is_valid(with)).unwrap_or_else(|| template.clone())
    }

    /// What everybody must do with a body; none where that cannot be proven.
    pub(super) fn intent(&self, template: &Template, contest: Option<Contest>) -> Option<Intent> {
        self.prover().value(&self.sample(template), contest)
    }

    /// Whether every reading takes a body.
    pub(super) fn is_valid(&self, template: &Template) -> bool {
        self.intent(template, None) == Some(Intent::Valid)
    }

    /// A draw of this operation for `purpose`.
    pub(super) fn draw(&self, purpose: &str) -> Draw {
        Draw::new(self.seed, &format!("{}/{purpose}", self.operation.operation.id))
    }
}

impl Spot {
    /// Whether it is a property of the body itself.
    pub(super) fn is_property(&self) -> bool {
        self.place.pointer.tokens().count() == 1
    }

    /// About how many kinds of value it may have: enough to share out what there is room for.
    pub(super) fn kinds_of_value(&self) -> usize {
        let Shape { kinds, values, pattern, format, .. } = &self.shape;
        let free = values.is_none() && pattern.is_none() && format.is_none() && kinds.contains(&Kind::String);
        if free { OF_TEXT } else { OF_OTHERS }
    }

    /// The classes of one level that every reading takes and nobody contests, as far as can be told before proof.
    pub(super) fn of_level(&self, level: Level) -> Vec<&Class> {
        self.classes.iter().filter(|class| class.level == level && class.contest.is_none()).collect()
    }
}

/// How many values a value has, itself included.
fn values(value: &Value) -> usize {
    1 + match value {
        Value::Object(members) => members.values().map(values).sum(),
        Value::Array(items) => items.iter().map(values).sum(),
        _ => 0,
    }
}

/// Marks a case as one that the smoke profile has too.
pub(super) fn in_smoke(case: Option<Case>, smoke: bool) -> Option<Case> {
    case.map(|case| Case { tier: if smoke { Tier::Smoke } else { case.tier }, ..case })
}

/// The case with the place it is about.
pub(super) fn about(case: Option<Case>, spot: &Spot) -> Option<Case> {
    let subject = spot.place.nodes.first().cloned();
    case.map(|case| Case { focus: spot.place.pointer.clone(), subject, ..case })
}

pub(super) fn sample(run: &RunTag) -> Fresh<'_> {
    Fresh { run, case: 0, attempt: 0 }
}

/// A sending late in a long run, whose identifiers are as long as any come to be.
fn longest(run: &RunTag) -> Fresh<'_> {
    Fresh { run, case: 99_999_999, attempt: u32::MAX }
}

/// Whether a schema accepts a body, be what is new in it short or long.
fn accepts(schema: &Compiled, template: &Template) -> bool {
    let run = RunTag::sample();
    let sendings = [sample(&run), longest(&run)];
    sendings.iter().all(|sending| schema.agreement(&template.fill(sending)) == Agreement::Accepted)
}

/// A template for `value` in which what must be new is; none where the schema does not accept it then.
fn proven(root: &Value, body: &BodyContract, mut value: Value) -> Option<Template> {
    body.ranges.iter().for_each(|range| range.put_in_order(&mut value));
    let mut template = Template::fixed(value);
    for pointer in &body.fresh {
        freshen(root, &body.schema, &mut template, pointer);
    }
    accepts(&body.schema, &template).then_some(template)
}

/// Makes the text or integer at `pointer` new in each request, where the schema leaves room for that.
pub(super) fn freshen(root: &Value, schema: &Compiled, template: &mut Template, pointer: &Pointer) {
    if pointer.resolve(&template.value).is_none() {
        return;
    }
    let whole = Shape::of(root, std::slice::from_ref(schema.pointer()));
    let property = whole.properties.iter().find(|(name, _)| pointer.last().as_deref() == Some(name));
    let shape = property.map(|(_, nodes)| Shape::of(root, nodes)).unwrap_or_default();
    let preferred = match shape.format.as_deref() {
        Some("uuid") => Form::Uuid,
        Some("email" | "idn-email") => Form::Email,
        Some("uri" | "url" | "iri") => Form::Url,
        _ => Form::plain(),
    };
    let forms = [preferred, Form::Email, Form::Uuid, Form::Digits, Form::Firebase];
    for form in forms.into_iter().chain(Form::matching(&shape)).chain(Form::number(&shape)) {
        let mut candidate = template.clone();
        candidate.set_slot(pointer, form);
        if accepts(schema, &candidate) {
            *template = candidate;
            return;
        }
    }
}
