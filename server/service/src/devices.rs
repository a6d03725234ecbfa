//! Devices: register, read, find, revoke.

use std::collections::HashMap;

use domain::AppId;
use domain::app::App;
use domain::contact::check_external_id;
use domain::device::{
    Binding, BindingState, Channel, DeviceInput, Subscription, check_device_id, token_end,
};
use domain::people::{Permission, Principal};
use domain::validate::FieldErrors;
use domain::view::{AppName, Count, DeviceView, Page};
use storage::contacts::{self, Change};
use storage::devices::{self, Registration, StateChange};
use storage::{Reader, apps};

use crate::contacts::{COUNTED, count};
use crate::service::{page, require, way_of};
use crate::{PageRequest, Result, Service, ServiceError, audit};

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
        require(by, Permission::RegisterDevices)?;
        let mut errors = FieldErrors::default();
        check_external_id(external_id, &mut errors);
        check_device_id(device_id, &mut errors);
        input.check(&mut errors);
        self.check_endpoint(&input, &mut errors);
        crate::time_zone::check(input.time_zone.as_deref(), &mut errors);
        errors.into_result(())?;

        let mut tx = self.begin().await?;
        let app = apps::find_by_slug(&mut tx, &input.app)
            .await?
            .ok_or_else(|| no_app(&input.app))?;
        let signers = self.signers(by, &mut tx).await?;
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
            input: &input,
        };
        let registered = devices::register(
            &mut tx,
            &[registration],
            self.now(),
            way_of(by),
            &by.actor(),
        )
        .await?;
        let registered = registered
            .first()
            .ok_or_else(|| ServiceError::internal("nothing was registered"))?;
        let binding = devices::find(&mut tx, registered.binding_id)
            .await?
            .ok_or_else(|| ServiceError::internal("a registered device is not there"))?;
        let outcome = RegisteredDevice {
            device: view(by, binding, &app_name(&app)),
            change: registered.change,
            moved: registered.moved_from.is_some(),
        };
        tx.commit().await?;
        Ok(outcome)
    }

    /// A browser names the server that its pushes go to: it must be one that may
    /// be called.
    fn check_endpoint(&self, input: &DeviceInput, errors: &mut FieldErrors) {
        if input.channel == Channel::Webpush
            && let Ok(subscription) = Subscription::parse(&input.token)
            && let Err(inside) = self.connector().reach().check_host(subscription.host())
        {
            errors.add(
                "token",
                format!("has an endpoint that is not called: {inside}"),
            );
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
        let mut tx = self.begin().await?;
        let change = StateChange {
            shard: device.shard,
            contact_id: device.contact_id,
            binding_id: device.id,
            token: None,
            since: None,
            to: BindingState::Revoked,
            reason: format!("revoked by {}", by.actor()),
        };
        devices::set_states(&mut tx, &[change], self.now(), way_of(by)).await?;
        audit::note(
            &mut tx,
            by,
            "device.revoke",
            device_id,
            &[("contact", external_id)],
            self.now(),
        )
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Devices: newest first, or those whose token is `wanted`, or else whose
    /// `device_id` begins with it, or else the first whose contact is called so.
    pub async fn list_devices(
        &self,
        by: &Principal,
        wanted: Option<&str>,
        wish: &PageRequest,
    ) -> Result<Page<DeviceView>> {
        require(by, Permission::Inspect)?;
        let after = wish.after()?;
        let mut reader = self.reader().await?;
        let found = match wanted.map(str::trim).filter(|wanted| !wanted.is_empty()) {
            Some(wanted) => {
                let by_token = devices::find_by_token(&mut reader, wanted).await?;
                if by_token.is_empty() {
                    let found =
                        devices::search(&mut reader, wanted, after.as_ref(), wish.limit).await?;
                    if found.items.is_empty() && after.is_none() {
                        of_contacts_called(&mut reader, wanted, wish.limit).await?
                    } else {
                        found
                    }
                } else {
                    storage::Page {
                        items: by_token,
                        next: None,
                    }
                }
            }
            None => devices::list(&mut reader, after.as_ref(), wish.limit).await?,
        };
        let next = found.next;
        let keys: Vec<_> = found
            .items
            .iter()
            .map(|b| (b.shard, b.contact_id))
            .collect();
        let contacts = contacts::find_many(&mut reader, &keys).await?;
        let names: HashMap<_, _> = contacts
            .into_iter()
            .map(|contact| (contact.id, contact.external_id))
            .collect();
        let mut items = self.device_views(by, &mut reader, found.items).await?;
        for device in &mut items {
            device.external_id = names.get(&device.binding.contact_id).cloned();
        }
        Ok(page(storage::Page { items, next }, |device| device))
    }

    /// How many devices there are.
    pub async fn count_devices(&self, by: &Principal) -> Result<Count> {
        require(by, Permission::Read)?;
        let mut reader = self.reader().await?;
        Ok(count(devices::count_to(&mut reader, COUNTED + 1).await?))
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

/// The devices of the first contacts whose `external_id` or email begins with
/// `wanted`: one page, for whoever looks for somebody.
async fn of_contacts_called(
    reader: &mut Reader,
    wanted: &str,
    limit: u32,
) -> Result<storage::Page<Binding>> {
    let found = contacts::search(&mut *reader, wanted, None, limit).await?;
    let keys: Vec<_> = found
        .items
        .iter()
        .map(|contact| (contact.shard, contact.id))
        .collect();
    if keys.is_empty() {
        return Ok(storage::Page {
            items: Vec::new(),
            next: None,
        });
    }
    let mut items = devices::of_contacts(&mut *reader, &keys).await?;
    items.truncate(limit as usize);
    Ok(storage::Page { items, next: None })
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
    format!("…{}", token_end(token, 6))
}

/// No app has that slug.
pub(crate) fn no_app(slug: &str) -> ServiceError {
    ServiceError::invalid(
        "app",
        format!("“{slug}” is not an app; make it first, under Settings, Apps"),
    )
}
