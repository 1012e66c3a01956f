//! Kinds of text that programs stumble over, each with a name that says what it is.
//!
//! One text a class is enough to show a fault of the class; the draw varies those that have many members.

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
    /// A member of the class.
    pub make: fn(&mut Draw) -> String,
    /// Why a server may refuse it although it is a string.
    pub contest: Option<Contest>,
    /// Whether the smoke profile has it.
    pub smoke: bool,
}

const fn class(name: &'static str, make: fn(&mut Draw) -> String) -> TextClass {
    TextClass { name, make, contest: None, smoke: false }
}

const fn smoke(name: &'static str, make: fn(&mut Draw) -> String) -> TextClass {
    TextClass { smoke: true, ..class(name, make) }
}

const fn control(name: &'static str, make: fn(&mut Draw) -> String) -> TextClass {
    TextClass { contest: Some(Contest::ControlCharacter), ..class(name, make) }
}

/// A class with a few members, of which one is drawn.
macro_rules! text {
    ($name:literal, $($member:expr),+ $(,)?) => {
        super::class($name, |draw| super::one_of(draw, &[$($member),+]))
    };
}
use text;

fn one_of(draw: &mut Draw, texts: &[&str]) -> String {
    draw.pick(texts).copied().unwrap_or_default().to_owned()
}

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
            for seed in 0..30 {
                let text = (class.make)(&mut Draw::new(seed, class.name));
                assert!(!text.is_empty() && !text.chars().any(char::is_control), "{}: {text:?}", class.name);
            }
        }
    }
}
