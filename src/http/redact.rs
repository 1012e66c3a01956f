//! Credentials never reach a report: every text that leaves the program goes through a [`Redactor`].

use std::borrow::Cow;

/// What stands where a secret was.
pub const REDACTED: &str = "[redacted]";

/// Stands where a text was cut.
const CUT: char = '…';
/// Fewer characters than these are no secret: taking them out would garble the report.
const SHORTEST: usize = 4;

/// Knows the secrets of a run and takes them out of text.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    /// Longest first, so that a secret that holds another is taken out whole.
    secrets: Vec<String>,
}

impl Redactor {
    /// A redactor for these secrets. Each is also known in the forms that JSON text and URLs give it.
    /// Anything of fewer than four characters is no secret: taking it out would garble the report.
    pub fn new<S: AsRef<str>>(secrets: impl IntoIterator<Item = S>) -> Self {
        let mut all = Vec::new();
        for secret in secrets {
            let secret = secret.as_ref();
            if secret.chars().count() < SHORTEST {
                continue;
            }
            let json = serde_json::Value::from(secret).to_string();
            all.push(json[1..json.len() - 1].to_owned());
            all.push(
                secret
                    .bytes()
                    .map(|byte| {
                        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
                            char::from(byte).to_string()
                        } else {
                            format!("%{byte:02X}")
                        }
                    })
                    .collect(),
            );
            all.push(secret.to_owned());
        }
        all.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        all.dedup();
        Self { secrets: all }
    }

    /// Whether there is nothing to take out.
    pub fn is_empty(&self) -> bool {
        self.secrets.is_empty()
    }

    /// The secrets, in every form they take. Whoever asks must not show them.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.secrets.iter().map(String::as_str)
    }

    /// The text without any secret.
    pub fn apply<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut out = Cow::Borrowed(text);
        for secret in &self.secrets {
            if out.contains(secret.as_str()) {
                out = Cow::Owned(out.replace(secret.as_str(), REDACTED));
            }
        }
        if out.contains(CUT) { Cow::Owned(self.without_beginnings(&out)) } else { out }
    }

    /// A text that was cut before it came here may end in the beginning of a secret.
    fn without_beginnings(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for (at, part) in text.split(CUT).enumerate() {
            if at > 0 {
                let keep =
                    out.len() - self.secrets.iter().map(|secret| beginning_at_end(&out, secret)).max().unwrap_or(0);
                if keep < out.len() {
                    out.truncate(keep);
                    out.push_str(REDACTED);
                }
                out.push(CUT);
            }
            out.push_str(part);
        }
        out
    }
}

/// How many bytes at the end of `text` are a beginning of `secret` that is long enough to tell something of it.
fn beginning_at_end(text: &str, secret: &str) -> usize {
    let beginnings = secret.char_indices().map(|(at, _)| at).rev().filter(|at| *at >= SHORTEST);
    beginnings.into_iter().find(|at| text.ends_with(&secret[..*at])).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_taken_out_in_every_form_it_takes() {
        let redactor = Redactor::new(["s3cr\"t/x"]);
        for form in ["s3cr\"t/x", r#"s3cr\"t/x"#, "s3cr%22t%2Fx"] {
            assert_eq!(redactor.apply(&format!("a {form} b")), "a [redacted] b", "{form}");
        }
    }

    #[test]
    fn the_beginning_of_a_secret_before_a_cut_is_taken_out() {
        let redactor = Redactor::new(["topsecret-token"]);
        assert_eq!(redactor.apply("got \"topsecret-to… and t…"), "got \"[redacted]… and t…");
    }

    #[test]
    fn a_text_without_secrets_is_not_copied() {
        assert!(matches!(Redactor::new(["topsecret"]).apply("plain"), Cow::Borrowed("plain")));
    }
}
