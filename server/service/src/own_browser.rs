//! The browser of whoever is signed in, registered so that pushes can be tried
//! on it.

use domain::contact::{Contact, ContactInput};
use domain::device::{Channel, DeviceInput};
use domain::people::{Permission, Principal};
use storage::contacts;

use crate::devices::seen;
use crate::service::{require, way_of};
use crate::{Result, Service, ServiceError};

impl Service {
    /// Registers the user's own browser with `app` by its subscription: for a
    /// contact who is called what the user is called, and who opted in by this.
    pub async fn register_own_browser(
        &self,
        by: &Principal,
        app: &str,
        device_id: &str,
        subscription: &str,
    ) -> Result<Contact> {
        require(by, Permission::RegisterDevices)?;
        let Principal::User { email, .. } = by else {
            return Err(ServiceError::invalid(
                "subscription",
                "only somebody who is signed in has a browser of their own",
            ));
        };
        let input = DeviceInput {
            app: app.to_owned(),
            channel: Channel::Webpush,
            token: subscription.to_owned(),
            address_kind: None,
            platform: None,
            os_permission: Some(domain::device::OsPermission::Granted),
            opted_in: Some(true),
            app_version: None,
            os_version: None,
            model: None,
            locale: None,
            time_zone: None,
            label: None,
        };
        self.check_registration(by, email, device_id, &input)?;
        let consent = ContactInput {
            email: Some(email.clone()),
            opted_in: Some(true),
            ..ContactInput::default()
        };
        let mut tx = self.begin().await?;
        let registered = self
            .register_within(&mut tx, by, (email, None), device_id, &input)
            .await?;
        let inputs = [(email.clone(), consent)];
        contacts::upsert(&mut tx, &inputs, self.now(), way_of(by), &by.actor()).await?;
        let contact = contacts::find_by_external_id(&mut tx, email)
            .await?
            .ok_or_else(|| ServiceError::internal("a registered contact is not there"))?;
        tx.commit().await?;
        self.tail().note(seen(self.now(), email, &registered));
        Ok(contact)
    }
}
