//! What a case itself says of an answer: its status, header fields, and places in its body.

use std::borrow::Cow;

use serde_json::Value;

use super::captures::{Captures, MissingCapture};
use super::matcher::Matcher;
use super::text::Known;
use crate::http::{Headers, Request};
use crate::source::Pointer;
use crate::spec::StatusPattern;

/// What must come back: one of several answers.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// Whether a breach of it gates; else it is a warning.
    pub gates: bool,
    /// The answers, any of which will do.
    pub alternatives: Vec<Alternative>,
}

/// One answer that will do.
#[derive(Clone, Debug, Default)]
pub struct Alternative {
    /// Its status: any where it is empty.
    pub status: Vec<StatusPattern>,
    /// What else it must have.
    pub claims: Vec<Claim>,
}

/// What is said of one header field or one place in the body.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Of what.
    pub subject: Subject,
    /// What is said.
    pub matcher: Matcher,
    /// What is said, as written: no generated value is in it.
    pub words: String,
}

/// What a claim is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A header field: the value of the first of its name, as a string.
    Header(String),
    /// A place in the JSON body.
    Body(Pointer),
}

/// What an answer does not meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmet {
    /// What the claim is about; none where it is the status.
    pub subject: Option<Subject>,
    /// `must be …`, as the case says it.
    pub words: String,
    /// The same with every `${…}` resolved.
    pub resolved: String,
}

impl Expectation {
    /// The same with every `${…}` in it replaced by what it stands for.
    pub(super) fn resolve(&self, captures: &Captures, sent: &Request) -> Result<Cow<'_, Self>, MissingCapture> {
        if !self.claims().any(|claim| claim.matcher.operands().iter().any(|operand| !operand.texts.is_empty())) {
            return Ok(Cow::Borrowed(self));
        }
        let sent = sent.json();
        let known = Known { fresh: None, captures, sent: sent.as_ref() };
        let mut resolved = self.clone();
        for alternative in &mut resolved.alternatives {
            for claim in &mut alternative.claims {
                claim.matcher = claim.matcher.resolve(&known)?;
            }
        }
        Ok(Cow::Owned(resolved))
    }

    /// Whether it says anything of this place in the body, in any of its alternatives.
    pub fn speaks_of(&self, pointer: &Pointer) -> bool {
        self.claims().any(|claim| matches!(&claim.subject, Subject::Body(about) if about == pointer))
    }

    /// What an answer does not meet of the alternative that it comes nearest to; empty where it meets one in full.
    pub fn unmet(&self, status: u16, headers: &Headers, body: Option<&Value>) -> Vec<Unmet> {
        let Some(fitting) = self
            .alternatives
            .iter()
            .filter(|any| any.allows(status))
            .map(|any| any.unmet(headers, body))
            .min_by_key(Vec::len)
        else {
            let mut statuses: Vec<_> =
                self.alternatives.iter().flat_map(|any| &any.status).map(|s| s.to_string()).collect();
            statuses.dedup();
            let words = format!("must be {}", statuses.join(" or "));
            return vec![Unmet { subject: None, resolved: words.clone(), words }];
        };
        fitting
    }

    fn claims(&self) -> impl Iterator<Item = &Claim> {
        self.alternatives.iter().flat_map(|alternative| &alternative.claims)
    }
}

impl Alternative {
    /// Whether an answer of `status` may be it.
    pub fn allows(&self, status: u16) -> bool {
        self.status.is_empty() || self.status.iter().any(|pattern| pattern.covers(status))
    }

    fn unmet(&self, headers: &Headers, body: Option<&Value>) -> Vec<Unmet> {
        let broken = self.claims.iter().filter(|claim| !claim.holds(headers, body));
        broken
            .map(|claim| Unmet {
                subject: Some(claim.subject.clone()),
                words: claim.words.clone(),
                resolved: claim.matcher.words(),
            })
            .collect()
    }
}

impl Claim {
    /// A claim, its words those of `matcher`.
    pub fn new(subject: Subject, matcher: Matcher) -> Self {
        Self { subject, words: matcher.words(), matcher }
    }

    fn holds(&self, headers: &Headers, body: Option<&Value>) -> bool {
        match &self.subject {
            Subject::Header(name) => {
                let value = headers.get(name).map(Value::from);
                self.matcher.holds(value.as_ref(), body)
            }
            Subject::Body(pointer) => self.matcher.holds(body.and_then(|body| pointer.resolve(body)), body),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Operand;
    use serde_json::json;

    #[test]
    fn one_alternative_met_is_enough_and_else_the_nearest_is_told() {
        let alternative = |status: &str, claims: Vec<Claim>| Alternative {
            status: StatusPattern::parse(status).into_iter().collect(),
            claims,
        };
        let claim =
            |at: &str, value| Claim::new(Subject::Body(Pointer::parse(at)), Matcher::Equals(Operand::literal(value)));
        let expectation = Expectation {
            gates: true,
            alternatives: vec![
                alternative("200", vec![claim("/id", json!("u_1")), claim("/n", json!(1))]),
                alternative("4XX", vec![claim("/error/code", json!("conflict"))]),
            ],
        };
        let unmet = |status, body: Value| {
            let unmet = expectation.unmet(status, &Headers::new(), Some(&body));
            unmet.into_iter().map(|unmet| (unmet.subject, unmet.words)).collect::<Vec<_>>()
        };
        let body = |at| Some(Subject::Body(Pointer::parse(at)));
        assert_eq!(unmet(200, json!({ "id": "u_1", "n": 1 })), []);
        assert_eq!(unmet(409, json!({ "error": { "code": "conflict" } })), []);
        assert_eq!(unmet(200, json!({ "id": "u_1" })), [(body("/n"), "must be `1`".to_owned())]);
        assert_eq!(unmet(400, json!({})), [(body("/error/code"), "must be `\"conflict\"`".to_owned())]);
        assert_eq!(unmet(500, json!({})), [(None, "must be 200 or 4XX".to_owned())]);
        assert!(expectation.speaks_of(&Pointer::parse("/n")) && !expectation.speaks_of(&Pointer::parse("/m")));
    }
}
