//! Push tokens from clients that know no device id.

use domain::device::{Channel, DeviceInput};
use domain::people::{Permission, Principal};
use storage::devices::{find_by_token, token_key};

use crate::devices::RegisteredDevice;
use crate::service::require;
use crate::{Result, Service, ServiceError};

/// A push token, and whose it is.
#[derive(Clone, Debug)]
pub struct BareToken {
    /// The contact's own identifier. One that is not known is created.
    pub external_id: String,
    /// The app's slug; the only app that there is when absent.
    pub app: Option<String>,
    /// The push service that issued it.
    pub channel: Channel,
    /// The token.
    pub token: String,
    /// The installation's stable identifier, where the client has one.
    pub device_id: Option<String>,
    /// What signs the contact's identifier, where the app asks for it.
    pub signature: Option<String>,
}

impl Service {
    /// Registers a push token. Without a device id it is the token of the device
    /// that has it already, or else of a device of its own that is called
    /// `token-…` after it.
    pub async fn register_token(
        &self,
        by: &Principal,
        bare: BareToken,
    ) -> Result<RegisteredDevice> {
        require(by, Permission::RegisterDevices)?;
        let mut reader = self.reader().await?;
        let apps = crate::apps::all(&mut reader).await?;
        let app = match (&bare.app, apps.as_slice()) {
            (Some(slug), apps) => apps
                .iter()
                .find(|app| app.slug == *slug)
                .ok_or_else(|| crate::devices::no_app(slug))?,
            (None, [only]) => only,
            (None, []) => {
                let message = "is not there yet; make one first, under Settings, Apps";
                return Err(ServiceError::invalid("app", message));
            }
            (None, _) => {
                let message = "must be given, by its slug: there is more than one app";
                return Err(ServiceError::invalid("app", message));
            }
        };
        let device_id = match bare.device_id {
            Some(device_id) => device_id,
            None => find_by_token(&mut reader, &bare.token)
                .await?
                .into_iter()
                .find(|device| device.app_id == app.id && device.channel == bare.channel)
                .map_or_else(
                    || format!("token-{}", token_key(bare.channel, &bare.token).simple()),
                    |device| device.device_id,
                ),
        };
        let input = DeviceInput {
            app: app.slug.clone(),
            channel: bare.channel,
            token: bare.token,
            address_kind: None,
            platform: None,
            os_permission: None,
            opted_in: None,
            app_version: None,
            os_version: None,
            model: None,
            locale: None,
            time_zone: None,
            label: None,
        };
        drop(reader);
        let contact = (bare.external_id.as_str(), bare.signature.as_deref());
        self.register_signed_device(by, contact, &device_id, input)
            .await
    }
}
