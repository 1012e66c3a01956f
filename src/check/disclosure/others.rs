//! What an answer tells of what other requests made.

use serde_json::Value;

use super::{Looking, TELLING_FIELDS, words_like_ids};
use crate::case::Intent;
use crate::check::memory::texts_of;
use crate::check::{Finding, Novelty, Read, is_made_up, unique_id};
use crate::generate::Contest;

impl Looking<'_> {
    /// The answer to a create names no id that the server gave to another: not where the new one is said to be, and in no
    /// property that the document does not list.
    pub(super) fn anothers_id_beside(&self) -> Option<Finding> {
        let created = self.subject.created()?;
        if self.subject.contract.names_things() || self.subject.novelty(self.memory) != Novelty::New {
            return None;
        }
        let unlisted = created.iter().filter(|(name, _)| !self.lists(name));
        let body = unlisted.filter_map(|(name, value)| Some((format!("`/{name}`"), value.as_str()?)));
        let fields = self.answer.response.headers.iter();
        let fields = fields
            .filter(|(name, _)| TELLING_FIELDS.iter().any(|known| name.eq_ignore_ascii_case(known)))
            .filter_map(|(name, value)| Some((format!("the header field `{name}`"), std::str::from_utf8(value).ok()?)));
        let mut told = body
            .chain(fields)
            .filter(|(_, text)| words_like_ids(text).any(|word| self.is_anothers_id(word) && !self.was_sent(word)));
        let (place, _) = told.next()?;
        let title = format!("{place} in the answer to a create carries the id of what another request made");
        Some(Finding { detail: "another's id".into(), ..self.finding(title) })
    }

    /// Whether the server gave this id to what another request made.
    fn is_anothers_id(&self, word: &str) -> bool {
        let (contract, id) = (self.subject.contract, Value::from(word));
        let ours = self.subject.identity();
        let mut owners = contract
            .unique_ids()
            .filter_map(|(_, property)| self.memory.owner_of_id(unique_id::key(self.subject, property, &id)));
        owners.any(|owner| Some(owner) != ours)
    }

    /// A refusal names no id that the server gave to another: it tells who else is there.
    pub(super) fn anothers_id(&self) -> Option<Finding> {
        let contract = self.subject.contract;
        let refused = (400..500).contains(&self.answer.status());
        if !refused || contract.names_things() || contract.unique_ids().next().is_none() {
            return None;
        }
        // Where it is open what a request asks for, a server may take it for another's.
        let invalid = matches!(self.subject.intent(), Intent::Invalid { .. });
        if !invalid && matches!(self.subject.novelty(self.memory), Novelty::Doubtful) {
            return None;
        }
        let body = String::from_utf8_lossy(&self.answer.response.body);
        let told = words_like_ids(&body).any(|word| self.is_anothers_id(word) && !self.was_sent(word));
        told.then(|| Finding {
            detail: "another's id".into(),
            ..self.finding("a refusal carries the id of what another request made".to_owned())
        })
    }

    /// Whoever is refused an identifier that is taken learns no more than that: nothing that the first request sent, and
    /// this one did not.
    pub(super) fn of_the_taken(&self) -> Option<Finding> {
        let refused = (400..500).contains(&self.answer.status());
        if !refused || *self.subject.intent() != Intent::Contested(Contest::TakenWithOtherValues) {
            return None;
        }
        let ours = texts_of(self.subject.read);
        let body = String::from_utf8_lossy(&self.answer.response.body);
        let told = self.subject.earlier.iter().any(|earlier| {
            let earlier = Read::new(self.subject.contract, earlier, None);
            let theirs =
                texts_of(&earlier).into_iter().filter(|text| is_made_up(text.as_bytes()) && !ours.contains(text));
            theirs.into_iter().any(|text| body.contains(text))
        });
        told.then(|| {
            let title = "a refusal tells what another request sent for the identifier that is taken".to_owned();
            Finding { detail: "of the taken".into(), ..self.finding(title) }
        })
    }
}
