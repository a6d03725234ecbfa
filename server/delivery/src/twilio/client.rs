//! Sends to Twilio Notify.

use std::sync::Arc;
use std::time::Duration;

use domain::time::Clock;
use http::uri::PathAndQuery;
use reqwest::Request;
use tokio::time::Instant;

use super::outcome::classify;
use super::{Settings, form};
use crate::client::verdict_on_credential;
use crate::pool::Origin;
use crate::retry_after::retry_after;
use crate::web::Web;
use crate::{Answer, CredentialProblem, Message, Outcome, SettingsError, tls};

/// A client of Twilio Notify.
#[derive(Clone, Debug)]
pub struct Client {
    shared: Arc<Shared>,
}

/// What clients of equal settings share.
pub(crate) struct Shared {
    web: Web,
    account_sid: String,
    auth_token: String,
    /// The Notify service's own address.
    service: String,
    clock: Arc<dyn Clock>,
    request_timeout: Duration,
}

/// Without the secret, and the clock has nothing to show.
impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared")
            .field("web", &self.web)
            .field("account_sid", &self.account_sid)
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}

impl Shared {
    pub(crate) fn new(settings: &Settings, clock: Arc<dyn Clock>) -> Result<Self, SettingsError> {
        settings.check()?;
        let origin = Origin::parse(&settings.endpoint)
            .map_err(|problem| SettingsError::new("endpoint", problem))?;
        let path = format!("/v1/Services/{}", settings.service_sid);
        let path = PathAndQuery::try_from(path)
            .map_err(|error| SettingsError::new("service_sid", error.to_string()))?;
        let tls = tls::client_config(settings.extra_ca_pem.as_deref())?;
        Ok(Self {
            web: Web::new(tls, &settings.limits, None)?,
            account_sid: settings.account_sid.clone(),
            auth_token: settings.auth_token.clone(),
            service: origin.uri(path).to_string(),
            clock,
            request_timeout: settings.limits.request_timeout,
        })
    }

    fn signed(&self, request: reqwest::RequestBuilder) -> Result<Request, reqwest::Error> {
        request
            .basic_auth(&self.account_sid, Some(&self.auth_token))
            .build()
    }
}

impl Client {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Sends one push. Its body is a JSON object of the form's fields.
    pub async fn send(&self, message: &Message) -> Answer {
        let rejected = |reason: String| Answer::unanswered(Outcome::Rejected { reason });
        if message.validate_only {
            return rejected("Twilio cannot check a push without sending it".to_owned());
        }
        let Some(fields) = form::fields(&message.body) else {
            return rejected("the body is no JSON object of fields".to_owned());
        };
        let shared = &*self.shared;
        let notifications = format!("{}/Notifications", shared.service);
        let request = shared.web.http().post(notifications).form(&fields);
        match shared.signed(request) {
            Ok(request) => self.call(&request).await,
            Err(error) => rejected(error.to_string()),
        }
    }

    /// Reads the Notify service, which takes the same account and reaches nobody.
    pub(crate) async fn check(&self) -> Result<(), CredentialProblem> {
        let request = self.shared.web.http().get(&self.shared.service);
        let request =
            self.shared
                .signed(request)
                .map_err(|error| CredentialProblem::Undecided {
                    reason: error.to_string(),
                })?;
        verdict_on_credential(self.call(&request).await.outcome)
    }

    pub(crate) async fn close(&self, within: Duration) {
        self.shared.web.close(within).await;
    }

    async fn call(&self, request: &Request) -> Answer {
        let shared = &*self.shared;
        let deadline = Instant::now() + shared.request_timeout;
        match shared.web.call(deadline, request).await {
            Ok(reply) => {
                let wait = retry_after(&reply.headers, shared.clock.now());
                let outcome = classify(reply.status, &reply.body, wait);
                Answer::answered(outcome, reply.status, &reply.body)
            }
            Err(error) => Answer::unanswered(error.into()),
        }
    }
}
