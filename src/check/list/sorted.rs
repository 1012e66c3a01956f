//! Whether elements stand in order.

use std::cmp::Ordering;

use serde_json::Value;

use crate::source::Pointer;

/// Two neighbours whose values at `place` are out of order; where nobody said which way it goes, one of those that go against
/// the others. None where all are in order, as far as can be told.
pub(super) fn out_of_order<'v>(
    items: &'v [Value],
    place: &Pointer,
    descending: Option<bool>,
) -> Option<(&'v Value, &'v Value)> {
    let values: Vec<&Value> =
        items.iter().filter_map(|item| place.resolve(item)).filter(|value| !value.is_null()).collect();
    let first = |wanted: Ordering| {
        let pair = values.windows(2).find(|pair| compare(pair[0], pair[1]) == Some(wanted))?;
        Some((pair[0], pair[1]))
    };
    match descending {
        Some(true) => first(Ordering::Less),
        Some(false) => first(Ordering::Greater),
        None => first(Ordering::Less).and_then(|_| first(Ordering::Greater)),
    }
}

/// How two values stand to each other; none where servers may see it differently.
fn compare(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64()?.partial_cmp(&other.as_f64()?),
        (Value::String(one), Value::String(other)) => compare_texts(one, other),
        _ => None,
    }
}

/// The same of texts: by code point, by letters and digits alone, whatever their case, and as numbers or times where they are
/// such.
fn compare_texts(one: &str, other: &str) -> Option<Ordering> {
    if let (Ok(one), Ok(other)) = (one.parse::<jiff::Timestamp>(), other.parse::<jiff::Timestamp>()) {
        return Some(one.cmp(&other));
    }
    let plain = |text: &str| text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_control());
    if !plain(one) || !plain(other) || is_numbered_otherwise(one, other) {
        return None;
    }
    let folded =
        |text: &str| text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase()).collect();
    let (letters, others): (Vec<u8>, Vec<u8>) = (folded(one), folded(other));
    let order = one.cmp(other);
    let agreed = letters.cmp(&others) == order && one.to_ascii_lowercase().cmp(&other.to_ascii_lowercase()) == order;
    let numbers = one.parse::<f64>().ok().zip(other.parse::<f64>().ok());
    let agreed = agreed && numbers.is_none_or(|(one, other)| one.partial_cmp(&other) == Some(order));
    agreed.then_some(order)
}

/// Whether two texts first differ within numbers of different lengths: `9` comes before `10` where numbers are seen as such.
fn is_numbered_otherwise(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let same = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    let digits = |text: &[u8]| text[same..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits(one) != digits(other)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_compared_where_all_ways_agree() {
        for (one, other, order) in [
            (json!(2), json!(10), Some(Ordering::Less)),
            (json!("2"), json!("10"), None),
            (json!("item 9"), json!("item 10"), None),
            (json!("Ada"), json!("ben"), Some(Ordering::Less)),
            (json!("Zoe"), json!("ada"), None),
            (json!("a b"), json!("ab"), None),
            (json!("\u{e9}"), json!("z"), None),
            (json!("2026-01-02"), json!("2026-01-10"), Some(Ordering::Less)),
            (json!("2026-01-02T03:00:00+01:00"), json!("2026-01-02T02:30:00Z"), Some(Ordering::Less)),
            (json!("same"), json!("same"), Some(Ordering::Equal)),
            (json!(1), json!("1"), None),
        ] {
            assert_eq!(compare(&one, &other), order, "{one} {other}");
        }
    }

    #[test]
    fn a_list_is_sorted_one_way_or_the_other() {
        let list = |values: &[i64]| values.iter().map(|value| json!({ "n": value })).collect::<Vec<_>>();
        let found =
            |values: &[i64], descending| out_of_order(&list(values), &Pointer::parse("/n"), descending).is_some();
        assert!(!found(&[1, 2, 2, 3], None) && !found(&[3, 2, 1], None) && found(&[1, 3, 2], None));
        assert!(found(&[1, 2], Some(true)) && !found(&[2, 1], Some(true)));
        assert!(!found(&[1, 2], Some(false)) && found(&[2, 1], Some(false)));
        assert!(
            out_of_order(&[json!({"n": 1}), json!({"n": null}), json!({})], &Pointer::parse("/n"), Some(true))
                .is_none()
        );
    }
}
