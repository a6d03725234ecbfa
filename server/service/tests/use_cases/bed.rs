//! A service over a database of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use delivery::Connector;
use domain::Timestamp;
use domain::people::{Principal, Role};
use domain::time::Clock;
use service::{Bell, NoBell, Parts, Sealer, Service, SystemChance};
use storage::{Options, Store};
use tempfile::TempDir;

/// 2026-11-22T00:00:00Z.
pub(crate) const START: Timestamp = Timestamp(1_795_305_600_000);

/// A clock that stands until a test moves it.
pub(crate) struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

impl TestClock {
    pub(crate) fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }
}

/// A service, its clock and its folder.
pub(crate) struct Bed {
    pub(crate) service: Service,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) folder: TempDir,
}

impl Bed {
    pub(crate) async fn new() -> Self {
        Self::with_bell(Arc::new(NoBell)).await
    }

    pub(crate) async fn with_bell(bell: Arc<dyn Bell>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(TestClock(AtomicI64::new(START.as_millis())));
        let url = format!("sqlite://{}", folder.path().join("test.sqlite").display());
        let store = Store::open(&url, &Options::new(7))
            .await
            .expect("a database");
        store.migrate().await.expect("tables");
        Self {
            service: service(store, &clock, bell, &folder),
            clock,
            folder,
        }
    }

    /// The service of a process that starts after this one.
    pub(crate) fn restarted(&self) -> Service {
        let store = self.service.store().clone();
        service(store, &self.clock, Arc::new(NoBell), &self.folder)
    }
}

fn service(store: Store, clock: &Arc<TestClock>, bell: Arc<dyn Bell>, folder: &TempDir) -> Service {
    Service::new(Parts {
        store,
        twilio_notify: false,
        clock: clock.clone(),
        chance: Arc::new(SystemChance),
        sealer: Sealer::new([7; 32]),
        bell,
        connector: Arc::new(Connector::new(clock.clone(), delivery::Reach::default())),
        uploads: folder.path().join("uploads"),
    })
}

/// A signed-in user with this role, who need not be in the database.
pub(crate) fn user(role: Role) -> Principal {
    Principal::User {
        id: uuid::Uuid::nil().into(),
        email: format!("{}@example.org", role.name()),
        role,
    }
}
