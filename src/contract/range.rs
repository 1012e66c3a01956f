//! Two values of which one begins what the other ends: no server takes a range that ends before it begins.

use serde_json::Value;

use super::link::{Places, walk};
use super::parameter::words;
use crate::schema::{Direction, Schemas};
use crate::source::Pointer;

/// Words in names that begin a range, and those that end it.
const RANGES: [(&str, &str); 17] = [
    ("from", "to"),
    ("from", "until"),
    ("start", "end"),
    ("starts", "ends"),
    ("begin", "end"),
    ("begins", "ends"),
    ("min", "max"),
    ("minimum", "maximum"),
    ("since", "until"),
    ("after", "before"),
    ("lower", "upper"),
    ("low", "high"),
    ("gte", "lte"),
    ("earliest", "latest"),
    ("in", "out"),
    ("checkin", "checkout"),
    ("departure", "arrival"),
];

/// Whether what is called `low` begins the range that `high` ends.
pub(crate) fn is_range(low: &str, high: &str) -> bool {
    let (low, high) = (words(low), words(high));
    RANGES.iter().any(|(begin, end)| {
        let ended = |word: &String| if word == begin { (*end).to_owned() } else { word.clone() };
        low.iter().any(|word| word == begin) && low.iter().map(ended).collect::<String>() == high.concat()
    })
}

/// A range in a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// What both ends stand in.
    within: Places,
    low: String,
    high: String,
}

impl Range {
    /// Those of a body of the schema at `body`.
    pub(super) fn all(schemas: &Schemas, body: &Pointer) -> Vec<Self> {
        let mut ends: Vec<(Places, String)> = Vec::new();
        walk(schemas.strict(Direction::Request), body, &mut |property| {
            let bounds = |word: &String| RANGES.iter().any(|(begin, end)| word == begin || word == end);
            let words = words(property.name);
            let is_name = words.last().is_some_and(|word| word == "id");
            if !property.places.are_listed() && !is_name && words.iter().any(bounds) {
                ends.push((property.places.around(), property.name.to_owned()));
            }
        });
        let all = ends.iter().flat_map(|low| ends.iter().map(move |high| (low, high)));
        let ranges = all.filter(|((around, low), (other, high))| around == other && is_range(low, high));
        let mut ranges: Vec<Self> = ranges
            .map(|((within, low), (_, high))| Self { within: within.clone(), low: low.clone(), high: high.clone() })
            .collect();
        ranges.dedup();
        ranges
    }

    /// Whether `body` has one that does not end behind its beginning.
    pub fn is_reversed(&self, body: &Value) -> bool {
        self.within.within(body).iter().filter_map(|place| place.resolve(body)).any(|object| {
            let ends = object.get(&self.low).zip(object.get(&self.high));
            ends.is_some_and(|(low, high)| is_before(low, high) == Some(false))
        })
    }

    /// Puts the ends in order.
    pub fn put_in_order(&self, body: &mut Value) {
        for place in self.within.within(body) {
            let Some(Value::Object(members)) = place.resolve_mut(body) else { continue };
            let (low, high) = (members.get(&self.low).cloned(), members.get(&self.high).cloned());
            if let Some((low, high)) = low.zip(high).filter(|(low, high)| is_before(low, high) == Some(false)) {
                members.insert(self.low.clone(), high);
                members.insert(self.high.clone(), low);
            }
        }
    }
}

/// Whether one value is less than another; none where they have no order: names have none.
fn is_before(low: &Value, high: &Value) -> Option<bool> {
    match (low, high) {
        (Value::Number(low), Value::Number(high)) => Some(low.as_f64()? < high.as_f64()?),
        (Value::String(low), Value::String(high)) => match (low.parse::<f64>(), high.parse::<f64>()) {
            (Ok(low), Ok(high)) => Some(low < high),
            _ => [low, high].iter().all(|text| is_time(text)).then_some(low < high),
        },
        _ => None,
    }
}

/// Whether a text begins as dates (`2024-`) and times (`10:`) do, which are written in the order of their parts.
fn is_time(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    matches!((digits, text.as_bytes().get(digits)), (4, Some(b'-')) | (2, Some(b':')))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_tells_which_end_of_a_range_it_is() {
        let ranges = [
            ("start", "end"),
            ("startDate", "endDate"),
            ("min_delay_ms", "max_delay_ms"),
            ("check_in", "check_out"),
            ("valid-from", "valid-until"),
            ("starts_at", "endsAt"),
        ];
        for (low, high) in ranges {
            assert!(is_range(low, high) && !is_range(high, low), "{low} {high}");
        }
        for (low, high) in [("start", "start"), ("startDate", "endTime"), ("first", "last"), ("started", "ended")] {
            assert!(!is_range(low, high), "{low} {high}");
        }
    }

    #[test]
    fn only_what_has_an_order_is_before_another() {
        let before = |low, high| is_before(&low, &high);
        assert_eq!(before(json!(1), json!(2.5)), Some(true));
        assert_eq!(before(json!(2), json!(2)), Some(false));
        assert_eq!(before(json!("9"), json!("10")), Some(true));
        assert_eq!(before(json!("2024-03-01"), json!("2024-02-28T10:00:00Z")), Some(false));
        assert_eq!(before(json!("ac_2"), json!("ac_1")), None);
        assert_eq!(before(json!("10:30"), json!("09:00:00")), Some(false));
        assert_eq!(before(json!("7-2"), json!("3b1f-1")), None);
        assert_eq!(before(json!(null), json!(1)), None);
    }

    #[test]
    fn ranges_of_a_body_are_found_wherever_they_stand_and_put_in_order() {
        let text = r"
openapi: 3.1.0
components:
  schemas:
    Body:
      properties:
        start: {type: string, format: date}
        end: {type: string, format: date}
        max: {type: integer}
        limits: {properties: {min: {type: integer}, max: {type: integer}}}
        slots: {type: array, items: {properties: {from: {type: integer}, to: {type: integer}}}}
";
        let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
        let schemas = Schemas::of(&document);
        let ranges = Range::all(&schemas, &Pointer::parse("/components/schemas/Body"));
        assert_eq!(ranges.len(), 3, "{ranges:?}");
        let mut body = json!({
            "start": "2024-02-01", "end": "2024-01-01", "max": 1, "limits": {"min": 4, "max": 3},
            "slots": [{"from": 1, "to": 2}, {"from": 9, "to": 2}, {"to": 1}],
        });
        assert!(ranges.iter().all(|range| range.is_reversed(&body)));
        ranges.iter().for_each(|range| range.put_in_order(&mut body));
        let ordered = json!({
            "start": "2024-01-01", "end": "2024-02-01", "max": 1, "limits": {"min": 3, "max": 4},
            "slots": [{"from": 1, "to": 2}, {"from": 2, "to": 9}, {"to": 1}],
        });
        assert_eq!(body, ordered);
        assert!(!ranges.iter().any(|range| range.is_reversed(&body)));
    }
}
