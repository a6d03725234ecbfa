//! Floats taken apart into whole digits and a scale, read and written without the standard
//! library's float tables, which would be a quarter of this crate in WASM.

use super::{Number, Operation, floor_mod};

/// `digits / 10^scale`.
#[derive(Clone, Copy)]
pub(super) struct Decimal {
    pub(super) digits: i64,
    pub(super) scale: i32,
}

/// Digits up to here are exact as a float, and one more still fits 64 bits.
const EXACT: u64 = 1 << 53;

impl Decimal {
    /// The shortest decimal that reads back as `number`; none for an infinite or undefined one.
    pub(super) fn of(number: f64) -> Option<Self> {
        // serde_json carries the shortest-digits algorithm that the app links anyway.
        let text = serde_json::Number::from_f64(number)?.to_string();
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let fraction = fraction.trim_end_matches('0');
        let digits: i64 = [whole, fraction].concat().parse().ok()?;
        let exponent: i32 = exponent.parse().ok()?;
        let scale = i32::try_from(fraction.len()).ok()? - exponent;
        Some(Self { digits, scale })
    }

    /// Reads digits with a point or without. Past 15 digits the rest is cut off.
    pub(super) fn read(text: &str) -> f64 {
        let mut decimal = Self {
            digits: 0,
            scale: 0,
        };
        let mut fraction = 0;
        for byte in text.bytes() {
            match byte {
                b'.' => fraction = 1,
                b'0'..=b'9' if decimal.digits < 1 << 49 => {
                    decimal.digits = decimal.digits * 10 + i64::from(byte - b'0');
                    decimal.scale += fraction;
                }
                b'0'..=b'9' => decimal.scale -= 1 - fraction,
                _ => {}
            }
        }
        let number = decimal.to_f64();
        if text.starts_with('-') {
            -number
        } else {
            number
        }
    }

    /// The digits at a larger scale.
    fn scaled(self, scale: i32) -> Option<i64> {
        let zeros = u32::try_from(scale - self.scale).ok()?;
        self.digits.checked_mul(10i64.checked_pow(zeros)?)
    }

    /// Computes exactly, or not at all.
    pub(super) fn compute(self, operation: Operation, other: Self) -> Option<f64> {
        let scale = self.scale.max(other.scale);
        let (digits, scale) = if operation == Operation::Times {
            (
                self.digits.checked_mul(other.digits)?,
                self.scale + other.scale,
            )
        } else {
            let (a, b) = (self.scaled(scale)?, other.scaled(scale)?);
            let digits = match operation {
                Operation::Plus => a.checked_add(b)?,
                Operation::Minus => a.checked_sub(b)?,
                Operation::Modulo => floor_mod(a, b),
                _ => return Some(Number::Int(a).as_f64() / Number::Int(b).as_f64()),
            };
            (digits, scale)
        };
        Some(Self { digits, scale })
            .filter(|exact| exact.is_exact())
            .map(Self::to_f64)
    }

    /// Whether one float operation gives the number, rounded once.
    fn is_exact(self) -> bool {
        self.digits.unsigned_abs() <= EXACT && self.scale.unsigned_abs() <= 22
    }

    /// The decimal with so many places, halves away from zero.
    pub(super) fn round(self, places: i32) -> f64 {
        let Ok(drop) = u32::try_from(self.scale - places) else {
            return self.to_f64();
        };
        let Some(unit) = 10i64.checked_pow(drop) else {
            return 0.0;
        };
        let (quotient, rest) = (self.digits / unit, self.digits % unit);
        let away = i64::from(rest != 0 && rest.unsigned_abs() >= unit.unsigned_abs().div_ceil(2));
        let digits = quotient + away * self.digits.signum();
        Self {
            digits,
            scale: places,
        }
        .to_f64()
    }

    fn to_f64(self) -> f64 {
        let digits = Number::Int(self.digits).as_f64();
        let power = 10f64.powi(self.scale.abs());
        if self.scale > 0 {
            digits / power
        } else {
            digits * power
        }
    }
}
