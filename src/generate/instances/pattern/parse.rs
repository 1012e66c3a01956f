//! Reading an expression (ECMA 262 §22.2.1, with the additions of annex B that validators take too).

use std::collections::HashMap;

use super::{Part, Set, Unreadable};

/// Deeper nesting than this is a trick.
const MAX_DEPTH: usize = 60;
const LAST: u32 = 0x10_FFFF;

/// Reads an expression.
///
/// # Errors
///
/// What in it cannot be read.
pub(in super::super) fn parse(pattern: &str) -> Result<Part, Unreadable> {
    let text: Vec<char> = pattern.chars().collect();
    let names = group_names(&text);
    let mut parser = Parser { text, at: 0, groups: 0, names };
    let part = parser.choice(0)?;
    if parser.at < parser.text.len() { Err(Unreadable("a `)` without a `(`".into())) } else { Ok(part) }
}

/// The number of each named group.
fn group_names(text: &[char]) -> HashMap<String, usize> {
    let mut names = HashMap::new();
    let (mut number, mut at, mut in_class) = (0, 0, false);
    while at < text.len() {
        match text[at] {
            '\\' => at += 1,
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => {
                let named = text.get(at + 1..at + 3) == Some(&['?', '<'])
                    && !matches!(text.get(at + 3), Some('=' | '!') | None);
                if named {
                    number += 1;
                    names.insert(text[at + 3..].iter().take_while(|c| **c != '>').collect(), number);
                } else if text.get(at + 1) != Some(&'?') {
                    number += 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    names
}

struct Parser {
    text: Vec<char>,
    at: usize,
    groups: usize,
    names: HashMap<String, usize>,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek();
        self.at += usize::from(next.is_some());
        next
    }

    fn eat(&mut self, expected: &str) -> bool {
        let wanted: Vec<char> = expected.chars().collect();
        let there = self.text[self.at..].starts_with(&wanted);
        if there {
            self.at += wanted.len();
        }
        there
    }

    fn choice(&mut self, depth: usize) -> Result<Part, Unreadable> {
        if depth > MAX_DEPTH {
            return Err(Unreadable("it is nested too deeply".into()));
        }
        let mut ways = vec![self.sequence(depth)?];
        while self.eat("|") {
            ways.push(self.sequence(depth)?);
        }
        Ok(if ways.len() == 1 { ways.swap_remove(0) } else { Part::Choice(ways) })
    }

    fn sequence(&mut self, depth: usize) -> Result<Part, Unreadable> {
        let mut parts = Vec::new();
        while let Some(next) = self.peek() {
            if next == '|' || next == ')' {
                break;
            }
            let part = self.one(depth)?;
            parts.push(self.repeated(part)?);
        }
        Ok(if parts.len() == 1 { parts.swap_remove(0) } else { Part::Sequence(parts) })
    }

    fn one(&mut self, depth: usize) -> Result<Part, Unreadable> {
        match self.next() {
            Some('^') => Ok(Part::Start),
            Some('$') => Ok(Part::End),
            Some('.') => Ok(Part::One(without(&[(10, 10), (13, 13), (0x2028, 0x2029)]))),
            Some('(') => self.group(depth),
            Some('[') => self.class(),
            Some('\\') => self.escape(),
            Some('*' | '+' | '?') => Err(Unreadable("nothing stands before a quantifier".into())),
            Some(other) => Ok(single(other)),
            None => Err(Unreadable("it ends too soon".into())),
        }
    }

    fn group(&mut self, depth: usize) -> Result<Part, Unreadable> {
        let look = [("?=", true), ("?!", false), ("?<=", true), ("?<!", false)];
        if let Some((_, wanted)) = look.into_iter().find(|(start, _)| self.eat(start)) {
            let inner = self.closed(depth)?;
            return Ok(Part::Look(Box::new(inner), wanted));
        }
        if self.eat("?:") {
            return self.closed(depth);
        }
        if self.eat("?<") || self.eat("?P<") {
            while self.next().is_some_and(|c| c != '>') {}
        } else if self.peek() == Some('?') {
            return Err(Unreadable("a group begins with `(?` in a way that ECMA 262 does not know".into()));
        }
        self.groups += 1;
        let number = self.groups;
        Ok(Part::Group(number, Box::new(self.closed(depth)?)))
    }

    fn closed(&mut self, depth: usize) -> Result<Part, Unreadable> {
        let inner = self.choice(depth + 1)?;
        if self.eat(")") { Ok(inner) } else { Err(Unreadable("a `(` is never closed".into())) }
    }

    fn repeated(&mut self, part: Part) -> Result<Part, Unreadable> {
        let (least, most) = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => match self.counts() {
                Some((least, most, end)) => {
                    self.at = end - 1;
                    (least, most)
                }
                None => return Ok(part),
            },
            _ => return Ok(part),
        };
        self.at += 1;
        // Lazy or not, the same texts match.
        let _ = self.eat("?");
        if most.is_some_and(|most| most < least) {
            return Err(Unreadable("a quantifier's numbers are out of order".into()));
        }
        // Nested quantifiers such as `a{2}{3}` are read too.
        self.repeated(Part::Repeat(Box::new(part), least, most))
    }

    /// `{2}`, `{2,}`, `{2,3}`; none where the brace stands for itself. With the place after it.
    fn counts(&self) -> Option<(usize, Option<usize>, usize)> {
        let length = self.text[self.at..].iter().position(|c| *c == '}')?;
        let inner: String = self.text[self.at + 1..self.at + length].iter().collect();
        let end = self.at + length + 1;
        match inner.split_once(',') {
            None => inner.parse().ok().map(|count| (count, Some(count), end)),
            Some((least, "")) => Some((least.parse().ok()?, None, end)),
            Some((least, most)) => Some((least.parse().ok()?, Some(most.parse().ok()?), end)),
        }
    }

    fn escape(&mut self) -> Result<Part, Unreadable> {
        match self.peek() {
            Some('b' | 'B') => {
                self.at += 1;
                Ok(Part::Boundary)
            }
            // Not in ECMA 262, yet written by people who mean the ends of the text.
            Some('A') => {
                self.at += 1;
                Ok(Part::Start)
            }
            Some('z' | 'Z') => {
                self.at += 1;
                Ok(Part::End)
            }
            Some('k') if self.text.get(self.at + 1) == Some(&'<') => {
                let name: String = self.text[self.at + 2..].iter().take_while(|c| **c != '>').collect();
                self.at += name.chars().count() + 3;
                let number = self.names.get(&name).copied();
                number.map(Part::Back).ok_or_else(|| Unreadable(format!("no group is named `{name}`")))
            }
            Some(digit @ '1'..='9') => {
                self.at += 1;
                Ok(Part::Back(digit as usize - '0' as usize))
            }
            _ => Ok(Part::One(self.escaped()?)),
        }
    }

    /// What a `\` and what follows it stand for, in or out of a class.
    fn escaped(&mut self) -> Result<Set, Unreadable> {
        let Some(next) = self.next() else { return Err(Unreadable("it ends with a `\\`".into())) };
        let one = |c: u32| Ok(vec![(c, c)]);
        match next {
            'd' => Ok(digits()),
            'D' => Ok(without(&digits())),
            'w' => Ok(word()),
            'W' => Ok(without(&word())),
            's' => Ok(space()),
            'S' => Ok(without(&space())),
            'n' => one(10),
            'r' => one(13),
            't' => one(9),
            'v' => one(11),
            'f' => one(12),
            '0' => one(0),
            'c' => one(self.next().map_or(0, |c| c as u32 % 32)),
            'x' => self.hex(2),
            'u' if self.eat("{") => {
                let digits: String = self.text[self.at..].iter().take_while(|c| **c != '}').collect();
                self.at += digits.len() + 1;
                let code = u32::from_str_radix(&digits, 16).ok().filter(|code| *code <= LAST);
                code.map(|code| vec![(code, code)]).ok_or_else(|| Unreadable("`\\u{…}` is no code point".into()))
            }
            'u' => self.unit(),
            'p' | 'P' => self.property(next),
            other => one(other as u32),
        }
    }

    fn hex(&mut self, count: usize) -> Result<Set, Unreadable> {
        let digits: String = self.text[self.at..].iter().take(count).collect();
        let code = u32::from_str_radix(&digits, 16).ok().filter(|_| digits.chars().count() == count);
        self.at += digits.chars().count();
        code.map(|code| vec![(code, code)]).ok_or_else(|| Unreadable("an escape lacks hexadecimal digits".into()))
    }

    /// `\uD83D\uDE00` is one character.
    fn unit(&mut self) -> Result<Set, Unreadable> {
        let first = self.hex(4)?;
        let high = first[0].0;
        if (0xD800..0xDC00).contains(&high) && self.eat("\\u") {
            let low = self.hex(4)?[0].0;
            let code = 0x1_0000 + ((high - 0xD800) << 10) + low.saturating_sub(0xDC00);
            return Ok(vec![(code, code)]);
        }
        Ok(first)
    }

    fn property(&mut self, kind: char) -> Result<Set, Unreadable> {
        let name: String = if self.eat("{") {
            let name: String = self.text[self.at..].iter().take_while(|c| **c != '}').collect();
            self.at += name.chars().count() + 1;
            name
        } else {
            self.next().map(String::from).unwrap_or_default()
        };
        let text = format!("\\{kind}{{{name}}}");
        let unknown = || Unreadable(format!("`{text}` is no property of characters"));
        let hir = regex_syntax::Parser::new().parse(&text).map_err(|_| unknown())?;
        match hir.kind() {
            regex_syntax::hir::HirKind::Class(regex_syntax::hir::Class::Unicode(class)) => {
                Ok(class.iter().map(|range| (range.start() as u32, range.end() as u32)).collect())
            }
            _ => Err(unknown()),
        }
    }

    fn class(&mut self) -> Result<Part, Unreadable> {
        let negated = self.eat("^");
        let mut set = Set::new();
        loop {
            let (low, is_single) = match self.next() {
                None => return Err(Unreadable("a `[` is never closed".into())),
                Some(']') => break,
                Some('\\') => self.class_escape()?,
                Some(other) => (vec![(other as u32, other as u32)], true),
            };
            let ranges = is_single && self.peek() == Some('-') && self.text.get(self.at + 1).is_some_and(|c| *c != ']');
            if !ranges {
                set.extend(low);
                continue;
            }
            self.at += 1;
            let (high, is_single) = match self.next() {
                Some('\\') => self.class_escape()?,
                Some(other) => (vec![(other as u32, other as u32)], true),
                None => return Err(Unreadable("a `[` is never closed".into())),
            };
            if !is_single {
                // `[a-\d]`: the hyphen stands for itself.
                set.extend(low.into_iter().chain([(45, 45)]).chain(high));
            } else if low[0].0 > high[0].0 {
                return Err(Unreadable("a range in `[…]` is out of order".into()));
            } else {
                set.push((low[0].0, high[0].0));
            }
        }
        let set = ordered(set);
        Ok(Part::One(if negated { without(&set) } else { set }))
    }

    fn class_escape(&mut self) -> Result<(Set, bool), Unreadable> {
        if self.peek() == Some('b') {
            self.at += 1;
            return Ok((vec![(8, 8)], true));
        }
        let set = self.escaped()?;
        let single = set.len() == 1 && set[0].0 == set[0].1;
        Ok((set, single))
    }
}

fn single(c: char) -> Part {
    Part::One(vec![(c as u32, c as u32)])
}

fn digits() -> Set {
    vec![(48, 57)]
}

fn word() -> Set {
    vec![(48, 57), (65, 90), (95, 95), (97, 122)]
}

fn space() -> Set {
    vec![
        (9, 13),
        (32, 32),
        (0xA0, 0xA0),
        (0x1680, 0x1680),
        (0x2000, 0x200A),
        (0x2028, 0x2029),
        (0x202F, 0x202F),
        (0x205F, 0x205F),
        (0x3000, 0x3000),
        (0xFEFF, 0xFEFF),
    ]
}

/// The same set, ordered, without overlaps.
fn ordered(mut set: Set) -> Set {
    set.sort_unstable();
    let mut merged: Set = Vec::new();
    for (low, high) in set {
        match merged.last_mut() {
            Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
            _ => merged.push((low, high)),
        }
    }
    merged
}

/// Every code point but those of `set`.
fn without(set: &[(u32, u32)]) -> Set {
    let mut rest = Vec::new();
    let mut from = 0;
    for (low, high) in ordered(set.to_vec()) {
        if low > from {
            rest.push((from, low - 1));
        }
        from = high + 1;
    }
    if from <= LAST {
        rest.push((from, LAST));
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ecma_262_does_not_know_is_refused_with_the_reason() {
        for (pattern, part) in [
            ("(a", "never closed"),
            ("a)", "without"),
            ("*a", "quantifier"),
            ("[z-a]", "out of order"),
            ("(?i)a", "(?"),
        ] {
            let error = parse(pattern).expect_err(pattern);
            assert!(error.0.contains(part), "{pattern}: {error}");
        }
    }

    #[test]
    fn a_brace_that_counts_nothing_stands_for_itself() {
        assert_eq!(parse("{a").ok(), parse("\\{a").ok());
        assert_eq!(parse("a{2,3}").ok(), Some(Part::Repeat(Box::new(single('a')), 2, Some(3))));
    }
}
