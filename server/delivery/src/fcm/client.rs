//! Sends to FCM.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use domain::time::Clock;
use http::header;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method, Request, Uri};
use tokio::time::Instant;

use super::Settings;
use super::outcome::{Verdict, classify};
use super::payload;
use super::token::access_tokens;
use crate::client::verdict_on_credential;
use crate::oauth::{AccessToken, AccessTokens};
use crate::pool::{Origin, Pool, PoolSettings};
use crate::retry_after::retry_after;
use crate::{Answer, CredentialProblem, Message, Outcome, Scope, SettingsError, tls};

const KEEP_ALIVE: Duration = Duration::from_mins(1);

/// A client of FCM.
#[derive(Clone, Debug)]
pub struct Client {
    shared: Arc<Shared>,
}

/// What clients of equal settings share.
pub(crate) struct Shared {
    pool: Pool,
    tokens: AccessTokens,
    uri: Uri,
    clock: Arc<dyn Clock>,
    request_timeout: Duration,
}

/// The clock has nothing to show.
impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared")
            .field("pool", &self.pool)
            .field("tokens", &self.tokens)
            .field("uri", &self.uri)
            .finish_non_exhaustive()
    }
}

impl Shared {
    pub(crate) fn new(settings: &Settings, clock: Arc<dyn Clock>) -> Result<Self, SettingsError> {
        settings.check()?;
        let origin = Origin::parse(&settings.endpoint)
            .map_err(|problem| SettingsError::new("endpoint", problem))?;
        let path = format!("/v1/projects/{}/messages:send", settings.project_id);
        let path = PathAndQuery::try_from(path)
            .map_err(|error| SettingsError::new("project_id", error.to_string()))?;
        let uri = origin.uri(path);
        let pool = Pool::new(PoolSettings {
            origin,
            tls: tls::client_config(settings.extra_ca_pem.as_deref())?,
            connections: settings.limits.connections,
            max_in_flight: settings.limits.max_in_flight,
            connect_timeout: settings.limits.connect_timeout,
            ramp: false,
            keep_alive_every: KEEP_ALIVE,
            jitter_seed: clock.now().as_millis().unsigned_abs(),
        });
        Ok(Self {
            pool,
            tokens: access_tokens(settings, Arc::clone(&clock))?,
            uri,
            clock,
            request_timeout: settings.limits.request_timeout,
        })
    }

    fn request(&self, token: &AccessToken, body: &Bytes) -> Request<Bytes> {
        let mut request = Request::new(body.clone());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = headers(token.header.clone());
        // HTTP/2 can do without; servers of many makes stand before this one.
        let length = HeaderValue::from(body.len());
        request.headers_mut().insert(header::CONTENT_LENGTH, length);
        request
    }
}

/// A request's headers, with a credential.
pub(crate) fn headers(authorization: HeaderValue) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(4);
    headers.insert(header::AUTHORIZATION, authorization);
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers
}

impl Client {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Sends one push.
    pub async fn send(&self, message: &Message) -> Answer {
        if !message.validate_only {
            return self.send_body(&message.body).await;
        }
        match payload::validate_only(&message.body) {
            Some(body) => self.send_body(&body).await,
            None => Answer::unanswered(Outcome::Rejected {
                reason: "the body is not a JSON object".to_owned(),
            }),
        }
    }

    /// Fetches an access token and lets FCM check a message to nobody.
    pub(crate) async fn check(&self) -> Result<(), CredentialProblem> {
        self.shared
            .tokens
            .fetch_anew()
            .await
            .map_err(|error| error.into_problem(Scope::Project))?;
        let body = Bytes::from_static(
            br#"{"validateOnly":true,"message":{"topic":"carillon-credential-check"}}"#,
        );
        verdict_on_credential(self.send_body(&body).await.outcome)
    }

    pub(crate) async fn close(&self, within: Duration) {
        self.shared.pool.close(within).await;
    }

    async fn send_body(&self, body: &Bytes) -> Answer {
        let shared = &*self.shared;
        let deadline = Instant::now() + shared.request_timeout;
        let mut token = match shared.tokens.current(deadline).await {
            Ok(token) => token,
            Err(error) => return error.into_answer(Scope::Project),
        };
        let mut again = true;
        loop {
            let reply = match shared
                .pool
                .call(deadline, || shared.request(&token, body))
                .await
            {
                Ok(reply) => reply,
                Err(error) => return Answer::unanswered(error.into()),
            };
            let now = shared.clock.now();
            let wait = retry_after(&reply.headers, now);
            let outcome = match classify(reply.status, &reply.body, wait, now) {
                Verdict::Final(outcome) => outcome,
                Verdict::Renew(outcome) if !std::mem::take(&mut again) => outcome,
                Verdict::Renew(_) => {
                    match shared.tokens.renew(&token, deadline).await {
                        Ok(renewed) => token = renewed,
                        Err(error) => return error.into_answer(Scope::Project),
                    }
                    continue;
                }
            };
            return Answer::answered(outcome, reply.status, &reply.body);
        }
    }
}
