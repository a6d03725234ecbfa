//! Floats taken apart into whole digits and a scale.

use super::{Number, Operation, floor_mod};

/// `digits / 10^scale`.
#[derive(Clone, Copy)]
pub(super) struct Decimal {
    pub(super) digits: i64,
    pub(super) scale: u32,
}

impl Decimal {
    /// The shortest decimal that reads back as `number`, if it fits.
    pub(super) fn of(number: f64) -> Option<Self> {
        if number != 0.0 && !(1e-15..1e15).contains(&number.abs()) {
            return None;
        }
        let text = number.to_string();
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let digits = [whole, fraction].concat().parse().ok()?;
        Some(Self {
            digits,
            scale: u32::try_from(fraction.len()).ok()?,
        })
    }

    fn scaled(self, scale: u32) -> Option<i64> {
        self.digits
            .checked_mul(10i64.checked_pow(scale - self.scale)?)
    }

    pub(super) fn compute(self, operation: Operation, other: Self) -> Option<f64> {
        if operation == Operation::Times {
            let digits = self.digits.checked_mul(other.digits)?;
            return Some(
                Self {
                    digits,
                    scale: self.scale + other.scale,
                }
                .to_f64(),
            );
        }
        let scale = self.scale.max(other.scale);
        let (a, b) = (self.scaled(scale)?, other.scaled(scale)?);
        let digits = match operation {
            Operation::Plus => a.checked_add(b)?,
            Operation::Minus => a.checked_sub(b)?,
            Operation::Modulo => floor_mod(a, b),
            _ => return Some(Number::Int(a).as_f64() / Number::Int(b).as_f64()),
        };
        Some(Self { digits, scale }.to_f64())
    }

    pub(super) fn round(self, places: i32) -> Option<f64> {
        let Some(drop) = i32::try_from(self.scale)
            .ok()?
            .checked_sub(places)
            .and_then(|drop| u32::try_from(drop).ok())
        else {
            return Some(self.to_f64());
        };
        let Some(unit) = 10i64.checked_pow(drop) else {
            return Some(0.0);
        };
        let (quotient, rest) = (self.digits / unit, self.digits % unit);
        let away = i64::from(rest.unsigned_abs() >= unit.unsigned_abs().div_ceil(2) && rest != 0);
        let digits = quotient + away * self.digits.signum();
        match u32::try_from(places) {
            Ok(scale) => Some(Self { digits, scale }.to_f64()),
            Err(_) => Some(
                Number::Int(digits.checked_mul(10i64.checked_pow(places.unsigned_abs())?)?)
                    .as_f64(),
            ),
        }
    }

    fn to_f64(self) -> f64 {
        // Both exact, so that the division rounds once.
        if self.digits.unsigned_abs() < 1 << 53
            && let Ok(power @ ..=22) = i32::try_from(self.scale)
        {
            return Number::Int(self.digits).as_f64() / 10f64.powi(power);
        }
        [&*self.digits.to_string(), "e-", &self.scale.to_string()]
            .concat()
            .parse()
            .unwrap_or(f64::NAN)
    }
}
