//! What a loaded document is, in the words of the OpenAPI Specification.

use std::fmt;

use serde_json::Value;

use crate::source::{NodeSpan, Place, Pointer, Source, Span, Spans};

/// An OpenAPI text, its value, and the place of each node.
#[derive(Clone, Debug)]
pub struct Document {
    /// The text: of a Markdown page the whole page, so that places are places in the page.
    pub source: Source,
    /// The value: keys in the order of the text, aliases and merge keys resolved. What references to other files lead to
    /// stands behind the document's own components.
    pub root: Value,
    /// Where each node of `root` stands.
    pub spans: Spans,
    /// Which version of the specification it follows.
    pub version: Version,
}

/// A version of the OpenAPI Specification that documents are read by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// 3.0.x: schemas are a dialect of their own, with `nullable`.
    V3_0,
    /// 3.1.x: schemas are JSON Schema 2020-12.
    V3_1,
    /// 3.2.x: as 3.1, and more besides.
    V3_2,
}

/// An entry of `servers`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// The URL, its variables replaced by their defaults.
    pub url: String,
    /// The description, empty where there is none.
    pub description: String,
    /// Where it stands.
    pub pointer: Pointer,
}

/// One method on one path.
#[derive(Clone, Debug)]
pub struct Operation {
    /// `operationId`, or one made of method and path where it is absent.
    pub id: String,
    /// Upper case.
    pub method: String,
    /// The path template as written.
    pub path: String,
    /// Where it stands.
    pub pointer: Pointer,
    /// Parameters of the path item and of the operation, the latter winning.
    pub parameters: Vec<Parameter>,
    /// What it takes.
    pub request_body: Option<RequestBody>,
    /// What it may answer, in document order.
    pub responses: Vec<ResponseSpec>,
    /// Whether some security requirement applies to it that is not the empty one.
    pub secured: bool,
    /// Whether the document says that a request without any credential will do: by `security: []` of its own, or by an
    /// empty requirement among others (OpenAPI 3.0.4 §4.7.10, §4.7.30).
    pub public: bool,
    /// Its security requirements, of which one is to be met: the schemes that each names, all of which it takes
    /// (OpenAPI 3.0.4 §4.7.30).
    pub requirements: Vec<Vec<String>>,
    /// `tags`.
    pub tags: Vec<String>,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// `path`, `query`, `header` or `cookie`.
    pub location: String,
    /// Whether it must be sent.
    pub required: bool,
    /// Where its schema stands, if it has one.
    pub schema: Option<Pointer>,
    /// The media type of its `content`, where it has that in place of `schema`.
    pub content: Option<String>,
    /// `style` as it is written.
    pub style: Option<String>,
    /// `explode`.
    pub explode: Option<bool>,
    /// `allowReserved`.
    pub allow_reserved: bool,
    /// `example`, or else the values of `examples`.
    pub examples: Vec<Value>,
    /// Where it stands.
    pub pointer: Pointer,
}

/// The body that an operation takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestBody {
    /// Whether it must be sent.
    pub required: bool,
    /// By media type, in document order.
    pub content: Vec<Media>,
    /// Where it stands.
    pub pointer: Pointer,
}

/// An entry of a `content` map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// The key: a media type or range.
    pub media_type: String,
    /// Where its schema stands, if it has one.
    pub schema: Option<Pointer>,
}

/// An entry of `responses`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseSpec {
    /// The statuses that it speaks for.
    pub status: StatusPattern,
    /// By media type, in document order; empty where no content is described.
    pub content: Vec<Media>,
    /// The header fields that it is described with, in document order; that of Content-Type is to be ignored (OpenAPI 3.0.4
    /// §4.7.17.1), and so is not here.
    pub headers: Vec<HeaderSpec>,
    /// Where it stands.
    pub pointer: Pointer,
}

/// An entry of a response's `headers`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderSpec {
    /// Its name.
    pub name: String,
    /// Whether it must be there.
    pub required: bool,
    /// Where its schema stands, if it has one and is not written as a media type.
    pub schema: Option<Pointer>,
    /// Where it stands.
    pub pointer: Pointer,
}

/// A key of `responses`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StatusPattern {
    /// One status.
    Exact(u16),
    /// `4XX`: its first digit.
    Class(u8),
    /// `default`.
    Default,
}

impl StatusPattern {
    /// Reads a key of `responses`; `None` where it is none (an extension, say).
    pub fn parse(key: &str) -> Option<Self> {
        match key.as_bytes() {
            b"default" => Some(Self::Default),
            [class @ b'1'..=b'5', b'x' | b'X', b'x' | b'X'] => Some(Self::Class(class - b'0')),
            [b'1'..=b'9', b'0'..=b'9', b'0'..=b'9'] => key.parse().ok().map(Self::Exact),
            _ => None,
        }
    }

    /// Whether it speaks for 2xx alone (RFC 9110 §15.3).
    pub fn is_success(self) -> bool {
        matches!(self, Self::Exact(200..=299) | Self::Class(2))
    }

    /// Whether it speaks for 4xx or 5xx, as `default` by custom does.
    pub fn is_error(self) -> bool {
        matches!(self, Self::Exact(400..=599) | Self::Class(4 | 5) | Self::Default)
    }

    /// Whether it speaks for `status` and no other.
    pub fn is_exactly(self, status: u16) -> bool {
        self == Self::Exact(status)
    }

    /// Whether it speaks for `status`.
    pub fn covers(self, status: u16) -> bool {
        match self {
            Self::Exact(exact) => exact == status,
            Self::Class(class) => u16::from(class) == status / 100,
            Self::Default => true,
        }
    }
}

impl fmt::Display for StatusPattern {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(status) => write!(out, "{status}"),
            Self::Class(class) => write!(out, "{class}XX"),
            Self::Default => out.write_str("default"),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::V3_0 => "3.0",
            Self::V3_1 => "3.1",
            Self::V3_2 => "3.2",
        })
    }
}

impl Operation {
    /// Security schemes that its requirements name, in order, each once.
    pub fn security_schemes(&self) -> Vec<&str> {
        let mut schemes: Vec<&str> = Vec::new();
        for name in self.requirements.iter().flatten() {
            if !schemes.contains(&name.as_str()) {
                schemes.push(name);
            }
        }
        schemes
    }

    /// `POST /users`.
    pub fn title(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The entry of `responses` that speaks for `status`: the exact one, else its class, else `default`
    /// (OpenAPI 3.0.4 §4.7.16).
    pub fn response(&self, status: u16) -> Option<&ResponseSpec> {
        let rank = |spec: &&ResponseSpec| match spec.status {
            StatusPattern::Exact(_) => 0,
            StatusPattern::Class(_) => 1,
            StatusPattern::Default => 2,
        };
        self.responses.iter().filter(|spec| spec.status.covers(status)).min_by_key(rank)
    }
}

impl Document {
    /// The value at `pointer`.
    pub fn at(&self, pointer: &Pointer) -> Option<&Value> {
        pointer.resolve(&self.root)
    }

    /// The span of the node at `pointer`, or of the nearest one above it, in the source that it comes from.
    pub fn node(&self, pointer: &Pointer) -> NodeSpan {
        self.node_in(pointer).0
    }

    /// The place of the value at `pointer`, or of the nearest one above it.
    pub fn place(&self, pointer: &Pointer) -> Place {
        let (node, source) = self.node_in(pointer);
        source.place(node.value)
    }

    /// The place of the member's name at `pointer`, or of its value where it has no name.
    pub fn key_place(&self, pointer: &Pointer) -> Place {
        let (node, source) = self.node_in(pointer);
        source.place(node.key.unwrap_or(node.value))
    }

    fn node_in(&self, pointer: &Pointer) -> (NodeSpan, &Source) {
        let whole = NodeSpan { key: None, value: Span::new(0, 0) };
        let (node, source) = self.spans.nearest_in(&self.root, pointer).unwrap_or((whole, None));
        (node, source.unwrap_or(&self.source))
    }
}
