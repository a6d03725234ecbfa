//! Devices: register and read. Finding them, one's page, what can be done with
//! one and what was refused have files of their own.

mod acts;
mod binding;
mod find;
mod masking;
mod refusals;
mod tail;
mod test_push;
mod verify;

use std::collections::HashMap;

use delivery::Reach;
use domain::app::App;
use domain::connect::MilestoneKind;
use domain::consent::Way;
use domain::contact::check_external_id;
use domain::device::{
    AddressKind, Binding, Channel, DeviceInput, Subscription, check_device_id, token_end,
};
use domain::people::{Permission, Principal};
use domain::validate::FieldErrors;
use domain::view::{AppName, Count, DeviceView, SeenOutcome, SeenRegistration};
use domain::{AppId, Timestamp};
use storage::contacts::Change;
use storage::devices::{self, Registration};
use storage::{Reader, Tx, apps, milestones};

use crate::service::{require, way_of};
use crate::tally::Counted;
use crate::{Result, Service, ServiceError, audit};

pub(crate) use refusals::RefusalTap;
pub use refusals::RefusedRequest;
pub(crate) use tail::Tail;

/// A device after its registration.
#[derive(Clone, Debug)]
pub struct RegisteredDevice {
    /// The device.
    pub device: DeviceView,
    /// What was done to it.
    pub change: Change,
    /// Whether it was another contact's before.
    pub moved: bool,
}

impl Service {
    /// Registers a device as [`Service::register_signed_device`] does, without a
    /// signature.
    pub async fn register_device(
        &self,
        by: &Principal,
        external_id: &str,
        device_id: &str,
        input: DeviceInput,
    ) -> Result<RegisteredDevice> {
        self.register_signed_device(by, (external_id, None), device_id, input)
            .await
    }

    /// Registers a device of a contact, who is created if unknown. A device or
    /// token of another contact moves here, and both histories say so. The
    /// contact's `external_id` comes with its signature, which keys need where
    /// the app asks for one.
    pub async fn register_signed_device(
        &self,
        by: &Principal,
        (external_id, proof): (&str, Option<&str>),
        device_id: &str,
        input: DeviceInput,
    ) -> Result<RegisteredDevice> {
        self.check_registration(by, external_id, device_id, &input)?;
        let mut tx = self.begin().await?;
        let outcome = self
            .register_within(&mut tx, by, (external_id, proof), device_id, &input)
            .await?;
        tx.commit().await?;
        self.tail().note(seen(self.now(), external_id, &outcome));
        Ok(outcome)
    }

    /// Whether a registration may be made, and all of it is well formed.
    pub(crate) fn check_registration(
        &self,
        by: &Principal,
        external_id: &str,
        device_id: &str,
        input: &DeviceInput,
    ) -> Result<()> {
        require(by, Permission::RegisterDevices)?;
        let mut errors = FieldErrors::default();
        check_external_id(external_id, &mut errors);
        check_device_id(device_id, &mut errors);
        input.check(&mut errors);
        self.check_endpoint(input, &mut errors);
        crate::time_zone::check(input.time_zone.as_deref(), &mut errors);
        Ok(errors.into_result(())?)
    }

    /// Registers a device that was checked, within a transaction of the caller,
    /// who gives word of it by [`seen`] once it is committed.
    pub(crate) async fn register_within(
        &self,
        tx: &mut Tx,
        by: &Principal,
        (external_id, proof): (&str, Option<&str>),
        device_id: &str,
        input: &DeviceInput,
    ) -> Result<RegisteredDevice> {
        let app = apps::find_by_slug(&mut *tx, &input.app)
            .await?
            .ok_or_else(|| no_app(&input.app))?;
        let signers = self.signers(by, &mut *tx).await?;
        if let Err(reason) = signers.check(app.id, external_id, proof, self.now()) {
            let slug = app.slug;
            tracing::warn!(
                app = slug,
                contact = external_id,
                reason,
                "a device was not registered"
            );
            return Err(ServiceError::Unsigned { app: slug, reason });
        }
        let registration = Registration {
            external_id,
            device_id,
            app_id: app.id,
            input,
        };
        let registered =
            devices::register(tx, &[registration], self.now(), way_of(by), &by.actor()).await?;
        let registered = registered
            .first()
            .ok_or_else(|| ServiceError::internal("nothing was registered"))?;
        let binding = devices::find(&mut *tx, registered.binding_id)
            .await?
            .ok_or_else(|| ServiceError::internal("a registered device is not there"))?;
        let outcome = RegisteredDevice {
            device: view(by, binding, &app_name(&app)),
            change: registered.change,
            moved: registered.moved_from.is_some(),
        };
        if way_of(by) == Way::Api {
            let reached = [(app.id, input.channel, MilestoneKind::Registered)];
            milestones::note(tx, &reached, self.now()).await?;
        }
        // What a person does by hand is told apart from what apps do all day.
        if matches!(by, Principal::User { .. }) {
            let facts = [("contact", external_id), ("app", &app.slug)];
            audit::note(tx, by, "device.register", device_id, &facts, self.now()).await?;
        }
        Ok(outcome)
    }

    fn check_endpoint(&self, input: &DeviceInput, errors: &mut FieldErrors) {
        if let Err(problem) = check_endpoint(self.connector().reach(), input) {
            errors.add("token", problem);
        }
    }

    /// A contact's devices, oldest first.
    pub async fn devices_of(&self, by: &Principal, external_id: &str) -> Result<Vec<DeviceView>> {
        let contact = self.contact(by, external_id).await?;
        let mut reader = self.reader().await?;
        let bindings = devices::of_contact(&mut reader, contact.shard, contact.id).await?;
        self.device_views(by, &mut reader, bindings).await
    }

    /// One device of a contact; of several apps' the one of `app`, if given.
    pub async fn device(
        &self,
        by: &Principal,
        external_id: &str,
        device_id: &str,
        app: Option<&str>,
    ) -> Result<DeviceView> {
        let mut found: Vec<_> = self
            .devices_of(by, external_id)
            .await?
            .into_iter()
            .filter(|device| device.binding.device_id == device_id)
            .filter(|device| app.is_none_or(|app| device.app.slug == app))
            .collect();
        if found.len() > 1 {
            return Err(ServiceError::invalid(
                "app",
                "must be given: this device has several apps",
            ));
        }
        found.pop().ok_or_else(|| {
            ServiceError::not_found(format!(
                "The device “{device_id}” of the contact “{external_id}”"
            ))
        })
    }

    /// Revokes a device: nothing is sent to it until it registers again.
    pub async fn revoke_device(
        &self,
        by: &Principal,
        external_id: &str,
        device_id: &str,
        app: Option<&str>,
    ) -> Result<()> {
        require(by, Permission::RegisterDevices)?;
        // Whoever may register may also revoke, without being able to read.
        let device = self
            .device(&Principal::System, external_id, device_id, app)
            .await?
            .binding;
        self.revoke(by, &device, external_id).await
    }

    /// How many devices there are; where they are many, as they were counted last.
    pub async fn count_devices(&self, by: &Principal) -> Result<Count> {
        require(by, Permission::Read)?;
        let mut reader = self.reader().await?;
        self.tally(&mut reader, Counted::Devices).await
    }

    /// Bindings with their apps' names, their tokens masked for those who may
    /// not inspect.
    pub(crate) async fn device_views(
        &self,
        by: &Principal,
        reader: &mut Reader,
        bindings: Vec<Binding>,
    ) -> Result<Vec<DeviceView>> {
        if bindings.is_empty() {
            return Ok(Vec::new());
        }
        let names = app_names(reader).await?;
        Ok(bindings
            .into_iter()
            .map(|binding| {
                let unnamed = AppName {
                    id: binding.app_id,
                    slug: String::new(),
                    name: "deleted app".to_owned(),
                };
                let app = names.get(&binding.app_id).unwrap_or(&unnamed).clone();
                view(by, binding, &app)
            })
            .collect())
    }
}

/// A browser names the server that its pushes go to: it must be one that may be
/// called. Otherwise why not, to follow the word "token".
pub(crate) fn check_endpoint(reach: &Reach, input: &DeviceInput) -> Result<(), String> {
    if input.channel != Channel::Webpush {
        return Ok(());
    }
    // One that cannot be read is refused for that.
    let Ok(subscription) = Subscription::parse(&input.token) else {
        return Ok(());
    };
    reach
        .check_text(&subscription.endpoint)
        .map_err(|problem| format!("has an endpoint that is not called: {problem}"))
}

/// A registration that was taken, for whoever watches.
pub(crate) fn seen(at: Timestamp, contact: &str, taken: &RegisteredDevice) -> SeenRegistration {
    let binding = &taken.device.binding;
    let id = binding.id;
    SeenRegistration {
        at,
        contact: Some(contact.to_owned()),
        device: Some(binding.device_id.clone()),
        app: Some(taken.device.app.slug.clone()),
        channel: Some(binding.channel),
        outcome: match taken.change {
            _ if taken.moved => SeenOutcome::Moved { id },
            Change::Created => SeenOutcome::New { id },
            Change::Changed => SeenOutcome::Changed { id },
            Change::Unchanged => SeenOutcome::Same { id },
        },
    }
}

/// Every app's names.
pub(crate) async fn app_names(reader: &mut Reader) -> Result<HashMap<AppId, AppName>> {
    let apps = crate::apps::all(reader).await?;
    Ok(apps.iter().map(|app| (app.id, app_name(app))).collect())
}

fn app_name(app: &App) -> AppName {
    AppName {
        id: app.id,
        slug: app.slug.clone(),
        name: app.name.clone(),
    }
}

fn view(by: &Principal, mut binding: Binding, app: &AppName) -> DeviceView {
    if !by.may(Permission::Inspect) {
        binding.token = masked(&binding.token);
    }
    DeviceView {
        binding,
        app: app.clone(),
        external_id: None,
    }
}

/// The last characters of a token.
pub(crate) fn masked(token: &str) -> String {
    match AddressKind::of(Channel::Fcm, token) {
        (AddressKind::Fid, fid) => format!("fid:…{}", token_end(fid, 6)),
        (AddressKind::Token, token) => format!("…{}", token_end(token, 6)),
    }
}

/// No app has that slug.
pub(crate) fn no_app(slug: &str) -> ServiceError {
    ServiceError::invalid(
        "app",
        format!("“{slug}” is not an app; make it first, under Settings, Apps"),
    )
}
