//! What the ways in ask of the server. Plain forms post to these.

#![expect(
    missing_docs,
    reason = "the server macro makes structs of the arguments"
)]

use domain::view::LinkView;
use leptos::prelude::*;

use crate::AppError;

/// Signs in with a password and goes on to `next`.
#[server]
pub async fn sign_in(email: String, password: String, next: String) -> Result<(), AppError> {
    use crate::caller;
    let service = caller::service()?;
    let signed_in = service
        .sign_in(&email, &password, caller::peer())
        .await
        .map_err(|error| together(error.into()))?;
    caller::give_session(&signed_in.session, signed_in.expires_at, service.now())?;
    leptos_axum::redirect(super::next::safe_next(&next));
    Ok(())
}

/// Which of email and password is wrong is nobody's business: both belong together.
fn together(error: AppError) -> AppError {
    if error.field("password").is_none() {
        return error;
    }
    AppError::invalid(
        "This email and password do not belong together. Check both, or ask an administrator for a new link.",
        Vec::new(),
    )
}

/// What a one-time link is for, without using it.
#[server]
pub async fn look_at_link(token: String) -> Result<LinkView, AppError> {
    Ok(crate::caller::service()?.link(&token).await?)
}

/// Uses a one-time link, signs its holder in and goes to the overview.
#[server]
pub async fn use_link(
    token: String,
    #[server(default)] email: String,
    #[server(default)] password: String,
) -> Result<(), AppError> {
    use crate::caller;
    let service = caller::service()?;
    let form = service::LinkForm { email, password };
    let signed_in = service.use_link(&token, &form).await?;
    caller::give_session(&signed_in.session, signed_in.expires_at, service.now())?;
    leptos_axum::redirect("/");
    Ok(())
}
