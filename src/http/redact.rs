//! Credentials never reach a report: every text that leaves the program goes through a [`Redactor`].

use std::borrow::Cow;

/// What stands where a secret was.
pub const REDACTED: &str = "[redacted]";

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
            if secret.chars().count() < 4 {
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
        out
    }
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
    fn a_text_without_secrets_is_not_copied() {
        assert!(matches!(Redactor::new(["topsecret"]).apply("plain"), Cow::Borrowed("plain")));
    }
}
