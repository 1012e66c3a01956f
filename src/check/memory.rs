//! What a run remembers of its exchanges, so that an answer can be judged by what came before it: bounded, whatever the
//! run's length.

mod written;

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher};

use foldhash::quality::FixedState;
use serde_json::Value;

use super::clock::Clock;
use super::leaks::Leaks;
use super::{Read, Subject};
use crate::case::Intent;
use crate::generate::RunTag;
use crate::http::Redactor;
use crate::source::Pointer;
use written::Written;

/// How many ids are kept: many times what a gate makes. Seven eighths of a power of two is what a table holds without
/// growing; a larger one would not stay in the processor's cache.
const IDS: usize = 7 << 13;
/// How many identities are kept.
const IDENTITIES: usize = 7 << 12;
/// How many paths are kept.
const PATHS: usize = 7 << 10;
/// How many texts are kept: more than a gate sends.
const TEXTS: usize = 7 << 12;

/// The fewest characters of a text of which it is asked who sent it as a property.
const SHORTEST: usize = 4;

/// Nobody gains by making two texts of a run look the same.
const HASHER: FixedState = FixedState::with_seed(0x004f_1c09);

/// What a run remembers.
#[derive(Debug)]
pub struct Memory {
    pub(super) leaks: Leaks,
    /// When the first request was sent, in milliseconds since the Unix epoch.
    pub(super) begun: u64,
    /// Operations that granted a valid request: their ids, hashed.
    granted: HashSet<u64>,
    /// Whether others are tried beside each.
    several: bool,
    /// Who made each id: the id's hash, and that of the identity.
    ids: Kept<u64>,
    /// Which case sent each identity.
    identities: Kept<u64>,
    /// Who sent each text as the value of a property.
    texts: Kept<Sender>,
    /// What the times of each property have said so far: by the hash of operation and property.
    pub(super) clocks: HashMap<u64, Clock>,
    /// Statuses that were answered before.
    statuses: HashSet<u16>,
    /// Which case was first answered with each text at each place.
    answered: Kept<u64>,
    /// Which cases wrote to the thing of each path.
    written: Written,
    /// What absent properties come back as, by the hash of operation and property.
    pub(super) defaults: HashMap<u64, Absent>,
}

/// Who did it: one case alone, or several, which says nothing of which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sender(u64);

impl Sender {
    /// No case has this number.
    const SEVERAL: Self = Self(u64::MAX);

    /// The same once the case numbered `case` did it, where `before` had.
    fn after(before: Option<Self>, case: u64) -> Self {
        match before {
            Some(known) if known != Self(case) => Self::SEVERAL,
            _ => Self(case),
        }
    }
}

/// What an absent property came back as so far.
#[derive(Debug)]
pub(super) struct Absent {
    /// The first time.
    pub(super) first: Value,
    /// Texts that somebody else had sent: their hashes.
    pub(super) strange: HashSet<u64>,
}

/// Once so many entries are kept, memory for all of them is set aside: a case that is tried by itself needs none of it.
const FEW: usize = 1 << 10;

/// A map of the last `most` entries at least, and of twice as many at most: two tables, of which the older is emptied when
/// the younger is full. No entry is ever looked for to be removed, which would miss the processor's cache.
#[derive(Debug)]
struct Kept<V> {
    most: usize,
    young: Table<V>,
    old: Table<V>,
}

/// Keys are hashes already.
type Table<V> = HashMap<u64, V, BuildHasherDefault<Hashed>>;

impl<V: Copy> Kept<V> {
    fn of(most: usize) -> Self {
        Self { most, young: Table::default(), old: Table::default() }
    }

    fn get(&self, key: u64) -> Option<V> {
        self.young.get(&key).or_else(|| self.old.get(&key)).copied()
    }

    fn put(&mut self, key: u64, value: V) {
        if let Some(known) = self.young.get_mut(&key) {
            *known = value;
            return;
        }
        if self.young.len() == FEW && self.young.capacity() < self.most {
            self.young.reserve(self.most - FEW);
            self.old.reserve(self.most);
        }
        if self.young.len() == self.most {
            std::mem::swap(&mut self.young, &mut self.old);
            self.young.clear();
        }
        self.young.insert(key, value);
    }
}

/// Hands a hash on as it is.
#[derive(Clone, Copy, Debug, Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = hash(bytes);
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Default for Memory {
    /// The memory of a run without secrets, its tag that of a sample.
    fn default() -> Self {
        Self::looking_for(Leaks::default())
    }
}

impl Memory {
    /// The memory of the run called `tag`, before it sent anything. No answer may carry any of `secrets`.
    pub fn new(tag: &RunTag, secrets: &Redactor) -> Self {
        Self::looking_for(Leaks::new(tag, secrets))
    }

    /// The same of a run of so many operations.
    #[must_use]
    pub fn of(self, operations: usize) -> Self {
        Self { several: operations > 1, ..self }
    }

    /// Whether the run's credential may be one that the operation called `operation` is not for: others are tried beside it,
    /// and it granted nothing.
    pub(super) fn may_lack_a_role(&self, operation: &str) -> bool {
        self.several && !self.was_granted(operation)
    }

    fn looking_for(leaks: Leaks) -> Self {
        Self {
            leaks,
            begun: u64::MAX,
            granted: HashSet::new(),
            several: false,
            ids: Kept::of(IDS),
            identities: Kept::of(IDENTITIES),
            texts: Kept::of(TEXTS),
            clocks: HashMap::new(),
            statuses: HashSet::new(),
            answered: Kept::of(TEXTS),
            written: Written::new(),
            defaults: HashMap::new(),
        }
    }

    /// Whether this identity was sent before, in this case or in another.
    pub(super) fn knows_identity(&self, identity: u64) -> bool {
        self.identities.get(identity).is_some()
    }

    /// Whether a valid request of the operation called `operation` was granted before.
    pub(super) fn was_granted(&self, operation: &str) -> bool {
        self.granted.contains(&hash(operation))
    }

    /// Which identity has the id called `id`, as far as is known.
    pub(super) fn owner_of_id(&self, id: u64) -> Option<u64> {
        self.ids.get(id)
    }

    /// Keeps that `identity` has the id called `id`. The other identity that has it, if there is one.
    pub(super) fn claim_id(&mut self, id: u64, identity: u64) -> bool {
        match self.ids.get(id) {
            Some(owner) => owner == identity,
            None => {
                self.ids.put(id, identity);
                true
            }
        }
    }

    /// Whether somebody sent this text as `property`, and only other cases than the one numbered `case` did.
    pub(super) fn sent_by_another(&self, property: &str, text: &str, case: u64) -> bool {
        match self.texts.get(hash((property, text))) {
            Some(sender) => sender != Sender(case),
            None => false,
        }
    }

    /// The one other case that sent this text, if it is not the one numbered `case`; as whatever property.
    pub(super) fn sender_of(&self, text: &str, case: u64) -> Option<u64> {
        if !is_distinctive(text) {
            return None;
        }
        match self.texts.get(hash(text)) {
            Some(Sender::SEVERAL) => None,
            Some(Sender(sender)) => Some(sender).filter(|sender| *sender != case),
            None => None,
        }
    }

    /// Whether the text stood at this place in the answer to another case, neither the one numbered `case` nor its `sender`: then
    /// it is the server's own.
    pub(super) fn is_said_to_all(&self, place: &Pointer, text: &str, (case, sender): (u64, u64)) -> bool {
        let place = place.tokens().fold(0, |above, name| hash((above, name.as_ref())));
        self.answered.get(hash((place, text))).is_some_and(|first| first != case && first != sender)
    }

    /// Whether an answer of this status came before: what the first says may be what all say.
    pub(super) fn knows_status(&self, status: u16) -> bool {
        self.statuses.contains(&status)
    }

    /// Takes note of the telling texts of an answer.
    fn note_answer(&mut self, value: &Value, place: u64, case: u64) {
        match value {
            Value::String(text) if is_distinctive(text) => {
                let key = hash((place, text.as_str()));
                if self.answered.get(key).is_none() {
                    self.answered.put(key, case);
                }
            }
            Value::Object(members) => {
                members.iter().for_each(|(name, member)| self.note_answer(member, hash((place, name.as_str())), case));
            }
            _ => {}
        }
    }

    /// Whether another case than the one numbered `case` wrote to the thing of this path after `since`, in milliseconds since
    /// the epoch.
    pub(super) fn is_written_by_another(&self, path: &str, case: u64, since: u64) -> bool {
        self.written.is_by_another(path, case, since)
    }

    /// Takes note of an exchange that was judged.
    pub(super) fn note(&mut self, subject: &Subject<'_>) {
        self.begun = self.begun.min(subject.exchange.sent_at);
        if *subject.intent() == Intent::Valid && subject.created().is_some() {
            self.granted.insert(hash(&subject.contract.operation.id));
        }
        if !subject.answer.is_some_and(|answer| answer.response.is_error()) {
            self.written.note(subject);
        }
        if let Some(identity) = subject.identity() {
            self.identities.put(identity, subject.number);
        }
        if let Some(sent) = subject.read.sent() {
            self.note_texts(sent, subject.number);
        }
        self.statuses.extend(subject.answer.map(|answer| answer.status()));
        if let Some(body) = subject.answer.and_then(|answer| answer.json()) {
            self.note_answer(body, 0, subject.number);
        }
    }

    /// Takes note of who sent the texts of an object, and of those within it: what a server takes out of an inner one may
    /// come to stand in an answer by its name.
    fn note_texts(&mut self, value: &Value, case: u64) {
        let Value::Object(sent) = value else { return };
        for (property, value) in sent {
            let Some(text) = value.as_str() else {
                self.note_texts(value, case);
                continue;
            };
            // Of no others is ever asked.
            let named = (!is_too_short(text)).then(|| hash((property.as_str(), text)));
            let bare = is_distinctive(text).then(|| hash(text));
            for key in named.into_iter().chain(bare) {
                self.texts.put(key, Sender::after(self.texts.get(key), case));
            }
        }
    }
}

fn without_query(path: &str) -> &str {
    path.split('?').next().unwrap_or_default()
}

/// The hash of a value; the same in every run.
pub(super) fn hash(value: impl Hash) -> u64 {
    HASHER.hash_one(value)
}

/// Whether it is too short to tell anything by being equal to another.
pub(super) fn is_too_short(text: &str) -> bool {
    text.chars().nth(SHORTEST - 1).is_none()
}

/// Whether no server would come to this text by itself.
pub(super) fn is_distinctive(text: &str) -> bool {
    text.chars().nth(15).is_some() || text.bytes().filter(u8::is_ascii_digit).count() >= 3
}

/// Every text that a request sent, in a JSON body; nothing where it is none.
pub(super) fn texts_of<'v>(read: &'v Read<'_>) -> Vec<&'v str> {
    read.sent().map(texts_in).unwrap_or_default()
}

/// Every text in a value.
pub(super) fn texts_in(value: &Value) -> Vec<&str> {
    let (mut found, mut open) = (Vec::new(), vec![value]);
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) => found.push(text.as_str()),
            Value::Array(items) => open.extend(items),
            Value::Object(members) => open.extend(members.values()),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_bounded_and_the_oldest_goes_first() {
        let mut kept = Kept::of(100);
        (0..=350).for_each(|key| kept.put(key, key));
        let left: Vec<u64> = (0..=350).filter_map(|key| kept.get(key)).collect();
        assert_eq!(left, (200..=350).collect::<Vec<_>>());
        kept.put(350, 7);
        kept.put(200, 8);
        assert_eq!((kept.get(350), kept.get(200), kept.young.len()), (Some(7), Some(8), 52), "a key is kept once");
    }

    #[test]
    fn what_is_set_aside_does_not_grow() {
        let mut kept = Kept::of(TEXTS);
        (0..=FEW as u64).for_each(|key| kept.put(hash(key), ()));
        let aside = (kept.young.capacity(), kept.old.capacity());
        (0..5 * TEXTS as u64).for_each(|key| kept.put(hash(key), ()));
        assert_eq!((kept.young.capacity(), kept.old.capacity()), aside);
    }

    #[test]
    fn every_id_of_a_gate_is_known_to_its_end() {
        let mut memory = Memory::default();
        (0..5_000).for_each(|id| assert!(memory.claim_id(hash(id), id)));
        (0..5_000).for_each(|id| assert!(!memory.claim_id(hash(id), id + 1)));
    }

    #[test]
    fn an_id_belongs_to_the_first_that_has_it() {
        let mut memory = Memory::default();
        assert!(memory.claim_id(1, 10) && memory.claim_id(1, 10) && memory.claim_id(2, 11));
        assert!(!memory.claim_id(1, 11));
    }

    #[test]
    fn a_hash_is_the_same_in_every_run() {
        assert_eq!(hash("proofmark"), hash("proofmark"));
        assert_ne!(hash(("a", "b")), hash(("ab", "")));
    }
}
