//! What Unicode holds beyond plain letters: marks, forms, emoji, planes, letters whose case is no pair.

use super::{TextClass, class, smoke_text, text};

pub(super) const TEXTS: &[TextClass] = &[
    // Marks and forms. Nothing may be composed, decomposed, or put in another order.
    smoke_text!(
        "combining-marks",
        "Zoe\u{308} A\u{30a}ngstro\u{308}m",
        "o\u{302}\u{323}e\u{301}a\u{328}\u{301}",
        "n\u{303}u\u{308}",
        "c\u{34f}h A\u{34f}\u{301}"
    ),
    class("many-combining-marks", |_| {
        "Z\u{351}\u{36b}\u{343}\u{36a}\u{302}\u{36b}A\u{334}\u{335}\u{31e}\u{348}L".into()
    }),
    class("hundred-combining-marks", |_| format!("e{}", "\u{301}\u{323}".repeat(50))),
    class("leading-combining-mark", |_| "\u{301}a".into()),
    class("precomposed", |_| "\u{e9}\u{c5}\u{1ed9}".into()),
    class("decomposed", |_| "e\u{301}A\u{30a}o\u{323}\u{302}".into()),
    class("marks-out-of-order", |_| "a\u{301}\u{323} q\u{307}\u{323}".into()),
    class("compatibility-forms", |_| "\u{fb01}\u{2460}\u{ff21}\u{2126}\u{212b}\u{1e9b}\u{323}".into()),
    class("singleton-forms", |_| "\u{212a}\u{212b}\u{2126}\u{1f71}".into()),
    class("hangul-jamo", |_| "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}".into()),
    class("hangul-syllables", |_| "\u{d55c}\u{ae00}".into()),
    class("full-width", |_| "ＡＤＡ　１２３＜＞＇＂；".into()),
    class("half-width-kana", |_| "ｶﾞｷﾞｸﾞ ﾊﾟ".into()),
    text!("superscripts", "x² H₂O ⁰⁴⁵₀₁₂ ᵃᵇᶜ", "5 µm Ⅳ № ª º"),
    text!("other-digits", "٣٤٥ १२३ １２３ ½ ⅓ Ⅷ", "٣٤٥", "１２３"),
    // Case: what one direction does, the other does not undo.
    text!("case-sharp-s", "Straße STRAẞE Maße"),
    text!("case-turkish-i", "İstanbul ıssız", "Iİiı", "i\u{307}stanbul I\u{307}"),
    text!("case-ligature", "ﬁnal ﬂow eﬀort ŉ ǰ ΐ"),
    text!("case-title", "ǅ ǆ Ǆ ǈ ǋ ǲ"),
    text!("case-final-sigma", "ΣΊΣΥΦΟΣ ς Σίσυφος"),
    text!("case-kelvin", "\u{212a}elvin \u{17f}ecret \u{1e9e}"),
    text!("case-changes-length", "ȺȾ ɐ ΰ ŉ ﬃ"),
    text!("case-rare-scripts", "Ꭰꭰ Ⴀⴀ 𐐀𐐨 Ⱡⱡ Ꙁꙁ"),
    class("mixed-case", |_| "aDa KING".into()),
    class("lower-case", |_| "ada king".into()),
    class("upper-case", |_| "ADA KING".into()),
    // Look-alikes.
    class("look-alikes", |_| "Аdа Кіng".into()),
    text!("mathematical-letters", "𝒜𝒹𝒶 𝕬𝖉𝖆 𝟘𝟙𝟚", "ﷺ ﻼ ﺍﻟ ﭏ مــحــمــد"),
    // Emoji.
    smoke_text!("emoji", "😀", "Ada 🚀", "🎉🎉"),
    text!("emoji-sequence", "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🇺🇳🇩🇪 🤖🥰🪐", "👍🏽", "🇺🇳"),
    class("emoji-variation", |_| "❤\u{fe0f} ❤\u{fe0e} 1\u{fe0f}\u{20e3}".into()),
    text!("emoticon", ":) :-) ;-) :D <3 (╯°□°)╯︵ ┻━┻ ¯\\_(ツ)_/¯", ":smile: :+1:", "(c) (r) (tm) -> ... --"),
    text!(
        "symbols",
        "©®™℃№ €£¥₹₿ ←→⇒ ∀∃∑√∞ ☃☂♥ ░▒▓ •·×÷。′″",
        "\u{301c}\u{2016}\u{2212}\u{a2}\u{a3}\u{ac}\u{2015}\u{ff5e}\u{2225} ™•·×÷′″"
    ),
    class("braille-and-runes", |_| "⠓⠑⠇⠇⠕ ᚠᚢᚦᚨᚱᚲ".into()),
    // Planes. UCS-2 and three-byte UTF-8 end at the first.
    text!("astral-letters", "𐌰𐌱𐌲 𐐀𐐨 𒀀𒁀"),
    text!("astral-ideographs", "𠮷野家 𪚥龍", "𫝆"),
    class("plane-3", |_| "\u{30000}\u{30001}".into()),
    class("plane-14-variation", |_| "葛\u{e0100} 辻\u{e0101}".into()),
    class("ends-of-ranges", |_| "\u{7f7}\u{800}\u{d7a3}\u{f900}\u{fffc}\u{10000}".into()),
    class("four-bytes-among-one", |_| "a𝄞b😀c".into()),
    class("latin-1-and-windows-1252", |_| "ÿþýü €‚ƒ„…†‡ˆ‰Š‹Œ ¤¦¨´¸¼½¾".into()),
    class("mojibake", |_| "ZoÃ« Ã… â‚¬ Ð\u{90a}".into()),
    class("zero-width-joiner", |_| "نامه\u{200c}ای क\u{94d}\u{200d}ष".into()),
];
