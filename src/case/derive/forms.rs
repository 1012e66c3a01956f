//! The same value in other forms that mean the same: order of properties, JSON texts, media type parameters.

use serde_json::{Map, Value};

use super::ground::{Ground, in_smoke};
use super::unshown::Shown;
use super::{BodyTemplate, Case, Intent};
use crate::generate::{Contest, Edit, Encoding, Style, Template};
use crate::http::Headers;

/// Up to this many properties every order is tried; with more, each rotation.
const ALL_ORDERS: usize = 4;

/// `shown` is what the others have shown before.
pub(super) fn propose(ground: &Ground<'_>, shown: Shown, cases: &mut Vec<Case>) {
    orders(ground, shown, cases);
    styles(ground, cases);
    content_types(ground, cases);
}

fn orders(ground: &Ground<'_>, shown: Shown, cases: &mut Vec<Case>) {
    // Flags have another value than elsewhere: one that a server passes over comes back as if it were not there.
    let body = ground.contrary();
    let Value::Object(members) = &body.value else { return };
    let names: Vec<&String> = members.keys().collect();
    let mut unshown = shown.rest(ground);
    for (at, order) in permutations(names.len()).into_iter().enumerate() {
        if order.iter().enumerate().all(|(index, from)| index == *from) {
            continue;
        }
        let ordered: Map<String, Value> =
            order.iter().map(|index| (names[*index].clone(), members[names[*index]].clone())).collect();
        let mut template = Template { value: Value::Object(ordered), slots: body.slots.clone() };
        unshown.put(&mut template);
        let reversed = order.iter().rev().enumerate().all(|(index, from)| index == *from);
        if !reversed && !ground.call.sieve.takes() {
            continue;
        }
        let name = if reversed { "order/reversed".into() } else { format!("order/{at:02}") };
        let case = ground.case(&name, "properties in another order", template, None);
        cases.extend(in_smoke(case, reversed));
    }
}

/// All orders of a few things, else each rotation and the reverse.
fn permutations(count: usize) -> Vec<Vec<usize>> {
    if count > ALL_ORDERS {
        let rotations = (0..count.min(12)).map(|by| (0..count).map(|at| (at + by) % count).collect());
        return rotations.chain([(0..count).rev().collect()]).collect();
    }
    let mut all = vec![Vec::new()];
    for _ in 0..count {
        all = all
            .into_iter()
            .flat_map(|begun: Vec<usize>| {
                let rest = (0..count).filter(|at| !begun.contains(at)).collect::<Vec<_>>();
                rest.into_iter().map(move |next| [begun.as_slice(), &[next]].concat())
            })
            .collect();
    }
    all
}

/// More than most buffers that are filled at once.
const SPACES: &[u8] = &[b' '; 5_000];

fn styles(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    let encoding = Encoding::edited(Edit::Before(SPACES));
    let reason = "five thousand spaces before the body";
    cases.extend(ground.encoded("encoding/much-white-space", reason, ground.with_astral().clone(), encoding, None));
    let named = [
        ("encoding/pretty", Style::Pretty, "line breaks and indentation"),
        ("encoding/white-space", Style::Spaced, "white space of each kind between tokens"),
        ("encoding/escaped", Style::Escaped, "every character of every text escaped"),
    ];
    for (name, style, reason) in named {
        let encoding = Encoding { style, edits: Vec::new() };
        cases.extend(in_smoke(
            ground.encoded(name, reason, ground.with_astral().clone(), encoding, None),
            style == Style::Escaped,
        ));
    }
}

/// Media types: the same one written otherwise is the same (RFC 9110 §8.3.1); another one is contested.
fn content_types(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    let media_type = &ground.body.media_type;
    let same = [
        ("content-type/charset", format!("{media_type}; charset=utf-8")),
        ("content-type/charset-upper-case", format!("{media_type};charset=UTF-8")),
        ("content-type/letter-case", upper_case(media_type)),
    ];
    for (name, value) in same {
        cases.push(with_content_type(ground, name, Intent::Valid, Some(&value)));
    }
    let other = [
        ("content-type/missing", None),
        ("content-type/text-plain", Some("text/plain")),
        ("content-type/form", Some("application/x-www-form-urlencoded")),
        ("content-type/multipart", Some("multipart/form-data; boundary=x")),
        ("content-type/xml", Some("application/xml")),
        ("content-type/octet-stream", Some("application/octet-stream")),
        ("content-type/other-charset", Some("application/json; charset=iso-8859-1")),
        ("content-type/unknown-parameter", Some("application/json; version=1")),
        ("content-type/quoted-charset", Some("application/json; charset=\"utf-8\"")),
        ("content-type/vendor-json", Some("application/vnd.proofmark+json")),
        ("content-type/malformed", Some("json")),
    ];
    for (name, value) in other {
        cases.push(with_content_type(ground, name, Intent::Contested(Contest::ContentType), value));
    }
}

fn with_content_type(ground: &Ground<'_>, name: &str, intent: Intent, value: Option<&str>) -> Case {
    let headers: Headers = value.map(|value| ("content-type", value)).into_iter().collect();
    let name = format!("{}/{}/{name}", ground.operation.operation.id, intent.word());
    let reason = value.map_or_else(|| "no Content-Type".to_owned(), |value| format!("Content-Type `{value}`"));
    let request = ground.request(headers, Some(BodyTemplate::plain(ground.with_astral().clone())));
    Case::single(ground.number, name, intent, reason, request)
}

/// `Application/JSON`.
fn upper_case(media_type: &str) -> String {
    let mut start = true;
    let capital = |c: char| if std::mem::replace(&mut start, c == '/') { c.to_ascii_uppercase() } else { c };
    let capitals: String = media_type.chars().map(capital).collect();
    capitals.replace("/Json", "/JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_properties_are_tried_in_every_order_and_many_in_each_rotation() {
        assert_eq!(permutations(4).len(), 24);
        assert_eq!(permutations(6).len(), 7);
        assert_eq!(upper_case("application/json"), "Application/JSON");
    }
}
