//! Values that every request to a protected environment carries.

use std::sync::Arc;

use crate::case::Case;
use crate::case::authored::Pin;
use crate::contract::Contract;
use crate::generate::Encoding;

/// The case with every pinned value in each of its bodies; none where it is about another value there, or where its
/// body is no plain JSON text, so that nobody can say what a server would read in it.
pub(super) fn pinned(contract: &Contract, pins: &[Pin], case: Arc<Case>) -> Option<Arc<Case>> {
    let of = |number: usize| {
        let id = contract.operations.get(number).map(|operation| operation.operation.id.as_str());
        pins.iter().filter(|pin| id == Some(&pin.operation)).collect::<Vec<&Pin>>()
    };
    let foreign = case.steps.iter().filter_map(|step| step.operation);
    if std::iter::once(case.operation).chain(foreign).all(|number| of(number).is_empty()) {
        return Some(case);
    }
    let mut case = Arc::unwrap_or_clone(case);
    let own = case.operation;
    for step in &mut case.steps {
        let pins = of(step.operation.unwrap_or(own));
        if pins.is_empty() {
            continue;
        }
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
