//! What the answer to a step must say of what the steps before it did.

use serde_json::Value;

use crate::source::Pointer;

/// How things stand after the steps before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// A thing is there, as it was made or changed.
    There {
        /// What tells it from others, where that is known.
        identity: Option<Identity>,
        /// Places of it that are as they were sent.
        kept: Vec<Kept>,
        /// Places of it that are as they were answered when it was made.
        lasting: Vec<Lasting>,
        /// Places of it that are not any more as they were sent once.
        cleared: Vec<Cleared>,
    },
    /// A thing was deleted by the step numbered `by`.
    Gone {
        /// The number of the step.
        by: usize,
        /// What would show that it is there all the same.
        identity: Option<Identity>,
        /// Places that were as they were sent before it was deleted.
        kept: Vec<Kept>,
    },
    /// A thing is asked for in another place than its own.
    Elsewhere {
        /// What would show that it is found there all the same.
        identity: Identity,
    },
    /// A list has only what was asked for.
    Narrowed(Narrowed),
    /// A list has a thing, or has it no more.
    Listed(Listed),
    /// A page of a list, asked for again after the one behind it.
    Paged(Paged),
    /// Where the step before was granted this one is too: it differs in nothing of which there is any doubt.
    Like,
}

/// A list, and a thing that it should have or lack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The place of the array in the answer.
    pub list: Pointer,
    /// The place in an element that tells it from others.
    pub item: Pointer,
    /// The number of the step that made the thing.
    pub step: usize,
    /// The place in the answer to that step that tells the thing from others.
    pub made: Pointer,
    /// What became of the thing, and so whether the list is to have it.
    pub as_it: AsIt,
    /// So many elements are less than any page has.
    pub page: usize,
    /// Whether nothing in an element speaks of what may keep it out of a list.
    pub settled: bool,
    /// Where the document speaks of the array.
    pub schema: Pointer,
}

/// What became of a thing that a list may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsIt {
    /// It was made after the step of this number asked for the list: the list is to have it.
    WasMade(usize),
    /// The step of this number deleted it: the list is to lack it.
    WasDeleted(usize),
    /// It was made below another thing than the list: the list is to lack it.
    IsElsewhere,
}

/// A list of which a part was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Narrowed {
    /// The place of the array in the answer.
    pub list: Pointer,
    /// The parameter that says which part.
    pub parameter: String,
    /// Which part.
    pub to: Narrowing,
    /// Where the document speaks of the array.
    pub schema: Pointer,
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Narrowing {
    /// So many elements.
    AtMost(u64),
    /// The elements that have this value at this place.
    Having(Pointer, Value),
    /// All elements, in the order of their values at this place; the greatest first if the flag is set, the least first if it
    /// is not, and either if nothing was said of it.
    Sorted(Pointer, Option<bool>),
}

/// Two pages of a list, the first of which was asked for before and after the second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paged {
    /// The place of the array in each answer.
    pub list: Pointer,
    /// The place in an element that tells it from others.
    pub item: Pointer,
    /// The number of the step that asked for the first page.
    pub first: usize,
    /// The number of the step that asked for the page behind it.
    pub second: usize,
    /// The parameter that says which page.
    pub parameter: String,
    /// Where the document speaks of the array.
    pub schema: Pointer,
}

/// A place that tells one thing from others of its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The place in the answer.
    pub place: Pointer,
    /// The number of the step that made the thing.
    pub step: usize,
    /// The place in the answer to that step.
    pub made: Pointer,
    /// Where the document speaks of the place in the answer.
    pub schema: Pointer,
}

/// A place of an answer that is as an earlier step sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The place in the answer.
    pub place: Pointer,
    /// The number of the step that sent it.
    pub step: usize,
    /// The place in the JSON body that it sent.
    pub sent: Pointer,
    /// The place in the answer to that step, if it is there: an answer that says what was sent is a promise.
    pub answered: Pointer,
    /// Whether the document has the very same schema for what is sent and what comes back, so that a difference gates
    /// even where no answer promised anything.
    pub same: bool,
    /// Where the document speaks of the place in the answer.
    pub schema: Pointer,
}

/// A place of an answer that one step filled, and a later one emptied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleared {
    /// The place in the answer.
    pub place: Pointer,
    /// The number of the step that filled it.
    pub step: usize,
    /// The place in the JSON body of that step.
    pub sent: Pointer,
    /// The number of the step that emptied it.
    pub by: usize,
    /// The place in the answer to that step, if it is there.
    pub answered: Pointer,
    /// How it was emptied.
    pub how: Clearing,
    /// Whether the document says so, and not only the method.
    pub gates: bool,
    /// Where the document speaks of the place in the answer.
    pub schema: Pointer,
}

/// How a place is emptied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clearing {
    /// It was sent as null.
    Null,
    /// The whole was replaced by one that lacks it.
    LeftOut,
}

/// A place of an answer that is as an earlier answer said, since nothing changes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lasting {
    /// The place in the answer.
    pub place: Pointer,
    /// The number of the step that made the thing.
    pub step: usize,
    /// The place in the answer to that step.
    pub made: Pointer,
    /// Where the document speaks of the place in the answer.
    pub schema: Pointer,
}

/// Whether a value is what may stand where nothing was sent: null, false, zero, or something empty.
pub fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(flag) => !flag,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
    }
}
