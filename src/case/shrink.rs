//! Smaller cases of the same intent, for a finding that is easier to read.
//!
//! Pure: it proposes, and proves that each proposal still has the intent of the original. Whether the finding still
//! shows is for whoever sends it.

use serde_json::Value;

use super::{Case, Intent, Prover};
use crate::contract::OperationContract;
use crate::generate::{Form, Fresh, Kind, RunTag, Slot, Template};
use crate::source::Pointer;

/// Cases like `case` that are smaller in one thing, the boldest first, each proven to have the same intent. None for a
/// case of several requests, or without a JSON body.
pub fn smaller(case: &Case, contract: &OperationContract) -> Vec<Case> {
    let [step] = case.steps.as_slice() else { return Vec::new() };
    let (Some(body), Some(schema), Intent::Valid | Intent::Invalid { .. } | Intent::Contested(_)) =
        (&step.request.body, &contract.body, &case.intent)
    else {
        return Vec::new();
    };
    let media = Pointer::root();
    let prover = Prover::new(&schema.schema, &media).with_ranges(&schema.ranges);
    let mut found = Vec::new();
    for template in templates(&body.template, &case.focus) {
        if size(&template) >= size(&body.template) {
            continue;
        }
        let mut smaller = case.clone();
        let Some(body) = &mut smaller.steps[0].request.body else { continue };
        body.template = template;
        let run = RunTag::sample();
        let bytes = body.bytes(&Fresh { run: &run, case: 0, attempt: 0 });
        let contest = match &case.intent {
            Intent::Contested(contest) => Some(*contest),
            _ => None,
        };
        if prover.bytes(&bytes, contest).is_some_and(|intent| same(&intent, &case.intent)) {
            found.push(smaller);
        }
    }
    found
}

/// What an intent says must happen, and for what reason; where the reason stands does not matter for a body that is no
/// JSON.
fn same(one: &Intent, other: &Intent) -> bool {
    match (one, other) {
        (Intent::Invalid { keyword: a, .. }, Intent::Invalid { keyword: b, .. }) if a == "json" => a == b,
        (one, other) => one == other,
    }
}

/// How much there is to read: its length, and each character that is not plain counted double.
fn size(template: &Template) -> usize {
    let text = template.value.to_string();
    let odd = text.chars().filter(|c| !c.is_ascii_alphanumeric()).count();
    let forms: usize = template.slots.iter().map(|slot| weight(&slot.form)).sum();
    text.chars().count() + odd + forms
}

fn weight(form: &Form) -> usize {
    match form {
        Form::Tagged { before, after } => {
            let text = [before.as_str(), after.as_str()].concat();
            text.chars().count() + text.chars().filter(|c| !c.is_ascii_alphanumeric()).count()
        }
        Form::Padded { length, filler } => length + usize::from(!filler.is_ascii()) * length,
        Form::Short { .. } => 8,
        _ => 40,
    }
}

fn templates(template: &Template, focus: &Pointer) -> Vec<Template> {
    let mut all = Vec::new();
    // Whole properties first: most of a body has nothing to do with what is wrong.
    if let Value::Object(members) = &template.value {
        for name in members.keys() {
            let pointer = Pointer::root().child(name);
            if !focus.as_str().starts_with(pointer.as_str()) {
                let mut without = template.clone();
                without.remove(&pointer);
                all.push(without);
            }
        }
    }
    for slot in &template.slots {
        all.extend(forms(&slot.form).into_iter().map(|form| with_form(template, slot, form)));
    }
    let mut texts = Vec::new();
    collect(&template.value, &Pointer::root(), &mut texts);
    texts.retain(|(pointer, _)| !template.slots.iter().any(|slot| slot.pointer == *pointer));
    // What the case is about comes last, when all else is small.
    texts.sort_by_key(|(pointer, _)| focus == pointer);
    for (pointer, value) in texts {
        for simpler in simpler(value) {
            let mut with = template.clone();
            with.set(&pointer, simpler);
            all.push(with);
        }
    }
    all
}

fn with_form(template: &Template, slot: &Slot, form: Form) -> Template {
    let mut with = template.clone();
    with.set_slot(&slot.pointer, form);
    with
}

fn forms(form: &Form) -> Vec<Form> {
    match form {
        Form::Tagged { before, after } if before.is_empty() && after.is_empty() => Vec::new(),
        Form::Tagged { before, after } => {
            let mut all = vec![Form::plain()];
            let shorter = |text: &str| shorter(text).into_iter().chain([plain(text)]).collect::<Vec<_>>();
            all.extend(shorter(after).into_iter().map(|after| Form::Tagged { before: before.clone(), after }));
            all.extend(shorter(before).into_iter().map(|before| Form::Tagged { before, after: after.clone() }));
            all
        }
        Form::Padded { length, filler } => {
            let mut all = vec![Form::plain()];
            if !filler.is_ascii_alphanumeric() {
                all.push(Form::Padded { length: *length, filler: 'x' });
            }
            all.extend(
                [length / 2, length * 3 / 4, length * 7 / 8, length - 1]
                    .map(|length| Form::Padded { length, filler: *filler }),
            );
            all
        }
        _ => vec![Form::plain()],
    }
}

/// Every scalar of a value, and every array and object that is not empty.
fn collect<'v>(value: &'v Value, at: &Pointer, found: &mut Vec<(Pointer, &'v Value)>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| collect(member, &at.child(name), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| collect(item, &at.index(index), found))
        }
        _ => {}
    }
    if !at.is_root() {
        found.push((at.clone(), value));
    }
}

fn simpler(value: &Value) -> Vec<Value> {
    match value {
        Value::String(text) => {
            let mut all: Vec<String> = shorter(text);
            all.push(plain(text));
            all.into_iter().map(Value::String).collect()
        }
        Value::Array(items) if !items.is_empty() => {
            let half = items.len() / 2;
            vec![Value::Array(Vec::new()), items[..half].to_vec().into(), items[half..].to_vec().into()]
        }
        Value::Object(members) if !members.is_empty() => vec![Value::Object(serde_json::Map::new())],
        Value::Number(_) if Kind::of(value) == Kind::Number => vec![Value::from(1.5)],
        Value::Number(_) => vec![Value::from(0), Value::from(1)],
        _ => Vec::new(),
    }
}

/// Shorter texts: none of it, either half, all but an eighth, all but the last character.
fn shorter(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let count = characters.len();
    let part = |from: usize, to: usize| characters[from..to].iter().collect::<String>();
    match count {
        0 => Vec::new(),
        1 => vec![String::new()],
        _ => vec![
            String::new(),
            part(0, 1),
            part(count - 1, count),
            part(0, count / 2),
            part(count / 2, count),
            part(0, count * 7 / 8),
            part(0, count - 1),
        ],
    }
}

/// The text with every character a plain one.
fn plain(text: &str) -> String {
    text.chars().map(|_| 'a').collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::derive::{Derived, derive};
    use crate::contract::Contract;
    use std::sync::Arc;

    fn contract() -> Contract {
        let text = include_bytes!("../../specs/admin-openapi.yaml");
        Contract::of(Arc::new(crate::spec::read("specs/admin-openapi.yaml", text).expect("the document")))
            .expect("a contract")
    }

    fn cases(contract: &Contract) -> Vec<Case> {
        match derive(contract, 0, 7) {
            Derived::Cases(cases) => cases,
            Derived::Nothing(reason) => panic!("{reason}"),
        }
    }

    #[test]
    fn every_proposal_is_smaller_and_has_the_same_intent() {
        let contract = contract();
        let mut proposals = 0;
        for case in cases(&contract).iter().step_by(7) {
            for small in smaller(case, &contract.operations[0]).into_iter().take(6) {
                let template = |case: &Case| case.steps[0].request.body.clone().expect("a body").template;
                assert!(size(&template(&small)) < size(&template(case)), "{}", case.name);
                assert_eq!(small.intent.word(), case.intent.word());
                proposals += 1;
            }
        }
        assert!(proposals > 200, "{proposals}");
    }

    #[test]
    fn a_long_text_shrinks_to_the_shortest_that_still_shows() {
        let contract = contract();
        let cases = cases(&contract);
        let case = cases.iter().find(|case| case.name == "users_create/valid/first_name/length-512").expect("the case");
        let long = |case: &Case| {
            let body = case.steps[0].request.body.as_ref().expect("a body");
            body.template.value["first_name"].as_str().is_some_and(|name| name.chars().count() > 100)
        };
        let mut current = case.clone();
        while let Some(small) = smaller(&current, &contract.operations[0]).into_iter().find(long) {
            current = small;
        }
        let value = &current.steps[0].request.body.as_ref().expect("a body").template.value;
        assert_eq!(value["first_name"].as_str().map(|name| name.chars().count()), Some(101));
        assert_eq!(value.as_object().map(serde_json::Map::len), Some(2), "{value}");
    }
}
