//! What became of each mutation.

use crate::tamper::Class;

/// What became of one mutation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// Of which kind it is.
    pub class: Class,
    /// What a server that does it does.
    pub breaks: String,
    /// The number of its operation in the contract.
    pub operation: usize,
    /// How many exchanges it changed before the run ended.
    pub changed: u64,
    /// What became of it.
    pub outcome: Outcome,
}

/// Whether a mutation was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// An error was found.
    Killed {
        /// By these checks.
        checks: Vec<&'static str>,
        /// After this many cases.
        cases: u64,
        /// In the case of this name.
        case: String,
    },
    /// Answers were changed, and nothing was found.
    Survived {
        /// Why the run ended before its plan, if so.
        cut_short: Option<String>,
    },
    /// No answer could be changed in this way: it says nothing about the gate.
    NotApplicable,
}

impl Outcome {
    /// The word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Killed { .. } => "killed",
            Self::Survived { .. } => "survived",
            Self::NotApplicable => "not applicable",
        }
    }
}

/// What became of all mutations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matrix {
    /// In the order of the mutations.
    pub rows: Vec<Row>,
}

impl Matrix {
    /// Those that were found.
    pub fn killed(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| matches!(row.outcome, Outcome::Killed { .. }))
    }

    /// Those that were not.
    pub fn survived(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| matches!(row.outcome, Outcome::Survived { .. }))
    }

    /// Those that changed nothing.
    pub fn not_applicable(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.outcome == Outcome::NotApplicable)
    }

    /// Which part of those that changed something was found, from 0 to 1; none where there is none.
    pub fn kill_rate(&self) -> Option<f64> {
        let (killed, survived) = (self.killed().count(), self.survived().count());
        (killed + survived > 0).then(|| killed as f64 / (killed + survived) as f64)
    }

    /// The classes in order, each with its rows.
    pub fn classes(&self) -> Vec<(Class, Vec<&Row>)> {
        let mut classes: Vec<(Class, Vec<&Row>)> = Vec::new();
        for row in &self.rows {
            match classes.iter_mut().find(|(class, _)| *class == row.class) {
                Some((_, rows)) => rows.push(row),
                None => classes.push((row.class, vec![row])),
            }
        }
        classes
    }
}
