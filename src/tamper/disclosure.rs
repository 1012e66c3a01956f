//! Answers that tell what is nobody's business.

use serde_json::{Value, json};

use super::ground::Ground;
use super::scope::Scope;
use super::tampered::identity;
use super::{Class, Mutation, answer};
use crate::generate::Kind;
use crate::http::Exchange;
use crate::schema::Direction;
use crate::source::Pointer;

/// What runtimes, databases and machines say when nobody stops them.
const TOLD: &[(&str, &str, &str)] = &[
    (
        "java-trace",
        "a Java stack trace",
        "java.lang.NullPointerException: name\n\tat com.acme.users.UserService.create(UserService.java:42)\n\tat org.springframework.web.servlet.FrameworkServlet.service(FrameworkServlet.java:897)",
    ),
    (
        "python-trace",
        "a Python traceback",
        "Traceback (most recent call last):\n  File \"/app/users/views.py\", line 31, in create\n    user = User(**data)\nTypeError: unexpected keyword",
    ),
    (
        "node-trace",
        "a Node.js stack trace",
        "TypeError: Cannot read properties of undefined (reading 'trim')\n    at createUser (/usr/src/app/routes/users.js:17:28)\n    at Layer.handle [as handle_request] (/usr/src/app/node_modules/express/lib/router/layer.js:95:5)",
    ),
    (
        "go-panic",
        "a Go panic",
        "panic: runtime error: invalid memory address or nil pointer dereference\n\ngoroutine 19 [running]:\nmain.create(0xc0000b4000)\n\t/go/src/app/main.go:57 +0x1d",
    ),
    (
        "rust-panic",
        "a Rust panic",
        "thread 'tokio-runtime-worker' panicked at src/users.rs:88:14:\ncalled `Option::unwrap()` on a `None` value",
    ),
    (
        "dotnet-trace",
        "a .NET stack trace",
        "System.NullReferenceException: Object reference not set to an instance of an object.\n   at Acme.Users.UserController.Create(UserDto dto) in C:\\src\\Acme\\UserController.cs:line 27",
    ),
    (
        "php-trace",
        "a PHP error",
        "PHP Fatal error:  Uncaught TypeError: strlen(): Argument #1 must be of type string in /var/www/html/users.php:12\nStack trace:\n#0 {main}",
    ),
    (
        "ruby-trace",
        "a Ruby backtrace",
        "NoMethodError (undefined method `strip' for nil:NilClass):\napp/controllers/users_controller.rb:12:in `create'",
    ),
    ("sql", "SQL", "INSERT INTO users (external_id, first_name) VALUES ($1, $2) RETURNING id"),
    (
        "postgres",
        "a complaint of PostgreSQL",
        "ERROR: duplicate key value violates unique constraint \"users_external_id_key\" (SQLSTATE 23505)",
    ),
    (
        "mysql",
        "a complaint of MySQL",
        "You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version",
    ),
    ("sqlite", "a complaint of SQLite", "SQLITE_CONSTRAINT: UNIQUE constraint failed: users.external_id"),
    ("oracle", "a complaint of Oracle", "ORA-00001: unique constraint (APP.USERS_PK) violated"),
    (
        "mongo",
        "a complaint of MongoDB",
        "MongoServerError: E11000 duplicate key error collection: prod.users index: external_id_1 dup key",
    ),
    ("connection-string", "a connection string", "postgres://app:s3cr3t-pw@db.internal:5432/users"),
    ("unix-path", "a private path", "cannot open /home/deploy/app/config/secrets.yml"),
    ("windows-path", "a private path of Windows", "cannot open C:\\inetpub\\wwwroot\\users\\web.config"),
];

pub(super) fn propose(ground: &Ground<'_>, all: &mut Vec<Mutation>) {
    let message = message(ground);
    for (name, words, text) in TOLD {
        if let Some(place) = message.clone() {
            let breaks = format!("is told with {words}");
            all.push(ground.within(
                Scope::Refusal,
                Class::Disclosure,
                &format!("message/{name}"),
                &breaks,
                move |exchange| say(exchange, &place, text),
            ));
        }
        let breaks = format!("has {words} in a property that is not listed");
        all.push(ground.within(
            Scope::Success,
            Class::Disclosure,
            &format!("property/{name}"),
            &breaks,
            move |exchange| add(exchange, "debug", json!(text)),
        ));
        let breaks = format!("has {words} in a header");
        all.push(ground.within(
            Scope::Refusal,
            Class::Disclosure,
            &format!("header/{name}"),
            &breaks,
            move |exchange| {
                answer::edit(exchange, |response| response.headers.push("x-debug", text.replace(['\n', '\t'], " ")))
            },
        ));
    }
    others(ground, message.as_ref(), all);
    write_only(ground, all);
    for (header, secret) in &ground.setting.credentials {
        let what = format!("repeats the secret of the header `{header}`");
        if let Some(place) = message.clone() {
            let secret = secret.clone();
            all.push(ground.within(Scope::Refusal, Class::Disclosure, "message/credential", &what, move |exchange| {
                say(exchange, &place, secret.reveal())
            }));
        }
        let told = secret.clone();
        all.push(ground.within(Scope::Success, Class::Disclosure, "header/credential", &what, move |exchange| {
            answer::edit(exchange, |response| response.headers.push("x-authenticated-with", told.reveal()))
        }));
        let told = secret.clone();
        all.push(ground.within(Scope::Success, Class::Disclosure, "property/credential", &what, move |exchange| {
            add(exchange, "token", json!(told.reveal()))
        }));
    }
}

/// What only requests are to carry, as it was sent.
fn write_only(ground: &Ground<'_>, all: &mut Vec<Mutation>) {
    let answers = ground.operation.answers.iter().filter(|answer| answer.status.is_success());
    let mut names: Vec<String> = answers
        .flat_map(|answer| &answer.content)
        .flat_map(|media| &media.write_only)
        .filter_map(|property| match property.path.as_slice() {
            [Some(name)] => Some(name.clone()),
            _ => None,
        })
        .collect();
    names.sort();
    names.dedup();
    for name in names {
        let breaks = format!("a success carries `{name}`, which is `writeOnly`, as it was sent");
        let act = format!("success/write-only/{name}");
        all.push(ground.answers(Class::Disclosure, &act, &breaks, move |scene, exchange| {
            let sent = scene.asked.at(&Pointer::root().child(&name)).filter(|sent| sent.is_string()).cloned();
            let Some(sent) = sent.filter(|_| Scope::Success.covers(scene, exchange)) else { return false };
            add(exchange, &name, sent)
        }));
    }
}

/// What another request of the run carried.
fn others(ground: &Ground<'_>, message: Option<&Pointer>, all: &mut Vec<Mutation>) {
    if let Some(place) = message.cloned() {
        let breaks = "the refusal of one request names what identifies another";
        all.push(ground.answers(Class::Disclosure, "refusal/message/another", breaks, move |scene, exchange| {
            let Some(other) = other(scene).filter(|_| Scope::Refusal.covers(scene, exchange)) else { return false };
            say(exchange, &place, &format!("conflicts with {other}"))
        }));
    }
    let breaks = "a success carries what identifies another, in a property that is not listed";
    all.push(ground.answers(Class::Disclosure, "success/property/another", breaks, |scene, exchange| {
        let Some(other) = other(scene).filter(|_| Scope::Success.covers(scene, exchange)) else { return false };
        add(exchange, "previous_id", json!(other))
    }));
    let breaks = "a success carries another whole, in a property that is not listed";
    all.push(ground.answers(Class::Disclosure, "success/property/another-whole", breaks, |scene, exchange| {
        let Some(last) = scene.memory.last.as_ref().filter(|_| other(scene).is_some()) else { return false };
        Scope::Success.covers(scene, exchange) && add(exchange, "previous", last.received().clone())
    }));
    let breaks = "a success carries what identifies another, in a header";
    all.push(ground.answers(Class::Disclosure, "success/header/another", breaks, |scene, exchange| {
        let Some(other) = other(scene).filter(|it| it.is_ascii() && Scope::Success.covers(scene, exchange)) else {
            return false;
        };
        answer::edit(exchange, |response| response.headers.push("x-last-user", other))
    }));
}

/// What identified the last that was accepted, where it is another and long enough to be told from any text.
fn other(scene: &super::Scene<'_>) -> Option<String> {
    let last = scene.memory.last.as_ref()?;
    let property = scene.contract.rules.iter().find_map(|rule| match &rule.kind {
        crate::contract::RuleKind::Identity { property } => Some(property),
        _ => None,
    })?;
    let text = last.sent().get(property)?.as_str()?.to_owned();
    let same = identity(scene.contract, scene.asked).is_some_and(|it| it == text);
    (!same && text.chars().count() >= 10).then_some(text)
}

/// The place of an error that is for people: a text that is none of a list.
fn message(ground: &Ground<'_>) -> Option<Pointer> {
    let error = ground.operation.error.as_ref()?;
    let spots = super::ground::spots(ground.contract, Direction::Response, error.pointer());
    let text = |spot: &&super::ground::Spot| spot.shape.kinds == [Kind::String] && spot.shape.values.is_none();
    spots.iter().find(text).map(|spot| spot.place.clone())
}

fn say(exchange: &mut Exchange, place: &Pointer, text: &str) -> bool {
    let Some(mut body) = answer::json(exchange) else { return false };
    let said = place.resolve(&body).and_then(Value::as_str).map(|before| json!(format!("{before}: {text}")));
    said.and_then(|said| answer::put(&mut body, place, said)).is_some() && answer::set_json(exchange, &body)
}

fn add(exchange: &mut Exchange, name: &str, value: Value) -> bool {
    let Some(Value::Object(mut members)) = answer::json(exchange) else { return false };
    members.insert(name.to_owned(), value);
    answer::set_json(exchange, &Value::Object(members))
}
