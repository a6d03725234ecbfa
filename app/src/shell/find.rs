//! What the command palette asks of the server.

#![expect(
    missing_docs,
    reason = "the server macro makes structs of the arguments"
)]

use domain::view::SearchHit;
use leptos::prelude::*;

use crate::AppError;

/// Contacts, campaigns, pushes and devices that a text may mean.
#[server]
pub async fn find_anything(text: String) -> Result<Vec<SearchHit>, AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service.search(&principal, &text).await?)
}
