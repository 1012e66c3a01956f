//! What the server does where the contract leaves it a choice, and the one thing that it does wrong, if any.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::Value;

use super::Options;
use super::answer::Answer;
use super::faults::Breakage;
use super::faults::repair::Relaxed;
use super::send::Delivery;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The choices of a server. The default is the sound server; each [`Variation`](super::Variation) changes one choice.
#[derive(Clone)]
pub(super) struct Behaviour {
    /// `null` stands for absent in the three properties with `nullable`.
    pub(super) accepts_null: bool,
    /// A property that the schema does not list is ignored.
    pub(super) accepts_unknown: bool,
    /// A property that the server alone decides on is ignored.
    pub(super) accepts_assigned: bool,
    /// An `external_id` may be empty or blank.
    pub(super) accepts_blank: bool,
    /// Strings may hold control characters.
    pub(super) accepts_control: bool,
    /// An object may name a property twice; the last one counts.
    pub(super) accepts_repeated: bool,
    /// What is made of a body that is no JSON; nothing where it is refused.
    pub(super) relaxes: Relaxed,
    /// A request may lack `Content-Type`.
    pub(super) accepts_unlabelled: bool,
    /// `Content-Type` is not looked at.
    pub(super) accepts_any_type: bool,
    /// Another content type is answered by 415 rather than 400.
    pub(super) answers_415: bool,
    /// The most characters in a string.
    pub(super) longest_text: Option<usize>,
    /// A second create with one `external_id` is answered by the first user rather than refused.
    pub(super) repeats_are_same: bool,
    /// What an absent name reads as.
    pub(super) absent_name: &'static str,
    /// What an absent `live_mode` reads as.
    pub(super) absent_live_mode: bool,
    /// Makes an id.
    pub(super) new_id: fn() -> String,
    /// From the clock to `created_at`, both in milliseconds since the Unix epoch.
    pub(super) stamp: fn(i64) -> i64,
    /// Writes JSON.
    pub(super) write: fn(&Value) -> Vec<u8>,
    /// Adds to an answer what does not matter.
    pub(super) dress: fn(&mut Answer),
    /// How the content is handed over.
    pub(super) delivery: Delivery,
    /// Answers are HTTP/1.0.
    pub(super) is_old: bool,
    /// The content is compressed for clients that take it.
    pub(super) gzip: bool,
    /// How long each answer takes.
    pub(super) delay: Option<Duration>,
    /// How long after an answer the connection is closed without notice.
    pub(super) idle: Option<Duration>,
    /// What is broken.
    pub(super) breakage: Option<Breakage>,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            accepts_null: true,
            accepts_unknown: true,
            accepts_assigned: true,
            accepts_blank: false,
            accepts_control: true,
            accepts_repeated: true,
            relaxes: |_| None,
            accepts_unlabelled: true,
            accepts_any_type: false,
            answers_415: false,
            longest_text: None,
            repeats_are_same: false,
            absent_name: "",
            absent_live_mode: false,
            new_id: prefixed_id,
            stamp: |now| now,
            write: |value| value.to_string().into_bytes(),
            dress: |_| (),
            delivery: Delivery::Whole,
            is_old: false,
            gzip: false,
            delay: None,
            idle: None,
            breakage: None,
        }
    }
}

impl Behaviour {
    /// The behaviour that options ask for.
    pub(super) fn of(options: &Options) -> Self {
        let mut behaviour = Self::default();
        if let Some(variation) = options.variation {
            (variation.vary)(&mut behaviour);
        }
        behaviour.breakage = options.fault.map(|fault| fault.breakage);
        behaviour
    }

    /// Whether the fault is one of several requests, or of what surrounds one.
    pub(super) fn remembers(&self) -> bool {
        matches!(self.breakage, Some(Breakage::Where(..) | Breakage::Known(..)))
    }
}

/// `u_` and 24 characters of base 62: an id like those of the published examples.
pub(super) fn prefixed_id() -> String {
    let digits = (0..3).flat_map(|_| {
        let bits = random();
        (0..8).map(move |at| char::from(BASE62[(bits / 62_u64.pow(at) % 62) as usize]))
    });
    "u_".chars().chain(digits).collect()
}

/// An id of another common form: a UUID, version 4 (RFC 9562 §5.4).
pub(super) fn uuid() -> String {
    let (high, low) = (random(), random());
    let variant = 0x8000 | (low >> 48 & 0x3fff);
    let (first, second, third) = (high >> 32, high >> 16 & 0xffff, high & 0x0fff);
    format!("{first:08x}-{second:04x}-4{third:03x}-{variant:04x}-{:012x}", low & 0xffff_ffff_ffff)
}

/// An id as a sequence in a database makes it, as a string.
pub(super) fn digits() -> String {
    format!("{:020}", random())
}

/// An id as a counter makes it that runs down.
pub(super) fn descending() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(u64::MAX);
    format!("u_{:020}", NEXT.fetch_sub(1, Ordering::Relaxed))
}

/// 64 bits of which no two calls are likely to agree: the standard library seeds its hashers from the system.
pub(super) fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_new_and_of_their_form() {
        let ids: std::collections::HashSet<String> = (0..10_000).map(|_| prefixed_id()).collect();
        assert_eq!(ids.len(), 10_000);
        for id in ids {
            assert_eq!((id.len(), &id[..2]), (26, "u_"));
            assert!(id[2..].bytes().all(|byte| byte.is_ascii_alphanumeric()), "{id}");
        }
        let id = uuid();
        let (groups, version) = (id.split('-').map(str::len).collect::<Vec<_>>(), &id[14..15]);
        assert_eq!((groups, version), (vec![8, 4, 4, 4, 12], "4"), "{id}");
        assert!("89ab".contains(&id[19..20]), "{id}");
    }
}
