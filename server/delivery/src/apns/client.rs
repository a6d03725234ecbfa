//! Sends to APNs.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use domain::time::Clock;
use tokio::time::Instant;
use uuid::Uuid;

use super::Settings;
use super::outcome::{Then, Verdict, classify};
use super::request::{APNS_ID, Prepared};
use super::token::TokenSigner;
use crate::client::verdict_on_credential;
use crate::pool::{Origin, Pool, PoolSettings};
use crate::retry_after::retry_after;
use crate::{Answer, CredentialProblem, Message, Options, Outcome, Scope, SettingsError, tls};

/// Far apart: Apple asks not to be pinged often.
const KEEP_ALIVE: Duration = Duration::from_mins(1);
/// A client of APNs.
#[derive(Clone, Debug)]
pub struct Client {
    shared: Arc<Shared>,
}

/// What clients of equal settings share.
pub(crate) struct Shared {
    origin: Origin,
    pool: Pool,
    signer: Arc<TokenSigner>,
    clock: Arc<dyn Clock>,
    request_timeout: Duration,
}

/// The clock has nothing to show.
impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared")
            .field("origin", &self.origin)
            .field("pool", &self.pool)
            .field("signer", &self.signer)
            .finish_non_exhaustive()
    }
}

impl Shared {
    pub(crate) fn new(
        settings: &Settings,
        signer: Arc<TokenSigner>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SettingsError> {
        settings.check()?;
        let origin = Origin::parse(&settings.endpoint)
            .map_err(|problem| SettingsError::new("endpoint", problem))?;
        let pool = Pool::new(PoolSettings {
            origin: origin.clone(),
            tls: tls::client_config(settings.extra_ca_pem.as_deref())?,
            connections: settings.limits.connections,
            max_in_flight: settings.limits.max_in_flight,
            connect_timeout: settings.limits.connect_timeout,
            ramp: true,
            keep_alive_every: KEEP_ALIVE,
            jitter_seed: clock.now().as_millis().unsigned_abs(),
        });
        Ok(Self {
            origin,
            pool,
            signer,
            clock,
            request_timeout: settings.limits.request_timeout,
        })
    }
}

impl Client {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Sends one push.
    pub async fn send(&self, message: &Message) -> Answer {
        if message.validate_only {
            let reason = "APNs cannot check a push without sending it".to_owned();
            return Answer::unanswered(Outcome::Rejected { reason });
        }
        match Prepared::new(&self.shared.origin, message) {
            Ok(prepared) => self.send_prepared(&prepared).await,
            Err(outcome) => Answer::unanswered(outcome),
        }
    }

    /// Sends to a token that cannot exist and looks whether the credential was taken.
    pub(crate) async fn check(&self, topic: Option<&str>) -> Result<(), CredentialProblem> {
        let message = Message {
            id: Uuid::nil(),
            token: "00".into(),
            body: Bytes::from_static(br#"{"aps":{}}"#),
            options: Options {
                topic: topic.map(Into::into),
                expiration: Some(0),
                ..Options::default()
            },
            validate_only: false,
        };
        let outcome = self.send(&message).await.outcome;
        match outcome {
            // Without a topic to try, that one is missing is as good as it gets.
            Outcome::CredentialRefused {
                scope: Scope::Topic,
                ..
            } if topic.is_none() => Ok(()),
            outcome => verdict_on_credential(outcome),
        }
    }

    pub(crate) async fn close(&self, within: Duration) {
        self.shared.pool.close(within).await;
    }

    async fn send_prepared(&self, prepared: &Prepared<'_>) -> Answer {
        let shared = &*self.shared;
        let deadline = Instant::now() + shared.request_timeout;
        let mut token = match shared.signer.current() {
            Ok(token) => token,
            Err(error) => return cannot_sign(&error),
        };
        let mut again = true;
        loop {
            let reply = match shared
                .pool
                .call(deadline, || prepared.request(&token))
                .await
            {
                Ok(reply) => reply,
                Err(error) => return Answer::unanswered(error.into()),
            };
            let Verdict { mut outcome, then } = classify(
                reply.status,
                reply
                    .headers
                    .get(&APNS_ID)
                    .and_then(|value| value.to_str().ok())
                    // Mostly our own id again: nothing to keep.
                    .filter(|id| !prepared.is_called(id)),
                &reply.body,
                || retry_after(&reply.headers, shared.clock.now()),
            );
            match then {
                Then::Prove => reply.prove(),
                Then::Retire => reply.retire(),
                Then::MoveOn => {
                    reply.retire();
                    if std::mem::take(&mut again) {
                        continue;
                    }
                }
                Then::Hold => {
                    outcome = Outcome::Paused {
                        scope: Scope::Team,
                        until: shared.signer.hold(),
                        reason: "TooManyProviderTokenUpdates".to_owned(),
                    };
                }
                Then::Renew if again => {
                    again = false;
                    match shared.signer.renew(&token) {
                        Ok(Ok(renewed)) => {
                            token = renewed;
                            continue;
                        }
                        Ok(Err(early)) => {
                            outcome = Outcome::Paused {
                                scope: Scope::Team,
                                until: early.until,
                                reason: "ExpiredProviderToken, and too early for another; check \
                                         the server's clock"
                                    .to_owned(),
                            };
                        }
                        Err(error) => return cannot_sign(&error),
                    }
                }
                // For the last: just signed and expired already, so refused for good.
                Then::Keep | Then::Renew => {}
            }
            return Answer::answered(outcome, reply.status, &reply.body);
        }
    }
}

fn cannot_sign(error: &jsonwebtoken::errors::Error) -> Answer {
    Answer::unanswered(Outcome::CredentialRefused {
        scope: Scope::Team,
        reason: format!("the provider token cannot be signed: {error}"),
    })
}
