//! Numbers in forms that are legal and rare, where a number belongs and where none does.

use serde_json::{Value, json};

use super::ground::{Ground, Spot, about};
use super::{BodyTemplate, Case, Intent};
use crate::generate::{Contest, Edit, Encoding, Kind};
use crate::source::Pointer;

/// Forms of numbers, each a JSON number (RFC 8259 §6).
const FORMS: &[(&str, &str)] = &[
    ("exponent", "1e0"),
    ("signed-exponent", "1E+0"),
    ("fraction-of-zero", "1.0"),
    ("negative-zero", "-0"),
    ("negative-zero-fraction", "-0.0"),
    ("twenty-digits", "12345678901234567890"),
    ("forty-digits", "1234567890123456789012345678901234567890"),
    ("beyond-double", "1E400"),
    ("below-double", "1e-400"),
    ("many-decimals", "0.1000000000000000055511151231257827021181583404541015625"),
];

pub(super) fn propose(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    unlisted(ground, cases);
    let mut tried: Vec<Vec<Kind>> = Vec::new();
    for spot in ground.properties() {
        if allows_numbers(spot) {
            cases.extend(in_place(ground, spot).into_iter().filter_map(|case| about(Some(case), spot)));
        } else if !tried.contains(&spot.shape.kinds) {
            // One property of a type is enough: it is the parser that reads numbers.
            tried.push(spot.shape.kinds.clone());
            cases.extend(out_of_place(ground, spot).into_iter().filter_map(|case| about(Some(case), spot)));
        }
    }
}

/// A number for which few languages have a type, where nobody looks at it. One beyond every type is not sent there: what a
/// server cannot hold, it may give back as it can.
fn unlisted(ground: &Ground<'_>, cases: &mut Vec<Case>) {
    let form = FORMS.iter().find(|(name, _)| *name == "forty-digits").filter(|_| ground.full.value.is_object());
    let Some((name, text)) = form else { return };
    let at = Pointer::root().child("proofmark_unlisted");
    let mut template = ground.full.clone();
    template.set(&at, json!(1));
    let encoding = Encoding::edited(Edit::Raw { at, bytes: text.as_bytes().to_vec() });
    let reason = format!("a property that is not listed is a number in a rare form: {}", name.replace('-', " "));
    let name = format!("body/unlisted-number-{name}");
    cases.extend(ground.encoded(&name, reason, template, encoding, Some(Contest::UnlistedProperty)));
}

fn allows_numbers(spot: &Spot) -> bool {
    spot.shape.allows(Kind::Integer) || spot.shape.allows(Kind::Number)
}

/// The value that is there, and the others, written otherwise.
fn in_place(ground: &Ground<'_>, spot: &Spot) -> Vec<Case> {
    let current = spot.place.pointer.resolve(&ground.full.value).filter(|value| value.is_i64());
    let same = current.into_iter().flat_map(|number| {
        [
            ("same-with-exponent", format!("{number}e0")),
            ("same-with-fraction", format!("{number}.0")),
            ("same-with-zeros", format!("{number}.00000000000000000000")),
        ]
    });
    let forms = FORMS.iter().map(|(name, text)| (*name, (*text).to_owned()));
    let cases = same.chain(forms).filter(|_| ground.call.sieve.takes()).filter_map(|(name, text)| {
        let encoding = raw(spot, &text);
        let about = format!("{}/number-{name}", spot.place.path());
        ground.encoded(&about, reason(spot, name), ground.full.clone(), encoding, Some(Contest::NumberForm))
    });
    cases.collect()
}

/// Any number where none belongs: whatever a parser makes of it, it is no string, and no boolean.
fn out_of_place(ground: &Ground<'_>, spot: &Spot) -> Vec<Case> {
    let mut stand_in = ground.full.clone();
    stand_in.set(&spot.place.pointer, json!(1));
    let Some(intent @ Intent::Invalid { .. }) = ground.intent(&stand_in, None) else {
        return Vec::new();
    };
    let cases = FORMS.iter().filter(|_| ground.call.sieve.takes()).map(|(name, text)| {
        let body = BodyTemplate { template: ground.full.clone(), encoding: raw(spot, text) };
        let about = format!("{}/type-number-{name}", spot.place.path());
        ground.named(&about, reason(spot, name), intent.clone(), body)
    });
    cases.chain(deep(ground, spot)).collect()
}

/// Arrays in one another where a text belongs, less deep than any parser's limit.
fn deep(ground: &Ground<'_>, spot: &Spot) -> Option<Case> {
    let mut template = ground.full.clone();
    template.set(&spot.place.pointer, (0..60).fold(json!([]), |inner, _| Value::Array(vec![inner])));
    let path = spot.place.path();
    let reason = format!("`{path}` is sixty arrays in one another");
    let case = ground.case(&format!("{path}/type-deep-array"), reason, template, None);
    case.filter(|case| matches!(case.intent, Intent::Invalid { .. }))
}

fn raw(spot: &Spot, text: &str) -> Encoding {
    Encoding::edited(Edit::Raw { at: spot.place.pointer.clone(), bytes: text.as_bytes().to_vec() })
}

fn reason(spot: &Spot, name: &str) -> String {
    format!("`{}` is a number in a rare form: {}", spot.place.path(), name.replace('-', " "))
}
