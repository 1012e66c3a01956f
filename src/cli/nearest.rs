//! "Did you mean".

use super::problem::Problem;

/// How alike two names must be for one to be taken for a slip of the other.
const ALIKE: f64 = 0.8;

/// The name that `wanted` is probably a slip of: much alike, or one slip of the finger away.
pub(crate) fn nearest<'n>(wanted: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(wanted, name), name))
        .filter(|(score, name)| *score > ALIKE || strsim::osa_distance(wanted, name) == 1)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, name)| name)
}

/// There is no `kind` of this name; `all` says which there are.
pub(crate) fn unknown<'n>(kind: &str, name: &str, known: impl IntoIterator<Item = &'n str>, all: &str) -> Problem {
    let hint = match nearest(name, known) {
        Some(near) => format!("did you mean `{near}`? {all}"),
        None => all.to_owned(),
    };
    Problem::usage(format!("there is no {kind} `{name}`")).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        assert_eq!(nearest("stagin", ["production", "staging"]), Some("staging"));
        assert_eq!(nearest("rnu", ["run", "rules"]), Some("run"));
        assert_eq!(nearest("qa", ["production", "staging"]), None);
    }
}
