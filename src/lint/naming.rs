//! Operations: their names, their paths, and whether they can succeed.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::{Lint, LintRule, Subject};
use crate::source::Pointer;
use crate::spec::{Operation, StatusPattern};

pub(super) const DUPLICATE_OPERATION_ID: LintRule = LintRule {
    id: "duplicate-operation-id",
    summary: "two operations with the same `operationId`",
    check: duplicate_operation_id,
};

pub(super) const PATH_PARAMETER_MISMATCH: LintRule = LintRule {
    id: "path-parameter-mismatch",
    summary: "a path and its operation's `in: path` parameters that do not name the same",
    check: path_parameter_mismatch,
};

pub(super) const NO_SUCCESS_RESPONSE: LintRule = LintRule {
    id: "no-success-response",
    summary: "an operation that documents no answer to a request that it accepts",
    check: no_success_response,
};

fn duplicate_operation_id(subject: &Subject<'_>, lints: &mut Vec<Lint>) {
    let mut first: HashMap<&str, &Operation> = HashMap::new();
    for operation in &subject.operations {
        let pointer = operation.pointer.child("operationId");
        let Some(id) = subject.document.at(&pointer).and_then(Value::as_str) else { continue };
        match first.get(id) {
            // One path item may stand under several paths.
            Some(same) if same.pointer == operation.pointer => {}
            Some(other) => {
                let message = format!("the `operationId` `{id}` is that of `{}` too", other.title());
                let place = subject.document.place(&other.pointer.child("operationId"));
                lints.push(
                    subject
                        .at_value(
                            DUPLICATE_OPERATION_ID,
                            pointer,
                            message,
                            format!("called `{}` in reports", operation.id),
                        )
                        .fix("give each operation an `operationId` of its own")
                        .related([(place, "first used here".to_owned())]),
                );
            }
            None => {
                first.insert(id, operation);
            }
        }
    }
}

/// The names in braces of a template.
pub(super) fn names_in_braces(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}

fn path_parameter_mismatch(subject: &Subject<'_>, lints: &mut Vec<Lint>) {
    for operation in &subject.operations {
        let template: HashSet<&str> = names_in_braces(&operation.path).collect();
        let title = operation.title();
        let declared: Vec<_> = operation.parameters.iter().filter(|parameter| parameter.location == "path").collect();
        let mut undeclared: Vec<_> =
            template.iter().filter(|name| declared.iter().all(|other| other.name != **name)).collect();
        undeclared.sort();
        for name in undeclared {
            let message = format!("`{title}` has `{{{name}}}` in its path, and no parameter that says what it is");
            let lint = subject.at_key(
                PATH_PARAMETER_MISMATCH,
                operation.pointer.clone(),
                message,
                format!("no parameter `{name}`"),
            );
            lints.push(lint.fix(format!("add a parameter with `name: {name}` and `in: path`")));
        }
        for parameter in declared.iter().filter(|parameter| !template.contains(parameter.name.as_str())) {
            let name = &parameter.name;
            let message = format!("`{title}` has no `{{{name}}}` in its path, yet a path parameter `{name}`");
            let lint =
                subject.at_value(PATH_PARAMETER_MISMATCH, parameter.pointer.child("name"), message, "not in the path");
            lints.push(lint.fix(format!("remove the parameter, or put `{{{name}}}` into the path")));
        }
    }
}

fn no_success_response(subject: &Subject<'_>, lints: &mut Vec<Lint>) {
    let accepts = |status: StatusPattern| match status {
        StatusPattern::Exact(status) => status < 400,
        StatusPattern::Class(class) => class < 4,
        StatusPattern::Default => true,
    };
    for operation in &subject.operations {
        if operation.responses.iter().any(|response| accepts(response.status)) {
            continue;
        }
        let own = operation.pointer.child("responses");
        let pointer: Pointer = if subject.document.at(&own).is_some() { own } else { operation.pointer.clone() };
        let message = format!("`{}` documents no answer to a request that it accepts", operation.title());
        let lint = subject.at_key(NO_SUCCESS_RESPONSE, pointer, message, "no 2xx, 3xx or `default` here");
        lints.push(lint.fix("document the response of success, such as `'200'`"));
    }
}
