//! A database, a sandbox, an app with credentials for both, and an engine.

mod clock;
mod given;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use domain::app::{ApnsEnvironment, Capabilities, CredentialSecret};
use domain::delivery::SendState;
use domain::device::Channel;
use domain::time::Clock;
use domain::{AppId, ContactId};
use engine::{CredentialSource, Deps, Engine, Settings, SourceError};
use futures::future::BoxFuture;
use sandbox::{Config, Faults, Handle, Sandbox};
use serde_json::json;
use storage::credentials::NewCredential;
use storage::deliveries::{self, Delivery};
use storage::sends::{self, Send};
use storage::{Options, Store, apps, chunks, contacts, credentials};
use tempfile::TempDir;

pub(crate) use clock::{AN_HOUR_AFTER_THE_BEGINNING, TestClock};
pub(crate) use given::line;

/// Makes a test for each engine out of `async fn sentence(world: World)`.
macro_rules! on_both {
    ($($sentence:ident),+ $(,)?) => {$(
        mod $sentence {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                super::$sentence($crate::world::World::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                let Some(world) = $crate::world::World::postgres().await else { return };
                super::$sentence(world).await;
            }
        }
    )+};
}

/// Makes a test on SQLite alone out of `async fn sentence(world: World)`.
macro_rules! on_sqlite {
    ($($sentence:ident),+ $(,)?) => {$(
        mod $sentence {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                super::$sentence($crate::world::World::sqlite().await).await;
            }
        }
    )+};
}

/// The channels of apps, whose tokens a test can make up.
pub(crate) const APPS: [Channel; 4] = [Channel::Apns, Channel::Fcm, Channel::Adm, Channel::Twilio];
/// Longest that anything may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(20);

struct Secrets(BTreeMap<Channel, CredentialSecret>);

impl CredentialSource for Secrets {
    fn load(
        &self,
        _app: AppId,
        channel: Channel,
    ) -> BoxFuture<'_, Result<Option<CredentialSecret>, SourceError>> {
        let secret = self.0.get(&channel).cloned();
        Box::pin(async move { Ok(secret) })
    }
}

pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) sandbox: Handle,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) app: AppId,
    /// A channel that is off, whatever was entered for it.
    pub(crate) off: Option<Channel>,
    engine: Option<Engine>,
    _folder: TempDir,
    _schema: Option<Schema>,
}

struct Schema {
    url: String,
    name: String,
}

impl World {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        Self::new(&url, folder, None).await
    }

    /// `None` only when a developer asked for SQLite alone.
    pub(crate) async fn postgres() -> Option<Self> {
        let Ok(url) = std::env::var("CARILLON_TEST_POSTGRES") else {
            assert!(
                std::env::var_os("CARILLON_TEST_SQLITE_ONLY").is_some(),
                "no PostgreSQL: run `cargo xtask test`, which starts one, or set \
                 CARILLON_TEST_POSTGRES; CARILLON_TEST_SQLITE_ONLY=1 leaves it out"
            );
            return None;
        };
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("e{}_{n}", std::process::id());
        run(&url, format!("CREATE SCHEMA {name}")).await;
        let mark = if url.contains('?') { '&' } else { '?' };
        let own = format!("{url}{mark}options[search_path]={name}");
        let folder = tempfile::tempdir().expect("a scratch folder");
        Some(Self::new(&own, folder, Some(Schema { url, name })).await)
    }

    async fn new(url: &str, folder: TempDir, schema: Option<Schema>) -> Self {
        let options = Options {
            connections: 8,
            ..Options::new(7)
        };
        let store = Store::open(url, &options)
            .await
            .expect("the database opens");
        store.migrate().await.expect("the migrations run");
        let clock = Arc::new(TestClock::start());
        let sandbox = Sandbox::start(Config::local(clock.clone()))
            .await
            .expect("a sandbox");
        let mut tx = store.begin().await.unwrap();
        let now = clock.now();
        let capabilities = Capabilities::default();
        let (app, _) = apps::put(&mut tx, "shop", "Shop", &capabilities, now)
            .await
            .unwrap();
        for channel in Channel::ALL {
            let new = NewCredential {
                app_id: app.id,
                channel,
                sealed: b"elsewhere",
                summary: "of the sandbox",
                topic: "com.example.shop",
            };
            credentials::put(&mut tx, &new, now).await.unwrap();
        }
        tx.commit().await.unwrap();
        Self {
            store,
            sandbox,
            clock,
            app: app.id,
            off: None,
            engine: None,
            _folder: folder,
            _schema: schema,
        }
    }

    fn secrets(&self) -> Secrets {
        let key = self.sandbox.demo_apns_key();
        let ca = Some(self.sandbox.ca_pem().to_owned());
        let apns = CredentialSecret::Apns {
            team_id: key.team_id,
            key_id: key.key_id,
            topic: "com.example.shop".to_owned(),
            environment: ApnsEnvironment::Production,
            private_key: key.private_key_pem,
            endpoint: self.sandbox.apns_url(),
            ca: ca.clone(),
        };
        let fcm = CredentialSecret::Fcm {
            service_account: self
                .sandbox
                .demo_fcm_service_account_json()
                .expect("FCM listens"),
            endpoint: self.sandbox.fcm_url(),
            ca: ca.clone(),
        };
        let profile = self.sandbox.demo_adm_profile();
        let adm = CredentialSecret::Adm {
            client_id: profile.client_id,
            client_secret: profile.client_secret,
            endpoint: self.sandbox.adm_url(),
            ca: ca.clone(),
        };
        let account = self.sandbox.demo_twilio_account();
        let twilio = CredentialSecret::Twilio {
            account_sid: account.account_sid,
            auth_token: account.auth_token,
            service_sid: account.service_sid,
            endpoint: self.sandbox.twilio_url(),
            ca: ca.clone(),
        };
        let webpush = CredentialSecret::Webpush {
            subject: "mailto:push@example.com".to_owned(),
            private_key: delivery::webpush::private_key_from(&[7; 32]).expect("a key"),
            ca,
        };
        let all = [apns, fcm, adm, webpush, twilio];
        let on = all
            .into_iter()
            .filter(|secret| Some(secret.channel()) != self.off);
        Secrets(on.map(|secret| (secret.channel(), secret)).collect())
    }

    /// Starts the engine.
    pub(crate) async fn start(&mut self) {
        self.start_looking_every(Duration::from_millis(50)).await;
    }

    /// Starts the engine; for work that nobody announced it looks every `poll`.
    pub(crate) async fn start_looking_every(&mut self, poll: Duration) {
        let settings = Settings {
            request_timeout: Duration::from_secs(10),
            lease: Duration::from_secs(25),
            poll,
            ..Settings::default()
        };
        let deps = Deps {
            clock: self.clock.clone(),
            credentials: Arc::new(self.secrets()),
            reach: delivery::Reach::besides(vec!["127.0.0.0/8".parse().unwrap()]),
            settings,
        };
        self.engine = Some(
            engine::start(self.store.clone(), deps)
                .await
                .expect("it starts"),
        );
    }

    pub(crate) fn engine(&self) -> &Engine {
        self.engine.as_ref().expect("it was started")
    }

    /// Ends the engine in order.
    pub(crate) async fn stop(&mut self) -> bool {
        let engine = self.engine.take().expect("it was started");
        engine.shutdown(Duration::from_secs(10)).await
    }

    /// Ends the engine with no time for calls in flight.
    pub(crate) async fn stop_at_once(&mut self) -> bool {
        let engine = self.engine.take().expect("it was started");
        engine.shutdown(Duration::ZERO).await
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, time: Duration) {
        self.clock.pass(time);
    }

    /// Has the clock stand still until time passes: nothing comes due while a test looks.
    pub(crate) fn stand_still(&self) {
        self.clock.stand_still();
    }

    pub(crate) fn faults(&self, faults: &serde_json::Value) {
        let faults: Faults = serde_json::from_value(json!({"faults": faults})).unwrap();
        self.sandbox.set_faults(faults);
    }

    pub(crate) async fn sends(&self, name: &str) -> Vec<Send> {
        let mut reader = self.store.read().await.unwrap();
        let contact = contacts::find_by_external_id(&mut reader, name)
            .await
            .unwrap()
            .unwrap();
        sends::of_contact(&mut reader, contact.shard, contact.id, None, 100)
            .await
            .unwrap()
            .items
    }

    /// The contact's deliveries, oldest send first.
    pub(crate) async fn deliveries(&self, name: &str) -> Vec<Delivery> {
        let mut found = Vec::new();
        for send in self.sends(name).await.into_iter().rev() {
            let mut reader = self.store.read().await.unwrap();
            let chunk = chunks::get(&mut reader, send.chunk_id).await.unwrap();
            let contact: ContactId = send.key.contact_id;
            let all = deliveries::of_contact(&mut reader, chunk.home, chunk.id, contact)
                .await
                .unwrap();
            // A chunk may hold several sends to one contact.
            found.extend(
                all.into_iter()
                    .filter(|d| d.source_id == send.key.source_id && d.step == send.key.step),
            );
        }
        found
    }

    /// Waits until the contact has `count` deliveries and all are final.
    pub(crate) async fn settled(&self, name: &str, count: usize) -> Vec<Delivery> {
        self.until("every delivery is settled", || async {
            let found = self.deliveries(name).await;
            (found.len() == count && found.iter().all(|d| d.state.is_final())).then_some(found)
        })
        .await
    }

    /// Waits until the contact's one send is suppressed.
    pub(crate) async fn suppressed(&self, name: &str) -> Send {
        self.until("the send is suppressed", || async {
            self.sends(name)
                .await
                .pop()
                .filter(|send| send.state == SendState::Suppressed)
        })
        .await
    }

    /// Waits for something, and fails when it does not come.
    pub(crate) async fn until<T, F: Future<Output = Option<T>>>(
        &self,
        what: &str,
        look: impl Fn() -> F,
    ) -> T {
        let begun = Instant::now();
        loop {
            if let Some(found) = look().await {
                return found;
            }
            assert!(begun.elapsed() < PATIENCE, "waited in vain until {what}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The push token of `name`'s device; a browser's is the sandbox's to give.
    pub(crate) fn token(&self, name: &str, channel: Channel) -> String {
        match channel {
            Channel::Webpush => self.sandbox.browser_token(name).expect("a browser"),
            _ => token(name, channel),
        }
    }

    /// How many pushes arrived for a device.
    pub(crate) fn arrived(&self, name: &str, channel: Channel) -> usize {
        self.sandbox.recent(&self.token(name, channel)).len()
    }

    /// The payload that arrived last for a device.
    pub(crate) fn payload(&self, name: &str, channel: Channel) -> serde_json::Value {
        let arrivals = self.sandbox.recent(&self.token(name, channel));
        let payload = arrivals
            .first()
            .and_then(|a| a.payload.clone())
            .expect("it arrived");
        serde_json::from_str(payload.get()).expect("JSON")
    }
}

/// The push token of `name`'s device.
pub(crate) fn token(name: &str, channel: Channel) -> String {
    let hex = name
        .bytes()
        .fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    match channel {
        Channel::Apns => format!("{hex:0<64}"),
        Channel::Adm => format!("amzn1.adm-registration.v1.{hex}"),
        Channel::Fcm | Channel::Twilio => {
            format!("{}-{name}:{hex:0<40}", channel.name())
        }
        Channel::Webpush => panic!("a subscription comes from the sandbox"),
    }
}

async fn run(url: &str, sql: String) {
    use sqlx::Connection;
    let mut connection = sqlx::PgConnection::connect(url)
        .await
        .expect("PostgreSQL answers");
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .execute(&mut connection)
        .await
        .expect("the schema");
    connection.close().await.expect("PostgreSQL says good-bye");
}

impl Drop for Schema {
    fn drop(&mut self) {
        let (url, name) = (self.url.clone(), self.name.clone());
        // On a thread of its own: a runtime cannot be entered from another.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(run(&url, format!("DROP SCHEMA {name} CASCADE")));
        });
        assert!(
            dropped.join().is_ok() || std::thread::panicking(),
            "the schema stayed"
        );
    }
}
