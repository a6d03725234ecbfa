//! Numbers as text.

use super::decimal::Decimal;

/// A whole number's text; one place, since each type's own `to_string` costs its size.
pub(crate) fn int_text(number: i64) -> String {
    number.to_string()
}

/// A float's text as Ruby prints it: always with a fraction, very large and small ones with an
/// exponent.
pub(crate) fn float_text(number: f64) -> String {
    let Some(Decimal { digits, scale }) = Decimal::of(number) else {
        return if number.is_nan() {
            "NaN"
        } else if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .into();
    };
    let sign = if number.is_sign_negative() { "-" } else { "" };
    let mut text = int_text(digits.saturating_abs());
    // Digits before the point.
    let point = i32::try_from(text.len()).unwrap_or(0) - scale;
    if digits == 0 {
        text = "0.0".into();
    } else if (-3..=16).contains(&point) {
        if point <= 0 {
            text = ["0.", &"0".repeat(place(-point)), &text].concat();
        } else if scale <= 0 {
            text = [&*text, &"0".repeat(place(-scale)), ".0"].concat();
        } else {
            text.insert(place(point), '.');
        }
    } else {
        if text.len() == 1 {
            text.push('0');
        }
        text.insert(1, '.');
        let exponent = point - 1;
        text.push_str(if exponent < 0 { "e-" } else { "e+" });
        text.push_str(if exponent.abs() < 10 { "0" } else { "" });
        text.push_str(&int_text(exponent.abs().into()));
    }
    [sign, &text].concat()
}

fn place(digits: i32) -> usize {
    usize::try_from(digits).unwrap_or(0)
}
