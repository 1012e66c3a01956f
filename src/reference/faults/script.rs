//! Kinds of characters that programs are known to stumble over.

/// Beyond the basic multilingual plane: two UTF-16 units, four UTF-8 bytes.
pub(super) fn is_astral(character: char) -> bool {
    character > '\u{ffff}'
}

/// Of the blocks that hold most emoji.
pub(super) fn is_emoji(character: char) -> bool {
    matches!(character, '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}')
}

/// Hebrew, Arabic, and their neighbours, or a mark that turns the direction.
pub(super) fn is_right_to_left(character: char) -> bool {
    matches!(character, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{200f}' | '\u{202b}' | '\u{202e}' | '\u{2067}')
}

/// A mark that joins the character before it.
pub(super) fn is_combining(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Chinese, Japanese and Korean.
pub(super) fn is_cjk(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{20000}'..='\u{3ffff}')
}

/// Not ASCII.
pub(super) fn is_foreign(character: char) -> bool {
    !character.is_ascii()
}
