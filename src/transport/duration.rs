use std::time::Duration;

/// A text that is no duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no duration above zero: write a number and its unit, like `500ms`, `5s` or `2m`")]
pub struct DurationError(String);

const UNITS: [(&str, f64); 4] = [("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0)];

/// Reads `500ms`, `5s`, `1.5s`, `2m` or `1h`.
///
/// # Errors
/// [`DurationError`] where the unit is missing or unknown, or the number is none, not above zero, or beyond all use.
pub fn parse_duration(text: &str) -> Result<Duration, DurationError> {
    let text = text.trim();
    let digits = text.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    let unit = text[digits.len()..].trim();
    UNITS
        .iter()
        .find(|(name, _)| *name == unit)
        .zip(digits.trim().parse::<f64>().ok())
        .and_then(|((_, seconds), number)| Duration::try_from_secs_f64(number * seconds).ok())
        .filter(|duration| !duration.is_zero() && *duration < Duration::from_secs(1_000_000_000))
        .ok_or_else(|| DurationError(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_with_its_unit_is_a_duration() {
        for (text, milliseconds) in
            [("500ms", 500), ("5s", 5_000), ("1.5s", 1_500), ("2m", 120_000), ("1 h", 3_600_000)]
        {
            assert_eq!(parse_duration(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "5", "s", "5 parsecs", "-1s", "0s", "NaNs", "infs", "1e300h", "é"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }
}
