//! What the words of a document and the names in it say: phrases and parts of names that stand for a promise.

use super::rule::TimeUnit;

/// The words of a description that call a value unique, if any.
pub(super) fn says_unique(words: &str) -> Option<&'static str> {
    found(words, &["uniquely identif", "unique identifier", "unique id", "must be unique", "globally unique"])
}

/// Words in names of properties that change of themselves.
const VOLATILE: [&str; 22] = [
    "status", "state", "phase", "stage", "progress", "version", "revision", "etag", "count", "total", "balance",
    "updated", "modified", "changed", "created", "last", "expires", "expiry", "ttl", "age", "rank", "position",
];
/// Words in names of properties that do not come back, or not as they are.
const SECRET: [&str; 10] =
    ["password", "passwd", "secret", "token", "pin", "cvv", "cvc", "credential", "credentials", "apikey"];
/// Words in names of properties of which the server may decide who gets what.
const GRANTED: [&str; 20] = [
    "role",
    "roles",
    "permission",
    "permissions",
    "scope",
    "scopes",
    "admin",
    "plan",
    "tier",
    "owner",
    "verified",
    "approved",
    "published",
    "active",
    "enabled",
    "visibility",
    "priority",
    "price",
    "currency",
    "slug",
];

/// Whether a property of this name changes without anybody's asking.
pub(crate) fn changes_of_itself(name: &str) -> bool {
    speaks(name, &VOLATILE)
}

/// Whether a property of this name does not come back, or not as it is.
pub(crate) fn is_kept_secret(name: &str) -> bool {
    speaks(name, &SECRET)
}

/// Whether a server may give somebody something else than was asked for in a property of this name.
pub(crate) fn is_granted(name: &str) -> bool {
    speaks(name, &GRANTED)
}

/// Whether a property of this name tells of how a thing came to be, which nothing changes afterwards.
pub(crate) fn is_of_creation(name: &str) -> bool {
    speaks(name, &["created", "creation", "inserted"])
}

/// Whether a name has one of these words in it, or is one.
pub(crate) fn speaks(name: &str, words: &[&str]) -> bool {
    let own = super::words(name);
    own.iter().any(|word| words.contains(&word.as_str())) || words.contains(&own.concat().as_str())
}

/// Names of properties that are often unique although the document does not say so.
pub(super) fn often_unique(name: &str) -> bool {
    const NAMES: &[&str] = &["id", "email", "username", "login", "slug", "sku", "handle", "key", "uuid"];
    let lower = name.to_ascii_lowercase();
    NAMES.iter().any(|known| lower == *known || lower.ends_with(&format!("_{known}"))) || name.ends_with("Id")
}

/// The unit that a description gives an integer, and its words for it.
pub(super) fn says_time(words: &str) -> Option<(TimeUnit, &'static str)> {
    found(words, &["epoch", "unix time", "since 1970", "since january 1, 1970", "since 1 january 1970"])?;
    const UNITS: &[(&str, TimeUnit)] = &[
        ("millisecond", TimeUnit::Milliseconds),
        ("epoch millis", TimeUnit::Milliseconds),
        ("epoch ms", TimeUnit::Milliseconds),
        ("microsecond", TimeUnit::Microseconds),
        ("nanosecond", TimeUnit::Microseconds),
        ("second", TimeUnit::Seconds),
    ];
    let lower = words.to_ascii_lowercase();
    let (unit, words) = UNITS.iter().find(|(unit, _)| lower.contains(unit)).map(|(unit, kind)| (*kind, *unit))?;
    (words != "nanosecond").then_some((unit, words))
}

/// What a time says of the thing that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// When it was made.
    Made,
    /// When it was last changed.
    Changed,
}

/// The moment that a name speaks of: `created_at`, `updatedAt`.
pub(super) fn moment(name: &str) -> Option<Moment> {
    const MADE: &[&str] = &["created", "created_at", "created_on", "creation_time", "create_time", "created_time"];
    const CHANGED: &[&str] = &[
        "updated",
        "updated_at",
        "updated_on",
        "update_time",
        "modified",
        "modified_at",
        "last_updated",
        "last_updated_at",
        "last_modified",
        "last_modified_at",
    ];
    let name = snake_case(name);
    if MADE.contains(&name.as_str()) {
        return Some(Moment::Made);
    }
    CHANGED.contains(&name.as_str()).then_some(Moment::Changed)
}

/// Whether a text says that what is sent takes the place of all that was there.
pub(crate) fn says_replaces(words: &str) -> bool {
    let lower = words.to_ascii_lowercase();
    let mut found = ["replace", "overwrit", "full update"].into_iter().flat_map(|word| lower.match_indices(word));
    found.any(|(at, _)| !is_denied(&lower[..at]))
}

/// Whether a text says that null takes away what was there.
pub(crate) fn says_null_clears(words: &str) -> bool {
    const TAKES_AWAY: [&str; 6] = ["clear", "remove", "unset", "delete", "erase", "reset"];
    let lower = words.to_ascii_lowercase();
    let sentences = lower.split(['.', ';', '\n']).filter(|sentence| sentence.contains("null"));
    sentences.into_iter().any(|sentence| {
        let mut found = TAKES_AWAY.iter().flat_map(|word| sentence.match_indices(word));
        found.any(|(at, _)| !is_denied(&sentence[..at]))
    })
}

/// Whether a text says that a value is kept otherwise than it was sent.
pub(crate) fn says_changed(words: &str) -> bool {
    const CHANGED: &[&str] = &[
        "trimmed",
        "stripped",
        "removed",
        "collapsed",
        "lowercased",
        "lower-cased",
        "to lower case",
        "to lowercase",
        "uppercased",
        "upper-cased",
        "to upper case",
        "to uppercase",
        "capitalized",
        "capitalised",
        "normalized",
        "normalised",
        "canonical",
        "sanitized",
        "sanitised",
        "escaped",
        "truncated",
        "shortened",
        "clipped",
        "rounded",
        "clamped",
        "capped",
        "masked",
        "redacted",
        "hashed",
        "encrypted",
        "obfuscated",
        "rewritten",
        "replaced by",
        "replaced with",
        "deduplicated",
        "converted",
        "taken out",
        "cut off",
        "sorted",
        "in alphabetical order",
        "without repeats",
        "without duplicates",
    ];
    let lower = words.to_ascii_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let mut found = CHANGED.iter().flat_map(|word| lower.match_indices(word));
    found.any(|(at, _)| !is_denied(&lower[..at])) || says_kept_in_a_form(&lower)
}

/// Whether what follows these words is said not to be so.
fn is_denied(before: &str) -> bool {
    const DENIED: [&str; 3] = ["not ", "never ", "n't "];
    let before = before.trim_end_matches("be ");
    DENIED.iter().any(|denied| before.ends_with(denied))
}

/// Whether a text says in which form a value is kept: `kept in lower case`, and not `kept as it was sent` or `kept in the
/// database`.
fn says_kept_in_a_form(lower: &str) -> bool {
    const KEPT: [&str; 4] = ["kept ", "stored ", "saved ", "returned "];
    const FORMS: [&str; 4] = ["in ", "as ", "with ", "without "];
    // What no form begins with: a place, a time, the thing itself, and what leaves it as it is.
    const NO_FORM: &[&str] = &[
        "the",
        "this",
        "that",
        "these",
        "our",
        "your",
        "its",
        "each",
        "every",
        "all",
        "any",
        "it",
        "is",
        "are",
        "was",
        "they",
        "you",
        "sent",
        "given",
        "entered",
        "received",
        "provided",
        "supplied",
        "submitted",
        "written",
        "typed",
        "change",
        "changes",
        "alteration",
        "modification",
        "sync",
        "response",
        "responses",
        "full",
        "place",
        "being",
        "loss",
        "answers",
        "memory",
    ];
    let mut found = KEPT.iter().flat_map(|verb| lower.match_indices(verb));
    found.any(|(at, verb)| {
        let behind = &lower[at + verb.len()..];
        let form = FORMS.iter().find_map(|form| behind.strip_prefix(form));
        let first = form.map(|form| form.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default());
        first.is_some_and(|word| !NO_FORM.contains(&word)) && !is_denied(&lower[..at])
    })
}

/// Whether a text says that something is made.
pub(super) fn says_creates(words: &str) -> Option<&'static str> {
    found(words, &["create", "creating", "creation"])
}

/// What an error code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CodeKind {
    /// The request is not as it must be.
    Invalid,
    /// Who sends it may not.
    Credentials,
    /// Something else than these.
    Else,
    /// Nothing.
    Vague,
}

/// What an error code says, as far as its words tell.
pub(super) fn code_kind(code: &str) -> Option<CodeKind> {
    let code = snake_case(code);
    let has = |parts: &[&str]| parts.iter().any(|part| code.contains(part));
    // `invalid_credentials` is no invalid request.
    const CREDENTIALS: &[&str] = &[
        "credential",
        "unauthenticated",
        "unauthorized",
        "authentication",
        "forbidden",
        "permission",
        "access_denied",
    ];
    const ELSE: &[&str] = &[
        "not_found",
        "conflict",
        "already_exists",
        "duplicate",
        "unavailable",
        "timeout",
        "rate_limit",
        "too_many_requests",
        "quota",
    ];
    const INVALID: &[&str] = &["invalid", "bad_request", "validation", "malformed", "bad_input"];
    if has(CREDENTIALS) {
        return Some(CodeKind::Credentials);
    }
    if has(ELSE) {
        return Some(CodeKind::Else);
    }
    if has(INVALID) {
        return Some(CodeKind::Invalid);
    }
    has(&["unknown", "internal", "unexpected", "server_error"]).then_some(CodeKind::Vague)
}

fn found(words: &str, phrases: &[&'static str]) -> Option<&'static str> {
    let lower = words.to_ascii_lowercase();
    phrases.iter().find(|phrase| lower.contains(*phrase)).copied()
}

/// `createdAt`, `Created-At` and `CREATED_AT` are one name.
fn snake_case(name: &str) -> String {
    let mut out = String::new();
    let mut lower = false;
    for character in name.chars() {
        if character.is_ascii_uppercase() && lower {
            out.push('_');
        }
        lower = character.is_ascii_lowercase() || character.is_ascii_digit();
        out.push(if character == '-' { '_' } else { character.to_ascii_lowercase() });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_to_be_kept_otherwise_is_told_from_what_is_not() {
        for words in [
            "HTML tags are removed.",
            "Is Trimmed and lower-cased",
            "Rounded to two places",
            "Kept in lower case",
            "Kept with two decimals",
            "Kept in alphabetical order, in lower case and\nwithout repeats",
            "Markup is taken out",
            "It is stored as a whole number",
            "The number, returned without blanks.",
            "Tags come in alphabetical order",
        ] {
            assert!(says_changed(words), "{words}");
        }
        for words in [
            "A name",
            "It is never truncated",
            "must not be trimmed",
            "isn't normalised",
            "Kept as it was sent",
            "stored as-is",
            "Stored in the database.",
            "returned in every response",
            "Kept without any change",
            "is not kept in lower case",
            "A code with two letters in lower case",
            "May be left out; it is kept in full",
        ] {
            assert!(!says_changed(words), "{words}");
        }
    }

    #[test]
    fn units_are_read_from_the_words() {
        let unit = |words| says_time(words).map(|(unit, _)| unit);
        assert_eq!(unit("measured in milliseconds since the Unix epoch"), Some(TimeUnit::Milliseconds));
        assert_eq!(unit("Unix time in seconds"), Some(TimeUnit::Seconds));
        assert_eq!(unit("Microseconds since 1970"), Some(TimeUnit::Microseconds));
        assert_eq!(unit("nanoseconds since the epoch"), None, "no integer of JSON holds them safely");
        assert_eq!(unit("how many seconds it took"), None);
    }

    #[test]
    fn a_name_is_one_in_any_case() {
        for name in ["created_at", "createdAt", "Created-At", "CREATED_AT"] {
            assert_eq!(moment(name), Some(Moment::Made), "{name}");
        }
        assert_eq!(moment("lastModified"), Some(Moment::Changed));
        assert_eq!(moment("expires_at"), None);
    }

    #[test]
    fn some_words_say_that_a_thing_is_replaced_or_emptied() {
        assert!(says_replaces("Replaces the whole product.") && says_replaces("Overwrite a setting"));
        assert!(!says_replaces("Update a product. Does not replace its tags."));
        assert!(says_null_clears("Send null to clear the date.") && says_null_clears("A null removes the key"));
        assert!(
            !says_null_clears("Null where unknown. Deleted with its list.")
                && !says_null_clears("null is never deleted")
        );
    }

    #[test]
    fn codes_say_what_their_words_say() {
        assert_eq!(code_kind("invalid_request"), Some(CodeKind::Invalid));
        assert_eq!(code_kind("invalid_credentials"), Some(CodeKind::Credentials));
        assert_eq!(code_kind("ResourceNotFound"), Some(CodeKind::Else));
        assert_eq!(code_kind("unknown"), Some(CodeKind::Vague));
        assert_eq!(code_kind("teapot"), None);
    }
}
