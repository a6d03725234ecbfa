//! A server that holds one secret of every kind, and the sandbox that it sends
//! to.

use super::forms::Secret;
use crate::api::Api;
use crate::carillon::Carillon;
use crate::functions::{functions, use_link_with};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::device::Channel;
use domain::people::Role;
use sandbox::{Config, Handle, Sandbox};
use serde_json::{Value, json};
use server::clock::SystemClock;
use service::SystemChance;
use std::fs::File;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// What nobody can guess: 43 characters of base64url, which are 32 bytes.
pub(super) fn random() -> String {
    let made = service::Secret::new("", &SystemChance).expect("randomness");
    made.expose().to_owned()
}

/// A contact's device and its push token.
pub(super) struct Device {
    pub(super) channel: Channel,
    pub(super) name: String,
    pub(super) token: Value,
    pub(super) id: String,
}

/// What the server and its sandbox know.
pub(super) struct World {
    pub(super) carillon: Carillon,
    pub(super) sandbox: Handle,
    pub(super) secrets: Vec<Secret>,
    pub(super) api: Api,
    /// The paths of the functions that pages call.
    pub(super) functions: Vec<String>,
    /// A session of each role.
    pub(super) cookies: Vec<(Role, String)>,
    pub(super) password: String,
    /// A one-time link's secret, not used yet.
    pub(super) link: String,
    pub(super) registration_secret: String,
    /// What signs somebody, in vain.
    pub(super) signature: String,
    /// Each credential as it is entered.
    pub(super) credentials: Vec<(Channel, Value)>,
    pub(super) devices: Vec<Device>,
    pub(super) contact: String,
    pub(super) campaign: String,
    pub(super) workflow: String,
    pub(super) push: String,
}

impl World {
    pub(super) async fn make() -> Self {
        let directory = Arc::new(tempfile::tempdir().expect("a directory"));
        let sandbox = Sandbox::start(Config::local(Arc::new(SystemClock)))
            .await
            .expect("a sandbox");
        let sealing_key = URL_SAFE_NO_PAD.decode(random()).expect("base64url");
        let sealing_key = STANDARD.encode(sealing_key);
        let settings = format!(
            "sealing_key = \"{sealing_key}\"\ntwilio_notify = true\n\
             private_networks = [\"127.0.0.0/8\"]\n"
        );
        std::fs::write(directory.path().join("carillon.toml"), settings).expect("a file");
        let carillon = start(&directory, "text");
        let api = carillon.api("ingest,read,manage");
        let mut world = Self {
            secrets: vec![
                Secret::base64("sealing key", &sealing_key),
                // What comes before tells keys apart and is shown.
                Secret::text("API key", &api.key[16..]),
            ],
            cookies: Vec::new(),
            password: random(),
            link: String::new(),
            registration_secret: random(),
            signature: service::hex(&service::hash(&random())),
            credentials: credentials(&sandbox),
            devices: Vec::new(),
            contact: String::new(),
            campaign: String::new(),
            workflow: String::new(),
            push: String::new(),
            functions: functions(&carillon),
            carillon,
            sandbox,
            api,
        };
        let registration = Secret::text("registration secret", &world.registration_secret);
        world.secrets.push(registration);
        let signature = Secret::hex("signature", &world.signature);
        world.secrets.push(signature);
        world.people().await;
        world.apps().await;
        world.content().await;
        world.bindings().await;
        world
    }

    /// A user of each role, signed in, and one who has not come yet.
    async fn people(&mut self) {
        let (carillon, password) = (&self.carillon, &self.password);
        self.secrets.push(Secret::text("password", password));
        for role in Role::ALL {
            let email = format!("{}@example.org", role.name());
            let added = carillon.run(&["user", "add", &email, "--role", role.name()]);
            let link = String::from_utf8(added.stdout).expect("text");
            let cookie = use_link_with(carillon, &link, &email, password).await;
            let session = cookie.split_once('=').expect("a pair").1;
            self.secrets.push(Secret::text("session", session));
            self.cookies.push((role, cookie));
        }
        let first = carillon.said.iter().find(|line| line.contains("/welcome/"));
        let first = first.expect("the first administrator's link");
        let token = first.rsplit('/').next().expect("a token");
        self.secrets.push(Secret::text("first link", token));
        let added = carillon.run(&["user", "add", "eve@example.org", "--role", "viewer"]);
        let link = String::from_utf8(added.stdout).expect("text");
        let token = link.trim().rsplit('/').next().expect("a token");
        self.secrets.push(Secret::text("one-time link", token));
        token.clone_into(&mut self.link);
    }

    async fn apps(&mut self) {
        let api = &self.api;
        for (slug, name) in [("shop", "Shop"), ("vault", "Vault")] {
            let made = api
                .put(&format!("/apps/{slug}"), json!({"name": name}))
                .await;
            assert_eq!(made.status, 201, "{made:?}");
        }
        let secret = json!({"secret": self.registration_secret});
        let asks = api.put("/apps/vault/signing", secret).await;
        assert!(asks.status < 300, "{asks:?}");
        for (channel, credential) in &self.credentials {
            let path = format!("/apps/shop/credentials/{}", channel.name());
            let entered = api.put(&path, credential.clone()).await;
            assert!(entered.status < 300, "{entered:?}");
            let text = |name: &str| credential[name].as_str().expect("a text");
            self.secrets.push(match channel {
                Channel::Apns => Secret::pem("APNs key", text("private_key")),
                Channel::Fcm => {
                    let account = &credential["service_account"];
                    let key = account["private_key"].as_str().expect("a key");
                    Secret::pem("FCM key", key)
                }
                Channel::Adm => Secret::text("ADM client secret", text("client_secret")),
                Channel::Webpush => Secret::base64("VAPID private key", text("private_key")),
                Channel::Twilio => Secret::text("Twilio auth token", text("auth_token")),
            });
        }
    }

    async fn content(&mut self) {
        let api = &self.api;
        let id = |made: crate::api::Answer| {
            assert!(made.status < 300, "{made:?}");
            made.body["id"].as_str().expect("an id").to_owned()
        };
        let named = json!({"name": "Spring"});
        self.campaign = id(api.post("/campaigns", named).await);
        let workflow = json!({"campaign_id": self.campaign, "name": "Journey"});
        self.workflow = id(api.post("/workflows", workflow).await);
        let content = json!({"title": "Hi", "body": "There", "class": "transactional"});
        let push = json!({"name": "Hello", "campaign_id": self.campaign, "content": content});
        self.push = id(api.post("/pushes", push).await);
        let ada = json!({"first_name": "Ada", "opted_in": true});
        self.contact = id(api.put("/contacts/ada", ada).await);
    }

    /// Ada's devices, one of each channel.
    async fn bindings(&mut self) {
        let browser = random();
        let subscription = self.sandbox.subscription(&browser).expect("a browser");
        let subscription: Value = serde_json::from_str(&subscription).expect("JSON");
        let key = |name: &str| subscription["keys"][name].as_str().expect("a key");
        let apns = service::hex(&service::hash(&random()));
        let [fcm, adm, twilio] = [random(), random(), random()];
        self.secrets.extend([
            Secret::hex("APNs token", &apns),
            Secret::text("FCM token", &fcm),
            Secret::text("ADM token", &adm),
            Secret::text("Twilio address", &twilio),
            Secret::text("subscription endpoint", &browser),
            Secret::base64("subscription p256dh", key("p256dh")),
            Secret::base64("subscription auth", key("auth")),
        ]);
        for (channel, token) in [
            (Channel::Apns, json!(apns)),
            (Channel::Fcm, json!(format!("d:{fcm}"))),
            (
                Channel::Adm,
                json!(format!("amzn1.adm-registration.v3.{adm}")),
            ),
            (Channel::Webpush, subscription.clone()),
            (Channel::Twilio, json!(format!("fcm:{twilio}"))),
        ] {
            let name = format!("{}-device", channel.name());
            let device = json!({
                "app": "shop", "channel": channel.name(), "token": token,
                "os_permission": "granted",
            });
            let path = format!("/contacts/ada/devices/{name}");
            let made = self.api.put(&path, device).await;
            assert_eq!(made.status, 201, "{made:?}");
            let id = made.body["id"].as_str().expect("an id").to_owned();
            self.devices.push(Device {
                channel,
                name,
                token,
                id,
            });
        }
    }

    /// Sends a test to all of Ada's devices, waits until each was called, and
    /// returns the send's source and its chunk.
    pub(super) async fn send(&self) -> (String, String) {
        let path = format!("/pushes/{}/test", self.push);
        let sent = self.api.post(&path, json!({"external_id": "ada"})).await;
        assert!(sent.status < 300, "{sent:?}");
        let source = sent.body["source_id"].as_str().expect("an id").to_owned();
        let asked = Instant::now();
        loop {
            let send = format!("/contacts/ada/sends/{source}/test");
            let shown = self.api.get(&send).await.body;
            let deliveries = shown["deliveries"].as_array().cloned().unwrap_or_default();
            let open = |state: &Value| ["planned", "started"].iter().any(|s| state == s);
            let called = deliveries.iter().filter(|d| !open(&d["state"]));
            if !deliveries.is_empty() && called.count() == deliveries.len() {
                let chunk = deliveries[0]["chunk_id"].as_str().expect("an id");
                return (source, chunk.to_owned());
            }
            assert!(asked.elapsed() < Duration::from_secs(20), "{shown}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub(super) fn cookie(&self, role: Role) -> &str {
        let of = self.cookies.iter().find(|(of, _)| *of == role);
        &of.expect("everybody is signed in").1
    }

    /// What a person might put into a field by mistake. A signature would pass for
    /// a token of APNs.
    pub(super) fn texts(&self) -> Vec<String> {
        let mut texts = vec![
            self.api.key.clone(),
            self.password.clone(),
            self.registration_secret.clone(),
        ];
        texts.extend(self.devices.iter().map(|device| match &device.token {
            Value::String(token) => token.clone(),
            subscription => subscription.to_string(),
        }));
        texts
    }

    /// The address of a function that pages call.
    pub(super) fn function(&self, name: &str) -> String {
        let path = self
            .functions
            .iter()
            .find(|path| path.ends_with(&format!("/{name}")));
        format!("{}{}", self.carillon.url, path.expect("a function"))
    }
}

/// The server at its most talkative, its log in a file of the directory.
pub(super) fn start(directory: &Arc<TempDir>, format: &str) -> Carillon {
    let log = File::options()
        .create(true)
        .append(true)
        .open(directory.path().join(format!("{format}.log")))
        .expect("a log");
    let args = ["--log", "trace", "--log-format", format];
    Carillon::start_logging(directory.clone(), &args, log.into())
}

/// What the sandbox takes, with keys of its own.
fn credentials(sandbox: &Handle) -> Vec<(Channel, Value)> {
    let ca = sandbox.ca_pem();
    let apns = sandbox.demo_apns_key();
    let account = sandbox.demo_fcm_service_account_json().expect("an account");
    let account: Value = serde_json::from_str(&account).expect("JSON");
    let (adm, twilio) = (sandbox.demo_adm_profile(), sandbox.demo_twilio_account());
    vec![
        (
            Channel::Apns,
            json!({
                "team_id": apns.team_id, "key_id": apns.key_id, "topic": "org.example.shop",
                "private_key": apns.private_key_pem, "endpoint": sandbox.apns_url(), "ca": ca,
            }),
        ),
        (
            Channel::Fcm,
            json!({"service_account": account, "endpoint": sandbox.fcm_url(), "ca": ca}),
        ),
        (
            Channel::Adm,
            json!({
                "client_id": adm.client_id, "client_secret": adm.client_secret,
                "endpoint": sandbox.adm_url(), "ca": ca,
            }),
        ),
        (
            Channel::Webpush,
            json!({"subject": "mailto:ops@example.org", "private_key": random(), "ca": ca}),
        ),
        (
            Channel::Twilio,
            json!({
                "account_sid": twilio.account_sid, "auth_token": twilio.auth_token,
                "service_sid": twilio.service_sid, "endpoint": sandbox.twilio_url(), "ca": ca,
            }),
        ),
    ]
}
