//! Answers that say what is not for the client.

use serde_json::json;

use super::change::{set, taken};
use super::{Breakage, Fault, FaultClass, Scope};
use crate::reference::answer::{Answer, Content};
use crate::reference::past::Scene;

const fn discloses(name: &'static str, breaks: &'static str, breakage: Breakage) -> Fault {
    Fault { name, breaks, class: FaultClass::Disclosure, expected_check: "disclosure", breakage }
}

const fn says(name: &'static str, breaks: &'static str, scope: Scope, change: fn(&mut Answer)) -> Fault {
    discloses(name, breaks, Breakage::Answer(scope, change))
}

const fn tells(name: &'static str, breaks: &'static str, change: fn(&Scene<'_>, &mut Answer)) -> Fault {
    discloses(name, breaks, Breakage::Where(|_| true, change))
}

/// On a server that demands a credential.
const fn repeats(name: &'static str, breaks: &'static str, change: fn(&Scene<'_>, &mut Answer)) -> Fault {
    discloses(name, breaks, Breakage::Known(change))
}

pub(super) const FAULTS: &[Fault] = &[
    discloses(
        "taken-tells-names",
        "whoever asks for a taken `external_id` is told whose it is",
        Breakage::Where(taken, |scene, answer| {
            if let Some(first) = scene.first() {
                let whose = format!("it is that of {} {}", first["first_name"], first["last_name"]).replace('"', "");
                answer.edit(|body| body["error"]["message"] = json!(whose));
            }
        }),
    ),
    // Stack traces.
    says("says-java", "errors carry a stack trace of Java", Scope::Refused, |it| {
        message(it, "java.lang.NullPointerException\n\tat com.acme.UserService.create(UserService.java:42)");
    }),
    says("says-python", "errors carry a traceback of Python", Scope::Refused, |it| {
        message(
            it,
            "Traceback (most recent call last):\n  File \"app.py\", line 41, in create\nKeyError: 'external_id'",
        );
    }),
    says("says-node", "errors carry a stack trace of Node", Scope::Refused, |it| {
        message(
            it,
            "TypeError: Cannot read properties of undefined (reading 'trim')\n    at create (/app/users.js:41:13)",
        );
    }),
    says("says-go", "errors carry a panic of Go", Scope::Refused, |it| {
        message(
            it,
            "panic: runtime error: invalid memory address\n\ngoroutine 18 [running]:\nmain.create(0xc0000b2000)",
        );
    }),
    says("says-rust", "errors carry a panic of Rust", Scope::Refused, |it| {
        message(it, "thread 'main' panicked at src/users.rs:41:13:\ncalled `Option::unwrap()` on a `None` value");
    }),
    says("says-ruby", "errors carry a backtrace of Ruby", Scope::Refused, |it| {
        message(it, "NoMethodError: undefined method `strip' for nil:NilClass\napp/models/user.rb:41:in `create'");
    }),
    says("says-php", "errors carry a warning of PHP", Scope::Refused, |it| {
        message(
            it,
            "PHP Fatal error:  Uncaught TypeError: trim() in /var/www/html/users.php:41\nStack trace:\n#0 {main}",
        );
    }),
    says("says-dotnet", "errors carry a stack trace of .NET", Scope::Refused, |it| {
        message(
            it,
            "System.NullReferenceException: Object reference\n   at Acme.Users.Create(User user) in C:\\src\\Users.cs:line 41",
        );
    }),
    says("says-trace-for-malformed", "the error for malformed JSON carries a traceback", Scope::Malformed, |it| {
        message(it, "Traceback (most recent call last):\n  File \"json/decoder.py\", line 355, in raw_decode");
    }),
    says("says-trace-in-details", "errors carry a stack trace beside their message", Scope::Refused, |it| {
        it.edit(|body| body["error"]["stack"] = "Error\n    at create (/app/users.js:41:13)".into());
    }),
    // Databases and machines.
    says("says-sql", "errors carry the statement that failed", Scope::Refused, |it| {
        message(it, "INSERT INTO users (external_id, first_name) VALUES ($1, $2) RETURNING id");
    }),
    says("says-sqlite", "errors carry a complaint of SQLite", Scope::Refused, |it| {
        message(it, "UNIQUE constraint failed: users.external_id");
    }),
    says("says-postgres", "errors carry a complaint of PostgreSQL", Scope::Refused, |it| {
        message(it, "ERROR: null value in column \"external_id\" of relation \"users\" violates not-null constraint");
    }),
    says("says-mysql", "errors carry a complaint of MySQL", Scope::Refused, |it| {
        message(it, "ER_BAD_NULL_ERROR: Column 'external_id' cannot be null (SQLSTATE[23000])");
    }),
    says("says-connection-string", "errors carry the database's address and password", Scope::Refused, |it| {
        message(it, "could not write to postgres://users:s3cr3t-pw@db-1.internal:5432/users");
    }),
    says("says-path", "errors carry a path of the server's disk", Scope::Refused, |it| {
        message(it, "schema /home/deploy/users-api/schemas/user.json: validation failed");
    }),
    says("says-windows-path", "errors carry a path of a Windows server's disk", Scope::Refused, |it| {
        message(it, "C:\\Users\\deploy\\users-api\\schemas\\user.json: validation failed");
    }),
    says("says-password-hash", "users carry the hash of a password", Scope::Created, |it| {
        set(it, "password_hash", "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW".into());
    }),
    // Header fields.
    says("says-sql-in-a-header", "answers carry a statement in `x-debug-query`", Scope::All, |it| {
        it.add_header("x-debug-query", "SELECT id, external_id FROM users WHERE external_id = $1");
    }),
    says("says-path-in-a-header", "errors carry a path of the disk in `x-debug-source`", Scope::Refused, |it| {
        it.add_header("x-debug-source", "/home/deploy/users-api/src/users.js:41");
    }),
    says("says-trace-in-a-header", "errors carry an exception of Java in `x-exception`", Scope::Refused, |it| {
        it.add_header(
            "x-exception",
            "java.lang.NullPointerException at com.acme.UserService.create(UserService.java:42)",
        );
    }),
    // What others sent.
    tells("tells-another-id", "errors carry the `external_id` of the user before", |scene, answer| {
        let last = scene.past.of_last("external_id").filter(|_| !scene.is_created());
        if let Some(last) = last {
            message(answer, &format!("the request cannot be granted; the last one granted was {last}"));
        }
    }),
    tells("tells-another-user", "errors carry the user before", |scene, answer| {
        if let (false, Some(last)) = (scene.is_created(), scene.past.last()) {
            answer.edit(|body| body["error"]["context"] = last.clone());
        }
    }),
    tells("tells-another-user-in-a-success", "users carry the user before", |scene, answer| {
        if let (true, Some(last)) = (scene.is_created(), scene.past.last()) {
            set(answer, "previous", last.clone());
        }
    }),
    tells("tells-another-name", "users carry the name of the user before", |scene, answer| {
        if let (true, Some(name)) = (scene.is_created(), scene.past.of_last("first_name")) {
            set(answer, "greeting", name.into());
        }
    }),
    tells("tells-all-users-at-a-conflict", "a conflict carries all users of a kind", |scene, answer| {
        if let (true, Some(last)) = (scene.is_conflict(), scene.past.last()) {
            answer.edit(|body| body["users"] = json!([last]));
        }
    }),
    tells("tells-another-request", "errors carry what the last request sent", |scene, answer| {
        if !scene.is_created() {
            let sent = scene.past.last_sent.clone();
            answer.edit(|body| body["error"]["received"] = sent.into());
        }
    }),
    // The client's own credential.
    repeats("repeats-credential-in-errors", "errors carry the request's credential", |scene, answer| {
        if let (false, Some(credential)) = (scene.is_created(), scene.header("authorization")) {
            message(answer, &format!("refused for {credential}"));
        }
    }),
    repeats("repeats-credential-in-users", "users carry the token that made them", |scene, answer| {
        if let (true, Some(credential)) = (scene.is_created(), scene.header("authorization")) {
            set(answer, "created_by", credential.trim_start_matches("Bearer ").into());
        }
    }),
    tells("tells-another-location", "`Location` leads to the user before", |scene, answer| {
        let last = scene.past.of_last("id").filter(|_| scene.is_created());
        if let Some(location) = last.and_then(|id| format!("/users/{id}").parse().ok()) {
            answer.headers.insert("location", location);
        }
    }),
    repeats("repeats-credential-in-a-header", "answers carry the request's credential in a header", |scene, answer| {
        if let Some(credential) = scene.headers.get("authorization") {
            answer.headers.insert("x-forwarded-authorization", credential.clone());
        }
    }),
];

fn message(answer: &mut Answer, text: &str) {
    if matches!(&answer.content, Content::Json(body) if body.get("error").is_some()) {
        answer.edit(|body| body["error"]["message"] = text.into());
    }
}
