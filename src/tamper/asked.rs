//! What a request is worth by the contract, read from its bytes.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use serde_json::Value;

use crate::contract::{BodyContract, OperationContract};
use crate::generate::Kind;
use crate::http::{MediaType, Request};
use crate::schema::{Agreement, Violation};
use crate::source::Pointer;

/// More characters than this are contested where no `maxLength` stands.
const LONGEST: usize = 1_024;
/// Deeper than this, a parser may give up.
const DEEPEST: usize = 64;

/// A request as the engine asked for it.
pub(super) struct Asked {
    pub(super) request: Request,
    /// Its body, where that is JSON.
    pub(super) json: Option<Value>,
    pub(super) standing: Standing,
    violations: OnceCell<Vec<Violation>>,
}

/// Reads each request once, however many mutations meet it. It serves one contract.
#[derive(Default)]
pub struct Reader(RefCell<HashMap<u64, Vec<Rc<Asked>>>>);

impl Reader {
    /// What `request` is worth; `again` tells that its identity was taken before, so that it may be refused.
    pub(super) fn read(&self, contract: &OperationContract, request: &Request, again: bool) -> Rc<Asked> {
        let mut known = self.0.borrow_mut();
        let all = known.entry(digest(request) ^ u64::from(again)).or_default();
        if let Some(asked) = all.iter().find(|asked| asked.request == *request) {
            return Rc::clone(asked);
        }
        let mut asked = Asked::of(contract, request.clone());
        if again && asked.standing == Standing::Valid {
            asked.standing = Standing::Open;
        }
        let asked = Rc::new(asked);
        all.push(Rc::clone(&asked));
        asked
    }
}

/// What the contract says of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It must be accepted.
    Valid,
    /// Its body is JSON that must be refused.
    Invalid,
    /// Its body is no JSON.
    Malformed,
    /// Either will do.
    Open,
}

impl Asked {
    /// Reads a request of the operation.
    fn of(contract: &OperationContract, request: Request) -> Self {
        let json = request.json();
        let standing = match &contract.body {
            Some(body) if as_documented(body, &request) => standing(body, &request, json.as_ref()),
            Some(_) => Standing::Open,
            None if request.headers.iter().next().is_none() && request.body.is_none() => Standing::Valid,
            None => Standing::Open,
        };
        Self { request, json, standing, violations: OnceCell::new() }
    }

    /// What it breaks, where its body is JSON that must be refused.
    pub(super) fn violations(&self, contract: &OperationContract) -> &[Violation] {
        self.violations.get_or_init(|| match (&contract.body, &self.json, self.standing) {
            (Some(body), Some(json), Standing::Invalid) => body.schema.violations(json),
            _ => Vec::new(),
        })
    }

    /// Whether all that it breaks is one keyword.
    pub(super) fn breaks_only(&self, contract: &OperationContract, keyword: &str) -> bool {
        let violations = self.violations(contract);
        !violations.is_empty() && violations.iter().all(|violation| violation.keyword == keyword)
    }

    /// The value at a place of its body.
    pub(super) fn at(&self, place: &Pointer) -> Option<&Value> {
        place.resolve(self.json.as_ref()?)
    }

    /// The kind of the value at a place of its body.
    pub(super) fn kind_at(&self, place: &Pointer) -> Option<Kind> {
        self.at(place).map(Kind::of)
    }

    /// The texts anywhere in its body.
    pub(super) fn any_text(&self, holds: impl Fn(&str) -> bool) -> bool {
        self.json.as_ref().is_some_and(|json| texts(json, &holds))
    }

    /// The bytes of its body.
    pub(super) fn bytes(&self) -> &[u8] {
        self.request.body.as_deref().unwrap_or_default()
    }

    /// Whether it must be refused.
    pub(super) fn must_be_refused(&self) -> bool {
        matches!(self.standing, Standing::Invalid | Standing::Malformed)
    }
}

/// A number by which to look a request up: equal for equal ones, and quick for long ones.
pub fn digest(request: &Request) -> u64 {
    const ENDS: usize = 96;
    let body = request.body.as_deref().unwrap_or_default();
    let (first, last) = (&body[..body.len().min(ENDS)], &body[body.len().saturating_sub(ENDS)..]);
    let mut hasher = DefaultHasher::new();
    (&request.method, &request.path, body.len(), first, last).hash(&mut hasher);
    hasher.finish()
}

/// Whether there is nothing unusual about a request but its body.
fn as_documented(body: &BodyContract, request: &Request) -> bool {
    let mut headers = request.headers.iter();
    let (Some((name, value)), None) = (headers.next(), headers.next()) else { return false };
    let wanted = MediaType::parse(&body.media_type);
    let found = std::str::from_utf8(value).ok().and_then(MediaType::parse);
    name.eq_ignore_ascii_case("content-type")
        && !value.contains(&b';')
        && matches!((wanted, found), (Some(wanted), Some(found)) if wanted.covers(&found))
}

fn standing(body: &BodyContract, request: &Request, json: Option<&Value>) -> Standing {
    let bytes = request.body.as_deref().unwrap_or_default();
    let Some(json) = json else {
        return if readings_differ(bytes) { Standing::Open } else { Standing::Malformed };
    };
    if is_repeating(bytes, json) {
        return Standing::Open;
    }
    match body.schema.agreement(json) {
        Agreement::Refused => Standing::Invalid,
        Agreement::Accepted if is_plain(body, json) => Standing::Valid,
        _ => Standing::Open,
    }
}

/// Whether some parsers read as JSON what others do not.
fn readings_differ(bytes: &[u8]) -> bool {
    let opened = bytes.iter().filter(|byte| matches!(byte, b'[' | b'{')).count();
    let surrogate = bytes
        .windows(4)
        .any(|four| matches!(four, [b'\\', b'u', b'd' | b'D', b'8'..=b'9' | b'a'..=b'f' | b'A'..=b'F']));
    let marked = bytes.starts_with(b"\xef\xbb\xbf") || bytes.contains(&0);
    let other_encoding = std::str::from_utf8(bytes).is_err();
    bytes.is_empty() || opened > DEEPEST || surrogate || marked || other_encoding
}

/// Whether a key stands twice.
fn is_repeating(bytes: &[u8], json: &Value) -> bool {
    let Value::Object(members) = json else { return false };
    let Ok(text) = std::str::from_utf8(bytes) else { return true };
    members.keys().any(|key| text.matches(&format!("\"{key}\"")).count() > 1)
}

/// Whether nobody contests a value that the schema takes.
fn is_plain(body: &BodyContract, json: &Value) -> bool {
    let known = match json {
        Value::Object(members) => members.keys().all(|key| body.listed.contains(key)),
        _ => true,
    };
    let contested = |text: &str| text.chars().count() > LONGEST || text.chars().any(is_contested);
    let fresh = |place: &Pointer| match place.resolve(json) {
        Some(Value::String(text)) => text.trim().chars().count() > 1,
        _ => true,
    };
    known && !texts(json, &contested) && !numbers(json) && body.fresh.iter().all(fresh)
}

/// Whether some text in it, names left out, is such a one.
fn texts(value: &Value, holds: &impl Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => holds(text),
        Value::Array(items) => items.iter().any(|item| texts(item, holds)),
        Value::Object(members) => members.values().any(|member| texts(member, holds)),
        _ => false,
    }
}

/// Whether some number in it is beyond 2^53.
fn numbers(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_f64().is_none_or(|number| number.abs() >= 9_007_199_254_740_992.0),
        Value::Array(items) => items.iter().any(numbers),
        Value::Object(members) => members.values().any(numbers),
        _ => false,
    }
}

/// Characters of which the document would have to say that they are taken.
pub(super) fn is_contested(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}')
        || u32::from(character) & 0xfffe == 0xfffe
        || u32::from(character) >= 0xe_0000
}
