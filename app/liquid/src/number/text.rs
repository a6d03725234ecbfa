//! Numbers as text.

/// A float's text as Ruby prints it: always with a fraction, very large and small ones with an
/// exponent.
pub(crate) fn float_text(number: f64) -> String {
    if number.is_nan() {
        return "NaN".into();
    }
    if number.is_infinite() {
        return if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .into();
    }
    if number == 0.0 || (1e-4..1e16).contains(&number.abs()) {
        let mut text = number.to_string();
        if !text.contains('.') {
            text.push_str(".0");
        }
        return text;
    }
    // Rust has `1e20`, Ruby `1.0e+20`, with two digits of exponent at least.
    let text = format!("{number:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let fraction = if mantissa.contains('.') { "" } else { ".0" };
    let (sign, digits) = exponent
        .strip_prefix('-')
        .map_or(("+", exponent), |digits| ("-", digits));
    let pad = if digits.len() < 2 { "0" } else { "" };
    [mantissa, fraction, "e", sign, pad, digits].concat()
}
