//! A wrong credential will do: the right one goes out in its place.

use super::Mutation;
use super::accepted::is_success;
use super::ground::Ground;
use crate::http::Credential;

pub(super) fn propose(ground: &Ground<'_>, all: &mut Vec<Mutation>) {
    if ground.setting.credentials.is_empty() {
        return;
    }
    // A server that lets all of them pass demands none, which is its right: it is rarely that one will do.
    let rarely =
        ground.credentials("any-1-in-5", "any credential will do, one time in five", is_success, Credential::is_wrong);
    all.push(Mutation { every: 5, ..rarely });
    let mut told = Vec::new();
    // A token without its scheme is the right one all the same.
    let wrong = Credential::WRONG.iter().filter(|wrong| **wrong != Credential::SchemeMissing);
    for words in wrong.map(|wrong| wrong.words()) {
        if told.contains(&words) {
            continue;
        }
        told.push(words);
        let about = words.replace(' ', "-");
        let breaks = format!("a request with {words} is accepted");
        all.push(ground.credentials(&about, breaks, is_success, move |sent| sent.words() == words));
    }
}
