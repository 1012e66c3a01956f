//! Finds in a text what no answer may carry: one pass for words that hint at it, and a pattern only where one is seen.
//!
//! The words hold no character that JSON writers escape, so that they are found in the bytes as they come. The patterns
//! are held against the strings themselves.

mod traces;

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, LazyLock, OnceLock};

use aho_corasick::automaton::Automaton;
use aho_corasick::{Anchored, dfa};
use regex::Regex;

use traces::TRACES;
pub(super) use traces::Trace;

use crate::generate::RunTag;
use crate::http::Redactor;

/// Shorter secrets stand in too many texts by chance.
const SHORTEST_SECRET: usize = 6;
/// Parts of names that secrets have.
const SECRET_NAMES: &[&str] = &["passw", "secret", "hash", "salt", "private_key", "privatekey"];

/// The patterns of [`TRACES`], in their order, each compiled when it is first asked for: most never are.
static PATTERNS: [OnceLock<Option<Regex>>; TRACES.len()] = [const { OnceLock::new() }; TRACES.len()];

/// The pattern of the trace of this number; none only where it could not be compiled.
fn pattern(number: usize) -> Option<&'static Regex> {
    PATTERNS[number].get_or_init(|| Regex::new(TRACES[number].pattern).ok()).as_ref()
}

/// What hints at leaks. Cloning is cheap: the finder is shared.
#[derive(Clone)]
pub(super) struct Leaks {
    /// None only where it could not be built.
    finder: Option<Arc<dfa::DFA>>,
    /// What each word of the finder hints at.
    hints: Vec<Hint>,
    secrets: Vec<String>,
}

/// Those of a run without secrets whose tag is that of a sample.
static OF_A_SAMPLE: LazyLock<Leaks> = LazyLock::new(|| Leaks::new(&RunTag::sample(), &Redactor::default()));

#[derive(Clone, Copy, Debug)]
enum Hint {
    /// The trace of this number in [`TRACES`].
    Trace(usize),
    Secret,
    Tag,
    SecretName,
}

/// What a text may carry.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Suspicion {
    traces: u128,
    /// Whether one of the run's secrets stands in it, in whatever letter case.
    pub(super) secret: bool,
    /// Whether some name in it may be that of a secret.
    pub(super) secret_name: bool,
    /// Where the run's own tags end.
    pub(super) tags: Vec<usize>,
}

impl fmt::Debug for Leaks {
    /// Without the secrets.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Leaks")
    }
}

impl Default for Leaks {
    fn default() -> Self {
        OF_A_SAMPLE.clone()
    }
}

impl Leaks {
    pub(super) fn new(tag: &RunTag, secrets: &Redactor) -> Self {
        let secrets: Vec<String> =
            secrets.secrets().filter(|secret| secret.chars().count() >= SHORTEST_SECRET).map(str::to_owned).collect();
        let mut words: Vec<(String, Hint)> = vec![(format!("proofmark-{tag}-"), Hint::Tag)];
        words.extend(secrets.iter().map(|secret| (secret.clone(), Hint::Secret)));
        words.extend(SECRET_NAMES.iter().map(|name| ((*name).to_owned(), Hint::SecretName)));
        for (number, trace) in TRACES.iter().enumerate() {
            words.extend(trace.words.iter().map(|word| ((*word).to_owned(), Hint::Trace(number))));
        }
        let (words, hints): (Vec<String>, Vec<Hint>) = words.into_iter().unzip();
        // The largest and quickest kind: it meets every byte of every answer.
        let finder = dfa::DFA::builder().ascii_case_insensitive(true).prefilter(false).build(words).ok();
        Self { finder: finder.map(Arc::new), hints, secrets }
    }

    /// What `text` hints at: one pass over it, in which each byte is one step of an automaton.
    pub(super) fn suspect(&self, text: &[u8]) -> Suspicion {
        let mut suspicion = Suspicion::default();
        let Some(finder) = self.finder.as_deref() else { return suspicion };
        let Ok(mut state) = finder.start_state(Anchored::No) else { return suspicion };
        for (at, byte) in text.iter().enumerate() {
            state = finder.next_state(Anchored::No, state, *byte);
            // Few states are special, those where a word ends among them.
            if finder.is_special(state) && finder.is_match(state) {
                let words = (0..finder.match_len(state)).map(|index| finder.match_pattern(state, index));
                words.for_each(|word| suspicion.add(self.hints[word.as_usize()], at + 1));
            }
        }
        suspicion
    }

    /// The secrets that stand in `text`.
    pub(super) fn secrets_in<'s>(&'s self, text: &'s str) -> impl Iterator<Item = &'s str> {
        self.secrets.iter().map(String::as_str).filter(move |secret| text.contains(*secret))
    }
}

impl Suspicion {
    /// Adds what a word hints at that ends at `end`.
    fn add(&mut self, hint: Hint, end: usize) {
        match hint {
            Hint::Trace(number) => self.traces |= 1 << number,
            Hint::Secret => self.secret = true,
            Hint::Tag => self.tags.push(end),
            Hint::SecretName => self.secret_name = true,
        }
    }

    /// Whether there is no hint at all, apart from the run's own tags.
    pub(super) fn has_traces(&self) -> bool {
        self.traces != 0
    }

    /// The traces in `text` that are hinted at, each with the place of its evidence.
    pub(super) fn traces_in(&self, text: &str) -> Vec<(&'static Trace, Range<usize>)> {
        let hinted = TRACES.iter().enumerate().filter(|(number, _)| self.traces & (1 << number) != 0);
        let patterns = hinted.filter_map(|(number, trace)| Some((trace, pattern(number)?)));
        patterns.flat_map(|(trace, pattern)| pattern.find_iter(text).map(move |found| (trace, found.range()))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles_and_every_word_survives_json() {
        assert!(TRACES.len() <= 128);
        for (number, trace) in TRACES.iter().enumerate() {
            assert!(pattern(number).is_some(), "{}: {}", trace.what, trace.pattern);
            for word in trace.words {
                let odd = |c: char| !c.is_ascii() || c.is_ascii_control() || "\"\\/<>&'+".contains(c);
                assert!(!word.contains(odd) && word.len() >= 3, "{word}");
            }
        }
        assert!(Leaks::new(&RunTag::sample(), &Redactor::default()).finder.is_some());
    }

    #[test]
    fn each_example_is_found_by_its_trace_alone() {
        let leaks = Leaks::new(&RunTag::sample(), &Redactor::default());
        for trace in TRACES {
            for example in trace.examples {
                let found = leaks.suspect(example.as_bytes()).traces_in(example);
                assert!(found.iter().any(|(found, _)| found.what == trace.what), "{}: {example}", trace.what);
            }
        }
    }

    /// What answers of sound servers say.
    #[test]
    fn plain_messages_carry_nothing() {
        let leaks = Leaks::new(&RunTag::sample(), &Redactor::new(["hunter2hunter2"]));
        for message in [
            "`external_id` is required",
            "Unexpected token } in JSON at position 17",
            "expected `,` or `}` at line 1 column 42",
            "invalid character '}' looking for beginning of value",
            "json: cannot unmarshal number into Go struct field UserCreateParams.external_id of type string",
            "JSON parse error: Cannot deserialize value of type `java.lang.String` from Object value (token \
             `JsonToken.START_OBJECT`); nested exception is com.fasterxml.jackson.databind.exc.MismatchedInputException\n \
             at [Source: (PushbackInputStream); line: 1, column: 2]",
            "com.google.gson.JsonSyntaxException: java.lang.IllegalStateException: Expected a string but was \
             BEGIN_OBJECT at line 1 column 17 path $.external_id",
            "The JSON value could not be converted to System.String. Path: $.external_id | LineNumber: 0 | \
             BytePositionInLine: 17.",
            "Expecting ',' delimiter: line 1 column 2 (char 1)",
            "Please select a value from the list, or update your settings",
            "insert a name into the field; delete from the end",
            "see https://docs.example.com/home/errors/conflict.html#at-line-1",
            "invalid type: integer `7`, expected a string at line 1 column 17",
            "For further information visit https://errors.pydantic.dev/2.5/v/missing",
            "a user with this external_id exists already (duplicate)",
            "Type error: first_name must be a string",
            "The server is at home in /users",
            "Zoë's password is not a property of a user",
            "the type of this object is not supported; a number is not a function of its name",
            "/webhooks?token=abc&key=x is no URL",
            "first_name: an array is not iterable here, and has no attribute `length`",
        ] {
            let found = leaks.suspect(message.as_bytes());
            assert!(!found.secret, "{message}");
            let traces: Vec<_> = found.traces_in(message).into_iter().map(|(trace, _)| trace.what).collect();
            assert!(traces.is_empty(), "{message}: {traces:?}");
        }
    }

    #[test]
    fn secrets_are_found_as_they_are() {
        let leaks = Leaks::new(&RunTag::sample(), &Redactor::new(["hunter2hunter2", "abc"]));
        assert!(leaks.suspect(b"token HUNTER2hunter2").secret);
        assert_eq!(leaks.secrets_in("token HUNTER2hunter2").count(), 0);
        assert_eq!(leaks.secrets_in("a hunter2hunter2 b").collect::<Vec<_>>(), ["hunter2hunter2"]);
        assert_eq!(format!("{leaks:?}"), "Leaks");
    }
}
