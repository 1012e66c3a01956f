//! What case files say of rules: that one holds, that it does not, or that it holds otherwise.

use std::time::Duration;

use super::rule::{RuleKind, Standing};
use super::{Contract, OperationContract};

/// What a case file says of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amendment {
    /// The number of the operation in the contract.
    pub operation: usize,
    /// The rule's name.
    pub rule: String,
    /// Whether it holds.
    pub holds: bool,
    /// How far clocks may be apart, where that is said.
    pub skew: Option<Duration>,
    /// Whether a breach gates, where that is said.
    pub gates: Option<bool>,
    /// Who says so: a file and line.
    pub by: String,
}

impl Contract {
    /// Lets case files have their say on rules; the last one on a rule has the last word.
    pub fn amend(&mut self, amendments: &[Amendment]) {
        for amendment in amendments {
            if let Some(operation) = self.operations.get_mut(amendment.operation) {
                operation.amend(amendment);
            }
        }
    }
}

impl OperationContract {
    fn amend(&mut self, amendment: &Amendment) {
        for rule in self.rules.iter_mut().filter(|rule| rule.name() == amendment.rule) {
            let by = amendment.by.clone();
            rule.standing = if amendment.holds { Standing::Confirmed(by) } else { Standing::Refused(by) };
            if let (RuleKind::Clock { skew, .. }, Some(changed)) = (&mut rule.kind, amendment.skew) {
                *skew = changed;
            }
            rule.gates = amendment.gates.unwrap_or(rule.gates);
        }
    }
}
