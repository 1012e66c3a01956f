//! Kinds of value that fit a schema: plain, at a boundary, unusual, null. The covering array works with these.

use serde_json::{Value, json};

use super::contest::Contest;
use super::draw::Draw;
use super::instance::{Fill, of_shape, to_json};
use super::instances::Matching;
use super::shape::{Kind, Shape};
use super::template::Form;
use super::text::{LENGTHS, LONG_LENGTHS, STRADDLED, TextClass, WIDE, contested, unusual};

/// How a value stands to its schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// What everybody sends.
    Plain,
    /// At or next to a limit.
    Boundary,
    /// Allowed, and rarely thought of.
    Unusual,
    /// `null`.
    Null,
}

impl Level {
    /// The word for it in names.
    pub fn word(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Boundary => "boundary",
            Self::Unusual => "unusual",
            Self::Null => "null",
        }
    }
}

/// What stands at the place.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// This value.
    Fixed(Value),
    /// An identifier that is new each time.
    Fresh(Form),
}

/// One kind of value.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// What it is, as it stands in case names.
    pub name: String,
    /// How it stands to its schema.
    pub level: Level,
    /// A member.
    pub content: Content,
    /// The others, where the class has several.
    pub others: Vec<Content>,
    /// Why a server may refuse it although the schema takes it.
    pub contest: Option<Contest>,
    /// Whether the smoke profile has it.
    pub smoke: bool,
}

/// Shortest identifier that can be new in each run.
const SHORTEST_NEW: usize = 2;
/// Shortest identifier into which our tag fits.
const SHORTEST_TAG: usize = 32;
/// Longer texts are not drawn from a pattern for their length alone.
const LONGEST_MATCHING: usize = 1_024;
/// More members of an enum than this are not tried one by one.
const MAX_VALUES: usize = 64;

/// The classes of a place with this shape. `identity` says that the place identifies what is made, so that its values
/// must be new each time. Candidates all: the caller proves each.
pub fn classes(root: &Value, shape: &Shape, name: &str, identity: bool, draw: &mut Draw) -> Vec<Class> {
    let mut all = Vec::new();
    let ways = shape.branches(8);
    for choice in 0..ways {
        let shape = shape.branch(root, choice);
        if let Some(values) = &shape.values {
            all.extend(values.iter().take(MAX_VALUES).enumerate().map(|(at, value)| listed(at, value)));
            continue;
        }
        let open = shape.kinds.len() == Kind::ALL.len();
        for kind in shape.kinds.iter().filter(|kind| !open || **kind == Kind::String) {
            match kind {
                Kind::Boolean => all.extend([true, false].map(|flag| plain(&flag.to_string(), json!(flag)))),
                Kind::String if identity => all.extend(identifiers(&shape, draw)),
                Kind::String => all.extend(texts(&shape, name, draw)),
                Kind::Integer | Kind::Number => all.extend(numbers(&shape, *kind, identity)),
                Kind::Array | Kind::Object => all.extend(structures(root, &shape, name, draw)),
                Kind::Null => {}
            }
        }
    }
    all.push(Class { level: Level::Null, smoke: true, ..plain("null", Value::Null) });
    let mut seen = std::collections::HashSet::new();
    all.retain(|class| seen.insert(class.name.clone()));
    all
}

fn plain(name: &str, value: Value) -> Class {
    Class {
        name: name.into(),
        level: Level::Plain,
        content: Content::Fixed(value),
        others: Vec::new(),
        contest: None,
        smoke: false,
    }
}

fn fixed(name: impl Into<String>, level: Level, value: Value) -> Class {
    Class { level, ..plain(&name.into(), value) }
}

fn listed(at: usize, value: &Value) -> Class {
    let simple = value
        .as_str()
        .filter(|text| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b)));
    plain(&simple.map_or_else(|| format!("value-{}", at + 1), |text| format!("is-{text}")), value.clone())
}

fn texts(shape: &Shape, name: &str, draw: &mut Draw) -> Vec<Class> {
    let free = shape.pattern.is_none() && shape.format.is_none();
    let mut all = Vec::new();
    let value = instance_text(shape, name, draw);
    all.extend(value.map(|value| Class { smoke: true, ..plain("plain", value) }));
    if !free {
        let more = (1..4).filter_map(|at| Some(plain(&format!("plain-{}", at + 1), instance_text(shape, name, draw)?)));
        all.extend(more);
        all.extend(matching_lengths(shape, draw));
        return all;
    }
    all.push(fixed("empty", Level::Boundary, json!("")));
    all.extend(lengths(shape).map(|(name, length, contest)| Class {
        contest,
        ..fixed(name, Level::Boundary, json!(realistic_of_length(length)))
    }));
    all.extend(
        wide(shape)
            .map(|(name, length, filler)| fixed(name, Level::Boundary, json!(filler.to_string().repeat(length)))),
    );
    all.extend(straddling(shape));
    all.extend(unusual().chain(contested()).map(|class| of_class(class, draw, |text| Content::Fixed(json!(text)))));
    all
}

/// The shortest and the longest text that a pattern matches within the limits.
fn matching_lengths(shape: &Shape, draw: &mut Draw) -> Vec<Class> {
    let Some(matching) = shape.pattern.as_deref().and_then(Matching::of).filter(|_| shape.format.is_none()) else {
        return Vec::new();
    };
    let (least, most) = matching.width();
    let least = least.max(shape.min_length);
    let most = [most, shape.max_length].into_iter().flatten().min().filter(|most| *most <= LONGEST_MATCHING);
    let mut lengths: Vec<usize> = std::iter::once(least).chain(most).collect();
    lengths.dedup();
    let of = |length: usize| {
        let text = matching.text(Some(length), draw)?;
        Some(fixed(format!("length-{length}"), Level::Boundary, json!(text)))
    };
    lengths.into_iter().filter_map(of).collect()
}

fn instance_text(shape: &Shape, name: &str, draw: &mut Draw) -> Option<Value> {
    let text = Shape { kinds: vec![Kind::String], ..shape.clone() };
    let root = Value::Null;
    of_shape(&root, &text, name, Fill::All, draw)
}

/// The class of these texts, of which `content` makes what stands at the place.
fn of_class(class: &TextClass, draw: &mut Draw, content: fn(&str) -> Content) -> Class {
    let mut members = class.members(draw).into_iter().map(|text| content(&text));
    Class {
        content: members.next().unwrap_or(Content::Fixed(Value::Null)),
        others: members.collect(),
        contest: class.contest,
        smoke: class.smoke,
        ..fixed(class.name, Level::Unusual, Value::Null)
    }
}

/// Lengths worth trying, with the reason why some are contested.
fn lengths(shape: &Shape) -> impl Iterator<Item = (String, usize, Option<Contest>)> {
    let bounds = [
        Some(shape.min_length),
        Some(shape.min_length + 1),
        shape.max_length,
        shape.max_length.map(|most| most.saturating_sub(1)),
    ];
    let mut all: Vec<usize> = bounds.into_iter().flatten().filter(|length| *length > 0 && *length <= 65_536).collect();
    all.extend(LENGTHS);
    if shape.max_length.is_none() {
        all.extend(LONG_LENGTHS);
    }
    all.sort_unstable();
    all.dedup();
    let (least, most) = (shape.min_length, shape.max_length);
    let allowed = move |length: &usize| *length >= least && most.is_none_or(|most| *length <= most);
    all.into_iter().filter(allowed).map(move |length| {
        let long = most.is_none() && length > 1024;
        (format!("length-{length}"), length, long.then_some(Contest::LongText))
    })
}

fn wide(shape: &Shape) -> impl Iterator<Item = (String, usize, char)> {
    let (least, most) = (shape.min_length, shape.max_length);
    WIDE.iter()
        .flat_map(|(name, filler, lengths)| {
            lengths.iter().map(move |length| (format!("length-{length}-{name}"), *length, *filler))
        })
        .filter(move |(_, length, _)| *length >= least && most.is_none_or(|most| *length <= most))
}

/// Texts whose last character lies across the end of so many UTF-16 units, and of so many characters not.
fn straddling(shape: &Shape) -> impl Iterator<Item = Class> {
    let fits = |length: &&usize| **length >= shape.min_length && shape.max_length.is_none_or(|most| **length <= most);
    STRADDLED.iter().filter(fits).map(|length| {
        let text = format!("{}\u{1f600}", realistic_of_length(length - 1));
        fixed(format!("length-{length}-emoji-last"), Level::Boundary, json!(text))
    })
}

/// Letters of which no two neighbours are equal, so that a text cut short or shifted shows.
fn realistic_of_length(length: usize) -> String {
    const LETTERS: &str = "Abcdefghijklmnopqrstuvwxyz0123456789";
    let mut text = LETTERS.repeat(length.div_ceil(LETTERS.len()));
    text.truncate(length);
    text
}

/// The same kinds of text for a place whose values must be new each time: the text stands beside our tag.
fn identifiers(shape: &Shape, draw: &mut Draw) -> Vec<Class> {
    let fresh = |name: &str, level, form| Class { content: Content::Fresh(form), ..fixed(name, level, Value::Null) };
    if shape.pattern.is_some() || shape.format.is_some() {
        let form = match shape.format.as_deref() {
            Some("uuid") => Some(Form::Uuid),
            Some("email" | "idn-email") => Some(Form::Email),
            Some("uri" | "url" | "iri" | "uri-reference") => Some(Form::Url),
            _ => Form::matching(shape),
        };
        let made = form.map(|form| fresh("plain", Level::Plain, form));
        let drawn = || instance_text(shape, "id", draw).map(|value| plain("plain", value));
        return made.or_else(drawn).into_iter().collect();
    }
    let mut all = vec![Class { smoke: true, ..fresh("plain", Level::Plain, Form::plain()) }];
    let forms = [
        ("uuid", Form::Uuid),
        ("email", Form::Email),
        ("number-like", Form::Digits),
        ("path-like", Form::Path),
        ("firebase-like", Form::Firebase),
        ("hexadecimal", Form::Hexadecimal),
        ("email-with-tag", Form::Tagged { before: "ada+".into(), after: "@example.com".into() }),
        ("url-like", Form::Url),
    ];
    all.extend(forms.map(|(name, form)| fresh(name, Level::Unusual, form)));
    all.extend(["", " ", "\t \n"].iter().zip(["empty", "blank", "white-space"]).map(|(text, name)| Class {
        contest: Some(Contest::BlankIdentifier),
        ..fixed(name, Level::Boundary, json!(text))
    }));
    for (name, length, contest) in lengths(shape) {
        all.push(if length < SHORTEST_NEW {
            let contest = Some(Contest::TakenIdentifier);
            Class { contest, ..fixed(name, Level::Boundary, json!(realistic_of_length(length))) }
        } else if length < SHORTEST_TAG {
            fresh(&name, Level::Boundary, Form::Short { length })
        } else {
            Class { contest, ..fresh(&name, Level::Boundary, Form::Padded { length, filler: 'x' }) }
        });
    }
    all.extend(
        wide(shape).map(|(name, length, filler)| fresh(&name, Level::Boundary, Form::Padded { length, filler })),
    );
    all.extend(unusual().chain(contested()).map(|class| of_class(class, draw, beside_our_tag)));
    all
}

/// The text behind our tag, but for the spaces that it begins with.
fn beside_our_tag(text: &str) -> Content {
    let start = text.len() - text.trim_start_matches(' ').len();
    Content::Fresh(Form::Tagged { before: text[..start].into(), after: format!("-{}", &text[start..]) })
}

fn numbers(shape: &Shape, kind: Kind, identity: bool) -> Vec<Class> {
    let integral = kind == Kind::Integer;
    let step = shape.multiple_of.filter(|step| *step > 0.0).unwrap_or(1.0);
    let mut all = Vec::new();
    let mut add = |name: &str, level, number: f64| all.extend(to_json(number).map(|value| fixed(name, level, value)));
    add("one", Level::Plain, 1.0);
    add("zero", Level::Boundary, 0.0);
    add("minus-one", Level::Boundary, -1.0);
    if let Some((at, excluded)) = shape.minimum {
        let at = (at / step).ceil() * step;
        add("minimum", Level::Boundary, if excluded { at + step } else { at });
        add("above-minimum", Level::Boundary, at + step * if excluded { 2.0 } else { 1.0 });
    }
    if let Some((at, excluded)) = shape.maximum {
        let at = (at / step).floor() * step;
        add("maximum", Level::Boundary, if excluded { at - step } else { at });
        add("below-maximum", Level::Boundary, at - step * if excluded { 2.0 } else { 1.0 });
    }
    for (name, number) in [
        ("int32-maximum", 2_147_483_647.0),
        ("int32-minimum", -2_147_483_648.0),
        ("beyond-int32", 2_147_483_648.0),
        ("largest-exact", 9_007_199_254_740_991.0),
    ] {
        add(name, Level::Unusual, number);
    }
    if !integral {
        for (name, number) in [("half", 0.5), ("tenth", 0.1), ("large", 1e21), ("tiny", 1e-7)] {
            add(name, Level::Unusual, number);
        }
    }
    for (name, value) in
        [("int64-maximum", json!(i64::MAX)), ("int64-minimum", json!(i64::MIN)), ("beyond-int64", json!(u64::MAX))]
    {
        all.push(Class { contest: Some(Contest::LargeInteger), ..fixed(name, Level::Unusual, value) });
    }
    let new = Form::number(shape).filter(|_| identity && step.fract() == 0.0 && step <= 1.0);
    all.extend(new.map(|form| Class { content: Content::Fresh(form), ..plain("plain", Value::Null) }));
    let beyond = |class: &Class| matches!(&class.content, Content::Fixed(value) if is_beyond_format(shape, value));
    all.iter_mut().filter(|class| beyond(class)).for_each(|class| class.contest = Some(Contest::Format));
    all
}

/// Whether a number is one that the `format` has no room for: nothing asserts that, and every typed server does.
pub fn is_beyond_format(shape: &Shape, value: &Value) -> bool {
    let range = shape.format.as_deref().and_then(range);
    let number = value.as_f64();
    range.zip(number).is_some_and(|((least, most), number)| !(least..=most).contains(&number))
}

/// The numbers that a format leaves, of which JSON Schema knows nothing (OpenAPI Format Registry).
fn range(format: &str) -> Option<(f64, f64)> {
    let signed = |bits: i32| Some((-(2f64.powi(bits - 1)), 2f64.powi(bits - 1) - 1.0));
    let unsigned = |bits: i32| Some((0.0, 2f64.powi(bits) - 1.0));
    match format {
        "int8" => signed(8),
        "int16" => signed(16),
        "int32" => signed(32),
        "int64" => signed(64),
        "uint8" => unsigned(8),
        "uint16" => unsigned(16),
        "uint32" => unsigned(32),
        "uint64" => unsigned(64),
        _ => None,
    }
}

fn structures(root: &Value, shape: &Shape, name: &str, draw: &mut Draw) -> Vec<Class> {
    let mut all = Vec::new();
    let mut build = |class: &str, level, fill, shape: &Shape| {
        let made = of_shape(root, shape, name, fill, draw);
        all.extend(made.map(|value| fixed(class, level, value)));
    };
    build("plain", Level::Plain, Fill::All, shape);
    build("minimal", Level::Boundary, Fill::Required, shape);
    if shape.allows(Kind::Array) {
        build(
            "several",
            Level::Unusual,
            Fill::All,
            &Shape { min_items: shape.min_items.max(3).min(shape.max_items.unwrap_or(3)), ..shape.clone() },
        );
        if let Some(most) = shape.max_items.filter(|most| *most <= 100) {
            build("most-items", Level::Boundary, Fill::All, &Shape { min_items: most, ..shape.clone() });
        }
    }
    all
}

impl Content {
    /// Whether it is an identifier that is new each time.
    pub fn is_fresh(&self) -> bool {
        matches!(self, Self::Fresh(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Pointer;

    fn names(schema: Value, identity: bool) -> Vec<String> {
        let root = json!({ "S": schema });
        let shape = Shape::of(&root, &[Pointer::parse("/S")]);
        classes(&root, &shape, "first_name", identity, &mut Draw::new(1, "t"))
            .into_iter()
            .map(|class| class.name)
            .collect()
    }

    #[test]
    fn what_must_be_new_each_time_is_new_under_a_pattern_and_as_a_number_too() {
        for schema in
            [json!({"type": "string", "pattern": "^[A-Z]{3}-[0-9]{6}$"}), json!({"type": "integer", "minimum": 1})]
        {
            let shape = Shape::of(&schema, &[Pointer::root()]);
            let made = |identity| {
                let classes = classes(&schema, &shape, "sku", identity, &mut Draw::new(1, "t"));
                classes.into_iter().find(|class| class.name == "plain").map(|class| class.content)
            };
            assert!(matches!(made(true), Some(Content::Fresh(_))), "{schema}");
            assert!(!matches!(made(false), Some(Content::Fresh(_))), "{schema}");
        }
    }

    #[test]
    fn a_free_text_has_every_class_and_a_bounded_one_only_what_fits() {
        let free = names(json!({ "type": "string" }), false);
        for wanted in ["plain", "empty", "length-255", "length-1025", "emoji", "nul", "null"] {
            assert!(free.iter().any(|name| name == wanted), "{wanted}");
        }
        let bounded = names(json!({ "type": "string", "maxLength": 20, "minLength": 2 }), false);
        assert!(bounded.iter().any(|name| name == "length-20") && !bounded.iter().any(|name| name == "length-63"));
    }

    #[test]
    fn an_identity_is_fresh_in_every_class_that_can_hold_a_tag() {
        let root = json!({ "S": { "type": "string" } });
        let shape = Shape::of(&root, &[Pointer::parse("/S")]);
        for class in classes(&root, &shape, "external_id", true, &mut Draw::new(1, "t")) {
            assert!(
                class.content.is_fresh() || class.contest.is_some() || class.level == Level::Null,
                "{}",
                class.name
            );
        }
    }

    #[test]
    fn numbers_are_tried_at_their_bounds() {
        let found = names(json!({ "type": "integer", "minimum": 3, "maximum": 9 }), false);
        assert!(
            ["minimum", "above-minimum", "maximum", "below-maximum"].iter().all(|name| found.iter().any(|f| f == name))
        );
    }

    #[test]
    fn a_number_beyond_its_format_is_contested_and_one_within_it_is_not() {
        let contests = |format: &str| {
            let root = json!({ "S": { "type": "integer", "format": format } });
            let shape = Shape::of(&root, &[Pointer::parse("/S")]);
            let all = classes(&root, &shape, "n", false, &mut Draw::new(1, "t"));
            let of = |name: &str| all.iter().find(|class| class.name == name).and_then(|class| class.contest);
            ["int32-maximum", "beyond-int32", "largest-exact", "minus-one"].map(of)
        };
        let format = Some(Contest::Format);
        assert_eq!(contests("int32"), [None, format, format, None]);
        assert_eq!(contests("uint32"), [None, None, format, format]);
        assert_eq!(contests("int64"), [None; 4]);
    }
}
