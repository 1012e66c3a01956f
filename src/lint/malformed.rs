//! Keywords and fields whose values have a form in which they say nothing.

use std::collections::HashMap;

use serde_json::Value;

use super::{Lint, LintRule, Subject};
use crate::source::Pointer;
use crate::spec::objects::Kind;

pub(super) const MALFORMED_KEYWORD: LintRule = LintRule {
    id: "malformed-keyword",
    summary: "a keyword of a schema with a value of another form than it has: `type: int`, `required: name`",
    check: malformed_keyword,
};

pub(super) const MALFORMED_PARAMETER: LintRule = LintRule {
    id: "malformed-parameter",
    summary: "a parameter of no known place or style, described twice, or in a path and not required",
    check: malformed_parameter,
};

/// What the value of a keyword must be.
#[derive(Clone, Copy)]
enum Form {
    /// The name of a type, or a list of such.
    Types,
    /// A whole number that is not negative.
    Count,
    /// A number.
    Number,
    /// A number above zero.
    Positive,
    /// A text.
    Text,
    /// True or false.
    Flag,
    /// A list of texts.
    Texts,
    /// A list with something in it.
    Values,
}

const FORMS: &[(&str, Form)] = &[
    ("type", Form::Types),
    ("enum", Form::Values),
    ("required", Form::Texts),
    ("minLength", Form::Count),
    ("maxLength", Form::Count),
    ("minItems", Form::Count),
    ("maxItems", Form::Count),
    ("minProperties", Form::Count),
    ("maxProperties", Form::Count),
    ("minContains", Form::Count),
    ("maxContains", Form::Count),
    ("minimum", Form::Number),
    ("maximum", Form::Number),
    ("multipleOf", Form::Positive),
    ("pattern", Form::Text),
    ("format", Form::Text),
    ("uniqueItems", Form::Flag),
    ("nullable", Form::Flag),
    ("readOnly", Form::Flag),
    ("writeOnly", Form::Flag),
];

const TYPES: [&str; 7] = ["string", "number", "integer", "boolean", "array", "object", "null"];

impl Form {
    fn fits(self, value: &Value) -> bool {
        let is_type = |name: &Value| name.as_str().is_some_and(|name| TYPES.contains(&name));
        match self {
            Self::Types => match value {
                Value::Array(all) => !all.is_empty() && all.iter().all(is_type),
                one => is_type(one),
            },
            Self::Count => value.as_f64().is_some_and(|number| number >= 0.0 && number.fract() == 0.0),
            Self::Number => value.is_number(),
            Self::Positive => value.as_f64().is_some_and(|number| number > 0.0),
            Self::Text => value.is_string(),
            Self::Flag => value.is_boolean(),
            Self::Texts => value.as_array().is_some_and(|all| all.iter().all(Value::is_string)),
            Self::Values => value.as_array().is_some_and(|all| !all.is_empty()),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Types => "one of string, number, integer, boolean, array, object and null",
            Self::Count => "a whole number, 0 or more",
            Self::Number => "a number",
            Self::Positive => "a number above 0",
            Self::Text => "a text",
            Self::Flag => "true or false",
            Self::Texts => "a list of names",
            Self::Values => "a list with at least one value",
        }
    }
}

fn malformed_keyword(subject: &Subject<'_>, lints: &mut Vec<Lint>) {
    for node in subject.schemas() {
        for (keyword, form) in FORMS {
            let Some(value) = node.value.get(keyword).filter(|value| !form.fits(value)) else { continue };
            let message = format!("`{keyword}` is {}, not `{}`", form.words(), short(value));
            let lint =
                subject.at_value(MALFORMED_KEYWORD, node.pointer.child(keyword), message, "says nothing like this");
            lints.push(lint.fix(fix(keyword, value)));
        }
    }
}

/// The edit that was most probably meant.
fn fix(keyword: &str, value: &Value) -> String {
    match (keyword, value.as_str()) {
        ("type", Some("int" | "long" | "int32" | "int64")) => "write `type: integer`".into(),
        ("type", Some("float" | "double" | "decimal")) => "write `type: number`".into(),
        ("type", Some("bool")) => "write `type: boolean`".into(),
        ("type", Some("str" | "text")) => "write `type: string`".into(),
        ("type", Some("date" | "date-time" | "uuid" | "email")) => {
            format!("write `type: string` and `format: {}`", short(value))
        }
        ("type", Some("file")) => "write `type: string` and `format: binary`".into(),
        ("required", Some(name)) => format!("write `required: [{name}]` beside `properties`"),
        ("required", None) if value.is_boolean() => "name the property in `required` of the object that has it".into(),
        (_, Some(text)) if text.parse::<f64>().is_ok() => format!("write `{keyword}: {text}`, without quotes"),
        _ => format!("give `{keyword}` such a value, or remove it"),
    }
}

fn short(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn malformed_parameter(subject: &Subject<'_>, lints: &mut Vec<Lint>) {
    for node in subject.nodes.iter().filter(|node| node.kind == Kind::Parameter) {
        let text = |field: &str| node.value.get(field).and_then(Value::as_str);
        let mut report = |field: &str, message: String, label: &str, fix: &str| {
            let lint = subject.at_value(MALFORMED_PARAMETER, node.pointer.child(field), message, label);
            lints.push(lint.fix(fix));
        };
        let (Some(name), Some(place)) = (text("name"), text("in")) else { continue };
        if !["path", "query", "header", "cookie", "querystring"].contains(&place) {
            let message = format!("`{name}` is in `{place}`, which is no place for a parameter");
            let fix = match place {
                "body" | "formData" => "describe it under `requestBody`",
                _ => "write `in: query`, `path`, `header` or `cookie`",
            };
            report("in", message, "no such place", fix);
        }
        if place == "path" && node.value.get("required") != Some(&Value::Bool(true)) {
            report(
                "in",
                format!("`{name}` stands in the path, and is not required"),
                "never left out",
                "add `required: true`",
            );
        }
        const STYLES: [&str; 8] =
            ["matrix", "label", "simple", "form", "spaceDelimited", "pipeDelimited", "deepObject", "cookie"];
        if let Some(style) = text("style").filter(|style| !STYLES.contains(style)) {
            let message = format!("`{style}` is no style: how `{name}` is written is open");
            report("style", message, "no such style", "name one of the styles of the specification, or remove it");
        }
        if node.value.get("schema").is_some() && node.value.get("content").is_some() {
            let message = format!("`{name}` has both `schema` and `content`: how it is written is open");
            report("content", message, "one of the two", "remove `schema` or `content`");
        }
    }
    twice(subject, lints);
}

/// A parameter that stands twice in one list.
fn twice(subject: &Subject<'_>, lints: &mut Vec<Lint>) {
    for holder in subject.nodes.iter().filter(|node| matches!(node.kind, Kind::Operation | Kind::PathItem)) {
        let list = holder.pointer.child("parameters");
        let count = holder.value.get("parameters").and_then(Value::as_array).map_or(0, Vec::len);
        let mut first: HashMap<(String, String), Pointer> = HashMap::new();
        for entry in (0..count).map(|index| list.index(index)) {
            let Some((_, value)) = subject.document.resolved(&entry) else { continue };
            let text = |field: &str| value.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
            let key = (text("in"), text("name"));
            if let Some(before) = first.get(&key) {
                let message = format!("the {} parameter `{}` stands twice in one list", key.0, key.1);
                let related = [(subject.document.place(before), "the first".to_owned())];
                let lint = subject.at_value(MALFORMED_PARAMETER, entry, message, "the second");
                lints.push(lint.fix("remove one of the two").related(related));
            } else {
                first.insert(key, entry);
            }
        }
    }
}
