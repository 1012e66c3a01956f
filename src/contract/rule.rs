//! Promises beyond a schema: what each says, what it is drawn from, and whether anybody confirmed or refused it.

use std::fmt;
use std::time::Duration;

use serde_json::Value;

use crate::source::Pointer;

/// One promise, and what it is drawn from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What is promised.
    pub kind: RuleKind,
    /// The words or the structure that say so.
    pub basis: String,
    /// Where they stand.
    pub pointer: Pointer,
    /// How sure it is.
    pub confidence: Confidence,
    /// Whether a case file says something of it.
    pub standing: Standing,
    /// Whether a breach of it gates; else it is a warning.
    pub gates: bool,
}

/// What a rule promises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleKind {
    /// The property comes back exactly as it was sent: equal as JSON, text by code point.
    Echo {
        /// Its name in request and answer.
        property: String,
    },
    /// The property identifies what is made: it is new in each valid request, and the same one never makes two.
    Identity {
        /// Its name in the request.
        property: String,
    },
    /// The property identifies what was made: no two things have the same.
    UniqueId {
        /// Its name in the answer.
        property: String,
    },
    /// The server alone decides on the property: sending it has no effect on it.
    ServerAssigned {
        /// Its name in the answer.
        property: String,
        /// The one value that it always has, if the document fixes one.
        always: Option<String>,
    },
    /// The property is the time at which something was made or changed.
    Clock {
        /// Its name in the answer.
        property: String,
        /// What it counts.
        unit: TimeUnit,
        /// How far the clocks of server and client may be apart.
        skew: Duration,
    },
    /// One time is never later than the other.
    Order {
        /// The name of the time of making.
        earlier: String,
        /// The name of the time of change.
        later: String,
    },
    /// What the property comes back as where it was not sent is no accident.
    Defaults {
        /// Its name in request and answer.
        property: String,
        /// The `default` that the document states (OpenAPI 3.0.4 §4.7.24).
        stated: Option<Value>,
    },
    /// The code of an error says what kind of error it is.
    ErrorCode {
        /// Its place in the body of an error.
        place: Pointer,
        /// Codes that plainly speak of something else than an invalid request.
        misfits: Vec<String>,
        /// Codes that plainly speak of something else than a wrong credential, where there are some that speak of it.
        strange: Vec<String>,
        /// Codes that speak of nothing.
        vague: Vec<String>,
    },
}

/// What a time counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUnit {
    /// Seconds since the Unix epoch.
    Seconds,
    /// Milliseconds since the Unix epoch.
    Milliseconds,
    /// Microseconds since the Unix epoch.
    Microseconds,
    /// Nothing: it is a date and time in words (RFC 3339 §5.6).
    DateTime,
}

/// How sure a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// The name of a property suggests it.
    Name,
    /// The document's structure implies it.
    Structure,
    /// The document's prose says so.
    Words,
}

/// Whether a case file says something of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody does.
    Inferred,
    /// It holds: who says so.
    Confirmed(String),
    /// It does not hold: who says so.
    Refused(String),
}

/// How far clocks may be apart where nobody says: minutes, yet no unit.
pub const DEFAULT_SKEW: Duration = Duration::from_secs(600);

impl Rule {
    /// A rule that is drawn from the document.
    pub(super) fn inferred(kind: RuleKind, basis: String, pointer: Pointer, confidence: Confidence) -> Self {
        Self { kind, basis, pointer, confidence, standing: Standing::Inferred, gates: true }
    }

    /// A stable name: `echo/first_name`.
    pub fn name(&self) -> String {
        match &self.kind {
            RuleKind::Echo { property } => format!("echo/{property}"),
            RuleKind::Identity { property } => format!("identity/{property}"),
            RuleKind::UniqueId { property } => format!("unique-id/{property}"),
            RuleKind::ServerAssigned { property, .. } => format!("server-assigned/{property}"),
            RuleKind::Clock { property, .. } => format!("clock/{property}"),
            RuleKind::Order { earlier, later } => format!("order/{earlier}<={later}"),
            RuleKind::Defaults { property, .. } => format!("defaults/{property}"),
            RuleKind::ErrorCode { place, .. } => format!("error-code{place}"),
        }
    }

    /// The promise in one sentence.
    pub fn promise(&self) -> String {
        match &self.kind {
            RuleKind::Echo { property } => format!("`{property}` comes back exactly as it was sent"),
            RuleKind::Identity { property } => format!("one `{property}` is one thing: the same one never makes two"),
            RuleKind::UniqueId { property } => format!("no two things have the same `{property}`"),
            RuleKind::ServerAssigned { property, .. } => format!("`{property}` cannot be set by sending it"),
            RuleKind::Clock { property, unit, skew } => {
                let skew = skew.as_secs_f64() / 60.0;
                format!("`{property}` is the time of the request in {unit}, give or take {skew} minutes")
            }
            RuleKind::Order { earlier, later } => format!("`{earlier}` is never later than `{later}`"),
            RuleKind::Defaults { property, stated: Some(value) } => {
                format!("where `{property}` is not sent, it comes back as `{value}`")
            }
            RuleKind::Defaults { property, stated: None } => {
                format!(
                    "where `{property}` is not sent, it comes back the same each time, and never as sent by another"
                )
            }
            RuleKind::ErrorCode { place, misfits, strange, .. } => {
                let invalid = format!("`{place}` is none of {} where the request is invalid", misfits.join(", "));
                match strange.as_slice() {
                    [] => invalid,
                    strange => format!("{invalid}, and none of {} where its credential is wrong", strange.join(", ")),
                }
            }
        }
    }

    /// Whether it holds: nobody refused it.
    pub fn holds(&self) -> bool {
        !matches!(self.standing, Standing::Refused(_))
    }
}

impl TimeUnit {
    /// The milliseconds since the Unix epoch that `value` stands for, if it is a time in this unit.
    pub fn millis(self, value: &serde_json::Value) -> Option<i128> {
        let whole = || match value.as_i64() {
            Some(whole) => Some(i128::from(whole)),
            None => value.as_f64().map(|number| number as i128),
        };
        match self {
            Self::Seconds => whole().map(|seconds| seconds * 1000),
            Self::Milliseconds => whole(),
            Self::Microseconds => whole().map(|micros| micros.div_euclid(1000)),
            Self::DateTime => {
                let time: jiff::Timestamp = value.as_str()?.parse().ok()?;
                Some(i128::from(time.as_millisecond()))
            }
        }
    }

    /// The longest that a time in this unit may be short of the true one, in milliseconds.
    pub fn grain(self) -> i128 {
        match self {
            Self::Seconds | Self::DateTime => 1000,
            Self::Milliseconds | Self::Microseconds => 1,
        }
    }
}

impl fmt::Display for TimeUnit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Seconds => "seconds since the Unix epoch",
            Self::Milliseconds => "milliseconds since the Unix epoch",
            Self::Microseconds => "microseconds since the Unix epoch",
            Self::DateTime => "words (RFC 3339)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_time_is_read_in_its_unit() {
        assert_eq!(TimeUnit::Milliseconds.millis(&json!(1_671_631_795_145_u64)), Some(1_671_631_795_145));
        assert_eq!(TimeUnit::Seconds.millis(&json!(1_671_631_795)), Some(1_671_631_795_000));
        assert_eq!(TimeUnit::Microseconds.millis(&json!(-1)), Some(-1));
        assert_eq!(TimeUnit::DateTime.millis(&json!("1970-01-01T01:00:01+01:00")), Some(1000));
        assert_eq!(TimeUnit::DateTime.millis(&json!("yesterday")), None);
        assert_eq!(TimeUnit::Milliseconds.millis(&json!("1")), None);
    }
}
