//! Several places at once: a covering array over what each property may be.

use std::cell::Cell;

use serde_json::Value;

use super::ground::{Ground, Spot};
use super::unshown::Shown;
use super::{Case, Intent};
use crate::generate::{Class, Content, Encoding, Form, Level, Style, Template, covering_array};

/// Up to this many properties any three of them meet in every combination; with more, any two.
const THREE_WISE: usize = 6;
/// More properties than this are not combined in one array: the first ones are.
const MAX_FACTORS: usize = 40;

/// The arrays are those of one seed for ever, for their rows are in the names of cases; what values stand for a level
/// is the run's seed's to say.
const ARRAY_SEED: u64 = 0;

/// The class of the empty text: so near to absent that programs take the one for the other, so that it is a way of its own.
const EMPTY: &str = "empty";

/// A text of as many bytes is long.
const LONG: usize = 128;

/// One way for a property to be.
enum Way {
    Absent,
    Of(Sort, Row),
    Exactly(String, Content),
}

/// Contents, of which the next is taken each time.
struct Row {
    contents: Vec<Content>,
    next: Cell<usize>,
}

/// What contents of one way have in common.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Level(Level),
    Long,
    BeyondAscii,
}

impl Sort {
    fn word(self) -> &'static str {
        match self {
            Self::Level(level) => level.word(),
            Self::Long => "long",
            Self::BeyondAscii => "beyond-ascii",
        }
    }
}

pub(super) fn propose(ground: &Ground<'_>, shown: &mut Shown, cases: &mut Vec<Case>) {
    let spots: Vec<&Spot> = ground.properties().take(MAX_FACTORS).collect();
    if spots.len() < 2 {
        return;
    }
    let strength = if spots.len() <= THREE_WISE { 3 } else { 2 };
    // Two arrays: were null in the first, a pair of values might meet only where null is contested.
    combine(ground, &spots, (strength, false), shown, cases);
    combine(ground, &spots, (2, true), shown, cases);
    equal(ground, &spots, cases);
}

/// Any two texts equal, and all of them empty: rules between properties that a schema does not have show here.
fn equal(ground: &Ground<'_>, spots: &[&Spot], cases: &mut Vec<Case>) {
    let text = |spot: &&&Spot| spot.classes.iter().any(|class| class.name == "length-64");
    let texts: Vec<&&Spot> = spots.iter().filter(text).collect();
    for (at, one) in texts.iter().enumerate() {
        for other in &texts[at + 1..] {
            if !ground.call.sieve.takes() {
                continue;
            }
            let mut template = ground.full.clone();
            for spot in [one, other] {
                let Some(plain) = spot.classes.iter().find(|class| class.level == Level::Plain) else { continue };
                plain.content.apply(&mut template, &spot.place.pointer);
            }
            // A place that is new each time sets what both are.
            let slot =
                template.slots.iter().find(|slot| [one, other].iter().any(|spot| spot.place.pointer == slot.pointer));
            match slot.map(|slot| slot.form.clone()) {
                Some(form) => [one, other].iter().for_each(|spot| template.set_slot(&spot.place.pointer, form.clone())),
                None => {
                    let value = one.place.pointer.resolve(&template.value).cloned().unwrap_or_default();
                    template.set(&other.place.pointer, value);
                }
            }
            let (one, other) = (one.place.path(), other.place.path());
            let reason = format!("`{one}` and `{other}` are equal");
            cases.extend(ground.case(&format!("together/{one}+{other}-equal"), reason, template, None));
        }
    }
    all_equal(ground, &texts, cases);
    alike(ground, &texts, cases);
    of_everything(ground, &texts, cases);
    nulls(ground, spots, cases);
    let mut template = ground.full.clone();
    for spot in texts.iter().filter(|spot| !ground.body.fresh.contains(&spot.place.pointer)) {
        template.set(&spot.place.pointer, Value::from(""));
    }
    cases.extend(ground.case("together/empty", "every text that may be empty is", template, None));
}

/// Classes of which every text has one at the same time, with either value of each flag.
const ALIKE: [&str; 12] = [
    "emoji",
    "astral-ideographs",
    "combining-marks",
    "right-to-left",
    "cjk",
    "apostrophe",
    "double-quote",
    "markup",
    "null-words",
    "leading-space",
    "length-1024",
    "length-255-four-byte",
];

/// The same text in all of them: that of one which is new each time, if there is one.
fn all_equal(ground: &Ground<'_>, texts: &[&&Spot], cases: &mut Vec<Case>) {
    let form = ground.full.slots.iter().find(|slot| texts.iter().any(|spot| spot.place.pointer == slot.pointer));
    let Some(form) = form.map(|slot| slot.form.clone()).filter(|_| texts.len() > 2) else { return };
    let mut template = ground.full.clone();
    texts.iter().for_each(|spot| template.set_slot(&spot.place.pointer, form.clone()));
    cases.extend(ground.case("together/all-equal", "every text is the same", template, None));
}

/// What most often goes wrong in a text, all in one: marks to compose, white space at its end, another plane, a length
/// that many a column lacks.
pub(super) fn everything(letters: usize) -> String {
    format!("Zoe\u{301} \u{e9} \u{8a9e} \u{1f680} {}  ", "abcdefghij".repeat(letters / 10))
}

/// Every text holds all that most often goes wrong, under each flag and without, escaped, and on a connection of its own:
/// what is done right elsewhere may be done wrong there.
fn of_everything(ground: &Ground<'_>, texts: &[&&Spot], cases: &mut Vec<Case>) {
    let with_first = |body: &Template, letters: usize| {
        let mut template = body.clone();
        for (number, spot) in texts.iter().enumerate() {
            let text = everything(if number + 1 == texts.len() { 260 } else { letters });
            let place = &spot.place.pointer;
            match ground.body.fresh.contains(place) {
                true => template.set_slot(place, Form::Tagged { before: String::new(), after: format!("-{text}") }),
                false => template.set(place, Value::from(text)),
            }
        }
        template
    };
    let with = |body: &Template| with_first(body, 260);
    for (name, body) in [("", &ground.full), ("-contrary", ground.contrary()), ("-of-the-least", &ground.minimal)] {
        let reason = "every text holds all that most often goes wrong";
        cases.extend(ground.case(&format!("together/everything{name}"), reason, with(body), None));
    }
    let reason = "every text holds all that most often goes wrong, and is escaped";
    let escaped = Encoding { style: Style::Escaped, edits: Vec::new() };
    // Each character takes six bytes or more: one long text is enough for a body that nobody finds too large.
    cases.extend(ground.encoded("together/everything-escaped", reason, with_first(&ground.full, 20), escaped, None));
    let reason = "every text holds all that most often goes wrong, on a connection of its own";
    let alone = ground.case("together/everything-on-a-new-connection", reason, with(ground.contrary()), None);
    cases.extend(alone.map(|mut case| {
        case.steps[0].stranger = true;
        case
    }));
}

/// All texts unusual in the same way.
fn alike(ground: &Ground<'_>, texts: &[&&Spot], cases: &mut Vec<Case>) {
    for name in ALIKE {
        for (suffix, body) in [("", &ground.full), ("-contrary", ground.contrary())] {
            if !ground.call.sieve.takes() {
                continue;
            }
            let mut template = body.clone();
            let mut found = 0;
            for spot in texts {
                if let Some(class) = spot.classes.iter().find(|class| class.name == name && class.contest.is_none()) {
                    class.content.apply(&mut template, &spot.place.pointer);
                    found += 1;
                }
            }
            if found > 1 {
                let reason = format!("every text holds the same: {}", name.replace('-', " "));
                cases.extend(ground.case(&format!("together/all-{name}{suffix}"), reason, template, None));
            }
        }
    }
}

/// Every property that may be left out is null.
fn nulls(ground: &Ground<'_>, spots: &[&Spot], cases: &mut Vec<Case>) {
    let mut template = ground.full.clone();
    let optional = spots.iter().filter(|spot| !spot.place.required && !spot.of_level(Level::Null).is_empty());
    optional.for_each(|spot| template.set(&spot.place.pointer, Value::Null));
    let case = ground.case("together/all-null", "every property that may be left out is null", template, None);
    cases.extend(case.filter(|case| !matches!(case.intent, Intent::Invalid { .. })));
}

fn combine(
    ground: &Ground<'_>,
    spots: &[&Spot],
    (strength, with_null): (usize, bool),
    shown: &mut Shown,
    cases: &mut Vec<Case>,
) {
    let factors = spots.iter().enumerate();
    let factors: Vec<Vec<Way>> = factors.map(|(at, spot)| ways(ground, (at, spots.len()), spot, with_null)).collect();
    let levels: Vec<usize> = factors.iter().map(Vec::len).collect();
    for row in covering_array(&levels, strength, ARRAY_SEED) {
        let null =
            |(ways, level): (&Vec<Way>, &usize)| matches!(ways.get(*level), Some(Way::Of(Sort::Level(Level::Null), _)));
        if with_null && !factors.iter().zip(&row).any(null) {
            continue;
        }
        let chosen: Vec<(&Spot, &Way)> = spots
            .iter()
            .zip(&factors)
            .zip(&row)
            .filter_map(|((spot, ways), level)| Some((*spot, ways.get(*level)?)))
            .collect();
        // Taken for each row, made or not: what a name stands for does not depend on what else is made.
        let drawn: Vec<Option<&Content>> = chosen.iter().map(|(_, way)| way.content()).collect();
        drawn.iter().flatten().for_each(|content| shown.add(content));
        if !ground.call.sieve.takes() {
            continue;
        }
        let mut template = ground.full.clone();
        let mut parts = Vec::new();
        let mut ordinary = true;
        for ((spot, way), content) in chosen.into_iter().zip(drawn) {
            let pointer = &spot.place.pointer;
            ordinary &= !matches!(way, Way::Of(sort, _) if *sort != Sort::Level(Level::Plain));
            match (way, content) {
                (Way::Absent, _) => _ = template.remove(pointer),
                (_, Some(content)) => content.apply(&mut template, pointer),
                (_, None) => {}
            }
            parts.push(format!("{}-{}", spot.place.path(), way.name()));
        }
        let reason = format!("{} together", parts.join(", ").replace('-', " "));
        let case = ground.case(&format!("together/{}", shortened(&parts)), reason, template, None);
        cases.extend(case.map(|case| Case { ordinary, ..case }));
    }
}

impl Row {
    /// The contents from a share of them on that `at` of so many rows have before this one: no two begin alike.
    fn of(contents: Vec<Content>, (at, among): (usize, usize)) -> Self {
        let next = Cell::new(contents.len() * at / among.max(1));
        Self { contents, next }
    }

    fn take(&self) -> Option<&Content> {
        let at = self.next.get();
        self.next.set(at + 1);
        self.contents.get(at.checked_rem(self.contents.len())?)
    }
}

impl Way {
    /// What stands there, if anything does.
    fn content(&self) -> Option<&Content> {
        match self {
            Self::Absent => None,
            Self::Of(_, row) => row.take(),
            Self::Exactly(_, content) => Some(content),
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Absent => "absent",
            Self::Of(sort, _) => sort.word(),
            Self::Exactly(name, _) => name,
        }
    }
}

/// The ways of the property numbered `at.0` among `at.1`.
fn ways(ground: &Ground<'_>, at: (usize, usize), spot: &Spot, with_null: bool) -> Vec<Way> {
    let mut all = Vec::new();
    if !spot.place.required {
        all.push(Way::Absent);
    }
    let plain = spot.of_level(Level::Plain);
    // Few plain values (a boolean's, an enum's) are each a way of its own.
    if (2..=4).contains(&plain.len()) && plain.iter().all(|class| !class.content.is_fresh()) {
        all.extend(plain.iter().map(|class| Way::Exactly(class.name.clone(), class.content.clone())));
    } else if !plain.is_empty() {
        all.push(Way::Of(Sort::Level(Level::Plain), Row::of(contents(&plain), at)));
    }
    let mut sorted: Vec<(Sort, Vec<Content>)> = Vec::new();
    let classes: Vec<&Class> =
        [Level::Boundary, Level::Unusual].into_iter().flat_map(|level| spot.of_level(level)).collect();
    let empty = classes.iter().filter(|class| class.name == EMPTY);
    all.extend(empty.map(|class| Way::Exactly(class.name.clone(), class.content.clone())));
    // First the members that nothing else shows.
    let mut members: Vec<(usize, &Class, &Content)> = Vec::new();
    for class in classes.into_iter().filter(|class| class.name != EMPTY) {
        let all = std::iter::once(&class.content).chain(&class.others);
        members.extend(all.enumerate().map(|(member, content)| (member, class, content)));
    }
    // The order of the sorts is in the names of cases.
    for (_, class, content) in &members {
        let sort = sort(ground, class.level, content);
        if !sorted.iter().any(|(known, _)| *known == sort) {
            sorted.push((sort, Vec::new()));
        }
    }
    members.sort_by_key(|(member, ..)| std::cmp::Reverse(*member));
    for (_, class, content) in members {
        let sort = sort(ground, class.level, content);
        sorted.iter_mut().filter(|(known, _)| *known == sort).for_each(|(_, contents)| contents.push(content.clone()));
    }
    all.extend(sorted.into_iter().map(|(sort, contents)| Way::Of(sort, Row::of(contents, at))));
    let null = spot.of_level(Level::Null);
    // A required null is no combination: it is refused whatever stands beside it.
    if with_null && !spot.place.required && !null.is_empty() {
        all.push(Way::Of(Sort::Level(Level::Null), Row::of(contents(&null), at)));
    }
    all
}

/// Texts are told apart by what is wrong with them where it goes wrong: their length, and their encoding.
fn sort(ground: &Ground<'_>, level: Level, content: &Content) -> Sort {
    let text = match content {
        Content::Fixed(Value::String(text)) => text.clone(),
        Content::Fresh(form) => form.render(&ground.sample_sending()),
        Content::Fixed(_) => return Sort::Level(level),
    };
    match (text.is_ascii(), text.len() >= LONG) {
        (false, _) => Sort::BeyondAscii,
        (true, true) => Sort::Long,
        // Short texts at a limit are as good as those that are odd in themselves.
        (true, false) => Sort::Level(Level::Unusual),
    }
}

fn contents(classes: &[&Class]) -> Vec<Content> {
    classes.iter().map(|class| class.content.clone()).collect()
}

/// Names of many parts are cut, and a number tells them apart.
pub(super) fn shortened(parts: &[String]) -> String {
    const MAX: usize = 160;
    let name = parts.join("+");
    if name.len() <= MAX {
        return name;
    }
    let cut = (0..=MAX).rev().find(|at| name.is_char_boundary(*at)).unwrap_or(0);
    let sum = name.bytes().fold(0u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    format!("{}~{sum:08x}", &name[..cut])
}
