//! A client of any channel.

use std::time::Duration;

use crate::{Answer, Message, Outcome, Scope, adm, apns, fcm, twilio, webpush};

/// A channel's client. Cloning it is cheap and shares the connections.
#[derive(Clone, Debug)]
pub enum Client {
    /// Apple Push Notification service.
    Apns(apns::Client),
    /// Firebase Cloud Messaging.
    Fcm(fcm::Client),
    /// Browsers' push services.
    Webpush(webpush::Client),
    /// Amazon Device Messaging.
    Adm(adm::Client),
    /// Twilio Notify.
    Twilio(twilio::Client),
}

/// Why a credential does not work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialProblem {
    /// The provider does not take it.
    #[error("the provider refuses the credential: {reason}")]
    Refused {
        /// How much of it.
        scope: Scope,
        /// The provider's reason.
        reason: String,
    },
    /// The provider could not be asked.
    #[error("the provider cannot be reached: {reason}")]
    Unreachable {
        /// What was seen.
        reason: String,
    },
    /// The provider gave an answer that says nothing about the credential.
    #[error("the provider cannot say now: {reason}")]
    Undecided {
        /// What it said instead.
        reason: String,
    },
}

impl Client {
    /// Sends one push and says what became of it, within the request time-out.
    /// It is never sent twice unless the first certainly was not processed.
    pub async fn send(&self, message: &Message) -> Answer {
        // Thousands of calls are under way at once: those that take more memory
        // have it apart, so that the others stay small.
        let mut answer = match self {
            Self::Apns(client) => client.send(message).await,
            Self::Fcm(client) => Box::pin(client.send(message)).await,
            Self::Webpush(client) => Box::pin(client.send(message)).await,
            Self::Adm(client) => Box::pin(client.send(message)).await,
            Self::Twilio(client) => Box::pin(client.send(message)).await,
        };
        answer.outcome.hide(&message.token);
        answer
    }

    /// Tries the credential without reaching a device. `topic` is the APNs
    /// topic to try it for; others have no use for it.
    ///
    /// # Errors
    /// Why the credential does not work, or why that cannot be known.
    pub async fn check(&self, topic: Option<&str>) -> Result<(), CredentialProblem> {
        match self {
            Self::Apns(client) => client.check(topic).await,
            Self::Fcm(client) => client.check().await,
            Self::Webpush(_) => webpush::Client::check(),
            Self::Adm(client) => client.check().await,
            Self::Twilio(client) => client.check().await,
        }
    }

    /// Takes no new pushes, waits `within` at the most for those in flight,
    /// and closes the connections. Other clients of the same settings close too.
    pub async fn close(&self, within: Duration) {
        match self {
            Self::Apns(client) => client.close(within).await,
            Self::Fcm(client) => client.close(within).await,
            Self::Webpush(client) => client.close(within).await,
            Self::Adm(client) => client.close(within).await,
            Self::Twilio(client) => client.close(within).await,
        }
    }
}

/// What a trial push says about the credential. Whatever the provider finds
/// wrong with the push itself, it had to take the credential first.
pub(crate) fn verdict_on_credential(outcome: Outcome) -> Result<(), CredentialProblem> {
    match outcome {
        Outcome::Accepted { .. }
        | Outcome::Rejected { .. }
        | Outcome::PushFault { .. }
        | Outcome::TokenGone { .. }
        | Outcome::TokenReplaced { .. }
        | Outcome::TokenSuspect { .. } => Ok(()),
        Outcome::CredentialRefused { scope, reason } => {
            Err(CredentialProblem::Refused { scope, reason })
        }
        Outcome::NotSent { reason, .. } | Outcome::Ambiguous { reason } => {
            Err(CredentialProblem::Unreachable { reason })
        }
        Outcome::Throttled { reason, .. }
        | Outcome::Transient { reason, .. }
        | Outcome::Paused { reason, .. } => Err(CredentialProblem::Undecided { reason }),
    }
}
