//! Refusals whose bodies are not the contract's `ApiError`.

use serde_json::{Value, json};

use super::{Breakage, Fault, FaultClass, Scope};
use crate::reference::answer::Answer;

const fn error(name: &'static str, breaks: &'static str, scope: Scope, change: fn(&mut Value)) -> Fault {
    Fault {
        name,
        breaks,
        class: FaultClass::ErrorBody,
        expected_check: "error-body",
        breakage: Breakage::Body(scope, change),
    }
}

const fn answer(name: &'static str, breaks: &'static str, scope: Scope, change: fn(&mut Answer)) -> Fault {
    let breakage = Breakage::Answer(scope, change);
    Fault { name, breaks, class: FaultClass::ErrorBody, expected_check: "content-type", breakage }
}

pub(super) const FAULTS: &[Fault] = &[
    // The object differs.
    error("error-without-code", "errors lack `code`", Scope::Refused, |body| without(body, "code")),
    error("error-without-message", "errors lack `message`", Scope::Refused, |body| without(body, "message")),
    error("error-code-null", "the `code` of errors is null", Scope::Refused, |body| {
        body["error"]["code"] = Value::Null
    }),
    error("error-code-number", "the `code` of errors is a number", Scope::Refused, |body| {
        body["error"]["code"] = json!(400);
    }),
    error(
        "error-code-unlisted",
        "the `code` of errors is `validation_error`, which its enum lacks",
        Scope::Refused,
        |body| {
            body["error"]["code"] = json!("validation_error");
        },
    ),
    error("error-code-upper-case", "the `code` of errors is in capitals", Scope::Refused, |body| {
        body["error"]["code"] = json!("INVALID_REQUEST");
    }),
    error("error-code-kebab-case", "the `code` of errors has a hyphen for its underscore", Scope::Refused, |body| {
        body["error"]["code"] = json!("invalid-request");
    }),
    error("error-code-empty", "the `code` of errors is empty", Scope::Refused, |body| {
        body["error"]["code"] = json!("")
    }),
    error("error-message-null", "the `message` of errors is null", Scope::Refused, |body| {
        body["error"]["message"] = Value::Null;
    }),
    error("error-message-array", "the `message` of errors is an array", Scope::Refused, |body| {
        body["error"]["message"] = json!([body["error"]["message"].clone()]);
    }),
    error("error-message-object", "the `message` of errors is an object", Scope::Refused, |body| {
        body["error"]["message"] = json!({ "en": body["error"]["message"].clone() });
    }),
    error("error-flat", "`code` and `message` stand at the top level of errors", Scope::Refused, |body| {
        *body = body["error"].take();
    }),
    error("error-string", "`error` is a string", Scope::Refused, |body| {
        body["error"] = body["error"]["message"].take();
    }),
    error("error-true", "`error` is true and the message stands beside it", Scope::Refused, |body| {
        *body = json!({ "error": true, "message": body["error"]["message"].take() });
    }),
    error("error-null", "`error` is null", Scope::Refused, |body| body["error"] = Value::Null),
    error("error-list", "errors are a list under `errors`", Scope::Refused, |body| {
        *body = json!({ "errors": [body["error"].take()] });
    }),
    error("error-array", "errors stand in an array", Scope::Refused, |body| *body = json!([body.take()])),
    error("error-body-null", "the body of errors is null", Scope::Refused, |body| *body = Value::Null),
    error("error-body-string", "the body of errors is a string", Scope::Refused, |body| {
        *body = body["error"]["message"].take();
    }),
    error("error-body-empty-object", "the body of errors has no properties", Scope::Refused, |body| *body = json!({})),
    error("error-detail", "errors are `{\"detail\":…}`, as a framework makes them", Scope::Refused, |body| {
        *body = json!({ "detail": body["error"]["message"].take() });
    }),
    error(
        "error-framework",
        "errors are `{\"statusCode\":…,\"message\":…}`, as a framework makes them",
        Scope::Refused,
        |body| {
            *body = json!({ "statusCode": 400, "message": [body["error"]["message"].take()], "error": "Bad Request" });
        },
    ),
    // Only some of them differ: the hand-written ones are right, those of the framework are not.
    error("malformed-detail", "malformed JSON is refused with `{\"detail\":…}`", Scope::Malformed, |body| {
        *body = json!({ "detail": "JSON parse error" });
    }),
    error("malformed-without-code", "the error for malformed JSON lacks `code`", Scope::Malformed, |body| {
        without(body, "code");
    }),
    error("missing-detail", "a missing property is refused with `{\"detail\":…}`", Scope::Missing, |body| {
        *body = json!({ "detail": [{ "loc": ["body", "external_id"], "msg": "field required" }] });
    }),
    error("missing-without-message", "the error for a missing property lacks `message`", Scope::Missing, |body| {
        without(body, "message");
    }),
    error(
        "missing-code-unlisted",
        "the error for a missing property has the code `missing_field`",
        Scope::Missing,
        |body| {
            body["error"]["code"] = json!("missing_field");
        },
    ),
    error(
        "wrong-type-detail",
        "a property of another type is refused with `{\"detail\":…}`",
        Scope::WrongType,
        |body| {
            *body = json!({ "detail": [{ "loc": ["body"], "msg": "value is not valid" }] });
        },
    ),
    error(
        "wrong-type-code-unlisted",
        "the error for another type has the code `type_error`",
        Scope::WrongType,
        |body| {
            body["error"]["code"] = json!("type_error");
        },
    ),
    error("wrong-type-message-missing", "the error for another type lacks `message`", Scope::WrongType, |body| {
        without(body, "message");
    }),
    // It is no JSON at all.
    answer("error-plain-text", "errors are plain text", Scope::Refused, |answer| {
        answer.replace(Some("text/plain; charset=utf-8"), "Bad Request");
    }),
    answer("error-html", "errors are HTML pages", Scope::Refused, |answer| answer.replace(Some("text/html"), PAGE)),
    answer("error-xml", "errors are XML", Scope::Refused, |answer| {
        answer.replace(Some("application/xml"), "<error><code>invalid_request</code></error>");
    }),
    answer("error-problem", "errors are `application/problem+json`", Scope::Refused, |answer| {
        answer
            .replace(Some("application/problem+json"), r#"{"type":"about:blank","title":"Bad Request","status":400}"#);
    }),
    Fault {
        expected_check: "body-parses",
        ..answer("error-untyped-empty", "errors have neither content nor content type", Scope::Refused, |answer| {
            answer.replace(None, "")
        })
    },
    answer("malformed-plain-text", "malformed JSON is refused in plain text", Scope::Malformed, |answer| {
        answer.replace(Some("text/plain; charset=utf-8"), "Failed to parse the request body as JSON");
    }),
    answer("malformed-html", "malformed JSON is refused with an HTML page", Scope::Malformed, |answer| {
        answer.replace(Some("text/html; charset=utf-8"), PAGE);
    }),
    Fault {
        expected_check: "body-parses",
        ..answer("malformed-empty", "malformed JSON is refused without content", Scope::Malformed, |answer| {
            answer.replace(None, "")
        })
    },
    answer("missing-plain-text", "a missing property is refused in plain text", Scope::Missing, |answer| {
        answer.replace(Some("text/plain"), "missing field `external_id` at line 1 column 2");
    }),
    answer("wrong-type-html", "a property of another type is refused with an HTML page", Scope::WrongType, |answer| {
        answer.replace(Some("text/html"), PAGE);
    }),
];

const PAGE: &str = "<!DOCTYPE html><html><head><title>400</title></head><body><h1>Bad Request</h1></body></html>";

fn without(body: &mut Value, name: &str) {
    if let Some(error) = body["error"].as_object_mut() {
        error.shift_remove(name);
    }
}
