//! What became of messages, counted and logged: nothing is dropped in silence.

use domain::people::Principal;
use domain::validate::FieldErrors;
use service::messages::Fate;

use super::message::{About, in_segments_words_of_device};
use super::{BATCH_MESSAGES_MAX, Kind};

/// Counts what became of a message; one whose kind cannot be read has none.
pub(super) fn count(kind: impl Into<Option<Kind>>, fate: &Fate) {
    let kind = kind.into().map_or("unknown", Kind::name);
    let fate = match fate {
        Fate::Taken => "taken",
        Fate::Repeated => "repeated",
        Fate::Refused(_) => "refused",
    };
    metrics::counter!("carillon_segment_messages_total", "kind" => kind, "fate" => fate)
        .increment(1);
}

/// How much of one request is logged line by line.
const LINES_MAX: usize = 20;

/// Logs what of one request could not be taken: the first of it line by line, the
/// rest as one line.
pub(super) struct Tally {
    key: String,
    lines: usize,
    more: More,
}

/// What had no line of its own.
#[derive(Debug, Default, PartialEq, Eq)]
struct More {
    messages: usize,
    devices: usize,
    traits: usize,
}

impl Tally {
    pub(super) fn of(by: &Principal) -> Self {
        Self {
            key: by.actor(),
            lines: 0,
            more: More::default(),
        }
    }

    /// Whether there is a line left; takes it.
    const fn line(&mut self) -> bool {
        let left = self.lines < LINES_MAX;
        if left {
            self.lines += 1;
        }
        left
    }

    /// A message of a batch that was refused while others were taken.
    pub(super) fn refused(&mut self, n: usize, id: &str, errors: &FieldErrors) {
        if !self.line() {
            self.more.messages += 1;
            return;
        }
        let reason = short(&errors.to_string());
        tracing::warn!(
            key = self.key,
            place = n,
            id = short(id),
            reason,
            "a message was refused"
        );
    }

    /// A message of a batch that is longer than it may be.
    pub(super) const fn past_the_limit(&mut self) {
        self.more.messages += 1;
    }

    /// A device that was not registered, or an alias that did not move everything.
    /// Returns why, in Segment's words.
    pub(super) fn refused_device(&mut self, about: &About, errors: FieldErrors) -> String {
        metrics::counter!("carillon_segment_devices_refused_total").increment(1);
        let why = in_segments_words_of_device(errors).to_string();
        if !self.line() {
            self.more.devices += 1;
            return why;
        }
        let reason = short(&why);
        let contact = short(&about.external_id);
        if about.kind == Kind::Alias {
            tracing::warn!(
                key = self.key,
                contact,
                reason,
                "a device was not registered, or an alias did not move everything"
            );
        } else {
            tracing::warn!(
                key = self.key,
                contact,
                reason,
                "a device was not registered"
            );
        }
        why
    }

    /// The traits of a message that cannot be kept.
    pub(super) fn left_out(&mut self, about: &About) {
        for field in &about.left_out {
            metrics::counter!("carillon_segment_traits_left_out_total").increment(1);
            if !self.line() {
                self.more.traits += 1;
                continue;
            }
            let field = short(field);
            tracing::info!(
                key = self.key,
                field,
                "this cannot be kept and was left out"
            );
        }
    }

    /// Says how much there was beyond the lines.
    pub(super) fn finish(self) {
        if self.more != More::default() {
            let (messages, devices, traits) =
                (self.more.messages, self.more.devices, self.more.traits);
            tracing::warn!(
                key = self.key,
                messages,
                devices,
                traits,
                "more of the same request was refused or left out; a batch may hold \
                 {BATCH_MESSAGES_MAX} messages"
            );
        }
    }
}

/// The beginning of a text that came from outside, for the log.
fn short(text: &str) -> String {
    const MOST: usize = 300;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars().take(MOST).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doors::segment::message::read;
    use crate::doors::segment::times::Times;
    use domain::Timestamp;
    use serde_json::json;

    #[test]
    fn everything_of_one_request_shares_its_lines() {
        let lists: serde_json::Map<_, _> = (0..30).map(|n| (n.to_string(), json!([]))).collect();
        let message = json!({"userId": "ada", "traits": lists});
        let times = Times::new(Timestamp(0), None, true);
        let said = serde_json::from_value(message).expect("a message");
        let (_, about) = read(Kind::Identify, said, &times).expect("a message");
        let mut tally = Tally::of(&Principal::System);
        for n in 0..15 {
            tally.refused(n, "", &FieldErrors::default());
        }
        tally.left_out(&about);
        tally.refused(15, "", &FieldErrors::default());
        let _why = tally.refused_device(&about, FieldErrors::default());
        tally.past_the_limit();
        assert_eq!(tally.lines, LINES_MAX);
        let more = More {
            messages: 2,
            devices: 1,
            traits: 25,
        };
        assert_eq!(tally.more, more);
    }
}
