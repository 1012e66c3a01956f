//! Scalars by the core schema of YAML 1.2.2 (§10.3).

use serde_json::{Number, Value};

/// How the text of a scalar becomes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resolution {
    /// Plain and without a tag: by its form.
    Core,
    /// Quoted, a block, or tagged `!!str`: the text itself.
    Text,
    /// Tagged `!!null`.
    Null,
    /// Tagged `!!bool`.
    Bool,
    /// Tagged `!!int`.
    Int,
    /// Tagged `!!float`.
    Float,
}

/// Why a scalar is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// `.inf`, `.nan`, `1e400`: JSON has no such number.
    NotJson,
    /// The text does not have the form that the tag demands.
    WrongForm,
}

/// The value of a scalar.
pub(super) fn resolve(text: &str, resolution: Resolution) -> Result<Value, Refusal> {
    let tagged = |found: Option<Value>| found.ok_or(Refusal::WrongForm);
    match resolution {
        Resolution::Text => Ok(Value::String(text.to_owned())),
        Resolution::Null => tagged(null(text)),
        Resolution::Bool => tagged(boolean(text)),
        Resolution::Int => integer(text).unwrap_or(Err(Refusal::WrongForm)),
        Resolution::Float => float(text).unwrap_or(Err(Refusal::WrongForm)),
        Resolution::Core => core(text),
    }
}

fn core(text: &str) -> Result<Value, Refusal> {
    // Most scalars are words: their first letter settles it.
    let may_be_special = text.is_empty() || text.starts_with(|first: char| "~nNtTfF.+-0123456789".contains(first));
    if !may_be_special {
        return Ok(Value::String(text.to_owned()));
    }
    if let Some(found) = null(text).or_else(|| boolean(text)) {
        return Ok(found);
    }
    integer(text).or_else(|| float(text)).unwrap_or_else(|| Ok(Value::String(text.to_owned())))
}

fn null(text: &str) -> Option<Value> {
    matches!(text, "" | "~" | "null" | "Null" | "NULL").then_some(Value::Null)
}

fn boolean(text: &str) -> Option<Value> {
    match text {
        "true" | "True" | "TRUE" => Some(Value::Bool(true)),
        "false" | "False" | "FALSE" => Some(Value::Bool(false)),
        _ => None,
    }
}

/// `[-+]?[0-9]+`, `0o[0-7]+`, `0x[0-9a-fA-F]+`; one too long for 64 bits is the nearest double.
fn integer(text: &str) -> Option<Result<Value, Refusal>> {
    for (prefix, radix) in [("0o", 8), ("0x", 16)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            return based(digits, radix);
        }
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let exact = text.parse::<i64>().map(Value::from).or_else(|_| text.parse::<u64>().map(Value::from));
    Some(exact.or_else(|_| finite(text)))
}

fn based(digits: &str, radix: u32) -> Option<Result<Value, Refusal>> {
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    let nearest = || {
        digits
            .chars()
            .filter_map(|digit| digit.to_digit(radix))
            .fold(0.0, |sum, digit| sum * f64::from(radix) + f64::from(digit))
    };
    Some(u64::from_str_radix(digits, radix).map(Value::from).or_else(|_| number(nearest())))
}

/// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`, `[-+]?\.inf`, `\.nan`.
fn float(text: &str) -> Option<Result<Value, Refusal>> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some(Err(Refusal::NotJson));
    }
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).map_or((unsigned, None), |(m, e)| (m, Some(e)));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mantissa_fits = digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    let exponent_fits = exponent.is_none_or(|exponent| {
        let unsigned = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !unsigned.is_empty() && digits(unsigned)
    });
    (mantissa_fits && exponent_fits).then(|| finite(text))
}

fn finite(text: &str) -> Result<Value, Refusal> {
    text.parse::<f64>().map_err(|_| Refusal::WrongForm).and_then(number)
}

fn number(value: f64) -> Result<Value, Refusal> {
    Number::from_f64(value).map(Value::Number).ok_or(Refusal::NotJson)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn plain(text: &str) -> Value {
        resolve(text, Resolution::Core).expect(text)
    }

    #[test]
    fn plain_scalars_follow_the_core_schema() {
        for (text, value) in [
            ("", Value::Null),
            ("~", Value::Null),
            ("Null", Value::Null),
            ("True", json!(true)),
            ("FALSE", json!(false)),
            ("010", json!(10)),
            ("+12", json!(12)),
            ("-7", json!(-7)),
            ("0o17", json!(15)),
            ("0xfF", json!(255)),
            ("18446744073709551615", json!(u64::MAX)),
            ("1.5", json!(1.5)),
            (".5", json!(0.5)),
            ("1.", json!(1.0)),
            ("1e3", json!(1000.0)),
            ("-1.5E-1", json!(-0.15)),
        ] {
            assert_eq!(plain(text), value, "{text}");
        }
    }

    #[test]
    fn all_else_is_text() {
        for text in [
            "on",
            "no",
            "yes",
            "Y",
            "nUll",
            "tRUE",
            "2001-12-14",
            "2001-99-99T00:00:00Z",
            "1_000",
            "0b1",
            "0o9",
            "0x",
            "1.2.3",
            "3.0.1",
            ".",
            "-",
            "+",
            "e5",
            "1e",
            "12:30:45",
            "=",
            "-.nan",
            "1,5",
            "NaN",
            "Infinity",
        ] {
            assert_eq!(plain(text), json!(text), "{text}");
        }
    }

    #[test]
    fn an_integer_beyond_64_bits_is_the_nearest_double() {
        assert_eq!(plain("-9223372036854776000"), json!(-9.223372036854776e18));
        assert_eq!(plain("0xffffffffffffffffff"), json!(4.722366482869645e21));
    }

    #[test]
    fn a_number_that_json_cannot_hold_is_refused() {
        for text in [".inf", "-.INF", ".nan", "1e400", &"9".repeat(400)] {
            assert_eq!(resolve(text, Resolution::Core), Err(Refusal::NotJson), "{text}");
        }
    }

    #[test]
    fn a_tag_overrides_the_form_and_must_fit_it() {
        assert_eq!(resolve("12", Resolution::Text), Ok(json!("12")));
        assert_eq!(resolve("12", Resolution::Float), Ok(json!(12.0)));
        assert_eq!(resolve("twelve", Resolution::Int), Err(Refusal::WrongForm));
        assert_eq!(resolve("yes", Resolution::Bool), Err(Refusal::WrongForm));
    }
}
