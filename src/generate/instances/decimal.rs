//! Exact decimal numbers: `0.1` is a tenth, so that multiples and bounds come out right.

use std::cmp::Ordering;

use serde_json::{Number, Value};

/// A number `digits · 10^exponent`, without zeros at the end of its digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    digits: i128,
    exponent: i32,
}

impl Decimal {
    pub(super) const ZERO: Self = Self { digits: 0, exponent: 0 };
    pub(super) const ONE: Self = Self { digits: 1, exponent: 0 };

    /// `digits · 10^exponent`.
    pub(super) fn new(digits: i128, exponent: i32) -> Self {
        let (mut digits, mut exponent) = (digits, exponent);
        if digits == 0 {
            return Self::ZERO;
        }
        while digits % 10 == 0 {
            digits /= 10;
            exponent = exponent.saturating_add(1);
        }
        Self { digits, exponent }
    }

    /// A JSON number, as it is written.
    pub(super) fn of(value: &Value) -> Option<Self> {
        Self::parse(&value.as_number()?.to_string())
    }

    fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
        Some(Self::new(digits, exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?))
    }

    /// The JSON number nearest to it; none beyond what JSON parsers keep.
    pub(super) fn to_json(self) -> Option<Value> {
        if self.exponent >= 0
            && let Some(whole) = self.aligned(0)
        {
            let exact = i64::try_from(whole).map(Number::from).or_else(|_| u64::try_from(whole).map(Number::from));
            if let Ok(number) = exact {
                return Some(Value::Number(number));
            }
        }
        Number::from_f64(self.as_f64()).map(Value::Number)
    }

    /// The binary number nearest to it.
    pub(super) fn as_f64(self) -> f64 {
        format!("{}e{}", self.digits, self.exponent).parse().unwrap_or(f64::INFINITY)
    }

    /// Its digits where the exponent is the smaller one `exponent`.
    fn aligned(self, exponent: i32) -> Option<i128> {
        let shift = u32::try_from(self.exponent.checked_sub(exponent)?).ok()?;
        10_i128.checked_pow(shift)?.checked_mul(self.digits)
    }

    fn together(self, other: Self) -> Option<(i128, i128, i32)> {
        let exponent = self.exponent.min(other.exponent);
        Some((self.aligned(exponent)?, other.aligned(exponent)?, exponent))
    }

    /// Which is larger.
    pub(super) fn compare(self, other: Self) -> Ordering {
        match self.together(other) {
            Some((own, others, _)) => own.cmp(&others),
            None => self.as_f64().partial_cmp(&other.as_f64()).unwrap_or(Ordering::Equal),
        }
    }

    /// Whether it has no fraction.
    pub(super) fn is_whole(self) -> bool {
        self.exponent >= 0
    }

    /// Whether it is a multiple of `step`.
    pub(super) fn is_multiple(self, step: Self) -> bool {
        match self.together(step) {
            Some((_, 0, _)) => true,
            Some((own, step, _)) => own % step == 0,
            // So far apart that alignment overflows: a larger power of ten is a multiple where the digits divide.
            None => self.exponent > step.exponent && step.digits != 0 && self.as_f64() % step.as_f64() == 0.0,
        }
    }

    /// The sum; none where it has too many digits.
    pub(super) fn plus(self, other: Self) -> Option<Self> {
        let (own, others, exponent) = self.together(other)?;
        Some(Self::new(own.checked_add(others)?, exponent))
    }

    /// The difference.
    pub(super) fn minus(self, other: Self) -> Option<Self> {
        self.plus(Self { digits: other.digits.checked_neg()?, ..other })
    }

    /// `times` times it.
    pub(super) fn times(self, times: i128) -> Option<Self> {
        Some(Self::new(self.digits.checked_mul(times)?, self.exponent))
    }

    /// Half of it.
    pub(super) fn half(self) -> Option<Self> {
        Some(Self::new(self.digits.checked_mul(5)?, self.exponent.checked_sub(1)?))
    }

    /// How often `step` goes into it, rounded down.
    pub(super) fn floor_of(self, step: Self) -> Option<i128> {
        let (own, step, _) = self.together(step)?;
        if step == 0 { None } else { Some(own.div_euclid(step)) }
    }

    /// The smallest number that is a multiple of both.
    pub(super) fn common_multiple(self, other: Self) -> Option<Self> {
        let (own, others, exponent) = self.together(other)?;
        let (mut a, mut b) = (own.checked_abs()?, others.checked_abs()?);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        if a == 0 { None } else { Some(Self::new((own / a).checked_mul(others)?.checked_abs()?, exponent)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn decimal(value: Value) -> Decimal {
        Decimal::of(&value).expect("a number")
    }

    #[test]
    fn decimals_are_exact_where_binary_fractions_are_not() {
        assert!(decimal(json!(0.07)).is_multiple(decimal(json!(0.01))));
        assert!(!decimal(json!(0.075)).is_multiple(decimal(json!(0.01))));
        assert_eq!(decimal(json!(0.1)).plus(decimal(json!(0.2))).and_then(Decimal::to_json), Some(json!(0.3)));
        assert_eq!(decimal(json!(6)).common_multiple(decimal(json!(0.8))), Some(decimal(json!(12))));
        assert!(decimal(json!(1e308)).compare(decimal(json!(5))) == Ordering::Greater);
        assert_eq!(decimal(json!(u64::MAX)).to_json(), Some(json!(u64::MAX)));
        assert_eq!(decimal(json!(1.0)), Decimal::ONE);
        assert_eq!(decimal(json!(-7)).floor_of(decimal(json!(2))), Some(-4));
    }
}
