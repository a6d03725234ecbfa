//! What the contacts' pages ask of the server.

#![expect(
    missing_docs,
    reason = "the server macro makes structs of the arguments"
)]

use domain::{
    ChunkId, ContactId, JobId, PushId,
    contact::Contact,
    device::DeviceHistory,
    view::{AppName, ContactView, Count, JobView, Page, RenderedAgain, TimelineItem, WhyView},
};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use crate::AppError;

/// Contacts on one page of the list.
const LISTED: u32 = 50;
/// What happened, on one page of a contact's timeline.
const HAPPENED: u32 = 25;
/// Lines of a contact's device history that its page shows.
const HISTORY: u32 = 200;
/// Imports that the import's page lists.
const IMPORTS: u32 = 10;

/// One page of the contacts' list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContactList {
    /// The contacts.
    pub page: Page<Contact>,
    /// How many there are in all.
    pub count: Count,
    /// The person may import.
    pub may_import: bool,
}

/// Contacts: newest first, or those that begin with `prefix`.
#[server(input = Json)]
pub async fn list_contacts(
    prefix: String,
    cursor: Option<String>,
) -> Result<ContactList, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let wish = service::PageRequest {
        limit: LISTED,
        cursor,
    };
    let prefix = Some(prefix.trim()).filter(|prefix| !prefix.is_empty());
    Ok(ContactList {
        page: service.list_contacts(&principal, prefix, &wish).await?,
        count: service.count_contacts(&principal).await?,
        may_import: principal.may(domain::people::Permission::EditContacts),
    })
}

/// A contact's page: profile, devices, their history, consent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContactData {
    /// The contact.
    pub view: ContactView,
    /// What happened to its devices, newest first.
    pub history: Vec<DeviceHistory>,
    /// The person may delete it.
    pub may_edit: bool,
    /// The person may see payloads and provider answers.
    pub may_inspect: bool,
}

/// A contact.
#[server(input = Json)]
pub async fn open_contact(id: ContactId) -> Result<ContactData, AppError> {
    use domain::people::Permission;
    let (service, principal) = crate::caller::caller()?;
    let wish = service::PageRequest::first(HISTORY);
    Ok(ContactData {
        view: service.contact_view(&principal, id).await?,
        history: service.device_history(&principal, id, &wish).await?.items,
        may_edit: principal.may(Permission::EditContacts),
        may_inspect: principal.may(Permission::Inspect),
    })
}

/// What happened to a contact, newest first; its pushes alone if so wished.
#[server(input = Json)]
pub async fn contact_timeline(
    id: ContactId,
    pushes_only: bool,
    cursor: Option<String>,
) -> Result<Page<TimelineItem>, AppError> {
    use domain::view::TimelineEntry;
    let (service, principal) = crate::caller::caller()?;
    let wish = service::PageRequest {
        limit: HAPPENED,
        cursor,
    };
    if !pushes_only {
        return Ok(service.timeline(&principal, id, &wish).await?);
    }
    let sends = service.list_sends(&principal, id, &wish).await?;
    let items = sends
        .items
        .into_iter()
        .map(|send| TimelineItem {
            at: send.created_at,
            what: TimelineEntry::Send(Box::new(send)),
        })
        .collect();
    Ok(Page {
        items,
        next: sends.next,
    })
}

/// A delivery's payload, rendered again.
#[server(input = Json)]
pub async fn render_again(chunk_id: ChunkId, seq: i32) -> Result<RenderedAgain, AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service.render_again(&principal, chunk_id, seq).await?)
}

/// Pushes that the page which says why can be asked about: those that changed last.
const PUSHES: u32 = 200;

/// Why a push did or did not reach a contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WhyData {
    /// The contact.
    pub contact: Contact,
    /// The pushes that can be asked about, by name.
    pub pushes: Vec<(PushId, String)>,
    /// The chain, if a push was asked about.
    pub view: Option<WhyView>,
    /// The person may see payloads and provider answers.
    pub may_inspect: bool,
}

/// The whole chain for a contact and a push, or what can be asked about.
#[server(input = Json)]
pub async fn open_why(contact: ContactId, push: Option<PushId>) -> Result<WhyData, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let wish = service::PageRequest::first(PUSHES);
    let pushes = service.list_pushes(&principal, None, &wish).await?.items;
    let view = match push {
        Some(push) => Some(service.why(&principal, contact, push).await?),
        None => None,
    };
    let contact = match &view {
        Some(view) => view.contact.clone(),
        None => service.contact_view(&principal, contact).await?.contact,
    };
    Ok(WhyData {
        contact,
        pushes: pushes
            .into_iter()
            .map(|push| (push.id, push.name))
            .collect(),
        view,
        may_inspect: principal.may(domain::people::Permission::Inspect),
    })
}

/// Contacts to choose from, for a push that one of them did not get.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WhomData {
    /// The push.
    pub id: PushId,
    /// Its name.
    pub name: String,
    /// The contacts that the words find, or the newest.
    pub contacts: Vec<Contact>,
}

/// A push, and contacts whose identifier or email begins with `prefix`.
#[server(input = Json)]
pub async fn find_for_why(id: PushId, prefix: String) -> Result<WhomData, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let push = service.push(&principal, id).await?;
    let wish = service::PageRequest::first(LISTED);
    let prefix = Some(prefix.trim()).filter(|prefix| !prefix.is_empty());
    Ok(WhomData {
        id,
        name: push.name,
        contacts: service
            .list_contacts(&principal, prefix, &wish)
            .await?
            .items,
    })
}

/// Deletes a contact with everything that is known of it.
#[server(input = Json)]
pub async fn delete_contact(external_id: String) -> Result<(), AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service.delete_contact(&principal, &external_id).await?)
}

/// What the import's page starts with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportStart {
    /// The apps that devices can belong to.
    pub apps: Vec<AppName>,
    /// The imports so far, newest first.
    pub jobs: Vec<JobView>,
    /// The person may import.
    pub may_import: bool,
}

/// The import's page.
#[server(input = Json)]
pub async fn open_import() -> Result<ImportStart, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let apps = service.list_apps(&principal).await?;
    let jobs = service
        .list_jobs(&principal, &service::PageRequest::first(IMPORTS))
        .await?;
    Ok(ImportStart {
        apps: apps
            .into_iter()
            .map(|view| AppName {
                id: view.app.id,
                slug: view.app.slug,
                name: view.app.name,
            })
            .collect(),
        jobs: jobs.items,
        may_import: principal.may(domain::people::Permission::EditContacts),
    })
}

/// How far an import is.
#[server(input = Json)]
pub async fn import_job(id: JobId) -> Result<JobView, AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service.job(&principal, id).await?)
}

/// Calls an import off; the rows that were taken stay.
#[server(input = Json)]
pub async fn cancel_import(id: JobId) -> Result<(), AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service.cancel_job(&principal, id).await?)
}
