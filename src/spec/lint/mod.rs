//! What a document leaves open, or says in a way that it does not mean, as far as its text alone shows it.
//!
//! A lint is no error: the document loads, and cases are made from it. Each rule reports what a careful engineer would
//! want to know before trusting a contract test, and names the edit that settles it.

mod credentials;
mod dialect;
mod error_codes;
mod malformed;
mod naming;
mod prose;
mod references;
mod round_trip;
mod schemas;
#[cfg(test)]
mod tests;

use super::error::SpecError;
use super::model::{Document, Operation};
use super::objects::{Kind, Node, Nodes};
use super::resolve;
use crate::source::{Place, Pointer};

/// One thing that a document leaves open.
#[derive(Clone, Debug)]
pub struct Lint {
    /// The rule's id, such as `nullable-beside-ref`.
    pub rule: &'static str,
    /// Where.
    pub place: Place,
    /// The node there.
    pub pointer: Pointer,
    /// What is open: lower case, one line.
    pub message: String,
    /// What is said under the caret.
    pub label: String,
    /// The edit that settles it.
    pub fix: String,
    /// Other places that have to do with it, and what is said there.
    pub related: Vec<(Place, String)>,
}

/// One rule: what it looks for, and how.
#[derive(Clone, Copy, Debug)]
pub struct LintRule {
    /// Its id.
    pub id: &'static str,
    /// What it reports, in one line.
    pub summary: &'static str,
    check: fn(&Subject<'_>, &mut Vec<Lint>),
}

/// All rules, by id.
pub const LINT_RULES: &[LintRule] = &[
    credentials::AUTH_WITHOUT_SECURITY,
    dialect::BOOLEAN_EXCLUSIVE_BOUND,
    prose::DESCRIBED_FIELDS_ONE_LEVEL_DEEPER,
    naming::DUPLICATE_OPERATION_ID,
    schemas::EMPTY_RANGE,
    error_codes::ERROR_CODE_WITHOUT_STATUS,
    dialect::LATER_KEYWORD,
    malformed::MALFORMED_KEYWORD,
    malformed::MALFORMED_PARAMETER,
    naming::NO_SUCCESS_RESPONSE,
    references::NULLABLE_BESIDE_REF,
    dialect::NULLABLE_WITHOUT_TYPE,
    dialect::NUMERIC_EXCLUSIVE_BOUND,
    dialect::OBSOLETE_NULLABLE,
    round_trip::OPTIONAL_BECOMES_REQUIRED,
    naming::PATH_PARAMETER_MISMATCH,
    references::REF_SIBLINGS,
    schemas::REQUIRED_WITHOUT_PROPERTY,
    credentials::UNDEFINED_SECURITY_SCHEME,
    schemas::UNKNOWN_FORMAT,
];

/// What the rules look at.
struct Subject<'d> {
    document: &'d Document,
    nodes: Vec<Node<'d>>,
    operations: Vec<Operation>,
}

/// What `document` leaves open, in the order of its text.
///
/// # Errors
/// As [`Document::operations`].
pub fn lint(document: &Document) -> Result<Vec<Lint>, SpecError> {
    let mut nodes = Nodes::of(&document.root, document.version);
    resolve::check(document, &mut nodes)?;
    let subject = Subject { document, nodes: nodes.all, operations: document.operations()? };
    let mut lints = Vec::new();
    for rule in LINT_RULES {
        (rule.check)(&subject, &mut lints);
    }
    // What belongs to one file stands together, the document itself first.
    let own = document.source.name();
    let file = |lint: &Lint| Some(lint.place.source.name()).filter(|name| *name != own).map(str::to_owned);
    lints.sort_by_cached_key(|lint| (file(lint), lint.place.span.start, lint.rule));
    Ok(lints)
}

impl<'d> Subject<'d> {
    /// All schemas that are no booleans.
    fn schemas(&self) -> impl Iterator<Item = &Node<'d>> {
        self.nodes.iter().filter(|node| node.kind == Kind::Schema && node.value.is_object())
    }

    /// A lint at the value of `pointer`.
    fn at_value(&self, rule: LintRule, pointer: Pointer, message: String, label: impl Into<String>) -> Lint {
        let place = self.document.place(&pointer);
        Lint { rule: rule.id, place, pointer, message, label: label.into(), fix: String::new(), related: Vec::new() }
    }

    /// A lint at the name of the member at `pointer`.
    fn at_key(&self, rule: LintRule, pointer: Pointer, message: String, label: impl Into<String>) -> Lint {
        let place = self.document.key_place(&pointer);
        Lint { rule: rule.id, place, pointer, message, label: label.into(), fix: String::new(), related: Vec::new() }
    }
}

impl Lint {
    fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = fix.into();
        self
    }

    fn related(mut self, related: impl IntoIterator<Item = (Place, String)>) -> Self {
        self.related.extend(related);
        self
    }
}

/// `a`, `b` and `c`, each in backticks.
fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<_> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}
