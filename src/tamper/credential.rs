//! A wrong credential will do: the right one goes out in its place.

use super::accepted::is_success;
use super::ground::Ground;
use super::{Class, Mutation};
use crate::http::Request;

pub(super) fn propose(ground: &Ground<'_>, all: &mut Vec<Mutation>) {
    for (header, secret) in &ground.setting.credentials {
        let name = header.to_ascii_lowercase();
        for (about, words, every) in [("wrong", "", 1), ("wrong-1-in-5", ", once in five times", 5)] {
            let (header, secret) = (header.clone(), secret.clone());
            let breaks = format!("a wrong `{header}` will do{words}");
            let change = move |scene: &super::Scene<'_>| {
                let request = &scene.asked.request;
                let wrong = request.headers.iter().any(|(name, value)| {
                    name.eq_ignore_ascii_case(&header) && !String::from_utf8_lossy(value).contains(secret.reveal())
                });
                let right = || {
                    let mut headers = request.headers.clone();
                    headers.remove(&header);
                    Request { headers, ..request.clone() }
                };
                wrong.then(right)
            };
            let about = format!("{name}/{about}");
            all.push(Mutation { every, ..ground.requests(Class::Credential, &about, breaks, is_success, change) });
        }
    }
}
