//! What the settings ask of the server.

#![expect(
    missing_docs,
    reason = "the server macro makes structs of the arguments"
)]

use domain::{
    KeyId, UserId,
    app::{Capabilities, Credential, CredentialSecret},
    contact::Contact,
    device::Channel,
    people::{ApiKey, Role, Scope, User},
    push::ActionKind,
    view::{AccountSettings, AppView, AuditLine, ConnectView, NewUser, Page},
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use crate::{AppError, error::FieldError};

/// Users and keys on one page.
const LISTED: u32 = 100;
/// Lines of the audit log on one page.
const LINES: u32 = 50;

/// The account's settings, and the zones to choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountData {
    /// The settings.
    pub account: AccountSettings,
    /// Every time zone that the server knows.
    pub zones: Vec<String>,
    /// The person may change them.
    pub may_edit: bool,
}

fn administers(principal: &domain::people::Principal) -> bool {
    principal.may(domain::people::Permission::Administer)
}

/// The account's settings.
#[server(input = Json)]
pub async fn open_account() -> Result<AccountData, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let account = service.account(&principal).await?;
    let mut zones: Vec<String> = jiff::tz::db()
        .available()
        .map(|zone| zone.as_str().to_owned())
        .collect();
    if !zones.contains(&account.time_zone) {
        zones.push(account.time_zone.clone());
    }
    zones.sort_unstable();
    zones.dedup();
    Ok(AccountData {
        account,
        zones,
        may_edit: administers(&principal),
    })
}

/// An app on its way to be connected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectData {
    /// The app, and how far it has come.
    pub view: ConnectView,
    /// The address at which devices find this server.
    pub server: String,
    /// The person may make API keys.
    pub may_administer: bool,
}

/// An app and how far it has come.
#[server(input = Json)]
pub async fn open_connect(slug: String) -> Result<ConnectData, AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(ConnectData {
        view: service.connect_view(&principal, &slug).await?,
        server: crate::caller::server_address(),
        may_administer: administers(&principal),
    })
}

/// Changes the account's settings.
#[server(input = Json)]
pub async fn save_account(account: AccountSettings) -> Result<(), AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service.save_account(&principal, account).await?)
}

/// The apps, and whether the person may change them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppsData {
    /// The apps.
    pub apps: Vec<AppView>,
    /// The channels that pushes may go by.
    pub offered: Vec<Channel>,
    /// The person may change them.
    pub may_edit: bool,
}

#[cfg(feature = "ssr")]
fn offered(service: &service::Service) -> Vec<Channel> {
    let all = Channel::ALL.into_iter();
    all.filter(|channel| service.offers(*channel)).collect()
}

/// Every app with its credentials.
#[server(input = Json)]
pub async fn list_apps() -> Result<AppsData, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let apps = service.list_apps(&principal).await?;
    Ok(AppsData {
        apps,
        offered: offered(&service),
        may_edit: administers(&principal),
    })
}

/// One app with its credentials.
#[server(input = Json)]
pub async fn open_app(slug: String) -> Result<AppsData, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let apps = vec![service.app(&principal, &slug).await?];
    Ok(AppsData {
        apps,
        offered: offered(&service),
        may_edit: administers(&principal),
    })
}

/// Makes an app; the name must be free.
#[server(input = Json)]
pub async fn add_app(slug: String, name: String) -> Result<(), AppError> {
    let (service, principal) = crate::caller::caller()?;
    let known = service.list_apps(&principal).await?;
    if known.iter().any(|known| known.app.slug == slug) {
        let field = FieldError::new("slug", "Another app has this short name.");
        return Err(AppError::invalid(field.message.clone(), vec![field]));
    }
    service
        .put_app(&principal, &slug, &name, &Capabilities::default())
        .await
        .map_err(|error| as_submitted(error.into()))?;
    Ok(())
}

/// The use case calls "app" what a person submits as "slug".
fn as_submitted(mut error: AppError) -> AppError {
    if let AppError::Invalid { fields, .. } = &mut error {
        for field in fields.iter_mut().filter(|field| field.field == "app") {
            "slug".clone_into(&mut field.field);
        }
    }
    error
}

/// Changes an app's name and what it can show.
#[server(input = Json)]
pub async fn save_app(
    slug: String,
    name: String,
    capabilities: Capabilities,
) -> Result<(), AppError> {
    let (service, principal) = crate::caller::caller()?;
    let capabilities = typed(capabilities);
    service
        .put_app(&principal, &slug, &name, &capabilities)
        .await?;
    Ok(())
}

/// Takes in a record of what an app can show, in JSON, in place of the one there is.
#[server(input = Json)]
pub async fn import_capabilities(slug: String, record: String) -> Result<(), AppError> {
    let (service, principal) = crate::caller::caller()?;
    service
        .import_capabilities(&principal, &slug, &record)
        .await?;
    Ok(())
}

/// A record without the blanks that people type, and without the words for an empty field
/// of an action that has none: its control is hidden.
fn typed(mut capabilities: Capabilities) -> Capabilities {
    let trim = |text: &mut String| *text = text.trim().to_owned();
    for category in &mut capabilities.ios_categories {
        trim(&mut category.id);
        for action in &mut category.actions {
            trim(&mut action.title);
            let placeholder = given(action.placeholder.take());
            action.placeholder = placeholder.filter(|_| action.kind == ActionKind::TextInput);
        }
    }
    capabilities
}

/// Enters or replaces a credential. It goes in and never comes out again.
#[server(input = Json)]
pub async fn put_credential(
    slug: String,
    secret: CredentialSecret,
) -> Result<Credential, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let secret = pasted(secret);
    Ok(service.put_credential(&principal, &slug, &secret).await?)
}

/// A credential without the blanks that come along when one pastes.
fn pasted(secret: CredentialSecret) -> CredentialSecret {
    let trimmed = |text: String| text.trim().to_owned();
    match secret {
        CredentialSecret::Apns {
            team_id,
            key_id,
            topic,
            environment,
            private_key,
            endpoint,
            ca,
        } => CredentialSecret::Apns {
            team_id: trimmed(team_id),
            key_id: trimmed(key_id),
            topic: trimmed(topic),
            environment,
            private_key,
            endpoint: given(endpoint),
            ca: given(ca),
        },
        CredentialSecret::Fcm {
            service_account,
            endpoint,
            ca,
        } => CredentialSecret::Fcm {
            service_account,
            endpoint: given(endpoint),
            ca: given(ca),
        },
        CredentialSecret::Adm {
            client_id,
            client_secret,
            endpoint,
            ca,
        } => CredentialSecret::Adm {
            client_id: trimmed(client_id),
            client_secret: trimmed(client_secret),
            endpoint: given(endpoint),
            ca: given(ca),
        },
        CredentialSecret::Webpush {
            subject,
            private_key,
            ca,
        } => CredentialSecret::Webpush {
            subject: trimmed(subject),
            private_key: trimmed(private_key),
            ca: given(ca),
        },
        CredentialSecret::Twilio {
            account_sid,
            auth_token,
            service_sid,
            endpoint,
            ca,
        } => CredentialSecret::Twilio {
            account_sid: trimmed(account_sid),
            auth_token: trimmed(auth_token),
            service_sid: trimmed(service_sid),
            endpoint: given(endpoint),
            ca: given(ca),
        },
    }
}

/// A text without blanks around it; of blanks alone, none.
fn given(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
}

/// What a trial of a credential came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trial {
    /// The provider takes it.
    Works,
    /// The provider does not take it, and why.
    Refused(String),
    /// The provider could not be asked, and why.
    Unreachable(String),
}

/// Asks the provider whether it takes a credential, without reaching a device.
#[server(input = Json)]
pub async fn try_credential(slug: String, channel: Channel) -> Result<Trial, AppError> {
    use service::CredentialTrial;
    let (service, principal) = crate::caller::caller()?;
    Ok(
        match service.try_credential(&principal, &slug, channel).await? {
            CredentialTrial::Works => Trial::Works,
            CredentialTrial::Refused(why) => Trial::Refused(why),
            CredentialTrial::Unknown(why) => Trial::Unreachable(why),
        },
    )
}

/// Limits how many calls may be in flight with a credential; no number lifts the
/// limit.
#[server(input = Json)]
pub async fn limit_credential(
    slug: String,
    channel: Channel,
    max_in_flight: Option<u32>,
) -> Result<Credential, AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service
        .limit_credential(&principal, &slug, channel, max_in_flight)
        .await?)
}

/// Registers the browser that asks, by its subscription.
#[server(input = Json)]
pub async fn register_own_browser(
    slug: String,
    device_id: String,
    subscription: String,
) -> Result<Contact, AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service
        .register_own_browser(&principal, &slug, &device_id, &subscription)
        .await?)
}

/// Removes a credential.
#[server(input = Json)]
pub async fn remove_credential(slug: String, channel: Channel) -> Result<(), AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service
        .remove_credential(&principal, &slug, channel)
        .await?)
}

/// The users, newest first.
#[server(input = Json)]
pub async fn list_users(cursor: Option<String>) -> Result<Page<User>, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let wish = service::PageRequest {
        limit: LISTED,
        cursor,
    };
    Ok(service.list_users(&principal, &wish).await?)
}

/// Adds a user, with a link to hand over.
#[server(input = Json)]
pub async fn add_user(email: String, role: Role) -> Result<NewUser, AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service.add_user(&principal, &email, role).await?)
}

/// Another link for a user who lost the password or the link before.
#[server(input = Json)]
pub async fn renew_link(id: UserId) -> Result<NewUser, AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service.renew_link(&principal, id).await?)
}

/// Changes a user's role.
#[server(input = Json)]
pub async fn change_role(id: UserId, role: Role) -> Result<(), AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service.change_role(&principal, id, role).await?)
}

/// Removes a user and ends their sessions.
#[server(input = Json)]
pub async fn remove_user(id: UserId) -> Result<(), AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service.remove_user(&principal, id).await?)
}

/// The API keys in use, newest first.
#[server(input = Json)]
pub async fn list_keys(cursor: Option<String>) -> Result<Page<ApiKey>, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let wish = service::PageRequest {
        limit: LISTED,
        cursor,
    };
    Ok(service.list_keys(&principal, &wish).await?)
}

/// Makes an API key; its secret is given this once.
#[server(input = Json)]
pub async fn add_key(name: String, scopes: Vec<Scope>) -> Result<String, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let (_, secret) = service.add_key(&principal, &name, &scopes).await?;
    Ok(secret.expose().to_owned())
}

/// Revokes an API key: the next request with it is refused.
#[server(input = Json)]
pub async fn revoke_key(id: KeyId) -> Result<(), AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service.revoke_key(&principal, id).await?)
}

/// The audit log, newest first.
#[server(input = Json)]
pub async fn list_audit(cursor: Option<String>) -> Result<Page<AuditLine>, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let wish = service::PageRequest {
        limit: LINES,
        cursor,
    };
    Ok(service.audit_log(&principal, &wish).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_around_what_was_pasted_are_no_part_of_it() {
        let secret = CredentialSecret::Fcm {
            service_account: "{ }\n".into(),
            endpoint: Some(" https://127.0.0.1:8443\n".into()),
            ca: Some(" \n".into()),
        };
        let wanted = CredentialSecret::Fcm {
            service_account: "{ }\n".into(),
            endpoint: Some("https://127.0.0.1:8443".into()),
            ca: None,
        };
        assert_eq!(pasted(secret), wanted);
    }

    #[test]
    fn complaints_name_the_field_that_was_submitted() {
        let error = AppError::invalid("One.", vec![FieldError::new("app", "Too long.")]);
        assert_eq!(as_submitted(error).field("slug"), Some("Too long."));
    }
}
