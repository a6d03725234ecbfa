//! Routes: the credentials in use, by app and channel.

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, PoisonError, RwLock};

use delivery::{Connector, Limits};
use domain::app::CredentialSecret;
use domain::device::Channel;
use domain::{AppId, Timestamp};
use futures::future::BoxFuture;
use storage::catalog::{self, CredentialFacts};
use storage::{StorageError, Store, retries};

use crate::Settings;
use crate::route::Route;
use crate::sender::is_slow;

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

/// Retries of a credential that is not in use that one turn looks at: they have
/// to be settled when their time is over.
const LOOK: usize = 64;
/// How far apart such looks are, in milliseconds.
const BETWEEN_LOOKS: i64 = 250;

/// A credential as of the last look.
struct Known {
    /// What its retries are known by.
    key: i64,
    entered_at: Timestamp,
    usable: bool,
    /// `None` when its secrets cannot be used.
    route: Option<Arc<Route>>,
}

impl Known {
    /// Its route, if it may be sent with.
    fn in_use(&self) -> Option<&Arc<Route>> {
        let route = self.route.as_ref().filter(|_| self.usable)?;
        (!route.is_refused()).then_some(route)
    }
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
            Some(known) => match known.in_use() {
                Some(route) => Access::Open(Arc::clone(route)),
                None => Access::Refused,
            },
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
            let most = self.most(&fact);
            if let Some(route) = &route {
                route.set_limit(most);
                route.measure();
            }
            let known = Known {
                key: retries::route(fact.app_id, fact.channel),
                entered_at: fact.updated_at,
                usable: fact.usable,
                route,
            };
            current.insert(key, known);
        }
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = current;
        Ok(())
    }

    /// How many retries may be claimed that wait for the credential with this
    /// key. What no credential is known for is claimed as it comes: the gates
    /// settle it.
    pub(crate) fn room(&self, key: i64, now: Timestamp) -> usize {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let Some(known) = known.values().find(|known| known.key == key) else {
            return usize::MAX;
        };
        if let Some(route) = known.in_use() {
            return route.room(now);
        }
        match &known.route {
            Some(route) if route.may_look(now, BETWEEN_LOOKS) => LOOK,
            Some(_) => 0,
            None => LOOK,
        }
    }

    /// Whether the credential with this key was in use at the last look.
    pub(crate) fn is_in_use(&self, key: i64) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let mut all = known.values().filter(|known| known.key == key);
        all.any(|known| known.in_use().is_some())
    }

    /// Retries wait for room on the credential with this key.
    pub(crate) fn want(&self, key: i64) {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let mut all = known.values().filter(|known| known.key == key);
        if let Some(route) = all.find_map(|known| known.route.as_ref()) {
            route.want();
        }
    }

    /// Microseconds in which the quickest provider answers that anything is sent
    /// to at present, more than any where there is none; and how many are slow
    /// beside it. `reading` is the moment on the sender's watch.
    pub(crate) fn quickest(&self, reading: i64) -> (i64, usize) {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let usual = || {
            let routes = known.values().filter_map(|known| known.route.as_ref());
            routes.filter_map(|route| route.pulse.usual_lately(reading))
        };
        let quick = usual().min().unwrap_or(i64::MAX);
        let slow = usual().filter(|usual| is_slow(*usual, quick)).count();
        (quick, slow)
    }

    /// Forgets a little of how quick each provider's quickest answer was: told twenty
    /// times a second.
    pub(crate) fn forget(&self) {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        for route in known.values().filter_map(|known| known.route.as_ref()) {
            route.pulse.forget();
        }
    }

    /// How many calls a credential may have in flight at present.
    pub(crate) fn allowed(&self, app: AppId, channel: Channel) -> Option<usize> {
        match self.access(app, channel) {
            Access::Open(route) => Some(route.allowed()),
            Access::Missing | Access::Refused => None,
        }
    }

    /// Most calls that a credential may have in flight, whatever it bears.
    fn most(&self, fact: &CredentialFacts) -> usize {
        let most = fact
            .max_in_flight
            .and_then(|most| usize::try_from(most).ok());
        most.map_or(self.limits.max_in_flight, |most| {
            most.clamp(1, self.limits.max_in_flight)
        })
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
        // Refused and found good again between two looks.
        let noted = |route: &Arc<Route>| route.is_refused() && route.is_refusal_noted();
        let mended = fact.usable && (!old.usable || old.route.as_ref().is_some_and(noted));
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
            Ok(client) => {
                let topic = secret.topic().map(Into::into);
                let route = Route::new(fact, topic, client, self.most(fact));
                Loaded::Route(Arc::new(route))
            }
            Err(error) => {
                tracing::error!(app = %fact.app_id, channel = fact.channel.name(), %error,
                    "a credential cannot be used; enter it again");
                Loaded::Unusable
            }
        }
    }
}
