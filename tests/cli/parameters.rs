//! Contracts with parameters, against a server that keeps one, and against the same with one fault.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use crate::builder::{Outcome, proofmark, snapshot};
use crate::server::{Message, answering, url};

const SHOP: &str = r#"
openapi: 3.0.3
info: {title: Shop, version: "1"}
paths:
  /items:
    parameters:
      - {name: X-Tenant, in: header, required: true, schema: {type: string, minLength: 2, maxLength: 10}}
    get:
      operationId: items_list
      tags: [items]
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100, default: 20}}
        - {name: order, in: query, schema: {type: string, enum: [name, price]}}
        - {name: prices, in: query, explode: false, schema: {type: array, maxItems: 3, items: {type: integer}}}
        - {name: theme, in: cookie, schema: {type: string, enum: [dark, light]}}
      responses:
        '200': {description: fine, content: {application/json: {schema: {type: array, items: {type: object}}}}}
        '400': {description: bad}
  /items/{id}:
    get:
      operationId: items_get
      tags: [items]
      parameters:
        - {name: id, in: path, required: true, example: 7, schema: {type: integer}}
      responses:
        '200': {description: fine}
        '400': {description: bad}
  /reports/{kind}:
    get:
      operationId: report
      parameters:
        - {name: kind, in: path, required: true, schema: {type: string, enum: [day, week]}}
        - {name: where, in: query, content: {application/json: {schema: {type: object, properties: {a: {type: integer}}}}}}
      responses:
        '200': {description: fine}
        '400': {description: bad}
"#;

/// What the server does wrong.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    TakesAnyLimit,
    RefusesTheGreatestLimit,
    NeedsNoTenant,
    TakesAnyOrder,
    TakesAnyNumberOfPrices,
    TakesAnyTheme,
    TakesAnyKind,
    RefusesWeek,
    TakesAnyWhere,
    CrashesOnUnlisted,
    CrashesOnUnknownThings,
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digits: String = rest.by_ref().take(2).map(char::from).collect();
                bytes.push(u8::from_str_radix(&digits, 16).unwrap_or(b'?'));
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The status of the answer that a server with `fault` gives.
fn status(request: &Message, fault: Fault) -> u16 {
    let target = request.head.split(' ').nth(1).unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let pairs: BTreeMap<String, String> = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect();
    let header = |wanted: &str| {
        let mut fields = request.head.lines().filter_map(|line| line.split_once(": "));
        fields.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.to_owned())
    };
    let is = |other: Fault| fault == other;
    if query.contains("unlisted") && is(Fault::CrashesOnUnlisted) {
        return 500;
    }
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match segments.as_slice() {
        ["items"] => {
            let limit = pairs.get("limit").map(|limit| limit.parse::<i64>());
            let highest = if is(Fault::RefusesTheGreatestLimit) { 99 } else { 100 };
            let limit = limit.is_none_or(|limit| limit.is_ok_and(|limit| (1..=highest).contains(&limit)));
            let order = pairs.get("order").is_none_or(|order| ["name", "price"].contains(&order.as_str()));
            let prices = pairs.get("prices").map(|prices| prices.split(',').map(str::parse::<i64>).collect::<Vec<_>>());
            let few = prices.as_ref().is_none_or(|prices| prices.len() <= 3) || is(Fault::TakesAnyNumberOfPrices);
            let whole = prices.is_none_or(|prices| prices.iter().all(Result::is_ok));
            let tenant = header("x-tenant").is_some_and(|tenant| (2..=10).contains(&tenant.chars().count()));
            let theme = header("cookie").is_none_or(|cookie| ["theme=dark", "theme=light"].contains(&cookie.as_str()));
            let fine = (limit || is(Fault::TakesAnyLimit))
                && (order || is(Fault::TakesAnyOrder))
                && (theme || is(Fault::TakesAnyTheme))
                && (tenant || is(Fault::NeedsNoTenant))
                && few
                && whole;
            if fine { 200 } else { 400 }
        }
        ["items", id] => match id.parse::<i64>() {
            Ok(7) if !is(Fault::CrashesOnUnknownThings) => 200,
            Ok(_) if is(Fault::CrashesOnUnknownThings) => 500,
            Ok(_) => 404,
            Err(_) => 400,
        },
        ["reports", kind] => {
            let known = ["day", "week"].contains(kind) || is(Fault::TakesAnyKind);
            let refused = *kind == "week" && is(Fault::RefusesWeek);
            let filter = pairs.get("where").map(|text| serde_json::from_str::<serde_json::Value>(text));
            let sound = filter.is_none_or(|filter| {
                let filter = filter.unwrap_or_default();
                filter.as_object().is_some_and(|filter| filter.get("a").is_none_or(|a| a.is_i64()))
            });
            match known && !refused {
                false => 404,
                true if sound || is(Fault::TakesAnyWhere) => 200,
                true => 400,
            }
        }
        _ => 404,
    }
}

fn shop(fault: Fault) -> SocketAddr {
    let answer = move |request: &Message| match status(request, fault) {
        200 => Message::json("200 OK", "[]"),
        status => Message { head: format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n"), body: Vec::new() },
    };
    answering(answer).0
}

fn run(fault: Fault) -> Outcome {
    proofmark("--spec shop.yaml --target").arg(url(shop(fault))).file("shop.yaml", SHOP).run()
}

#[test]
fn a_server_that_keeps_a_contract_with_parameters_passes() {
    let outcome = run(Fault::None).exits(0);
    let report = outcome.json("reports/latest/report.json");
    assert_eq!(report["gate"]["decision"], "pass", "{outcome}");
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(0), "{outcome}");
}

#[test]
fn each_way_to_break_a_parameter_is_found() {
    let faults = [
        (Fault::TakesAnyLimit, "items_list/invalid/query.limit/"),
        (Fault::RefusesTheGreatestLimit, "items_list/valid/query.limit/maximum"),
        (Fault::NeedsNoTenant, "items_list/invalid/header.X-Tenant/"),
        (Fault::TakesAnyOrder, "items_list/invalid/query.order/"),
        (Fault::TakesAnyNumberOfPrices, "items_list/invalid/query.prices/max-items"),
        (Fault::TakesAnyTheme, "items_list/invalid/cookie.theme/"),
        (Fault::TakesAnyKind, "report/invalid/path.kind/"),
        (Fault::RefusesWeek, "report/valid/path.kind/is-week"),
        (Fault::TakesAnyWhere, "report/invalid/query.where/"),
        (Fault::CrashesOnUnlisted, "items_list/contested/query/unlisted"),
        (Fault::CrashesOnUnknownThings, "items_get/contested/plain"),
    ];
    for (fault, case) in faults {
        run(fault).exits(1).violates(case);
    }
}

#[test]
fn the_plan_of_a_contract_with_parameters_has_each_in_its_place() {
    snapshot!(proofmark("plan --curl --profile smoke --spec shop.yaml").file("shop.yaml", SHOP).run()).exits(0);
}

const DANGEROUS: &str = r#"
openapi: 3.0.3
info: {title: Shop, version: "1"}
paths:
  /items:
    get: {operationId: items_list, tags: [items], responses: {'200': {description: fine}}}
  /items/{id}:
    parameters: [{name: id, in: path, required: true, example: 7, schema: {type: integer}}]
    get: {operationId: items_get, tags: [items], responses: {'200': {description: fine}}}
    delete: {operationId: items_delete, tags: [items], responses: {'204': {description: gone}}}
  /system/restart:
    post: {operationId: restart, tags: [system], responses: {'204': {description: done}}}
"#;

#[test]
fn operations_are_chosen_and_dangerous_ones_are_listed_and_not_called() {
    let (address, seen) = answering(|request| {
        let thing = request.head.contains(" /items/") && !request.head.contains(" /items/7 ");
        Message::json(if thing { "404 Not Found" } else { "200 OK" }, "{}")
    });
    let of = |flags: &str| {
        proofmark(&format!("{flags} --spec s.yaml --target")).arg(url(address)).file("s.yaml", DANGEROUS).run()
    };
    let outcome = of("--profile smoke").exits(0).says("DELETE /items/{id}: it deletes");
    outcome.says("POST /system/restart: its name says `restart`");
    of("--profile smoke --tag items --exclude-operation *_get").exits(0).says("2 other operations: not selected");
    let methods = |seen: &crate::server::Seen| {
        let requests = seen.requests.lock().expect("a lock");
        let first = |message: &Message| message.head.split(' ').take(2).collect::<Vec<_>>().join(" ");
        requests.iter().map(first).collect::<Vec<_>>()
    };
    assert!(methods(&seen).iter().all(|method| method.starts_with("GET ")), "{:?}", methods(&seen));
    of("--profile smoke --operation items_delete").says("DELETE /items/{id}");
    of("--profile smoke --allow-destructive --path /system/*").says("POST /system/restart");
    let sent = methods(&seen);
    assert!(sent.iter().any(|method| method.starts_with("DELETE ")), "{sent:?}");
    assert!(sent.iter().any(|method| method == "POST /system/restart"), "{sent:?}");
}

#[test]
fn a_pattern_that_fits_no_operation_is_a_usage_error_with_a_suggestion() {
    let of = |flags: &str| proofmark(&format!("plan {flags} --spec s.yaml")).file("s.yaml", DANGEROUS).run();
    snapshot!(of("--operation item_list")).exits(2);
    of("--exclude-tag itmes").refused("there is no tag `itmes`").complains("did you mean `items`?");
    of("--path /(/").refused("no regular expression");
    of("--method").exits(2);
}

const ROOMS: &str = r"
openapi: 3.0.3
info: {title: Rooms, version: '1'}
paths:
  /rooms/{id}:
    get:
      operationId: room
      parameters:
        - {name: id, in: path, required: true, example: r1, schema: {type: string}}
        - {name: size, in: query, schema: {type: integer, minimum: 1, maximum: 100}}
      responses: {'200': {description: fine}, '400': {description: bad}, '404': {description: not there}}
";

#[test]
fn of_a_thing_that_is_there_every_valid_request_is_granted() {
    let run = |known: &'static str, most: i64| {
        let (address, _) = answering(move |request| {
            let target = request.head.split(' ').nth(1).unwrap_or_default();
            let (path, query) = target.split_once('?').unwrap_or((target, ""));
            let size = query.split('&').find_map(|pair| pair.strip_prefix("size="));
            let sound = size.is_none_or(|size| size.parse().is_ok_and(|size: i64| (1..=most).contains(&size)));
            Message::json(
                if !sound {
                    "400 Bad Request"
                } else if path == known {
                    "200 OK"
                } else {
                    "404 Not Found"
                },
                "{}",
            )
        });
        proofmark("--spec s.yaml --target").arg(url(address)).file("s.yaml", ROOMS).run()
    };
    run("/rooms/r1", 100).exits(0);
    run("/rooms/r1", 99).exits(1).says("a valid query parameter `size` was refused with 400");
    run("/rooms/r2", 99).exits(5);
}
