//! Provider credentials: enter, try, remove. Secrets go in and never come out
//! again, but to the engine.

use std::borrow::Cow;

use delivery::{Connector, Limits, SettingsError, fcm, webpush};
use domain::AppId;
use domain::app::{ApnsEnvironment, Credential, CredentialSecret, CredentialState};
use domain::device::Channel;
use domain::people::{Permission, Principal};
use domain::validate::{FieldErrors, check_text};
use storage::Tx;
use storage::credentials::{self, NewCredential, SealedCredential};

use crate::service::require;
use crate::{Result, Sealer, Service, ServiceError, apps, audit};

/// The highest limit that makes a difference: what a worker has in flight in all.
const MAX_IN_FLIGHT: u32 = 2048;

/// What a trial of a credential came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialTrial {
    /// The provider takes it.
    Works,
    /// The provider does not take it, and why.
    Refused(String),
    /// The provider cannot be asked now, and why.
    Unknown(String),
}

impl Service {
    /// Enters or replaces an app's credential for a channel. What was refused
    /// before is usable again.
    pub async fn put_credential(
        &self,
        by: &Principal,
        app: &str,
        secret: &CredentialSecret,
    ) -> Result<Credential> {
        require(by, Permission::Administer)?;
        require_offered(self, secret.channel())?;
        let channel = secret.channel();
        let now = self.now();
        let mut tx = self.begin().await?;
        let app = apps::find(&mut tx, app).await?;
        let secret = self.with_key(&mut tx, app.id, secret).await?;
        let facts = check(self.connector(), &secret)?;
        store(self, &mut tx, app.id, &secret, &facts).await?;
        let entry = [
            ("channel", channel.name()),
            ("summary", facts.summary.as_str()),
        ];
        audit::note(&mut tx, by, "credential.put", &app.slug, &entry, now).await?;
        let stored = find(
            credentials::of_app(&mut tx, app.id).await?,
            channel,
            &app.slug,
        )?;
        tx.commit().await?;
        self.bell().content_changed();
        Ok(stored.credential)
    }

    /// A credential for Web Push that brings no key keeps the one that is there:
    /// browsers subscribed with it. Where there is none, one is made.
    async fn with_key<'s>(
        &self,
        tx: &mut Tx,
        app: AppId,
        secret: &'s CredentialSecret,
    ) -> Result<Cow<'s, CredentialSecret>> {
        let CredentialSecret::Webpush {
            subject,
            private_key,
            ca,
        } = secret
        else {
            return Ok(Cow::Borrowed(secret));
        };
        if !private_key.is_empty() {
            return Ok(Cow::Borrowed(secret));
        }
        let before = credentials::of_app(tx, app)
            .await?
            .into_iter()
            .find(|stored| stored.credential.channel == Channel::Webpush);
        let kept = match before {
            Some(stored) => match unseal(self.sealer(), app, Channel::Webpush, &stored.sealed)? {
                CredentialSecret::Webpush { private_key, .. } => Some(private_key),
                _ => None,
            },
            None => None,
        };
        let private_key = match kept {
            Some(key) => key,
            None => self.new_key()?,
        };
        Ok(Cow::Owned(CredentialSecret::Webpush {
            subject: subject.clone(),
            private_key,
            ca: ca.clone(),
        }))
    }

    fn new_key(&self) -> Result<String> {
        loop {
            let mut bytes = [0; 32];
            self.chance()
                .fill(&mut bytes)
                .map_err(ServiceError::internal)?;
            // One choice in 2³² is no key.
            if let Some(key) = webpush::private_key_from(&bytes) {
                return Ok(key);
            }
        }
    }

    /// Asks the provider whether it takes the credential, without reaching a
    /// device and without writing anything down.
    pub async fn probe_credential(
        &self,
        by: &Principal,
        app: &str,
        channel: Channel,
    ) -> Result<CredentialTrial> {
        Ok(self.probe(by, app, channel).await?.1)
    }

    async fn probe(
        &self,
        by: &Principal,
        app: &str,
        channel: Channel,
    ) -> Result<(Credential, CredentialTrial)> {
        require(by, Permission::Administer)?;
        require_offered(self, channel)?;
        let mut reader = self.reader().await?;
        let app = apps::find(&mut reader, app).await?;
        let stored = find(
            credentials::of_app(&mut reader, app.id).await?,
            channel,
            &app.slug,
        )?;
        drop(reader);
        let credential = stored.credential;
        let secret = unseal(self.sealer(), app.id, channel, &stored.sealed)?;
        let client = self
            .connector()
            .connect(&secret, Limits::default())
            .map_err(|error| invalid(secret.channel(), &error))?;
        let trial = match client.check(Some(&credential.topic)).await {
            Ok(()) => CredentialTrial::Works,
            Err(problem @ delivery::CredentialProblem::Refused { .. }) => {
                CredentialTrial::Refused(problem.to_string())
            }
            Err(problem) => CredentialTrial::Unknown(problem.to_string()),
        };
        Ok((credential, trial))
    }

    /// Asks the provider as [`Service::probe_credential`] does, and keeps the
    /// answer: a credential that works is usable again, a refused one refused.
    pub async fn try_credential(
        &self,
        by: &Principal,
        app: &str,
        channel: Channel,
    ) -> Result<CredentialTrial> {
        let (credential, trial) = self.probe(by, app, channel).await?;
        let (state, reason) = match &trial {
            CredentialTrial::Works => (CredentialState::Usable, None),
            CredentialTrial::Refused(reason) => (CredentialState::Refused, Some(reason.as_str())),
            CredentialTrial::Unknown(_) => return Ok(trial),
        };
        let mut tx = self.begin().await?;
        let entered_at = credential.updated_at;
        credentials::set_state(&mut tx, credential.id, entered_at, state, reason).await?;
        tx.commit().await?;
        self.bell().content_changed();
        Ok(trial)
    }

    /// Limits how many calls a worker may have in flight with a credential;
    /// `None` lifts the limit.
    pub async fn limit_credential(
        &self,
        by: &Principal,
        app: &str,
        channel: Channel,
        max_in_flight: Option<u32>,
    ) -> Result<Credential> {
        require(by, Permission::Administer)?;
        if max_in_flight.is_some_and(|most| !(1..=MAX_IN_FLIGHT).contains(&most)) {
            return Err(ServiceError::invalid(
                "max_in_flight",
                format!("must be from 1 to {MAX_IN_FLIGHT}, or nothing for no limit"),
            ));
        }
        let now = self.now();
        let mut tx = self.begin().await?;
        let app = apps::find(&mut tx, app).await?;
        credentials::limit(&mut tx, app.id, channel, max_in_flight)
            .await
            .map_err(ServiceError::finding("This credential"))?;
        let most = max_in_flight.map_or("none".to_owned(), |most| most.to_string());
        let entry = [("channel", channel.name()), ("max_in_flight", &most)];
        audit::note(&mut tx, by, "credential.limit", &app.slug, &entry, now).await?;
        let stored = credentials::of_app(&mut tx, app.id).await?;
        let stored = find(stored, channel, &app.slug)?;
        tx.commit().await?;
        self.bell().content_changed();
        Ok(stored.credential)
    }

    /// Removes an app's credential for a channel.
    pub async fn remove_credential(
        &self,
        by: &Principal,
        app: &str,
        channel: Channel,
    ) -> Result<()> {
        require(by, Permission::Administer)?;
        let now = self.now();
        let mut tx = self.begin().await?;
        let app = apps::find(&mut tx, app).await?;
        credentials::delete(&mut tx, app.id, channel)
            .await
            .map_err(ServiceError::finding("This credential"))?;
        let entry = [("channel", channel.name())];
        audit::note(&mut tx, by, "credential.remove", &app.slug, &entry, now).await?;
        tx.commit().await?;
        self.bell().content_changed();
        Ok(())
    }
}

/// That a channel is not off.
fn require_offered(service: &Service, channel: Channel) -> Result<()> {
    if service.offers(channel) {
        return Ok(());
    }
    Err(ServiceError::invalid(
        "channel",
        "Twilio Notify is off: set twilio_notify = true in carillon.toml and start again. \
         Twilio ends Notify on 31 October 2027",
    ))
}

/// What may be shown of a credential.
pub(crate) struct Facts {
    /// Whose it is, in a line.
    pub(crate) summary: String,
    /// What names it: the bundle identifier, the project, the client, the service.
    topic: String,
}

/// Seals a credential and stores it in the place of the one before.
pub(crate) async fn store(
    service: &Service,
    tx: &mut Tx,
    app: AppId,
    secret: &CredentialSecret,
    facts: &Facts,
) -> Result<()> {
    let sealed = seal(service, app, secret)?;
    let new = NewCredential {
        app_id: app,
        channel: secret.channel(),
        sealed: &sealed,
        summary: &facts.summary,
        topic: &facts.topic,
    };
    credentials::put(tx, &new, service.now()).await?;
    Ok(())
}

/// Everything that is wrong with a credential, or what may be shown of it.
pub(crate) fn check(connector: &Connector, secret: &CredentialSecret) -> Result<Facts> {
    let mut errors = FieldErrors::default();
    let facts = match secret {
        CredentialSecret::Apns {
            team_id,
            key_id,
            topic,
            environment,
            ..
        } => {
            for (field, value) in [("team_id", team_id), ("key_id", key_id)] {
                let good = value.len() == 10 && value.bytes().all(|b| b.is_ascii_alphanumeric());
                if !good {
                    errors.add(
                        field,
                        "must be the ten letters and digits that Apple gave it",
                    );
                }
            }
            check_text("topic", topic, 1, 255, &mut errors);
            let environment = match environment {
                ApnsEnvironment::Production => "",
                ApnsEnvironment::Sandbox => ", Apple's sandbox",
            };
            let summary = format!("team {team_id}, key {key_id}, {topic}{environment}");
            Facts {
                summary,
                topic: topic.clone(),
            }
        }
        CredentialSecret::Fcm {
            service_account, ..
        } => match fcm::Settings::from_service_account_json(service_account) {
            Ok(settings) => Facts {
                summary: format!("project {}, {}", settings.project_id, settings.client_email),
                topic: settings.project_id,
            },
            Err(error) => return Err(invalid(Channel::Fcm, &error)),
        },
        CredentialSecret::Adm { client_id, .. } => {
            check_text("client_id", client_id, 1, 255, &mut errors);
            Facts {
                summary: format!("client {client_id}"),
                topic: client_id.clone(),
            }
        }
        CredentialSecret::Webpush {
            subject,
            private_key,
            ..
        } => Facts {
            summary: format!("contact {subject}"),
            topic: webpush::public_key_of(private_key).unwrap_or_default(),
        },
        CredentialSecret::Twilio {
            account_sid,
            service_sid,
            ..
        } => Facts {
            summary: format!("account {account_sid}, service {service_sid}"),
            topic: service_sid.clone(),
        },
    };
    if let Err(error) = connector.connect(secret, Limits::default()) {
        let (field, message) = named(secret.channel(), &error);
        if errors.of(&field).is_none() {
            errors.add(field, message);
        }
    }
    errors.into_result(facts).map_err(Into::into)
}

/// The secrets of a stored credential.
///
/// # Errors
/// When they were sealed with another key or changed since.
pub fn unseal(
    sealer: &Sealer,
    app: AppId,
    channel: Channel,
    bytes: &[u8],
) -> Result<CredentialSecret> {
    let json = sealer
        .unseal(&bound_to(app, channel), bytes)
        .map_err(ServiceError::internal)?;
    serde_json::from_slice(&json).map_err(ServiceError::internal)
}

fn seal(service: &Service, app: AppId, secret: &CredentialSecret) -> Result<Vec<u8>> {
    let json = serde_json::to_vec(secret).map_err(ServiceError::internal)?;
    service
        .sealer()
        .seal(&bound_to(app, secret.channel()), &json, service.chance())
        .map_err(ServiceError::internal)
}

/// A sealed credential opens for its own app and channel alone.
fn bound_to(app: AppId, channel: Channel) -> Vec<u8> {
    [app.0.as_bytes().as_slice(), channel.name().as_bytes()].concat()
}

fn find(all: Vec<SealedCredential>, channel: Channel, app: &str) -> Result<SealedCredential> {
    all.into_iter()
        .find(|stored| stored.credential.channel == channel)
        .ok_or_else(|| {
            ServiceError::not_found(format!("A credential of “{app}” for {}", channel.label()))
        })
}

fn invalid(channel: Channel, error: &SettingsError) -> ServiceError {
    let (field, message) = named(channel, error);
    ServiceError::invalid(field, message)
}

/// A setting's error under the name that the field has here.
fn named(channel: Channel, error: &SettingsError) -> (String, String) {
    let field = match (channel, error.field) {
        (Channel::Apns, "private_key_pem") => "private_key".to_owned(),
        (_, "extra_ca_pem") => "ca".to_owned(),
        (Channel::Fcm, "private_key_pem") => "service_account.private_key".to_owned(),
        (Channel::Fcm, field) if !matches!(field, "endpoint" | "service_account") => {
            format!("service_account.{field}")
        }
        (_, field) => field.to_owned(),
    };
    (field, error.problem.clone())
}
