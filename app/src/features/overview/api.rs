//! What the overview asks of the server.

use domain::view::Overview;
use leptos::prelude::*;

use crate::AppError;

/// The overview, as it is now.
#[server]
pub async fn open_overview() -> Result<Overview, AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service.overview(&principal).await?)
}
