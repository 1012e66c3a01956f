//! Who has the last word on an instance.

use serde_json::Value;

use crate::schema::{Agreement, Compiled};
use crate::source::Pointer;

/// What is said of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is valid.
    Accepted,
    /// It is not.
    Refused,
    /// Readings of the document differ.
    Contested,
}

/// Says whether an instance is valid.
pub trait Oracle {
    /// Whether it is.
    fn verdict(&self, value: &Value) -> Verdict;

    /// Where in the instance something is wrong.
    fn wrong(&self, value: &Value) -> Vec<Pointer>;
}

impl Oracle for &Compiled {
    fn verdict(&self, value: &Value) -> Verdict {
        match self.agreement(value) {
            Agreement::Accepted => Verdict::Accepted,
            Agreement::Refused => Verdict::Refused,
            Agreement::DifferInFormat | Agreement::DifferInSiblings => Verdict::Contested,
        }
    }

    fn wrong(&self, value: &Value) -> Vec<Pointer> {
        self.violations(value).into_iter().map(|violation| violation.instance).collect()
    }
}

impl Oracle for jsonschema::Validator {
    fn verdict(&self, value: &Value) -> Verdict {
        if self.is_valid(value) { Verdict::Accepted } else { Verdict::Refused }
    }

    fn wrong(&self, value: &Value) -> Vec<Pointer> {
        self.iter_errors(value).map(|error| Pointer::parse(error.instance_path().as_str())).collect()
    }
}
