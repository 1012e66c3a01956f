//! Credentials by the name of a security scheme.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::builder::{Outcome, Proofmark, proofmark};
use crate::server::{Message, answering, url};

const KEY: &str = "k3y-0123456789abcdef";

fn document(scheme: &str) -> String {
    format!(
        "openapi: 3.1.0
info: {{title: Shop, version: '1'}}
security: [{{lock: []}}]
components: {{securitySchemes: {{lock: {scheme}}}}}
paths:
  /items:
    get:
      operationId: items_list
      parameters: [{{name: theme, in: cookie, schema: {{type: string, enum: [dark, light]}}}}]
      responses: {{'200': {{description: fine}}, '400': {{description: bad}}, '401': {{description: who}}}}
"
    )
}

/// A server that answers 401 unless `opens` says that the request has the key.
fn locked(opens: impl Fn(&str) -> bool + Send + Sync + 'static) -> SocketAddr {
    let answer = move |request: &Message| match opens(&request.head) {
        false => Message::json("401 Unauthorized", "{}"),
        true => opened(request),
    };
    answering(answer).0
}

/// The answer to who may ask.
fn opened(request: &Message) -> Message {
    let theme = request.head.split("theme=").nth(1).and_then(|rest| rest.split([';', '\r']).next());
    let known = theme.is_none_or(|theme| ["dark", "light"].contains(&theme));
    Message::json(if known { "200 OK" } else { "400 Bad Request" }, "{}")
}

fn asked(address: SocketAddr, scheme: &str, credentials: &str) -> Proofmark {
    asked_by("smoke", address, scheme, credentials)
}

fn asked_by(profile: &str, address: SocketAddr, scheme: &str, credentials: &str) -> Proofmark {
    let settings = format!(
        "[environments.staging]\nurl = \"{}\"\n[environments.staging.credentials.lock]\n{credentials}\n",
        url(address)
    );
    proofmark(&format!("--env staging --profile {profile} --spec s.yaml"))
        .file("s.yaml", document(scheme))
        .file("proofmark.toml", settings)
        .env("SHOP_KEY", KEY)
}

/// Every file below a folder, as text.
fn written(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            text.push_str(&written(&path));
        } else {
            text.push_str(&String::from_utf8_lossy(&fs::read(&path).expect("a file")));
        }
    }
    text
}

fn keeps_secret(outcome: &Outcome, secret: &str) {
    let all = [outcome.stdout.clone(), outcome.stderr.clone(), written(&outcome.path("reports"))].concat();
    assert!(!all.contains(secret), "{secret} is told\n{outcome}");
}

#[test]
fn each_kind_of_key_opens_and_is_told_nowhere() {
    let basic = "Basic YWRhOmszeS0wMTIzNDU2Nzg5YWJjZGVm";
    let kinds: [(&str, &str, &str); 5] = [
        ("{type: apiKey, in: header, name: X-Key}", "key = \"${SHOP_KEY}\"", "x-key: k3y-0123456789abcdef\r"),
        ("{type: apiKey, in: query, name: key}", "key = \"${SHOP_KEY}\"", "key=k3y-0123456789abcdef"),
        ("{type: apiKey, in: cookie, name: sid}", "key = \"${SHOP_KEY}\"", "sid=k3y-0123456789abcdef"),
        ("{type: http, scheme: bearer}", "token = \"${SHOP_KEY}\"", "Bearer k3y-0123456789abcdef\r"),
        ("{type: http, scheme: basic}", "username = \"ada\"\npassword = \"${SHOP_KEY}\"", basic),
    ];
    for (scheme, credentials, wanted) in kinds {
        let address = locked(move |head| head.contains(wanted));
        let outcome = asked(address, scheme, credentials).run().exits(0);
        keeps_secret(&outcome, KEY);
        keeps_secret(&outcome, "YWRhOmszeS0");
    }
}

/// A server that refuses with what `told` makes of the `Authorization` that it was sent.
fn talkative(told: impl Fn(&str) -> String + Send + Sync + 'static) -> SocketAddr {
    let right = format!("Negotiate {KEY}");
    let answer = move |request: &Message| {
        let field = request.head.lines().find_map(|line| line.strip_prefix("authorization: "));
        if field == Some(&right) {
            return opened(request);
        }
        let body = serde_json::json!({ "message": told(field.unwrap_or_default()) });
        let mut answer = Message::json("401 Unauthorized", &body.to_string());
        answer.head = answer.head.replacen("\r\n", "\r\nwww-authenticate: Negotiate\r\n", 1);
        answer
    };
    answering(answer).0
}

fn asked_talkative(address: SocketAddr) -> Outcome {
    let run =
        proofmark("--spec s.yaml --target").arg(url(address)).arg("-H").arg("Authorization: Negotiate ${SHOP_KEY}");
    run.file("s.yaml", document("{type: http, scheme: negotiate}")).env("SHOP_KEY", KEY).run()
}

#[test]
fn a_refusal_that_quotes_the_wrong_credential_leaks_nothing() {
    let outcome = asked_talkative(talkative(|sent| format!("`{sent}` opens nothing"))).exits(0);
    keeps_secret(&outcome, KEY);
}

#[test]
fn a_refusal_that_tells_the_right_credential_to_who_sent_none_leaks_it() {
    let outcome = asked_talkative(talkative(|sent| {
        let sent = if sent.is_empty() { KEY } else { sent };
        format!("`{sent}` opens")
    }));
    outcome.exits(1).says("the run's credential").says("Authorization: Negotiate ${SHOP_KEY}");
}

#[test]
fn without_a_credential_a_locked_operation_is_inconclusive_and_no_finding() {
    let address = locked(|_| false);
    let outcome = proofmark("--profile smoke --spec s.yaml --target")
        .arg(url(address))
        .file("s.yaml", document("{type: http, scheme: bearer}"))
        .run();
    outcome.exits(5);
}

#[test]
fn an_operation_under_another_scheme_than_the_run_has_a_credential_for_is_inconclusive() {
    let two = "{type: apiKey, in: header, name: X-Key}, second: {type: apiKey, in: query, name: token}";
    let paths = |security: &str| {
        let responses = "responses: {'200': {description: fine}, '400': {description: bad}, '401': {description: who}}";
        let paths = format!("paths:\n  /report: {{get: {{security: [{security}], {responses}}}}}\n");
        document(two).replace("paths:\n", &paths)
    };
    let run = |security: &str, credentials: &str| {
        let address = locked(|head| {
            head.contains(&format!("token={KEY}")) || (head.contains("GET /items") && head.contains("x-key: "))
        });
        asked(address, two, credentials).file("s.yaml", paths(security)).run()
    };
    let lock = "key = \"${SHOP_KEY}\"";
    let both = format!("{lock}\n[environments.staging.credentials.second]\n{lock}");
    let outcome = run("{second: []}", lock).exits(5);
    outcome.says("a credential for `second`").says("[environments.NAME.credentials.second]");
    run("{second: []}", &both).exits(0);
    // What the run has opens by right, alone or with another: a refusal is the server's.
    run("{lock: []}", lock).exits(1);
    run("{second: []}, {lock: []}", lock).exits(1);
    run("{lock: [], second: []}", lock).exits(5);
}

const BEARER: &str = "{type: http, scheme: bearer}";
const TOKEN: &str = "token = \"${SHOP_KEY}\"";

#[test]
fn a_server_that_does_not_ask_for_the_credential_that_the_document_demands_is_found() {
    let address = locked(|_| true);
    let outcome = asked_by("gate", address, BEARER, TOKEN).run().exits(1);
    outcome.says("a request with no credential was accepted, and the document demands one");
}

#[test]
fn an_operation_that_is_open_to_anyone_may_take_and_refuse_what_it_does_not_know() {
    let unknown = |head: &str| head.contains("Bearer ") && !head.contains(KEY);
    for security in ["security: []", "security: [{}]", "security: [{lock: []}, {}]"] {
        let open = document(BEARER).replace("operationId:", &format!("{security}\n      operationId:"));
        for address in [locked(|_| true), locked(move |head| !unknown(head))] {
            let outcome = asked_by("gate", address, BEARER, TOKEN).file("s.yaml", open.clone());
            outcome.run().exits(0);
        }
    }
}

#[test]
fn a_token_is_fetched_renewed_before_it_ends_and_told_nowhere() {
    let granted = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&granted);
    let (tokens, _) = answering(move |request| {
        let form = String::from_utf8_lossy(&request.body).into_owned();
        let basic = request.head.to_lowercase().contains("authorization: basic c2hvcdpr".to_lowercase().as_str());
        if !form.contains("grant_type=client_credentials") || !basic {
            return Message::json("401 Unauthorized", "{}");
        }
        let number = counter.fetch_add(1, Ordering::SeqCst);
        let body =
            format!("{{\"access_token\":\"t0ken-{number:04}-abcdef\",\"token_type\":\"bearer\",\"expires_in\":1}}");
        Message::json("200 OK", &body)
    });
    let shop = locked(|head| head.contains("Bearer t0ken-"));
    let scheme =
        format!("{{type: oauth2, flows: {{clientCredentials: {{tokenUrl: '{}/token', scopes: {{}}}}}}}}", url(tokens));
    let outcome = asked(shop, &scheme, "client_id = \"shop\"\nclient_secret = \"${SHOP_KEY}\"").run().exits(0);
    assert!(granted.load(Ordering::SeqCst) > 1, "no token was renewed");
    keeps_secret(&outcome, "t0ken-");
    keeps_secret(&outcome, KEY);
}

#[test]
fn openid_connect_tells_where_tokens_are_given() {
    let (server, _) = answering(|request| {
        let host = request.head.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default().to_owned();
        match request.head.split(' ').nth(1) {
            Some("/.well-known/openid-configuration") => {
                Message::json("200 OK", &format!("{{\"token_endpoint\":\"http://{host}/token\"}}"))
            }
            _ => Message::json("200 OK", "{\"access_token\":\"t0ken-abcdef\",\"expires_in\":3600}"),
        }
    });
    let shop = locked(|head| head.contains("Bearer t0ken-abcdef"));
    let scheme =
        format!("{{type: openIdConnect, openIdConnectUrl: '{}/.well-known/openid-configuration'}}", url(server));
    let outcome = asked(shop, &scheme, "client_id = \"shop\"\nclient_secret = \"${SHOP_KEY}\"").run().exits(0);
    keeps_secret(&outcome, "t0ken-abcdef");
}

#[test]
fn credentials_that_are_of_no_use_are_a_usage_error() {
    let address = locked(|_| true);
    let bearer = "{type: http, scheme: bearer}";
    asked(address, bearer, "key = \"${SHOP_KEY}\"").run().refused("credentials for `lock`: `token` is missing");
    asked(address, bearer, "token = \"${NOPE}\"").run().refused("in `credentials.lock.token`: `NOPE` is not set");
    asked(address, bearer, "tokne = \"x\"").run().refused("unknown field `tokne`");
    let other = "token = \"x\"\n[environments.staging.credentials.door]\ntoken = \"x\"";
    asked(address, bearer, other).run().refused("no such security scheme; there are `lock`");
    let (dead, _) = answering(|_| Message::json("403 Forbidden", "{}"));
    let scheme =
        format!("{{type: oauth2, flows: {{clientCredentials: {{tokenUrl: '{}/t', scopes: {{}}}}}}}}", url(dead));
    let outcome = asked(address, &scheme, "client_id = \"shop\"\nclient_secret = \"${SHOP_KEY}\"").run().exits(5);
    let outcome = outcome.complains("could not get a token");
    assert!(!outcome.stderr.contains(KEY), "{outcome}");
}

#[test]
fn an_operation_of_several_that_forbids_everything_is_not_found_out_about() {
    let document = |status: &str| {
        let get = |id: &str| {
            format!(
                "get: {{operationId: {id}, responses: {{'200': {{description: fine}}, '{status}': {{description: no}}}}}}"
            )
        };
        format!(
            "openapi: 3.0.3\ninfo: {{title: Shop, version: '1'}}\npaths:\n  /items: {{{}}}\n  /staff: {{{}}}\n",
            get("items"),
            get("staff")
        )
    };
    let run = |status: &str| {
        let (address, _) = answering(|request| {
            let open = request.head.starts_with("GET /items");
            Message::json(if open { "200 OK" } else { "403 Forbidden" }, "{}")
        });
        proofmark("--spec s.yaml --target").arg(url(address)).file("s.yaml", document(status)).run()
    };
    run("403").exits(5).says("no valid request to `GET /staff` was accepted");
    run("404").exits(1);
}
