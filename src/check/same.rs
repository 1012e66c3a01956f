//! Whether what came back is what was sent, although it is written in another way.

use serde_json::Value;

use crate::case::same_json;

/// Whether all that was sent is there, exactly: an object may have more members, for its schema may have defaults.
pub(super) fn has_all(sent: &Value, found: &Value) -> bool {
    match (sent, found) {
        (Value::Object(sent), Value::Object(found)) => {
            sent.iter().all(|(name, value)| found.get(name).is_some_and(|found| has_all(value, found)))
        }
        (Value::Array(sent), Value::Array(found)) => {
            sent.len() == found.len() && sent.iter().zip(found).all(|(sent, found)| has_all(sent, found))
        }
        _ => same_json(sent, found),
    }
}

/// Whether what was found is what was sent, be it written in another way: numbers by value, times by instant, objects
/// with members added or left out, lists in any order.
pub(super) fn comes_back(sent: &Value, found: &Value) -> bool {
    match (sent, found) {
        (Value::Object(sent), Value::Object(found)) => {
            sent.iter().all(|(name, value)| found.get(name).is_none_or(|found| comes_back(value, found)))
        }
        (Value::Array(sent), Value::Array(found)) => {
            sent.len() == found.len() && sent.iter().all(|item| found.iter().any(|other| comes_back(item, other)))
        }
        (Value::String(sent), Value::String(found)) => same_text(sent, found),
        (Value::Number(number), Value::String(text)) | (Value::String(text), Value::Number(number)) => {
            text.parse::<f64>().ok() == number.as_f64()
        }
        (Value::Number(sent), Value::Number(found)) => {
            let close = |one: f64, other: f64| (one - other).abs() <= one.abs().max(other.abs()) * 1e-6;
            same_json(&Value::Number(sent.clone()), &Value::Number(found.clone()))
                || sent.as_f64().zip(found.as_f64()).is_some_and(|(one, other)| sent.is_f64() && close(one, other))
        }
        (sent, found) => same_json(sent, found),
    }
}

/// Whether two texts are the same, or the same time, or differ in letter case or by a slash at the end as addresses may.
fn same_text(sent: &str, found: &str) -> bool {
    let time = |text: &str| text.parse::<jiff::Timestamp>().ok();
    let address = sent.contains('@') || sent.contains("://") || sent.len() == 36;
    let folded = |text: &str| text.trim_end_matches('/').to_lowercase();
    sent == found
        || time(sent).is_some_and(|sent| time(found) == Some(sent))
        || (address && folded(sent) == folded(found))
        || sent.trim() == found
}

/// Whether two texts have the same letters and digits, whatever their case.
pub(super) fn alike(sent: &Value, found: &Value) -> bool {
    let letters = |value: &Value| {
        let text = value.as_str()?;
        Some(text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>())
    };
    letters(sent).zip(letters(found)).is_some_and(|(sent, found)| sent == found)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_only_written_in_another_way_came_back() {
        for (sent, found) in [
            (json!(1), json!(1.0)),
            (json!(0.1), json!(0.100_000_001)),
            (json!("12.50"), json!(12.5)),
            (json!("2020-01-01T00:00:00Z"), json!("2020-01-01T01:00:00+01:00")),
            (json!({"a": 1, "b": 2}), json!({"a": 1, "c": 3})),
            (json!([1, 2]), json!([2, 1])),
            (json!("Ada@Example.com"), json!("ada@example.com")),
            (json!("https://h.example"), json!("https://h.example/")),
        ] {
            assert!(comes_back(&sent, &found), "{sent} {found}");
        }
        for (sent, found) in [
            (json!(1), json!(2)),
            (json!("a"), json!("b")),
            (json!("a"), json!(null)),
            (json!({"a": 1}), json!({"a": 2})),
            (json!([1]), json!([1, 1])),
            (json!("Ada"), json!("ada")),
            (json!(9_007_199_254_740_993_u64), json!(9_007_199_254_740_992_u64)),
        ] {
            assert!(!comes_back(&sent, &found), "{sent} {found}");
        }
    }

    #[test]
    fn all_that_was_sent_is_there_although_something_is_added() {
        assert!(has_all(&json!({"a": [1, {"b": 2}]}), &json!({"a": [1.0, {"b": 2, "c": 3}], "d": 4})));
        assert!(!has_all(&json!({"a": 1}), &json!({})) && !has_all(&json!([1, 2]), &json!([2, 1])));
        assert!(!has_all(&json!(["a"]), &json!(["a", "b"])) && !has_all(&json!("a"), &json!("A")));
    }
}
