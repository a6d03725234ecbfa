//! What became of one provider call.

use std::time::Duration;

use domain::Timestamp;

use crate::pool::CallError;

/// A provider call's end, classified. The engine decides what follows; the
/// variants differ in what it may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The provider took it.
    Accepted {
        /// The provider's id of it, where that is not the message's own again.
        provider_id: Option<String>,
    },
    /// The provider refused this message; sending it again is pointless.
    Rejected {
        /// The provider's reason.
        reason: String,
    },
    /// The provider refused the content: every other message of this push
    /// would fare the same.
    PushFault {
        /// The provider's reason.
        reason: String,
    },
    /// The token leads nowhere.
    TokenGone {
        /// Since when, if the provider says so: a binding registered later
        /// than this keeps its token.
        since: Option<Timestamp>,
        /// The provider's reason.
        reason: String,
    },
    /// The provider took it and knows the device by another token now.
    TokenReplaced {
        /// The new token.
        new: String,
        /// The provider's id of the push.
        provider_id: Option<String>,
    },
    /// Token and app do not fit: quarantine the binding.
    TokenSuspect {
        /// The provider's reason.
        reason: String,
    },
    /// Too fast for this device or project; certainly not sent.
    Throttled {
        /// Whose rate it is about.
        limit: Throttle,
        /// How long to wait.
        retry_after: Option<Duration>,
        /// The provider's reason.
        reason: String,
    },
    /// The provider has a fault that passes; certainly not sent.
    Transient {
        /// The provider's reason.
        reason: String,
        /// How long to wait at least.
        retry_after: Option<Duration>,
    },
    /// The request left and no answer came: nobody can know.
    Ambiguous {
        /// What was seen.
        reason: String,
    },
    /// The request certainly did not reach the provider, or the provider said
    /// that it did not process it: no connection, `REFUSED_STREAM`, a stream
    /// above GOAWAY's last one.
    NotSent {
        /// What was seen.
        reason: String,
        /// How long until it is worth trying again.
        retry_after: Option<Duration>,
    },
    /// Not sent, and nothing of this scope should be until then.
    Paused {
        /// What is paused.
        scope: Scope,
        /// Until when.
        until: Timestamp,
        /// The provider's reason.
        reason: String,
    },
    /// The provider does not take the credential; nothing of this scope will
    /// be sent before somebody mends it.
    CredentialRefused {
        /// What is refused.
        scope: Scope,
        /// The provider's reason.
        reason: String,
    },
}

/// Whose rate a provider limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Throttle {
    /// One device's: others are not slowed.
    Device,
    /// All that is sent with the credential.
    Credential,
}

/// Shortest part of a token that is hidden, in bytes: what is shorter names
/// nobody.
const HIDDEN_MIN: usize = 16;

impl Outcome {
    /// Hides a push token in the provider's reason, which more people may read
    /// than tokens: some providers repeat what they were asked. Its end stays.
    pub fn hide(&mut self, token: &str) {
        let Some(reason) = self.reason_mut() else {
            return;
        };
        // A subscription's endpoint and keys, an address behind its kind.
        for part in token.split(['"', ':', '/', '{', '}', ',']).chain([token]) {
            if part.len() >= HIDDEN_MIN && reason.contains(part) {
                let end = part.ceil_char_boundary(part.len() - 6);
                *reason = reason.replace(part, &format!("…{}", &part[end..]));
            }
        }
    }

    const fn reason_mut(&mut self) -> Option<&mut String> {
        match self {
            Self::Accepted { .. } | Self::TokenReplaced { .. } => None,
            Self::Rejected { reason }
            | Self::PushFault { reason }
            | Self::TokenGone { reason, .. }
            | Self::TokenSuspect { reason }
            | Self::Throttled { reason, .. }
            | Self::Transient { reason, .. }
            | Self::Ambiguous { reason }
            | Self::NotSent { reason, .. }
            | Self::Paused { reason, .. }
            | Self::CredentialRefused { reason, .. } => Some(reason),
        }
    }
}

/// How much of a credential something is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// One APNs topic, which is one app.
    Topic,
    /// An APNs team's key.
    Team,
    /// A Firebase project.
    Project,
    /// A Firebase project's iOS and web targets, which Google reaches with
    /// credentials that it holds for the project.
    ProjectAppleAndWeb,
    /// An account as it was entered: a security profile of Amazon's, an account
    /// and service of Twilio's.
    Account,
}

/// An outcome, and what the provider said word for word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What it comes to.
    pub outcome: Outcome,
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// The answer's body, cut to [`Answer::BODY_LIMIT`]; none for an accepted push.
    pub body: Option<String>,
}

impl Answer {
    /// Most of a provider's answer that is kept, in bytes.
    pub const BODY_LIMIT: usize = 1024;

    /// An outcome without an answer.
    pub(crate) fn unanswered(outcome: Outcome) -> Self {
        Self {
            outcome,
            status: None,
            body: None,
        }
    }

    /// An outcome with the answer that led to it.
    pub(crate) fn answered(outcome: Outcome, status: http::StatusCode, body: &[u8]) -> Self {
        let body = match &outcome {
            Outcome::Accepted { .. } => None,
            _ if body.is_empty() => None,
            _ => {
                let text = String::from_utf8_lossy(body);
                Some(text[..text.floor_char_boundary(Self::BODY_LIMIT)].to_owned())
            }
        };
        Self {
            outcome,
            status: Some(status.as_u16()),
            body,
        }
    }
}

impl From<CallError> for Outcome {
    fn from(error: CallError) -> Self {
        match error {
            CallError::NotSent {
                reason,
                retry_after,
            } => Self::NotSent {
                reason,
                retry_after,
            },
            CallError::Inside(inside) => Self::Rejected {
                reason: inside.to_string(),
            },
            CallError::Ambiguous { reason } => Self::Ambiguous { reason },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_repeats_no_token() {
        let hidden = |reason: &str, token: &str| {
            let mut outcome = Outcome::Rejected {
                reason: reason.to_owned(),
            };
            outcome.hide(token);
            match outcome {
                Outcome::Rejected { reason } => reason,
                other => panic!("{other:?}"),
            }
        };
        let token = "d8f3a97b00c4e5f6:APA91bHun4MxP5egoKMwt2KZFBaFUH";
        let seen = hidden(&format!("{token} is wrong"), token);
        assert_eq!(seen, "…c4e5f6:…FBaFUH is wrong");
        assert_eq!(hidden("APA91bHun4MxP5egoKMwt2KZFBaFUH", token), "…FBaFUH");
        let browser = r#"{"keys":{"auth":"BTBZMqHH6r4Tts7J_aSIgg"},"endpoint":"https://push.example/gAAAAABl-secret_Secret9"}"#;
        let seen = hidden("no subscription gAAAAABl-secret_Secret9 here", browser);
        assert_eq!(seen, "no subscription …ecret9 here");
        assert_eq!(hidden("BadDeviceToken", "BadDeviceToken"), "BadDeviceToken");
    }
}
