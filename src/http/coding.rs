//! Content codings, and who takes which (RFC 9110 §8.4, §12.5.3).

/// Whether a request with this `Accept-Encoding` says that it does not take an answer in `coding`.
pub(crate) fn is_refused(accepted: &str, coding: &str) -> bool {
    let name = |coding: &str| coding.trim().to_ascii_lowercase().trim_start_matches("x-").to_owned();
    let listed = || accepted.split(',').map(|item| item.split_once(';').unwrap_or((item, "")));
    let of = |wanted: &str| listed().find(|(known, _)| name(known) == wanted);
    let wanted = name(coding);
    match of(&wanted).or_else(|| of("*")) {
        Some((_, weight)) => is_zero(weight),
        None => wanted != "identity",
    }
}

/// Whether a weight says "not at all": `q=0`, `q=0.000`.
fn is_zero(weight: &str) -> bool {
    let weight = weight.trim().strip_prefix("q=").or_else(|| weight.trim().strip_prefix("Q="));
    weight.and_then(|weight| weight.trim().parse::<f64>().ok()) == Some(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_is_refused_where_it_is_weighed_nothing_or_others_alone_are_listed() {
        for accepted in ["", "identity", "gzip;q=0, identity;q=1", "br, deflate", "*;q=0", "GZIP ; q=0.000"] {
            assert!(is_refused(accepted, "gzip"), "{accepted}");
        }
        for accepted in ["gzip", "X-GZIP", "gzip;q=0.1", "*", "br;q=0, *;q=0.5", "deflate, gzip;q=1.0"] {
            assert!(!is_refused(accepted, "gzip"), "{accepted}");
        }
        assert!(
            !is_refused("", "identity") && !is_refused("gzip", "identity") && is_refused("identity;q=0", "identity")
        );
    }
}
