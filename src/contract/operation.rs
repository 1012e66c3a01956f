//! The contract of one operation.

use std::sync::Arc;

use super::body::{self, BodyContract, Chosen, OtherBody, Unsent};
use super::danger::danger;
use super::header::HeaderContract;
use super::infer::{Ground, fresh_places};
use super::link::Reference;
use super::list::lists;
use super::parameter::{self, ParameterContract, ToldBy, words};
use super::range::Range;
use super::rule::{Rule, RuleKind, TimeUnit};
use super::write_only::{WriteOnly, write_only};
use crate::generate::{Kind, Shape};
use crate::http::MediaType;
use crate::http::parameter::Location;
use crate::schema::{Compiled, Direction, SchemaError, Schemas};
use crate::source::Pointer;
use crate::spec::{Document, Media, Operation, ResponseSpec, StatusPattern};

/// What one operation takes and promises.
#[derive(Debug)]
pub struct OperationContract {
    /// The operation as the document has it.
    pub operation: Operation,
    /// The parameters that requests carry, in the order of the document.
    pub parameters: Vec<ParameterContract>,
    /// The JSON body that it takes.
    pub body: Option<BodyContract>,
    /// The bodies of other media types that it takes, the one that says most of its content first.
    pub others: Vec<OtherBody>,
    /// The media types of its body that are not sent.
    pub unsent: Vec<Unsent>,
    /// What it may answer, in document order.
    pub answers: Vec<AnswerContract>,
    /// The schema that every documented error answer has in common: what an error of any other status must carry too.
    pub error: Option<Arc<Compiled>>,
    /// Promises beyond the schemas, refused ones too: see [`rules_in_force`](Self::rules_in_force).
    pub rules: Vec<Rule>,
    /// Why it is not called unless somebody says so, if so: it destroys, or makes the server call somebody.
    pub danger: Option<String>,
    /// Names of properties that the document lists anywhere in its answers, in order.
    pub answer_names: Vec<String>,
    /// Whether it says that it makes something: it is a POST that answers 201, or is called a creation.
    pub creates: bool,
    /// Whether it asks for what others made: it answers with a list, and makes nothing.
    pub lists: bool,
    /// Whether it takes a credential in its body, and nobody knows which.
    pub signs_in: bool,
    /// The places in its body that name things of other kinds.
    pub references: Vec<Reference>,
}

/// An entry of `responses`.
#[derive(Debug)]
pub struct AnswerContract {
    /// The statuses that it speaks for.
    pub status: StatusPattern,
    /// Where it stands.
    pub pointer: Pointer,
    /// What its content may be; empty where no content is described.
    pub content: Vec<MediaContract>,
    /// The header fields that it is described with.
    pub headers: Vec<HeaderContract>,
}

/// An entry of an answer's `content`.
#[derive(Debug)]
pub struct MediaContract {
    /// The media type or range.
    pub media_type: MediaType,
    /// Its schema, where it has one and is JSON.
    pub schema: Option<Arc<Compiled>>,
    /// The properties of its schema that only requests carry.
    pub write_only: Vec<WriteOnly>,
    /// Where the entry stands.
    pub pointer: Pointer,
}

/// Names of paths that let somebody in.
const SIGNING_IN: [&str; 14] = [
    "login",
    "logins",
    "logon",
    "signin",
    "session",
    "sessions",
    "token",
    "tokens",
    "authenticate",
    "authentication",
    "auth",
    "oauth",
    "verify",
    "refresh",
];
/// Names of what is sent there.
const SECRETS: [&str; 12] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "clientsecret",
    "granttype",
    "pin",
    "otp",
    "code",
    "refreshtoken",
    "token",
    "assertion",
];

/// Why no case can be made for an operation, if so.
pub(super) fn unsupported(operation: &Operation) -> Option<String> {
    if let Some(reason) = parameter::unsupported(operation) {
        return Some(reason);
    }
    if is_endless(operation) {
        return Some("its answer has no end (`text/event-stream`)".to_owned());
    }
    body::unsupported(operation)
}

/// Whether every success is a stream that goes on until the client hangs up.
fn is_endless(operation: &Operation) -> bool {
    let success = operation.responses.iter().filter(|response| response.status.is_success());
    let mut content = success.flat_map(|response| &response.content).peekable();
    let is_stream =
        |media: &Media| MediaType::parse(&media.media_type).is_some_and(|it| it.essence() == "text/event-stream");
    content.peek().is_some() && content.all(is_stream)
}

fn answers_with_list(operation: &Operation, answers: &[AnswerContract], schemas: &Schemas) -> bool {
    if answers.iter().any(|answer| answer.status.is_exactly(201)) || operation.method == "PUT" {
        return false;
    }
    let root = schemas.strict(Direction::Response);
    let is_thing = |element: &Shape| element.allows(Kind::Object) && !element.properties.is_empty();
    success_schemas(answers).any(|schema| !lists(root, schema.pointer(), is_thing).is_empty())
}

/// The schemas of what successes carry, in document order.
pub(super) fn success_schemas(answers: &[AnswerContract]) -> impl Iterator<Item = &Arc<Compiled>> {
    let success = answers.iter().filter(|answer| answer.status.is_success());
    success.flat_map(|answer| &answer.content).filter_map(|media| media.schema.as_ref())
}

/// Whether it says that it makes something. A description may speak of what was created before.
fn creates(operation: &Operation, answers: &[AnswerContract], document: &Document) -> bool {
    let node = document.at(&operation.pointer);
    let said = ["summary", "operationId"].iter().filter_map(|name| node?.get(name)?.as_str());
    let mut words = said.flat_map(words);
    let is_created = answers.iter().any(|answer| answer.status.is_exactly(201));
    operation.method == "POST" && (is_created || words.any(|word| word == "create" || word == "creates"))
}

/// Whether its name says that it lets somebody in, and its body has a secret.
fn signs_in(operation: &Operation, schemas: &Schemas) -> bool {
    let segment = operation.path.rsplit('/').find(|segment| !segment.is_empty() && !segment.starts_with('{'));
    let name = words(segment.unwrap_or_default()).concat();
    let content =
        operation.request_body.iter().flat_map(|body| &body.content).filter_map(|media| media.schema.as_ref());
    let root = schemas.strict(Direction::Request);
    let secret = |schema: &Pointer| {
        let shape = Shape::of(root, std::slice::from_ref(schema));
        shape.properties.iter().any(|(name, _)| SECRETS.contains(&words(name).concat().as_str()))
    };
    SIGNING_IN.contains(&name.as_str()) && content.into_iter().any(secret)
}

impl OperationContract {
    /// The contract of `operation`.
    pub(super) fn of(operation: Operation, document: &Document, schemas: &Schemas) -> Result<Self, SchemaError> {
        let mut answers = operation
            .responses
            .iter()
            .map(|response| AnswerContract::of(response, document, schemas))
            .collect::<Result<Vec<_>, _>>()?;
        if operation.method == "HEAD" {
            // An answer to it never has content (RFC 9110 §9.3.2).
            answers.iter_mut().for_each(|answer| answer.content.clear());
        }
        let parameters = ParameterContract::all(&operation, document, schemas)?;
        let error = common_error(document, &answers);
        let ground = Ground { document, schemas, operation: &operation, answers: &answers, error: error.as_deref() };
        let answer_names = ground.answer_names();
        let mut rules = Vec::new();
        let (mut body, mut others) = (None, Vec::new());
        for chosen in body::chosen(&operation) {
            match chosen {
                Chosen::Json(request, Media { schema: Some(pointer), .. }) => {
                    rules = ground.rules(pointer);
                    let shape = Shape::of(schemas.strict(Direction::Request), std::slice::from_ref(pointer));
                    let media = pointer.parent().unwrap_or_default();
                    body = Some(BodyContract {
                        media_type: chosen.media_type(),
                        required: request.required,
                        schema: schemas.compile(Direction::Request, pointer)?,
                        examples: body::examples(document, &media, &shape),
                        listed: shape.properties.into_iter().map(|(name, _)| name).collect(),
                        fresh: fresh_places(schemas, pointer, &rules),
                        ranges: Range::all(schemas, pointer),
                    });
                }
                Chosen::Other(request, media, kind) => {
                    others.push(OtherBody::of((request, media, kind), document, schemas, &rules)?);
                }
                Chosen::Json(..) => {}
            }
        }
        let (danger, unsent) = (danger(&operation, &parameters, document, schemas), body::unsent(&operation));
        let lists = answers_with_list(&operation, &answers, schemas);
        let signs_in = signs_in(&operation, schemas);
        let creates = creates(&operation, &answers, document);
        Ok(Self {
            operation,
            parameters,
            body,
            others,
            unsent,
            danger,
            answers,
            error,
            rules,
            answer_names,
            creates,
            lists,
            signs_in,
            references: Vec::new(),
        })
    }

    /// The entry that speaks for `status`: the exact one, else its class, else `default` (OpenAPI 3.0.4 §4.7.16).
    pub fn answer(&self, status: u16) -> Option<&AnswerContract> {
        let chosen = self.operation.response(status)?;
        self.answers.iter().find(|answer| answer.status == chosen.status)
    }

    /// Whether the document lists `status`, be it by class or by `default`.
    pub fn documents(&self, status: u16) -> bool {
        self.operation.response(status).is_some()
    }

    /// Whether some success carries content, and none of it JSON.
    pub fn answers_no_json(&self) -> bool {
        let success = self.answers.iter().filter(|answer| answer.status.is_success());
        let mut content = success.flat_map(|answer| &answer.content).peekable();
        content.peek().is_some() && !content.any(|media| is_json_range(&media.media_type))
    }

    /// The statuses that the document lists, as text: `200, 400, 403`.
    pub fn documented(&self) -> String {
        self.answers.iter().map(|answer| answer.status.to_string()).collect::<Vec<_>>().join(", ")
    }

    /// Whether a request names a thing that may not be there: 404 is a right answer then, listed or not.
    pub fn names_things(&self) -> bool {
        self.parameters.iter().any(|parameter| parameter.required && parameter.told_by == ToldBy::Things)
    }

    /// Whether part of its path is a parameter.
    pub fn has_path_parameters(&self) -> bool {
        self.parameters.iter().any(|parameter| parameter.location == Location::Path)
    }

    /// Whether the document has a parameter for the header field `name`, in whatever letter case.
    pub fn has_header_parameter(&self, name: &str) -> bool {
        let is_it = |one: &ParameterContract| one.location == Location::Header && one.name.eq_ignore_ascii_case(name);
        self.parameters.iter().any(is_it)
    }

    /// Whether a request with this method and path, without its query, is one of this operation.
    pub fn takes(&self, method: &str, path: &str) -> bool {
        let path = path.split('?').next().unwrap_or_default();
        if method != self.operation.method {
            return false;
        }
        let (template, path): (Vec<_>, Vec<_>) = (self.operation.path.split('/').collect(), path.split('/').collect());
        let fits = |(template, segment): (&&str, &&str)| template.contains('{') || template == segment;
        template.len() == path.len() && template.iter().zip(&path).all(fits)
    }

    /// The rules that hold.
    pub fn rules_in_force(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(|rule| rule.holds())
    }

    /// Names of properties that come back as they were sent.
    pub fn echoed(&self) -> impl Iterator<Item = (&Rule, &str)> {
        self.rules_in_force().filter_map(|rule| match &rule.kind {
            RuleKind::Echo { property } => Some((rule, property.as_str())),
            _ => None,
        })
    }

    /// Names of properties that identify what is made.
    pub fn identities(&self) -> impl Iterator<Item = (&Rule, &str)> {
        self.rules_in_force().filter_map(|rule| match &rule.kind {
            RuleKind::Identity { property } => Some((rule, property.as_str())),
            _ => None,
        })
    }

    /// Names of properties of the answer that identify what was made.
    pub fn unique_ids(&self) -> impl Iterator<Item = (&Rule, &str)> {
        self.rules_in_force().filter_map(|rule| match &rule.kind {
            RuleKind::UniqueId { property } => Some((rule, property.as_str())),
            _ => None,
        })
    }

    /// The unit of a property of the answer that is a time.
    pub fn time_unit(&self, name: &str) -> Option<TimeUnit> {
        self.rules.iter().find_map(|rule| match &rule.kind {
            RuleKind::Clock { property, unit, .. } if property == name => Some(*unit),
            _ => None,
        })
    }

    /// The schemas of what its successes carry, in document order.
    pub fn success_schemas(&self) -> impl Iterator<Item = &Compiled> {
        success_schemas(&self.answers).map(Arc::as_ref)
    }

    /// Whether some success has a schema that an answer can be held against.
    pub fn has_success_schema(&self) -> bool {
        self.success_schemas().next().is_some()
    }
}

impl AnswerContract {
    fn of(response: &ResponseSpec, document: &Document, schemas: &Schemas) -> Result<Self, SchemaError> {
        let content = response
            .content
            .iter()
            .filter_map(|media| Some((MediaType::parse(&media.media_type)?, media)))
            .map(|(media_type, media)| {
                let schema = match media.schema.as_ref().filter(|_| is_json_range(&media_type)) {
                    Some(pointer) => Some(Arc::new(schemas.compile(Direction::Response, pointer)?)),
                    None => None,
                };
                let pointer = response.pointer.child("content").child(&media.media_type);
                let write_only = match &schema {
                    Some(schema) if response.status.is_success() => write_only(schema.pointer(), document, schemas),
                    _ => Vec::new(),
                };
                Ok(MediaContract { media_type, schema, write_only, pointer })
            })
            .collect::<Result<_, _>>()?;
        let headers = response.headers.iter().map(|header| HeaderContract::of(header, schemas)).collect();
        Ok(Self { status: response.status, pointer: response.pointer.clone(), content, headers })
    }

    /// The entry for a media type: the most exact one that covers it.
    pub fn media(&self, media_type: &MediaType) -> Option<&MediaContract> {
        let covering = self.content.iter().filter(|media| media.media_type.covers(media_type));
        covering.max_by_key(|media| media.media_type.exactness())
    }

    /// Whether all content that it describes is JSON, so that an answer must be.
    pub fn is_json(&self) -> bool {
        !self.content.is_empty() && self.content.iter().all(|media| media.media_type.is_json())
    }
}

/// A range such as `*/*` may hold JSON.
fn is_json_range(media_type: &MediaType) -> bool {
    media_type.is_json() || media_type.exactness() < 2
}

/// The schema that all documented errors share, followed through references.
fn common_error(document: &Document, answers: &[AnswerContract]) -> Option<Arc<Compiled>> {
    let errors = answers.iter().filter(|answer| answer.status.is_error());
    let mut schemas = errors.flat_map(|answer| answer.content.iter()).map(|media| media.schema.as_ref());
    let first = schemas.next()??;
    let target =
        |compiled: &Compiled| document.resolve(compiled.pointer()).unwrap_or_else(|| compiled.pointer().clone());
    let home = target(first);
    let same = |schema: Option<&Arc<Compiled>>| schema.is_some_and(|schema| target(schema) == home);
    schemas.all(same).then(|| Arc::clone(first))
}
