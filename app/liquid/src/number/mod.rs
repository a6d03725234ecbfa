//! Numbers: reading them from values and texts, decimal-exact arithmetic, and their text.
//!
//! Liquid's reference computes with decimals, so `10.1 | minus: 2.2` is 7.9. Here floats are
//! taken apart into whole digits and a scale, which is exact while 64 bits suffice; past that,
//! plain floating point.

mod decimal;
#[cfg(test)]
mod tests;
mod text;

use crate::problem::{Fault, Kind, Outcome};
use crate::value::{Value, is_space};
use decimal::Decimal;
pub(crate) use text::{float_text, int_text};

/// A number out of a value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Number {
    Int(i64),
    Float(f64),
}

/// The four operations and the remainder.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Plus,
    Minus,
    Times,
    DividedBy,
    Modulo,
}

impl Number {
    /// A value as a number; what is none counts as 0.
    pub(crate) fn of(value: &Value) -> Self {
        match value {
            Value::Int(number) => Self::Int(*number),
            Value::Float(number) => Self::Float(*number),
            Value::Str(text) => Self::of_text(text),
            _ => Self::Int(0),
        }
    }

    /// A text as a number: `12.5` is a float, else the whole number it starts with, else 0.
    fn of_text(text: &str) -> Self {
        let text = text.trim_matches(|character: char| character.is_ascii_whitespace());
        let digits = text.strip_prefix('-').unwrap_or(text);
        if let Some((whole, fraction)) = digits.split_once('.')
            && is_digits(whole)
            && is_digits(fraction)
        {
            return Self::Float(Decimal::read(text));
        }
        leading_int(text)
    }

    pub(crate) fn value(self) -> Value {
        match self {
            Self::Int(number) => Value::Int(number),
            Self::Float(number) => Value::Float(number),
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a float has 53 bits; past them arithmetic is approximate"
    )]
    pub(crate) fn as_f64(self) -> f64 {
        match self {
            Self::Int(number) => number as f64,
            Self::Float(number) => number,
        }
    }

    fn decimal(self) -> Option<Decimal> {
        match self {
            Self::Int(digits) => Some(Decimal { digits, scale: 0 }),
            Self::Float(number) => Decimal::of(number),
        }
    }

    fn is_zero(self) -> bool {
        matches!(self, Self::Int(0)) || self.as_f64() == 0.0
    }

    /// Computes `self operation other`. Two whole numbers give a whole number, division and
    /// remainder rounding down; an overflow gives a float.
    pub(crate) fn compute(self, operation: Operation, other: Self) -> Outcome<Self> {
        if other.is_zero() && matches!(operation, Operation::DividedBy | Operation::Modulo) {
            return Err(Fault::new(Kind::Arithmetic, &["divided by 0"]));
        }
        if let (Self::Int(a), Self::Int(b)) = (self, other) {
            let exact = match operation {
                Operation::Plus => a.checked_add(b),
                Operation::Minus => a.checked_sub(b),
                Operation::Times => a.checked_mul(b),
                Operation::DividedBy => floor_div(a, b),
                Operation::Modulo => Some(floor_mod(a, b)),
            };
            if let Some(exact) = exact {
                return Ok(Self::Int(exact));
            }
        } else if let Some(exact) = self
            .decimal()
            .zip(other.decimal())
            .and_then(|(a, b)| a.compute(operation, b))
        {
            return Ok(Self::Float(exact));
        }
        let (a, b) = (self.as_f64(), other.as_f64());
        Ok(Self::Float(match operation {
            Operation::Plus => a + b,
            Operation::Minus => a - b,
            Operation::Times => a * b,
            Operation::DividedBy => a / b,
            Operation::Modulo => a - b * (a / b).floor(),
        }))
    }

    pub(crate) fn abs(self) -> Self {
        match self {
            Self::Int(number) => number
                .checked_abs()
                .map_or_else(|| Self::Float(self.as_f64().abs()), Self::Int),
            Self::Float(number) => Self::Float(number.abs()),
        }
    }

    /// The nearest number with `places` decimals, halves away from zero; whole if there are none.
    pub(crate) fn round(self, places: i64) -> Outcome<Self> {
        if places > 0 && matches!(self, Self::Int(_)) {
            return Ok(self);
        }
        let places = i32::try_from(places.clamp(-20, 20)).unwrap_or(0);
        let rounded = self
            .decimal()
            .map(|decimal| decimal.round(places))
            .ok_or_else(not_finite)?;
        if places > 0 {
            Ok(Self::Float(rounded))
        } else {
            whole(rounded, self)
        }
    }

    pub(crate) fn ceil(self) -> Outcome<Self> {
        whole(self.as_f64().ceil(), self)
    }

    pub(crate) fn floor(self) -> Outcome<Self> {
        whole(self.as_f64().floor(), self)
    }

    pub(crate) fn is_less_than(self, other: Self) -> bool {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => a < b,
            _ => self.as_f64() < other.as_f64(),
        }
    }
}

fn not_finite() -> Fault {
    Fault::new(Kind::Arithmetic, &["the number is infinite or undefined"])
}

/// A float without fraction as a whole number; `was` if that already is one.
#[expect(
    clippy::cast_possible_truncation,
    reason = "inside the range of 64 bits, as checked"
)]
fn whole(number: f64, was: Number) -> Outcome<Number> {
    if !number.is_finite() {
        return Err(not_finite());
    }
    if number.abs() < 9.2e18 {
        // Int stays exact past the 53 bits of a float, unless rounding to tens changed it.
        if let Number::Int(exact) = was
            && same(exact, number)
        {
            return Ok(was);
        }
        return Ok(Number::Int(number as i64));
    }
    Ok(if matches!(was, Number::Int(_)) {
        was
    } else {
        Number::Float(number)
    })
}

/// Whether a whole number and a float are the same number.
#[expect(clippy::float_cmp, reason = "equality is what is asked")]
pub(crate) fn same(whole: i64, float: f64) -> bool {
    Number::Int(whole).as_f64() == float
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The whole number a text starts with, or 0; a float if it needs more than 64 bits.
fn leading_int(text: &str) -> Number {
    let signed = usize::from(text.starts_with(['-', '+']));
    let digits = text.as_bytes()[signed..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let number = &text[..signed + digits];
    read(number)
}

/// Digits with or without a sign or point; a float if they need more than 64 bits or have a point.
pub(crate) fn read(digits: &str) -> Number {
    digits.parse().map_or_else(
        |_| match Decimal::read(digits) {
            0.0 if !digits.contains('.') => Number::Int(0),
            number => Number::Float(number),
        },
        Number::Int,
    )
}

/// A value as a start or end of a range, which takes nil and any text.
pub(crate) fn range_bound(value: &Value) -> Outcome<i64> {
    match value {
        Value::Nil => Ok(0),
        Value::Str(text) => match leading_int(text.trim_start()) {
            Number::Int(number) => Ok(number),
            Number::Float(number) => Ok(saturate(number)),
        },
        other => integer(other),
    }
}

/// A value as a whole number, where anything else is refused.
pub(crate) fn integer(value: &Value) -> Outcome<i64> {
    match value {
        Value::Int(number) => return Ok(*number),
        // A literal or product past 64 bits: as far as one can count.
        Value::Float(number) if number.abs() >= 9.2e18 => return Ok(saturate(*number)),
        Value::Str(text) => {
            let text =
                text.trim_matches(|character: char| u8::try_from(character).is_ok_and(is_space));
            let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
            if is_digits(digits) {
                return Ok(text.parse().unwrap_or(if text.starts_with('-') {
                    i64::MIN
                } else {
                    i64::MAX
                }));
            }
        }
        _ => {}
    }
    Err(Fault::value("a whole number is needed here"))
}

/// A number of things; none if negative.
pub(crate) fn count(number: i64) -> usize {
    usize::try_from(number.max(0)).unwrap_or(usize::MAX)
}

/// The whole part of a float, as far as 64 bits go.
#[expect(
    clippy::cast_possible_truncation,
    reason = "`as` saturates, which is what is wanted"
)]
pub(crate) fn saturate(number: f64) -> i64 {
    number as i64
}

fn floor_div(a: i64, b: i64) -> Option<i64> {
    let quotient = a.checked_div(b)?;
    Some(if a.wrapping_rem(b) != 0 && (a < 0) != (b < 0) {
        quotient - 1
    } else {
        quotient
    })
}

fn floor_mod(a: i64, b: i64) -> i64 {
    if b == 0 {
        return 0;
    }
    let rest = a.wrapping_rem(b);
    if rest != 0 && (rest < 0) != (b < 0) {
        rest + b
    } else {
        rest
    }
}
