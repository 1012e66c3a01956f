//! One thing that is wrong with a value, with its place in the value and in the document.

use std::borrow::Cow;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use super::identifiers::is_copy;
use crate::source::Pointer;

/// One thing that is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The keyword that is broken.
    pub keyword: String,
    /// Where in the value: for a missing property, where it should be.
    pub instance: Pointer,
    /// Where in the document the broken keyword stands.
    pub schema: Pointer,
    /// What the value must be, in words: `must be an integer`.
    pub message: String,
}

/// Every violation that `validator` finds in `value`; `document` is the document as written.
pub(super) fn all(validator: &Validator, value: &Value, document: &Value) -> Vec<Violation> {
    let mut found = Vec::new();
    for error in validator.iter_errors(value) {
        collect(&error, document, &mut found);
    }
    found
}

fn collect(error: &ValidationError<'_>, document: &Value, found: &mut Vec<Violation>) {
    let normalised = location(error);
    if let ValidationErrorKind::AnyOf { context } = error.kind()
        && normalised.resolve(document).is_none()
        && let Some(branch) = context.first()
    {
        // The `anyOf` that stands for `nullable` beside `$ref` is ours: what counts is the schema it wraps.
        branch.iter().for_each(|error| collect(error, document, found));
        return;
    }
    let mut keyword = error.kind().keyword().to_owned();
    let mut schema = as_written(&normalised, document);
    let mut instance = Pointer::parse(error.instance_path().as_str());
    let mut message = words(error);
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            instance = instance.child(name);
            let listed = schema.resolve(document).and_then(Value::as_array);
            if let Some(at) = listed.and_then(|names| names.iter().position(|listed| listed == property)) {
                schema = schema.index(at);
            }
        }
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            for name in unexpected {
                let instance = instance.child(name);
                let (keyword, schema, message) = (keyword.clone(), schema.clone(), message.clone());
                found.push(Violation { keyword, instance, schema, message });
            }
            return;
        }
        ValidationErrorKind::FalseSchema => keyword = schema.last().map_or(keyword, |name| name.into_owned()),
        ValidationErrorKind::BacktrackLimitExceeded { .. } => {
            message = "has a pattern that takes too long to try".into()
        }
        _ => {}
    }
    found.push(Violation { keyword, instance, schema, message });
}

/// The keyword's place in the normalised document.
fn location(error: &ValidationError<'_>) -> Pointer {
    let absolute = error.absolute_keyword_location().and_then(|uri| uri.fragment());
    let text =
        absolute.map_or_else(|| error.schema_path().as_str().into(), |fragment| percent_decoded(fragment.as_str()));
    Pointer::parse(&text)
}

fn percent_decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => (out.push(byte), at += 3).1,
            None => (out.push(bytes[at]), at += 1).1,
        }
    }
    Cow::Owned(String::from_utf8_lossy(&out).into_owned())
}

/// The place in the document as written: without the `anyOf/0` that normalising puts round a nullable `$ref`, and in what
/// was copied rather than in the copy.
fn as_written(pointer: &Pointer, document: &Value) -> Pointer {
    if pointer.resolve(document).is_some() {
        return pointer.clone();
    }
    let mut out = Pointer::root();
    let mut node = document;
    let mut tokens = pointer.tokens().peekable();
    while let Some(token) = tokens.next() {
        if token == "$defs" && tokens.next_if(|name| is_copy(name)).is_some() {
            continue;
        }
        let below = match node {
            Value::Array(items) => token.parse::<usize>().ok().and_then(|index| items.get(index)),
            other => other.get(token.as_ref()),
        };
        match below {
            Some(below) => (out, node) = (out.child(&token), below),
            None if token == "anyOf" => _ = tokens.next(),
            None => break,
        }
    }
    out
}

/// What the value must be, without the value itself: that is shown elsewhere, shortened and redacted.
fn words(error: &ValidationError<'_>) -> String {
    use ValidationErrorKind as Kind;
    match error.kind() {
        Kind::Required { .. } => "is missing".into(),
        Kind::Type { kind: TypeKind::Single(one) } => format!("must be {}", article(&one.to_string())),
        Kind::Type { kind: TypeKind::Multiple(several) } => {
            let names: Vec<_> = several.iter().map(|one| article(&one.to_string())).collect();
            format!("must be {}", names.join(" or "))
        }
        Kind::Enum { options } => match options.as_array().map(Vec::as_slice) {
            Some([only]) => format!("must be `{only}`"),
            Some(values) if values.len() <= 12 => {
                let values: Vec<_> = values.iter().map(|value| format!("`{value}`")).collect();
                format!("must be one of {}", values.join(", "))
            }
            _ => "must be one of the values listed".into(),
        },
        Kind::Constant { expected_value } => format!("must be `{expected_value}`"),
        Kind::AdditionalProperties { .. } | Kind::UnevaluatedProperties { .. } => "is not allowed here".into(),
        Kind::MinLength { limit } => format!("must have at least {limit} characters"),
        Kind::MaxLength { limit } => format!("must have at most {limit} characters"),
        Kind::Minimum { limit } => format!("must be at least {limit}"),
        Kind::Maximum { limit } => format!("must be at most {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("must be more than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("must be less than {limit}"),
        Kind::MinItems { limit } => format!("must have at least {limit} items"),
        Kind::MaxItems { limit } => format!("must have at most {limit} items"),
        Kind::MinProperties { limit } => format!("must have at least {limit} properties"),
        Kind::MaxProperties { limit } => format!("must have at most {limit} properties"),
        Kind::MultipleOf { multiple_of } => format!("must be a multiple of {multiple_of}"),
        Kind::Pattern { pattern } => format!("must match `{pattern}`"),
        Kind::Format { format } => format!("must have the format `{format}`"),
        Kind::UniqueItems => "must not repeat an item".into(),
        Kind::Contains => "must contain an item of the kind described".into(),
        Kind::Not { .. } => "must not be of the kind excluded".into(),
        Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } => "fits none of the schemas listed".into(),
        Kind::OneOfMultipleValid { .. } => "fits more than one of the schemas listed".into(),
        Kind::FalseSchema => "is not allowed here".into(),
        _ => error.masked().to_string(),
    }
}

/// `an integer`, `a string`, `null`.
fn article(name: &str) -> String {
    match name {
        "null" => name.to_owned(),
        _ if name.starts_with(['a', 'e', 'i', 'o', 'u']) => format!("an {name}"),
        _ => format!("a {name}"),
    }
}
