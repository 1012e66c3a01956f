//! What people are called, and how they write it.

use fake::faker::name::raw::{FirstName, LastName, Name};
use fake::locales::{AR_SA, DE_DE, EN, FA_IR, FR_FR, JA_JP, PT_BR, TR_TR, ZH_CN};

use super::{TextClass, class, smoke_text, text};

macro_rules! locale {
    ($name:literal, $locale:ident) => {
        class($name, |draw| {
            let (first, last): (String, String) = (draw.fake(FirstName($locale)), draw.fake(LastName($locale)));
            // Some of the crate's entries carry stray white space.
            format!("{} {}", first.trim(), last.trim())
        })
    };
}

pub(super) const TEXTS: &[TextClass] = &[
    class("ascii-name", |draw| draw.fake(Name(EN))),
    locale!("name-arabic", AR_SA),
    locale!("name-german", DE_DE),
    locale!("name-persian", FA_IR),
    locale!("name-french", FR_FR),
    locale!("name-japanese", JA_JP),
    locale!("name-brazilian", PT_BR),
    locale!("name-turkish", TR_TR),
    locale!("name-chinese", ZH_CN),
    text!(
        "latin-accents",
        "Zoë Ångström Łukasz Żółć Ünal Özil Ñu œuvre Őry Űr Ștefan Țepeș",
        "Ñandú Façade Đặng Thị Ngọc Ünal Özil œuvre Őry Űr Ștefan Țepeș",
        "Øre Æble Œuvre Þór Ðe ßa Ünal Özil Ñu œuvre Őry Űr Ștefan Țepeș"
    ),
    text!("cyrillic", "Екатерина Щербакова Семёнов ЁЛКИН", "Олексій Їжак Ґанок", "Ђорђе Љубић"),
    text!("greek", "Ὀδυσσεύς Σοφία Γιώργος Ψαράς"),
    text!("indic", "कृष्णा श्रीवास्तव தமிழ் తెలుగు ગુજરાતી ਪੰਜਾਬੀ සිංහල བོད", "தமிழ்ச்செல்வி", "ক্ষিতীশ"),
    text!("thai", "ณัฐวุฒิ", "เสาวลักษณ์"),
    text!("south-east-asian", "ភាសាខ្មែរ", "မြန်မာဘာသာ", "ພາສາລາວ"),
    text!("caucasian", "Հայկ Մարտիրոսյան ქეთევან ᲥᲔᲗᲔᲕᲐᲜ"),
    text!("ethiopic", "ኃይለ ሥላሴ"),
    smoke_text!("right-to-left", "שרה כהן", "مريم بنت محمد", "فاطمه‌زهرا", "שָׁלוֹם בְּרֵאשִׁית", "مُحَمَّدٌ"),
    text!("mixed-direction", "abc עברית 123 عربي ںٹڈے xyz"),
    text!("right-to-left-quoted", "\"שרה\" (כהן) 'x'", "«مريم» - 42%"),
    smoke_text!("cjk", "王小明", "さくらサクラ", "김민준", "諸葛孔明"),
    smoke_text!("apostrophe", "O'Brien", "D'Arcy", "''", "N'Golo"),
    text!("typographic-quotes", "O’Neil “the” «best» ‚one‘ „two“ ‹x› … – —"),
    text!("hyphenated", "Jean-Luc Smith-Jones–Lee—Ng", "Jean-Luc", "Jean\u{2011}Luc Kaʻahumanu Oʼahu"),
    text!("name-particles", "aDa McDONALD von der Leyen", "d'Artagnan de la Cruz y García"),
    class("names-without-capitals", |_| "ada mcdonald o'neil, Ada Mcdonald O'neil Macleod D'arcy".into()),
    class("particles-with-capitals", |_| "Ada Van Der Berg De La Cruz Von Ende D'Arcy".into()),
    text!("titles", "Dr. Ada King, Ph.D. (née Byron), Jr. III", "Mr. King", "Mrs King Sr."),
    text!("initials", "J. R. R.", "X Æ A-12"),
    text!("single-letter", "O", "é", "王"),
    // What filters for offence or for reserved words take amiss.
    text!("innocent-substrings", "Scunthorpe Penistone Dick Essex Cockburn Cassidy", "Drop Select Null Nan"),
    class("long-words", |_| "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch".into()),
    class("many-words", |_| "Pablo Diego José Francisco de Paula Juan Nepomuceno María de los Remedios".into()),
];
