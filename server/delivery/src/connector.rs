//! Makes clients, and lets those of one credential share what they must share.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use domain::app::{ApnsEnvironment, CredentialSecret};
use domain::time::Clock;

use crate::apns::{self, SignerKey, TokenSigner};
use crate::picture::Looker;
use crate::{Client, Limits, NoPicture, Picture, Reach, SettingsError, adm, fcm, twilio, webpush};

/// Makes clients. Clients of equal settings share their connections; clients
/// of one APNs key share its provider token even if they differ otherwise,
/// since Apple counts how often a key's tokens change.
pub struct Connector {
    clock: Arc<dyn Clock>,
    reach: Reach,
    looker: Looker,
    signers: Shelf<SignerKey, TokenSigner>,
    apns: Shelf<apns::Settings, apns::Shared>,
    fcm: Shelf<fcm::Settings, fcm::Shared>,
    webpush: Shelf<webpush::Settings, webpush::Shared>,
    adm: Shelf<adm::Settings, adm::Shared>,
    twilio: Shelf<twilio::Settings, twilio::Shared>,
}

impl Connector {
    /// A connector that tells the time by `clock`. Of addresses that come from
    /// outside it calls what `reach` allows.
    pub fn new(clock: Arc<dyn Clock>, reach: Reach) -> Self {
        Self {
            clock,
            reach,
            looker: Looker::default(),
            signers: Shelf::default(),
            apns: Shelf::default(),
            fcm: Shelf::default(),
            webpush: Shelf::default(),
            adm: Shelf::default(),
            twilio: Shelf::default(),
        }
    }

    /// A client for a credential.
    ///
    /// # Errors
    /// If a setting cannot be used, naming it.
    pub fn connect(
        &self,
        secret: &CredentialSecret,
        limits: Limits,
    ) -> Result<Client, SettingsError> {
        match secret {
            CredentialSecret::Apns {
                team_id,
                key_id,
                topic: _,
                environment,
                private_key,
                endpoint,
                ca,
            } => {
                let usual = match environment {
                    ApnsEnvironment::Production => apns::PRODUCTION,
                    ApnsEnvironment::Sandbox => apns::SANDBOX,
                };
                self.apns(apns::Settings {
                    team_id: team_id.clone(),
                    key_id: key_id.clone(),
                    private_key_pem: private_key.clone(),
                    endpoint: or_usual(endpoint.as_deref(), usual),
                    extra_ca_pem: ca.clone(),
                    limits,
                })
            }
            CredentialSecret::Fcm {
                service_account,
                endpoint,
                ca,
            } => {
                let mut settings = fcm::Settings::from_service_account_json(service_account)?;
                if let Some(endpoint) = endpoint {
                    settings.endpoint.clone_from(endpoint);
                }
                settings.extra_ca_pem.clone_from(ca);
                settings.limits = limits;
                self.fcm(settings)
            }
            CredentialSecret::Webpush {
                subject,
                private_key,
                ca,
            } => self.webpush(webpush::Settings {
                subject: subject.clone(),
                private_key: private_key.clone(),
                extra_ca_pem: ca.clone(),
                limits,
            }),
            CredentialSecret::Adm {
                client_id,
                client_secret,
                endpoint,
                ca,
            } => self.adm(adm::Settings {
                client_id: client_id.clone(),
                client_secret: client_secret.clone(),
                endpoint: or_usual(endpoint.as_deref(), adm::ENDPOINT),
                extra_ca_pem: ca.clone(),
                limits,
            }),
            CredentialSecret::Twilio {
                account_sid,
                auth_token,
                service_sid,
                endpoint,
                ca,
            } => self.twilio(twilio::Settings {
                account_sid: account_sid.clone(),
                auth_token: auth_token.clone(),
                service_sid: service_sid.clone(),
                endpoint: or_usual(endpoint.as_deref(), twilio::ENDPOINT),
                extra_ca_pem: ca.clone(),
                limits,
            }),
        }
    }

    /// A client for APNs. It connects with the first push.
    ///
    /// # Errors
    /// If a setting cannot be used, naming it.
    pub fn apns(&self, settings: apns::Settings) -> Result<Client, SettingsError> {
        let shared = self.apns.get_or_make(settings, |settings| {
            let signer = self.signers.get_or_make(settings.signer_key(), |key| {
                TokenSigner::new(key, Arc::clone(&self.clock))
            })?;
            apns::Shared::new(settings, signer, Arc::clone(&self.clock))
        })?;
        Ok(Client::Apns(apns::Client::new(shared)))
    }

    /// A client for FCM. It fetches its access token with the first push.
    ///
    /// # Errors
    /// If a setting cannot be used, naming it.
    pub fn fcm(&self, settings: fcm::Settings) -> Result<Client, SettingsError> {
        let shared = self.fcm.get_or_make(settings, |settings| {
            fcm::Shared::new(settings, Arc::clone(&self.clock))
        })?;
        Ok(Client::Fcm(fcm::Client::new(shared)))
    }

    /// A client for browsers' push services.
    ///
    /// # Errors
    /// If a setting cannot be used, naming it.
    pub fn webpush(&self, settings: webpush::Settings) -> Result<Client, SettingsError> {
        let shared = self.webpush.get_or_make(settings, |settings| {
            webpush::Shared::new(settings, self.reach.clone(), Arc::clone(&self.clock))
        })?;
        Ok(Client::Webpush(webpush::Client::new(shared)))
    }

    /// Which addresses that come from outside may be called.
    pub const fn reach(&self) -> &Reach {
        &self.reach
    }

    /// Looks at the image at an address that comes from outside.
    ///
    /// # Errors
    /// Why there is none that devices could show.
    pub async fn look_at_picture(&self, address: &str) -> Result<Picture, NoPicture> {
        self.looker.look(&self.reach, address).await
    }

    /// A client for ADM. It fetches its access token with the first push.
    ///
    /// # Errors
    /// If a setting cannot be used, naming it.
    pub fn adm(&self, settings: adm::Settings) -> Result<Client, SettingsError> {
        let shared = self.adm.get_or_make(settings, |settings| {
            adm::Shared::new(settings, Arc::clone(&self.clock))
        })?;
        Ok(Client::Adm(adm::Client::new(shared)))
    }

    /// A client for Twilio Notify. It connects with the first push.
    ///
    /// # Errors
    /// If a setting cannot be used, naming it.
    pub fn twilio(&self, settings: twilio::Settings) -> Result<Client, SettingsError> {
        let shared = self.twilio.get_or_make(settings, |settings| {
            twilio::Shared::new(settings, Arc::clone(&self.clock))
        })?;
        Ok(Client::Twilio(twilio::Client::new(shared)))
    }
}

/// The address entered, or the provider's own.
fn or_usual(endpoint: Option<&str>, usual: &str) -> String {
    endpoint.unwrap_or(usual).to_owned()
}

/// The clock has nothing to show.
impl std::fmt::Debug for Connector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connector")
            .field("signers", &self.signers)
            .field("apns", &self.apns)
            .field("fcm", &self.fcm)
            .field("webpush", &self.webpush)
            .field("adm", &self.adm)
            .field("twilio", &self.twilio)
            .finish_non_exhaustive()
    }
}

/// Things in use, by what they were made from; what nobody holds is forgotten.
#[derive(Debug)]
struct Shelf<K, V>(Mutex<HashMap<K, Weak<V>>>);

impl<K, V> Default for Shelf<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V> Shelf<K, V> {
    fn get_or_make(
        &self,
        key: K,
        make: impl FnOnce(&K) -> Result<V, SettingsError>,
    ) -> Result<Arc<V>, SettingsError> {
        let mut things = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(thing) = things.get(&key).and_then(Weak::upgrade) {
            return Ok(thing);
        }
        things.retain(|_, thing| thing.strong_count() > 0);
        let thing = Arc::new(make(&key)?);
        things.insert(key, Arc::downgrade(&thing));
        Ok(thing)
    }
}
