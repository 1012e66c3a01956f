//! Operations that are not called unless somebody says so: they destroy, or make the server call somebody.

use serde_json::Value;

use super::parameter::{ParameterContract, ToldBy, words};
use crate::generate::Shape;
use crate::http::is_safe;
use crate::http::parameter::Location;
use crate::schema::{Direction, Schemas};
use crate::source::Pointer;
use crate::spec::{Document, Operation};

/// Words of operations that destroy, or end something.
const DESTRUCTIVE: [&str; 33] = [
    "logout",
    "logoff",
    "signout",
    "delete",
    "remove",
    "destroy",
    "purge",
    "drop",
    "wipe",
    "erase",
    "truncate",
    "shutdown",
    "restart",
    "reboot",
    "reset",
    "stop",
    "halt",
    "kill",
    "terminate",
    "revoke",
    "uninstall",
    "flush",
    "clear",
    "deactivate",
    "decommission",
    "evict",
    "rollback",
    "poweroff",
    "quit",
    "abort",
    "unregister",
    "cleanup",
    "prune",
];
/// Those of them that a GET may mean too: a list of what was deleted destroys nothing.
const EVEN_IN_GET: [&str; 12] = [
    "logout",
    "logoff",
    "signout",
    "shutdown",
    "restart",
    "reboot",
    "halt",
    "kill",
    "poweroff",
    "quit",
    "destroy",
    "uninstall",
];
/// Words of a name that make a URL in it one that the server calls.
const CALLED: [&str; 15] = [
    "webhook",
    "webhooks",
    "callback",
    "hook",
    "hooks",
    "notify",
    "notification",
    "notifications",
    "postback",
    "import",
    "fetch",
    "remote",
    "source",
    "subscriber",
    "push",
];
/// Last words of names whose values are URLs.
const URLS: [&str; 6] = ["url", "uri", "urls", "uris", "endpoint", "href"];

/// Words of a description that make a URL one that the server calls: beginnings of them.
const CALLED_BY_WORDS: [&str; 12] = [
    "callback", "called", "webhook", "invok", "discover", "fetch", "download", "deliver", "notif", "scrape", "crawl",
    "send",
];

/// First words of names that say that nothing is done but to read.
const READS: [&str; 9] = ["get", "list", "find", "search", "fetch", "query", "count", "read", "export"];

/// Why `operation`, which has these parameters, is not called unless it is named, if so: the end of a sentence.
pub(super) fn danger(
    operation: &Operation,
    parameters: &[ParameterContract],
    document: &Document,
    schemas: &Schemas,
) -> Option<String> {
    if operation.method == "DELETE" {
        return Some("it deletes".to_owned());
    }
    let told: &[&str] = if is_safe(&operation.method) { &EVEN_IN_GET } else { &DESTRUCTIVE };
    let segment = operation.path.rsplit('/').find(|segment| !segment.is_empty() && !segment.starts_with('{'));
    let stated = document.at(&operation.pointer.child("operationId")).and_then(Value::as_str);
    let joined = |name: &str| words(name).concat();
    let names = || segment.into_iter().chain(stated);
    // `sign-out` is one word.
    let mut all = names().flat_map(words).chain(names().map(joined));
    if let Some(word) = all.find(|word| told.contains(&word.as_str())) {
        return Some(format!("its name says `{word}`"));
    }
    if !is_safe(&operation.method) && names().any(says_all) {
        return Some("its name says `all`".to_owned());
    }
    if changes_all(operation, parameters, document) {
        return Some(format!("it changes all of `{}`, what others made too", operation.path));
    }
    if document.at(&operation.pointer.child("callbacks")).is_some_and(|callbacks| callbacks.is_object()) {
        return Some("it makes the server call back".to_owned());
    }
    calls(operation, schemas).map(|name| format!("it makes the server call the URL in `{name}`"))
}

/// Whether a name says that something is done to all there is.
fn says_all(name: &str) -> bool {
    let words = words(name);
    let reads = words.first().is_some_and(|first| READS.contains(&first.as_str()));
    !reads && words.iter().any(|word| word == "all")
}

/// Whether an operation changes a whole collection in which others have things too: one of which the document has the
/// things one by one, and that does not lie below a thing. No request names a thing that others made.
fn changes_all(operation: &Operation, parameters: &[ParameterContract], document: &Document) -> bool {
    let is_thing = |one: &ParameterContract| one.location == Location::Path && one.told_by == ToldBy::Things;
    if !["PUT", "PATCH"].contains(&operation.method.as_str()) || parameters.iter().any(is_thing) {
        return false;
    }
    let paths = document.at(&Pointer::root().child("paths")).and_then(Value::as_object);
    let own = segments(&operation.path);
    let has_things = |path: &String| {
        let other = segments(path);
        other.split_last().is_some_and(|(last, collection)| last == "{}" && collection == own)
    };
    own.last().is_some_and(|last| last != "{}") && paths.is_some_and(|paths| paths.keys().any(has_things))
}

/// The segments of a path, the names of parameters left out.
fn segments(path: &str) -> Vec<String> {
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    segments.map(|segment| if segment.starts_with('{') { "{}".to_owned() } else { segment.to_owned() }).collect()
}

/// The parameter or property whose value is a URL that the server is going to call.
fn calls(operation: &Operation, schemas: &Schemas) -> Option<String> {
    let about_hooks =
        words(&operation.path).iter().any(|word| ["webhook", "webhooks", "hook", "hooks"].contains(&word.as_str()));
    let is_called = |name: &str| {
        let words = words(name);
        let last = words.last().map(String::as_str).unwrap_or_default();
        let url = URLS.contains(&last);
        let called = words.iter().any(|word| CALLED.contains(&word.as_str()));
        (url && (called || about_hooks)) || ["webhook", "postback"].contains(&words.concat().as_str())
    };
    let parameters = operation.parameters.iter().map(|parameter| parameter.name.clone());
    let root = schemas.strict(Direction::Request);
    let media = operation.request_body.iter().flat_map(|body| &body.content);
    let bodies = media.filter_map(|media| media.schema.clone()).map(|schema| Shape::of(root, &[schema]));
    let mut properties = bodies.flat_map(|shape| {
        // What stands in one of several alternatives stands in the body all the same.
        let ways = (0..shape.branches(8)).map(|choice| shape.branch(root, choice));
        let all = ways.flat_map(|way| way.properties).chain(shape.properties.clone()).collect::<Vec<_>>();
        let inner = all.iter().flat_map(|(_, nodes)| Shape::of(root, nodes).properties).collect::<Vec<_>>();
        inner.into_iter().chain(all).collect::<Vec<_>>()
    });
    let mut parameters = parameters;
    parameters.find(|name| is_called(name)).or_else(|| {
        let found =
            properties.find(|(name, nodes)| is_called(name) || is_described_as_called(name, &Shape::of(root, nodes)));
        found.map(|(name, _)| name)
    })
}

/// Whether a property is a URL, and its description says that somebody calls it.
fn is_described_as_called(name: &str, shape: &Shape) -> bool {
    let last = words(name).pop().unwrap_or_default();
    let url = URLS.contains(&last.as_str()) || matches!(shape.format.as_deref(), Some("uri" | "url" | "iri"));
    let said = shape.words.to_lowercase();
    let mut said = said.split(|character: char| !character.is_alphanumeric());
    url && said.any(|word| CALLED_BY_WORDS.iter().any(|beginning| word.starts_with(beginning)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::contract::Contract;

    fn dangers(paths: &str) -> Vec<Option<String>> {
        let text = format!("openapi: 3.0.3\npaths:\n{paths}");
        let document = crate::spec::read("s.yaml", text.as_bytes()).expect("a document");
        let contract = Contract::of(Arc::new(document)).expect("a contract");
        contract.operations.iter().map(|operation| operation.danger.clone()).collect()
    }

    #[test]
    fn what_destroys_or_makes_the_server_call_is_told_by_method_name_and_parameters() {
        let found = dangers(
            "  /things: {get: {responses: {}}, post: {responses: {}}, delete: {responses: {}}}
  /things/reset: {post: {responses: {}}, get: {responses: {}}}
  /deleted: {get: {responses: {}}}
  /system/shutdown: {get: {responses: {}}}
  /tokens: {post: {operationId: revokeToken, responses: {}}}
  /subscribe: {post: {parameters: [{name: callbackUrl, in: query, schema: {type: string}}], responses: {}}}
  /hooks: {post: {requestBody: {content: {application/json: {schema: {properties: {config: {properties: {url: {}}}}}}}}, responses: {}}}
  /deployments: {post: {requestBody: {content: {application/json: {schema: {oneOf: [{properties: {arn: {}}}, {properties: {uri: {description: Uri to use to invoke it}}}]}}}}, responses: {}}}
  /pages: {post: {requestBody: {content: {application/json: {schema: {properties: {url: {}}}}}}, responses: {}}}
",
        );
        let told: Vec<_> = found.iter().map(|danger| danger.as_deref().unwrap_or("-")).collect();
        assert_eq!(
            told,
            [
                "-",
                "-",
                "it deletes",
                "its name says `reset`",
                "-",
                "-",
                "its name says `shutdown`",
                "its name says `revoke`",
                "it makes the server call the URL in `callbackUrl`",
                "it makes the server call the URL in `url`",
                "it makes the server call the URL in `uri`",
                "-",
            ]
        );
    }

    #[test]
    fn what_is_done_to_all_at_once_is_done_to_what_others_made() {
        let id = "{name: id, in: path, required: true, schema: {type: string}}";
        let found = dangers(&format!(
            "  /things: {{get: {{responses: {{}}}}, post: {{responses: {{}}}}, put: {{responses: {{}}}}, patch: {{responses: {{}}}}, delete: {{responses: {{}}}}}}
  /things/{{id}}: {{get: {{parameters: [{id}], responses: {{}}}}, put: {{parameters: [{id}], responses: {{}}}}}}
  /notices/mark-all-read: {{post: {{responses: {{}}}}, get: {{responses: {{}}}}}}
  /notices/read: {{post: {{operationId: clearedAll, responses: {{}}}}}}
"
        ));
        let all = Some("it changes all of `/things`, what others made too".to_owned());
        let said = Some("its name says `all`".to_owned());
        let deletes = Some("it deletes".to_owned());
        assert_eq!(found, [None, None, all.clone(), all, deletes, None, None, said.clone(), None, said]);
    }

    #[test]
    fn what_there_is_one_of_what_is_read_and_what_lies_below_a_thing_is_changed_as_it_was() {
        let id = |name: &str| format!("{{name: {name}, in: path, required: true, schema: {{type: string}}}}");
        let found = dangers(&format!(
            "  /settings: {{put: {{responses: {{}}}}, patch: {{responses: {{}}}}}}
  /things/search: {{post: {{operationId: findAllThings, responses: {{}}}}}}
  /halls/call: {{post: {{responses: {{}}}}}}
  /things/{{id}}/labels: {{put: {{parameters: [{id}], responses: {{}}}}}}
  /things/{{id}}/labels/{{label}}: {{get: {{parameters: [{id}, {label}], responses: {{}}}}}}
",
            id = id("id"),
            label = id("label"),
        ));
        assert!(found.iter().all(Option::is_none) && found.len() == 6, "{found:?}");
    }
}
