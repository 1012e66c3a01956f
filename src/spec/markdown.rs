//! A Markdown page of an API reference: prose, and one fenced block that holds an OpenAPI document.
//!
//! The fence's info string is `yaml [NAME] METHOD PATH` or `json [NAME] METHOD PATH`: which format the block has,
//! optionally what the document is called, and which of its operations the page is about.

use super::error::{Excerpt, SpecError, SpecErrorKind};
use super::model::Version;
use crate::source::{Source, Span};

/// The OpenAPI block of a page.
#[derive(Debug)]
pub(crate) struct Block {
    /// Where its content stands in the page.
    pub(crate) content: Span,
    /// Where the info string stands.
    pub(crate) info: Span,
    /// The operation's method, lower case.
    pub(crate) method: String,
    /// The operation's path.
    pub(crate) path: String,
}

/// The block of a page; none where the text has no fence with such an info string.
///
/// # Errors
/// A second such block, or one whose fence is never closed: which document is meant would be a guess.
pub(crate) fn block(source: &Source) -> Result<Option<Block>, SpecError> {
    let mut found: Option<Block> = None;
    for fence in fences(source.text()) {
        let Some((method, path)) = operation(source.slice(fence.info)) else { continue };
        let error = |message: &str, label: &str| {
            Excerpt::whole(source).error(SpecErrorKind::BadPage, fence.info, message, label)
        };
        if !fence.closed {
            return Err(error("the OpenAPI block of the page has no closing fence", "opened here, never closed"));
        }
        if let Some(first) = &found {
            let line = source.position(first.info.start).line;
            let message = format!("the page holds a second OpenAPI block: the first begins on line {line}");
            return Err(error(&message, "second block").hint("keep one block in the page"));
        }
        found = Some(Block { content: fence.content, info: fence.info, method, path });
    }
    Ok(found)
}

/// Method and path of an info string such as `yaml admin-openapi POST /users`.
fn operation(info: &str) -> Option<(String, String)> {
    let words: Vec<_> = info.split_whitespace().collect();
    let (format, method, path) = match words.as_slice() {
        [format, method, path] | [format, _, method, path] => (format, method.to_ascii_lowercase(), path),
        _ => return None,
    };
    let is_format = ["yaml", "yml", "json"].iter().any(|known| format.eq_ignore_ascii_case(known));
    let methods = Version::V3_2.differences().methods;
    (is_format && methods.contains(&method.as_str()) && path.starts_with('/')).then(|| (method, (*path).to_owned()))
}

struct Fence {
    info: Span,
    content: Span,
    closed: bool,
}

/// A fence that has begun and not yet ended.
struct Opening {
    mark: char,
    length: usize,
    info: Span,
    content: usize,
}

/// The fenced blocks of a text (CommonMark 0.31 §4.5). Unlike there, a fence may be indented by any number of
/// blanks: blocks in list items are found too, and YAML does not mind an indentation common to all lines.
fn fences(text: &str) -> Vec<Fence> {
    let mut fences = Vec::new();
    let mut open: Option<Opening> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let next = at + line.len();
        let trimmed = line.trim();
        match &open {
            None => open = opening(line, at),
            Some(opened) if closes(trimmed, opened) => {
                fences.push(Fence { info: opened.info, content: Span::new(opened.content, at), closed: true });
                open = None;
            }
            Some(_) => {}
        }
        at = next;
    }
    fences.extend(open.map(|opened| Fence {
        info: opened.info,
        content: Span::new(opened.content, at),
        closed: false,
    }));
    fences
}

fn opening(line: &str, at: usize) -> Option<Opening> {
    let bare = line.trim_start();
    let mark = bare.chars().next().filter(|first| ['`', '~'].contains(first))?;
    let length = bare.chars().take_while(|next| *next == mark).count();
    let info = bare[length..].trim();
    if length < 3 || (mark == '`' && info.contains('`')) {
        return None;
    }
    let start = at + (line.len() - bare.len()) + length + (bare[length..].len() - bare[length..].trim_start().len());
    Some(Opening { mark, length, info: Span::new(start, start + info.len()), content: at + line.len() })
}

fn closes(trimmed: &str, opened: &Opening) -> bool {
    trimmed.len() >= opened.length && trimmed.chars().all(|next| next == opened.mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<(String, String, String)> {
        let source = Source::new("page.md", text);
        let block = block(&source).expect(text)?;
        Some((block.method, block.path, source.slice(block.content).to_owned()))
    }

    #[test]
    fn a_fence_may_be_of_backticks_or_tildes_named_or_not_and_in_any_letter_case() {
        for text in [
            "prose\n```yaml POST /users\na: 1\n```\nmore\n",
            "````YAML admin-openapi post /users\na: 1\n````",
            "~~~ yaml  Post   /users\na: 1\n~~~~~  \n",
            "```sh\ncurl\n```\n\n```yml x POST /users\na: 1\n```\n",
        ] {
            assert_eq!(found(text), Some(("post".into(), "/users".into(), "a: 1\n".into())), "{text}");
        }
    }

    #[test]
    fn a_fence_of_anything_else_is_prose() {
        for text in [
            "```yaml\na: 1\n```\n",
            "```yaml PUSH /users\na: 1\n```\n",
            "```ruby GET /users\n```\n",
            "```yaml GET users\n```\n",
            "`` yaml GET /users\n``\n",
            "````md\n```yaml GET /users\n```\n````\n",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn a_shorter_fence_does_not_close_a_longer_one() {
        let text = "````yaml GET /a\n```\n````\n";
        assert_eq!(found(text).map(|(_, _, content)| content), Some("```\n".to_owned()));
    }

    #[test]
    fn an_indented_fence_is_found() {
        let text = "1. item\n\n   ```yaml GET /a\n   a: 1\n   ```\n";
        assert_eq!(found(text).map(|(_, _, content)| content), Some("   a: 1\n".to_owned()));
    }

    #[test]
    fn two_blocks_or_an_open_end_are_errors_with_a_place() {
        let error = |text: &str| block(&Source::new("page.md", text)).expect_err(text).to_string();
        insta::assert_snapshot!(error("```yaml GET /a\n```\n\n```yaml GET /b\n```\n"), @"page.md:4:4: the page holds a second OpenAPI block: the first begins on line 1");
        insta::assert_snapshot!(error("x\n```yaml GET /a\nopenapi: 3.0.0\n"), @"page.md:2:4: the OpenAPI block of the page has no closing fence");
    }
}
