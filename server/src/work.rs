//! The engine in this process: started, woken by the use cases, and ended in
//! order.

use crate::{cli::CommandError, clock::SystemClock, settings::Settings, use_cases};
use domain::{AppId, app::CredentialSecret, device::Channel};
use engine::{CredentialSource, Deps, Engine, SourceError};
use futures::future::BoxFuture;
use service::{Bell, Sealer};
use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use storage::{Store, credentials};

/// Wakes the engine of this process, if it has one. Workers elsewhere find
/// the work by looking.
#[derive(Debug, Default)]
pub struct EngineBell(RwLock<Option<Engine>>);

impl EngineBell {
    /// Starts the engine over `store` and rings it from now on.
    pub async fn start(&self, settings: &Settings, store: &Store) -> Result<(), CommandError> {
        let credentials = Arc::new(Sealed {
            store: store.clone(),
            sealer: use_cases::sealer(settings, store.engine())?,
            twilio_notify: settings.twilio_notify,
        });
        let deps = Deps {
            clock: Arc::new(SystemClock),
            credentials,
            reach: settings.reach(),
            settings: engine::Settings {
                connections: settings.provider_connections.into(),
                request_timeout: Duration::from_secs(settings.provider_timeout_seconds.into()),
                lease: Duration::from_secs(settings.lease_seconds.into()),
                ..engine::Settings::default()
            },
        };
        let engine = engine::start(store.clone(), deps).await?;
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(engine);
        Ok(())
    }

    /// Lets calls in flight end, for as long as `grace`.
    pub async fn stop(&self, grace: Duration) {
        let engine = self
            .0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(engine) = engine
            && !engine.shutdown(grace).await
        {
            tracing::warn!(
                ?grace,
                "sends were still in flight; what they came to is uncertain"
            );
        }
    }

    fn with(&self, ring: impl FnOnce(&Engine)) {
        if let Some(engine) = &*self.0.read().unwrap_or_else(PoisonError::into_inner) {
            ring(engine);
        }
    }
}

impl Bell for EngineBell {
    fn events_arrived(&self) {
        self.with(Engine::events_arrived);
    }

    fn sends_decided(&self) {
        self.with(Engine::sends_decided);
    }

    fn content_changed(&self) {
        self.with(Engine::content_changed);
    }

    fn calls_allowed(&self, app: AppId, channel: Channel) -> Option<usize> {
        let engine = self.0.read().unwrap_or_else(PoisonError::into_inner);
        engine.as_ref()?.calls_allowed(app, channel)
    }
}

/// Credentials from the database, opened with this process's key.
struct Sealed {
    store: Store,
    sealer: Sealer,
    twilio_notify: bool,
}

impl CredentialSource for Sealed {
    fn load(
        &self,
        app: AppId,
        channel: Channel,
    ) -> BoxFuture<'_, Result<Option<CredentialSecret>, SourceError>> {
        Box::pin(async move {
            if channel == Channel::Twilio && !self.twilio_notify {
                return Ok(None);
            }
            let mut reader = self.store.read().await?;
            let stored = credentials::of_app(&mut reader, app).await?;
            let found = stored
                .into_iter()
                .find(|stored| stored.credential.channel == channel);
            Ok(found
                .map(|stored| {
                    service::credentials::unseal(&self.sealer, app, channel, &stored.sealed)
                })
                .transpose()?)
        })
    }
}
