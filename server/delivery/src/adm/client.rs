//! Sends to ADM.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use domain::time::Clock;
use http::header::{self, HeaderName};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue};
use reqwest::Request;
use tokio::time::Instant;

use super::Settings;
use super::outcome::{Verdict, classify};
use super::token::Profile;
use crate::client::verdict_on_credential;
use crate::oauth::{AccessToken, AccessTokens};
use crate::pool::Origin;
use crate::retry_after::retry_after;
use crate::web::Web;
use crate::{Answer, CredentialProblem, Message, Outcome, Scope, SettingsError, outbound, tls};

static TYPE_VERSION: HeaderName = HeaderName::from_static("x-amzn-type-version");
static ACCEPT_TYPE: HeaderName = HeaderName::from_static("x-amzn-accept-type");
static REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
/// A registration that nobody has.
const NOBODY: &str = "carillon-credential-check";

/// A client of ADM.
#[derive(Clone, Debug)]
pub struct Client {
    shared: Arc<Shared>,
}

/// What clients of equal settings share.
pub(crate) struct Shared {
    web: Web,
    tokens: AccessTokens,
    origin: Origin,
    clock: Arc<dyn Clock>,
    request_timeout: Duration,
}

/// The clock has nothing to show.
impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared")
            .field("web", &self.web)
            .field("tokens", &self.tokens)
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

impl Shared {
    pub(crate) fn new(settings: &Settings, clock: Arc<dyn Clock>) -> Result<Self, SettingsError> {
        settings.check()?;
        let origin = Origin::parse(&settings.endpoint)
            .map_err(|problem| SettingsError::new("endpoint", problem))?;
        let tls = tls::client_config(settings.extra_ca_pem.as_deref())?;
        let http = outbound::web_client(tls.clone(), settings.limits.request_timeout)?;
        let token_uri = origin.uri(PathAndQuery::from_static("/auth/O2/token"));
        let profile = Box::new(Profile::of(settings));
        Ok(Self {
            web: Web::new(tls, &settings.limits, None)?,
            tokens: AccessTokens::new(http, token_uri.to_string(), profile, Arc::clone(&clock)),
            origin,
            clock,
            request_timeout: settings.limits.request_timeout,
        })
    }

    /// None for a registration id that no path can hold.
    fn request(&self, token: &AccessToken, registration: &str, body: &Bytes) -> Option<Request> {
        if registration.bytes().all(|byte| byte == b'.') {
            return None;
        }
        let path = format!(
            "/messaging/registrations/{}/messages",
            encoded(registration)
        );
        let uri = self.origin.uri(PathAndQuery::try_from(path).ok()?);
        self.web
            .http()
            .post(uri.to_string())
            .headers(headers(token.header.clone()))
            .body(body.clone())
            .build()
            .ok()
    }
}

impl Client {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Sends one push.
    pub async fn send(&self, message: &Message) -> Answer {
        if message.validate_only {
            let reason = "ADM cannot check a push without sending it".to_owned();
            return Answer::unanswered(Outcome::Rejected { reason });
        }
        self.send_body(&message.token, &message.body).await
    }

    /// Fetches an access token and sends to a registration that nobody has.
    pub(crate) async fn check(&self) -> Result<(), CredentialProblem> {
        self.shared
            .tokens
            .fetch_anew()
            .await
            .map_err(|error| error.into_problem(Scope::Account))?;
        let body = Bytes::from_static(br#"{"data":{},"expiresAfter":60}"#);
        verdict_on_credential(self.send_body(NOBODY, &body).await.outcome)
    }

    pub(crate) async fn close(&self, within: Duration) {
        self.shared.web.close(within).await;
    }

    async fn send_body(&self, registration: &str, body: &Bytes) -> Answer {
        let shared = &*self.shared;
        let deadline = Instant::now() + shared.request_timeout;
        let mut token = match shared.tokens.current(deadline).await {
            Ok(token) => token,
            Err(error) => return error.into_answer(Scope::Account),
        };
        let mut again = true;
        loop {
            let Some(request) = shared.request(&token, registration, body) else {
                let reason = "the registration id fits no address".to_owned();
                return Answer::unanswered(Outcome::Rejected { reason });
            };
            let reply = match shared.web.call(deadline, &request).await {
                Ok(reply) => reply,
                Err(error) => return Answer::unanswered(error.into()),
            };
            let request_id = reply.headers.get(&REQUEST_ID);
            let outcome = match classify(
                registration,
                reply.status,
                &reply.body,
                request_id.and_then(|id| id.to_str().ok()),
                retry_after(&reply.headers, shared.clock.now()),
            ) {
                Verdict::Final(outcome) => outcome,
                Verdict::Renew(outcome) if !std::mem::take(&mut again) => outcome,
                Verdict::Renew(_) => {
                    match shared.tokens.renew(&token, deadline).await {
                        Ok(renewed) => token = renewed,
                        Err(error) => return error.into_answer(Scope::Account),
                    }
                    continue;
                }
            };
            return Answer::answered(outcome, reply.status, &reply.body);
        }
    }
}

/// A request's headers, with a credential.
pub(crate) fn headers(authorization: HeaderValue) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(5);
    headers.insert(header::AUTHORIZATION, authorization);
    for (name, value) in [
        (header::CONTENT_TYPE, "application/json"),
        (header::ACCEPT, "application/json"),
        (
            TYPE_VERSION.clone(),
            "com.amazon.device.messaging.ADMMessage@1.0",
        ),
        (
            ACCEPT_TYPE.clone(),
            "com.amazon.device.messaging.ADMSendResult@1.0",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
}

/// A registration id as one segment of a path (RFC 3986, section 2.3).
fn encoded(registration: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(registration.len());
    for byte in registration.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing into a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registration_stays_one_segment_of_the_path() {
        assert_eq!(
            encoded("amzn1.adm-registration.v3.Y29t"),
            "amzn1.adm-registration.v3.Y29t"
        );
        assert_eq!(encoded("a/../b?c=d%"), "a%2F..%2Fb%3Fc%3Dd%25");
    }
}
