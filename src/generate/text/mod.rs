//! Kinds of text that programs stumble over, each with a name that says what it is.
//!
//! Of a class whose members are listed each is sent somewhere: programs that stumble over `None` take `null` for a text.

mod human;
mod invisible;
mod syntax;
mod unicode;
mod white_space;
mod words;

use super::contest::Contest;
use super::draw::Draw;

/// One kind of text.
#[derive(Clone, Copy, Debug)]
pub struct TextClass {
    /// What it is, as it stands in case names.
    pub name: &'static str,
    members: Members,
    /// Why a server may refuse it although it is a string.
    pub contest: Option<Contest>,
    /// Whether the smoke profile has it.
    pub smoke: bool,
}

#[derive(Clone, Copy, Debug)]
enum Members {
    Listed(&'static [&'static str]),
    Made(fn(&mut Draw) -> String),
}

impl TextClass {
    /// Its members, each once: all that are listed, from a drawn one on, or two that are made.
    pub fn members(&self, draw: &mut Draw) -> Vec<String> {
        match self.members {
            Members::Listed(texts) => {
                let from = draw.below(texts.len());
                texts.iter().cycle().skip(from).take(texts.len()).map(|text| (*text).to_owned()).collect()
            }
            Members::Made(make) => {
                let first = make(draw);
                let second = (0..TRIES).map(|_| make(draw)).find(|second| *second != first);
                std::iter::once(first).chain(second).collect()
            }
        }
    }
}

/// How often another member of a class is made.
const TRIES: usize = 6;

const fn class(name: &'static str, make: fn(&mut Draw) -> String) -> TextClass {
    TextClass { name, members: Members::Made(make), contest: None, smoke: false }
}

const fn listed(name: &'static str, texts: &'static [&'static str]) -> TextClass {
    TextClass { name, members: Members::Listed(texts), contest: None, smoke: false }
}

const fn smoke(name: &'static str, make: fn(&mut Draw) -> String) -> TextClass {
    TextClass { smoke: true, ..class(name, make) }
}

const fn control(name: &'static str, make: fn(&mut Draw) -> String) -> TextClass {
    TextClass { contest: Some(Contest::ControlCharacter), ..class(name, make) }
}

/// A class with these members.
macro_rules! text {
    ($name:literal, $($member:expr),+ $(,)?) => {
        super::listed($name, &[$($member),+])
    };
}
use text;

/// The same, in the smoke profile too.
macro_rules! smoke_text {
    ($name:literal, $($member:expr),+ $(,)?) => {
        super::TextClass { smoke: true, ..super::listed($name, &[$($member),+]) }
    };
}
use smoke_text;

/// Texts that every server which takes a string must take.
pub fn unusual() -> impl Iterator<Item = &'static TextClass> {
    [human::TEXTS, unicode::TEXTS, white_space::TEXTS, syntax::TEXTS, words::TEXTS].into_iter().flatten()
}

/// Texts that a careful server may refuse. If it takes one, it must still keep it as it was sent.
pub fn contested() -> impl Iterator<Item = &'static TextClass> {
    invisible::TEXTS.iter()
}

/// Lengths at which stores, buffers and columns end, in characters.
pub const LENGTHS: &[usize] = &[1, 2, 32, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512, 513, 1023, 1024];

/// Lengths that a server may find too long where no `maxLength` stands.
pub const LONG_LENGTHS: &[usize] = &[1025, 4096, 65_536];

/// Characters of two, three and four bytes, with the lengths at which counting bytes or UTF-16 units instead of
/// characters shows.
pub const WIDE: &[(&str, char, &[usize])] =
    &[("two-byte", 'é', &[64, 255]), ("three-byte", '語', &[64, 255]), ("four-byte", '😀', &[64, 255])];

/// Lengths at which a last character of two UTF-16 units, or of four bytes, straddles the end of a column.
pub const STRADDLED: &[usize] = &[50, 64, 128, 255];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_fit_case_names() {
        let mut names: Vec<_> = unusual().chain(contested()).map(|class| class.name).collect();
        assert!(
            names.iter().all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'))
        );
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn texts_that_must_be_taken_hold_no_control_character() {
        for class in unusual() {
            for text in (0..30).flat_map(|seed| class.members(&mut Draw::new(seed, class.name))) {
                assert!(!text.is_empty() && !text.chars().any(char::is_control), "{}: {text:?}", class.name);
            }
        }
    }
}
