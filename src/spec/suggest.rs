//! "Did you mean": the name nearest to one that leads nowhere.

/// The candidate that `wanted` is probably a slip of: the same but for letter case, or a few letters apart.
pub(crate) fn closest<'c>(wanted: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let folded = wanted.to_lowercase();
    let allowed = (folded.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len().abs_diff(wanted.len()) <= allowed * 4)
        .map(|candidate| (strsim::osa_distance(&folded, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_a_letter_or_of_case_is_recognised() {
        assert_eq!(closest("Usre", ["Account", "User"]), Some("User"));
        assert_eq!(closest("user", ["User", "UserId"]), Some("User"));
    }

    #[test]
    fn another_word_is_no_slip() {
        assert_eq!(closest("User", ["Account", "Invoice"]), None);
        assert_eq!(closest("User", []), None);
    }
}
