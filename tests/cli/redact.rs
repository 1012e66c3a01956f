//! What differs from run to run, put into a form that does not, of the same width.

/// The text without ports, tags, ids and times.
pub(crate) fn redact(text: &str) -> String {
    let mut text = text.to_owned();
    for (pattern, with) in [
        ("127.0.0.1:#####", '0'),
        ("proofmark-hhhhhhhh-", '0'),
        ("########T######-hhhhhhhh", '0'),
        ("\"run\": \"hhhhhhhh\"", '0'),
        ("u_aaaaaaaaaaaaaaaaaaaaaaaa", 'x'),
        ("u_aaaa…", 'x'),
        ("#############", '0'),
        ("[@@#.##s]", '0'),
        ("in #.##s", '0'),
        (", ## www #### ##:##:## GMT", '0'),
        ("www, 00", 'x'),
        ("###.# ms", '0'),
        ("##.# ms", '0'),
        ("#.# ms", '0'),
    ] {
        text = masked(&text, pattern, with);
    }
    let shorter =
        [("000.0 ms", "0.0 ms"), ("00.0 ms", "0.0 ms"), ("[000.00s]", "[  0.00s]"), ("[ 00.00s]", "[  0.00s]")];
    shorter.iter().fold(text, |text, (long, short)| text.replace(long, short))
}

/// Every occurrence of the pattern with its variable parts replaced: `#` is a digit, `@` a digit or a blank, `h` a
/// hexadecimal digit, `a` a letter or digit, `w` a letter.
fn masked(text: &str, pattern: &str, with: char) -> String {
    let (text, pattern): (Vec<char>, Vec<char>) = (text.chars().collect(), pattern.chars().collect());
    // A letter that stands for others does so only beside another of its kind.
    let stands = |at: usize| {
        let symbol = pattern[at];
        let twin = pattern.get(at + 1) == Some(&symbol) || (at > 0 && pattern[at - 1] == symbol);
        matches!(symbol, '#' | '@') || (matches!(symbol, 'h' | 'a' | 'w') && twin)
    };
    let fits = |at: usize, character: char| match pattern[at] {
        '#' => character.is_ascii_digit(),
        '@' => character.is_ascii_digit() || character == ' ',
        'h' if stands(at) => character.is_ascii_hexdigit(),
        'a' if stands(at) => character.is_ascii_alphanumeric(),
        'w' if stands(at) => character.is_ascii_alphabetic(),
        plain => plain == character,
    };
    let mut out = String::new();
    let mut at = 0;
    while at < text.len() {
        let end = at + pattern.len();
        if end <= text.len() && (0..pattern.len()).all(|offset| fits(offset, text[at + offset])) {
            for (offset, character) in text[at..end].iter().enumerate() {
                out.push(if stands(offset) && *character != ' ' { with } else { *character });
            }
            at = end;
        } else {
            out.push(text[at]);
            at += 1;
        }
    }
    out
}

#[test]
fn what_differs_is_masked_in_place() {
    assert_eq!(redact("http://127.0.0.1:41873/"), "http://127.0.0.1:00000/");
    assert_eq!(redact("[  0.62s] x [200]"), "[  0.00s] x [200]");
    assert_eq!(redact("[ 10.66s] [123.40s]"), "[  0.00s] [  0.00s]");
    assert_eq!(redact("\"proofmark-c5c4c762-0000\""), "\"proofmark-00000000-0000\"");
    assert_eq!(redact("u_oabw9qYtDNoTEINByQ24k0mT"), "u_xxxxxxxxxxxxxxxxxxxxxxxx");
    assert_eq!(redact("Tue, 24 Nov 2026 07:56:53 GMT"), "xxx, 00 000 0000 00:00:00 GMT");
}
