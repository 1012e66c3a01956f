//! Which operations are tried: those that are wanted, less those that are not, less the dangerous ones that nobody named.

use regex::Regex;

use crate::contract::{Contract, Untried};
use crate::spec::Operation;

/// What a pattern is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aspect {
    /// The operation's id.
    Operation,
    /// One of its tags.
    Tag,
    /// Its method.
    Method,
    /// Its path, as the document has it.
    Path,
}

/// One pattern: a name as it stands, a glob (`*`, `?`), or a regular expression between slashes.
#[derive(Clone, Debug)]
pub struct Criterion {
    aspect: Aspect,
    text: String,
    excludes: bool,
    pattern: Regex,
}

/// A pattern that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no regular expression: {reason}")]
pub struct BadPattern {
    /// The pattern.
    pub text: String,
    /// What is wrong with it.
    pub reason: String,
}

/// A pattern that nothing in the document fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmatched {
    /// What it was held against.
    pub aspect: Aspect,
    /// The pattern.
    pub text: String,
    /// What there is.
    pub known: Vec<String>,
}

/// Which operations are tried.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Patterns. One of each aspect that is asked for must fit, and none that excludes.
    pub criteria: Vec<Criterion>,
    /// Whether dangerous operations are tried without being named.
    pub allow_destructive: bool,
}

impl Aspect {
    /// What it is called.
    pub fn word(self) -> &'static str {
        match self {
            Self::Operation => "operation",
            Self::Tag => "tag",
            Self::Method => "method",
            Self::Path => "path",
        }
    }

    fn of(self, operation: &Operation) -> Vec<&str> {
        match self {
            Self::Operation => vec![&operation.id],
            Self::Tag => operation.tags.iter().map(String::as_str).collect(),
            Self::Method => vec![&operation.method],
            Self::Path => vec![&operation.path],
        }
    }
}

impl Criterion {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// What stands between slashes is no regular expression.
    pub fn read(aspect: Aspect, excludes: bool, text: &str) -> Result<Self, BadPattern> {
        let bare = text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).filter(|inner| !inner.is_empty());
        let expression = match bare {
            Some(inner) => inner.to_owned(),
            None => glob(text),
        };
        let expression = if aspect == Aspect::Method { format!("(?i){expression}") } else { expression };
        let failed = |error: regex::Error| {
            let reason = error.to_string();
            let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            BadPattern { text: text.to_owned(), reason }
        };
        let pattern = Regex::new(&expression).map_err(failed)?;
        Ok(Self { aspect, text: text.to_owned(), excludes, pattern })
    }

    fn fits(&self, operation: &Operation) -> bool {
        // A path such as `/users/` looks like a regular expression, and is meant as it stands.
        self.aspect.of(operation).iter().any(|value| *value == self.text || self.pattern.is_match(value))
    }

    /// Whether it names this very operation.
    fn names(&self, operation: &Operation) -> bool {
        self.aspect == Aspect::Operation && !self.excludes && self.text == operation.id
    }
}

/// A glob as a regular expression that fits the whole of a text.
fn glob(text: &str) -> String {
    let escaped = regex::escape(text).replace(r"\*", ".*").replace(r"\?", ".");
    format!("^(?s:{escaped})$")
}

impl Selection {
    /// Leaves in `contract` what is selected. What is dangerous and not named goes to those that are not tried, with the
    /// reason; what is not selected at all is remembered by its id.
    ///
    /// # Errors
    ///
    /// A pattern that fits no operation of the document: a slip, after which a run that looks at nothing would pass.
    pub fn apply(&self, contract: &mut Contract) -> Result<(), Unmatched> {
        // Every operation is known here, those too of which no request can be made.
        let all = contract.document.operations().unwrap_or_default();
        for criterion in &self.criteria {
            if !all.iter().any(|operation| criterion.fits(operation)) {
                let mut known: Vec<String> =
                    all.iter().flat_map(|operation| criterion.aspect.of(operation)).map(str::to_owned).collect();
                known.sort();
                known.dedup();
                return Err(Unmatched { aspect: criterion.aspect, text: criterion.text.clone(), known });
            }
        }
        let (selected, others): (Vec<_>, Vec<_>) = all.iter().partition(|operation| self.selects(operation));
        let is_selected = |id: &str| selected.iter().any(|operation| operation.id == id);
        contract.unselected = others.iter().map(|operation| operation.id.clone()).collect();
        contract.untried.retain(|untried| is_selected(&untried.id));
        let operations = std::mem::take(&mut contract.operations);
        for operation in operations.into_iter().filter(|operation| is_selected(&operation.operation.id)) {
            let named = self.criteria.iter().any(|criterion| criterion.names(&operation.operation));
            match &operation.danger {
                Some(danger) if !named && !self.allow_destructive => contract.untried.push(Untried {
                    id: operation.operation.id.clone(),
                    title: operation.operation.title(),
                    pointer: operation.operation.pointer.clone(),
                    reason: format!(
                        "{danger}: say `--operation {}` or `--allow-destructive` to try it",
                        operation.operation.id
                    ),
                }),
                _ => contract.operations.push(operation),
            }
        }
        Ok(())
    }

    fn selects(&self, operation: &Operation) -> bool {
        let fits_one_of = |aspect| {
            let mut asked = self.criteria.iter().filter(|one| one.aspect == aspect && !one.excludes).peekable();
            asked.peek().is_none() || asked.any(|criterion| criterion.fits(operation))
        };
        let excluded = self.criteria.iter().any(|criterion| criterion.excludes && criterion.fits(operation));
        let aspects = [Aspect::Operation, Aspect::Tag, Aspect::Method, Aspect::Path];
        !excluded && aspects.into_iter().all(fits_one_of)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn contract() -> Contract {
        let text = "openapi: 3.0.3
paths:
  /users/: {get: {operationId: users_list, tags: [users], responses: {}}}
  /users/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: users_get, tags: [users, one], responses: {}}
    delete: {operationId: users_delete, tags: [users], responses: {}}
  /health: {get: {operationId: health, responses: {}}}
";
        let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
        Contract::of(Arc::new(document)).expect("a contract")
    }

    fn selected(patterns: &[(Aspect, bool, &str)]) -> Result<String, Unmatched> {
        let mut contract = contract();
        let read = |(aspect, excludes, text): &(Aspect, bool, &str)| {
            Criterion::read(*aspect, *excludes, text).expect("a pattern")
        };
        let selection = Selection { criteria: patterns.iter().map(read).collect(), allow_destructive: false };
        selection.apply(&mut contract)?;
        let ids: Vec<_> = contract.operations.iter().map(|operation| operation.operation.id.as_str()).collect();
        Ok(ids.join(" "))
    }

    #[test]
    fn names_globs_and_expressions_select_and_exclude() {
        for (patterns, expected) in [
            (vec![], "users_list users_get health"),
            (vec![(Aspect::Operation, false, "health")], "health"),
            (vec![(Aspect::Operation, false, "users_*")], "users_list users_get"),
            (vec![(Aspect::Operation, false, "/^users.*t$/")], "users_list users_get"),
            (vec![(Aspect::Operation, false, "users_delete")], "users_delete"),
            (vec![(Aspect::Tag, false, "one"), (Aspect::Tag, false, "users")], "users_list users_get"),
            (vec![(Aspect::Method, false, "get"), (Aspect::Path, false, "/users/")], "users_list users_get"),
            (vec![(Aspect::Path, false, "/users/{id}")], "users_get"),
            (vec![(Aspect::Path, true, "/users*")], "health"),
            (vec![(Aspect::Tag, false, "users"), (Aspect::Operation, true, "*_get")], "users_list"),
        ] {
            assert_eq!(selected(&patterns).as_deref(), Ok(expected), "{patterns:?}");
        }
    }

    #[test]
    fn what_is_dangerous_is_listed_with_the_reason_unless_it_is_allowed() {
        let mut contract = contract();
        Selection::default().apply(&mut contract).expect("nothing is asked for");
        let untried: Vec<_> = contract.untried.iter().map(|untried| untried.reason.as_str()).collect();
        assert_eq!(untried, ["it deletes: say `--operation users_delete` or `--allow-destructive` to try it"]);
        let mut contract = self::contract();
        Selection { allow_destructive: true, ..Selection::default() }.apply(&mut contract).expect("all");
        assert_eq!((contract.operations.len(), contract.untried.len()), (4, 0));
    }

    #[test]
    fn a_pattern_that_fits_nothing_is_told_with_what_there_is() {
        let unmatched = selected(&[(Aspect::Tag, false, "user")]).expect_err("no such tag");
        assert_eq!((unmatched.text.as_str(), unmatched.known.join(" ").as_str()), ("user", "one users"));
        assert!(selected(&[(Aspect::Operation, true, "nope*")]).is_err());
        assert!(Criterion::read(Aspect::Path, false, "/(/").is_err());
    }
}
