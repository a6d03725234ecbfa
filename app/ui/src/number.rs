//! Numbers as people read them.

/// Groups of three: `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 contact`, `1,200 contacts`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        grouped(number),
        if number == 1 { one } else { many }
    )
}

/// A share in whole percent that never says 0 % of something or 100 % of less
/// than all.
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 || part == 0 {
        return "0%".to_owned();
    }
    let exact = u128::from(part) * 1000 / u128::from(whole);
    match exact {
        0..10 => "<1%".to_owned(),
        _ if part < whole && exact >= 995 => ">99%".to_owned(),
        _ => format!("{}%", (exact + 5) / 10),
    }
}

/// A span as "12 s", "4 min", "2 h 5 min".
pub fn span_text(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds}\u{a0}s"),
        60..3600 => format!("{}\u{a0}min", seconds.div_ceil(60)),
        _ => format!("{}\u{a0}h {}\u{a0}min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_numbers_are_grouped_by_three() {
        assert_eq!(
            [grouped(0), grouped(999), grouped(1000), grouped(1_234_567)],
            ["0", "999", "1,000", "1,234,567"]
        );
    }

    #[test]
    fn one_is_singular() {
        assert_eq!(
            (
                counted(1, "contact", "contacts"),
                counted(0, "contact", "contacts")
            ),
            ("1 contact".into(), "0 contacts".into())
        );
    }

    #[test]
    fn a_small_share_is_not_called_nothing_and_a_large_one_not_all() {
        assert_eq!(
            [
                percent(1, 1000),
                percent(999, 1000),
                percent(1, 3),
                percent(5, 5)
            ],
            ["<1%", ">99%", "33%", "100%"]
        );
    }

    #[test]
    fn the_largest_share_does_not_overflow() {
        assert_eq!(percent(u64::MAX, u64::MAX), "100%");
    }
}
