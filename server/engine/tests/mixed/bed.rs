//! A database, a sandbox with all five providers, and an engine over both.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use domain::app::{ApnsEnvironment, Capabilities, CredentialSecret};
use domain::device::Channel;
use domain::time::Clock;
use domain::{AppId, Timestamp};
use engine::{CredentialSource, Deps, Engine, Settings, SourceError};
use futures::future::BoxFuture;
use sandbox::{Config, Faults, Handle, Sandbox, UnknownKeys};
use storage::credentials::NewCredential;
use storage::{Options, Store, apps, credentials};
use tempfile::TempDir;

/// Monday, 21 September 2026, 14:13:20.
pub(crate) const BEGIN: i64 = 1_790_000_000_000;
/// Longer than any call that is answered.
const TIMEOUT: Duration = Duration::from_secs(8);

/// Time that stands until it is pushed on.
#[derive(Debug)]
pub(crate) struct StoppedClock(AtomicI64);

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::Relaxed))
    }
}

struct Secrets(HashMap<(AppId, Channel), CredentialSecret>);

impl CredentialSource for Secrets {
    fn load(
        &self,
        app: AppId,
        channel: Channel,
    ) -> BoxFuture<'_, Result<Option<CredentialSecret>, SourceError>> {
        let secret = self.0.get(&(app, channel)).cloned();
        Box::pin(async move { Ok(secret) })
    }
}

pub(crate) struct Bed {
    pub(crate) store: Store,
    pub(crate) sandbox: Handle,
    pub(crate) clock: Arc<StoppedClock>,
    secrets: HashMap<(AppId, Channel), CredentialSecret>,
    _folder: TempDir,
}

impl Bed {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let url = format!("sqlite://{}", folder.path().join("mixed.db").display());
        let options = Options {
            connections: 8,
            ..Options::new(7)
        };
        let store = Store::open(&url, &options).await.expect("a database");
        store.migrate().await.expect("the migrations run");
        let clock = Arc::new(StoppedClock(AtomicI64::new(BEGIN)));
        let config = Config {
            keep_recent: 0,
            unknown_keys: UnknownKeys::Trust,
            ..Config::local(clock.clone())
        };
        let sandbox = Sandbox::start(config).await.expect("a sandbox");
        Self {
            store,
            sandbox,
            clock,
            secrets: HashMap::new(),
            _folder: folder,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, time: Duration) {
        let millis = i64::try_from(time.as_millis()).unwrap();
        self.clock.0.fetch_add(millis, Ordering::Relaxed);
    }

    pub(crate) fn faults(&self, faults: &serde_json::Value) {
        let faults = serde_json::json!({"faults": faults}).to_string();
        let faults = Faults::from_json(faults.as_bytes()).expect("faults");
        self.sandbox.set_faults(faults);
    }

    /// An app with credentials for these channels that nobody else has: `n` is
    /// in each, so that it has connections and access tokens of its own.
    pub(crate) async fn app(&mut self, n: usize, channels: &[Channel]) -> AppId {
        let slug = format!("app{n}");
        let mut tx = self.store.begin().await.unwrap();
        let capabilities = Capabilities::default();
        let (app, _) = apps::put(&mut tx, &slug, &slug, &capabilities, self.now())
            .await
            .unwrap();
        for channel in channels {
            let new = NewCredential {
                app_id: app.id,
                channel: *channel,
                sealed: b"elsewhere",
                summary: "of the sandbox",
                topic: "com.example.shop",
            };
            credentials::put(&mut tx, &new, self.now()).await.unwrap();
            let secret = self.secret(n, *channel);
            self.secrets.insert((app.id, *channel), secret);
        }
        tx.commit().await.unwrap();
        app.id
    }

    fn secret(&self, n: usize, channel: Channel) -> CredentialSecret {
        let ca = Some(self.sandbox.ca_pem().to_owned());
        match channel {
            Channel::Apns => {
                let key = self.sandbox.demo_apns_key();
                CredentialSecret::Apns {
                    team_id: key.team_id,
                    key_id: format!("KEY{n:07}"),
                    topic: "com.example.shop".to_owned(),
                    environment: ApnsEnvironment::Production,
                    private_key: key.private_key_pem,
                    endpoint: self.sandbox.apns_url(),
                    ca,
                }
            }
            Channel::Fcm => {
                let account = self.sandbox.demo_fcm_service_account_json();
                let mut account: serde_json::Value =
                    serde_json::from_str(&account.expect("FCM listens")).unwrap();
                account["project_id"] = format!("project-{n}").into();
                account["client_email"] = format!("push@project-{n}.example").into();
                CredentialSecret::Fcm {
                    service_account: account.to_string(),
                    endpoint: self.sandbox.fcm_url(),
                    ca,
                }
            }
            Channel::Adm => CredentialSecret::Adm {
                client_id: format!("amzn1.application-oa2-client.{n}"),
                client_secret: self.sandbox.demo_adm_profile().client_secret,
                endpoint: self.sandbox.adm_url(),
                ca,
            },
            Channel::Webpush => {
                let mut seed = [7; 32];
                seed[..8].copy_from_slice(&n.to_be_bytes());
                CredentialSecret::Webpush {
                    subject: "mailto:push@example.com".to_owned(),
                    private_key: delivery::webpush::private_key_from(&seed).expect("a key"),
                    ca,
                }
            }
            Channel::Twilio => CredentialSecret::Twilio {
                account_sid: format!("AC{n:032x}"),
                auth_token: self.sandbox.demo_twilio_account().auth_token,
                service_sid: self.sandbox.demo_twilio_account().service_sid,
                endpoint: self.sandbox.twilio_url(),
                ca,
            },
        }
    }

    /// Starts an engine.
    pub(crate) async fn start(&self) -> Engine {
        let settings = Settings {
            request_timeout: TIMEOUT,
            // Time stands: what a slow machine let go of would stay so.
            lease: Duration::from_hours(1),
            poll: Duration::from_millis(50),
            ..Settings::default()
        };
        let deps = Deps {
            clock: self.clock.clone(),
            credentials: Arc::new(Secrets(self.secrets.clone())),
            reach: delivery::Reach::besides(vec!["127.0.0.0/8".parse().unwrap()]),
            settings,
        };
        engine::start(self.store.clone(), deps)
            .await
            .expect("it starts")
    }
}
