//! Sends to browsers' push services.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bytes::Bytes;
use domain::Timestamp;
use domain::device::Subscription;
use domain::time::Clock;
use http::{HeaderMap, HeaderValue, header};
use p256::SecretKey;
use p256::elliptic_curve::rand_core::{OsRng, RngCore};
use reqwest::{Request, Url};
use sha2::{Digest, Sha256};
use tokio::time::Instant;

use super::Settings;
use super::encryption::{SALT, encrypt};
use super::outcome::classify;
use super::vapid::Signer;
use crate::reach::Reach;
use crate::retry_after::retry_after;
use crate::web::Web;
use crate::{Answer, CredentialProblem, Message, Outcome, Priority, SettingsError, tls};

/// Length of a `Topic` (RFC 8030, section 5.4).
const TOPIC: usize = 32;
/// Longest address of a message that is kept, in bytes.
const LOCATION_MAX: usize = 512;
/// How many push services are remembered.
const TAKERS: usize = 256;

/// A client of browsers' push services.
#[derive(Clone, Debug)]
pub struct Client {
    shared: Arc<Shared>,
}

/// What clients of equal settings share.
pub(crate) struct Shared {
    web: Web,
    signer: Signer,
    reach: Reach,
    takers: Takers,
    clock: Arc<dyn Clock>,
    request_timeout: Duration,
}

/// The clock and the key have nothing to show.
impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared")
            .field("web", &self.web)
            .field("reach", &self.reach)
            .finish_non_exhaustive()
    }
}

impl Shared {
    pub(crate) fn new(
        settings: &Settings,
        reach: Reach,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SettingsError> {
        settings.limits.check()?;
        let tls = tls::client_config(settings.extra_ca_pem.as_deref())?;
        let clock_of_tokens = Arc::clone(&clock);
        Ok(Self {
            web: Web::new(tls, &settings.limits, Some(&reach))?,
            signer: Signer::new(&settings.private_key, &settings.subject, clock_of_tokens)?,
            reach,
            takers: Takers::default(),
            clock,
            request_timeout: settings.limits.request_timeout,
        })
    }
}

/// The push services that took a message of this key, by origin: where one
/// refuses another, that is about the subscription.
#[derive(Debug, Default)]
struct Takers(Mutex<HashSet<String>>);

impl Takers {
    fn has(&self, origin: &str) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.contains(origin)
    }

    fn add(&self, origin: String) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // There are a handful in the world; addresses from outside may invent more.
        if known.len() >= TAKERS {
            known.clear();
        }
        known.insert(origin);
    }
}

impl Client {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Sends one push. Web Push has no dry run: a message that is only to be
    /// checked is rejected unsent.
    pub async fn send(&self, message: &Message) -> Answer {
        if message.validate_only {
            return rejected("Web Push cannot check a message without sending it");
        }
        let shared = &*self.shared;
        let deadline = Instant::now() + shared.request_timeout;
        let request = match self.request(message).await {
            Ok(request) => request,
            Err(reason) => return rejected(reason),
        };
        let reply = match shared.web.call(deadline, &request).await {
            Ok(reply) => reply,
            Err(error) => return Answer::unanswered(error.into()),
        };
        let wait = retry_after(&reply.headers, shared.clock.now());
        let location = reply
            .headers
            .get(header::LOCATION)
            .and_then(|value| value.to_str().ok())
            .filter(|location| location.len() <= LOCATION_MAX);
        let origin = request.url().origin().ascii_serialization();
        let known = shared.takers.has(&origin);
        let outcome = classify(reply.status, &reply.body, wait, location, known);
        if matches!(outcome, Outcome::Accepted { .. }) && !known {
            shared.takers.add(origin);
        }
        Answer::answered(outcome, reply.status, &reply.body)
    }

    /// The request for a message, encrypted, or why there is none.
    async fn request(&self, message: &Message) -> Result<Request, String> {
        let (subscription, endpoint) = self.target(&message.token)?;
        let headers = self
            .headers(message, &endpoint)
            .map_err(|error| error.to_string())?;
        let body = sealed(message.body.clone(), subscription).await?;
        let http = self.shared.web.http();
        http.post(endpoint)
            .headers(headers)
            .body(body)
            .build()
            .map_err(|error| error.to_string())
    }

    /// Whom a token stands for, if it may be called.
    fn target(&self, token: &str) -> Result<(Subscription, Url), String> {
        let subscription =
            Subscription::parse(token).map_err(|problem| format!("the token {problem}"))?;
        let endpoint = Url::parse(&subscription.endpoint)
            .map_err(|error| format!("the endpoint is no address: {error}"))?;
        let reach = &self.shared.reach;
        reach
            .check(&endpoint)
            .map_err(|inside| inside.to_string())?;
        Ok((subscription, endpoint))
    }

    fn headers(
        &self,
        message: &Message,
        endpoint: &Url,
    ) -> Result<HeaderMap, jsonwebtoken::errors::Error> {
        let authorization = self.shared.signer.authorization(endpoint)?;
        Ok(headers(message, authorization, self.shared.clock.now()))
    }

    /// Whether the key pair is sound: there is no call that a push service
    /// would answer without a subscription.
    pub(crate) fn check() -> Result<(), CredentialProblem> {
        Err(CredentialProblem::Undecided {
            reason: "push services take no call without a subscription. The key pair is sound; a \
                     test push to a browser shows the rest"
                .to_owned(),
        })
    }

    pub(crate) async fn close(&self, within: Duration) {
        self.shared.web.close(within).await;
    }
}

/// A request's headers, with a credential.
pub(crate) fn headers(message: &Message, authorization: HeaderValue, now: Timestamp) -> HeaderMap {
    // Absent leaves it to the provider, and Web Push has no such choice:
    // RFC 8030 wants a TTL.
    let ttl = message
        .options
        .expiration
        .map_or(0, |until| (until - now.as_seconds()).max(0));
    let mut headers = HeaderMap::with_capacity(6);
    headers.insert(header::AUTHORIZATION, authorization);
    headers.insert("ttl", HeaderValue::from(ttl));
    headers.insert(
        "urgency",
        HeaderValue::from_static(urgency(message.options.priority)),
    );
    headers.insert(
        header::CONTENT_ENCODING,
        HeaderValue::from_static("aes128gcm"),
    );
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/octet-stream"),
    );
    if let Some(key) = &message.options.collapse_id
        && let Ok(topic) = HeaderValue::try_from(topic(key))
    {
        headers.insert("topic", topic);
    }
    headers
}

fn rejected(reason: impl Into<String>) -> Answer {
    Answer::unanswered(Outcome::Rejected {
        reason: reason.into(),
    })
}

/// Encrypts beside the sender's own thread: it costs as much as sending
/// hundreds of pushes to a hot channel.
async fn sealed(message: Bytes, to: Subscription) -> Result<Vec<u8>, String> {
    let sealing = tokio::task::spawn_blocking(move || {
        let mut salt = [0; SALT];
        OsRng.fill_bytes(&mut salt);
        encrypt(&message, &to, &SecretKey::random(&mut OsRng), &salt)
    });
    match sealing.await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(error)) => Err(error.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

/// `Urgency` (RFC 8030, section 5.3).
const fn urgency(priority: Priority) -> &'static str {
    match priority {
        Priority::Immediate => "high",
        Priority::Considerate => "normal",
        Priority::Low => "low",
    }
}

/// `Topic`: replaces a message with the same one that the push service still
/// holds. It has room for 32 characters of base64url, and a key for more.
fn topic(key: &str) -> String {
    let mut topic = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(key));
    topic.truncate(TOPIC);
    topic
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_32_characters_and_follows_its_key() {
        assert_eq!(topic("a").len(), TOPIC);
        assert_eq!(topic("a"), topic("a"));
        assert_ne!(topic("a"), topic("b"));
        assert!(
            topic("offers/summer")
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        );
    }
}
