//! Texts that a regular expression of ECMA 262 matches.
//!
//! The expression is read into a tree and a text is drawn from it. Lookaround and word boundaries are not drawn but hoped
//! for: the caller tries many texts on a validator. Whatever cannot be read gives an error that says why.

mod parse;
mod sample;

pub(super) use parse::parse;
pub(super) use sample::Sampler;

/// Ranges of code points, ordered and apart.
pub(super) type Set = Vec<(u32, u32)>;

/// A part of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    /// One character of a set.
    One(Set),
    /// One after another.
    Sequence(Vec<Part>),
    /// One of several.
    Choice(Vec<Part>),
    /// So often at least, and at most.
    Repeat(Box<Part>, usize, Option<usize>),
    /// A group that is remembered by number.
    Group(usize, Box<Part>),
    /// What a group matched.
    Back(usize),
    /// `^`.
    Start,
    /// `$`.
    End,
    /// Looks without taking: whether it must be there or must not.
    Look(Box<Part>, bool),
    /// `\b` or `\B`.
    Boundary,
}

/// Why no text can be drawn from an expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct Unreadable(pub(super) String);
