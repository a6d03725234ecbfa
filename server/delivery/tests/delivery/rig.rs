//! A sandbox, a clock that is turned by hand, and clients for both.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use delivery::{
    Client, Connector, Limits, Message, Options, Reach, adm, apns, fcm, twilio, webpush,
};
use domain::Timestamp;
use domain::time::Clock;
use sandbox::{Config, Faults, Handle, Sandbox};
use tokio::net::TcpSocket;
use uuid::Uuid;

pub(crate) const TOPIC: &str = "com.example.app";

pub(crate) struct Hands(AtomicI64);

impl Hands {
    pub(crate) fn forward(&self, minutes: i64) {
        self.0.fetch_add(minutes * 60_000, Ordering::Relaxed);
    }
}

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::Relaxed))
    }
}

pub(crate) struct Rig {
    pub(crate) sandbox: Handle,
    pub(crate) clock: Arc<Hands>,
    pub(crate) connector: Connector,
}

impl Rig {
    pub(crate) async fn new() -> Self {
        let clock = Arc::new(Hands(AtomicI64::new(1_800_000_000_000)));
        let mut config = Config::local(Arc::clone(&clock) as Arc<dyn Clock>);
        config.apns_topics = vec![TOPIC.to_owned()];
        config.keep_recent = 10_000;
        let sandbox = Sandbox::start(config).await.unwrap();
        let connector = Connector::new(
            Arc::clone(&clock) as Arc<dyn Clock>,
            Reach::besides(vec!["127.0.0.0/8".parse().unwrap()]),
        );
        Self {
            sandbox,
            clock,
            connector,
        }
    }

    pub(crate) async fn with_faults(json: &str) -> Self {
        let rig = Self::new().await;
        rig.faults(json);
        rig
    }

    /// Waits until so many pushes have been received.
    pub(crate) async fn until_received(&self, pushes: u64) {
        let received = async {
            while self.sandbox.received() < pushes {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let in_time = tokio::time::timeout(Duration::from_secs(20), received).await;
        assert!(in_time.is_ok(), "{} of {pushes}", self.sandbox.received());
    }

    pub(crate) fn faults(&self, json: &str) {
        self.sandbox
            .set_faults(Faults::from_json(json.as_bytes()).unwrap());
    }

    pub(crate) fn apns_settings(&self) -> apns::Settings {
        let key = self.sandbox.demo_apns_key();
        apns::Settings {
            team_id: key.team_id,
            key_id: key.key_id,
            private_key_pem: key.private_key_pem,
            endpoint: self.sandbox.apns_url().unwrap(),
            extra_ca_pem: Some(self.sandbox.ca_pem().to_owned()),
            limits: limits(),
        }
    }

    pub(crate) fn apns(&self) -> Client {
        self.connector.apns(self.apns_settings()).unwrap()
    }

    pub(crate) fn fcm_settings(&self) -> fcm::Settings {
        let account = self.sandbox.demo_fcm_service_account_json().unwrap();
        let mut settings = fcm::Settings::from_service_account_json(&account).unwrap();
        settings.endpoint = self.sandbox.fcm_url().unwrap();
        settings.extra_ca_pem = Some(self.sandbox.ca_pem().to_owned());
        settings.limits = limits();
        settings
    }

    pub(crate) fn fcm(&self) -> Client {
        self.connector.fcm(self.fcm_settings()).unwrap()
    }

    pub(crate) fn webpush_settings(&self) -> webpush::Settings {
        webpush::Settings {
            subject: "mailto:push@example.com".to_owned(),
            private_key: webpush::private_key_from(&[7; 32]).unwrap(),
            extra_ca_pem: Some(self.sandbox.ca_pem().to_owned()),
            limits: limits(),
        }
    }

    pub(crate) fn adm_settings(&self) -> adm::Settings {
        let profile = self.sandbox.demo_adm_profile();
        adm::Settings {
            client_id: profile.client_id,
            client_secret: profile.client_secret,
            endpoint: self.sandbox.adm_url().unwrap(),
            extra_ca_pem: Some(self.sandbox.ca_pem().to_owned()),
            limits: limits(),
        }
    }

    pub(crate) fn webpush(&self) -> Client {
        self.connector.webpush(self.webpush_settings()).unwrap()
    }

    /// A push for the virtual browser `id`.
    pub(crate) fn web_push(&self, id: &str) -> Message {
        Message {
            id: Uuid::from_u128(7),
            token: self.sandbox.browser_token(id).unwrap().into(),
            body: Bytes::from_static(br#"{"title":"Hello"}"#),
            options: Options {
                expiration: Some(self.clock.now().as_seconds() + 60),
                ..Options::default()
            },
            validate_only: false,
        }
    }

    pub(crate) fn adm(&self) -> Client {
        self.connector.adm(self.adm_settings()).unwrap()
    }

    pub(crate) fn twilio_settings(&self) -> twilio::Settings {
        let account = self.sandbox.demo_twilio_account();
        twilio::Settings {
            account_sid: account.account_sid,
            auth_token: account.auth_token,
            service_sid: account.service_sid,
            endpoint: self.sandbox.twilio_url().unwrap(),
            extra_ca_pem: Some(self.sandbox.ca_pem().to_owned()),
            limits: limits(),
        }
    }

    pub(crate) fn twilio(&self) -> Client {
        self.connector.twilio(self.twilio_settings()).unwrap()
    }
}

pub(crate) fn limits() -> Limits {
    Limits {
        connections: 2,
        max_in_flight: 1000,
        request_timeout: Duration::from_secs(20),
        connect_timeout: Duration::from_secs(5),
    }
}

/// An address where nobody listens, nor anybody else can while the socket is kept.
pub(crate) fn deaf() -> (SocketAddr, TcpSocket) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    (socket.local_addr().unwrap(), socket)
}

/// A device token that APNs could have made.
pub(crate) fn token(number: usize) -> String {
    format!("{number:064x}")
}

pub(crate) fn apns_push(token: &str) -> Message {
    Message {
        id: Uuid::from_u128(7),
        token: token.into(),
        body: Bytes::from_static(br#"{"aps":{"alert":{"title":"Hello"}}}"#),
        options: Options {
            topic: Some(TOPIC.into()),
            ..Options::default()
        },
        validate_only: false,
    }
}

pub(crate) fn fcm_push(token: &str) -> Message {
    let body = format!(r#"{{"message":{{"token":"{token}","notification":{{"title":"Hello"}}}}}}"#);
    Message {
        id: Uuid::from_u128(7),
        token: token.into(),
        body: body.into(),
        options: Options::default(),
        validate_only: false,
    }
}

/// A registration id that Amazon could have made.
pub(crate) fn registration(name: &str) -> String {
    format!("amzn1.adm-registration.v3.{name}")
}

pub(crate) fn adm_push(registration: &str) -> Message {
    Message {
        id: Uuid::from_u128(7),
        token: registration.into(),
        body: Bytes::from_static(br#"{"data":{"title":"Hello"},"expiresAfter":3600}"#),
        options: Options::default(),
        validate_only: false,
    }
}

pub(crate) fn twilio_push(address: &str) -> Message {
    let binding = serde_json::json!({"binding_type": "fcm", "address": address}).to_string();
    let body = serde_json::json!({
        "ToBinding": binding,
        "Title": "Hello & good-bye",
        "Data": r#"{"carillon_id":"7"}"#,
        "Ttl": 3600,
        "Priority": "high",
    });
    Message {
        id: Uuid::from_u128(7),
        token: address.into(),
        body: body.to_string().into(),
        options: Options::default(),
        validate_only: false,
    }
}
