//! When a message's event happened.

use domain::Timestamp;

use super::fields::Fields;
use domain::validate::FieldErrors;

/// What is known of the clocks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    received: Timestamp,
    sent: Option<Timestamp>,
    corrects: bool,
}

impl Times {
    /// `sent` is when the batch was sent, by the sender's clock. Times of long
    /// ago are not corrected.
    pub(super) const fn new(received: Timestamp, sent: Option<Timestamp>, corrects: bool) -> Self {
        Self {
            received,
            sent,
            corrects,
        }
    }

    /// When a message's event happened: `timestamp`, moved by what the sender's
    /// clock was wrong when it sent, `receivedAt - sentAt`
    /// (<https://segment.com/docs/connections/spec/common/#timestamps>).
    pub(super) fn of(&self, fields: &Fields, errors: &mut FieldErrors) -> Timestamp {
        let sent = moment(fields, "sentAt", errors).or(self.sent);
        let said = moment(fields, "timestamp", errors)
            .or_else(|| moment(fields, "originalTimestamp", errors));
        let Some(said) = said else {
            return self.received;
        };
        match sent.filter(|_| self.corrects) {
            Some(sent) => {
                let late = self.received.as_millis().saturating_sub(sent.as_millis());
                said.plus_millis(late)
            }
            None => said,
        }
    }
}

/// The moment in this field.
pub(super) fn moment(
    fields: &Fields,
    name: &'static str,
    errors: &mut FieldErrors,
) -> Option<Timestamp> {
    let text = fields.text(name, errors)?;
    let at = text.parse::<jiff::Timestamp>().ok();
    if at.is_none() {
        errors.add(name, "is not a time such as 2026-11-22T03:21:44.120Z");
    }
    at.map(|at| Timestamp(at.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: Timestamp = Timestamp(1_795_305_600_000);

    fn at(times: Times, message: serde_json::Value) -> (i64, FieldErrors) {
        let mut errors = FieldErrors::default();
        let fields = Fields(message.as_object().expect("an object").clone());
        let at = times.of(&fields, &mut errors).as_millis() - NOW.as_millis();
        (at, errors)
    }

    #[test]
    fn a_clock_that_is_wrong_is_set_right_by_when_it_sent() {
        // The sender's clock is an hour fast; the event is 5 s old when sent.
        let said = json!({"timestamp": "2026-11-22T00:59:55Z", "sentAt": "2026-11-22T01:00:00Z"});
        let times = Times::new(NOW, None, true);
        assert_eq!(at(times, said.clone()), (-5000, FieldErrors::default()));
        let batch = Times::new(NOW, Some(NOW.plus_seconds(3600)), true);
        let said_alone = json!({"timestamp": "2026-11-22T00:59:55+00:00"});
        assert_eq!(at(batch, said_alone.clone()).0, -5000);
        assert_eq!(
            at(times, said_alone.clone()).0,
            3_595_000,
            "nothing to set it by"
        );
        let import = Times::new(NOW, Some(NOW.plus_seconds(3600)), false);
        assert_eq!(
            at(import, said_alone).0,
            3_595_000,
            "times of long ago stay"
        );
        assert_eq!(at(times, json!({})).0, 0, "now");
    }

    #[test]
    fn what_is_no_time_is_named() {
        let times = Times::new(NOW, None, true);
        for wrong in [json!("yesterday"), json!(17), json!({})] {
            let (_, errors) = at(times, json!({"timestamp": wrong}));
            assert!(errors.of("timestamp").is_some(), "{errors}");
        }
    }
}
