//! Kinds of text that programs stumble over, each with a name that says what it is.
//!
//! One text a class is enough to show a fault of the class; the draw varies those that have many members.

use fake::faker::name::raw::{FirstName, LastName, Name};
use fake::locales::{AR_SA, CY_GB, DE_DE, EN, FA_IR, FR_FR, IT_IT, JA_JP, NL_NL, PT_BR, PT_PT, TR_TR, ZH_CN, ZH_TW};

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

const fn contested(name: &'static str, contest: Contest, make: fn(&mut Draw) -> String) -> TextClass {
    TextClass { contest: Some(contest), ..class(name, make) }
}

macro_rules! locale {
    ($name:literal, $locale:ident) => {
        class($name, |draw| {
            let (first, last): (String, String) = (draw.fake(FirstName($locale)), draw.fake(LastName($locale)));
            // Some of the crate's entries carry stray white space.
            format!("{} {}", first.trim(), last.trim())
        })
    };
}

fn one_of(draw: &mut Draw, texts: &[&str]) -> String {
    draw.pick(texts).copied().unwrap_or_default().to_owned()
}

/// Texts that every server which takes a string must take.
pub const UNUSUAL: &[TextClass] = &[
    class("ascii-name", |draw| draw.fake(Name(EN))),
    locale!("name-arabic", AR_SA),
    locale!("name-welsh", CY_GB),
    locale!("name-german", DE_DE),
    locale!("name-persian", FA_IR),
    locale!("name-french", FR_FR),
    locale!("name-italian", IT_IT),
    locale!("name-japanese", JA_JP),
    locale!("name-dutch", NL_NL),
    locale!("name-brazilian", PT_BR),
    locale!("name-portuguese", PT_PT),
    locale!("name-turkish", TR_TR),
    locale!("name-chinese", ZH_CN),
    locale!("name-taiwanese", ZH_TW),
    class("latin-accents", |draw| one_of(draw, &["Zoë Ångström", "Łukasz Żółć", "Ñandú Façade", "Đặng Thị Ngọc"])),
    class("cyrillic", |draw| one_of(draw, &["Екатерина Щербакова", "Олексій Їжак", "Ђорђе Љубић"])),
    class("greek", |draw| one_of(draw, &["Ὀδυσσεύς Σοφία", "Γιώργος Ψαράς"])),
    class("indic", |draw| one_of(draw, &["कृष्णा श्रीवास्तव", "தமிழ்ச்செல்வி", "ক্ষিতীশ"])),
    class("thai", |draw| one_of(draw, &["ณัฐวุฒิ", "เสาวลักษณ์"])),
    smoke("combining-marks", |draw| {
        one_of(
            draw,
            &["Zoe\u{308} A\u{30a}ngstro\u{308}m", "o\u{302}\u{323}e\u{301}a\u{328}\u{301}", "n\u{303}u\u{308}"],
        )
    }),
    class("many-combining-marks", |_| {
        "Z\u{351}\u{36b}\u{343}\u{36a}\u{302}\u{36b}A\u{334}\u{335}\u{31e}\u{348}L".into()
    }),
    class("precomposed", |_| "\u{e9}\u{c5}\u{1ed9}".into()),
    class("decomposed", |_| "e\u{301}A\u{30a}o\u{323}\u{302}".into()),
    class("compatibility-forms", |_| "\u{fb01}\u{2460}\u{ff21}\u{2126}\u{212b}\u{1e9b}\u{323}".into()),
    smoke("right-to-left", |draw| one_of(draw, &["שרה כהן", "مريم بنت محمد", "فاطمه‌زهرا"])),
    class("mixed-direction", |_| "abc עברית 123 عربي xyz".into()),
    smoke("cjk", |draw| one_of(draw, &["王小明", "さくらサクラ", "김민준", "諸葛孔明"])),
    smoke("emoji", |draw| one_of(draw, &["😀", "Ada 🚀", "🎉🎉"])),
    class("emoji-sequence", |draw| one_of(draw, &["👩‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "🇺🇳"])),
    class("astral-letters", |draw| one_of(draw, &["𝒜𝒹𝒶", "𐌰𐌱𐌲", "𐐀𐐨"])),
    class("astral-ideographs", |draw| one_of(draw, &["𠮷野家", "𪚥龍", "𫝆"])),
    smoke("double-quote", |draw| one_of(draw, &["Ada \"Countess\" Lovelace", "\"", "\"\"quoted\"\""])),
    smoke("apostrophe", |draw| one_of(draw, &["O'Brien", "D'Arcy", "''", "N'Golo"])),
    class("typographic-quotes", |_| "O’Neil “the” «best» ‚one‘".into()),
    class("backtick", |_| "`Ada` ´x´".into()),
    smoke("markup", |draw| one_of(draw, &["<b>Ada</b>", "<script>alert(1)</script>", "a < b > c"])),
    class("ampersand", |_| "Ada & Co &amp; &lt;x&gt; &#39;".into()),
    smoke("backslash", |draw| one_of(draw, &["a\\b", "C:\\new\\table", "\\", "\\\\n\\u0041"])),
    class("percent", |_| "100% %s %n %20 %00 %zz".into()),
    class("plus-and-slash", |_| "a+b/c=d&e?f#g".into()),
    class("brackets", |_| "[a]{b}(c)<d>".into()),
    class("punctuation", |_| "-_.,:;!?@#$^*~|".into()),
    smoke("leading-space", |_| "  Ada".into()),
    smoke("trailing-space", |_| "Ada  ".into()),
    class("inner-spaces", |_| "Ada   King    Noel".into()),
    class("no-break-space", |_| "Ada\u{a0}King\u{202f}Noel\u{3000}".into()),
    class("single-space", |_| " ".into()),
    class("digits", |draw| one_of(draw, &["0123", "42", "00000000000000000001"])),
    class("number-words", |draw| one_of(draw, &["1e5", "NaN", "Infinity", "-0", "0x1F", "1_000", "٣٤٥"])),
    class("literal-words", |draw| one_of(draw, &["null", "true", "false", "undefined", "None", "nil"])),
    class("case-mapping", |draw| one_of(draw, &["Straße", "İstanbul ıssız", "ǅ ﬁn ŉ", "ΣΊΣΥΦΟΣ ς"])),
    class("mixed-case", |_| "aDa McDONALD von der Leyen".into()),
    class("sql", |draw| one_of(draw, &["Robert'); DROP TABLE users;--", "1 OR 1=1", "' UNION SELECT 1 --"])),
    class("shell", |_| "$(id); `id` | cat && ls > /dev/null".into()),
    class("template", |_| "{{7*7}} ${7*7} <%= 7*7 %> #{7*7} {% x %}".into()),
    class("json-in-text", |_| "{\"$gt\": \"\"}, [1,2]".into()),
    class("path", |_| "../../etc/hosts".into()),
    class("url", |_| "https://example.com/?a=b&c=d#e".into()),
    class("comma-and-semicolon", |_| "=1+1;a,b;\"c\"".into()),
    class("zero-width-joiner", |_| "نامه\u{200c}ای क\u{94d}\u{200d}ष".into()),
];

/// Texts that a careful server may refuse. If it takes one, it must still keep it as it was sent.
pub const CONTESTED: &[TextClass] = &[
    contested("nul", Contest::ControlCharacter, |_| "a\0b".into()),
    contested("line-feed", Contest::ControlCharacter, |_| "Ada\nKing".into()),
    contested("carriage-return", Contest::ControlCharacter, |_| "Ada\r\nSet-Cookie: x=y".into()),
    contested("tab", Contest::ControlCharacter, |_| "Ada\tKing".into()),
    contested("escape-sequence", Contest::ControlCharacter, |_| "\u{1b}[31mAda\u{1b}[0m".into()),
    contested("backspace-and-bell", Contest::ControlCharacter, |_| "a\u{8}b\u{7}c\u{1}d".into()),
    contested("delete", Contest::ControlCharacter, |_| "a\u{7f}b".into()),
    contested("c1-control", Contest::ControlCharacter, |_| "a\u{85}b\u{9b}c".into()),
    contested("line-separator", Contest::ControlCharacter, |_| "a\u{2028}b\u{2029}c".into()),
    contested("bidi-control", Contest::ControlCharacter, |_| "abc\u{202e}fdp\u{2066}x\u{2069}".into()),
    contested("zero-width-space", Contest::ControlCharacter, |_| "a\u{200b}b\u{2060}c".into()),
    contested("inner-byte-order-mark", Contest::ControlCharacter, |_| "a\u{feff}b".into()),
    contested("noncharacter", Contest::ControlCharacter, |_| "a\u{fffe}b\u{ffff}c\u{1fffe}d".into()),
    contested("private-use", Contest::ControlCharacter, |_| "a\u{e000}b\u{f0000}c\u{10fffd}".into()),
    contested("replacement-character", Contest::ControlCharacter, |_| "a\u{fffd}b".into()),
];

/// Lengths at which stores, buffers and columns end, in characters.
pub const LENGTHS: &[usize] = &[1, 2, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512, 513, 1023, 1024];

/// Lengths that a server may find too long where no `maxLength` stands.
pub const LONG_LENGTHS: &[usize] = &[1025, 4096, 65_536];

/// Characters of two, three and four bytes, with the lengths at which counting bytes or UTF-16 units instead of
/// characters shows.
pub const WIDE: &[(&str, char, &[usize])] =
    &[("two-byte", 'é', &[64, 255]), ("three-byte", '語', &[64, 255]), ("four-byte", '😀', &[64, 255])];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_fit_case_names() {
        let mut names: Vec<_> = UNUSUAL.iter().chain(CONTESTED).map(|class| class.name).collect();
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
        for class in UNUSUAL {
            for seed in 0..30 {
                let text = (class.make)(&mut Draw::new(seed, class.name));
                assert!(!text.is_empty() && !text.chars().any(char::is_control), "{}: {text:?}", class.name);
            }
        }
    }
}
