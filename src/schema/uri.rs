//! Just enough of RFC 3986 to tell which resource a reference means.

/// What stands before the fragment.
pub(crate) fn without_fragment(uri: &str) -> &str {
    uri.split_once('#').map_or(uri, |(base, _)| base)
}

/// Undoes percent-encoding (RFC 3986 §2.1); what is no UTF-8 then stays as it is.
pub(crate) fn decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    percent_encoding::percent_decode_str(text).decode_utf8().map_or_else(|_| text.to_owned(), Into::into)
}

/// The URI that `reference` means where the base is `base` (RFC 3986 §5.2).
pub(crate) fn join(base: &str, reference: &str) -> String {
    let base = without_fragment(base);
    if has_scheme(reference) {
        return reference.to_owned();
    }
    if reference.is_empty() || reference.starts_with('#') {
        return format!("{base}{reference}");
    }
    let (path, fragment) = match reference.split_once('#') {
        Some((path, fragment)) => (path, format!("#{fragment}")),
        None => (reference, String::new()),
    };
    let Some(colon) = base.find(':') else { return reference.to_owned() };
    let (scheme, rest) = base.split_at(colon + 1);
    if let Some(network) = path.strip_prefix("//") {
        return format!("{scheme}//{network}{fragment}");
    }
    let Some(rest) = rest.strip_prefix("//") else { return format!("{scheme}{path}{fragment}") };
    let (authority, own) = rest.find('/').map_or((rest, "/"), |slash| rest.split_at(slash));
    let full = if path.starts_with('/') {
        path.to_owned()
    } else {
        let folder = own.rfind('/').map_or("/", |slash| &own[..=slash]);
        format!("{folder}{path}")
    };
    format!("{scheme}//{authority}{}{fragment}", without_dots(&full))
}

fn has_scheme(reference: &str) -> bool {
    let Some((scheme, _)) = reference.split_once(':') else { return false };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
}

/// The path without `.` and `..` (RFC 3986 §5.2.4).
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let last = path.rsplit('/').next().unwrap_or_default();
    for segment in path.split('/').skip(1) {
        match segment {
            "." => {}
            ".." => _ = kept.pop(),
            other => kept.push(other),
        }
    }
    if matches!(last, "." | "..") {
        kept.push("");
    }
    format!("/{}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_as_rfc_3986_says() {
        for (base, reference, full) in [
            ("https://a.example/b/c.json", "d.json#/x", "https://a.example/b/d.json#/x"),
            ("https://a.example/b/c.json", "/d.json", "https://a.example/d.json"),
            ("https://a.example/b/c.json", "../d/./e", "https://a.example/d/e"),
            ("https://a.example/b/c.json#old", "#new", "https://a.example/b/c.json#new"),
            ("https://a.example", "d", "https://a.example/d"),
            ("urn:uuid:1", "#/a", "urn:uuid:1#/a"),
            ("https://a.example/b", "urn:x:y", "urn:x:y"),
            ("https://a.example/b", "//c.example/d", "https://c.example/d"),
        ] {
            assert_eq!(join(base, reference), full);
        }
    }
}
