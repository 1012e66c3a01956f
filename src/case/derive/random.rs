//! Random cases beyond the enumerated ones: case number `n` depends on the seed and `n` alone.

use serde_json::{Map, Value};

use super::ground::Ground;
use super::{BodyTemplate, Case, Intent};
use crate::generate::{Break, Content, Draw, Form, Level, Slot, Template, breaks};
use crate::source::Pointer;

/// Makes random cases of one operation. It keeps what does not change from case to case.
#[derive(Debug)]
pub struct Random<'c> {
    ground: Ground<'c>,
    /// For each property: what may stand there, uncontested.
    pools: Vec<Pool>,
    /// Every way to break something.
    breaks: Vec<Breach>,
}

/// One way to break something.
#[derive(Debug)]
struct Breach {
    pointer: Pointer,
    way: Break,
    reason: String,
}

#[derive(Debug)]
struct Pool {
    name: String,
    pointer: Pointer,
    required: bool,
    text: bool,
    fresh: bool,
    contents: Vec<Content>,
}

/// Blocks of code points from which random texts are drawn: first, last. All are characters, and none controls anything.
/// None of their characters is unassigned, invisible or otherwise contested.
const BLOCKS: &[(u32, u32)] = &[
    (0x20, 0x7e),
    (0xa1, 0xac),
    (0xae, 0x24f),
    (0x300, 0x36f),
    (0x38e, 0x3a1),
    (0x3a3, 0x3ff),
    (0x400, 0x52f),
    (0x5d0, 0x5ea),
    (0x620, 0x64a),
    (0x905, 0x939),
    (0xe01, 0xe3a),
    (0x1e00, 0x1eff),
    (0x3041, 0x3096),
    (0x3099, 0x30ff),
    (0x4e00, 0x9fa5),
    (0xac00, 0xd7a3),
    (0x10000, 0x1000b),
    (0x10028, 0x1003a),
    (0x1d400, 0x1d454),
    (0x1f300, 0x1f64f),
    (0x20000, 0x2a6d6),
];

impl<'c> Random<'c> {
    /// A maker of random cases on `ground`.
    pub fn new(mut ground: Ground<'c>) -> Self {
        ground.full.value = ground.sample(&ground.full);
        let pools = ground.properties().map(|spot| Pool {
            name: spot.place.pointer.last().unwrap_or_default().into_owned(),
            pointer: spot.place.pointer.clone(),
            required: spot.place.required,
            text: spot.classes.iter().any(|class| class.name == "length-64"),
            fresh: ground.body.fresh.contains(&spot.place.pointer),
            contents: [Level::Plain, Level::Boundary, Level::Unusual]
                .iter()
                .flat_map(|level| spot.of_level(*level))
                .map(|class| class.content.clone())
                .collect(),
        });
        let pools = pools.collect();
        let sample = ground.sample(&ground.full);
        let mut ways = Vec::new();
        for spot in &ground.places {
            let Some(current) = spot.place.pointer.resolve(&sample) else { continue };
            let found = breaks(&spot.shape, spot.place.required, current);
            ways.extend(found.into_iter().map(|way| Breach {
                pointer: spot.place.pointer.clone(),
                reason: format!("random values, and `{}` breaks `{}`", spot.place.path(), way.name.replace('-', " ")),
                way,
            }));
        }
        Self { ground, pools, breaks: ways }
    }

    /// Those of the first `count` random cases that there is room for.
    pub fn first(&self, count: u64) -> impl Iterator<Item = Case> {
        (0..count).filter(|_| self.ground.call.sieve.takes()).map(|index| self.case(index))
    }

    /// Random case number `index`, the same for the same seed. Two of three are valid, where valid ones can be made.
    pub fn case(&self, index: u64) -> Case {
        self.ground.call.doubted(self.made(index))
    }

    fn made(&self, index: u64) -> Case {
        // Fibonacci hashing spreads neighbouring numbers over all seeds.
        let mut draw = Draw::new(self.ground.seed ^ index.wrapping_mul(0x9e37_79b9_7f4a_7c15), "random");
        let about = format!("random/{index}");
        for _ in 0..8 {
            let mut template = self.body(&mut draw);
            let broken = draw.one_in(3).then(|| draw.pick(&self.breaks)).flatten();
            let reason = broken.map_or("random values", |breach| &breach.reason);
            if let Some(breach) = broken {
                // What stands nowhere cannot be broken: the case would be about something else.
                if breach.pointer.parent().is_some_and(|around| around.resolve(&template.value).is_none()) {
                    continue;
                }
                breach.way.change.apply(&mut template, &breach.pointer);
            } else if self.ground.body.ranges.iter().any(|range| range.is_reversed(&template.value)) {
                continue;
            }
            let case = self.ground.filled(&about, reason, template, None);
            let focus = broken.map(|breach| breach.pointer.clone()).unwrap_or_default();
            let case = case.map(|case| Case { focus, ..case });
            if let Some(case) = case {
                return case;
            }
        }
        let body = BodyTemplate::plain(self.ground.full.clone());
        self.ground.named(&about, "every property", Intent::Valid, body)
    }

    /// A body with random values, in the slots of which a sample stands.
    fn body(&self, draw: &mut Draw) -> Template {
        let full = &self.ground.full;
        let Value::Object(members) = &full.value else { return self.changed(draw) };
        // Built member by member: to copy a whole body and then replace most of it takes twice as long.
        let mut object = Map::with_capacity(members.len());
        let mut slots = Vec::with_capacity(full.slots.len());
        for (name, value) in members {
            let pool = self.pools.iter().find(|pool| pool.name == *name);
            let value = match pool.map_or(Choice::AsItIs, |pool| pool.choose(draw)) {
                Choice::Absent => continue,
                Choice::Content(Content::Fixed(value)) => value,
                Choice::Content(Content::Fresh(form)) => {
                    let sample = form.render(&self.ground.sample_sending());
                    slots.extend(pool.map(|pool| Slot { pointer: pool.pointer.clone(), form }));
                    Value::String(sample)
                }
                Choice::AsItIs => {
                    let here = |slot: &&Slot| slot.pointer.tokens().next().is_some_and(|token| token == *name);
                    slots.extend(full.slots.iter().filter(here).cloned());
                    value.clone()
                }
            };
            object.insert(name.clone(), value);
        }
        Template { value: Value::Object(object), slots }
    }

    /// The same for a body that is no object.
    fn changed(&self, draw: &mut Draw) -> Template {
        let mut template = self.ground.full.clone();
        for pool in &self.pools {
            match pool.choose(draw) {
                Choice::Absent => _ = template.remove(&pool.pointer),
                Choice::Content(content) => content.apply(&mut template, &pool.pointer),
                Choice::AsItIs => {}
            }
        }
        template.fill_in_place(&self.ground.sample_sending());
        template
    }
}

/// What becomes of a property.
enum Choice {
    Absent,
    Content(Content),
    AsItIs,
}

impl Pool {
    fn choose(&self, draw: &mut Draw) -> Choice {
        if !self.required && draw.one_in(3) {
            return Choice::Absent;
        }
        if self.text && draw.one_in(2) {
            return Choice::Content(random_text(draw, self.fresh));
        }
        draw.pick(&self.contents).map_or(Choice::AsItIs, |content| Choice::Content(content.clone()))
    }
}

/// A number below `bound` from one of 32 bits.
fn scaled(bits: u64, bound: u64) -> u64 {
    (bits * bound) >> 32
}

fn random_text(draw: &mut Draw, fresh: bool) -> Content {
    let mut blocks = [BLOCKS[0]; 3];
    let several = 1 + draw.below(blocks.len());
    let blocks = &mut blocks[..several];
    blocks.iter_mut().for_each(|block| *block = draw.pick(BLOCKS).copied().unwrap_or(*block));
    // Most texts are short, since most faults show in them, and a few go as far as a column is likely to.
    let length = match draw.below(40) {
        0 => draw.below(900),
        1..=3 => draw.below(100),
        _ => draw.below(16),
    };
    let mut text = String::with_capacity(length * 3);
    for _ in 0..length {
        // One draw for both the block and the character in it.
        let word = draw.word();
        let (first, last) = blocks[scaled(word >> 32, blocks.len() as u64) as usize];
        let place = scaled(word & 0xffff_ffff, u64::from(last - first) + 1) as u32;
        if let Some(character) = char::from_u32(first + place) {
            text.push(character);
        }
    }
    if fresh {
        Content::Fresh(Form::Tagged { before: String::new(), after: format!("-{text}") })
    } else {
        Content::Fixed(text.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_random_character_is_contested() {
        let contested: Vec<char> = "\u{378}\u{38b}\u{3097}\u{1000c}\u{10027}\u{ad}\u{200b}\u{fffe}".chars().collect();
        let in_some =
            |character: &char| BLOCKS.iter().any(|(first, last)| (*first..=*last).contains(&u32::from(*character)));
        assert_eq!(contested.iter().find(|character| in_some(character)), None);
        assert!(BLOCKS.iter().all(|(first, last)| first < last));
    }

    #[test]
    fn what_is_not_there_is_not_broken() {
        let schema = "{type: object, required: [shelf_id], properties: {shelf_id: {type: integer, minimum: 1}, label_ids: {type: array, items: {type: integer, minimum: 1}}}}";
        let text = format!(
            "openapi: 3.0.3\npaths:\n  /a:\n    post: {{operationId: a, requestBody: {{required: true, content: {{application/json: {{schema: {schema}}}}}}}, responses: {{'201': {{description: d}}}}}}\n"
        );
        let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
        let contract = crate::contract::Contract::of(std::sync::Arc::new(document)).expect("a contract");
        let random = Random::new(Ground::of(&contract, 0, 1).expect("a ground"));
        let invalid: Vec<Case> =
            random.first(400).filter(|case| matches!(case.intent, Intent::Invalid { .. })).collect();
        assert!(invalid.len() > 50, "{}", invalid.len());
        for case in &invalid {
            let body = &case.steps[0].request.body.as_ref().expect("a body").template.value;
            let around = case.focus.parent().map(|around| around.resolve(body).is_some());
            assert!(around.is_none_or(|there| there), "{}: {} in {body}", case.name, case.focus);
        }
    }
}
