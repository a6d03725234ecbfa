//! What the devices' pages ask of the server.

#![expect(
    missing_docs,
    reason = "the server macro makes structs of the arguments"
)]

use domain::{
    BindingId, ChunkId, PushId,
    device::{DeviceInput, OsPermission, Platform},
    push::RawPush,
    view::{
        AppName, BindingView, Count, DeviceFilter, FoundDevice, Page, RefusedRegistration,
        SeenDelivery, SeenRegistration, TailFilter, Verification, VerifiedBy, VerifyOutcome,
    },
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use crate::AppError;

/// Devices on one page of the list.
const LISTED: u32 = 50;
/// Refusals on one page of theirs.
const REFUSALS: u32 = 50;
/// Pushes that a test can be chosen from: those that changed last.
const PUSHES: u32 = 200;

/// One page of the devices' list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceList {
    /// The devices.
    pub page: Page<FoundDevice>,
    /// How many there are in all.
    pub count: Count,
}

/// Devices: newest first, or those that `wanted` finds, narrowed by `filter`.
#[server(input = Json)]
pub async fn list_devices(
    wanted: String,
    filter: DeviceFilter,
    cursor: Option<String>,
) -> Result<DeviceList, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let wish = service::PageRequest {
        limit: LISTED,
        cursor,
    };
    Ok(DeviceList {
        page: service
            .find_devices(&principal, Some(&wanted), &filter, &wish)
            .await?,
        count: service.count_devices(&principal).await?,
    })
}

/// What stands around the list of devices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DevicesStart {
    /// The apps that a device can belong to.
    pub apps: Vec<AppName>,
    /// The person may register devices.
    pub may_register: bool,
}

/// The apps, and what the person may do.
#[server(input = Json)]
pub async fn open_devices() -> Result<DevicesStart, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let apps = service.list_apps(&principal).await?;
    let apps = apps.into_iter().map(|view| AppName {
        id: view.app.id,
        slug: view.app.slug,
        name: view.app.name,
    });
    Ok(DevicesStart {
        apps: apps.collect(),
        may_register: principal.may(domain::people::Permission::RegisterDevices),
    })
}

/// The registrations that were refused in the last day, newest first.
#[server(input = Json)]
pub async fn list_refusals(cursor: Option<String>) -> Result<Page<RefusedRegistration>, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let wish = service::PageRequest {
        limit: REFUSALS,
        cursor,
    };
    Ok(service.refused_registrations(&principal, &wish).await?)
}

/// What stands on the page that follows registrations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveData {
    /// Those that came in lately, taken and refused, newest first.
    pub seen: Vec<SeenRegistration>,
    /// Devices come in here at all: some are known.
    pub any_known: bool,
}

/// The registrations that came in lately, narrowed.
#[server(input = Json)]
pub async fn watch_registrations(filter: TailFilter) -> Result<LiveData, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let known = service.count_devices(&principal).await?;
    Ok(LiveData {
        seen: service.seen_registrations(&principal, &filter).await?,
        any_known: known.n > 0,
    })
}

/// The latest deliveries, narrowed.
#[server(input = Json)]
pub async fn watch_deliveries(filter: TailFilter) -> Result<Vec<SeenDelivery>, AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service.seen_deliveries(&principal, &filter).await?)
}

/// A device's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what the person may do, each by itself"
)]
pub struct DeviceData {
    /// The device.
    pub view: BindingView,
    /// Pushes that a test can send to it, by name.
    pub pushes: Vec<(PushId, String)>,
    /// The person may see tokens, payloads and provider answers.
    pub may_inspect: bool,
    /// The person may verify, move and revoke it.
    pub may_register: bool,
    /// The person may send a test to it.
    pub may_test: bool,
    /// The person may send a payload typed by hand to it.
    pub may_send_raw: bool,
}

/// One device.
#[server(input = Json)]
pub async fn open_device(id: BindingId) -> Result<DeviceData, AppError> {
    use domain::people::Permission;
    let (service, principal) = crate::caller::caller()?;
    let view = service.binding_view(&principal, id).await?;
    let may_test = principal.may(Permission::SendTest);
    let pushes = if may_test {
        let wish = service::PageRequest::first(PUSHES);
        service.list_pushes(&principal, None, &wish).await?.items
    } else {
        Vec::new()
    };
    Ok(DeviceData {
        view,
        pushes: pushes
            .into_iter()
            .map(|push| (push.id, push.name))
            .collect(),
        may_inspect: principal.may(Permission::Inspect),
        may_register: principal.may(Permission::RegisterDevices),
        may_test,
        may_send_raw: principal.may(Permission::SendRaw),
    })
}

/// What a check of a device came to, with what was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verified {
    /// The provider would take a message.
    Taken(String),
    /// Nothing is wrong, as far as can be seen without asking the provider.
    Plausible(String),
    /// Something is wrong.
    Wrong(String),
    /// It could not be found out, or something is odd.
    Undecided(String),
}

impl From<Verification> for Verified {
    fn from(verification: Verification) -> Self {
        let seen = verification.seen.join(" ");
        match (verification.outcome, verification.how) {
            (VerifyOutcome::Fine, VerifiedBy::DryRun) => Self::Taken(seen),
            (VerifyOutcome::Fine, VerifiedBy::Form) => Self::Plausible(seen),
            (VerifyOutcome::Wrong, _) => Self::Wrong(seen),
            (VerifyOutcome::Undecided, _) => Self::Undecided(seen),
        }
    }
}

/// Checks a device without sending anything to it.
#[server(input = Json)]
pub async fn verify_device(id: BindingId) -> Result<Verified, AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service.verify_binding(&principal, id).await?.into())
}

/// Revokes a device.
#[server(input = Json)]
pub async fn revoke_device(id: BindingId) -> Result<(), AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service.revoke_binding(&principal, id).await?)
}

/// Moves a device to another contact.
#[server(input = Json)]
pub async fn move_device(id: BindingId, external_id: String) -> Result<(), AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service.move_binding(&principal, id, &external_id).await?)
}

/// Sends a push to one device alone.
#[server(input = Json)]
pub async fn test_device(id: BindingId, push: PushId) -> Result<(), AppError> {
    let (service, principal) = crate::caller::caller()?;
    service.send_test_to_device(&principal, push, id).await?;
    Ok(())
}

/// Sends what a delivery sent once more, as a test to its device alone.
#[server(input = Json)]
pub async fn send_again(chunk_id: ChunkId, seq: i32) -> Result<(), AppError> {
    let (service, principal) = crate::caller::caller()?;
    service.send_again(&principal, chunk_id, seq).await?;
    Ok(())
}

/// Whether a device takes pushes, as a form says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Takes {
    /// It opted in.
    Yes,
    /// It opted out.
    No,
}

/// A registration as the form submits it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandInput {
    /// Slug of the app.
    pub app: String,
    /// The push service.
    pub channel: domain::device::Channel,
    /// The push token.
    pub token: String,
    /// The system; what the channel usually means when absent.
    pub platform: Option<Platform>,
    /// What the system lets the app show; as before when absent.
    pub os_permission: Option<OsPermission>,
    /// Whether this device takes pushes; as before when absent.
    pub opted_in: Option<Takes>,
    /// Version of the app.
    pub app_version: Option<String>,
    /// Version of the system.
    pub os_version: Option<String>,
    /// Model of the device.
    pub model: Option<String>,
    /// Language tag.
    pub locale: Option<String>,
    /// IANA time zone.
    pub time_zone: Option<String>,
    /// The custom device's name.
    pub label: Option<String>,
}

impl From<HandInput> for DeviceInput {
    /// Without the blanks that come along when one pastes.
    fn from(input: HandInput) -> Self {
        let given = |text: Option<String>| {
            text.map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty())
        };
        Self {
            app: input.app,
            channel: input.channel,
            token: input.token.trim().to_owned(),
            address_kind: None,
            platform: input.platform,
            os_permission: input.os_permission,
            opted_in: input.opted_in.map(|takes| takes == Takes::Yes),
            app_version: given(input.app_version),
            os_version: given(input.os_version),
            model: given(input.model),
            locale: given(input.locale),
            time_zone: given(input.time_zone),
            label: given(input.label),
        }
    }
}

/// Sends a payload typed by hand to one device alone.
#[server(input = Json)]
pub async fn send_raw(id: BindingId, raw: RawPush) -> Result<(), AppError> {
    let (service, principal) = crate::caller::caller()?;
    service.send_raw(&principal, id, raw).await?;
    Ok(())
}

/// Registers a device by hand, and gives its identifier.
#[server(input = Json)]
pub async fn register_device(
    external_id: String,
    device_id: String,
    input: HandInput,
) -> Result<BindingId, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let (contact, device) = (external_id.trim(), device_id.trim());
    let registered = service
        .register_device(&principal, contact, device, input.into())
        .await?;
    Ok(registered.device.binding.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_pasted_and_left_empty_is_no_part_of_a_registration() {
        let submitted: HandInput = serde_json::from_value(serde_json::json!({
            "app": "shop", "channel": "fcm", "token": " abc:def\n", "platform": null,
            "os_permission": "granted", "opted_in": "no", "model": "  ", "label": " Till 4 ",
        }))
        .expect("a form");
        let input = DeviceInput::from(submitted);
        assert_eq!(input.token, "abc:def");
        assert_eq!((input.model, input.opted_in), (None, Some(false)));
        assert_eq!(input.label.as_deref(), Some("Till 4"));
    }

    #[test]
    fn a_check_without_a_dry_run_never_says_that_the_provider_takes_it() {
        let checked = Verification {
            how: VerifiedBy::Form,
            outcome: VerifyOutcome::Fine,
            seen: vec!["One.".into(), "Two.".into()],
        };
        assert_eq!(
            Verified::from(checked),
            Verified::Plausible("One. Two.".into())
        );
    }
}
