//! Credentials that an operation seems to demand, or demands, and the document does not declare.

use serde_json::Value;

use super::error_codes::{ErrorCode, error_codes};
use super::{Lint, LintRule, Subject, listed};
use crate::source::Pointer;
use crate::spec::objects::Kind;
use crate::spec::{Operation, StatusPattern};

pub(super) const AUTH_WITHOUT_SECURITY: LintRule = LintRule {
    id: "auth-without-security",
    summary: "an operation answers 401 or 403, or with `invalid_credentials`, yet no security scheme applies to it",
    check: auth_without_security,
};

pub(super) const UNDEFINED_SECURITY_SCHEME: LintRule = LintRule {
    id: "undefined-security-scheme",
    summary: "a security requirement names a scheme that the document does not declare",
    check: undefined_security_scheme,
};

const CODES: [&str; 10] = [
    "invalid_credentials",
    "missing_credentials",
    "invalid_api_key",
    "missing_api_key",
    "invalid_token",
    "expired_token",
    "unauthorized",
    "unauthenticated",
    "authentication_required",
    "authentication_error",
];

fn auth_without_security(subject: &Subject<'_>, lints: &mut Vec<Lint>) {
    let suspects: Vec<_> = subject.operations.iter().filter(|operation| !operation.secured).collect();
    let found: Vec<_> =
        suspects.iter().filter_map(|operation| Some((*operation, evidence(subject, operation)?))).collect();
    let schemes = Pointer::root().child("components").child("securitySchemes");
    let declares = subject.document.at(&schemes).and_then(Value::as_object).is_some_and(|schemes| !schemes.is_empty());
    // Where the document declares no scheme at all, the first operation stands for all.
    let reported = if declares { found.len() } else { found.len().min(1) };
    let others = found.len() - reported;
    lints.extend(
        found.into_iter().take(reported).map(|(operation, evidence)| describe(subject, operation, evidence, others)),
    );
}

struct Evidence {
    /// Where it is reported: the response, else the operation.
    at: Pointer,
    status: Option<u16>,
    codes: Vec<(String, Pointer)>,
}

/// What tells that an operation demands credentials.
fn evidence(subject: &Subject<'_>, operation: &Operation) -> Option<Evidence> {
    let refusing =
        |wanted: u16| operation.responses.iter().any(|response| response.status == StatusPattern::Exact(wanted));
    let status = [401, 403].into_iter().find(|wanted| refusing(*wanted));
    let codes = error_codes(subject.document, operation);
    let codes: Vec<_> = codes.into_iter().filter(|code| CODES.contains(&code.code.as_str())).collect();
    if status.is_none() && codes.is_empty() {
        return None;
    }
    let responses = operation.pointer.child("responses");
    let at = status.map_or_else(|| responses.clone(), |status| responses.child(&status.to_string()));
    let written = |code: ErrorCode| {
        let text = subject.document.at(&code.pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        (text, code.pointer)
    };
    Some(Evidence { at, status, codes: codes.into_iter().map(written).collect() })
}

fn describe(subject: &Subject<'_>, operation: &Operation, evidence: Evidence, others: usize) -> Lint {
    let mut signs: Vec<String> = evidence.status.iter().map(|status| format!("answers {status}")).collect();
    if !evidence.codes.is_empty() {
        signs.push(format!("lists {}", listed(evidence.codes.iter().map(|(code, _)| code.as_str()))));
    }
    let more = match others {
        0 => String::new(),
        1 => " (likewise 1 more operation)".to_owned(),
        _ => format!(" (likewise {others} more operations)"),
    };
    let title = operation.title();
    let message = format!(
        "`{title}` {}, yet no security scheme applies to it: how to authenticate is open{more}",
        signs.join(" and ")
    );
    let codes = evidence
        .codes
        .into_iter()
        .map(|(code, pointer)| (subject.document.place(&pointer), format!("`{code}` speaks of credentials")));
    subject
        .at_key(AUTH_WITHOUT_SECURITY, evidence.at, message, "a refusal, but of what is not said")
        .fix("declare the scheme under `components: securitySchemes:` and name it in `security:` of the document or the operation")
        .related(codes)
}

fn undefined_security_scheme(subject: &Subject<'_>, lints: &mut Vec<Lint>) {
    let declared: Vec<String> = subject.document.schemes().into_iter().map(|scheme| scheme.name).collect();
    let own =
        subject.nodes.iter().filter(|node| node.kind == Kind::Operation).map(|node| node.pointer.child("security"));
    for list in std::iter::once(Pointer::root().child("security")).chain(own) {
        let requirements = subject.document.at(&list).and_then(Value::as_array).into_iter().flatten().enumerate();
        let named = requirements.filter_map(|(index, entry)| Some((index, entry.as_object()?)));
        for (index, name) in named.flat_map(|(index, entry)| entry.keys().map(move |name| (index, name))) {
            if declared.iter().any(|known| known == name) {
                continue;
            }
            let message = format!("no security scheme is called `{name}`: how to authenticate is open");
            let pointer = list.index(index).child(name);
            let fix = match declared.as_slice() {
                [] => format!("declare `{name}` under `components: securitySchemes:`"),
                known => format!("name one of {}, or declare it", listed(known.iter().map(String::as_str))),
            };
            lints.push(subject.at_key(UNDEFINED_SECURITY_SCHEME, pointer, message, "not declared").fix(fix));
        }
    }
}
