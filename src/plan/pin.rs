//! Values that every request to a protected environment carries.

use std::sync::Arc;

use crate::case::Case;
use crate::case::authored::Pin;
use crate::contract::Contract;
use crate::generate::Encoding;

/// The case with every pinned value in each of its bodies; none where it is about another value there, or where its
/// body is no plain JSON text, so that nobody can say what a server would read in it.
pub(super) fn pinned(contract: &Contract, pins: &[Pin], case: Arc<Case>) -> Option<Arc<Case>> {
    let id = &contract.operations.get(case.operation)?.operation.id;
    let pins: Vec<&Pin> = pins.iter().filter(|pin| pin.operation == *id).collect();
    if pins.is_empty() {
        return Some(case);
    }
    let mut case = Arc::unwrap_or_clone(case);
    for step in &mut case.steps {
        let body = step.request.body.as_mut()?;
        let plain = body.encoding.edits.is_empty() && body.template.value.is_object();
        if !plain && body.encoding != Encoding::plain() {
            return None;
        }
        for pin in &pins {
            match pin.pointer.resolve(&body.template.value) {
                Some(value) if *value == pin.value => {}
                Some(_) => return None,
                None if case.focus == pin.pointer || !body.template.value.is_object() => return None,
                None => body.template.set(&pin.pointer, pin.value.clone()),
            }
        }
    }
    Some(Arc::new(case))
}
