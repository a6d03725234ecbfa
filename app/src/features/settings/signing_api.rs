//! What an app's card for signed registration asks of the server.

#![expect(
    missing_docs,
    reason = "the server macro makes structs of the arguments"
)]

use domain::{people::Permission, view::SigningView};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use crate::AppError;

/// Whether an app asks for signed contact ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningData {
    /// The secrets in force; none where it asks for nothing.
    pub signing: Option<SigningView>,
    /// The person may change it.
    pub may_edit: bool,
}

/// Whether an app asks for signed contact ids.
#[server(input = Json)]
pub async fn open_signing(slug: String) -> Result<SigningData, AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(SigningData {
        signing: service.signing(&principal, &slug).await?,
        may_edit: principal.may(Permission::Administer),
    })
}

/// Makes a secret, which is given this once. The one before stays in force until
/// it is retired.
#[server(input = Json)]
pub async fn make_signing_secret(slug: String) -> Result<String, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let secret = service.make_signing_secret(&principal, &slug).await?;
    Ok(secret.expose().to_owned())
}

/// Retires the former secret.
#[server(input = Json)]
pub async fn retire_signing_secret(slug: String) -> Result<(), AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service.retire_signing_secret(&principal, &slug).await?)
}

/// Lets an app take devices without a signature again.
#[server(input = Json)]
pub async fn stop_signing(slug: String) -> Result<(), AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service.stop_requiring_signatures(&principal, &slug).await?)
}
