//! Texts that one pattern matches, of wanted lengths, each tried on the validator.

use jsonschema::Validator;
use serde_json::Value;

use super::pattern::{Sampler, parse};
use super::resources::compiled;
use crate::generate::draw::Draw;

/// How many texts are drawn for one.
const TRIES: usize = 20;

/// A pattern of which texts are drawn.
#[derive(Debug)]
pub(in crate::generate) struct Matching {
    sampler: Sampler,
    validator: Validator,
}

impl Matching {
    /// The texts of `pattern`; none where it cannot be read.
    pub(in crate::generate) fn of(pattern: &str) -> Option<Self> {
        Some(Self { sampler: Sampler::new(parse(pattern).ok()?), validator: compiled("pattern", pattern)? })
    }

    /// The least and the most characters that its texts have.
    pub(in crate::generate) fn width(&self) -> (usize, Option<usize>) {
        self.sampler.width()
    }

    /// One of them, of so many characters where that is said.
    pub(in crate::generate) fn text(&self, length: Option<usize>, draw: &mut Draw) -> Option<String> {
        let fits = |text: &String| length.is_none_or(|length| text.chars().count() == length);
        (0..TRIES).map(|_| self.sampler.text(length, draw)).find(|text| fits(text) && self.matches(text))
    }

    /// Texts that nearly are: with more before or behind, with their last character left out or twice, and in other letters.
    pub(in crate::generate) fn near_misses(&self, draw: &mut Draw) -> Vec<(&'static str, String)> {
        let Some(text) = self.text(None, draw).filter(|text| !text.is_empty()) else { return Vec::new() };
        let without_last: String = text.chars().take(text.chars().count() - 1).collect();
        let last = text.chars().last().map(String::from).unwrap_or_default();
        let swapped =
            text.chars().map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() });
        let all = [
            ("before", format!("!{text}")),
            ("behind", format!("{text}!")),
            ("letter-before", format!("x{text}")),
            ("cut", without_last),
            ("longer", format!("{text}{last}")),
            ("letter-case", swapped.collect()),
        ];
        all.into_iter().filter(|(_, text)| !self.matches(text)).collect()
    }

    fn matches(&self, text: &str) -> bool {
        self.validator.is_valid(&Value::from(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_the_length_that_is_wanted_and_near_misses_are_no_texts() {
        let draw = || Draw::new(1, "t");
        let slug = Matching::of("^[a-z][a-z0-9-]*$").expect("a pattern");
        assert_eq!(slug.text(Some(30), &mut draw()).map(|text| text.len()), Some(30));
        assert_eq!((slug.width(), Matching::of("^\\d{4}$").expect("a pattern").width()), ((1, None), (4, Some(4))));
        let names = |pattern: &str| -> Vec<&str> {
            let near = Matching::of(pattern).expect("a pattern").near_misses(&mut draw());
            near.into_iter().map(|(name, _)| name).collect()
        };
        assert_eq!(names("^\\d{4}$"), ["before", "behind", "letter-before", "cut", "longer"]);
        assert_eq!(names("^[a-f]+$"), ["before", "behind", "letter-before", "letter-case"]);
        assert_eq!(names("[0-9]*"), [""; 0]);
        assert_eq!(Matching::of("^\\d{4}$").and_then(|pin| pin.text(Some(5), &mut draw())), None);
        assert!(Matching::of("(").is_none());
    }
}
