//! Operations that are not called unless somebody says so: they destroy, or make the server call somebody.

use serde_json::Value;

use super::parameter::words;
use crate::generate::Shape;
use crate::http::is_safe;
use crate::schema::{Direction, Schemas};
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

/// Why `operation` is not called unless it is named, if so: the end of a sentence.
pub(super) fn danger(operation: &Operation, document: &Document, schemas: &Schemas) -> Option<String> {
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
    if document.at(&operation.pointer.child("callbacks")).is_some_and(|callbacks| callbacks.is_object()) {
        return Some("it makes the server call back".to_owned());
    }
    calls(operation, schemas).map(|name| format!("it makes the server call the URL in `{name}`"))
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
}
