//! Routes: the credentials in use, each with its client and its brake.

use std::collections::HashMap;
use std::error::Error;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use delivery::{Client, Connector, Limits};
use domain::app::CredentialSecret;
use domain::device::Channel;
use domain::{AppId, Timestamp};
use futures::future::BoxFuture;
use storage::catalog::{self, CredentialFacts};
use storage::{StorageError, Store};

use crate::Settings;
use crate::pulse::Pulse;

/// Why a credential's secrets cannot be had.
pub type SourceError = Box<dyn Error + Send + Sync>;

/// Where credentials' secrets come from: they are sealed at rest, and the
/// engine has no key.
pub trait CredentialSource: Send + Sync {
    /// The secrets of an app's credential for a channel; `None` when there is
    /// none any more, or its channel is off: then it counts as missing.
    fn load(
        &self,
        app: AppId,
        channel: Channel,
    ) -> BoxFuture<'_, Result<Option<CredentialSecret>, SourceError>>;
}

/// A credential in use.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) app_id: AppId,
    pub(crate) channel: Channel,
    /// When it was entered: tells it from a later one of the same app.
    pub(crate) entered_at: Timestamp,
    /// `apns-topic`.
    pub(crate) topic: Option<Arc<str>>,
    pub(crate) client: Client,
    /// The calls on it.
    pub(crate) pulse: Pulse,
    refused: AtomicBool,
    paused_until: AtomicI64,
}

impl Route {
    /// Whether the provider refused it.
    pub(crate) fn is_refused(&self) -> bool {
        self.refused.load(Ordering::Relaxed)
    }

    /// Marks it as refused; whether it was not before.
    pub(crate) fn refuse(&self) -> bool {
        !self.refused.swap(true, Ordering::Relaxed)
    }

    /// Until when it is not to be used, if that is after `now`.
    pub(crate) fn paused_until(&self, now: Timestamp) -> Option<Timestamp> {
        let until = Timestamp(self.paused_until.load(Ordering::Relaxed));
        (until > now).then_some(until)
    }

    /// Keeps it from being used until then.
    pub(crate) fn pause(&self, until: Timestamp) {
        self.paused_until
            .fetch_max(until.as_millis(), Ordering::Relaxed);
    }
}

/// What is known of a credential: the gate's question.
#[derive(Clone, Debug)]
pub(crate) enum Access {
    /// There is none.
    Missing,
    /// It is refused, or cannot be used.
    Refused,
    /// In use.
    Open(Arc<Route>),
}

/// Every credential, by app and channel.
pub(crate) struct Routes {
    store: Store,
    source: Arc<dyn CredentialSource>,
    connector: Connector,
    limits: Limits,
    known: RwLock<HashMap<(AppId, Channel), Known>>,
}

/// A credential as of the last look.
struct Known {
    entered_at: Timestamp,
    usable: bool,
    /// `None` when its secrets cannot be used.
    route: Option<Arc<Route>>,
}

/// What there is of a credential's secrets.
enum Loaded {
    /// None: it was removed, or its channel is off.
    Nothing,
    /// They cannot be opened or used.
    Unusable,
    /// A way to send.
    Route(Arc<Route>),
}

impl Routes {
    pub(crate) fn new(
        store: Store,
        source: Arc<dyn CredentialSource>,
        connector: Connector,
        settings: &Settings,
    ) -> Self {
        let limits = Limits {
            connections: settings.connections,
            max_in_flight: settings.in_flight,
            request_timeout: settings.request_timeout,
            connect_timeout: settings.connect_timeout,
        };
        Self {
            store,
            source,
            connector,
            limits,
            known: RwLock::default(),
        }
    }

    /// The credential for an app and channel, as of the last look.
    pub(crate) fn access(&self, app: AppId, channel: Channel) -> Access {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        match known.get(&(app, channel)) {
            None => Access::Missing,
            Some(Known {
                usable: true,
                route: Some(route),
                ..
            }) if !route.is_refused() => Access::Open(Arc::clone(route)),
            Some(_) => Access::Refused,
        }
    }

    /// Looks which credentials there are, and loads those that are new or were
    /// entered again.
    pub(crate) async fn refresh(&self) -> Result<(), StorageError> {
        let facts = {
            let mut reader = self.store.read().await?;
            catalog::credentials(&mut reader).await?
        };
        let mut current = HashMap::with_capacity(facts.len());
        for fact in facts {
            let key = (fact.app_id, fact.channel);
            let route = match self.still(&fact) {
                Some(route) => route,
                None => match self.load(&fact).await {
                    Loaded::Nothing => continue,
                    Loaded::Unusable => None,
                    Loaded::Route(route) => Some(route),
                },
            };
            let known = Known {
                entered_at: fact.updated_at,
                usable: fact.usable,
                route,
            };
            current.insert(key, known);
        }
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = current;
        Ok(())
    }

    /// The route that is known already, if the credential is the same and it
    /// has not been mended in place.
    #[expect(
        clippy::option_option,
        reason = "known, and known to be unusable, differ"
    )]
    fn still(&self, fact: &CredentialFacts) -> Option<Option<Arc<Route>>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let old = known.get(&(fact.app_id, fact.channel))?;
        let mended = fact.usable && !old.usable;
        (old.entered_at == fact.updated_at && !mended).then(|| old.route.clone())
    }

    async fn load(&self, fact: &CredentialFacts) -> Loaded {
        let secret = match self.source.load(fact.app_id, fact.channel).await {
            Ok(Some(secret)) => secret,
            Ok(None) => return Loaded::Nothing,
            Err(error) => {
                tracing::error!(app = %fact.app_id, channel = fact.channel.name(), %error,
                    "a credential cannot be opened; enter it again");
                return Loaded::Unusable;
            }
        };
        match self.connector.connect(&secret, self.limits) {
            Ok(client) => Loaded::Route(Arc::new(Route {
                app_id: fact.app_id,
                channel: fact.channel,
                entered_at: fact.updated_at,
                topic: secret.topic().map(Into::into),
                client,
                pulse: Pulse::default(),
                refused: AtomicBool::new(!fact.usable),
                paused_until: AtomicI64::new(0),
            })),
            Err(error) => {
                tracing::error!(app = %fact.app_id, channel = fact.channel.name(), %error,
                    "a credential cannot be used; enter it again");
                Loaded::Unusable
            }
        }
    }
}
