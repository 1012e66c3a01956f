//! No fault is without effect: each changes the answer to some request, in the way its class says.

use std::collections::HashSet;
use std::time::Duration;

use super::super::probe::{End, Reply, ask, ask_for};
use super::super::{Options, Running, start};
use super::{FAULTS, Fault, FaultClass};

const PLAIN: &str = "content-type: application/json\r\n";
/// How long a faulty server may take. A sound one that takes longer makes no test fail.
pub(super) const PATIENCE: Duration = Duration::from_millis(250);
const THREADS: usize = 8;

/// Requests over which one server or another stumbles, each with an `external_id` of its own.
fn probes() -> Vec<Vec<u8>> {
    let valid = [
        r#"{"external_id":"plain","first_name":"Ada","last_name":"Lovelace","live_mode":true}"#,
        r#"{"external_id":"minimal"}"#,
        r#"{"external_id":"one name","first_name":"Ada"}"#,
        r#"{"external_id":"test","first_name":"ada maria","last_name":"Ada-Maria 2","live_mode":false}"#,
        r#"{"external_id":"empty","first_name":"","last_name":""}"#,
        r#"{"external_id":"blank","first_name":"  ","last_name":"same"}"#,
        r#"{"external_id":"empty alone","last_name":"","live_mode":true}"#,
        r#"{"external_id":"equal","first_name":"Ada","last_name":"Ada"}"#,
        r#"{"external_id":"null name","first_name":"null","last_name":"X"}"#,
        r#"{"external_id":"  Outer  spaces  ","first_name":" Ada  B "}"#,
        r#"{"external_id":"00420"}"#,
        r#"{"external_id":"ada@example.com"}"#,
        r#"{"external_id":"a/b.c"}"#,
        r#"{"external_id":"ab"}"#,
        r#"{"external_id":"0b0f8cf4-4c0f-4d58-9d59-3d6c7c1b6a54"}"#,
        r#"{"external_id":"quotes","first_name":"O'Brien","last_name":"\"Ada\" \\"}"#,
        r#"{"external_id":"markup","first_name":"<b>Ada</b> & co;","last_name":"100% {{a}} +1"}"#,
        r#"{"external_id":"sql","first_name":"' OR 1=1 --"}"#,
        r#"{"external_id":"latin","first_name":"Zoë","last_name":"ÅÄÖé"}"#,
        r#"{"external_id":"combining","first_name":"Zoe\u0308","last_name":"e\u0301"}"#,
        r#"{"external_id":"astral","first_name":"😀","last_name":"𝒜"}"#,
        r#"{"external_id":"scripts","first_name":"שלום","last_name":"王小明"}"#,
        "{\"external_id\":\"invisible\",\"first_name\":\"a\u{200b}b\"}",
        r#"{"last_name":"Z","external_id":"order"}"#,
        "{ \"external_id\" : \"space\" ,\n \"live_mode\" : true }",
    ];
    let invalid = [
        "",
        "{}",
        "[]",
        "null",
        "7",
        "true",
        r#""a""#,
        r#"{"first_name":"Ada"}"#,
        r#"{"external_id":null}"#,
        r#"{"external_id":7}"#,
        r#"{"external_id":true}"#,
        r#"{"external_id":["a"]}"#,
        r#"{"external_id":{"a":1}}"#,
        r#"{"external_id":"i1","first_name":7}"#,
        r#"{"external_id":"i2","first_name":false}"#,
        r#"{"external_id":"i3","first_name":[]}"#,
        r#"{"external_id":"i4","first_name":{}}"#,
        r#"{"external_id":"i5","last_name":7}"#,
        r#"{"external_id":"i6","last_name":false}"#,
        r#"{"external_id":"i7","last_name":[]}"#,
        r#"{"external_id":"i8","last_name":{}}"#,
        r#"{"external_id":"i9","live_mode":"true"}"#,
        r#"{"external_id":"i10","live_mode":1}"#,
        r#"{"external_id":"i11","live_mode":[]}"#,
        r#"{"external_id":"i12","live_mode":{}}"#,
        r#"{"external_id":"m1","#,
        r#"{"external_id":"m2",}"#,
        r#"{"external_id":"m3"} x"#,
        r#"{external_id:"m4"}"#,
        r"{'external_id':'m5'}",
        r#"{"external_id":"m6"/* a */}"#,
        r#"{"external_id":"m7","live_mode":NaN}"#,
        r#"{"external_id":"m11","x":NaN}"#,
        r#"{"external_id":"m8","live_mode":True}"#,
        r#"{"external_id":"m9\x"}"#,
        "{\"external_id\":\"m10\n\"}",
    ];
    let long = [33, 51, 65, 101, 129, 256, 513].map(|length| {
        let text = "x".repeat(length);
        format!(r#"{{"external_id":"{text}","first_name":"{text}"}}"#)
    });
    let wide = format!(r#"{{"external_id":"wide","first_name":"{}"}}"#, "é".repeat(128));
    let texts = valid.iter().chain(&invalid).map(|text| (*text).to_owned()).chain(long).chain([wide]);
    let mut probes: Vec<Vec<u8>> = texts.map(|text| request(PLAIN, text.as_bytes())).collect();
    probes.push(request(PLAIN, b"{\"external_id\":\"utf \xff\"}"));
    probes.push(request("content-type: application/json;charset=utf-8\r\n", br#"{"external_id":"charset"}"#));
    probes.push(request("content-type: APPLICATION/JSON\r\n", br#"{"external_id":"capitals"}"#));
    probes
}

fn request(field: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head =
        format!("POST /users HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{field}content-length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

fn broken(fault: Fault) -> Running {
    start(Options { fault: Some(fault), ..Options::default() }).unwrap()
}

/// What of an answer is the same on every sound server.
pub(super) fn shape(reply: &Reply) -> (u16, Vec<String>, String, End) {
    let lines = reply.head.lines().filter(|line| !line.starts_with("date:")).map(str::to_owned).collect();
    (reply.status, lines, content(&reply.body), reply.end)
}

/// The content, its id and times masked where they have their form.
pub(super) fn content(body: &[u8]) -> String {
    let text = body.escape_ascii().to_string();
    let Ok(mut user) = serde_json::from_slice::<serde_json::Value>(body) else { return text };
    if user["id"].as_str().is_none_or(|id| !id.starts_with("u_") || id.len() != 26) {
        return text;
    }
    user["id"] = "id".into();
    for time in ["created_at", "updated_at"] {
        if user[time].is_u64() {
            user[time] = "time".into();
        }
    }
    user.to_string()
}

fn shows(class: FaultClass, sound: &Reply, reply: &Reply) -> bool {
    let statuses = (sound.status, reply.status);
    match class {
        FaultClass::AcceptedInvalid => statuses == (400, 200),
        FaultClass::RefusedValid => statuses == (200, 400),
        FaultClass::Crash => matches!(reply.status, 0 | 500) && reply.end == End::Closed,
        FaultClass::ResponseSchema | FaultClass::ChangedValue => {
            statuses == (200, 200) && content(&sound.body) != content(&reply.body)
        }
        FaultClass::ErrorBody => sound.status == 400 && shape(sound) != shape(reply),
        FaultClass::Status => sound.status != reply.status,
        FaultClass::Header => sound.header("content-type") != reply.header("content-type"),
        FaultClass::BrokenBody => sound.status == reply.status && shape(sound) != shape(reply),
        FaultClass::Hang => reply.end != End::Closed,
        _ => false,
    }
}

#[test]
fn every_fault_shows_in_the_way_of_its_class() {
    let probes = probes();
    let sound = start(Options::default()).unwrap();
    let expected: Vec<Reply> = probes.iter().map(|probe| ask(sound.address, probe)).collect();
    let shown = |fault: &Fault| {
        let server = broken(*fault);
        let mut pairs = probes.iter().zip(&expected);
        pairs.any(|(probe, sound)| shows(fault.class, sound, &ask_for(server.address, probe, PATIENCE)))
    };
    assert_eq!(without(|fault| fault.class > FaultClass::Hang || shown(fault)), Vec::<&str>::new(), "without effect");
}

/// The names of the faults that something does not hold for.
pub(super) fn without(holds: impl Fn(&Fault) -> bool + Sync) -> Vec<&'static str> {
    // Neighbours are alike: taken in turn, no thread gets all those that hang.
    let part = |first| FAULTS.iter().skip(first).step_by(THREADS).filter(|fault| !holds(fault)).map(|fault| fault.name);
    std::thread::scope(|scope| {
        let part = &part;
        let threads: Vec<_> = (0..THREADS).map(|first| scope.spawn(move || part(first).collect::<Vec<_>>())).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn a_sound_server_answers_every_probe_alike_twice() {
    let (first, second) = (start(Options::default()).unwrap(), start(Options::default()).unwrap());
    for probe in probes() {
        let (first, second) = (ask(first.address, &probe), ask(second.address, &probe));
        assert_eq!(shape(&first), shape(&second));
        assert!(matches!(first.status, 200 | 400), "{first:?}");
    }
}

#[test]
fn names_are_unique_and_found() {
    let names: HashSet<&str> = FAULTS.iter().map(|fault| fault.name).collect();
    assert_eq!(names.len(), FAULTS.len());
    assert!(FAULTS.len() >= 500);
    assert_eq!(Fault::named("drips").unwrap().class, FaultClass::Hang);
    assert!(Fault::named("no such").is_none());
}

#[test]
fn names_are_kebab_case_and_sentences_are_lower_case_without_a_full_stop() {
    for Fault { name, breaks, .. } in FAULTS {
        assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'), "{name}");
        assert!(!breaks.ends_with('.') && breaks.contains(' '), "{breaks}");
    }
}

#[test]
fn every_class_has_faults() {
    let classes: HashSet<FaultClass> = FAULTS.iter().map(|fault| fault.class).collect();
    assert_eq!(classes.len(), 23);
}

#[test]
fn each_fault_names_a_known_check() {
    const CHECKS: [&str; 22] = [
        "status-documented",
        "no-server-error",
        "content-type",
        "body-parses",
        "response-schema",
        "accepts-valid",
        "rejects-invalid",
        "error-body",
        "echo",
        "answers-in-time",
        "body-size",
        "identity",
        "unique-id",
        "server-assigned",
        "clock",
        "time-order",
        "defaults",
        "error-code",
        "disclosure",
        "credentials",
        "growing-time",
        "expectation",
    ];
    for fault in FAULTS {
        assert!(CHECKS.contains(&fault.expected_check), "{}", fault.name);
    }
    for check in CHECKS {
        assert!(FAULTS.iter().any(|fault| fault.expected_check == check), "{check}");
    }
}
