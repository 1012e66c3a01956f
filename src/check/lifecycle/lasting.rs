//! What tells of how a thing came to be stays as it was answered first.

use serde_json::Value;

use super::{ID, done, short};
use crate::case::{Lasting, same_json};
use crate::check::{Finding, Subject};
use crate::http::Response;

/// Nanoseconds of the units that a store may cut times to.
const UNITS: [i128; 3] = [1_000_000_000, 1_000_000, 1_000];

/// The place says something else than when the thing was made.
pub(super) fn changed(subject: &Subject<'_>, lasting: &Lasting, body: &Value) -> Option<Finding> {
    let made = subject.earlier.get(lasting.step).filter(|exchange| done(exchange))?;
    let made = made.response().and_then(Response::json)?;
    let (made, found) = (lasting.made.resolve(&made)?, lasting.place.resolve(body)?);
    if made.is_null() || found.is_null() || is_same(made, found) {
        return None;
    }
    let title = format!("`{}` is not what it was when the thing was made", lasting.place);
    let label = format!("{} was answered then, and the response says {}", short(made), short(found));
    let body = Some(lasting.place.clone());
    Some(Finding { label, body, detail: "lasting".into(), ..subject.error(ID, title, &lasting.schema) })
}

fn is_same(made: &Value, found: &Value) -> bool {
    let told = match (made, found) {
        (Value::String(made), Value::String(found)) => {
            (made == found).then_some(true).or_else(|| same_time(made, found))
        }
        // A store may keep fewer digits.
        (Value::Number(made), Value::Number(found)) if made.is_f64() || found.is_f64() => {
            made.as_f64().zip(found.as_f64()).map(|(made, found)| (made - found).abs() < 0.001)
        }
        (Value::Number(_), Value::Number(_)) => Some(same_json(made, found)),
        // What is written in another way altogether cannot be compared.
        _ => None,
    };
    told.unwrap_or(true)
}

/// Whether two texts are the same time, one of them perhaps cut to a unit; none where that cannot be told.
fn same_time(made: &str, found: &str) -> Option<bool> {
    let (made, found) = match (made.parse::<jiff::Timestamp>(), found.parse::<jiff::Timestamp>()) {
        (Ok(made), Ok(found)) => (made.as_nanosecond(), found.as_nanosecond()),
        (Err(_), Err(_)) => (of_no_zone(made)?, of_no_zone(found)?),
        _ => return None,
    };
    let cut = |coarse: i128, fine: i128| UNITS.iter().any(|unit| coarse % unit == 0 && (coarse - fine).abs() < *unit);
    Some(made == found || cut(made, found) || cut(found, made))
}

/// A time that does not say in which zone it is, as if it were in that of Greenwich.
fn of_no_zone(text: &str) -> Option<i128> {
    let time = text.parse::<jiff::civil::DateTime>().ok()?;
    Some(jiff::tz::Offset::UTC.to_timestamp(time).ok()?.as_nanosecond())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::is_same;

    #[test]
    fn a_time_that_is_written_or_kept_otherwise_is_the_same() {
        for (made, found) in [
            (json!("2026-01-02T03:04:05.123456Z"), json!("2026-01-02T03:04:05Z")),
            (json!("2026-01-02T03:04:05.123456Z"), json!("2026-01-02T03:04:05.123+00:00")),
            (json!("2026-01-02T03:04:05.6Z"), json!("2026-01-02T03:04:06Z")),
            (json!("2026-01-02T03:04:05Z"), json!("2026-01-02T04:04:05+01:00")),
            (json!("2026-01-02T03:04:05.25"), json!("2026-01-02 03:04:05")),
            (json!("2026-01-02T03:04:05Z"), json!("2026-01-02T05:04:05")),
            (json!(1_700_000_000.25), json!(1_700_000_000.250_1)),
            (json!(1_700_000_000), json!("2023-11-14T22:13:20Z")),
        ] {
            assert!(is_same(&made, &found), "{made} {found}");
        }
    }

    #[test]
    fn another_time_or_name_is_another() {
        for (made, found) in [
            (json!("2026-01-02T03:04:05.123456Z"), json!("2026-01-02T03:04:05.150000Z")),
            (json!("2026-01-02T03:04:05Z"), json!("2026-01-02T03:04:07Z")),
            (json!("2026-01-02T03:04:05"), json!("2026-01-02T03:04:06.5")),
            (json!(1_700_000_000), json!(1_700_000_001)),
            (json!(1_700_000_000.25), json!(1_700_000_001.0)),
        ] {
            assert!(!is_same(&made, &found), "{made} {found}");
        }
    }
}
