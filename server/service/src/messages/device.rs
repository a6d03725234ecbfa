//! Which app a message's device belongs to.

use domain::app::App;
use domain::device::{Channel, DeviceInput, Platform, check_device_id};
use domain::people::Principal;
use domain::validate::FieldErrors;
use domain::view::{SeenOutcome, SeenRegistration};
use domain::{AppId, Timestamp};
use storage::Tx;
use storage::contacts::Change;
use storage::devices::Registered;

use super::DeviceSaid;
use crate::signing::Signers;
use crate::{Result, Service};

/// A device with its app.
pub(super) struct Placed {
    pub(super) device_id: String,
    pub(super) app_id: AppId,
    pub(super) input: DeviceInput,
}

impl Placed {
    /// It as it was registered, for whoever watches.
    pub(super) fn seen(
        &self,
        external_id: &str,
        taken: &Registered,
        at: Timestamp,
    ) -> SeenRegistration {
        let id = taken.binding_id;
        SeenRegistration {
            at,
            contact: Some(external_id.to_owned()),
            device: Some(self.device_id.clone()),
            app: Some(self.input.app.clone()),
            channel: Some(self.input.channel),
            outcome: match taken.change {
                _ if taken.moved_from.is_some() => SeenOutcome::Moved { id },
                Change::Created => SeenOutcome::New { id },
                Change::Changed => SeenOutcome::Changed { id },
                Change::Unchanged => SeenOutcome::Same { id },
            },
        }
    }
}

/// Every app, and what they ask for.
#[derive(Default)]
pub(super) struct Apps {
    all: Vec<App>,
    pub(super) signers: Signers,
}

impl Apps {
    pub(super) async fn read(service: &Service, by: &Principal, tx: &mut Tx) -> Result<Self> {
        Ok(Self {
            all: crate::apps::all(&mut *tx).await?,
            signers: service.signers(by, tx).await?,
        })
    }

    /// The device of a contact with its app found, checked.
    pub(super) fn place(
        &self,
        said: DeviceSaid,
        (external_id, proof): (&str, Option<&str>),
        now: Timestamp,
    ) -> std::result::Result<Placed, FieldErrors> {
        let mut errors = FieldErrors::default();
        let Some(app) = find(&self.all, &said.app_names) else {
            let names = said.app_names.join("” or “");
            errors.add(
                "app",
                if names.is_empty() {
                    "must be named: there is more than one app, or none".to_owned()
                } else {
                    format!("“{names}” is not the slug or name of an app; make it first")
                },
            );
            return Err(errors);
        };
        if let Err(reason) = self.signers.check(app.id, external_id, proof, now) {
            errors.add(
                "signature",
                format!("is asked for by “{}”: {reason}", app.slug),
            );
            return Err(errors);
        }
        check_device_id(&said.device_id, &mut errors);
        let Some(channel) = channel(&said.kind) else {
            let message = format!("“{}” is none of ios, android and fireos", said.kind);
            errors.add("kind", message);
            return Err(errors);
        };
        let input = DeviceInput {
            app: app.slug.clone(),
            channel,
            token: said.token,
            address_kind: None,
            platform: None,
            os_permission: None,
            opted_in: None,
            app_version: said.app_version,
            os_version: said.os_version,
            model: said.model,
            locale: said.locale,
            time_zone: said.time_zone,
            label: None,
        };
        input.check(&mut errors);
        crate::time_zone::check(input.time_zone.as_deref(), &mut errors);
        errors.into_result(Placed {
            device_id: said.device_id,
            app_id: app.id,
            input,
        })
    }
}

/// The push service of a system. A browser has none here: its token names a
/// server, and whether that may be called is asked where browsers register.
fn channel(kind: &str) -> Option<Channel> {
    match Platform::parse(kind)? {
        Platform::Ios => Some(Channel::Apns),
        Platform::Android => Some(Channel::Fcm),
        Platform::Fireos => Some(Channel::Adm),
        Platform::Web => None,
    }
}

/// The app that has one of these names: as its slug, or else as what people
/// call it, in any case; or else the only app that there is.
fn find<'a>(apps: &'a [App], names: &[String]) -> Option<&'a App> {
    let by = |of: fn(&App) -> &str| {
        names.iter().find_map(|name| {
            apps.iter()
                .find(|app| of(app).eq_ignore_ascii_case(name.trim()))
        })
    };
    by(|app| &app.slug)
        .or_else(|| by(|app| &app.name))
        .or(match apps {
            [only] => Some(only),
            _ => None,
        })
}
