//! Credentials never reach a report: every text that leaves the program goes through a [`Redactor`].

use std::borrow::Cow;
use std::sync::{Arc, PoisonError, RwLock};

/// What stands where a secret was.
pub const REDACTED: &str = "[redacted]";

/// Stands where a text was cut.
const CUT: char = '…';
/// Fewer characters than these are no secret: taking them out would garble the report.
const SHORTEST: usize = 4;
/// From so many characters on, three quarters of a secret are one.
const LONG: usize = 16;

/// Knows the secrets of a run and takes them out of text.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    secrets: Vec<String>,
    /// What is taken out: the secrets and what is nearly one. Longest first, so that one that holds another goes whole.
    hidden: Vec<String>,
    learnt: Learnt,
}

/// Secrets that are learnt while a run goes on, such as a token that is renewed. Its clones share them.
#[derive(Clone, Default)]
pub struct Learnt(Arc<RwLock<Vec<String>>>);

impl Learnt {
    /// Remembers a secret.
    pub fn add(&self, secret: &str) {
        if secret.chars().count() >= SHORTEST {
            self.0.write().unwrap_or_else(PoisonError::into_inner).extend(disguises(secret));
        }
    }
}

impl PartialEq for Learnt {
    /// What is learnt says nothing of what a target is.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl std::fmt::Debug for Learnt {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(REDACTED)
    }
}

/// A secret in every form in which it is told: as [`forms`] has it, encoded, and with an end cut off.
fn disguises(secret: &str) -> Vec<String> {
    let mut all: Vec<String> = forms(secret).into();
    let length = secret.chars().count();
    if length >= LONG {
        // Three bytes are four digits: whatever stands behind it, these are the same.
        let base64 = super::base64::encode(&secret.as_bytes()[..secret.len() / 3 * 3]);
        all.push(base64.replace('+', "-").replace('/', "_"));
        all.push(base64);
        all.push(secret.bytes().map(|byte| format!("{byte:02x}")).collect());
        let most = length * 3 / 4;
        all.push(secret.chars().take(most).collect());
        all.push(secret.chars().skip(length - most).collect());
    }
    all
}

/// A secret as it is, and in the forms that JSON text and URLs give it.
fn forms(secret: &str) -> [String; 3] {
    let json = serde_json::Value::from(secret).to_string();
    let encoded = |byte: u8| {
        let plain = byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
        if plain { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    [json[1..json.len() - 1].to_owned(), secret.bytes().map(encoded).collect(), secret.to_owned()]
}

/// Each form that `write` gives those that are long enough, longest first.
fn written<S, F>(secrets: impl IntoIterator<Item = S>, write: fn(&str) -> F) -> Vec<String>
where
    S: AsRef<str>,
    F: IntoIterator<Item = String>,
{
    let long = |secret: &S| secret.as_ref().chars().count() >= SHORTEST;
    let mut all = secrets.into_iter().filter(long).flat_map(|secret| write(secret.as_ref())).collect();
    sort(&mut all);
    all
}

/// Longest first, each once.
fn sort(all: &mut Vec<String>) {
    all.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    all.dedup();
}

impl Redactor {
    /// A redactor for these secrets. Each is also known in the forms that JSON text, URLs, Base64 and hexadecimal digits
    /// give it, and a long one by three quarters of it.
    /// Anything of fewer than four characters is no secret: taking it out would garble the report.
    pub fn new<S: AsRef<str>>(secrets: impl IntoIterator<Item = S>) -> Self {
        let secrets = written(secrets, disguises);
        Self { hidden: secrets.clone(), secrets, learnt: Learnt::default() }
    }

    /// The same, which takes out what is nearly a secret as well.
    #[must_use]
    pub fn hiding<S: AsRef<str>>(mut self, alike: impl IntoIterator<Item = S>) -> Self {
        self.hidden.extend(written(alike, forms));
        sort(&mut self.hidden);
        self
    }

    /// The same, which takes out what is learnt as well.
    #[must_use]
    pub fn learning(self, learnt: &Learnt) -> Self {
        Self { learnt: learnt.clone(), ..self }
    }

    /// Whether there is nothing to take out.
    pub fn is_empty(&self) -> bool {
        self.hidden.is_empty()
    }

    /// The secrets, in every form they take. Whoever asks must not show them.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.secrets.iter().map(String::as_str)
    }

    /// The text without any secret.
    pub fn apply<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut out = Cow::Borrowed(text);
        let learnt = self.learnt.0.read().unwrap_or_else(PoisonError::into_inner);
        if self.is_empty() && learnt.is_empty() {
            return out;
        }
        for secret in &self.hidden {
            if out.contains(secret.as_str()) {
                out = Cow::Owned(out.replace(secret.as_str(), REDACTED));
            }
        }
        for secret in learnt.iter() {
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
                    out.len() - self.hidden.iter().map(|secret| beginning_at_end(&out, secret)).max().unwrap_or(0);
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
    fn a_long_secret_is_known_encoded_and_cut() {
        let redactor = Redactor::new(["s3cr3t-Tok_en.012"]);
        for form in ["czNjcjN0LVRva19lbi4w", "73336372", "s3cr3t-Tok_e", "3t-Tok_en.012"] {
            let shown = redactor.apply(form).into_owned();
            assert_eq!(shown.contains(REDACTED), form != "73336372", "{form}: {shown}");
        }
        assert_eq!(redactor.apply("s3cr3t"), "s3cr3t", "what is shorter tells little");
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
