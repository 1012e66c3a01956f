//! The form of a case file, as `specs/cases.schema.json` has it for editors.
//!
//! Only the form: what stands in values (texts, matchers, statuses) is read afterwards, where errors know their place.

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// One file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) operation: String,
    #[serde(default)]
    pub(super) protected: Protected,
    #[serde(default)]
    pub(super) cases: Vec<CaseEntry>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Protected {
    #[serde(default)]
    pub(super) pin: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CaseEntry {
    pub(super) name: String,
    pub(super) why: String,
    #[serde(default)]
    pub(super) smoke: bool,
    #[serde(default)]
    pub(super) severity: Severity,
    pub(super) steps: Option<Vec<StepEntry>>,
    /// The short form: one step.
    pub(super) request: Option<RequestEntry>,
    pub(super) expect: Option<ExpectEntry>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Severity {
    #[default]
    Error,
    Warning,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StepEntry {
    pub(super) request: RequestEntry,
    pub(super) expect: Option<ExpectEntry>,
    #[serde(default)]
    pub(super) capture: Map<String, Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestEntry {
    #[serde(default, deserialize_with = "given")]
    pub(super) body: Option<Value>,
    pub(super) raw: Option<String>,
    pub(super) base64: Option<String>,
    #[serde(default)]
    pub(super) headers: Map<String, Value>,
    #[serde(default)]
    pub(super) query: Map<String, Value>,
    #[serde(default)]
    pub(super) path: Map<String, Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExpectEntry {
    pub(super) status: Option<Value>,
    #[serde(default)]
    pub(super) headers: Map<String, Value>,
    #[serde(default)]
    pub(super) body: Map<String, Value>,
    pub(super) any: Option<Vec<ExpectEntry>>,
}

/// A value that is there, `null` too: `body: null` sends `null`.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
