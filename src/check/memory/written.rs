//! Which cases wrote to the thing of a path, and when.

use super::{Kept, PATHS, hash, without_query};
use crate::check::Subject;

/// The last that wrote to one path, and the last other one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Writers {
    last: Write,
    other: Option<Write>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Write {
    case: u64,
    /// When it was over, in milliseconds since the epoch.
    ended: u64,
}

impl Writers {
    /// The same once `write` was done, where `before` had been.
    fn after(before: Option<Self>, write: Write) -> Self {
        match before {
            Some(known) if known.last.case == write.case => {
                let ended = known.last.ended.max(write.ended);
                Self { last: Write { ended, ..write }, ..known }
            }
            Some(known) => Self { last: write, other: Some(known.last) },
            None => Self { last: write, other: None },
        }
    }

    /// When the last write by another case than the one numbered `case` was over.
    fn by_another(self, case: u64) -> Option<u64> {
        let other = if self.last.case == case { self.other } else { Some(self.last) };
        other.map(|write| write.ended)
    }
}

/// What the cases of a run wrote to.
#[derive(Debug)]
pub(super) struct Written {
    /// The thing of each path.
    things: Kept<Writers>,
    /// All that lies below a path, where it was deleted.
    below: Kept<Writers>,
}

impl Written {
    pub(super) fn new() -> Self {
        Self { things: Kept::of(PATHS), below: Kept::of(PATHS) }
    }

    /// Whether another case than the one numbered `case` wrote to the thing of this path, or deleted what it lies in, after
    /// `since`, in milliseconds since the epoch: nobody can say how it stands then. A name that is made up may be
    /// that of a thing which another case made.
    pub(super) fn is_by_another(&self, path: &str, case: u64, since: u64) -> bool {
        let path = without_query(path);
        let another = |writers: Option<Writers>| {
            writers.and_then(|writers| writers.by_another(case)).is_some_and(|ended| ended > since)
        };
        let mut around = path.match_indices('/').map(|(at, _)| &path[..at]);
        another(self.things.get(hash(path))) || around.any(|around| another(self.below.get(hash(around))))
    }

    /// Takes note of what a request may have written to.
    pub(super) fn note(&mut self, subject: &Subject<'_>) {
        let request = &subject.exchange.request;
        let path = without_query(&request.path);
        let took = u64::try_from(subject.exchange.elapsed.as_millis()).unwrap_or(u64::MAX);
        let ended = subject.exchange.sent_at.saturating_add(took).saturating_add(1);
        let write = Write { case: subject.number, ended };
        let put = |kept: &mut Kept<Writers>, path: &str| {
            let key = hash(path);
            kept.put(key, Writers::after(kept.get(key), write));
        };
        match request.method.as_str() {
            "PUT" | "PATCH" => put(&mut self.things, path),
            "DELETE" => {
                put(&mut self.things, path);
                put(&mut self.below, path);
            }
            // What is done to a thing is posted below it.
            "POST" if subject.contract.has_path_parameters() => {
                put(&mut self.things, path.rsplit_once('/').map_or("", |(around, _)| around));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_write_of_another_is_known_however_often_one_writes() {
        let written = |all: &[(u64, u64)]| {
            let after =
                |before, (case, ended): &(u64, u64)| Some(Writers::after(before, Write { case: *case, ended: *ended }));
            all.iter().fold(None, after).expect("one wrote")
        };
        assert_eq!(written(&[(1, 10), (1, 20)]).by_another(1), None);
        assert_eq!(written(&[(1, 10), (2, 20), (2, 30)]).by_another(2), Some(10));
        assert_eq!(written(&[(1, 10), (2, 20), (1, 30)]).by_another(1), Some(20));
        assert_eq!(written(&[(1, 10), (2, 20), (3, 30)]).by_another(1), Some(30));
        assert_eq!(written(&[(1, 10), (2, 20), (3, 30)]).by_another(3), Some(20));
    }
}
