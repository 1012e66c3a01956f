//! What a server remembers of its requests, so that a fault can show over several of them, or at several at once.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::HeaderMap;
use serde_json::{Map, Value};

use super::answer::{Answer, Content, Refusal};
use super::params::Input;

/// How many users are remembered: those that a client still speaks of are among the last ones.
const KEPT: usize = 512;

/// All that happened so far. Only a server with a fault that looks at it takes note of anything.
#[derive(Debug, Default)]
pub(super) struct World(Mutex<Past>);

/// What happened before a request.
#[derive(Debug, Default)]
pub(super) struct Past {
    /// How many requests were answered.
    pub(super) answered: u64,
    /// How many of them were granted.
    pub(super) created: u64,
    /// How many of them were refused.
    pub(super) refused: u64,
    /// How often a repeated `external_id` was refused.
    pub(super) conflicts: u64,
    /// How many credentials were looked at.
    pub(super) logins: u64,
    /// Whether the last credential was the right one.
    pub(super) after_right_login: bool,
    /// Why the last request was refused, if it was.
    pub(super) last_refusal: Option<Refusal>,
    /// What the last request sent, where it was an object.
    pub(super) last_sent: Map<String, Value>,
    /// How many requests are under way, this one included.
    pub(super) at_once: usize,
    under_way: HashMap<String, usize>,
    users: VecDeque<Value>,
    refused_ids: HashSet<String>,
}

impl World {
    pub(super) fn past(&self) -> MutexGuard<'_, Past> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note that a request with this body is under way, until what is returned is dropped.
    pub(super) fn enter(&self, body: &[u8]) -> UnderWay<'_> {
        let document: Option<Value> = serde_json::from_slice(body).ok();
        let external_id = document.as_ref().and_then(|it| it.get("external_id")?.as_str()).map(str::to_owned);
        let mut past = self.past();
        past.at_once += 1;
        if let Some(external_id) = &external_id {
            *past.under_way.entry(external_id.clone()).or_default() += 1;
        }
        UnderWay { world: self, external_id }
    }
}

/// A request that is not answered yet.
pub(super) struct UnderWay<'w> {
    world: &'w World,
    external_id: Option<String>,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let mut past = self.world.past();
        past.at_once -= 1;
        let Some(external_id) = &self.external_id else { return };
        if let Some(count) = past.under_way.get_mut(external_id) {
            *count -= 1;
            if *count == 0 {
                past.under_way.remove(external_id);
            }
        }
    }
}

impl Past {
    /// The user made last.
    pub(super) fn last(&self) -> Option<&Value> {
        self.users.back()
    }

    /// A text property of the user made last.
    pub(super) fn of_last(&self, property: &str) -> Option<&str> {
        self.last()?.get(property)?.as_str()
    }

    /// The first user of whom something holds.
    pub(super) fn user(&self, is: impl Fn(&str) -> bool) -> Option<&Value> {
        self.users.iter().find(|user| user["external_id"].as_str().is_some_and(&is))
    }

    /// Takes note of a request and of the answer that is due to it.
    pub(super) fn note(&mut self, input: &Input<'_>, due: &Answer) {
        self.answered += 1;
        self.last_refusal.clone_from(&due.refusal);
        self.last_sent = input.object().cloned().unwrap_or_default();
        match (&due.refusal, &due.content) {
            (None, Content::Json(user)) => {
                self.created += 1;
                self.users.push_back(user.clone());
                if self.users.len() > KEPT {
                    self.users.pop_front();
                }
            }
            (Some(refusal), _) => {
                self.refused += 1;
                self.conflicts += u64::from(*refusal == Refusal::Conflict);
                if self.refused_ids.len() < KEPT {
                    self.refused_ids.extend(input.text("external_id").map(str::to_owned));
                }
            }
            (None, Content::Bytes(_)) => (),
        }
    }
}

/// One connection.
#[derive(Debug, Default)]
pub(super) struct Connection {
    served: AtomicU64,
    after_refusal: AtomicBool,
    titled: AtomicBool,
}

impl Connection {
    /// Takes note of the first bytes: whether names of header fields are written with capitals.
    pub(super) fn begins(&self, bytes: &[u8]) {
        let titled = bytes.windows(14).any(|part| part == b"\r\nContent-Type");
        self.titled.store(titled, Ordering::Relaxed);
    }

    /// Takes note of an answer.
    pub(super) fn note(&self, due: &Answer) {
        self.served.fetch_add(1, Ordering::Relaxed);
        self.after_refusal.store(!due.is_created(), Ordering::Relaxed);
    }

    /// How many answers it has carried.
    pub(super) fn served(&self) -> u64 {
        self.served.load(Ordering::Relaxed)
    }

    /// Whether the last answer on it was a refusal.
    pub(super) fn is_after_refusal(&self) -> bool {
        self.after_refusal.load(Ordering::Relaxed)
    }

    /// Whether names of header fields are written with capitals on it.
    pub(super) fn is_titled(&self) -> bool {
        self.titled.load(Ordering::Relaxed)
    }
}

/// A request in view of all that surrounds it.
pub(super) struct Scene<'a> {
    pub(super) input: &'a Input<'a>,
    pub(super) headers: &'a HeaderMap,
    pub(super) past: &'a Past,
    pub(super) connection: &'a Connection,
    /// In milliseconds since the Unix epoch.
    pub(super) now: i64,
    /// Why the request is to be refused, if so.
    pub(super) refusal: Option<Refusal>,
}

impl Scene<'_> {
    /// Whether it is to be granted.
    pub(super) fn is_created(&self) -> bool {
        self.refusal.is_none()
    }

    /// Whether it is to be refused for an `external_id` that is taken.
    pub(super) fn is_conflict(&self) -> bool {
        self.refusal == Some(Refusal::Conflict)
    }

    /// The `external_id` as sent; empty where there is none.
    pub(super) fn external_id(&self) -> &str {
        self.input.text("external_id").unwrap_or_default()
    }

    /// Whether another request with the same `external_id` is under way.
    pub(super) fn is_raced(&self) -> bool {
        self.past.under_way.get(self.external_id()).is_some_and(|count| *count > 1)
    }

    /// Whether a request with this `external_id` was refused before.
    pub(super) fn was_refused(&self) -> bool {
        self.past.refused_ids.contains(self.external_id())
    }

    /// The first user with this `external_id`.
    pub(super) fn first(&self) -> Option<&Value> {
        self.past.user(|external_id| external_id == self.external_id())
    }

    /// The first user whose `external_id` is another one, yet the same once `folded`.
    pub(super) fn twin(&self, folded: fn(&str) -> String) -> Option<&Value> {
        let sought = folded(self.external_id());
        self.past.user(|external_id| external_id != self.external_id() && folded(external_id) == sought)
    }

    /// Whether the property is absent, or null.
    pub(super) fn lacks(&self, property: &str) -> bool {
        self.input.property(property).is_none_or(Value::is_null)
    }

    /// The value of a header field as text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// A credential in view of those before it.
pub(super) struct Login<'a> {
    /// The whole field, where there is one.
    pub(super) sent: Option<Cow<'a, str>>,
    /// The one right token.
    pub(super) token: &'a str,
    pub(super) past: &'a Past,
}

impl Login<'_> {
    /// Whether it is the right one.
    pub(super) fn is_right(&self) -> bool {
        self.scheme() == "Bearer" && self.given() == Some(self.token)
    }

    /// What stands before the first space.
    pub(super) fn scheme(&self) -> &str {
        self.sent.as_deref().and_then(|sent| sent.split_once(' ')).map_or("", |(scheme, _)| scheme)
    }

    /// What stands behind the first space.
    pub(super) fn given(&self) -> Option<&str> {
        self.sent.as_deref()?.split_once(' ').map(|(_, token)| token)
    }
}
