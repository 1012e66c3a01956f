//! What a case itself says of an answer is so.

use super::answer::says;
use super::{About, Answer, Check, Example, Finding, Judge, Severity, Subject};
use crate::case::{self, Unmet};
use crate::source::Pointer;

const ID: &str = "expectation";

/// The case of the examples.
#[cfg(test)]
pub(super) const EXAMPLE: &str = r#"
operation: users_create
cases:
  - name: example/test-user
    why: a user that is created in test mode is a test user
    request: { body: { external_id: "${fresh}", live_mode: false } }
    expect: { status: 200, body: { /live_mode: false } }
"#;

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error: the case file says that it must be so; a warning where the case says `severity: warning`",
        what: "The answer is one of those that the case expects at this step: its status, its header fields, and the \
               places of its body that the case speaks of.",
        why: "Some promises are in no schema: one identifier is one user, a refused request leaves nothing behind. They \
              are written down as cases.",
        leaves_alone: "Steps of which the case says nothing, and all derived cases. A status of 500 or more that is not \
                       expected is for `no-server-error`, and one that the document does not list for `status-documented`.",
        source: "the `expect` of the case, in `cases/*.yaml`",
        violating: Example {
            before: &[],
            intent: "authored",
            sent: r#"{"external_id":"proofmark-1"}"#,
            received: r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"","last_name":"","live_mode":true,"updated_at":1671631795145}"#,
        },
        conforming: Example {
            before: &[],
            intent: "authored",
            sent: r#"{"external_id":"proofmark-1","live_mode":false}"#,
            received: r#"200 application/json {"id":"u_1","object":"user","created_at":1671631795145,"external_id":"proofmark-1","first_name":"","last_name":"","live_mode":false,"updated_at":1671631795145}"#,
        },
    },
    judge: Judge::Exchange(run),
};

fn run(subject: &Subject<'_>, findings: &mut Vec<Finding>) -> bool {
    let (Some(expectation), Some(answer)) = (subject.expectation, subject.answer) else { return false };
    let status = answer.status();
    if (500..600).contains(&status) && !expectation.alternatives.iter().any(|any| any.allows(status)) {
        return false;
    }
    // One cause, one finding. Where the case names the status, the case knows better than the document.
    let named = || expectation.alternatives.iter().any(|any| any.allows(status));
    if !subject.contract.answers.is_empty() && !subject.contract.documents(status) && !named() {
        return false;
    }
    let severity = if expectation.gates { Severity::Error } else { Severity::Warning };
    let unmet = expectation.unmet(status, &answer.response.headers, answer.json());
    findings.extend(unmet.iter().map(|unmet| Finding { severity, ..finding(subject, answer, unmet) }));
    true
}

fn finding(subject: &Subject<'_>, answer: &Answer<'_>, unmet: &Unmet) -> Finding {
    let (what, found, body) = match &unmet.subject {
        None => ("the status".to_owned(), format!("the response has {}", answer.status()), None),
        Some(case::Subject::Header(name)) => {
            let found = match answer.response.headers.get(name) {
                Some(value) => format!("the response says `{value}`"),
                None => "the response does not have it".to_owned(),
            };
            (format!("`{name}`"), found, None)
        }
        Some(case::Subject::Body(pointer)) => {
            let found = answer.json().map_or("the response is no JSON".to_owned(), |body| says(body, pointer));
            (format!("`{pointer}`"), found, Some(pointer.clone()))
        }
    };
    let step = match subject.case.steps.len() {
        1 => String::new(),
        _ => format!(" in the answer to request {}", subject.step + 1),
    };
    let title = format!("{}: {what}{step} {}", subject.case.reason, unmet.words);
    let label = if unmet.resolved == unmet.words { found } else { format!("{found}; it {}", unmet.resolved) };
    let detail = match unmet.subject {
        // Cases of one topic that come upon the same wrong status have one cause.
        None => format!("{}/{}/{}", topic(&subject.case.name), unmet.words, answer.status()),
        // Two cases that find the same thing wrong in a body are two promises broken.
        Some(_) => format!("{}/{}/{what}", subject.case.name, subject.step),
    };
    Finding { label, body, detail, ..subject.error(ID, title, &place(subject, answer, unmet)) }
}

/// What a case is about, by its name: all before the last slash.
fn topic(name: &str) -> &str {
    name.rsplit_once('/').map_or(name, |(topic, _)| topic)
}

/// Where the document speaks of it: the schema of the answer's body, or the list of answers.
fn place(subject: &Subject<'_>, answer: &Answer<'_>, unmet: &Unmet) -> Pointer {
    let Some(entry) = answer.entry.filter(|_| unmet.subject.is_some()) else { return subject.responses() };
    let media = answer.media_type.as_ref().and_then(|media_type| entry.media(media_type));
    match (&unmet.subject, media.and_then(|media| media.schema.as_ref())) {
        (Some(case::Subject::Body(_)), Some(schema)) => schema.pointer().clone(),
        _ => entry.pointer.clone(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use serde_json::{Map, Value, json};

    use super::*;
    use crate::case::authored::{Authored, bundled, read};
    use crate::case::{Captures, Case, fresh_of_step};
    use crate::check::{Memory, Read, Scene, judge, judge_case};
    use crate::contract::Contract;
    use crate::generate::{Fresh, RunTag};
    use crate::http::{Exchange, Request, Response};

    fn contract() -> Contract {
        let text = include_bytes!("../../specs/admin-openapi.yaml");
        let document = crate::spec::read("specs/admin-openapi.yaml", text).expect("the bundled document");
        Contract::of(Arc::new(document)).expect("its contract")
    }

    fn authored(contract: &Contract) -> Authored {
        read(&bundled(), contract).expect("sound files")
    }

    type Answering = fn(&mut Users, Map<String, Value>) -> (u16, Value);

    /// A server in memory: the users it has, and what it makes of a request.
    struct Users {
        users: Vec<Value>,
        broken: bool,
        rule: Answering,
    }

    fn refusal(code: &str) -> (u16, Value) {
        (400, json!({ "error": { "code": code, "message": "no" } }))
    }

    impl Users {
        fn of(rule: Answering) -> Self {
            Self { users: Vec::new(), broken: false, rule }
        }

        fn first(&mut self, id: &Value) -> Option<&mut Value> {
            self.users.iter_mut().find(|user| user["external_id"] == *id)
        }

        fn add(&mut self, sent: &Map<String, Value>, absent: &str) -> (u16, Value) {
            let text = |name: &str| sent.get(name).cloned().unwrap_or(json!(absent));
            let user = json!({
                "id": format!("u_{}", self.users.len()), "object": "user", "external_id": sent["external_id"],
                "first_name": text("first_name"), "last_name": text("last_name"),
                "live_mode": sent.get("live_mode").cloned().unwrap_or(json!(false)),
                "created_at": 1_671_631_795_145_u64, "updated_at": 1_671_631_795_145_u64,
            });
            self.users.push(user.clone());
            (200, user)
        }

        fn answer(&mut self, request: &Request) -> Response {
            let body = serde_json::from_slice(request.body.as_deref().unwrap_or_default());
            let texts = |sent: &Map<String, Value>| {
                let text = |name: &str| sent.get(name).is_none_or(Value::is_string);
                text("first_name") && text("last_name") && sent.get("external_id").is_some_and(Value::is_string)
            };
            let (status, body) = match body {
                Ok(Value::Object(sent)) if texts(&sent) => (self.rule)(self, sent),
                Ok(Value::Object(sent)) => {
                    // A fault of some: what was refused is kept all the same.
                    if self.broken {
                        self.add(&sent, "");
                    }
                    refusal("invalid_request")
                }
                _ => {
                    self.broken |= self.users.is_empty();
                    refusal("invalid_request")
                }
            };
            let headers = [("content-type", "application/json")].into_iter().collect();
            Response { status, headers, body: body.to_string().into() }
        }
    }

    /// Sends a case as a run does, and judges each answer.
    fn play(contract: &Contract, case: &Case, number: u64, server: &mut Users, memory: &mut Memory) -> Vec<Finding> {
        let run = RunTag::sample();
        let sending = Fresh { run: &run, case: number, attempt: 0 };
        let (mut captures, mut findings, mut exchanges) = (Captures::default(), Vec::new(), Vec::new());
        let contract = &contract.operations[case.operation];
        for (step, entry) in case.steps.iter().enumerate() {
            let Ok(request) = entry.request(&fresh_of_step(&sending, step), &captures) else { break };
            let response = server.answer(&request);
            let (sent_at, elapsed) = (1_671_631_795_140, Duration::from_millis(9));
            let exchange = Exchange { request, sent_at, elapsed, outcome: Ok(response) };
            let Ok(expectation) = entry.expectation(&captures, &exchange.request) else { break };
            let expectation = expectation.as_deref();
            let scene = Scene { contract, case, number, exchanges: &exchanges, expectation };
            judge(&scene, &Read::new(contract, &exchange, None), memory, &mut findings);
            captures.take(entry, &exchange);
            exchanges.push(exchange);
        }
        let scene = Scene { contract, case, number, exchanges: &exchanges, expectation: None };
        judge_case(&scene, &mut findings);
        findings
    }

    fn play_all(rule: Answering) -> Vec<Finding> {
        let contract = contract();
        let (mut server, mut memory) = (Users::of(rule), Memory::default());
        let cases = authored(&contract).cases;
        let numbered = cases.iter().enumerate();
        numbered.flat_map(|(number, case)| play(&contract, case, number as u64, &mut server, &mut memory)).collect()
    }

    #[test]
    fn no_bundled_case_fails_a_server_that_keeps_the_contract() {
        let servers: [(&str, Answering); 5] = [
            ("conflict", |users, sent| match users.first(&sent["external_id"]) {
                Some(_) => refusal("conflict"),
                None => users.add(&sent, ""),
            }),
            ("same", |users, sent| match users.first(&sent["external_id"]).cloned() {
                Some(user) => (200, user),
                None => users.add(&sent, "Anonymous"),
            }),
            ("updated", |users, sent| match users.first(&sent["external_id"]) {
                Some(user) => {
                    sent.iter().for_each(|(name, value)| user[name] = value.clone());
                    (200, user.clone())
                }
                None => users.add(&sent, "–"),
            }),
            ("long refused", |users, sent| match sent.values().any(|value| value.to_string().len() > 1026) {
                true => refusal("invalid_request"),
                false if users.first(&sent["external_id"]).is_some() => refusal("conflict"),
                false => users.add(&sent, ""),
            }),
            ("absent mode is live", |users, mut sent| {
                if users.first(&sent["external_id"]).is_some() {
                    return refusal("conflict");
                }
                sent.entry("live_mode").or_insert(json!(true));
                users.add(&sent, "")
            }),
        ];
        for (name, rule) in servers {
            assert_eq!(play_all(rule), [], "{name}");
        }
    }

    /// Servers with a fault that no single answer shows, with the cases that show it.
    #[test]
    fn each_fault_across_answers_is_found() {
        let names = |rule| {
            let mut findings = play_all(rule);
            findings.retain(|finding| finding.check == ID);
            let mut lines: Vec<_> = findings
                .iter()
                .map(|found| format!("{}: {}\n  {}", found.severity, found.title, found.label))
                .collect();
            lines.sort();
            lines.join("\n")
        };
        insta::assert_snapshot!("a_second_user_of_one_identifier", names(|users, sent| users.add(&sent, "")));
        insta::assert_snapshot!(
            "a_repeat_that_is_forbidden",
            names(|users, sent| match users.first(&sent["external_id"]) {
                Some(_) => (403, refusal("conflict").1),
                None => users.add(&sent, ""),
            })
        );
        insta::assert_snapshot!(
            "names_of_the_user_before",
            names(|users, mut sent| {
                if users.first(&sent["external_id"]).is_some() {
                    return refusal("conflict");
                }
                for name in ["first_name", "last_name"] {
                    let before = users.users.last().map(|user| user[name].clone());
                    sent.entry(name).or_insert(before.unwrap_or(json!("")));
                }
                users.add(&sent, "")
            })
        );
        insta::assert_snapshot!(
            "one_id_for_all",
            names(|users, sent| {
                if users.first(&sent["external_id"]).is_some() {
                    return refusal("conflict");
                }
                let (status, mut user) = users.add(&sent, "");
                user["id"] = json!("u_0");
                (status, user)
            })
        );
        insta::assert_snapshot!(
            "a_repeat_is_an_invalid_request",
            names(|users, sent| {
                match users.first(&sent["external_id"]) {
                    Some(_) => refusal("invalid_request"),
                    None => users.add(&sent, ""),
                }
            })
        );
    }

    #[test]
    fn a_refused_request_that_leaves_something_behind_is_found() {
        let contract = contract();
        let cases = authored(&contract).cases;
        let named = |name: &str| cases.iter().find(|case| case.name.ends_with(name)).expect(name);
        let mut server = Users::of(|users, sent| match users.first(&sent["external_id"]) {
            Some(_) => refusal("conflict"),
            None => users.add(&sent, ""),
        });
        server.broken = true;
        let findings = play(&contract, named("recovery/after-wrong-type"), 1, &mut server, &mut Memory::default());
        assert_eq!(findings.len(), 1, "{findings:#?}");
        let finding = &findings[0];
        insta::assert_snapshot!(finding.title, @"a valid request is accepted after one of a wrong type: the status in the answer to request 2 must be 2XX");
        assert_eq!(finding.contract.as_str(), "/paths/~1users/post/responses");
        assert_eq!((finding.step, &finding.body), (1, &None));
        let mut server = Users::of(|users, sent| match users.broken {
            true => refusal("unknown"),
            false => users.add(&sent, ""),
        });
        assert_eq!(
            play(&contract, named("recovery/after-malformed-json"), 1, &mut server, &mut Memory::default()).len(),
            1
        );
    }

    #[test]
    fn a_place_in_the_body_is_told_with_the_schema_that_speaks_of_it() {
        let contract = contract();
        let cases = authored(&contract).cases;
        let twice = cases.iter().find(|case| case.name.ends_with("same-id-twice")).expect("the case");
        let mut server = Users::of(|users, sent| users.add(&sent, ""));
        let mut findings = play(&contract, twice, 1, &mut server, &mut Memory::default());
        findings.retain(|finding| finding.check == ID);
        assert_eq!(findings.len(), 1, "{findings:#?}");
        let finding = &findings[0];
        assert_eq!(finding.body, Some(Pointer::parse("/id")));
        let schema = "/paths/~1users/post/responses/200/content/application~1json/schema";
        assert_eq!(finding.contract.as_str(), schema);
        assert_eq!(finding.title.matches("u_").count(), 0, "no generated value: {}", finding.title);
    }

    #[test]
    fn a_status_that_the_document_does_not_list_is_left_to_another_check() {
        let case = authored(&contract()).cases.remove(0);
        let mut server = Users::of(|_, _| (302, json!({})));
        let mut ids: Vec<_> = play(&contract(), &case, 1, &mut server, &mut Memory::default())
            .iter()
            .map(|finding| finding.check)
            .collect();
        ids.retain(|id| *id == ID || *id == "status-documented");
        assert!(!ids.is_empty() && ids.iter().all(|id| *id == "status-documented"), "{ids:?}");
    }

    #[test]
    fn a_failing_server_is_left_to_another_check() {
        let case = authored(&contract()).cases.remove(0);
        let mut server = Users::of(|_, _| (500, refusal("unknown").1));
        let ids: Vec<_> = play(&contract(), &case, 1, &mut server, &mut Memory::default())
            .iter()
            .map(|finding| finding.check)
            .collect();
        assert_eq!(ids, ["no-server-error"]);
    }
}
