//! What the virtual devices' page asks of the server.

#![expect(
    missing_docs,
    reason = "the server macro makes structs of the arguments"
)]

use domain::{Timestamp, app::Capabilities, device::Channel, view::DeviceView};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use crate::AppError;

/// Devices on the page.
const DEVICES: usize = 24;
/// Pushes of each, the newest.
const PUSHES: usize = 5;

/// A push as it came over the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArrivedPush {
    /// When.
    pub at: Timestamp,
    /// By which provider.
    pub channel: Channel,
    /// For which push token.
    pub token: String,
    /// The request's headers, the credential left out.
    pub headers: Vec<(String, String)>,
    /// The request's body, as it came.
    pub payload: Option<String>,
    /// What the sandbox answered; nothing if it did not.
    pub status: Option<u16>,
}

impl ArrivedPush {
    /// The status with which the sandbox refused it, if it did: no device shows
    /// such a push.
    pub fn refused(&self) -> Option<u16> {
        self.status.filter(|status| !(200..300).contains(status))
    }
}

/// The sandbox's memory: the arrivals of one push token, or all of them, newest
/// first. The server adds it to each request where the sandbox runs in its process.
#[derive(Clone)]
pub struct ArrivalSource(pub std::sync::Arc<Recall>);

/// What [`ArrivalSource`] asks.
pub type Recall = dyn Fn(Option<&str>) -> Vec<ArrivedPush> + Send + Sync;

/// A device of the sandbox and what it received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VirtualDevice {
    /// The push token that it stands for.
    pub token: String,
    /// The device, if one has this token now.
    pub device: Option<DeviceView>,
    /// What its contact is called.
    pub contact: Option<String>,
    /// What its app can show.
    pub capabilities: Capabilities,
    /// What arrived, newest first.
    pub pushes: Vec<ArrivedPush>,
}

/// The devices that pushes arrived at, the latest first; or those that `wanted`
/// finds, whether anything arrived or not.
#[server(input = Json)]
pub async fn virtual_devices(wanted: String) -> Result<Vec<VirtualDevice>, AppError> {
    use service::PageRequest;
    let (service, principal) = crate::caller::caller()?;
    let request = use_context::<http::request::Parts>();
    let source = request.and_then(|parts| parts.extensions.get::<ArrivalSource>().cloned());
    let Some(ArrivalSource(arrivals)) = source else {
        return Err(AppError::NotFound {
            what: "The sandbox".to_owned(),
        });
    };
    let mut found: Vec<VirtualDevice> = Vec::new();
    let wanted = wanted.trim();
    if wanted.is_empty() {
        // Whoever may not inspect is told so before anything is shown.
        service
            .list_devices(&principal, None, &PageRequest::first(1))
            .await?;
        for push in arrivals(None) {
            match found.iter().position(|known| known.token == push.token) {
                Some(place) if found[place].pushes.len() < PUSHES => found[place].pushes.push(push),
                None if found.len() < DEVICES => {
                    found.push(virtual_device(push.token.clone(), vec![push]));
                }
                // Enough of this device's pushes, or enough devices.
                Some(_) | None => {}
            }
        }
    } else {
        let limit = u32::try_from(DEVICES).unwrap_or(u32::MAX);
        let devices = service
            .list_devices(&principal, Some(wanted), &PageRequest::first(limit))
            .await?;
        for device in devices.items {
            let token = known_by(&device.binding).to_owned();
            let mut pushes = arrivals(Some(&token));
            pushes.truncate(PUSHES);
            found.push(VirtualDevice {
                device: Some(device),
                ..virtual_device(token, pushes)
            });
        }
    }
    let apps = service.list_apps(&principal).await?;
    for known in &mut found {
        if known.device.is_none() {
            let wish = PageRequest::first(2);
            let page = service
                .list_devices(&principal, Some(&known.token), &wish)
                .await?;
            known.device = page
                .items
                .into_iter()
                .find(|device| known_by(&device.binding) == known.token);
        }
        let Some(device) = &known.device else {
            continue;
        };
        if let Some(app) = apps.iter().find(|app| app.app.id == device.app.id) {
            known.capabilities = app.app.capabilities.clone();
        }
        if let Some(external_id) = &device.external_id {
            known.contact = Some(
                service
                    .contact(&principal, external_id)
                    .await?
                    .display_name(),
            );
        }
    }
    Ok(found)
}

/// What the provider knows a device by.
#[cfg(feature = "ssr")]
fn known_by(binding: &domain::device::Binding) -> &str {
    domain::device::AddressKind::of(binding.channel, &binding.token).1
}

fn virtual_device(token: String, pushes: Vec<ArrivedPush>) -> VirtualDevice {
    VirtualDevice {
        token,
        device: None,
        contact: None,
        capabilities: Capabilities::default(),
        pushes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_push_that_was_turned_down_is_refused() {
        let push = |status| ArrivedPush {
            at: Timestamp(0),
            channel: Channel::Apns,
            token: "aa".to_owned(),
            headers: Vec::new(),
            payload: None,
            status,
        };
        assert_eq!(push(Some(200)).refused(), None);
        assert_eq!(push(Some(400)).refused(), Some(400));
        // Received, and never answered: the device shows it.
        assert_eq!(push(None).refused(), None);
    }
}
