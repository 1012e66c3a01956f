//! Why a request is contested: the document is silent, or its readings differ, so that a server may do either.

use crate::http::parameter::Doubt;

/// The reason for which either answer will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Contest {
    /// Keywords beside `$ref`, or `nullable` without `type`: the standard ignores them, common practice does not.
    Readings,
    /// A property that the schema neither lists nor forbids.
    UnlistedProperty,
    /// A value that breaks a `format` and nothing else.
    Format,
    /// A key that stands twice in one object (RFC 8259 §4: behaviour is unpredictable).
    RepeatedKey,
    /// An escape that is half of a surrogate pair (RFC 8259 §8.2).
    LoneSurrogate,
    /// NUL or another control character in a text.
    ControlCharacter,
    /// An empty or blank text where a required one identifies something.
    BlankIdentifier,
    /// An identifier so short that it cannot be new in each run.
    TakenIdentifier,
    /// More than 1,024 characters where no `maxLength` stands.
    LongText,
    /// An integer beyond 2^53, which not every JSON parser keeps (RFC 8259 §6).
    LargeInteger,
    /// A byte-order mark before the body (RFC 8259 §8.1: parsers may ignore it).
    ByteOrderMark,
    /// A body in another encoding than UTF-8 (RFC 8259 §8.1).
    OtherEncoding,
    /// Bytes in a text that are no UTF-8: many decoders put U+FFFD in their place (RFC 8259 §9 lets a parser take more than JSON).
    MalformedText,
    /// `NaN` or `Infinity` where nothing says what the value must be: common parsers take them (RFC 8259 §6 does not).
    NotANumber,
    /// Nesting deeper than parsers are bound to follow (RFC 8259 §9).
    Depth,
    /// A wrong, missing or unusual Content-Type.
    ContentType,
    /// A property that the document marks `readOnly`, sent all the same.
    ReadOnly,
    /// A JSON number in a form that is legal but rare, where its value fits the schema.
    NumberForm,
    /// A header that asks for another method (`X-HTTP-Method-Override`): no part of HTTP, and not in the document.
    MethodOverride,
    /// An `Accept` that does not name what the document says is answered (RFC 9110 §12.5.1).
    Accept,
    /// `Expect: 100-continue` (RFC 9110 §10.1.1).
    Expectation,
    /// A body in chunks, without a length (RFC 9112 §7.1).
    Chunked,
    /// A content coding of the request that the document does not speak of (RFC 9110 §8.4).
    ContentCoding,
    /// A header section larger than is usual (RFC 6585 §5).
    LongHeader,
    /// A request that was sent before, its identifier included.
    Repeated,
    /// An identifier that was sent before, with other values beside it.
    TakenWithOtherValues,
    /// A credential that is not the run's, where the document declares no security.
    Credentials,
    /// The name of a thing which nobody has said is there.
    UnknownThing,
    /// A value that its name or its media type gives rules which no schema tells.
    OwnRules,
    /// A value that only the environment knows.
    Environment,
    /// A parameter that the document does not list.
    UnlistedParameter,
    /// A parameter that stands twice.
    RepeatedParameter,
    /// A required parameter that is left out, and has a default.
    Default,
    /// A text that stands for more than one value: `1` is a number, and a boolean to some.
    TextReading,
    /// A parameter that servers read in more than one way.
    Spelling(Doubt),
    /// A file, or a text as a whole, of which the document says nothing but that it is one.
    FileContent,
    /// A path with an empty segment, which is another path.
    EmptySegment,
    /// A request target longer than servers are bound to take (RFC 9110 §4.1).
    LongTarget,
}

impl Contest {
    /// Every reason there is.
    pub const ALL: &[Self] = &[
        Self::Readings,
        Self::UnlistedProperty,
        Self::Format,
        Self::RepeatedKey,
        Self::LoneSurrogate,
        Self::ControlCharacter,
        Self::BlankIdentifier,
        Self::TakenIdentifier,
        Self::LongText,
        Self::LargeInteger,
        Self::ByteOrderMark,
        Self::OtherEncoding,
        Self::MalformedText,
        Self::NotANumber,
        Self::Depth,
        Self::ContentType,
        Self::ReadOnly,
        Self::NumberForm,
        Self::MethodOverride,
        Self::Accept,
        Self::Expectation,
        Self::Chunked,
        Self::ContentCoding,
        Self::LongHeader,
        Self::Repeated,
        Self::TakenWithOtherValues,
        Self::Credentials,
        Self::UnknownThing,
        Self::OwnRules,
        Self::Environment,
        Self::UnlistedParameter,
        Self::RepeatedParameter,
        Self::Default,
        Self::TextReading,
        Self::Spelling(Doubt::EncodedSlash),
        Self::Spelling(Doubt::EncodedDelimiter),
        Self::Spelling(Doubt::LabelDelimiter),
        Self::Spelling(Doubt::EmptyValue),
        Self::FileContent,
        Self::EmptySegment,
        Self::LongTarget,
    ];

    /// Its name: `unlisted-property`.
    pub fn name(self) -> String {
        let name = match self {
            Self::Spelling(doubt) => format!("{doubt:?}"),
            other => format!("{other:?}"),
        };
        let mut out = String::new();
        for character in name.chars() {
            if character.is_ascii_uppercase() && !out.is_empty() {
                out.push('-');
            }
            out.push(character.to_ascii_lowercase());
        }
        out
    }

    /// The reason, as a clause after "contested:".
    pub fn reason(self) -> &'static str {
        match self {
            Self::Readings => {
                "what stands beside `$ref`, and a keyword of later versions, is ignored by the standard and honoured in practice"
            }
            Self::UnlistedProperty => "the schema neither lists nor forbids the property",
            Self::Format => "only a `format` is broken, which need not be asserted",
            Self::RepeatedKey => "a repeated key has no defined meaning",
            Self::LoneSurrogate => "half a surrogate pair is no character",
            Self::ControlCharacter => "the document says nothing of control characters",
            Self::BlankIdentifier => "an empty or blank identifier identifies nothing",
            Self::TakenIdentifier => "so common an identifier may be taken already",
            Self::LongText => "no `maxLength` stands, yet every server has a limit",
            Self::LargeInteger => "not every parser keeps integers beyond 2^53",
            Self::ByteOrderMark => "a parser may ignore a byte-order mark or refuse it",
            Self::OtherEncoding => "JSON is UTF-8, yet some parsers detect other encodings",
            Self::MalformedText => "many decoders replace bytes that are no UTF-8, others refuse them",
            Self::NotANumber => "`NaN` and `Infinity` are no JSON, yet common parsers take them",
            Self::Depth => "a parser may limit nesting",
            Self::ContentType => "the Content-Type is not the one documented",
            Self::ReadOnly => "a `readOnly` property should not be sent, and may be ignored",
            Self::NumberForm => "the number's form is rare, its value is not",
            Self::MethodOverride => "the document says nothing of a header that asks for another method",
            Self::Accept => "the client does not ask for what the document says is answered",
            Self::Expectation => "a server may decline to say whether it will read the body",
            Self::Chunked => "a server may ask for a length",
            Self::ContentCoding => "the document says nothing of content codings",
            Self::LongHeader => "every server limits header fields",
            Self::Repeated => "the same was sent before, and the document says nothing of a repeat",
            Self::TakenWithOtherValues => "its identifier was sent before, with other values",
            Self::Credentials => "the document does not say which credentials are needed",
            Self::UnknownThing => "it names a thing that nothing has said is there, so that 404 is as right as 200",
            Self::OwnRules => "by its name or its media type it has rules that no schema tells",
            Self::Environment => "it needs a value that only the environment can give",
            Self::UnlistedParameter => "the document neither lists nor forbids the parameter",
            Self::RepeatedParameter => "a repeated parameter has no defined meaning",
            Self::Default => "a server may put the default in place of what is missing",
            Self::TextReading => "the text can be read as a value that fits and as one that does not",
            Self::Spelling(doubt) => doubt.reason(),
            Self::FileContent => "what a file may hold is told by no schema",
            Self::EmptySegment => "an empty segment makes it another path",
            Self::LongTarget => "every server limits the length of a request's target",
        }
    }

    /// Statuses that are right here besides the documented ones, since RFC 9110 defines them for just this.
    pub fn also_allows(self) -> &'static [u16] {
        match self {
            Self::ContentType | Self::ByteOrderMark | Self::OtherEncoding => &[400, 415],
            Self::LongText | Self::UnlistedProperty | Self::Depth => &[400, 413],
            Self::Accept => &[400, 406],
            Self::Expectation => &[417],
            Self::Chunked => &[400, 411],
            Self::MalformedText | Self::NotANumber => &[400, 422],
            Self::ContentCoding => &[400, 415],
            Self::LongHeader => &[400, 431],
            Self::Credentials => &[401, 403, 429],
            Self::UnknownThing => &[400, 404, 410, 422],
            Self::OwnRules => &[400, 409, 422],
            Self::UnlistedParameter | Self::RepeatedParameter | Self::TextReading => &[400, 422],
            Self::Environment => &[400, 401, 403],
            Self::FileContent => &[400, 413, 415, 422],
            Self::Spelling(_) => &[400, 404],
            Self::EmptySegment => &[301, 307, 308, 400, 404, 405],
            Self::LongTarget => &[400, 414, 431],
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_listed() {
        let source = include_str!("contest.rs");
        let (_, body) = source.split_once("pub enum Contest {").expect("the enum");
        let (body, _) = body.split_once("\n}\n").expect("its end");
        let names =
            body.lines().map(str::trim).filter(|line| line.starts_with(|first: char| first.is_ascii_uppercase()));
        for name in names.map(|line| line.trim_end_matches(',')) {
            let listed = Contest::ALL.iter().any(|contest| match contest {
                Contest::Spelling(_) => name.starts_with("Spelling("),
                contest => format!("{contest:?}") == name,
            });
            assert!(listed, "{name}");
        }
    }

    #[test]
    fn no_two_reasons_have_one_name() {
        let mut names: Vec<_> = Contest::ALL.iter().map(|contest| contest.name()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), Contest::ALL.len());
    }
}
