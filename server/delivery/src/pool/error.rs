//! Why a request has no answer, and whether it may have been processed.

use std::error::Error;
use std::time::Duration;

use crate::Inside;

/// A request without an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The server certainly did not process it.
    #[error("not sent: {reason}")]
    NotSent {
        /// What was seen.
        reason: String,
        /// How long until the pool will try to connect again.
        retry_after: Option<Duration>,
    },
    /// Its address leads to where nothing from outside may point.
    #[error(transparent)]
    Inside(Inside),
    /// It left, and nobody can know what became of it.
    #[error("sent, but without an answer: {reason}")]
    Ambiguous {
        /// What was seen.
        reason: String,
    },
}

impl CallError {
    pub(crate) fn not_sent(reason: impl Into<String>) -> Self {
        Self::NotSent {
            reason: reason.into(),
            retry_after: None,
        }
    }
}

/// How one attempt on one connection failed.
#[derive(Debug)]
pub(crate) enum Attempt {
    /// Certainly not processed, the connection being at its end: goes to
    /// another one.
    Unprocessed(String),
    /// Certainly not processed, the server wanting no more at present.
    Refused(String),
    /// Not sent: there is no connection, and another try would fare the same.
    Unreached(String),
    /// Not sent: its address may not be called.
    Inside(Inside),
    /// May have been processed.
    Ambiguous(String),
}

/// Judges an error of a request whose body had been handed over.
///
/// RFC 9113 gives two certain cases: a stream above GOAWAY's last one
/// (section 6.8; h2 gives such streams, and no others, an error of a remote
/// GOAWAY), and a stream refused with `REFUSED_STREAM` (section 8.7).
pub(crate) fn judge(error: &(dyn Error + 'static)) -> Attempt {
    let reason = describe(error);
    match h2_error(error) {
        Some(h2) if h2.is_remote() && h2.is_go_away() => Attempt::Unprocessed(reason),
        Some(h2) if h2.is_remote() && h2.reason() == Some(h2::Reason::REFUSED_STREAM) => {
            Attempt::Refused(reason)
        }
        _ => Attempt::Ambiguous(reason),
    }
}

fn h2_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a h2::Error> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(h2) = error.downcast_ref() {
            return Some(h2);
        }
        cause = error.source();
    }
    None
}

/// An error with its causes, in one line.
pub(crate) fn describe(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = error.source();
    }
    text
}
