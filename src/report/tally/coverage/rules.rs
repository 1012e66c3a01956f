//! Whether a rule had something to hold for in an exchange.

use serde_json::{Map, Value};

use crate::check::Applied;
use crate::contract::RuleKind;
use crate::http::Response;

/// Whether the rule had: what it speaks of was sent, or came back, as it says.
pub(super) fn holds_for(
    rule: &RuleKind,
    sent: &Map<String, Value>,
    response: &Response,
    back: &Value,
    applied: Applied,
) -> bool {
    let was_sent = |property: &String| sent.get(property).is_some_and(|value| !value.is_null());
    let came_back = |property: &String| response.is_success() && back.get(property).is_some();
    match rule {
        RuleKind::Echo { property } => was_sent(property) && came_back(property),
        RuleKind::Identity { property } => was_sent(property) && applied.ids().any(|id| id == "identity"),
        RuleKind::UniqueId { property } | RuleKind::Clock { property, .. } => came_back(property),
        // Whether the server ignores it or refuses it, it was tried.
        RuleKind::ServerAssigned { property, .. } => was_sent(property),
        RuleKind::Order { earlier, later } => came_back(earlier) && came_back(later),
        RuleKind::Defaults { property, .. } => !was_sent(property) && came_back(property),
        RuleKind::ErrorCode { place, .. } => response.is_error() && place.resolve(back).is_some(),
    }
}
