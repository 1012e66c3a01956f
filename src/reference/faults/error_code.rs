//! Errors whose code speaks of something else.

use super::{Breakage, Fault, FaultClass, Scope};
use crate::reference::answer::{Answer, Refusal};
use crate::reference::past::Scene;

const fn error_code(name: &'static str, breaks: &'static str, breakage: Breakage) -> Fault {
    Fault { name, breaks, class: FaultClass::ErrorCode, expected_check: "error-code", breakage }
}

const fn answers(name: &'static str, breaks: &'static str, scope: Scope, change: fn(&mut Answer)) -> Fault {
    error_code(name, breaks, Breakage::Answer(scope, change))
}

const fn slips(name: &'static str, breaks: &'static str, applies: fn(&Scene<'_>) -> bool) -> Fault {
    error_code(name, breaks, Breakage::Where(applies, |_, answer| code(answer, "conflict")))
}

pub(super) const FAULTS: &[Fault] = &[
    answers("code-conflict", "every refusal is called a conflict", Scope::Refused, |it| code(it, "conflict")),
    answers("code-forbidden", "every refusal is called forbidden", Scope::Refused, |it| code(it, "forbidden")),
    answers("code-not-found", "every refusal is called not found", Scope::Refused, |it| code(it, "resource_not_found")),
    answers("code-credentials", "every refusal is called one of credentials", Scope::Refused, |it| {
        code(it, "invalid_credentials");
    }),
    answers("code-unavailable", "every refusal is called unavailable", Scope::Refused, |it| code(it, "unavailable")),
    answers("code-malformed-not-found", "malformed JSON is called not found", Scope::Malformed, |it| {
        code(it, "resource_not_found");
    }),
    answers("code-malformed-unavailable", "malformed JSON is called unavailable", Scope::Malformed, |it| {
        code(it, "unavailable");
    }),
    answers("code-missing-not-found", "a missing property is called not found", Scope::Missing, |it| {
        code(it, "resource_not_found");
    }),
    answers("code-missing-conflict", "a missing property is called a conflict", Scope::Missing, |it| {
        code(it, "conflict");
    }),
    answers("status-wrong-type-forbidden", "a property of another type is answered with 403", Scope::WrongType, |it| {
        code(it, "forbidden");
        it.status = 403;
    }),
    answers("status-malformed-forbidden", "malformed JSON is answered with 403", Scope::Malformed, |it| {
        it.status = 403
    }),
    answers("code-wrong-type-forbidden", "a property of another type is called forbidden", Scope::WrongType, |it| {
        code(it, "forbidden");
    }),
    answers("code-wrong-type-conflict", "a property of another type is called a conflict", Scope::WrongType, |it| {
        code(it, "conflict");
    }),
    slips("code-of-the-refusal-before", "a refusal after a conflict is called one too", |scene| {
        !scene.is_created() && scene.past.last_refusal == Some(Refusal::Conflict)
    }),
    slips("code-every-tenth", "every tenth refusal is called a conflict", |scene| {
        !scene.is_created() && scene.past.refused % 10 == 9
    }),
    slips("code-null-name", "an `external_id` of null is called a conflict", |scene| {
        scene.input.property("external_id").is_some_and(serde_json::Value::is_null)
    }),
];

fn code(answer: &mut Answer, code: &str) {
    answer.edit(|body| body["error"]["code"] = code.into());
}
