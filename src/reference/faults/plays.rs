//! No fault in what surrounds a request is without effect: each changes some answer of a play, in the way of its class.

use std::collections::HashMap;
use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::super::probe::{End, Reply, ask_for, receive};
use super::super::{Options, Running, start};
use super::tests::{PATIENCE, content, shape, without};
use super::{Fault, FaultClass};

const TOKEN: &str = "Proofmark-Token-0123456789";
/// So long that only a server that hangs exceeds it.
const LONG: Duration = Duration::from_secs(20);
/// How often a play is given to a fault that has not shown.
const PLAYS: usize = 10;

/// Requests of a play.
enum Act {
    /// On a connection of its own.
    Alone(Vec<u8>),
    /// One after another on one connection.
    InTurn(Vec<Vec<u8>>),
    /// All at once.
    AtOnce(Vec<Vec<u8>>),
    /// All at once, and no two of them can be granted.
    Race(Vec<Vec<u8>>),
}

/// One request of a play, with what came back.
struct Line {
    sent: Value,
    reply: Reply,
    /// Whether a sound server gives it the same answer each time.
    settled: bool,
}

fn create(field: &str, body: &str) -> Vec<u8> {
    let (authorization, length) = (format!("authorization: Bearer {TOKEN}\r\n"), body.len());
    format!("POST /users HTTP/1.1\r\nhost: a\r\n{authorization}{field}content-length: {length}\r\n\r\n{body}")
        .into_bytes()
}

fn plain(body: &str) -> Vec<u8> {
    create("content-type: application/json\r\n", body)
}

fn alone(body: &str) -> Act {
    Act::Alone(plain(body))
}

fn named(id: &str, name: &str) -> Vec<u8> {
    plain(&format!(r#"{{"external_id":"{id}","first_name":"{name}","last_name":"of {name}"}}"#))
}

/// Creates, repeats, near repeats, refusals, and crowds.
fn story() -> Vec<Act> {
    let mut acts: Vec<Act> = [
        r#"{"external_id":"i1","first_name":"Ada Maria","last_name":"Love"}"#,
        r#"{"external_id":"i1","first_name":"Ada Maria","last_name":"Love"}"#,
        r#"{"external_id":"i1","first_name":"Ada Maria","last_name":"Love"}"#,
        r#"{"external_id":"i1","first_name":"Grace","last_name":"Hopper"}"#,
        "{}",
        r#"{"external_id":"i2","live_mode":true}"#,
        r#"{"external_id":"i2"}"#,
        r#"{"external_id":"i2-and-longer","first_name":"Mary","last_name":"Shelley"}"#,
        r#"{"external_id":"i2-and-longer still"}"#,
        r#"{"external_id":"i5","first_name":"Mary","last_name":"Shelley"}"#,
        r#"{"external_id":"i3","first_name":null}"#,
        r#"{"external_id":"i1"}"#,
        r#"{"external_id":"i4"}"#,
        r#"{"external_id":"t-ab"}"#,
        r#"{"external_id":"t-AB"}"#,
        r#"{"external_id":"t-space"}"#,
        r#"{"external_id":"t-space "}"#,
        r#"{"external_id":"t-e"}"#,
        r#"{"external_id":"t-é"}"#,
        r#"{"external_id":"t-1"}"#,
        r#"{"external_id":"t-01"}"#,
        r#"{"external_id":"t-😀"}"#,
        r#"{"external_id":"t-😁"}"#,
        r#"{"external_id":"r1","first_name":7,"last_name":"Seven"}"#,
        r#"{"external_id":"r1"}"#,
        r#"{"external_id":"r2","first_name":"Malformed""#,
        r#"{"external_id":"r3","first_name":"Ada"}"#,
        r#"{"external_id":"r4","first_name":"Joan","last_name":7}"#,
        r#"{"external_id":"r5","first_name":"Ada"}"#,
        r#"{"external_id":null}"#,
        r#"{"first_name":"Ada"}"#,
        r#"{"external_id":"s1","first_name":"Ada","id":"chosen"}"#,
        r#"{"external_id":"s2","id":"chosen too"}"#,
        r#"{"external_id":"s3","object":"admin"}"#,
        r#"{"external_id":"s4","created_at":1000000000001}"#,
        r#"{"external_id":"s5","updated_at":1000000000001}"#,
        r#"{"external_id":"s6","created_at":1000000000001,"updated_at":1000000000001}"#,
        r#"{"external_id":"s7","updated_at":4102444800001}"#,
        r#"{"external_id":"s8","id":"u_000000000000000000000000"}"#,
        r#"{"external_id":"i2","live_mode":false}"#,
        r#"{"external_id":"d1","live_mode":true}"#,
        r#"{"external_id":"d2"}"#,
        r#"{"external_id":"t-%"}"#,
        r#"{"external_id":"t-"}"#,
        r#"{"external_id":"t-е"}"#,
        r#"{"external_id":"t-ё"}"#,
    ]
    .map(alone)
    .into();
    for length in [64, 255, 900] {
        let filler = "x".repeat(length);
        acts.extend(["a", "b"].map(|end| alone(&format!(r#"{{"external_id":"t-{filler}{end}"}}"#))));
        acts.extend(["a", "b"].map(|start| alone(&format!(r#"{{"external_id":"t-{start}{filler}"}}"#))));
    }
    for number in 0..5 {
        acts.extend([alone(r#"{"external_id":"i1"}"#), alone(&format!(r#"{{"external_id":"c{number}"}}"#))]);
    }
    for number in 0..110 {
        acts.push(Act::Alone(named(&format!("m{number}"), &format!("Name {number}"))));
        acts.push(alone(r#"{"external_id":["x"]}"#));
        acts.push(alone(&format!(r#"{{"external_id":"n{number}"}}"#)));
    }
    acts.push(Act::InTurn(vec![plain("{}"), named("k1", "Kay"), plain("["), named("k2", "Kay")]));
    acts.push(Act::InTurn((0..12).map(|number| named(&format!("l{number}"), "Ell")).collect()));
    acts.push(Act::AtOnce((0..48).map(|number| named(&format!("a{number}"), &format!("At once {number}"))).collect()));
    acts.push(Act::Race((0..16).map(|_| named("race", "Same")).collect()));
    acts.push(Act::Race((0..16).map(|number| named("race too", &format!("Other {number}"))).collect()));
    acts
}

/// The same user under other header fields and framings.
fn framings() -> Vec<Act> {
    let many: String = (0..60).map(|number| format!("x-{number}: 1\r\n")).collect();
    let fields = [
        "content-type: application/json; charset=UTF-8\r\n",
        "content-type: Application/JSON\r\n",
        "Content-Type: application/json\r\n",
        "",
        "content-type: text/plain\r\n",
        "content-type: json\r\n",
        "content-type: application/json\r\ncontent-type: application/json\r\n",
        &format!("content-type: application/json\r\nx-long: {}\r\n", "a".repeat(4_000)),
        &format!("content-type: application/json\r\n{many}"),
    ];
    let others = [
        "accept: */*",
        "accept: text/html, application/json",
        "accept: text/html",
        "accept:",
        "accept-language: de;q=0.5",
        "accept-encoding: identity",
        "range: bytes=0-9",
        "expect: 100-continue",
        "content-encoding: identity",
        "connection: close",
        "x-twice: 1\r\nx-twice: 2",
        "x-empty:",
        "x-http-method-override: GET",
        "x-http-method: GET",
        "x-method-override: GET",
        "x-http-method-override: PROOFMARK",
    ]
    .map(|field| format!("content-type: application/json\r\n{field}\r\n"));
    let all = fields.into_iter().map(str::to_owned).chain(others).enumerate();
    let chunk = r#"{"external_id":"chunked","first_name":"Ada"}"#;
    let head = format!("POST /users HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {TOKEN}\r\n");
    let framing = "content-type: application/json\r\ntransfer-encoding: chunked";
    let chunked = format!("{head}{framing}\r\n\r\n{:x}\r\n{chunk}\r\n0\r\n\r\n", chunk.len());
    all.map(|(number, fields)| {
        Act::Alone(create(&fields, &format!(r#"{{"external_id":"w{number}","first_name":"Ada"}}"#)))
    })
    .chain([Act::Alone(chunked.into_bytes())])
    .collect()
}

/// Bodies of rare structure.
fn structures() -> Vec<Act> {
    let deep = |depth: usize| format!(r#""x":{}{}"#, "[".repeat(depth), "]".repeat(depth));
    let many: Vec<String> = (0..150).map(|number| format!(r#""x{number}":1"#)).collect();
    let members = [
        deep(25),
        deep(110),
        deep(1_500),
        many.join(","),
        format!(r#""x":[1{}]"#, ",1".repeat(600)),
        format!(r#""{}":1"#, "n".repeat(300)),
    ];
    let more = [
        r#""__proto__":1"#,
        r#""constructor":1"#,
        r#""toString":1"#,
        r#""$where":1"#,
        r#""a.b":1"#,
        r#""":1"#,
        r#""é":1"#,
        r#""id":"x""#,
        r#""x":null"#,
        r#""live_mode":true,"live_mode":false"#,
        r#""first_name":1e0"#,
        r#""first_name":12345678901234567890"#,
        r#""first_name":-0"#,
        r#""live_mode":1.0"#,
    ];
    let members = members.into_iter().chain(more.map(str::to_owned)).enumerate();
    let bodies = members.map(|(number, member)| format!(r#"{{"external_id":"b{number}",{member}}}"#));
    bodies
        .chain([r#"{"first_name":"Ada","last_name":"Love","external_id":"b"}"#.into()])
        .map(|body| alone(&body))
        .collect()
}

/// Long texts and large structures, over which a slow server is slow.
fn lengths() -> Vec<Act> {
    let texts = [("a", "!"), (" ", "b"), ("0", ""), ("\\\"", ""), ("<", ""), ("\u{301}", ""), ("a.", ""), (".", "")];
    let long = texts.map(|(unit, end)| format!(r#""first_name":"a{}{end}""#, unit.repeat(64_000 / unit.len())));
    let properties: Vec<String> = (0..4_000).map(|number| format!(r#""x{number}":1"#)).collect();
    let more = [
        format!(r#""last_name":"{}""#, "b".repeat(64_000)),
        properties.join(","),
        format!(r#""x":[1{}]"#, ",1".repeat(10_000)),
        format!(r#""x":{}{}"#, "[".repeat(5_000), "]".repeat(5_000)),
        r#""x":1e400"#.to_owned(),
        r#""first_name":"100% sure""#.to_owned(),
        format!(r#""first_name":"{}""#, "b".repeat(4_000)),
    ];
    let members = long.into_iter().chain(more).enumerate();
    let bodies = members.map(|(number, member)| format!(r#"{{"external_id":"g{number}",{member}}}"#));
    bodies.chain([format!(r#"{{"external_id":"{}"}}"#, "c".repeat(64_000))]).map(|body| alone(&body)).collect()
}

/// Right and wrong credentials in turns.
fn logins() -> Vec<Act> {
    let reversed: String = TOKEN.chars().rev().collect();
    let wrong = [
        "authorization: ".to_owned(),
        "authorization: Bearer".to_owned(),
        format!("authorization: Basic {TOKEN}"),
        format!("authorization: Bearer {TOKEN}x"),
        format!("authorization: Bearer x{TOKEN}"),
        format!("authorization: Bearer {}", &TOKEN[..TOKEN.len() - 1]),
        format!("authorization: Bearer {}", &TOKEN[1..]),
        format!("authorization: Bearer {}x", &TOKEN[..TOKEN.len() - 1]),
        format!("authorization: Bearer {}", TOKEN.to_uppercase()),
        format!("authorization: Bearer {reversed}"),
        "authorization: Bearer null".to_owned(),
        "authorization: Bearer undefined".to_owned(),
        "authorization: Bearer admin".to_owned(),
        "authorization: Bearer test".to_owned(),
        "authorization: Bearer *".to_owned(),
        "x-none: 1".to_owned(),
    ];
    let right = format!("authorization: Bearer {TOKEN}");
    let all = (0..5).flat_map(|_| [&right, &right].into_iter().chain(&wrong));
    all.enumerate()
        .map(|(number, field)| {
            let body = format!(r#"{{"external_id":"o{number}"}}"#);
            let length = body.len();
            let rest = format!("content-type: application/json\r\ncontent-length: {length}");
            Act::Alone(format!("POST /users HTTP/1.1\r\nhost: a\r\n{field}\r\n{rest}\r\n\r\n{body}").into_bytes())
        })
        .collect()
}

fn play(class: FaultClass) -> Vec<Act> {
    match class {
        FaultClass::Credentials => logins(),
        FaultClass::Time => lengths(),
        FaultClass::Wire => framings(),
        FaultClass::Structure => structures(),
        _ => story(),
    }
}

fn perform(address: SocketAddr, acts: &[Act], patience: Duration) -> Vec<Line> {
    let connect = || TcpStream::connect(address).unwrap();
    let mut lines = Vec::new();
    let mut line = |request: &[u8], reply, settled| lines.push(Line { sent: sent(request), reply, settled });
    for act in acts {
        match act {
            Act::Alone(request) => line(request, ask_for(address, request, patience), true),
            Act::InTurn(requests) => {
                let mut stream = connect();
                for request in requests {
                    // A server that hung up before answers nothing to this one, and so it shows.
                    stream.write_all(request).ok();
                    line(request, receive(&mut stream, patience), true);
                }
            }
            Act::AtOnce(requests) | Act::Race(requests) => {
                let mut streams: Vec<TcpStream> = requests.iter().map(|_| connect()).collect();
                for (stream, request) in streams.iter_mut().zip(requests) {
                    stream.write_all(request).ok();
                }
                for (stream, request) in streams.iter_mut().zip(requests) {
                    line(request, receive(stream, patience), matches!(act, Act::AtOnce(_)));
                }
            }
        }
    }
    lines
}

/// The body of a request as JSON; null where it is none.
fn sent(request: &[u8]) -> Value {
    let body = request.windows(4).position(|part| part == b"\r\n\r\n").map(|at| &request[at + 4..]);
    body.and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default()
}

fn server(fault: Option<Fault>, closed: bool) -> Running {
    start(Options { fault, require_auth: closed.then(|| TOKEN.to_owned()), ..Options::default() }).unwrap()
}

fn shows(class: FaultClass, sound: &[Line], lines: &[Line]) -> bool {
    let pairs =
        || sound.iter().zip(lines).filter(|(sound, _)| sound.settled).map(|(one, two)| (&one.reply, &two.reply));
    let statuses_differ = || pairs().any(|(sound, reply)| sound.status != reply.status);
    let users_differ = || pairs().any(|(one, two)| (one.status, two.status) == (200, 200) && differ(one, two));
    let shapes_differ = || pairs().any(|(sound, reply)| shape(sound) != shape(reply));
    match class {
        FaultClass::Identity => two_ids(lines) || one_id(lines) || statuses_differ() || users_differ(),
        FaultClass::UniqueId => one_id(lines),
        FaultClass::ServerAssigned => users(lines).any(|(sent, user)| {
            ["id", "object", "created_at", "updated_at"].iter().any(|name| sent.get(name) == Some(&user[name]))
        }),
        FaultClass::Clock => users(lines).any(|(_, user)| has_wrong_times(&user)),
        FaultClass::Defaults => users_differ(),
        FaultClass::ErrorCode => {
            pairs().any(|(one, two)| one.status == 400 && (two.status == 403 || two.status == 400 && differ(one, two)))
        }
        FaultClass::Disclosure => !statuses_differ() && shapes_differ(),
        FaultClass::Credentials => statuses_differ(),
        FaultClass::Time => lines.iter().any(|line| line.reply.end == End::TimedOut),
        FaultClass::Rare | FaultClass::Sequence | FaultClass::Wire | FaultClass::Structure => shapes_differ(),
        _ => false,
    }
}

fn differ(one: &Reply, other: &Reply) -> bool {
    content(&one.body) != content(&other.body)
}

fn users(lines: &[Line]) -> impl Iterator<Item = (&Value, Value)> {
    let made = lines.iter().filter(|line| line.reply.status == 200);
    made.filter_map(|line| Some((&line.sent, serde_json::from_slice(&line.reply.body).ok()?)))
}

/// Whether one `external_id` has two ids.
fn two_ids(lines: &[Line]) -> bool {
    let mut ids = HashMap::new();
    users(lines).any(|(sent, user)| *ids.entry(sent["external_id"].clone()).or_insert(user["id"].clone()) != user["id"])
}

/// Whether two `external_id`s have one id.
fn one_id(lines: &[Line]) -> bool {
    let mut owners = HashMap::new();
    users(lines).any(|(sent, user)| {
        *owners.entry(user["id"].clone()).or_insert_with(|| sent["external_id"].clone()) != sent["external_id"]
    })
}

#[expect(clippy::disallowed_methods, reason = "times are compared with the clock")]
fn has_wrong_times(user: &Value) -> bool {
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap();
    let time = |name: &str| user[name].as_i64().unwrap();
    let far = |name: &str| (time(name) - now).abs() > 200_000;
    let apart = time("updated_at") - time("created_at");
    far("created_at") || far("updated_at") || !(0..30_000).contains(&apart)
}

#[test]
fn every_fault_in_what_surrounds_a_request_shows_in_the_way_of_its_class() {
    let played = |class, closed| perform(server(None, closed).address, &play(class), LONG);
    let plays = [FaultClass::Time, FaultClass::Wire, FaultClass::Structure].map(|class| (class, played(class, false)));
    let (story, closed_story) = (played(FaultClass::Rare, false), played(FaultClass::Rare, true));
    let logins = played(FaultClass::Credentials, true);
    let shown = |fault: &Fault| {
        let (acts, closed) = (play(fault.class), fault.needs_credentials());
        let sound = match fault.class {
            FaultClass::Credentials => &logins,
            class => plays.iter().find(|(of, _)| *of == class).map_or(&story, |(_, lines)| lines),
        };
        let sound = if closed && fault.class == FaultClass::Disclosure { &closed_story } else { sound };
        let wanted = if fault.class == FaultClass::Time || fault.hangs() { PATIENCE } else { LONG };
        // What is done by chance may not show in one play; a server of its own for each, since it remembers.
        (0..PLAYS).any(|_| {
            let broken = server(Some(*fault), closed);
            shows(fault.class, sound, &perform(broken.address, &acts, wanted))
        })
    };
    assert_eq!(without(|fault| fault.class <= FaultClass::Hang || shown(fault)), Vec::<&str>::new(), "without effect");
}

#[test]
fn a_sound_server_answers_every_play_alike_twice() {
    for class in [FaultClass::Credentials, FaultClass::Time, FaultClass::Wire, FaultClass::Structure, FaultClass::Rare]
    {
        let closed = class == FaultClass::Credentials;
        let perform = || {
            let server = server(None, closed);
            perform(server.address, &play(class), LONG)
        };
        assert!(!shows(class, &perform(), &perform()), "{class}");
    }
    let server = server(None, false);
    let lines = perform(server.address, &story(), LONG);
    for class in [FaultClass::Identity, FaultClass::UniqueId, FaultClass::ServerAssigned, FaultClass::Clock] {
        assert!(!shows(class, &lines, &lines), "{class}");
    }
}
