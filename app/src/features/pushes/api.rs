//! What the pushes' pages ask of the server.

#![expect(
    missing_docs,
    reason = "the server macro makes structs of the arguments"
)]

use domain::{
    BindingId, CampaignId, ContactId, PushId,
    app::App,
    contact::Contact,
    push::PushContent,
    view::{ImageVerdict, Page, PushDraft, PushSummary, PushView, SendRef},
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use crate::AppError;
#[cfg(feature = "ssr")]
use crate::error::FieldError;

/// Pushes on one page of the list.
#[cfg(feature = "ssr")]
const LISTED: u32 = 50;
/// Campaigns and contacts to choose from.
#[cfg(feature = "ssr")]
const CHOICES: u32 = 200;
/// Contacts that a search in a dialog shows.
#[cfg(feature = "ssr")]
const FOUND: u32 = 8;

/// A push, or a new one, and all that its editor is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenedPush {
    /// The push; none when it is new.
    pub push: Option<PushView>,
    /// The campaigns to choose from.
    pub campaigns: Vec<(CampaignId, String)>,
    /// The apps there are.
    pub apps: Vec<App>,
    /// Somebody to look at it as; none before there is any contact.
    pub sample: Option<Contact>,
    /// The person may change it.
    pub may_edit: bool,
    /// The person may send tests.
    pub may_test: bool,
}

/// A push as it was saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedPush {
    /// Its id.
    pub id: PushId,
    /// Its version.
    pub version: i64,
    /// Its campaign and what that is called.
    pub campaign: Option<(CampaignId, String)>,
}

impl From<PushView> for SavedPush {
    fn from(push: PushView) -> Self {
        Self {
            id: push.id,
            version: push.version,
            campaign: push.campaign_id.zip(push.campaign),
        }
    }
}

/// What people call each device.
pub type DeviceNames = Vec<(BindingId, String)>;

/// One page of the pushes, of one campaign or of all.
#[server(input = Json)]
pub async fn list_pushes(
    campaign: Option<CampaignId>,
    cursor: Option<String>,
) -> Result<Page<PushSummary>, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let wish = service::PageRequest {
        limit: LISTED,
        cursor,
    };
    Ok(service.list_pushes(&principal, campaign, &wish).await?)
}

/// The editor's start: a push, or a new one.
#[server(input = Json)]
pub async fn open_editor(id: Option<PushId>) -> Result<OpenedPush, AppError> {
    use domain::people::Permission;
    use service::PageRequest;
    let (service, principal) = crate::caller::caller()?;
    let push = match id {
        Some(id) => Some(service.push(&principal, id).await?),
        None => None,
    };
    let campaigns = service
        .list_campaigns(&principal, &PageRequest::first(CHOICES))
        .await?;
    let apps = service.list_apps(&principal).await?;
    let contacts = service
        .list_contacts(&principal, None, &PageRequest::first(1))
        .await?;
    Ok(OpenedPush {
        push,
        campaigns: campaigns
            .items
            .into_iter()
            .map(|campaign| (campaign.id, campaign.name))
            .collect(),
        apps: apps.into_iter().map(|view| view.app).collect(),
        sample: contacts.items.into_iter().next(),
        may_edit: principal.may(Permission::EditContent),
        may_test: principal.may(Permission::SendTest),
    })
}

/// Which version of a push is saved now.
#[server(input = Json)]
pub async fn load_push(id: PushId) -> Result<SavedPush, AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service.push(&principal, id).await?.into())
}

/// Saves a new push, or a known one over the version that the editor knows.
/// With the name of a new campaign, makes that first; if the push then cannot
/// be saved, the campaign goes again.
#[server(input = Json)]
pub async fn save_push(
    known: Option<(PushId, i64)>,
    draft: PushDraft,
    new_campaign: Option<String>,
) -> Result<SavedPush, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let made = match new_campaign {
        Some(name) => Some(
            service
                .create_campaign(&principal, &name)
                .await
                .map_err(naming_the_campaign)?
                .id,
        ),
        None => None,
    };
    let draft = PushDraft {
        campaign_id: made.or(draft.campaign_id),
        ..draft
    };
    let saved = match known {
        Some((id, version)) => service.save_push(&principal, id, version, &draft).await,
        None => service.create_push(&principal, &draft).await,
    };
    if let (Err(_), Some(campaign)) = (&saved, made) {
        service.delete_campaign(&principal, campaign).await?;
    }
    Ok(saved?.into())
}

/// The campaign's name is another field of the form than the push's.
#[cfg(feature = "ssr")]
fn naming_the_campaign(error: service::ServiceError) -> service::ServiceError {
    match error {
        service::ServiceError::Invalid(mut errors) => {
            for error in &mut errors.0 {
                "campaign_name".clone_into(&mut error.field);
            }
            service::ServiceError::Invalid(errors)
        }
        other => other,
    }
}

/// Deletes a push that was never sent.
#[server(input = Json)]
pub async fn delete_push(id: PushId) -> Result<(), AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service.delete_push(&principal, id).await?)
}

/// Contacts whose identifier or email begins with `text`, as the markup of a list to
/// choose from.
#[server(input = Json)]
pub async fn find_contacts(text: String) -> Result<String, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let text = text.trim();
    let prefix = (!text.is_empty()).then_some(text);
    let found = service
        .list_contacts(&principal, prefix, &service::PageRequest::first(FOUND))
        .await?;
    Ok(super::contact_picker::choices(found.items).to_html())
}

/// What a test would do, before it is sent, as markup.
#[server(input = Json)]
pub async fn forecast_test(content: PushContent, contact: ContactId) -> Result<String, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let forecast = service.forecast_test(&principal, &content, contact).await?;
    Ok(super::send_test::forecast::view(forecast).to_html())
}

/// Sends a saved push to one contact's devices.
#[server(input = Json)]
pub async fn send_test(push: PushId, contact: ContactId) -> Result<SendRef, AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service.send_test(&principal, push, contact).await?)
}

/// What became of a test so far, as markup.
#[server(input = Json)]
pub async fn test_progress(
    test: SendRef,
    #[server(default)] names: DeviceNames,
) -> Result<String, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let send = service.test_progress(&principal, &test).await?;
    Ok(super::send_test::progress::view(send, &names).to_html())
}

/// Looks at the image at an address as devices will fetch it.
#[server(input = Json)]
pub async fn look_at_image(address: String) -> Result<ImageVerdict, AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service.look_at_image(&principal, &address).await?)
}

/// What each channel would be sent of a push for one contact, as markup. `sample` is the
/// contact as templates see it, and `event` an event's properties or nothing, both in JSON.
#[server(input = Json)]
pub async fn inspect_push(
    content: PushContent,
    sample: String,
    event: String,
) -> Result<String, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let unread = |field: &'static str, what: &str| {
        let field = FieldError::new(field, format!("{what} cannot be read as JSON."));
        AppError::invalid(field.message.clone(), vec![field])
    };
    let sample = serde_json::from_str(&sample).map_err(|_| unread("sample", "The contact"))?;
    let event = match event.trim() {
        "" => serde_json::Map::new(),
        json => serde_json::from_str(json)
            .map_err(|_| unread("sample_event", "The event’s properties"))?,
    };
    let seen = service
        .inspect_push(&principal, &content, sample, &event)
        .await?;
    Ok(super::inspector::view(seen).to_html())
}
