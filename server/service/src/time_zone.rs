//! Time zones: whether one exists, and the account's days in it.

use domain::Timestamp;
use domain::validate::FieldErrors;
use jiff::tz::TimeZone;

/// Checks that a well-formed zone is one that the time-zone database has. An
/// empty text clears the field and is right.
pub(crate) fn check(zone: Option<&str>, errors: &mut FieldErrors) {
    if let Some(zone) = zone.filter(|zone| !zone.is_empty())
        && errors.of("time_zone").is_none()
        && TimeZone::get(zone).is_err()
    {
        errors.add(
            "time_zone",
            format!("“{zone}” is not a time zone; an example is Europe/Berlin"),
        );
    }
}

/// Whether there is such a time zone.
pub fn is_known(zone: &str) -> bool {
    TimeZone::get(zone).is_ok()
}

/// The day, counted from 1970-01-01, that `at` falls on in `zone`. A zone that
/// is not known counts as UTC.
pub fn day_of(at: Timestamp, zone: &str) -> i32 {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let offset = jiff::Timestamp::from_millisecond(at.as_millis())
        .map_or(0, |at| i64::from(zone.to_offset(at).seconds()));
    let seconds = at.as_seconds().saturating_add(offset);
    i32::try_from(seconds.div_euclid(86_400)).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_the_accounts_own_midnight() {
        // 2026-11-22T23:30:00Z is the 23rd in Berlin.
        let at = Timestamp(1_795_390_200_000);
        assert_eq!(day_of(at, "UTC") + 1, day_of(at, "Europe/Berlin"));
        assert_eq!(day_of(at, "UTC"), day_of(at, "America/New_York"));
        assert_eq!(day_of(at, "Nowhere/At_All"), day_of(at, "UTC"));
    }

    #[test]
    fn a_zone_that_does_not_exist_is_named() {
        let mut errors = FieldErrors::default();
        check(Some("Europe/Berlin"), &mut errors);
        check(Some(""), &mut errors);
        check(None, &mut errors);
        assert!(errors.is_empty(), "{errors}");
        check(Some("Europe/Atlantis"), &mut errors);
        assert!(errors.of("time_zone").is_some());
    }
}
