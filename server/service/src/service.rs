//! What every use case stands on.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::consent::Way;
use domain::device::Channel;
use domain::people::{Permission, Principal};
use domain::time::Clock;
use domain::{AppId, Timestamp};
use storage::{Conn, Cursor, Reader, Store, Tx};

use crate::chance::Chance;
use crate::devices::{RefusalTap, Tail};
use crate::events::Intake;
use crate::keys::Remembered;
use crate::password::Passwords;
use crate::sealing::Sealer;
use crate::tally::Tallies;
use crate::throttle::Throttle;
use crate::{Result, ServiceError};

/// Wakes whoever works on what was just committed, so that nothing waits for
/// the next look round. Losing a call costs time, never work.
pub trait Bell: Send + Sync {
    /// Events came in that a workflow listens to, or contacts in a workflow
    /// became due.
    fn events_arrived(&self);
    /// Sends were decided.
    fn sends_decided(&self);
    /// A workflow, push, app or credential changed: what was remembered of
    /// them is old.
    fn content_changed(&self);
    /// How many calls the engine of this process may have in flight with a
    /// credential at present; `None` where there is no engine, or nothing is
    /// sent with it.
    fn calls_allowed(&self, app: AppId, channel: Channel) -> Option<usize> {
        let _ = (app, channel);
        None
    }
}

/// Nobody to wake: a command beside the server.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoBell;

impl Bell for NoBell {
    fn events_arrived(&self) {}
    fn sends_decided(&self) {}
    fn content_changed(&self) {}
}

/// What a [`Service`] is made of.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// Whether Twilio Notify may be used.
    pub twilio_notify: bool,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub chance: Arc<dyn Chance>,
    /// The key for credentials.
    pub sealer: Sealer,
    /// Whom to wake.
    pub bell: Arc<dyn Bell>,
    /// Makes delivery clients; the engine's own, so that both share
    /// connections and provider tokens.
    pub connector: Arc<delivery::Connector>,
    /// Where uploaded files wait, and rejects are kept.
    pub uploads: PathBuf,
}

/// Every use case. Cloning shares everything.
#[derive(Clone)]
pub struct Service(Arc<Inner>);

struct Inner {
    parts: Parts,
    passwords: Passwords,
    throttle: Throttle,
    refusals: RefusalTap,
    tail: Tail,
    intake: Intake,
    tallies: Tallies,
    keys: Remembered,
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Service")
    }
}

impl Service {
    /// A service over these parts.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Inner {
            parts,
            passwords: Passwords::default(),
            throttle: Throttle::default(),
            refusals: RefusalTap::default(),
            tail: Tail::default(),
            intake: Intake::default(),
            tallies: Tallies::default(),
            keys: Remembered::default(),
        }))
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.0.parts.clock.now()
    }

    /// The database, for whoever wires the engine to it.
    pub fn store(&self) -> &Store {
        &self.0.parts.store
    }

    /// Whether pushes may go by `channel`: Twilio Notify is off unless a setting
    /// turns it on.
    pub fn offers(&self, channel: Channel) -> bool {
        channel != Channel::Twilio || self.0.parts.twilio_notify
    }

    pub(crate) fn chance(&self) -> &dyn Chance {
        self.0.parts.chance.as_ref()
    }

    pub(crate) fn sealer(&self) -> &Sealer {
        &self.0.parts.sealer
    }

    pub(crate) fn bell(&self) -> &dyn Bell {
        self.0.parts.bell.as_ref()
    }

    pub(crate) fn shared_bell(&self) -> Arc<dyn Bell> {
        self.0.parts.bell.clone()
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        self.0.parts.clock.clone()
    }

    pub(crate) fn intake(&self) -> &Intake {
        &self.0.intake
    }

    pub(crate) fn tallies(&self) -> &Tallies {
        &self.0.tallies
    }

    pub(crate) fn remembered_keys(&self) -> &Remembered {
        &self.0.keys
    }

    pub(crate) fn connector(&self) -> &delivery::Connector {
        &self.0.parts.connector
    }

    pub(crate) fn uploads(&self) -> &Path {
        &self.0.parts.uploads
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    pub(crate) fn throttle(&self) -> &Throttle {
        &self.0.throttle
    }

    pub(crate) fn refusals(&self) -> &RefusalTap {
        &self.0.refusals
    }

    pub(crate) fn tail(&self) -> &Tail {
        &self.0.tail
    }

    pub(crate) async fn reader(&self) -> Result<storage::Reader> {
        Ok(self.store().read().await?)
    }

    pub(crate) async fn begin(&self) -> Result<Tx> {
        Ok(self.store().begin().await?)
    }
}

/// Whatever lends a connection to read on, one read after another.
pub(crate) trait Reads: Send {
    /// The connection, for one repository call.
    fn conn(&mut self) -> Conn<'_>;
}

impl Reads for Tx {
    fn conn(&mut self) -> Conn<'_> {
        Tx::conn(self)
    }
}

impl Reads for Reader {
    fn conn(&mut self) -> Conn<'_> {
        Reader::conn(self)
    }
}

/// That `principal` may do what `permission` covers.
pub(crate) fn require(principal: &Principal, permission: Permission) -> Result<()> {
    if principal.may(permission) {
        Ok(())
    } else {
        Err(ServiceError::Forbidden { permission })
    }
}

/// The way by which a principal's changes come.
pub(crate) const fn way_of(principal: &Principal) -> Way {
    match principal {
        Principal::User { .. } => Way::Dashboard,
        Principal::Key { .. } => Way::Api,
        Principal::System => Way::Demo,
    }
}

/// Which page of a list is wished for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageRequest {
    /// Items on the page.
    pub limit: u32,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

impl PageRequest {
    /// The first `limit` items.
    pub const fn first(limit: u32) -> Self {
        Self {
            limit,
            cursor: None,
        }
    }

    pub(crate) fn after(&self) -> Result<Option<Cursor>> {
        Ok(self.cursor.as_deref().map(str::parse).transpose()?)
    }
}

/// Storage's page as a view's.
pub(crate) fn page<T, U>(
    page: storage::Page<T>,
    item: impl FnMut(T) -> U,
) -> domain::view::Page<U> {
    domain::view::Page {
        items: page.items.into_iter().map(item).collect(),
        next: page.next.map(|cursor| cursor.to_string()),
    }
}
