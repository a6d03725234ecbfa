//! Times as RFC 3339 texts, as the API writes and reads them.

use domain::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

/// A moment, such as `2026-11-22T03:21:44.120Z`. Any offset is read; UTC is
/// written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, format = DateTime, example = "2026-11-22T03:21:44.120Z")]
pub struct Time(pub Timestamp);

impl From<Timestamp> for Time {
    fn from(at: Timestamp) -> Self {
        Self(at)
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match jiff::Timestamp::from_millisecond(self.0.as_millis()) {
            Ok(at) => serializer.collect_str(&at),
            // Past the year 9999: no such text.
            Err(_) => serializer.serialize_none(),
        }
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse::<jiff::Timestamp>()
            .map(|at| Self(Timestamp(at.as_millisecond())))
            .map_err(|_| {
                D::Error::custom(format!(
                    "“{text}” is not an RFC 3339 time such as 2026-11-22T03:21:44Z"
                ))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_any_offset_and_written_in_utc() {
        let time: Time = serde_json::from_str("\"2026-11-22T04:21:44.12+01:00\"").expect("a time");
        assert_eq!(
            serde_json::to_string(&time).expect("text"),
            "\"2026-11-22T03:21:44.12Z\""
        );
        for wrong in [
            "1",
            "\"\"",
            "\"2026-11-22\"",
            "\"2026-13-01T00:00:00Z\"",
            "null",
        ] {
            assert!(serde_json::from_str::<Time>(wrong).is_err(), "{wrong}");
        }
    }
}
