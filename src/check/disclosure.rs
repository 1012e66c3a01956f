//! No answer carries what is not for the client.

mod others;

use percent_encoding::percent_decode;
use serde_json::Value;

use super::leaks::{Suspicion, Trace};
use super::memory::texts_of;
use super::{About, Answer, Check, Example, Finding, Judge, Memory, Novelty, Read, Severity, Subject};
use crate::case::Intent;
use crate::contract::RuleKind;
use crate::http::Credential;
use crate::source::{Pointer, member};

const ID: &str = "disclosure";

/// Header fields that hold paths of URLs.
const URL_FIELDS: &[&str] = &["location", "content-location", "link", "set-cookie", "refresh", "report-to", "nel"];
/// Header fields that may say what a request made is called.
const TELLING_FIELDS: &[&str] = &["location", "content-location", "link", "etag"];
/// A shorter word may be anything.
const SHORTEST_ID: usize = 8;
/// The longest evidence that is shown, in characters.
const SHOWN: usize = 80;

pub(super) const CHECK: Check = Check {
    about: About {
        id: ID,
        severity: "error: what stands there helps an attacker, or is another user's. A property whose name alone sounds \
                   secret is a warning, unless its value is a hash, or stands in a refusal",
        what: "No answer, in body or header, carries the run's credential, a stack trace or panic, SQL or a database's \
               complaint, a connection string, a private path, a key, a password's hash, or what another case of the run \
               sent; and no refusal, and nothing that stands beside what a create answers with, the id of what another request made.",
        why: "Errors are where a server says more than it should: an exception's text is passed on as the message.",
        leaves_alone: "What the case itself sent, also where it comes back escaped or cut short. The position at which a JSON \
                       parser gave up. What an identity that was sent before comes back with. A cookie that is set anew. \
                       Properties that the document lists. \
                       What the server says to all, be it what some case sent too.",
        source: "OWASP API Security Top 10 (2023), API3 and API8; CWE-209, CWE-532",
        violating: Example {
            before: &[],
            intent: "invalid",
            sent: r#"{"external_id":"proofmark-1","first_name":7}"#,
            received: r#"400 application/json {"error":{"code":"invalid_request","message":"UNIQUE constraint failed: users.external_id"}}"#,
        },
        conforming: Example {
            before: &[],
            intent: "invalid",
            sent: r#"{"external_id":"x' OR 1=1; SELECT * FROM users","first_name":7}"#,
            received: r#"400 application/json {"error":{"code":"invalid_request","message":"`x' OR 1=1; SELECT * FROM us…` is malformed at line 1 column 17"}}"#,
        },
    },
    judge: Judge::Run(run),
};

fn run(subject: &Subject<'_>, memory: &mut Memory, findings: &mut Vec<Finding>) -> bool {
    let Some(answer) = subject.answer else { return false };
    let looking = Looking { subject, memory, answer };
    looking.body(findings);
    for (name, value) in answer.response.headers.iter() {
        looking.field(name, value, findings);
    }
    true
}

struct Looking<'l> {
    subject: &'l Subject<'l>,
    memory: &'l Memory,
    answer: &'l Answer<'l>,
}

/// Where in an answer something stands.
#[derive(Clone, Copy)]
enum Place<'p> {
    /// At a place in the body; the whole where that is none.
    Body(Option<&'p Path<'p>>),
    Field(&'p str),
}

/// What the texts of a body gave rise to.
#[derive(Default)]
struct Seen {
    /// An identifier of another case.
    foreign_tag: bool,
    /// A text that one other case sent.
    foreign_text: bool,
    /// A name, not listed, that may be that of a secret.
    secret_name: bool,
}

/// What a stack trace is called, without what joins its words.
const STACKS: [&str; 6] = ["stack", "stacktrace", "traceback", "backtrace", "callstack", "exceptionstack"];

impl Looking<'_> {
    fn body(&self, findings: &mut Vec<Finding>) {
        let mut seen = Seen::default();
        match self.answer.json() {
            Some(value) => self.texts(value, None, &mut seen, findings),
            None => {
                let body = self.answer.response.body.as_ref();
                self.bytes(body, Place::Body(None), &mut seen, findings);
            }
        }
        if seen.foreign_tag {
            findings.push(self.foreign(None, "an identifier that another case sent"));
        } else if seen.foreign_text {
            self.foreign_texts(findings);
        }
        if seen.secret_name {
            self.secret_names(findings);
        }
        findings.extend(self.stack());
        findings.extend(self.of_the_taken());
        findings.extend(self.anothers_id());
        findings.extend(self.anothers_id_beside());
    }

    /// A refusal or a failure has no member that is called a stack, whatever the lines in it look like.
    fn stack(&self) -> Option<Finding> {
        let body = self.answer.json().filter(|_| self.answer.status() >= 400)?;
        let inner = body.as_object()?.iter().flat_map(|(holder, value)| {
            value
                .as_object()
                .into_iter()
                .flatten()
                .map(move |(name, value)| (Pointer::root().child(holder).child(name), name, value))
        });
        let outer = body.as_object()?.iter().map(|(name, value)| (Pointer::root().child(name), name, value));
        let tells = |value: &Value| match value {
            Value::String(text) => text.len() >= SECRET_TEXT,
            Value::Array(lines) => !lines.is_empty(),
            _ => false,
        };
        let is_stack = |name: &str| STACKS.contains(&name.to_ascii_lowercase().replace(['_', '-'], "").as_str());
        let (at, name, _) =
            outer.chain(inner).find(|(_, name, value)| is_stack(name) && tells(value) && !self.lists(name))?;
        let title = format!("`{at}` is called a stack, and the document does not list it");
        Some(Finding { body: Some(at), detail: name.clone(), ..self.finding(title) })
    }

    /// Looks at one text of the answer, or at all of it.
    fn bytes(&self, bytes: &[u8], place: Place<'_>, seen: &mut Seen, findings: &mut Vec<Finding>) {
        let suspicion = self.memory.leaks.suspect(bytes);
        if suspicion.has_traces() || suspicion.secret {
            self.text(&String::from_utf8_lossy(bytes), place, &suspicion, findings);
        }
        seen.foreign_tag |= self.has_foreign_tag(bytes, &suspicion);
        seen.secret_name |= suspicion.secret_name;
    }

    /// Looks at the texts of a JSON answer below one place: its strings, and the names of its members.
    fn texts(&self, value: &Value, path: Option<&Path<'_>>, seen: &mut Seen, findings: &mut Vec<Finding>) {
        match value {
            // Most of an answer is what was sent, which gives nothing away.
            Value::String(text) if !self.comes_back(text, path) => {
                self.bytes(text.as_bytes(), Place::Body(path), seen, findings);
                seen.foreign_text |= self.memory.sender_of(text, self.subject.number).is_some();
            }
            Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| {
                self.texts(item, Some(&Path { above: path, step: Step::Item(index) }), seen, findings);
            }),
            Value::Object(members) => {
                let at = |name| Path { above: path, step: Step::Member(name) };
                for name in members.keys().filter(|name| !self.lists(name)) {
                    self.bytes(name.as_bytes(), Place::Body(Some(&at(name))), seen, findings);
                }
                members.iter().for_each(|(name, member)| self.texts(member, Some(&at(name)), seen, findings));
            }
            _ => {}
        }
    }

    /// Whether this property of the body was sent with this very text.
    fn comes_back(&self, text: &str, path: Option<&Path<'_>>) -> bool {
        let Some(Path { above: None, step: Step::Member(name) }) = path else { return false };
        let sent = self.subject.read.sent().and_then(|sent| member(sent.as_object()?, name));
        sent.and_then(Value::as_str) == Some(text)
    }

    /// Whether the document lists a property of this name in some answer.
    fn lists(&self, name: &str) -> bool {
        self.subject.contract.answer_names.binary_search_by(|listed| listed.as_str().cmp(name)).is_ok()
    }

    fn field(&self, name: &str, value: &[u8], findings: &mut Vec<Finding>) {
        let suspicion = self.memory.leaks.suspect(value);
        if suspicion == Suspicion::default() {
            return;
        }
        let text = String::from_utf8_lossy(value);
        self.text(&text, Place::Field(name), &suspicion, findings);
        if self.has_foreign_tag(value, &suspicion) {
            let finding =
                self.foreign(None, &format!("an identifier that another case sent, in `{}`", name.to_lowercase()));
            findings.push(finding);
        }
    }

    /// Traces and secrets in one text of the answer, each kind once.
    fn text(&self, text: &str, place: Place<'_>, suspicion: &Suspicion, findings: &mut Vec<Finding>) {
        let in_url = matches!(place, Place::Field(name) if URL_FIELDS.iter().any(|url| name.eq_ignore_ascii_case(url)));
        let mut told: Vec<&str> = Vec::new();
        for (trace, range) in suspicion.traces_in(text) {
            let evidence = text.get(range).unwrap_or_default();
            let in_place = (trace.is_path && in_url) || (trace.is_of_errors && self.may_hold_a_token(place));
            if told.contains(&trace.what) || in_place || self.was_sent(evidence) {
                continue;
            }
            told.push(trace.what);
            findings.push(self.carries(trace, evidence, place));
        }
        if suspicion.secret && self.has_secret(text, place) {
            let (title, body) = self.title("the run's credential", place);
            let label = "it is taken out of what is shown".to_owned();
            findings.push(Finding { label, body, detail: "credential".into(), ..self.finding(title) });
        }
    }

    /// Whether an answer hands out tokens there: who signs in is given one.
    fn may_hold_a_token(&self, place: Place<'_>) -> bool {
        matches!(place, Place::Field(_)) || self.answer.status() < 400
    }

    fn has_secret(&self, text: &str, place: Place<'_>) -> bool {
        // A server that quotes the wrong credential which it was sent quotes the request: of several parts one may be right.
        let quoted = |credential: Credential| credential.is_wrong() && credential.holds_of_the_right();
        if self.subject.case.step(self.subject.step).is_some_and(|step| quoted(step.credential)) {
            return false;
        }
        let secrets: Vec<_> = self.memory.leaks.secrets_in(text).filter(|secret| !self.was_sent(secret)).collect();
        // A server may set the very cookie anew that it was sent.
        let is_cookie = matches!(place, Place::Field(name) if name.eq_ignore_ascii_case("set-cookie"));
        let renewed = is_cookie && secrets.iter().any(|secret| secret.trim_end_matches('=').contains('='));
        !secrets.is_empty() && !renewed
    }

    fn carries(&self, trace: &Trace, evidence: &str, place: Place<'_>) -> Finding {
        let (title, body) = self.title(trace.what, place);
        let evidence = evidence.trim();
        let mut shown: String = evidence.chars().take(SHOWN).collect();
        if shown.len() < evidence.len() {
            shown.push('…');
        }
        let label = format!("the response says {}", Value::from(shown));
        Finding { label, body, detail: trace.what.into(), ..self.finding(title) }
    }

    fn title(&self, what: &str, place: Place<'_>) -> (String, Option<Pointer>) {
        match place {
            Place::Field(name) => (format!("the header field `{}` carries {what}", name.to_lowercase()), None),
            Place::Body(None) => (format!("the body carries {what}"), None),
            Place::Body(Some(path)) => {
                let at = path.pointer();
                (format!("`{at}` carries {what}"), Some(at))
            }
        }
    }

    fn foreign(&self, at: Option<&Path<'_>>, what: &str) -> Finding {
        let (title, body) = match at {
            Some(_) => self.title(what, Place::Body(at)),
            None => (format!("the answer carries {what}"), None),
        };
        Finding { body, detail: "another's".into(), ..self.finding(title) }
    }

    fn finding(&self, title: String) -> Finding {
        let place = self.answer.entry.map_or_else(|| self.subject.responses(), |entry| entry.pointer.clone());
        self.subject.error(ID, title, &place)
    }

    /// Whether the answer may rightly be about what another case made: the same identity was sent, and this case did not
    /// make it up.
    fn may_be_anothers(&self) -> bool {
        // Who asks for what is there, is told what others made.
        let contract = self.subject.contract;
        if contract.body.is_none() || contract.names_things() || contract.lists {
            return true;
        }
        // There is one of what has no name, and whoever changes it is told what others left there.
        if matches!(contract.operation.method.as_str(), "PUT" | "PATCH") {
            return true;
        }
        match self.subject.novelty(self.memory) {
            Novelty::New => false,
            Novelty::Repeated => !self.is_ours(),
            // Whoever is rightly refused asked for nobody.
            Novelty::Doubtful => self.subject.read.sent().is_some() && !self.is_refused_rightly(),
        }
    }

    fn is_refused_rightly(&self) -> bool {
        (400..500).contains(&self.answer.status()) && matches!(self.subject.intent(), Intent::Invalid { .. })
    }

    /// Whether the request carries an identifier that this very case made.
    fn is_ours(&self) -> bool {
        let body = self.subject.exchange.request.body.as_deref().unwrap_or_default();
        self.memory.leaks.suspect(body).tags.iter().any(|end| number_at(body, *end) == Some(self.subject.number))
    }

    /// Whether a tag of this run stands in `text` that belongs to another case.
    fn has_foreign_tag(&self, text: &[u8], suspicion: &Suspicion) -> bool {
        suspicion.tags.iter().any(|end| {
            let digits = digits_at(text, *end);
            let foreign = number_at(text, *end).is_some_and(|number| number != self.subject.number);
            foreign && !self.may_be_anothers() && {
                let begin = text[..*end].iter().rposition(|byte| *byte == b'p').unwrap_or_default();
                let tag = &text[begin..*end + digits];
                !self.requests().any(|body| body.windows(tag.len()).any(|part| part == tag))
            }
        })
    }

    /// Strings of the answer that one other case sent, and this one did not.
    fn foreign_texts(&self, findings: &mut Vec<Finding>) {
        if let Some(body) = self.answer.json() {
            self.foreign_texts_in(body, None, findings);
        }
    }

    /// The same below one place. The place is written out only where there is something to say of it.
    fn foreign_texts_in(&self, value: &Value, path: Option<&Path<'_>>, findings: &mut Vec<Finding>) {
        match value {
            Value::String(text) => {
                let number = self.subject.number;
                let Some(sender) = self.memory.sender_of(text, number) else { return };
                let at = path.map(Path::pointer).unwrap_or_default();
                let said_to_all = self.memory.is_said_to_all(&at, text, (number, sender))
                    || !self.memory.knows_status(self.answer.status());
                if !said_to_all && !self.may_be_anothers() && !self.sends(text) && !self.is_default(&at) {
                    let finding = self.foreign(path, "what another case sent");
                    let label = self.answer.json().map_or_else(String::new, |body| super::answer::says(body, &at));
                    findings.push(Finding { label, ..finding });
                }
            }
            Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| {
                self.foreign_texts_in(item, Some(&Path { above: path, step: Step::Item(index) }), findings);
            }),
            Value::Object(members) => members.iter().for_each(|(name, member)| {
                self.foreign_texts_in(member, Some(&Path { above: path, step: Step::Member(name) }), findings);
            }),
            _ => {}
        }
    }

    /// Whether it is what an absent property comes back as: `defaults` looks at that.
    fn is_default(&self, at: &Pointer) -> bool {
        let of = |kind: &RuleKind| matches!(kind, RuleKind::Defaults { property, .. } if *at == Pointer::root().child(property));
        self.subject.contract.rules_in_force().any(|rule| of(&rule.kind))
    }

    /// Properties that the document does not list, and whose names are those of secrets.
    fn secret_names(&self, findings: &mut Vec<Finding>) {
        let Some(body) = self.answer.json() else { return };
        let mut open = vec![(Pointer::root(), body)];
        while let Some((at, value)) = open.pop() {
            let Value::Object(members) = value else { continue };
            for (name, member) in members {
                open.push((at.child(name), member));
                if self.lists(name) || !is_secret_name(name) || is_nothing(member) || self.names(name) {
                    continue;
                }
                // Who is refused is to be told nothing of the kind.
                let refused =
                    self.answer.status() >= 400 && member.as_str().is_some_and(|text| text.len() >= SECRET_TEXT);
                let severity = if refused || is_hash(name, member) { Severity::Error } else { Severity::Warning };
                let title = format!("`{}` sounds secret, and the document does not list it", at.child(name));
                let body = Some(at.child(name));
                findings.push(Finding { severity, body, detail: name.clone(), ..self.finding(title) });
            }
        }
    }

    /// The bodies that the case sent so far.
    fn requests(&self) -> impl Iterator<Item = &[u8]> {
        let all = self.subject.earlier.iter().chain(std::iter::once(self.subject.exchange));
        all.filter_map(|exchange| exchange.request.body.as_deref())
    }

    fn reads(&self) -> impl Iterator<Item = Read<'_>> {
        let all = self.subject.earlier.iter().chain(std::iter::once(self.subject.exchange));
        all.map(|exchange| Read::new(self.subject.contract, exchange, None))
    }

    /// Whether the case sent exactly this text.
    fn sends(&self, text: &str) -> bool {
        self.reads().any(|read| texts_of(&read).contains(&text)) || self.requests().any(|body| is_written(body, text))
    }

    /// Whether the case sent a property of this name.
    fn names(&self, name: &str) -> bool {
        self.reads().any(|read| read.sent().is_some_and(|sent| sent.get(name).is_some()))
    }

    /// Whether the case itself sent this text, be it escaped: then it comes back rightly.
    fn was_sent(&self, evidence: &str) -> bool {
        let wanted = plain(evidence);
        let said = |read: Read<'_>| {
            let request = &read.exchange.request;
            let mut all = plain(&String::from_utf8_lossy(request.body.as_deref().unwrap_or_default()));
            all.extend(texts_of(&read).into_iter().map(plain));
            all.push_str(&plain(&request.path));
            all.extend(request.headers.iter().map(|(_, value)| plain(&String::from_utf8_lossy(value))));
            all.contains(&wanted)
        };
        wanted.is_empty() || self.reads().any(said)
    }
}

/// Whether a body that is no JSON has this text: as it is, or as forms write it.
fn is_written(body: &[u8], text: &str) -> bool {
    let has = |bytes: &[u8]| !text.is_empty() && String::from_utf8_lossy(bytes).contains(text);
    let spaced = || body.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect::<Vec<u8>>();
    let is_json = matches!(body.first(), Some(b'{' | b'['));
    !is_json && (has(body) || has(&percent_decode(&spaced()).collect::<Vec<u8>>()))
}

/// A place below the root, as it is come by.
struct Path<'p> {
    above: Option<&'p Self>,
    step: Step<'p>,
}

enum Step<'p> {
    Item(usize),
    Member(&'p str),
}

impl Path<'_> {
    fn pointer(&self) -> Pointer {
        let above = self.above.map(Path::pointer).unwrap_or_default();
        match self.step {
            Step::Item(index) => above.index(index),
            Step::Member(name) => above.child(name),
        }
    }
}

/// The words of a text that are long enough, and odd enough, to be nothing but an id.
fn words_like_ids(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
    words.filter(|word| word.len() >= SHORTEST_ID && word.bytes().any(|byte| byte.is_ascii_digit()))
}

/// How many digits stand at a place.
fn digits_at(text: &[u8], at: usize) -> usize {
    text[at..].iter().take_while(|byte| byte.is_ascii_digit()).count()
}

/// The number that stands at a place.
fn number_at(text: &[u8], at: usize) -> Option<u64> {
    std::str::from_utf8(&text[at..at + digits_at(text, at)]).ok()?.parse().ok()
}

/// A text without what escaping adds or changes: quotes, backslashes, entities, white space, letter case.
fn plain(text: &str) -> String {
    const ENTITIES: &[(&str, &str)] = &[
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
        ("&quot;", ""),
        ("&#39;", ""),
        ("&#x27;", ""),
        ("\\n", ""),
        ("\\t", ""),
    ];
    let text = ENTITIES.iter().fold(text.to_lowercase(), |text, (entity, plain)| match text.contains(entity) {
        true => text.replace(entity, plain),
        false => text,
    });
    text.chars().filter(|c| !c.is_whitespace() && !c.is_control() && !"\"'`\\".contains(*c)).collect()
}

fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["passw", "secret", "salt", "private_key", "privatekey"].iter().any(|part| name.contains(part)) || name == "hash"
}

/// Whether a value gives nothing away.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => true,
        Value::String(text) => text.is_empty() || text.chars().all(|c| c == '*'),
        _ => false,
    }
}

/// A text of as many bytes is no word that says whether there is a secret.
const SECRET_TEXT: usize = 8;

/// Whether it is a hash or a key, by its look. What is merely called `hash` may be that of anything.
fn is_hash(name: &str, value: &Value) -> bool {
    let Some(text) = value.as_str().filter(|_| !name.eq_ignore_ascii_case("hash")) else { return false };
    let base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=_-".contains(&byte);
    let hex = text.len() >= 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    hex || text.starts_with('$') || (text.len() >= 40 && text.bytes().all(base64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_escaping_changes_does_not_count() {
        assert_eq!(plain(r#"a \"B\" &lt;c&gt;"#), plain(r#"A "b" <C>"#));
        assert_eq!(plain("&quot;x&#39;"), "x");
    }

    #[test]
    fn only_what_can_be_nothing_else_is_taken_for_an_id() {
        let text = "user `u_3kf9a2b7c1` (id: 01234567-89ab) is not at line 12, position 1234567 of external_id";
        assert_eq!(words_like_ids(text).collect::<Vec<_>>(), ["u_3kf9a2b7c1", "01234567-89ab"]);
    }

    #[test]
    fn a_hash_is_known_by_its_look() {
        let text = |text: &str| Value::from(text);
        assert!(is_hash("password", &text("$2b$12$x")) && is_hash("secret", &text(&"ab".repeat(16))));
        assert!(!is_hash("password", &text("set")) && !is_hash("hash", &text(&"ab".repeat(16))));
        assert!(is_secret_name("passwordHash") && is_secret_name("client_secret") && !is_secret_name("hashtag"));
    }

    #[test]
    fn a_form_has_the_texts_that_it_was_written_from() {
        assert!(is_written(b"name=Ada+L%C3%B6w&x=1", "Ada L\u{f6}w"));
        assert!(is_written(b"--b\r\n\r\nAda L\xc3\xb6w\r\n--b--", "Ada L\u{f6}w"));
        assert!(
            !is_written(b"name=Ada", "Bea") && !is_written(b"name=Ada", "") && !is_written(br#"{"a": "Ada"}"#, "Ada")
        );
    }
}
