//! A running sandbox, as its owner holds it.

use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::json;
use tokio::sync::broadcast;

use crate::adm::{AdmService, Profiles};
use crate::apns::{ApnsKey, ApnsService, Keys};
use crate::arrivals::{Arrival, Arrivals};
use crate::control::Control;
use crate::faults::{FaultBook, Faults};
use crate::fcm::{Accounts, FcmAccount, FcmService};
use crate::identity::{
    DEMO_ACCOUNT, DEMO_CLIENT, DEMO_EMAIL, DEMO_KEY_ID, DEMO_PROJECT, DEMO_SERVICE, DEMO_TEAM,
    Identity,
};
use crate::twilio::{self, TwilioService};
use crate::webpush::{Subscriptions, WebpushService};
use crate::wire::{Listener, listen};
use crate::{Config, Ports, StartError};

/// A running sandbox; it stops when this is dropped.
#[derive(Debug)]
pub struct Handle {
    identity: Identity,
    control: Arc<Control>,
    keys: Arc<Keys>,
    accounts: Arc<Accounts>,
    profiles: Arc<Profiles>,
    arrivals: Arc<Arrivals>,
    apns: Option<Listener>,
    fcm: Option<Listener>,
    webpush: Option<(Listener, Arc<Subscriptions>)>,
    adm: Option<Listener>,
    twilio: Option<Listener>,
}

/// The demo APNs credential.
#[derive(Clone, Debug)]
pub struct DemoApnsKey {
    /// Team id.
    pub team_id: String,
    /// Key id.
    pub key_id: String,
    /// The private key, PEM, as in a `.p8` file.
    pub private_key_pem: String,
}

/// The demo ADM credential.
#[derive(Clone)]
pub struct DemoAdmProfile {
    /// Client identifier of the security profile.
    pub client_id: String,
    /// Client secret.
    pub client_secret: String,
}

/// The demo credential for Twilio Notify.
#[derive(Clone)]
pub struct DemoTwilioAccount {
    /// The account.
    pub account_sid: String,
    /// Its secret.
    pub auth_token: String,
    /// Its Notify service.
    pub service_sid: String,
}

/// A credential cannot be registered.
#[derive(Debug, thiserror::Error)]
#[error("cannot register the credential: {0}")]
pub struct RegisterError(String);

pub(crate) fn start(
    config: Config,
    arrivals: Arrivals,
    ports: Ports,
) -> Result<Handle, StartError> {
    let identity = Identity::load_or_make(config.state_dir.as_deref())?;
    let mut names = vec![
        "localhost".to_owned(),
        "127.0.0.1".to_owned(),
        "::1".to_owned(),
    ];
    names.extend(config.names);
    let tls = identity.server_tls(names)?;
    let arrivals = Arc::new(arrivals);
    let control = Arc::new(Control {
        faults: FaultBook::default(),
        arrivals: Arc::clone(&arrivals),
    });
    control.faults.replace(config.faults);
    let keys = Arc::new(Keys::new(config.unknown_keys));
    let accounts = Arc::new(Accounts::new(config.unknown_keys));
    let profiles = Arc::new(Profiles::new(config.unknown_keys));
    profiles.register(DEMO_CLIENT, &identity.adm_secret);
    let twilios = Arc::new(twilio::Accounts::new(config.unknown_keys));
    twilios.register(DEMO_ACCOUNT, &identity.twilio_token, DEMO_SERVICE);
    let apns = ports.apns.map(|(socket, addr)| {
        let service = ApnsService {
            keys: Arc::clone(&keys),
            control: Arc::clone(&control),
            arrivals: Arc::clone(&arrivals),
            clock: Arc::clone(&config.clock),
            topics: config.apns_topics,
        };
        listen(socket, addr, Arc::clone(&tls), Arc::new(service))
    });
    let fcm = ports.fcm.map(|(socket, addr)| {
        let service = FcmService {
            accounts: Arc::clone(&accounts),
            control: Arc::clone(&control),
            arrivals: Arc::clone(&arrivals),
            clock: Arc::clone(&config.clock),
        };
        listen(socket, addr, Arc::clone(&tls), Arc::new(service))
    });
    let webpush = ports.webpush.map(|(socket, addr)| {
        let secret = identity.browsers_secret.clone();
        let subscriptions = Arc::new(Subscriptions::new(secret, format!("https://{addr}")));
        let service = WebpushService {
            subscriptions: Arc::clone(&subscriptions),
            control: Arc::clone(&control),
            arrivals: Arc::clone(&arrivals),
            clock: Arc::clone(&config.clock),
        };
        let listener = listen(socket, addr, Arc::clone(&tls), Arc::new(service));
        (listener, subscriptions)
    });
    let adm = ports.adm.map(|(socket, addr)| {
        let service = AdmService {
            profiles: Arc::clone(&profiles),
            control: Arc::clone(&control),
            arrivals: Arc::clone(&arrivals),
            clock: Arc::clone(&config.clock),
        };
        listen(socket, addr, Arc::clone(&tls), Arc::new(service))
    });
    let twilio = ports.twilio.map(|(socket, addr)| {
        let service = TwilioService {
            accounts: twilios,
            control: Arc::clone(&control),
            arrivals: Arc::clone(&arrivals),
            clock: Arc::clone(&config.clock),
        };
        listen(socket, addr, Arc::clone(&tls), Arc::new(service))
    });
    let handle = Handle {
        identity,
        control,
        keys,
        accounts,
        profiles,
        arrivals,
        apns,
        fcm,
        webpush,
        adm,
        twilio,
    };
    handle.register_apns_key(ApnsKey {
        key_id: DEMO_KEY_ID.to_owned(),
        team_id: DEMO_TEAM.to_owned(),
        public_key_pem: handle.identity.apns_public_pem.clone(),
        topics: Vec::new(),
    })?;
    handle.register_fcm_account(FcmAccount {
        client_email: DEMO_EMAIL.to_owned(),
        project_id: DEMO_PROJECT.to_owned(),
        public_key_pem: handle.identity.fcm_public_pem.clone(),
    })?;
    Ok(handle)
}

impl Handle {
    /// Where APNs listens.
    pub fn apns_addr(&self) -> Option<SocketAddr> {
        self.apns.as_ref().map(|listener| listener.addr)
    }

    /// Where FCM listens.
    pub fn fcm_addr(&self) -> Option<SocketAddr> {
        self.fcm.as_ref().map(|listener| listener.addr)
    }

    /// Where browsers' push service listens.
    pub fn webpush_addr(&self) -> Option<SocketAddr> {
        self.webpush.as_ref().map(|(listener, _)| listener.addr)
    }

    /// Where ADM listens.
    pub fn adm_addr(&self) -> Option<SocketAddr> {
        self.adm.as_ref().map(|listener| listener.addr)
    }

    /// Where Twilio Notify listens.
    pub fn twilio_addr(&self) -> Option<SocketAddr> {
        self.twilio.as_ref().map(|listener| listener.addr)
    }

    /// The address to enter as an APNs credential's endpoint.
    pub fn apns_url(&self) -> Option<String> {
        self.apns_addr().map(|addr| format!("https://{addr}"))
    }

    /// The address to enter as an FCM credential's endpoint.
    pub fn fcm_url(&self) -> Option<String> {
        self.fcm_addr().map(|addr| format!("https://{addr}"))
    }

    /// The subscription of the virtual browser `id`, as `PushSubscription.toJSON()`
    /// gives it; none if Web Push does not listen or that is no id (letters,
    /// digits, `-`, `_` and `.`).
    pub fn subscription(&self, id: &str) -> Option<String> {
        self.webpush.as_ref()?.1.json(id)
    }

    /// The same as a push token: under it the browser's arrivals are kept.
    pub fn browser_token(&self, id: &str) -> Option<String> {
        self.webpush.as_ref()?.1.token(id)
    }

    /// The address to enter as an ADM credential's endpoint.
    pub fn adm_url(&self) -> Option<String> {
        self.adm_addr().map(|addr| format!("https://{addr}"))
    }

    /// The address to enter as a Twilio credential's endpoint.
    pub fn twilio_url(&self) -> Option<String> {
        self.twilio_addr().map(|addr| format!("https://{addr}"))
    }

    /// The certificate that vouches for the sandbox, PEM.
    pub fn ca_pem(&self) -> &str {
        &self.identity.ca_pem
    }

    /// An APNs credential that the sandbox takes.
    pub fn demo_apns_key(&self) -> DemoApnsKey {
        DemoApnsKey {
            team_id: DEMO_TEAM.to_owned(),
            key_id: DEMO_KEY_ID.to_owned(),
            private_key_pem: self.identity.apns_private_pem.clone(),
        }
    }

    /// A service account's key file that the sandbox takes, its `token_uri`
    /// leading here. None if FCM does not listen.
    pub fn demo_fcm_service_account_json(&self) -> Option<String> {
        let url = self.fcm_url()?;
        let account = json!({
            "type": "service_account",
            "project_id": DEMO_PROJECT,
            "private_key_id": "sandbox",
            "private_key": self.identity.fcm_private_pem,
            "client_email": DEMO_EMAIL,
            "client_id": "100000000000000000000",
            "auth_uri": format!("{url}/auth"),
            "token_uri": format!("{url}/token"),
            "universe_domain": "googleapis.com",
        });
        Some(account.to_string())
    }

    /// An ADM credential that the sandbox takes.
    pub fn demo_adm_profile(&self) -> DemoAdmProfile {
        DemoAdmProfile {
            client_id: DEMO_CLIENT.to_owned(),
            client_secret: self.identity.adm_secret.clone(),
        }
    }

    /// A credential for Twilio Notify that the sandbox takes.
    pub fn demo_twilio_account(&self) -> DemoTwilioAccount {
        DemoTwilioAccount {
            account_sid: DEMO_ACCOUNT.to_owned(),
            auth_token: self.identity.twilio_token.clone(),
            service_sid: DEMO_SERVICE.to_owned(),
        }
    }

    /// Makes the sandbox take another APNs key.
    ///
    /// # Errors
    /// If its public key is no P-256 key in PEM.
    pub fn register_apns_key(&self, key: ApnsKey) -> Result<(), RegisterError> {
        self.keys
            .register(key)
            .map_err(|error| RegisterError(error.to_string()))
    }

    /// Makes the sandbox take another service account.
    ///
    /// # Errors
    /// If its public key is no RSA key in PEM.
    pub fn register_fcm_account(&self, account: FcmAccount) -> Result<(), RegisterError> {
        self.accounts
            .register(account)
            .map_err(|error| RegisterError(error.to_string()))
    }

    /// Replaces the faults in force; counts start again.
    pub fn set_faults(&self, faults: Faults) {
        self.control.faults.replace(faults);
    }

    /// Makes every access token of FCM and ADM invalid, as if it had expired
    /// early.
    pub fn revoke_access_tokens(&self) {
        self.accounts.revoke();
        self.profiles.revoke();
    }

    /// How often FCM's token endpoint was asked.
    pub fn access_tokens_fetched(&self) -> u64 {
        self.accounts.fetched()
    }

    /// How often ADM's token endpoint was asked.
    pub fn adm_access_tokens_fetched(&self) -> u64 {
        self.profiles.fetched()
    }

    /// How many connections the APNs port has accepted.
    pub fn apns_connections(&self) -> u64 {
        self.apns.as_ref().map_or(0, Listener::accepted)
    }

    /// How many connections the FCM port has accepted, those to the token
    /// endpoint included.
    pub fn fcm_connections(&self) -> u64 {
        self.fcm.as_ref().map_or(0, Listener::accepted)
    }

    /// How many pushes were received; those that the checks refused are not
    /// counted.
    pub fn received(&self) -> u64 {
        self.arrivals.count()
    }

    /// The kept arrivals of a push token, newest first.
    pub fn recent(&self, token: &str) -> Vec<Arc<Arrival>> {
        self.arrivals.recent(Some(token))
    }

    /// All kept arrivals, newest first.
    pub fn recent_all(&self) -> Vec<Arc<Arrival>> {
        self.arrivals.recent(None)
    }

    /// Tells of every arrival from now on; a receiver that lags loses the oldest.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Arrival>> {
        self.arrivals.subscribe()
    }

    /// Writes what the log still holds in memory.
    ///
    /// # Errors
    /// If the log cannot be written.
    pub fn flush(&self) -> std::io::Result<()> {
        self.arrivals.flush()
    }

    /// Closes the ports and every connection, and writes the log's end.
    ///
    /// # Errors
    /// If the log cannot be written.
    pub fn stop(self) -> std::io::Result<()> {
        drop((self.apns, self.fcm, self.adm, self.webpush, self.twilio));
        self.arrivals.flush()
    }
}
