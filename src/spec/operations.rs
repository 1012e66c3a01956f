//! The document seen as operations and servers.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::error::{SpecError, SpecErrorKind};
use super::model::{
    Document, HeaderSpec, Media, Operation, Parameter, RequestBody, ResponseSpec, Server, StatusPattern,
};
use crate::source::Pointer;

impl Document {
    /// All operations, in document order, each with an id of its own.
    ///
    /// # Errors
    /// A parameter without `name` or `in`.
    pub fn operations(&self) -> Result<Vec<Operation>, SpecError> {
        let paths = Pointer::root().child("paths");
        let mut operations = Vec::new();
        for (path, item) in self.members(&paths) {
            if path.starts_with('/') {
                self.path_item(path, &item, &mut operations)?;
            }
        }
        name_uniquely(&mut operations);
        Ok(operations)
    }

    /// The entries of `servers`; none where the document lists none.
    pub fn servers(&self) -> Vec<Server> {
        let servers = Pointer::root().child("servers");
        let entries = self.at(&servers).and_then(Value::as_array).into_iter().flatten().enumerate();
        entries
            .filter_map(|(index, entry)| {
                let description = entry.get("description").and_then(Value::as_str).unwrap_or_default().to_owned();
                Some(Server { url: url(entry)?, description, pointer: servers.index(index) })
            })
            .collect()
    }

    /// The members of the mapping at `pointer`, with where each stands; none where no mapping stands there.
    fn members<'d>(&'d self, pointer: &'d Pointer) -> impl Iterator<Item = (&'d str, Pointer)> {
        let members = self.at(pointer).and_then(Value::as_object).into_iter().flatten();
        members.map(|(name, _)| (name.as_str(), pointer.child(name)))
    }

    /// The member `name` of the mapping at `pointer`, references followed.
    fn member(&self, pointer: &Pointer, name: &str) -> Option<(Pointer, &Value)> {
        self.resolved(&pointer.child(name)).filter(|(_, value)| !value.is_null())
    }

    /// The path item `own` and those that its `$ref` leads to: what stands beside the `$ref` comes first.
    fn item_chain(&self, own: &Pointer) -> Vec<Pointer> {
        let mut chain = vec![own.clone()];
        let end = self.resolve(own).filter(|end| end != own);
        chain.extend(end);
        chain
    }

    fn path_item(&self, path: &str, own: &Pointer, operations: &mut Vec<Operation>) -> Result<(), SpecError> {
        let chain = self.item_chain(own);
        let mut seen = HashSet::new();
        for item in &chain {
            for (method, pointer) in self.methods(item) {
                if seen.insert(method.clone()) {
                    operations.push(self.operation(method, path, pointer, &chain)?);
                }
            }
        }
        Ok(())
    }

    /// The operations of one path item, in document order: method and place.
    fn methods(&self, item: &Pointer) -> Vec<(String, Pointer)> {
        let differences = self.version.differences();
        let known = differences.methods;
        let is_mapping = |pointer: &Pointer| self.at(pointer).is_some_and(Value::is_object);
        let fixed = self.members(item).filter(|(name, _)| known.contains(name));
        let additional = item.child("additionalOperations");
        let more = self
            .members(&additional)
            .filter(|_| differences.additional_operations)
            .map(|(name, pointer)| (name.to_owned(), pointer));
        let fixed = fixed.map(|(name, pointer)| (name.to_ascii_uppercase(), pointer));
        let all = fixed.chain(more).filter(|(_, pointer)| is_mapping(pointer));
        // No version foresees a reference in place of an operation, but documents of many files have them.
        all.map(|(name, pointer)| (name, self.resolve(&pointer).unwrap_or(pointer))).collect()
    }

    fn operation(
        &self,
        method: String,
        path: &str,
        pointer: Pointer,
        items: &[Pointer],
    ) -> Result<Operation, SpecError> {
        let id = self.at(&pointer.child("operationId")).and_then(Value::as_str).unwrap_or_default().to_owned();
        let requirements = self.schemes_of(&pointer);
        Ok(Operation {
            id,
            method,
            path: path.to_owned(),
            parameters: self.parameters(&pointer, items)?,
            request_body: self.request_body(&pointer),
            responses: self.responses(&pointer),
            secured: requirements.iter().any(|schemes| !schemes.is_empty()),
            public: self.is_public(&pointer),
            requirements,
            tags: self.tags(&pointer),
            pointer,
        })
    }

    /// The operation's own parameters, then those of its path item that it does not replace.
    fn parameters(&self, operation: &Pointer, items: &[Pointer]) -> Result<Vec<Parameter>, SpecError> {
        let mut parameters: Vec<Parameter> = Vec::new();
        for holder in std::iter::once(operation).chain(items) {
            let list = holder.child("parameters");
            let count = self.at(&list).and_then(Value::as_array).map_or(0, Vec::len);
            for index in 0..count {
                let Some(parameter) = self.parameter(&list.index(index))? else { continue };
                let same = |other: &Parameter| other.name == parameter.name && other.location == parameter.location;
                if !parameters.iter().any(same) {
                    parameters.push(parameter);
                }
            }
        }
        Ok(parameters)
    }

    fn parameter(&self, entry: &Pointer) -> Result<Option<Parameter>, SpecError> {
        let Some((pointer, value)) = self.resolved(entry).filter(|(_, value)| value.is_object()) else {
            return Ok(None);
        };
        let text = |field: &str| {
            value.get(field).and_then(Value::as_str).map(str::to_owned).ok_or_else(|| {
                SpecError::new(SpecErrorKind::Invalid, format!("the parameter has no `{field}`"))
                    .at(self.place(&pointer), format!("`{field}` is missing"))
            })
        };
        let location = text("in")?;
        let required = location == "path" || value.get("required") == Some(&Value::Bool(true));
        let own = self.schema(&pointer);
        let media = self.content(&pointer).into_iter().next().filter(|_| own.is_none());
        let (content, described) = media.map_or((None, None), |media| (Some(media.media_type), media.schema));
        Ok(Some(Parameter {
            name: text("name")?,
            location,
            required,
            schema: own.or(described),
            content,
            style: value.get("style").and_then(Value::as_str).map(str::to_owned),
            explode: value.get("explode").and_then(Value::as_bool),
            allow_reserved: value.get("allowReserved") == Some(&Value::Bool(true)),
            examples: self.examples(&pointer),
            pointer,
        }))
    }

    /// `example` of the object at `holder`, or else the values of its `examples`, references followed.
    pub(crate) fn examples(&self, holder: &Pointer) -> Vec<Value> {
        if let Some(example) = self.at(&holder.child("example")) {
            return vec![example.clone()];
        }
        let examples = holder.child("examples");
        let entries = self.members(&examples).filter_map(|(_, entry)| self.resolved(&entry));
        entries.filter_map(|(_, entry)| entry.get("value").cloned()).collect()
    }

    fn tags(&self, operation: &Pointer) -> Vec<String> {
        let tags = self.at(&operation.child("tags")).and_then(Value::as_array).into_iter().flatten();
        tags.filter_map(Value::as_str).map(str::to_owned).collect()
    }

    fn request_body(&self, operation: &Pointer) -> Option<RequestBody> {
        let (pointer, value) = self.member(operation, "requestBody")?;
        let required = value.get("required") == Some(&Value::Bool(true));
        Some(RequestBody { required, content: self.content(&pointer), pointer })
    }

    fn responses(&self, operation: &Pointer) -> Vec<ResponseSpec> {
        let responses = operation.child("responses");
        let entries = self.members(&responses);
        let specs = entries.filter_map(|(key, entry)| {
            let status = StatusPattern::parse(key)?;
            let pointer = self.resolve(&entry)?;
            Some(ResponseSpec { status, content: self.content(&pointer), headers: self.headers(&pointer), pointer })
        });
        specs.collect()
    }

    fn headers(&self, response: &Pointer) -> Vec<HeaderSpec> {
        let headers = response.child("headers");
        let header = |(name, entry): (&str, Pointer)| {
            let (pointer, value) = self.resolved(&entry).filter(|(_, value)| value.is_object())?;
            let required = value.get("required") == Some(&Value::Bool(true));
            Some(HeaderSpec { name: name.to_owned(), required, schema: self.schema(&pointer), pointer })
        };
        let named = self.members(&headers).filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
        named.filter_map(header).collect()
    }

    fn content(&self, holder: &Pointer) -> Vec<Media> {
        let content = holder.child("content");
        let entries = self.members(&content);
        let media = |(media_type, entry): (&str, Pointer)| {
            let schema = self.resolve(&entry).and_then(|entry| self.schema(&entry));
            Media { media_type: media_type.to_owned(), schema }
        };
        entries.map(media).collect()
    }

    fn schema(&self, holder: &Pointer) -> Option<Pointer> {
        let schema = holder.child("schema");
        self.at(&schema).is_some().then_some(schema)
    }

    fn requirements(&self, operation: &Pointer) -> Option<&Vec<Value>> {
        let own = self.at(&operation.child("security")).and_then(Value::as_array);
        own.or_else(|| self.root.get("security").and_then(Value::as_array))
    }

    /// Whether anyone may call an operation. An empty list for the whole document is what generators write that know
    /// nothing of its security.
    fn is_public(&self, operation: &Pointer) -> bool {
        let own = self.at(&operation.child("security")).and_then(Value::as_array);
        let is_empty = |requirement: &Value| requirement.as_object().is_some_and(serde_json::Map::is_empty);
        own.is_some_and(Vec::is_empty) || self.requirements(operation).is_some_and(|all| all.iter().any(is_empty))
    }

    /// The schemes that each requirement of an operation names; the document's requirements where it has none of its own
    /// (OpenAPI 3.0.4 §4.7.10: an empty list removes them).
    fn schemes_of(&self, operation: &Pointer) -> Vec<Vec<String>> {
        let requirements = self.requirements(operation).into_iter().flatten().filter_map(Value::as_object);
        requirements.map(|requirement| requirement.keys().cloned().collect()).collect()
    }
}

/// The URL of a server, its variables replaced by their defaults.
fn url(server: &Value) -> Option<String> {
    let mut url = server.get("url")?.as_str()?.to_owned();
    for (name, variable) in server.get("variables").and_then(Value::as_object).into_iter().flatten() {
        let default = match variable.get("default") {
            Some(Value::String(text)) => text.clone(),
            Some(other @ (Value::Number(_) | Value::Bool(_))) => other.to_string(),
            _ => continue,
        };
        url = url.replace(&format!("{{{name}}}"), &default);
    }
    Some(url)
}

/// Gives an id to each operation that has none, and another to one whose id is taken. An id that the document
/// states goes to the first operation that states it.
fn name_uniquely(operations: &mut [Operation]) {
    let mut taken = HashSet::new();
    let mut nameless = Vec::new();
    for (index, operation) in operations.iter_mut().enumerate() {
        if operation.id.is_empty() {
            operation.id = made_id(&operation.method, &operation.path);
            nameless.push(index);
        } else if !taken.insert(operation.id.clone()) {
            nameless.push(index);
        }
    }
    // The number that each wanted id comes to next, so that many of one name cost no more than many of different names.
    let mut numbers: HashMap<String, usize> = HashMap::new();
    for index in nameless {
        let wanted = operations[index].id.clone();
        let number = numbers.entry(wanted.clone()).or_insert(1);
        while !taken.insert(operations[index].id.clone()) {
            *number += 1;
            operations[index].id = format!("{wanted}_{number}");
        }
    }
}

/// `get_users_id` for `GET /users/{id}`.
fn made_id(method: &str, path: &str) -> String {
    let words = path.split(|next: char| !next.is_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<_> = std::iter::once(method.to_ascii_lowercase()).chain(words.map(str::to_owned)).collect();
    words.join("_")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::read;

    fn document(text: &str) -> Document {
        read("s.yaml", text.as_bytes()).expect(text)
    }

    fn operations(paths: &str) -> Vec<Operation> {
        document(&format!("openapi: 3.0.3\n{paths}")).operations().expect(paths)
    }

    #[test]
    fn the_published_page_has_one_operation() {
        let document = read("page.md", include_bytes!("../../specs/create-a-user.md")).expect("a page");
        let operations = document.operations().expect("operations");
        assert_eq!(operations.len(), 1);
        let operation = &operations[0];
        assert_eq!((operation.id.as_str(), operation.title().as_str()), ("users_create", "POST /users"));
        let body = operation.request_body.as_ref().expect("a body");
        assert!(body.required && !operation.secured && operation.parameters.is_empty());
        assert_eq!(
            body.content[0].schema.as_ref().map(|schema| schema.as_str().to_owned()),
            Some("/paths/~1users/post/requestBody/content/application~1json/schema".to_owned())
        );
        let statuses: Vec<_> = operation.responses.iter().map(|response| response.status.to_string()).collect();
        assert_eq!(statuses, ["200", "400", "403", "500"]);
    }

    #[test]
    fn an_id_is_made_of_method_and_path_and_never_given_twice() {
        let found = operations(
            "paths:
  /: {get: {}}
  /users/{id}: {get: {}, delete: {operationId: get_a_b}}
  /a/b: {get: {}}
  /a-b: {get: {}, put: {operationId: same}, post: {operationId: same}}
",
        );
        let ids: Vec<_> = found.iter().map(|operation| operation.id.as_str()).collect();
        assert_eq!(ids, ["get", "get_users_id", "get_a_b", "get_a_b_2", "get_a_b_3", "same", "same_2"]);
    }

    #[test]
    fn references_are_followed_and_parameters_of_the_path_give_way() {
        let found = operations(
            "
paths:
  /a/{id}:
    $ref: '#/x-item'
    parameters: [{name: q, in: query, required: true}, {$ref: '#/components/parameters/Id'}]
x-item:
  get:
    parameters: [{name: q, in: query}, {name: h, in: header, content: {text/plain: {schema: {}}}}]
    requestBody: {$ref: '#/components/requestBodies/B'}
    responses: {2XX: {$ref: '#/components/responses/R'}, default: {description: d}, x-z: {}}
components:
  parameters: {Id: {name: id, in: path, schema: {type: string}}}
  requestBodies: {B: {content: {application/json: {schema: {$ref: '#/components/schemas/S'}}}}}
  responses: {R: {content: {application/json: {schema: true}, text/plain: {}}}}
  schemas: {S: {}}
",
        );
        let operation = &found[0];
        assert_eq!(operation.pointer.as_str(), "/x-item/get");
        let parameters: Vec<_> =
            operation.parameters.iter().map(|p| (p.name.as_str(), p.required, p.schema.is_some())).collect();
        assert_eq!(parameters, [("q", false, false), ("h", false, true), ("id", true, true)]);
        let body = operation.request_body.as_ref().expect("a body");
        assert_eq!(body.pointer.as_str(), "/components/requestBodies/B");
        let responses: Vec<_> = operation.responses.iter().map(|r| (r.status.to_string(), r.content.len())).collect();
        assert_eq!(responses, [("2XX".to_owned(), 2), ("default".to_owned(), 0)]);
    }

    #[test]
    fn security_of_the_operation_replaces_that_of_the_document() {
        let found = operations(
            "
security: [{key: []}]
paths:
  /a: {get: {}, put: {security: []}, post: {security: [{}, {a: [], b: []}, {a: []}]}, patch: {security: [{}]}}
",
        );
        let schemes: Vec<_> = found.iter().map(|it| (it.secured, it.public, it.security_schemes().join(" "))).collect();
        assert_eq!(
            schemes,
            [
                (true, false, "key".into()),
                (false, true, String::new()),
                (true, true, "a b".into()),
                (false, true, String::new())
            ]
        );
    }

    #[test]
    fn methods_are_those_of_the_version() {
        let paths = "paths: {/a: {query: {}, trace: {}, summary: s, additionalOperations: {LINK: {}}}}";
        let methods = |version: &str| -> Vec<String> {
            let document = document(&format!("openapi: {version}\n{paths}"));
            document.operations().expect(paths).into_iter().map(|operation| operation.method).collect()
        };
        assert_eq!(methods("3.2.0"), ["QUERY", "TRACE", "LINK"]);
        assert_eq!(methods("3.1.0"), ["TRACE"]);
    }

    #[test]
    fn a_parameter_without_its_name_is_an_error_with_a_place() {
        let document = document("openapi: 3.0.0\npaths: {/a: {get: {parameters: [{in: query}]}}}");
        insta::assert_snapshot!(document.operations().expect_err("no name"), @"s.yaml:2:33: the parameter has no `name`");
    }

    #[test]
    fn variables_of_a_server_have_their_defaults() {
        let document = document(
            "openapi: 3.0.0
servers:
  - url: https://{region}.example.com:{port}/{none}
    description: Production
    variables: {region: {default: eu}, port: {default: 8443}, none: {}}
  - {url: /v1}
  - {}
",
        );
        let servers: Vec<_> = document
            .servers()
            .into_iter()
            .map(|server| (server.url, server.description, server.pointer.as_str().to_owned()))
            .collect();
        assert_eq!(
            servers,
            [
                ("https://eu.example.com:8443/{none}".into(), "Production".into(), "/servers/0".into()),
                ("/v1".into(), String::new(), "/servers/1".to_owned())
            ]
        );
    }
}
