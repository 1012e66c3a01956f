//! What an operation promises: schemas under every reading, statuses, and rules beyond schemas.

mod amend;
mod body;
mod danger;
mod header;
mod infer;
mod link;
mod list;
mod meaning;
mod operation;
mod parameter;
mod range;
mod rule;
#[cfg(test)]
mod tests;
mod words;
mod write_only;

pub use amend::Amendment;
pub use body::{BodyContract, OtherBody, Unsent, has_own_rules};
pub use header::HeaderContract;
pub(crate) use infer::same_in_any_spelling;
pub(crate) use link::names_another;
pub use link::{Link, LinkSource, Named, Places, Reference};
pub use list::{List, lists};
pub(crate) use meaning::same_meaning;
pub use operation::{AnswerContract, MediaContract, OperationContract};
pub(crate) use parameter::words;
pub use parameter::{ParameterContract, ToldBy};
pub use range::Range;
pub(crate) use range::is_range;
pub use rule::{Confidence, DEFAULT_SKEW, Rule, RuleKind, Standing, TimeUnit};
pub(crate) use words::{
    changes_of_itself, is_granted, is_kept_secret, is_of_creation, says_changed, says_null_clears, says_replaces,
    speaks,
};
pub use write_only::WriteOnly;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::schema::{SchemaError, Schemas};
use crate::source::Pointer;
use crate::spec::{Document, SpecError};

/// The promises of a whole document.
#[derive(Debug)]
pub struct Contract {
    /// The document.
    pub document: Arc<Document>,
    /// Its schemas, in each reading.
    pub schemas: Schemas,
    /// Operations that can be tried, in document order.
    pub operations: Vec<OperationContract>,
    /// Operations that cannot, with the reason. They are reported as skipped, never left out in silence.
    pub untried: Vec<Untried>,
    /// Which operations make the things that others name. They stay when operations are left out.
    pub links: Vec<Link>,
    /// What paths name, by the words it is called, whether or not some operation makes such a thing.
    things: BTreeMap<Vec<String>, link::Things>,
    /// What schemas tell of the things that their values name.
    told: link::Told,
    /// Ids of operations that nobody asked for.
    pub unselected: Vec<String>,
}

/// An operation that no case can be made for.
#[derive(Clone, Debug)]
pub struct Untried {
    /// Its id.
    pub id: String,
    /// `METHOD /path`.
    pub title: String,
    /// Where it stands.
    pub pointer: Pointer,
    /// Why no case can be made.
    pub reason: String,
}

impl Contract {
    /// The contract that `document` states.
    ///
    /// # Errors
    ///
    /// The document's structure cannot be understood. A schema that cannot be compiled is no error of the whole: its
    /// operation is [`Untried`].
    pub fn of(document: Arc<Document>) -> Result<Self, SpecError> {
        let schemas = Schemas::of(&document);
        let mut operations = Vec::new();
        let mut untried = Vec::new();
        for operation in document.operations()? {
            let (id, title, pointer) = (operation.id.clone(), operation.title(), operation.pointer.clone());
            let reason = match operation::unsupported(&operation) {
                Some(reason) => reason,
                None => match OperationContract::of(operation, &document, &schemas) {
                    Ok(contract) => {
                        operations.push(contract);
                        continue;
                    }
                    Err(SchemaError { pointer, reason }) => {
                        format!("the schema at {} cannot be understood: {reason}", document.place(&pointer))
                    }
                },
            };
            untried.push(Untried { id, title, pointer, reason });
        }
        let links = link::links(&operations, &document, &schemas);
        let things = link::things(&operations, &links);
        let told = link::Told::of(&operations, &links, &document, &schemas);
        let unselected = Vec::new();
        let mut contract = Self { document, schemas, operations, untried, links, things, told, unselected };
        let references: Vec<_> = contract.operations.iter().map(|one| contract.named_in_body(one)).collect();
        contract.operations.iter_mut().zip(references).for_each(|(one, found)| one.references = found);
        Ok(contract)
    }
}
