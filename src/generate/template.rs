//! Values with places that are new each time they are sent.
//!
//! A server may demand that an identifier be unique, so a case that is sent again (in another run, or to confirm a
//! finding) needs another one. A template keeps the value of a case and the slots in it that are filled anew.

use std::collections::HashSet;
use std::fmt::{self, Write as _};
use std::sync::Arc;

use serde_json::Value;

use super::draw::{Draw, fnv};
use super::instances::Matching;
use super::shape::{Kind, Shape};
use crate::source::Pointer;

/// So many characters more than it must has a text that a pattern matches and that is to be new.
const LONGER: usize = 16;

/// Names one run: eight hexadecimal digits, by which everything that the run made can be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunTag(String);

impl RunTag {
    /// The tag of a run that began at `millis` since the epoch, made different by `salt` (a process id, say).
    pub fn new(millis: u64, salt: u32) -> Self {
        Self(format!("{:08x}", fnv(format!("{millis}/{salt}").as_bytes()) as u32))
    }

    /// The tag that stands in plans that are shown and not sent.
    pub fn sample() -> Self {
        Self("00000000".into())
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RunTag {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// What makes one sending of one request new.
#[derive(Clone, Copy, Debug)]
pub struct Fresh<'a> {
    /// The run.
    pub run: &'a RunTag,
    /// The case's number in the plan.
    pub case: u64,
    /// How often it was sent before, and which step it is: anything that tells sendings of one case apart.
    pub attempt: u32,
}

/// The form of a fresh identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// `before`, our tag, `after`.
    Tagged {
        /// What stands before the tag.
        before: String,
        /// What stands after it.
        after: String,
    },
    /// Our tag, filled up to this many characters with the pattern.
    Padded {
        /// How many characters in all.
        length: usize,
        /// The character that fills it up.
        filler: char,
    },
    /// So few letters that our tag has no room: ideographs, of which there are enough that two make a new identifier.
    Short {
        /// How many characters.
        length: usize,
    },
    /// A random UUID (RFC 9562, version 4).
    Uuid,
    /// The same in capitals.
    CapitalUuid,
    /// An e-mail address at a reserved domain (RFC 2606).
    Email,
    /// Digits only, with a leading zero: it reads as a number, and loses a digit where it is taken for one.
    Digits,
    /// `../` and slashes round our tag.
    Path,
    /// 28 letters and digits, as Firebase Auth makes them.
    Firebase,
    /// 24 hexadecimal digits, as MongoDB makes them.
    Hexadecimal,
    /// A URL.
    Url,
    /// A text that a pattern matches.
    Matching(Pattern),
    /// A JSON number: one of so many integers from the least on.
    Number {
        /// The least.
        least: i64,
        /// How many there are.
        count: u64,
    },
}

/// A pattern, read once.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    matching: Arc<Matching>,
    /// How many characters its texts have, if the pattern does not say.
    length: Option<usize>,
}

impl Pattern {
    /// The pattern in this text, of which no text has more than `most` characters; none where it cannot be read. The texts are
    /// long where they may be: short ones are soon used up, and others often have them already.
    pub fn read(text: &str, most: Option<usize>) -> Option<Self> {
        let matching = Matching::of(text)?;
        let (least, widest) = matching.width();
        let longest = [widest, most].into_iter().flatten().min().unwrap_or(usize::MAX);
        let length = Some((least + LONGER).min(longest)).filter(|length| *length >= least);
        Some(Self { text: text.to_owned(), matching: Arc::new(matching), length })
    }

    fn draw(&self, draw: &mut Draw) -> Option<String> {
        self.matching.text(self.length, draw).or_else(|| self.matching.text(None, draw))
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        (&self.text, self.length) == (&other.text, other.length)
    }
}

impl Eq for Pattern {}

/// A place of a template that is filled anew each time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Where in the value.
    pub pointer: Pointer,
    /// What stands there.
    pub form: Form,
}

/// A value with its slots.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// The value; what stands in a slot does not matter.
    pub value: Value,
    /// Its slots.
    pub slots: Vec<Slot>,
}

impl Fresh<'_> {
    /// `proofmark-1a2b3c4d-0041`: recognisable as ours, and new.
    pub fn tag(&self) -> String {
        let mut tag = String::with_capacity(40);
        self.write_tag(&mut tag);
        tag
    }

    fn write_tag(&self, out: &mut String) {
        let Self { run, case, attempt } = self;
        out.push_str("proofmark-");
        out.push_str(run.as_str());
        // Writing to a string does not fail.
        _ = write!(out, "-{case:04}");
        if *attempt != 0 {
            _ = write!(out, "-{attempt:x}");
        }
    }
}

impl Form {
    /// A plain tag.
    pub fn plain() -> Self {
        Self::Tagged { before: String::new(), after: String::new() }
    }

    /// One of so many integers that two requests hardly have the same; none where `shape` has no room for that.
    pub fn number(shape: &Shape) -> Option<Self> {
        const FEWEST: i64 = 1_000_000;
        let most_of_format = if shape.format.as_deref() == Some("int64") { 1 << 53 } else { i64::from(i32::MAX) };
        let bound = |bound: Option<(f64, bool)>| bound.map(|(bound, _)| bound as i64);
        // Small ones are often there already.
        let least = bound(shape.minimum).map_or(FEWEST, |least| least.max(0).saturating_add(FEWEST));
        let most = bound(shape.maximum).map_or(most_of_format, |most| most.min(most_of_format));
        let count = u64::try_from(most.checked_sub(least)?).ok().filter(|count| *count >= FEWEST as u64)?;
        shape.allows(Kind::Integer).then_some(Self::Number { least, count })
    }

    /// Texts that the pattern of `shape` matches, where there are enough of them.
    pub fn matching(shape: &Shape) -> Option<Self> {
        let pattern = Pattern::read(shape.pattern.as_deref()?, shape.max_length)?;
        Some(Self::Matching(pattern)).filter(Self::is_rich)
    }

    /// Whether its texts are new each time, and not one of a few.
    fn is_rich(&self) -> bool {
        const DRAWS: u32 = 24;
        let run = RunTag::sample();
        let drawn = (0..DRAWS).map(|attempt| self.render(&Fresh { run: &run, case: 0, attempt }));
        drawn.collect::<HashSet<_>>().len() == DRAWS as usize
    }

    /// The identifier in this form as a JSON value: a string, but for [`Number`](Self::Number).
    pub fn value(&self, fresh: &Fresh<'_>) -> Value {
        let text = self.render(fresh);
        match self {
            Self::Number { .. } => text.parse::<i64>().map_or(Value::String(text), Value::from),
            _ => Value::String(text),
        }
    }

    /// The identifier in this form that belongs to `fresh`.
    pub fn render(&self, fresh: &Fresh<'_>) -> String {
        // By far the most common form: written in one go.
        if let Self::Tagged { before, after } = self {
            let mut text = String::with_capacity(before.len() + 40 + after.len());
            text.push_str(before);
            fresh.write_tag(&mut text);
            text.push_str(after);
            return text;
        }
        let tag = fresh.tag();
        let draw = || Draw::new(0, &tag);
        match self {
            Self::Tagged { .. } => tag,
            Self::Padded { length, filler } => {
                let mut text = tag;
                let have = text.chars().count();
                text.extend(std::iter::repeat_n(*filler, length.saturating_sub(have)));
                text
            }
            Self::Short { length } => {
                let mut draw = draw();
                let ideograph = |_| char::from_u32(0x4e00 + draw.below(20_000) as u32).unwrap_or('語');
                (0..*length).map(ideograph).collect()
            }
            Self::Uuid => uuid(&mut draw()),
            Self::CapitalUuid => uuid(&mut draw()).to_ascii_uppercase(),
            Self::Email => format!("{tag}@example.com"),
            Self::Digits => format!("0{:019}", draw().word()),
            Self::Path => format!("../{tag}//users/./1?x=%2e#y"),
            Self::Firebase => {
                const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
                let mut draw = draw();
                (0..28).map(|_| char::from(LETTERS[draw.below(LETTERS.len())])).collect()
            }
            Self::Hexadecimal => {
                let mut draw = draw();
                format!("{:016x}{:08x}", draw.word(), draw.word() as u32)
            }
            Self::Url => format!("https://example.com/{tag}"),
            Self::Matching(pattern) => pattern.draw(&mut draw()).unwrap_or(tag),
            Self::Number { least, count } => {
                let offset = draw().word() % (*count).max(1);
                least.saturating_add_unsigned(offset).to_string()
            }
        }
    }
}

fn uuid(draw: &mut Draw) -> String {
    let bits = (u128::from(draw.word()) << 64) | u128::from(draw.word());
    let bits = (bits & !(0xF << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{bits:032x}");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

impl Template {
    /// A template without slots.
    pub fn fixed(value: Value) -> Self {
        Self { value, slots: Vec::new() }
    }

    /// Puts `value` at `pointer`, in place of any slot there or below.
    pub fn set(&mut self, pointer: &Pointer, value: Value) {
        self.drop_slots(pointer);
        put(&mut self.value, pointer, value);
    }

    /// Puts a slot at `pointer`, in place of whatever is there.
    pub fn set_slot(&mut self, pointer: &Pointer, form: Form) {
        self.drop_slots(pointer);
        put(&mut self.value, pointer, Value::String(String::new()));
        self.slots.push(Slot { pointer: pointer.clone(), form });
    }

    /// The form of what is put in at `pointer` each time, if that is so.
    pub fn form_at(&self, pointer: &Pointer) -> Option<&Form> {
        self.slots.iter().find(|slot| slot.pointer == *pointer).map(|slot| &slot.form)
    }

    /// Removes the member or element at `pointer`. Whether there was one.
    pub fn remove(&mut self, pointer: &Pointer) -> bool {
        self.drop_slots(pointer);
        let (Some(parent), Some(name)) = (pointer.parent(), pointer.last()) else { return false };
        match parent.resolve_mut(&mut self.value) {
            Some(Value::Object(members)) => members.shift_remove(name.as_ref()).is_some(),
            Some(Value::Array(items)) => match name.parse::<usize>() {
                Ok(index) if index < items.len() => {
                    items.remove(index);
                    true
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// The value with every slot filled.
    pub fn fill(&self, fresh: &Fresh<'_>) -> Value {
        let mut filled = self.value.clone();
        fill(&self.slots, &mut filled, fresh);
        filled
    }

    /// Fills every slot in place. They stay slots.
    pub fn fill_in_place(&mut self, fresh: &Fresh<'_>) {
        fill(&self.slots, &mut self.value, fresh);
    }

    fn drop_slots(&mut self, pointer: &Pointer) {
        let below = |at: &Pointer| {
            at.as_str().strip_prefix(pointer.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.slots.retain(|slot| !below(&slot.pointer));
    }
}

fn fill(slots: &[Slot], value: &mut Value, fresh: &Fresh<'_>) {
    for slot in slots {
        if let Some(place) = slot.pointer.resolve_mut(value) {
            *place = slot.form.value(fresh);
        }
    }
}

/// Sets a value, adding the last member where it is not there yet.
fn put(root: &mut Value, pointer: &Pointer, value: Value) {
    if let Some(place) = pointer.resolve_mut(root) {
        *place = value;
        return;
    }
    let (Some(parent), Some(name)) = (pointer.parent(), pointer.last()) else { return };
    match parent.resolve_mut(root) {
        Some(Value::Object(members)) => {
            members.insert(name.into_owned(), value);
        }
        Some(Value::Array(items)) => items.push(value),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fresh(run: &RunTag, case: u64, attempt: u32) -> Fresh<'_> {
        Fresh { run, case, attempt }
    }

    #[test]
    fn every_form_is_new_for_each_run_case_and_attempt() {
        let (one, two) = (RunTag::new(1, 1), RunTag::new(2, 1));
        let forms = [
            Form::plain(),
            Form::Padded { length: 64, filler: 'x' },
            Form::Short { length: 2 },
            Form::Uuid,
            Form::Email,
            Form::Digits,
            Form::Path,
            Form::Firebase,
            Form::Url,
        ];
        for form in forms {
            let all = [fresh(&one, 1, 0), fresh(&one, 2, 0), fresh(&one, 1, 1), fresh(&two, 1, 0)];
            let made: std::collections::HashSet<_> = all.iter().map(|fresh| form.render(fresh)).collect();
            assert_eq!(made.len(), 4, "{form:?}");
            assert_eq!(form.render(&all[0]), form.render(&all[0]), "{form:?}");
        }
    }

    #[test]
    fn a_padded_identifier_has_its_length_and_a_uuid_its_form() {
        let run = RunTag::sample();
        assert_eq!(Form::Padded { length: 255, filler: 'é' }.render(&fresh(&run, 1, 0)).chars().count(), 255);
        let uuid = Form::Uuid.render(&fresh(&run, 1, 0));
        assert_eq!((uuid.len(), &uuid[14..15]), (36, "4"));
    }

    #[test]
    fn slots_are_filled_and_replaced() {
        let mut template = Template::fixed(json!({ "a": { "id": "" }, "b": 1 }));
        template.set_slot(&Pointer::parse("/a/id"), Form::plain());
        let run = RunTag::sample();
        assert_eq!(template.fill(&fresh(&run, 7, 0))["a"]["id"], "proofmark-00000000-0007");
        template.set(&Pointer::parse("/a"), json!(null));
        assert_eq!(template.fill(&fresh(&run, 7, 0)), json!({ "a": null, "b": 1 }));
        assert!(template.remove(&Pointer::parse("/b")) && !template.remove(&Pointer::parse("/c")));
    }
}
