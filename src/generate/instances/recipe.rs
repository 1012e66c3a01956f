//! Kinds of instance that are made of one flat description.

use super::describe::{Flat, Type};

/// What kind of value is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Recipe {
    /// An ordinary one.
    Plain,
    /// At the lower limit: shortest, smallest, with what is required alone.
    Least,
    /// Next to the lower limit.
    AboveLeast,
    /// At the upper limit.
    Most,
    /// Next to the upper limit.
    BelowMost,
    /// One of the values listed.
    Value(usize),
    /// A boolean.
    Flag(bool),
    /// Zero.
    Zero,
    /// A negative number.
    Negative,
    /// A number with a fraction.
    Fraction,
    /// With several elements.
    Several,
    /// With a member that no name is given for.
    Extra,
    /// Without the optional member of this number.
    Without(usize),
}

/// More values of an enum than this are not made one by one.
const MAX_VALUES: usize = 64;
/// More optional members than this are not left out one by one.
const MAX_OPTIONAL: usize = 24;

/// The recipes for a description, each with its name and type; the first is the plainest.
pub(super) fn recipes(flat: &Flat<'_>) -> Vec<(String, Type, Recipe)> {
    if let Some(values) = &flat.values {
        let fitting = values.iter().enumerate().filter(|(_, value)| flat.types.contains(&Type::of(value)));
        let listed = fitting.take(MAX_VALUES);
        return listed.map(|(at, value)| (format!("value-{}", at + 1), Type::of(value), Recipe::Value(at))).collect();
    }
    let order = flat.types_in_order();
    let mut all = Vec::new();
    for (at, kind) in order.iter().enumerate() {
        // Types that the schema does not speak of are tried in one form only.
        let bare = order.len() == Type::ALL.len() && !flat.spoken.contains(kind);
        let several = order.len() > 1;
        let prefix = |name: &str| if several && at > 0 { format!("{}-{name}", kind.name()) } else { name.to_owned() };
        all.push((prefix("plain"), *kind, Recipe::Plain));
        if !bare {
            all.extend(of_type(flat, *kind).into_iter().map(|(name, recipe)| (prefix(&name), *kind, recipe)));
        }
    }
    all
}

fn of_type(flat: &Flat<'_>, kind: Type) -> Vec<(String, Recipe)> {
    let mut all: Vec<(String, Recipe)> = Vec::new();
    let mut add = |name: &str, recipe| all.push((name.to_owned(), recipe));
    match kind {
        Type::Null => {}
        Type::Boolean => {
            add("true", Recipe::Flag(true));
            add("false", Recipe::Flag(false));
        }
        Type::Number => {
            if flat.low.is_some() {
                add("minimum", Recipe::Least);
                add("above-minimum", Recipe::AboveLeast);
            }
            if flat.high.is_some() {
                add("maximum", Recipe::Most);
                add("below-maximum", Recipe::BelowMost);
            }
            add("zero", Recipe::Zero);
            add("negative", Recipe::Negative);
            add("fraction", Recipe::Fraction);
        }
        Type::String => {
            add("shortest", Recipe::Least);
            add("above-shortest", Recipe::AboveLeast);
            if flat.length.1.is_some() {
                add("longest", Recipe::Most);
                add("below-longest", Recipe::BelowMost);
            }
        }
        Type::Array => {
            add("fewest", Recipe::Least);
            add("several", Recipe::Several);
            if flat.array.count.1.is_some() {
                add("most", Recipe::Most);
            }
        }
        Type::Object => {
            add("minimal", Recipe::Least);
            if flat.object.count.1.is_some() {
                add("most", Recipe::Most);
            }
            if !flat.object.additional.is_empty() || !flat.object.patterns.is_empty() {
                add("extra", Recipe::Extra);
            }
            for (at, (name, _)) in flat.object.named.iter().enumerate().take(MAX_OPTIONAL) {
                if !flat.object.required.contains(name) {
                    add(&format!("without-{name}"), Recipe::Without(at));
                }
            }
        }
    }
    all
}
