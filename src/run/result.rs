//! What a case comes to, as its exchanges come in.

use std::sync::Arc;
use std::time::Duration;

use crate::case::Case;
use crate::check::{Applied, Finding, Scene, Severity, judge_case};
use crate::contract::OperationContract;

use super::event::{CaseResult, Verdict};

impl CaseResult {
    /// The result of a case of which nothing was sent yet.
    pub(super) fn begun(number: u64, case: Arc<Case>) -> Self {
        Self {
            number,
            verdict: Verdict::Conforms,
            why: None,
            findings: Vec::new(),
            applied: Applied::default(),
            exchanges: Vec::with_capacity(case.steps.len()),
            elapsed: Duration::ZERO,
            case,
        }
    }

    /// The result of a case that was not sent.
    pub(crate) fn skipped(number: u64, case: Arc<Case>, why: String) -> Self {
        Self { verdict: Verdict::Skipped, why: Some(why), ..Self::begun(number, case) }
    }

    /// The same, its exchanges judged together.
    pub(super) fn judged(mut self, contract: &OperationContract) -> Self {
        let (case, number, exchanges) = (&self.case, self.number, self.exchanges.as_slice());
        let scene = Scene { contract, case, number, exchanges, expectation: None };
        let applied = judge_case(&scene, &mut self.findings);
        self.applied = self.applied.and(applied);
        self
    }

    /// Findings of this kind become notes; the others decide, and where there are none the verdict is `otherwise`.
    pub(super) fn let_off(&mut self, of_this_kind: fn(&Finding) -> bool, otherwise: Verdict) {
        let found = self.findings.iter_mut().filter(|finding| of_this_kind(finding));
        found.for_each(|finding| finding.severity = Severity::Note);
        if !self.findings.iter().any(|finding| finding.severity == Severity::Error) {
            self.verdict = otherwise;
        }
    }

    /// The verdict that its findings come to.
    pub(super) fn settled(mut self) -> Self {
        if self.findings.iter().any(|finding| finding.severity == Severity::Error) {
            self.verdict = Verdict::Violates;
        }
        self
    }

    /// The rest of the case was not waited for, or what it needs could not be made. What was found before that stands.
    pub(super) fn left(mut self, why: String) -> Self {
        (self.verdict, self.why) = (Verdict::Skipped, Some(why));
        self.settled()
    }

    /// The rest of the case cannot be found out. What was found before that stands.
    pub(super) fn unless_violated(mut self, why: String) -> Self {
        (self.verdict, self.why) = (Verdict::Inconclusive, Some(why));
        self.settled()
    }
}
