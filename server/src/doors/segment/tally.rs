//! What became of messages, counted and logged: nothing is dropped in silence.

use domain::people::Principal;
use domain::validate::FieldErrors;
use service::messages::Fate;

use super::Kind;
use super::message::{About, in_segments_words_of_device};

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

/// Logs what of one caller's messages could not be taken.
pub(super) struct Tally {
    pub(super) key: String,
}

impl Tally {
    pub(super) fn of(by: &Principal) -> Self {
        Self { key: by.actor() }
    }

    /// A message of a batch that was refused while others were taken.
    pub(super) fn refused(&self, n: usize, id: &str, errors: &FieldErrors) {
        let reason = short(&errors.to_string());
        tracing::warn!(
            key = self.key,
            place = n,
            id = short(id),
            reason,
            "a message was refused"
        );
    }

    pub(super) fn refused_device(&self, about: &About, errors: FieldErrors) {
        metrics::counter!("carillon_segment_devices_refused_total").increment(1);
        let reason = short(&in_segments_words_of_device(errors).to_string());
        let contact = short(&about.external_id);
        tracing::warn!(
            key = self.key,
            contact,
            reason,
            "a device was not registered"
        );
    }

    pub(super) fn left_out(&self, about: &About) {
        for field in &about.left_out {
            metrics::counter!("carillon_segment_traits_left_out_total").increment(1);
            let field = short(field);
            tracing::info!(
                key = self.key,
                field,
                "this cannot be kept and was left out"
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
