//! The payload's bytes against what the push service takes, in words.

use domain::{device::Channel, payload, validate::FieldErrors};
use ui::grouped;

use super::{look::Look, mistakes::nothing_yet};

/// What is said of the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weighed {
    /// Bytes that count; none while there is no payload.
    pub counted: Option<usize>,
    /// Bytes that the push service takes.
    pub limit: usize,
    /// The count in words.
    pub words: String,
    /// Its colour family.
    pub tone: &'static str,
    /// What is too much.
    pub over: Option<String>,
}

impl Weighed {
    /// Weighs a push.
    pub fn of(look: &Result<Look, FieldErrors>) -> Self {
        let channel = look.as_ref().map_or(Channel::Apns, |look| look.channel);
        let limit = payload::limit(channel);
        let counted = look.as_ref().ok().map(|look| look.counted);
        let words = match look {
            Ok(look) => format!(
                "{} of {} bytes to {}",
                grouped(look.counted as u64),
                grouped(limit as u64),
                channel.label()
            ),
            Err(errors) if nothing_yet(errors) => "Write a title or a text".to_owned(),
            Err(_) => "No payload while there is a mistake".to_owned(),
        };
        let tone = match counted {
            Some(counted) if counted > limit => "rejected",
            Some(counted) if counted > limit * 9 / 10 => "paused",
            _ => "plain",
        };
        let too_much = counted.and_then(|counted| counted.checked_sub(limit));
        let over = too_much.filter(|over| *over > 0).map(|over| {
            format!(
                "Too large by {} bytes for this contact: it would not be sent.",
                grouped(over as u64)
            )
        });
        Self {
            counted,
            limit,
            words,
            tone,
            over,
        }
    }

    /// How far the bar goes.
    pub fn filled(&self) -> usize {
        self.counted.unwrap_or_default().min(self.limit)
    }
}
