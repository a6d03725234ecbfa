//! Contacts.

use axum::response::{IntoResponse, Response};
use axum::{Json as Answer, extract::State};
use domain::ContactId;
use domain::contact::{AttributeValue, Contact, ContactInput};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use service::Change;
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

use super::ApiState;
use super::extract::{Caller, Json, Path, Query};
use super::paging::{self, Page};
use super::problem::{Problem, Result};
use super::time::Time;

/// A contact.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Contact)]
pub struct ContactBody {
    /// Our identifier.
    pub id: ContactId,
    /// Your own identifier.
    pub external_id: String,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Email address.
    pub email: Option<String>,
    /// BCP 47 language tag.
    pub locale: Option<String>,
    /// IANA time zone.
    pub time_zone: Option<String>,
    /// Opted in, opted out, or `null`: never asked.
    pub opted_in: Option<bool>,
    /// Everything else that is known.
    pub attributes: BTreeMap<String, AttributeValue>,
    /// When it was first seen.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
}

impl From<Contact> for ContactBody {
    fn from(contact: Contact) -> Self {
        Self {
            id: contact.id,
            external_id: contact.external_id,
            first_name: contact.first_name,
            last_name: contact.last_name,
            email: contact.email,
            locale: contact.locale,
            time_zone: contact.time_zone,
            opted_in: contact.opted_in,
            attributes: contact.attributes,
            created_at: contact.created_at.into(),
            updated_at: contact.updated_at.into(),
        }
    }
}

/// Which contacts.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// The beginning of an `external_id` or email address.
    prefix: Option<String>,
    /// Items on the page, 1 to 500; 50 when absent.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
    /// `next` of the page before; the first page when absent.
    cursor: Option<String>,
}

/// List contacts
///
/// Newest first; with `prefix`, by `external_id` and then by email address.
#[utoipa::path(
    get, path = "/contacts", tag = "contacts", params(ListQuery),
    responses(
        (status = 200, body = Page<ContactBody>),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Query(query): Query<ListQuery>,
) -> Result<Answer<Page<ContactBody>>> {
    let wish = paging::page(query.limit, query.cursor)?;
    let page = state
        .service
        .list_contacts(&caller, query.prefix.as_deref(), &wish)
        .await?;
    Ok(Answer(Page::of(page, ContactBody::from)))
}

/// Create or change a contact
///
/// Fields that are absent stay as they are, an empty text clears its field, an
/// attribute given as `null` is removed. Doing it again changes nothing.
#[utoipa::path(
    put, path = "/contacts/{external_id}", tag = "contacts",
    params(("external_id" = String, Path, description = "Your own identifier")),
    request_body = ContactInput,
    responses(
        (status = 200, description = "It was there", body = ContactBody),
        (status = 201, description = "It is new", body = ContactBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn put(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path(external_id): Path<String>,
    Json(input): Json<ContactInput>,
) -> Result<Response> {
    let (contact, change) = state
        .service
        .upsert_contact(&caller, &external_id, input)
        .await?;
    Ok((status_of(change), Answer(ContactBody::from(contact))).into_response())
}

/// 201 for what is new, 200 for the rest.
pub fn status_of(change: Change) -> StatusCode {
    if change == Change::Created {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    }
}

/// Read a contact
#[utoipa::path(
    get, path = "/contacts/{external_id}", tag = "contacts",
    params(("external_id" = String, Path, description = "Your own identifier")),
    responses(
        (status = 200, body = ContactBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path(external_id): Path<String>,
) -> Result<Answer<ContactBody>> {
    Ok(Answer(
        state.service.contact(&caller, &external_id).await?.into(),
    ))
}

/// Delete a contact
///
/// With its devices, consent, history and events.
#[utoipa::path(
    delete, path = "/contacts/{external_id}", tag = "contacts",
    params(("external_id" = String, Path, description = "Your own identifier")),
    responses(
        (status = 204, description = "It is gone"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn delete(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path(external_id): Path<String>,
) -> Result<StatusCode> {
    state.service.delete_contact(&caller, &external_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
