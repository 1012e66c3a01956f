//! Path templates (OpenAPI 3.2.0, Path Templating).

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::Unencodable;

/// What may not stand in a URI at all: a template's own text is otherwise taken as written, its percent-encoding too.
const ILLEGAL: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

/// A piece of a template.
enum Part<'t> {
    Literal(&'t str),
    Expression(&'t str),
}

/// The path that `template` gives with each `{name}` replaced by the text that is listed for that name, already
/// encoded. A segment may hold several; values that the template does not name are left out.
///
/// # Errors
/// An expression without a value, an empty value, or a segment that would become `.` or `..`: URL parsers remove it, and
/// its percent-encoded forms as well.
pub fn fill(template: &str, values: &[(&str, String)]) -> Result<String, Unencodable> {
    let segments = split(template).into_iter().map(|segment| fill_segment(segment, values));
    Ok(segments.collect::<Result<Vec<_>, _>>()?.join("/"))
}

/// The segments: a slash inside braces belongs to the name.
fn split(template: &str) -> Vec<&str> {
    let mut segments = Vec::new();
    let (mut start, mut from) = (0, 0);
    while let Some(found) = template[from..].find(['/', '{']) {
        let at = from + found;
        if template[at..].starts_with('/') {
            segments.push(&template[start..at]);
            start = at + 1;
        }
        from = at + 1;
        if template[at..].starts_with('{') {
            from = template[at..].find('}').map_or(from, |end| at + end);
        }
    }
    segments.push(&template[start..]);
    segments
}

fn fill_segment(segment: &str, values: &[(&str, String)]) -> Result<String, Unencodable> {
    let mut filled = String::new();
    let mut has_value = false;
    for part in parts(segment) {
        match part {
            Part::Literal(text) => filled.extend(utf8_percent_encode(text, ILLEGAL)),
            Part::Expression(name) => {
                filled.push_str(value(name, values)?);
                has_value = true;
            }
        }
    }
    let dots = filled.replace("%2e", ".").replace("%2E", ".");
    if has_value && matches!(dots.as_str(), "." | "..") {
        return Err(Unencodable::DotSegment(dots));
    }
    Ok(filled)
}

fn value<'v>(name: &str, values: &'v [(&str, String)]) -> Result<&'v str, Unencodable> {
    let found = values.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
    match found {
        None => Err(Unencodable::Unfilled(name.to_owned())),
        Some("") => Err(Unencodable::EmptyInPath(name.to_owned())),
        Some(value) => Ok(value),
    }
}

/// The text and expressions of a segment, in order. An opening brace without a closing one is text.
fn parts(mut rest: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    while let Some((text, expression)) = rest.split_once('{') {
        let Some((name, behind)) = expression.split_once('}') else { break };
        parts.push(Part::Literal(text));
        parts.push(Part::Expression(name));
        rest = behind;
    }
    parts.push(Part::Literal(rest));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str, values: &[(&str, &str)]) -> Result<String, Unencodable> {
        let values: Vec<(&str, String)> = values.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        fill(template, &values)
    }

    #[test]
    fn several_expressions_stand_in_one_segment() {
        assert_eq!(
            filled("/map/{x},{y}{z}.png/{x}", &[("x", "1"), ("y", "2"), ("z", ";z=3"), ("unused", "-")]).as_deref(),
            Ok("/map/1,2;z=3.png/1")
        );
        assert_eq!(filled("/", &[]).as_deref(), Ok("/"));
        assert_eq!(filled("/a//b/", &[]).as_deref(), Ok("/a//b/"));
    }

    #[test]
    fn names_may_hold_any_character_but_braces() {
        let names = ["user.name", "a/b", "ö ü", "id*", "+x", "$ref", ""];
        for name in names {
            assert_eq!(filled(&format!("/a/{{{name}}}/c"), &[(name, "v")]).as_deref(), Ok("/a/v/c"), "{name}");
        }
    }

    #[test]
    fn the_templates_own_text_becomes_a_legal_uri_and_is_not_encoded_twice() {
        assert_eq!(
            filled("/stra\u{df}e x/100%25/(a)/{id}", &[("id", "7")]).as_deref(),
            Ok("/stra%C3%9Fe%20x/100%25/(a)/7")
        );
        assert_eq!(filled("/a/{open", &[]).as_deref(), Ok("/a/%7Bopen"));
        assert_eq!(filled("/a/{open/b", &[]).as_deref(), Ok("/a/%7Bopen/b"));
    }

    #[test]
    fn a_segment_that_would_vanish_is_refused() {
        for dots in [".", ".."] {
            assert_eq!(filled("/a/{id}", &[("id", dots)]), Err(Unencodable::DotSegment(dots.into())));
        }
        assert_eq!(filled("/a/%2e{id}", &[("id", ".")]), Err(Unencodable::DotSegment("..".into())));
        assert_eq!(filled("/a/{id}.json", &[("id", "..")]).as_deref(), Ok("/a/...json"));
        assert_eq!(filled("/a/{id}", &[("id", "%252e")]).as_deref(), Ok("/a/%252e"));
        assert_eq!(filled("/a/{id}", &[("id", "")]), Err(Unencodable::EmptyInPath("id".into())));
    }

    #[test]
    fn an_expression_without_a_value_is_named() {
        let refused = filled("/a/{id}", &[("ID", "7")]).expect_err("names are case-sensitive");
        assert_eq!(refused.to_string(), "the path has `{id}`, but no path parameter of that name is described");
    }
}
