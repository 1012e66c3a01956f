//! Statuses that the contract does not give to the answer.

use super::{Breakage, Fault, FaultClass, Scope};
use crate::reference::answer::Answer;

const fn status(name: &'static str, breaks: &'static str, scope: Scope, change: fn(&mut Answer)) -> Fault {
    let breakage = Breakage::Answer(scope, change);
    Fault { name, breaks, class: FaultClass::Status, expected_check: "status-documented", breakage }
}

const fn server_error(name: &'static str, breaks: &'static str, scope: Scope, change: fn(&mut Answer)) -> Fault {
    Fault { expected_check: "no-server-error", ..status(name, breaks, scope, change) }
}

const fn success(name: &'static str, breaks: &'static str, scope: Scope, change: fn(&mut Answer)) -> Fault {
    Fault { expected_check: "rejects-invalid", ..status(name, breaks, scope, change) }
}

pub(super) const FAULTS: &[Fault] = &[
    status("created-201", "a create is answered by 201", Scope::Created, |answer| answer.status = 201),
    status("created-202", "a create is answered by 202", Scope::Created, |answer| answer.status = 202),
    status("created-203", "a create is answered by 203", Scope::Created, |answer| answer.status = 203),
    status("created-204", "a create is answered by 204 without content", Scope::Created, |answer| empty(answer, 204)),
    status("created-205", "a create is answered by 205 without content", Scope::Created, |answer| empty(answer, 205)),
    status("created-206", "a create is answered by 206", Scope::Created, |answer| answer.status = 206),
    status("created-299", "a create is answered by 299, which is no known status", Scope::Created, |answer| {
        answer.status = 299;
    }),
    status("created-302", "a create is answered by a redirect to another page", Scope::Created, |answer| {
        empty(answer, 302);
        answer.add_header("location", "/users/created");
    }),
    status("created-303", "a create is answered by 303 and the path of the user", Scope::Created, |answer| {
        empty(answer, 303);
        answer.add_header("location", "/users/created");
    }),
    status("created-307", "a create is redirected to the same path with a slash behind it", Scope::Created, |answer| {
        empty(answer, 307);
        answer.add_header("location", "/users/");
    }),
    status("created-404", "a create is answered by 404 and the user", Scope::Created, |answer| answer.status = 404),
    server_error("created-500", "a create is answered by 500 and the user", Scope::Created, |answer| {
        answer.status = 500
    }),
    server_error("created-502", "a create is answered by 502 and a page", Scope::Created, |answer| {
        answer.status = 502;
        answer.replace(Some("text/html"), "<html><body><h1>502 Bad Gateway</h1></body></html>");
    }),
    status("refused-401", "what is invalid is refused with 401", Scope::Refused, |answer| answer.status = 401),
    status("refused-404", "what is invalid is refused with 404", Scope::Refused, |answer| answer.status = 404),
    status("refused-406", "what is invalid is refused with 406", Scope::Refused, |answer| answer.status = 406),
    status("refused-409", "what is invalid is refused with 409", Scope::Refused, |answer| answer.status = 409),
    status("refused-418", "what is invalid is refused with 418", Scope::Refused, |answer| answer.status = 418),
    status("refused-422", "what is invalid is refused with 422", Scope::Refused, |answer| answer.status = 422),
    status("refused-429", "what is invalid is refused with 429", Scope::Refused, |answer| answer.status = 429),
    status("refused-499", "what is invalid is refused with 499, which is no known status", Scope::Refused, |answer| {
        answer.status = 499;
    }),
    status("refused-302", "what is invalid is redirected", Scope::Refused, |answer| {
        empty(answer, 302);
        answer.add_header("location", "/errors/400");
    }),
    server_error("refused-500", "what is invalid is refused with 500", Scope::Refused, |answer| answer.status = 500),
    server_error("refused-501", "what is invalid is refused with 501", Scope::Refused, |answer| answer.status = 501),
    server_error("refused-503", "what is invalid is refused with 503", Scope::Refused, |answer| answer.status = 503),
    success("refused-200", "what is invalid is refused with status 200", Scope::Refused, |answer| answer.status = 200),
    success("refused-204", "what is invalid is answered by 204", Scope::Refused, |answer| empty(answer, 204)),
    status("malformed-422", "malformed JSON is refused with 422", Scope::Malformed, |answer| answer.status = 422),
    server_error("malformed-500", "malformed JSON is answered by 500", Scope::Malformed, |answer| answer.status = 500),
    success("malformed-200", "malformed JSON is refused with status 200", Scope::Malformed, |answer| {
        answer.status = 200
    }),
    status("missing-422", "a missing property is refused with 422", Scope::Missing, |answer| answer.status = 422),
    status("missing-404", "a missing property is refused with 404", Scope::Missing, |answer| answer.status = 404),
    success("missing-200", "a missing property is refused with status 200", Scope::Missing, |answer| {
        answer.status = 200
    }),
    status("wrong-type-422", "a property of another type is refused with 422", Scope::WrongType, |answer| {
        answer.status = 422;
    }),
    server_error("wrong-type-500", "a property of another type is refused with 500", Scope::WrongType, |answer| {
        answer.status = 500;
    }),
    success("wrong-type-200", "a property of another type is refused with status 200", Scope::WrongType, |answer| {
        answer.status = 200;
    }),
];

fn empty(answer: &mut Answer, status: u16) {
    answer.status = status;
    answer.replace(None, "");
}
