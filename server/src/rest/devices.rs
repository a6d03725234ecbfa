//! Devices.

use axum::response::{IntoResponse, Response};
use axum::{Json as Answer, extract::State};
use domain::device::{AddressKind, BindingState, Channel, DeviceInput, OsPermission, Platform};
use domain::view::DeviceView;
use domain::{BindingId, ContactId};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::ApiState;
use super::contacts::status_of;
use super::extract::{Caller, Json, Path, Query};
use super::problem::{Problem, Result};
use super::time::Time;
use crate::doors::signature;

/// A device of a contact.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Device)]
pub struct DeviceBody {
    /// Our identifier of the binding.
    id: BindingId,
    /// Our identifier of the contact.
    contact_id: ContactId,
    /// The installation's stable identifier.
    device_id: String,
    /// The app's slug.
    app: String,
    /// The push service.
    channel: Channel,
    /// The system.
    platform: Platform,
    /// The push token, or what `address_kind` says.
    token: String,
    /// What `token` is.
    address_kind: AddressKind,
    /// What the system lets the app show.
    os_permission: OsPermission,
    /// Whether this device takes pushes.
    opted_in: bool,
    /// Whether it can be sent to.
    state: BindingState,
    /// Why it is in that state.
    state_reason: Option<String>,
    /// Version of the app.
    app_version: Option<String>,
    /// Version of the system.
    os_version: Option<String>,
    /// Model of the device.
    model: Option<String>,
    /// Language tag.
    locale: Option<String>,
    /// IANA time zone.
    time_zone: Option<String>,
    /// The custom device's name.
    label: Option<String>,
    /// When the token was last registered.
    registered_at: Time,
    /// When the device was first seen.
    created_at: Time,
    /// When anything about it last changed.
    updated_at: Time,
}

impl From<DeviceView> for DeviceBody {
    fn from(view: DeviceView) -> Self {
        let binding = view.binding;
        let (address_kind, address) = AddressKind::of(binding.channel, &binding.token);
        Self {
            id: binding.id,
            contact_id: binding.contact_id,
            device_id: binding.device_id,
            app: view.app.slug,
            channel: binding.channel,
            platform: binding.platform,
            token: address.to_owned(),
            address_kind,
            os_permission: binding.os_permission,
            opted_in: binding.opted_in,
            state: binding.state,
            state_reason: binding.state_reason,
            app_version: binding.app_version,
            os_version: binding.os_version,
            model: binding.model,
            locale: binding.locale,
            time_zone: binding.time_zone,
            label: binding.label,
            registered_at: binding.registered_at.into(),
            created_at: binding.created_at.into(),
            updated_at: binding.updated_at.into(),
        }
    }
}

/// A contact's devices.
#[derive(Debug, Serialize, ToSchema)]
pub struct Devices {
    /// The devices, oldest first.
    items: Vec<DeviceBody>,
}

/// Which of a device's apps.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AppQuery {
    /// Slug of the app: needed when the device has several.
    pub(super) app: Option<String>,
}

/// List a contact's devices
#[utoipa::path(
    get, path = "/contacts/{external_id}/devices", tag = "devices",
    params(("external_id" = String, Path, description = "Your own identifier of the contact")),
    responses(
        (status = 200, body = Devices),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path(external_id): Path<String>,
) -> Result<Answer<Devices>> {
    let devices = state.service.devices_of(&caller, &external_id).await?;
    Ok(Answer(Devices {
        items: devices.into_iter().map(Into::into).collect(),
    }))
}

/// Register a device
///
/// An unknown contact is created. A device or token of another contact moves
/// here, and both histories say so. Doing it again changes nothing.
#[utoipa::path(
    put, path = "/contacts/{external_id}/devices/{device_id}", tag = "devices",
    params(
        ("external_id" = String, Path, description = "Your own identifier of the contact"),
        ("device_id" = String, Path, description = "The installation's stable identifier"),
        ("Carillon-Signature" = Option<String>, Header,
            description = "What signs the contact's identifier, where the app asks for it"),
    ),
    request_body = DeviceInput,
    responses(
        (status = 200, description = "It was there", body = DeviceBody),
        (status = 201, description = "It is new", body = DeviceBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn put(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path((external_id, device_id)): Path<(String, String)>,
    headers: HeaderMap,
    Json(input): Json<DeviceInput>,
) -> Result<Response> {
    let signature = signature(&headers);
    let contact = (external_id.as_str(), signature.as_deref());
    let registered = state
        .service
        .register_signed_device(&caller, contact, &device_id, input)
        .await?;
    let body = DeviceBody::from(registered.device);
    Ok((status_of(registered.change), Answer(body)).into_response())
}

/// Read a device
#[utoipa::path(
    get, path = "/contacts/{external_id}/devices/{device_id}", tag = "devices",
    params(
        ("external_id" = String, Path, description = "Your own identifier of the contact"),
        ("device_id" = String, Path, description = "The installation's stable identifier"),
        AppQuery,
    ),
    responses(
        (status = 200, body = DeviceBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path((external_id, device_id)): Path<(String, String)>,
    Query(query): Query<AppQuery>,
) -> Result<Answer<DeviceBody>> {
    let app = query.app.as_deref();
    Ok(Answer(
        state
            .service
            .device(&caller, &external_id, &device_id, app)
            .await?
            .into(),
    ))
}

/// Revoke a device
///
/// Nothing is sent to it until it registers again; its history stays.
#[utoipa::path(
    delete, path = "/contacts/{external_id}/devices/{device_id}", tag = "devices",
    params(
        ("external_id" = String, Path, description = "Your own identifier of the contact"),
        ("device_id" = String, Path, description = "The installation's stable identifier"),
        AppQuery,
    ),
    responses(
        (status = 204, description = "It is revoked"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn delete(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path((external_id, device_id)): Path<(String, String)>,
    Query(query): Query<AppQuery>,
) -> Result<StatusCode> {
    let app = query.app.as_deref();
    state
        .service
        .revoke_device(&caller, &external_id, &device_id, app)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
