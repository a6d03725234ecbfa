//! How a time to live is entered.

const UNITS: [(&str, u32); 4] = [
    ("days", 86_400),
    ("hours", 3600),
    ("minutes", 60),
    ("seconds", 1),
];

/// The largest unit that holds a time to live without a remainder.
pub(super) fn amount_of(seconds: u32) -> (u32, &'static str) {
    if seconds == 0 {
        return (0, "hours");
    }
    let whole = UNITS
        .iter()
        .find(|(name, size)| seconds.is_multiple_of(*size) && (*name != "days" || seconds > *size));
    whole.map_or((seconds, "seconds"), |(name, size)| (seconds / size, *name))
}

/// An amount of a unit in seconds; nothing if it is no whole number.
pub(super) fn seconds_of(amount: &str, unit: &str) -> Option<u32> {
    let size = UNITS
        .iter()
        .find(|(name, _)| *name == unit)
        .map_or(3600, |(_, size)| *size);
    amount.trim().parse::<u32>().ok()?.checked_mul(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_as_hours_and_a_week_as_days() {
        assert_eq!(
            (amount_of(86_400), amount_of(604_800), amount_of(90)),
            ((24, "hours"), (7, "days"), (90, "seconds"))
        );
    }
}
