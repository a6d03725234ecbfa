//! Who asks, and the use cases they may call: what server functions find in
//! context. On the server alone.

use axum::extract::ConnectInfo;
use cookie::{Cookie, SameSite};
use domain::Timestamp;
use domain::people::Principal;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, header};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use service::{Secret, Service, ServiceError};

use std::net::{IpAddr, SocketAddr};

use crate::AppError;
use crate::error::{FieldError, internal};

/// The cookie that holds a session's secret.
pub const SESSION_COOKIE: &str = "carillon_session";

/// Who is signed in, as the server found out before the request came here.
#[derive(Debug, Clone)]
pub struct SignedIn(pub Principal);

/// Whether people come over TLS, so that cookies must too.
#[derive(Debug, Clone, Copy)]
pub struct Secure(pub bool);

/// The address at which people and devices find this server, where one is set.
#[derive(Debug, Clone)]
pub struct PublicUrl(pub Option<String>);

/// The address at which devices find this server: the one that is set, or else the
/// one that this request came to.
pub fn server_address() -> String {
    if let Some(PublicUrl(Some(url))) = use_context() {
        return url.trim_end_matches('/').to_owned();
    }
    let host = use_context::<Parts>().and_then(|parts| {
        let host = parts.headers.get(header::HOST)?;
        Some(host.to_str().ok()?.to_owned())
    });
    format!("http://{}", host.as_deref().unwrap_or("localhost"))
}

/// The use cases.
pub fn service() -> Result<Service, AppError> {
    use_context().ok_or_else(|| internal(&"no service in this request's context"))
}

/// The use cases, and who calls them.
///
/// # Errors
/// `Unauthenticated` when nobody is signed in.
pub fn caller() -> Result<(Service, Principal), AppError> {
    let SignedIn(principal) = use_context().ok_or(AppError::Unauthenticated)?;
    Ok((service()?, principal))
}

/// The session's secret among a request's cookies.
pub fn session_in(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == SESSION_COOKIE)
        .map(|cookie| cookie.value().to_owned())
}

/// The secret of this request's session, to end it.
pub fn session_secret() -> Option<String> {
    session_in(&use_context::<Parts>()?.headers)
}

/// The address that the request came from.
pub fn peer() -> Option<IpAddr> {
    let parts = use_context::<Parts>()?;
    let ConnectInfo(address) = parts.extensions.get::<ConnectInfo<SocketAddr>>()?;
    Some(address.ip())
}

/// Gives the browser a session's secret, to be sent back until `expires_at`.
pub fn give_session(
    session: &Secret,
    expires_at: Timestamp,
    now: Timestamp,
) -> Result<(), AppError> {
    let seconds = expires_at.as_seconds() - now.as_seconds();
    set_cookie(session.expose(), seconds)
}

/// Makes the browser forget its session.
pub fn take_session() -> Result<(), AppError> {
    set_cookie("", 0)
}

fn set_cookie(value: &str, max_age_seconds: i64) -> Result<(), AppError> {
    let secure = use_context::<Secure>().is_some_and(|Secure(secure)| secure);
    let cookie = Cookie::build((SESSION_COOKIE, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .max_age(cookie::time::Duration::seconds(max_age_seconds))
        .build();
    let header = HeaderValue::from_str(&cookie.to_string()).map_err(|error| internal(&error))?;
    let response: ResponseOptions =
        use_context().ok_or_else(|| internal(&"no response in this request's context"))?;
    response.append_header(header::SET_COOKIE, header);
    Ok(())
}

impl From<ServiceError> for AppError {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::NotFound { what } => Self::NotFound {
                what: capitalized(&what),
            },
            ServiceError::Conflict { message } => Self::Conflict {
                message: format!("{}.", capitalized(message.trim_end_matches('.'))),
            },
            ServiceError::Invalid(errors) => {
                let fields: Vec<_> = errors
                    .0
                    .into_iter()
                    .map(|error| FieldError::new(error.field, sentence(&error.message)))
                    .collect();
                let message = match fields.as_slice() {
                    [only] => only.message.clone(),
                    many => format!("{} things need another look.", many.len()),
                };
                Self::invalid(message, fields)
            }
            ServiceError::Unauthenticated | ServiceError::Unsigned { .. } => Self::Unauthenticated,
            ServiceError::Forbidden { permission } => Self::Forbidden {
                message: format!(
                    "Your role does not include this ({}). Ask an administrator.",
                    service::permission_name(permission).replace('_', " ")
                ),
            },
            ServiceError::RateLimited { retry_after } => Self::RateLimited {
                retry_after_seconds: retry_after.as_secs().max(1),
            },
            ServiceError::Unavailable { source, .. } => {
                tracing::warn!(failure = %source, "a dependency was not available");
                Self::Unreachable
            }
            ServiceError::Internal { source } => internal(&source),
        }
    }
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// A message that the API reads after the field's name, as a sentence of its own.
/// One that quotes what was submitted names it already.
fn sentence(message: &str) -> String {
    let message = message.trim_end_matches('.');
    if message.starts_with('“') {
        format!("{message}.")
    } else {
        format!("This {message}.")
    }
}
