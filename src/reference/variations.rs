//! The freedoms that the contract leaves: servers that differ, and all of which keep it.

use std::fmt::Write;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::behaviour::{Behaviour, descending, digits, uuid};
use super::faults::repair;
use super::send::Delivery;

/// One way in which a server that keeps the contract may differ from the default one.
#[derive(Clone, Copy, Debug)]
pub struct Variation {
    /// Its name, in kebab case.
    pub name: &'static str,
    /// What the server does, as one sentence.
    pub differs: &'static str,
    pub(super) vary: fn(&mut Behaviour),
}

impl Variation {
    /// The variation with this name.
    pub fn named(name: &str) -> Option<Self> {
        VARIATIONS.iter().find(|variation| variation.name == name).copied()
    }
}

const fn variation(name: &'static str, differs: &'static str, vary: fn(&mut Behaviour)) -> Variation {
    Variation { name, differs, vary }
}

/// All variations.
pub static VARIATIONS: &[Variation] = &[
    // What is taken.
    variation("null-refused", "`null` is refused wherever it stands", |it| it.accepts_null = false),
    variation("unknown-refused", "a property that the schema does not list is refused", |it| {
        it.accepts_unknown = false
    }),
    variation("blank-accepted", "an empty or blank `external_id` is taken", |it| it.accepts_blank = true),
    variation("control-refused", "control characters in strings are refused", |it| it.accepts_control = false),
    variation("repeated-refused", "a body that names a property twice is refused", |it| it.accepts_repeated = false),
    variation("malformed-text-replaced", "bytes that are no UTF-8 read as U+FFFD", |it| it.relaxes = repair::encoding),
    variation("not-a-number-taken", "`NaN` and `Infinity` are taken where nothing says what the value must be", |it| {
        it.relaxes = repair::not_numbers;
    }),
    variation("long-refused", "strings of more than 1,024 characters are refused", |it| it.longest_text = Some(1024)),
    variation("unlabelled-refused", "a request without `Content-Type` is refused", |it| it.accepts_unlabelled = false),
    variation("any-type-accepted", "`Content-Type` is not looked at", |it| it.accepts_any_type = true),
    variation("wrong-type-415", "a wrong `Content-Type` is answered by 415", |it| it.answers_415 = true),
    variation("strict", "everything that the contract leaves open is refused", |it| {
        it.accepts_null = false;
        it.accepts_unknown = false;
        it.accepts_control = false;
        it.accepts_repeated = false;
        it.accepts_unlabelled = false;
        it.longest_text = Some(1024);
    }),
    variation("duplicate-same", "a second create with one `external_id` is answered by the first user", |it| {
        it.repeats_are_same = true;
    }),
    variation("duplicate-conflict", "a second create with one `external_id` is refused as a conflict", |it| {
        it.repeats_are_same = false;
    }),
    variation(
        "server-assigned-refused",
        "`id`, `object`, `created_at` and `updated_at` are refused where sent",
        |it| {
            it.accepts_assigned = false;
        },
    ),
    variation("duplicate-conflict-raced", "a create takes 5 ms, a conflict with it is told at once", |it| {
        it.dress = |answer| {
            if answer.is_created() {
                answer.delay = Duration::from_millis(5);
            }
        };
    }),
    // What is made.
    variation("absent-name-anonymous", "an absent name reads as `Anonymous`", |it| it.absent_name = "Anonymous"),
    variation("absent-name-non-ascii", "an absent name reads as an en dash", |it| it.absent_name = "\u{2013}"),
    variation("absent-live-mode-true", "an absent `live_mode` reads as true", |it| it.absent_live_mode = true),
    variation("uuid-ids", "ids are UUIDs", |it| it.new_id = uuid),
    variation("clock-behind", "`created_at` lies 250 ms in the past", |it| it.stamp = |now| now - 250),
    variation("clock-ahead", "`created_at` lies 250 ms in the future", |it| it.stamp = |now| now + 250),
    variation("whole-seconds", "times are kept to the second", |it| it.stamp = |now| now / 1000 * 1000),
    variation("updated-later", "`updated_at` is 3 ms later than `created_at`", |it| {
        it.dress = |answer| {
            if answer.is_created() {
                answer.edit(|user| user["updated_at"] = json!(user["updated_at"].as_i64().unwrap_or_default() + 3));
            }
        };
    }),
    variation("descending-ids", "ids count down", |it| it.new_id = descending),
    variation("digit-ids", "ids are strings of digits", |it| it.new_id = digits),
    // How it is written.
    variation("pretty", "bodies are indented, over several lines", |it| {
        it.write = |value| serde_json::to_vec_pretty(value).unwrap_or_default();
    }),
    variation("escaped", "bodies are ASCII: all other characters are written as `\\u` escapes", |it| {
        it.write = escaped
    }),
    variation("padded", "bodies have white space before and after", |it| {
        it.write = |value| format!("\r\n\t {value} \n").into_bytes();
    }),
    variation("charset", "the content type is `application/json; charset=utf-8`", |it| {
        it.dress = |answer| answer.content_type = Some("application/json; charset=utf-8");
    }),
    variation("charset-quoted", "the content type is `application/json;charset=\"UTF-8\"`", |it| {
        it.dress = |answer| answer.content_type = Some("application/json;charset=\"UTF-8\"");
    }),
    variation("mixed-case-type", "the content type is `Application/JSON`", |it| {
        it.dress = |answer| answer.content_type = Some("Application/JSON");
    }),
    variation("more-properties", "users have properties that the schema does not list", |it| {
        it.dress = |answer| {
            if answer.is_created() {
                answer.edit(|user| {
                    user["metadata"] = json!({ "plan": null, "tags": ["a", 1] });
                    user["deleted_at"] = Value::Null;
                });
            }
        };
    }),
    variation("more-error-properties", "errors have properties that the schema does not list", |it| {
        it.dress = |answer| {
            if !answer.is_created() {
                answer.edit(|body| {
                    body["error"]["details"] = json!([{ "path": "/external_id" }]);
                    body["request_id"] = json!("req_1");
                });
            }
        };
    }),
    variation("more-headers", "answers carry header fields of all sorts, some of them twice", |it| {
        it.dress = |answer| {
            answer.add_header("x-request-id", "01HF3K");
            answer.add_header("cache-control", "no-store");
            answer.add_header("set-cookie", "a=1; HttpOnly");
            answer.add_header("set-cookie", "b=2; Secure");
            answer.add_header("strict-transport-security", "max-age=31536000");
        };
    }),
    variation("german-messages", "the messages of errors are German", |it| {
        it.dress = |answer| {
            if !answer.is_created() {
                answer.edit(|body| body["error"]["message"] = "Die Anfrage ist ungültig, bitte prüfen".into());
            }
        };
    }),
    variation("mute-messages", "the messages of errors are all the same word", |it| {
        it.dress = |answer| {
            if !answer.is_created() {
                answer.edit(|body| body["error"]["message"] = "error".into());
            }
        };
    }),
    variation("sorted-order", "the properties of bodies stand in alphabetical order", |it| {
        it.dress = |answer| answer.edit(Value::sort_all_objects);
    }),
    variation("reversed-order", "the properties of bodies stand in the opposite order", |it| {
        it.dress = |answer| answer.edit(reverse);
    }),
    // How it is sent.
    variation("chunked", "bodies are sent in chunks, without a length", |it| it.delivery = Delivery::Chunked),
    variation("gzip", "bodies are compressed for clients that take gzip", |it| it.gzip = true),
    variation("slow", "each answer takes 20 ms", |it| it.delay = Some(Duration::from_millis(20))),
    variation("close", "the connection is closed after each answer", |it| {
        it.dress = |answer| answer.add_header("connection", "close");
    }),
    variation("close-after-error", "the connection is closed after an error", |it| {
        it.dress = |answer| {
            if !answer.is_created() {
                answer.add_header("connection", "close");
            }
        };
    }),
    variation("old-version", "answers are HTTP/1.0, and end with the connection", |it| {
        it.is_old = true;
        it.delivery = Delivery::Chunked;
    }),
    variation("idle-close", "a connection is closed without notice 1 ms after an answer", |it| {
        it.idle = Some(Duration::from_millis(1));
    }),
];

/// JSON with every character beyond ASCII as one `\u` escape, or two (RFC 8259 §7).
fn escaped(value: &Value) -> Vec<u8> {
    let mut text = String::new();
    for character in value.to_string().chars() {
        if character.is_ascii() {
            text.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            // Writing to a string does not fail.
            let _ = write!(text, "\\u{unit:04x}");
        }
    }
    text.into_bytes()
}

fn reverse(value: &mut Value) {
    if let Value::Object(object) = value {
        let reversed: Map<String, Value> = std::mem::take(object).into_iter().rev().collect();
        *object = reversed;
        object.values_mut().for_each(reverse);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::io::Read;

    use super::super::probe::{Reply, ask, post};
    use super::super::{Options, Running, start};
    use super::*;

    fn varied(variation: Variation) -> Running {
        start(Options { variation: Some(variation), ..Options::default() }).unwrap()
    }

    fn create(server: &Running, body: &str) -> Reply {
        ask(server.address, &post(body, "connection: close\r\naccept-encoding: gzip\r\n"))
    }

    #[test]
    fn names_are_unique_and_found() {
        let names: HashSet<&str> = VARIATIONS.iter().map(|variation| variation.name).collect();
        assert_eq!(names.len(), VARIATIONS.len());
        assert!(VARIATIONS.len() >= 18);
        assert_eq!(Variation::named("gzip").unwrap().name, "gzip");
        assert!(Variation::named("no such").is_none());
    }

    #[test]
    fn each_keeps_the_contract() {
        for variation in VARIATIONS {
            let server = varied(*variation);
            let (name, sent) =
                (variation.name, json!({ "external_id": "a \u{1F600}é", "first_name": "É", "live_mode": true }));
            let reply = create(&server, &sent.to_string());
            let user = reply.json();
            assert_eq!(reply.status, 200, "{name}: {user}");
            for property in ["external_id", "first_name", "live_mode"] {
                assert_eq!(user[property], sent[property], "{name}");
            }
            assert!(
                user["id"].is_string() && user["last_name"].is_string() && user["created_at"].is_i64(),
                "{name}: {user}"
            );
            for body in ["{}", "{", r#"{"external_id":7}"#] {
                let reply = create(&server, body);
                assert_eq!(
                    (reply.status, &reply.json()["error"]["code"]),
                    (400, &json!("invalid_request")),
                    "{name}: {body}"
                );
            }
        }
    }

    /// Bodies whose fate is contested, with the variation that refuses what others take, or the reverse.
    #[test]
    fn each_choice_about_what_is_taken_changes_what_is_taken() {
        let long = format!(r#"{{"external_id":"a","first_name":"{}"}}"#, "x".repeat(1025));
        for (name, body, refused) in [
            ("null-refused", r#"{"external_id":"a","first_name":null}"#, true),
            ("unknown-refused", r#"{"external_id":"a","b":1}"#, true),
            ("blank-accepted", r#"{"external_id":""}"#, false),
            ("control-refused", r#"{"external_id":"a\u0007"}"#, true),
            ("repeated-refused", r#"{"external_id":"a","external_id":"b"}"#, true),
            ("not-a-number-taken", r#"{"external_id":"a","b":NaN}"#, false),
            ("long-refused", long.as_str(), true),
        ] {
            let (with, without) = if refused { (400, 200) } else { (200, 400) };
            assert_eq!(create(&varied(Variation::named(name).unwrap()), body).status, with, "{name}");
            assert_eq!(create(&varied(Variation::named("pretty").unwrap()), body).status, without, "{name}");
        }
    }

    #[test]
    fn what_is_no_utf_8_is_replaced_or_refused() {
        let mut request = post("{\"external_id\":\"?\"}", "connection: close\r\n");
        let at = request.iter().rposition(|byte| *byte == b'?').unwrap();
        request[at] = 0xff;
        let replaced = ask(varied(Variation::named("malformed-text-replaced").unwrap()).address, &request);
        assert_eq!((replaced.status, &replaced.json()["external_id"]), (200, &json!("\u{fffd}")));
        assert_eq!(ask(varied(Variation::named("pretty").unwrap()).address, &request).status, 400);
    }

    #[test]
    fn each_way_of_writing_and_sending_shows() {
        let body = r#"{"external_id":"\u{1F600}"}"#.replace(r"\u{1F600}", "\u{1F600}");
        let reply = |name: &str| create(&varied(Variation::named(name).unwrap()), &body);
        assert!(reply("pretty").text().starts_with("{\n"));
        assert!(reply("escaped").text().contains(r#""external_id":"\ud83d\ude00""#));
        assert!(reply("reversed-order").text().starts_with(r#"{"updated_at":"#));
        assert_eq!(reply("chunked").header("transfer-encoding"), Some("chunked"));
        assert_eq!(reply("charset").header("content-type"), Some("application/json; charset=utf-8"));
        assert_eq!(reply("uuid-ids").json()["id"].as_str().map(str::len), Some(36));
        let gzip = reply("gzip");
        assert_eq!(gzip.header("content-encoding"), Some("gzip"));
        let mut text = String::new();
        flate2::read::GzDecoder::new(gzip.body.as_slice()).read_to_string(&mut text).unwrap();
        assert!(text.contains("\u{1F600}"), "{text}");
    }
}
