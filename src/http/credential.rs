//! Which credential a request carries: the run's own, or what a server must not take for it.

/// The credential of one request. The secret itself is known to the transport alone, and altered when it is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Credential {
    /// The run's own.
    #[default]
    Right,
    /// None: the fields that carry it are left out.
    None,
    /// The fields that carry it, with nothing in them.
    Empty,
    /// The scheme alone (RFC 9110 §11.4), without a token.
    SchemeOnly,
    /// The token alone, without its scheme.
    SchemeMissing,
    /// The token under another scheme.
    SchemeChanged,
    /// One character is another: this many sixteenths of the way through the token.
    Changed(u8),
    /// This many characters are missing at its end.
    Truncated(u8),
    /// The first half alone.
    Half,
    /// The first character is missing.
    Beheaded,
    /// More characters at its end.
    Extended,
    /// A dot and a character more: to some, what stands behind a dot signs what stands before it (RFC 7515 §3.1).
    Continued,
    /// Upper case for lower, and lower for upper.
    LetterCase,
    /// One letter in the other case: the one that stands about this many sixteenths of the way through the token.
    OneLetterCase(u8),
    /// A hyphen in the middle of the token.
    Hyphenated,
    /// The token backwards.
    Reversed,
    /// The token twice in a row.
    Doubled,
    /// Two thousand characters.
    Long,
    /// A token with letters beyond ASCII.
    BeyondAscii,
    /// A word in place of the token.
    Word(&'static str),
    /// A token of the same length and the same kinds of character, drawn at random.
    Random(u8),
}

impl Credential {
    /// Every way to be wrong of which a plan makes use.
    pub const WRONG: &[Self] = &[
        Self::None,
        Self::Empty,
        Self::SchemeOnly,
        Self::SchemeMissing,
        Self::SchemeChanged,
        Self::Changed(0),
        Self::Changed(4),
        Self::Changed(8),
        Self::Changed(12),
        Self::Changed(16),
        Self::Truncated(1),
        Self::Truncated(4),
        Self::Half,
        Self::Beheaded,
        Self::Extended,
        Self::Continued,
        Self::LetterCase,
        Self::OneLetterCase(0),
        Self::OneLetterCase(16),
        Self::Hyphenated,
        Self::Reversed,
        Self::Doubled,
        Self::Long,
        Self::BeyondAscii,
        Self::Word("null"),
        Self::Word("undefined"),
        Self::Word("true"),
        Self::Word("0"),
        Self::Word("admin"),
        Self::Word("test"),
        Self::Word("*"),
        Self::Random(0),
        Self::Random(1),
        Self::Random(2),
    ];

    /// What it is, in words that stand behind "with".
    pub fn words(self) -> &'static str {
        match self {
            Self::Right => "the right credential",
            Self::None => "no credential",
            Self::Empty => "an empty credential",
            Self::SchemeOnly => "a scheme and no token",
            Self::SchemeMissing => "the token and no scheme",
            Self::SchemeChanged => "the token under another scheme",
            Self::Changed(_) => "one character of the credential changed",
            Self::Truncated(_) | Self::Half => "the end of the credential cut off",
            Self::Beheaded => "the first character of the credential cut off",
            Self::Extended | Self::Continued => "more characters behind the credential",
            Self::LetterCase => "the credential in other letter case",
            Self::OneLetterCase(_) => "one letter of the credential in other case",
            Self::Hyphenated => "a hyphen in the middle of the credential",
            Self::Reversed => "the credential backwards",
            Self::Doubled => "the credential twice in a row",
            Self::Long => "a very long credential",
            Self::BeyondAscii => "a credential with letters beyond ASCII",
            Self::Word(_) => "a word for a credential",
            Self::Random(_) => "a random credential",
        }
    }

    /// Whether it has something of the right one, so that who quotes it may quote a part of that.
    pub fn holds_of_the_right(self) -> bool {
        !matches!(
            self,
            Self::None
                | Self::Empty
                | Self::SchemeOnly
                | Self::Long
                | Self::BeyondAscii
                | Self::Word(_)
                | Self::Random(_)
        )
    }

    /// Whether it is not the run's own.
    pub fn is_wrong(self) -> bool {
        self != Self::Right
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_without_the_right_credential_holds_nothing_of_it() {
        let holding = |wrong: &&Credential| wrong.holds_of_the_right();
        let (holding, others): (Vec<_>, Vec<_>) = Credential::WRONG.iter().partition(holding);
        assert!(holding.contains(&&Credential::Extended) && holding.contains(&&Credential::Changed(8)), "{holding:?}");
        assert!(others.contains(&&Credential::None) && others.contains(&&Credential::Random(0)), "{others:?}");
        assert!(Credential::Right.holds_of_the_right());
    }
}
