//! Where documents stand, and where a reference in one leads: RFC 3986 for URLs, and the like for paths.

use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

/// Where a text was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    /// A file.
    File {
        /// Its path from the root of the file system, without `..`.
        path: PathBuf,
        /// The same as a person would write it, beginning where the path of the document does.
        shown: PathBuf,
    },
    /// A URL of `http` or `https`, without a fragment.
    Url(String),
}

/// A text that can be read, and what tells it from others.
#[derive(Clone, Debug)]
pub(crate) struct Located {
    /// Where it stands.
    pub(crate) location: Location,
    /// The same for every way to name it.
    pub(crate) identity: OsString,
}

impl Location {
    /// What messages call it: never with credentials or a query, which may be secrets.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::File { shown, .. } => shown.display().to_string(),
            Self::Url(url) => shown_url(url),
        }
    }
}

/// The scheme of a URI reference, if it has one. A single letter is the drive of a path.
pub(crate) fn scheme(reference: &str) -> Option<&str> {
    let (scheme, _) = reference.split_once(':')?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    let named = scheme.len() > 1 && scheme.starts_with(|first: char| first.is_ascii_alphabetic());
    (named && scheme.bytes().all(fits)).then_some(scheme)
}

/// Whether a reference is a URL that can be fetched.
pub(crate) fn is_remote(reference: &str) -> bool {
    scheme(reference).is_some_and(|scheme| ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)))
}

/// A path without `.` and, as far as it has folders to leave, without `..`.
pub(crate) fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => match normal.components().next_back() {
                Some(Component::Normal(_)) => _ = normal.pop(),
                Some(Component::RootDir | Component::Prefix(_)) => {}
                Some(Component::ParentDir | Component::CurDir) | None => normal.push(".."),
            },
            other => normal.push(other),
        }
    }
    normal
}

/// The URL that `reference` means in a text at `base` (RFC 3986 §5.2).
pub(crate) fn join(base: &str, reference: &str) -> String {
    if scheme(reference).is_some() {
        return reference.to_owned();
    }
    let base = base.split(['?', '#']).next().unwrap_or(base);
    let Some((scheme, rest)) = base.split_once("://") else { return reference.to_owned() };
    let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    if reference.starts_with("//") {
        return format!("{scheme}:{reference}");
    }
    let (target, query) = reference.find('?').map_or((reference, ""), |at| reference.split_at(at));
    let folder = path.rfind('/').map_or("/", |at| &path[..=at]);
    let merged = if target.starts_with('/') { target.to_owned() } else { format!("{folder}{target}") };
    format!("{scheme}://{authority}{}{query}", without_dots(&merged))
}

/// RFC 3986 §5.2.4.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let segments = path.split('/').skip(1);
    for segment in segments.clone() {
        match segment {
            "." => {}
            ".." => _ = kept.pop(),
            other => kept.push(other),
        }
    }
    let folder = matches!(segments.last(), Some("." | ".."));
    format!("/{}{}", kept.join("/"), if folder && !kept.is_empty() { "/" } else { "" })
}

fn shown_url(url: &str) -> String {
    let plain = url.split(['?', '#']).next().unwrap_or(url);
    let Some((scheme, rest)) = plain.split_once("://") else { return plain.to_owned() };
    let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let host = authority.rsplit('@').next().unwrap_or(authority);
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_joined_as_rfc_3986_shows() {
        let base = "http://a/b/c/d;p?q";
        for (reference, url) in [
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g", "http://g"),
            ("g?y", "http://a/b/c/g?y"),
            ("..", "http://a/b/"),
            ("../g", "http://a/b/g"),
            ("../../../g", "http://a/g"),
            ("https://x/y", "https://x/y"),
        ] {
            assert_eq!(join(base, reference), url, "{reference}");
        }
        assert_eq!(join("http://a", "g"), "http://a/g");
    }

    #[test]
    fn a_path_loses_its_dots_and_keeps_those_that_lead_up() {
        for (path, normalised) in [("a/./b/../c", "a/c"), ("../a/../../b", "../../b"), ("/../a", "/a"), ("./a", "a")] {
            assert_eq!(normal(Path::new(path)), Path::new(normalised), "{path}");
        }
    }

    #[test]
    fn what_may_be_secret_in_a_url_is_not_shown() {
        assert_eq!(Location::Url("https://me:pass@h.example/a?token=1".into()).name(), "https://h.example/a");
    }

    #[test]
    fn a_drive_is_no_scheme() {
        assert_eq!(scheme("c:/x.yaml"), None);
        assert_eq!(scheme("file:///x.yaml"), Some("file"));
        assert!(is_remote("HTTPS://x") && !is_remote("ftp://x") && !is_remote("x.yaml"));
    }
}
