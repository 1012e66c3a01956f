//! `${NAME}` in settings: credentials stay out of files.

/// A template with its variables filled in.
#[derive(Clone, PartialEq, Eq)]
pub struct Expanded {
    /// The text to use.
    pub value: String,
    /// The text that may be shown: the template as written.
    pub shown: String,
    /// What the variables held, each to be kept out of every report. Empty where the template names none.
    pub secrets: Vec<String>,
}

/// Why a template cannot be filled in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExpandError {
    /// A variable is unset or empty. Empty counts, since that is how CI systems pass a secret that does not exist.
    #[error("`{0}` is not set, or empty: export it, or take `${{{0}}}` out")]
    Unset(String),
    /// `${` begins no variable.
    #[error("`${{` begins no variable here: write `${{NAME}}`, or `$$` for a dollar sign")]
    Malformed,
}

/// Fills in each `${NAME}` of `text` with what `lookup` has for it. `$$` is a dollar sign; a `$` before anything else
/// stands for itself.
///
/// # Errors
/// [`ExpandError`] where a variable is unset, empty or malformed.
pub fn expand(text: &str, lookup: &dyn Fn(&str) -> Option<String>) -> Result<Expanded, ExpandError> {
    let mut value = String::with_capacity(text.len());
    let mut secrets = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        value.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('{') {
            let (name, after) =
                after.split_once('}').filter(|(name, _)| is_name(name)).ok_or(ExpandError::Malformed)?;
            let found = lookup(name).filter(|found| !found.is_empty());
            let found = found.ok_or_else(|| ExpandError::Unset(name.to_owned()))?;
            value.push_str(&found);
            secrets.push(found);
            rest = after;
        } else {
            value.push('$');
            rest = rest.strip_prefix('$').unwrap_or(rest);
        }
    }
    value.push_str(rest);
    let shown = if secrets.is_empty() { value.clone() } else { text.to_owned() };
    Ok(Expanded { value, shown, secrets })
}

/// A name as POSIX has it for environment variables (Base Definitions §8.1), lower case included.
fn is_name(name: &str) -> bool {
    !name.starts_with(|first: char| first.is_ascii_digit())
        && !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lookup(name: &str) -> Option<String> {
        [("TOKEN", "t0p"), ("EMPTY", "")].iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn a_variable_is_filled_in_and_its_value_is_a_secret() {
        let Expanded { value, shown, secrets } = expand("Bearer ${TOKEN}", &lookup).expect("TOKEN is set");
        assert_eq!((value.as_str(), shown.as_str()), ("Bearer t0p", "Bearer ${TOKEN}"));
        assert_eq!(secrets, ["t0p"]);
    }

    #[test]
    fn dollar_signs_that_begin_no_variable_stand_for_themselves() {
        for (text, value) in [("a$b", "a$b"), ("$${TOKEN}", "${TOKEN}"), ("5$", "5$"), ("$$$$", "$$")] {
            let expanded = expand(text, &lookup).expect("no variable is named");
            assert_eq!((expanded.value.as_str(), expanded.secrets.len()), (value, 0), "{text}");
        }
    }

    #[test]
    fn an_unset_or_empty_variable_is_named_in_the_error() {
        assert_eq!(expand("${NOPE}", &lookup).err(), Some(ExpandError::Unset("NOPE".into())));
        let error = expand("${EMPTY}", &lookup).err().expect("EMPTY is empty");
        assert_eq!(error.to_string(), "`EMPTY` is not set, or empty: export it, or take `${EMPTY}` out");
    }

    #[test]
    fn a_malformed_variable_is_refused() {
        for text in ["${", "${TOKEN", "${}", "${1A}", "${A B}"] {
            assert_eq!(expand(text, &lookup).err(), Some(ExpandError::Malformed), "{text}");
        }
    }
}
