//! What a document leaves open, or says in a way that it does not mean, as far as its text alone shows it.
//!
//! A lint is no error: the document loads, and cases are made from it. Each rule reports what a careful engineer would
//! want to know before trusting a contract test, and names the edit that settles it.

mod credentials;
mod dialect;
mod error_codes;
mod examples;
mod malformed;
mod misspelt;
mod naming;
mod prose;
mod references;
mod round_trip;
mod schemas;
mod targets;
#[cfg(test)]
mod tests;

use std::cell::OnceCell;

use crate::schema::Schemas;
use crate::source::{Place, Pointer};
use crate::spec::SpecError;
use crate::spec::objects::{Kind, Node, Nodes};
use crate::spec::resolve;
use crate::spec::{Document, Operation};

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
    targets::AMBIGUOUS_PATH,
    credentials::AUTH_WITHOUT_SECURITY,
    dialect::BOOLEAN_EXCLUSIVE_BOUND,
    targets::DANGLING_LINK,
    targets::DANGLING_MAPPING,
    prose::DESCRIBED_FIELDS_ONE_LEVEL_DEEPER,
    naming::DUPLICATE_OPERATION_ID,
    schemas::EMPTY_RANGE,
    error_codes::ERROR_CODE_WITHOUT_STATUS,
    examples::EXAMPLE_BREAKS_SCHEMA,
    dialect::LATER_KEYWORD,
    malformed::MALFORMED_KEYWORD,
    malformed::MALFORMED_PARAMETER,
    schemas::MALFORMED_PATTERN,
    misspelt::MISSPELT_KEYWORD,
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
    targets::UNDEFINED_SERVER_VARIABLE,
    schemas::UNKNOWN_FORMAT,
];

/// What the rules look at.
struct Subject<'d> {
    document: &'d Document,
    nodes: Vec<Node<'d>>,
    operations: Vec<Operation>,
    readings: OnceCell<Schemas>,
}

/// What `document` leaves open, in the order of its text.
///
/// # Errors
/// As [`Document::operations`].
pub fn lint(document: &Document) -> Result<Vec<Lint>, SpecError> {
    let mut nodes = Nodes::of(&document.root, document.version);
    resolve::check(document, &mut nodes)?;
    let subject = Subject { document, nodes: nodes.all, operations: document.operations()?, readings: OnceCell::new() };
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
    /// The readings of its schemas, made when the first rule asks for them.
    fn readings(&self) -> &Schemas {
        self.readings.get_or_init(|| Schemas::of(self.document))
    }

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
