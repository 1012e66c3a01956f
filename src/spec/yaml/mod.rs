//! YAML 1.2 as a value with places.
//!
//! [`compose`] turns the parser's events into a graph of nodes, in which an alias is an edge; [`construct`] turns
//! the graph into a value under a budget. Neither step trusts the text: depth, aliases and merges are bounded.
//!
//! Where YAML leaves a choice: keys are the text as written (`200:` is "200", `on:` is "on"); a plain `<<` merges, and
//! what it adds stands behind the explicit keys; a repeated key, a second document, a tag beyond the core schema, and a
//! number that JSON cannot express are errors. A node reached by an alias has its place at the anchor.

mod compose;
mod construct;
mod scalar;

use serde_json::Value;

use super::error::{Excerpt, SpecError, SpecErrorKind};
use crate::source::{Source, Spans};
use compose::{Content, Graph};

/// How deeply collections may be nested.
const MAX_DEPTH: usize = 256;

/// What a YAML text says, and where it says it.
pub(crate) fn parse(excerpt: Excerpt<'_>) -> Result<(Value, Spans), SpecError> {
    let graph = compose::compose(excerpt)?;
    construct::construct(excerpt, &graph)
}

/// What a YAML text says that uses neither aliases nor merge keys, and where it says it. Any parser can then read the
/// text again: it is no larger than it looks, and no deeper than this one allows.
pub(crate) fn parse_plain(source: &Source) -> Result<(Value, Spans), SpecError> {
    let excerpt = Excerpt::whole(source);
    let graph = compose::compose(excerpt)?;
    refuse_sharing(excerpt, &graph)?;
    construct::construct(excerpt, &graph)
}

fn refuse_sharing(excerpt: Excerpt<'_>, graph: &Graph<'_>) -> Result<(), SpecError> {
    let shared = graph.nodes.iter().find_map(|node| match &node.content {
        Content::Alias(_) => Some((node.span, "aliases (`*name`) are not read here", "an alias")),
        Content::Mapping(entries) => {
            let merge = entries.iter().map(|(key, _)| key).find(|key| key.merges)?;
            Some((merge.span, "merge keys (`<<`) are not read here", "a merge key"))
        }
        Content::Scalar(..) | Content::Sequence(_) => None,
    });
    match shared {
        Some((span, message, label)) => {
            Err(excerpt.error(SpecErrorKind::Syntax, span, message, label).hint("write out what it stands for"))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Pointer;
    use serde_json::json;

    fn value(text: &str) -> Value {
        parse(Excerpt::whole(&Source::new("s.yaml", text))).expect(text).0
    }

    fn error(text: &str) -> SpecError {
        parse(Excerpt::whole(&Source::new("s.yaml", text))).expect_err("an error")
    }

    fn slices(text: &str, pointers: &[&str]) -> Vec<(Option<String>, String)> {
        let source = Source::new("s.yaml", text);
        let (value, spans) = parse(Excerpt::whole(&source)).expect(text);
        let node = |pointer: &&str| spans.of(&value, &Pointer::parse(pointer)).expect(pointer);
        let slice = |span| source.slice(span).to_owned();
        pointers.iter().map(node).map(|node| (node.key.map(slice), slice(node.value))).collect()
    }

    #[test]
    fn every_node_has_the_place_of_its_key_and_value() {
        let text = "a: 1\n'b':\n  - x   # comment\n  - {c: [1, 2], d: }\n\"é\": >-\n  folded\n  text\n\n# end\nf:\n- g: |\n    lit\n\n";
        let found = slices(text, &["/a", "/b", "/b/0", "/b/1", "/b/1/c", "/b/1/d", "/é", "/f/0/g"]);
        let expected = [
            (Some("a"), "1"),
            (Some("'b'"), "- x   # comment\n  - {c: [1, 2], d: }"),
            (None, "x"),
            (None, "{c: [1, 2], d: }"),
            (Some("c"), "[1, 2]"),
            (Some("d"), ""),
            (Some("\"é\""), "folded\n  text"),
            (Some("g"), "lit"),
        ];
        assert_eq!(found, expected.map(|(key, value)| (key.map(str::to_owned), value.to_owned())));
    }

    #[test]
    fn keys_are_text_as_written() {
        let text = "200: a\non: b\n~: c\n1.50: d\n'q': e\nnull: f\n? g\n: h\n";
        assert_eq!(value(text), json!({"200": "a", "on": "b", "~": "c", "1.50": "d", "q": "e", "null": "f", "g": "h"}));
    }

    #[test]
    fn aliases_stand_for_their_anchor_and_are_placed_at_it() {
        let text = "a: &x {b: 1}\nc: *x\n&k key: 2\nd: {*k : 3}\n";
        assert_eq!(value(text), json!({"a": {"b": 1}, "c": {"b": 1}, "key": 2, "d": {"key": 3}}));
        assert_eq!(slices(text, &["/c/b"]), [(Some("b".to_owned()), "1".to_owned())]);
        assert_eq!(slices(text, &["/c"]), [(Some("c".to_owned()), "{b: 1}".to_owned())]);
    }

    #[test]
    fn merge_keys_give_way_to_explicit_ones_and_to_earlier_sources() {
        let text = "
a: &a {x: 1, y: 1}
b: &b {y: 2, z: 2, <<: {w: 0, z: 0}}
one: {<<: *a, y: 9}
two: {<<: [*b, *a]}
quoted: {'<<': *a}
";
        let value = value(text);
        assert_eq!(value["one"], json!({"y": 9, "x": 1}));
        assert_eq!(value["two"], json!({"y": 2, "z": 2, "w": 0, "x": 1}));
        assert_eq!(value["quoted"]["<<"], json!({"x": 1, "y": 1}));
        assert_eq!(slices(text, &["/two/x"]), [(Some("x".to_owned()), "1".to_owned())]);
    }

    #[test]
    fn core_tags_are_honoured_and_others_refused_at_their_place() {
        assert_eq!(
            value("[!!str 12, !!int '7', ! 5, !!seq [], !!map {}, !!timestamp 2001-01-01]"),
            json!(["12", 7, "5", [], {}, "2001-01-01"])
        );
        insta::assert_snapshot!(error("a: !include other.yaml"), @"s.yaml:1:4: the tag `!include` has no meaning in an OpenAPI document");
        insta::assert_snapshot!(error("a: !!set {x}"), @"s.yaml:1:4: the tag `!!set` has no meaning in an OpenAPI document");
        insta::assert_snapshot!(error("a: !!int x"), @"s.yaml:1:10: `x` does not fit its tag");
    }

    #[test]
    fn what_json_cannot_hold_is_refused_at_its_place() {
        insta::assert_snapshot!(error("a:\n  b: .inf"), @"s.yaml:2:6: `.inf` is a number that JSON cannot express");
        insta::assert_snapshot!(error("a: 1e400"), @"s.yaml:1:4: `1e400` is a number that JSON cannot express");
        insta::assert_snapshot!(error("? [a, b]\n: c"), @"s.yaml:1:3: a key must be a single word or text, not a list or a mapping");
        insta::assert_snapshot!(error("a: 1\nb: 2\n'a': 3"), @"s.yaml:3:1: the key `a` is repeated: it stands in the same mapping on line 1 already");
        insta::assert_snapshot!(error("<<: {a: 1}\n<<: {b: 1}"), @"s.yaml:2:1: the key `<<` is repeated: it stands in the same mapping on line 1 already");
        insta::assert_snapshot!(error("<<: text"), @"s.yaml:1:5: `<<` merges a mapping or a list of mappings, and this is neither");
        insta::assert_snapshot!(error("a: 1\n---\nb: 2"), @"s.yaml:2:1: the text holds more than one YAML document");
        insta::assert_snapshot!(error("a: *nowhere"), @"s.yaml:1:4: not YAML: while parsing node, found unknown anchor");
        insta::assert_snapshot!(error("a: [1\nb: 2"), @"s.yaml:2:2: not YAML: illegal placement of ':' indicator");
    }

    #[test]
    fn an_alias_inside_its_own_anchor_is_refused() {
        for text in ["a: &a [*a]", "&a {b: {c: *a}}", "- &a {<<: *a}"] {
            assert_eq!(error(text).kind, SpecErrorKind::CircularReference, "{text}");
        }
    }

    #[test]
    fn an_alias_bomb_is_refused_by_its_budget() {
        let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        let mut merges = "a0: &a0 {k: v}\n".to_owned();
        for level in 1..30 {
            let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
            laughs += &format!("a{level}: &a{level} [{aliases}]\n");
            merges += &format!("a{level}: &a{level} {{<<: [{aliases}]}}\n");
        }
        let long = format!("a: &a {}\nb: [{}]", "x".repeat(1 << 20), vec!["*a"; 100_000].join(","));
        for text in [laughs, merges, long] {
            let error = error(&text);
            assert_eq!(error.kind, SpecErrorKind::AliasBomb);
            assert!(error.place.is_some());
        }
    }

    #[test]
    fn nesting_is_bounded_whatever_it_is_made_of() {
        let mut chain = "a0: &a0 {k: v}\n".to_owned();
        let mut merges = chain.clone();
        for level in 1..5_000 {
            chain += &format!("a{level}: &a{level} [*a{}]\n", level - 1);
            merges += &format!("a{level}: &a{level} {{<<: *a{}}}\n", level - 1);
        }
        let mixed = format!("{}{}", "- ".repeat(200), "[".repeat(200) + &"]".repeat(200));
        let texts = [
            "[".repeat(200_000),
            "- ".repeat(100_000),
            "? ".repeat(100_000),
            "{a: ".repeat(50_000),
            "&a ? ".repeat(50_000),
            "!!seq - ".repeat(30_000),
            "[{".repeat(100_000),
            chain,
            merges,
            mixed,
        ];
        for text in texts {
            let error = error(&text);
            let start: String = text.chars().take(20).collect();
            let expected = [SpecErrorKind::TooDeep, SpecErrorKind::Syntax, SpecErrorKind::AliasBomb];
            assert!(expected.contains(&error.kind) && error.place.is_some(), "{start}: {error}");
        }
    }

    #[test]
    fn odd_bytes_are_errors_or_text_but_no_panic() {
        for text in [
            "\0",
            "a: \0",
            "a: \u{FFFE}",
            "\t",
            "a:\n\tb: 1",
            "%YAML 9.9\n---\na",
            "\u{FEFF}a: 1",
            "---\n...\n",
            "'",
            "\"\\",
            "|",
            ">9",
            "*",
            "&",
            "!",
            "a: b: c",
            "\r\r\r",
            "a: 'é",
        ] {
            let source = Source::new("s.yaml", text);
            if let Err(error) = parse(Excerpt::whole(&source)) {
                assert!(error.place.is_some(), "{text:?}");
            }
        }
    }

    #[test]
    fn a_plain_text_shares_nothing() {
        let plain = |text: &str| parse_plain(&Source::new("s.yaml", text)).map(|(value, _)| value);
        assert_eq!(plain("a: &x {b: [1]}").expect("an anchor alone"), json!({"a": {"b": [1]}}));
        insta::assert_snapshot!(plain("a: &x 1\nb: *x").expect_err("an alias"), @"s.yaml:2:4: aliases (`*name`) are not read here");
        insta::assert_snapshot!(plain("a: {<<: {b: 1}}").expect_err("a merge"), @"s.yaml:1:5: merge keys (`<<`) are not read here");
    }
}
