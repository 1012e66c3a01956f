//! Drawing a text from an expression, of a wanted length if it can have it.

use std::collections::HashMap;

use super::{Part, Set};
use crate::generate::draw::Draw;

/// No text is drawn longer than this, whatever a quantifier asks for.
const MAX_LENGTH: usize = 20_000;

/// Draws texts from one expression.
#[derive(Debug)]
pub(in super::super) struct Sampler {
    part: Part,
    /// What positive lookaheads ask for, to be woven in.
    looks: Vec<Part>,
}

struct Drawing<'d> {
    draw: &'d mut Draw,
    out: Vec<char>,
    groups: HashMap<usize, String>,
}

impl Sampler {
    /// The sampler of an expression. Where it is not anchored, anything may stand before and after.
    pub(in super::super) fn new(part: Part) -> Self {
        let filler = || Part::Repeat(Box::new(Part::One(vec![(97, 122)])), 0, None);
        let mut looks = Vec::new();
        wanted(&part, &mut looks);
        let mut parts = Vec::new();
        if !is_anchored(&part, &Part::Start) {
            parts.push(filler());
        }
        let end = is_anchored(&part, &Part::End);
        parts.push(part);
        if !end {
            parts.push(filler());
        }
        Self { part: Part::Sequence(parts), looks }
    }

    /// A text, of about `length` characters if the expression has such.
    pub(in super::super) fn text(&self, length: Option<usize>, draw: &mut Draw) -> String {
        let weave = !self.looks.is_empty() && !draw.one_in(4);
        let mut drawing = Drawing { draw, out: Vec::new(), groups: HashMap::new() };
        let (least, most) = width(&self.part);
        let target = length.map(|length| length.clamp(least, most.unwrap_or(usize::MAX)).min(MAX_LENGTH));
        let room = if weave && target.is_none() { most.unwrap_or(least + 12).min(least + 12) } else { least };
        drawing.part(&self.part, target.or(weave.then_some(room)));
        if weave {
            drawing.weave(&self.looks);
        }
        drawing.out.into_iter().collect()
    }

    /// The least and the most characters that its texts have.
    pub(in super::super) fn width(&self) -> (usize, Option<usize>) {
        width(&self.part)
    }
}

/// The bodies of positive lookaheads.
fn wanted(part: &Part, found: &mut Vec<Part>) {
    match part {
        Part::Look(inner, true) => found.push((**inner).clone()),
        Part::Sequence(parts) => parts.iter().for_each(|part| wanted(part, found)),
        Part::Group(_, inner) => wanted(inner, found),
        _ => {}
    }
}

fn is_anchored(part: &Part, anchor: &Part) -> bool {
    match part {
        Part::Sequence(parts) => {
            let mut parts: Vec<&Part> = parts.iter().filter(|part| !matches!(part, Part::Look(..))).collect();
            if *anchor == Part::End {
                parts.reverse();
            }
            parts.first().is_some_and(|part| is_anchored(part, anchor))
        }
        Part::Choice(ways) => ways.iter().all(|way| is_anchored(way, anchor)),
        Part::Group(_, inner) => is_anchored(inner, anchor),
        other => other == anchor,
    }
}

fn width(part: &Part) -> (usize, Option<usize>) {
    match part {
        Part::One(_) => (1, Some(1)),
        Part::Sequence(parts) => parts.iter().map(width).fold((0, Some(0)), |(least, most), (low, high)| {
            (least.saturating_add(low), most.zip(high).map(|(most, high)| most.saturating_add(high)))
        }),
        Part::Choice(ways) => {
            let widths: Vec<_> = ways.iter().map(width).collect();
            let least = widths.iter().map(|width| width.0).min().unwrap_or(0);
            (least, widths.iter().map(|width| width.1).try_fold(0, |most, high| high.map(|high| high.max(most))))
        }
        Part::Repeat(inner, low, high) => {
            let (least, most) = width(inner);
            let most =
                if most == Some(0) { Some(0) } else { most.zip(*high).map(|(most, high)| most.saturating_mul(high)) };
            (least.saturating_mul(*low), most)
        }
        Part::Group(_, inner) => width(inner),
        Part::Back(_) => (0, None),
        Part::Start | Part::End | Part::Look(..) | Part::Boundary => (0, Some(0)),
    }
}

impl Drawing<'_> {
    fn part(&mut self, part: &Part, target: Option<usize>) {
        if self.out.len() > MAX_LENGTH {
            return;
        }
        match part {
            Part::One(set) => self.out.extend(one(set, self.draw)),
            Part::Sequence(parts) => self.sequence(parts, target),
            Part::Choice(ways) => {
                let fits = |way: &&Part| {
                    let (least, most) = width(way);
                    target.is_none_or(|target| target >= least && most.is_none_or(|most| target <= most))
                };
                let fitting: Vec<&Part> = ways.iter().filter(fits).collect();
                let all: Vec<&Part> = ways.iter().collect();
                let chosen = self.draw.pick(if fitting.is_empty() { &all } else { &fitting }).copied();
                if let Some(way) = chosen {
                    self.part(way, target);
                }
            }
            Part::Repeat(inner, least, most) => self.repeat(inner, *least, *most, target),
            Part::Group(number, inner) => {
                let from = self.out.len();
                self.part(inner, target);
                let text = self.out[from..].iter().collect();
                self.groups.insert(*number, text);
            }
            Part::Back(number) => {
                let text = self.groups.get(number).cloned().unwrap_or_default();
                self.out.extend(text.chars());
            }
            Part::Start | Part::End | Part::Look(..) | Part::Boundary => {}
        }
    }

    /// Hands the room beyond the least widths to the parts that can take it, the widest first.
    fn sequence(&mut self, parts: &[Part], target: Option<usize>) {
        let widths: Vec<_> = parts.iter().map(width).collect();
        let least: usize = widths.iter().map(|width| width.0).sum();
        let mut room = target.map(|target| target.saturating_sub(least));
        let mut shares: Vec<usize> = widths.iter().map(|width| width.0).collect();
        if let Some(room) = &mut room {
            let mut order: Vec<usize> = (0..parts.len()).collect();
            // What stands beside an unanchored expression comes last: it says least.
            order.sort_by_key(|at| (parts[*at] == filler(), at.wrapping_add(self.draw.below(2))));
            for at in order {
                let most = widths[at].1.map_or(*room, |most| (most - widths[at].0).min(*room));
                shares[at] += most;
                *room -= most;
            }
        }
        for (at, part) in parts.iter().enumerate() {
            let share = match target {
                Some(_) => Some(shares[at]),
                None if *part == filler() => Some(0),
                None => None,
            };
            self.part(part, share);
        }
    }

    fn repeat(&mut self, inner: &Part, least: usize, most: Option<usize>, target: Option<usize>) {
        let (narrow, wide) = width(inner);
        let most = most.unwrap_or(usize::MAX);
        let Some(target) = target else {
            let few = least.max(usize::from(most > 0 && !self.draw.one_in(3)));
            let count = few.saturating_add(self.draw.below(3)).min(most).min(MAX_LENGTH);
            (0..count).for_each(|_| self.part(inner, None));
            return;
        };
        // As many as the room holds, each as narrow as it can be, but for the last, which takes what is left.
        let by_width = target.checked_div(wide.filter(|wide| *wide > 0).unwrap_or(narrow.max(1))).unwrap_or(0);
        let count = by_width.max(usize::from(target > 0)).clamp(least, most.max(least));
        let mut left = target;
        for at in 0..count.min(MAX_LENGTH) {
            let rest = (count - at - 1) * narrow;
            let share = (left / (count - at)).max(narrow).min(left.saturating_sub(rest).max(narrow));
            let before = self.out.len();
            self.part(inner, Some(share));
            left = left.saturating_sub(self.out.len() - before);
        }
    }

    /// Puts what lookaheads ask for over what was drawn.
    fn weave(&mut self, looks: &[Part]) {
        let mut taken = Vec::new();
        for look in looks {
            let mut inner = Drawing { draw: self.draw, out: Vec::new(), groups: HashMap::new() };
            inner.part(&core(look), None);
            let text = inner.out;
            if text.is_empty() || text.len() > self.out.len() {
                continue;
            }
            let from = self.draw.below(self.out.len() - text.len() + 1);
            let free = |from: usize| (from..from + text.len()).all(|at| !taken.contains(&at));
            let places = (0..=self.out.len() - text.len()).cycle().skip(from).take(self.out.len());
            if let Some(from) = places.into_iter().find(|from| free(*from)) {
                self.out[from..from + text.len()].copy_from_slice(&text);
                taken.extend(from..from + text.len());
            }
        }
    }
}

fn filler() -> Part {
    Part::Repeat(Box::new(Part::One(vec![(97, 122)])), 0, None)
}

/// What a lookahead asks for, without the `.*` before and after it.
fn core(part: &Part) -> Part {
    match part {
        Part::Sequence(parts) => {
            let telling = |part: &&Part| !matches!(part, Part::Repeat(inner, 0, _) if matches!(**inner, Part::One(_)));
            Part::Sequence(parts.iter().filter(telling).cloned().collect())
        }
        other => other.clone(),
    }
}

/// A character of a set: of the plain ones, if it has some.
fn one(set: &Set, draw: &mut Draw) -> Option<char> {
    // Of white space the one that every engine knows.
    const PLAIN: [(u32, u32); 5] = [(97, 122), (48, 57), (65, 90), (33, 126), (32, 32)];
    for plain in PLAIN {
        let inside: Set = set
            .iter()
            .map(|(low, high)| ((*low).max(plain.0), (*high).min(plain.1)))
            .filter(|(low, high)| low <= high)
            .collect();
        // Lower-case letters are passed over now and then where there are others.
        let passed = plain.0 == 97 && set.len() > 1 && draw.one_in(4);
        if !inside.is_empty() && !passed {
            return from(&inside, draw);
        }
    }
    from(set, draw)
}

fn from(set: &Set, draw: &mut Draw) -> Option<char> {
    for _ in 0..20 {
        let (low, high) = draw.pick(set).copied()?;
        let offset = draw.below((high - low + 1) as usize) as u32;
        if let Some(c) = char::from_u32(low + offset) {
            return Some(c);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    /// Texts are drawn for whatever people write: references back and lookaround too.
    #[test]
    fn texts_match_the_expression_they_are_drawn_from() {
        for pattern in [
            "^[A-Z]{2}\\d{4}$",
            "^(?=.*[a-z])(?=.*[A-Z])(?=.*\\d).{8,20}$",
            "^(a|b)\\1$",
            "(?<x>\\w)-\\k<x>",
            "^(?!foo)[a-z]{3}$",
            "^\\p{Lu}\\p{L}*$",
            "^(([a-z]+\\.)+)[a-z]{2,}$",
            "\\$\\{.+\\}",
            "^[^\\s@]+@[^\\s@]+\\.[^\\s@]+$",
            "^(\\d{3}-){2}\\d{4}$|^$",
            "^\\u00e9\\x41$",
            "[\\w.-]+",
        ] {
            let schema = serde_json::json!({ "pattern": pattern.replace("\\k<x>", "\\1") });
            let validator = jsonschema::validator_for(&schema).expect(pattern);
            let sampler = Sampler::new(parse(pattern).expect(pattern));
            let mut draw = Draw::new(1, pattern);
            let hits = (0..100).filter(|_| validator.is_valid(&sampler.text(None, &mut draw).into())).count();
            assert!(hits >= 10, "{pattern}: {hits} of 100");
        }
    }

    #[test]
    fn a_text_has_the_wanted_length_where_the_expression_allows_it() {
        for (pattern, wanted, length) in [
            ("^[a-z]+$", 9, 9),
            ("^[a-z]{2,5}-\\d*$", 12, 12),
            ("^[a-z]{2,5}$", 9, 5),
            ("^(ab|c)+$", 6, 6),
            ("x", 4, 4),
            ("^[a-z]([-a-z]*[a-z])?$", 63, 63),
        ] {
            let sampler = Sampler::new(parse(pattern).expect(pattern));
            let mut draw = Draw::new(1, pattern);
            let lengths: Vec<_> = (0..20).map(|_| sampler.text(Some(wanted), &mut draw).chars().count()).collect();
            assert!(lengths.contains(&length), "{pattern}: {lengths:?}");
        }
    }
}
